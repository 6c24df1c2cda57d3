//! RFC 6455 framing as a server needs it, and nothing else: [`Decoder`] makes messages of the bytes that a client sends,
//! [`Frame`] is what is sent to clients, its bytes made once and shared by all who get them, compressed once too where
//! [`accept`] has agreed to it (RFC 7692). Never I/O, a clock or a handshake.
//!
//! Our own because no library has both: tungstenite, fastwebsockets, soketto and tokio-websockets each keep a read buffer
//! per connection while it is idle, and copy every frame once for each of its readers.
#![warn(clippy::unwrap_used)]

mod decoder;
mod deflate;
mod frame;
mod header;
mod mask;
mod message;

pub use decoder::Decoder;
pub use deflate::accept;
pub use frame::Frame;

/// What a client has said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// A whole text.
    Text(String),
    /// A whole binary message.
    Binary(Vec<u8>),
    /// To be answered with a pong of the same payload.
    Ping(Vec<u8>),
    /// The answer to a ping, or a sign of life that nobody asked for.
    Pong(Vec<u8>),
    /// The client closes, with this code if it gave one.
    Close(Option<u16>),
}

/// Why what a client sends is no WebSocket. There is nothing to read after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Against the framing's rules, to be closed with 1002.
    #[error("broken frame: {0}")]
    Protocol(&'static str),
    /// What is to be inflated is no compressed data, to be closed with 1007.
    #[error("compressed data is broken")]
    Deflate,
    /// Text or a close reason that is not UTF-8, to be closed with 1007.
    #[error("text is not UTF-8")]
    Utf8,
    /// A message longer than the decoder takes, to be closed with 1009.
    #[error("message too big")]
    TooBig,
}
