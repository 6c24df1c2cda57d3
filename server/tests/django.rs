//! Teahouse beside the tutorial's Django app on one Redis: each hears the other. The Python side is end2end/django, in
//! the virtual environment that `.ci/tools test` makes.

mod helpers;
#[path = "../channel_layer/tests/python/mod.rs"]
mod python;
#[path = "../channel_layer/tests/redis_server/mod.rs"]
mod redis_server;

use std::process::Stdio;

use helpers::{Client, PATIENCE, TestServer};
use python::python;
use redis_server::Server;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    time::timeout,
};
use tokio_tungstenite::connect_async;

/// The tutorial's app under daphne; gone with the test.
struct Django {
    address: String,
    _child: Child,
}

impl Django {
    async fn start(backend: &str, redis: &str, keys: &str) -> Self {
        let serve = concat!(env!("CARGO_MANIFEST_DIR"), "/../end2end/django/serve.py");
        let mut child = Command::new(python())
            .args([serve, "--port", "0"])
            .env("LAYER_BACKEND", backend)
            .env("LAYER_HOSTS", format!("[\"{redis}\"]"))
            .env("LAYER_KEYS", keys)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let line = timeout(PATIENCE, lines.next_line()).await.unwrap().unwrap().expect("Django did not start");
        let address = line.strip_prefix("listening on ").unwrap().to_owned();
        Self { address, _child: child }
    }

    async fn connect(&self, path: &str) -> Client {
        Client(connect_async(format!("ws://{}{path}", self.address)).await.unwrap().0)
    }
}

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

    let view = format!("http://{}/say/42/", django.address);
    let answer = reqwest::Client::new().post(view).body("来自视图").send().await.unwrap();
    assert!(answer.status().is_success(), "{answer:?}");
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
