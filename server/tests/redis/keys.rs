//! Keys that are not those of the others are said to be wrong, by their flag, for as long as they open nothing.

use std::net::SocketAddr;

use tokio::time::timeout;

use crate::{
    django_server::Django,
    helpers::PATIENCE,
    node::{WIRES, is_not_ready, is_whole, metric, node},
    program::Program,
    redis_server::Server,
};

const TOLD: &str = "--channel-layer-keys opens no message that comes through Redis";

/// The node has its Redis, opens nothing of what comes, and says so.
async fn is_locked_out(node: SocketAddr) {
    is_not_ready(node, TOLD).await;
    assert_eq!((metric(node, "connected").await, metric(node, "redis_locked_out").await), (1, 1));
    assert!(metric(node, "redis_undecryptable_total").await > 0);
}

#[tokio::test]
async fn nodes_with_different_keys_say_so_until_one_opens_what_comes() {
    for wire in WIRES {
        let redis = Server::start().await;
        let layer = redis.url().replacen("redis", wire, 1);
        let one = node(&layer, &["--channel-layer-keys", "ours"]).await;
        let other = node(&layer, &["--channel-layer-keys", "theirs"]).await;
        let mut ann = one.connect("/group/1/").await;
        let mut bo = other.connect("/group/1/").await;
        // Each is the first that its own node tells of; nothing of the other's comes between.
        ann.says("here").await;
        ann.hears("组内主动推送消息:here").await;
        is_locked_out(other.address).await;
        bo.says("there").await;
        bo.hears("组内主动推送消息:there").await;
        is_locked_out(one.address).await;

        let both = node(&layer, &["--channel-layer-keys", "ours,theirs"]).await;
        let mut cy = both.connect("/group/1/").await;
        cy.says("hello").await;
        ann.hears("组内主动推送消息:hello").await;
        is_whole(one.address).await;
        assert_eq!(metric(one.address, "redis_locked_out").await, 0);
        is_locked_out(other.address).await;
        bo.says("still there").await;
        bo.hears("组内主动推送消息:still there").await;
        cy.hears("组内主动推送消息:hello").await;
        cy.hears("组内主动推送消息:still there").await;
        is_whole(both.address).await;
    }
}

/// What a view says through a Django with these keys; the log tells of ours once.
async fn django_is_not_understood(backend: &str, wire: &str, theirs: &str, ours: &str) {
    const SAID: u64 = 30;
    let redis = Server::start().await;
    let layer = redis.url().replacen("redis", wire, 1);
    let django = Django::start(backend, &redis.url(), theirs).await;
    let variables = [("TEAHOUSE_CHANNEL_LAYER", layer.as_str()), ("TEAHOUSE_CHANNEL_LAYER_KEYS", ours)];
    let mut teahouse = Program::start(&[], &variables).await;
    is_whole(teahouse.address).await;
    let mut tea = teahouse.connect("/group/42/").await;
    // Who has heard is a member.
    tea.says("before").await;
    tea.hears("组内主动推送消息:before").await;
    // Not before: what it cannot open ends a consumer of Django's.
    let mut dee = django.connect("/group/42/").await;
    for n in 0..SAID {
        django.say("42", &n.to_string()).await;
        dee.hears(&format!("组内主动推送消息:{n}")).await;
    }
    let line = teahouse.logs(TOLD).await;
    assert!(line.contains("WARN"), "{line}");
    let all = async { while metric(teahouse.address, "redis_undecryptable_total").await < SAID {} };
    timeout(PATIENCE, all).await.expect("not all came");
    is_locked_out(teahouse.address).await;
    tea.says("alone").await;
    tea.hears("组内主动推送消息:alone").await;
    let log = teahouse.log();
    assert_eq!(log.iter().filter(|line| line.contains("--channel-layer-keys")).count(), 1, "{log:?}");
    assert!(!log.iter().any(|line| line.contains("our-secret")), "{log:?}");
}

#[tokio::test]
async fn django_with_other_keys_is_not_understood_and_the_log_says_so_once() {
    django_is_not_understood("core", "redis", r#"["theirs"]"#, "our-secret").await;
    django_is_not_understood("pubsub", "redis+pubsub", r#"["theirs"]"#, "our-secret").await;
}

#[tokio::test]
async fn neither_is_django_if_one_side_has_no_keys() {
    django_is_not_understood("core", "redis", "[]", "our-secret").await;
    django_is_not_understood("pubsub", "redis+pubsub", "[]", "our-secret").await;
    django_is_not_understood("core", "redis", r#"["theirs"]"#, "").await;
    django_is_not_understood("pubsub", "redis+pubsub", r#"["theirs"]"#, "").await;
}
