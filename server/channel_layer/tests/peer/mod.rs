//! A process with a real channels_redis layer (`LAYER_BACKEND` says which), driven by lines of JSON: end2end/django/peer.py. What it answers is
//! judged by the tests.

use std::collections::HashMap;
use std::process::Stdio;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::time::timeout;

use crate::node::PATIENCE;
use crate::python::python;
use crate::redis_server::Server;

pub(crate) struct Peer {
    child: Child,
    asks: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
    /// Answers that came before the ones waited for.
    early: HashMap<u64, Value>,
    asked: u64,
}

/// A command that may still be under way.
#[must_use]
pub(crate) struct Asked(u64);

impl Peer {
    /// One whose capacity no test fills.
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
        Self { child, asks, answers, early: HashMap::new(), asked: 0 }
    }

    /// One with these settings in place of channels_redis' own.
    pub(crate) fn with(servers: &[&Server], options: &Value) -> Self {
        Self::start(servers, &[("LAYER_OPTIONS", &options.to_string())])
    }

    /// Begins a command. Only `receive` and `churn` run beside others.
    pub(crate) async fn begin(&mut self, mut command: Value) -> Asked {
        self.asked += 1;
        command["id"] = json!(self.asked);
        self.asks.write_all(format!("{command}\n").as_bytes()).await.expect("it reads");
        Asked(self.asked)
    }

    /// What the command returned, or the class of the exception that ended it.
    pub(crate) async fn end(&mut self, Asked(id): Asked) -> Result<Value, String> {
        let answer = loop {
            if let Some(answer) = self.early.remove(&id) {
                break answer;
            }
            let line = timeout(2 * PATIENCE, self.answers.next_line()).await.expect("it answers");
            let answer: Value = serde_json::from_str(&line.expect("a line").expect("it runs")).expect("JSON");
            let Some(id) = answer["id"].as_u64() else { panic!("{answer}") };
            self.early.insert(id, answer);
        };
        match answer.get("error") {
            None => Ok(answer["ok"].clone()),
            Some(error) => Err(error["type"].as_str().expect("a class").to_owned()),
        }
    }

    pub(crate) async fn attempt(&mut self, command: Value) -> Result<Value, String> {
        let asked = self.begin(command).await;
        self.end(asked).await
    }

    /// One command that succeeds, and its answer.
    pub(crate) async fn ask(&mut self, command: Value) -> Value {
        let shown = command.to_string();
        self.attempt(command).await.unwrap_or_else(|error| panic!("{shown}: {error}"))
    }

    pub(crate) async fn new_channel(&mut self) -> String {
        self.ask(json!({"command": "new_channel"})).await.as_str().expect("a name").to_owned()
    }

    /// A channel in a group.
    pub(crate) async fn member(&mut self, group: &str) -> String {
        let channel = self.new_channel().await;
        self.ask(json!({"command": "group_add", "group": group, "channel": channel})).await;
        channel
    }

    pub(crate) async fn tell(&mut self, group: &str, n: i64) {
        self.ask(json!({"command": "group_send", "group": group, "message": number(n)})).await;
    }

    pub(crate) async fn send(&mut self, channel: &str, n: i64) -> Result<(), String> {
        self.attempt(json!({"command": "send", "channel": channel, "message": number(n)})).await.map(drop)
    }

    /// What a consumer's `receive` gives within so many seconds: a number, nothing, or the exception that ends it.
    pub(crate) async fn receive(&mut self, channel: &str, seconds: f64) -> Result<Option<i64>, String> {
        let asked = self.begin_receive(channel, seconds).await;
        self.end_receive(asked).await
    }

    pub(crate) async fn begin_receive(&mut self, channel: &str, seconds: f64) -> Asked {
        self.begin(json!({"command": "receive", "channel": channel, "timeout": seconds})).await
    }

    pub(crate) async fn end_receive(&mut self, asked: Asked) -> Result<Option<i64>, String> {
        self.end(asked).await.map(|message| message["n"].as_i64())
    }

    /// As a crash does: nothing of it is cleaned up.
    pub(crate) async fn kill(mut self) {
        self.child.kill().await.expect("it can be killed");
    }
}

pub(crate) fn number(n: i64) -> Value {
    json!({"type": "number", "n": n})
}
