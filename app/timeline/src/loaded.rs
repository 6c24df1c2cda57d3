//! The messages that a client holds: by number and by id, and never more than it can bear. Never what is missing.

use std::collections::HashMap;

use protocol::{ClientId, Event, Message, MessageId, Seq};

use crate::sorted::Sorted;

/// The most messages kept; those far from where one looks go first and come back as a page.
pub const MAX_LOADED: usize = 2_000;

/// The most bytes of text in them; the last one stays, whatever its size.
pub const MAX_LOADED_BYTES: usize = 16 * 1024 * 1024;

/// The most messages kept of a group that nobody looks at: a few pages, so that it is there at once when someone does.
pub const MAX_RESTING: usize = 150;

/// The most bytes of text in them.
pub const MAX_RESTING_BYTES: usize = 1024 * 1024;

#[derive(Clone, Debug, Default)]
pub(crate) struct Loaded {
    messages: Sorted<Message>,
    numbers: HashMap<MessageId, Seq>,
    bytes: usize,
}

impl Loaded {
    /// Adds a message, or replaces it by a later state of itself. Returns whether anything changed.
    pub(crate) fn insert(&mut self, message: Message) -> bool {
        if self.messages.get(message.seq).is_some_and(|known| known.changed >= message.changed) {
            return false;
        }
        self.remove(message.seq);
        self.bytes += message.body.len();
        self.numbers.insert(message.id.clone(), message.seq);
        self.messages.insert(message);
        true
    }

    /// Applies an event to its message. Returns the message if it is here and changed.
    pub(crate) fn apply(&mut self, event: &Event) -> Option<MessageId> {
        let id = event.change.message()?;
        let message = self.messages.get_mut(*self.numbers.get(id)?)?;
        let before = message.body.len();
        let changed = message.apply(event);
        self.bytes = self.bytes - before + message.body.len();
        changed.then(|| id.clone())
    }

    /// Drops what is farthest from a number, or from the end, until the rest can be borne.
    pub(crate) fn trim(&mut self, near: Option<Seq>) {
        self.trim_to(MAX_LOADED, MAX_LOADED_BYTES, near);
    }

    /// The same, until so many are left.
    pub(crate) fn trim_to(&mut self, messages: usize, bytes: usize, near: Option<Seq>) {
        if self.is_bearable(messages, bytes) {
            return;
        }
        let mut older = near.map_or(self.messages.len(), |near| self.messages.before(near));
        while !self.is_bearable(messages, bytes) {
            let newer = self.messages.len() - older;
            let farthest = if older > newer { self.messages.first() } else { self.messages.last() };
            let Some(seq) = farthest.map(|message| message.seq) else { return };
            if older > newer {
                older -= 1;
            }
            self.remove(seq);
        }
    }

    fn is_bearable(&self, messages: usize, bytes: usize) -> bool {
        self.messages.len() <= messages && (self.bytes <= bytes || self.messages.len() == 1)
    }

    /// Drops what was posted before a number.
    pub(crate) fn drop_before(&mut self, seq: Seq) {
        while let Some(oldest) = self.messages.first().map(|message| message.seq)
            && oldest < seq
        {
            self.remove(oldest);
        }
    }

    fn remove(&mut self, seq: Seq) {
        if let Some(message) = self.messages.remove(seq) {
            self.bytes -= message.body.len();
            self.numbers.remove(&message.id);
        }
    }

    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &Message> {
        self.messages.iter()
    }

    pub(crate) fn at(&self, seq: Seq) -> Option<&Message> {
        self.messages.get(seq)
    }

    pub(crate) fn get(&self, id: &MessageId) -> Option<&Message> {
        self.at(*self.numbers.get(id)?)
    }

    pub(crate) fn first(&self) -> Option<&Message> {
        self.messages.first()
    }

    pub(crate) fn last(&self) -> Option<&Message> {
        self.messages.last()
    }

    /// Whether a command's message is here: a reload finds in the page what its outbox still holds.
    pub(crate) fn has_command(&self, client_id: &ClientId) -> bool {
        self.iter().rev().any(|message| message.client_id.as_ref() == Some(client_id))
    }
}

#[cfg(test)]
mod tests {
    use protocol::{Message, MessageId, Person, PersonId};

    use super::{Loaded, MAX_LOADED, MAX_LOADED_BYTES};

    fn message(seq: u64, body: &str) -> Message {
        let by = Person::new(PersonId::parse("ann").unwrap(), "Ann");
        let id = MessageId::parse(format!("m{seq}")).unwrap();
        Message {
            id,
            seq,
            n: seq,
            changed: seq,
            at: 0,
            by,
            client_id: None,
            body: body.to_owned(),
            reply_to: None,
            edited_at: None,
            deleted: false,
            pinned: false,
            reactions: Vec::new(),
        }
    }

    fn full(extra: u64) -> Loaded {
        let mut loaded = Loaded::default();
        for seq in 1..=MAX_LOADED as u64 + extra {
            loaded.insert(message(seq, "tea"));
        }
        loaded
    }

    #[test]
    fn at_the_end_the_oldest_go() {
        let mut loaded = full(10);
        loaded.trim(None);
        assert_eq!((loaded.first().unwrap().seq, loaded.last().unwrap().seq), (11, MAX_LOADED as u64 + 10));
        assert!(loaded.get(&MessageId::parse("m10").unwrap()).is_none());
    }

    #[test]
    fn in_the_past_the_newest_go() {
        let mut loaded = full(10);
        loaded.trim(Some(5));
        assert_eq!((loaded.first().unwrap().seq, loaded.last().unwrap().seq), (1, MAX_LOADED as u64));
    }

    #[test]
    fn at_rest_a_few_pages_stay_near_where_one_looked() {
        let mut loaded = full(0);
        loaded.trim_to(100, MAX_LOADED_BYTES, None);
        assert_eq!((loaded.iter().count(), loaded.last().unwrap().seq), (100, MAX_LOADED as u64));
        let mut loaded = full(0);
        loaded.trim_to(100, MAX_LOADED_BYTES, Some(1_000));
        assert_eq!((loaded.iter().count(), loaded.at(1_000).is_some()), (100, true));
    }

    #[test]
    fn a_few_huge_messages_do_not_fill_the_browser() {
        let mut loaded = Loaded::default();
        for seq in 1..=3 {
            loaded.insert(message(seq, &"x".repeat(MAX_LOADED_BYTES / 2)));
        }
        loaded.trim(None);
        assert_eq!(loaded.iter().count(), 2);
        loaded.insert(message(4, &"x".repeat(MAX_LOADED_BYTES + 1)));
        loaded.trim(None);
        assert_eq!(loaded.iter().map(|message| message.seq).collect::<Vec<_>>(), [4]);
    }

    #[test]
    fn an_earlier_state_of_a_message_does_not_replace_a_later_one() {
        let mut loaded = Loaded::default();
        loaded.insert(Message { changed: 9, ..message(1, "new") });
        assert!(!loaded.insert(message(1, "old")));
        assert_eq!(loaded.at(1).unwrap().body, "new");
    }
}
