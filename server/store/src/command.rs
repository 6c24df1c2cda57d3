//! What a person asks of a group, and what came of it. Never whether they may.

use std::sync::Arc;

use protocol::{Change, Event, GroupId, MessageId, PersonId};

/// People whom one message may mean; the first of more.
const MOST_MENTIONS: usize = 100;

/// A change that a person asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Say something. Creates the group if there is none.
    Post {
        /// What, to the byte.
        body: String,
        /// The message that it answers: one of this group, deleted or not.
        reply_to: Option<MessageId>,
    },
    /// Let a message of one's own say something else.
    Edit {
        /// Which.
        message: MessageId,
        /// What it says from now on.
        body: String,
    },
    /// Take a message of one's own back. Its text goes from everywhere, its reactions too; its place stays.
    Delete {
        /// Which.
        message: MessageId,
    },
    /// Put a reaction, or take it back. One that changes nothing is stored all the same: its author wants it confirmed.
    React {
        /// Which message.
        message: MessageId,
        /// One emoji.
        emoji: String,
        /// Put, or take back.
        on: bool,
    },
    /// Put a message where everyone sees it, or take it from there. Stored even if it changes nothing, as a reaction is.
    Pin {
        /// Which message.
        message: MessageId,
        /// Put, or take.
        on: bool,
    },
}

impl Command {
    /// Bytes of text that wait with it.
    pub(crate) const fn bytes(&self) -> usize {
        match self {
            Self::Post { body, .. } | Self::Edit { body, .. } => body.len(),
            Self::React { emoji, .. } => emoji.len(),
            Self::Delete { .. } | Self::Pin { .. } => 0,
        }
    }

    /// Whom its text means: everyone, or so many people, each once.
    pub(crate) fn mentions(&self) -> Vec<PersonId> {
        let (Self::Post { body, .. } | Self::Edit { body, .. }) = self else { return Vec::new() };
        // Most mean nobody, and need not be parsed to know it.
        if !body.contains("<@") {
            return Vec::new();
        }
        let mut meant = Vec::new();
        for id in markdown::mentions(body) {
            let Ok(person) = PersonId::parse(&id) else { continue };
            if id == markdown::EVERYONE {
                return vec![person];
            }
            if meant.len() < MOST_MENTIONS && !meant.contains(&person) {
                meant.push(person);
            }
        }
        meant
    }

    /// Whether it is the command that `change` came of. Text that a deletion has blanked since counts as the same.
    pub(crate) fn made(&self, change: &Change) -> bool {
        let same = |stored: &str, asked: &str| stored == asked || stored.is_empty();
        match (self, change) {
            (Self::Post { body, reply_to }, Change::Posted { body: stored, reply_to: to, .. }) => {
                same(stored, body) && reply_to == to
            }
            (Self::Edit { message, body }, Change::Edited { message: of, body: stored }) => {
                same(stored, body) && message == of
            }
            (Self::Delete { message }, Change::Deleted { message: of }) => message == of,
            (Self::React { message, emoji, on }, Change::Reacted { message: of, emoji: stored, on: put }) => {
                (message, emoji, on) == (of, stored, put)
            }
            (Self::Pin { message, on }, Change::Pinned { message: of, on: put }) => (message, on) == (of, put),
            (
                Self::Post { .. } | Self::Edit { .. } | Self::Delete { .. } | Self::React { .. } | Self::Pin { .. },
                _,
            ) => false,
        }
    }
}

/// What a command's author may do besides what everybody may, as the chat has decided.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Grant {
    /// Delete what others said, and pin, which is noted; and speak as often as they like where others are slowed.
    pub moderate: bool,
}

/// A command that is on disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Committed {
    /// Where.
    pub group: GroupId,
    /// What it became.
    pub event: Arc<Event>,
    /// Whether the group is for everybody: what is said in others goes nowhere else.
    pub open: bool,
    /// Whether this call stored it; not if it was stored before and this was a resend.
    pub fresh: bool,
}
