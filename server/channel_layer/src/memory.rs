//! The layer for one process: queues and inboxes in memory. Nothing here survives a restart or crosses a machine.

mod config;

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;

pub use self::config::MemoryConfig;
use crate::capacity::Capacities;
use crate::local::{Expiry, Local};
use crate::{ChannelLayer, ChannelName, ConfigError, Counters, Footprint, GroupName, GroupSent, Inbox, LayerError};

/// The memory backend of [`ChannelLayer`].
pub struct MemoryLayer<M> {
    local: Local<M>,
}

#[async_trait]
impl<M: Send + Sync + 'static> ChannelLayer<M> for MemoryLayer<M> {
    fn attach(&self, prefix: &str, inbox: Arc<dyn Inbox<M>>) -> Result<ChannelName, LayerError> {
        let channel = ChannelName::process_local(prefix)?;
        self.local.attach(channel.clone(), inbox)?;
        Ok(channel)
    }

    fn detach(&self, channel: &ChannelName) {
        self.local.detach(channel);
    }

    fn new_channel(&self, prefix: &str) -> Result<ChannelName, LayerError> {
        let channel = ChannelName::process_local(prefix)?;
        self.local.add_queue(channel.clone())?;
        Ok(channel)
    }

    async fn send(&self, channel: &ChannelName, message: Arc<M>) -> Result<(), LayerError> {
        self.local.send(channel, &message)
    }

    async fn receive(&self, channel: &ChannelName) -> Result<Arc<M>, LayerError> {
        self.local.receive(channel).await
    }

    async fn group_add(&self, group: &GroupName, channel: &ChannelName) -> Result<(), LayerError> {
        self.local.join(group, channel)
    }

    async fn group_discard(&self, group: &GroupName, channel: &ChannelName) -> Result<(), LayerError> {
        self.local.leave(group, channel)
    }

    async fn group_send(&self, group: &GroupName, message: Arc<M>) -> Result<GroupSent, LayerError> {
        self.local.group_send(group, &message)
    }

    async fn flush(&self) -> Result<(), LayerError> {
        self.local.flush()
    }

    async fn close(&self) -> Result<(), LayerError> {
        self.local.close();
        Ok(())
    }

    fn counters(&self) -> Counters {
        self.local.tally().read()
    }
}

impl<M> MemoryLayer<M> {
    /// Makes a layer; every pattern is compiled and every number checked now, not at the first send.
    pub fn new(config: MemoryConfig) -> Result<Self, ConfigError> {
        let MemoryConfig { capacity, channel_capacity, expiry, group_expiry } = config;
        let capacities = Capacities::compile(capacity, channel_capacity)?;
        Ok(Self { local: Local::new(capacities, Expiry::check(expiry, group_expiry)?, None) })
    }

    /// What the layer holds now. Visits every channel and group: for metrics, not for every message.
    pub fn footprint(&self) -> Footprint {
        self.local.footprint()
    }
}

impl<M> fmt::Debug for MemoryLayer<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryLayer").finish_non_exhaustive()
    }
}
