//! What a server must be before it is used for pub/sub. Nothing is subscribed or published here.

use crate::redis::link::{self, PATIENCE};
use crate::redis::{Host, RedisConfig, Trouble};

/// RESP3, by which one connection both subscribes and publishes, came with Redis 6.
const OLDEST: u32 = 6;

impl RedisConfig {
    /// [`check`](Self::check) for [`RedisPubSubLayer`](crate::RedisPubSubLayer): looks at every host once. An error is
    /// one that waiting will not heal.
    pub async fn check_for_pubsub(&self) -> Result<(), Trouble> {
        for host in &self.hosts {
            inspect(host).await.or_else(|trouble| if trouble.is_permanent() { Err(trouble) } else { Ok(()) })?;
        }
        Ok(())
    }
}

/// Asks in RESP2, which every server understands.
pub(super) async fn inspect(host: &Host) -> Result<(), Trouble> {
    let connected = link::connect(host, PATIENCE).await;
    let mut connection = connected.map_err(|error| link::trouble(host, &error))?;
    link::inspect_for(host, &mut connection, OLDEST).await
}
