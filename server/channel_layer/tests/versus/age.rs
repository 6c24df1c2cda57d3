//! Rows 10, 11 and 13: members that died, members that stay for long, and messages that are too old.

use std::time::Duration;

use channel_layer::{ChannelLayer, RedisConfig};
use serde_json::json;
use tokio::time::{Instant, sleep};

use super::{attach, now, process_key};
use crate::node::{config, eventually, group, member, start, tell};
use crate::peer::{Peer, number};
use crate::redis_server::Server;

const SECOND: Duration = Duration::from_secs(1);

/// Row 10. Both senders speak into one group that a Python process joined before it was killed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_dead_are_struck_from_a_group_that_the_original_writes_to_for_a_day() {
    let server = Server::start().await;
    let mut python = Peer::with(&[&server], &json!({"expiry": 1}));
    let mut other = Peer::start(&[&server], &[]);
    let dead = other.member("room").await;
    other.kill().await;
    let (key, mut sent) = (process_key(&dead), 0);
    let until = Instant::now() + 3 * SECOND;
    while Instant::now() < until {
        python.tell("room", sent).await;
        sent += 1;
        sleep(SECOND / 5).await;
    }
    assert!(sent > 1);
    assert_eq!(server.ask::<Vec<String>>("ZRANGE asgi:group:room 0 -1").await, [dead.as_str()]);
    let written: u64 = server.ask(&format!("ZCARD {key}")).await;
    let left: i64 = server.ask("TTL asgi:group:room").await;
    println!(
        "channels_redis, row 10: {written} messages for the dead after three expiries; a member for {left} s more"
    );
    assert!(written > 0 && left > 86_000, "{written} {left}");

    let rust = start(RedisConfig { expiry: SECOND, ..config(&[&server]) }).await;
    let (living, tray) = member(&rust, &group("room")).await;
    let mut told = 0;
    eventually(async || {
        python.tell("room", told).await;
        tell(&rust, &group("room"), told + 1).await;
        told += 2;
        server.ask::<Vec<String>>("ZRANGE asgi:group:room 0 -1").await == [living.to_string()]
    })
    .await;
    // Redis has done it before we hear so and count it.
    eventually(async || rust.redis_counters().pruned == 1).await;
    let mut heard = tray.holds(told as usize).await;
    heard.sort_unstable();
    assert!(heard.into_iter().eq(0..told), "the living hear all the while");
    // Not even Python writes to it any more.
    eventually(async || !server.ask::<bool>(&format!("EXISTS {key}")).await).await;
    python.tell("room", told).await;
    assert!(!server.ask::<bool>(&format!("EXISTS {key}")).await);
}

/// Row 11. Both join one group once, as a consumer does, and hear its first message.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_stays_longer_than_the_group_expiry_still_hears_and_the_originals_member_goes_deaf() {
    let server = Server::start().await;
    let mut python = Peer::with(&[&server], &json!({"group_expiry": 2}));
    let rust = start(RedisConfig { group_expiry: 2 * SECOND, ..config(&[&server]) }).await;
    let theirs = python.member("room").await;
    let (ours, tray) = member(&rust, &group("room")).await;
    python.tell("room", 0).await;
    assert_eq!(python.receive(&theirs, 5.0).await, Ok(Some(0)), "at first it hears");
    let mut heard = vec![0];
    let members = async || server.ask::<Vec<String>>("ZRANGE asgi:group:room 0 -1").await;
    eventually(async || {
        heard.push(heard.len() as i64);
        python.tell("room", *heard.last().expect("one")).await;
        members().await == [ours.to_string()]
    })
    .await;
    println!("channels_redis, row 11: a member no more after {} messages", heard.len());

    // What came for it before is in its queue still; what is sent from here on is not.
    while python.receive(&theirs, 0.3).await.expect("it lives").is_some() {}
    let last = heard.len() as i64;
    let reading = python.begin_receive(&theirs, 1.0).await;
    python.tell("room", last).await;
    assert_eq!(python.end_receive(reading).await, Ok(None), "it listens and hears nothing");
    assert!(tray.holds(heard.len() + 1).await.into_iter().eq(0..=last));
}

/// Row 13, where nothing is encrypted: the original hands over what is older than its expiry.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn news_of_yesterday_is_dropped_and_by_the_original_delivered() {
    let server = Server::start().await;
    let mut python = Peer::start(&[&server], &[]);
    let theirs = python.new_channel().await;
    send_late(&mut python, &theirs).await;
    assert_eq!(python.receive(&theirs, 5.0).await, Ok(Some(1)), "100 s old, though the expiry is 60 s");

    let rust = start(config(&[&server])).await;
    let (ours, tray) = attach(&rust);
    send_late(&mut python, ours.as_str()).await;
    // The original's next message would sweep it out of the queue, if it were there still.
    eventually(async || rust.counters().expired == 1).await;
    python.send(ours.as_str(), 2).await.expect("it is sent");
    assert_eq!(tray.holds(1).await, [2]);
}

/// Row 13, encrypted: the original's consumer ends with an exception.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_old_secret_is_dropped_and_ends_the_originals_consumer() {
    let server = Server::start().await;
    let mut python = Peer::start(&[&server], &[("LAYER_KEYS", r#"["tea"]"#)]);
    let theirs = python.new_channel().await;
    send_late(&mut python, &theirs).await;
    assert_eq!(python.receive(&theirs, 5.0).await, Err("InvalidToken".to_owned()));

    let rust = start(RedisConfig { encryption_keys: vec!["tea".to_owned()], ..config(&[&server]) }).await;
    let (ours, tray) = attach(&rust);
    send_late(&mut python, ours.as_str()).await;
    eventually(async || rust.counters().expired == 1).await;
    // Too old for its token alone: the score is new, as after a restore.
    send_late(&mut python, "elsewhere").await;
    let frames: Vec<Vec<u8>> = server.ask("ZRANGE asgielsewhere 0 -1").await;
    let mut put = redis::cmd("ZADD");
    put.arg(process_key(ours.as_str())).arg(now()).arg(&frames[0]);
    put.exec_async(&mut server.connection().await).await.expect("it answers");
    python.send(ours.as_str(), 2).await.expect("it is sent");
    assert_eq!(tray.holds(1).await, [2]);
    assert_eq!((rust.counters().expired, rust.redis_counters().undecryptable), (1, 1));
}

/// 100 s ago; what has been sent since keeps its key alive.
async fn send_late(python: &mut Peer, channel: &str) {
    python.ask(json!({"command": "send", "channel": channel, "message": number(1), "ago": 100})).await;
}
