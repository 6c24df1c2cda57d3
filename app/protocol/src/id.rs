//! The names of people, messages, commands and databases: opaque texts, parsed once at the edge. Never who makes them.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The longest id, in bytes.
pub const MAX_ID_BYTES: usize = 64;

/// Why a text is no id: it is not 1 to 64 of ASCII letters, digits, `-`, `_`, `.` and `:`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IdError;

impl fmt::Display for IdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an id is 1 to {MAX_ID_BYTES} of A-Z, a-z, 0-9, -, _, . and :")
    }
}

impl std::error::Error for IdError {}

fn is_id(text: &str) -> bool {
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b':');
    (1..=MAX_ID_BYTES).contains(&text.len()) && text.bytes().all(legal)
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident,)+) => {
        $($(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Parses an id.
            ///
            /// # Errors
            /// [`IdError`] if it is not 1 to 64 legal characters.
            pub fn parse(text: impl Into<String>) -> Result<Self, IdError> {
                let text = text.into();
                if is_id(&text) { Ok(Self(text)) } else { Err(IdError) }
            }

            /// The id as it stands in JSON and in the database.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;

            fn try_from(text: String) -> Result<Self, IdError> {
                Self::parse(text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        })+
    };
}

ids! {
    /// Who speaks. The server gives it; a UUID.
    PersonId,
    /// A message, for ever. The server gives it; a UUID of version 7.
    MessageId,
    /// A command, given by the client that makes it and kept until the command is confirmed or refused for good. A UUID
    /// of version 7 is a good one. Unique for its author.
    ClientId,
    /// One database's life. Another one means that a backup was restored: numbers start anew from there.
    Epoch,
}

#[cfg(test)]
mod tests {
    use super::{ClientId, IdError};

    #[test]
    fn an_id_is_short_and_plain() {
        for text in ["a", "0192f0c1-7c1e-7bb4-9d9a-3b1f1a1e2c3d", "order:17.a_b", &"x".repeat(64)] {
            assert_eq!(ClientId::parse(text).map(String::from).as_deref(), Ok(text));
        }
        for text in ["", "a b", "茶", "a\n", "a/b", &"x".repeat(65)] {
            assert_eq!(ClientId::parse(text), Err(IdError), "{text:?}");
        }
    }
}
