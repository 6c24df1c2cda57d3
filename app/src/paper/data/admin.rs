//! The page about the whole server.

use protocol::{Millis, Person};

use super::shared::{AuditRow, LinkRow, PersonKind, SignUpDoor};

/// `/admin`. All POST below `/admin/`:
///
/// `settings`: `server_name`, `sign_up` (`open`, `invite`, `closed`), `guests` (`1` or absent) · `invite`: `days`, `uses`
/// (as for a group's) · `uninvite`: `id` · `reset`: `person` · `close`: `person` · `open`: `person` · `admin`: `person`,
/// `admin` (`1` or `0`).
#[derive(Clone, Debug)]
pub struct Admin {
    pub settings: Settings,
    /// `?find=`: a login or the beginning of a name that was searched for.
    pub find: String,
    pub people: Vec<PersonRow>,
    /// `/admin?after=…#people` has the next people.
    pub next: Option<String>,
    /// Links by which one signs up.
    pub invites: Vec<LinkRow>,
    /// Links that set a password.
    pub resets: Vec<LinkRow>,
    /// A link that was made just now: it is shown this once.
    pub fresh: Option<FreshLink>,
    /// Newest first.
    pub audit: Vec<AuditRow>,
    /// `/admin?before=…#audit` has the entries before this number.
    pub older: Option<i64>,
}

/// As typed or as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    pub server_name: String,
    pub sign_up: SignUpDoor,
    /// Whether one may speak without an account.
    pub guests: bool,
}

/// A link with its whole address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FreshLink {
    Invite(String),
    /// Sets a new password for somebody.
    Reset {
        person: Person,
        address: String,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonRow {
    pub person: Person,
    pub kind: PersonKind,
    pub login: Option<String>,
    pub admin: bool,
    /// Banned from the server.
    pub closed: bool,
    /// 0: since the database is there, as whoever another program speaks for.
    pub created_at: Millis,
    pub seen_at: Option<Millis>,
    /// The visitor: nobody bans themself.
    pub me: bool,
}
