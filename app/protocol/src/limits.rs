//! The bounds both ends agree on. Never the server's own queue sizes or timeouts.

/// The longest frame a socket takes, in bytes of payload; a longer one closes with [`CloseCode::TooBig`](crate::CloseCode).
/// Daphne's limit, so that the tutorial's clients meet the same one.
pub const MAX_FRAME_BYTES: usize = 1024 * 1024;

/// The longest group id, in characters.
pub const MAX_GROUP_ID_CHARS: usize = 64;
