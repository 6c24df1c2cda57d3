//! The database does not answer, and does not say that it does not: PostgreSQL is frozen under open sockets. Everyone is
//! told in bounded time, and everything heals when it moves again.

use std::net::SocketAddr;

use protocol::{RejectionCode, ServerFrame};
use reqwest::StatusCode;
use tokio::time::timeout;

use crate::{
    api::{Guest, Stored, to_group},
    client::Client,
    helpers::PATIENCE,
    house::Program,
    postgres_server::Server as Postgres,
    socket::{Socket, client_id, now},
};

async fn start() -> (Postgres, Program) {
    let postgres = Postgres::start().await;
    let program = Program::start(&["--database", &postgres.url()]).await;
    (postgres, program)
}

async fn answer(address: SocketAddr, path: &str) -> (StatusCode, String) {
    let answer = timeout(PATIENCE, reqwest::get(format!("http://{address}{path}"))).await.expect("no answer").unwrap();
    (answer.status(), answer.text().await.unwrap())
}

/// Waits until it says so at `/readyz`.
async fn is(address: SocketAddr, status: StatusCode) -> String {
    let ready = async {
        loop {
            let (now, why) = answer(address, "/readyz").await;
            if now == status {
                return why;
            }
        }
    };
    timeout(2 * PATIENCE, ready).await.unwrap_or_else(|_| panic!("/readyz never says {status}"))
}

#[tokio::test]
async fn commands_are_refused_in_time_and_are_stored_once_when_it_moves_again() {
    let (postgres, program) = start().await;
    let address = program.address;
    let ann = Guest::new(address).await;
    let mut socket = Socket::in_group(address, &ann, "g").await;
    socket.says("g", "c1", "before").await;
    assert_eq!(socket.event().await.seq, 1);

    postgres.freeze();
    socket.says("g", "c2", "meanwhile").await;
    let (id, code, retry_after_ms) = socket.rejected().await;
    assert_eq!((id, code, retry_after_ms.is_some()), (client_id("c2"), RejectionCode::Unavailable, true));
    let (status, why) = answer(address, "/readyz").await;
    assert!(status == StatusCode::SERVICE_UNAVAILABLE && why.contains("nothing can be stored"), "{why}");
    assert_eq!(answer(address, "/healthz").await.0, StatusCode::OK);
    let (status, html) = answer(address, "/chatgroup?groupID=g").await;
    assert!(status == StatusCode::OK && html.contains("g ]"), "the page comes all the same: {html}");
    let refused = to_group(address, "g").header("authorization", ann.bearer()).body("x").send();
    let refused = timeout(PATIENCE, refused).await.expect("no answer").unwrap();
    assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(refused.headers().contains_key("retry-after"));

    postgres.thaw();
    assert_eq!(is(address, StatusCode::OK).await, "ready\n");
    socket.says("g", "c2", "meanwhile").await;
    let event = socket.event().await;
    assert_eq!((event.seq, event.client_id), (2, Some(client_id("c2"))));
    assert_eq!(Stored::read(address, "g").await.bodies(), ["before", "meanwhile"]);
}

#[tokio::test]
async fn people_talk_on_through_a_database_that_freezes_and_thaws() {
    let (postgres, program) = start().await;
    let address = program.address;
    let mut ann = Client::somebody(address, &["g"]).await;
    let mut bo = Client::somebody(address, &["g"]).await;
    for round in 0..2 {
        for n in 0..10 {
            ann.say("g", &format!("ann {round}.{n}"));
            bo.say("g", &format!("bo {round}.{n}"));
        }
        let frozen = async {
            postgres.freeze();
            is(address, StatusCode::SERVICE_UNAVAILABLE).await;
            postgres.thaw();
        };
        tokio::join!(ann.settled(), bo.settled(), frozen);
    }
    let stored = Stored::read(address, "g").await;
    stored.is_whole();
    assert_eq!(stored.head, 40);
    for client in [&mut ann, &mut bo] {
        client.reaches("g", 40).await;
        assert_eq!(client.log("g").text(), stored.text());
        assert_eq!((client.connections, client.log("g").resets, client.refused.len()), (1, 0, 0));
    }
}

#[tokio::test]
async fn a_hello_that_cannot_be_answered_is_told_to_come_back() {
    let (postgres, program) = start().await;
    let guest = Guest::new(program.address).await;
    let mut socket = Socket::open(program.address, &guest).await;
    postgres.freeze();
    socket.hello(vec![now("g")]).await;
    let bye = socket.until("bye", |frame| match frame {
        ServerFrame::Bye { retry_after_ms, .. } => Some(retry_after_ms),
        frame => panic!("{frame:?}"),
    });
    assert!(bye.await.is_some(), "it says when");
    assert_eq!(socket.close_code().await, Some(1012));
    // Whoever comes before it moves again is told so at the door.
    let bearer = guest.bearer();
    let headers = [("authorization", bearer.as_str())];
    let door = timeout(PATIENCE, Socket::try_open(program.address, &headers)).await.expect("no answer");
    let Err(tokio_tungstenite::tungstenite::Error::Http(refusal)) = door.map(drop) else { panic!("it opened") };
    assert_eq!(refusal.status(), StatusCode::SERVICE_UNAVAILABLE);

    postgres.thaw();
    is(program.address, StatusCode::OK).await;
    let mut socket = Socket::in_group(program.address, &guest, "g").await;
    socket.says("g", "c1", "hello").await;
    assert_eq!(socket.event().await.seq, 1);
}

#[tokio::test]
async fn a_subscription_that_cannot_be_served_yet_keeps_no_command_waiting() {
    let (postgres, program) = start().await;
    let guest = Guest::new(program.address).await;
    let mut socket = Socket::in_group(program.address, &guest, "g").await;
    postgres.freeze();
    socket.send(protocol::ClientFrame::Subscribe(now("other"))).await;
    socket.says("g", "c1", "said at once after it").await;
    let (id, code, _) = socket.rejected().await;
    assert_eq!((id, code), (client_id("c1"), RejectionCode::Unavailable));
    postgres.thaw();
    socket.until("subscribed", |frame| matches!(frame, ServerFrame::Subscribed(_)).then_some(())).await;
}
