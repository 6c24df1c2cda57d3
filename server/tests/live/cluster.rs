//! Two nodes that share a PostgreSQL and a Redis, behind a round-robin that knows nothing. Never a client.

use std::{net::SocketAddr, time::Duration};

use tokio::time::{Instant, sleep};

use crate::{
    helpers::PATIENCE, house::House, postgres_server::Server as Postgres, proxy::round_robin,
    redis_server::Server as Redis,
};

/// In this process, and one address for both.
pub(crate) struct Cluster {
    pub(crate) nodes: [House; 2],
    pub(crate) address: SocketAddr,
    pub(crate) redis: Redis,
    _postgres: Postgres,
}

impl Cluster {
    pub(crate) async fn start() -> Self {
        Self::start_on("redis").await
    }

    /// With the layer spoken by this scheme.
    pub(crate) async fn start_on(scheme: &str) -> Self {
        let (postgres, redis) = tokio::join!(Postgres::start(), Redis::start());
        let (database, layer) = (postgres.url(), redis.url().replacen("redis", scheme, 1));
        let flags = ["--database", &database, "--channel-layer", &layer];
        // Both at once: they migrate one database.
        let (one, other) = tokio::join!(House::with_flags(&flags), House::with_flags(&flags));
        tokio::join!(one.server().ready(), other.server().ready());
        let address = round_robin(vec![one.address, other.address]).await;
        Self { nodes: [one, other], address, redis, _postgres: postgres }
    }

    pub(crate) async fn are_alone(&self) {
        let end = Instant::now() + PATIENCE;
        for node in &self.nodes {
            while node.server().readiness().await == "ready\n" {
                assert!(Instant::now() < end, "a node does not notice");
                sleep(Duration::from_millis(20)).await;
            }
        }
    }
}
