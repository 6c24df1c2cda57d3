//! The suite once more behind a Sentinel, as upstream runs its own: the sender in one process and everyone else in another,
//! so that what passes here went over the master that the Sentinel told of. What comes of a failover is in
//! `redis_hosts.rs`.

mod across;
mod conformance;
#[expect(dead_code, reason = "no certificates are made")]
mod directory;
mod redis_server;
mod sentinel;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use across::Across;
use conformance::{Fixture, Layer, Settings};
use sentinel::Behind;

type Backend<M> = channel_layer::RedisLayer<M>;

/// A master and its Sentinel for each layer.
#[derive(Default)]
struct Redis {
    ready: Mutex<Option<Behind>>,
    layers: Mutex<Vec<(Behind, Arc<Across>)>>,
}

impl Redis {
    /// With the servers of its first layer up.
    async fn ready() -> Self {
        Self { ready: Mutex::new(Some(Behind::start().await)), layers: Mutex::default() }
    }
}

impl Fixture for Redis {
    async fn layer(&self, settings: Settings) -> Layer {
        let ready = self.ready.lock().expect("not poisoned").take();
        let behind = match ready {
            Some(behind) => behind,
            None => Behind::start().await,
        };
        let across = Across::start(behind.config(), settings).await;
        self.layers.lock().expect("not poisoned").push((behind, Arc::clone(&across)));
        across
    }

    async fn elapse(&self, time: Duration) {
        across::elapse(time).await;
    }

    async fn settle(&self) {
        let all: Vec<_> =
            self.layers.lock().expect("not poisoned").iter().map(|(_, across)| Arc::clone(across)).collect();
        for across in all {
            // A closed layer has nothing under way.
            let _ = across.settle().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_grows_too_old() {
    sentinel::what_grows_too_old(Redis::ready).await;
}

// Without those of `what_grows_too_old`, and as in `redis_across.rs`.
conformance! {
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    for Redis::default(), without {
        expiry {
            a_message_too_old_is_never_delivered;
            only_what_is_too_old_is_dropped;
            messages_younger_than_the_expiry_all_come;
            a_message_sent_to_a_group_expires_too;
            one_members_old_message_does_not_touch_anothers;
            what_expires_makes_room;
            what_expires_is_counted_even_if_nobody_reads_it;
            a_membership_lapses_after_the_group_expiry;
            joining_again_renews_the_membership;
            an_attached_members_membership_does_not_lapse;
            a_lapsed_member_may_join_again;
        }
        local {
            a_full_local_channel_never_fills_its_sibling;
            an_override_of_capacity_reaches_local_channels;
        }
    }
}
