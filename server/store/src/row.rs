//! Rows as the protocol's types and back. Never a statement.

use protocol::{Change, Event, Message};

use crate::engine::{Result, Row};
use crate::people::person_of;

pub(crate) const POSTED: i64 = 0;
pub(crate) const EDITED: i64 = 1;
pub(crate) const DELETED: i64 = 2;
pub(crate) const REACTED: i64 = 3;
pub(crate) const PINNED: i64 = 4;

/// A row of `event_columns!`.
pub(crate) fn event(row: &Row) -> Result<Event> {
    let by = person_of(row, [2, 3, 12])?;
    let change = match row.int(5)? {
        POSTED => {
            Change::Posted { message: row.id(6)?, n: row.count(7)?, body: row.written(8)?, reply_to: row.maybe_id(9)? }
        }
        EDITED => Change::Edited { message: row.id(6)?, body: row.written(8)? },
        DELETED => Change::Deleted { message: row.id(6)? },
        REACTED => Change::Reacted { message: row.id(6)?, emoji: row.written(10)?, on: row.int(11)? != 0 },
        PINNED => Change::Pinned { message: row.id(6)?, on: row.int(11)? != 0 },
        _ => Change::Unknown,
    };
    Ok(Event { seq: row.count(0)?, at: row.int(1)?, by, client_id: Some(row.id(4)?), change })
}

/// The number that stands for a kind in the database.
pub(crate) const fn kind(change: &Change) -> i64 {
    match change {
        Change::Posted { .. } => POSTED,
        Change::Edited { .. } => EDITED,
        Change::Deleted { .. } => DELETED,
        Change::Reacted { .. } => REACTED,
        Change::Pinned { .. } => PINNED,
        Change::Unknown => -1,
    }
}

/// A row of `PAGE`, without its reactions.
pub(crate) fn message(row: &Row) -> Result<Message> {
    Ok(Message {
        id: row.id(0)?,
        seq: row.count(1)?,
        n: row.count(2)?,
        changed: row.count(3)?,
        at: row.int(4)?,
        by: person_of(row, [5, 6, 12])?,
        body: row.written(7)?,
        reply_to: row.maybe_id(8)?,
        edited_at: row.maybe_int(9)?,
        deleted: row.int(10)? != 0,
        client_id: row.maybe_id(11)?,
        pinned: row.maybe_int(13)?.is_some(),
        reactions: Vec::new(),
    })
}

/// A number as the database has it. None of ours comes near the end.
pub(crate) fn number(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}
