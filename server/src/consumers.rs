//! Consumers: one object per socket, from a frame to a chat call and back. Never a raw socket, never SQL.

mod group;
pub(crate) mod live;
mod room;

pub(crate) use group::open as group;
pub(crate) use live::open as live;
pub(crate) use room::open as room;
