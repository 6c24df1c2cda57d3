//! By whose right something is done in a group: when the rule is asked, which is in the transaction that does it, of what
//! stands there at that moment. Never what the rule says.

use protocol::{GroupId, PersonId};

use super::access::{Access, access};
use super::roster::role_of;
use crate::engine::{Arg, Tx};
use crate::error::Refusal;
use crate::name::Role;
use crate::people::Who;
use crate::sql;
use crate::writer::Verdict;

/// Who does something in a group, and the rule that must allow it.
#[derive(Clone, Debug)]
pub struct Warrant {
    /// Who. What their rights were when this was made counts for nothing: it is read anew.
    pub who: Who,
    /// What allows it.
    pub rule: Rule,
}

/// Whether somebody may, from what the store knows of them and of the group. Pure: it may be asked more than once.
pub type Rule = fn(&Who, &Access, Option<Other<'_>>) -> Result<(), Refusal>;

/// Whom it is done to.
#[derive(Clone, Copy, Debug)]
pub struct Other<'a> {
    /// Who.
    pub person: &'a PersonId,
    /// What they are in the group, if a member.
    pub role: Option<Role>,
}

impl Warrant {
    pub(super) const fn by(&self) -> &PersonId {
        &self.who.person.id
    }

    /// Refuses unless the rule allows it now. The caller holds the group's lock, so that nobody's role changes before the
    /// act is done.
    pub(super) async fn check(&self, tx: &mut Tx, group: &GroupId, other: Option<&PersonId>) -> Verdict<()> {
        let row = tx.row(sql::RIGHTS, &[Arg::Text(self.by().as_str())]).await?.ok_or(Refusal::NoPerson)?;
        let (admin, closed) = (row.int(1)? != 0, row.maybe_int(2)?.is_some());
        let who = Who { kind: row.id(0)?, admin, closed, ..self.who.clone() };
        let access = access(tx, group, Some(self.by())).await?;
        let other = match other {
            Some(person) => Some(Other { person, role: role_of(tx, group, person).await? }),
            None => None,
        };
        Ok((self.rule)(&who, &access, other)?)
    }
}
