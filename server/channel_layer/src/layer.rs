//! The trait that every backend implements. Its full contract is the crate's `README.md`; here is the short form.

use std::sync::Arc;

use async_trait::async_trait;

use crate::{ChannelName, Counters, GroupName, Inbox, LayerError};

/// Named channels and groups of channels.
///
/// Delivery is at most once and first in, first out per channel. No call waits for a slow reader. Every method may
/// answer [`LayerError::Closed`] once the layer is closed.
#[async_trait]
pub trait ChannelLayer<M: Send + Sync + 'static>: Send + Sync {
    /// Makes a process-local channel `prefix.<hex>!<hex>` whose messages go to `inbox`. It lives until it is detached,
    /// and for as long does not expire from a group. The prefix is 1 to 33 characters ([`LayerError::Name`]).
    fn attach(&self, prefix: &str, inbox: Arc<dyn Inbox<M>>) -> Result<ChannelName, LayerError>;

    /// Takes a channel out of all its groups at once, in time proportional to their number. A process-local channel
    /// ends with it: its unread messages are dropped, and whoever waits to receive is told [`LayerError::Detached`].
    /// Idempotent; not async, so that a guard's `Drop` can call it.
    ///
    /// A send already under way may still reach the inbox; one that begins after this has returned does not.
    fn detach(&self, channel: &ChannelName);

    /// Makes a process-local channel `prefix.<hex>!<hex>` to be read with [`receive`](Self::receive). It lives until
    /// it is detached. The prefix is 1 to 33 characters ([`LayerError::Name`]).
    fn new_channel(&self, prefix: &str) -> Result<ChannelName, LayerError>;

    /// Sends to one channel, or answers [`LayerError::ChannelFull`]. A process-local channel that is gone swallows
    /// the message, which is counted as unrouted.
    async fn send(&self, channel: &ChannelName, message: Arc<M>) -> Result<(), LayerError>;

    /// Waits for the channel's next message. Dropping the future loses nothing. Any number may wait on one channel;
    /// each message goes to one of them.
    ///
    /// Answers [`LayerError::Detached`] for a process-local channel that is gone, [`LayerError::HasInbox`] for an
    /// attached one.
    async fn receive(&self, channel: &ChannelName) -> Result<Arc<M>, LayerError>;

    /// Adds the channel to the group, or renews its membership. Answers [`LayerError::Detached`] for a process-local
    /// channel that is gone.
    async fn group_add(&self, group: &GroupName, channel: &ChannelName) -> Result<(), LayerError>;

    /// Takes the channel out of the group; no error if it is not in it.
    async fn group_discard(&self, group: &GroupName, channel: &ChannelName) -> Result<(), LayerError>;

    /// Sends to every member. A member that is full misses this message and nobody waits for it.
    async fn group_send(&self, group: &GroupName, message: Arc<M>) -> Result<GroupSent, LayerError>;

    /// Drops every message and every membership. Process-local channels stay attached and receivers keep waiting.
    async fn flush(&self) -> Result<(), LayerError>;

    /// Drops everything and ends the layer: those who wait to receive are told [`LayerError::Closed`]. Idempotent.
    async fn close(&self) -> Result<(), LayerError>;

    /// What has happened since the layer was made.
    fn counters(&self) -> Counters;
}

/// What became of one group send, as far as the layer can know when it returns: behind a network it knows less.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct GroupSent {
    /// Members whose queue or inbox took the message.
    pub delivered: u64,
    /// Members that missed it because they were full.
    pub skipped: u64,
}
