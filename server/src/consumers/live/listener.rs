//! One group's ear of one `/live` socket: what happens in it becomes frames in the socket's lanes.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use protocol::{Epoch, GroupId, Person, ResetWhy, Seq, ServerFrame};

use crate::{
    chat::{Happened, Subscriber, encode},
    socket::lanes::Lanes,
};

pub(super) struct Listener {
    pub(super) group: GroupId,
    pub(super) person: Person,
    pub(super) lanes: Arc<Lanes>,
    /// The latest event that was queued for this socket or known when it came.
    pub(super) head: Arc<AtomicU64>,
}

impl Subscriber for Listener {
    fn events(&self, events: &[Arc<Happened>]) -> bool {
        let Some(latest) = events.last() else { return true };
        self.head.store(latest.seq(), Ordering::Relaxed);
        let frames = events.iter().map(|event| event.frame_for(&self.person).clone());
        let fits = self.lanes.events(&self.group, frames);
        if !fits {
            self.lanes.answer(encode(&ServerFrame::Lag { group: self.group.clone(), head: latest.seq() }));
        }
        fits
    }

    fn reset(&self, group: &GroupId, epoch: &Epoch, head: Seq, why: ResetWhy) {
        self.head.store(head, Ordering::Relaxed);
        self.lanes.forget(group);
        self.lanes.answer(encode(&ServerFrame::Reset { group: group.clone(), epoch: epoch.clone(), head, why }));
    }

    fn typing(&self, group: &GroupId, by: &Person) {
        if by.id != self.person.id {
            let frame = encode(&ServerFrame::Typing { group: group.clone(), by: by.clone() });
            self.lanes.ephemeral(format!("typing {group} {}", by.id), frame);
        }
    }

    fn presence(&self, group: &GroupId, people: &[Person], count: u64) {
        let frame = encode(&ServerFrame::Presence { group: group.clone(), people: people.to_vec(), count });
        self.lanes.ephemeral(format!("presence {group}"), frame);
    }

    fn person(&self) -> Option<&Person> {
        Some(&self.person)
    }
}
