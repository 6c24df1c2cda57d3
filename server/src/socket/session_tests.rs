//! The session loop driven through channels, on paused time: no socket, no network.

use std::convert::Infallible;

use futures_channel::mpsc;
use futures_util::{Sink, SinkExt, Stream, StreamExt, future, sink, stream};
use protocol::{CloseCode, MAX_FRAME_BYTES};
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::{
    Bytes, Error as WsError, Message, Utf8Bytes,
    error::{CapacityError, ProtocolError},
    protocol::CloseFrame,
};
use tokio_util::sync::CancellationToken;

use super::{CLOSE_WITHIN, Consumer, Ended, Next, WRITE_WITHIN, run};
use crate::socket::{
    heartbeat::{PING_EVERY, PONG_WITHIN},
    inbox::Inbox,
};

/// Answers through its inbox, as consumers do; `bye` closes.
struct Echo<'a>(&'a Inbox);

impl Consumer for Echo<'_> {
    async fn receive(&mut self, text: Utf8Bytes) -> Next {
        if text == "bye" {
            return Next::Close(CloseCode::Done);
        }
        self.0.push(&[text]);
        Next::Continue
    }
}

type Frame = Result<Message, WsError>;

/// The session's end of a connection.
struct Socket<R, W> {
    frames: R,
    written: W,
}

impl<R: Stream<Item = Frame> + Unpin, W: Unpin> Stream for Socket<R, W> {
    type Item = Frame;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        cx: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        self.frames.poll_next_unpin(cx)
    }
}

impl<R: Unpin, W: Sink<Message> + Unpin> Sink<Message> for Socket<R, W> {
    type Error = WsError;

    fn poll_ready(
        mut self: std::pin::Pin<&mut Self>,
        cx: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Result<(), WsError>> {
        self.written.poll_ready_unpin(cx).map_err(|_| WsError::ConnectionClosed)
    }

    fn start_send(mut self: std::pin::Pin<&mut Self>, frame: Message) -> Result<(), WsError> {
        self.written.start_send_unpin(frame).map_err(|_| WsError::ConnectionClosed)
    }

    fn poll_flush(
        mut self: std::pin::Pin<&mut Self>,
        cx: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Result<(), WsError>> {
        self.written.poll_flush_unpin(cx).map_err(|_| WsError::ConnectionClosed)
    }

    fn poll_close(
        mut self: std::pin::Pin<&mut Self>,
        cx: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Result<(), WsError>> {
        self.written.poll_close_unpin(cx).map_err(|_| WsError::ConnectionClosed)
    }
}

/// A client that says all this and then stays, silent; what it was told comes back.
async fn dialogue(says: Vec<Frame>, shutdown: &CancellationToken) -> (Ended, Vec<Message>) {
    let (written, heard) = mpsc::unbounded();
    let inbox = Inbox::default();
    let frames = stream::iter(says).chain(stream::pending());
    let ended = run(&mut Socket { frames, written }, &mut Echo(&inbox), &inbox, shutdown).await;
    (ended, heard.collect().await)
}

fn text(words: &str) -> Frame {
    Ok(Message::text(words))
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
    let (ended, heard) = dialogue(vec![text("a"), text("b"), text("bye")], &CancellationToken::new()).await;
    assert_eq!(ended, closed_with(1000));
    assert_eq!(heard, [Message::text("a"), Message::text("b"), closed(CloseCode::Done)]);
}

#[tokio::test(start_paused = true)]
async fn a_binary_frame_is_refused_with_1003() {
    let (ended, heard) = dialogue(vec![Ok(Message::Binary(Bytes::from_static(&[0])))], &CancellationToken::new()).await;
    assert_eq!(ended, closed_with(1003));
    assert_eq!(heard, [closed(CloseCode::TextOnly)]);
}

#[tokio::test(start_paused = true)]
async fn an_oversized_frame_is_refused_with_1009() {
    let size = MAX_FRAME_BYTES + 1;
    let too_long = WsError::Capacity(CapacityError::MessageTooLong { size, max_size: MAX_FRAME_BYTES });
    for frame in [Err(too_long), text(&"x".repeat(size))] {
        let (ended, heard) = dialogue(vec![frame], &CancellationToken::new()).await;
        assert_eq!(ended, closed_with(1009));
        assert_eq!(heard, [closed(CloseCode::TooBig)]);
    }
}

#[tokio::test(start_paused = true)]
async fn the_largest_frame_passes() {
    let largest = "x".repeat(MAX_FRAME_BYTES);
    let (_, heard) = dialogue(vec![text(&largest), text("bye")], &CancellationToken::new()).await;
    assert_eq!(heard.first(), Some(&Message::text(largest)));
}

#[tokio::test(start_paused = true)]
async fn broken_frames_are_refused_by_the_rules_numbers() {
    for (error, code) in
        [(WsError::Protocol(ProtocolError::UnmaskedFrameFromClient), 1002), (WsError::Utf8("invalid".to_owned()), 1007)]
    {
        let (ended, _) = dialogue(vec![Err(error)], &CancellationToken::new()).await;
        assert_eq!(ended, closed_with(code));
    }
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_breaks_is_lost_not_closed() {
    let broken = WsError::Protocol(ProtocolError::ResetWithoutClosingHandshake);
    let (ended, heard) = dialogue(vec![Err(broken)], &CancellationToken::new()).await;
    assert_eq!((ended, heard.len()), (Ended::Lost, 0));
}

#[tokio::test(start_paused = true)]
async fn a_client_that_closes_ends_the_session_with_its_code() {
    let frame = CloseFrame { code: 1001.into(), reason: Utf8Bytes::default() };
    let (ended, _) = dialogue(vec![Ok(Message::Close(Some(frame)))], &CancellationToken::new()).await;
    assert_eq!(ended, Ended::ByClient(Some(1001)));
}

#[tokio::test(start_paused = true)]
async fn a_silent_client_is_pinged_and_then_given_up() {
    let start = Instant::now();
    let (ended, heard) = dialogue(vec![], &CancellationToken::new()).await;
    assert_eq!(ended, Ended::Lost);
    assert_eq!(start.elapsed(), PING_EVERY + PONG_WITHIN);
    assert_eq!(heard, [Message::Ping(Bytes::new()), Message::Ping(Bytes::new())]);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_answers_pings_stays() {
    let shutdown = CancellationToken::new();
    let (written, heard) = mpsc::unbounded();
    let (mut client, frames) = mpsc::unbounded::<Frame>();
    let inbox = Inbox::default();
    let mut socket = Socket { frames, written };
    let mut consumer = Echo(&inbox);
    let answers = async {
        let mut pings = heard.filter(|frame: &Message| future::ready(frame.is_ping()));
        for _ in 0..20 {
            assert!(pings.next().await.is_some());
            client.send(Ok(Message::Pong(Bytes::new()))).await.unwrap();
        }
        shutdown.cancel();
    };
    let (ended, ()) = future::join(run(&mut socket, &mut consumer, &inbox, &shutdown), answers).await;
    assert_eq!(ended, closed_with(1012));
}

#[tokio::test(start_paused = true)]
async fn a_client_that_answers_the_close_is_known_to_have_read_it() {
    let answer = CloseFrame { code: 1000.into(), reason: Utf8Bytes::default() };
    let says = vec![text("bye"), Ok(Message::Close(Some(answer)))];
    let (ended, _) = dialogue(says, &CancellationToken::new()).await;
    assert_eq!(ended, Ended::Closed { code: 1000, answered: true });
}

#[tokio::test(start_paused = true)]
async fn what_was_taken_for_a_socket_is_said_before_the_server_stops() {
    let (written, heard) = mpsc::unbounded();
    let (inbox, shutdown) = (Inbox::default(), CancellationToken::new());
    assert!(inbox.push(&["last".into(), "words".into()]));
    shutdown.cancel();
    let mut socket = Socket { frames: stream::pending(), written };
    run(&mut socket, &mut Echo(&inbox), &inbox, &shutdown).await;
    drop(socket);
    let heard: Vec<Message> = heard.collect().await;
    assert_eq!(heard, [Message::text("last"), Message::text("words"), closed(CloseCode::Restarting)]);
}

#[tokio::test(start_paused = true)]
async fn a_stopping_server_tells_its_clients_to_come_back() {
    let shutdown = CancellationToken::new();
    shutdown.cancel();
    let (ended, heard) = dialogue(vec![], &shutdown).await;
    assert_eq!(ended, closed_with(1012));
    assert_eq!(heard, [closed(CloseCode::Restarting)]);
}

/// A socket that takes nothing, ever.
fn blocked() -> impl Sink<Message, Error = Infallible> + Unpin {
    Box::pin(sink::unfold((), |(), _: Message| future::pending()))
}

#[tokio::test(start_paused = true)]
async fn a_reader_that_blocks_every_write_is_closed_as_too_slow_and_holds_nobody_up() {
    let start = Instant::now();
    let inbox = Inbox::default();
    let frames = stream::iter([text("a"), text("b")]).chain(stream::pending());
    let mut socket = Socket { frames, written: blocked() };
    let ended = run(&mut socket, &mut Echo(&inbox), &inbox, &CancellationToken::new()).await;
    assert_eq!(ended, closed_with(4008));
    assert!(start.elapsed() <= WRITE_WITHIN + 2 * CLOSE_WITHIN, "{:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn an_inbox_that_overflows_behind_a_blocked_write_closes_with_4008_at_once() {
    let start = Instant::now();
    let inbox = Inbox::default();
    let frames = stream::iter([text("a"), text("b")]).chain(stream::pending());
    let mut socket = Socket { frames, written: blocked() };
    let mut consumer = Echo(&inbox);
    let flood = async {
        tokio::task::yield_now().await;
        while inbox.push(&["x".into()]) {}
    };
    let (ended, ()) = future::join(run(&mut socket, &mut consumer, &inbox, &CancellationToken::new()), flood).await;
    assert_eq!(ended, closed_with(4008));
    assert!(start.elapsed() <= 2 * CLOSE_WITHIN, "{:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_group_that_never_falls_silent_does_not_keep_its_member_from_being_heard() {
    let (written, mut heard) = mpsc::unbounded();
    let inbox = Inbox::default();
    let frames = stream::iter([text("bye")]).chain(stream::pending());
    let (mut socket, mut consumer, shutdown) = (Socket { frames, written }, Echo(&inbox), CancellationToken::new());
    assert!(inbox.push(&["first".into()]));
    // Whenever something was written, there is more already.
    let chatter = async {
        while heard.next().await.is_some() {
            inbox.push(&["more".into()]);
        }
    };
    let session = run(&mut socket, &mut consumer, &inbox, &shutdown);
    let ended = tokio::select! {
        ended = session => ended,
        () = chatter => unreachable!("the session holds the other end"),
    };
    assert_eq!(ended, closed_with(1000));
}
