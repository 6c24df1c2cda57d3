//! What is not for somebody is not there for them: groups, what was said in them, what was done in them.

use store::{GroupKind, Role};

use crate::{
    api::Guest,
    doors::{deletes, live, subscribe},
    town::Town,
};

#[tokio::test]
async fn a_moderator_of_one_group_deletes_and_sees_nothing_of_another() {
    let town = Town::open().await;
    let (owner, other) = (town.account("owner").await, town.account("other").await);
    town.group("mine", GroupKind::Open, &owner).await;
    let theirs = town.group("theirs", GroupKind::Private, &other).await;
    let message = town.say("theirs", &other, "a secret").await;
    let mut socket = live(&town, 0, Some(&owner)).await;
    assert_eq!(subscribe(&mut socket, "mine").await, "here");
    assert_eq!(deletes(&mut socket, "mine", &message).await, "no_message");
    assert_eq!(deletes(&mut socket, "theirs", &message).await, "no_group");
    let page = town.get(&format!("/groups/mine/edits/{message}"), Some(&owner)).await;
    assert_eq!(page.status, 404);
    assert!(!page.body.contains("secret"));
    // A link's id is no right to revoke it.
    town.link(Some(&theirs), &other, None).await;
    let id = town.store.links(Some(&theirs)).await.unwrap()[0].id.to_string();
    assert_eq!(town.post("/groups/mine/uninvite", Some(&owner), &[("id", &id)]).await.status, 422);
    assert_eq!(town.store.links(Some(&theirs)).await.unwrap().len(), 1);
    // An answer to what one cannot see tells nothing.
    let reply =
        town.http.post(town.nodes[0].url("/api/groups/mine/messages")).header("content-type", "application/json");
    let body = serde_json::json!({"body": "x", "reply_to": message}).to_string();
    assert_eq!(town.send(reply.body(body), Some(&owner)).await.word(), "no_message");
}

#[tokio::test]
async fn pages_about_a_private_group_are_to_the_letter_those_about_none() {
    let town = Town::open().await;
    let (owner, stranger) = (town.account("owner").await, town.account("stranger").await);
    town.group("hideout", GroupKind::Private, &owner).await;
    town.store.direct(&[owner.person.id.clone(), town.somebody().await.person.id]).await.unwrap();
    let message = town.say("hideout", &owner, "a secret").await;
    let edits = format!("edits/{message}");
    let answers = async |id: &str, by: Option<&Guest>| {
        let mut answers = Vec::new();
        for path in ["", "/x", &format!("/{edits}")] {
            answers.push(town.get(&format!("/groups/{id}{path}"), by).await);
        }
        for act in ["describe", "archive", "role", "add", "remove", "ban", "unban", "invite", "uninvite", "leave", "x"]
        {
            answers.push(town.post(&format!("/groups/{id}/{act}"), by, &[("person", "x"), ("uses", "1")]).await);
        }
        answers.into_iter().map(|answer| (answer.status, answer.body.replace(id, "ID"))).collect::<Vec<_>>()
    };
    let admin = town.admin().await;
    for by in [None, Some(&stranger), Some(&admin)] {
        let (hidden, none) = (answers("hideout", by).await, answers("nowhere", by).await);
        for (hidden, none) in hidden.into_iter().zip(none) {
            assert!(hidden == none, "{hidden:?}\n{none:?}");
        }
    }
    // Neither is in a list, nor is what was said there.
    let page = town.get("/groups", Some(&stranger)).await.body;
    assert!(!page.contains("hideout") && !page.contains("a secret"), "{page}");
}

#[tokio::test]
async fn what_happens_in_private_groups_is_not_for_the_servers_administrators() {
    let town = Town::open().await;
    let (owner, member, admin) = (town.account("owner").await, town.account("member").await, town.admin().await);
    let secret = town.group("secret-circle", GroupKind::Private, &owner).await;
    town.joins(&secret, &member, Role::Member).await;
    town.post("/groups/secret-circle/describe", Some(&owner), &[("name", "Whispers"), ("about", "hush")]).await;
    let banned = town.post("/groups/secret-circle/ban", Some(&owner), &[("person", member.person.id.as_str())]).await;
    assert_eq!(banned.status, 303);
    for page in ["/admin", "/groups"] {
        let body = town.get(page, Some(&admin)).await.body;
        assert!(!body.contains("secret-circle") && !body.contains("Whispers"), "{page}: {body}");
    }
}

#[tokio::test]
async fn a_search_finds_what_one_may_read_and_a_private_group_is_as_if_there_were_none() {
    let town = Town::open().await;
    let (owner, banned, left) = (town.account("owner").await, town.account("banned").await, town.account("left").await);
    let (guest, admin) = (town.guest().await, town.admin().await);
    town.group("tea", GroupKind::Open, &owner).await;
    let den = town.group("hideout", GroupKind::Private, &owner).await;
    town.joins(&den, &left, Role::Member).await;
    town.say("tea", &owner, "oolong spoken aloud").await;
    town.say("hideout", &left, "oolong whispered").await;
    assert_eq!(town.post("/groups/hideout/leave", Some(&left), &[]).await.status, 303);
    let ban = town.post("/groups/tea/ban", Some(&owner), &[("person", banned.person.id.as_str())]).await;
    assert_eq!(ban.status, 303);
    let search = async |by: Option<&Guest>, query: &str| {
        let answer = town.get(&format!("/search?q={query}"), by).await;
        assert_eq!(answer.status, 200);
        answer.body
    };
    // What was said is found a moment later.
    let found = async { while !search(Some(&owner), "oolong").await.contains("whispered") {} };
    tokio::time::timeout(crate::helpers::PATIENCE, found).await.expect("its members find it");
    for by in [None, Some(&guest), Some(&left), Some(&admin)] {
        let page = search(by, "oolong").await;
        assert!(page.contains("spoken aloud") && !page.contains("whispered"), "{page}");
    }
    assert!(!search(Some(&banned), "oolong").await.contains("spoken aloud"));
    for by in [None, Some(&guest), Some(&left), Some(&admin), Some(&banned)] {
        let (hidden, none) = (search(by, "oolong+in:hideout").await, search(by, "oolong+in:nowhere").await);
        assert!(hidden.replace("hideout", "ID") == none.replace("nowhere", "ID"), "{hidden}\n{none}");
    }
}

#[tokio::test]
async fn an_administrator_finds_anybody_by_a_part_of_their_login_or_name_and_sees_when_they_were_there() {
    let town = Town::open().await;
    let admin = town.admin().await;
    for n in 0..105 {
        town.store.add_guest(&format!("Crowd {n}"), &crate::town::token(), "test").await.unwrap();
    }
    let wei = town.account("zhang-wei").await;
    let name = [("name", "Ｚhāng Ｗěi of the Teahouse")];
    assert_eq!(town.post("/me/name", Some(&wei), &name).await.status, 303);
    for find in ["zhang-wei", "HANG-W", "teahouse", "W%C4%9BI"] {
        let page = town.get(&format!("/admin?find={find}"), Some(&admin)).await.body;
        assert!(page.contains("zhang-wei"), "{find}: {page}");
        assert!(!page.contains("Crowd"), "{find}: {page}");
        assert!(!page.contains("/admin?after="), "{find}: there is no other page");
        let people = &page[page.find("<section id=\"people\"").unwrap()..page.find("<section id=\"invites\"").unwrap()];
        assert_eq!(people.matches("<time").count(), 2, "{find}: since when, and when last: {people}");
    }
    // Of many, page by page.
    let first = town.get("/admin?find=crowd", Some(&admin)).await.body;
    assert!(first.contains("Crowd 0") && !first.contains("Crowd 104"));
    let at = first.find("/admin?after=").expect("more");
    let next = first[at..].split('"').next().unwrap().replace("&amp;", "&").replace("#people", "");
    assert!(next.contains("find=crowd"), "{next}");
    let second = town.get(&next, Some(&admin)).await.body;
    assert!(second.contains("Crowd 104") && !second.contains("Crowd 99<") && !second.contains("/admin?after="));
    assert!(!town.get("/admin?find=no-such-person", Some(&admin)).await.body.contains("zhang-wei"));
}
