//! The small trait by which a consumer takes its messages directly. What an inbox does with them never lives here.

use std::sync::Arc;

/// Where an attached channel's messages go: a bounded place that the consumer supplies.
///
/// One member costs one call, not one task to wake, so an inbox may gather messages or write them straight to an idle
/// socket. The layer calls it with no lock held; it may call the layer's `detach` from within.
pub trait Inbox<M>: Send + Sync {
    /// Offers messages in order. Must return at once and not panic: it runs in the sender's own task, before other
    /// members' turns.
    ///
    /// All of the batch is taken or none of it. May be called by several senders at a time.
    fn deliver(&self, batch: &[Arc<M>]) -> Delivery;

    /// Something may have been lost on its way here: a network layer was cut off, and is back. Whoever must not miss
    /// anything looks now at where it is kept. Called when messages flow again, so nothing falls between; perhaps
    /// more than once. Must return at once and not panic.
    fn gap(&self) {}
}

/// What an inbox did with a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// It has the whole batch.
    Taken,
    /// No room: it took nothing of this batch, which this member will not get again. Counted.
    Full,
    /// Its consumer has ended: the layer detaches the channel.
    Gone,
}
