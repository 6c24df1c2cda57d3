//! Groups as lists show them: one's own, the open ones, one alone. Never what was said there.

use std::collections::HashMap;

use protocol::{GroupId, Millis, Person, PersonId, Seq};

use crate::engine::{Arg, Column, Result, Row, Tx};
use crate::error::StoreError;
use crate::name::{GroupKind, Role};
use crate::people::person;
use crate::{Store, sql};

/// A group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupInfo {
    /// Which.
    pub id: GroupId,
    /// Who it is for.
    pub kind: GroupKind,
    /// What it is called, if not by its id.
    pub name: Option<String>,
    /// What it is for.
    pub about: Option<String>,
    /// Whether it is only read any more.
    pub archived: bool,
    /// Between two posts of one person, in milliseconds.
    pub slow_ms: u64,
    /// How many.
    pub members: u64,
    /// Moves with every change of who may do what, and of this description.
    pub access: u64,
}

/// A group of a person's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupOf {
    /// Which, and what it is.
    pub info: GroupInfo,
    /// What the person is there; nothing where they only read and write in an open group.
    pub role: Option<Role>,
    /// The latest event.
    pub head: Seq,
    /// The latest message's number.
    pub n: u64,
    /// The latest event that the person has read.
    pub read: Seq,
    /// Messages after it.
    pub unread: u64,
    /// Those of them that mention the person or everyone, or answer the person, at most 200.
    pub mentions: u64,
    /// When the latest message was posted, 0 if there is none.
    pub at: Millis,
    /// Who else is in it, if it is direct: that is its name.
    pub with: Vec<Person>,
}

/// A group that somebody may read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Readable {
    /// Which.
    pub id: GroupId,
    /// Who it is for.
    pub kind: GroupKind,
    /// What it is called, if not by its id.
    pub name: Option<String>,
}

impl Store {
    /// A group, if it exists.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn group(&self, group: &GroupId) -> Result<Option<GroupInfo>, StoreError> {
        let row = self.reader().once().await?.row(sql::GROUP, &[Arg::Text(group.as_str())]).await?;
        Ok(row.as_ref().map(info).transpose()?)
    }

    /// Open groups that are not archived, at most `limit`, the newest first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn open_groups(&self, limit: u32) -> Result<Vec<GroupInfo>, StoreError> {
        let rows = self.reader().once().await?.rows(sql::OPEN_GROUPS, &[Arg::Int(limit.into())]).await?;
        Ok(rows.iter().map(info).collect::<Result<_>>()?)
    }

    /// Where a person, or nobody, may read: open groups that do not ban them, and their own. At most
    /// `limit`. A server may still keep guests from all of them.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn readable(&self, person: Option<&PersonId>, limit: u32) -> Result<Vec<Readable>, StoreError> {
        let args = [Arg::Text(person.map(PersonId::as_str).unwrap_or_default()), Arg::Int(limit.into())];
        let rows = self.reader().once().await?.rows(sql::READABLE, &args).await?;
        let readable = |row: &Row| Ok(Readable { id: row.id(0)?, name: row.maybe_written(1)?, kind: row.id(2)? });
        Ok(rows.iter().map(readable).collect::<Result<_>>()?)
    }

    /// The members of each of these groups, in the order in which they came.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn people_in(&self, groups: &[GroupId]) -> Result<HashMap<GroupId, Vec<Person>>, StoreError> {
        Ok(people_of(&mut self.reader().begin().await?, groups).await?)
    }

    /// The groups that a person is in, and the open ones where they have read anything and are not banned; the one with
    /// the latest message first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn groups_of(&self, person: &PersonId) -> Result<Vec<GroupOf>, StoreError> {
        let mut tx = self.reader().begin().await?;
        let rows = tx.rows(sql::GROUPS_OF, &[Arg::Text(person.as_str())]).await?;
        let mut groups = rows.iter().map(group_of).collect::<Result<Vec<_>>>()?;
        let direct = groups.iter().filter(|group| group.info.kind == GroupKind::Direct);
        let direct: Vec<_> = direct.map(|group| group.info.id.clone()).collect();
        let mut with = people_of(&mut tx, &direct).await?;
        for group in &mut groups {
            let mut people = with.remove(&group.info.id).unwrap_or_default();
            people.retain(|other| other.id != *person);
            group.with = people;
        }
        groups.sort_by(|one, other| other.at.cmp(&one.at).then_with(|| one.info.id.cmp(&other.info.id)));
        Ok(groups)
    }
}

async fn people_of(tx: &mut Tx, groups: &[GroupId]) -> Result<HashMap<GroupId, Vec<Person>>> {
    let mut people: HashMap<_, Vec<_>> = HashMap::new();
    if !groups.is_empty() {
        for row in tx.rows_of(&sql::PEOPLE_OF, &[Column::texts(groups.iter().map(GroupId::as_str))]).await? {
            people.entry(row.id(0)?).or_default().push(person(&row, 1)?);
        }
    }
    Ok(people)
}

/// A row of `group_columns!`.
pub(crate) fn info(row: &Row) -> Result<GroupInfo> {
    Ok(GroupInfo {
        id: row.id(0)?,
        kind: row.id(1)?,
        name: row.maybe_written(2)?,
        about: row.maybe_written(3)?,
        archived: row.maybe_int(4)?.is_some(),
        slow_ms: row.count(5)?,
        access: row.count(6)?,
        members: row.count(7)?,
    })
}

fn group_of(row: &Row) -> Result<GroupOf> {
    let (n, floor_n, read_n) = (row.count(10)?, row.count(11)?, row.count(13)?);
    Ok(GroupOf {
        info: info(row)?,
        role: row.maybe_id(8)?,
        head: row.count(9)?,
        n,
        read: row.count(12)?,
        unread: n.saturating_sub(floor_n.max(read_n)),
        at: row.int(14)?,
        mentions: row.count(15)?,
        with: Vec::new(),
    })
}
