//! How a Redis layer fares, in numbers and in one value to watch. No name of a channel, message, password or key.

use std::fmt;

use tokio::sync::watch;

use super::codec::{Letter, Unreadable};
use super::host::Host;
use super::seal::Seal;
use crate::counters::Count;

/// Whether each server can be reached, and what comes from it be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// One for each host, in the order of the configuration.
    pub hosts: Vec<HostHealth>,
    /// Frames come, and no key of ours opens them: the first that came, or twenty in a row. Over with the first that
    /// one opens. Whoever may write to Redis can bring this about.
    pub locked_out: bool,
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
    /// Commands are answered, writes taken, our readers read, and our memberships have been restored.
    pub connected: bool,
    /// Why not, as far as is known.
    pub trouble: Option<Trouble>,
    /// Connections that are down.
    down: usize,
    /// It answers, and takes no writes.
    unwilling: bool,
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
    /// It does not know the user and password.
    #[error("Redis at {host} refuses the user or password")]
    Refused {
        /// Its address, without user and password.
        host: String,
    },
    /// It knows the user, and does not allow what the layer needs.
    #[error("Redis at {host} does not allow its user {what}, which the channel layer needs")]
    Forbidden {
        /// Its address, without user and password.
        host: String,
        /// A command and on what.
        what: String,
    },
    /// It answers and takes no writes: out of memory or disk, without replicas, or a replica. May heal.
    #[error("Redis at {host} refuses writes: {why}")]
    Unwilling {
        /// Its address, without user and password.
        host: String,
        /// The server's words.
        why: String,
    },
    /// A file that the address names cannot be used.
    #[error("the certificate file {file} for Redis at {host}: {why}")]
    BadFile {
        /// Its address, without user and password.
        host: String,
        /// The file as configured.
        file: String,
        /// What is wrong with it.
        why: String,
    },
    /// Its certificate is not vouched for by an authority that we trust, or not for this name.
    #[error("the certificate of Redis at {host} is not trusted; ssl_ca_certs may name its authority: {why}")]
    Untrusted {
        /// Its address, without user and password.
        host: String,
        /// What is wrong with it.
        why: String,
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
            Self::Unreachable { .. } | Self::Unwilling { .. } => false,
            Self::Refused { .. }
            | Self::Forbidden { .. }
            | Self::BadFile { .. }
            | Self::Untrusted { .. }
            | Self::TooOld { .. }
            | Self::Cluster { .. } => true,
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
    /// Frames that no key of ours decrypts, also for want of any, or too old a token.
    undecryptable,
    /// Group messages that did not reach one or more hosts, or may not have: too many or too old to be held while
    /// Redis was away, the message unwritable, or the connection lost before Redis answered.
    unsent,
    /// Group messages that were held because Redis was away, to be sent when it is back. Those that then were not
    /// count as `unsent` too.
    held,
    /// Frames that a living Redis refused.
    frames_refused,
    /// Memberships that a living Redis refused, each time that they were tried.
    memberships_refused,
    /// Members of dead processes that were taken out of a group.
    pruned,
    /// Messages taken for an ordinary channel's receiver that had gone by then, and given back.
    returned,
    /// Messages taken for an ordinary channel's receiver that had gone by then, and not given back as far as is known:
    /// Redis was away for as long as they lived, or when the layer closed.
    unreturned,
}

/// Where the tasks report how they fare.
pub(crate) struct Pulse {
    pub(crate) meter: Meter,
    health: watch::Sender<Health>,
    seal: Seal,
}

impl Pulse {
    pub(crate) fn new(hosts: &[Host]) -> Self {
        let hosts = hosts.iter().map(|host| HostHealth {
            host: host.label().to_owned(),
            connected: false,
            trouble: None,
            // The keeper's connection, until it is made.
            down: 1,
            unwilling: false,
        });
        let health = Health { hosts: hosts.collect(), locked_out: false };
        Self { meter: Meter::default(), health: watch::Sender::new(health), seal: Seal::default() }
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

    /// It refuses what it is to write.
    pub(crate) fn unwilling(&self, host: usize, trouble: Trouble) {
        self.change(host, |health| (health.unwilling, health.trouble) = (true, Some(trouble)));
    }

    /// It takes writes, as far as is known.
    pub(crate) fn willing(&self, host: usize) {
        self.change(host, |health| health.unwilling = false);
    }

    pub(crate) fn is_unwilling(&self, host: usize) -> bool {
        self.health.borrow().hosts.get(host).is_some_and(|health| health.unwilling)
    }

    /// What came of a frame, as far as our keys go.
    pub(crate) fn note(&self, read: &Result<Letter, Unreadable>) {
        self.meter.undecryptable.add(u64::from(matches!(read, Err(Unreadable::Token | Unreadable::Age))));
        match read {
            // Too old or too new, and yet by a key of ours.
            Ok(_) | Err(Unreadable::Age) => {
                if self.seal.opened() {
                    self.health.send_if_modified(|health| std::mem::take(&mut health.locked_out));
                }
            }
            Err(Unreadable::Token) => {
                self.seal.kept_shut();
                // Asked with the health in hand: a frame that was opened meanwhile has the last word.
                self.health.send_if_modified(|health| {
                    let is_news = !health.locked_out && self.seal.keys_are_wrong();
                    health.locked_out |= is_news;
                    is_news
                });
            }
            Err(Unreadable::Format) => {}
        }
    }

    fn change(&self, host: usize, change: impl FnOnce(&mut HostHealth)) {
        self.health.send_if_modified(|health| {
            let Some(host) = health.hosts.get_mut(host) else { return false };
            let before = (host.connected, host.trouble.clone());
            change(host);
            host.connected = host.down == 0 && !host.unwilling;
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
