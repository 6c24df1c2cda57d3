//! What is said while Redis is away, hangs, or has died unnoticed: what was never written waits and arrives, in order.

mod node;
mod redis_server;

use std::time::Duration;

use channel_layer::{ChannelLayer, LayerError, RedisConfig};
use node::*;
use redis_server::Server;
use tokio::time::{Instant, timeout};

type Backend<M> = channel_layer::RedisLayer<M>;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_said_while_redis_is_away_arrives_in_order_when_it_is_back() {
    let mut server = Server::start().await;
    let (here, there) = (node(&[&server]).await, node(&[&server]).await);
    let room = group("room");
    let (_, far) = member(&there, &room).await;
    server.kill();
    connected(&here, false).await;
    for n in 0..50 {
        tell(&here, &room, n).await;
    }
    here.settled().await.expect("Redis is known to be away");
    assert_eq!((here.redis_counters().held, here.redis_counters().unsent), (50, 0));
    server.start_again().await;
    connected(&here, true).await;
    for n in 50..60 {
        tell(&here, &room, n).await;
    }
    assert!(far.holds(60).await.into_iter().eq(0..60));
    assert_eq!(here.redis_counters().unsent, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_said_before_a_dead_connection_is_noticed_is_not_lost() {
    let mut server = Server::start().await;
    let (here, there) = (node(&[&server]).await, node(&[&server]).await);
    let room = group("room");
    let (_, far) = member(&there, &room).await;
    server.kill();
    for n in 0..50 {
        tell(&here, &room, n).await;
    }
    server.start_again().await;
    assert!(far.holds(50).await.into_iter().eq(0..50));
    assert_eq!(here.redis_counters().unsent, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_said_while_redis_hangs_arrives_once_when_it_goes_on() {
    let server = Server::start().await;
    let (here, there) = (node(&[&server]).await, node(&[&server]).await);
    let room = group("room");
    let (_, far) = member(&there, &room).await;
    server.pause();
    for n in 0..50 {
        tell(&here, &room, n).await;
    }
    connected(&here, false).await;
    for n in 50..60 {
        tell(&here, &room, n).await;
    }
    server.resume();
    connected(&here, true).await;
    tell(&here, &room, 60).await;
    assert!(far.holds(61).await.into_iter().eq(0..61));
}

/// One host knows the members, another has their queues: either may be away.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_several_hosts_frames_wait_for_theirs() {
    let mut servers = [Server::start().await, Server::start().await];
    let [first, second] = &servers;
    let (here, there) = (node(&[first, second]).await, node(&[first, second]).await);
    let rooms: Vec<_> = (0..8).map(|n| group(&format!("room-{n}"))).collect();
    let mut trays = Vec::new();
    for room in &rooms {
        trays.push(member(&there, room).await.1);
    }
    for (n, one) in (1..).zip([0, 1]) {
        servers[one].kill();
        for room in &rooms {
            tell(&here, room, n).await;
        }
        connected(&here, false).await;
        servers[one].start_again().await;
        connected(&here, true).await;
        connected(&there, true).await;
        for tray in &trays {
            assert_eq!(tray.holds(usize::try_from(n).expect("small")).await.last(), Some(&n));
        }
    }
    assert_eq!(here.redis_counters().unsent, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_direct_message_never_overtakes_what_waits_and_never_waits_for_a_redis_that_is_away() {
    // Who is in the group it knows when it is back: in what order the two nodes are is not what this is about.
    let mut server = Server::start_on_disk().await;
    let here = start(RedisConfig { queue: 5, ..config(&[&server]) }).await;
    let there = node(&[&server]).await;
    let room = group("room");
    let (far, tray) = member(&there, &room).await;
    server.kill();
    connected(&here, false).await;
    for n in 1..=4 {
        tell(&here, &room, n).await;
    }
    let asked = Instant::now();
    assert_eq!(send(&here, &far, 9).await, Err(LayerError::Unavailable));
    for n in 5..=8 {
        tell(&here, &room, n).await;
    }
    assert_eq!(send(&here, &far, 9).await, Err(LayerError::Unavailable), "and not that the channel is full");
    assert!(asked.elapsed() < Duration::from_millis(500));
    here.settled().await.expect("Redis is known to be away");
    assert_eq!((here.redis_counters().held, here.redis_counters().unsent), (5, 3), "no more than the queue may hold");
    server.start_again().await;
    connected(&here, true).await;
    eventually(async || send(&here, &far, 6).await.is_ok()).await;
    assert_eq!(tray.holds(6).await, [1, 2, 3, 4, 5, 6]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_has_waited_longer_than_a_message_lives_is_dropped_and_counted() {
    let mut server = Server::start().await;
    let short = || RedisConfig { expiry: Duration::from_millis(300), ..config(&[&server]) };
    let here = start(short()).await;
    server.kill();
    connected(&here, false).await;
    tell(&here, &group("room"), 1).await;
    eventually(async || here.redis_counters().unsent == 1).await;
    server.start_again().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_layer_that_closes_with_messages_waiting_ends_soon_and_sends_what_it_can() {
    let mut server = Server::start().await;
    let (here, lost, there) = (node(&[&server]).await, node(&[&server]).await, node(&[&server]).await);
    let room = group("room");
    let (_, far) = member(&there, &room).await;
    server.kill();
    connected(&here, false).await;
    connected(&lost, false).await;
    tell(&here, &room, 1).await;
    tell(&lost, &room, 2).await;
    timeout(Duration::from_secs(5), lost.close()).await.expect("it closes soon").expect("it closes");
    assert_eq!(lost.redis_counters().unsent, 1);
    server.start_again().await;
    connected(&there, true).await;
    connected(&here, true).await;
    timeout(Duration::from_secs(5), here.close()).await.expect("it closes soon").expect("it closes");
    assert_eq!(far.holds(1).await, [1]);
}
