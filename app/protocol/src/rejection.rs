//! Why a command was refused. The code is for programs and says whether to try again; the sentence is for people.

use serde::{Deserialize, Serialize};

/// What was wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RejectionCode {
    /// The server cannot store anything at the moment. Try again.
    Unavailable,
    /// Too many unconfirmed commands, or too fast for this person, address or group. Try again after `retry_after_ms`.
    TooMany,
    /// Nothing was said.
    Empty,
    /// More than fits.
    TooLong,
    /// Not an emoji that this server takes.
    BadReaction,
    /// The group has as many pins as it takes.
    TooManyPins,
    /// No such group, or not for this person.
    NoGroup,
    /// No such message in this group, or it was deleted.
    NoMessage,
    /// It is someone else's.
    NotYours,
    /// The `client_id` was used for another command.
    Reused,
    /// Only who has signed in may do this here.
    SignIn,
    /// This person may not do this here.
    Forbidden,
    /// The group is closed: it can be read and nothing else.
    Archived,
    /// A code that this program does not know: do not try again.
    #[serde(other)]
    Unknown,
}

impl RejectionCode {
    /// Every code that a server sends.
    pub const ALL: [Self; 13] = [
        Self::Unavailable,
        Self::TooMany,
        Self::Empty,
        Self::TooLong,
        Self::BadReaction,
        Self::TooManyPins,
        Self::NoGroup,
        Self::NoMessage,
        Self::NotYours,
        Self::Reused,
        Self::SignIn,
        Self::Forbidden,
        Self::Archived,
    ];

    /// Whether the same command may succeed later.
    #[must_use]
    pub const fn is_retryable(self) -> bool {
        match self {
            Self::Unavailable | Self::TooMany => true,
            Self::Empty
            | Self::TooLong
            | Self::BadReaction
            | Self::TooManyPins
            | Self::NoGroup
            | Self::NoMessage
            | Self::NotYours
            | Self::Reused
            | Self::SignIn
            | Self::Forbidden
            | Self::Archived
            | Self::Unknown => false,
        }
    }
}

/// What someone whose command was refused is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejection {
    /// For programs.
    pub code: RejectionCode,
    /// For people: one sentence in their language.
    pub message: String,
    /// When to try again, if it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<u64>,
}
