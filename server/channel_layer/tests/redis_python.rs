//! Beside the real channels_redis on one Redis: what goes across arrives. Who of the two does better is in
//! `redis_versus.rs`. The Python side is end2end/django/peer.py, in the virtual environment that `.ci/tools test` makes.

mod node;
#[expect(dead_code, reason = "the comparison drives more of it")]
mod peer;
mod python;
mod redis_server;

use channel_layer::{Format, RedisConfig};
use node::{Node, channel, config, group, member, receive, send, start, tell};
use peer::{Peer, number};
use redis_server::Server;
use serde_json::json;

type Backend<M> = channel_layer::RedisLayer<M>;

/// From each to the other.
async fn both_ways(servers: &[&Server], config: RedisConfig, settings: &[(&str, &str)]) {
    let mut python = Peer::start(servers, settings);
    let rust = start(config).await;
    directly_and_in_a_group(&mut python, &rust).await;

    python.send("worker", 5).await.expect("it is sent");
    assert_eq!(receive(&rust, &channel("worker")).await, 5);
    send(&rust, &channel("worker"), 6).await.expect("it is sent");
    assert_eq!(python.ask(json!({"command": "receive", "channel": "worker"})).await, number(6));
}

async fn directly_and_in_a_group(python: &mut Peer, rust: &Node) {
    let room = group("room-1");
    let theirs = python.member("room-1").await;
    let (ours, tray) = member(rust, &room).await;

    send(rust, &channel(&theirs), 1).await.expect("it is sent");
    assert_eq!(python.ask(json!({"command": "receive", "channel": theirs})).await, number(1));
    python.send(ours.as_str(), 2).await.expect("it is sent");
    assert_eq!(tray.holds(1).await, [2]);
    tell(rust, &room, 3).await;
    assert_eq!(python.ask(json!({"command": "receive", "channel": theirs})).await, number(3));
    python.tell("room-1", 4).await;
    assert_eq!(python.ask(json!({"command": "receive", "channel": theirs})).await, number(4));
    assert_eq!(tray.holds(3).await, [2, 3, 4]);
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

async fn three_servers() -> [Server; 3] {
    [Server::start().await, Server::start().await, Server::start().await]
}

/// Upstream spreads groups by their name's hash, and frames by the process'.
#[tokio::test]
async fn over_three_hosts_groups_meet_wherever_they_lie_and_a_process_gets_one_frame_for_all_its_members() {
    let servers = three_servers().await;
    let servers: Vec<&Server> = servers.iter().collect();
    let (mut python, rust) = (Peer::start(&servers, &[]), start(config(&servers)).await);
    directly_and_in_a_group(&mut python, &rust).await;
    for n in 0..9 {
        let name = format!("hall-{}", n * 1009);
        let room = group(&name);
        let theirs = [python.member(&name).await, python.member(&name).await, python.member(&name).await];
        let ours = [member(&rust, &room).await.1, member(&rust, &room).await.1, member(&rust, &room).await.1];
        tell(&rust, &room, n).await;
        rust.settled().await.expect("Redis is there");
        assert_eq!(frames_for(&servers, &theirs[0]).await, 1, "one for the three");
        for channel in &theirs {
            assert_eq!(python.receive(channel, 5.0).await, Ok(Some(n)));
        }
        let before = rust.redis_counters().frames_received;
        python.tell(&name, 100 + n).await;
        for (channel, tray) in theirs.iter().zip(&ours) {
            assert_eq!(python.receive(channel, 5.0).await, Ok(Some(100 + n)));
            assert_eq!(tray.holds(2).await, [n, 100 + n]);
        }
        assert_eq!(rust.redis_counters().frames_received - before, 1, "and one back");
    }
    for server in servers {
        assert!(!server.ask::<Vec<String>>("KEYS asgi:group:hall-*").await.is_empty(), "each has its share");
    }
}

/// What waits for the process of a channel, on all servers.
async fn frames_for(servers: &[&Server], of: &str) -> usize {
    let mut frames = 0;
    for server in servers {
        frames += server.ask::<usize>(&format!("ZCARD asgi{}", channel(of).non_local())).await;
    }
    frames
}

/// The README's limit, to the host: Python's senders and readers take the hosts in turn, and we read at all of them.
#[tokio::test]
async fn over_three_hosts_we_find_each_job_and_pythons_worker_does_when_it_looks_where_the_name_lies() {
    let servers = three_servers().await;
    let servers: Vec<&Server> = servers.iter().collect();
    let (mut python, rust) = (Peer::start(&servers, &[]), start(config(&servers)).await);
    for n in 0..3 {
        python.send("worker", n).await.expect("it is sent");
    }
    for server in &servers {
        assert_eq!(server.ask::<usize>("ZCARD asgiworker").await, 1, "one on each");
    }
    let worker = channel("worker");
    let mut jobs = [receive(&rust, &worker).await, receive(&rust, &worker).await, receive(&rust, &worker).await];
    jobs.sort_unstable();
    assert_eq!(jobs, [0, 1, 2]);

    // The reference's vector: of three hosts, this name's is the second.
    send(&rust, &channel("key_two"), 3).await.expect("it is sent");
    assert_eq!(servers[1].ask::<usize>("ZCARD asgikey_two").await, 1);
    assert_eq!(python.receive("key_two", 0.5).await, Ok(None), "it waits at the first");
    assert_eq!(python.receive("key_two", 5.0).await, Ok(Some(3)), "its next turn is the second's");
}
