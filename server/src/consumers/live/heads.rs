//! How far a `/live` socket is in each of its groups, as pings are answered. Never an event.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use protocol::{GroupId, Seq};

/// Where each subscribed group stands; shared with whoever answers pings.
#[derive(Clone, Default)]
pub(super) struct Heads(Arc<Mutex<BTreeMap<GroupId, Arc<AtomicU64>>>>);

impl Heads {
    pub(super) fn read(&self) -> Vec<(GroupId, Seq)> {
        let heads = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        heads.iter().map(|(group, head)| (group.clone(), head.load(Ordering::Relaxed))).collect()
    }

    /// Whether what happens in a group still comes: not once it is gone.
    pub(super) fn has(&self, group: &GroupId) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains_key(group)
    }

    pub(super) fn forget(&self, group: &GroupId) {
        self.change(|heads| drop(heads.remove(group)));
    }

    pub(super) fn change(&self, change: impl FnOnce(&mut BTreeMap<GroupId, Arc<AtomicU64>>)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}
