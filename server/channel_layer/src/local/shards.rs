//! A table cut into pieces with a lock each, so that sends to different channels seldom meet. What a piece holds is
//! not known here.

use std::hash::{BuildHasher, Hash};

use crate::sync::{Hashing, Mutex, MutexGuard, lock};

/// Enough that a few dozen cores seldom meet; a piece that is empty costs about a hundred bytes. Loom has one: which
/// piece a random channel name falls into must not differ between its runs.
const COUNT: usize = if cfg!(loom) { 1 } else { 64 };

pub(super) struct Shards<T> {
    hashing: Hashing,
    shards: Box<[Mutex<T>]>,
}

impl<T> Shards<T> {
    pub(super) fn new(empty: impl Fn() -> T) -> Self {
        Self { hashing: Hashing::default(), shards: (0..COUNT).map(|_| Mutex::new(empty())).collect() }
    }

    /// Locks the piece that the key belongs to.
    pub(super) fn of(&self, key: &impl Hash) -> MutexGuard<'_, T> {
        lock(&self.shards[self.hashing.hash_one(key) as usize % self.shards.len()])
    }

    /// Locks one piece after another.
    pub(super) fn each(&self) -> impl Iterator<Item = MutexGuard<'_, T>> {
        self.shards.iter().map(lock)
    }

    /// Locks all pieces together, always in the same order.
    pub(super) fn all(&self) -> Vec<MutexGuard<'_, T>> {
        self.each().collect()
    }
}
