//! A group's latest events in memory, bounded, so that who missed a few is served without the database. No I/O.

use std::{collections::VecDeque, sync::Arc};

use protocol::{Change, MessageId, Seq};

use super::event::Happened;

const MAX_EVENTS: usize = 512;
const MAX_BYTES: usize = 1024 * 1024;

/// Without a hole: each event's number is one more than the one's before it.
#[derive(Default)]
pub(crate) struct Recent {
    events: VecDeque<Arc<Happened>>,
    bytes: usize,
}

impl Recent {
    /// Appends the next event; the oldest go when there are too many.
    pub(crate) fn push(&mut self, event: Arc<Happened>) {
        if let Change::Deleted { message } = &event.event.change {
            self.erase(message);
        }
        self.bytes += event.bytes();
        self.events.push_back(event);
        while self.events.len() > MAX_EVENTS || (self.bytes > MAX_BYTES && self.events.len() > 1) {
            self.bytes -= self.events.pop_front().map_or(0, |oldest| oldest.bytes());
        }
    }

    /// What was taken back is not said again, here as little as in the store.
    fn erase(&mut self, message: &MessageId) {
        for event in self.events.iter_mut().filter(|event| event.event.change.message() == Some(message)) {
            if let Some(erased) = event.without_text() {
                self.bytes -= event.bytes() - erased.bytes();
                *event = Arc::new(erased);
            }
        }
    }

    /// Everything after `seq`, if that is still here.
    pub(crate) fn after(&self, seq: Seq) -> Option<impl ExactSizeIterator<Item = &Arc<Happened>>> {
        let first = self.events.front()?.seq();
        let skip = usize::try_from((seq + 1).checked_sub(first)?).ok()?;
        (skip <= self.events.len()).then(|| self.events.range(skip..))
    }

    /// The events up to this one are no longer kept in the store, and no longer told here.
    pub(crate) fn expire(&mut self, floor: Seq) {
        while let Some(oldest) = self.events.pop_front_if(|oldest| oldest.seq() <= floor) {
            self.bytes -= oldest.bytes();
        }
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use protocol::{Change, Epoch, Event, GroupId, MessageId, Person, PersonId, Seq};

    use super::{MAX_BYTES, MAX_EVENTS, Recent};
    use crate::chat::event::Happened;

    fn event(seq: Seq, body: &str) -> Arc<Happened> {
        let message = MessageId::parse("m").unwrap();
        let change = Change::Posted { message, n: seq, body: body.to_owned(), reply_to: None };
        let by = Person::new(PersonId::parse("p").unwrap(), "");
        let event = Arc::new(Event { seq, at: 0, by, client_id: None, change });
        Arc::new(Happened::new(GroupId::parse("1").unwrap(), Epoch::parse("e").unwrap(), event))
    }

    fn after(recent: &Recent, seq: Seq) -> Option<Vec<Seq>> {
        recent.after(seq).map(|events| events.map(|event| event.seq()).collect())
    }

    #[test]
    fn what_was_missed_is_there_from_any_point_that_is_remembered() {
        let mut recent = Recent::default();
        (5..=8).for_each(|seq| recent.push(event(seq, "")));
        assert_eq!(after(&recent, 4), Some(vec![5, 6, 7, 8]));
        assert_eq!(after(&recent, 7), Some(vec![8]));
        assert_eq!(after(&recent, 8), Some(vec![]));
        assert_eq!(after(&recent, 3), None, "5 is the oldest: 4 is missing");
        assert_eq!(after(&recent, 9), None, "nobody can have seen 9");
    }

    #[test]
    fn the_text_of_a_deleted_message_goes() {
        let mut recent = Recent::default();
        recent.push(event(1, "SECRET"));
        let change = Change::Deleted { message: MessageId::parse("m").unwrap() };
        let deleted = Event { change, ..Event::clone(&event(2, "").event) };
        recent.push(Arc::new(Happened::new(
            GroupId::parse("1").unwrap(),
            Epoch::parse("e").unwrap(),
            Arc::new(deleted),
        )));
        let kept: Vec<_> = recent.after(0).unwrap().map(|event| event.event.change.clone()).collect();
        assert!(matches!(&kept[0], Change::Posted { body, .. } if body.is_empty()));
        assert_eq!(recent.bytes, recent.events.iter().map(|event| event.bytes()).sum::<usize>());
    }

    #[test]
    fn what_has_expired_is_not_remembered() {
        let mut recent = Recent::default();
        (5..=8).for_each(|seq| recent.push(event(seq, "")));
        recent.expire(6);
        assert_eq!((after(&recent, 5), after(&recent, 6)), (None, Some(vec![7, 8])));
        recent.expire(9);
        assert_eq!((after(&recent, 8), recent.bytes), (None, 0));
    }

    #[test]
    fn bytes_are_counted_as_they_are_in_frames() {
        let mut recent = Recent::default();
        let huge = event(1, &"\0".repeat(MAX_BYTES / 8));
        assert!(huge.frame_bytes() >= huge.frame_for(&huge.event.by).len());
        recent.push(huge);
        recent.push(event(2, "small"));
        assert_eq!(after(&recent, 0), None, "a NUL is six bytes of JSON");
    }

    #[test]
    fn the_oldest_go_when_there_are_too_many_or_too_much() {
        let mut recent = Recent::default();
        (1..=MAX_EVENTS as u64 + 10).for_each(|seq| recent.push(event(seq, "")));
        assert_eq!(after(&recent, 10).map(|rest| rest.len()), Some(MAX_EVENTS));
        let mut recent = Recent::default();
        (1..=9).for_each(|seq| recent.push(event(seq, &"x".repeat(MAX_BYTES / 4))));
        assert_eq!(after(&recent, 8), Some(vec![9]), "the newest stays, whatever its size");
        assert_eq!(after(&recent, 6), None);
    }
}
