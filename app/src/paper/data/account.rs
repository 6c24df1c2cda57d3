//! The pages about oneself: setting up, signing up and in, a new password, and one's own page. `login`, `name` and the
//! like hold what was typed, so that it can be mended; a password is never here.

use protocol::Millis;

use super::{
    super::address::{LinkToken, OwnPath},
    shared::SignUpDoor,
};

/// `/setup/{token}`: the first admin. POST to the same address: `server_name`, `login`, `name`, `password`, `again`.
#[derive(Clone, Debug)]
pub struct SetUp {
    pub token: LinkToken,
    pub server_name: String,
    pub login: String,
    pub name: String,
}

/// `/signup`: a new account; a guest keeps who they are. POST `/signup`: `login`, `name`, `password`, `again`, and, where they
/// are given here, `invite` and `next`.
#[derive(Clone, Debug)]
pub struct SignUp {
    /// The visitor is a guest, who becomes the account (id, history and groups stay); fill `name` with theirs.
    pub keep: bool,
    /// Who may sign up. With a link that works, say `Open`.
    pub door: SignUpDoor,
    pub invite: Option<LinkToken>,
    pub next: Option<OwnPath>,
    pub login: String,
    pub name: String,
}

/// `/signin`. POST `/signin`: `login`, `password`, and `next` where it is given.
#[derive(Clone, Debug)]
pub struct SignIn {
    pub next: Option<OwnPath>,
    /// Whether to show the way to `/signup`.
    pub door: SignUpDoor,
    pub login: String,
}

/// `/reset/{token}`: a new password. POST to the same address: `password`, `again`.
#[derive(Clone, Debug)]
pub struct Reset {
    pub token: LinkToken,
    /// Whose password it is: shown, and for password managers.
    pub login: String,
}

/// `/me`. The visitor must be in [`Chrome::me`](super::Chrome::me).
///
/// POST `/me/password`: `current`, `password`, `again` (accounts only). POST `/me/sessions/end`: `id`, a
/// session's or `all` (all but this one). POST `/signout`: nothing. A guest is led to `/signup` to keep this identity.
#[derive(Clone, Debug)]
pub struct Me {
    /// None: a guest.
    pub login: Option<String>,
    /// This one first, then the latest first.
    pub sessions: Vec<SessionRow>,
}

/// One browser that is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRow {
    pub id: String,
    /// A short text such as `Firefox, Linux`; empty if unknown.
    pub device: String,
    pub created_at: Millis,
    pub seen_at: Millis,
    /// The one that asks.
    pub this: bool,
}
