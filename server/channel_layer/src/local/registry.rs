//! Who is where: every channel, every group, and what happens to both together. No async and no delivery to inboxes.
//!
//! **Lock order:** a channel's shard, then a group's shard; several shards of one kind only all together, in order. A
//! membership is written on both sides while its channel's shard is locked, so it is always on both sides or on
//! neither, as far as anyone can see who holds that lock. No caller's code (an inbox, a waker, a message's `Drop`) runs
//! under a lock.

#[cfg(not(loom))]
mod remote;

use std::sync::Arc;

use tokio::sync::Notify;
use tokio::time::{Duration, Instant};

use super::channels::{Attached, Channel, Channels, Outlet};
use super::groups::{Groups, Member, Roll};
use super::shards::Shards;
use crate::capacity::Capacities;
use crate::counters::Tally;
use crate::{ChannelName, Footprint, GroupName, LayerError};

pub(super) struct Registry<M> {
    channels: Shards<Channels<M>>,
    groups: Shards<Groups<M>>,
    capacities: Capacities,
    expiry: Duration,
    group_expiry: Duration,
    pub(super) tally: Tally,
}

/// What became of a message offered to a channel.
pub(super) enum Offered<M> {
    /// Its queue has it.
    Queued,
    /// Its queue is full.
    Full,
    /// It is a process-local channel that is gone.
    Absent,
    /// It belongs to this inbox; the caller delivers, no lock being held.
    Inbox(Arc<Attached<M>>),
}

impl<M> Registry<M> {
    pub(super) fn new(capacities: Capacities, expiry: Duration, group_expiry: Duration) -> Self {
        Self {
            channels: Shards::new(Channels::new),
            groups: Shards::new(Groups::new),
            capacities,
            expiry,
            group_expiry,
            tally: Tally::default(),
        }
    }

    pub(super) fn attach(&self, attached: Attached<M>) -> Result<(), LayerError> {
        let name = attached.channel.clone();
        self.insert(name, Channel::attached(Arc::new(attached)))
    }

    pub(super) fn add_queue(&self, name: ChannelName) -> Result<(), LayerError> {
        let capacity = self.capacities.of(&name);
        self.insert(name, Channel::pull(capacity))
    }

    fn insert(&self, name: ChannelName, channel: Channel<M>) -> Result<(), LayerError> {
        let mut channels = self.channels.of(&name);
        channels.check_open()?;
        channels.by_name.insert(name, channel);
        Ok(())
    }

    /// Takes the channel out of all its groups; a process-local one ends.
    pub(super) fn detach(&self, name: &ChannelName) {
        let mut channels = self.channels.of(name);
        let Some(channel) = channels.by_name.get_mut(name) else { return };
        for group in std::mem::take(&mut channel.groups) {
            self.groups.of(&group).remove(&group, name);
        }
        let ended = if name.is_local() { channels.remove(name) } else { None };
        channels.forget_if_idle(name);
        drop(channels);
        ended.into_iter().for_each(|channel| drop(channel.end()));
    }

    pub(super) fn join(&self, group: &GroupName, name: &ChannelName) -> Result<(), LayerError> {
        let mut channels = self.channels.of(name);
        let channel = channels.open(name, || self.capacities.of(name))?;
        channel.groups.insert(group.clone());
        let (member, lapses) = match &channel.outlet {
            Outlet::Inbox(attached) => (Member::Inbox(Arc::clone(attached)), None),
            Outlet::Queue(_) => (Member::Queue(name.clone()), Some(Instant::now() + self.group_expiry)),
        };
        self.groups.of(group).add(group, name, member, lapses);
        Ok(())
    }

    pub(super) fn leave(&self, group: &GroupName, name: &ChannelName) -> Result<(), LayerError> {
        let mut channels = self.channels.of(name);
        channels.check_open()?;
        self.groups.of(group).remove(group, name);
        if let Some(channel) = channels.by_name.get_mut(name) {
            channel.groups.remove(group);
        }
        channels.forget_if_idle(name);
        Ok(())
    }

    /// The group's members now, without those whose membership has lapsed.
    pub(super) fn members(&self, group: &GroupName) -> Result<Option<Roll<M>>, LayerError> {
        let (lapsed, roll) = {
            let mut groups = self.groups.of(group);
            if groups.closed {
                return Err(LayerError::Closed);
            }
            (groups.lapse(Instant::now()), groups.roll(group))
        };
        self.forget(&lapsed);
        Ok(roll)
    }

    /// Tells channels of memberships that have lapsed, unless they were renewed since.
    fn forget(&self, lapsed: &[(GroupName, ChannelName)]) {
        for (group, name) in lapsed {
            let mut channels = self.channels.of(name);
            if self.groups.of(group).contains(group, name) {
                continue;
            }
            if let Some(channel) = channels.by_name.get_mut(name) {
                channel.groups.remove(group);
            }
            channels.forget_if_idle(name);
        }
    }

    pub(super) fn offer(&self, name: &ChannelName, message: &Arc<M>) -> Result<Offered<M>, LayerError> {
        self.offer_for(name, message, self.expiry)
    }

    /// As `offer`, for a message that has some of its life behind it.
    pub(super) fn offer_for(
        &self,
        name: &ChannelName,
        message: &Arc<M>,
        life: Duration,
    ) -> Result<Offered<M>, LayerError> {
        let mut expired = Vec::new();
        let offered = self.offer_locked(name, message, life, &mut expired);
        self.tally.expired.add(expired.len() as u64);
        offered
    }

    fn offer_locked(
        &self,
        name: &ChannelName,
        message: &Arc<M>,
        life: Duration,
        expired: &mut Vec<Arc<M>>,
    ) -> Result<Offered<M>, LayerError> {
        let mut channels = self.channels.of(name);
        let pull = match channels.open(name, || self.capacities.of(name)) {
            Ok(Channel { outlet: Outlet::Queue(pull), .. }) => pull,
            Ok(Channel { outlet: Outlet::Inbox(attached), .. }) => return Ok(Offered::Inbox(Arc::clone(attached))),
            Err(LayerError::Detached) => return Ok(Offered::Absent),
            Err(error) => return Err(error),
        };
        let now = Instant::now();
        pull.queue.expire(now, expired);
        if !pull.queue.push(message, now + life) {
            return Ok(Offered::Full);
        }
        let wake = pull.waker();
        channels.schedule(name);
        drop(channels);
        wake.notify_one();
        Ok(Offered::Queued)
    }

    /// Takes the channel's next message, if it has one.
    pub(super) fn take(&self, name: &ChannelName) -> Result<Option<Arc<M>>, LayerError> {
        let mut expired = Vec::new();
        let message = {
            let mut channels = self.channels.of(name);
            channels.check_open()?;
            match channels.by_name.get(name) {
                Some(Channel { outlet: Outlet::Inbox(_), .. }) => return Err(LayerError::HasInbox),
                None if name.is_local() => return Err(LayerError::Detached),
                Some(_) | None => channels.take(name, Instant::now(), &mut expired),
            }
        };
        self.tally.expired.add(expired.len() as u64);
        Ok(message)
    }

    /// Keeps the channel here for a receiver, until `stop_waiting`.
    pub(super) fn start_waiting(&self, name: &ChannelName) -> Result<Arc<Notify>, LayerError> {
        let mut channels = self.channels.of(name);
        channels.open(name, || self.capacities.of(name))?;
        channels.start_waiting(name).ok_or(LayerError::HasInbox)
    }

    pub(super) fn stop_waiting(&self, name: &ChannelName) {
        self.channels.of(name).stop_waiting(name);
    }

    /// Drops every message and membership that is too old.
    pub(super) fn sweep(&self, now: Instant) {
        let mut expired = Vec::new();
        self.channels.each().for_each(|mut channels| channels.expire(now, &mut expired));
        self.tally.expired.add(expired.len() as u64);
        for shard in self.groups.each().map(|mut groups| groups.lapse(now)) {
            self.forget(&shard);
        }
    }

    /// Everything stands still for a moment, so that no membership survives on one side only.
    pub(super) fn flush(&self) -> Result<(), LayerError> {
        let mut messages = Vec::new();
        let mut channels = self.channels.all();
        channels.iter().try_for_each(|shard| shard.check_open())?;
        let mut groups = self.groups.all();
        channels.iter_mut().for_each(|shard| shard.flush(&mut messages));
        let members: Vec<_> = groups.iter_mut().map(|shard| shard.clear()).collect();
        drop((groups, channels));
        drop((messages, members));
        Ok(())
    }

    /// What lay in ordinary channels at that moment and was not too old is returned.
    pub(super) fn close(&self) -> Vec<(ChannelName, Arc<M>)> {
        let mut channels = self.channels.all();
        let mut groups = self.groups.all();
        groups.iter_mut().for_each(|shard| shard.closed = true);
        let ended: Vec<_> = channels.iter_mut().flat_map(|shard| shard.close()).collect();
        let members: Vec<_> = groups.iter_mut().map(|shard| shard.clear()).collect();
        drop((groups, channels));
        drop(members);
        let (mut untaken, mut expired, now) = (Vec::new(), Vec::new(), Instant::now());
        for (name, channel) in ended {
            let Some(mut queue) = channel.end().filter(|_| !name.is_local()) else { continue };
            queue.expire(now, &mut expired);
            untaken.extend(queue.drain().map(|message| (name.clone(), message)));
        }
        self.tally.expired.add(expired.len() as u64);
        untaken
    }

    pub(super) fn footprint(&self) -> Footprint {
        let mut held = Footprint::default();
        for channels in self.channels.each() {
            held.channels += channels.by_name.len();
            held.messages += channels.by_name.values().map(Channel::unread).sum::<usize>();
        }
        for groups in self.groups.each() {
            held.groups += groups.by_name.len();
            held.memberships += groups.by_name.values().map(|group| group.members.len()).sum::<usize>();
        }
        held
    }
}
