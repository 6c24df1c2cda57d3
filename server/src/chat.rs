//! Use cases of the chat: the only place where what people say meets the channel layer. Never sockets, never HTTP.

mod event;
mod group;

pub(crate) use event::GroupEvent;
pub(crate) use group::{Membership, join, say};
