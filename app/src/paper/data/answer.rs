//! What a page says about what was just done: it is done, or what was wrong and where. Never a sentence: those are texts.

/// What stands on a page besides the page itself. Most pages need [`Answer::none`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// After a redirect: what was done, from `?done=` by [`Done::from_tag`].
    pub done: Option<Done>,
    /// Each stands at its field, if the page has that field, and on top of the page otherwise.
    pub wrong: Vec<Wrong>,
}

impl Answer {
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    #[must_use]
    pub fn done(done: Option<Done>) -> Self {
        Self { done, wrong: Vec::new() }
    }

    #[must_use]
    pub fn wrong(at: Field, why: Why) -> Self {
        Self { done: None, wrong: vec![Wrong { at, why }] }
    }
}

/// Something wrong at a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wrong {
    pub at: Field,
    pub why: Why,
}

/// The fields that there are, on whatever page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// No field's: the page's.
    Page,
    Login,
    Name,
    Password,
    /// `again`: the password typed twice.
    Again,
    /// `current`: the password until now.
    Current,
    ServerName,
    GroupName,
    About,
    Kind,
    /// `slow`: seconds of slow mode.
    Slow,
    /// `people`: logins, for a direct group.
    People,
    /// `add`: the login of whom to add to a group.
    Add,
    /// The fields of a new invite.
    Invite,
    /// `colour`: of one's picture.
    Colour,
}

impl Field {
    pub const ALL: [Self; 15] = [
        Self::Page,
        Self::Login,
        Self::Name,
        Self::Password,
        Self::Again,
        Self::Current,
        Self::ServerName,
        Self::GroupName,
        Self::About,
        Self::Kind,
        Self::Slow,
        Self::People,
        Self::Add,
        Self::Invite,
        Self::Colour,
    ];
}

/// Why something did not work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    Empty,
    TooLong,
    /// The login is another's.
    NameTaken,
    /// There is a group of this name.
    GroupTaken,
    /// The login has characters that it may not have, or too few or many: 2-32 of letters, numbers, `_`, `-`.
    BadLogin,
    /// Wrong login or wrong password; never which.
    WrongLogin,
    WrongPassword,
    PasswordTooShort,
    PasswordTooLong,
    /// It is on the list of the commonest.
    PasswordCommon,
    /// Like the login.
    PasswordLikeLogin,
    PasswordsDiffer,
    /// The link was used up, revoked, or is too old.
    LinkSpent,
    /// The server has its admin.
    AlreadySetUp,
    SignUpClosed,
    SignUpInvite,
    TooMany {
        seconds: u64,
    },
    LastOwner,
    /// The last admin cannot give that up.
    LastAdmin,
    NoPerson,
    Yourself,
    AlreadyMember,
    /// Banned from this group.
    Banned,
    Archived,
    Forbidden,
    /// Not a number, or out of bounds.
    BadNumber,
    /// It changed meanwhile, or is gone.
    Gone,
    StoreAway,
}

impl Why {
    /// Every reason, with an example of what it carries.
    pub const ALL: [Self; 28] = [
        Self::Empty,
        Self::TooLong,
        Self::NameTaken,
        Self::GroupTaken,
        Self::BadLogin,
        Self::WrongLogin,
        Self::WrongPassword,
        Self::PasswordTooShort,
        Self::PasswordTooLong,
        Self::PasswordCommon,
        Self::PasswordLikeLogin,
        Self::PasswordsDiffer,
        Self::LinkSpent,
        Self::AlreadySetUp,
        Self::SignUpClosed,
        Self::SignUpInvite,
        Self::TooMany { seconds: 90 },
        Self::LastOwner,
        Self::LastAdmin,
        Self::NoPerson,
        Self::Yourself,
        Self::AlreadyMember,
        Self::Banned,
        Self::Archived,
        Self::Forbidden,
        Self::BadNumber,
        Self::Gone,
        Self::StoreAway,
    ];
}

/// What was done. Travels as `?done={tag}` over the redirect that follows a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    Saved,
    NameChanged,
    ColourChanged,
    PasswordChanged,
    SessionEnded,
    SessionsEnded,
    /// A guest is now an account.
    Kept,
    SignedUp,
    SetUp,
    Added,
    RoleChanged,
    Removed,
    Banned,
    Unbanned,
    LinkRevoked,
    Archived,
    Unarchived,
    Left,
    Closed,
    Opened,
    AdminChanged,
}

impl Done {
    pub const ALL: [Self; 21] = [
        Self::Saved,
        Self::NameChanged,
        Self::ColourChanged,
        Self::PasswordChanged,
        Self::SessionEnded,
        Self::SessionsEnded,
        Self::Kept,
        Self::SignedUp,
        Self::SetUp,
        Self::Added,
        Self::RoleChanged,
        Self::Removed,
        Self::Banned,
        Self::Unbanned,
        Self::LinkRevoked,
        Self::Archived,
        Self::Unarchived,
        Self::Left,
        Self::Closed,
        Self::Opened,
        Self::AdminChanged,
    ];

    /// As it stands in an address.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Saved => "saved",
            Self::NameChanged => "name",
            Self::ColourChanged => "colour",
            Self::PasswordChanged => "password",
            Self::SessionEnded => "session",
            Self::SessionsEnded => "sessions",
            Self::Kept => "kept",
            Self::SignedUp => "signed-up",
            Self::SetUp => "set-up",
            Self::Added => "added",
            Self::RoleChanged => "role",
            Self::Removed => "removed",
            Self::Banned => "banned",
            Self::Unbanned => "unbanned",
            Self::LinkRevoked => "revoked",
            Self::Archived => "archived",
            Self::Unarchived => "unarchived",
            Self::Left => "left",
            Self::Closed => "closed",
            Self::Opened => "opened",
            Self::AdminChanged => "admin",
        }
    }

    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|done| done.tag() == tag)
    }
}
