//! A master with a Sentinel that knows it, both of a test's own. No replica: who comes after a master is
//! `redis_hosts.rs`' and `redis_pubsub_hosts.rs`' matter.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use channel_layer::RedisConfig;

use crate::conformance::{Fixture, expiry};
use crate::directory::Directory;
use crate::redis_server::Server;

pub(crate) struct Behind {
    sentinel: Server,
    _master: Server,
    _directory: Directory,
}

impl Behind {
    /// Upstream's Sentinel wants a password of its own; so does this one.
    pub(crate) async fn start() -> Self {
        static STARTED: AtomicUsize = AtomicUsize::new(0);
        let directory = Directory::new(&format!("behind-{}", STARTED.fetch_add(1, Relaxed)));
        let master = Server::start().await;
        let file = directory.file("sentinel.conf");
        let settings = format!("sentinel monitor tea 127.0.0.1 {} 1\nrequirepass pot\n", master.port());
        std::fs::write(&file, settings).expect("a file");
        let sentinel = Server::start_as_sentinel(&file).await;
        Self { sentinel, _master: master, _directory: directory }
    }

    pub(crate) fn config(&self) -> RedisConfig {
        let url = format!("redis+sentinel://127.0.0.1:{}/tea/0?sentinel_password=pot", self.sentinel.port());
        RedisConfig::parse(&url).expect("a URL")
    }
}

/// All of conformance's `expiry`. They wait more than they work, so they do it side by side, when all servers are up.
pub(crate) async fn what_grows_too_old<F: Fixture>(ready: impl AsyncFn() -> F) {
    let mut fixtures = Vec::new();
    for _ in 0..11 {
        fixtures.push(ready().await);
    }
    let [a, b, c, d, e, f, g, h, i, j, k] = &fixtures[..] else { panic!("one for each") };
    tokio::join!(
        expiry::a_message_too_old_is_never_delivered(a),
        expiry::only_what_is_too_old_is_dropped(b),
        expiry::messages_younger_than_the_expiry_all_come(c),
        expiry::a_message_sent_to_a_group_expires_too(d),
        expiry::one_members_old_message_does_not_touch_anothers(e),
        expiry::what_expires_makes_room(f),
        expiry::what_expires_is_counted_even_if_nobody_reads_it(g),
        expiry::a_membership_lapses_after_the_group_expiry(h),
        expiry::joining_again_renews_the_membership(i),
        expiry::an_attached_members_membership_does_not_lapse(j),
        expiry::a_lapsed_member_may_join_again(k),
    );
}
