//! What a layer answers when it refuses, and why a configuration is none. Nothing is logged here.

use crate::NameError;

/// Why a layer did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LayerError {
    /// The channel holds as many unread messages as its capacity allows, or its inbox answered full. The message was
    /// not sent; a later attempt may succeed.
    #[error("the channel is full")]
    ChannelFull,
    /// The layer was closed; every later call is answered so.
    #[error("the channel layer is closed")]
    Closed,
    /// A process-local channel that was detached, or that this layer never made. It will never come back.
    #[error("the process-local channel is not attached")]
    Detached,
    /// The channel was made by `attach`: its messages go to its inbox and cannot be received.
    #[error("the channel's messages go to its inbox")]
    HasInbox,
    /// A network layer cannot reach its server, or got no answer in time. Whether the message was sent is not known;
    /// usually it was not.
    #[error("the channel layer's server cannot be reached")]
    Unavailable,
    /// The message holds what the layer's format cannot carry, such as bytes in JSON.
    #[error("the message cannot be written in the channel layer's format")]
    Unwritable,
    /// The prefix makes no channel name.
    #[error(transparent)]
    Name(#[from] NameError),
}

/// Why a layer cannot be built from a configuration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// The default capacity is zero: every send would be refused.
    #[error("the default capacity is zero")]
    ZeroCapacity,
    /// The capacity for a pattern is zero: every send would be refused.
    #[error("the capacity for {pattern:?} is zero")]
    ZeroCapacityFor {
        /// The pattern as configured.
        pattern: String,
    },
    /// The pattern is empty, has a `[` that nothing closes, or a range that runs backwards.
    #[error("{pattern:?} is no pattern: {reason}")]
    BadPattern {
        /// The pattern as configured.
        pattern: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// An expiry of zero: every message or membership would be gone at once.
    #[error("{setting} is zero")]
    ZeroExpiry {
        /// The name of the setting.
        setting: &'static str,
    },
    /// An address of a server is none. Its text is not quoted, as it may hold a password.
    #[error("address {number} of the channel layer: {why}")]
    BadHost {
        /// Its place in the list, from 1.
        number: usize,
        /// What is wrong with it.
        why: &'static str,
    },
    /// A network layer without a server.
    #[error("the channel layer has no address")]
    NoHosts,
    /// An encryption key is empty: everyone would know it.
    #[error("an encryption key of the channel layer is empty")]
    EmptyKey,
}
