//! Who is in a group, what they are there, and who may not be. Never who decides that.

use protocol::{GroupId, Millis, Person, PersonId};

use super::links::{spend, usable};
use super::manage::lock;
use super::roster::{expect_person, has_owner_but, is_banned, may_join, put, role_of, take};
use super::{Noted, Warrant, note};
use crate::engine::{Arg, Result, Row, Tx};
use crate::error::{Refusal, StoreError};
use crate::name::{GroupKind, PersonKind, Role};
use crate::people::{hash, person};
use crate::versions::Touch;
use crate::writer::{Verdict, now};
use crate::{Store, sql};

/// Somebody in a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Who.
    pub person: Person,
    /// What they are there.
    pub role: Role,
    /// Since when.
    pub since: Millis,
}

/// Somebody who spoke in a group of late without being in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Speaker {
    /// Who.
    pub person: Person,
    /// What makes them one.
    pub kind: PersonKind,
    /// When they last did.
    pub at: Millis,
}

/// Of so many of the latest messages it is looked who said them: it costs as much in a group of millions.
const LATELY: i64 = 1_000;

impl Store {
    /// Who is in a group: owners first, then moderators, then the others, each in the order in which they came.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn members(&self, group: &GroupId) -> Result<Vec<Member>, StoreError> {
        let rows = self.reader().once().await?.rows(sql::MEMBERS, &[Arg::Text(group.as_str())]).await?;
        let member = |row: &Row| Ok(Member { person: person(row, 0)?, role: row.id(3)?, since: row.int(4)? });
        Ok(rows.iter().map(member).collect::<Result<_>>()?)
    }

    /// Who spoke in a group of late and neither is in it nor banned, the latest first, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn speakers(&self, group: &GroupId, limit: u32) -> Result<Vec<Speaker>, StoreError> {
        let args = [Arg::Text(group.as_str()), Arg::Int(LATELY), Arg::Int(limit.into())];
        let rows = self.reader().begin_apart().await?.rows(sql::SPEAKERS, &args).await?;
        let speaker = |row: &Row| Ok(Speaker { person: person(row, 0)?, kind: row.id(3)?, at: row.int(4)? });
        Ok(rows.iter().map(speaker).collect::<Result<_>>()?)
    }

    /// Who is banned from a group, and since when.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn banned(&self, group: &GroupId) -> Result<Vec<(Person, Millis)>, StoreError> {
        let rows = self.reader().once().await?.rows(sql::BANNED, &[Arg::Text(group.as_str())]).await?;
        Ok(rows.iter().map(|row| Ok((person(row, 0)?, row.int(3)?))).collect::<Result<_>>()?)
    }

    /// Lets a person into a group; nothing changes if they are in it. One that does not exist is made, open.
    ///
    /// # Errors
    /// [`Refusal::Banned`], [`Refusal::Direct`], [`Refusal::NoPerson`]; [`StoreError::Busy`] or
    /// [`StoreError::Unavailable`].
    pub async fn join(&self, group: &GroupId, person: &PersonId) -> Result<(), StoreError> {
        self.errand_of(Touch::Group(group.clone()), (group.clone(), person.clone()), |tx, (group, person)| {
            Box::pin(join(tx, group, person))
        })
        .await
    }

    /// Lets a person into the group of a link, and spends one of its uses unless they are in it already.
    ///
    /// # Errors
    /// [`Refusal::LinkSpent`]; else as [`Store::join`].
    pub async fn join_by_link(&self, person: &PersonId, token: &str) -> Result<GroupId, StoreError> {
        self.errand((person.clone(), hash(token)), |tx, (person, token)| Box::pin(join_by_link(tx, person, token)))
            .await
    }

    /// Lets a person in on someone's behalf, which is noted.
    ///
    /// # Errors
    /// As [`Store::join`]; [`Refusal::NoGroup`] if it does not exist; what the warrant's rule says.
    pub async fn add_member(&self, by: Warrant, group: &GroupId, person: &PersonId) -> Result<(), StoreError> {
        self.errand_of(Touch::Group(group.clone()), Act::new(by, group, person), |tx, act| {
            Box::pin(add_member(tx, act))
        })
        .await
    }

    /// Lets a person go; nothing changes if they are not in it.
    ///
    /// # Errors
    /// [`Refusal::LastOwner`], [`Refusal::Direct`]; [`StoreError::Busy`] or [`StoreError::Unavailable`].
    pub async fn leave(&self, group: &GroupId, person: &PersonId) -> Result<(), StoreError> {
        self.errand_of(Touch::Group(group.clone()), (group.clone(), person.clone()), |tx, (group, person)| {
            Box::pin(async {
                if take(tx, group, person).await? {
                    revoke_links(tx, group, Some(person)).await?;
                }
                Ok(())
            })
        })
        .await
    }

    /// Sends a person away, who may come again. Noted; nothing changes if they are not in it.
    ///
    /// # Errors
    /// As [`Store::leave`]; what the warrant's rule says.
    pub async fn remove(&self, by: Warrant, group: &GroupId, person: &PersonId) -> Result<(), StoreError> {
        self.errand_of(Touch::Group(group.clone()), Act::new(by, group, person), |tx, act| Box::pin(remove(tx, act)))
            .await
    }

    /// Makes a member something else, which is noted.
    ///
    /// # Errors
    /// [`Refusal::NoMember`]; [`Refusal::LastOwner`], [`Refusal::Direct`]; what the warrant's rule says;
    /// [`StoreError::Busy`] or [`StoreError::Unavailable`].
    pub async fn set_role(
        &self,
        by: Warrant,
        group: &GroupId,
        person: &PersonId,
        role: Role,
    ) -> Result<(), StoreError> {
        self.errand_of(Touch::Group(group.clone()), (Act::new(by, group, person), role), |tx, (act, role)| {
            Box::pin(set_role(tx, act, *role))
        })
        .await
    }

    /// Sends a person away for good, member or not. Noted.
    ///
    /// # Errors
    /// [`Refusal::NoGroup`], [`Refusal::NoPerson`]; else as [`Store::remove`].
    pub async fn ban(&self, by: Warrant, group: &GroupId, person: &PersonId) -> Result<(), StoreError> {
        self.errand_of(Touch::Group(group.clone()), Act::new(by, group, person), |tx, act| Box::pin(ban(tx, act))).await
    }

    /// Lets a person come again. Noted; nothing changes if they may.
    ///
    /// # Errors
    /// [`Refusal::NoGroup`]; what the warrant's rule says; [`StoreError::Busy`] or [`StoreError::Unavailable`].
    pub async fn unban(&self, by: Warrant, group: &GroupId, person: &PersonId) -> Result<(), StoreError> {
        self.errand_of(Touch::Group(group.clone()), Act::new(by, group, person), |tx, act| Box::pin(unban(tx, act)))
            .await
    }
}

/// Something that one does to another in a group.
struct Act {
    by: Warrant,
    group: GroupId,
    person: PersonId,
}

impl Act {
    fn new(by: Warrant, group: &GroupId, person: &PersonId) -> Self {
        Self { by, group: group.clone(), person: person.clone() }
    }

    async fn note(&self, tx: &mut Tx, action: &str, detail: &str) -> Result<()> {
        let (by, group, person) = (Some(self.by.by()), Some(&self.group), Some(&self.person));
        note(tx, Noted { by, action, group, person, detail }).await
    }
}

async fn join(tx: &mut Tx, group: &GroupId, person: &PersonId) -> Verdict<()> {
    if may_join(tx, group, person).await? {
        expect_person(tx, person).await?;
        put(tx, group, person, Role::Member).await?;
    }
    Ok(())
}

async fn join_by_link(tx: &mut Tx, person: &PersonId, token: &[u8]) -> Verdict<GroupId> {
    // A link that was used up, by this very person perhaps, still leads those in who are members.
    let row = tx.row(sql::LINK_GROUP, &[Arg::Bytes(token)]).await?.ok_or(Refusal::LinkSpent)?;
    let group: GroupId = row.id(0)?;
    if may_join(tx, &group, person).await? {
        let link = usable(tx, token).await?;
        expect_person(tx, person).await?;
        spend(tx, &link).await?;
        put(tx, &group, person, Role::Member).await?;
    }
    Ok(group)
}

async fn add_member(tx: &mut Tx, act: &Act) -> Verdict<()> {
    if lock(tx, &act.group).await?.is_none() {
        return Err(Refusal::NoGroup.into());
    }
    if role_of(tx, &act.group, &act.person).await?.is_some() {
        return Ok(());
    }
    act.by.check(tx, &act.group, None).await?;
    if may_join(tx, &act.group, &act.person).await? {
        expect_person(tx, &act.person).await?;
        put(tx, &act.group, &act.person, Role::Member).await?;
        act.note(tx, "added", "").await?;
    }
    Ok(())
}

async fn remove(tx: &mut Tx, act: &Act) -> Verdict<()> {
    if lock(tx, &act.group).await?.is_none() || role_of(tx, &act.group, &act.person).await?.is_none() {
        return Ok(());
    }
    act.by.check(tx, &act.group, Some(&act.person)).await?;
    if take(tx, &act.group, &act.person).await? {
        revoke_links(tx, &act.group, Some(&act.person)).await?;
        act.note(tx, "removed", "").await?;
    }
    Ok(())
}

async fn set_role(tx: &mut Tx, act: &Act, role: Role) -> Verdict<()> {
    let there = lock(tx, &act.group).await?.ok_or(Refusal::NoGroup)?;
    let was = role_of(tx, &act.group, &act.person).await?.ok_or(Refusal::NoMember)?;
    if was == role {
        return Ok(());
    }
    act.by.check(tx, &act.group, None).await?;
    if there.kind == GroupKind::Direct {
        return Err(Refusal::Direct.into());
    }
    if was == Role::Owner && !has_owner_but(tx, &act.group, Some(&act.person)).await? {
        return Err(Refusal::LastOwner.into());
    }
    put(tx, &act.group, &act.person, role).await?;
    if role == Role::Member {
        revoke_links(tx, &act.group, Some(&act.person)).await?;
    }
    Ok(act.note(tx, "role", role.as_str()).await?)
}

async fn ban(tx: &mut Tx, act: &Act) -> Verdict<()> {
    if lock(tx, &act.group).await?.is_none() {
        return Err(Refusal::NoGroup.into());
    }
    expect_person(tx, &act.person).await?;
    if is_banned(tx, &act.group, &act.person).await? {
        return Ok(());
    }
    act.by.check(tx, &act.group, Some(&act.person)).await?;
    take(tx, &act.group, &act.person).await?;
    revoke_links(tx, &act.group, Some(&act.person)).await?;
    let (group, person) = (Arg::Text(act.group.as_str()), Arg::Text(act.person.as_str()));
    tx.run(sql::BAN, &[group, person, Arg::Text(act.by.by().as_str()), Arg::Int(now())]).await?;
    tx.run(sql::RAISE_ACCESS, &[group]).await?;
    Ok(act.note(tx, "banned", "").await?)
}

/// The links that somebody made, or all: who no longer has a say leaves no way in behind.
pub(super) async fn revoke_links(tx: &mut Tx, group: &GroupId, by: Option<&PersonId>) -> Result<()> {
    let by = by.map(PersonId::as_str).unwrap_or_default();
    tx.run(sql::REVOKE_LINKS_OF, &[Arg::Text(group.as_str()), Arg::Text(by), Arg::Int(now())]).await.map(drop)
}

async fn unban(tx: &mut Tx, act: &Act) -> Verdict<()> {
    if lock(tx, &act.group).await?.is_none() {
        return Err(Refusal::NoGroup.into());
    }
    if !is_banned(tx, &act.group, &act.person).await? {
        return Ok(());
    }
    act.by.check(tx, &act.group, None).await?;
    let (group, person) = (Arg::Text(act.group.as_str()), Arg::Text(act.person.as_str()));
    tx.run(sql::UNBAN, &[group, person]).await?;
    tx.run(sql::RAISE_ACCESS, &[group]).await?;
    Ok(act.note(tx, "unbanned", "").await?)
}
