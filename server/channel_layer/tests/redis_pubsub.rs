//! The Redis pub/sub layer passes the conformance suite, against a real server. What only it promises is in the other
//! `redis_pubsub_*.rs`.

mod conformance;
mod redis_server;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use channel_layer::{RedisConfig, RedisPubSubLayer};
use conformance::{Fixture, Layer, Note, Settings};
use redis_server::Server;

/// A server for each layer, and seconds that are half as long, as in `redis.rs`.
#[derive(Default)]
struct Redis(Mutex<Vec<(Server, Arc<RedisPubSubLayer<Note>>)>>);

const SHORTER: u32 = 2;

impl Fixture for Redis {
    async fn layer(&self, settings: Settings) -> Layer {
        let server = Server::start().await;
        let Settings { capacity, channel_capacity, expiry, group_expiry } = settings;
        let config = RedisConfig {
            capacity,
            channel_capacity,
            expiry: expiry / SHORTER,
            group_expiry: group_expiry / SHORTER,
            ..RedisConfig::parse(&server.url()).expect("a URL")
        };
        let layer = Arc::new(RedisPubSubLayer::new(config).expect("these settings are sound"));
        let mut health = layer.health();
        health.wait_for(|health| health.is_connected()).await.expect("it connects");
        self.0.lock().expect("not poisoned").push((server, Arc::clone(&layer)));
        layer
    }

    async fn elapse(&self, time: Duration) {
        tokio::time::sleep(time / SHORTER).await;
    }

    async fn settle(&self) {
        let layers: Vec<_> = self.0.lock().expect("not poisoned").iter().map(|(_, layer)| Arc::clone(layer)).collect();
        for layer in layers {
            // A closed layer has nothing under way.
            let _ = layer.settled().await;
        }
    }
}

conformance! { #[tokio::test(flavor = "multi_thread", worker_threads = 2)] for Redis::default() }
