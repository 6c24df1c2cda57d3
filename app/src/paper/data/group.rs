//! The pages about groups: the list, looking after one, a message's versions, an invitation.

use protocol::{GroupId, MessageId, Millis, Person};

use super::{
    super::address::LinkToken,
    shared::{AuditRow, Choice, GroupKind, LinkRow, PersonKind, Role},
};

/// `/groups`: mine, the open ones, a new one, a direct one.
///
/// POST `/groups/new`: `name`, `about`, `kind` (`open` or `private`). POST `/groups/direct`: `people` (names and
/// logins with commas or line ends between them; between logins spaces do), `chosen` (ids of people with spaces between).
#[derive(Clone, Debug)]
pub struct Groups {
    /// The latest first.
    pub mine: Vec<GroupLine>,
    /// The open groups that are not mine, the latest first.
    pub open: Vec<GroupLine>,
    /// What was typed for a new group; None: the visitor may not make one (a hint to sign in stands there instead).
    pub new: Option<NewGroup>,
    /// What was typed for a direct group; None: the visitor may not.
    pub people: Option<String>,
    /// A name among them that several have.
    pub choice: Option<DirectChoice>,
}

/// Whom of several of a name a direct group is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirectChoice {
    pub choice: Choice,
    /// `chosen` so far: ids, with a space after each.
    pub chosen: String,
    /// `people` that remain.
    pub people: String,
}

/// A group in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupLine {
    pub id: GroupId,
    /// None: its id is its name; a direct group is called after `with`.
    pub name: Option<String>,
    pub about: Option<String>,
    pub kind: GroupKind,
    pub archived: bool,
    /// None: unknown or not worth saying, as for open groups.
    pub members: Option<u64>,
    /// Messages since one was here.
    pub unread: u64,
    /// The last message.
    pub at: Option<Millis>,
    /// My role; with one there is a link to `/groups/{id}`.
    pub role: Option<Role>,
    /// A direct group's others.
    pub with: Vec<Person>,
}

/// What was typed for a new group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewGroup {
    pub name: String,
    pub about: String,
    pub kind: GroupKind,
}

/// `/groups/{id}`: looking after a group. All POST below `/groups/{id}/`:
///
/// `describe`: `name`, `about`, `kind` (not for a direct group), `slow` (seconds) · `archive`: `archived` (`1` or `0`) ·
/// `leave` · `add`: `add` (a name or a login) or `person` · `role`: `person`, `role` · `remove`: `person` · `ban`: `person` · `unban`: `person` ·
/// `invite`: `days` (`1`, `7`, `30` or empty: for ever), `uses` (`1`, `10`, or empty: any number) · `uninvite`: `id`.
#[derive(Clone, Debug)]
pub struct Manage {
    pub id: GroupId,
    pub kind: GroupKind,
    pub archived: bool,
    /// As typed or as stored; empty: its id is its name.
    pub name: String,
    pub about: String,
    /// Seconds between two messages of one person, as typed or as stored; `0`: no slow mode.
    pub slow: String,
    /// A direct group's others.
    pub with: Vec<Person>,
    pub powers: Powers,
    /// Owners first. Not all of a large group.
    pub members: Vec<MemberRow>,
    /// How many there are in all.
    pub members_count: u64,
    /// Who spoke in an open group of late without being in it, the latest first.
    pub speakers: Vec<SpeakerRow>,
    pub banned: Vec<(Person, Millis)>,
    pub invites: Vec<LinkRow>,
    /// The whole address (`https://…/invite/…`) of the invite that was made just now: it is shown this once.
    pub fresh: Option<String>,
    /// What was typed into `add`.
    pub add: String,
    /// That is what several are called.
    pub choice: Option<Choice>,
    /// Newest first.
    pub audit: Vec<AuditRow>,
    /// `/groups/{id}?before=…#audit` has the entries before this number.
    pub older: Option<i64>,
}

/// What the visitor may do in a group; what they may not is not on the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Powers {
    /// Describe, archive.
    pub describe: bool,
    /// Give out links, add people.
    pub invite: bool,
    /// See bans and the audit, unban.
    pub moderate: bool,
    /// Leave: they are a member.
    pub leave: bool,
}

/// A member, and what the visitor may do to them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberRow {
    pub person: Person,
    pub role: Role,
    pub since: Millis,
    /// The visitor.
    pub me: bool,
    pub may: MemberPowers,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MemberPowers {
    pub role: bool,
    pub remove: bool,
    pub ban: bool,
    /// Write to them alone.
    pub message: bool,
}

/// Somebody who spoke in a group without being in it, and what the visitor may do to them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpeakerRow {
    pub person: Person,
    pub kind: PersonKind,
    /// When they last did.
    pub at: Millis,
    /// The visitor.
    pub me: bool,
    pub may: MemberPowers,
}

/// `/groups/{id}/edits/{message}`: what a message said before.
#[derive(Clone, Debug)]
pub struct Edits {
    pub group: GroupId,
    /// None: its id is its name.
    pub group_name: Option<String>,
    pub message: MessageId,
    pub author: Person,
    /// Oldest first; none if it was deleted.
    pub versions: Vec<Version>,
}

/// What a message said from a moment on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    pub at: Millis,
    pub body: String,
}

/// `/invite/{token}`: what one is invited to. POST to the same address joins: nothing but the button.
#[derive(Clone, Debug)]
pub struct Invite {
    pub token: LinkToken,
    pub to: InvitedTo,
    /// The guest or nobody who looks may join as they are; false: they are led to `/signup?invite=` and `/signin?next=`.
    pub may_join: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InvitedTo {
    /// An account on this server.
    Server,
    Group {
        /// The name, or the id where there is none.
        name: String,
        about: Option<String>,
        members: u64,
        /// The visitor is in it already: the page leads there.
        joined: Option<GroupId>,
    },
}
