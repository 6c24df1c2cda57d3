//! The name of a group, parsed once at the edge. Never how the channel layer spells it.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::MAX_GROUP_ID_CHARS;

/// A group's id: 1 to 64 characters, each a letter or number of any script, `_` or `-`.
///
/// Letters and numbers are Unicode's properties Alphabetic and Number. That is the tutorial's `\w` as Python reads it,
/// with dependent vowel signs besides; like Python's it has no room for combining marks such as viramas.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct GroupId(String);

/// Why a text is no group id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupIdError {
    /// Nothing was given.
    Empty,
    /// More than [`MAX_GROUP_ID_CHARS`] characters.
    TooLong,
    /// A character that is neither letter, number, `_` nor `-`.
    Character(char),
}

impl fmt::Display for GroupIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("a group id has at least one character"),
            Self::TooLong => write!(f, "a group id has at most {MAX_GROUP_ID_CHARS} characters"),
            Self::Character(c) => write!(f, "a group id holds letters and numbers of any script, _ and -, not {c:?}"),
        }
    }
}

impl std::error::Error for GroupIdError {}

impl GroupId {
    /// Parses an id as it stands in an address, after percent-decoding.
    ///
    /// # Errors
    /// [`GroupIdError`] says which rule is broken.
    pub fn parse(text: &str) -> Result<Self, GroupIdError> {
        if text.is_empty() {
            return Err(GroupIdError::Empty);
        }
        if let Some(stranger) = text.chars().find(|&c| !is_word(c)) {
            return Err(GroupIdError::Character(stranger));
        }
        if text.chars().count() > MAX_GROUP_ID_CHARS {
            return Err(GroupIdError::TooLong);
        }
        Ok(Self(text.to_owned()))
    }

    /// The id as it is shown.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '-'
}

impl fmt::Display for GroupId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for GroupId {
    type Err = GroupIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl TryFrom<String> for GroupId {
    type Error = GroupIdError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<GroupId> for String {
    fn from(id: GroupId) -> Self {
        id.0
    }
}

#[cfg(test)]
mod tests {
    use super::{GroupId, GroupIdError};

    #[test]
    fn letters_and_numbers_of_any_script_are_an_id() {
        for text in ["1", "123", "茶馆", "Чай", "tea_house-1", "٣", &"茶".repeat(64)] {
            assert_eq!(GroupId::parse(text).map(String::from).as_deref(), Ok(text));
        }
    }

    #[test]
    fn nothing_is_no_id() {
        assert_eq!(GroupId::parse(""), Err(GroupIdError::Empty));
    }

    #[test]
    fn sixty_five_characters_are_too_many() {
        assert_eq!(GroupId::parse(&"茶".repeat(65)), Err(GroupIdError::TooLong));
    }

    #[test]
    fn punctuation_spaces_and_control_characters_are_refused_by_name() {
        for (text, stranger) in [("a b", ' '), ("a/b", '/'), ("a.b", '.'), ("a!", '!'), ("a\n", '\n'), ("🍵", '🍵')]
        {
            assert_eq!(GroupId::parse(text), Err(GroupIdError::Character(stranger)));
        }
    }

    #[test]
    fn an_id_in_json_is_parsed_like_any_other() {
        assert_eq!(serde_json::from_str::<GroupId>("\"茶馆\"").unwrap().as_str(), "茶馆");
        assert!(serde_json::from_str::<GroupId>("\"a b\"").is_err());
    }
}
