//! What an event does to a message: one definition for the client that folds events and the store that keeps the result.
//! Never who may do it, and never a list of messages.

use crate::{Change, Event, Message, Person, Reaction};

impl Message {
    /// The message that an event posted.
    #[must_use]
    pub fn posted(event: &Event) -> Option<Self> {
        let Change::Posted { message, n, body, reply_to } = &event.change else { return None };
        Some(Self {
            id: message.clone(),
            seq: event.seq,
            n: *n,
            changed: event.seq,
            at: event.at,
            by: event.by.clone(),
            client_id: event.client_id.clone(),
            body: body.clone(),
            reply_to: reply_to.clone(),
            edited_at: None,
            deleted: false,
            pinned: false,
            reactions: Vec::new(),
        })
    }

    /// Takes in an event, unless the message is of a later moment or the event is about another one. Returns whether
    /// anything changed.
    pub fn apply(&mut self, event: &Event) -> bool {
        if event.seq <= self.changed || event.change.message() != Some(&self.id) {
            return false;
        }
        self.changed = event.seq;
        match &event.change {
            Change::Edited { body, .. } if !self.deleted => {
                self.body.clone_from(body);
                self.edited_at = Some(event.at);
            }
            Change::Deleted { .. } => {
                self.deleted = true;
                self.body.clear();
                self.edited_at = None;
                self.pinned = false;
                self.reactions.clear();
            }
            Change::Reacted { emoji, on, .. } if !self.deleted => react(&mut self.reactions, &event.by, emoji, *on),
            Change::Pinned { on, .. } if !self.deleted => self.pinned = *on,
            // A tombstone stays one; a message is posted once.
            Change::Edited { .. }
            | Change::Reacted { .. }
            | Change::Pinned { .. }
            | Change::Posted { .. }
            | Change::Unknown => {}
        }
        true
    }
}

/// Puts a reaction or takes it back, in place: twice the same is once.
fn react(reactions: &mut Vec<Reaction>, by: &Person, emoji: &str, on: bool) {
    let place = reactions.iter().position(|reaction| reaction.emoji == emoji);
    match (place, on) {
        (Some(place), true) => {
            let people = &mut reactions[place].people;
            if !people.iter().any(|person| person.id == by.id) {
                people.push(by.clone());
            }
        }
        (Some(place), false) => {
            reactions[place].people.retain(|person| person.id != by.id);
            if reactions[place].people.is_empty() {
                reactions.remove(place);
            }
        }
        (None, true) => reactions.push(Reaction { emoji: emoji.to_owned(), people: vec![by.clone()] }),
        (None, false) => {}
    }
}

#[cfg(test)]
mod tests {
    use crate::{Change, Event, Message, MessageId, Person, PersonId};

    fn person(name: &str) -> Person {
        Person::new(PersonId::parse(name).unwrap(), name)
    }

    fn id() -> MessageId {
        MessageId::parse("m").unwrap()
    }

    fn event(seq: u64, by: &str, change: Change) -> Event {
        Event { seq, at: i64::try_from(seq).unwrap() * 1000, by: person(by), client_id: None, change }
    }

    fn said(body: &str) -> Message {
        let change = Change::Posted { message: id(), n: 1, body: body.to_owned(), reply_to: None };
        Message::posted(&event(1, "ann", change)).unwrap()
    }

    fn reacted(seq: u64, by: &str, emoji: &str, on: bool) -> Event {
        event(seq, by, Change::Reacted { message: id(), emoji: emoji.to_owned(), on })
    }

    fn shown(message: &Message) -> Vec<(&str, Vec<&str>)> {
        message
            .reactions
            .iter()
            .map(|reaction| (reaction.emoji.as_str(), reaction.people.iter().map(|by| by.name.as_str()).collect()))
            .collect()
    }

    #[test]
    fn an_edit_changes_the_text_and_says_when() {
        let mut message = said("水开");
        assert!(message.apply(&event(5, "ann", Change::Edited { message: id(), body: "水开了".to_owned() })));
        assert_eq!(
            (message.body.as_str(), message.edited_at, message.changed, message.seq),
            ("水开了", Some(5000), 5, 1)
        );
    }

    #[test]
    fn a_deletion_leaves_a_tombstone_that_nothing_wakes() {
        let mut message = said("oops");
        message.apply(&reacted(2, "bob", "🍵", true));
        message.apply(&event(3, "ann", Change::Deleted { message: id() }));
        message.apply(&event(4, "ann", Change::Edited { message: id(), body: "back".to_owned() }));
        message.apply(&reacted(5, "bob", "🍵", true));
        assert!(message.deleted && message.body.is_empty() && message.reactions.is_empty());
        assert_eq!((message.edited_at, message.changed, message.n), (None, 5, 1));
    }

    fn pinned(seq: u64, on: bool) -> Event {
        event(seq, "ann", Change::Pinned { message: id(), on })
    }

    #[test]
    fn a_pin_is_put_and_taken_and_twice_the_same_is_once() {
        let mut message = said("tea at four");
        for (seq, on) in [(2, true), (3, true), (4, false), (5, false), (6, true)] {
            assert!(message.apply(&pinned(seq, on)));
            assert_eq!((message.pinned, message.changed), (on, seq));
        }
        message.apply(&event(7, "ann", Change::Edited { message: id(), body: "tea at five".to_owned() }));
        assert!(message.pinned, "an edit leaves it where it is");
    }

    #[test]
    fn a_deletion_takes_the_pin_and_no_tombstone_gets_one() {
        let mut message = said("oops");
        message.apply(&pinned(2, true));
        message.apply(&event(3, "ann", Change::Deleted { message: id() }));
        assert!(!message.pinned);
        message.apply(&pinned(4, true));
        assert!(!message.pinned && message.deleted);
        assert_eq!(message.changed, 4);
    }

    #[test]
    fn reactions_keep_their_order_and_one_that_nobody_has_starts_anew() {
        let mut message = said("tea?");
        for (seq, by, emoji, on) in [
            (2, "ann", "🍵", true),
            (3, "bob", "👍", true),
            (4, "bob", "🍵", true),
            (5, "bob", "🍵", true),
            (6, "ann", "🍵", false),
        ] {
            message.apply(&reacted(seq, by, emoji, on));
        }
        assert_eq!(shown(&message), [("🍵", vec!["bob"]), ("👍", vec!["bob"])]);
        message.apply(&reacted(7, "bob", "🍵", false));
        message.apply(&reacted(8, "ann", "🍵", true));
        assert_eq!(shown(&message), [("👍", vec!["bob"]), ("🍵", vec!["ann"])]);
    }

    #[test]
    fn an_event_from_before_the_message_as_it_is_changes_nothing() {
        let mut message = said("as of 9");
        message.changed = 9;
        assert!(!message.apply(&event(9, "ann", Change::Deleted { message: id() })));
        assert!(!message.deleted);
    }

    #[test]
    fn an_event_about_another_message_or_of_a_later_version_changes_nothing() {
        let mut message = said("mine");
        let other = MessageId::parse("other").unwrap();
        assert!(!message.apply(&event(2, "ann", Change::Deleted { message: other })));
        assert!(!message.apply(&event(3, "ann", Change::Unknown)));
        assert_eq!(message, said("mine"));
    }
}
