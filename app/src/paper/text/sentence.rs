//! Reasons and successes as sentences, roles and kinds as words. Never where they stand.

use super::{Text, Tongue};
use crate::paper::data::{Done, GroupKind, PersonKind, Role, Why};

impl Tongue {
    pub(in crate::paper) fn why(self, why: Why) -> String {
        let text = match why {
            Why::TooMany { seconds } => return self.fill(Text::StopTooManyLead, &[&self.wait(seconds)]),
            Why::Empty => Text::WhyEmpty,
            Why::TooLong => Text::WhyTooLong,
            Why::NameTaken => Text::WhyNameTaken,
            Why::GroupTaken => Text::WhyGroupTaken,
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
            Done::ColourChanged => Text::DoneColourChanged,
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
}
