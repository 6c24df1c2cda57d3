//! What happens in a group and what a message is: the durable half of the protocol. Never a frame.

use serde::{Deserialize, Serialize};

use crate::{ClientId, MessageId, PersonId};

/// An event's number in its group: 1, 2, 3, … without a hole. 0: before the first.
pub type Seq = u64;

/// Milliseconds since 1970-01-01T00:00:00Z, by the server's clock. Not an order: that is [`Seq`].
pub type Millis = i64;

/// How many colours there are for the pictures of people.
pub const COLOURS: u8 = 8;

/// Who did something, as they are shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Who it is, whatever they are called.
    pub id: PersonId,
    /// What they are called.
    pub name: String,
    /// The colour of their picture, if they chose one: below [`COLOURS`]. Otherwise it follows from their id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub colour: Option<u8>,
}

impl Person {
    /// Somebody who chose no colour.
    #[must_use]
    pub fn new(id: PersonId, name: impl Into<String>) -> Self {
        Self { id, name: name.into(), colour: None }
    }
}

/// One durable change of a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Its number in the group.
    pub seq: Seq,
    /// When the server stored it.
    pub at: Millis,
    /// Who did it.
    pub by: Person,
    /// The command that did it. Only its author is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<ClientId>,
    /// What changed.
    pub change: Change,
}

/// What an event changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Change {
    /// A message was said.
    Posted {
        /// Its id from now on.
        message: MessageId,
        /// Its number among the group's messages: 1, 2, 3, …
        n: u64,
        /// What was said.
        body: String,
        /// The message that it answers.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reply_to: Option<MessageId>,
    },
    /// A message says something else now.
    Edited {
        /// Which.
        message: MessageId,
        /// What it says now.
        body: String,
    },
    /// A message's text is gone; its place stays.
    Deleted {
        /// Which.
        message: MessageId,
    },
    /// Someone put a reaction to a message, or took it back.
    Reacted {
        /// Which.
        message: MessageId,
        /// The reaction: one emoji.
        emoji: String,
        /// Put, or taken back.
        on: bool,
    },
    /// A message was put where everyone sees it, or taken from there.
    Pinned {
        /// Which.
        message: MessageId,
        /// Put, or taken.
        on: bool,
    },
    /// A kind that this program does not know yet. It takes its number all the same.
    #[serde(other)]
    Unknown,
}

impl Change {
    /// The message that changed.
    #[must_use]
    pub const fn message(&self) -> Option<&MessageId> {
        match self {
            Self::Posted { message, .. }
            | Self::Edited { message, .. }
            | Self::Deleted { message }
            | Self::Reacted { message, .. }
            | Self::Pinned { message, .. } => Some(message),
            Self::Unknown => None,
        }
    }
}

/// A message as it is after every event up to some number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// The event that posted it.
    pub seq: Seq,
    /// Its number among the group's messages.
    pub n: u64,
    /// The latest event that changed it; `seq` if none has.
    pub changed: Seq,
    /// When it was posted.
    pub at: Millis,
    /// Who said it.
    pub by: Person,
    /// The command that posted it. Only its author is told: a page, too, confirms what waits in an outbox.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<ClientId>,
    /// What it says; empty if it was deleted.
    pub body: String,
    /// The message that it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<MessageId>,
    /// When it was last edited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited_at: Option<Millis>,
    /// Its text is gone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deleted: bool,
    /// It stands where everyone sees it; not if it was deleted.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub pinned: bool,
    /// Reactions in the order in which each was put while nobody had it; none without people, none if it was deleted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reactions: Vec<Reaction>,
}

/// Who reacted to a message in one way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reaction {
    /// The emoji.
    pub emoji: String,
    /// Those who put it, in order.
    pub people: Vec<Person>,
}
