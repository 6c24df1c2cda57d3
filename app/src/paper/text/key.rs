//! The name of every text of the papers; `{}` in a text stands for a value. Never a text itself.

use crate::i18n::keys::keys;

keys! {
    /// What stands on the pages.
    pub(crate) enum Text {
        // Around every page
        NavLabel, NavGroups, NavSearch, NavAdmin, NavMe, SignIn, SignUp, TitleWrong, Moment, MomentUtc, Seconds, MinutesOne, MinutesMany,
        Save, Optional, JumpTo, NavSettings,
        // Fields
        Login, LoginHint, Name, NameHint, Password, PasswordHint, Again, Current, NewPassword, ServerName,
        ServerNameHint,
        // Who and what
        Guest, Adopted, AdminBadge, ClosedBadge, MeBadge, Owner, Moderator, Member, KindOpen, KindPrivate, KindDirect,
        ArchivedBadge, MembersOne, MembersMany,
        // Setting up
        SetUpTitle, SetUpLead, SetUpButton,
        // Signing up and in
        SignUpTitle, SignUpLead, SignUpButton, KeepTitle, KeepLead, KeepButton, SignUpInviteOnly, SignUpClosed,
        HaveAccount, NoAccount, SignInTitle, SignInButton, Forgot, ResetTitle, ResetLead, ResetButton,
        // One's own page
        MeTitle, MeGuest, ToSettings, PasswordTitle, SessionsTitle, SessionThis, SessionNow, SessionUnknown, SeenAt, SignedInAt,
        SessionEnd, SessionEndSure, SessionsEndAll, SessionsEndAllSure, SignOut, SignOutGuest,
        // One's own settings
        ChoicesTitle, PersonTitle, PersonNobody, Colour, ColourHint, DyeOwn, DyeBrick, DyeOchre, DyeMoss, DyePine, DyeLake,
        DyeIndigo, DyeViolet, DyePlum, DeviceTitle, DeviceHint, Language, Theme, FollowSystem, ThemeLight, ThemeDark,
        LettersSize, LettersSmall, LettersNormal, LettersLarge, LettersLarger, Motion, MotionStill, TimeFormat, Hours24, Hours12, EnterKey,
        EnterSends, EnterBreaks,
        // Groups
        GroupsTitle, MineTitle, MineEmpty, OpenTitle, OpenEmpty, UnreadCount, LastAt, Details, NewTitle, GroupName,
        About, AboutHint, Kind, KindOpenHint, KindPrivateHint, NewButton, DirectTitle, People, PeopleHint, DirectButton,
        GroupsSignIn, ListComma, ChooseLead, ChooseOne, Message,
        // Looking after a group
        ManageTitle, BackToChat, AboutTitle, NameEmpty, Slow, SlowHint, ArchivedNote, Archive, ArchiveSure, Unarchive,
        Leave, LeaveSure, MembersTitle, MembersShown, Since, Add, AddButton, ManagePerson, Role, RoleButton, Remove,
        RemoveSure, Ban, BanSure, BansTitle, BansEmpty, BannedAt, Unban, InvitesTitle, InvitesEmpty, InviteDays, Days,
        DaysOne, DaysForever, InviteUses, UsesOne, UsesMany, UsesAny, InviteButton, MadeBy, MadeAt, Until, LeftOne,
        LeftMany, LeftAny, SpeakersTitle, SpokeAt, Uninvite, UninviteSure, FreshInvite, FreshReset, FreshHint,
        // A message's versions
        EditsTitle, EditsLead, EditsFirst, EditsNow, EditsDeleted,
        // An invitation
        InviteToGroup, InviteToServer, InviteServerLead, Join, Joined, EnterChat, JoinNeedsAccount,
        // The whole server
        AdminTitle, SettingsTitle, SignUpLabel, DoorOpen, DoorInvite, DoorClosed, GuestsLabel, PeopleTitle, Find,
        FindButton, PeopleEmpty, PeopleNext, HereSince, ResetMake, Close, CloseSure, Reopen, AdminMake, AdminMakeSure,
        AdminUnmake, AdminUnmakeSure, ServerInvites, ServerResets,
        // The log of acts
        AuditTitle, AuditEmpty, AuditOlder, Console,
        // Searching
        SearchTitle, SearchLabel, SearchHint, SearchButton, SearchNone, SearchNoneYet, SearchOlder, SearchIncomplete, SearchTooLong,
        SearchTooMany, SearchNoValue, SearchTwice, SearchNegated, SearchNoDate, SearchNoGroup,
    }
}

keys! {
    /// What somebody is told of what they or others did: that it cannot be, why not, that it is done, who did it.
    pub(crate) enum Told {
        // No page to see
        StopSignIn, StopSignInLead, StopForbidden, StopForbiddenLead, StopBanned, StopBannedLead, StopClosed,
        StopClosedLead, StopArchived, StopArchivedLead, StopCrossSite, StopCrossSiteLead, StopHidden, StopHiddenLead,
        StopLink, StopLinkLead, StopSetUp, StopSetUpLead, StopTooMany, StopTooManyLead, StopStore, StopStoreLead,
        // What was wrong
        WhyEmpty, WhyTooLong, WhyNameTaken, WhyGroupTaken, WhyBadLogin, WhyWrongLogin, WhyWrongPassword, WhyPasswordTooShort,
        WhyPasswordTooLong, WhyPasswordCommon, WhyPasswordLikeLogin, WhyPasswordsDiffer, WhyLinkSpent, WhyAlreadySetUp,
        WhyLastOwner, WhyLastAdmin, WhyNoPerson, WhyYourself, WhyAlreadyMember, WhyBanned, WhyArchived, WhyForbidden,
        WhyBadNumber, WhyGone, WhyStoreAway,
        // What was done
        DoneSaved, DoneNameChanged, DoneColourChanged, DonePasswordChanged, DoneSessionEnded, DoneSessionsEnded, DoneKept, DoneSignedUp,
        DoneSetUp, DoneAdded, DoneRoleChanged, DoneRemoved, DoneBanned, DoneUnbanned, DoneLinkRevoked, DoneArchived,
        DoneUnarchived, DoneLeft, DoneClosed, DoneOpened, DoneAdminChanged,
        // Acts in the log: who, and to whom
        AuditDescribed, AuditArchived, AuditUnarchived, AuditAdded, AuditRemoved, AuditRole, AuditRoleTo, AuditBanned,
        AuditUnbanned, AuditInvited, AuditUninvited, AuditResetLink, AuditResetRevoked, AuditDeleted, AuditPinned, AuditUnpinned,
        AuditSettings, AuditClosed, AuditOpened, AuditAdmin, AuditNoAdmin,
        AuditUnknown,
    }
}
