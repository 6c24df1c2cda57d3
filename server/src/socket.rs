//! Sockets: from the HTTP upgrade to the last close frame. Knows frames and time; never what is said (`consumers`).

pub(crate) mod inbox;
pub(crate) mod lanes;
pub(crate) mod origin;
pub(crate) mod session;
pub(crate) mod upgrade;

mod heartbeat;
mod parting;
mod sleeper;
mod stream;
mod wire;
