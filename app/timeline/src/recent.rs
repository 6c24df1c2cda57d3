//! The events that were applied last, so that a page which was read a moment before them can be brought up to date
//! instead of being asked for again: in a busy group every page is a moment old. Never the truth about a message.

use std::collections::VecDeque;

use protocol::{Change, Event, Seq};

const MAX_EVENTS: usize = 512;
const MAX_BYTES: usize = 1024 * 1024;

#[derive(Clone, Debug)]
pub(crate) struct Recent {
    /// Every event after this one is here.
    floor: Seq,
    events: VecDeque<Event>,
    bytes: usize,
}

impl Recent {
    pub(crate) fn since(seq: Seq) -> Self {
        Self { floor: seq, events: VecDeque::new(), bytes: 0 }
    }

    pub(crate) fn push(&mut self, event: Event) {
        self.bytes += bytes(&event);
        self.events.push_back(event);
        while self.events.len() > MAX_EVENTS || self.bytes > MAX_BYTES {
            let Some(oldest) = self.events.pop_front() else { return };
            self.bytes -= bytes(&oldest);
            self.floor = oldest.seq;
        }
    }

    /// Everything after an event, if it is all here.
    pub(crate) fn after(&self, seq: Seq) -> Option<impl Iterator<Item = &Event>> {
        (seq >= self.floor).then(|| self.events.iter().filter(move |event| event.seq > seq))
    }
}

fn bytes(event: &Event) -> usize {
    match &event.change {
        Change::Posted { body, .. } | Change::Edited { body, .. } => body.len(),
        Change::Deleted { .. } | Change::Reacted { .. } | Change::Pinned { .. } | Change::Unknown => 0,
    }
}
