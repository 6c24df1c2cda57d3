//! The one loop that every socket runs: client frames to the consumer, inbox to the socket, heartbeat, shutdown, close.
//! Generic over what carries it, so that tests drive it through pipes. Never knows what a frame means. While it waits it is
//! one small future: whatever takes long is boxed when it begins.

use std::{
    fmt,
    future::{Future, poll_fn},
    mem,
    pin::{Pin, pin},
    task::{Context, Poll, ready},
    time::Duration,
};

use protocol::CloseCode;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    time::{Instant, Sleep, sleep_until},
};
use tokio_util::sync::{CancellationToken, WaitForCancellationFuture};
use tracing::trace;
use websocket::{Error, Frame, Message};

use super::{
    heartbeat::{Beat, Heartbeat},
    inbox::{Outbound, Waiting},
    parting::part,
    wire::{Broken, Incoming, Wire},
};

/// How long one write may be blocked before the reader counts as too slow.
const WRITE_WITHIN: Duration = Duration::from_secs(20);

/// Serves one socket: what it does with each text frame. What it wants to say goes through its inbox.
pub(crate) trait Consumer: Send {
    fn receive(&mut self, text: String) -> impl Future<Output = Next> + Send;

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
pub(crate) async fn run<S, C, I>(wire: &mut Wire<S>, consumer: &mut C, inbox: &I, shutdown: &CancellationToken) -> Ended
where
    S: AsyncRead + AsyncWrite + Unpin + Send,
    C: Consumer,
    I: Outbound,
{
    let outcome = {
        let mut session =
            Session { wire, consumer, inbox, heartbeat: Heartbeat::new(), is_to_read: false, blocked: None };
        let mut alarm = pin!(sleep_until(session.heartbeat.at()));
        let mut stop = pin!(shutdown.cancelled());
        loop {
            let next = match poll_fn(|cx| session.poll(cx, stop.as_mut(), alarm.as_mut())).await {
                Step::Text(text) => Box::pin(session.consumer.receive(text)).await,
                Step::End(outcome) => break outcome,
            };
            if let Next::Close(code) = next {
                break close(code);
            }
        }
    };
    inbox.share(None);
    wire.begin(inbox.rouse());
    Box::pin(part(wire, consumer, inbox, shutdown, outcome)).await
}

struct Session<'a, S, C, I> {
    wire: &'a mut Wire<S>,
    consumer: &'a mut C,
    inbox: &'a I,
    heartbeat: Heartbeat,
    /// Something was written: now a frame is read, if there is one.
    is_to_read: bool,
    /// Until when the frame that is being written may take, and how many waited then.
    blocked: Option<(Instant, usize)>,
}

/// What a session has waited for.
enum Step {
    Text(String),
    End(Outcome),
}

/// Why the loop stops.
pub(super) enum Outcome {
    Close(u16, &'static str),
    ByClient(Option<u16>),
    Lost,
}

fn close(code: CloseCode) -> Outcome {
    Outcome::Close(code.code(), code.reason())
}

impl<S, C, I> Session<'_, S, C, I>
where
    S: AsyncRead + AsyncWrite + Unpin,
    C: Consumer,
    I: Outbound,
{
    /// In order of urgency; writing before reading gives a client that asks faster than it reads back-pressure, and one
    /// frame is read after each write so that a busy group cannot keep its member from being heard.
    fn poll(
        &mut self,
        cx: &mut Context<'_>,
        stop: Pin<&mut WaitForCancellationFuture<'_>>,
        mut alarm: Pin<&mut Sleep>,
    ) -> Poll<Step> {
        self.rouse();
        if stop.poll(cx).is_ready() {
            return Poll::Ready(Step::End(close(CloseCode::Restarting)));
        }
        loop {
            if !self.wire.is_flushed() {
                match self.wire.poll_flush(cx) {
                    Poll::Ready(Ok(())) => self.blocked = None,
                    Poll::Ready(Err(_)) => return Poll::Ready(Step::End(Outcome::Lost)),
                    Poll::Pending => return self.poll_blocked(cx, alarm).map(Step::End),
                }
            }
            if self.is_due(cx, alarm.as_mut(), self.heartbeat.at()) {
                match self.heartbeat.beat() {
                    Beat::Ping => self.wire.queue([Frame::ping()]),
                    Beat::Lost => {
                        if let Some(step) = self.last_chance(cx) {
                            return Poll::Ready(step);
                        }
                    }
                }
                continue;
            }
            let reads = mem::take(&mut self.is_to_read);
            if reads && let Poll::Ready(message) = self.wire.poll_message(cx) {
                match self.hear(message) {
                    Some(step) => return Poll::Ready(step),
                    None => continue,
                }
            }
            match self.inbox.poll_next(cx) {
                Poll::Ready(Waiting::Frames(frames)) => {
                    self.wire.queue_all(frames);
                    self.is_to_read = true;
                    continue;
                }
                Poll::Ready(Waiting::Ended(code)) => return Poll::Ready(Step::End(close(code))),
                Poll::Pending if reads => return Poll::Pending,
                Poll::Pending => {}
            }
            let message = ready!(self.wire.poll_message(cx));
            self.rouse();
            if let Some(step) = self.hear(message) {
                return Poll::Ready(step);
            }
        }
    }

    /// From now on nobody else writes.
    fn rouse(&mut self) {
        self.wire.begin(self.inbox.rouse());
    }

    /// A reader that blocks a write is watched: its inbox may overflow meanwhile, the server may stop, and its patience is
    /// bounded. Each frame has its own limit: a slow link that moves is not a blocked one.
    fn poll_blocked(&mut self, cx: &mut Context<'_>, alarm: Pin<&mut Sleep>) -> Poll<Outcome> {
        if let Poll::Ready(code) = self.inbox.poll_ended(cx) {
            return Poll::Ready(close(code));
        }
        let waits = self.wire.waits();
        let (until, _) = match self.blocked {
            Some(blocked @ (_, waited)) if waited == waits => blocked,
            _ => *self.blocked.insert((Instant::now() + WRITE_WITHIN, waits)),
        };
        if self.is_due(cx, alarm, until) { Poll::Ready(close(CloseCode::TooSlow)) } else { Poll::Pending }
    }

    /// Whether it is so late; the session's one alarm goes off then.
    fn is_due(&self, cx: &mut Context<'_>, mut alarm: Pin<&mut Sleep>, at: Instant) -> bool {
        if alarm.deadline() != at {
            alarm.as_mut().reset(at);
        }
        alarm.poll(cx).is_ready()
    }

    /// The pong may have arrived while a write was blocked: what is there is read before giving up. Nothing, if it has.
    fn last_chance(&mut self, cx: &mut Context<'_>) -> Option<Step> {
        while let Poll::Ready(message) = self.wire.poll_message(cx) {
            if let Some(step) = self.hear(message) {
                return Some(step);
            }
            if !self.heartbeat.is_lost() {
                return None;
            }
        }
        Some(Step::End(Outcome::Lost))
    }

    /// What a message asks for at once is done; what follows from it, if anything.
    fn hear(&mut self, message: Incoming) -> Option<Step> {
        Some(match message {
            Ok(Message::Pong(_)) => {
                self.heartbeat.pong();
                return None;
            }
            Ok(Message::Ping(payload)) => {
                self.wire.answer_ping(&payload);
                return None;
            }
            Ok(Message::Text(text)) => {
                trace!(bytes = text.len(), "Heard a text");
                Step::Text(text)
            }
            Ok(Message::Binary(_)) => Step::End(close(CloseCode::TextOnly)),
            Ok(Message::Close(code)) => Step::End(Outcome::ByClient(code)),
            Err(Broken::Frame(error)) => Step::End(after(error)),
            // No close frame came first: the network's doing, not the client's.
            Err(Broken::Lost) => Step::End(Outcome::Lost),
        })
    }
}

/// What a broken frame deserves: RFC 6455 §7.4.1 has a number for each.
fn after(error: Error) -> Outcome {
    match error {
        Error::TooBig => close(CloseCode::TooBig),
        Error::Utf8 => Outcome::Close(1007, "text is not UTF-8"),
        Error::Deflate => Outcome::Close(1007, "compressed data is broken"),
        Error::Protocol(_) => Outcome::Close(1002, "broken frame"),
    }
}

#[cfg(test)]
#[path = "session_tests.rs"]
mod tests;
