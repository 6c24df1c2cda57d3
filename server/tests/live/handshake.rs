//! How a `/live` socket begins, and what ends it at once.

use protocol::{ClientFrame, Limits, Place, Resume, ServerFrame};
use tokio::net::TcpStream;
use tokio_tungstenite::{
    client_async,
    tungstenite::{Error, Message, client::IntoClientRequest},
};

use crate::{
    api::Guest,
    house::House,
    socket::{Socket, group, now, post},
};

#[tokio::test]
async fn the_subprotocol_comes_back_and_whoever_offers_only_others_is_refused() {
    let house = House::open().await;
    let (_, response) = Socket::try_open(house.address, &[]).await.unwrap();
    assert_eq!(response.headers()["sec-websocket-protocol"], "teahouse.v1");
    let mut request = format!("ws://{}/live", house.address).into_client_request().unwrap();
    request.headers_mut().insert("sec-websocket-protocol", "teahouse.v9, chat".parse().unwrap());
    let refused = client_async(request, TcpStream::connect(house.address).await.unwrap()).await;
    assert!(matches!(refused, Err(Error::Http(response)) if response.status() == 400));
}

#[tokio::test]
async fn a_foreign_page_gets_403_and_our_own_gets_in() {
    let house = House::open().await;
    match Socket::try_open(house.address, &[("origin", "https://elsewhere.example")]).await {
        Err(Error::Http(response)) => {
            assert_eq!(response.status(), 403);
            assert!(!response.headers().contains_key("set-cookie"), "nobody was let in");
        }
        other => panic!("{:?}", other.map(|_| "opened")),
    }
    let own = format!("http://{}", house.address);
    assert!(Socket::try_open(house.address, &[("origin", &own)]).await.is_ok());
}

#[tokio::test]
async fn who_has_no_cookie_gets_one_and_is_the_same_person_with_it() {
    let house = House::open().await;
    let (mut socket, response) = Socket::try_open(house.address, &[]).await.unwrap();
    let cookie = response.headers()["set-cookie"].to_str().unwrap().to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    socket.hello(vec![]).await;
    let ServerFrame::Welcome { you: first, .. } = socket.welcomed().await else { panic!() };
    let pair = cookie.split(';').next().unwrap();
    let (mut again, response) = Socket::try_open(house.address, &[("cookie", pair)]).await.unwrap();
    assert!(!response.headers().contains_key("set-cookie"));
    again.hello(vec![]).await;
    assert!(matches!(again.welcomed().await, ServerFrame::Welcome { you, .. } if you == first));
}

#[tokio::test]
async fn the_welcome_names_the_limits_who_one_is_and_where_each_group_stands() {
    let house = House::open().await;
    let guest = Guest::new(house.address).await;
    let mut socket = Socket::in_group(house.address, &guest, "one").await;
    socket.says("one", "c1", "hello").await;
    socket.event().await;
    let mut other = Socket::open(house.address, &guest).await;
    other.hello(vec![now("one"), now("empty")]).await;
    let ServerFrame::Welcome { limits, you, groups, heartbeat_ms, version, connection } = other.welcomed().await else {
        panic!("no welcome")
    };
    assert_eq!((limits, you, heartbeat_ms), (Limits::V1, guest.person, protocol::HEARTBEAT_MS));
    assert!(!version.is_empty() && !connection.is_empty());
    let stands: Vec<_> =
        groups.iter().map(|one| (one.group.as_str(), one.head, one.read, one.unread, one.resume)).collect();
    assert_eq!(stands, [("one", 1, 0, 1, Resume::Live), ("empty", 0, 0, 0, Resume::Live)]);
    assert_eq!(groups[0].epoch, groups[1].epoch);
}

#[tokio::test]
async fn the_group_that_is_looked_at_is_served_first_and_one_named_twice_counts_once() {
    let house = House::open().await;
    let guest = Guest::new(house.address).await;
    let mut socket = Socket::open(house.address, &guest).await;
    let groups = ["a", "b", "c", "b", "a"].map(now).to_vec();
    socket.send(ClientFrame::Hello { client: "t".to_owned(), groups, focus: Some(group("c")) }).await;
    let ServerFrame::Welcome { groups, .. } = socket.welcomed().await else { panic!() };
    assert_eq!(groups.iter().map(|one| one.group.as_str()).collect::<Vec<_>>(), ["c", "a", "b"]);
    for n in 0..3 {
        socket.says("a", &format!("c{n}"), "once").await;
        assert_eq!(socket.event().await.seq, n + 1, "every event comes once");
    }
}

#[tokio::test]
async fn anything_before_hello_a_second_hello_and_what_is_no_frame_close_with_4002() {
    let house = House::open().await;
    let guest = Guest::new(house.address).await;
    let hello = r#"{"type":"hello","client":"t","groups":[]}"#;
    for frames in [
        vec![r#"{"type":"ping","id":1}"#],
        vec!["hello"],
        vec![hello, hello],
        vec![hello, r#"{"type":"shout","body":"x"}"#],
        vec![hello, r#"{"type":"post","client_id":"c","body":"no group"}"#],
        vec![hello, r#"{"type":"post","client_id":"c","group":"no group","body":"x"}"#],
        vec![hello, r#"{"type":"post","client_id":"","group":"g","body":"x"}"#],
        vec![hello, "[]"],
    ] {
        let mut socket = Socket::open(house.address, &guest).await;
        for frame in &frames {
            socket.raw(Message::text(*frame)).await;
        }
        let bye = socket.until("bye", |frame| matches!(frame, ServerFrame::Bye { .. }).then_some(())).await;
        assert_eq!((bye, socket.close_code().await), ((), Some(4002)), "{frames:?}");
    }
}

#[tokio::test]
async fn fields_that_nobody_knows_are_ignored() {
    let house = House::open().await;
    let guest = Guest::new(house.address).await;
    let mut socket = Socket::open(house.address, &guest).await;
    socket.raw(Message::text(r#"{"type":"hello","client":"t","groups":[{"group":"g","x":1}],"mood":"good"}"#)).await;
    socket.welcomed().await;
}

#[tokio::test]
async fn a_binary_frame_closes_with_1003_and_one_that_is_too_long_with_1009() {
    let house = House::open().await;
    let guest = Guest::new(house.address).await;
    let mut socket = Socket::in_group(house.address, &guest, "g").await;
    socket.raw(Message::binary(vec![1])).await;
    assert_eq!(socket.close_code().await, Some(1003));

    let frame = |body: usize| serde_json::to_string(&post("g", "c1", &"x".repeat(body))).unwrap();
    let room = protocol::MAX_LIVE_FRAME_BYTES - frame(0).len();
    let mut socket = Socket::in_group(house.address, &guest, "g").await;
    socket.raw(Message::text(frame(room))).await;
    assert_eq!(socket.event().await.seq, 1, "the longest that fits is taken");
    socket.raw(Message::text(frame(room + 1))).await;
    assert_eq!(socket.close_code().await, Some(1009));
}

#[tokio::test]
async fn a_hello_with_257_groups_closes_with_4029_and_one_with_256_is_welcomed() {
    let house = House::open().await;
    let guest = Guest::new(house.address).await;
    let groups = |count: usize| -> Vec<Place> { (0..count).map(|n| now(&format!("g{n}"))).collect() };
    let mut socket = Socket::open(house.address, &guest).await;
    socket.hello(groups(257)).await;
    assert_eq!(socket.close_code().await, Some(4029));
    let mut socket = Socket::open(house.address, &guest).await;
    socket.hello(groups(256)).await;
    assert!(matches!(socket.welcomed().await, ServerFrame::Welcome { groups, .. } if groups.len() == 256));
    // One of them again is no more; one more is.
    socket.send(ClientFrame::Subscribe(now("g7"))).await;
    socket.until("g7", |frame| matches!(frame, ServerFrame::Subscribed(_)).then_some(())).await;
    socket.send(ClientFrame::Unsubscribe { group: group("g7") }).await;
    socket.send(ClientFrame::Subscribe(now("another"))).await;
    socket.until("another", |frame| matches!(frame, ServerFrame::Subscribed(_)).then_some(())).await;
    socket.send(ClientFrame::Subscribe(now("g7"))).await;
    assert_eq!(socket.close_code().await, Some(4029));
}
