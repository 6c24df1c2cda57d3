//! How a Redis layer fares, in numbers and in one value to watch. No name of a channel, message, password or key.

use std::fmt;

use tokio::sync::watch;

use super::host::Host;
use crate::counters::Count;

/// Whether each server can be reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// One for each host, in the order of the configuration.
    pub hosts: Vec<HostHealth>,
}

impl Health {
    /// Whether every host is connected: what `/readyz` asks.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        self.hosts.iter().all(|host| host.connected)
    }
}

/// One server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostHealth {
    /// Its address, without user and password.
    pub host: String,
    /// Commands are answered, our readers read, and our memberships have been restored.
    pub connected: bool,
    /// Why not, as far as is known.
    pub trouble: Option<Trouble>,
    /// Connections that are down.
    down: usize,
}

/// Why a server is of no use.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// It cannot be reached, does not answer, or is not ready. May heal.
    #[error("cannot reach Redis at {host}: {why}")]
    Unreachable {
        /// Its address, without user and password.
        host: String,
        /// What the connection said.
        why: String,
    },
    /// It does not know the user and password, or does not allow them what the layer needs.
    #[error("Redis at {host} refuses the user or password")]
    Refused {
        /// Its address, without user and password.
        host: String,
    },
    /// It is older than what the layer needs: Redis 5, or 6 for pub/sub.
    #[error("Redis at {host} is version {version}; this channel layer needs {needs} or later")]
    TooOld {
        /// Its address, without user and password.
        host: String,
        /// What it says it is.
        version: String,
        /// The oldest that will do.
        needs: u32,
    },
    /// It runs in cluster mode.
    #[error("Redis at {host} runs in cluster mode, which the channel layer cannot use; name several hosts instead")]
    Cluster {
        /// Its address, without user and password.
        host: String,
    },
}

impl Trouble {
    /// Whether waiting will not help: the configuration or the server must change.
    #[must_use]
    pub fn is_permanent(&self) -> bool {
        match self {
            Self::Unreachable { .. } => false,
            Self::Refused { .. } | Self::TooOld { .. } | Self::Cluster { .. } => true,
        }
    }
}

macro_rules! counters {
    ($($(#[$doc:meta])* $name:ident,)+) => {
        /// What only a Redis layer counts, since it was made. Numbers only grow.
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
        pub struct RedisCounters {
            $($(#[$doc])* pub $name: u64,)+
        }

        /// The live counters.
        #[derive(Default)]
        pub(crate) struct Meter {
            $(pub(crate) $name: Count,)+
        }

        impl Meter {
            pub(crate) fn read(&self) -> RedisCounters {
                RedisCounters { $($name: self.$name.read(),)+ }
            }
        }
    };
}

counters! {
    /// Times that consumers were told of a gap.
    gaps,
    /// Connections that were lost and made again.
    reconnects,
    /// Round trips that carried frames or asked for members.
    round_trips,
    /// Frames that Redis took.
    frames_sent,
    /// Frames that came from Redis.
    frames_received,
    /// Frames that were no message, or none of ours.
    undecodable,
    /// Frames that no key of ours decrypts, or too old a token.
    undecryptable,
    /// Group messages that did not leave this process, for one or more hosts: Redis was away, the queue full, or the
    /// message unwritable.
    unsent,
    /// Members of dead processes that were taken out of a group.
    pruned,
    /// Messages taken for an ordinary channel's receiver that had gone by then, and given back.
    returned,
}

/// Where the tasks report how they fare.
pub(crate) struct Pulse {
    pub(crate) meter: Meter,
    health: watch::Sender<Health>,
}

impl Pulse {
    pub(crate) fn new(hosts: &[Host]) -> Self {
        let hosts = hosts.iter().map(|host| HostHealth {
            host: host.label().to_owned(),
            connected: false,
            trouble: None,
            // The keeper's connection, until it is made.
            down: 1,
        });
        Self { meter: Meter::default(), health: watch::Sender::new(Health { hosts: hosts.collect() }) }
    }

    pub(crate) fn watch(&self) -> watch::Receiver<Health> {
        self.health.subscribe()
    }

    /// A connection that was up is down.
    pub(crate) fn lost(&self, host: usize) {
        self.change(host, |health| health.down += 1);
    }

    /// A connection that was down is up.
    pub(crate) fn found(&self, host: usize) {
        self.change(host, |health| health.down = health.down.saturating_sub(1));
    }

    pub(crate) fn trouble(&self, host: usize, trouble: Trouble) {
        self.change(host, |health| health.trouble = Some(trouble));
    }

    fn change(&self, host: usize, change: impl FnOnce(&mut HostHealth)) {
        self.health.send_if_modified(|health| {
            let Some(host) = health.hosts.get_mut(host) else { return false };
            let before = (host.connected, host.trouble.clone());
            change(host);
            host.connected = host.down == 0;
            if host.connected {
                host.trouble = None;
            }
            before != (host.connected, host.trouble.clone())
        });
    }
}

impl fmt::Debug for Pulse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.health.borrow().fmt(f)
    }
}
