//! What is pinned, and where a date leads: heard, read again after an absence, and on the page.

use protocol::{Change, MAX_PINS, MessageId, RejectionCode, ResetWhy};
use reqwest::StatusCode;
use serde_json::Value;

use crate::{
    api::{Guest, Stored, read},
    client::Client,
    house::House,
    resume::{Came, resume},
    socket::{Socket, client_id, delete, edit, pin},
};

async fn get(house: &House, path: &str) -> (StatusCode, String) {
    let request = reqwest::Client::new().get(house.server().url(path)).header("accept-language", "en");
    let answer = request.send().await.unwrap();
    (answer.status(), answer.text().await.unwrap())
}

/// The texts of a group's pins, as of which event, and whether nobody in particular may pin.
async fn pins(house: &House, group: &str) -> (Vec<String>, u64, bool) {
    let json: Value = read(reqwest::get(house.server().url(&format!("/api/groups/{group}/pins"))).await.unwrap()).await;
    let texts = json["pins"].as_array().unwrap().iter().map(|pin| pin["text"].as_str().unwrap().to_owned());
    (texts.collect(), json["seq"].as_u64().unwrap(), json["may_pin"].as_bool().unwrap())
}

async fn said(socket: &mut Socket, id: &str, body: &str) -> MessageId {
    socket.says("g", id, body).await;
    socket.event().await.change.message().unwrap().clone()
}

#[tokio::test]
async fn a_pin_is_heard_by_everyone_and_read_by_whoever_comes() {
    let house = House::open().await;
    let (ann, bo) = (Guest::new(house.address).await, Guest::new(house.address).await);
    let mut ann = Socket::in_group(house.address, &ann, "g").await;
    let mut bo = Socket::in_group(house.address, &bo, "g").await;
    let message = said(&mut ann, "c1", "tea at **four**").await;
    bo.event().await;
    bo.send(pin("g", "c1", &message, true)).await;
    let (his, hers) = (bo.event().await, ann.event().await);
    assert_eq!(hers.change, Change::Pinned { message: message.clone(), on: true });
    assert_eq!((his.seq, his.client_id, hers.client_id), (2, Some(client_id("c1")), None));
    assert_eq!(pins(&house, "g").await, (vec!["tea at **four**".to_owned()], 2, true));
    assert!(Stored::read(house.address, "g").await.messages[0].pinned);
    let (_, page) = get(&house, "/chatgroup?groupID=g").await;
    assert!(page.contains("<span class=\"pins-line\"><cite>") && page.contains("<span>tea at four</span></a>"));
    assert!(page.contains(&format!("/chatgroup?groupID=g&amp;message={message}")), "without script a link leads there");

    ann.send(edit("g", "c2", &message, "tea at five")).await;
    assert_eq!((ann.event().await.seq, pins(&house, "g").await.0), (3, vec!["tea at five".to_owned()]));
    ann.send(delete("g", "c3", &message)).await;
    assert_eq!((ann.event().await.seq, pins(&house, "g").await), (4, (Vec::new(), 4, true)));
    assert!(!get(&house, "/chatgroup?groupID=g").await.1.contains("pins-line"));
    ann.send(pin("g", "c4", &message, true)).await;
    assert_eq!(ann.rejected().await, (client_id("c4"), RejectionCode::NoMessage, None));
}

#[tokio::test]
async fn whoever_was_away_hears_of_a_pin_or_is_told_to_begin_anew() {
    let house = House::open().await;
    let mut ann = Client::somebody(house.address, &["g"]).await;
    ann.say("g", "tea at four");
    ann.settled().await;
    let message = ann.mine("g").remove(0);
    let epoch = ann.log("g").epoch.clone().unwrap();
    ann.pin("g", &message, true);
    ann.settled().await;
    let bo = Guest::new(house.address).await;
    let (_, came, _) = resume(house.address, &bo, &epoch, 1).await;
    let Came::Events(events, 2) = came else { panic!("{came:?}") };
    assert_eq!(events[0].change, Change::Pinned { message: message.id.clone(), on: true });
    for n in 0..250 {
        ann.react("g", &message, "🍵", n % 2 == 0);
        ann.pin("g", &message, n % 2 == 0);
    }
    ann.settled().await;
    let (_, came, _) = resume(house.address, &bo, &epoch, 1).await;
    assert_eq!(came, Came::Reset(502, ResetWhy::TooFar));
    assert_eq!(pins(&house, "g").await, (Vec::new(), 502, true));
}

#[tokio::test]
async fn a_group_has_so_many_pins_and_no_more() {
    let house = House::open().await;
    let mut ann = Client::somebody(house.address, &["g"]).await;
    for n in 0..=MAX_PINS {
        ann.say("g", &format!("line {n}"));
    }
    ann.settled().await;
    for message in ann.mine("g") {
        ann.pin("g", &message, true);
    }
    ann.settled().await;
    assert_eq!(ann.refused.iter().map(|(_, code)| *code).collect::<Vec<_>>(), [RejectionCode::TooManyPins]);
    let (texts, ..) = pins(&house, "g").await;
    assert_eq!((texts.len(), texts[0].as_str()), (MAX_PINS, "line 49"));
}

#[tokio::test]
async fn a_date_leads_to_the_first_message_of_that_day_or_later() {
    let house = House::open().await;
    let mut ann = Client::somebody(house.address, &["g"]).await;
    for n in 0..120 {
        ann.say("g", &format!("line{n}."));
    }
    ann.settled().await;
    let (status, page) = get(&house, "/chatgroup?groupID=g&date=2020-02-29").await;
    assert_eq!(status, StatusCode::OK);
    let marked = page.split("message\" aria-current=\"true\"").nth(1).expect("one is marked");
    assert!(marked.contains("line0.") && !page.contains("line119."), "the first there is");
    let (status, page) = get(&house, "/chatgroup?groupID=g&date=2999-01-01").await;
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains("line119.") && page.contains("Nothing was said on that day or later"));
    for nonsense in ["2026-02-30", "", "tomorrow", "2026", "-1", "%00", "99999-01-01"] {
        let (status, page) = get(&house, &format!("/chatgroup?groupID=g&date={nonsense}")).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{nonsense}");
        assert!(page.contains("line119.") && page.contains("That is not a date"), "{nonsense}: nothing is lost");
    }
}

#[tokio::test]
async fn the_page_around_a_message_or_a_moment_is_had_without_a_page() {
    let house = House::open().await;
    let mut ann = Client::somebody(house.address, &["g"]).await;
    for n in 0..120 {
        ann.say("g", &format!("line{n}."));
    }
    ann.settled().await;
    let all = ann.mine("g");
    let around = async |asked: &str| get(&house, &format!("/api/groups/g/around?{asked}")).await;
    for (asked, which) in [
        (format!("message={}", all[60].id), Some(60)),
        (format!("since={}", all[0].at), Some(0)),
        ("since=-5".to_owned(), Some(0)),
        ("message=nothing".to_owned(), None),
    ] {
        let (status, text) = around(&asked).await;
        let json: Value = serde_json::from_str(&text).unwrap();
        let Some(which) = which else {
            assert_eq!((status, &json["code"]), (StatusCode::NOT_FOUND, &"no_message".into()), "{asked}");
            continue;
        };
        assert_eq!((&json["type"], &json["around"]), (&"page".into(), &all[which].id.as_str().into()), "{asked}");
        assert!(json["messages"].as_array().unwrap().iter().any(|one| one["id"] == json["around"]));
        assert_eq!(status, StatusCode::OK);
    }
    assert_eq!(around(&format!("since={}", i64::MAX)).await, (StatusCode::NO_CONTENT, String::new()));
    for broken in ["", "since=yesterday", "message=a%20b", "since=1&message=m", "since="] {
        assert_eq!(around(broken).await.0, StatusCode::BAD_REQUEST, "{broken}");
    }
}
