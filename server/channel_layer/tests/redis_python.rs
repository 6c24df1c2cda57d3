//! Beside the real channels_redis on one Redis: what goes across arrives. Who of the two does better is in
//! `redis_versus.rs`. The Python side is end2end/django/peer.py, in the virtual environment that `.ci/tools test` makes.

mod node;
#[expect(dead_code, reason = "the comparison drives more of it")]
mod peer;
mod python;
mod redis_server;

use channel_layer::{Format, RedisConfig};
use node::{channel, config, group, member, receive, send, start, tell};
use peer::{Peer, number};
use redis_server::Server;
use serde_json::json;

type Backend<M> = channel_layer::RedisLayer<M>;

/// Directly and through a group, from each to the other.
async fn both_ways(servers: &[&Server], config: RedisConfig, settings: &[(&str, &str)]) {
    let mut python = Peer::start(servers, settings);
    let rust = start(config).await;
    let room = group("room-1");
    let theirs = python.member("room-1").await;
    let (ours, tray) = member(&rust, &room).await;

    send(&rust, &channel(&theirs), 1).await.expect("it is sent");
    assert_eq!(python.ask(json!({"command": "receive", "channel": theirs})).await, number(1));
    python.send(ours.as_str(), 2).await.expect("it is sent");
    assert_eq!(tray.holds(1).await, [2]);
    tell(&rust, &room, 3).await;
    assert_eq!(python.ask(json!({"command": "receive", "channel": theirs})).await, number(3));
    python.tell("room-1", 4).await;
    assert_eq!(python.ask(json!({"command": "receive", "channel": theirs})).await, number(4));
    assert_eq!(tray.holds(3).await, [2, 3, 4]);

    python.send("worker", 5).await.expect("it is sent");
    assert_eq!(receive(&rust, &channel("worker")).await, 5);
    send(&rust, &channel("worker"), 6).await.expect("it is sent");
    assert_eq!(python.ask(json!({"command": "receive", "channel": "worker"})).await, number(6));
}

#[tokio::test]
async fn each_hears_the_other_directly_in_a_group_and_on_an_ordinary_channel() {
    let server = Server::start().await;
    both_ways(&[&server], config(&[&server]), &[]).await;
}

#[tokio::test]
async fn each_hears_the_other_encrypted() {
    let server = Server::start().await;
    let config = RedisConfig { encryption_keys: vec!["new".to_owned(), "old".to_owned()], ..config(&[&server]) };
    both_ways(&[&server], config, &[("LAYER_KEYS", r#"["old", "new"]"#)]).await;
}

#[tokio::test]
async fn each_hears_the_other_in_json_under_another_prefix() {
    let server = Server::start().await;
    let config = RedisConfig { format: Format::Json, prefix: "teahouse".to_owned(), ..config(&[&server]) };
    both_ways(&[&server], config, &[("SERIALIZER", "json"), ("LAYER_PREFIX", "teahouse")]).await;
}
