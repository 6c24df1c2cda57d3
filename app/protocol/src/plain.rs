//! The fixed words of the plain-text sockets `/room/…` and `/group/{id}/`, to the byte. Never translated.

/// What the server puts before the text it sends back in a room.
pub const ROOM_PREFIX: &str = "服务端主动推送消息";

/// What the server puts before a text it sends to the members of a group.
pub const GROUP_PREFIX: &str = "组内主动推送消息:";

/// The text that ends a room; in a group it is ordinary text.
pub const EXIT: &str = "exit";
