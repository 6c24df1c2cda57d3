//! The tutorial's Django app as a test's neighbour on Redis: end2end/django, in the virtual environment that `.ci/tools
//! test` makes. Never an expectation.

#[path = "../../channel_layer/tests/python/mod.rs"]
mod python;

use std::process::Stdio;

use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    time::timeout,
};
use tokio_tungstenite::connect_async;

use self::python::python;
use crate::helpers::{Client, PATIENCE};

/// The tutorial's app under daphne; gone with the test.
pub(crate) struct Django {
    pub(crate) address: String,
    _child: Child,
}

impl Django {
    /// By either wire of channels_redis: `core` or `pubsub`.
    pub(crate) async fn start(backend: &str, redis: &str, keys: &str) -> Self {
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

    pub(crate) async fn connect(&self, path: &str) -> Client {
        Client(connect_async(format!("ws://{}{path}", self.address)).await.unwrap().0)
    }

    /// A message from a view, past any consumer of Django's.
    pub(crate) async fn say(&self, group: &str, words: &str) {
        let view = format!("http://{}/say/{group}/", self.address);
        let answer = reqwest::Client::new().post(view).body(words.to_owned()).send().await.unwrap();
        assert!(answer.status().is_success(), "{answer:?}");
    }
}
