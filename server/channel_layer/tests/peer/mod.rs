//! The Python side of a test: end2end/django/peer.py with the real channels_redis. Expectations are the test's own.

use std::process::Stdio;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::time::timeout;

use crate::node::PATIENCE;
use crate::python::python;
use crate::redis_server::Server;

/// A process with a real channels_redis layer, driven by lines of JSON. `LAYER_BACKEND` says which.
pub(crate) struct Peer {
    _child: Child,
    asks: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
}

impl Peer {
    pub(crate) fn start(servers: &[&Server], more: &[(&str, &str)]) -> Self {
        let hosts: Vec<String> = servers.iter().map(|server| server.url()).collect();
        let mut child = Command::new(python())
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/../../end2end/django/peer.py"))
            .env("LAYER_BACKEND", "core")
            .env("LAYER_HOSTS", json!(hosts).to_string())
            .env("LAYER_OPTIONS", r#"{"capacity": 10000}"#)
            .envs(more.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("the peer starts");
        let asks = child.stdin.take().expect("piped");
        let answers = BufReader::new(child.stdout.take().expect("piped")).lines();
        Self { _child: child, asks, answers }
    }

    /// One command and its answer.
    pub(crate) async fn ask(&mut self, mut command: Value) -> Value {
        command["id"] = json!(1);
        self.asks.write_all(format!("{command}\n").as_bytes()).await.expect("it reads");
        let line = timeout(2 * PATIENCE, self.answers.next_line()).await.expect("it answers");
        let answer: Value = serde_json::from_str(&line.expect("a line").expect("it runs")).expect("JSON");
        assert!(answer.get("error").is_none(), "{answer}");
        answer["ok"].clone()
    }

    pub(crate) async fn new_channel(&mut self) -> String {
        self.ask(json!({"command": "new_channel"})).await.as_str().expect("a name").to_owned()
    }
}
