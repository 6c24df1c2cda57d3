//! What a browser's socket is doing (`State`) and how to ask something of it. A room's, of plain text, with what was seen
//! (`Log`), is here; the app's own is in `live`. Signals only: `socket` knows the browser. Never markup.

#[cfg(any(feature = "hydrate", test))]
mod backoff;
pub(crate) mod live;
#[cfg_attr(
    not(feature = "hydrate"),
    expect(dead_code, reason = "the server renders a connection that has seen nothing")
)]
mod log;
#[cfg(any(feature = "hydrate", test))]
mod outbox;
#[cfg(feature = "hydrate")]
mod paint;
#[cfg(feature = "hydrate")]
mod room;
#[cfg(feature = "hydrate")]
mod socket;
#[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "the server renders a connection that has not begun"))]
mod state;
#[cfg(any(feature = "hydrate", test))]
pub(crate) mod wire;

pub(crate) use log::{Line, Log, Seen, Status};
pub(crate) use state::{State, Why};

use leptos::prelude::*;

/// What a page asks of its connection.
#[cfg(feature = "hydrate")]
#[derive(Debug)]
enum Command {
    Send(String),
    Close,
    /// The visitor, the network or the tab says: now would be a good time.
    Now,
    /// The network came back: a socket from before may be dead without knowing.
    Renew,
}

/// A handle to a page's connection; copies are the same connection. Idle on the server.
#[derive(Clone, Copy)]
pub(crate) struct Connection {
    pub(crate) state: RwSignal<State>,
    pub(crate) log: RwSignal<Log>,
    #[cfg(feature = "hydrate")]
    commands: StoredValue<Option<futures_channel::mpsc::Sender<Command>>>,
}

impl Connection {
    /// A connection that has not begun: the first render is the same on both ends.
    pub(crate) fn new() -> Self {
        Self {
            state: RwSignal::new(State::Connecting),
            log: RwSignal::new(Log::default()),
            #[cfg(feature = "hydrate")]
            commands: StoredValue::new(None),
        }
    }

    /// Connects to `path` on our own server and stays until the page is left. Only the browser does.
    pub(crate) fn open(self, path: String) {
        #[cfg(feature = "hydrate")]
        socket::start(self, &path, std::rc::Rc::new(room::Room(self.log)));
        #[cfg(not(feature = "hydrate"))]
        drop(path);
    }

    /// Sends a text if the connection is open; `false` leaves it with the caller.
    #[cfg(feature = "hydrate")]
    pub(crate) fn send(self, text: String) -> bool {
        self.state.with_untracked(|state| *state == State::Open) && self.ask(Command::Send(text))
    }

    #[cfg(not(feature = "hydrate"))]
    pub(crate) fn send(self, _text: String) -> bool {
        false
    }

    /// Closes for good, or, when closed, opens again.
    pub(crate) fn toggle(self) {
        #[cfg(feature = "hydrate")]
        self.ask(if self.state.with_untracked(State::is_closed) { Command::Now } else { Command::Close });
    }

    /// Queues a command. The queue is short: a person fills it only when the tab is stuck, and then hears `false`.
    #[cfg(feature = "hydrate")]
    fn ask(self, command: Command) -> bool {
        self.commands
            .try_update_value(|commands| commands.as_mut().is_some_and(|queue| queue.try_send(command).is_ok()))
            .unwrap_or(false)
    }
}
