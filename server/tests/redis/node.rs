//! A node on a Redis, how it says that it fares, and what makes two of them one. Never a test.

use std::net::SocketAddr;

use reqwest::StatusCode;
use tokio::time::timeout;

use crate::helpers::{PATIENCE, TestServer};

/// By either wire of channels_redis, as the scheme of its address.
pub(crate) const WIRES: [&str; 2] = ["redis", "redis+pubsub"];

/// A node that is ready.
pub(crate) async fn node(redis: &str, more: &[&str]) -> TestServer {
    let flags: Vec<&str> = ["--channel-layer", redis].iter().chain(more).copied().collect();
    let node = TestServer::with_flags(&flags).await;
    node.ready().await;
    node
}

/// Everyone hears everyone, once and in order, whichever node they are on.
pub(crate) async fn are_one_group(one: &TestServer, other: &TestServer) {
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

/// What `/readyz` says, with its status.
pub(crate) async fn readiness(node: SocketAddr) -> (StatusCode, String) {
    let answer = reqwest::get(format!("http://{node}/readyz")).await.unwrap();
    (answer.status(), answer.text().await.unwrap())
}

/// A figure of the channel layer's.
pub(crate) async fn metric(node: SocketAddr, name: &str) -> u64 {
    let metrics = reqwest::get(format!("http://{node}/metrics")).await.unwrap().text().await.unwrap();
    let prefix = format!("teahouse_channel_layer_{name} ");
    let value = metrics.lines().find_map(|line| line.strip_prefix(&prefix));
    value.unwrap_or_else(|| panic!("no {name} in {metrics}")).parse().unwrap()
}

/// Waits until the node is not ready for this reason.
pub(crate) async fn is_not_ready(node: SocketAddr, reason: &str) {
    let told = async {
        loop {
            let (status, said) = readiness(node).await;
            if said.contains(reason) {
                return status;
            }
        }
    };
    let status = timeout(PATIENCE, told).await.unwrap_or_else(|_| panic!("/readyz does not say {reason:?}"));
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
}

/// Waits until the node has noticed that it is on its own, and says so everywhere.
pub(crate) async fn is_away(node: SocketAddr) {
    is_not_ready(node, "on its own: cannot reach Redis at 127.0.0.1:").await;
    assert_eq!(metric(node, "connected").await, 0);
}

/// Waits until the node has its Redis, and says so everywhere.
pub(crate) async fn is_whole(node: SocketAddr) {
    let whole = async { while readiness(node).await != (StatusCode::OK, "ready\n".to_owned()) {} };
    timeout(PATIENCE, whole).await.expect("the node never became whole");
    assert_eq!(metric(node, "connected").await, 1);
}
