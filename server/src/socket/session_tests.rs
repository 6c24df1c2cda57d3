//! The session loop driven through pipes, on paused time: no socket, no network. What it writes is read by code that is
//! not ours to begin with: tungstenite's frames.

#[path = "session_blocked_tests.rs"]
mod blocked;

use std::io;

use futures_util::future;
use protocol::{CloseCode, MAX_FRAME_BYTES};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex},
    time::Instant,
};
use tokio_util::sync::CancellationToken;
use tungstenite::{
    Bytes, Message, Utf8Bytes,
    protocol::{
        CloseFrame,
        frame::{Frame as WsFrame, FrameSocket},
    },
};

use super::{Consumer, Ended, Next, Wire, run};
use crate::socket::{
    heartbeat::{PING_EVERY, PONG_WITHIN},
    inbox::Inbox,
};

/// More than any test here says or hears.
const PIPE: usize = 4 * MAX_FRAME_BYTES;

/// Answers through its inbox, as consumers do; `bye` closes.
struct Echo<'a>(&'a Inbox);

impl Consumer for Echo<'_> {
    async fn receive(&mut self, text: String) -> Next {
        if text == "bye" {
            return Next::Close(CloseCode::Done);
        }
        self.0.push(&[text.into()]);
        Next::Continue
    }
}

/// A client that says all this and then stays, silent; what it was told comes back.
async fn dialogue(says: &[Vec<u8>], shutdown: &CancellationToken) -> (Ended, Vec<Message>) {
    let (server, mut client) = duplex(PIPE);
    client.write_all(&says.concat()).await.unwrap();
    let inbox = Inbox::default();
    let mut wire = Wire::new(server, &[], MAX_FRAME_BYTES);
    let ended = run(&mut wire, &mut Echo(&inbox), &inbox, shutdown).await;
    drop(wire);
    (ended, heard(client).await)
}

/// Everything that was written to a client, as frames.
async fn heard(mut client: DuplexStream) -> Vec<Message> {
    let mut bytes = Vec::new();
    client.read_to_end(&mut bytes).await.unwrap();
    let mut frames = FrameSocket::new(io::Cursor::new(bytes));
    let mut heard = Vec::new();
    while let Some(frame) = frames.read(None).unwrap() {
        heard.push(message(frame));
    }
    heard
}

fn message(frame: WsFrame) -> Message {
    match u8::from(frame.header().opcode) {
        1 => Message::Text(frame.into_text().unwrap()),
        8 => Message::Close(reason(frame.payload())),
        9 => Message::Ping(frame.into_payload()),
        10 => Message::Pong(frame.into_payload()),
        other => panic!("opcode {other}"),
    }
}

fn reason(payload: &[u8]) -> Option<CloseFrame> {
    let (code, reason) = payload.split_first_chunk()?;
    Some(CloseFrame { code: u16::from_be_bytes(*code).into(), reason: str::from_utf8(reason).unwrap().into() })
}

/// A client's frame, masked with zeros.
fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let len = payload.len();
    let header = match len {
        0..126 => vec![first, 0x80 | len as u8],
        126..=0xffff => [&[first, 0x80 | 126], &(len as u16).to_be_bytes()[..]].concat(),
        _ => [&[first, 0x80 | 127], &(len as u64).to_be_bytes()[..]].concat(),
    };
    [&header, &[0; 4][..], payload].concat()
}

fn text(words: &str) -> Vec<u8> {
    frame(0x81, words.as_bytes())
}

fn pong() -> Vec<u8> {
    frame(0x8a, &[])
}

fn closes(code: u16) -> Vec<u8> {
    frame(0x88, &code.to_be_bytes())
}

/// Closed by us; the clients here do not answer.
fn closed_with(code: u16) -> Ended {
    Ended::Closed { code, answered: false }
}

fn closed(code: CloseCode) -> Message {
    Message::Close(Some(CloseFrame { code: code.code().into(), reason: code.reason().into() }))
}

#[tokio::test(start_paused = true)]
async fn what_the_consumer_says_is_written_and_its_close_ends_the_session() {
    let (ended, heard) = dialogue(&[text("a"), text("b"), text("bye")], &CancellationToken::new()).await;
    assert_eq!(ended, closed_with(1000));
    assert_eq!(heard, [Message::text("a"), Message::text("b"), closed(CloseCode::Done)]);
}

#[tokio::test(start_paused = true)]
async fn a_binary_frame_is_refused_with_1003() {
    let (ended, heard) = dialogue(&[frame(0x82, &[0])], &CancellationToken::new()).await;
    assert_eq!(ended, closed_with(1003));
    assert_eq!(heard, [closed(CloseCode::TextOnly)]);
}

#[tokio::test(start_paused = true)]
async fn an_oversized_frame_is_refused_with_1009() {
    let half = "x".repeat(MAX_FRAME_BYTES / 2 + 1);
    let in_fragments = [frame(0x01, half.as_bytes()), frame(0x80, half.as_bytes())].concat();
    for too_long in [in_fragments, text(&"x".repeat(MAX_FRAME_BYTES + 1))] {
        let (ended, heard) = dialogue(&[too_long], &CancellationToken::new()).await;
        assert_eq!(ended, closed_with(1009));
        assert_eq!(heard, [closed(CloseCode::TooBig)]);
    }
}

#[tokio::test(start_paused = true)]
async fn the_largest_frame_passes() {
    let largest = "x".repeat(MAX_FRAME_BYTES);
    let (_, heard) = dialogue(&[text(&largest), text("bye")], &CancellationToken::new()).await;
    assert_eq!(heard.first(), Some(&Message::text(largest)));
}

#[tokio::test(start_paused = true)]
async fn broken_frames_are_refused_by_the_rules_numbers() {
    let unmasked = vec![0x81, 1, b'x'];
    for (broken, code) in [(unmasked, 1002), (frame(0x81, &[0xff]), 1007)] {
        let (ended, _) = dialogue(&[broken], &CancellationToken::new()).await;
        assert_eq!(ended, closed_with(code));
    }
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_breaks_is_lost_not_closed() {
    let (server, client) = duplex(PIPE);
    let (inbox, shutdown) = (Inbox::default(), CancellationToken::new());
    let mut wire = Wire::new(server, &[], MAX_FRAME_BYTES);
    drop(client);
    assert_eq!(run(&mut wire, &mut Echo(&inbox), &inbox, &shutdown).await, Ended::Lost);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_closes_ends_the_session_with_its_code() {
    let (ended, heard) = dialogue(&[closes(1001)], &CancellationToken::new()).await;
    assert_eq!(ended, Ended::ByClient(Some(1001)));
    assert_eq!(heard, [Message::Close(Some(CloseFrame { code: 1001.into(), reason: Utf8Bytes::default() }))]);
}

#[tokio::test(start_paused = true)]
async fn a_silent_client_is_pinged_and_then_given_up() {
    let start = Instant::now();
    let (ended, heard) = dialogue(&[], &CancellationToken::new()).await;
    assert_eq!(ended, Ended::Lost);
    assert_eq!(start.elapsed(), PING_EVERY + PONG_WITHIN);
    assert_eq!(heard, [Message::Ping(Bytes::new()), Message::Ping(Bytes::new())]);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_answers_pings_stays() {
    let shutdown = CancellationToken::new();
    let (server, mut client) = duplex(PIPE);
    let inbox = Inbox::default();
    let (mut wire, mut consumer) = (Wire::new(server, &[], MAX_FRAME_BYTES), Echo(&inbox));
    let answers = async {
        for _ in 0..20 {
            let mut ping = [0; 2];
            client.read_exact(&mut ping).await.unwrap();
            assert_eq!(ping, [0x89, 0]);
            client.write_all(&pong()).await.unwrap();
        }
        shutdown.cancel();
    };
    let (ended, ()) = future::join(run(&mut wire, &mut consumer, &inbox, &shutdown), answers).await;
    assert_eq!(ended, closed_with(1012));
}

#[tokio::test(start_paused = true)]
async fn a_ping_is_answered_with_what_it_carried() {
    let (_, heard) = dialogue(&[frame(0x89, b"still there?"), text("bye")], &CancellationToken::new()).await;
    assert_eq!(heard, [Message::Pong(Bytes::from_static(b"still there?")), closed(CloseCode::Done)]);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_answers_the_close_is_known_to_have_read_it() {
    let (ended, _) = dialogue(&[text("bye"), closes(1000)], &CancellationToken::new()).await;
    assert_eq!(ended, Ended::Closed { code: 1000, answered: true });
}

#[tokio::test(start_paused = true)]
async fn what_was_taken_for_a_socket_is_said_before_the_server_stops() {
    let (server, client) = duplex(PIPE);
    let (inbox, shutdown) = (Inbox::default(), CancellationToken::new());
    assert!(inbox.push(&["last".into(), "words".into()]));
    shutdown.cancel();
    let mut wire = Wire::new(server, &[], MAX_FRAME_BYTES);
    run(&mut wire, &mut Echo(&inbox), &inbox, &shutdown).await;
    drop(wire);
    assert_eq!(heard(client).await, [Message::text("last"), Message::text("words"), closed(CloseCode::Restarting)]);
}

#[tokio::test(start_paused = true)]
async fn a_stopping_server_tells_its_clients_to_come_back() {
    let shutdown = CancellationToken::new();
    shutdown.cancel();
    let (ended, heard) = dialogue(&[], &shutdown).await;
    assert_eq!(ended, closed_with(1012));
    assert_eq!(heard, [closed(CloseCode::Restarting)]);
}

#[tokio::test(start_paused = true)]
async fn a_group_that_never_falls_silent_does_not_keep_its_member_from_being_heard() {
    let (server, mut client) = duplex(PIPE);
    let inbox = Inbox::default();
    let (mut consumer, shutdown) = (Echo(&inbox), CancellationToken::new());
    let mut wire = Wire::new(server, &[], MAX_FRAME_BYTES);
    client.write_all(&text("bye")).await.unwrap();
    assert!(inbox.push(&["first".into()]));
    // Whenever something was written, there is more already.
    let chatter = async {
        while client.read(&mut [0; 64]).await.is_ok_and(|bytes| bytes > 0) {
            inbox.push(&["more".into()]);
        }
    };
    let session = run(&mut wire, &mut consumer, &inbox, &shutdown);
    let ended = tokio::select! {
        ended = session => ended,
        () = chatter => unreachable!("the session holds the other end"),
    };
    assert_eq!(ended, closed_with(1000));
}

#[tokio::test(start_paused = true)]
async fn a_session_that_waits_is_small() {
    let (server, _client) = duplex(PIPE);
    let (inbox, shutdown) = (Inbox::default(), CancellationToken::new());
    let (mut wire, mut consumer) = (Wire::new(server, &[], MAX_FRAME_BYTES), Echo(&inbox));
    let session = size_of_val(&run(&mut wire, &mut consumer, &inbox, &shutdown));
    assert!(session <= 420, "{session} bytes, besides its wire's {}", size_of_val(&wire));
}
