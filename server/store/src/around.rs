//! The messages around one, for a link or a date that leads to it. Never who may read them.

use protocol::{GroupId, MessageId, Millis, Seq};

use crate::engine::{Arg, Result, Tx};
use crate::error::StoreError;
use crate::read::{in_time, page};
use crate::row::number;
use crate::{Snapshot, Store, sql};

/// What stands around a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Around {
    /// The message.
    pub message: MessageId,
    /// The messages, that one among them.
    pub page: Snapshot,
    /// They are those before this event; `None`: they are the newest.
    pub before: Option<Seq>,
}

impl Store {
    /// The messages around one of a group, at most `limit`, about half of them later. `None` if the group has no such
    /// message.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn around(&self, group: &GroupId, message: &MessageId, limit: u32) -> Result<Option<Around>, StoreError> {
        in_time(async { around(&mut self.reader().begin().await?, group, message, limit).await }).await
    }

    /// The messages around the first of a group that was posted at a moment or later. `None` if none was. Clocks jump: where
    /// they did, it is one that follows on an earlier one, as the first of a day does.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn since(&self, group: &GroupId, at: Millis, limit: u32) -> Result<Option<Around>, StoreError> {
        in_time(async {
            let mut tx = self.reader().begin().await?;
            let Some(message) = first_since(&mut tx, group, at).await? else { return Ok(None) };
            around(&mut tx, group, &message, limit).await
        })
        .await
    }
}

pub(crate) async fn around(tx: &mut Tx, group: &GroupId, message: &MessageId, limit: u32) -> Result<Option<Around>> {
    let later = i64::from(limit.max(2) / 2);
    let args = [Arg::Text(message.as_str()), Arg::Text(group.as_str()), Arg::Int(later)];
    let Some(row) = tx.row(sql::AROUND, &args).await? else { return Ok(None) };
    let (seq, end) = (row.count(0)?, row.count(1)?);
    let mut found = page(tx, group, number(end + 1), limit).await?;
    if !found.messages.iter().any(|one| one.seq == seq) {
        // Those after it are a page by themselves.
        found = page(tx, group, number(seq + 1), limit).await?;
    }
    let last = found.messages.last().filter(|last| last.n < found.n);
    Ok(Some(Around { message: message.clone(), before: last.map(|last| last.seq + 1), page: found }))
}

/// Halves the group's messages until it is found: some twenty looks in a million, and no index that each message would
/// have to be written to.
pub(crate) async fn first_since(tx: &mut Tx, group: &GroupId, at: Millis) -> Result<Option<MessageId>> {
    let id = Arg::Text(group.as_str());
    let Some(place) = tx.row(sql::PLACE, &[id]).await? else { return Ok(None) };
    // Up to `before` all are earlier, from `from` on all are not.
    let (mut before, mut from) = (place.count(3)?, place.count(1)? + 1);
    let mut found = None;
    while from - before > 1 {
        let middle = before + (from - before) / 2;
        let row = tx.row(sql::NTH, &[id, Arg::Int(number(middle))]).await?.ok_or(sqlx::Error::RowNotFound)?;
        if row.int(1)? < at {
            before = middle;
        } else {
            (from, found) = (middle, Some(row.id(0)?));
        }
    }
    Ok(found)
}
