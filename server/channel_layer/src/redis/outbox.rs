//! The queue of what this process wants of Redis, in the order in which it was wanted. Bounded for messages, which can
//! be refused; not for memberships, which are small, and never wait longer than one answer of Redis.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use tokio::sync::{mpsc, oneshot};

use super::clock::Score;
use super::roster::{Entry, Owed};
use crate::{ChannelName, GroupName, LayerError};

/// Where an operation's result goes.
pub(crate) type Reply = oneshot::Sender<Result<(), LayerError>>;

/// What became of memberships that were to be written again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Restored {
    Whole,
    /// Redis is there and does not take them now. They stay owed.
    Refused,
    /// Redis is away.
    Away,
}

pub(crate) enum Op<M> {
    /// A message for one channel elsewhere. Its score is the moment of sending, however long it is held.
    Send(ChannelName, Arc<M>, Score, Reply),
    /// A message for the members of a group that are elsewhere.
    Group(GroupName, Arc<M>, Score),
    Join(Entry, Reply),
    Leave(GroupName, ChannelName, Option<Reply>),
    /// Write the memberships of a host again; they may have been lost there, or only need renewal.
    Restore {
        host: usize,
        which: Owed,
        reply: oneshot::Sender<Restored>,
    },
    Flush(Reply),
    /// Answered when everything before it is done.
    Barrier(Reply),
}

pub(crate) struct Outbox<M> {
    queue: mpsc::UnboundedSender<Op<M>>,
    room: Arc<AtomicUsize>,
}

/// The other end, for the one task that empties it.
pub(crate) struct Outgoing<M> {
    queue: mpsc::UnboundedReceiver<Op<M>>,
}

pub(crate) fn outbox<M>(bound: usize) -> (Outbox<M>, Outgoing<M>) {
    let (sender, receiver) = mpsc::unbounded_channel();
    let room = Arc::new(AtomicUsize::new(bound));
    (Outbox { queue: sender, room }, Outgoing { queue: receiver })
}

impl<M> Clone for Outbox<M> {
    fn clone(&self) -> Self {
        Self { queue: self.queue.clone(), room: Arc::clone(&self.room) }
    }
}

impl<M> Outbox<M> {
    /// Queues what is no message. When the layer has ended it is dropped, and with it its reply.
    pub(crate) fn push(&self, op: Op<M>) {
        let _ = self.queue.send(op);
    }

    /// Queues a message, unless the queue is full.
    pub(crate) fn push_message(&self, op: Op<M>) -> bool {
        let taken = self.room.fetch_update(Relaxed, Relaxed, |room| room.checked_sub(1)).is_ok();
        if taken {
            self.push(op);
        }
        taken
    }

    /// As many messages are done with, sent or not. Until then, held ones too, they take up room.
    pub(crate) fn free(&self, messages: usize) {
        self.room.fetch_add(messages, Relaxed);
    }
}

impl<M> Outgoing<M> {
    /// Waits for something and takes everything there is, within bounds; `false` when nothing will come any more.
    pub(crate) async fn take(&mut self, ops: &mut Vec<Op<M>>, most: usize) -> bool {
        self.queue.recv_many(ops, most).await > 0
    }
}
