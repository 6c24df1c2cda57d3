//! What a network layer needs of the process's half besides sends: to hand over what came from the wire, to know how
//! much an ordinary channel's receivers want, which groups are here, and to tell inboxes of a gap. The memory layer uses none of it.

use std::slice;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::registry::Offered;
use super::{Local, Outcome};
use crate::{ChannelName, GroupName, LayerError};

impl<M> Local<M> {
    pub(crate) fn check_open(&self) -> Result<(), LayerError> {
        self.registry.check_open()
    }

    /// Whether the channel is here; an attached one or one with a queue.
    pub(crate) fn has(&self, channel: &ChannelName) -> bool {
        self.registry.has(channel)
    }

    /// Whether the channel has an inbox, so that its memberships last.
    pub(crate) fn is_attached(&self, channel: &ChannelName) -> bool {
        self.registry.is_attached(channel)
    }

    /// Hands over what came from another process for one channel, and counts it. `lives` says how long each may
    /// still wait unread; without, as long as any.
    pub(crate) fn arrive(&self, channel: &ChannelName, batch: &[Arc<M>], lives: &[Duration]) {
        let (mut taken, mut full, mut gone) = (0, 0, 0);
        let mut note = |outcome, copies: usize| match outcome {
            Outcome::Taken => taken += copies as u64,
            Outcome::Full => full += copies as u64,
            Outcome::Gone => gone += copies as u64,
        };
        let offer = |message, life: Option<&Duration>| match life {
            Some(life) => self.registry.offer_for(channel, message, *life),
            None => self.registry.offer(channel, message),
        };
        for (at, message) in batch.iter().enumerate() {
            match offer(message, lives.get(at)) {
                Ok(Offered::Queued) => note(Outcome::Taken, 1),
                Ok(Offered::Full) => note(Outcome::Full, 1),
                Ok(Offered::Absent) | Err(_) => note(Outcome::Gone, 1),
                Ok(Offered::Inbox(attached)) => {
                    let rest = &batch[at..];
                    match self.deliver(&attached, rest) {
                        // There may be room for some of them.
                        Outcome::Full if rest.len() > 1 => {
                            rest.iter().for_each(|one| note(self.deliver(&attached, slice::from_ref(one)), 1));
                        }
                        outcome => note(outcome, rest.len()),
                    }
                    break;
                }
            }
        }
        self.tally().delivered.add(taken);
        self.tally().skipped_full.add(full);
        self.tally().unrouted.add(gone);
    }

    /// Hands over what came from another process for a group, and counts the copies. A layer that has closed takes none.
    pub(crate) fn arrive_in_group(&self, group: &GroupName, message: &Arc<M>) {
        let _ = self.hand_round(group, message);
    }

    /// Whether the group has a member here.
    pub(crate) fn has_group(&self, group: &GroupName) -> bool {
        self.registry.has_group(group)
    }

    /// The groups that have members here.
    pub(crate) fn groups(&self) -> Vec<GroupName> {
        self.registry.groups()
    }

    /// How many more messages the channel's receivers wait for.
    pub(crate) fn demand(&self, channel: &ChannelName) -> usize {
        self.registry.demand(channel)
    }

    /// Gives the message to a receiver who waits at the channel; `false` if none does any more.
    pub(crate) fn satisfy(&self, channel: &ChannelName, message: &Arc<M>, remaining: Duration) -> bool {
        self.registry.satisfy(channel, message, Instant::now() + remaining)
    }

    /// Tells every attached channel that something may have been lost on its way to it.
    pub(crate) fn gap(&self) {
        self.registry.attached().into_iter().for_each(|attached| attached.inbox.gap());
    }
}
