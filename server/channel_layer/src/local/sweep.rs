//! When to look through what nobody touches. What is done then lives in the registry.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use tokio::time::Instant;

/// Says "now" to one caller about eight times per expiry; to all others it costs one relaxed load.
///
/// No task and no timer: a layer that nobody calls holds what it holds, within its bounds.
pub(super) struct Sweep {
    born: Instant,
    every: Duration,
    /// In milliseconds since `born`. A std atomic even under loom: it decides who sweeps and guards nothing.
    next: AtomicU64,
}

impl Sweep {
    pub(super) fn new(shortest_expiry: Duration) -> Self {
        let every = (shortest_expiry / 8).max(Duration::from_millis(1));
        Self { born: Instant::now(), every, next: AtomicU64::new(millis(every)) }
    }

    /// Whether the caller is the one to sweep now.
    pub(super) fn is_due(&self, now: Instant) -> bool {
        // Loom replays a run and needs it to do the same each time, whatever the clock says.
        if cfg!(loom) {
            return false;
        }
        let due = self.next.load(Relaxed);
        let passed = millis(now.duration_since(self.born));
        let next = passed.saturating_add(millis(self.every));
        passed >= due && self.next.compare_exchange(due, next, Relaxed, Relaxed).is_ok()
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
