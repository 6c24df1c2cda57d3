//! Assertions of upstream's own test suite that no other test here makes, on the Redis layer. Which test makes which of
//! the others is in `UPSTREAM.md`. A case that the contract has belongs into `conformance`, not here.

mod node;
mod redis_server;

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use channel_layer::{ChannelLayer, ChannelName, Format, LayerError, RedisConfig};
use node::*;
use redis_server::Server;
use tokio::runtime;
use tokio::time::{Instant, timeout};

type Backend<M> = channel_layer::RedisLayer<M>;

/// What upstream does with a second event loop, and with `async_to_sync`.
fn on_a_runtime_of_its_own<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> T {
    let run = || runtime::Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(work);
    thread::spawn(run).join().expect("it does not panic")
}

/// `test_double_receive`.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_runtimes_receive_from_one_layer() {
    let server = Server::start().await;
    let (here, there) = (node(&[&server]).await, node(&[&server]).await);
    let mine = [1, 2].map(|_| there.new_channel("specific").expect("a channel"));
    for (n, channel) in (1..).zip(&mine) {
        send(&here, channel, n).await.expect("there is room");
    }
    // The later first, as upstream has it.
    for (n, channel) in [1, 2].into_iter().zip(mine).rev() {
        let there = Arc::clone(&there);
        assert_eq!(on_a_runtime_of_its_own(async move { receive(&there, &channel).await }), n);
    }
}

/// `test_repeated_group_send_with_async_to_sync`: each from a runtime that ends with it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn group_sends_from_runtimes_that_end_arrive() {
    let server = Server::start().await;
    let (here, there) = (node(&[&server]).await, node(&[&server]).await);
    let (_, tray) = member(&there, &group("room")).await;
    for n in 0..3 {
        let here = Arc::clone(&here);
        on_a_runtime_of_its_own(async move { tell(&here, &group("room"), n).await });
    }
    assert_eq!(tray.holds(3).await, [0, 1, 2]);
}

/// `test_reject_bad_client_prefix`.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_receives_at_a_channel_of_another_process() {
    let server = Server::start().await;
    let (here, there) = (node(&[&server]).await, node(&[&server]).await);
    let theirs = there.new_channel("specific").expect("a channel");
    for foreign in [channel("not-client-prefix!local_part"), theirs] {
        let received = timeout(PATIENCE, here.receive(&foreign)).await.expect("it answers");
        assert_eq!(received, Err(LayerError::Detached));
    }
}

/// `test_group_send_capacity_multiple_channels`, to the message. Upstream logs what we count.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_was_sent_one_before_misses_the_last_of_three_and_the_other_none() {
    let server = Server::start().await;
    let small = || RedisConfig { capacity: 3, ..config(&[&server]) };
    let node = start(small()).await;
    let (first, second) = (node.new_channel("specific").expect("one"), node.new_channel("channel_2").expect("one"));
    for member in [&first, &second] {
        node.group_add(&group("room"), member).await.expect("it joins");
    }
    send(&node, &second, 0).await.expect("there is room");
    for n in 1..=3 {
        tell(&node, &group("room"), n).await;
    }
    assert_receives(&node, &first, [1, 2, 3]).await;
    assert_receives(&node, &second, [0, 1, 2]).await;
    assert_eq!(node.counters().skipped_full, 1);
}

/// These in this order, and no more.
async fn assert_receives(node: &Node, from: &ChannelName, numbers: impl IntoIterator<Item = i64>) {
    for n in numbers {
        assert_eq!(receive(node, from).await, n);
    }
    assert!(timeout(Duration::from_millis(200), node.receive(from)).await.is_err(), "nothing more comes");
}

/// Ten databases of one server, as upstream's `MULTIPLE_TEST_HOSTS`.
async fn ten_hosts(server: &Server) -> [Arc<Node>; 2] {
    let urls: Vec<_> = (0..10).map(|database| format!("{}/{database}", server.url())).collect();
    let config = RedisConfig::parse(&urls.join(",")).expect("URLs");
    [start(config.clone()).await, start(config).await]
}

/// `test_groups_multiple_hosts`.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_ten_hosts_members_hear_and_who_left_does_not() {
    let server = Server::start().await;
    let [here, there] = ten_hosts(&server).await;
    let members = ["channel1", "channel2", "channel3"].map(|prefix| there.new_channel(prefix).expect("a channel"));
    for member in &members {
        there.group_add(&group("room"), member).await.expect("it joins");
    }
    there.group_discard(&group("room"), &members[1]).await.expect("it leaves");
    for n in [1, 2] {
        tell(&here, &group("room"), n).await;
    }
    assert_receives(&there, &members[0], [1, 2]).await;
    assert_receives(&there, &members[2], [1, 2]).await;
    assert_receives(&there, &members[1], []).await;
}

/// `test_groups_multiple_hosts_performance`, with its own limits: generous, for a busy machine.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_ten_hosts_a_hundred_members_are_reached_in_good_time() {
    let server = Server::start().await;
    let [here, there] = ten_hosts(&server).await;
    for (members, seconds) in [(1, 1), (10, 1), (100, 10)] {
        let room = group(&format!("room-{members}"));
        let channels: Vec<_> =
            (0..members).map(|n| there.new_channel(&format!("channel{n}")).expect("a channel")).collect();
        for channel in &channels {
            there.group_add(&room, channel).await.expect("it joins");
        }
        let sent = Instant::now();
        tell(&here, &room, members).await;
        for channel in &channels {
            assert_eq!(receive(&there, channel).await, members);
        }
        assert!(sent.elapsed() < Duration::from_secs(seconds), "{members} members: {:?}", sent.elapsed());
    }
}

/// `test_receive_cancel`, which fails upstream: cancelled 0 to 10 ms after it began, while a message is on its way.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_receive_cancelled_at_any_moment_neither_blocks_nor_loses() {
    let server = Server::start().await;
    let (here, there) = (node(&[&server]).await, node(&[&server]).await);
    let mine = there.new_channel("specific").expect("a channel");
    let mut got = Vec::new();
    for n in 0..100 {
        send(&here, &mine, n).await.expect("there is room");
        let delay = Duration::from_micros(100 * n.unsigned_abs());
        got.extend(
            timeout(delay, there.receive(&mine)).await.into_iter().map(|received| received.expect("it is there").0),
        );
    }
    while got.len() < 100 {
        got.push(receive(&there, &mine).await);
    }
    assert!(got.into_iter().eq(0..100));
}

/// `test_serialization_encrypted`, for both formats, with its key and its four random bytes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn either_format_encrypted_hides_the_message_and_comes_back() {
    for format in [Format::MsgPack, Format::Json] {
        let server = Server::start().await;
        let settings = || RedisConfig {
            format,
            random_prefix_length: 4,
            encryption_keys: vec!["a-test-key".to_owned()],
            ..config(&[&server])
        };
        let (here, there) = (start(settings()).await, start(settings()).await);
        send(&here, &channel("worker"), 5).await.expect("there is room");
        let frames: Vec<Vec<u8>> = server.ask("ZRANGE asgiworker 0 -1").await;
        assert!(frames[0][4..].starts_with(b"gAAAAA"), "a Fernet token behind the random bytes");
        assert_eq!(receive(&there, &channel("worker")).await, 5);
    }
}
