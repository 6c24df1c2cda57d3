//! Beside the real RedisPubSubChannelLayer on one Redis: what goes across arrives. The Python side is
//! end2end/django/peer.py, in the virtual environment that `.ci/tools test` makes.

mod node;
#[expect(dead_code, reason = "the comparison drives more of it")]
mod peer;
mod python;
mod redis_server;

use std::sync::Arc;

use channel_layer::{ChannelLayer, RedisConfig};
use node::{PATIENCE, Tray, channel, config, eventually, group, member, receive, send, start, tell};
use peer::Peer;
use redis_server::Server;
use serde_json::{Value, json};
use tokio::time::timeout;

type Backend<M> = channel_layer::RedisPubSubLayer<M>;

fn python(servers: &[&Server], more: &[(&str, &str)]) -> Peer {
    // It has neither a capacity nor any other option.
    Peer::start(servers, &[&[("LAYER_BACKEND", "pubsub"), ("LAYER_OPTIONS", "{}")], more].concat())
}

fn number(n: i64) -> Value {
    json!({"type": "number", "n": n})
}

/// Waits for exactly these, in this order.
async fn has(tray: &Tray, numbers: &[i64]) {
    assert_eq!(tray.holds(numbers.len()).await, numbers);
}

/// Directly, through a group and on an ordinary channel, from each to the other.
async fn both_ways(servers: &[&Server], config: RedisConfig, settings: &[(&str, &str)]) {
    let mut python = python(servers, settings);
    let rust = start(config).await;
    let room = group("room-1");
    let theirs = python.new_channel().await;
    python.ask(json!({"command": "group_add", "group": "room-1", "channel": theirs})).await;
    let (ours, tray) = member(&rust, &room).await;
    rust.settled().await.expect("Redis is there");

    send(&rust, &channel(&theirs), 1).await.expect("it is sent");
    assert_eq!(python.ask(json!({"command": "receive", "channel": theirs})).await, number(1));
    python.ask(json!({"command": "send", "channel": ours.as_str(), "message": number(2)})).await;
    has(&tray, &[2]).await;
    tell(&rust, &room, 3).await;
    assert_eq!(python.ask(json!({"command": "receive", "channel": theirs})).await, number(3));
    python.ask(json!({"command": "group_send", "group": "room-1", "message": number(4)})).await;
    assert_eq!(python.ask(json!({"command": "receive", "channel": theirs})).await, number(4));
    // Equal messages of two senders are two.
    tell(&rust, &room, 4).await;
    assert_eq!(python.ask(json!({"command": "receive", "channel": theirs})).await, number(4));
    has(&tray, &[2, 3, 4, 4]).await;

    let reader = Arc::clone(&rust);
    let worker = tokio::spawn(async move { receive(&reader, &channel("worker")).await });
    eventually(async || is_heard(servers, "worker").await).await;
    python.ask(json!({"command": "send", "channel": "worker", "message": number(5)})).await;
    assert_eq!(worker.await.expect("it receives"), 5);
    let answer = python.ask(json!({"command": "receive", "channel": "their-worker", "timeout": 20}));
    let answer = async { timeout(PATIENCE, answer).await.expect("it answers") };
    let sent = async {
        eventually(async || is_heard(servers, "their-worker").await).await;
        send(&rust, &channel("their-worker"), 6).await.expect("it is sent");
    };
    assert_eq!(tokio::join!(answer, sent).0, number(6));
}

/// Whether someone is subscribed to the channel, on any server.
async fn is_heard(servers: &[&Server], channel: &str) -> bool {
    for server in servers {
        if server.ask::<Vec<String>>("PUBSUB CHANNELS").await.iter().any(|name| name == channel) {
            return true;
        }
    }
    false
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
    let config =
        RedisConfig { format: channel_layer::Format::Json, prefix: "teahouse".to_owned(), ..config(&[&server]) };
    both_ways(&[&server], config, &[("SERIALIZER", "json"), ("LAYER_PREFIX", "teahouse")]).await;
}

#[tokio::test]
async fn over_three_hosts_each_looks_where_the_other_speaks() {
    let servers = [Server::start().await, Server::start().await, Server::start().await];
    let servers: Vec<&Server> = servers.iter().collect();
    both_ways(&servers, config(&servers), &[]).await;
    let (mut python, rust) = (python(&servers, &[]), start(config(&servers)).await);
    for n in 0..20 {
        let theirs = python.new_channel().await;
        send(&rust, &channel(&theirs), n).await.expect("it is sent");
        assert_eq!(python.ask(json!({"command": "receive", "channel": theirs})).await, number(n));
        let tray = Tray::new();
        let ours = rust.attach("specific", Arc::clone(&tray) as _).expect("it attaches");
        rust.settled().await.expect("Redis is there");
        python.ask(json!({"command": "send", "channel": ours.as_str(), "message": number(n)})).await;
        has(&tray, &[n]).await;
    }
}
