//! The search page.

use protocol::{GroupId, MessageId, Millis, Person};

/// `/search?q=…`, a form that is asked with GET; `&older=…` has what lies further back.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// As typed.
    pub typed: String,
    /// Nothing was asked yet, or it was no question.
    pub answer: Option<Found>,
    /// What was wrong with the question.
    pub wrong: Option<SearchWrong>,
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Newest first.
    pub hits: Vec<Hit>,
    /// Where older ones begin.
    pub older: Option<i64>,
    /// Not while an old database is still being gone through.
    pub complete: bool,
}

/// A message that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    pub group: GroupId,
    /// None: its id is its name, or it is a direct one.
    pub group_name: Option<String>,
    /// The others of a direct one.
    pub with: Vec<Person>,
    pub message: MessageId,
    pub by: Person,
    pub at: Millis,
    /// Its text, or the part of it around the first mark: pieces, and whether each is marked.
    pub text: Vec<(String, bool)>,
}

/// Why a question is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SearchWrong {
    TooLong,
    TooMany,
    /// `from:` and nothing, and the like.
    NoValue(&'static str),
    Twice(&'static str),
    Negated(&'static str),
    NoDate(&'static str),
    /// No group that one may read is called so.
    NoGroup,
}

impl SearchWrong {
    /// Every reason, with an example of what it carries.
    pub const ALL: [Self; 7] = [
        Self::TooLong,
        Self::TooMany,
        Self::NoValue("from"),
        Self::Twice("in"),
        Self::Negated("before"),
        Self::NoDate("after"),
        Self::NoGroup,
    ];
}
