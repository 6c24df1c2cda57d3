//! Making groups and changing what they are. Never who is in them but their owner.

use protocol::{GroupId, PersonId};

use crate::Store;
use crate::error::StoreError;
use crate::name::GroupKind;
use crate::people::unbuilt;

/// What a group is, all of it: what is not to change is as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Description {
    /// What it is called, if not by its id.
    pub name: Option<String>,
    /// What it is for.
    pub about: Option<String>,
    /// Whether it is only read any more.
    pub archived: bool,
    /// Between two posts of one person, in milliseconds.
    pub slow_ms: u64,
    /// Who it is for.
    pub kind: GroupKind,
}

impl Store {
    /// Makes a group with `by` as its owner. Asked for again, word for word, it is the same one.
    ///
    /// # Errors
    /// [`crate::Refusal::Taken`] if the id is; [`crate::Refusal::Direct`] if it were to be direct;
    /// [`crate::Refusal::NoPerson`]; [`StoreError::Busy`] or [`StoreError::Unavailable`].
    pub async fn create_group(
        &self,
        group: &GroupId,
        kind: GroupKind,
        name: Option<&str>,
        about: Option<&str>,
        by: &PersonId,
    ) -> Result<(), StoreError> {
        let _ = (group, kind, name, about, by);
        Err(unbuilt())
    }

    /// Changes what a group is, which is noted.
    ///
    /// # Errors
    /// [`crate::Refusal::NoGroup`]; [`crate::Refusal::Direct`] if its kind would become or cease to be that;
    /// [`crate::Refusal::LastOwner`] if it became private without an owner; [`StoreError::Busy`] or
    /// [`StoreError::Unavailable`].
    pub async fn describe(&self, by: &PersonId, group: &GroupId, description: Description) -> Result<(), StoreError> {
        let _ = (by, group, description);
        Err(unbuilt())
    }
}
