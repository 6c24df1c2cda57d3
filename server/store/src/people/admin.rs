//! What the server's administrators do to people. Never whether they may.

use protocol::{Millis, Person, PersonId};

use super::account::unbuilt;
use crate::Store;
use crate::error::StoreError;
use crate::name::{PersonKind, SessionId};

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
}

impl Store {
    /// People in the order in which they came, at most `limit`, after this one.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn people(&self, after: Option<&PersonId>, limit: u32) -> Result<Vec<PersonRow>, StoreError> {
        let _ = (after, limit);
        Err(unbuilt())
    }

    /// Makes the account with this login an administrator, or no longer. `by` is nobody on the server's console.
    ///
    /// # Errors
    /// [`crate::Refusal::NoPerson`]; [`crate::Refusal::LastOwner`] if there would be no administrator left;
    /// [`StoreError::Busy`] or [`StoreError::Unavailable`].
    pub async fn set_admin(&self, by: Option<&PersonId>, login: &str, admin: bool) -> Result<(), StoreError> {
        let _ = (by, login, admin);
        Err(unbuilt())
    }

    /// Closes a person, who is nobody from then on, or opens them again. Says which sessions ended.
    ///
    /// # Errors
    /// [`crate::Refusal::NoPerson`]; [`StoreError::Busy`] or [`StoreError::Unavailable`].
    pub async fn close_person(
        &self,
        by: &PersonId,
        person: &PersonId,
        closed: bool,
    ) -> Result<Vec<SessionId>, StoreError> {
        let _ = (by, person, closed);
        Err(unbuilt())
    }
}
