//! Between a `/live` socket and its conversation: what was asked and waits its turn. The conversation is a task only while
//! something waits; between, it rests here. Never what a frame means.

use std::{
    collections::VecDeque,
    future::Future,
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    thread,
};

use protocol::{ClientFrame, CloseCode};
use tokio::task::AbortHandle;
use tokio_util::task::TaskTracker;

use crate::socket::inbox::End;

/// Frames that wait for their turn. A client that asks faster than it is answered is told to come back later.
pub(super) const MAX_WAITING: usize = 512;

/// What works while something is asked: a conversation.
pub(super) trait Works: Send + Sized + 'static {
    /// Deals with what is asked until [`Desk::rest`] takes it, or until nothing more is to be dealt with at all.
    fn run(self: Box<Self>) -> impl Future<Output = ()> + Send + 'static;
}

/// `asked` is emptied and the turn given up under one lock, and asking takes the same: whoever asks finds either a
/// conversation that will look again, or one that rests and is started.
///
/// `Rests` → (asked) → `Works` → (nothing waits) → `Rests`; either → (the socket's end, a panic) → `Over`.
pub(super) struct Desk<C> {
    state: Mutex<State<C>>,
    tasks: TaskTracker,
    /// Ends with a conversation that fell over.
    socket: Arc<dyn End>,
    me: Weak<Self>,
}

struct State<C> {
    asked: VecDeque<ClientFrame>,
    conversation: Turn<C>,
}

/// Where the conversation is.
enum Turn<C> {
    Rests(Box<C>),
    Works(AbortHandle),
    /// The socket has ended, or the conversation has.
    Over,
}

impl<C> State<C> {
    const OVER: Self = Self { asked: VecDeque::new(), conversation: Turn::Over };
}

impl<C: Works> Desk<C> {
    /// With the conversation that `begin` makes, which looks here for what was asked.
    pub(super) fn new(tasks: TaskTracker, socket: Arc<dyn End>, begin: impl FnOnce(Weak<Self>) -> C) -> Arc<Self> {
        Arc::new_cyclic(|me| {
            let conversation = Turn::Rests(Box::new(begin(me.clone())));
            Self { state: Mutex::new(State { asked: VecDeque::new(), conversation }), tasks, socket, me: me.clone() }
        })
    }

    /// Gives the conversation a frame. `false`: too many wait already, or it is over.
    pub(super) fn ask(&self, frame: ClientFrame) -> bool {
        let mut state = self.lock();
        if state.asked.len() >= MAX_WAITING {
            return false;
        }
        match mem::replace(&mut state.conversation, Turn::Over) {
            Turn::Over => return false,
            works @ Turn::Works(_) => state.conversation = works,
            // It cannot come to rest before we are done here: that takes the lock.
            Turn::Rests(conversation) => {
                let fall = Fall(self.me.clone());
                let task = self.tasks.spawn(async move {
                    let _fall = fall;
                    conversation.run().await;
                });
                state.conversation = Turn::Works(task.abort_handle());
            }
        }
        state.asked.push_back(frame);
        true
    }

    /// The next frame, if one waits.
    pub(super) fn next(&self) -> Option<ClientFrame> {
        self.lock().asked.pop_front()
    }

    /// The conversation has nothing more to do and rests here, or ends with the socket. It is given back if something was
    /// asked meanwhile.
    pub(super) fn rest(&self, conversation: Box<C>) -> Option<Box<C>> {
        let mut state = self.lock();
        if !state.asked.is_empty() {
            return Some(conversation);
        }
        state.asked = VecDeque::new();
        if matches!(state.conversation, Turn::Works(_)) {
            state.conversation = Turn::Rests(conversation);
        }
        None
    }

    /// The socket has ended, and the conversation with it, whatever it is doing.
    pub(super) fn end(&self) {
        let over = mem::replace(&mut *self.lock(), State::OVER);
        if let Turn::Works(task) = &over.conversation {
            task.abort();
        }
        // A conversation that rests leaves its groups here, without our lock.
        drop(over);
    }

    fn lock(&self) -> MutexGuard<'_, State<C>> {
        // A panic elsewhere leaves a whole state behind: each change is complete before anything can panic.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A conversation that panics answers nothing more: its socket ends with it, and the client comes back to another.
struct Fall<C: Works>(Weak<Desk<C>>);

impl<C: Works> Drop for Fall<C> {
    fn drop(&mut self) {
        if thread::panicking()
            && let Some(desk) = self.0.upgrade()
        {
            desk.end();
            desk.socket.end(CloseCode::Restarting);
        }
    }
}

#[cfg(test)]
#[path = "desk_tests.rs"]
mod tests;
