//! One shard's groups, plain data behind the shard's lock. Never delivers and never sees a queue.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use tokio::time::Instant;

use super::channels::Attached;
use crate::sync::Hashing;
use crate::{ChannelName, GroupName};

pub(super) struct Groups<M> {
    pub(super) by_name: HashMap<GroupName, Group<M>, Hashing>,
    /// Memberships by the moment they lapse; those of attached channels never do and are not here.
    lapsing: BTreeSet<(Instant, GroupName, ChannelName)>,
    pub(super) closed: bool,
}

pub(super) struct Group<M> {
    pub(super) members: HashMap<ChannelName, Membership<M>, Hashing>,
    /// The members as the next send wants them: made by the first send after a change, shared by all until the next
    /// change. So a join or leave costs no copy, and a send holds the lock for one clone of an `Arc`.
    roll: Option<Roll<M>>,
}

/// The members of a group at one moment.
pub(super) type Roll<M> = Arc<[Member<M>]>;

pub(super) struct Membership<M> {
    member: Member<M>,
    lapses: Option<Instant>,
}

/// How a send reaches a member: straight to its inbox, or by name to its queue.
pub(super) enum Member<M> {
    Inbox(Arc<Attached<M>>),
    Queue(ChannelName),
}

impl<M> Clone for Member<M> {
    fn clone(&self) -> Self {
        match self {
            Self::Inbox(attached) => Self::Inbox(Arc::clone(attached)),
            Self::Queue(channel) => Self::Queue(channel.clone()),
        }
    }
}

impl<M> Groups<M> {
    pub(super) fn new() -> Self {
        Self { by_name: HashMap::default(), lapsing: BTreeSet::new(), closed: false }
    }

    /// Adds the member, or renews its membership until `lapses` (`None` = until it is detached).
    pub(super) fn add(&mut self, group: &GroupName, channel: &ChannelName, member: Member<M>, lapses: Option<Instant>) {
        if let Some(lapses) = lapses {
            self.lapsing.insert((lapses, group.clone(), channel.clone()));
        }
        let group_now = self.by_name.entry(group.clone()).or_insert_with(Group::new);
        let previous = group_now.members.insert(channel.clone(), Membership { member, lapses });
        match previous {
            Some(Membership { lapses: Some(at), .. }) if Some(at) != lapses => {
                self.lapsing.remove(&(at, group.clone(), channel.clone()));
            }
            Some(_) => {}
            None => group_now.roll = None,
        }
    }

    pub(super) fn contains(&self, group: &GroupName, channel: &ChannelName) -> bool {
        self.by_name.get(group).is_some_and(|group| group.members.contains_key(channel))
    }

    /// Removes the member, and the group with its last one.
    pub(super) fn remove(&mut self, group: &GroupName, channel: &ChannelName) {
        let Some(group_now) = self.by_name.get_mut(group) else { return };
        let Some(membership) = group_now.members.remove(channel) else { return };
        group_now.roll = None;
        if group_now.members.is_empty() {
            self.by_name.remove(group);
        }
        if let Some(lapses) = membership.lapses {
            self.lapsing.remove(&(lapses, group.clone(), channel.clone()));
        }
    }

    /// Removes the memberships that have lapsed, looking only at those, and says which they were.
    pub(super) fn lapse(&mut self, now: Instant) -> Vec<(GroupName, ChannelName)> {
        let mut lapsed = Vec::new();
        while self.lapsing.first().is_some_and(|(lapses, ..)| *lapses <= now) {
            let Some((_, group, channel)) = self.lapsing.pop_first() else { break };
            self.remove(&group, &channel);
            lapsed.push((group, channel));
        }
        lapsed
    }

    /// The group's members now; `None` if it has none.
    pub(super) fn roll(&mut self, group: &GroupName) -> Option<Roll<M>> {
        let Group { members, roll } = self.by_name.get_mut(group)?;
        let roll = roll.get_or_insert_with(|| members.values().map(|membership| membership.member.clone()).collect());
        Some(Arc::clone(roll))
    }

    /// Removes every group. The caller drops what it gets when no lock is held.
    pub(super) fn clear(&mut self) -> impl Sized + use<M> {
        self.lapsing.clear();
        std::mem::take(&mut self.by_name)
    }
}

impl<M> Group<M> {
    fn new() -> Self {
        Self { members: HashMap::default(), roll: None }
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::Duration;

    use super::*;

    fn names() -> (GroupName, ChannelName) {
        (GroupName::parse("room").unwrap(), ChannelName::parse("worker").unwrap())
    }

    #[test]
    fn a_membership_has_one_moment_to_lapse_and_takes_it_along() {
        let ((group, channel), now) = (names(), Instant::now());
        let mut groups = Groups::<u32>::new();
        for seconds in [1, 2, 2] {
            let lapses = now + Duration::from_secs(seconds);
            groups.add(&group, &channel, Member::Queue(channel.clone()), Some(lapses));
            assert_eq!(groups.lapsing.len(), 1);
        }
        assert!(groups.lapse(now + Duration::from_secs(1)).is_empty());
        groups.remove(&group, &channel);
        assert!(groups.by_name.is_empty() && groups.lapsing.is_empty());
    }

    #[test]
    fn the_roll_is_shared_until_someone_joins_or_leaves() {
        let (group, channel) = names();
        let mut groups = Groups::<u32>::new();
        let add = |groups: &mut Groups<u32>| groups.add(&group, &channel, Member::Queue(channel.clone()), None);
        add(&mut groups);
        let first = groups.roll(&group).unwrap();
        add(&mut groups);
        assert!(Arc::ptr_eq(&first, &groups.roll(&group).unwrap()), "a renewal changes nobody's place");

        let other = ChannelName::parse("other").unwrap();
        groups.add(&group, &other, Member::Queue(other.clone()), None);
        assert_eq!(groups.roll(&group).unwrap().len(), 2);
        groups.remove(&group, &other);
        assert_eq!(groups.roll(&group).unwrap().len(), 1);
        groups.remove(&group, &channel);
        assert!(groups.roll(&group).is_none());
    }
}
