//! Those who speak in an open group without being in it: who sees them listed, who sends them away, and that they are gone.

use store::{GroupKind, Role};

use crate::{
    doors::{live, opens_plain, says, subscribe},
    town::Town,
};

/// Of the page, the list of those who spoke.
fn listed(page: &str) -> &str {
    page.split_once("最近说过话、还没加入的人").map_or("", |(_, rest)| rest.split("</ul>").next().unwrap_or_default())
}

#[tokio::test]
async fn a_guest_who_spoke_is_banned_from_the_members_page_and_neither_reads_nor_writes_from_then_on() {
    let town = Town::open().await;
    let (owner, guest, other) = (town.account("owner").await, town.guest().await, town.guest().await);
    town.group("tea", GroupKind::Open, &owner).await;
    town.say("tea", &other, "hello").await;
    town.say("tea", &guest, "buy my tea").await;
    town.say("tea", &owner, "no").await;
    let page = town.get("/groups/tea", Some(&owner)).await.body;
    let row = |id: &str| listed(&page).find(id);
    let (first, second) = (row(guest.person.id.as_str()), row(other.person.id.as_str()));
    assert!(first.is_some() && first < second, "the latest first");
    assert!(listed(&page).contains("action=\"/groups/tea/ban\""));
    assert_eq!(row(owner.person.id.as_str()), None, "who is in it stands above");

    let mut socket = live(&town, 0, Some(&guest)).await;
    assert_eq!(subscribe(&mut socket, "tea").await, "here");
    let ban = town.post("/groups/tea/ban", Some(&owner), &[("person", guest.person.id.as_str())]).await;
    assert_eq!((ban.status, ban.header("location")), (303, "/groups/tea?done=banned"));
    assert_eq!(says(&mut socket, "tea", "may I").await, "forbidden");
    assert_eq!(opens_plain(&town, "tea", Some(&guest)).await, "403");
    assert_eq!(town.get("/chatgroup?groupID=tea", Some(&guest)).await.status, 403);
    assert_eq!(town.get("/api/groups/tea/messages", Some(&guest)).await.word(), "forbidden");
    let post = town.http.post(town.nodes[0].url("/api/groups/tea/messages")).body("may I");
    assert_eq!(town.send(post, Some(&guest)).await.word(), "forbidden");

    let page = town.get("/groups/tea", Some(&owner)).await.body;
    assert!(!listed(&page).contains(guest.person.id.as_str()) && listed(&page).contains(other.person.id.as_str()));
    assert!(page.contains("action=\"/groups/tea/unban\""));
}

#[tokio::test]
async fn who_does_not_look_after_a_group_sends_nobody_away() {
    let town = Town::open().await;
    let (owner, member) = (town.account("owner").await, town.account("member").await);
    let (moderator, guest) = (town.account("moderator").await, town.guest().await);
    let tea = town.group("tea", GroupKind::Open, &owner).await;
    town.joins(&tea, &member, Role::Member).await;
    town.joins(&tea, &moderator, Role::Moderator).await;
    town.say("tea", &guest, "hello").await;
    let fields = [("person", guest.person.id.as_str())];
    for (by, status) in [(Some(&member), 403), (Some(&guest), 403), (None, 401)] {
        let page = town.get("/groups/tea", by).await;
        assert_eq!(page.status, 200);
        assert!(!page.body.contains("/groups/tea/ban"), "it is not offered");
        assert_eq!(town.post("/groups/tea/ban", by, &fields).await.status, status);
    }
    assert!(listed(&town.get("/groups/tea", Some(&member)).await.body).contains(guest.person.id.as_str()));
    assert_eq!(listed(&town.get("/groups/tea", Some(&guest)).await.body), "", "guests have no list of people");
    assert_eq!(listed(&town.get("/groups/tea", None).await.body), "");
    town.say("tea", &guest, "still here").await;
    // The owner speaks in it, too: a moderator does not send them away.
    let owners = [("person", owner.person.id.as_str())];
    assert_eq!(town.post("/groups/tea/ban", Some(&moderator), &owners).await.status, 422);
    assert_eq!(town.post("/groups/tea/ban", Some(&moderator), &fields).await.status, 303);
}

#[tokio::test]
async fn of_a_private_group_nobody_is_listed_who_left_it() {
    let town = Town::open().await;
    let (owner, once) = (town.account("owner").await, town.account("once").await);
    let tea = town.group("tea", GroupKind::Private, &owner).await;
    town.joins(&tea, &once, Role::Member).await;
    town.say("tea", &once, "hello").await;
    assert_eq!(town.post("/groups/tea/leave", Some(&once), &[]).await.status, 303);
    assert_eq!(listed(&town.get("/groups/tea", Some(&owner)).await.body), "");
}
