//! Who is there: people, their sessions and accounts. A token is kept as its SHA-256 alone. Never who may do what, never
//! how a password is hashed or a login written.

mod account;
mod admin;
mod named;
mod session;
mod settings;
mod sign_up;

pub use account::Account;
pub use admin::PersonRow;
pub use session::Session;
pub use settings::Settings;
pub(crate) use settings::settings as read_settings;
pub use sign_up::NewAccount;

use protocol::{COLOURS, Millis, Person, PersonId};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::engine::{Arg, Result, Row, Tx};
use crate::error::{Refusal, StoreError};
use crate::name::{PersonKind, SessionId};
use crate::outlook::faces_changed;
use crate::read::in_time;
use crate::versions::Touch;
use crate::writer::{Verdict, now};
use crate::{Store, sql};
use session::{NewSession, seen};

/// Somebody who is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Who {
    /// As they are shown.
    pub person: Person,
    /// What makes them one.
    pub kind: PersonKind,
    /// Whether they run the server.
    pub admin: bool,
    /// By which session they are known.
    pub session: SessionId,
    /// When the session was last seen, to the hour.
    pub seen_at: Millis,
    /// Whether the person was closed. Their sessions have ended, so this is rare.
    pub closed: bool,
}

impl Store {
    /// Whose token this is, if anybody's. Sees the session: it lasts for a year from now.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn who(&self, token: &str) -> Result<Option<Who>, StoreError> {
        let found = in_time(async { who(&mut self.reader().once().await?, &hash(token)).await }).await?;
        if let Some(who) = &found {
            self.see(who);
        }
        Ok(found)
    }

    /// A new guest, known from now on by this token. The caller makes it, at random; the same token again is the same
    /// person. `device` is what the browser calls itself.
    ///
    /// # Errors
    /// [`Refusal::Banned`] if it is the token of a guest who was closed; [`StoreError::Busy`] or
    /// [`StoreError::Unavailable`].
    pub async fn add_guest(&self, name: &str, token: &str, device: &str) -> Result<Who, StoreError> {
        let session = NewSession::new(token, device);
        self.errand_of(Touch::Sessions, (new_id()?, name.to_owned(), session), |tx, (id, name, session)| {
            Box::pin(add_guest(tx, id, name, session))
        })
        .await
    }

    /// Who is called so, at most `limit`: whoever has the login, then those with exactly this name as they came.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn called(&self, login: &str, name: &str, limit: u32) -> Result<Vec<PersonId>, StoreError> {
        let args = [Arg::Bytes(login.as_bytes()), Arg::Bytes(name.as_bytes()), Arg::Int(limit.into())];
        let rows = self.reader().once().await?.rows(sql::CALLED, &args).await?;
        Ok(rows.iter().map(|row| row.id(0)).collect::<Result<_>>()?)
    }

    /// Gives a person another name, which then stands on everything they ever said.
    ///
    /// # Errors
    /// [`Refusal::NoPerson`], [`StoreError::Busy`] or [`StoreError::Unavailable`].
    pub async fn rename(&self, person: &PersonId, name: &str) -> Result<Person, StoreError> {
        self.errand((person.clone(), name.to_owned()), |tx, (id, name)| Box::pin(rename(tx, id, name))).await
    }

    /// Gives a person's picture another colour, below [`protocol::COLOURS`], or the one that follows from their id. It then
    /// stands beside everything they ever said.
    ///
    /// # Errors
    /// [`Refusal::NoPerson`], [`StoreError::Busy`] or [`StoreError::Unavailable`].
    pub async fn set_colour(&self, person: &PersonId, colour: Option<u8>) -> Result<(), StoreError> {
        self.errand((person.clone(), colour), |tx, (id, colour)| Box::pin(set_colour(tx, id, *colour))).await
    }
}

/// The session first: of two nodes that add the same token, only one adds a person.
async fn add_guest(tx: &mut Tx, id: &PersonId, name: &str, session: &NewSession) -> Verdict<Who> {
    tx.run(sql::END_EXPIRED, &[Arg::Bytes(&session.token), Arg::Int(now())]).await?;
    if session.add(tx, id, PersonKind::Guest).await? {
        let args = [Arg::Text(id.as_str()), Arg::Bytes(name.as_bytes()), Arg::Text("guest"), Arg::Int(now())];
        tx.run(sql::ADD_PERSON, &args).await?;
    }
    // A session is there, and nobody has it: it was shut.
    Ok(who(tx, &session.token).await?.ok_or(Refusal::Banned)?)
}

async fn rename(tx: &mut Tx, id: &PersonId, name: &str) -> Verdict<Person> {
    let renamed = tx.row(sql::RENAME, &[Arg::Text(id.as_str()), Arg::Bytes(name.as_bytes())]).await?;
    let renamed = person(&renamed.ok_or(Refusal::NoPerson)?, 0)?;
    faces_changed(tx).await?;
    Ok(renamed)
}

async fn set_colour(tx: &mut Tx, id: &PersonId, colour: Option<u8>) -> Verdict<()> {
    let colour = colour.filter(|colour| *colour < COLOURS).map_or(-1, i64::from);
    let set = tx.run(sql::SET_COLOUR, &[Arg::Text(id.as_str()), Arg::Int(colour)]).await?;
    if set == 0 { Err(Refusal::NoPerson.into()) } else { Ok(faces_changed(tx).await?) }
}

async fn who(tx: &mut Tx, token: &[u8]) -> Result<Option<Who>> {
    let row = tx.row(sql::WHO, &[Arg::Bytes(token), Arg::Int(now())]).await?;
    row.as_ref().map(|row| seen(row, 0)).transpose()
}

/// A person whose id, name and colour stand beside each other.
pub(crate) fn person(row: &Row, at: usize) -> Result<Person> {
    person_of(row, [at, at + 1, at + 2])
}

/// A person whose id, name and colour stand in these places.
pub(crate) fn person_of(row: &Row, [id, name, colour]: [usize; 3]) -> Result<Person> {
    let colour = row.maybe_int(colour)?.and_then(|colour| u8::try_from(colour).ok());
    Ok(Person { id: row.id(id)?, name: row.written(name)?, colour: colour.filter(|colour| *colour < COLOURS) })
}

fn new_id() -> Result<PersonId, StoreError> {
    Ok(PersonId::parse(Uuid::now_v7().to_string()).map_err(|error| sqlx::Error::Decode(error.into()))?)
}

/// What is kept of a token.
pub(crate) fn hash(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}
