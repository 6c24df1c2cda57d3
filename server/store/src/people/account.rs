//! Accounts: a login and a password. Never whether a password is right: it is a PHC string that only the server reads.

use protocol::{Person, PersonId};

use super::session::end_all;
use crate::engine::{Arg, Result, Row, Tx};
use crate::error::{Refusal, StoreError};
use crate::groups::usable;
use crate::name::{LinkKind, SessionId};
use crate::versions::Touch;
use crate::writer::{Fault, Verdict, now};
use crate::{Store, sql};

/// What signing in needs.
#[derive(Clone)]
pub struct Account {
    /// Whose it is.
    pub person: Person,
    /// The login, as it is looked up.
    pub login: String,
    /// argon2, as a PHC string.
    pub password: String,
    /// Whether the person runs the server.
    pub admin: bool,
    /// Whether the person was closed.
    pub closed: bool,
}

impl Store {
    /// The account with this login.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn account(&self, login: &str) -> Result<Option<Account>, StoreError> {
        Ok(by_login(&mut self.reader().once().await?, login).await?)
    }

    /// A person's account, if they have one.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn account_of(&self, person: &PersonId) -> Result<Option<Account>, StoreError> {
        Ok(of(&mut self.reader().once().await?, person).await?)
    }

    /// Who has this login.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn find_person(&self, login: &str) -> Result<Option<Person>, StoreError> {
        Ok(self.account(login).await?.map(|account| account.person))
    }

    /// Gives an account another password, if `verified` is still what is kept of the one before, and ends all sessions but
    /// one. Says which ended.
    ///
    /// # Errors
    /// [`Refusal::NoPerson`] if they have no account; [`Refusal::PasswordChanged`]; [`StoreError::Busy`] or
    /// [`StoreError::Unavailable`].
    pub async fn set_password(
        &self,
        person: &PersonId,
        verified: &str,
        hash: &str,
        except: Option<&SessionId>,
    ) -> Result<Vec<SessionId>, StoreError> {
        let change = Change {
            person: person.clone(),
            verified: verified.to_owned(),
            hash: hash.to_owned(),
            except: except.cloned(),
        };
        self.errand_of(Touch::Nothing, change, |tx, change| Box::pin(change.run(tx))).await
    }

    /// Gives the account that a reset link is for another password, spends the link and ends all sessions, which are
    /// returned.
    ///
    /// # Errors
    /// [`Refusal::LinkSpent`]; [`StoreError::Busy`] or [`StoreError::Unavailable`].
    pub async fn reset_password(&self, link: &str, hash: &str) -> Result<Vec<SessionId>, StoreError> {
        self.errand_of(Touch::Nothing, (super::hash(link), hash.to_owned()), |tx, (link, hash)| {
            Box::pin(reset(tx, link, hash))
        })
        .await
    }
}

pub(super) async fn by_login(tx: &mut Tx, login: &str) -> Result<Option<Account>> {
    let row = tx.row(sql::ACCOUNT, &[Arg::Bytes(login.as_bytes())]).await?;
    row.as_ref().map(account).transpose()
}

pub(super) async fn of(tx: &mut Tx, person: &PersonId) -> Result<Option<Account>> {
    let row = tx.row(sql::ACCOUNT_OF, &[Arg::Text(person.as_str())]).await?;
    row.as_ref().map(account).transpose()
}

fn account(row: &Row) -> Result<Account> {
    Ok(Account {
        person: super::person(row, 0)?,
        login: row.written(3)?,
        password: row.written(4)?,
        admin: row.int(5)? != 0,
        closed: row.maybe_int(6)?.is_some(),
    })
}

/// A password that is about to change.
struct Change {
    person: PersonId,
    /// The hash that the old one was compared with.
    verified: String,
    hash: String,
    /// The session that stays.
    except: Option<SessionId>,
}

impl Change {
    async fn run(&self, tx: &mut Tx) -> Verdict<Vec<SessionId>> {
        let id = Arg::Text(self.person.as_str());
        let row = tx.row(sql::LOCK_PERSON, &[id]).await?.ok_or(Refusal::NoPerson)?;
        let kept = row.maybe_written(4)?.ok_or(Refusal::NoPerson)?;
        // Perhaps an earlier run was it: a hash has a salt that nobody else drew.
        if kept != self.verified && kept != self.hash {
            return Err(Refusal::PasswordChanged.into());
        }
        tx.run(sql::SET_PASSWORD, &[id, Arg::Bytes(self.hash.as_bytes())]).await?;
        revoke_resets(tx, &self.person).await?;
        Ok(end_all(tx, &self.person, self.except.as_ref()).await?)
    }
}

/// A link that was given out to set a password sets none after it was set otherwise.
async fn revoke_resets(tx: &mut Tx, person: &PersonId) -> Result<()> {
    tx.run(sql::REVOKE_RESETS, &[Arg::Text(person.as_str()), Arg::Int(now())]).await.map(drop)
}

async fn reset(tx: &mut Tx, token: &[u8], hash: &str) -> Verdict<Vec<SessionId>> {
    let link = match usable(tx, token).await {
        Ok(link) if link.kind == LinkKind::Reset => link,
        // Perhaps it was us: a hash has a salt that nobody else drew.
        Ok(_) | Err(Fault::Refused(_)) => {
            let done = tx.row(sql::RESET_DONE, &[Arg::Bytes(token), Arg::Bytes(hash.as_bytes())]).await?;
            return if done.is_some() { Ok(Vec::new()) } else { Err(Refusal::LinkSpent.into()) };
        }
        Err(failed) => return Err(failed),
    };
    let person = link.person.ok_or(Refusal::LinkSpent)?;
    let set = tx.run(sql::SET_PASSWORD, &[Arg::Text(person.as_str()), Arg::Bytes(hash.as_bytes())]).await?;
    if set == 0 {
        return Err(Refusal::LinkSpent.into());
    }
    revoke_resets(tx, &person).await?;
    Ok(end_all(tx, &person, None).await?)
}
