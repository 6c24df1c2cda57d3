//! Who sees a kept page and who never does, and each in their own look, coding and cookie. Never what changes it.

use base64::{Engine, prelude::BASE64_STANDARD};
use futures_util::{StreamExt, stream};
use sha2::{Digest, Sha256};
use store::Role;

use super::{TEA, town_with_tea};
use crate::{api::Guest, socket::group, web::Answer};

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
    assert!(mine.body.contains("by form") && !mine.body.contains("\"me\":null"), "{}", mine.body);
    assert_eq!(mine.header("etag"), "");
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
        assert!(theirs.status == 200 && theirs.body.contains("\"me\":{"), "{}", theirs.body);
        let again = town.tea(0).await;
        assert!(again.body == nobodys.body && again.body.contains("\"me\":null"));
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
