//! What a layer counts and what it holds, in numbers. No names and no message ever appear here.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// What has happened since a layer was made. Numbers only grow; they are read one by one, so not at one instant.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counters {
    /// Sends that were accepted.
    pub sent: u64,
    /// Sends that were answered `ChannelFull`.
    pub refused: u64,
    /// Group sends, whatever the number of members.
    pub group_sent: u64,
    /// Copies that a queue or an inbox took, from sends and group sends.
    pub delivered: u64,
    /// Copies that a member of a group missed because it was full.
    pub skipped_full: u64,
    /// Messages that grew too old unread.
    pub expired: u64,
    /// Copies for a process-local channel that was gone.
    pub unrouted: u64,
    /// Inboxes that answered `Gone`.
    pub gone: u64,
}

/// What a layer holds at one moment: for metrics, and to see that nothing leaks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Footprint {
    /// Channels: process-local ones, and others with a message, a receiver or a membership.
    pub channels: usize,
    /// Unread messages in queues.
    pub messages: usize,
    /// Groups with a member.
    pub groups: usize,
    /// Memberships over all groups.
    pub memberships: usize,
}

/// The live counters. Plain std atomics even under loom: they order nothing, so modelling them would prove nothing.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) sent: Count,
    pub(crate) refused: Count,
    pub(crate) group_sent: Count,
    pub(crate) delivered: Count,
    pub(crate) skipped_full: Count,
    pub(crate) expired: Count,
    pub(crate) unrouted: Count,
    pub(crate) gone: Count,
}

impl Tally {
    pub(crate) fn read(&self) -> Counters {
        Counters {
            sent: self.sent.read(),
            refused: self.refused.read(),
            group_sent: self.group_sent.read(),
            delivered: self.delivered.read(),
            skipped_full: self.skipped_full.read(),
            expired: self.expired.read(),
            unrouted: self.unrouted.read(),
            gone: self.gone.read(),
        }
    }
}

#[derive(Debug, Default)]
pub(crate) struct Count(AtomicU64);

impl Count {
    /// Adds, and leaves the shared cache line alone when there is nothing to add.
    pub(crate) fn add(&self, n: u64) {
        if n > 0 {
            self.0.fetch_add(n, Relaxed);
        }
    }

    pub(crate) fn read(&self) -> u64 {
        self.0.load(Relaxed)
    }
}
