//! Which memberships should be in Redis: those made through this layer. The queue to Redis gets every change in the
//! order in which it was made here; when Redis was away or lost them, they are written again from here.

use std::collections::{HashMap, HashSet};
use std::sync::Mutex;
use std::time::Duration;

use super::clock::Score;
use super::outbox::{Op, Outbox, Reply};
use crate::sync::lock;
use crate::{ChannelName, GroupName};

/// Removals kept while Redis is away. Beyond, the members stay there until they lapse or are pruned.
const MOST_DEPARTED: usize = 100_000;

pub(crate) struct Roster<M> {
    outbox: Outbox<M>,
    /// Held while a change is queued, so that the queue has them in order. Never across an await.
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    channels: HashMap<ChannelName, HashMap<GroupName, Place>>,
    /// What could not be removed yet.
    departed: HashSet<(GroupName, ChannelName)>,
}

/// A channel's place in a group.
#[derive(Clone, Copy)]
struct Place {
    joined: Score,
    /// An attached channel's, which does not lapse.
    lasting: bool,
    /// Redis has confirmed it.
    known: bool,
}

/// Which memberships are to be written again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Owed {
    /// All: they may be lost, or need renewal.
    All,
    /// Those that Redis has refused or never confirmed.
    Unconfirmed,
}

/// A membership to be written.
pub(crate) struct Entry {
    pub(crate) group: GroupName,
    pub(crate) channel: ChannelName,
    pub(crate) joined: Score,
}

impl<M> Roster<M> {
    pub(crate) fn new(outbox: Outbox<M>) -> Self {
        Self { outbox, state: Mutex::default() }
    }

    pub(crate) fn join(&self, group: &GroupName, channel: &ChannelName, lasting: bool, reply: Reply) {
        let joined = Score::now();
        let mut state = lock(&self.state);
        state.departed.remove(&(group.clone(), channel.clone()));
        let groups = state.channels.entry(channel.clone()).or_default();
        groups.insert(group.clone(), Place { joined, lasting, known: false });
        let entry = Entry { group: group.clone(), channel: channel.clone(), joined };
        self.outbox.push(Op::Join(entry, reply));
    }

    pub(crate) fn leave(&self, group: &GroupName, channel: &ChannelName, reply: Option<Reply>) {
        let mut state = lock(&self.state);
        if let Some(groups) = state.channels.get_mut(channel) {
            groups.remove(group);
            if groups.is_empty() {
                state.channels.remove(channel);
            }
        }
        self.outbox.push(Op::Leave(group.clone(), channel.clone(), reply));
    }

    /// The channel leaves all its groups.
    pub(crate) fn depart(&self, channel: &ChannelName) {
        let mut state = lock(&self.state);
        for group in state.channels.remove(channel).into_iter().flat_map(HashMap::into_keys) {
            self.outbox.push(Op::Leave(group, channel.clone(), None));
        }
    }

    /// Everyone leaves.
    pub(crate) fn depart_all(&self) {
        let mut state = lock(&self.state);
        for (channel, groups) in std::mem::take(&mut state.channels) {
            for group in groups.into_keys() {
                self.outbox.push(Op::Leave(group, channel.clone(), None));
            }
        }
    }

    /// Forgets everyone, and has Redis emptied.
    pub(crate) fn flush(&self, reply: Reply) {
        let mut state = lock(&self.state);
        *state = State::default();
        self.outbox.push(Op::Flush(reply));
    }

    /// Redis has the membership.
    pub(crate) fn confirm(&self, group: &GroupName, channel: &ChannelName) {
        if let Some(place) = lock(&self.state).place(group, channel) {
            place.known = true;
        }
    }

    /// Redis has refused the membership, or its renewal.
    pub(crate) fn owe(&self, group: &GroupName, channel: &ChannelName) {
        if let Some(place) = lock(&self.state).place(group, channel) {
            place.known = false;
        }
    }

    /// Redis could not be told that the membership ended.
    pub(crate) fn owe_removal(&self, group: GroupName, channel: ChannelName) {
        let mut state = lock(&self.state);
        if state.place(&group, &channel).is_none() && state.departed.len() < MOST_DEPARTED {
            state.departed.insert((group, channel));
        }
    }

    /// What must be removed and what must be there, of the groups that `here` says lie on a host. An attached
    /// channel's membership is renewed; another's keeps its age, and is forgotten when it has lapsed.
    pub(crate) fn restore(
        &self,
        here: impl Fn(&GroupName) -> bool,
        which: Owed,
        group_expiry: Duration,
    ) -> (Vec<(GroupName, ChannelName)>, Vec<Entry>) {
        let (now, mut state) = (Score::now(), lock(&self.state));
        let departed = std::mem::take(&mut state.departed);
        let (removals, kept) = departed.into_iter().partition(|(group, _)| here(group));
        state.departed = kept;
        let mut entries = Vec::new();
        state.channels.retain(|channel, groups| {
            groups.retain(|group, place| {
                let lives = place.lasting || place.joined.remaining(group_expiry, now).is_some();
                if lives && here(group) && (which == Owed::All || !place.known) {
                    let joined = if place.lasting { now } else { place.joined };
                    entries.push(Entry { group: group.clone(), channel: channel.clone(), joined });
                }
                lives
            });
            !groups.is_empty()
        });
        let removals: HashSet<_> = removals;
        (removals.into_iter().collect(), entries)
    }

    /// Some memberships of our own channels that Redis should have, others each time: `cursor` is moved on. Not those of
    /// ordinary channels, which anybody may end.
    pub(crate) fn sample(
        &self,
        here: impl Fn(&GroupName) -> bool,
        group_expiry: Duration,
        cursor: &mut usize,
        most: usize,
    ) -> Vec<(GroupName, ChannelName)> {
        let (now, state) = (Score::now(), lock(&self.state));
        let all = state.channels.iter().flat_map(|(channel, groups)| groups.iter().map(move |entry| (channel, entry)));
        let mut seen = 0;
        let due = all.skip(*cursor).inspect(|_| seen += 1).filter(|(channel, (group, place))| {
            let lives = place.lasting || place.joined.remaining(group_expiry, now).is_some();
            lives && place.known && channel.is_local() && here(group)
        });
        let sample: Vec<_> = due.take(most).map(|(channel, (group, _))| (group.clone(), channel.clone())).collect();
        *cursor = if sample.len() < most { 0 } else { *cursor + seen };
        sample
    }

    /// Whether Redis should have it, and has said so once.
    pub(crate) fn expects(&self, group: &GroupName, channel: &ChannelName) -> bool {
        lock(&self.state).place(group, channel).is_some_and(|place| place.known)
    }
}

impl State {
    fn place(&mut self, group: &GroupName, channel: &ChannelName) -> Option<&mut Place> {
        self.channels.get_mut(channel)?.get_mut(group)
    }
}
