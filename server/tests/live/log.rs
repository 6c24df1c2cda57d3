//! A group as one client knows it: events applied in order, the timeline they make, what waits ahead of a hole. Written
//! from the protocol's README, not from the server. No I/O.

use std::collections::BTreeMap;

use protocol::{Epoch, Event, MAX_WAITING, Message, Seq};

use crate::api::timeline;

#[derive(Debug, Default)]
pub(crate) struct Log {
    pub(crate) epoch: Option<Epoch>,
    pub(crate) last: Seq,
    /// Applied since the beginning or the last reset, in order.
    pub(crate) events: Vec<Event>,
    /// By the event that posted each.
    messages: BTreeMap<Seq, Message>,
    ahead: BTreeMap<Seq, Event>,
    /// What was said before this is not known yet.
    pub(crate) older: Option<Seq>,
    pub(crate) resets: usize,
    pub(crate) duplicates: usize,
}

impl Log {
    /// Goes on from here, knowing nothing from before.
    pub(crate) fn begin(&mut self, epoch: Epoch, head: Seq) {
        let (resets, duplicates) = (self.resets, self.duplicates);
        let older = (head > 0).then_some(head + 1);
        *self = Self { epoch: Some(epoch), last: head, older, resets, duplicates, ..Self::default() };
    }

    /// Returns whether there is no hole before it.
    pub(crate) fn take(&mut self, event: Event) -> bool {
        if event.seq <= self.last {
            self.duplicates += 1;
            return true;
        }
        self.ahead.insert(event.seq, event);
        while let Some(next) = self.ahead.remove(&(self.last + 1)) {
            self.apply(next);
        }
        while self.ahead.len() > MAX_WAITING {
            self.ahead.pop_last();
        }
        self.ahead.is_empty()
    }

    fn apply(&mut self, event: Event) {
        self.last = event.seq;
        if let Some(message) = Message::posted(&event) {
            self.messages.insert(event.seq, message);
        } else {
            for message in self.messages.values_mut() {
                message.apply(&event);
            }
        }
        self.events.push(event);
    }

    /// Puts a page beside what is known: of each message the later version, then what was applied since.
    pub(crate) fn merge(&mut self, page: Vec<Message>, more: bool) {
        self.older = page.first().map(|message| message.seq).filter(|_| more);
        for mut message in page {
            for event in &self.events {
                message.apply(event);
            }
            match self.messages.get_mut(&message.seq) {
                Some(known) if known.changed >= message.changed => {}
                Some(known) => *known = message,
                None => drop(self.messages.insert(message.seq, message)),
            }
        }
    }

    pub(crate) fn messages(&self) -> impl DoubleEndedIterator<Item = &Message> {
        self.messages.values()
    }

    pub(crate) fn text(&self) -> String {
        timeline(self.messages())
    }

    pub(crate) fn bodies(&self) -> Vec<&str> {
        self.messages().map(|message| message.body.as_str()).collect()
    }
}
