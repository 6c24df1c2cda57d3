//! The database goes away under open sockets and comes back: commands are refused as retryable, nothing else breaks, and
//! it heals without a restart.

use std::time::Duration;

use protocol::{ClientFrame, RejectionCode, ServerFrame};
use reqwest::StatusCode;
use sqlx::Executor as _;
use tokio::time::sleep;

use crate::{
    api::{Guest, Stored, to_group},
    client::Client,
    house::House,
    postgres_server::Server as Postgres,
    socket::{Socket, client_id, now},
};

#[tokio::test]
async fn while_postgresql_is_away_commands_are_told_to_come_again_and_then_do() {
    let mut postgres = Postgres::start().await;
    let house = House::with_flags(&["--database", &postgres.url()]).await;
    let ann = Guest::new(house.address).await;
    let mut socket = Socket::in_group(house.address, &ann, "g").await;
    socket.says("g", "c1", "before").await;
    assert_eq!(socket.event().await.seq, 1);
    postgres.kill();

    socket.says("g", "c2", "meanwhile").await;
    let (id, code, retry_after_ms) = socket.rejected().await;
    assert_eq!((id, code, retry_after_ms.is_some()), (client_id("c2"), RejectionCode::Unavailable, true));
    // The socket lives: it is answered, and waits for what it asks of the database.
    socket.send(ClientFrame::Ping { id: 1 }).await;
    socket.until("a pong", |frame| matches!(frame, ServerFrame::Pong { id: 1, .. }).then_some(())).await;
    socket.send(ClientFrame::Subscribe(now("other"))).await;
    let refused = to_group(house.address, "g").header("authorization", ann.bearer()).body("x").send().await.unwrap();
    assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(refused.headers().contains_key("retry-after"));

    postgres.start_again().await;
    socket.until("subscribed", |frame| matches!(frame, ServerFrame::Subscribed(_)).then_some(())).await;
    for attempt in 0.. {
        assert!(attempt < 400, "it never heals");
        socket.says("g", "c2", "meanwhile").await;
        let answer = socket.until("an answer", |frame| match frame {
            ServerFrame::Events { mut events, .. } => Some(Some(events.remove(0))),
            ServerFrame::Rejected { rejection, .. } => {
                assert!(rejection.code.is_retryable(), "{rejection:?}");
                Some(None)
            }
            _ => None,
        });
        if let Some(event) = answer.await {
            assert_eq!((event.seq, event.client_id), (2, Some(client_id("c2"))));
            break;
        }
        sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(Stored::read(house.address, "g").await.bodies(), ["before", "meanwhile"]);
}

#[tokio::test]
async fn what_is_stored_and_cannot_be_confirmed_is_told_to_be_sent_again() {
    let house = House::open().await;
    let ann = Guest::new(house.address).await;
    // Who does not listen to the group hears nothing of it but the confirmation.
    let mut socket = Socket::open(house.address, &ann).await;
    socket.hello(vec![]).await;
    let raw = house.raw().await;
    raw.execute("UPDATE meta SET name = 'lost' WHERE name = 'epoch'").await.expect("it is written");
    socket.says("g", "c1", "tea").await;
    let (id, code, retry_after_ms) = socket.rejected().await;
    assert_eq!((id, code, retry_after_ms.is_some()), (client_id("c1"), RejectionCode::Unavailable, true));
    let stored: i64 = sqlx::query_scalar("SELECT count(*) FROM messages").fetch_one(&raw).await.expect("it reads");
    assert_eq!(stored, 1);

    raw.execute("UPDATE meta SET name = 'epoch' WHERE name = 'lost'").await.expect("it is written");
    socket.says("g", "c1", "tea").await;
    let event = socket.event().await;
    assert_eq!((event.seq, event.client_id), (1, Some(client_id("c1"))));
    assert_eq!(Stored::read(house.address, "g").await.bodies(), ["tea"]);
}

#[tokio::test]
async fn people_talk_on_through_a_database_that_comes_and_goes() {
    let mut postgres = Postgres::start().await;
    let house = House::with_flags(&["--database", &postgres.url()]).await;
    let mut ann = Client::somebody(house.address, &["g"]).await;
    let mut bo = Client::somebody(house.address, &["g"]).await;
    for round in 0..3 {
        for n in 0..10 {
            ann.say("g", &format!("ann {round}.{n}"));
            bo.say("g", &format!("bo {round}.{n}"));
        }
        let away = async {
            postgres.kill();
            postgres.start_again().await;
        };
        tokio::join!(ann.settled(), bo.settled(), away);
    }
    let stored = Stored::read(house.address, "g").await;
    stored.is_whole();
    assert_eq!(stored.head, 60);
    for client in [&mut ann, &mut bo] {
        client.reaches("g", 60).await;
        assert_eq!(client.log("g").text(), stored.text());
        assert_eq!((client.connections, client.log("g").resets), (1, 0), "nobody was sent away");
    }
    assert_eq!(ann.log("g").epoch.as_ref(), Some(&stored.epoch));
}
