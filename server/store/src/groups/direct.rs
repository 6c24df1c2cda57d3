//! Direct conversations: the same people, the same group.

use protocol::{GroupId, PersonId};

use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::roster::put;
use crate::engine::{Arg, Column, Result, Tx};
use crate::error::{Refusal, StoreError};
use crate::name::Role;
use crate::versions::Touch;
use crate::writer::{Verdict, now};
use crate::{Store, sql};

impl Store {
    /// The direct conversation of these people, made if need be. Who stands there twice is one.
    ///
    /// # Errors
    /// [`crate::Refusal::NoPerson`] if there are fewer than two, or one is nobody; [`StoreError::Busy`] or
    /// [`StoreError::Unavailable`].
    pub async fn direct(&self, people: &[PersonId]) -> Result<GroupId, StoreError> {
        let mut people = people.to_vec();
        people.sort_unstable();
        people.dedup();
        if let Some(group) = found(&mut self.reader().once().await?, &key(&people)).await? {
            return Ok(group);
        }
        // At random, not made of the people: nobody may know it before it is there and open a group of this name.
        let id = GroupId::parse(&Uuid::new_v4().to_string()).map_err(|error| sqlx::Error::Decode(error.into()))?;
        self.errand_of(Touch::Group(id.clone()), (id, people), |tx, (id, people)| Box::pin(make(tx, id, people))).await
    }
}

/// Stands for these people. No id has the byte between them.
fn key(people: &[PersonId]) -> Vec<u8> {
    let mut hasher = Sha256::new();
    for person in people {
        hasher.update(person.as_str());
        hasher.update([0]);
    }
    hasher.finalize().to_vec()
}

async fn found(tx: &mut Tx, key: &[u8]) -> Result<Option<GroupId>> {
    tx.row(sql::DIRECT, &[Arg::Bytes(key)]).await?.map(|row| row.id(0)).transpose()
}

async fn make(tx: &mut Tx, id: &GroupId, people: &[PersonId]) -> Verdict<GroupId> {
    let key = key(people);
    if let Some(group) = found(tx, &key).await? {
        return Ok(group);
    }
    let known = tx.rows_of(&sql::KNOWN_PEOPLE, &[Column::texts(people.iter().map(PersonId::as_str))]).await?;
    if people.len() < 2 || known.len() != people.len() {
        return Err(Refusal::NoPerson.into());
    }
    let made = tx.run(sql::ADD_DIRECT, &[Arg::Text(id.as_str()), Arg::Bytes(&key), Arg::Int(now())]).await?;
    if made == 0 {
        // Another node was faster.
        return Ok(found(tx, &key).await?.ok_or(Refusal::Taken)?);
    }
    for person in people {
        put(tx, id, person, Role::Member).await?;
    }
    Ok(id.clone())
}
