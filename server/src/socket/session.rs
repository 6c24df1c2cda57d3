//! The one loop that every socket runs: client frames to the consumer, inbox to the socket, heartbeat, shutdown, close.
//! Generic over `Sink` and `Stream`, so that tests drive it through channels. Never knows what a frame means.

use std::{fmt, future::Future, time::Duration};

use futures_util::{FutureExt, Sink, SinkExt, Stream, StreamExt};
use protocol::{CloseCode, MAX_FRAME_BYTES};
use tokio::time::{error::Elapsed, timeout};
use tokio_tungstenite::tungstenite::{
    Bytes, Error as WsError, Message, Utf8Bytes,
    error::ProtocolError,
    protocol::{CloseFrame, frame::coding::CloseCode as WsCode},
};
use tokio_util::sync::CancellationToken;

use super::{
    heartbeat::{Beat, Heartbeat},
    inbox::{Outbound, Waiting},
};

/// How long one write may be blocked before the reader counts as too slow.
const WRITE_WITHIN: Duration = Duration::from_secs(20);
/// How long last words and the closing handshake may take, each; together within the server's own time to stop.
const CLOSE_WITHIN: Duration = Duration::from_secs(2);

/// Serves one socket: what it does with each text frame. What it wants to say goes through its inbox.
pub(crate) trait Consumer: Send {
    fn receive(&mut self, text: Utf8Bytes) -> impl Future<Output = Next> + Send;

    /// The server stops. What it still has to say goes out before the close frame.
    fn part(&mut self) {}
}

/// What follows a frame.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Next {
    Continue,
    Close(CloseCode),
}

/// How a session ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// We closed it, with this code; whether the client answered, and so has read everything.
    Closed { code: u16, answered: bool },
    /// The client closed it, with this code if it gave one.
    ByClient(Option<u16>),
    /// The connection broke, or the client stopped answering.
    Lost,
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Closed { code, .. } => write!(f, "closed with {code}"),
            Self::ByClient(Some(code)) => write!(f, "closed by the client with {code}"),
            Self::ByClient(None) => f.write_str("closed by the client"),
            Self::Lost => f.write_str("connection lost"),
        }
    }
}

/// Runs a socket to its end. Cancelling `shutdown` closes it with 1012.
pub(crate) async fn run<S, C, I>(socket: &mut S, consumer: &mut C, inbox: &I, shutdown: &CancellationToken) -> Ended
where
    I: Outbound,
    S: Sink<Message, Error = WsError> + Stream<Item = Result<Message, WsError>> + Unpin + Send,
    C: Consumer,
{
    let mut heartbeat = Heartbeat::new();
    let outcome = loop {
        // In order of urgency; writing before reading gives a client that asks faster than it reads back-pressure, and
        // one frame is read after each write so that a busy group cannot keep its member from being heard.
        let step = tokio::select! {
            biased;
            () = shutdown.cancelled() => Err(close(CloseCode::Restarting)),
            beat = heartbeat.beat() => match beat {
                Beat::Ping => write(socket, [Message::Ping(Bytes::new())], inbox, shutdown).await,
                Beat::Lost => last_chance(socket, consumer, &mut heartbeat).await,
            },
            waiting = inbox.next() => match waiting {
                Waiting::Frames(frames) => match write(socket, frames.into_iter().map(Message::Text), inbox, shutdown).await {
                    Ok(()) => read_if_ready(socket, consumer, &mut heartbeat).await,
                    Err(outcome) => Err(outcome),
                },
                Waiting::Overflowed => Err(close(CloseCode::TooSlow)),
                Waiting::Done(code) => Err(close(code)),
            },
            frame = socket.next() => read(frame, consumer, &mut heartbeat).await,
        };
        if let Err(outcome) = step {
            break outcome;
        }
    };
    match outcome {
        Outcome::Close(code, reason) => {
            if shutdown.is_cancelled() {
                consumer.part();
            }
            last_words(socket, inbox).await;
            say_goodbye(socket, code, reason).await
        }
        Outcome::ByClient(code) => {
            // Flushes the close frame that answers the client's.
            let _ = timeout(CLOSE_WITHIN, socket.close()).await;
            Ended::ByClient(code)
        }
        Outcome::Lost => Ended::Lost,
    }
}

/// Why the loop stops.
enum Outcome {
    Close(u16, &'static str),
    ByClient(Option<u16>),
    Lost,
}

fn close(code: CloseCode) -> Outcome {
    Outcome::Close(code.code(), code.reason())
}

/// The pong may have arrived while a write was blocked: read what is there before giving up.
async fn last_chance<S, C>(socket: &mut S, consumer: &mut C, heartbeat: &mut Heartbeat) -> Result<(), Outcome>
where
    S: Stream<Item = Result<Message, WsError>> + Unpin,
    C: Consumer,
{
    while let Some(frame) = socket.next().now_or_never() {
        read(frame, consumer, heartbeat).await?;
        if !heartbeat.is_lost() {
            return Ok(());
        }
    }
    Err(Outcome::Lost)
}

async fn read_if_ready<S, C>(socket: &mut S, consumer: &mut C, heartbeat: &mut Heartbeat) -> Result<(), Outcome>
where
    S: Stream<Item = Result<Message, WsError>> + Unpin,
    C: Consumer,
{
    match socket.next().now_or_never() {
        Some(frame) => read(frame, consumer, heartbeat).await,
        None => Ok(()),
    }
}

async fn read<C: Consumer>(
    frame: Option<Result<Message, WsError>>,
    consumer: &mut C,
    heartbeat: &mut Heartbeat,
) -> Result<(), Outcome> {
    match frame {
        Some(Ok(Message::Text(text))) if text.len() > MAX_FRAME_BYTES => Err(close(CloseCode::TooBig)),
        Some(Ok(Message::Text(text))) => match consumer.receive(text).await {
            Next::Continue => Ok(()),
            Next::Close(code) => Err(close(code)),
        },
        Some(Ok(Message::Binary(_))) => Err(close(CloseCode::TextOnly)),
        Some(Ok(Message::Pong(_))) => {
            heartbeat.pong();
            Ok(())
        }
        // The library has queued the answer already; it leaves with the next write or read.
        Some(Ok(Message::Ping(_) | Message::Frame(_))) => Ok(()),
        Some(Ok(Message::Close(frame))) => Err(Outcome::ByClient(frame.map(|frame| frame.code.into()))),
        Some(Err(error)) => Err(after(&error)),
        None => Err(Outcome::Lost),
    }
}

/// What a broken frame deserves: RFC 6455 §7.4.1 has a number for each.
fn after(error: &WsError) -> Outcome {
    match error {
        WsError::Capacity(_) => close(CloseCode::TooBig),
        WsError::Utf8(_) => Outcome::Close(WsCode::Invalid.into(), "text is not UTF-8"),
        // No close frame came first: the network's doing, not the client's.
        WsError::Protocol(ProtocolError::ResetWithoutClosingHandshake) => Outcome::Lost,
        WsError::Protocol(_) => Outcome::Close(WsCode::Protocol.into(), "broken frame"),
        _ => Outcome::Lost,
    }
}

/// Writes everything and flushes once. A reader that blocks this is watched: its inbox may overflow meanwhile, the
/// server may stop, and its patience is bounded.
async fn write<S, I>(
    socket: &mut S,
    frames: impl IntoIterator<Item = Message>,
    inbox: &I,
    shutdown: &CancellationToken,
) -> Result<(), Outcome>
where
    I: Outbound,
    S: Sink<Message, Error = WsError> + Unpin,
{
    tokio::select! {
        biased;
        written = write_all(socket, frames) => written,
        () = inbox.overflowed() => Err(close(CloseCode::TooSlow)),
        () = shutdown.cancelled() => Err(close(CloseCode::Restarting)),
    }
}

/// Each frame has its own limit: a slow link that moves is not a blocked one.
async fn write_all<S>(socket: &mut S, frames: impl IntoIterator<Item = Message>) -> Result<(), Outcome>
where
    S: Sink<Message, Error = WsError> + Unpin,
{
    for frame in frames {
        in_time(timeout(WRITE_WITHIN, socket.feed(frame)).await)?;
    }
    in_time(timeout(WRITE_WITHIN, socket.flush()).await)
}

fn in_time(written: Result<Result<(), WsError>, Elapsed>) -> Result<(), Outcome> {
    match written {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) => Err(Outcome::Lost),
        Err(_) => Err(close(CloseCode::TooSlow)),
    }
}

/// What was taken for this socket before it closes is still said: there is no second place to read it from.
async fn last_words<S, I>(socket: &mut S, inbox: &I)
where
    I: Outbound,
    S: Sink<Message, Error = WsError> + Unpin,
{
    if let Some(Waiting::Frames(frames)) = inbox.next().now_or_never() {
        let _ = timeout(CLOSE_WITHIN, write_all(socket, frames.into_iter().map(Message::Text))).await;
    }
}

/// Sends the close frame and reads on until the client has answered it, so that the client sees the code before the
/// connection goes.
async fn say_goodbye<S>(socket: &mut S, code: u16, reason: &'static str) -> Ended
where
    S: Sink<Message, Error = WsError> + Stream<Item = Result<Message, WsError>> + Unpin,
{
    let frame = CloseFrame { code: code.into(), reason: Utf8Bytes::from_static(reason) };
    let goodbye = async {
        socket.send(Message::Close(Some(frame))).await.ok()?;
        while let Some(Ok(frame)) = socket.next().await {
            if frame.is_close() {
                return Some(());
            }
        }
        None
    };
    // Past the limit the client does not listen; the connection goes without its answer.
    let answered = matches!(timeout(CLOSE_WITHIN, goodbye).await, Ok(Some(())));
    Ended::Closed { code, answered }
}

#[cfg(test)]
#[path = "session_tests.rs"]
mod tests;
