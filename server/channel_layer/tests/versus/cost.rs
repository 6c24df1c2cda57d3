//! Row 17: what a send costs Redis, as Redis counts it.

use channel_layer::ChannelName;

use super::{info, now};
use crate::node::{channel, group, node, send, tell};
use crate::peer::Peer;
use crate::redis_server::Server;

const SENDS: u64 = 200;

/// Since the server started. Who asks for it costs a little too, alike on both sides.
#[derive(Debug)]
struct Cost {
    /// Times that it read from a socket: what came together is one, so these are round trips as seen from there.
    reads: u64,
    bytes: u64,
}

impl Cost {
    async fn of(server: &Server, work: impl Future<Output = ()>) -> Self {
        let before = Self::so_far(server).await;
        work.await;
        let after = Self::so_far(server).await;
        Self { reads: after.reads - before.reads, bytes: after.bytes - before.bytes }
    }

    async fn so_far(server: &Server) -> Self {
        Self {
            reads: info(server, "stats", "total_reads_processed").await,
            bytes: info(server, "stats", "total_net_input_bytes").await,
        }
    }
}

/// One after the other, each awaited.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_send_is_one_round_trip_and_the_originals_is_four() {
    let server = Server::start().await;
    let mut python = Peer::start(&[&server], &[]);
    python.send("theirs", 0).await.expect("there is room");
    let original = Cost::of(&server, async {
        for n in 0..SENDS {
            python.send("theirs", n as i64).await.expect("there is room");
        }
    })
    .await;
    let rust = node(&[&server]).await;
    let before = rust.redis_counters().round_trips;
    let cost = Cost::of(&server, async {
        for n in 0..SENDS {
            send(&rust, &channel("ours"), n as i64).await.expect("there is room");
        }
    })
    .await;
    println!("row 17, {SENDS} sends: channels_redis {original:?}, ours {cost:?}");
    assert!(original.reads >= 4 * SENDS);
    assert_eq!(server.ask::<u64>("ZCARD asgiours").await, SENDS);
    assert_eq!(rust.redis_counters().round_trips - before, SENDS, "exactly one for each");
    // Redis saw no fewer, and what the node asks for by itself is far from a second for each.
    assert!(cost.reads >= SENDS, "{cost:?}");
    assert!(cost.reads * 3 < original.reads, "{cost:?} {original:?}");
}

/// As fast as they come, into a group of a hundred members in ten processes. The peer sends one after the other; at once
/// it would cost Redis the same, for nothing is shared between them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_burst_into_a_group_shares_its_round_trips_and_the_originals_pays_for_each() {
    let server = Server::start().await;
    let members: Vec<ChannelName> = (0..100).map(|n| channel(&format!("specific.{:032x}!{n:032x}", n % 10))).collect();
    for member in &members {
        let () = server.ask(&format!("ZADD asgi:group:room {} {member}", now())).await;
    }
    let mut python = Peer::start(&[&server], &[]);
    python.tell("room", 0).await;
    let original = Cost::of(&server, async {
        for n in 0..SENDS {
            python.tell("room", n as i64).await;
        }
    })
    .await;
    let queue = format!("ZCARD asgi{}", members[0].non_local());
    assert_eq!(server.ask::<u64>(&queue).await, SENDS + 1);

    let rust = node(&[&server]).await;
    let cost = Cost::of(&server, async {
        for n in 0..SENDS {
            tell(&rust, &group("room"), n as i64).await;
        }
        rust.settled().await.expect("Redis is there");
    })
    .await;
    println!("row 17, {SENDS} group sends: channels_redis {original:?}, ours {cost:?}");
    assert_eq!(server.ask::<u64>(&queue).await, 2 * SENDS + 1);
    assert!(original.reads >= 4 * SENDS);
    assert!(cost.reads * 3 < original.reads, "{cost:?} {original:?}");
}
