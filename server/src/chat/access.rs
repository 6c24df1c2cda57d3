//! Who may do what in a group: decided here and nowhere else. Every door asks: pages, forms, `/api`, `/live`,
//! `/group/{id}/`. Pure; never reads the store, never a status code or a close code.

use protocol::RejectionCode;
use store::{Access, GroupKind, Other, PersonKind, Refusal, Role, Warrant, Who};

/// What somebody wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Act {
    /// See what is said there, and who is there.
    Read,
    /// Say something; change or delete one's own; react; be seen writing.
    Write,
    /// Put a message where everyone sees it, or take it from there.
    Pin,
    /// Delete others' messages, see what they were before, remove, ban, invite, slow down.
    Moderate,
    /// Rename, describe, archive, give roles.
    Manage,
}

/// Why not. What is hidden does not even show that it exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Denied {
    /// Somebody who has signed in might.
    SignIn,
    /// There is no such group for them.
    Hidden,
    /// They may come, but not do this.
    Forbidden,
    /// They were banned, here or from the server.
    Banned,
    /// The group is closed.
    Archived,
}

/// Decides. `access` is that of the group and of this very person.
pub(crate) fn decide(who: Option<&Who>, access: &Access, act: Act) -> Result<(), Denied> {
    if who.is_some_and(|who| who.closed) {
        return Err(Denied::Banned);
    }
    if !access.guests && who.is_none_or(|who| who.kind == PersonKind::Guest) {
        return Err(Denied::SignIn);
    }
    let role = standing(who, access)?;
    match act {
        Act::Read => Ok(()),
        // Nobody yet: the doors that take words make a guest first.
        Act::Write | Act::Pin if access.archived => Err(Denied::Archived),
        Act::Write => Ok(()),
        // Among a few all are equal, and where nobody looks after a group everyone does.
        Act::Pin if access.kind == GroupKind::Direct || !access.led => Ok(()),
        Act::Pin | Act::Moderate if matches!(role, Some(Role::Owner | Role::Moderator)) => Ok(()),
        Act::Manage if role == Some(Role::Owner) => Ok(()),
        Act::Pin | Act::Moderate | Act::Manage => Err(Denied::Forbidden),
    }
}

/// A group of which nothing is known: what holds there holds for the server.
pub(crate) const fn anywhere(guests: bool) -> Access {
    Access {
        kind: GroupKind::Open,
        archived: false,
        slow_ms: 0,
        access: 0,
        led: false,
        role: None,
        banned: false,
        guests,
    }
}

/// With which role somebody is in a group, if they may be there at all. In open groups a server's admin is an owner; in
/// others they are who they are: what is private stays so.
fn standing(who: Option<&Who>, access: &Access) -> Result<Option<Role>, Denied> {
    match (access.kind, access.role) {
        (GroupKind::Private | GroupKind::Direct, None) => Err(Denied::Hidden),
        (GroupKind::Private | GroupKind::Direct, role) => Ok(role),
        (GroupKind::Open, _) if who.is_some_and(|who| who.admin) => Ok(Some(Role::Owner)),
        (GroupKind::Open, _) if access.banned => Err(Denied::Banned),
        (GroupKind::Open, role) => Ok(role),
    }
}

/// With this the store decides the same, from what holds at the moment in which it is done: whoever has lost a role a moment
/// ago has lost it. To somebody it is done only if they may be moderated, too.
pub(crate) fn warrant(who: &Who, act: Act) -> Warrant {
    let rule: store::Rule = match act {
        Act::Read => |who, access, other| allows(who, access, other, Act::Read),
        Act::Write => |who, access, other| allows(who, access, other, Act::Write),
        Act::Pin => |who, access, other| allows(who, access, other, Act::Pin),
        Act::Moderate => |who, access, other| allows(who, access, other, Act::Moderate),
        Act::Manage => |who, access, other| allows(who, access, other, Act::Manage),
    };
    Warrant { who: who.clone(), rule }
}

fn allows(who: &Who, access: &Access, other: Option<Other<'_>>, act: Act) -> Result<(), Refusal> {
    let below = other.is_none_or(|other| may_moderate(who, access, other.person, other.role));
    if below && decide(Some(who), access, act).is_ok() { Ok(()) } else { Err(Refusal::Forbidden) }
}

/// Whether somebody can be written to alone, or brought into a group: not who may not come themself, nor those for whom
/// another program speaks.
pub(crate) const fn may_be_met(kind: PersonKind, closed: bool, guests: bool) -> bool {
    match kind {
        PersonKind::Account => !closed,
        PersonKind::Guest => !closed && guests,
        PersonKind::Adopted => false,
    }
}

/// Whether who may moderate may do so to this person: nobody to themself, owners to everyone else, moderators to those
/// who are neither.
pub(crate) fn may_moderate(who: &Who, access: &Access, other: &protocol::PersonId, role: Option<Role>) -> bool {
    let above = match standing(Some(who), access) {
        Ok(Some(Role::Owner)) => true,
        Ok(Some(Role::Moderator)) => matches!(role, Some(Role::Member) | None),
        Ok(Some(Role::Member) | None) | Err(_) => false,
    };
    above && who.person.id != *other
}

impl Denied {
    /// What a person is told whose command is refused.
    pub(crate) const fn code(self) -> RejectionCode {
        match self {
            Self::SignIn => RejectionCode::SignIn,
            Self::Hidden => RejectionCode::NoGroup,
            Self::Forbidden | Self::Banned => RejectionCode::Forbidden,
            Self::Archived => RejectionCode::Archived,
        }
    }
}
