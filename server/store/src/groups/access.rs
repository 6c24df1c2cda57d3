//! What deciding who may do what takes, in one indexed query. Never the decision.

use std::collections::HashMap;

use protocol::{GroupId, PersonId};

use crate::engine::{Arg, Column, Result, Row, Tx};
use crate::error::StoreError;
use crate::name::{GroupKind, Role};
use crate::read::in_time;
use crate::{Store, sql};

/// A group as far as rights go, and what a person is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// Who it is for.
    pub kind: GroupKind,
    /// Whether it is only read any more.
    pub archived: bool,
    /// Between two posts of one person, in milliseconds.
    pub slow_ms: u64,
    /// Moves with every change.
    pub access: u64,
    /// Whether anybody looks after it: an owner, or a moderator.
    pub led: bool,
    /// What the person is there, if a member.
    pub role: Option<Role>,
    /// Whether the person is banned there.
    pub banned: bool,
    /// Whether the server takes guests.
    pub guests: bool,
}

impl Store {
    /// What a person, or nobody, may be refused for in a group. One that does not exist is open.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn access(&self, group: &GroupId, person: Option<&PersonId>) -> Result<Access, StoreError> {
        in_time(async { access(&mut self.reader().once().await?, group, person).await }).await
    }

    /// The same of many people: the group's part, and each one's role and whether they are banned.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn access_of(
        &self,
        group: &GroupId,
        people: &[PersonId],
    ) -> Result<(Access, HashMap<PersonId, (Option<Role>, bool)>), StoreError> {
        let mut tx = self.reader().begin().await?;
        let access = access(&mut tx, group, None).await?;
        let groups = Column::texts(people.iter().map(|_| group.as_str()));
        let ids = Column::texts(people.iter().map(PersonId::as_str));
        let rows = tx.rows_of(&sql::ACCESS_OF, &[groups, ids]).await?;
        let one = |row: &Row| Ok((row.id(0)?, (row.maybe_id(1)?, row.maybe_text(2)?.is_some())));
        Ok((access, rows.iter().map(one).collect::<Result<_>>()?))
    }
}

pub(crate) async fn access(tx: &mut Tx, group: &GroupId, person: Option<&PersonId>) -> Result<Access> {
    // No person's id is empty.
    let person = person.map(PersonId::as_str).unwrap_or_default();
    let row = tx.row(sql::ACCESS, &[Arg::Text(group.as_str()), Arg::Text(person)]).await?;
    let row = row.ok_or(sqlx::Error::RowNotFound)?;
    Ok(Access {
        kind: row.maybe_id(0)?.unwrap_or(GroupKind::Open),
        archived: row.maybe_int(1)?.is_some(),
        slow_ms: row.count(2)?,
        access: row.count(3)?,
        role: row.maybe_id(4)?,
        banned: row.maybe_text(5)?.is_some(),
        guests: row.maybe_text(6)?.is_none_or(|guests| guests == "1"),
        led: row.int(7)? != 0,
    })
}
