//! What a network layer asks of the registry: who is here, and how much is waited for. No I/O.

use std::sync::Arc;

use tokio::time::Instant;

use super::Registry;
use crate::local::channels::{Attached, Channel, Outlet};
use crate::{ChannelName, GroupName, LayerError};

impl<M> Registry<M> {
    pub(in crate::local) fn check_open(&self) -> Result<(), LayerError> {
        // Closing marks every shard, so any one will tell.
        self.channels.each().next().map_or(Ok(()), |channels| channels.check_open())
    }

    pub(in crate::local) fn has(&self, name: &ChannelName) -> bool {
        self.channels.of(name).by_name.contains_key(name)
    }

    pub(in crate::local) fn is_attached(&self, name: &ChannelName) -> bool {
        matches!(self.channels.of(name).by_name.get(name), Some(Channel { outlet: Outlet::Inbox(_), .. }))
    }

    pub(in crate::local) fn has_group(&self, group: &GroupName) -> bool {
        let mut groups = self.groups.of(group);
        // Nobody may have sent to it since its last membership lapsed.
        let lapsed = groups.lapse(Instant::now());
        let has = groups.by_name.contains_key(group);
        drop(groups);
        self.forget(&lapsed);
        has
    }

    pub(in crate::local) fn groups(&self) -> Vec<GroupName> {
        self.groups.each().flat_map(|groups| groups.by_name.keys().cloned().collect::<Vec<_>>()).collect()
    }

    pub(in crate::local) fn demand(&self, name: &ChannelName) -> usize {
        self.channels.of(name).demand(name)
    }

    /// Queues the message, whatever the capacity, if a receiver waits for it.
    pub(in crate::local) fn satisfy(&self, name: &ChannelName, message: &Arc<M>, expires: Instant) -> bool {
        let mut channels = self.channels.of(name);
        if channels.demand(name) == 0 {
            return false;
        }
        let Some(Channel { outlet: Outlet::Queue(pull), .. }) = channels.by_name.get_mut(name) else { return false };
        pull.queue.push_over(message, expires);
        let wake = pull.waker();
        channels.schedule(name);
        drop(channels);
        wake.notify_one();
        true
    }

    pub(in crate::local) fn attached(&self) -> Vec<Arc<Attached<M>>> {
        let mut all = Vec::new();
        for channels in self.channels.each() {
            all.extend(channels.by_name.values().filter_map(|channel| match &channel.outlet {
                Outlet::Inbox(attached) => Some(Arc::clone(attached)),
                Outlet::Queue(_) => None,
            }));
        }
        all
    }
}
