//! A handle to the open group. One value and one signal that says that it changed: each further type of signal would cost every
//! visitor some kilobytes. Never what is in it, which is `open`'s.

use std::sync::{Arc, PoisonError, RwLock};

use leptos::prelude::*;
use protocol::GroupId;

use super::open::Open;
use crate::opening::Opening;

/// A handle to an open group; copies are the same group. Lives as long as its page.
#[derive(Clone, Copy)]
pub(crate) struct Group {
    /// Behind a pointer, so that leptos's storage is instantiated for that alone and not for each closure.
    open: StoredValue<Arc<RwLock<Open>>>,
    version: RwSignal<u32>,
}

impl Group {
    /// A group as the server rendered it, or one of which nothing is known yet.
    pub(crate) fn new(id: GroupId, opening: Option<Opening>) -> Self {
        Self::again(Arc::new(RwLock::new(Open::new(id, opening))))
    }

    /// A group that was open before.
    pub(super) fn again(open: Arc<RwLock<Open>>) -> Self {
        Self { open: StoredValue::new(open), version: RwSignal::new(0) }
    }

    /// What outlives its page.
    #[cfg(feature = "hydrate")]
    pub(super) fn open(self) -> Option<Arc<RwLock<Open>>> {
        self.found()
    }

    /// Reads, and is asked again after a change. Nothing once its page was left.
    pub(crate) fn read<T>(self, read: impl FnOnce(&Open) -> T) -> Option<T> {
        self.version.track();
        self.peek(read)
    }

    pub(crate) fn peek<T>(self, read: impl FnOnce(&Open) -> T) -> Option<T> {
        let open = self.found()?;
        Some(read(&open.read().unwrap_or_else(PoisonError::into_inner)))
    }

    /// Compiled once, and not into each closure's caller.
    #[inline(never)]
    fn found(self) -> Option<Arc<RwLock<Open>>> {
        self.open.try_get_value()
    }

    /// Sets something that is seen.
    pub(crate) fn set(self, set: impl FnOnce(&mut Open)) {
        self.change(set);
    }

    /// Changes what is seen.
    pub(crate) fn change<T>(self, change: impl FnOnce(&mut Open) -> T) -> Option<T> {
        let changed = self.quietly(change)?;
        self.version.try_update(|version| *version = version.wrapping_add(1))?;
        Some(changed)
    }

    /// Changes what nobody sees.
    pub(crate) fn quietly<T>(self, change: impl FnOnce(&mut Open) -> T) -> Option<T> {
        let open = self.found()?;
        Some(change(&mut open.write().unwrap_or_else(PoisonError::into_inner)))
    }
}
