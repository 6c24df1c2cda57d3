//! The bounds and times both ends agree on. Never the server's own queue sizes or timeouts.

/// The longest frame a plain-text socket takes, in bytes of payload; a longer one closes with
/// [`CloseCode::TooBig`](crate::CloseCode). Daphne's limit, so that the tutorial's clients meet the same one.
pub const MAX_FRAME_BYTES: usize = 1024 * 1024;

/// The longest frame that `/live` takes from a client, in bytes of payload. What the server sends may be longer: a
/// message that came through another door is as long as [`MAX_BODY_BYTES`].
pub const MAX_LIVE_FRAME_BYTES: usize = 64 * 1024;

/// The longest group id, in characters.
pub const MAX_GROUP_ID_CHARS: usize = 64;

/// The longest message, in bytes: what fits a plain-text frame, so that no door says more than another stores.
pub const MAX_BODY_BYTES: usize = MAX_FRAME_BYTES;

/// The longest reaction, in bytes: one emoji with its joiners and skin tones.
pub const MAX_REACTION_BYTES: usize = 64;

/// Messages of one group that are pinned at a time.
pub const MAX_PINS: usize = 50;

/// Commands of one socket that are neither confirmed nor rejected yet.
pub const MAX_UNCONFIRMED: usize = 32;

/// Groups of one socket.
pub const MAX_GROUPS: usize = 256;

/// Events of a group that are sent again after an absence; past it a `reset`.
pub const MAX_REPLAY: usize = 500;

/// Events that a client keeps while it waits for those before them.
pub const MAX_WAITING: usize = 256;

/// Messages of the newest page, in a page's HTML and after a `reset`.
pub const PAGE: usize = 50;

/// Messages of one page at most.
pub const MAX_PAGE: usize = 100;

/// How often a client pings; the first time after a random part of it.
pub const HEARTBEAT_MS: u64 = 25_000;

/// How long someone counts as writing.
pub const TYPING_MS: u64 = 6_000;
