//! What happens to a pub/sub layer's consumers when Redis or a connection fails, and what it leaves behind.

mod node;
mod redis_server;

use std::time::Duration;

use channel_layer::{ChannelLayer, LayerError, RedisConfig};
use futures_util::StreamExt;
use node::*;
use redis_server::Server;
use tokio::time::{Instant, timeout};

type Backend<M> = channel_layer::RedisPubSubLayer<M>;

async fn subscribed(server: &Server) -> Vec<String> {
    let mut channels: Vec<String> = server.ask("PUBSUB CHANNELS").await;
    channels.sort();
    channels
}

/// There, what was published in between is lost unsignalled. Here members are told, and a group message that never left
/// its process is published when Redis is back.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_restart_of_redis_members_are_reached_and_know_of_the_gap() {
    let mut server = Server::start().await;
    let (here, there) = (node(&[&server]).await, node(&[&server]).await);
    let room = group("room");
    let (_, near) = member(&here, &room).await;
    let (_, far) = member(&there, &room).await;
    tell(&here, &room, 1).await;
    assert_eq!((near.holds(1).await, far.holds(1).await), (vec![1], vec![1]));

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
    tell(&there, &room, 4).await;
    eventually(async || far.numbers().contains(&3) && near.numbers().contains(&4)).await;
    assert_eq!(near.numbers(), [1, 2, 3, 4], "each once");
    assert!(here.redis_counters().reconnects > 0 && there.redis_counters().reconnects > 0);
}

/// A new password keeps the sender away until someone else listens.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_said_while_redis_was_away_is_published_in_order_when_it_is_back() {
    let (mut server, room) = (Server::start_with(&["--requirepass", "first"]).await, group("room"));
    let with = |password: &str| format!("redis://:{password}@127.0.0.1:{}", server.port());
    let (first, second) = (with("first"), with("second"));
    change_password(&first, "second").await;
    let here = start(RedisConfig::parse(&second).expect("a URL")).await;
    let (_, near) = member(&here, &room).await;
    server.kill();
    connected(&here, false).await;
    for n in 1..=5 {
        tell(&here, &room, n).await;
    }
    server.start_again().await;
    let mut ear = redis::Client::open(first.as_str()).expect("a URL").get_async_pubsub().await.expect("it is up");
    ear.subscribe("asgi__group__room").await.expect("it subscribes");
    change_password(&first, "second").await;
    let mut heard = ear.on_message();
    for n in 1..=5 {
        let message = timeout(PATIENCE, heard.next()).await.expect("it comes").expect("it is up");
        assert_eq!(message.get_payload_bytes(), [b"\x82\xa4type\xa6number\xa1n".as_slice(), &[n]].concat());
    }
    connected(&here, true).await;
    here.settled().await.expect("Redis is there");
    assert_eq!(near.numbers(), [1, 2, 3, 4, 5], "no echo of what was held");
    assert_eq!(here.redis_counters().unsent, 0);
}

async fn change_password(url: &str, password: &str) {
    let client = redis::Client::open(url).expect("a URL");
    let mut connection = client.get_multiplexed_async_connection().await.expect("it is up");
    let mut set = redis::cmd("CONFIG");
    set.arg("SET").arg("requirepass").arg(password).exec_async(&mut connection).await.expect("it answers");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_said_while_redis_was_away_for_too_long_is_counted_and_dropped() {
    let mut server = Server::start().await;
    let here = start(RedisConfig { expiry: Duration::from_millis(50), ..config(&[&server]) }).await;
    server.kill();
    connected(&here, false).await;
    tell(&here, &group("room"), 1).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    server.start_again().await;
    eventually(async || here.redis_counters().unsent == 1).await;
    assert_eq!(here.redis_counters().frames_sent, 0);
}

/// Upstream's `auto_reconnect`: the connection closed twice, joins and leaves in between, the right members get it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_its_connection_was_killed_the_right_members_hear_and_know_of_the_gap() {
    let server = Server::start().await;
    let (here, there) = (node(&[&server]).await, node(&[&server]).await);
    let room = group("room");
    let (_, one) = member(&there, &room).await;
    let (second, two) = member(&there, &room).await;
    for (round, message) in [(1, 10), (2, 20)] {
        let () = server.ask("CLIENT KILL TYPE pubsub").await;
        eventually(async || there.redis_counters().reconnects >= round).await;
        connected(&there, true).await;
        if round == 1 {
            there.group_discard(&room, &second).await.expect("it leaves");
        } else {
            there.group_add(&room, &second).await.expect("it joins");
        }
        eventually(async || {
            tell(&here, &room, message).await;
            one.numbers().contains(&message)
        })
        .await;
        assert_eq!(two.numbers().contains(&message), round == 2, "round {round}");
    }
    assert!(one.gaps() >= 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_joined_or_left_while_redis_was_away_has_done_so_when_it_is_back() {
    let mut server = Server::start().await;
    let node = node(&[&server]).await;
    let (stays, leaves, ends, comes) = (group("stays"), group("leaves"), group("ends"), group("comes"));
    let (stayer, _) = member(&node, &stays).await;
    let (leaver, _) = member(&node, &leaves).await;
    let (ender, _) = member(&node, &ends).await;
    assert_eq!(subscribed(&server).await, ["asgi__group__ends", "asgi__group__leaves", "asgi__group__stays"]);
    server.kill();
    connected(&node, false).await;
    node.group_discard(&leaves, &leaver).await.expect("it leaves at once");
    node.detach(&ender);
    node.group_add(&comes, &stayer).await.expect("it joins at once");
    server.start_again().await;
    connected(&node, true).await;
    assert_eq!(subscribed(&server).await, ["asgi__group__comes", "asgi__group__stays"]);
    assert_eq!(server.ask::<usize>("PUBSUB NUMPAT").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_group_is_subscribed_by_its_first_member_and_unsubscribed_after_its_last() {
    let server = Server::start().await;
    let node = node(&[&server]).await;
    let room = group("room");
    let (first, _) = member(&node, &room).await;
    let (second, _) = member(&node, &room).await;
    node.group_discard(&room, &first).await.expect("it leaves");
    assert_eq!(subscribed(&server).await, ["asgi__group__room"]);
    node.group_discard(&room, &second).await.expect("it leaves");
    assert!(subscribed(&server).await.is_empty());
    node.group_add(&room, &first).await.expect("it joins");
    node.detach(&first);
    eventually(async || subscribed(&server).await.is_empty()).await;
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
    assert!(sent.elapsed() < Duration::from_secs(6), "{:?}", sent.elapsed());
    connected(&here, false).await;
    server.resume();
    connected(&here, true).await;
    connected(&there, true).await;
    eventually(async || {
        tell(&here, &room, 3).await;
        tray.numbers().contains(&3)
    })
    .await;
    here.settled().await.expect("Redis is there");
    let heard = near.numbers().iter().filter(|n| **n == 1).count();
    assert_eq!(heard, 1, "what the silent Redis did in the end is not heard twice");
}

/// Upstream's `layer_close`.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_layer_that_closes_leaves_nothing_in_redis() {
    let server = Server::start().await;
    let node = node(&[&server]).await;
    let (member, _) = member(&node, &group("room")).await;
    for n in 0..20 {
        node.group_add(&group(&format!("room-{n}")), &member).await.expect("it joins");
    }
    assert_eq!(subscribed(&server).await.len(), 21);
    timeout(Duration::from_secs(2), node.close()).await.expect("it closes soon").expect("it closes");
    assert!(subscribed(&server).await.is_empty());
    assert_eq!(server.ask::<usize>("PUBSUB NUMPAT").await, 0);
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
