//! Reasons, successes and words of the log as sentences. Never where they stand.

use super::{Text, Tongue, audit, isolated};
use crate::paper::data::{AuditRow, Done, GroupKind, PersonKind, Role, Why};

impl Tongue {
    pub(in crate::paper) fn why(self, why: Why) -> String {
        let text = match why {
            Why::TooMany { seconds } => return self.fill(Text::StopTooManyLead, &[&self.wait(seconds)]),
            Why::Empty => Text::WhyEmpty,
            Why::TooLong => Text::WhyTooLong,
            Why::NameTaken => Text::WhyNameTaken,
            Why::BadLogin => Text::WhyBadLogin,
            Why::WrongLogin => Text::WhyWrongLogin,
            Why::WrongPassword => Text::WhyWrongPassword,
            Why::PasswordTooShort => Text::WhyPasswordTooShort,
            Why::PasswordTooLong => Text::WhyPasswordTooLong,
            Why::PasswordCommon => Text::WhyPasswordCommon,
            Why::PasswordLikeLogin => Text::WhyPasswordLikeLogin,
            Why::PasswordsDiffer => Text::WhyPasswordsDiffer,
            Why::LinkSpent => Text::WhyLinkSpent,
            Why::AlreadySetUp => Text::WhyAlreadySetUp,
            Why::SignUpClosed => Text::SignUpClosed,
            Why::SignUpInvite => Text::SignUpInviteOnly,
            Why::LastOwner => Text::WhyLastOwner,
            Why::LastAdmin => Text::WhyLastAdmin,
            Why::NoPerson => Text::WhyNoPerson,
            Why::Yourself => Text::WhyYourself,
            Why::AlreadyMember => Text::WhyAlreadyMember,
            Why::Banned => Text::WhyBanned,
            Why::Archived => Text::WhyArchived,
            Why::Forbidden => Text::WhyForbidden,
            Why::BadNumber => Text::WhyBadNumber,
            Why::Gone => Text::WhyGone,
            Why::StoreAway => Text::WhyStoreAway,
        };
        self.say(text).to_owned()
    }

    pub(in crate::paper) const fn done(self, done: Done) -> &'static str {
        self.say(match done {
            Done::Saved => Text::DoneSaved,
            Done::NameChanged => Text::DoneNameChanged,
            Done::PasswordChanged => Text::DonePasswordChanged,
            Done::SessionEnded => Text::DoneSessionEnded,
            Done::SessionsEnded => Text::DoneSessionsEnded,
            Done::Kept => Text::DoneKept,
            Done::SignedUp => Text::DoneSignedUp,
            Done::SetUp => Text::DoneSetUp,
            Done::Added => Text::DoneAdded,
            Done::RoleChanged => Text::DoneRoleChanged,
            Done::Removed => Text::DoneRemoved,
            Done::Banned => Text::DoneBanned,
            Done::Unbanned => Text::DoneUnbanned,
            Done::LinkRevoked => Text::DoneLinkRevoked,
            Done::Archived => Text::DoneArchived,
            Done::Unarchived => Text::DoneUnarchived,
            Done::Left => Text::DoneLeft,
            Done::Closed => Text::DoneClosed,
            Done::Opened => Text::DoneOpened,
            Done::AdminChanged => Text::DoneAdminChanged,
        })
    }

    pub(in crate::paper) const fn role(self, role: Role) -> &'static str {
        self.say(match role {
            Role::Owner => Text::Owner,
            Role::Moderator => Text::Moderator,
            Role::Member => Text::Member,
        })
    }

    pub(in crate::paper) const fn group_kind(self, kind: GroupKind) -> &'static str {
        self.say(match kind {
            GroupKind::Open => Text::KindOpen,
            GroupKind::Private => Text::KindPrivate,
            GroupKind::Direct => Text::KindDirect,
        })
    }

    /// An account is the ordinary thing and has no word.
    pub(in crate::paper) const fn person_kind(self, kind: PersonKind) -> Option<&'static str> {
        match kind {
            PersonKind::Guest => Some(self.say(Text::Guest)),
            PersonKind::Adopted => Some(self.say(Text::Adopted)),
            PersonKind::Account => None,
        }
    }

    /// Who did what to whom.
    pub(in crate::paper) fn act(self, row: &AuditRow) -> String {
        let by = isolated(&row.by.name);
        match (audit::sentence(&row.action), &row.person) {
            (Some((text, true)), Some(person)) => self.fill(text, &[&by, &isolated(&person.name)]),
            (Some((text, false)), _) => self.fill(text, &[&by]),
            // A word of a newer store, or one that lacks its person.
            (None, _) | (Some((_, true)), None) => self.fill(Text::AuditUnknown, &[&by, &isolated(&row.action)]),
        }
    }
}

#[cfg(test)]
mod tests {
    use protocol::{Person, PersonId};

    use super::{AuditRow, Tongue};
    use crate::i18n::Locale;

    fn row(action: &str, person: Option<&str>) -> AuditRow {
        let person_of = |name: &str| Person { id: PersonId::parse("p").unwrap(), name: name.to_owned() };
        AuditRow {
            at: 0,
            by: person_of("A"),
            action: action.to_owned(),
            group: None,
            person: person.map(person_of),
            detail: None,
        }
    }

    #[test]
    fn the_log_says_who_did_what_to_whom_and_keeps_names_apart() {
        let zh = Tongue(Locale::Zh);
        assert_eq!(zh.act(&row("banned", Some("B"))), "\u{2068}A\u{2069} 拉黑了 \u{2068}B\u{2069}");
        assert_eq!(zh.act(&row("archived", None)), "\u{2068}A\u{2069} 归档了这个群");
    }

    #[test]
    fn a_word_that_nobody_knows_stands_there_as_it_is() {
        let en = Tongue(Locale::En);
        assert_eq!(en.act(&row("polished", None)), "\u{2068}A\u{2069}: \u{2068}polished\u{2069}");
        assert_eq!(en.act(&row("banned", None)), "\u{2068}A\u{2069}: \u{2068}banned\u{2069}");
    }
}
