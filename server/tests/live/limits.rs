//! What one socket may ask at a time. Past a limit there is always an answer, never silence.

use std::collections::BTreeSet;

use protocol::{ClientFrame, MAX_UNCONFIRMED, RejectionCode, ServerFrame};

use crate::{
    api::{Guest, Stored},
    client::Client,
    house::House,
    socket::{Socket, group},
};

#[tokio::test]
async fn of_200_posts_at_once_each_is_confirmed_or_told_to_come_again() {
    const POSTS: usize = 200;
    let house = House::open().await;
    let ann = Guest::new(house.address).await;
    let mut socket = Socket::in_group(house.address, &ann, "g").await;
    for n in 0..POSTS {
        socket.says("g", &format!("c{n}"), &n.to_string()).await;
    }
    let (mut confirmed, mut rejected) = (BTreeSet::new(), BTreeSet::new());
    while confirmed.len() + rejected.len() < POSTS {
        let answer = socket.until("an answer for each", |frame| match frame {
            ServerFrame::Events { events, .. } => Some(Ok(events)),
            ServerFrame::Rejected { client_id, rejection } => Some(Err((client_id, rejection))),
            _ => None,
        });
        match answer.await {
            Ok(events) => confirmed.extend(events.into_iter().filter_map(|event| event.client_id)),
            Err((id, rejection)) => {
                assert_eq!(rejection.code, RejectionCode::TooMany);
                assert!(rejection.retry_after_ms.is_some());
                rejected.insert(id);
            }
        }
    }
    assert!(confirmed.len() >= MAX_UNCONFIRMED, "{}", confirmed.len());
    assert!(confirmed.is_disjoint(&rejected));
    let stored = Stored::read(house.address, "g").await;
    assert_eq!(stored.messages.len(), confirmed.len(), "what was rejected is not stored");
    // Those that were refused may come again.
    for id in rejected.iter().take(MAX_UNCONFIRMED) {
        socket.says("g", id.as_str(), &id.as_str()[1..]).await;
        assert_eq!(socket.event().await.client_id.as_ref(), Some(id));
    }
}

#[tokio::test]
async fn a_client_that_comes_again_gets_all_of_500_posts_through_each_once() {
    let house = House::open().await;
    let mut ann = Client::somebody(house.address, &["g"]).await;
    for n in 0..500 {
        ann.say("g", &n.to_string());
    }
    ann.settled().await;
    let stored = Stored::read(house.address, "g").await;
    stored.is_whole();
    assert_eq!((stored.head, stored.messages.len(), ann.confirmed.len()), (500, 500, 500));
    assert_eq!(ann.log("g").text(), stored.text());
}

#[tokio::test]
async fn whoever_asks_faster_than_it_is_answered_is_closed_with_4029_or_served() {
    let house = House::open().await;
    let ann = Guest::new(house.address).await;
    let mut socket = Socket::in_group(house.address, &ann, "g").await;
    const ASKED: usize = 400;
    for _ in 0..ASKED {
        let history = ClientFrame::History { group: group("g"), before: 10, limit: 10 };
        if socket.try_send(&history).await.is_err() {
            break;
        }
    }
    let mut pages = 0;
    while pages < ASKED {
        match socket.try_next().await {
            Ok(ServerFrame::Page { .. }) => pages += 1,
            Ok(_) => {}
            // The close frame may be lost where we have sent more than was read.
            Err(code) => return assert!(matches!(code, Some(4029) | None), "{code:?}"),
        }
    }
}

#[tokio::test]
async fn a_page_has_at_most_a_hundred_messages_and_asking_for_none_gives_one() {
    let house = House::open().await;
    let mut ann = Client::somebody(house.address, &["g"]).await;
    for n in 0..120 {
        ann.say("g", &n.to_string());
    }
    ann.settled().await;
    let mut socket = Socket::in_group(house.address, &ann.guest, "g").await;
    for (limit, count) in [(0, 1), (7, 7), (1_000_000, 100)] {
        socket.send(ClientFrame::History { group: group("g"), before: u64::MAX, limit }).await;
        let page = socket.until("a page", |frame| match frame {
            ServerFrame::Page { messages, more, seq, .. } => Some((messages, more, seq)),
            _ => None,
        });
        let (messages, more, seq) = page.await;
        assert_eq!((messages.len(), more, seq), (count, true, 120));
        assert_eq!(messages.last().unwrap().body, "119");
        assert!(messages[0].client_id.is_some(), "an author sees which command it was");
    }
    let stranger = Guest::new(house.address).await;
    let mut socket = Socket::in_group(house.address, &stranger, "g").await;
    socket.send(ClientFrame::History { group: group("g"), before: 121, limit: 1 }).await;
    let told = socket.until("a page", |frame| match frame {
        ServerFrame::Page { messages, .. } => Some(messages[0].client_id.clone()),
        _ => None,
    });
    assert_eq!(told.await, None, "nobody else does");
}
