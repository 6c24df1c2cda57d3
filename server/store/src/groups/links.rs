//! Links: whoever opens one may do one thing, so often, until some time. A link's token is kept as its SHA-256 alone.

use protocol::{GroupId, Millis, PersonId};

use crate::Store;
use crate::error::StoreError;
use crate::name::{LinkId, LinkKind};
use crate::people::unbuilt;

/// A link that is about to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewLink {
    /// What it does.
    pub kind: LinkKind,
    /// Where it leads, if it is a group's.
    pub group: Option<GroupId>,
    /// Whose password it sets, if it does.
    pub person: Option<PersonId>,
    /// Who made it; nobody on the server's console.
    pub by: Option<PersonId>,
    /// Until when it can be used.
    pub expires_at: Option<Millis>,
    /// How often.
    pub uses: Option<u32>,
}

/// A link that can be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Which.
    pub id: LinkId,
    /// What it does.
    pub kind: LinkKind,
    /// Where it leads, if it is a group's.
    pub group: Option<GroupId>,
    /// Whose password it sets, if it does.
    pub person: Option<PersonId>,
    /// Who made it; nobody on the server's console.
    pub by: Option<PersonId>,
    /// Since when it is there.
    pub created_at: Millis,
    /// Until when it can be used.
    pub expires_at: Option<Millis>,
    /// How often still.
    pub uses_left: Option<u64>,
}

impl Store {
    /// Adds a link with a token that the caller makes, at random. Noted, if somebody did.
    ///
    /// # Errors
    /// [`StoreError::Busy`] or [`StoreError::Unavailable`].
    pub async fn add_link(&self, link: NewLink, token: &str) -> Result<LinkId, StoreError> {
        let _ = (link, token);
        Err(unbuilt())
    }

    /// The link with this token, if it can be used.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn link(&self, token: &str) -> Result<Option<Link>, StoreError> {
        let _ = token;
        Err(unbuilt())
    }

    /// A group's links that can be used, or the server's own, the newest first; at most 200.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn links(&self, group: Option<&GroupId>) -> Result<Vec<Link>, StoreError> {
        let _ = group;
        Err(unbuilt())
    }

    /// Takes a link back, which is noted; nothing changes if it cannot be used. The caller sees to it that the link is
    /// of a group, or the server, of theirs.
    ///
    /// # Errors
    /// [`StoreError::Busy`] or [`StoreError::Unavailable`].
    pub async fn revoke_link(&self, by: &PersonId, link: &LinkId) -> Result<(), StoreError> {
        let _ = (by, link);
        Err(unbuilt())
    }
}
