//! How far a `/live` socket is in each of its groups, as pings are answered. Never an event.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicU64, Ordering},
};

use litemap::LiteMap;
use protocol::{GroupId, Seq};

/// Where each subscribed group stands; shared with whoever answers pings. Most sockets have one group: room for one.
#[derive(Clone)]
pub(super) struct Heads(Arc<Mutex<LiteMap<GroupId, Arc<AtomicU64>>>>);

impl Default for Heads {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(LiteMap::with_capacity(1))))
    }
}

impl Heads {
    pub(super) fn read(&self) -> Vec<(GroupId, Seq)> {
        let heads = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        heads.iter().map(|(group, head)| (group.clone(), head.load(Ordering::Relaxed))).collect()
    }

    /// Whether what happens in a group still comes: not once it is gone.
    pub(super) fn has(&self, group: &GroupId) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains_key(group)
    }

    pub(super) fn put(&self, group: GroupId, head: Arc<AtomicU64>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(group, head);
    }

    pub(super) fn forget(&self, group: &GroupId) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(group);
    }
}
