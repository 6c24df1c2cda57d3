//! One group's ear of one `/live` socket: what happens in it becomes frames in the socket's lanes.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use app::i18n::Locale;
use protocol::{Epoch, GroupId, Person, PersonId, ResetWhy, Seq, ServerFrame};
use store::Who;
use websocket::Frame;

use super::{conversation::sentence, heads::Heads};
use crate::{
    chat::{Denied, Happened, Subscriber, encode},
    socket::lanes::{Lanes, News},
};

pub(super) struct Listener {
    pub(super) group: GroupId,
    pub(super) who: Arc<Who>,
    pub(super) locale: Locale,
    /// Where pings read how far this socket is.
    pub(super) heads: Heads,
    pub(super) lanes: Arc<Lanes>,
    /// The latest event that was queued for this socket or known when it came.
    pub(super) head: Arc<AtomicU64>,
}

impl Subscriber for Listener {
    fn events(&self, events: &[Arc<Happened>]) -> bool {
        let fits = self.lanes.events(&self.group, self.frames(events));
        if fits {
            self.is_at(events.last());
        }
        fits
    }

    fn first_events(&self, events: &[Arc<Happened>]) -> usize {
        let taken = self.lanes.first_events(&self.group, self.frames(events));
        self.is_at(events[..taken].last());
        taken
    }

    fn has_room(&self) -> bool {
        self.lanes.has_room()
    }

    fn lags(&self, head: Seq) {
        self.head.store(head, Ordering::Relaxed);
        self.lanes.answer(encode(&ServerFrame::Lag { group: self.group.clone(), head }));
    }

    fn reset(&self, group: &GroupId, epoch: &Epoch, head: Seq, why: ResetWhy) {
        self.head.store(head, Ordering::Relaxed);
        self.lanes.forget_events(group);
        self.lanes.answer(encode(&ServerFrame::Reset { group: group.clone(), epoch: epoch.clone(), head, why }));
    }

    fn typing(&self, group: &GroupId, by: &PersonId, frame: &Frame) {
        if *by != self.who.person.id {
            self.lanes.ephemeral(group, News::Typing(by.clone()), frame.clone());
        }
    }

    fn seen(&self, group: &GroupId, by: &PersonId, frame: &Frame) {
        if *by != self.who.person.id {
            self.lanes.ephemeral(group, News::Seen(by.clone()), frame.clone());
        }
    }

    fn changed(&self, group: &GroupId, frame: &Frame) {
        self.lanes.ephemeral(group, News::Changed, frame.clone());
    }

    fn presence(&self, group: &GroupId, frame: &Frame) -> bool {
        self.lanes.ephemeral(group, News::Presence, frame.clone())
    }

    fn person(&self) -> Option<&Person> {
        Some(&self.who.person)
    }

    fn who(&self) -> Option<Who> {
        Some((*self.who).clone())
    }

    fn gone(&self, group: &GroupId, why: Denied) {
        self.heads.forget(group);
        self.lanes.forget(group);
        self.lanes.answer(encode(&ServerFrame::Gone { group: group.clone(), why: sentence(why.code(), self.locale) }));
    }
}

impl Listener {
    fn frames<'a>(&self, events: &'a [Arc<Happened>]) -> impl Iterator<Item = &'a Frame> + Clone {
        events.iter().map(|event| event.frame_for(&self.who.person))
    }

    fn is_at(&self, latest: Option<&Arc<Happened>>) {
        if let Some(latest) = latest {
            self.head.store(latest.seq(), Ordering::Relaxed);
        }
    }
}
