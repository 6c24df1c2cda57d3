//! What each page without script is told: plain data of ours, filled in by the server's handlers. Never how it looks,
//! never a rule about who may do what: whatever a person may do here, the data says.

mod account;
mod admin;
mod answer;
mod choices;
mod group;
mod search;
mod shared;

pub use account::{Me, Reset, SessionRow, SetUp, SignIn, SignUp};
pub use admin::{Admin, FreshLink, PersonRow, Settings};
pub use answer::{Answer, Done, Field, Why, Wrong};
pub use choices::Choices;
pub use group::{
    DirectChoice, Edits, GroupLine, Groups, Invite, InvitedTo, Manage, MemberPowers, MemberRow, NewGroup, Powers,
    SpeakerRow, Version,
};
pub use search::{Found, Hit, Search, SearchWrong};
pub use shared::{
    AuditRow, Candidate, Choice, Chrome, GroupKind, LinkRow, PersonKind, Role, SignUpDoor, Stop, Visitor,
};

/// A page. A form's field names are written at the struct of its page; every form posts
/// `application/x-www-form-urlencoded`.
#[derive(Clone, Debug)]
pub enum Paper {
    SetUp(SetUp),
    SignUp(SignUp),
    SignIn(SignIn),
    Reset(Reset),
    Me(Me),
    Choices(Choices),
    Groups(Groups),
    Manage(Manage),
    Edits(Edits),
    Invite(Invite),
    Admin(Admin),
    Search(Search),
    /// You may not, or not now.
    Stop(Stop),
}
