//! The pub/sub layer with the sender in one process and everyone else in another: what passes here went over the wire.

mod across;
mod conformance;
mod redis_server;

use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use across::Across;
use channel_layer::{ChannelName, RedisConfig};
use conformance::{Fixture, Layer, Settings, assert_waits};
use redis_server::Server;

type Backend<M> = channel_layer::RedisPubSubLayer<M>;

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

    /// Redis Pub/Sub stores nothing: a message for a reader who is yet to come would stay in the sender's process. Who
    /// has looked is subscribed for as long as a message may wait.
    async fn look_first(&self, layer: &Layer, channel: &ChannelName) {
        let mut looking = pin!(layer.receive(channel));
        assert_waits!(looking);
    }
}

// What a channel holds, the sender in another process does not know: it is counted there, and refused to nobody, as
// `redis_pubsub_delivery.rs` has it.
conformance! {
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    for Redis::default(), without {
        queues {
            a_full_channel_refuses_and_keeps_what_it_has;
        }
        local {
            a_full_local_channel_never_fills_its_sibling;
            an_override_of_capacity_reaches_local_channels;
        }
    }
}
