//! What the server is called, and how one comes in, as every page says it.

use store::GroupKind;

use crate::{town::Town, web::Answer};

const NAME: &str = "Tea & \"<Cake>\" 四季";
const ESCAPED: &str = "Tea &amp; \"&lt;Cake&gt;\" 四季";

async fn page(town: &Town, path: &str, lang: &str) -> Answer {
    let request = town.http.get(town.nodes[0].url(path)).header("accept", "text/html").header("accept-language", lang);
    town.send(request, None).await
}

/// What stands beside the seal.
fn brand(page: &str) -> &str {
    let from = page.split_once("class=\"brand-name\">").expect("a header").1;
    from.split_once("</bdi>").expect("a name").0.trim_end_matches("<!>")
}

#[tokio::test]
async fn every_page_carries_the_servers_name_as_text_and_one_without_a_name_is_a_teahouse() {
    let town = Town::open().await;
    let (admin, owner) = (town.admin().await, town.account("owner").await);
    let tea = town.group("tea", GroupKind::Open, &owner).await;
    let invite = format!("/invite/{}", town.link(Some(&tea), &owner, None).await);
    let pages = [
        "/",
        "/chatone",
        "/chatgroup",
        "/chatgroup?groupID=tea",
        &invite,
        "/nothing",
        "/signin",
        "/groups/none",
        "/admin",
    ];
    for path in pages {
        assert_eq!(brand(&page(&town, path, "zh-CN").await.body), "茶馆", "{path}");
        assert_eq!(brand(&page(&town, path, "en").await.body), "Teahouse", "{path}");
    }
    let settings = [("server_name", NAME), ("sign_up", "open"), ("guests", "1")];
    assert_eq!(town.post("/admin/settings", Some(&admin), &settings).await.status, 303);
    for (path, lang) in pages.into_iter().flat_map(|path| [(path, "zh-CN"), (path, "en")]) {
        let page = page(&town, path, lang).await.body;
        assert_eq!(brand(&page), ESCAPED, "{path}");
        assert!(!page.contains("<Cake>"), "{path}");
        if page.contains("<script") {
            assert!(page.contains(" data-house=\"Tea &amp; &quot;"), "{path}: the browser finds it there");
        }
    }
    assert!(page(&town, "/chatgroup?groupID=tea", "en").await.body.len() <= 20_000);
}

#[tokio::test]
async fn every_tab_is_called_what_it_is_and_nothing_else() {
    let town = Town::open().await;
    let admin = town.admin().await;
    town.group("tea", GroupKind::Open, &admin).await;
    let settings = [("server_name", NAME), ("sign_up", "open"), ("guests", "1")];
    assert_eq!(town.post("/admin/settings", Some(&admin), &settings).await.status, 303);
    let papers = ["/groups", "/groups/tea", "/search", "/settings", "/me", "/admin", "/signin"];
    for path in papers.into_iter().chain(["/", "/chatone", "/chatgroup?groupID=tea"]) {
        let page = town.get(path, Some(&admin)).await.body;
        let title = page.split_once("<title>").and_then(|(_, rest)| rest.split_once("</title>"));
        let title = title.unwrap_or_else(|| panic!("{path}: {page}")).0;
        assert!(!title.contains('<') && !title.is_empty(), "{path}: {title}");
        if page.contains("class=\"ways\"") {
            assert!(title.ends_with(" · Tea &amp; &quot;&lt;Cake&gt;&quot; 四季"), "{path}: {title}");
        }
    }
}

#[tokio::test]
async fn the_first_page_says_truly_who_may_talk() {
    let town = Town::open().await;
    let admin = town.admin().await;
    let cases = [
        ("open", true, "无需注册", "No sign-up."),
        ("closed", true, "无需注册", "No sign-up."),
        ("open", false, "注册一个账号，或者登录，就能聊。", "Sign up or sign in, and talk."),
        ("invite", false, "登录就能聊。", "Sign in and talk."),
        ("closed", false, "登录就能聊。", "Sign in and talk."),
    ];
    for (sign_up, guests, zh, en) in cases {
        let mut fields = vec![("server_name", "Tea"), ("sign_up", sign_up)];
        fields.extend(guests.then_some(("guests", "1")));
        assert_eq!(town.post("/admin/settings", Some(&admin), &fields).await.status, 303);
        for (lang, said, never) in [("zh-CN", zh, "无需注册"), ("en", en, "No sign-up")] {
            let page = page(&town, "/", lang).await.body;
            assert!(page.contains(said), "{sign_up} {guests}: {page}");
            assert_eq!(page.contains(never), guests, "{sign_up} {guests}");
        }
    }
}
