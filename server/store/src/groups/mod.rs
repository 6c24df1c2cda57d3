//! What groups are and who is in them: kinds, descriptions, members, bans, links, and what was done about them. What is
//! said in them is `writer`'s; who may do what is never decided here.

mod access;
mod audit;
mod direct;
mod edits;
mod links;
mod list;
mod manage;
mod membership;
mod roster;
mod warrant;

pub use access::Access;
pub(crate) use access::access;
pub use audit::AuditEntry;
pub(crate) use audit::{Noted, note};
pub use edits::Edit;
pub use links::{Link, NewLink};
pub(crate) use links::{spend, usable};
pub(crate) use list::info;
pub use list::{GroupInfo, GroupOf, Readable};
pub use manage::Description;
pub use membership::{Member, Speaker};
pub(crate) use roster::{may_join, put};
pub use warrant::{Other, Rule, Warrant};
