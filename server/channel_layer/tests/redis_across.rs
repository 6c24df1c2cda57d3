//! The same suite with the sender in one process and everyone else in another: what passes here went over the wire.

mod across;
mod conformance;
mod redis_server;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use across::Across;
use channel_layer::RedisConfig;
use conformance::{Fixture, Layer, Settings};
use redis_server::Server;

type Backend<M> = channel_layer::RedisLayer<M>;

/// A server for each layer.
#[derive(Default)]
struct Redis(Mutex<Vec<(Server, Arc<Across>)>>);

impl Fixture for Redis {
    async fn layer(&self, settings: Settings) -> Layer {
        let server = Server::start().await;
        let at = RedisConfig::parse(&server.url()).expect("a URL");
        let across = Across::start(at, settings).await;
        self.0.lock().expect("not poisoned").push((server, Arc::clone(&across)));
        across
    }

    async fn elapse(&self, time: Duration) {
        across::elapse(time).await;
    }

    async fn settle(&self) {
        let all: Vec<_> = self.0.lock().expect("not poisoned").iter().map(|(_, across)| Arc::clone(across)).collect();
        for across in all {
            // A closed layer has nothing under way.
            let _ = across.settle().await;
        }
    }
}

// A sender in another process knows how full the queue of the whole process is, not what one of its channels holds.
conformance! {
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    for Redis::default(), without {
        local {
            a_full_local_channel_never_fills_its_sibling;
            an_override_of_capacity_reaches_local_channels;
        }
    }
}
