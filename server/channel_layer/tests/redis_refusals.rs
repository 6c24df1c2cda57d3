//! What a living Redis may refuse: writes while it is short of something, and what is not ours to use. It is told, owed
//! and made good.

mod node;
mod redis_server;

use channel_layer::{LayerError, Trouble};
use node::*;
use redis_server::Server;
use tokio::time::timeout;

type Backend<M> = channel_layer::RedisLayer<M>;

/// Waits until a node says that the server refuses writes, with the server's word for it.
async fn refused(node: &Node, word: &str) {
    let mut health = node.health();
    let told = health.wait_for(|health| {
        let trouble = health.hosts[0].trouble.as_ref();
        trouble.is_some_and(|trouble| matches!(trouble, Trouble::Unwilling { why, .. } if why.contains(word)))
            && !health.is_connected()
    });
    let told = timeout(PATIENCE, told).await.expect("it is told").expect("the layer is there").clone();
    assert!(!told.hosts[0].trouble.as_ref().expect("trouble").is_permanent());
}

/// Someone joins while `refuse` holds, and is a member when `accept` has been said.
async fn memberships_are_owed_while_refused(server: &Server, refuse: impl AsyncFnOnce(), accept: &str, word: &str) {
    let (here, there) = (node(&[server]).await, node(&[server]).await);
    refuse().await;
    let room = group("room");
    let (_, far) = member(&there, &room).await;
    refused(&there, word).await;
    assert!(there.redis_counters().memberships_refused > 0);
    assert_eq!(far.gaps(), 0);
    let () = server.ask(accept).await;
    connected(&there, true).await;
    far.until_told_of_a_gap().await;
    tell(&here, &room, 1).await;
    assert_eq!(far.holds(1).await, [1]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_joins_while_memory_is_short_is_a_member_when_it_is_not() {
    let server = Server::start().await;
    let refuse = async || server.ask("CONFIG SET maxmemory 1").await;
    let accept = "CONFIG SET maxmemory 0";
    memberships_are_owed_while_refused(&server, refuse, accept, "OOM").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_joins_while_replicas_are_missing_is_a_member_when_they_are_not() {
    let server = Server::start().await;
    let refuse = async || server.ask("CONFIG SET min-replicas-to-write 1").await;
    let accept = "CONFIG SET min-replicas-to-write 0";
    memberships_are_owed_while_refused(&server, refuse, accept, "NOREPLICAS").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_joins_while_the_disk_fails_is_a_member_when_it_does_not() {
    let directory = std::env::temp_dir().join(format!("teahouse-misconf-{}", std::process::id()));
    std::fs::create_dir_all(&directory).expect("a directory");
    let server = Server::start_with(&["--dir", directory.to_str().expect("UTF-8"), "--save", "3600", "1000000"]).await;
    std::fs::remove_dir_all(&directory).expect("it is removed");
    let refuse = async || {
        let _: redis::Value = server.ask("BGSAVE").await;
        eventually(async || server.ask::<String>("INFO persistence").await.contains("bgsave_status:err")).await;
    };
    let accept = "CONFIG SET stop-writes-on-bgsave-error no";
    memberships_are_owed_while_refused(&server, refuse, accept, "MISCONF").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refused_frames_are_counted_and_told_and_afterwards_all_is_well() {
    let server = Server::start().await;
    let (here, there) = (node(&[&server]).await, node(&[&server]).await);
    let room = group("room");
    let (_, near) = member(&here, &room).await;
    let (far, tray) = member(&there, &room).await;
    let () = server.ask("CONFIG SET min-replicas-to-write 1").await;
    tell(&here, &room, 1).await;
    assert_eq!(send(&here, &far, 2).await, Err(LayerError::Unavailable));
    assert_eq!(here.redis_counters().frames_refused, 2);
    refused(&here, "NOREPLICAS").await;
    let () = server.ask("CONFIG SET min-replicas-to-write 0").await;
    connected(&here, true).await;
    near.until_told_of_a_gap().await;
    tell(&here, &room, 3).await;
    assert_eq!(tray.holds(1).await, [3]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_said_to_a_server_that_is_a_replica_for_a_while_arrives_afterwards() {
    let server = Server::start().await;
    let (here, there) = (node(&[&server]).await, node(&[&server]).await);
    let room = group("room");
    let (_, far) = member(&there, &room).await;
    let () = server.ask("REPLICAOF 127.0.0.1 1").await;
    tell(&here, &room, 1).await;
    refused(&here, "READONLY").await;
    tell(&here, &room, 2).await;
    let () = server.ask("REPLICAOF NO ONE").await;
    connected(&here, true).await;
    assert_eq!(far.holds(2).await, [1, 2]);
}

/// A group whose key is something else stays without members; that is nobody else's trouble.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_that_is_no_group_does_not_keep_a_server_from_healing() {
    let server = Server::start().await;
    let node = node(&[&server]).await;
    let () = server.ask("SET asgi:group:odd x").await;
    member(&node, &group("odd")).await;
    assert!(node.health().borrow().is_connected());
    let () = server.ask("CONFIG SET min-replicas-to-write 1").await;
    member(&node, &group("room")).await;
    refused(&node, "NOREPLICAS").await;
    let () = server.ask("CONFIG SET min-replicas-to-write 0").await;
    connected(&node, true).await;
    assert_eq!(server.ask::<usize>("ZCARD asgi:group:room").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_that_is_no_queue_costs_nobody_else_a_message() {
    let server = Server::start().await;
    let (here, there) = (node(&[&server]).await, node(&[&server]).await);
    let room = group("room");
    let other = "specific.3bd81ba96f004593916b5fe767a533df!d0742917b6ee4ca7b6ca4503c71738ce";
    let () = server.ask("SET asgispecific.3bd81ba96f004593916b5fe767a533df! x").await;
    let () = server.ask(&format!("ZADD asgi:group:room +inf {other}")).await;
    let (_, far) = member(&there, &room).await;
    tell(&here, &room, 1).await;
    assert_eq!(far.holds(1).await, [1]);
    eventually(async || here.redis_counters().frames_refused == 1).await;
    assert!(here.health().borrow().is_connected());
}
