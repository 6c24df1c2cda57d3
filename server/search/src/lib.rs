//! What a search query means: how text is cut into units, whether a text matches, where to mark it, and the terms under
//! which an index finds it. Pure: no SQL, no I/O, no clock.
//!
//! A text is a row of units: a Chinese, Japanese or Korean character is one, a word is one, an emoji is one, a mention is
//! one. A phrase is a row of units that follow each other. A text's *terms* are its units (words stemmed) and its pairs of
//! neighbours, so an index that holds only a set of terms for each text narrows every phrase down to very few;
//! [`Query::matches`] is the truth that decides on each.

#![warn(clippy::unwrap_used)]

mod date;
mod matching;
mod query;
mod terms;
mod units;

pub use date::Date;
pub use query::{Query, QueryError};
pub use terms::{Needs, VERSION, author_term, block_term, group_term, terms};
pub use units::MAX_UNITS;
