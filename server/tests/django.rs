//! Teahouse beside the tutorial's Django app on one Redis: each hears the other. Never the live protocol.

mod django_server;
mod helpers;
#[path = "../channel_layer/tests/redis_server/mod.rs"]
mod redis_server;

use django_server::Django;
use helpers::TestServer;
use redis_server::Server;

/// By either wire of channels_redis: `core` or `pubsub`.
async fn chat_both_ways(backend: &str, redis: &str, keys: &[&str]) {
    let django = Django::start(backend, redis, &format!("{keys:?}")).await;
    let layer = if backend == "core" { redis.to_owned() } else { redis.replace("redis://", "redis+pubsub://") };
    let teahouse = TestServer::with_flags(&["--channel-layer", &layer, "--channel-layer-keys", &keys.join(",")]).await;
    teahouse.ready().await;
    let mut dee = django.connect("/group/42/").await;
    let mut tea = teahouse.connect("/group/42/").await;

    for n in 0..10 {
        dee.says(&format!("来自Django {n}")).await;
        tea.says(&format!("来自茶馆 {n}")).await;
        // Between two senders there is no order; each hears both once.
        for person in [&mut dee, &mut tea] {
            let mut heard = [person.heard().await, person.heard().await];
            heard.sort();
            assert_eq!(heard, [format!("组内主动推送消息:来自Django {n}"), format!("组内主动推送消息:来自茶馆 {n}")]);
        }
    }

    django.say("42", "来自视图").await;
    tea.hears("组内主动推送消息:来自视图").await;
    dee.hears("组内主动推送消息:来自视图").await;
}

#[tokio::test]
async fn django_and_teahouse_are_one_group() {
    let redis = Server::start().await;
    chat_both_ways("core", &redis.url(), &[]).await;
}

#[tokio::test]
async fn they_are_with_a_password_and_encryption_keys() {
    let redis = Server::start_with(&["--requirepass", "sesame"]).await;
    chat_both_ways("core", &format!("redis://:sesame@127.0.0.1:{}/0", redis.port()), &["a-test-key", "an-older-one"])
        .await;
}

#[tokio::test]
async fn they_are_by_pubsub() {
    let redis = Server::start().await;
    chat_both_ways("pubsub", &redis.url(), &[]).await;
}

#[tokio::test]
async fn they_are_by_pubsub_with_a_password_and_encryption_keys() {
    let redis = Server::start_with(&["--requirepass", "sesame"]).await;
    chat_both_ways("pubsub", &format!("redis://:sesame@127.0.0.1:{}/0", redis.port()), &["a-test-key", "an-older-one"])
        .await;
}
