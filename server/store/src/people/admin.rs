//! What the server's administrators do to people. Never whether they may.

use std::collections::HashMap;

use protocol::{Millis, Person, PersonId};

use super::session::{end_all, shut, unshut};
use super::{account, person};
use crate::engine::{Arg, Column, Result, Row, Tx};
use crate::error::{Refusal, StoreError};
use crate::groups::{Noted, note};
use crate::name::{PersonKind, SessionId};
use crate::writer::{Verdict, now};
use crate::{Store, sql};

/// A person as administrators see them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonRow {
    /// As they are shown.
    pub person: Person,
    /// What makes them one.
    pub kind: PersonKind,
    /// An account's.
    pub login: Option<String>,
    /// Whether they run the server.
    pub admin: bool,
    /// Since when they are known.
    pub created_at: Millis,
    /// Since when they are closed.
    pub closed_at: Option<Millis>,
    /// When they were last seen, to the hour; nothing if no session is left to tell.
    pub seen_at: Option<Millis>,
}

/// People that are looked at at once.
const LOOK_AT: u32 = 1_000;

impl Store {
    /// People by their ids, which is the order in which they came, at most `limit`, after this one.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn people(&self, after: Option<&PersonId>, limit: u32) -> Result<Vec<PersonRow>, StoreError> {
        self.look(after, limit, limit, |_| true).await
    }

    /// The same of those alone who fit. Looks at everybody until there are enough: no index knows how names are alike, and
    /// administrators are few.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn find_people(
        &self,
        after: Option<&PersonId>,
        limit: u32,
        fits: impl Fn(&PersonRow) -> bool + Send + Sync,
    ) -> Result<Vec<PersonRow>, StoreError> {
        self.look(after, limit, LOOK_AT, fits).await
    }

    /// So many at once, each time in a snapshot of its own: others read between.
    async fn look(
        &self,
        after: Option<&PersonId>,
        limit: u32,
        at_once: u32,
        fits: impl Fn(&PersonRow) -> bool + Send + Sync,
    ) -> Result<Vec<PersonRow>, StoreError> {
        let (limit, mut after, mut found) = (limit as usize, after.cloned(), Vec::new());
        loop {
            let mut tx = self.reader().begin_apart().await?;
            let from = after.as_ref().map(PersonId::as_str).unwrap_or_default();
            let rows = tx.rows(sql::PEOPLE, &[Arg::Text(from), Arg::Int(at_once.into())]).await?;
            let people = rows.iter().map(listed).collect::<Result<Vec<_>>>()?;
            after = people.last().map(|row| row.person.id.clone());
            let fitting = people.into_iter().filter(&fits);
            found.extend(fitting.take(limit - found.len()));
            if found.len() == limit || rows.len() < at_once as usize {
                see(&mut tx, &mut found).await?;
                return Ok(found);
            }
        }
    }

    /// Makes the account with this login an administrator, or no longer, which is noted. `by` is nobody on the server's
    /// console. Who is none any more is signed out: says which sessions ended.
    ///
    /// # Errors
    /// [`Refusal::NoPerson`]; [`Refusal::LastOwner`] if no administrator would be left; [`StoreError::Busy`] or
    /// [`StoreError::Unavailable`].
    pub async fn set_admin(
        &self,
        by: Option<&PersonId>,
        login: &str,
        admin: bool,
    ) -> Result<Vec<SessionId>, StoreError> {
        self.errand((by.cloned(), login.to_owned(), admin), |tx, (by, login, admin)| {
            Box::pin(set_admin(tx, by.as_ref(), login, *admin))
        })
        .await
    }

    /// Closes a person, who is nobody from then on, or opens them again. Noted. Says which sessions ended. A guest who is
    /// opened has theirs again, an account signs in.
    ///
    /// # Errors
    /// [`Refusal::NoPerson`]; [`Refusal::LastOwner`] if no administrator would be left; [`StoreError::Busy`] or
    /// [`StoreError::Unavailable`].
    pub async fn close_person(
        &self,
        by: &PersonId,
        person: &PersonId,
        closed: bool,
    ) -> Result<Vec<SessionId>, StoreError> {
        self.errand((by.clone(), person.clone(), closed), |tx, (by, person, closed)| {
            Box::pin(close(tx, by, person, *closed))
        })
        .await
    }
}

/// A row of `PEOPLE`.
pub(super) fn listed(row: &Row) -> Result<PersonRow> {
    Ok(PersonRow {
        person: person(row, 0)?,
        kind: row.id(3)?,
        login: row.maybe_written(4)?,
        admin: row.int(5)? != 0,
        created_at: row.int(6)?,
        closed_at: row.maybe_int(7)?,
        seen_at: None,
    })
}

/// When each was last seen.
async fn see(tx: &mut Tx, people: &mut [PersonRow]) -> Result<()> {
    let ids = Column::texts(people.iter().map(|row| row.person.id.as_str()));
    let rows = tx.rows_of(&sql::LAST_SEEN, &[ids]).await?;
    let seen: HashMap<PersonId, Millis> =
        rows.iter().map(|row| Ok((row.id(0)?, row.int(1)?))).collect::<Result<_>>()?;
    people.iter_mut().for_each(|row| row.seen_at = seen.get(&row.person.id).copied());
    Ok(())
}

async fn set_admin(tx: &mut Tx, by: Option<&PersonId>, login: &str, admin: bool) -> Verdict<Vec<SessionId>> {
    tx.rows(sql::LOCK_ADMINS, &[]).await?;
    let account = account::by_login(tx, login).await?.ok_or(Refusal::NoPerson)?;
    if account.admin == admin {
        return Ok(Vec::new());
    }
    let person = &account.person.id;
    if !admin {
        expect_admin_but(tx, person).await?;
    }
    tx.run(sql::SET_ADMIN, &[Arg::Text(person.as_str()), Arg::Int(admin.into())]).await?;
    let action = if admin { "admin" } else { "no_admin" };
    note(tx, Noted { by, action, person: Some(person), ..Noted::default() }).await?;
    if admin { Ok(Vec::new()) } else { Ok(end_all(tx, person, None).await?) }
}

async fn close(tx: &mut Tx, by: &PersonId, person: &PersonId, closed: bool) -> Verdict<Vec<SessionId>> {
    tx.rows(sql::LOCK_ADMINS, &[]).await?;
    let id = Arg::Text(person.as_str());
    let row = tx.row(sql::LOCK_PERSON, &[id]).await?.ok_or(Refusal::NoPerson)?;
    let (admin, was_closed) = (row.int(2)? != 0, row.maybe_int(3)?.is_some());
    if was_closed == closed {
        return Ok(Vec::new());
    }
    if closed && admin {
        expect_admin_but(tx, person).await?;
    }
    tx.run(sql::CLOSE, &[id, Arg::Int(if closed { now() } else { 0 })]).await?;
    let action = if closed { "closed" } else { "opened" };
    note(tx, Noted { by: Some(by), action, person: Some(person), ..Noted::default() }).await?;
    match (row.id(1)?, closed) {
        (PersonKind::Guest, true) => Ok(shut(tx, person).await?),
        (PersonKind::Guest, false) => {
            unshut(tx, person).await?;
            Ok(Vec::new())
        }
        (PersonKind::Account | PersonKind::Adopted, true) => Ok(end_all(tx, person, None).await?),
        (PersonKind::Account | PersonKind::Adopted, false) => Ok(Vec::new()),
    }
}

/// Somebody must be left to run the server.
async fn expect_admin_but(tx: &mut Tx, person: &PersonId) -> Verdict<()> {
    let other = tx.row(sql::ADMIN_BUT, &[Arg::Text(person.as_str())]).await?;
    if other.is_none() { Err(Refusal::LastOwner.into()) } else { Ok(()) }
}
