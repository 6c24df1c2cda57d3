//! What a Redis layer is told when it is made. Read from no file and no environment here.

use std::fmt;
use std::time::Duration;

use redis::aio::MultiplexedConnection;

use super::codec::Format;
use super::health::Trouble;
use super::host::Host;
use super::keys::Keys;
use super::{link, rights};
use crate::{ConfigError, MemoryConfig};

/// The Redis layer's settings. All but `queue` and `block` must be alike on every process that shares the Redis, and
/// have the defaults and meanings of channels_redis.
#[derive(Clone)]
pub struct RedisConfig {
    /// The servers, in an order that all processes share: keys are spread over them by a hash.
    pub hosts: Vec<Host>,
    /// What every key begins with: `asgi`.
    pub prefix: String,
    /// Unread messages that a key holds: 100. For process-local channels that is a whole process's.
    pub capacity: usize,
    /// Overrides of `capacity`: pattern (`*`, `?`, `[seq]`, `[!seq]` on the whole channel name) and capacity. The
    /// first that matches wins.
    pub channel_capacity: Vec<(String, usize)>,
    /// How long a message may stay unread: 60 s.
    pub expiry: Duration,
    /// How long a membership lasts from its latest `group_add`: 86 400 s. An attached channel's is renewed.
    pub group_expiry: Duration,
    /// Random bytes before each frame: 12.
    pub random_prefix_length: usize,
    /// How a message becomes bytes: MessagePack.
    pub format: Format,
    /// Secrets for symmetric encryption: the first encrypts, all decrypt. None: not encrypted.
    pub encryption_keys: Vec<String>,
    /// Messages on their way to Redis: 8192. When as many wait, `send` is answered `ChannelFull`, and a group send
    /// reaches the members in this process only, which is counted (`unsent`).
    pub queue: usize,
    /// The longest that a reader waits in one command: 5 s, in whole seconds. Only a dead connection is noticed later.
    pub block: Duration,
}

impl RedisConfig {
    /// The settings of channels_redis with these hosts.
    #[must_use]
    pub fn new(hosts: Vec<Host>) -> Self {
        let MemoryConfig { capacity, channel_capacity, expiry, group_expiry } = MemoryConfig::default();
        Self {
            hosts,
            prefix: "asgi".to_owned(),
            capacity,
            channel_capacity,
            expiry,
            group_expiry,
            random_prefix_length: 12,
            format: Format::default(),
            encryption_keys: Vec::new(),
            queue: 8192,
            block: Duration::from_secs(5),
        }
    }

    /// The settings of channels_redis with the hosts of a comma-separated list; see [`Host::parse_list`].
    pub fn parse(hosts: &str) -> Result<Self, ConfigError> {
        Ok(Self::new(Host::parse_list(hosts)?))
    }
}

impl RedisConfig {
    /// Looks at every host once. An error is one that waiting will not heal, so a server should not start with it; a
    /// host that merely cannot be reached is none.
    pub async fn check(&self) -> Result<(), Trouble> {
        for host in &self.hosts {
            let looked = match link::connect(host, link::PATIENCE).await {
                Ok(mut connection) => self.look(host, &mut connection).await,
                Err(error) => Err(link::trouble(host, &error)),
            };
            looked.or_else(|trouble| if trouble.is_permanent() { Err(trouble) } else { Ok(()) })?;
        }
        Ok(())
    }

    async fn look(&self, host: &Host, connection: &mut MultiplexedConnection) -> Result<(), Trouble> {
        link::inspect(host, connection).await?;
        rights::check(host, &Keys::new(self.prefix.clone()), connection).await.map(drop)
    }
}

/// Shows neither a password nor a key.
impl fmt::Debug for RedisConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisConfig")
            .field("hosts", &self.hosts)
            .field("prefix", &self.prefix)
            .field("capacity", &self.capacity)
            .field("channel_capacity", &self.channel_capacity)
            .field("expiry", &self.expiry)
            .field("group_expiry", &self.group_expiry)
            .field("random_prefix_length", &self.random_prefix_length)
            .field("format", &self.format)
            .field("encryption_keys", &self.encryption_keys.len())
            .field("queue", &self.queue)
            .field("block", &self.block)
            .finish()
    }
}
