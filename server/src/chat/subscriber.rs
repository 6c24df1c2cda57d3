//! Who listens to a topic, and their place in it. Never what is told.

use std::sync::Arc;

use protocol::{Epoch, GroupId, Person, PersonId, ResetWhy, Seq};
use store::Who;
use websocket::Frame;

use super::{access::Denied, event::Happened, topic::Topic};
use crate::limits::{Address, Held};

/// Who wants a group's events: a socket's consumer.
pub(crate) trait Subscriber: Send + Sync {
    /// Events in order, the next ones after those before. `false`: it has no room, wants none of them, and is
    /// unsubscribed.
    fn events(&self, events: &[Arc<Happened>]) -> bool;

    /// The first of the events that it missed, as many as it can take at once: at least one if nothing waits for it. How
    /// many it took.
    fn first_events(&self, events: &[Arc<Happened>]) -> usize {
        if self.events(events) { events.len() } else { 0 }
    }

    /// Whether it keeps up: at most half of what may wait for it does.
    fn has_room(&self) -> bool;

    /// It had no room and was unsubscribed.
    fn lags(&self, _head: Seq) {}

    /// The events between cannot be had: go on from `head`.
    fn reset(&self, group: &GroupId, epoch: &Epoch, head: Seq, why: ResetWhy);

    /// Someone is writing. Worth nothing later.
    fn typing(&self, _group: &GroupId, _by: &PersonId, _frame: &Frame) {}

    /// Someone has read on. Worth something until they read further.
    fn seen(&self, _group: &GroupId, _by: &PersonId, _frame: &Frame) {}

    /// What the group is, or who may do what in it, has changed.
    fn changed(&self, _group: &GroupId, _frame: &Frame) {}

    /// Everyone who is here now. `false`: it had no room and wants to be told again.
    fn presence(&self, _group: &GroupId, _frame: &Frame) -> bool {
        true
    }

    /// Who it is, if they are to be seen as being here.
    fn person(&self) -> Option<&Person>;

    /// By whose rights it listens; nobody's, if it is nobody yet.
    fn who(&self) -> Option<Who>;

    /// It may no longer listen and has been unsubscribed.
    fn gone(&self, group: &GroupId, why: Denied);
}

/// A subscriber as its topic keeps it.
pub(super) struct Place {
    pub(super) number: u64,
    pub(super) subscriber: Arc<dyn Subscriber>,
    /// The latest event that it was handed, or the one from which it goes on.
    pub(super) at: Seq,
    /// Not told yet who is here.
    pub(super) untold: bool,
}

/// What came of a subscription.
pub(crate) enum Joined {
    /// Subscribed. What was missed has been handed over.
    Here(Subscription),
    /// Not yet: what was missed has been handed over up to this event. Once it is written, go on from there.
    Partly(Seq),
    /// What was missed is not remembered here: read it from the store and try again from there.
    Behind,
    /// This node itself does not know of so late an event yet; it looks now.
    Ahead,
}

/// A subscriber's place in a topic. Dropping it ends it.
pub(crate) struct Subscription {
    pub(crate) topic: Arc<Topic>,
    pub(super) number: u64,
    /// What it counts as, if it counts.
    pub(crate) room: Held<Address>,
}

impl Subscription {
    /// The latest event that was handed over here, as far as it still is a place.
    pub(crate) fn head(&self) -> Seq {
        self.topic.handed_to(self.number)
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.topic.leave(self.number);
    }
}
