//! Everything durable of chat groups, on SQLite and PostgreSQL.
//!
//! Here live the schema, the one writer that commits commands in groups, the reads, the search index and the administrator's errands
//! (`README.md` is the contract); whom a text means is `markdown`'s. Who may do what, what is published and how a thing looks never do.

#![warn(clippy::unwrap_used)]

mod admin;
mod around;
mod checkpoint;
mod command;
mod config;
mod engine;
mod error;
mod front;
mod groups;
mod migrate;
mod name;
mod outlook;
mod people;
mod pins;
mod read;
mod row;
mod search;
mod sql;
mod store;
mod versions;
mod writer;

pub use admin::{Finding, Restored};
pub use around::Around;
pub use command::{Command, Committed, Grant};
pub use config::{Config, Database, DatabaseError};
pub use error::{AdminError, OpenError, Refusal, StoreError};
pub use front::{Front, Spot};
pub use groups::{
    Access, AuditEntry, Description, Edit, GroupInfo, GroupOf, Link, Member, NewLink, Other, Readable, Rule, Speaker,
    Warrant,
};
pub use name::{GroupKind, LinkId, LinkKind, PersonKind, Role, SessionId, SignUp};
pub use outlook::Outlook;
pub use people::{Account, NewAccount, PersonRow, Session, Settings, Who};
pub use pins::{Pin, Pins};
pub use read::{Head, Replay, Snapshot, Standing, Standings};
pub use search::{Cursor, Found, Hits, SearchQuery};
pub use store::{DJANGO, Store};
pub use writer::Health;

#[doc(hidden)]
pub use sql::{Explained, explained};
