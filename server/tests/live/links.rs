//! A link to a message, and what completes while one types: what they show, and to whom they show nothing.

use protocol::{Change, Event};
use reqwest::{Client, Response, StatusCode, redirect::Policy};

use crate::{
    api::{Guest, read, to_group},
    house::House,
};

async fn said(house: &House, by: &Guest, group: &str, body: &str) -> String {
    let post = to_group(house.address, group).header("authorization", by.bearer()).body(body.to_owned());
    let event: Event = read(post.send().await.unwrap()).await;
    match event.change {
        Change::Posted { message, .. } => message.to_string(),
        other => panic!("{other:?}"),
    }
}

async fn get(house: &House, path: &str, cookie: Option<&str>) -> (StatusCode, String) {
    let get = Client::new().get(house.server().url(path));
    let answer = cookie.into_iter().fold(get, |get, cookie| get.header("cookie", cookie)).send().await.unwrap();
    (answer.status(), answer.text().await.unwrap())
}

async fn form(house: &House, path: &str, cookie: &str, fields: &str) -> Response {
    let client = Client::builder().redirect(Policy::none()).build().unwrap();
    let post = client.post(house.server().url(path)).header("cookie", cookie).body(fields.to_owned());
    post.header("content-type", "application/x-www-form-urlencoded").send().await.unwrap()
}

/// An account with a private group: their cookie, and the group's id.
async fn with_private_group(house: &House) -> (String, String) {
    let signed =
        form(house, "/signup", "", "login=ann&name=Ann&password=seven-teapots-boil&again=seven-teapots-boil").await;
    assert_eq!(signed.status(), StatusCode::SEE_OTHER);
    let cookie = signed.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let made = form(house, "/groups/new", &cookie, "name=secret&kind=private").await;
    let place = made.headers()["location"].to_str().unwrap();
    (cookie.clone(), place.split("groupID=").nth(1).expect("a group").to_owned())
}

#[tokio::test]
async fn a_link_shows_a_message_with_those_around_it_and_marks_it() {
    let house = House::open().await;
    let ann = Guest::new(house.address).await;
    let mut ids = Vec::new();
    for n in 0..120 {
        ids.push(said(&house, &ann, "g", &format!("line{n}.")).await);
    }
    let (status, page) = get(&house, &format!("/chatgroup?groupID=g&message={}", ids[60]), None).await;
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains("line60.") && page.contains("line84.") && page.contains("line40."));
    assert!(!page.contains("line30.") && !page.contains("line119."));
    assert_eq!(page.matches("<div class=\"line message\"").count(), 50);
    let marked = page.split("message\" aria-current=\"true\"").nth(1).expect("one is marked");
    assert!(marked.find("line60.") < marked.find("line61."));
    for nowhere in ["nothing", "%00", &ids[0].replace('-', "0")] {
        let (status, page) = get(&house, &format!("/chatgroup?groupID=g&message={nowhere}"), None).await;
        assert_eq!(status, StatusCode::OK);
        assert!(page.contains("line119.") && !page.contains("<div class=\"line message\" aria-current"));
    }
}

#[tokio::test]
async fn people_are_found_by_name_and_by_pinyin() {
    let house = House::open().await;
    let ann = Guest::new(house.address).await;
    // 陈小明
    form(&house, "/me/name", &ann.cookie(), "name=%E9%99%88%E5%B0%8F%E6%98%8E").await;
    said(&house, &ann, "g", "hello").await;
    for (words, found) in [("", true), ("cxm", true), ("xiaom", true), ("nobody", false)] {
        let (status, json) = get(&house, &format!("/api/groups/g/people?q={words}"), None).await;
        assert_eq!(status, StatusCode::OK);
        assert_eq!(json.contains(ann.person.id.as_str()), found, "{words}: {json}");
    }
    let long = "x".repeat(1000);
    let (_, json) = get(&house, &format!("/api/groups/g/people?q={long}"), None).await;
    assert_eq!(json, r#"{"people":[]}"#);
    let (status, json) = get(&house, "/api/emoji?q=%E8%8C%B6", None).await;
    assert_eq!((status, json.contains("🍵")), (StatusCode::OK, true));
}

#[tokio::test]
async fn whoever_may_not_read_a_group_learns_neither_its_messages_nor_its_people() {
    let house = House::open().await;
    let (owner, group) = with_private_group(&house).await;
    let post = to_group(house.address, &group).header("cookie", &owner).header("origin", house.server().url(""));
    let event: Event = read(post.body("kept").send().await.unwrap()).await;
    let Change::Posted { message, .. } = event.change else { panic!("{event:?}") };
    let (page, people) =
        (format!("/chatgroup?groupID={group}&message={message}"), format!("/api/groups/{group}/people?q="));
    assert!(get(&house, &page, Some(&owner)).await.1.contains("kept"));
    assert!(get(&house, &people, Some(&owner)).await.1.contains("Ann"));
    let (pins, around) = (format!("/api/groups/{group}/pins"), format!("/api/groups/{group}/around?message={message}"));
    assert!(get(&house, &around, Some(&owner)).await.1.contains("kept"));
    let stranger = Guest::new(house.address).await.cookie();
    for cookie in [None, Some(stranger.as_str())] {
        for path in [&page, &people, &pins, &around] {
            let (status, text) = get(&house, path, cookie).await;
            assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
            assert!(!text.contains("kept") && !text.contains("Ann"), "{path}: {text}");
        }
        let elsewhere = get(&house, &format!("/chatgroup?groupID=g&message={message}"), cookie).await.1;
        assert!(!elsewhere.contains("kept"), "a message is shown in its own group alone");
    }
}
