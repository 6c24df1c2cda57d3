//! Sessions: by which browsers a person is known, and how those end. Never a token in the clear.

use std::collections::HashSet;

use protocol::{Millis, PersonId};

use super::{Who, hash};
use crate::engine::{Arg, Column, Result, Row, Tx};
use crate::error::{Refusal, StoreError};
use crate::name::{PersonKind, SessionId};
use crate::versions::Touch;
use crate::writer::{Verdict, now};
use crate::{Store, sql};

/// How long a session lasts that is not seen.
const LIFE: Millis = 365 * 86_400_000;
/// When a guest's ends: there is no other way back in. The last second of 9999.
const FAR: Millis = 253_402_300_799_000;
/// Characters of a browser's own name that are kept.
const DEVICE: usize = 200;
/// A session is noted as seen so often at most.
const HOUR: Millis = 3_600_000;

/// A browser that a person is signed in with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Which.
    pub id: SessionId,
    /// What it calls itself.
    pub device: String,
    /// When it was signed in.
    pub created_at: Millis,
    /// When it was last seen, to the hour.
    pub seen_at: Millis,
}

impl Store {
    /// Signs a person in with a fresh token, if `verified` is still what is kept of their password: nothing, of a guest's.
    ///
    /// # Errors
    /// [`Refusal::NoPerson`]; [`Refusal::PasswordChanged`]; [`Refusal::Banned`] if they were closed; [`StoreError::Busy`]
    /// or [`StoreError::Unavailable`].
    pub async fn sign_in(
        &self,
        person: &PersonId,
        verified: Option<&str>,
        token: &str,
        device: &str,
    ) -> Result<Who, StoreError> {
        let args = (person.clone(), verified.map(str::to_owned), NewSession::new(token, device));
        self.errand_of(Touch::Nothing, args, |tx, (person, verified, session)| {
            Box::pin(sign_in(tx, person, verified.as_deref(), session))
        })
        .await
    }

    /// Ends a session.
    ///
    /// # Errors
    /// [`StoreError::Busy`] or [`StoreError::Unavailable`].
    pub async fn sign_out(&self, session: &SessionId) -> Result<(), StoreError> {
        self.errand_of(Touch::Nothing, session.clone(), |tx, session| {
            Box::pin(async {
                tx.run(sql::END_SESSION, &[Arg::Text(session.as_str())]).await?;
                Ok(())
            })
        })
        .await
    }

    /// By which browsers a person is known, the last seen first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn sessions(&self, person: &PersonId) -> Result<Vec<Session>, StoreError> {
        let mut tx = self.reader().once().await?;
        let rows = tx.rows(sql::SESSIONS, &[Arg::Text(person.as_str()), Arg::Int(now())]).await?;
        let session = |row: &Row| {
            let (id, device) = (row.id(0)?, row.written(1)?);
            Ok(Session { id, device, created_at: row.int(2)?, seen_at: row.int(3)? })
        };
        Ok(rows.iter().map(session).collect::<Result<_>>()?)
    }

    /// Ends one of a person's sessions. Says which ended: none, if it was not theirs.
    ///
    /// # Errors
    /// [`StoreError::Busy`] or [`StoreError::Unavailable`].
    pub async fn revoke(&self, person: &PersonId, session: &SessionId) -> Result<Vec<SessionId>, StoreError> {
        self.errand_of(Touch::Nothing, (person.clone(), session.clone()), |tx, (person, session)| {
            Box::pin(async {
                let args = [Arg::Text(person.as_str()), Arg::Text(session.as_str())];
                Ok(ids(&tx.rows(sql::REVOKE, &args).await?)?)
            })
        })
        .await
    }

    /// Ends all of a person's sessions but one. Says which ended.
    ///
    /// # Errors
    /// [`StoreError::Busy`] or [`StoreError::Unavailable`].
    pub async fn revoke_all(
        &self,
        person: &PersonId,
        except: Option<&SessionId>,
    ) -> Result<Vec<SessionId>, StoreError> {
        self.errand_of(Touch::Nothing, (person.clone(), except.cloned()), |tx, (person, except)| {
            Box::pin(async { Ok(end_all(tx, person, except.as_ref()).await?) })
        })
        .await
    }

    /// Those of these sessions that have not ended.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn alive(&self, sessions: &[SessionId]) -> Result<HashSet<SessionId>, StoreError> {
        let now = Column::ints(sessions.iter().map(|_| now()));
        let ids = Column::texts(sessions.iter().map(SessionId::as_str));
        let rows = self.reader().once().await?.rows_of(&sql::ALIVE, &[ids, now]).await?;
        Ok(rows.iter().map(|row| row.id(0)).collect::<Result<_>>()?)
    }

    /// Notes that a session was seen, if that was not noted within the hour. Nobody waits for it.
    pub(super) fn see(&self, who: &Who) {
        if now() - who.seen_at > HOUR {
            self.errand_soon(who.session.clone(), |tx, session| {
                Box::pin(async {
                    let now = now();
                    tx.run(sql::SEE, &[Arg::Text(session.as_str()), Arg::Int(now), Arg::Int(now + LIFE)]).await?;
                    Ok(())
                })
            });
        }
    }
}

async fn sign_in(tx: &mut Tx, person: &PersonId, verified: Option<&str>, session: &NewSession) -> Verdict<Who> {
    let id = Arg::Text(person.as_str());
    let row = tx.row(sql::LOCK_PERSON, &[id]).await?.ok_or(Refusal::NoPerson)?;
    if row.maybe_written(4)?.as_deref() != verified {
        return Err(Refusal::PasswordChanged.into());
    }
    if row.maybe_int(3)?.is_some() {
        return Err(Refusal::Banned.into());
    }
    tx.run(sql::END_EXPIRED_OF, &[id, Arg::Int(now())]).await?;
    session.begin(tx, person, row.id(1)?).await
}

/// Ends a person's sessions.
pub(super) async fn end_all(tx: &mut Tx, person: &PersonId, except: Option<&SessionId>) -> Result<Vec<SessionId>> {
    let except = except.map(SessionId::as_str).unwrap_or_default();
    ids(&tx.rows(sql::REVOKE_ALL, &[Arg::Text(person.as_str()), Arg::Text(except)]).await?)
}

/// Ends a guest's sessions for as long as they are closed. What a browser still holds must not make another guest of it.
pub(super) async fn shut(tx: &mut Tx, guest: &PersonId) -> Result<Vec<SessionId>> {
    ids(&tx.rows(sql::SHUT, &[Arg::Text(guest.as_str())]).await?)
}

/// A guest who is opened again is who they were: there is no other way back in.
pub(super) async fn unshut(tx: &mut Tx, guest: &PersonId) -> Result<()> {
    tx.run(sql::UNSHUT, &[Arg::Text(guest.as_str()), Arg::Int(FAR)]).await.map(drop)
}

fn ids(rows: &[Row]) -> Result<Vec<SessionId>> {
    rows.iter().map(|row| row.id(0)).collect()
}

/// A session that is about to begin.
pub(super) struct NewSession {
    id: SessionId,
    pub(super) token: Vec<u8>,
    device: String,
}

impl NewSession {
    pub(super) fn new(token: &str, device: &str) -> Self {
        Self { id: SessionId::random(), token: hash(token), device: device.chars().take(DEVICE).collect() }
    }

    /// Whether it did: not if somebody has the token already.
    pub(super) async fn add(&self, tx: &mut Tx, person: &PersonId, kind: PersonKind) -> Result<bool> {
        let now = now();
        let args = [
            Arg::Text(self.id.as_str()),
            Arg::Bytes(&self.token),
            Arg::Text(person.as_str()),
            Arg::Bytes(self.device.as_bytes()),
            Arg::Int(now),
            Arg::Int(if kind == PersonKind::Guest { FAR } else { now + LIFE }),
        ];
        Ok(tx.run(sql::ADD_SESSION, &args).await? == 1)
    }

    /// Begins, or has begun: then the errand runs again. A token that is somebody else's is refused.
    pub(super) async fn begin(&self, tx: &mut Tx, person: &PersonId, kind: PersonKind) -> Verdict<Who> {
        self.add(tx, person, kind).await?;
        let who = super::who(tx, &self.token).await?.filter(|who| who.person.id == *person);
        Ok(who.ok_or(Refusal::Taken)?)
    }
}

/// A row of `WHO`.
pub(super) fn seen(row: &Row, at: usize) -> Result<Who> {
    Ok(Who {
        person: super::person(row, at)?,
        kind: row.id(at + 3)?,
        admin: row.int(at + 4)? != 0,
        closed: row.maybe_int(at + 5)?.is_some(),
        session: row.id(at + 6)?,
        seen_at: row.int(at + 7)?,
    })
}
