//! What a Redis layer leaves in Redis, and what it makes of what others leave there.

mod node;
mod redis_server;

use std::time::{SystemTime, UNIX_EPOCH};

use channel_layer::{ChannelLayer, Format, RedisConfig};
use node::*;
use redis_server::Server;

type Backend<M> = channel_layer::RedisLayer<M>;

const NAME: &[u8] = b"__asgi_channel__";

fn now() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs_f64()
}

/// The frames in a queue, without their random bytes.
async fn frames(server: &Server, key: &str) -> Vec<Vec<u8>> {
    let frames: Vec<Vec<u8>> = server.ask(&format!("ZRANGE {key} 0 -1")).await;
    frames.into_iter().map(|frame| frame[12..].to_vec()).collect()
}

async fn put(server: &Server, key: &str, score: f64, frame: &[u8]) {
    let mut put = redis::cmd("ZADD");
    put.arg(key).arg(score).arg(frame).exec_async(&mut server.connection().await).await.expect("it answers");
}

fn frame(payload: &[&[u8]]) -> Vec<u8> {
    [&[7; 12][..], &payload.concat()].concat()
}

/// `{"type": "number", "n": n, "__asgi_channel__": channel}`
fn number(n: u8, channel: &str) -> Vec<u8> {
    let mut random = vec![n; 12];
    random.extend(
        [b"\x83\xa4type\xa6number\xa1n".as_slice(), &[n], b"\xb0", NAME, b"\xd9\x4a", channel.as_bytes()].concat(),
    );
    random
}

/// As channels_redis names one: of another process, that does not read.
const OTHER: &str = "specific.3bd81ba96f004593916b5fe767a533df!d0742917b6ee4ca7b6ca4503c71738ce";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keys_frames_and_times_to_live_are_those_of_channels_redis() {
    let server = Server::start().await;
    let node = node(&[&server]).await;
    let room = group("room-1");
    let sibling = OTHER.replace("d074", "de49");
    for member in [OTHER, &sibling, "worker"] {
        let () = server.ask(&format!("ZADD asgi:group:room-1 {} {member}", now())).await;
    }
    let (mine, _) = member(&node, &room).await;
    let before = now();
    tell(&node, &room, 5).await;
    send(&node, &channel(OTHER), 6).await.expect("there is room");
    send(&node, &channel("worker"), 7).await.expect("there is room");

    let head = |entries: u8, n: u8| [&[0x80 | entries][..], b"\xa4type\xa6number\xa1n", &[n]].concat();
    let list = |channels: &[&str]| {
        let mut list = [b"\xb0".as_slice(), NAME, &[0x90 | channels.len() as u8]].concat();
        channels.iter().for_each(|name| list.extend([&[0xd9, name.len() as u8], name.as_bytes()].concat()));
        list
    };
    let key = "asgispecific.3bd81ba96f004593916b5fe767a533df!";
    let one = [b"\xb0".as_slice(), NAME, b"\xd9\x4a", OTHER.as_bytes()].concat();
    assert_eq!(
        frames(&server, key).await,
        [[head(3, 5), list(&[OTHER, &sibling])].concat(), [head(3, 6), one].concat()]
    );
    let worker = [b"\xb0".as_slice(), NAME, b"\x91\xa6worker"].concat();
    assert_eq!(frames(&server, "asgiworker").await, [[head(3, 5), worker].concat(), head(2, 7)]);

    let members: Vec<String> = server.ask("ZRANGE asgi:group:room-1 0 -1").await;
    assert!(members.contains(&mine.to_string()) && mine.as_str().len() == 74);
    for (key, most) in [(key, 60), ("asgiworker", 60), ("asgi:group:room-1", 86_400)] {
        let left: i64 = server.ask(&format!("TTL {key}")).await;
        assert!((most - 2..=most).contains(&left), "{key}: {left}");
        let scores: Vec<(Vec<u8>, f64)> = server.ask(&format!("ZRANGE {key} 0 -1 WITHSCORES")).await;
        assert!(scores.iter().all(|(_, score)| (before - 1.0..=now()).contains(score)), "{scores:?}");
    }
    let mut keys: Vec<String> = server.ask("KEYS *").await;
    keys.sort();
    assert_eq!(keys, ["asgi:group:room-1", key, "asgiworker"], "and no key of our own");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn frames_that_python_wrote_are_delivered() {
    let server = Server::start().await;
    let node = node(&[&server]).await;
    let (mine, tray) = member(&node, &group("room")).await;
    put(&server, &format!("asgi{}", mine.non_local()), now(), &number(9, mine.as_str())).await;
    assert_eq!(tray.holds(1).await, [9]);
}

/// Python sends a direct message to the host that the *full* name hashes to.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_direct_message_on_the_wrong_host_is_found() {
    let servers = [Server::start().await, Server::start().await, Server::start().await];
    let node = node(&servers.iter().collect::<Vec<_>>()).await;
    let (mine, tray) = member(&node, &group("room")).await;
    for (n, server) in (1..).zip(&servers) {
        put(server, &format!("asgi{}", mine.non_local()), now(), &number(n, mine.as_str())).await;
    }
    let mut numbers = tray.holds(3).await;
    numbers.sort_unstable();
    assert_eq!(numbers, [1, 2, 3]);
}

/// Weaknesses 13 and 14: there, such a frame ends the consumer that happens to read it, or is delivered.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn frames_too_old_or_unreadable_are_counted_and_dropped() {
    let server = Server::start().await;
    let node = node(&[&server]).await;
    let (mine, tray) = member(&node, &group("room")).await;
    let key = format!("asgi{}", mine.non_local());
    put(&server, &key, now() - 61.0, &number(1, mine.as_str())).await;
    put(&server, &key, now(), b"poison").await;
    put(&server, &key, now(), &frame(&[b"\x91\x01"])).await;
    put(&server, &key, now(), &frame(&[b"\x81\xa4type\xa7unknown"])).await;
    put(&server, &key, now(), &number(2, "worker")).await;
    put(&server, &key, now(), &number(3, OTHER)).await;
    put(&server, &key, now() + 1.0, &number(4, mine.as_str())).await;
    assert_eq!(tray.holds(1).await, [4]);
    assert_eq!(node.counters().expired, 1);
    assert_eq!(node.redis_counters().undecodable, 4, "number(2) has a name of another length");
    assert_eq!(node.counters().unrouted, 1);
    assert_eq!(node.redis_counters().frames_received, 7);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_backup_of_python_readers_is_left_alone() {
    let server = Server::start().await;
    let node = node(&[&server]).await;
    put(&server, "asgiworker$inflight", now(), &number(1, OTHER)).await;
    send(&node, &channel("worker"), 2).await.expect("there is room");
    assert_eq!(receive(&node, &channel("worker")).await, 2);
    assert_eq!(frames(&server, "asgiworker$inflight").await.len(), 1);
    assert_eq!(server.ask::<i64>("TTL asgiworker$inflight").await, -1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_with_one_key_in_common_understand_each_other_and_others_are_counted() {
    let server = Server::start().await;
    let with = |keys: &[&str]| {
        let encryption_keys = keys.iter().map(|key| (*key).to_owned()).collect();
        RedisConfig { encryption_keys, ..config(&[&server]) }
    };
    let (old, both, stranger) =
        (start(with(&["old"])).await, start(with(&["new", "old"])).await, start(with(&["x"])).await);
    let room = group("room");
    let (_, tray) = member(&both, &room).await;
    member(&stranger, &room).await;
    tell(&old, &room, 1).await;
    assert_eq!(tray.holds(1).await, [1]);
    eventually(async || stranger.redis_counters().undecryptable == 1).await;

    let (far, _) = member(&old, &room).await;
    send(&both, &channel(OTHER), 2).await.expect("there is room");
    let [frame] = &frames(&server, "asgispecific.3bd81ba96f004593916b5fe767a533df!").await[..] else {
        panic!("a frame")
    };
    assert!(frame.starts_with(b"gAAAAA") && !frame.windows(6).any(|bytes| bytes == b"number"));
    // The first key encrypts, which the old node has not.
    send(&both, &far, 3).await.expect("there is room");
    eventually(async || old.redis_counters().undecryptable == 1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn json_another_prefix_and_another_random_prefix_are_settings() {
    let server = Server::start().await;
    let settings = || RedisConfig {
        format: Format::Json,
        prefix: "tea".to_owned(),
        random_prefix_length: 4,
        ..config(&[&server])
    };
    let (here, there) = (start(settings()).await, start(settings()).await);
    let (_, tray) = member(&there, &group("room")).await;
    tell(&here, &group("room"), 1).await;
    assert_eq!(tray.holds(1).await, [1]);
    send(&here, &channel("worker"), 2).await.expect("there is room");
    let frames: Vec<Vec<u8>> = server.ask("ZRANGE teaworker 0 -1").await;
    assert_eq!(frames[0][4..], *br#"{"type":"number","n":2}"#);
    let mut keys: Vec<String> = server.ask("KEYS *").await;
    keys.sort();
    assert_eq!(keys, ["tea:group:room", "teaworker"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_forgot_the_scripts_is_told_again() {
    let server = Server::start().await;
    let (here, there) = (node(&[&server]).await, node(&[&server]).await);
    let (far, tray) = member(&there, &group("room")).await;
    let () = server.ask("SCRIPT FLUSH").await;
    tell(&here, &group("room"), 1).await;
    send(&here, &far, 2).await.expect("it is sent");
    assert_eq!(tray.holds(2).await, [1, 2]);
    assert_eq!(here.redis_counters().reconnects, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flush_spares_what_has_another_prefix() {
    let server = Server::start().await;
    let node = node(&[&server]).await;
    let () = server.ask("SET other 1").await;
    for n in 0..50 {
        send(&node, &channel(&format!("worker-{n}")), 1).await.expect("there is room");
    }
    node.flush().await.expect("it flushes");
    assert_eq!(server.ask::<Vec<String>>("KEYS *").await, ["other"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_waited_in_redis_lives_no_longer_here() {
    let server = Server::start().await;
    let node = start(RedisConfig { expiry: std::time::Duration::from_secs(2), ..config(&[&server]) }).await;
    let mine = node.new_channel("specific").expect("a channel");
    let key = format!("asgi{}", mine.non_local());
    put(&server, &key, now() - 1.7, &number(1, mine.as_str())).await;
    eventually(async || node.footprint().messages == 1).await;
    let arrived = std::time::Instant::now();
    // Looks at the queue, which drops what is too old.
    eventually(async || {
        let _ = futures_util::poll!(std::pin::pin!(node.receive(&channel("another"))));
        node.counters().expired == 1
    })
    .await;
    assert!(arrived.elapsed().as_secs_f64() < 1.5, "0.3 s were left, and the sweep comes soon");
}

/// Python's `json.dumps` writes what is no JSON.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn json_with_nan_or_infinity_is_counted_and_harms_nobody() {
    let server = Server::start().await;
    let node = start(RedisConfig { format: Format::Json, ..config(&[&server]) }).await;
    let (mine, tray) = member(&node, &group("room")).await;
    let key = format!("asgi{}", mine.non_local());
    for (at, n) in ["NaN", "Infinity", "-Infinity", "7"].into_iter().enumerate() {
        let text = format!(r#"{{"type": "number", "n": {n}, "__asgi_channel__": "{mine}"}}"#);
        put(&server, &key, now() + at as f64 / 1e3, &frame(&[text.as_bytes()])).await;
    }
    assert_eq!(tray.holds(1).await, [7]);
    assert_eq!(node.redis_counters().undecodable, 3);
}
