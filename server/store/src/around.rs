//! The messages around one, for a link that leads to it. Never who may read them.

use protocol::{GroupId, MessageId, Seq};

use crate::engine::{Arg, Result};
use crate::error::StoreError;
use crate::read::{in_time, page};
use crate::row::number;
use crate::{Snapshot, Store, sql};

/// What stands around a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Around {
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
        in_time(self.read_around(group, message, limit)).await
    }

    async fn read_around(&self, group: &GroupId, message: &MessageId, limit: u32) -> Result<Option<Around>> {
        let mut tx = self.reader().begin().await?;
        let later = i64::from(limit.max(2) / 2);
        let args = [Arg::Text(message.as_str()), Arg::Text(group.as_str()), Arg::Int(later)];
        let Some(row) = tx.row(sql::AROUND, &args).await? else { return Ok(None) };
        let (seq, end) = (row.count(0)?, row.count(1)?);
        let mut found = page(&mut tx, group, number(end + 1), limit).await?;
        if !found.messages.iter().any(|one| one.seq == seq) {
            // Those after it are a page by themselves.
            found = page(&mut tx, group, number(seq + 1), limit).await?;
        }
        let last = found.messages.last().filter(|last| last.n < found.n);
        Ok(Some(Around { before: last.map(|last| last.seq + 1), page: found }))
    }
}
