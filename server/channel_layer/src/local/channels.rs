//! One shard's channels, plain data behind the shard's lock. Never calls an inbox and never sees a group's members.
//!
//! A channel is here while it is process-local and not detached, or while it has a message, a receiver or a
//! membership. So a queue is never unregistered under a waiting receiver (a bug of Channels' memory layer).

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use tokio::sync::Notify;
use tokio::time::Instant;

use super::queue::Queue;
use crate::sync::Hashing;
use crate::{ChannelName, GroupName, Inbox, LayerError};

pub(super) struct Channels<M> {
    pub(super) by_name: HashMap<ChannelName, Channel<M>, Hashing>,
    /// Queues by the moment when their oldest message (or one already read) grows too old; each at most once.
    expiring: BTreeSet<(Instant, ChannelName)>,
    pub(super) closed: bool,
}

pub(super) struct Channel<M> {
    pub(super) outlet: Outlet<M>,
    /// The groups it is in, so that it can leave them without a search.
    pub(super) groups: HashSet<GroupName, Hashing>,
}

/// Where a channel's messages go.
pub(super) enum Outlet<M> {
    Inbox(Arc<Attached<M>>),
    Queue(Pull<M>),
}

/// An inbox and the channel it serves.
pub(super) struct Attached<M> {
    pub(super) channel: ChannelName,
    pub(super) inbox: Arc<dyn Inbox<M>>,
}

/// A queue and those who wait at it.
pub(super) struct Pull<M> {
    pub(super) queue: Queue<M>,
    receivers: usize,
    wake: Arc<Notify>,
    /// Its place in `expiring`.
    scheduled: Option<Instant>,
}

impl<M> Channel<M> {
    pub(super) fn attached(attached: Arc<Attached<M>>) -> Self {
        Self { outlet: Outlet::Inbox(attached), groups: HashSet::default() }
    }

    pub(super) fn pull(capacity: usize) -> Self {
        let pull = Pull { queue: Queue::new(capacity), receivers: 0, wake: Arc::default(), scheduled: None };
        Self { outlet: Outlet::Queue(pull), groups: HashSet::default() }
    }

    /// Tells whoever waits at it that it is no more; what nobody took is returned. Not under a lock: wakers and drops
    /// are others' code.
    pub(super) fn end(self) -> Option<Queue<M>> {
        let Outlet::Queue(pull) = self.outlet else { return None };
        pull.wake.notify_waiters();
        Some(pull.queue)
    }

    /// How many messages wait in its queue.
    pub(super) fn unread(&self) -> usize {
        match &self.outlet {
            Outlet::Inbox(_) => 0,
            Outlet::Queue(pull) => pull.queue.len(),
        }
    }

    fn is_idle(&self) -> bool {
        match &self.outlet {
            Outlet::Inbox(_) => false,
            Outlet::Queue(pull) => pull.queue.len() == 0 && pull.receivers == 0 && self.groups.is_empty(),
        }
    }
}

impl<M> Pull<M> {
    pub(super) fn waker(&self) -> Arc<Notify> {
        Arc::clone(&self.wake)
    }
}

impl<M> Channels<M> {
    pub(super) fn new() -> Self {
        Self { by_name: HashMap::default(), expiring: BTreeSet::new(), closed: false }
    }

    pub(super) fn check_open(&self) -> Result<(), LayerError> {
        if self.closed { Err(LayerError::Closed) } else { Ok(()) }
    }

    /// The channel, made on first use if its name is an ordinary one. A process-local channel that is not here never
    /// comes back: that is what makes a late `group_add` after `detach` harmless.
    pub(super) fn open(
        &mut self,
        name: &ChannelName,
        capacity: impl FnOnce() -> usize,
    ) -> Result<&mut Channel<M>, LayerError> {
        self.check_open()?;
        if !name.is_local() && !self.by_name.contains_key(name) {
            self.by_name.insert(name.clone(), Channel::pull(capacity()));
        }
        self.by_name.get_mut(name).ok_or(LayerError::Detached)
    }

    /// Takes the next message that is not too old; forgets the channel if that was its last use.
    pub(super) fn take(&mut self, name: &ChannelName, now: Instant, expired: &mut Vec<Arc<M>>) -> Option<Arc<M>> {
        let Outlet::Queue(pull) = &mut self.by_name.get_mut(name)?.outlet else { return None };
        pull.queue.expire(now, expired);
        let message = pull.queue.pop();
        self.forget_if_idle(name);
        message
    }

    /// Puts a queue that is not empty on the list of what will expire.
    pub(super) fn schedule(&mut self, name: &ChannelName) {
        let Some(Channel { outlet: Outlet::Queue(pull), .. }) = self.by_name.get_mut(name) else { return };
        if let (None, Some(expires)) = (pull.scheduled, pull.queue.next_expiry()) {
            pull.scheduled = Some(expires);
            self.expiring.insert((expires, name.clone()));
        }
    }

    /// Moves every message that is too old to `expired`, looking only at queues whose time has come.
    pub(super) fn expire(&mut self, now: Instant, expired: &mut Vec<Arc<M>>) {
        while self.expiring.first().is_some_and(|(expires, _)| *expires <= now) {
            let Some((_, name)) = self.expiring.pop_first() else { return };
            if let Some(Channel { outlet: Outlet::Queue(pull), .. }) = self.by_name.get_mut(&name) {
                pull.scheduled = None;
                pull.queue.expire(now, expired);
            }
            self.schedule(&name);
            self.forget_if_idle(&name);
        }
    }

    /// How many of those who wait at the queue will find nothing in it.
    #[cfg(not(loom))]
    pub(super) fn demand(&self, name: &ChannelName) -> usize {
        match self.by_name.get(name).map(|channel| &channel.outlet) {
            Some(Outlet::Queue(pull)) => pull.receivers.saturating_sub(pull.queue.len()),
            Some(Outlet::Inbox(_)) | None => 0,
        }
    }

    pub(super) fn start_waiting(&mut self, name: &ChannelName) -> Option<Arc<Notify>> {
        let Outlet::Queue(pull) = &mut self.by_name.get_mut(name)?.outlet else { return None };
        pull.receivers += 1;
        Some(pull.waker())
    }

    pub(super) fn stop_waiting(&mut self, name: &ChannelName) {
        if let Some(Channel { outlet: Outlet::Queue(pull), .. }) = self.by_name.get_mut(name) {
            pull.receivers = pull.receivers.saturating_sub(1);
        }
        self.forget_if_idle(name);
    }

    /// Forgets an ordinary channel that nothing uses any more.
    pub(super) fn forget_if_idle(&mut self, name: &ChannelName) {
        if !name.is_local() && self.by_name.get(name).is_some_and(Channel::is_idle) {
            // Idle: nobody waits at it, and it has no message or inbox whose drop could run others' code.
            self.remove(name);
        }
    }

    /// Removes the channel. The caller ends it when no lock is held.
    pub(super) fn remove(&mut self, name: &ChannelName) -> Option<Channel<M>> {
        let (name, channel) = self.by_name.remove_entry(name)?;
        if let Outlet::Queue(Pull { scheduled: Some(expires), .. }) = &channel.outlet {
            self.expiring.remove(&(*expires, name));
        }
        Some(channel)
    }

    /// Empties every queue and set of groups. Process-local channels and those with a receiver remain.
    pub(super) fn flush(&mut self, dropped: &mut Vec<Arc<M>>) {
        self.expiring.clear();
        for channel in self.by_name.values_mut() {
            channel.groups.clear();
            if let Outlet::Queue(pull) = &mut channel.outlet {
                pull.scheduled = None;
                dropped.extend(pull.queue.drain());
            }
        }
        self.by_name.retain(|name, channel| name.is_local() || !channel.is_idle());
    }

    /// Closes the shard for good. The caller ends its channels when no lock is held.
    pub(super) fn close(&mut self) -> impl Iterator<Item = (ChannelName, Channel<M>)> + use<M> {
        self.closed = true;
        self.expiring.clear();
        std::mem::take(&mut self.by_name).into_iter()
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::Duration;

    use super::*;

    #[test]
    fn a_channel_that_is_forgotten_leaves_no_entry_to_expire() {
        let (name, now) = (ChannelName::parse("worker").unwrap(), Instant::now());
        let mut channels = Channels::<u32>::new();
        for number in 0..3 {
            let Outlet::Queue(pull) = &mut channels.open(&name, || 1).unwrap().outlet else { panic!("no queue") };
            assert!(pull.queue.push(&Arc::new(number), now + Duration::from_secs(60)));
            channels.schedule(&name);
            assert_eq!(channels.expiring.len(), 1);
            assert_eq!(channels.take(&name, now, &mut Vec::new()).as_deref(), Some(&number));
            assert!(channels.by_name.is_empty() && channels.expiring.is_empty());
        }
    }
}
