//! One channel's unread messages: bounded, in order, each with the moment it grows too old. No names, no locks.

use std::collections::VecDeque;
use std::sync::Arc;

use tokio::time::Instant;

/// All messages of a layer live equally long, so the oldest is always at the front and nothing is ever searched.
pub(super) struct Queue<M> {
    capacity: usize,
    messages: VecDeque<(Instant, Arc<M>)>,
}

impl<M> Queue<M> {
    pub(super) fn new(capacity: usize) -> Self {
        Self { capacity, messages: VecDeque::new() }
    }

    /// Adds the message unless the queue is full.
    pub(super) fn push(&mut self, message: &Arc<M>, expires: Instant) -> bool {
        let room = self.messages.len() < self.capacity;
        if room {
            self.messages.push_back((expires, Arc::clone(message)));
        }
        room
    }

    /// Adds the message even if the queue is full: someone waits for it.
    #[cfg(not(loom))]
    pub(super) fn push_over(&mut self, message: &Arc<M>, expires: Instant) {
        self.messages.push_back((expires, Arc::clone(message)));
    }

    pub(super) fn pop(&mut self) -> Option<Arc<M>> {
        self.messages.pop_front().map(|(_, message)| message)
    }

    /// Moves what is too old to `expired`, so that the caller can drop it when no lock is held.
    pub(super) fn expire(&mut self, now: Instant, expired: &mut Vec<Arc<M>>) {
        while self.next_expiry().is_some_and(|expires| expires <= now) {
            expired.extend(self.pop());
        }
    }

    /// When the oldest message grows too old.
    pub(super) fn next_expiry(&self) -> Option<Instant> {
        self.messages.front().map(|(expires, _)| *expires)
    }

    pub(super) fn len(&self) -> usize {
        self.messages.len()
    }

    pub(super) fn drain(&mut self) -> impl Iterator<Item = Arc<M>> {
        self.messages.drain(..).map(|(_, message)| message)
    }
}
