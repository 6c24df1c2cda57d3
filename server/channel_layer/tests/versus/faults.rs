//! Rows 5, 6, 14, 15 and 16: what ends a consumer, keeps it from reading, or outlives it.

use std::time::Duration;

use channel_layer::{ChannelLayer, RedisConfig};
use serde_json::json;

use super::{attach, command, info, now, process_key};
use crate::node::{Tray, channel, config, connected, eventually, group, member, node, receive, start, tell};
use crate::peer::Peer;
use crate::redis_server::Server;

/// Row 5. redis-py 8 times out after 5 s by itself; the pinned 7 does so when told to, here after one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_quiet_room_keeps_its_members_and_ends_the_originals() {
    let server = Server::start().await;
    let hosts = json!([{"address": server.url(), "socket_timeout": 1}]).to_string();
    let mut python = Peer::start(&[], &[("LAYER_HOSTS", &hosts)]);
    let theirs = python.new_channel().await;
    assert_eq!(python.receive(&theirs, 10.0).await, Err("TimeoutError".to_owned()));

    let rust = start(RedisConfig { block: Duration::from_secs(1), ..config(&[&server]) }).await;
    let (ours, tray) = attach(&rust);
    tokio::time::sleep(Duration::from_millis(2500)).await;
    python.send(ours.as_str(), 1).await.expect("it is sent");
    assert_eq!(tray.holds(1).await, [1]);
    assert_eq!((tray.gaps(), rust.redis_counters().reconnects), (0, 0));
}

/// Row 6. Five consumers of each are in one group when Redis is killed; the same message afterwards is for all ten.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restart_of_redis_costs_a_gap_and_the_original_every_consumer_and_membership() {
    let mut server = Server::start().await;
    let mut python = Peer::start(&[&server], &[]);
    let rust = node(&[&server]).await;
    let (mut theirs, mut ours) = (Vec::new(), Vec::new());
    for _ in 0..5 {
        theirs.push(python.member("room").await);
        ours.push(member(&rust, &group("room")).await.1);
    }
    python.tell("room", 1).await;
    let mut reading = Vec::new();
    for channel in &theirs {
        assert_eq!(python.receive(channel, 5.0).await, Ok(Some(1)), "before, all hear");
        reading.push(python.begin_receive(channel, 60.0).await);
    }
    // Our reader and Python's.
    eventually(async || info(&server, "clients", "blocked_clients").await == 2).await;
    server.kill();
    for asked in reading {
        assert_eq!(python.end_receive(asked).await, Err("ConnectionError".to_owned()), "no consumer is left");
    }
    connected(&rust, false).await;
    server.start_again().await;
    connected(&rust, true).await;
    for tray in &ours {
        tray.until_told_of_a_gap().await;
    }

    // As if each of Python's had been started again.
    let mut reading = Vec::new();
    for channel in &theirs {
        reading.push(python.begin_receive(channel, 1.0).await);
    }
    python.tell("room", 2).await;
    for tray in &ours {
        assert_eq!(tray.holds(2).await, [1, 2]);
    }
    for asked in reading {
        assert_eq!(python.end_receive(asked).await, Ok(None), "nobody is a member any more");
    }
}

/// Row 6, where Redis is emptied: no connection breaks, and nobody is told anything by Redis.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_emptied_redis_costs_a_gap_and_the_original_every_membership() {
    let server = Server::start().await;
    let mut python = Peer::start(&[&server], &[]);
    let rust = node(&[&server]).await;
    let (mut theirs, mut ours, mut names) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..5 {
        theirs.push(python.member("room").await);
        let (name, tray) = member(&rust, &group("room")).await;
        names.push(name.to_string());
        ours.push(tray);
    }
    python.tell("room", 1).await;
    for (channel, tray) in theirs.iter().zip(&ours) {
        assert_eq!(python.receive(channel, 5.0).await, Ok(Some(1)), "before, all hear");
        assert_eq!(tray.holds(1).await, [1]);
    }
    let () = server.ask("FLUSHALL").await;
    for tray in &ours {
        tray.until_told_of_a_gap().await;
    }
    let mut members: Vec<String> = server.ask("ZRANGE asgi:group:room 0 -1").await;
    members.sort();
    names.sort();
    assert_eq!(members, names, "ours are members again, and nobody else");

    let mut reading = Vec::new();
    for channel in &theirs {
        reading.push(python.begin_receive(channel, 2.0).await);
    }
    python.tell("room", 2).await;
    for tray in &ours {
        assert_eq!(tray.holds(2).await, [1, 2], "Python's own words reach us");
    }
    tell(&rust, &group("room"), 3).await;
    for tray in &ours {
        assert_eq!(tray.holds(3).await, [1, 2, 3]);
    }
    for asked in reading {
        assert_eq!(python.end_receive(asked).await, Ok(None), "its consumers live, listen and hear nobody");
    }
    python.send(&theirs[0], 4).await.expect("it is sent");
    assert_eq!(python.receive(&theirs[0], 5.0).await, Ok(Some(4)), "save who calls them by name");
    assert_eq!(rust.redis_counters().reconnects, 0);
}

/// Row 14. A frame that is no MessagePack, in the queue of a process with three consumers.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_frame_that_nobody_can_read_ends_no_consumer_but_one_of_the_originals() {
    let server = Server::start().await;
    let mut python = Peer::start(&[&server], &[]);
    let theirs = [python.new_channel().await, python.new_channel().await, python.new_channel().await];
    let mut reading = Vec::new();
    for channel in &theirs {
        reading.push(python.begin_receive(channel, 5.0).await);
    }
    eventually(async || info(&server, "clients", "blocked_clients").await == 1).await;
    poison(&server, &theirs[0]).await;
    for (n, channel) in (0..).zip(&theirs) {
        python.send(channel, n).await.expect("it is sent");
    }
    let mut ends = Vec::new();
    for asked in reading {
        ends.push(python.end_receive(asked).await);
    }
    println!("channels_redis, row 14: {ends:?}");
    assert_eq!(ends.iter().filter(|end| **end == Err("FormatError".to_owned())).count(), 1, "{ends:?}");
    assert_eq!(ends.iter().filter(|end| matches!(end, Ok(Some(_)))).count(), 2, "{ends:?}");

    let rust = node(&[&server]).await;
    let ours = [attach(&rust), attach(&rust), attach(&rust)];
    poison(&server, ours[0].0.as_str()).await;
    for (n, (channel, tray)) in (0..).zip(&ours) {
        python.send(channel.as_str(), n).await.expect("it is sent");
        assert_eq!(tray.holds(1).await, [n]);
    }
    assert_eq!(rust.redis_counters().undecodable, 1);
}

async fn poison(server: &Server, channel: &str) {
    // 0xc1 is the one byte that begins nothing in MessagePack.
    let frame = [[7; 12].as_slice(), b"\xc1"].concat();
    let (key, score) = (process_key(channel), now().to_string());
    command::<u64>(server, &[b"ZADD", key.as_bytes(), score.as_bytes(), &frame]).await;
}

/// Row 15. Two kinds of channels in one process, and nobody has anything to say to the first.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_waits_in_a_quiet_place_keeps_nobody_elsewhere_waiting_as_in_the_original() {
    let server = Server::start().await;
    let mut python = Peer::start(&[&server], &[]);
    let quiet = python.ask(json!({"command": "new_channel", "prefix": "quiet"})).await;
    let lively = python.ask(json!({"command": "new_channel", "prefix": "lively"})).await;
    let (quiet, lively) = (quiet.as_str().expect("a name"), lively.as_str().expect("a name"));
    let waiting = python.begin_receive(quiet, 60.0).await;
    eventually(async || info(&server, "clients", "blocked_clients").await == 1).await;
    python.send(lively, 1).await.expect("it is sent");
    assert_eq!(python.receive(lively, 1.5).await, Ok(None), "though its message is there");
    assert_eq!(server.ask::<u64>(&format!("ZCARD {}", process_key(lively))).await, 1);
    python.send(quiet, 2).await.expect("it is sent");
    assert_eq!(python.end_receive(waiting).await, Ok(Some(2)));
    assert_eq!(python.receive(lively, 5.0).await, Ok(Some(1)), "not before");

    let rust = node(&[&server]).await;
    let (silent, tray) = (Tray::new(), Tray::new());
    rust.attach("quiet", silent.clone() as _).expect("it attaches");
    let lively = rust.attach("lively", tray.clone() as _).expect("it attaches");
    python.send(lively.as_str(), 1).await.expect("it is sent");
    assert_eq!(tray.holds(1).await, [1]);
    assert!(silent.numbers().is_empty());
}

/// Row 16. A user who may not `ZPOPMIN` stands for a reader that is killed before it takes back its backup.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_that_dies_leaves_nothing_behind_and_the_originals_its_backup_for_ever() {
    let server = Server::start().await;
    let () = server.ask("ACL SETUSER tea on >pot ~* &* +@all -zpopmin").await;
    let hosts = json!([server.url().replace("redis://", "redis://tea:pot@")]).to_string();
    let mut python = Peer::start(&[], &[("LAYER_HOSTS", &hosts)]);
    python.send("worker", 1).await.expect("it is sent");
    assert_eq!(python.receive("worker", 5.0).await, Ok(Some(1)));
    python.kill().await;
    assert_eq!(server.ask::<Vec<String>>("KEYS *").await, ["asgiworker$inflight"]);
    assert_eq!(server.ask::<i64>("TTL asgiworker$inflight").await, -1, "for ever");

    let () = server.ask("FLUSHALL").await;
    let rust = node(&[&server]).await;
    let mut python = Peer::start(&[&server], &[]);
    python.send("worker", 2).await.expect("it is sent");
    assert_eq!(receive(&rust, &channel("worker")).await, 2);
    // Dropped, not closed: what it wrote stays, as after a SIGKILL.
    drop(rust);
    assert_eq!(server.ask::<Vec<String>>("KEYS *").await, Vec::<String>::new());
}
