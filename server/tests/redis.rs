//! Several nodes on one real Redis are one house; without it each goes on alone.

mod helpers;
#[path = "../channel_layer/tests/redis_server/mod.rs"]
mod redis_server;

use helpers::{PATIENCE, TestServer};
use redis_server::Server;
use tokio::{process::Command, time::timeout};

async fn node(redis: &str, more: &[&str]) -> TestServer {
    let flags: Vec<&str> = ["--channel-layer", redis].iter().chain(more).copied().collect();
    let node = TestServer::with_flags(&flags).await;
    node.ready().await;
    node
}

/// Everyone hears everyone, once and in order, whichever node they are on.
async fn are_one_group(one: &TestServer, other: &TestServer) {
    let mut ann = one.connect("/group/%E8%8C%B6%E9%A6%86/").await;
    let mut bo = other.connect("/group/%E8%8C%B6%E9%A6%86/").await;
    for n in 0..20 {
        let words = format!("组内主动推送消息:{n}");
        ann.says(&n.to_string()).await;
        ann.hears(&words).await;
        bo.hears(&words).await;
    }
    bo.says("回话").await;
    ann.hears("组内主动推送消息:回话").await;
    bo.hears("组内主动推送消息:回话").await;
}

#[tokio::test]
async fn two_nodes_on_one_redis_are_one_group() {
    let redis = Server::start().await;
    are_one_group(&node(&redis.url(), &[]).await, &node(&redis.url(), &[]).await).await;
}

#[tokio::test]
async fn a_password_and_encryption_keys_work_and_keys_rotate() {
    let redis = Server::start_with(&["--requirepass", "sesame"]).await;
    let url = format!("redis://:sesame@127.0.0.1:{}/0", redis.port());
    let one = node(&url, &["--channel-layer-keys", "new,old"]).await;
    let other = node(&url, &["--channel-layer-keys", "old,new"]).await;
    are_one_group(&one, &other).await;
}

#[tokio::test]
async fn another_prefix_is_another_house() {
    let redis = Server::start().await;
    let one = node(&redis.url(), &[]).await;
    let other = node(&redis.url(), &["--channel-layer-prefix", "other"]).await;
    let mut ann = one.connect("/group/1/").await;
    let mut bo = other.connect("/group/1/").await;
    ann.says("here").await;
    ann.hears("组内主动推送消息:here").await;
    bo.says("there").await;
    bo.hears("组内主动推送消息:there").await;
}

#[tokio::test]
async fn while_redis_is_away_a_node_goes_on_alone_and_afterwards_they_are_one_again() {
    let mut redis = Server::start().await;
    let (one, other) = (node(&redis.url(), &[]).await, node(&redis.url(), &[]).await);
    let mut ann = one.connect("/group/1/").await;
    let mut bo = other.connect("/group/1/").await;
    redis.kill();
    // A node that has not noticed yet would take its old connection for a whole one.
    for node in [&one, &other] {
        let alone = async { while !node.readiness().await.starts_with("on its own: cannot reach Redis") {} };
        timeout(PATIENCE, alone).await.expect("/readyz does not tell");
    }

    let mut cy = one.connect("/group/1/").await;
    cy.says("alone").await;
    cy.hears("组内主动推送消息:alone").await;
    ann.hears("组内主动推送消息:alone").await;

    redis.start_again().await;
    one.ready().await;
    other.ready().await;
    bo.hears("组内主动推送消息:alone").await;
    bo.says("back").await;
    for person in [&mut ann, &mut bo, &mut cy] {
        person.hears("组内主动推送消息:back").await;
    }
}

#[tokio::test]
async fn by_pubsub_two_nodes_are_one_group_and_say_when_redis_is_away() {
    let mut redis = Server::start().await;
    let url = redis.url().replace("redis://", "redis+pubsub://");
    let (one, other) = (node(&url, &[]).await, node(&url, &[]).await);
    are_one_group(&one, &other).await;
    let metrics = reqwest::get(one.url("/metrics")).await.unwrap().text().await.unwrap();
    // Twenty messages, and at times who is here.
    assert!(metrics.contains("teahouse_channel_layer_redis_frames_sent_total 2"), "{metrics}");
    redis.kill();
    let alone = async { while !one.readiness().await.starts_with("on its own: cannot reach Redis") {} };
    timeout(PATIENCE, alone).await.expect("/readyz does not tell");
    redis.start_again().await;
    one.ready().await;
    other.ready().await;
    are_one_group(&one, &other).await;
}

#[tokio::test]
async fn the_layers_figures_can_be_read() {
    let redis = Server::start().await;
    let node = node(&redis.url(), &[]).await;
    let mut ann = node.connect("/group/1/").await;
    ann.says("x").await;
    ann.hears("组内主动推送消息:x").await;
    let metrics = reqwest::get(node.url("/metrics")).await.unwrap().text().await.unwrap();
    assert!(metrics.contains("teahouse_channel_layer_connected 1\n"), "{metrics}");
    assert!(metrics.contains("teahouse_channel_layer_group_sent_total 1\n"), "{metrics}");
}

#[tokio::test]
async fn a_password_that_is_wrong_stops_the_start_and_stays_secret() {
    let redis = Server::start_with(&["--requirepass", "sesame"]).await;
    let address = format!("redis://:opensesame@127.0.0.1:{}", redis.port());
    let arguments = ["--listen", "127.0.0.1:0", "--channel-layer", &address, "--channel-layer-keys", "hush"];
    let output = Command::new(env!("CARGO_BIN_EXE_teahouse")).args(arguments).kill_on_drop(true).output();
    let output = timeout(PATIENCE, output).await.expect("it runs on").unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success());
    assert!(said.contains("--channel-layer") && said.contains("refuses the user or password"), "{said}");
    assert!(!said.contains("opensesame") && !said.contains("hush"), "{said}");
}
