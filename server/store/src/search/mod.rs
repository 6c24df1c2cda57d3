//! Search over messages: the index that the writer keeps (`keep`), the task that fills it (`indexer`), and what is found
//! (`find`): what is asked of the index (`expression`), and how far back at once (`block`). What a query means lives in the
//! crate `search`; who may read where is decided by whoever asks.
//!
//! Posting only notes that a message can be found; its terms are put into the index soon after, many at a time, and until
//! then search reads its text. Edits, deletions and expiry take the old terms out in their own transaction. Whatever the
//! index says is matched again with the text that is there now.

mod block;
mod expression;
mod find;
mod indexer;
mod keep;

pub use find::{Cursor, Found, Hits, SearchQuery};
pub(crate) use indexer::Indexer;
pub(crate) use keep::{Work, expired, index, posted, prepare, reset, rewritten};

/// How far back messages from before the index are in it: a message's id. Empty: all.
const HISTORY_META: &str = "search_history";
/// Of how the terms in it were made.
const VERSION_META: &str = "search_version";

const HOUR_MS: i64 = 3_600_000;

/// The terms of a message as one text.
fn terms_of(group: &str, author: &str, body: &str) -> String {
    let mut all = search::terms(body);
    all.push(search::group_term(group));
    all.push(search::author_term(author));
    all.join(" ")
}
