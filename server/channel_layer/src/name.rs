//! The grammar of channel and group names: parsed once, then trusted. No registry and no I/O.
//!
//! Channel `[a-zA-Z0-9._-]+(![a-zA-Z0-9._-]*)?`, group `[a-zA-Z0-9._-]+`, both 1 to 99 characters of strict ASCII.
//! Channels' own expressions also let `٣`, `é` and a trailing newline through; that is an accident of Python's `\w`
//! and `$`, not the specification, and other layers need not agree about such names.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use uuid::Uuid;

/// The longest name that is legal, in characters (which are bytes, a name being ASCII).
const MAX_LENGTH: usize = 99;

/// The name of a channel, such as `worker` or `specific.3bd81ba9…!d0742917…`. Cloning shares the text.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChannelName(Arc<str>);

/// The name of a group of channels, such as `room-1`. Cloning shares the text.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GroupName(Arc<str>);

/// Why a text is no name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// The text, or the part before `!`, is empty.
    #[error("a name needs at least one character (before any `!`)")]
    Empty,
    /// More than 99 characters.
    #[error("a name has at most 99 characters, not {length}")]
    TooLong {
        /// How many characters it has.
        length: usize,
    },
    /// A character that is no ASCII letter, digit, `.`, `_` or `-`; also `!` in a group's name and a second `!`.
    #[error("a name holds ASCII letters, digits, `.`, `_` and `-`, not {character:?}")]
    Character {
        /// The first such character.
        character: char,
    },
}

impl ChannelName {
    /// Parses a channel's name.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        check_length(text)?;
        let (name, local) = text.split_once('!').unwrap_or((text, ""));
        check_characters(name)?;
        check_characters(local)?;
        if name.is_empty() { Err(NameError::Empty) } else { Ok(Self(text.into())) }
    }

    /// A new name `prefix.<32 hex>!<32 hex>` that no other channel has. The prefix is 1 to 33 characters of a group's
    /// alphabet.
    ///
    /// Its non-local part is as unique as the whole: the specification counts capacity over the non-local part, and
    /// one slow reader must not fill another's queue.
    pub(crate) fn process_local(prefix: &str) -> Result<Self, NameError> {
        GroupName::parse(prefix)?;
        Self::parse(&format!("{prefix}.{}!{}", Uuid::new_v4().simple(), Uuid::new_v4().simple()))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name up to and including `!`; the whole name when it has none. On a network backend it says where the
    /// channel's messages wait.
    pub fn non_local(&self) -> &str {
        self.0.split_inclusive('!').next().unwrap_or(&self.0)
    }

    /// Whether this is a process-local channel: its name holds a `!`.
    pub fn is_local(&self) -> bool {
        self.0.contains('!')
    }
}

impl GroupName {
    /// Parses a group's name.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        check_length(text)?;
        check_characters(text)?;
        Ok(Self(text.into()))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn check_length(text: &str) -> Result<(), NameError> {
    match text.chars().count() {
        0 => Err(NameError::Empty),
        length if length > MAX_LENGTH => Err(NameError::TooLong { length }),
        _ => Ok(()),
    }
}

fn check_characters(text: &str) -> Result<(), NameError> {
    match text.chars().find(|c| !is_name_character(*c)) {
        Some(character) => Err(NameError::Character { character }),
        None => Ok(()),
    }
}

fn is_name_character(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '.' | '_' | '-')
}

macro_rules! text_traits {
    ($name:ident) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{:?}", &*self.0)
            }
        }

        impl FromStr for $name {
            type Err = NameError;

            fn from_str(text: &str) -> Result<Self, NameError> {
                Self::parse(text)
            }
        }
    };
}

text_traits!(ChannelName);
text_traits!(GroupName);
