//! A Rust process of the benchmark: does the part that its argument names and answers by lines. Starts no process.

use std::os::unix::net::UnixDatagram;
use std::sync::Arc;
use std::time::Duration;

use channel_layer::{RedisConfig, RedisLayer, Wire};
use serde::Serialize;
use tokio::io::{AsyncBufReadExt, BufReader, Lines, Stdin, stdin};
use tokio::time::sleep;

use crate::member::Members;
use crate::part::{Kind, Part, Role};
use crate::{churn, sender};

/// Two threads, as many as the machine of the published figures has cores.
#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
pub(crate) async fn run(part: &str) {
    let part: Part = serde_json::from_str(part).expect("a part");
    if part.role == Role::Churn {
        emit(&churn::run(&part).await);
        return;
    }
    let mut asks = BufReader::new(stdin()).lines();
    let members = match part.role {
        Role::Sender => sender::run(part, line(&mut asks)).await,
        Role::Members | Role::Churn => hold(&part).await,
    };
    while line(&mut asks).await.is_some() {}
    emit(&members.report());
}

async fn line(asks: &mut Lines<BufReader<Stdin>>) -> Option<String> {
    asks.next_line().await.expect("stdin is open")
}

pub(crate) fn emit(event: &impl Serialize) {
    println!("{}", serde_json::to_string(event).expect("JSON"));
}

/// A layer, connected.
pub(crate) async fn layer<M: Wire>(part: &Part) -> Arc<RedisLayer<M>> {
    let config = RedisConfig { capacity: part.capacity, ..RedisConfig::parse(&part.url).expect("a URL") };
    let layer = RedisLayer::new(config).expect("sound settings");
    layer.health().wait_for(channel_layer::Health::is_connected).await.expect("the layer is there");
    Arc::new(layer)
}

/// A process that only holds members; it tells the sender what has arrived.
async fn hold(part: &Part) -> Members {
    let acks = UnixDatagram::unbound().and_then(|acks| acks.connect(&part.acks).map(|()| acks)).expect("a sender");
    let say = acks.try_clone().expect("a socket");
    let index = part.index;
    let tell = move |got| {
        acks.send(format!("got {index} {got}").as_bytes()).expect("the sender is there");
    };
    let members = Members::new(layer(part).await, part, tell);
    let channel = members.join(part, part.kind == Kind::Group).await.expect("at least one member");
    // Until the consumers wait: a message before that would be measured with their start.
    sleep(Duration::from_millis(200)).await;
    say.send(format!("ready {index} {channel}").as_bytes()).expect("the sender is there");
    members
}
