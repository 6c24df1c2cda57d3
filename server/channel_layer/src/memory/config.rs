//! What a memory layer is told when it is made. Read from no file and no environment here.

use std::time::Duration;

/// The memory layer's settings; the defaults are those of Channels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemoryConfig {
    /// Unread messages that a channel's queue holds: 100. An attached channel's inbox has a bound of its own.
    pub capacity: usize,
    /// Overrides of `capacity`: pattern (`*`, `?`, `[seq]`, `[!seq]` on the whole channel name) and capacity. The
    /// first that matches wins.
    pub channel_capacity: Vec<(String, usize)>,
    /// How long a message may stay unread: 60 s. More than a century is taken as a century.
    pub expiry: Duration,
    /// How long a membership lasts from its latest `group_add`: 86 400 s. An attached channel's lasts until it is
    /// detached. More than a century is taken as a century.
    pub group_expiry: Duration,
}

impl Default for MemoryConfig {
    fn default() -> Self {
        Self {
            capacity: 100,
            channel_capacity: Vec::new(),
            expiry: Duration::from_secs(60),
            group_expiry: Duration::from_secs(86_400),
        }
    }
}
