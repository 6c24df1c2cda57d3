//! Making groups and changing what they are. Never who is in them but their owner.

use protocol::{GroupId, PersonId};

use super::roster::{expect_person, has_owner_but, put, role_of};
use super::{Noted, Warrant, note};
use crate::engine::{self, Arg, Result, Tx};
use crate::error::{Refusal, StoreError};
use crate::name::{GroupKind, Role};
use crate::row::number;
use crate::versions::Touch;
use crate::writer::{Verdict, now};
use crate::{Store, sql};

/// What a group is to be from now on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Description {
    /// What it is called, if not by its id.
    pub name: Option<String>,
    /// What it is for.
    pub about: Option<String>,
    /// Between two posts of one person, in milliseconds.
    pub slow_ms: u64,
    /// Who it is for; nothing leaves that as it is.
    pub kind: Option<GroupKind>,
}

/// What a group is, as it stands in its row.
pub(super) struct Row {
    name: Option<String>,
    about: Option<String>,
    archived: bool,
    slow_ms: u64,
    pub(super) kind: GroupKind,
}

impl Store {
    /// Makes a group with `by` as its owner. Asked for again, word for word, it is the same one.
    ///
    /// # Errors
    /// [`crate::Refusal::Taken`] if the id is; [`crate::Refusal::Direct`] if it were to be direct;
    /// [`crate::Refusal::NoPerson`]; [`StoreError::Busy`] or [`StoreError::Unavailable`].
    pub async fn create_group(
        &self,
        group: &GroupId,
        kind: GroupKind,
        name: Option<&str>,
        about: Option<&str>,
        by: &PersonId,
    ) -> Result<(), StoreError> {
        let wanted =
            Row { name: name.map(str::to_owned), about: about.map(str::to_owned), archived: false, slow_ms: 0, kind };
        self.errand_of(Touch::Group(group.clone()), (group.clone(), wanted, by.clone()), |tx, (group, wanted, by)| {
            Box::pin(create(tx, group, wanted, by))
        })
        .await
    }

    /// Changes what a group is, which is noted.
    ///
    /// # Errors
    /// [`crate::Refusal::NoGroup`]; [`crate::Refusal::Direct`] if its kind would become or cease to be that;
    /// [`crate::Refusal::LastOwner`] if it became private without an owner; what the warrant's rule says;
    /// [`StoreError::Busy`] or [`StoreError::Unavailable`].
    pub async fn describe(&self, by: Warrant, group: &GroupId, description: Description) -> Result<(), StoreError> {
        self.errand_of(Touch::Group(group.clone()), (by, group.clone(), description), |tx, (by, group, description)| {
            Box::pin(describe(tx, by, group, description))
        })
        .await
    }

    /// Closes a group, which is only read from then on, or opens it again; nothing else about it changes. Noted.
    ///
    /// # Errors
    /// [`crate::Refusal::NoGroup`]; what the warrant's rule says; [`StoreError::Busy`] or [`StoreError::Unavailable`].
    pub async fn archive(&self, by: Warrant, group: &GroupId, archived: bool) -> Result<(), StoreError> {
        self.errand_of(Touch::Group(group.clone()), (by, group.clone(), archived), |tx, (by, group, archived)| {
            Box::pin(archive(tx, by, group, *archived))
        })
        .await
    }
}

impl Row {
    /// (group, name, about, archived at, slow mode, kind): nothing is empty or 0.
    fn args<'a>(&'a self, group: &'a GroupId) -> [Arg<'a>; 6] {
        let text = |text: &'a Option<String>| Arg::Bytes(text.as_deref().unwrap_or_default().as_bytes());
        [
            Arg::Text(group.as_str()),
            text(&self.name),
            text(&self.about),
            Arg::Int(if self.archived { now() } else { 0 }),
            Arg::Int(number(self.slow_ms)),
            Arg::Text(self.kind.as_str()),
        ]
    }

    /// An empty text is none.
    fn is(&self, other: &Self) -> bool {
        let same = |one: &Option<String>, other: &Option<String>| {
            one.as_deref().unwrap_or_default() == other.as_deref().unwrap_or_default()
        };
        same(&self.name, &other.name)
            && same(&self.about, &other.about)
            && (self.archived, self.slow_ms, self.kind) == (other.archived, other.slow_ms, other.kind)
    }
}

/// What a group is, still until the end of the transaction.
pub(super) async fn lock(tx: &mut Tx, group: &GroupId) -> Result<Option<Row>> {
    let row = tx.row(sql::LOCK_DESCRIPTION, &[Arg::Text(group.as_str())]).await?;
    row.as_ref().map(read).transpose()
}

fn read(row: &engine::Row) -> Result<Row> {
    Ok(Row {
        name: row.maybe_written(0)?,
        about: row.maybe_written(1)?,
        archived: row.maybe_int(2)?.is_some(),
        slow_ms: row.count(3)?,
        kind: row.id(4)?,
    })
}

async fn create(tx: &mut Tx, group: &GroupId, wanted: &Row, by: &PersonId) -> Verdict<()> {
    if wanted.kind == GroupKind::Direct {
        return Err(Refusal::Direct.into());
    }
    if let Some(there) = lock(tx, group).await? {
        let ours = there.is(wanted) && role_of(tx, group, by).await? == Some(Role::Owner);
        return if ours { Ok(()) } else { Err(Refusal::Taken.into()) };
    }
    expect_person(tx, by).await?;
    let [id, name, about, _, _, kind] = wanted.args(group);
    if tx.run(sql::ADD_GROUP, &[id, name, about, kind, Arg::Int(now())]).await? == 0 {
        // Another node was faster.
        return Err(Refusal::Taken.into());
    }
    Ok(put(tx, group, by, Role::Owner).await?)
}

async fn describe(tx: &mut Tx, by: &Warrant, group: &GroupId, description: &Description) -> Verdict<()> {
    let there = lock(tx, group).await?.ok_or(Refusal::NoGroup)?;
    let Description { name, about, slow_ms, kind } = description.clone();
    let wanted = Row { name, about, archived: there.archived, slow_ms, kind: kind.unwrap_or(there.kind) };
    if there.is(&wanted) {
        return Ok(());
    }
    by.check(tx, group, None).await?;
    if there.kind != wanted.kind && [there.kind, wanted.kind].contains(&GroupKind::Direct) {
        return Err(Refusal::Direct.into());
    }
    if wanted.kind == GroupKind::Private && !has_owner_but(tx, group, None).await? {
        return Err(Refusal::LastOwner.into());
    }
    if there.kind == GroupKind::Open && wanted.kind == GroupKind::Private {
        // They were made when anybody could come.
        super::membership::revoke_links(tx, group, None).await?;
    }
    write(tx, by, group, &wanted, "described").await
}

async fn archive(tx: &mut Tx, by: &Warrant, group: &GroupId, archived: bool) -> Verdict<()> {
    let there = lock(tx, group).await?.ok_or(Refusal::NoGroup)?;
    if there.archived == archived {
        return Ok(());
    }
    by.check(tx, group, None).await?;
    write(tx, by, group, &Row { archived, ..there }, if archived { "archived" } else { "unarchived" }).await
}

async fn write(tx: &mut Tx, by: &Warrant, group: &GroupId, wanted: &Row, action: &str) -> Verdict<()> {
    tx.run(sql::DESCRIBE, &wanted.args(group)).await?;
    Ok(note(tx, Noted { by: Some(by.by()), action, group: Some(group), ..Noted::default() }).await?)
}
