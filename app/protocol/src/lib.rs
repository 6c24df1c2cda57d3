//! What crosses a Teahouse socket, for both ends: names, limits, close codes.
//! Depends on serde alone. Never Leptos, axum, tokio, SQL, and never a rule about who may do what.

#![warn(clippy::unwrap_used)]

mod close;
mod group;
mod limits;
mod plain;

pub use close::CloseCode;
pub use group::{GroupId, GroupIdError};
pub use limits::{MAX_FRAME_BYTES, MAX_GROUP_ID_CHARS};
pub use plain::{EXIT, GROUP_PREFIX, ROOM_PREFIX};
