//! What crosses the wire before a server's own protocol begins: WebSocket frames and the opening handshake, of both
//! ends. Never what a payload means (that is an adapter's) and never a socket.
//!
//! Own code, because the generator shares two cores with what it measures: the bytes of a read are looked at where they
//! lie, a thousand frames of one read cost no allocation and no copy. tungstenite is what the tests hold it against.

mod deflate;
mod frame;
mod handshake;

pub(crate) use deflate::{AGREEMENT, Deflate, Inflate, OFFER};
pub(crate) use frame::{Header, Opcode, client_frame, deflated_frame, header, server_frame, unmask};
pub(crate) use handshake::{Answer, Handshake, accept_key};
