//! What a message said before.

use protocol::{GroupId, MessageId, Millis};

use crate::Store;
use crate::error::StoreError;
use crate::people::unbuilt;

/// What a message said from some time on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// Since when.
    pub at: Millis,
    /// What.
    pub body: String,
}

impl Store {
    /// What a message said, from the first to the last; nothing of one that was deleted, has expired or is not in this
    /// group.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn edits(&self, group: &GroupId, message: &MessageId) -> Result<Vec<Edit>, StoreError> {
        let _ = (group, message);
        Err(unbuilt())
    }
}
