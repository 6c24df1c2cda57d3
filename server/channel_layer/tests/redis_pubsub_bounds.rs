//! The bounds of a pub/sub layer: what waits for Redis, what waits in Redis for us, and which Redis is too old.

mod node;
mod redis_server;

use std::sync::{Arc, Mutex, mpsc};

use channel_layer::{ChannelLayer, Delivery, Inbox, LayerError, RedisConfig, Trouble};
use node::*;
use redis_server::Server;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::time::timeout;

type Backend<M> = channel_layer::RedisPubSubLayer<M>;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_queue_to_redis_refuses_sends_and_still_reaches_members_here() {
    let server = Server::start().await;
    let there = node(&[&server]).await;
    let here = start(RedisConfig { queue: 5, ..config(&[&server]) }).await;
    let room = group("room");
    let (_, near) = member(&here, &room).await;
    let (far, _) = member(&there, &room).await;
    server.pause();
    let mut told = 0;
    eventually(async || {
        for _ in 0..10 {
            tell(&here, &room, told).await;
            told += 1;
        }
        here.redis_counters().unsent >= 50
    })
    .await;
    assert!(near.numbers().into_iter().eq(0..told));
    assert_eq!(send(&here, &far, 1).await, Err(LayerError::ChannelFull));
    server.resume();
    eventually(async || send(&here, &far, 2).await.is_ok()).await;
}

/// Weakness 19: there, queues are unbounded. Here what a slow consumer keeps from being read waits in Redis, within its
/// bound; beyond, Redis ends the connection, and the members are told.
#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn a_flood_behind_a_consumer_that_blocks_is_bounded_by_redis_and_a_gap() {
    let server = Server::start().await;
    let mut limit = redis::cmd("CONFIG");
    limit.arg("SET").arg("client-output-buffer-limit").arg("pubsub 1mb 1mb 0");
    limit.exec_async(&mut server.connection().await).await.expect("it answers");
    let node = node(&[&server]).await;
    let (open, gate) = mpsc::channel();
    let tray = Tray::new();
    let turnstile = Turnstile { gate: Mutex::new(gate), entered: Notify::new(), tray: Arc::clone(&tray) };
    let turnstile = Arc::new(turnstile);
    let member = node.attach("specific", Arc::clone(&turnstile) as _).expect("it attaches");
    node.group_add(&group("room"), &member).await.expect("it joins");

    let mut connection = server.connection().await;
    let mut publish = async |payload: &[u8]| -> usize {
        let mut publish = redis::cmd("PUBLISH");
        let answer = publish.arg("asgi__group__room").arg(payload).query_async(&mut connection).await;
        answer.expect("it answers")
    };
    publish(b"\x82\xa4type\xa6number\xa1n\x01").await;
    timeout(PATIENCE, turnstile.entered.notified()).await.expect("it is called");
    let flood = vec![0; 1 << 20];
    let mut sent = 0;
    while publish(&flood).await > 0 {
        sent += 1;
        assert!(sent < 1000, "someone buffers without bound");
    }
    drop(open);
    tray.until_told_of_a_gap().await;
    connected(&node, true).await;
    eventually(async || publish(b"\x82\xa4type\xa6number\xa1n\x02").await > 0).await;
    assert_eq!(tray.holds(2).await[..2], [1, 2]);
}

/// An inbox that blocks until the gate is opened for good.
struct Turnstile {
    gate: Mutex<mpsc::Receiver<()>>,
    entered: Notify,
    tray: Arc<Tray>,
}

impl Inbox<Number> for Turnstile {
    fn deliver(&self, batch: &[Arc<Number>]) -> Delivery {
        self.entered.notify_one();
        let _ = self.gate.lock().expect("not poisoned").recv();
        self.tray.deliver(batch)
    }

    fn gap(&self) {
        self.tray.gap();
    }
}

/// A server that only says how old it is.
#[tokio::test]
async fn a_redis_older_than_resp3_is_refused_and_told_so() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        loop {
            let (socket, _) = listener.accept().await.expect("a client");
            tokio::spawn(pretend_to_be_redis_5(socket));
        }
    });
    let config = RedisConfig::parse(&format!("redis://127.0.0.1:{port}")).expect("a URL");
    assert_eq!(config.check().await, Ok(()), "the other layer would do");
    let host = format!("127.0.0.1:{port}");
    let trouble = Trouble::TooOld { host, version: "5.0.14".to_owned(), needs: 6 };
    assert_eq!(config.check_for_pubsub().await, Err(trouble.clone()));
    let layer = Arc::new(Node::new(config).expect("sound settings"));
    let told = |health: &channel_layer::Health| health.hosts[0].trouble == Some(trouble.clone());
    timeout(PATIENCE, layer.health().wait_for(told)).await.expect("it is told").expect("the layer is there");
}

async fn pretend_to_be_redis_5(socket: tokio::net::TcpStream) {
    let mut socket = BufReader::new(socket);
    let mut line = String::new();
    while socket.read_line(&mut line).await.is_ok_and(|read| read > 0) {
        let words: usize = line[1..].trim().parse().expect("an array of words");
        let mut command = Vec::new();
        for _ in 0..words {
            line.clear();
            socket.read_line(&mut line).await.expect("a length");
            let mut word = vec![0; line[1..].trim().parse::<usize>().expect("a length") + 2];
            socket.read_exact(&mut word).await.expect("a word");
            command.push(String::from_utf8_lossy(&word).trim().to_uppercase());
        }
        line.clear();
        let answer = match command[0].as_str() {
            "HELLO" => "-ERR unknown command `HELLO`\r\n",
            "INFO" => "$45\r\nredis_version:5.0.14\r\nredis_mode:standalone\r\n\r\n",
            _ => "+OK\r\n",
        };
        if socket.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
    }
}
