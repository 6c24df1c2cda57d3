//! Direct conversations: the same people, the same group.

use protocol::{GroupId, PersonId};

use crate::Store;
use crate::error::StoreError;
use crate::people::unbuilt;

impl Store {
    /// The direct conversation of these people, made if need be. Who stands there twice is one.
    ///
    /// # Errors
    /// [`crate::Refusal::NoPerson`] if there are fewer than two, or one is nobody; [`StoreError::Busy`] or
    /// [`StoreError::Unavailable`].
    pub async fn direct(&self, people: &[PersonId]) -> Result<GroupId, StoreError> {
        let _ = people;
        Err(unbuilt())
    }
}
