//! Between a `/live` socket and its conversation: what was asked and waits its turn. The conversation is a task only while
//! something waits; between, it rests here. Never what a frame means.

use std::{
    collections::VecDeque,
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
};

use protocol::ClientFrame;
use tokio::task::AbortHandle;
use tokio_util::task::TaskTracker;

use super::conversation::Conversation;

/// Frames that wait for their turn. A client that asks faster than it is answered is told to come back later.
pub(super) const MAX_WAITING: usize = 512;

pub(super) struct Desk {
    state: Mutex<State>,
    tasks: TaskTracker,
}

#[derive(Default)]
struct State {
    asked: VecDeque<ClientFrame>,
    conversation: Turn,
}

/// Where the conversation is.
#[derive(Default)]
enum Turn {
    Rests(Box<Conversation>),
    Works(AbortHandle),
    /// The socket has ended, or the conversation has.
    #[default]
    Over,
}

impl Desk {
    /// With the conversation that `begin` makes, which looks here for what was asked.
    pub(super) fn new(tasks: TaskTracker, begin: impl FnOnce(Weak<Self>) -> Conversation) -> Arc<Self> {
        Arc::new_cyclic(|desk| {
            let conversation = Turn::Rests(Box::new(begin(desk.clone())));
            Self { state: Mutex::new(State { asked: VecDeque::new(), conversation }), tasks }
        })
    }

    /// Gives the conversation a frame. `false`: too many wait already, or it is over.
    pub(super) fn ask(&self, frame: ClientFrame) -> bool {
        let mut state = self.lock();
        if state.asked.len() >= MAX_WAITING {
            return false;
        }
        match mem::take(&mut state.conversation) {
            Turn::Over => return false,
            works @ Turn::Works(_) => state.conversation = works,
            // It cannot come to rest before we are done here: that takes the lock.
            Turn::Rests(conversation) => {
                let task = self.tasks.spawn(conversation.run());
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
    pub(super) fn rest(&self, conversation: Box<Conversation>) -> Option<Box<Conversation>> {
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
        let over = mem::take(&mut *self.lock());
        if let Turn::Works(task) = &over.conversation {
            task.abort();
        }
        // A conversation that rests leaves its groups here, without our lock.
        drop(over);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // A panic elsewhere leaves a whole state behind: each change is complete before anything can panic.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
