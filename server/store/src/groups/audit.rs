//! What moderators and administrators did to others: written in the same transaction, never changed.

use protocol::{GroupId, Millis, Person, PersonId};

use crate::engine::{Arg, Result, Row, Tx};
use crate::error::StoreError;
use crate::people::person;
use crate::writer::now;
use crate::{Store, sql};

/// Something that was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    /// Its number: later ones are higher.
    pub id: i64,
    /// When.
    pub at: Millis,
    /// By whom; nobody on the server's console.
    pub by: Option<Person>,
    /// What: `deleted`, `pinned`, `banned`, …
    pub action: String,
    /// In which group, if in one.
    pub group: Option<GroupId>,
    /// To whom, if to somebody.
    pub person: Option<Person>,
    /// What else there is to say: a role, a message's id.
    pub detail: Option<String>,
}

impl Store {
    /// What was done in a group, or on the server and in every open group, before an entry; the latest first, at most
    /// `limit`. What is done in a group that is not open is for that group alone.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn audit(
        &self,
        group: Option<&GroupId>,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<AuditEntry>, StoreError> {
        let (before, limit) = (Arg::Int(before.unwrap_or(i64::MAX)), Arg::Int(limit.into()));
        let mut tx = self.reader().once().await?;
        let rows = match group {
            Some(group) => tx.rows(sql::AUDIT_OF, &[Arg::Text(group.as_str()), before, limit]).await?,
            None => tx.rows(sql::AUDIT, &[before, limit]).await?,
        };
        Ok(rows.iter().map(entry).collect::<Result<_>>()?)
    }
}

fn entry(row: &Row) -> Result<AuditEntry> {
    let somebody = |at| if row.maybe_text(at)?.is_some() { person(row, at).map(Some) } else { Ok(None) };
    Ok(AuditEntry {
        id: row.int(0)?,
        at: row.int(1)?,
        action: row.text(2)?,
        group: row.maybe_id(3)?,
        detail: row.maybe_written(4)?,
        by: somebody(5)?,
        person: somebody(8)?,
    })
}

/// What is to be noted.
#[derive(Clone, Copy, Default)]
pub(crate) struct Noted<'a> {
    pub(crate) by: Option<&'a PersonId>,
    pub(crate) action: &'a str,
    pub(crate) group: Option<&'a GroupId>,
    pub(crate) person: Option<&'a PersonId>,
    pub(crate) detail: &'a str,
}

pub(crate) async fn note(tx: &mut Tx, noted: Noted<'_>) -> Result<()> {
    // Nothing is an empty text in the arguments and NULL in the table.
    let args = [
        Arg::Int(now()),
        Arg::Text(noted.by.map(PersonId::as_str).unwrap_or_default()),
        Arg::Text(noted.action),
        Arg::Text(noted.group.map(GroupId::as_str).unwrap_or_default()),
        Arg::Text(noted.person.map(PersonId::as_str).unwrap_or_default()),
        Arg::Bytes(noted.detail.as_bytes()),
    ];
    tx.run(sql::NOTE, &args).await.map(drop)
}
