//! People by what they are called: added, written to, chosen among several; and what things and links are called on pages.

use store::{GroupKind, Role};

use crate::{api::Guest, town::Town, web::Answer};

async fn renames(town: &Town, person: &Guest, name: &str) {
    assert_eq!(town.post("/me/name", Some(person), &[("name", name)]).await.status, 303);
}

async fn direct(town: &Town, by: &Guest, fields: &[(&str, &str)]) -> Answer {
    town.post("/groups/direct", Some(by), fields).await
}

#[tokio::test]
async fn somebody_is_added_by_their_name_however_it_is_typed_and_by_their_login() {
    let town = Town::open().await;
    let (owner, ann, bo) = (town.account("owner").await, town.account("ann-77").await, town.account("bo").await);
    let guest = town.guest().await;
    renames(&town, &ann, "Ann Ｌee").await;
    renames(&town, &guest, "小明").await;
    let tea = town.group("tea", GroupKind::Private, &owner).await;
    for (typed, person) in [("ANN lee", &ann), ("ＢＯ", &bo), (" 小明 ", &guest)] {
        let added = town.post("/groups/tea/add", Some(&owner), &[("add", typed)]).await;
        assert_eq!((added.status, added.header("location")), (303, "/groups/tea?done=added"), "{typed}");
        let members = town.store.members(&tea).await.unwrap();
        assert!(members.iter().any(|member| member.person.id == person.person.id), "{typed}");
    }
    for typed in ["An", "Ann", "nobody", "@小明", "@", "%", ""] {
        assert_eq!(town.post("/groups/tea/add", Some(&owner), &[("add", typed)]).await.status, 422, "{typed}");
    }
}

#[tokio::test]
async fn where_several_have_a_name_a_list_asks_who_is_meant_and_the_one_who_is_chosen_is_added() {
    let town = Town::open().await;
    let (owner, ann, other) = (town.account("owner").await, town.account("ann").await, town.account("cy").await);
    let guest = town.guest().await;
    renames(&town, &other, "Ann").await;
    renames(&town, &guest, "ann").await;
    let tea = town.group("tea", GroupKind::Private, &owner).await;
    let asks = town.post("/groups/tea/add", Some(&owner), &[("add", "Ann")]).await;
    assert_eq!(asks.status, 200);
    for person in [&ann, &other, &guest] {
        assert!(asks.body.contains(&format!("value=\"{}\"", person.person.id)), "{}", asks.body);
    }
    assert!(asks.body.contains("@cy<"), "the login tells them apart");
    assert!(asks.body.contains("游客"), "a guest is marked");
    assert_eq!(town.store.members(&tea).await.unwrap().len(), 1);
    let id = other.person.id.as_str();
    assert_eq!(town.post("/groups/tea/add", Some(&owner), &[("person", id)]).await.status, 303);
    assert_eq!(town.post("/groups/tea/add", Some(&owner), &[("add", "@ann")]).await.status, 303, "by the login alone");
    let members = town.store.members(&tea).await.unwrap();
    let is_in = |person: &Guest| members.iter().any(|member| member.person.id == person.person.id);
    assert!(is_in(&other) && is_in(&ann) && !is_in(&guest));
}

#[tokio::test]
async fn a_direct_conversation_begins_by_names_and_by_the_button_beside_somebody() {
    let town = Town::open().await;
    let (me, ann) = (town.account("me").await, town.account("ann").await);
    let (bo, guest) = (town.account("bo").await, town.guest().await);
    renames(&town, &ann, "Ann Lee").await;
    let tea = town.group("tea", GroupKind::Open, &me).await;
    town.joins(&tea, &ann, Role::Member).await;
    town.say("tea", &guest, "hello").await;
    let page = town.get("/groups/tea", Some(&me)).await.body;
    for person in [&ann, &guest] {
        assert!(page.contains(&format!("name=\"chosen\" value=\"{}\"", person.person.id)));
    }
    assert!(!page.contains(&format!("name=\"chosen\" value=\"{}\"", me.person.id)), "nobody writes to themself");

    let by_button = direct(&town, &me, &[("chosen", ann.person.id.as_str())]).await;
    assert_eq!(by_button.status, 303);
    let by_name = direct(&town, &me, &[("people", "ann LEE")]).await;
    assert_eq!(by_name.header("location"), by_button.header("location"), "the same people have one");
    assert_eq!(town.get(by_button.header("location"), Some(&ann)).await.status, 200);
    assert_eq!(town.get(by_button.header("location"), Some(&bo)).await.status, 404);
    assert_eq!(direct(&town, &me, &[("chosen", guest.person.id.as_str())]).await.status, 303, "a guest as well");
    let three = direct(&town, &me, &[("people", "ann lee，bo")]).await;
    let logins = direct(&town, &me, &[("people", "ann bo me")]).await;
    assert_eq!(
        (three.status, three.header("location")),
        (303, logins.header("location")),
        "as logins with spaces, too"
    );

    for fields in [("people", "me"), ("people", "who is this"), ("chosen", "nobody"), ("chosen", me.person.id.as_str())]
    {
        assert_eq!(direct(&town, &me, &[fields]).await.status, 422, "{fields:?}");
    }
    assert_eq!(direct(&town, &guest, &[("chosen", ann.person.id.as_str())]).await.status, 401);
    assert_eq!(town.post("/groups/direct", None, &[("people", "ann")]).await.status, 401);
}

#[tokio::test]
async fn of_several_names_those_that_several_have_are_asked_for_one_after_the_other() {
    let town = Town::open().await;
    let (me, ann, bo) = (town.account("me").await, town.account("ann").await, town.account("bo").await);
    let (others_ann, others_bo) = (town.guest().await, town.guest().await);
    renames(&town, &others_ann, "Ann").await;
    renames(&town, &others_bo, "Bo").await;
    let asks = direct(&town, &me, &[("people", "Ann, Bo")]).await;
    assert_eq!(asks.status, 200);
    let chosen = others_ann.person.id.to_string();
    assert!(asks.body.contains(&format!("name=\"chosen\" value=\"{chosen}\"")), "{}", asks.body);
    let asks = direct(&town, &me, &[("chosen", &chosen), ("people", "Bo")]).await;
    let both = format!("{chosen} {}", bo.person.id);
    assert!(asks.body.contains(&format!("name=\"chosen\" value=\"{both}\"")), "{}", asks.body);
    let made = direct(&town, &me, &[("chosen", &both), ("people", "")]).await;
    assert_eq!(made.status, 303);
    for (person, status) in [(&others_ann, 200), (&bo, 200), (&ann, 404), (&others_bo, 404)] {
        assert_eq!(town.get(made.header("location"), Some(person)).await.status, status);
    }
}

#[tokio::test]
async fn who_may_not_come_is_found_by_no_name() {
    let town = Town::open().await;
    let (admin, me, gone) = (town.admin().await, town.account("me").await, town.account("gone").await);
    let guest = town.guest().await;
    renames(&town, &guest, "小明").await;
    town.group("tea", GroupKind::Private, &me).await;
    let closed = town.post("/admin/close", Some(&admin), &[("person", gone.person.id.as_str())]).await;
    assert_eq!(closed.status, 303);
    town.guests(&admin, false).await;
    for (name, id) in [("gone", &gone), ("小明", &guest), ("Django", &gone)] {
        let id = id.person.id.as_str();
        assert_eq!(town.post("/groups/tea/add", Some(&me), &[("add", name)]).await.status, 422, "{name}");
        assert_eq!(town.post("/groups/tea/add", Some(&me), &[("person", id)]).await.status, 422, "{name}");
        assert_eq!(direct(&town, &me, &[("people", name)]).await.status, 422, "{name}");
        assert_eq!(direct(&town, &me, &[("chosen", id)]).await.status, 422, "{name}");
    }
    town.guests(&admin, true).await;
    assert_eq!(direct(&town, &me, &[("people", "小明")]).await.status, 303);
}

#[tokio::test]
async fn a_group_whose_name_is_taken_says_so_of_the_group_and_not_of_a_login() {
    let town = Town::open().await;
    let owner = town.account("owner").await;
    town.group("tea", GroupKind::Open, &owner).await;
    let other = town.somebody().await;
    for (lang, said, not) in [
        ("zh-CN", "已经有叫这个名字的群了", "登录名有人用了"),
        ("en", "There is a group of that name", "login is taken"),
    ] {
        let request = town.http.post(town.nodes[0].url("/groups/new")).header("accept-language", lang);
        let answer = town.send(crate::web::form(request, &[("name", "tea"), ("kind", "open")]), Some(&other)).await;
        assert_eq!(answer.status, 422);
        assert!(answer.body.contains(said) && !answer.body.contains(not), "{lang}: {}", answer.body);
    }
}

#[tokio::test]
async fn links_that_set_a_password_stand_by_themselves_and_name_who_made_them_and_for_whom() {
    let town = Town::open().await;
    let (admin, li) = (town.admin().await, town.account("li").await);
    renames(&town, &admin, "掌柜").await;
    assert_eq!(town.post("/admin/invite", Some(&admin), &[("uses", "1")]).await.status, 200);
    assert_eq!(town.post("/admin/reset", Some(&admin), &[("person", li.person.id.as_str())]).await.status, 200);
    let page = town.get("/admin", Some(&admin)).await.body;
    let invites = page.split_once("id=\"invites\"").unwrap().1.split("</section>").next().unwrap();
    let (sign_up, resets) = invites.split_once("重设密码的链接").expect("a heading of their own");
    assert_eq!(sign_up.matches("掌柜").count(), 1, "{sign_up}");
    assert_eq!(resets.matches("掌柜").count(), 1, "{resets}");
    assert!(resets.contains("\u{2068}li\u{2069}") && !sign_up.contains("\u{2068}li\u{2069}"), "{resets}");
    assert!(!invites.contains(&format!("\u{2068}{}", admin.person.id)), "no id stands for a name");
    let id = town.store.links(None).await.unwrap().into_iter().find(|link| link.person.is_some()).unwrap().id;
    let revoked = town.post("/admin/uninvite", Some(&admin), &[("id", id.as_str())]).await;
    assert_eq!(revoked.status, 303);
    assert!(!town.get("/admin", Some(&admin)).await.body.contains("重设密码的链接"));
}
