//! How often what is shown has changed by this process, so that what was read before can be kept until then. In memory;
//! never what changed, and nothing of what other processes do.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::sync::atomic::{AtomicU64, Ordering};

use protocol::GroupId;

/// Groups that share a place count each other's changes, which only costs a read too many.
const PLACES: usize = 1024;

/// What an errand of the writer may change of what anybody is shown.
#[derive(Clone, Debug)]
pub(crate) enum Touch {
    /// Sessions, passwords, links: no group's page tells of them.
    Nothing,
    /// Who is somebody.
    Sessions,
    Group(GroupId),
    /// Settings, names: they stand everywhere.
    Everything,
}

/// Counts that only ever grow. They move after a commit and before anybody is told of it.
pub(crate) struct Versions {
    groups: Box<[AtomicU64]>,
    sessions: AtomicU64,
    all: AtomicU64,
    hasher: RandomState,
}

impl Default for Versions {
    fn default() -> Self {
        let groups = std::iter::repeat_with(AtomicU64::default).take(PLACES).collect();
        Self { groups, sessions: AtomicU64::new(0), all: AtomicU64::new(0), hasher: RandomState::new() }
    }
}

impl Versions {
    pub(crate) fn touch(&self, touch: &Touch) {
        match touch {
            Touch::Nothing => {}
            Touch::Sessions => drop(self.sessions.fetch_add(1, Ordering::SeqCst)),
            Touch::Group(group) => self.touch_group(group),
            Touch::Everything => drop(self.all.fetch_add(1, Ordering::SeqCst)),
        }
    }

    pub(crate) fn touch_group(&self, group: &GroupId) {
        self.place(group).fetch_add(1, Ordering::SeqCst);
    }

    /// Another number whenever something of the group may have changed; it only grows.
    pub(crate) fn of(&self, group: &GroupId) -> u64 {
        self.place(group).load(Ordering::SeqCst) + self.all.load(Ordering::SeqCst)
    }

    /// The same of who is somebody.
    pub(crate) fn of_sessions(&self) -> u64 {
        self.sessions.load(Ordering::SeqCst)
    }

    fn place(&self, group: &GroupId) -> &AtomicU64 {
        // In range by the remainder.
        &self.groups[self.hasher.hash_one(group) as usize % PLACES]
    }
}

#[cfg(test)]
mod tests {
    use protocol::GroupId;

    use super::{Touch, Versions};

    #[test]
    fn a_group_moves_with_itself_and_with_everything_and_with_nothing_else() {
        let (versions, group) = (Versions::default(), GroupId::parse("tea").unwrap());
        let moved = |touch: &Touch| {
            let before = versions.of(&group);
            versions.touch(touch);
            versions.of(&group) - before
        };
        assert_eq!(moved(&Touch::Group(group.clone())), 1);
        assert_eq!(moved(&Touch::Everything), 1);
        assert_eq!((moved(&Touch::Nothing), moved(&Touch::Sessions)), (0, 0));
        assert_eq!(versions.of_sessions(), 1);
    }
}
