//! One conversation, many doors: plain sockets, `/live`, the HTTP interface and the form make one timeline.

use protocol::{Change, Event, GROUP_PREFIX, MAX_BODY_BYTES, ServerFrame};
use reqwest::{Client, Response, StatusCode, redirect::Policy};

use crate::{
    api::{Guest, Stored, read, to_group},
    house::House,
    socket::{Socket, client_id},
};

fn body(event: &Event) -> &str {
    match &event.change {
        Change::Posted { body, .. } => body,
        other => panic!("{other:?}"),
    }
}

async fn code(answer: Response) -> (StatusCode, String) {
    let status = answer.status();
    let json: serde_json::Value = read(answer).await;
    (status, json["code"].as_str().expect("a code").to_owned())
}

/// As a browser without script does.
async fn form(house: &House, cookie: Option<&str>, fields: &str) -> Response {
    let client = Client::builder().redirect(Policy::none()).build().unwrap();
    let post = client.post(house.server().url("/chatgroup")).body(fields.to_owned());
    let post = post.header("content-type", "application/x-www-form-urlencoded");
    cookie.into_iter().fold(post, |post, cookie| post.header("cookie", cookie)).send().await.unwrap()
}

#[tokio::test]
async fn what_is_said_through_any_door_is_heard_at_every_door_in_one_order() {
    let house = House::open().await;
    let ann = Guest::new(house.address).await;
    let mut live = Socket::in_group(house.address, &ann, "茶馆").await;
    let mut plain = house.server().connect("/group/%E8%8C%B6%E9%A6%86/").await;

    plain.says("plain").await;
    live.says("茶馆", "c1", "live").await;
    let path = "%E8%8C%B6%E9%A6%86";
    let hear = async |live: &mut Socket, plain: &mut crate::helpers::Client| {
        (body(&live.event().await).to_owned(), plain.heard().await)
    };
    let mut heard = vec![hear(&mut live, &mut plain).await, hear(&mut live, &mut plain).await];
    let said = to_group(house.address, path).header("authorization", ann.bearer()).body("api").send().await.unwrap();
    assert_eq!(said.status(), StatusCode::CREATED);
    let event: Event = read(said).await;
    assert_eq!((event.seq, body(&event), &event.by), (3, "api", &ann.person));
    heard.push(hear(&mut live, &mut plain).await);
    let sent = form(&house, Some(&ann.cookie()), &format!("groupID={path}&client_id=f1&body=a%0D%0Aform+%26")).await;
    assert_eq!(sent.status(), StatusCode::SEE_OTHER);
    assert_eq!(sent.headers()["location"], format!("/chatgroup?groupID={path}#composer"));
    heard.push(hear(&mut live, &mut plain).await);

    let stored = Stored::read(house.address, path).await;
    stored.is_whole();
    let expected: Vec<_> =
        stored.bodies().iter().map(|body| ((*body).to_owned(), format!("{GROUP_PREFIX}{body}"))).collect();
    assert_eq!(heard, expected);
    assert_eq!(stored.bodies()[2..], ["api", "a\nform &"]);
    assert!(stored.messages[1..].iter().filter(|one| one.body != "plain").all(|one| one.by == ann.person));
}

#[tokio::test]
async fn a_plain_socket_with_a_cookie_speaks_as_its_person_and_one_without_as_somebody() {
    let house = House::open().await;
    let ann = Guest::new(house.address).await;
    let mut live = Socket::in_group(house.address, &ann, "g").await;
    let mut plain = house.server().connect("/group/g/").await;
    for words in ["exit", "", " "] {
        plain.says(words).await;
        let event = live.event().await;
        assert_eq!(body(&event), words, "the tutorial's sockets may say anything");
        assert_ne!(event.by.id, ann.person.id);
        assert!(!event.by.name.is_empty());
    }
}

#[tokio::test]
async fn an_idempotency_key_stores_once_and_a_live_socket_sees_it_as_its_command() {
    let house = House::open().await;
    let ann = Guest::new(house.address).await;
    let mut live = Socket::in_group(house.address, &ann, "g").await;
    let say = |key: &str, words: &'static str| {
        to_group(house.address, "g").header("authorization", ann.bearer()).header("idempotency-key", key).body(words)
    };
    let first = say("key-1", "once").send().await.unwrap();
    assert_eq!(first.status(), StatusCode::CREATED);
    let first: Event = read(first).await;
    let again = say("key-1", "once").send().await.unwrap();
    assert_eq!(again.status(), StatusCode::OK);
    assert_eq!(read::<Event>(again).await, first);
    let other = say("key-1", "other").send().await.unwrap();
    assert_eq!(code(other).await, (StatusCode::CONFLICT, "reused".to_owned()));
    let bad = say("a key", "x").send().await.unwrap();
    assert_eq!(code(bad).await, (StatusCode::BAD_REQUEST, "broken".to_owned()));
    let event = live.event().await;
    assert_eq!((event.client_id.clone(), &event), (Some(client_id("key-1")), &first));
    live.says("g", "key-1", "once").await;
    assert_eq!(live.event().await, first, "the doors share their commands");
    assert_eq!(Stored::read(house.address, "g").await.head, 1);
}

#[tokio::test]
async fn the_api_takes_json_and_says_what_is_wrong() {
    let house = House::open().await;
    let ann = Guest::new(house.address).await;
    let by = |path: &str| to_group(house.address, path).header("authorization", ann.bearer());
    let json = |text: &'static str| by("g").header("content-type", "application/json").body(text);
    let said: Event = read(json(r#"{"body":"json"}"#).send().await.unwrap()).await;
    assert_eq!(body(&said), "json");
    let anonymous = to_group(house.address, "g").body("x").send().await.unwrap();
    assert!(anonymous.headers().contains_key("www-authenticate"));
    assert_eq!(anonymous.status(), StatusCode::UNAUTHORIZED);
    let unknown = to_group(house.address, "g").header("authorization", format!("Bearer {}", "0".repeat(64)));
    assert_eq!(unknown.body("x").send().await.unwrap().status(), StatusCode::UNAUTHORIZED);
    let cookie = to_group(house.address, "g").header("cookie", ann.cookie()).body("cookie").send().await.unwrap();
    assert_eq!(cookie.status(), StatusCode::CREATED);
    for (request, expected) in [
        (by("no%20group").body("x"), (StatusCode::NOT_FOUND, "no_group")),
        (by("g").body(" "), (StatusCode::BAD_REQUEST, "empty")),
        (by("g").body("x".repeat(MAX_BODY_BYTES + 1)), (StatusCode::PAYLOAD_TOO_LARGE, "too_long")),
        (json(r#"{"text":"x"}"#), (StatusCode::BAD_REQUEST, "broken")),
        (json(r#"{"body":"x","reply_to":"none"}"#), (StatusCode::NOT_FOUND, "no_message")),
        (by("g").header("origin", "https://elsewhere.example").body("x"), (StatusCode::FORBIDDEN, "not_yours")),
        (by("g").body(vec![0xff_u8]), (StatusCode::BAD_REQUEST, "broken")),
    ] {
        let (status, code) = code(request.send().await.unwrap()).await;
        assert_eq!((status, code.as_str()), expected);
    }
    assert_eq!(Stored::read(house.address, "g").await.bodies(), ["json", "cookie"]);
}

#[tokio::test]
async fn the_longest_message_of_one_door_goes_out_at_the_others() {
    let house = House::open().await;
    let ann = Guest::new(house.address).await;
    let mut live = Socket::in_group(house.address, &ann, "g").await;
    let longest = "x".repeat(MAX_BODY_BYTES);
    let post = to_group(house.address, "g").header("authorization", ann.bearer()).body(longest.clone());
    assert_eq!(post.send().await.unwrap().status(), StatusCode::CREATED);
    assert_eq!(body(&live.event().await), longest);
}

#[tokio::test]
async fn the_form_lets_a_newcomer_in_says_it_once_and_refuses_what_it_must() {
    let house = House::open().await;
    let first = form(&house, None, "groupID=g&client_id=f1&body=hello").await;
    assert_eq!(first.status(), StatusCode::SEE_OTHER);
    let cookie = first.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    for _ in 0..2 {
        let again = form(&house, Some(&cookie), "groupID=g&client_id=f1&body=hello").await;
        assert_eq!(again.status(), StatusCode::SEE_OTHER, "pressed twice");
        assert!(!again.headers().contains_key("set-cookie"));
    }
    let empty = form(&house, Some(&cookie), "groupID=g&client_id=f2&body=+").await;
    assert_eq!(empty.status(), StatusCode::SEE_OTHER);
    let nowhere = form(&house, Some(&cookie), "groupID=no+group&client_id=f3&body=x").await;
    assert_eq!(nowhere.status(), StatusCode::BAD_REQUEST);
    let foreign = Client::new().post(house.server().url("/chatgroup")).header("origin", "https://elsewhere.example");
    let foreign = foreign.header("content-type", "application/x-www-form-urlencoded").body("groupID=g&body=x");
    assert_eq!(foreign.send().await.unwrap().status(), StatusCode::FORBIDDEN);
    let stored = Stored::read(house.address, "g").await;
    assert_eq!(stored.bodies(), ["hello"]);
}

#[tokio::test]
async fn a_newcomers_page_brings_a_cookie_so_that_pressing_twice_says_it_once_and_two_tabs_are_one_person() {
    let house = House::open().await;
    let page = reqwest::get(house.server().url("/chatgroup?groupID=g")).await.unwrap();
    let cookie = page.headers()["set-cookie"].to_str().unwrap().to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    let cookie = cookie.split(';').next().unwrap();
    let press = || form(&house, Some(cookie), "groupID=g&client_id=f1&body=hello");
    let (one, two) = tokio::join!(press(), press());
    assert_eq!((one.status(), two.status()), (StatusCode::SEE_OTHER, StatusCode::SEE_OTHER));
    let stored = Stored::read(house.address, "g").await;
    assert_eq!(stored.bodies(), ["hello"]);
    let mut people = Vec::new();
    for _ in 0..2 {
        let (mut tab, _) = Socket::try_open(house.address, &[("cookie", cookie)]).await.unwrap();
        tab.hello(vec![]).await;
        let ServerFrame::Welcome { you, .. } = tab.welcomed().await else { panic!() };
        people.push(you);
    }
    assert_eq!(people, [stored.messages[0].by.clone(), stored.messages[0].by.clone()]);
    let again = Client::new().get(house.server().url("/chatgroup?groupID=g")).header("cookie", cookie).send().await;
    assert!(!again.unwrap().headers().contains_key("set-cookie"));
}

#[tokio::test]
async fn marks_are_stored_as_they_were_written_and_shown_by_the_page() {
    let house = House::open().await;
    let ann = Guest::new(house.address).await;
    let words = format!("这是**重点**。<b>\n<@{}>", ann.person.id);
    let post = to_group(house.address, "g").header("authorization", ann.bearer()).body(words.clone());
    assert_eq!(post.send().await.unwrap().status(), StatusCode::CREATED);
    assert_eq!(Stored::read(house.address, "g").await.bodies(), [words]);

    let page = Client::new().get(house.server().url("/chatgroup?groupID=g")).header("cookie", ann.cookie());
    let html = page.send().await.unwrap().text().await.unwrap();
    let mention = format!("<span class=\"mention me\" data-person=\"{}\">@{}</span>", ann.person.id, ann.person.name);
    let shown = format!("<div class=\"line-text\"><p>这是<strong>重点</strong>。&lt;b&gt;<br>{mention}</p></div>");
    assert!(html.contains(&shown), "{html}");
}
