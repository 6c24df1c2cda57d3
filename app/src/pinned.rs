//! What is pinned in a group, as its page and `GET /api/groups/{id}/pins` tell it: enough to show it where the messages
//! themselves are not loaded. Pure, for both ends. Never how it looks.

use protocol::{Change, Event, MessageId, Person, Seq};
use serde::{Deserialize, Serialize};

/// The pins of a group as they are after event `seq`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pins {
    pub seq: Seq,
    /// Whether who asked may pin and unpin.
    pub may_pin: bool,
    /// What was pinned last stands first.
    pub pins: Vec<Pin>,
}

/// A pinned message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pin {
    pub message: MessageId,
    pub by: Person,
    /// What it says, with its marks; of a long text the beginning.
    pub text: String,
}

impl Pins {
    /// Whether an event makes the list another one, or what stands in it.
    #[cfg_attr(not(any(feature = "hydrate", test)), expect(dead_code, reason = "only a browser hears events"))]
    pub(crate) fn changes(&self, event: &Event) -> bool {
        match &event.change {
            Change::Pinned { .. } => true,
            Change::Edited { message, .. } | Change::Deleted { message } => {
                self.pins.iter().any(|pin| pin.message == *message)
            }
            Change::Posted { .. } | Change::Reacted { .. } | Change::Unknown => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use protocol::{Change, Event, MessageId, Person, PersonId};

    use super::{Pin, Pins};

    fn id(text: &str) -> MessageId {
        MessageId::parse(text).unwrap()
    }

    #[test]
    fn the_list_is_asked_for_again_when_it_or_what_stands_in_it_changed() {
        let by = Person::new(PersonId::parse("p").unwrap(), "Ann");
        let pins =
            Pins { pins: vec![Pin { message: id("in"), by: by.clone(), text: "tea".to_owned() }], ..Pins::default() };
        let changes = |change| pins.changes(&Event { seq: 9, at: 0, by: by.clone(), client_id: None, change });
        assert!(changes(Change::Pinned { message: id("out"), on: true }));
        assert!(changes(Change::Edited { message: id("in"), body: "coffee".to_owned() }));
        assert!(changes(Change::Deleted { message: id("in") }));
        assert!(!changes(Change::Edited { message: id("out"), body: "coffee".to_owned() }));
        assert!(!changes(Change::Posted { message: id("new"), n: 9, body: "in".to_owned(), reply_to: Some(id("in")) }));
        assert!(!changes(Change::Reacted { message: id("in"), emoji: "🍵".to_owned(), on: true }));
    }
}
