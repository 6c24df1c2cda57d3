//! A receiver's stay at an empty queue. Any number may stay at one queue; each may leave at any time.

use std::sync::Arc;

use tokio::sync::Notify;

use super::registry::Registry;
use crate::{ChannelName, LayerError};

/// Keeps the channel registered while someone waits at it, so that a later send finds this very queue.
pub(crate) struct Waiting<'a, M> {
    registry: &'a Registry<M>,
    channel: &'a ChannelName,
    wake: Arc<Notify>,
}

impl<'a, M> Waiting<'a, M> {
    pub(super) fn at(registry: &'a Registry<M>, channel: &'a ChannelName) -> Result<Self, LayerError> {
        Ok(Self { registry, channel, wake: registry.start_waiting(channel)? })
    }

    /// Waits for the next message. It leaves the queue in the same poll that returns it, so dropping the future
    /// loses no message; a wake-up that a dropped future had taken passes to the next who waits.
    pub(crate) async fn message(&self) -> Result<Arc<M>, LayerError> {
        loop {
            // Made before looking: what comes between the look and the wait is not missed.
            let woken = self.wake.notified();
            if let Some(message) = self.registry.take(self.channel)? {
                return Ok(message);
            }
            woken.await;
        }
    }
}

impl<M> Drop for Waiting<'_, M> {
    fn drop(&mut self) {
        self.registry.stop_waiting(self.channel);
    }
}
