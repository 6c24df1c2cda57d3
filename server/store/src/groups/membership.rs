//! Who is in a group, what they are there, and who may not be. Never who decides that.

use protocol::{GroupId, Millis, Person, PersonId};

use crate::Store;
use crate::error::StoreError;
use crate::name::Role;
use crate::people::unbuilt;

/// Somebody in a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Who.
    pub person: Person,
    /// What they are there.
    pub role: Role,
    /// Since when.
    pub since: Millis,
}

impl Store {
    /// Who is in a group: owners first, then moderators, then the others, each in the order in which they came.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn members(&self, group: &GroupId) -> Result<Vec<Member>, StoreError> {
        let _ = group;
        Err(unbuilt())
    }

    /// Who is banned from a group, and since when.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn banned(&self, group: &GroupId) -> Result<Vec<(Person, Millis)>, StoreError> {
        let _ = group;
        Err(unbuilt())
    }

    /// Lets a person into a group; nothing changes if they are in it. One that does not exist is made, open.
    ///
    /// # Errors
    /// [`crate::Refusal::Banned`], [`crate::Refusal::Direct`], [`crate::Refusal::NoPerson`]; [`StoreError::Busy`] or
    /// [`StoreError::Unavailable`].
    pub async fn join(&self, group: &GroupId, person: &PersonId) -> Result<(), StoreError> {
        let _ = (group, person);
        Err(unbuilt())
    }

    /// Lets a person into the group of a link, and spends one of its uses unless they are in it already.
    ///
    /// # Errors
    /// [`crate::Refusal::LinkSpent`]; else as [`Store::join`].
    pub async fn join_by_link(&self, person: &PersonId, token: &str) -> Result<GroupId, StoreError> {
        let _ = (person, token);
        Err(unbuilt())
    }

    /// Lets a person in on someone's behalf, which is noted.
    ///
    /// # Errors
    /// As [`Store::join`]; [`crate::Refusal::NoGroup`] if it does not exist.
    pub async fn add_member(&self, by: &PersonId, group: &GroupId, person: &PersonId) -> Result<(), StoreError> {
        let _ = (by, group, person);
        Err(unbuilt())
    }

    /// Lets a person go; nothing changes if they are not in it.
    ///
    /// # Errors
    /// [`crate::Refusal::LastOwner`], [`crate::Refusal::Direct`]; [`StoreError::Busy`] or [`StoreError::Unavailable`].
    pub async fn leave(&self, group: &GroupId, person: &PersonId) -> Result<(), StoreError> {
        let _ = (group, person);
        Err(unbuilt())
    }

    /// Sends a person away, who may come again. Noted; nothing changes if they are not in it.
    ///
    /// # Errors
    /// As [`Store::leave`].
    pub async fn remove(&self, by: &PersonId, group: &GroupId, person: &PersonId) -> Result<(), StoreError> {
        let _ = (by, group, person);
        Err(unbuilt())
    }

    /// Makes a member something else, which is noted.
    ///
    /// # Errors
    /// [`crate::Refusal::NoMember`]; [`crate::Refusal::LastOwner`], [`crate::Refusal::Direct`]; [`StoreError::Busy`] or
    /// [`StoreError::Unavailable`].
    pub async fn set_role(
        &self,
        by: &PersonId,
        group: &GroupId,
        person: &PersonId,
        role: Role,
    ) -> Result<(), StoreError> {
        let _ = (by, group, person, role);
        Err(unbuilt())
    }

    /// Sends a person away for good, member or not. Noted.
    ///
    /// # Errors
    /// [`crate::Refusal::NoGroup`], [`crate::Refusal::NoPerson`]; else as [`Store::leave`].
    pub async fn ban(&self, by: &PersonId, group: &GroupId, person: &PersonId) -> Result<(), StoreError> {
        let _ = (by, group, person);
        Err(unbuilt())
    }

    /// Lets a person come again. Noted; nothing changes if they may.
    ///
    /// # Errors
    /// [`crate::Refusal::NoGroup`]; [`StoreError::Busy`] or [`StoreError::Unavailable`].
    pub async fn unban(&self, by: &PersonId, group: &GroupId, person: &PersonId) -> Result<(), StoreError> {
        let _ = (by, group, person);
        Err(unbuilt())
    }
}
