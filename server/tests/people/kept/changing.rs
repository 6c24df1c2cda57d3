//! What a second visit costs, and what makes a page another one, on every node. Never who may see it, unless that is what
//! has changed.

use std::time::Duration;

use store::GroupKind;

use super::{TEA, town_with_tea};
use crate::{
    doors::{deletes, edits, live, pins, reacts, subscribe},
    socket::group,
    town::Town,
};

#[tokio::test]
async fn what_has_not_changed_costs_no_read_and_is_not_sent_again() {
    let (town, owner) = town_with_tea().await;
    town.say("tea", &owner, "the kettle is on").await;
    let page = town.tea(0).await;
    assert!(page.body.contains("the kettle is on"));
    let tag = page.header("etag").to_owned();
    assert!(tag.starts_with('"') && tag.len() > 20, "{tag}");
    let (reads, answered) =
        (town.metric(0, "store_reads_total").await, town.metric(0, "pages_kept_answered_total").await);
    for _ in 0..200 {
        assert_eq!(town.tea(0).await.body, page.body);
        let again = town.tea_but(&tag).await;
        assert_eq!((again.status, again.body.as_str(), again.header("etag")), (304, "", tag.as_str()));
        assert_eq!(again.header("cache-control"), "private, no-cache");
    }
    assert_eq!(town.metric(0, "pages_kept_answered_total").await - answered, 400);
    // The server looks at its settings and at what it watches every few seconds, and `/metrics` at the database.
    let reads = town.metric(0, "store_reads_total").await - reads;
    assert!(reads < 100, "400 visits cost {reads} reads");
}

#[tokio::test]
async fn whatever_changes_a_page_changes_its_tag_at_once() {
    let (town, owner) = town_with_tea().await;
    let message = town.say("tea", &owner, "the kettle is on").await;
    let mut socket = live(&town, 0, Some(&owner)).await;
    assert_eq!(subscribe(&mut socket, "tea").await, "here");
    let mut tag = town.tea(0).await.header("etag").to_owned();
    let mut changed = async |what: &str, shown: &str| {
        let page = town.tea_but(&tag).await;
        assert_eq!(page.status, 200, "{what}");
        assert!(page.body.contains(shown), "{what}: {}", page.body);
        let before = std::mem::replace(&mut tag, page.header("etag").to_owned());
        assert_ne!(before, tag, "{what}");
        assert_eq!(town.tea_but(&tag).await.status, 304, "{what}");
    };
    town.say("tea", &owner, "biscuits, too").await;
    changed("a message", "biscuits, too").await;
    assert_eq!(edits(&mut socket, "tea", &message).await, "done");
    changed("an edit", "changed").await;
    assert_eq!(reacts(&mut socket, "tea", &message).await, "done");
    changed("a reaction", "\"reactions\":[{").await;
    assert_eq!(pins(&mut socket, "tea", &message).await, "done");
    changed("a pin", "pins-line").await;
    assert_eq!(deletes(&mut socket, "tea", &message).await, "done");
    changed("a deletion", "biscuits, too").await;
    let post = async |path: &str, fields: &[(&str, &str)]| {
        assert_eq!(town.post(path, Some(&owner), fields).await.status, 303, "{path}");
    };
    post("/groups/tea/describe", &[("name", "Tea Room"), ("about", "leaves and water"), ("kind", "open")]).await;
    changed("a name", "Tea Room").await;
    post("/groups/tea/archive", &[("archived", "1")]).await;
    changed("closing", "\"archived\":true").await;
    post("/groups/tea/archive", &[("archived", "0")]).await;
    changed("opening", "\"archived\":false").await;
    post("/me/name", &[("name", "Somebody Else")]).await;
    changed("a person's name", "Somebody Else").await;
    post("/me/colour", &[("colour", "3")]).await;
    changed("a person's colour", "avatar-3").await;
}

#[tokio::test]
async fn what_was_kept_of_an_open_group_is_gone_when_it_is_private() {
    let (town, owner) = town_with_tea().await;
    town.say("tea", &owner, "a secret").await;
    let tag = town.tea(0).await.header("etag").to_owned();
    assert_eq!(town.tea_but(&tag).await.status, 304);
    assert_eq!(town.post("/groups/tea/describe", Some(&owner), &[("kind", "private")]).await.status, 303);
    let stranger = town.somebody().await;
    for (headers, by) in [
        (Vec::new(), None),
        (vec![("if-none-match", tag.as_str())], None),
        (vec![("if-none-match", "*")], Some(&stranger)),
    ] {
        let request = town.http.get(town.nodes[0].url(TEA));
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        let refused = town.send(request, by).await;
        assert_eq!(refused.status, 404);
        assert!(!refused.body.contains("secret"), "{}", refused.body);
    }
    // Nor does what its members see become anybody else's.
    assert!(town.get(TEA, Some(&owner)).await.body.contains("a secret"));
    assert_eq!(town.tea_but("*").await.status, 404);
    assert_eq!(town.metric(0, "pages_kept_answered_total").await, 1);
}

#[tokio::test]
async fn where_guests_may_not_come_nothing_kept_is_shown() {
    let (town, owner) = town_with_tea().await;
    town.say("tea", &owner, "a secret").await;
    let tag = town.tea(0).await.header("etag").to_owned();
    let admin = town.admin().await;
    let settings = [("server_name", "Tea"), ("sign_up", "open")];
    assert_eq!(town.post("/admin/settings", Some(&admin), &settings).await.status, 303);
    let refused = town.tea_but(&tag).await;
    assert!(![200, 304].contains(&refused.status) && !refused.body.contains("secret"), "{}", refused.status);
    assert!(town.get(TEA, Some(&owner)).await.body.contains("a secret"));
}

#[tokio::test]
async fn another_name_of_the_server_is_another_tag_of_every_page_at_once() {
    let (town, owner) = town_with_tea().await;
    town.group("milk", GroupKind::Open, &owner).await;
    let admin = town.admin().await;
    let pages = [(TEA, "zh"), (TEA, "en"), ("/chatgroup?groupID=milk", "zh")];
    let ask = async |(path, language): (&str, &str), tag: &str| {
        town.ask(0, path, &[("accept-language", language), ("if-none-match", tag)]).await
    };
    let mut tags = Vec::new();
    for page in pages {
        tags.push(ask(page, "").await.header("etag").to_owned());
    }
    for name in ["Leaf House", "茶与书"] {
        let settings = [("server_name", name), ("sign_up", "open"), ("guests", "1")];
        assert_eq!(town.post("/admin/settings", Some(&admin), &settings).await.status, 303);
        for (page, tag) in pages.into_iter().zip(&mut tags) {
            let called = ask(page, tag).await;
            assert!(called.status == 200 && called.body.contains(name), "{page:?}: {}", called.body);
            assert_ne!(called.header("etag"), tag.as_str(), "{page:?}");
            *tag = called.header("etag").to_owned();
            assert_eq!(ask(page, tag).await.status, 304, "{page:?}");
        }
    }
}

#[tokio::test]
async fn settings_that_refuse_nobody_and_show_nowhere_change_no_tag() {
    let (town, _) = town_with_tea().await;
    let admin = town.admin().await;
    let set = async |sign_up: &str| {
        let settings = [("server_name", "Leaf House"), ("sign_up", sign_up), ("guests", "1")];
        assert_eq!(town.post("/admin/settings", Some(&admin), &settings).await.status, 303);
    };
    set("open").await;
    let tag = town.tea(0).await.header("etag").to_owned();
    set("invite").await;
    assert_eq!(town.tea_but(&tag).await.status, 304);
}

#[tokio::test]
async fn another_nodes_settings_are_soon_every_nodes() {
    let town = Town::of_two().await;
    let owner = town.account("owner").await;
    town.group("tea", GroupKind::Open, &owner).await;
    let admin = town.admin().await;
    let tags = [town.tea(0).await, town.tea(1).await].map(|page| page.header("etag").to_owned());
    assert_eq!(town.ask(1, TEA, &[("if-none-match", &tags[1])]).await.status, 304);
    let name = [("server_name", "Leaf House"), ("sign_up", "open"), ("guests", "1")];
    assert_eq!(town.post("/admin/settings", Some(&admin), &name).await.status, 303);
    town.becomes(1, "called so", |page| page.body.contains("Leaf House")).await;
    let renamed = town.ask(1, TEA, &[("if-none-match", &tags[1])]).await;
    assert!(renamed.status == 200 && renamed.header("etag") == town.tea(0).await.header("etag"), "{}", renamed.status);
    assert_eq!(town.post("/admin/settings", Some(&admin), &name[..2]).await.status, 303);
    town.becomes(1, "refused", |page| page.status != 200).await;
    let refused = town.ask(1, TEA, &[("if-none-match", renamed.header("etag"))]).await;
    assert!(![200, 304].contains(&refused.status), "not by a tag either: {}", refused.status);
}

#[tokio::test]
async fn what_another_node_does_is_soon_on_every_nodes_page() {
    let town = Town::of_two().await;
    let owner = town.account("owner").await;
    town.group("tea", GroupKind::Open, &owner).await;
    town.say("tea", &owner, "the kettle is on").await;
    for node in [0, 1] {
        let page = town.tea(node).await;
        assert_eq!(town.ask(node, TEA, &[("if-none-match", page.header("etag"))]).await.status, 304);
    }
    town.say("tea", &owner, "biscuits, too").await;
    town.becomes(1, "what was said", |page| page.body.contains("biscuits, too")).await;
    assert_eq!(
        town.post("/groups/tea/describe", Some(&owner), &[("name", "Tea Room"), ("kind", "open")]).await.status,
        303
    );
    town.becomes(1, "called so", |page| page.body.contains("Tea Room")).await;
    assert_eq!(town.post("/me/name", Some(&owner), &[("name", "Somebody Else")]).await.status, 303);
    town.becomes(1, "another's", |page| page.body.contains("Somebody Else")).await;
    assert_eq!(town.tea(0).await.header("etag"), town.tea(1).await.header("etag"), "nodes agree on what it is");
    assert_eq!(town.post("/groups/tea/describe", Some(&owner), &[("kind", "private")]).await.status, 303);
    town.becomes(1, "hidden", |page| page.status == 404).await;
}

#[tokio::test]
async fn what_nobody_tells_is_seen_within_seconds() {
    let (town, owner) = town_with_tea().await;
    town.say("tea", &owner, "the kettle is on").await;
    town.tea(0).await;
    // By another process, which publishes nothing.
    town.archive(&owner, &group("tea")).await;
    town.becomes(0, "closed", |page| page.body.contains("\"archived\":true")).await;
    town.store.rename(&owner.person.id, "Somebody Else").await.unwrap();
    town.becomes(0, "another's", |page| page.body.contains("Somebody Else")).await;
    town.store.expire(Some(Duration::ZERO), Some(&group("tea"))).await.unwrap();
    town.becomes(0, "empty", |page| !page.body.contains("the kettle is on")).await;
    town.guests(&owner, false).await;
    town.becomes(0, "refused", |page| page.status != 200).await;
}
