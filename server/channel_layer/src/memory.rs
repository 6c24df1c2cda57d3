//! The layer for one process: queues and inboxes in memory. Nothing here survives a restart or crosses a machine.
//!
//! Delivery to inboxes happens here, in the sender's own call; who is where is the registry's knowledge.

mod channels;
mod config;
mod groups;
mod queue;
mod registry;
mod shards;
mod sweep;
mod waiting;

use std::fmt;
use std::slice;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tokio::time::Instant;

use self::channels::Attached;
pub use self::config::MemoryConfig;
use self::groups::Member;
use self::registry::{Offered, Registry};
use self::sweep::Sweep;
use self::waiting::Waiting;
use crate::capacity::Capacities;
use crate::{
    ChannelLayer, ChannelName, ConfigError, Counters, Delivery, Footprint, GroupName, GroupSent, Inbox, LayerError,
};

/// The memory backend of [`ChannelLayer`].
pub struct MemoryLayer<M> {
    registry: Registry<M>,
    sweep: Sweep,
}

#[async_trait]
impl<M: Send + Sync + 'static> ChannelLayer<M> for MemoryLayer<M> {
    fn attach(&self, prefix: &str, inbox: Arc<dyn Inbox<M>>) -> Result<ChannelName, LayerError> {
        let channel = ChannelName::process_local(prefix)?;
        self.registry.attach(Attached { channel: channel.clone(), inbox })?;
        Ok(channel)
    }

    fn detach(&self, channel: &ChannelName) {
        self.registry.detach(channel);
    }

    fn new_channel(&self, prefix: &str) -> Result<ChannelName, LayerError> {
        let channel = ChannelName::process_local(prefix)?;
        self.registry.add_queue(channel.clone())?;
        Ok(channel)
    }

    async fn send(&self, channel: &ChannelName, message: Arc<M>) -> Result<(), LayerError> {
        self.sweep_if_due();
        let tally = &self.registry.tally;
        match self.offer(channel, &message)? {
            Outcome::Taken => tally.delivered.add(1),
            Outcome::Gone => tally.unrouted.add(1),
            Outcome::Full => {
                tally.refused.add(1);
                return Err(LayerError::ChannelFull);
            }
        }
        tally.sent.add(1);
        Ok(())
    }

    async fn receive(&self, channel: &ChannelName) -> Result<Arc<M>, LayerError> {
        // A reader whose queue is never empty must not keep its thread to itself.
        tokio::task::consume_budget().await;
        self.sweep_if_due();
        match self.registry.take(channel)? {
            Some(message) => Ok(message),
            None => Waiting::at(&self.registry, channel)?.message().await,
        }
    }

    async fn group_add(&self, group: &GroupName, channel: &ChannelName) -> Result<(), LayerError> {
        self.sweep_if_due();
        self.registry.join(group, channel)
    }

    async fn group_discard(&self, group: &GroupName, channel: &ChannelName) -> Result<(), LayerError> {
        self.sweep_if_due();
        self.registry.leave(group, channel)
    }

    async fn group_send(&self, group: &GroupName, message: Arc<M>) -> Result<GroupSent, LayerError> {
        self.sweep_if_due();
        let members = self.registry.members(group)?;
        let (mut sent, mut unrouted) = (GroupSent::default(), 0);
        for member in members.iter().flat_map(|roll| roll.iter()) {
            match self.hand_over(member, &message) {
                Outcome::Taken => sent.delivered += 1,
                Outcome::Full => sent.skipped += 1,
                Outcome::Gone => unrouted += 1,
            }
        }
        // Once per send, not per member: senders on other cores share these numbers.
        let tally = &self.registry.tally;
        tally.group_sent.add(1);
        tally.delivered.add(sent.delivered);
        tally.skipped_full.add(sent.skipped);
        tally.unrouted.add(unrouted);
        Ok(sent)
    }

    async fn flush(&self) -> Result<(), LayerError> {
        self.registry.flush()
    }

    async fn close(&self) -> Result<(), LayerError> {
        self.registry.close();
        Ok(())
    }

    fn counters(&self) -> Counters {
        self.registry.tally.read()
    }
}

impl<M> MemoryLayer<M> {
    /// Makes a layer; every pattern is compiled and every number checked now, not at the first send.
    pub fn new(config: MemoryConfig) -> Result<Self, ConfigError> {
        let MemoryConfig { capacity, channel_capacity, expiry, group_expiry } = config;
        let capacities = Capacities::compile(capacity, channel_capacity)?;
        let expiry = check_expiry("expiry", expiry)?;
        let group_expiry = check_expiry("group_expiry", group_expiry)?;
        let registry = Registry::new(capacities, expiry, group_expiry);
        Ok(Self { registry, sweep: Sweep::new(expiry.min(group_expiry)) })
    }

    /// What the layer holds now. Visits every channel and group: for metrics, not for every message.
    pub fn footprint(&self) -> Footprint {
        self.registry.footprint()
    }

    fn sweep_if_due(&self) {
        let now = Instant::now();
        if self.sweep.is_due(now) {
            self.registry.sweep(now);
        }
    }

    fn hand_over(&self, member: &Member<M>, message: &Arc<M>) -> Outcome {
        match member {
            Member::Inbox(attached) => self.deliver(attached, message),
            // Closed while we were sending: nobody is left to miss it.
            Member::Queue(channel) => self.offer(channel, message).unwrap_or(Outcome::Gone),
        }
    }

    fn offer(&self, channel: &ChannelName, message: &Arc<M>) -> Result<Outcome, LayerError> {
        Ok(match self.registry.offer(channel, message)? {
            Offered::Queued => Outcome::Taken,
            Offered::Full => Outcome::Full,
            Offered::Absent => Outcome::Gone,
            Offered::Inbox(attached) => self.deliver(&attached, message),
        })
    }

    fn deliver(&self, attached: &Attached<M>, message: &Arc<M>) -> Outcome {
        match attached.inbox.deliver(slice::from_ref(message)) {
            Delivery::Taken => Outcome::Taken,
            Delivery::Full => Outcome::Full,
            Delivery::Gone => {
                self.registry.tally.gone.add(1);
                self.registry.detach(&attached.channel);
                Outcome::Gone
            }
        }
    }
}

/// What became of one copy of a message.
enum Outcome {
    Taken,
    Full,
    Gone,
}

impl<M> fmt::Debug for MemoryLayer<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryLayer").finish_non_exhaustive()
    }
}

/// Longer than any expiry that is meant, short enough that adding it to now never overflows.
const CENTURY: Duration = Duration::from_secs(100 * 365 * 86_400);

fn check_expiry(setting: &'static str, expiry: Duration) -> Result<Duration, ConfigError> {
    if expiry.is_zero() { Err(ConfigError::ZeroExpiry { setting }) } else { Ok(expiry.min(CENTURY)) }
}
