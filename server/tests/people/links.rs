//! Links that let in: as often and as long as they say, and only where they lead.

use futures_util::future::join_all;
use store::GroupKind;

use crate::{
    api::Guest,
    attacks::link_in,
    town::{PASSWORD, Town, token},
};

#[tokio::test]
async fn a_link_lets_in_as_many_as_it_says_until_it_ends_and_the_banned_never() {
    let town = Town::open().await;
    let owner = town.account("owner").await;
    let tea = town.group("tea", GroupKind::Private, &owner).await;
    let accept = async |link: &str, by: &Guest| town.post(&format!("/invite/{link}"), Some(by), &[]).await.status;
    let people = [town.somebody().await, town.somebody().await, town.guest().await];
    let twice = town.link(Some(&tea), &owner, Some(2)).await;
    assert_eq!(accept(&twice, &people[0]).await, 303);
    assert_eq!(accept(&twice, &people[0]).await, 303, "who is in it uses nothing up");
    assert_eq!(accept(&twice, &people[1]).await, 303);
    assert_eq!(accept(&twice, &people[2]).await, 404);
    assert_eq!(town.get(&format!("/invite/{twice}"), None).await.status, 404);

    let expired = town.link_until(Some(&tea), &owner, None, Some(1)).await;
    assert_eq!(accept(&expired, &people[2]).await, 404);
    let revoked = town.link(Some(&tea), &owner, None).await;
    let id = town.store.links(Some(&tea)).await.unwrap()[0].id.to_string();
    assert_eq!(town.post("/groups/tea/uninvite", Some(&owner), &[("id", &id)]).await.status, 303);
    assert_eq!(accept(&revoked, &people[2]).await, 404);
    assert_eq!(accept(&token(), &people[2]).await, 404);

    let link = town.link(Some(&tea), &owner, None).await;
    let ban = town.post("/groups/tea/ban", Some(&owner), &[("person", people[1].person.id.as_str())]).await;
    assert_eq!(ban.status, 303);
    assert_eq!(accept(&link, &people[1]).await, 403);
    let members = town.store.members(&tea).await.unwrap();
    assert_eq!(members.len(), 2, "{members:?}");
}

#[tokio::test]
async fn of_many_who_use_a_links_last_use_at_once_one_comes_in() {
    let town = Town::of_two().await;
    let owner = town.account("owner").await;
    let tea = town.group("tea", GroupKind::Private, &owner).await;
    let link = format!("/invite/{}", town.link(Some(&tea), &owner, Some(1)).await);
    let people = join_all((0..8).map(|_| town.somebody())).await;
    let answers = join_all(people.iter().enumerate().map(|(n, by)| town.post_to(n % 2, &link, Some(by), &[]))).await;
    let statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 303).count(), 1, "{statuses:?}");
    assert_eq!(town.store.members(&tea).await.unwrap().len(), 2);
}

#[tokio::test]
async fn an_invitation_of_one_kind_opens_no_door_of_another() {
    let town = Town::open().await;
    let (owner, admin) = (town.account("owner").await, town.admin().await);
    let tea = town.group("tea", GroupKind::Private, &owner).await;
    let group = town.link(Some(&tea), &owner, None).await;
    let server = town.link(None, &admin, None).await;
    for link in [&group, &server] {
        assert_eq!(town.get(&format!("/reset/{link}"), None).await.status, 404);
        assert_eq!(town.get(&format!("/setup/{link}"), None).await.status, 404);
    }
    let page = town.post("/admin/reset", Some(&admin), &[("person", owner.person.id.as_str())]).await;
    let reset = link_in(&page.body, "/reset/").replace("/reset/", "");
    assert_eq!(town.get(&format!("/invite/{reset}"), None).await.status, 404);
    let fields = [("login", "new"), ("name", "N"), ("password", PASSWORD), ("again", PASSWORD), ("invite", &reset)];
    let settings = [("server_name", "Tea"), ("sign_up", "invite"), ("guests", "1")];
    assert_eq!(town.post("/admin/settings", Some(&admin), &settings).await.status, 303);
    assert_eq!(town.post("/signup", None, &fields).await.status, 422);
    let joins = town.post(&format!("/invite/{server}"), Some(&owner), &[]).await;
    assert_eq!(joins.header("location"), format!("/signup?invite={server}"));
}

#[tokio::test]
async fn who_no_longer_has_a_say_in_a_group_leaves_no_way_in_behind() {
    let town = Town::open().await;
    let (owner, moderator) = (town.account("owner").await, town.account("moderator").await);
    let tea = town.group("tea", GroupKind::Private, &owner).await;
    assert_eq!(town.post("/groups/tea/add", Some(&owner), &[("add", "moderator")]).await.status, 303);
    let person = ("person", moderator.person.id.as_str());
    for (act, fields) in [("role", vec![person, ("role", "member")]), ("remove", vec![person])] {
        town.post("/groups/tea/add", Some(&owner), &[("add", "moderator")]).await;
        town.post("/groups/tea/role", Some(&owner), &[person, ("role", "moderator")]).await;
        let (theirs, owners) =
            (town.link(Some(&tea), &moderator, None).await, town.link(Some(&tea), &owner, None).await);
        assert_eq!(town.post(&format!("/groups/tea/{act}"), Some(&owner), &fields).await.status, 303, "{act}");
        let stranger = town.guest().await;
        assert_eq!(town.post(&format!("/invite/{theirs}"), Some(&stranger), &[]).await.status, 404, "{act}");
        assert_eq!(town.post(&format!("/invite/{owners}"), Some(&stranger), &[]).await.status, 303, "{act}");
    }
}

#[tokio::test]
async fn links_of_an_open_group_lead_nowhere_once_it_is_private() {
    let town = Town::open().await;
    let owner = town.account("owner").await;
    let tea = town.group("tea", GroupKind::Open, &owner).await;
    let link = town.link(Some(&tea), &owner, None).await;
    let fields = [("name", ""), ("about", ""), ("kind", "private"), ("slow", "0")];
    assert_eq!(town.post("/groups/tea/describe", Some(&owner), &fields).await.status, 303);
    let stranger = town.guest().await;
    assert_eq!(town.post(&format!("/invite/{link}"), Some(&stranger), &[]).await.status, 404);
}

#[tokio::test]
async fn where_nobody_may_sign_up_no_link_lets_anybody() {
    let town = Town::open().await;
    let (admin, owner) = (town.admin().await, town.account("owner").await);
    let tea = town.group("tea", GroupKind::Private, &owner).await;
    let links = [town.link(None, &admin, None).await, town.link(Some(&tea), &owner, None).await];
    let settings = [("server_name", "tea"), ("sign_up", "closed"), ("guests", "1")];
    assert_eq!(town.post("/admin/settings", Some(&admin), &settings).await.status, 303);
    for (n, link) in links.iter().enumerate() {
        let login = format!("late{n}");
        let fields =
            [("login", login.as_str()), ("name", "x"), ("password", PASSWORD), ("again", PASSWORD), ("invite", link)];
        assert_eq!(town.post("/signup", None, &fields).await.status, 422, "{n}");
    }
}
