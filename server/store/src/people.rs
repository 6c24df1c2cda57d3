//! Who is there: guests, for now. A token is kept as its SHA-256 alone. Never who may do what.

use protocol::{Person, PersonId};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::engine::{Arg, Result, Tx};
use crate::error::{Refusal, StoreError};
use crate::read::in_time;
use crate::writer::{Errand, Reply, now};
use crate::{Store, sql};

impl Store {
    /// A new guest, known from now on by this token. The caller makes it, at random; the same token again is the same
    /// person.
    ///
    /// # Errors
    /// [`StoreError::Busy`] or [`StoreError::Unavailable`].
    pub async fn add_person(&self, name: &str, token: &str) -> Result<Person, StoreError> {
        let id = PersonId::parse(Uuid::now_v7().to_string()).map_err(|error| sqlx::Error::Decode(error.into()))?;
        self.person(Errand::AddPerson { id, name: name.to_owned(), token: hash(token) }).await
    }

    /// Whose token this is, if anybody's.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn person_by_token(&self, token: &str) -> Result<Option<Person>, StoreError> {
        in_time(async { by_token(&mut self.reader().begin().await?, &hash(token)).await }).await
    }

    /// Gives a person another name, which then stands on everything they ever said.
    ///
    /// # Errors
    /// [`Refusal::NoPerson`], [`StoreError::Busy`] or [`StoreError::Unavailable`].
    pub async fn rename(&self, person: &PersonId, name: &str) -> Result<Person, StoreError> {
        self.person(Errand::Rename { id: person.clone(), name: name.to_owned() }).await
    }

    async fn person(&self, errand: Errand) -> Result<Person, StoreError> {
        match self.errand(errand).await? {
            Reply::Person(person) => Ok(person),
            Reply::Done | Reply::Expired { .. } => Err(Refusal::NoPerson.into()),
        }
    }
}

pub(crate) async fn add(tx: &mut Tx, id: &PersonId, name: &str, token: &[u8]) -> Result<Result<Reply, Refusal>> {
    let args =
        [Arg::Text(id.as_str()), Arg::Bytes(name.as_bytes()), Arg::Text("guest"), Arg::Int(now()), Arg::Bytes(token)];
    tx.run(sql::ADD_PERSON, &args).await?;
    Ok(by_token(tx, token).await?.map(Reply::Person).ok_or(Refusal::NoPerson))
}

pub(crate) async fn rename(tx: &mut Tx, id: &PersonId, name: &str) -> Result<Result<Reply, Refusal>> {
    let renamed = tx.run(sql::RENAME, &[Arg::Text(id.as_str()), Arg::Bytes(name.as_bytes())]).await?;
    let person = Person { id: id.clone(), name: name.to_owned() };
    Ok(if renamed == 0 { Err(Refusal::NoPerson) } else { Ok(Reply::Person(person)) })
}

async fn by_token(tx: &mut Tx, token: &[u8]) -> Result<Option<Person>> {
    let row = tx.row(sql::PERSON_BY_TOKEN, &[Arg::Bytes(token)]).await?;
    row.map(|row| Ok(Person { id: row.id(0)?, name: row.written(1)? })).transpose()
}

fn hash(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}
