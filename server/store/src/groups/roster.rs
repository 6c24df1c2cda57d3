//! The rows of members and bans, under the group's lock, and what must hold of them. Never whether somebody may.

use protocol::{GroupId, PersonId};

use super::manage::lock;
use crate::engine::{Arg, Result, Tx};
use crate::error::Refusal;
use crate::name::{GroupKind, Role};
use crate::sql;
use crate::writer::{Verdict, now};

/// Whether a person is to be added: not if they are a member. A group that does not exist takes everybody.
pub(crate) async fn may_join(tx: &mut Tx, group: &GroupId, person: &PersonId) -> Verdict<bool> {
    let there = lock(tx, group).await?;
    if role_of(tx, group, person).await?.is_some() {
        return Ok(false);
    }
    if there.is_some_and(|there| there.kind == GroupKind::Direct) {
        return Err(Refusal::Direct.into());
    }
    if is_banned(tx, group, person).await? {
        return Err(Refusal::Banned.into());
    }
    Ok(true)
}

/// Makes somebody this in a group, which is made, open, if need be.
pub(crate) async fn put(tx: &mut Tx, group: &GroupId, person: &PersonId, role: Role) -> Result<()> {
    let (id, now) = (Arg::Text(group.as_str()), now());
    tx.run(sql::CREATE_GROUP, &[id, Arg::Int(now)]).await?;
    let args = [id, Arg::Text(person.as_str()), Arg::Text(role.as_str()), Arg::Int(now)];
    tx.run(sql::PUT_MEMBER, &args).await?;
    tx.run(sql::RAISE_ACCESS, &[id]).await.map(drop)
}

/// Whether there was somebody to take away.
pub(super) async fn take(tx: &mut Tx, group: &GroupId, person: &PersonId) -> Verdict<bool> {
    let Some(there) = lock(tx, group).await? else { return Ok(false) };
    let Some(role) = role_of(tx, group, person).await? else { return Ok(false) };
    if there.kind == GroupKind::Direct {
        return Err(Refusal::Direct.into());
    }
    if role == Role::Owner && !has_owner_but(tx, group, Some(person)).await? {
        return Err(Refusal::LastOwner.into());
    }
    let id = Arg::Text(group.as_str());
    tx.run(sql::TAKE_MEMBER, &[id, Arg::Text(person.as_str())]).await?;
    tx.run(sql::RAISE_ACCESS, &[id]).await?;
    Ok(true)
}

pub(super) async fn role_of(tx: &mut Tx, group: &GroupId, person: &PersonId) -> Result<Option<Role>> {
    let row = tx.row(sql::ROLE_OF, &[Arg::Text(group.as_str()), Arg::Text(person.as_str())]).await?;
    row.map(|row| row.id(0)).transpose()
}

pub(super) async fn is_banned(tx: &mut Tx, group: &GroupId, person: &PersonId) -> Result<bool> {
    let row = tx.row(sql::IS_BANNED, &[Arg::Text(group.as_str()), Arg::Text(person.as_str())]).await?;
    Ok(row.is_some())
}

/// Whether a group has an owner who is not this person.
pub(super) async fn has_owner_but(tx: &mut Tx, group: &GroupId, person: Option<&PersonId>) -> Result<bool> {
    let person = person.map(PersonId::as_str).unwrap_or_default();
    Ok(tx.row(sql::OWNER_BUT, &[Arg::Text(group.as_str()), Arg::Text(person)]).await?.is_some())
}

pub(super) async fn expect_person(tx: &mut Tx, person: &PersonId) -> Verdict<()> {
    let known = tx.row(sql::IS_PERSON, &[Arg::Text(person.as_str())]).await?;
    if known.is_none() { Err(Refusal::NoPerson.into()) } else { Ok(()) }
}
