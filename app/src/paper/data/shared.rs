//! What several pages are told. Never what only one needs.

use protocol::{GroupId, Millis, Person};

use super::super::address::OwnPath;
use crate::{i18n::Locale, preferences::Preferences};

/// What surrounds every page.
#[derive(Clone, Debug)]
pub struct Chrome {
    pub locale: Locale,
    pub preferences: Preferences,
    /// The address of the style sheet: `SiteFiles::css`.
    pub css: String,
    /// Who looks; nobody has been here before, or their session has ended.
    pub me: Option<Visitor>,
    /// What this server calls itself, if anything.
    pub server_name: Option<String>,
    /// Path and query of this page, as asked for, without `done`: the language switch leads back to it. After a POST
    /// the page that holds the form.
    pub here: String,
}

/// Who looks at a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visitor {
    pub person: Person,
    pub kind: PersonKind,
    pub admin: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PersonKind {
    Guest,
    Account,
    /// Speaks through another program on the channel layer; nobody signs in as them.
    Adopted,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupKind {
    Open,
    Private,
    Direct,
}

impl GroupKind {
    /// As forms write it in `kind`.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Private => "private",
            Self::Direct => "direct",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Owner,
    Moderator,
    Member,
}

impl Role {
    pub const ALL: [Self; 3] = [Self::Owner, Self::Moderator, Self::Member];

    /// As forms write it in `role`.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Moderator => "moderator",
            Self::Member => "member",
        }
    }
}

/// Who may sign up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignUpDoor {
    Open,
    /// With a link of the server or of a group.
    Invite,
    Closed,
}

impl SignUpDoor {
    pub const ALL: [Self; 3] = [Self::Open, Self::Invite, Self::Closed];

    /// As the settings write it in `sign_up`.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Invite => "invite",
            Self::Closed => "closed",
        }
    }
}

/// A link that was given out and works still. Its token is not here: nobody knows it any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkRow {
    /// `id` of the form that revokes it.
    pub id: String,
    /// None: the server's console.
    pub by: Option<Person>,
    pub created_at: Millis,
    /// None: for ever.
    pub expires_at: Option<Millis>,
    /// None: for any number of people.
    pub uses_left: Option<u64>,
    /// Whose password it sets, if it does.
    pub resets: Option<Person>,
}

/// Somebody who may be meant by a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    pub person: Person,
    pub kind: PersonKind,
    /// An account's.
    pub login: Option<String>,
}

/// A name that several people have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// As it was typed.
    pub name: String,
    pub people: Vec<Candidate>,
}

/// A line of the audit, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRow {
    pub at: Millis,
    /// None: the server's console.
    pub by: Option<Person>,
    /// The store's word. `text/audit.rs` has sentences for those that it knows; another stands there as it is.
    pub action: String,
    pub group: Option<GroupId>,
    pub person: Option<Person>,
    /// With `role` the role's tag; otherwise not shown (a kind of link, a message's id).
    pub detail: Option<String>,
}

/// Why there is no page to see. `status` is the HTTP status that belongs to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// 401. `next`: where to go once one is known.
    SignIn { next: Option<OwnPath> },
    /// 403.
    Forbidden,
    /// 403. Banned from this group.
    Banned,
    /// 403. Banned from this server.
    Closed,
    /// 403. `group`: it can be read still.
    Archived { group: Option<GroupId> },
    /// 403. The form stood on another site's page.
    CrossSite,
    /// 404. There is none, or it is not shown that there is.
    Hidden,
    /// 404. A link for setting up, resetting or joining that works no more, or never did.
    LinkSpent,
    /// 404. `/setup` when somebody is admin already.
    AlreadySetUp,
    /// 429, with `Retry-After`.
    TooMany { seconds: u64 },
    /// 503.
    StoreAway,
}

impl Stop {
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self {
            Self::SignIn { .. } => 401,
            Self::Forbidden | Self::Banned | Self::Closed | Self::Archived { .. } | Self::CrossSite => 403,
            Self::Hidden | Self::LinkSpent | Self::AlreadySetUp => 404,
            Self::TooMany { .. } => 429,
            Self::StoreAway => 503,
        }
    }
}
