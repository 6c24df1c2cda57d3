//! The queue of what this process wants of one host, in the order in which it was wanted. Messages are bounded, and
//! count until they are written or given up; wishes to look at a topic are small and are not.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};
use tokio::time::Instant;

use super::topic::Topic;
use crate::LayerError;

/// Told when Redis has done it, or is away.
pub(super) type Reply = oneshot::Sender<()>;

pub(super) enum Op {
    Publish(Publication),
    /// See whether the topic is to be subscribed now. Not "subscribe": of a join and a leave that overtake each other,
    /// the last look sees what has become of them.
    Look(Topic, Option<Reply>),
    /// Unsubscribe whatever nobody here needs any more.
    Sweep(Option<Reply>),
    /// Answered when everything before it is done.
    Barrier(Option<Reply>),
}

/// A message on its way out.
pub(super) struct Publication {
    pub(super) topic: Topic,
    pub(super) payload: Vec<u8>,
    /// Later nobody wants it.
    pub(super) expires: Instant,
    /// Told how many others heard it. Nobody waits for a group message, so that one may be held while Redis is away.
    pub(super) heard: Option<oneshot::Sender<Result<u64, LayerError>>>,
    /// Its place in the queue.
    pub(super) _room: OwnedSemaphorePermit,
}

pub(super) struct Outbox {
    queue: mpsc::UnboundedSender<Op>,
    room: Arc<Semaphore>,
}

pub(super) type Outgoing = mpsc::UnboundedReceiver<Op>;

pub(super) fn outbox(bound: usize) -> (Outbox, Outgoing) {
    let (queue, outgoing) = mpsc::unbounded_channel();
    let room = Arc::new(Semaphore::new(bound.clamp(1, Semaphore::MAX_PERMITS)));
    (Outbox { queue, room }, outgoing)
}

impl Outbox {
    /// When the layer has ended it is dropped, and with it its reply.
    pub(super) fn push(&self, op: Op) {
        let _ = self.queue.send(op);
    }

    /// Room for one more message, unless the queue is full.
    pub(super) fn room(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.room).try_acquire_owned().ok()
    }
}
