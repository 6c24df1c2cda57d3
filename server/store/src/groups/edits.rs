//! What a message said before.

use protocol::{GroupId, MessageId, Millis, Person};

use crate::engine::{Arg, Result, Row};
use crate::error::StoreError;
use crate::people::person;
use crate::{Store, sql};

/// What a message said from some time on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// Since when.
    pub at: Millis,
    /// What.
    pub body: String,
}

impl Store {
    /// Who said a message of this group, if it is there.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn author(&self, group: &GroupId, message: &MessageId) -> Result<Option<Person>, StoreError> {
        let args = [Arg::Text(group.as_str()), Arg::Text(message.as_str())];
        let row = self.reader().once().await?.row(sql::AUTHOR, &args).await?;
        Ok(row.as_ref().map(|row| person(row, 0)).transpose()?)
    }

    /// What a message said, from the first to the last; nothing of one that was deleted, has expired or is not in this
    /// group.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn edits(&self, group: &GroupId, message: &MessageId) -> Result<Vec<Edit>, StoreError> {
        let args = [Arg::Text(group.as_str()), Arg::Text(message.as_str())];
        let rows = self.reader().once().await?.rows(sql::EDITS, &args).await?;
        let edit = |row: &Row| Ok(Edit { at: row.int(0)?, body: row.written(1)? });
        Ok(rows.iter().map(edit).collect::<Result<_>>()?)
    }
}
