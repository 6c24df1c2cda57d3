//! What arrives by pub/sub, how often and in what order, when nothing fails; that nobody hears himself twice.

mod node;
mod redis_server;

use std::sync::Arc;

use channel_layer::{ChannelLayer, RedisConfig};
use node::*;
use redis_server::Server;

type Backend<M> = channel_layer::RedisPubSubLayer<M>;

/// As many as were said, whoever said them: of equal messages each is heard once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_hears_himself_twice_and_equal_messages_of_two_senders_are_both_heard() {
    const EACH: usize = 200;
    let server = Server::start().await;
    let (here, there) = (node(&[&server]).await, node(&[&server]).await);
    let room = group("room");
    let (_, near) = member(&here, &room).await;
    let (_, far) = member(&there, &room).await;
    let saying = |node: Arc<Node>| async move {
        for _ in 0..EACH {
            tell(&node, &group("room"), 7).await;
            tokio::task::yield_now().await;
        }
    };
    tokio::join!(tokio::spawn(saying(Arc::clone(&here))), tokio::spawn(saying(Arc::clone(&there))))
        .0
        .expect("it talks");
    for n in [8, 9] {
        tell(if n == 8 { &here } else { &there }, &room, n).await;
    }
    for tray in [&near, &far] {
        tray.holds(2 * EACH + 2).await;
    }
    // Behind everything either has published.
    here.settled().await.expect("Redis is there");
    there.settled().await.expect("Redis is there");
    for tray in [near, far] {
        assert_eq!(tray.numbers().iter().filter(|n| **n == 7).count(), 2 * EACH);
        assert_eq!(tray.numbers().len(), 2 * EACH + 2);
    }
}

/// Who joins and leaves between messages is subscribed or not when they are published: each echo is known.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_hears_himself_twice_however_the_group_empties_and_fills() {
    let server = Server::start().await;
    let (here, there) = (node(&[&server]).await, node(&[&server]).await);
    let room = group("room");
    let (_, far) = member(&there, &room).await;
    let tray = Tray::new();
    let visitor = here.attach("specific", Arc::clone(&tray) as _).expect("it attaches");
    for n in 0..200 {
        if n % 3 == 0 {
            here.group_add(&room, &visitor).await.expect("it joins");
        } else if n % 3 == 2 {
            here.group_discard(&room, &visitor).await.expect("it leaves");
        }
        tell(&here, &room, n).await;
    }
    assert!(far.holds(200).await.into_iter().eq(0..200), "each once and in order");
    let present: Vec<i64> = (0..200).filter(|n| n % 3 != 2).collect();
    assert_eq!(tray.numbers(), present);
    // An echo taken for another's would be counted as one that came.
    assert_eq!(here.redis_counters().frames_received, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_one_sender_sends_by_one_host_comes_in_order_by_whatever_way() {
    let server = Server::start().await;
    let (here, there) = (node(&[&server]).await, node(&[&server]).await);
    let (far, tray) = member(&there, &group("room")).await;
    for n in 0..300 {
        match n % 3 {
            0 => send(&here, &far, n).await.expect("there is room"),
            _ => tell(&here, &group("room"), n).await,
        }
    }
    assert!(tray.holds(300).await.into_iter().eq(0..300));
    assert!(here.redis_counters().round_trips < 300, "a burst shares its round trips");
}

/// Upstream's `receive_on_non_owned_general_channel`.
#[tokio::test]
async fn an_ordinary_channel_is_received_from_in_another_process() {
    let server = Server::start().await;
    let (here, there) = (node(&[&server]).await, node(&[&server]).await);
    let (worker, reader) = (channel("test-channel"), Arc::clone(&there));
    let received = tokio::spawn(async move { receive(&reader, &channel("test-channel")).await });
    eventually(async || server.ask::<Vec<String>>("PUBSUB CHANNELS").await.contains(&"test-channel".to_owned())).await;
    send(&here, &worker, 1).await.expect("it is sent");
    assert_eq!(received.await.expect("it receives"), 1);
    // It is still listened to: a worker that handles one message does not miss the next.
    send(&here, &worker, 2).await.expect("it is sent");
    assert_eq!(receive(&there, &worker).await, 2);
}

/// Of conformance, where the sender's own process has the channel, `a_full_channel_refuses_and_keeps_what_it_has`.
#[tokio::test]
async fn a_channel_that_is_full_in_another_process_keeps_what_it_has_counts_the_rest_and_refuses_nobody() {
    let server = Server::start().await;
    let there = start(RedisConfig { capacity: 3, ..config(&[&server]) }).await;
    let here = node(&[&server]).await;
    let (mine, sibling) = (there.new_channel("specific").expect("one"), there.new_channel("specific").expect("one"));
    there.settled().await.expect("Redis is there");
    for n in 0..5 {
        assert_eq!(send(&here, &mine, n).await, Ok(()));
    }
    send(&here, &sibling, 5).await.expect("it is sent");
    assert_eq!(receive(&there, &sibling).await, 5, "its sibling has room");
    assert_eq!(there.counters().skipped_full, 2);
    for n in 0..3 {
        assert_eq!(receive(&there, &mine).await, n);
    }
    send(&here, &mine, 6).await.expect("it is sent");
    assert_eq!(receive(&there, &mine).await, 6, "and it has room again");
}

#[tokio::test]
async fn what_nobody_elsewhere_hears_stays_for_whoever_receives_here() {
    let server = Server::start().await;
    let node = node(&[&server]).await;
    let worker = channel("worker");
    send(&node, &worker, 1).await.expect("there is room");
    assert_eq!(receive(&node, &worker).await, 1);
    // Subscribed by now: our own echo is no reader elsewhere.
    node.settled().await.expect("Redis is there");
    for n in 2..5 {
        send(&node, &worker, n).await.expect("there is room");
    }
    for n in 2..5 {
        assert_eq!(receive(&node, &worker).await, n);
    }
    assert_eq!(node.redis_counters().frames_received, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_four_hosts_every_group_and_channel_finds_its_way() {
    let servers = [Server::start().await, Server::start().await, Server::start().await, Server::start().await];
    let servers: Vec<&Server> = servers.iter().collect();
    let (here, there) = (node(&servers).await, node(&servers).await);
    for n in 0..40 {
        let (far, tray) = member(&there, &group(&format!("room-{}", n * 1009))).await;
        there.settled().await.expect("Redis is there");
        send(&here, &far, n).await.expect("there is room");
        tell(&here, &group(&format!("room-{}", n * 1009)), n).await;
        assert_eq!(tray.holds(2).await, [n, n]);
    }
    for server in servers {
        assert!(!server.ask::<Vec<String>>("PUBSUB CHANNELS").await.is_empty(), "each has its share");
    }
}
