//! What crosses a Teahouse socket, for both ends: names, limits, frames, events, close codes.
//! Depends on serde alone. Never Leptos, axum, tokio, SQL, and never a rule about who may do what.

#![warn(clippy::unwrap_used)]

mod close;
mod event;
mod fold;
mod frame;
mod group;
mod id;
mod limits;
mod plain;
mod rejection;

pub use close::CloseCode;
pub use event::{COLOURS, Change, Event, Message, Millis, Person, Reaction, Seq};
pub use frame::{ClientFrame, Limits, Place, ResetWhy, Resume, SUBPROTOCOL, ServerFrame, Standing};
pub use group::{GroupId, GroupIdError};
pub use id::{ClientId, Epoch, IdError, MAX_ID_BYTES, MessageId, PersonId};
pub use limits::{
    HEARTBEAT_MS, MAX_BODY_BYTES, MAX_FRAME_BYTES, MAX_GROUP_ID_CHARS, MAX_GROUPS, MAX_LIVE_FRAME_BYTES, MAX_PAGE,
    MAX_PINS, MAX_REACTION_BYTES, MAX_REPLAY, MAX_UNCONFIRMED, MAX_WAITING, PAGE, TYPING_MS,
};
pub use plain::{EXIT, GROUP_PREFIX, ROOM_PREFIX};
pub use rejection::{Rejection, RejectionCode};
