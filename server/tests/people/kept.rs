//! Pages that are kept for nobody in particular: what a second visit costs, what makes them others, and who never sees them.

use std::time::Duration;

use base64::{Engine, prelude::BASE64_STANDARD};
use futures_util::{StreamExt, stream};
use sha2::{Digest, Sha256};
use store::{GroupKind, Role};
use tokio::time::timeout;

use crate::{
    api::Guest,
    doors::{deletes, edits, live, pins, reacts, subscribe},
    helpers::PATIENCE,
    socket::group,
    town::Town,
    web::Answer,
};

const TEA: &str = "/chatgroup?groupID=tea";

impl Town {
    /// A page as a client asks for it that has only these headers.
    async fn ask(&self, node: usize, path: &str, headers: &[(&str, &str)]) -> Answer {
        let request = self.http.get(self.nodes[node].url(path));
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        self.send(request, None).await
    }

    /// The page of the group `tea` as nobody sees it.
    async fn tea(&self, node: usize) -> Answer {
        let answer = self.ask(node, TEA, &[]).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer
    }

    /// The same for a client that has it with this tag.
    async fn tea_but(&self, tag: &str) -> Answer {
        self.ask(0, TEA, &[("if-none-match", tag)]).await
    }

    async fn metric(&self, node: usize, name: &str) -> u64 {
        let metrics = self.ask(node, "/metrics", &[]).await.body;
        let line = metrics.lines().find_map(|line| line.strip_prefix("teahouse_")?.strip_prefix(name));
        line.unwrap_or_else(|| panic!("no {name}: {metrics}")).trim().parse().expect("a number")
    }

    /// Asks for the page of `tea` on a node until it is as expected.
    async fn becomes(&self, node: usize, what: &str, is: impl Fn(&Answer) -> bool) {
        let asked = async { while !is(&self.ask(node, TEA, &[]).await) {} };
        timeout(PATIENCE, asked).await.unwrap_or_else(|_| panic!("it does not become {what}"));
    }
}

async fn town_with_tea() -> (Town, Guest) {
    let town = Town::open().await;
    let owner = town.account("owner").await;
    town.group("tea", GroupKind::Open, &owner).await;
    (town, owner)
}

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
async fn a_newcomer_who_says_nothing_costs_no_read_either() {
    let (town, owner) = town_with_tea().await;
    town.say("tea", &owner, "the kettle is on").await;
    let token = town.tea(0).await.token().expect("a newcomer is given one");
    let cookie = format!("person={token}");
    let page = town.ask(0, TEA, &[("cookie", &cookie)]).await;
    assert_eq!((page.status, page.token()), (200, None), "there is one already");
    let answered = town.metric(0, "pages_kept_answered_total").await;
    for _ in 0..50 {
        assert_eq!(town.ask(0, TEA, &[("cookie", &cookie)]).await.body, page.body);
    }
    assert_eq!(town.metric(0, "pages_kept_answered_total").await - answered, 50);
    // And who speaks is somebody at once.
    let me = Guest { token, person: owner.person };
    town.say_by_form("tea", &me).await;
    let mine = town.ask(0, TEA, &[("cookie", &cookie)]).await;
    assert!(mine.body.contains("by form") && !mine.body.contains("\\\"me\\\":null"), "{}", mine.body);
    assert_eq!(mine.header("etag"), "");
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
    changed("a reaction", "\\\"reactions\\\":[{").await;
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
    changed("closing", "\\\"archived\\\":true").await;
    post("/groups/tea/archive", &[("archived", "0")]).await;
    changed("opening", "\\\"archived\\\":false").await;
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
async fn whoever_is_banned_is_not_let_in_by_a_tag() {
    let (town, owner) = town_with_tea().await;
    let (guest, bad) = (town.guest().await, town.somebody().await);
    town.say("tea", &owner, "a secret").await;
    let tag = town.tea(0).await.header("etag").to_owned();
    for by in [&guest, &bad] {
        town.joins(&group("tea"), by, Role::Member).await;
        let fields = [("person", by.person.id.as_str())];
        assert_eq!(town.post("/groups/tea/ban", Some(&owner), &fields).await.status, 303);
        let refused = town.ask(0, TEA, &[("cookie", &by.cookie()), ("if-none-match", &tag)]).await;
        assert_eq!(refused.status, 403);
        assert!(!refused.body.contains("secret"));
    }
    assert_eq!(town.tea_but(&tag).await.status, 304, "for everybody else nothing has changed");
}

#[tokio::test]
async fn somebody_never_gets_nobodys_page_nor_nobody_somebodys() {
    let (town, owner) = town_with_tea().await;
    town.say("tea", &owner, "the kettle is on").await;
    let nobodys = town.tea(0).await;
    let guest = town.guest().await;
    for by in [&owner, &guest] {
        let theirs = town.ask(0, TEA, &[("cookie", &by.cookie()), ("if-none-match", nobodys.header("etag"))]).await;
        assert_eq!((theirs.status, theirs.header("etag"), theirs.token()), (200, "", None));
        assert!(theirs.body.contains(by.person.id.as_str()), "{}", theirs.body);
        let theirs = town.ask(0, TEA, &[("authorization", &by.bearer()), ("if-none-match", "*")]).await;
        assert!(theirs.status == 200 && theirs.body.contains("\\\"me\\\":{"), "{}", theirs.body);
        let again = town.tea(0).await;
        assert!(again.body == nobodys.body && again.body.contains("\\\"me\\\":null"));
        assert_ne!(again.token(), nobodys.token(), "each newcomer is given a cookie of their own");
    }
}

#[tokio::test]
async fn each_look_of_a_page_has_its_own_tag() {
    let (town, owner) = town_with_tea().await;
    town.say("tea", &owner, "the kettle is on").await;
    let looks: [(&[(&str, &str)], &str); 7] = [
        (&[], "<html lang=\"zh-CN\">"),
        (&[("accept-language", "en")], "<html lang=\"en\">"),
        (&[("cookie", "prefs=dark")], "data-theme=\"dark\""),
        (&[("cookie", "prefs=larger")], "data-text=\"larger\""),
        (&[("cookie", "prefs=12h")], "data-clock=\"12h\""),
        (&[("cookie", "offset=480")], "data-offset=\"480\""),
        (&[("cookie", "prefs=dark.12h; offset=-210; lang=en")], "data-offset=\"-210\""),
    ];
    let mut tags = Vec::new();
    for (headers, root) in looks {
        let page = town.ask(0, TEA, headers).await;
        assert!(page.body.contains(root), "{root}");
        assert_eq!(town.ask(0, TEA, headers).await.body, page.body, "{root}");
        tags.push(page.header("etag").to_owned());
    }
    for (at, (headers, root)) in looks.into_iter().enumerate() {
        for (other, tag) in tags.iter().enumerate() {
            let mut headers = headers.to_vec();
            headers.push(("if-none-match", tag));
            assert_eq!(town.ask(0, TEA, &headers).await.status, if at == other { 304 } else { 200 }, "{root}, {tag}");
        }
    }
}

#[tokio::test]
async fn a_kept_page_allows_exactly_its_own_scripts() {
    let (town, owner) = town_with_tea().await;
    town.say("tea", &owner, "<script>evil()</script>").await;
    for page in [town.tea(0).await, town.tea(0).await] {
        let policy = page.header("content-security-policy");
        assert!(!policy.contains("nonce") && !policy.contains("unsafe-inline"), "{policy}");
        assert!(!page.body.contains("nonce=") && !page.body.contains("<script>evil"), "{}", page.body);
        let inline = page.body.split("<script").skip(1).map(|script| {
            let (_, script) = script.split_once('>').expect("a tag");
            script.split("</script>").next().expect("a script")
        });
        let mut count = 0;
        for script in inline {
            let hash = BASE64_STANDARD.encode(Sha256::digest(script));
            assert!(policy.contains(&format!("'sha256-{hash}'")), "{script}");
            count += 1;
        }
        assert!(count >= 3);
    }
}

#[tokio::test]
async fn a_page_is_sent_in_the_coding_that_is_asked_for_and_its_tag_is_of_that() {
    let (town, owner) = town_with_tea().await;
    town.say("tea", &owner, "the kettle is on").await;
    let plain = town.tea(0).await;
    for (accepted, coding) in [("br, gzip", "br"), ("gzip", "gzip"), ("gzip;q=0", ""), ("identity", "")] {
        let request = || town.http.get(town.nodes[0].url(TEA)).header("accept-encoding", accepted);
        let answer = request().send().await.unwrap();
        let header = |name: &str| answer.headers().get(name).map_or("", |value| value.to_str().unwrap()).to_owned();
        assert_eq!(header("content-encoding"), coding);
        let (tag, length) = (header("etag"), header("content-length"));
        assert_eq!(tag == plain.header("etag"), coding.is_empty());
        let bytes = answer.bytes().await.unwrap();
        assert_eq!(length, bytes.len().to_string());
        assert_eq!(bytes.len() < plain.body.len() / 2, !coding.is_empty());
        assert_eq!(request().header("if-none-match", &tag).send().await.unwrap().status(), 304);
        assert_eq!(request().header("if-none-match", "\"another\"").send().await.unwrap().status(), 200);
        let head = town.http.head(town.nodes[0].url(TEA)).header("accept-encoding", accepted).send().await.unwrap();
        assert_eq!(
            (head.headers()["etag"].to_str().unwrap(), head.headers()["content-length"].to_str().unwrap()),
            (tag.as_str(), length.as_str())
        );
    }
}

#[tokio::test]
async fn two_who_read_the_same_page_say_two_things_and_one_who_presses_twice_says_one() {
    let (town, owner) = town_with_tea().await;
    town.say("tea", &owner, "the kettle is on").await;
    let (page, other) = (town.tea(0).await, town.tea(0).await);
    assert_eq!(page.body, other.body);
    let name = page.body.split("name=\"client_id\" value=\"").nth(1).expect("a form").split('"').next().unwrap();
    let says = async |page: &Answer, text: &str| {
        let me = Guest { token: page.token().expect("a newcomer's"), person: owner.person.clone() };
        let fields = [("groupID", "tea"), ("client_id", name), ("body", text)];
        assert_eq!(town.post("/chatgroup", Some(&me), &fields).await.status, 303, "{text}");
    };
    for _ in 0..2 {
        says(&page, "good morning").await;
    }
    says(&other, "good morning").await;
    says(&page, "from another tab").await;
    let page = town.nodes[0].page("tea").await;
    assert_eq!(page["messages"].as_array().unwrap().len(), 4, "{page}");
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
    town.becomes(0, "closed", |page| page.body.contains("\\\"archived\\\":true")).await;
    town.store.rename(&owner.person.id, "Somebody Else").await.unwrap();
    town.becomes(0, "another's", |page| page.body.contains("Somebody Else")).await;
    town.store.expire(Some(Duration::ZERO), Some(&group("tea"))).await.unwrap();
    town.becomes(0, "empty", |page| !page.body.contains("the kettle is on")).await;
    town.guests(&owner, false).await;
    town.becomes(0, "refused", |page| page.status != 200).await;
}

#[tokio::test]
async fn what_is_kept_stays_within_its_bound_and_unused_names_are_not_kept() {
    let (town, owner) = town_with_tea().await;
    town.say("tea", &owner, "the kettle is on").await;
    for n in 0..20 {
        let page = town.ask(0, &format!("/chatgroup?groupID=unused-{n}"), &[]).await;
        assert_eq!((page.status, page.header("etag")), (200, ""));
    }
    // Nor what an address asks for besides.
    for path in
        ["/chatgroup", "/chatgroup?groupID=tea&before=2", "/chatgroup?groupID=%74ea&x=1", "/chatgroup?x=1&groupID=tea"]
    {
        assert_eq!(town.ask(0, path, &[]).await.header("etag"), "", "{path}");
    }
    assert_eq!((town.metric(0, "pages_kept ").await, town.metric(0, "groups_watched").await), (0, 0));
    let looks = stream::iter(-300..300).for_each_concurrent(4, |offset: i32| {
        let town = &town;
        async move {
            let page = town.ask(0, TEA, &[("cookie", &format!("offset={offset}"))]).await;
            assert_ne!(page.header("etag"), "");
        }
    });
    looks.await;
    let kept = town.metric(0, "pages_kept ").await;
    assert!((256..=512).contains(&kept), "{kept}");
    assert!(town.metric(0, "pages_kept_bytes").await <= 32 << 20);
    assert_eq!(town.metric(0, "groups_watched").await, 1);
}
