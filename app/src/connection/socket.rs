//! The loop of a browser's socket: connect, talk, lose, wait, connect again. The only file that knows gloo-net.
//! Never what a text means: an [`Ear`] does.

use std::{collections::VecDeque, future::poll_fn, pin::Pin, rc::Rc, time::Duration};

use futures_channel::mpsc;
use futures_util::{
    FutureExt, Sink, SinkExt, StreamExt,
    future::{Either, select},
};
use gloo_net::websocket::{Message, State as SocketState, WebSocketError, futures::WebSocket};
use gloo_timers::future::TimeoutFuture;
use leptos::{ev, prelude::*, task::spawn_local_scoped_with_cancellation};
use protocol::CloseCode;

use super::{Command, Connection, State, Status, Why, backoff::Backoff, paint::next_frame};

/// Commands that wait for the loop; more than a person can click.
const MAX_COMMANDS: usize = 64;
/// Frames shown in one go, so that a burst costs one layout; more would keep whoever presses a key waiting.
const MAX_BATCH: usize = 1_024;
/// How long a handshake may take before it counts as failed; browsers themselves wait for minutes.
const OPEN_WITHIN_MS: u32 = 10_000;
/// A connection that held so long makes the next loss a first one.
const HELD_MS: f64 = 5_000.0;

/// Who hears what comes over a socket.
pub(super) trait Ear {
    /// What is spoken there, if it has a name.
    fn protocol(&self) -> Option<&'static str> {
        None
    }

    /// Whether a text that one connection did not take goes to the next.
    fn keeps_unsent(&self) -> bool {
        true
    }

    /// The socket is open; what is asked for now is sent first.
    fn opened(&self) {}

    /// All that came in one go.
    fn heard(&self, texts: Vec<String>);

    /// What happened to the connection.
    fn see(&self, status: Status);

    /// When the server wishes to be asked again. Told once.
    fn return_after_ms(&self) -> Option<f64> {
        None
    }
}

/// Starts the loop; it ends with its owner.
pub(super) fn start(connection: Connection, path: &str, ear: Rc<dyn Ear>) {
    let (commands, queue) = mpsc::channel(MAX_COMMANDS);
    connection.commands.set_value(Some(commands));
    let online = window_event_listener(ev::online, move |_| {
        connection.ask(Command::Renew);
    });
    let visible = window_event_listener(ev::visibilitychange, move |_| {
        if !document().hidden() && connection.state.with_untracked(|state| matches!(state, State::Waiting { .. })) {
            connection.ask(Command::Now);
        }
    });
    on_cleanup(move || {
        online.remove();
        visible.remove();
    });
    let url = address(path);
    spawn_local_scoped_with_cancellation(async move {
        Dialogue { url, ear, connection, queue, unsent: VecDeque::new(), backoff: Backoff::default() }.run().await;
    });
}

fn address(path: &str) -> String {
    let location = window().location();
    let scheme = if location.protocol().as_deref() == Ok("https:") { "wss" } else { "ws" };
    format!("{scheme}://{}{path}", location.host().unwrap_or_default())
}

struct Dialogue {
    url: String,
    ear: Rc<dyn Ear>,
    connection: Connection,
    queue: mpsc::Receiver<Command>,
    /// Texts taken from the visitor that the socket did not take: it closed under them.
    unsent: VecDeque<String>,
    backoff: Backoff,
}

/// What gloo-net yields.
type Heard = Result<Message, WebSocketError>;

/// How one connection ended.
enum End {
    Failed,
    Lost { code: u16 },
    Renewed,
    ByVisitor,
    PageLeft,
}

impl Dialogue {
    async fn run(mut self) {
        loop {
            self.connection.state.set(State::Connecting);
            let goes_on = match self.talk().await {
                End::Failed => {
                    self.ear.see(Status::Failed);
                    self.wait(Why::Failed).await
                }
                End::Lost { code } => {
                    self.ear.see(Status::Lost);
                    if CloseCode::code_may_reconnect(code) {
                        self.wait(Why::Lost).await
                    } else {
                        self.rest(false, code).await
                    }
                }
                End::Renewed => {
                    self.ear.see(Status::Lost);
                    true
                }
                End::ByVisitor => {
                    self.ear.see(Status::ClosedByVisitor);
                    self.rest(true, 0).await
                }
                End::PageLeft => false,
            };
            if !goes_on {
                return;
            }
        }
    }

    /// One connection, from the handshake to its end.
    async fn talk(&mut self) -> End {
        let opened = match self.ear.protocol() {
            Some(protocol) => WebSocket::open_with_protocol(&self.url, protocol),
            None => WebSocket::open(&self.url),
        };
        let Ok(mut socket) = opened else { return End::Failed };
        if let Err(end) = self.handshake(&mut socket).await {
            return end;
        }
        self.ear.see(Status::Open);
        self.connection.state.set(State::Open);
        if !self.ear.keeps_unsent() {
            self.unsent.clear();
        }
        self.ear.opened();
        let opened = js_sys::Date::now();
        let end = self.exchange(socket).await;
        if js_sys::Date::now() - opened > HELD_MS {
            self.backoff.reset();
        }
        end
    }

    async fn handshake(&mut self, socket: &mut WebSocket) -> Result<(), End> {
        let mut late = TimeoutFuture::new(OPEN_WITHIN_MS).fuse();
        loop {
            let ready = poll_fn(|cx| Pin::new(&mut *socket).poll_ready(cx));
            match select(select(ready, &mut late), self.queue.next()).await {
                Either::Left((Either::Left(_), _)) => break,
                Either::Left((Either::Right(_), _)) => return Err(End::Failed),
                Either::Right((Some(Command::Send(text)), _)) => self.unsent.push_back(text),
                Either::Right((Some(Command::Now | Command::Renew), _)) => {}
                Either::Right((Some(Command::Close), _)) => return Err(End::ByVisitor),
                Either::Right((None, _)) => return Err(End::PageLeft),
            }
        }
        if is_open(socket) { Ok(()) } else { Err(End::Failed) }
    }

    async fn exchange(&mut self, mut socket: WebSocket) -> End {
        loop {
            while is_open(&socket)
                && let Some(text) = self.unsent.pop_front()
            {
                if socket.send(Message::Text(text.clone())).await.is_err() {
                    self.unsent.push_front(text);
                    break;
                }
            }
            match select(socket.next(), self.queue.next()).await {
                Either::Left((first, _)) => {
                    next_frame().await;
                    if let Some(end) = self.hear(first, &mut socket) {
                        return end;
                    }
                }
                Either::Right((Some(Command::Send(text)), _)) => self.unsent.push_back(text),
                Either::Right((Some(Command::Now), _)) => {}
                Either::Right((Some(Command::Renew), _)) => return End::Renewed,
                Either::Right((Some(Command::Close), _)) => {
                    let _ = socket.close(Some(CloseCode::Done.code()), None);
                    return End::ByVisitor;
                }
                Either::Right((None, _)) => return End::PageLeft,
            }
        }
    }

    /// Shows what has come, all that is there in one go, and says whether it was the last.
    fn hear(&self, first: Option<Heard>, socket: &mut WebSocket) -> Option<End> {
        let mut texts = Vec::new();
        let mut next = Some(first);
        let mut end = None;
        while let Some(heard) = next {
            match heard {
                Some(Ok(Message::Text(text))) => texts.push(text),
                Some(Ok(Message::Bytes(_))) => {}
                Some(Err(WebSocketError::ConnectionClose(close))) => end = Some(End::Lost { code: close.code }),
                // The browser tells no more of an error than this; its close event follows.
                Some(Err(_)) => {}
                None => end = Some(End::Lost { code: 1006 }),
            }
            next = if end.is_none() && texts.len() < MAX_BATCH { socket.next().now_or_never() } else { None };
        }
        if !texts.is_empty() {
            self.ear.heard(texts);
        }
        end
    }

    /// Counts down to the next try. `false` when the page is gone.
    async fn wait(&mut self, why: Why) -> bool {
        let delay = duration_ms(self.backoff.next(js_sys::Math::random()));
        let until = js_sys::Date::now() + self.ear.return_after_ms().unwrap_or(delay);
        loop {
            let left = until - js_sys::Date::now();
            if left <= 0.0 {
                return true;
            }
            self.connection.state.set(State::Waiting { why, seconds: (left / 1000.0).ceil() as u32 });
            match select(TimeoutFuture::new(left.min(1000.0) as u32), self.queue.next()).await {
                Either::Left(_) => {}
                Either::Right((Some(Command::Send(text)), _)) => self.unsent.push_back(text),
                Either::Right((Some(Command::Now | Command::Renew), _)) => return true,
                Either::Right((Some(Command::Close), _)) => {
                    self.ear.see(Status::ClosedByVisitor);
                    return self.rest(true, 0).await;
                }
                Either::Right((None, _)) => return false,
            }
        }
    }

    /// Closed until asked to open again. `false` when the page is gone.
    async fn rest(&mut self, by_visitor: bool, code: u16) -> bool {
        self.connection.state.set(State::Closed { by_visitor, code });
        self.backoff.reset();
        loop {
            match self.queue.next().await {
                Some(Command::Now) => return true,
                Some(Command::Send(text)) => self.unsent.push_back(text),
                Some(Command::Close | Command::Renew) => {}
                None => return false,
            }
        }
    }
}

fn is_open(socket: &WebSocket) -> bool {
    matches!(socket.state(), SocketState::Open)
}

fn duration_ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}
