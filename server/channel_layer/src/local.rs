//! The half of every layer that is one process: its channels, queues, inboxes and groups, and delivery to them. The
//! memory layer is this and no more; a network layer puts its wire beside it. No I/O and no task lives here.
//!
//! Delivery to inboxes happens here, in the sender's own call; who is where is the registry's knowledge.

mod channels;
mod groups;
mod queue;
mod registry;
#[cfg(not(loom))]
mod remote;
mod shards;
mod sweep;
mod waiting;

use std::slice;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use self::channels::Attached;
use self::groups::Member;
use self::registry::{Offered, Registry};
use self::sweep::Sweep;
pub(crate) use self::waiting::Waiting;
use crate::capacity::Capacities;
use crate::counters::Tally;
use crate::{ChannelName, ConfigError, Delivery, Footprint, GroupName, GroupSent, Inbox, LayerError};

/// What is told of a channel whose inbox answered `Gone`, after it was detached.
pub(crate) type OnGone = Box<dyn Fn(&ChannelName) + Send + Sync>;

/// One process's channels and groups.
pub(crate) struct Local<M> {
    registry: Registry<M>,
    sweep: Sweep,
    on_gone: Option<OnGone>,
}

/// What became of one copy of a message.
pub(crate) enum Outcome {
    Taken,
    Full,
    Gone,
}

impl<M> Local<M> {
    pub(crate) fn new(capacities: Capacities, expiry: Expiry, on_gone: Option<OnGone>) -> Self {
        let Expiry { message, membership } = expiry;
        let registry = Registry::new(capacities, message, membership);
        Self { registry, sweep: Sweep::new(message.min(membership)), on_gone }
    }

    pub(crate) fn attach(&self, channel: ChannelName, inbox: Arc<dyn Inbox<M>>) -> Result<(), LayerError> {
        self.registry.attach(Attached { channel, inbox })
    }

    pub(crate) fn add_queue(&self, channel: ChannelName) -> Result<(), LayerError> {
        self.registry.add_queue(channel)
    }

    pub(crate) fn detach(&self, channel: &ChannelName) {
        self.registry.detach(channel);
    }

    /// Sends to one channel and counts it.
    pub(crate) fn send(&self, channel: &ChannelName, message: &Arc<M>) -> Result<(), LayerError> {
        self.sweep_if_due();
        let tally = self.tally();
        match self.offer(channel, message)? {
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

    /// Sends to every member that is here, and counts it.
    pub(crate) fn group_send(&self, group: &GroupName, message: &Arc<M>) -> Result<GroupSent, LayerError> {
        self.sweep_if_due();
        let sent = self.hand_round(group, message)?;
        self.tally().group_sent.add(1);
        Ok(sent)
    }

    /// Hands the message to every member that is here, and counts the copies.
    fn hand_round(&self, group: &GroupName, message: &Arc<M>) -> Result<GroupSent, LayerError> {
        let members = self.registry.members(group)?;
        let (mut sent, mut unrouted) = (GroupSent::default(), 0);
        for member in members.iter().flat_map(|roll| roll.iter()) {
            match self.hand_over(member, message) {
                Outcome::Taken => sent.delivered += 1,
                Outcome::Full => sent.skipped += 1,
                Outcome::Gone => unrouted += 1,
            }
        }
        // Once per send, not per member: senders on other cores share these numbers.
        let tally = self.tally();
        tally.delivered.add(sent.delivered);
        tally.skipped_full.add(sent.skipped);
        tally.unrouted.add(unrouted);
        Ok(sent)
    }

    pub(crate) async fn receive(&self, channel: &ChannelName) -> Result<Arc<M>, LayerError> {
        // A reader whose queue is never empty must not keep its thread to itself.
        tokio::task::consume_budget().await;
        match self.take(channel)? {
            Some(message) => Ok(message),
            None => self.wait_at(channel)?.message().await,
        }
    }

    /// The channel's next message, if it has one.
    pub(crate) fn take(&self, channel: &ChannelName) -> Result<Option<Arc<M>>, LayerError> {
        self.sweep_if_due();
        self.registry.take(channel)
    }

    /// Counts as a receiver of the channel until it is dropped.
    pub(crate) fn wait_at<'a>(&'a self, channel: &'a ChannelName) -> Result<Waiting<'a, M>, LayerError> {
        Waiting::at(&self.registry, channel)
    }

    pub(crate) fn join(&self, group: &GroupName, channel: &ChannelName) -> Result<(), LayerError> {
        self.sweep_if_due();
        self.registry.join(group, channel)
    }

    pub(crate) fn leave(&self, group: &GroupName, channel: &ChannelName) -> Result<(), LayerError> {
        self.sweep_if_due();
        self.registry.leave(group, channel)
    }

    pub(crate) fn flush(&self) -> Result<(), LayerError> {
        self.registry.flush()
    }

    /// What lay in ordinary channels at that moment is returned.
    pub(crate) fn close(&self) -> Vec<(ChannelName, Arc<M>)> {
        self.registry.close()
    }

    pub(crate) fn tally(&self) -> &Tally {
        &self.registry.tally
    }

    pub(crate) fn footprint(&self) -> Footprint {
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
            Member::Inbox(attached) => self.deliver(attached, slice::from_ref(message)),
            // Closed while we were sending: nobody is left to miss it.
            Member::Queue(channel) => self.offer(channel, message).unwrap_or(Outcome::Gone),
        }
    }

    fn offer(&self, channel: &ChannelName, message: &Arc<M>) -> Result<Outcome, LayerError> {
        Ok(match self.registry.offer(channel, message)? {
            Offered::Queued => Outcome::Taken,
            Offered::Full => Outcome::Full,
            Offered::Absent => Outcome::Gone,
            Offered::Inbox(attached) => self.deliver(&attached, slice::from_ref(message)),
        })
    }

    fn deliver(&self, attached: &Attached<M>, batch: &[Arc<M>]) -> Outcome {
        match attached.inbox.deliver(batch) {
            Delivery::Taken => Outcome::Taken,
            Delivery::Full => Outcome::Full,
            Delivery::Gone => {
                self.tally().gone.add(1);
                self.registry.detach(&attached.channel);
                self.on_gone.iter().for_each(|tell| tell(&attached.channel));
                Outcome::Gone
            }
        }
    }
}

/// How long messages and memberships last: checked, and short enough that adding one to now never overflows.
#[derive(Clone, Copy)]
pub(crate) struct Expiry {
    pub(crate) message: Duration,
    pub(crate) membership: Duration,
}

impl Expiry {
    pub(crate) fn check(expiry: Duration, group_expiry: Duration) -> Result<Self, ConfigError> {
        let message = check_expiry("expiry", expiry)?;
        Ok(Self { message, membership: check_expiry("group_expiry", group_expiry)? })
    }
}

/// Longer than any expiry that is meant.
const CENTURY: Duration = Duration::from_secs(100 * 365 * 86_400);

fn check_expiry(setting: &'static str, expiry: Duration) -> Result<Duration, ConfigError> {
    if expiry.is_zero() { Err(ConfigError::ZeroExpiry { setting }) } else { Ok(expiry.min(CENTURY)) }
}
