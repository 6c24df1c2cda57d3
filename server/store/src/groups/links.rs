//! Links: whoever opens one may do one thing, so often, until some time. A link's token is kept as its SHA-256 alone.

use protocol::{GroupId, Millis, PersonId};

use super::manage::lock;
use super::{Noted, Warrant, note};
use crate::engine::{Arg, Result, Row, Tx};
use crate::error::{Refusal, StoreError};
use crate::name::{GroupKind, LinkId, LinkKind};
use crate::people::hash;
use crate::versions::Touch;
use crate::writer::{Verdict, now};
use crate::{Store, sql};

/// A link that is about to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewLink {
    /// What it does.
    pub kind: LinkKind,
    /// Where it leads, if it is a group's.
    pub group: Option<GroupId>,
    /// Whose password it sets, if it does.
    pub person: Option<PersonId>,
    /// Who made it; nobody on the server's console.
    pub by: Option<PersonId>,
    /// Until when it can be used.
    pub expires_at: Option<Millis>,
    /// How often.
    pub uses: Option<u32>,
}

/// A link that can be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Which.
    pub id: LinkId,
    /// What it does.
    pub kind: LinkKind,
    /// Where it leads, if it is a group's.
    pub group: Option<GroupId>,
    /// Whose password it sets, if it does.
    pub person: Option<PersonId>,
    /// Who made it; nobody on the server's console.
    pub by: Option<PersonId>,
    /// Since when it is there.
    pub created_at: Millis,
    /// Until when it can be used.
    pub expires_at: Option<Millis>,
    /// How often still.
    pub uses_left: Option<u64>,
}

impl Store {
    /// Adds a link with a token that the caller makes, at random. Noted, if somebody did. One into a group is [`Store::invite`]'s.
    ///
    /// # Errors
    /// [`StoreError::Busy`] or [`StoreError::Unavailable`].
    pub async fn add_link(&self, link: NewLink, token: &str) -> Result<LinkId, StoreError> {
        self.errand_of(Touch::Nothing, (LinkId::random(), link, hash(token)), |tx, (id, link, token)| {
            Box::pin(add(tx, id, link, token))
        })
        .await
    }

    /// Adds a link into a group with a token that the caller makes, at random: until some time, for so many. Noted.
    ///
    /// # Errors
    /// [`Refusal::NoGroup`]; [`Refusal::Direct`]; what the warrant's rule says; [`StoreError::Busy`] or
    /// [`StoreError::Unavailable`].
    pub async fn invite(
        &self,
        by: Warrant,
        group: &GroupId,
        expires_at: Option<Millis>,
        uses: Option<u32>,
        token: &str,
    ) -> Result<LinkId, StoreError> {
        let (group, person, made) = (Some(group.clone()), None, Some(by.who.person.id.clone()));
        let link = NewLink { kind: LinkKind::Group, group, person, by: made, expires_at, uses };
        self.errand_of(Touch::Nothing, (by, LinkId::random(), link, hash(token)), |tx, (by, id, link, token)| {
            Box::pin(invite(tx, by, id, link, token))
        })
        .await
    }

    /// Takes a group's link back, which is noted; nothing changes if it cannot be used any more.
    ///
    /// # Errors
    /// [`Refusal::LinkSpent`] if it is none of this group's; what the warrant's rule says; [`StoreError::Busy`] or
    /// [`StoreError::Unavailable`].
    pub async fn uninvite(&self, by: Warrant, group: &GroupId, link: &LinkId) -> Result<(), StoreError> {
        self.errand_of(Touch::Nothing, (by, group.clone(), link.clone()), |tx, (by, group, link)| {
            Box::pin(uninvite(tx, by, group, link))
        })
        .await
    }

    /// The link with this token, if it can be used.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn link(&self, token: &str) -> Result<Option<Link>, StoreError> {
        let row = self.reader().once().await?.row(sql::LINK, &[Arg::Bytes(&hash(token)), Arg::Int(now())]).await?;
        Ok(row.as_ref().map(link).transpose()?)
    }

    /// A group's links that can be used, or the server's own, the newest first; at most 200.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn links(&self, group: Option<&GroupId>) -> Result<Vec<Link>, StoreError> {
        let (now, mut tx) = (Arg::Int(now()), self.reader().once().await?);
        let rows = match group {
            Some(group) => tx.rows(sql::LINKS_OF, &[Arg::Text(group.as_str()), now]).await?,
            None => tx.rows(sql::SERVER_LINKS, &[now]).await?,
        };
        Ok(rows.iter().map(link).collect::<Result<_>>()?)
    }

    /// Takes a link of the server's own back, which is noted; nothing changes if it cannot be used.
    ///
    /// # Errors
    /// [`StoreError::Busy`] or [`StoreError::Unavailable`].
    pub async fn revoke_link(&self, by: &PersonId, link: &LinkId) -> Result<(), StoreError> {
        self.errand_of(Touch::Nothing, (by.clone(), link.clone()), |tx, (by, link)| Box::pin(revoke(tx, by, link)))
            .await
    }
}

async fn add(tx: &mut Tx, id: &LinkId, link: &NewLink, token: &[u8]) -> Verdict<LinkId> {
    let args = [
        Arg::Text(id.as_str()),
        Arg::Bytes(token),
        Arg::Text(link.kind.as_str()),
        Arg::Text(link.group.as_ref().map(GroupId::as_str).unwrap_or_default()),
        Arg::Text(link.person.as_ref().map(PersonId::as_str).unwrap_or_default()),
        Arg::Text(link.by.as_ref().map(PersonId::as_str).unwrap_or_default()),
        Arg::Int(now()),
        Arg::Int(link.expires_at.unwrap_or(-1)),
        Arg::Int(link.uses.map_or(-1, i64::from)),
    ];
    if tx.run(sql::ADD_LINK, &args).await? == 1 && link.by.is_some() {
        let (by, detail) = (link.by.as_ref(), link.kind.as_str());
        let (group, person) = (link.group.as_ref(), link.person.as_ref());
        note(tx, Noted { by, action: "invited", group, person, detail }).await?;
    }
    // The same token again is the same link.
    let row = tx.row(sql::LINK_ID, &[Arg::Bytes(token)]).await?.ok_or(Refusal::LinkSpent)?;
    Ok(row.id(0)?)
}

async fn invite(tx: &mut Tx, by: &Warrant, id: &LinkId, link: &NewLink, token: &[u8]) -> Verdict<LinkId> {
    let group = link.group.as_ref().ok_or(Refusal::NoGroup)?;
    let there = lock(tx, group).await?.ok_or(Refusal::NoGroup)?;
    by.check(tx, group, None).await?;
    if there.kind == GroupKind::Direct {
        return Err(Refusal::Direct.into());
    }
    add(tx, id, link, token).await
}

async fn uninvite(tx: &mut Tx, by: &Warrant, group: &GroupId, id: &LinkId) -> Verdict<()> {
    lock(tx, group).await?.ok_or(Refusal::LinkSpent)?;
    by.check(tx, group, None).await?;
    // Only a link of this very group: its id alone is no right to revoke another's.
    tx.row(sql::IS_LINK_OF, &[Arg::Text(group.as_str()), Arg::Text(id.as_str())]).await?.ok_or(Refusal::LinkSpent)?;
    revoke(tx, by.by(), id).await
}

async fn revoke(tx: &mut Tx, by: &PersonId, id: &LinkId) -> Verdict<()> {
    let Some(row) = tx.row(sql::REVOKE_LINK, &[Arg::Text(id.as_str()), Arg::Int(now())]).await? else { return Ok(()) };
    let (kind, group, person): (LinkKind, Option<GroupId>, Option<PersonId>) =
        (row.id(0)?, row.maybe_id(1)?, row.maybe_id(2)?);
    let (group, person, detail) = (group.as_ref(), person.as_ref(), kind.as_str());
    Ok(note(tx, Noted { by: Some(by), action: "uninvited", group, person, detail }).await?)
}

/// The link with this token's hash, still until the end of the transaction, if it can be used.
pub(crate) async fn usable(tx: &mut Tx, token: &[u8]) -> Verdict<Link> {
    let row = tx.row(sql::LOCK_LINK, &[Arg::Bytes(token), Arg::Int(now())]).await?.ok_or(Refusal::LinkSpent)?;
    Ok(link(&row)?)
}

/// Takes one use off a link that can be used.
pub(crate) async fn spend(tx: &mut Tx, link: &Link) -> Result<()> {
    tx.run(sql::SPEND_LINK, &[Arg::Text(link.id.as_str())]).await.map(drop)
}

/// A row of `link_columns!`.
fn link(row: &Row) -> Result<Link> {
    Ok(Link {
        id: row.id(0)?,
        kind: row.id(1)?,
        group: row.maybe_id(2)?,
        person: row.maybe_id(3)?,
        by: row.maybe_id(4)?,
        created_at: row.int(5)?,
        expires_at: row.maybe_int(6)?,
        uses_left: row.maybe_int(7)?.map(|uses| u64::try_from(uses).unwrap_or(0)),
    })
}
