//! Reasons and successes as sentences, roles and kinds as words. Never where they stand.

use super::{Text, Told, Tongue};
use crate::paper::data::{Done, GroupKind, PersonKind, Role, Why};

impl Tongue {
    pub(in crate::paper) fn why(self, why: Why) -> String {
        let told = match why {
            Why::TooMany { seconds } => return self.tell_of(Told::StopTooManyLead, &[&self.wait(seconds)]),
            Why::Empty => Told::WhyEmpty,
            Why::TooLong => Told::WhyTooLong,
            Why::NameTaken => Told::WhyNameTaken,
            Why::GroupTaken => Told::WhyGroupTaken,
            Why::BadLogin => Told::WhyBadLogin,
            Why::WrongLogin => Told::WhyWrongLogin,
            Why::WrongPassword => Told::WhyWrongPassword,
            Why::PasswordTooShort => Told::WhyPasswordTooShort,
            Why::PasswordTooLong => Told::WhyPasswordTooLong,
            Why::PasswordCommon => Told::WhyPasswordCommon,
            Why::PasswordLikeLogin => Told::WhyPasswordLikeLogin,
            Why::PasswordsDiffer => Told::WhyPasswordsDiffer,
            Why::LinkSpent => Told::WhyLinkSpent,
            Why::AlreadySetUp => Told::WhyAlreadySetUp,
            Why::SignUpClosed => return self.say(Text::SignUpClosed).to_owned(),
            Why::SignUpInvite => return self.say(Text::SignUpInviteOnly).to_owned(),
            Why::LastOwner => Told::WhyLastOwner,
            Why::LastAdmin => Told::WhyLastAdmin,
            Why::NoPerson => Told::WhyNoPerson,
            Why::Yourself => Told::WhyYourself,
            Why::AlreadyMember => Told::WhyAlreadyMember,
            Why::Banned => Told::WhyBanned,
            Why::Archived => Told::WhyArchived,
            Why::Forbidden => Told::WhyForbidden,
            Why::BadNumber => Told::WhyBadNumber,
            Why::Gone => Told::WhyGone,
            Why::StoreAway => Told::WhyStoreAway,
        };
        self.tell(told).to_owned()
    }

    pub(in crate::paper) const fn done(self, done: Done) -> &'static str {
        self.tell(match done {
            Done::Saved => Told::DoneSaved,
            Done::NameChanged => Told::DoneNameChanged,
            Done::ColourChanged => Told::DoneColourChanged,
            Done::PasswordChanged => Told::DonePasswordChanged,
            Done::SessionEnded => Told::DoneSessionEnded,
            Done::SessionsEnded => Told::DoneSessionsEnded,
            Done::Kept => Told::DoneKept,
            Done::SignedUp => Told::DoneSignedUp,
            Done::SetUp => Told::DoneSetUp,
            Done::Added => Told::DoneAdded,
            Done::RoleChanged => Told::DoneRoleChanged,
            Done::Removed => Told::DoneRemoved,
            Done::Banned => Told::DoneBanned,
            Done::Unbanned => Told::DoneUnbanned,
            Done::LinkRevoked => Told::DoneLinkRevoked,
            Done::Archived => Told::DoneArchived,
            Done::Unarchived => Told::DoneUnarchived,
            Done::Left => Told::DoneLeft,
            Done::Closed => Told::DoneClosed,
            Done::Opened => Told::DoneOpened,
            Done::AdminChanged => Told::DoneAdminChanged,
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
