//! The rows, by what goes wrong, and what several of them need. No claim about either layer is made here.

mod age;
mod cost;
mod faults;
mod loss;
mod slow;

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use channel_layer::{ChannelLayer, ChannelName};
use redis::FromRedisValue;
use serde_json::Value;

use crate::node::{Node, Tray};
use crate::redis_server::Server;

/// A channel on a node, in no group.
fn attach(node: &Node) -> (ChannelName, Arc<Tray>) {
    let tray = Tray::new();
    (node.attach("specific", Arc::clone(&tray) as _).expect("it attaches"), tray)
}

/// The key of the process that a channel belongs to.
fn process_key(channel: &str) -> String {
    let (process, _) = channel.split_once('!').expect("a process's channel");
    format!("asgi{process}!")
}

fn now() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs_f64()
}

/// A number in `INFO`.
async fn info(server: &Server, section: &str, field: &str) -> u64 {
    let info: String = server.ask(&format!("INFO {section}")).await;
    let line = info.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(':'));
    line.expect("the field").trim().parse().expect("a number")
}

/// What a command answers whose words hold blanks or bytes.
async fn command<T: FromRedisValue>(server: &Server, words: &[&[u8]]) -> T {
    let mut command = redis::Cmd::new();
    words.iter().for_each(|word| {
        command.arg(word);
    });
    command.query_async(&mut server.connection().await).await.expect("it answers")
}

/// A number in a report of churn.py.
fn count(report: &Value, what: &str) -> u64 {
    report[what].as_u64().unwrap_or_else(|| panic!("no {what} in {report}"))
}
