//! The pages as a browser without JavaScript gets them, and the headers around them.

mod helpers;

use helpers::TestServer;
use reqwest::{Client, Response, header, redirect::Policy};

async fn get(server: &TestServer, path: &str, headers: &[(&str, &str)]) -> Response {
    let client = Client::builder().redirect(Policy::none()).build().unwrap();
    let request =
        headers.iter().fold(client.get(server.url(path)), |request, (name, value)| request.header(*name, *value));
    request.send().await.unwrap()
}

async fn page(server: &TestServer, path: &str, language: &str) -> (u16, String) {
    let response = get(server, path, &[("accept", "text/html"), ("accept-language", language)]).await;
    (response.status().as_u16(), response.text().await.unwrap())
}

#[tokio::test]
async fn every_page_is_rendered_in_chinese_and_in_english() {
    let server = TestServer::start().await;
    for (path, status, zh, en) in [
        ("/", 200, "开一壶茶", "Put the kettle on"),
        ("/chatone", 200, "单人聊天", "Room for one"),
        ("/chatgroup", 200, "输入一个群号", "Type a group ID"),
        ("/chatgroup?groupID=7", 200, "群组内聊天[ 群ID: 7 ]", "Group chat [ group ID: 7 ]"),
        ("/chatgroup?groupID=%E8%8C%B6", 200, "群组内聊天[ 群ID: 茶 ]", "Group chat [ group ID: 茶 ]"),
        ("/chatgroup?groupID=a%20b", 400, "不能用作群号", "cannot be a group ID"),
        ("/nothing", 404, "没有这个页面", "There is no such page"),
        ("/group/a%20b/", 404, "没有这个页面", "There is no such page"),
        ("/room/1/", 426, "不接受这个请求", "does not understand or accept"),
    ] {
        let (zh_status, zh_page) = page(&server, path, "zh-CN").await;
        let (en_status, en_page) = page(&server, path, "en-GB,en;q=0.9").await;
        assert_eq!((zh_status, en_status), (status, status), "{path}");
        assert!(zh_page.contains("<html lang=\"zh-CN\"") && zh_page.contains(zh), "{path}: {zh_page}");
        assert!(en_page.contains("<html lang=\"en\"") && en_page.contains(en), "{path}: {en_page}");
    }
}

#[tokio::test]
async fn the_tutorials_words_are_in_the_chat_pages_html() {
    let server = TestServer::start().await;
    let (_, room) = page(&server, "/chatone", "").await;
    let (_, group) = page(&server, "/chatgroup?groupID=1", "").await;
    assert!(room.contains("placeholder=\"输入聊天内容\"") && group.contains("placeholder=\"输入群聊内容\""));
    for html in [room, group] {
        assert!(html.contains("点击发送") && html.contains("关闭连接"));
        assert!(html.len() <= 20_000, "{} bytes", html.len());
    }
}

#[tokio::test]
async fn what_a_visitor_types_into_the_address_is_shown_as_text() {
    let server = TestServer::start().await;
    let (status, html) = page(&server, "/chatgroup?groupID=%3Cscript%3Ealert(1)%3C%2Fscript%3E%22onx%3D1", "").await;
    assert_eq!(status, 400);
    assert!(!html.contains("<script>alert"), "{html}");
    assert!(html.contains("value=\"&lt;script&gt;alert(1)&lt;/script&gt;&quot;onx=1\""), "{html}");
}

#[tokio::test]
async fn a_policy_allows_only_this_pages_own_scripts() {
    let server = TestServer::start().await;
    let response = get(&server, "/chatone", &[]).await;
    let policy = response.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned();
    let html = response.text().await.unwrap();
    for rule in ["'wasm-unsafe-eval'", "frame-ancestors 'none'", "base-uri 'none'", "object-src 'none'"] {
        assert!(policy.contains(rule), "{policy}");
    }
    assert!(!policy.contains("unsafe-inline"));
    let nonce = policy.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap();
    let (scripts, with_nonce) = (html.matches("<script").count(), html.matches(&format!("nonce=\"{nonce}\"")).count());
    assert!(scripts > 0 && with_nonce >= scripts, "{html}");
    let other = get(&server, "/chatone", &[]).await;
    assert_ne!(other.headers()[header::CONTENT_SECURITY_POLICY], policy.as_str(), "a nonce is used once");
}

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    let server = TestServer::start().await;
    for path in ["/", "/nothing", "/healthz", "/group/a.b/", "/pkg/nothing.js"] {
        let response = get(&server, path, &[]).await;
        assert_eq!(response.headers()["x-content-type-options"], "nosniff", "{path}");
        assert_eq!(response.headers()["referrer-policy"], "same-origin", "{path}");
    }
}

#[tokio::test]
async fn pages_are_compressed_for_those_who_ask() {
    let server = TestServer::start().await;
    for coding in ["br", "gzip"] {
        let response = get(&server, "/", &[("accept-encoding", coding)]).await;
        assert_eq!(response.headers()[header::CONTENT_ENCODING], coding);
    }
    assert!(!get(&server, "/", &[]).await.headers().contains_key(header::CONTENT_ENCODING));
}

#[tokio::test]
async fn the_language_switch_works_without_javascript_and_sticks() {
    let server = TestServer::start().await;
    let switched = get(&server, "/lang/en?next=%2Fchatgroup%3FgroupID%3D1", &[]).await;
    assert_eq!(switched.status(), 303);
    assert_eq!(switched.headers()[header::LOCATION], "/chatgroup?groupID=1");
    let cookie = switched.headers()[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
    let response = get(&server, "/", &[("cookie", &cookie), ("accept-language", "zh-CN")]).await;
    assert!(response.text().await.unwrap().contains("<html lang=\"en\""));
}

#[tokio::test]
async fn the_language_switch_leads_to_no_other_site_and_no_other_language() {
    let server = TestServer::start().await;
    let away = get(&server, "/lang/en?next=%2F%2Fevil.example", &[]).await;
    assert_eq!(away.headers()[header::LOCATION], "/");
    assert_eq!(get(&server, "/lang/tlh?next=/", &[]).await.status(), 404);
    // A header cannot be split by what comes in an address.
    let split = get(&server, "/lang/en?next=%2Fa%0d%0aX-Evil%3A1", &[]).await;
    assert!(!split.headers().contains_key("x-evil"));
}

#[tokio::test]
async fn a_slash_too_many_leads_to_the_page() {
    let server = TestServer::start().await;
    let response = get(&server, "/chatgroup/?groupID=%E8%8C%B6", &[]).await;
    assert_eq!(response.status(), 308);
    assert_eq!(response.headers()[header::LOCATION], "/chatgroup?groupID=%E8%8C%B6");
    assert_eq!(get(&server, "/chatone/", &[]).await.headers()[header::LOCATION], "/chatone");
}

#[tokio::test]
async fn a_new_group_has_a_name_of_its_own_each_time() {
    let server = TestServer::start().await;
    let mut names = Vec::new();
    for _ in 0..2 {
        let response = get(&server, "/chatgroup/new", &[]).await;
        assert_eq!(response.status(), 303);
        names.push(response.headers()[header::LOCATION].to_str().unwrap().to_owned());
    }
    assert!(names.iter().all(|name| name.starts_with("/chatgroup?groupID=")));
    assert_ne!(names[0], names[1]);
}

#[tokio::test]
async fn it_says_that_it_is_alive_and_ready() {
    let server = TestServer::start().await;
    assert_eq!(get(&server, "/healthz", &[]).await.text().await.unwrap(), "ok\n");
    assert_eq!(get(&server, "/readyz", &[]).await.text().await.unwrap(), "ready\n");
}

#[tokio::test]
async fn programs_get_one_line_of_text_instead_of_a_page() {
    let server = TestServer::start().await;
    let response = get(&server, "/group/a.b/", &[]).await;
    assert_eq!(response.status(), 404);
    assert!(response.text().await.unwrap().starts_with("404: no such group"));
    let post = Client::new().post(server.url("/nothing")).send().await.unwrap();
    assert_eq!(post.status(), 405);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn pages_that_are_asked_for_all_at_once_all_come() {
    let server = std::sync::Arc::new(TestServer::start().await);
    for path in ["/", "/chatone", "/chatgroup", "/chatgroup?groupID=7", "/nothing"] {
        let asked: Vec<_> = (0..40)
            .map(|_| {
                let server = std::sync::Arc::clone(&server);
                tokio::spawn(async move { page(&server, path, "zh-CN").await.0 })
            })
            .collect();
        for status in asked {
            assert_eq!(status.await.unwrap(), if path == "/nothing" { 404 } else { 200 }, "{path}");
        }
    }
}
