//! Accounts: a login and a password, for somebody new or for a guest who stays who they are. Never whether a password is
//! right: it is a PHC string that only the server reads.

use protocol::{Person, PersonId};

use crate::Store;
use crate::error::StoreError;
use crate::name::SessionId;
use crate::people::Who;

/// An account that is about to be.
#[derive(Clone)]
pub struct NewAccount {
    /// As it will be looked up: normalised by the caller.
    pub login: String,
    /// What the person is called.
    pub name: String,
    /// argon2, as a PHC string.
    pub password: String,
}

/// What signing in needs.
#[derive(Clone)]
pub struct Account {
    /// Whose it is.
    pub person: Person,
    /// The login, as it is looked up.
    pub login: String,
    /// argon2, as a PHC string.
    pub password: String,
    /// Whether the person was closed.
    pub closed: bool,
}

impl Store {
    /// Makes the first administrator, and names the server. Of two at once one does. Set-up links are spent.
    ///
    /// # Errors
    /// [`crate::Refusal::Done`] if there is an administrator; else as [`Store::sign_up`].
    pub async fn set_up(
        &self,
        account: NewAccount,
        server_name: &str,
        token: &str,
        device: &str,
        guest: Option<&PersonId>,
    ) -> Result<Who, StoreError> {
        let _ = (account, server_name, token, device, guest);
        Err(unbuilt())
    }

    /// Whether there is an administrator.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn is_set_up(&self) -> Result<bool, StoreError> {
        Err(unbuilt())
    }

    /// Makes an account: of a guest, who keeps id, messages, read marks and groups, or of somebody new. `token` must be
    /// fresh: the guest's sessions end. With a link one of its uses is spent; a group's lets into the group, too.
    ///
    /// # Errors
    /// [`crate::Refusal::Taken`] if the login is; [`crate::Refusal::LinkSpent`]; [`crate::Refusal::NoPerson`] if `guest`
    /// is none; [`crate::Refusal::Banned`] if they were closed, or the link is of a group that bans them;
    /// [`StoreError::Busy`] or [`StoreError::Unavailable`].
    pub async fn sign_up(
        &self,
        account: NewAccount,
        token: &str,
        device: &str,
        guest: Option<&PersonId>,
        link: Option<&str>,
    ) -> Result<Who, StoreError> {
        let _ = (account, token, device, guest, link);
        Err(unbuilt())
    }

    /// The account with this login.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn account(&self, login: &str) -> Result<Option<Account>, StoreError> {
        let _ = login;
        Err(unbuilt())
    }

    /// A person's account, if they have one.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn account_of(&self, person: &PersonId) -> Result<Option<Account>, StoreError> {
        let _ = person;
        Err(unbuilt())
    }

    /// Who has this login.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn find_person(&self, login: &str) -> Result<Option<Person>, StoreError> {
        let _ = login;
        Err(unbuilt())
    }

    /// Gives an account another password.
    ///
    /// # Errors
    /// [`crate::Refusal::NoPerson`] if they have no account; [`StoreError::Busy`] or [`StoreError::Unavailable`].
    pub async fn set_password(&self, person: &PersonId, hash: &str) -> Result<(), StoreError> {
        let _ = (person, hash);
        Err(unbuilt())
    }

    /// Gives the account that a reset link is for another password, spends the link and ends all sessions, which are
    /// returned.
    ///
    /// # Errors
    /// [`crate::Refusal::LinkSpent`]; [`StoreError::Busy`] or [`StoreError::Unavailable`].
    pub async fn reset_password(&self, link: &str, hash: &str) -> Result<Vec<SessionId>, StoreError> {
        let _ = (link, hash);
        Err(unbuilt())
    }
}

/// Until the next commit.
pub(crate) fn unbuilt() -> StoreError {
    StoreError::Unavailable("this is not built yet".to_owned())
}
