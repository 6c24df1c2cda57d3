//! What happens to a Redis layer's consumers when Redis, a node or a frame fails.

mod node;
mod redis_server;

use std::time::Duration;

use channel_layer::{ChannelLayer, LayerError, RedisConfig};
use node::*;
use redis_server::Server;
use tokio::time::{Instant, timeout};

type Backend<M> = channel_layer::RedisLayer<M>;

/// Weakness 6 of the original: there every consumer ends with an error, and nobody is reached afterwards.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_restart_of_redis_members_are_reached_and_know_of_the_gap() {
    let mut server = Server::start().await;
    let (here, there) = (node(&[&server]).await, node(&[&server]).await);
    let room = group("room");
    let (_, near) = member(&here, &room).await;
    let (_, far) = member(&there, &room).await;
    tell(&here, &room, 1).await;
    assert_eq!((near.holds(1).await, far.holds(1).await), (vec![1], vec![1]));
    // Redis tells the reader before the sender; a frame that it never confirmed would count as unsent.
    eventually(async || here.redis_counters().frames_sent == 1).await;

    server.kill();
    connected(&here, false).await;
    connected(&there, false).await;
    let sent = Instant::now();
    tell(&here, &room, 2).await;
    assert_eq!(near.numbers(), [1, 2], "members in the same process do not need Redis");
    assert!(sent.elapsed() < Duration::from_millis(100));
    assert_eq!(far.numbers(), [1]);

    server.start_again().await;
    connected(&here, true).await;
    connected(&there, true).await;
    near.until_told_of_a_gap().await;
    far.until_told_of_a_gap().await;
    tell(&here, &room, 3).await;
    assert_eq!(far.holds(3).await, [1, 2, 3], "what was said while Redis was away comes first");
    tell(&there, &room, 4).await;
    near.holds(4).await;
    far.holds(4).await;
    assert!(here.redis_counters().reconnects > 0 && here.redis_counters().held > 0);
    assert_eq!(here.redis_counters().unsent, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_flush_memberships_are_written_again_and_members_know_of_the_gap() {
    let server = Server::start().await;
    let (here, there) = (node(&[&server]).await, node(&[&server]).await);
    let room = group("room");
    let (_, far) = member(&there, &room).await;
    let () = server.ask("FLUSHALL").await;
    far.until_told_of_a_gap().await;
    tell(&here, &room, 1).await;
    assert_eq!(far.holds(1).await, [1]);
    assert_eq!(there.redis_counters().reconnects, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_joined_or_left_while_redis_was_away_has_done_so_when_it_is_back() {
    let mut server = Server::start_on_disk().await;
    let node = node(&[&server]).await;
    let room = group("room");
    let (stays, _) = member(&node, &room).await;
    let (leaves, _) = member(&node, &room).await;
    let (ends, _) = member(&node, &room).await;
    server.kill();
    connected(&node, false).await;
    node.group_discard(&room, &leaves).await.expect("it leaves, as far as we are concerned");
    node.detach(&ends);
    let (joins, _) = member(&node, &room).await;
    node.settled().await.expect("Redis is known to be away");
    server.start_again().await;
    connected(&node, true).await;
    let mut members: Vec<String> = server.ask("ZRANGE asgi:group:room 0 -1").await;
    members.sort();
    let mut expected = [stays.to_string(), joins.to_string()];
    expected.sort();
    assert_eq!(members, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redis_that_does_not_answer_holds_nobody_up() {
    let server = Server::start().await;
    let (here, there) = (node(&[&server]).await, node(&[&server]).await);
    let room = group("room");
    let (_, near) = member(&here, &room).await;
    let (far, tray) = member(&there, &room).await;
    server.pause();
    let sent = Instant::now();
    tell(&here, &room, 1).await;
    assert_eq!(near.numbers(), [1]);
    assert!(sent.elapsed() < Duration::from_millis(100));
    assert_eq!(send(&here, &far, 2).await, Err(LayerError::Unavailable));
    connected(&here, false).await;
    server.resume();
    connected(&here, true).await;
    connected(&there, true).await;
    tell(&here, &room, 3).await;
    eventually(async || tray.numbers().contains(&3)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_queue_to_redis_refuses_sends_and_still_reaches_members_here() {
    let server = Server::start().await;
    let there = node(&[&server]).await;
    let here = start(RedisConfig { queue: 5, ..config(&[&server]) }).await;
    let room = group("room");
    let (_, near) = member(&here, &room).await;
    let (far, _) = member(&there, &room).await;
    server.pause();
    let mut told = 0;
    eventually(async || {
        for _ in 0..10 {
            tell(&here, &room, told).await;
            told += 1;
        }
        // So many that the sender has long taken the first and waits for Redis.
        here.redis_counters().unsent >= 50
    })
    .await;
    assert!(near.numbers().into_iter().eq(0..told));
    assert_eq!(send(&here, &far, 1).await, Err(LayerError::ChannelFull));
    server.resume();
    eventually(async || send(&here, &far, 2).await.is_ok()).await;
}

/// Weakness 10: there, each group send writes to the queues of processes that died, for as long as a day.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_died_rejoins_at_once_and_its_dead_members_are_pruned() {
    let server = Server::start().await;
    let short = || RedisConfig { expiry: Duration::from_millis(300), ..config(&[&server]) };
    let (here, there) = (start(short()).await, start(short()).await);
    let room = group("room");
    let (dead, _) = member(&there, &room).await;
    // Dropped, not closed: what it wrote stays, as after a SIGKILL.
    drop(there);

    let again = start(short()).await;
    let (_, tray) = member(&again, &room).await;
    tell(&here, &room, 1).await;
    assert_eq!(tray.holds(1).await, [1]);

    eventually(async || {
        tell(&here, &room, 2).await;
        let members: Vec<String> = server.ask("ZRANGE asgi:group:room 0 -1").await;
        !members.contains(&dead.to_string())
    })
    .await;
    eventually(async || here.redis_counters().pruned == 1).await;
    assert_eq!(server.ask::<usize>("ZCARD asgi:group:room").await, 1, "the living member stays");
}

/// Weakness 11.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_older_than_the_group_expiry_still_hears() {
    let server = Server::start().await;
    let short = || RedisConfig { group_expiry: Duration::from_millis(600), ..config(&[&server]) };
    let (here, there) = (start(short()).await, start(short()).await);
    let (_, tray) = member(&there, &group("room")).await;
    tokio::time::sleep(Duration::from_millis(1500)).await;
    tell(&here, &group("room"), 1).await;
    assert_eq!(tray.holds(1).await, [1]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_layer_that_closes_leaves_nothing_in_redis() {
    let server = Server::start().await;
    let (here, there) = (node(&[&server]).await, node(&[&server]).await);
    let (room, rooms) = (group("room"), 20);
    let (far, _) = member(&there, &room).await;
    for n in 0..rooms {
        there.group_add(&group(&format!("room-{n}")), &far).await.expect("it joins");
    }
    timeout(Duration::from_secs(2), there.close()).await.expect("it closes soon").expect("it closes");
    assert_eq!(server.ask::<Vec<String>>("KEYS *").await, Vec::<String>::new());
    drop(here);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_layer_closes_soon_when_redis_is_away() {
    let mut server = Server::start().await;
    let node = node(&[&server]).await;
    member(&node, &group("room")).await;
    server.kill();
    timeout(Duration::from_secs(5), node.close()).await.expect("it closes soon").expect("it closes");
    assert_eq!(node.settled().await, Err(LayerError::Closed));
}

/// In as many round trips as it takes: one would not be answered in time.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_thousand_memberships_are_written_again() {
    let server = Server::start().await;
    let node = node(&[&server]).await;
    let count = 20_000;
    let (member, tray) = member(&node, &group("room")).await;
    let rooms: Vec<_> = (1..count).map(|n| group(&format!("room-{n}"))).collect();
    futures_util::future::join_all(rooms.iter().map(|room| node.group_add(room, &member))).await;
    let () = server.ask("FLUSHALL").await;
    tray.until_told_of_a_gap().await;
    assert_eq!(server.ask::<usize>("DBSIZE").await, count);
    assert_eq!(node.redis_counters().reconnects, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_single_membership_that_gets_lost_is_soon_written_again() {
    let server = Server::start().await;
    let node = node(&[&server]).await;
    let (member, tray) = member(&node, &group("room")).await;
    let asker = node.new_channel("specific").expect("a channel");
    for n in 0..1200 {
        let room = group(&format!("room-{n}"));
        node.group_add(&room, if n % 2 == 0 { &member } else { &asker }).await.expect("it joins");
    }
    for (n, channel) in [(600, &member), (1199, &asker)] {
        let () = server.ask(&format!("ZREM asgi:group:room-{n} {channel}")).await;
        eventually(async || server.ask::<usize>(&format!("ZCARD asgi:group:room-{n}")).await == 1).await;
        tray.until_told_of_a_gap().await;
    }
    // A worker's may be ended by anybody.
    let room = group("workers");
    node.group_add(&room, &channel("worker")).await.expect("it joins");
    let () = server.ask("ZREM asgi:group:workers worker").await;
    let gaps = node.redis_counters().gaps;
    let () = server.ask(&format!("ZREM asgi:group:room {member}")).await;
    eventually(async || node.redis_counters().gaps > gaps).await;
    assert_eq!(server.ask::<usize>("ZCARD asgi:group:workers").await, 0);
}
