//! The locks and hashing that the registry is built from, so that loom can take their place in its model test.
//! Nothing else here, and no loom anywhere else.

use std::sync::PoisonError;

#[cfg(loom)]
pub(crate) use loom::sync::{Mutex, MutexGuard};
#[cfg(not(loom))]
pub(crate) use std::sync::{Mutex, MutexGuard};

/// Seeded per process, because people choose group names and could aim for one bucket.
#[cfg(not(loom))]
pub(crate) type Hashing = std::hash::RandomState;
/// Loom replays one schedule after another and needs each run to hash alike.
#[cfg(loom)]
pub(crate) type Hashing = std::hash::BuildHasherDefault<std::hash::DefaultHasher>;

/// Takes the lock, poisoned or not: no caller's code runs under our locks, so a panic elsewhere left nothing half done.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
