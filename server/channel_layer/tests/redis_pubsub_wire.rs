//! What a pub/sub layer publishes, what it makes of what others publish, and that nobody hears himself twice.

mod node;
mod redis_server;

use std::sync::Arc;

use channel_layer::{ChannelLayer, Format, Map, RedisConfig, Value, Wire};
use futures_util::StreamExt;
use node::*;
use redis_server::Server;
use tokio::time::timeout;

type Backend<M> = channel_layer::RedisPubSubLayer<M>;

/// Any map at all.
#[derive(Debug, PartialEq)]
struct Anything(Map);

impl Wire for Anything {
    fn to_wire(&self) -> Map {
        self.0.clone()
    }

    fn from_wire(map: Map) -> Option<Self> {
        Some(Self(map))
    }
}

async fn speaker(config: RedisConfig) -> Backend<Anything> {
    let layer = Backend::new(config).expect("sound settings");
    layer.health().wait_for(|health| health.is_connected()).await.expect("it connects");
    layer
}

/// A plain client that hears everything.
async fn ear(server: &Server) -> redis::aio::PubSubStream {
    let mut ear = redis::Client::open(server.url()).expect("a URL").get_async_pubsub().await.expect("it is up");
    ear.psubscribe("*").await.expect("it subscribes");
    ear.into_on_message()
}

async fn heard(ear: &mut redis::aio::PubSubStream) -> (String, Vec<u8>) {
    let message = timeout(PATIENCE, ear.next()).await.expect("it comes").expect("it is up");
    (message.get_channel_name().to_owned(), message.get_payload_bytes().to_vec())
}

async fn publish(server: &Server, channel: &str, payload: &[u8]) -> usize {
    let mut publish = redis::cmd("PUBLISH");
    publish.arg(channel).arg(payload).query_async(&mut server.connection().await).await.expect("it answers")
}

fn number(n: u8) -> Vec<u8> {
    [b"\x82\xa4type\xa6number\xa1n".as_slice(), &[n]].concat()
}

#[tokio::test]
async fn channels_and_payloads_are_those_of_channels_redis() {
    let server = Server::start().await;
    let (layer, mut ear) = (speaker(config(&[&server])).await, ear(&server).await);
    let chat = Map::new().with("type", "chat.message").with("text", "hi");
    layer.group_send(&group("room-1"), Arc::new(Anything(chat.clone()))).await.expect("it is sent");
    let golden = b"\x82\xa4type\xacchat.message\xa4text\xa2hi".to_vec();
    assert_eq!(heard(&mut ear).await, ("asgi__group__room-1".to_owned(), golden.clone()));
    layer.send(&channel("asgispecific.3bd8"), Arc::new(Anything(chat))).await.expect("it is sent");
    assert_eq!(heard(&mut ear).await, ("asgispecific.3bd8".to_owned(), golden));
}

/// Upstream's `serialize` and `deserialize`.
#[tokio::test]
async fn the_references_message_is_written_and_read() {
    const GOLDEN: &[u8] = b"\x83\xa1a\xc3\xa1b\xc0\xa1c\x81\xa1d\x90";
    let server = Server::start().await;
    let (layer, mut ear) = (speaker(config(&[&server])).await, ear(&server).await);
    let message = || {
        Map::new()
            .with("a", true)
            .with("b", Value::Null)
            .with("c", Value::Map(Map::new().with("d", Value::List(Vec::new()))))
    };
    layer.group_send(&group("room"), Arc::new(Anything(message()))).await.expect("it is sent");
    assert_eq!(heard(&mut ear).await.1, GOLDEN);

    let mine = layer.new_channel("specific").expect("a channel");
    layer.settled().await.expect("Redis is there");
    assert_eq!(publish(&server, mine.as_str(), GOLDEN).await, 2, "the layer and the ear");
    assert_eq!(layer.receive(&mine).await.as_deref(), Ok(&Anything(message())));
}

/// The token is of 2023: on this wire no clock is asked.
#[tokio::test]
async fn the_references_token_is_read_and_ours_is_none_that_we_would_not_read() {
    const TOKEN: &[u8] =
        b"gAAAAABlU_EAAAECAwQFBgcICQoLDA0OD0cAaGNcZmIUvvu3x-yxsFPrlwVnIsfA405AsM0k2XIJWMHBPIf999SgssHLlkVXxQ==";
    let server = Server::start().await;
    let encryption_keys = vec!["new".to_owned(), "a-test-key".to_owned()];
    let layer = speaker(RedisConfig { encryption_keys, ..config(&[&server]) }).await;
    let mine = layer.new_channel("specific").expect("a channel");
    layer.settled().await.expect("Redis is there");
    publish(&server, mine.as_str(), TOKEN).await;
    let message = Anything(Map::new().with("type", "m").with("x", 1_i64));
    assert_eq!(layer.receive(&mine).await.as_deref(), Ok(&message));

    let mut ear = ear(&server).await;
    layer.group_send(&group("room"), Arc::new(message)).await.expect("it is sent");
    let (_, token) = heard(&mut ear).await;
    assert!(token.starts_with(b"gAAAAA") && token.len() == TOKEN.len(), "a bare token");
}

#[tokio::test]
async fn json_is_read_and_written_and_another_prefix_is_another_house() {
    let server = Server::start().await;
    let json = RedisConfig { format: Format::Json, prefix: "tea".to_owned(), ..config(&[&server]) };
    let node = start(json).await;
    let mut ear = ear(&server).await;
    let (_, tray) = member(&node, &group("room")).await;
    tell(&node, &group("room"), 1).await;
    let (channel, payload) = heard(&mut ear).await;
    assert_eq!(channel, "tea__group__room");
    assert_eq!(payload, br#"{"type":"number","n":1}"#);
    publish(&server, "asgi__group__room", br#"{"type": "number", "n": 2}"#).await;
    publish(&server, "tea__group__room", br#"{"type": "number", "n": 3}"#).await;
    assert_eq!(tray.holds(2).await, [1, 3]);
}

#[tokio::test]
async fn what_is_unreadable_is_counted_and_dropped() {
    let server = Server::start().await;
    let encrypted = RedisConfig { encryption_keys: vec!["key".to_owned()], ..config(&[&server]) };
    let (plain, secret) = (node(&[&server]).await, start(encrypted).await);
    let (_, tray) = member(&plain, &group("room")).await;
    member(&secret, &group("room")).await;
    for poison in [&b""[..], b"\xc1", b"\x81\xa1a", b"\x90", &number(1)[..5], b"not a message"] {
        publish(&server, "asgi__group__room", poison).await;
    }
    publish(&server, "asgi__group__room", b"\x81\xa4type\xa5other").await;
    publish(&server, "asgi__group__room", &number(2)).await;
    assert_eq!(tray.holds(1).await, [2]);
    assert_eq!(plain.redis_counters().undecodable, 7);
    eventually(async || secret.redis_counters().undecryptable == 8).await;
}

/// As many as were said, whoever said them: of equal messages each is heard once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_hears_himself_twice_and_equal_messages_of_two_senders_are_both_heard() {
    const EACH: usize = 200;
    let server = Server::start().await;
    let (here, there) = (node(&[&server]).await, node(&[&server]).await);
    let room = group("room");
    let (_, near) = member(&here, &room).await;
    let (_, far) = member(&there, &room).await;
    let saying = |node: Arc<Node>| async move {
        for _ in 0..EACH {
            tell(&node, &group("room"), 7).await;
            tokio::task::yield_now().await;
        }
    };
    tokio::join!(tokio::spawn(saying(Arc::clone(&here))), tokio::spawn(saying(Arc::clone(&there))))
        .0
        .expect("it talks");
    for n in [8, 9] {
        tell(if n == 8 { &here } else { &there }, &room, n).await;
    }
    for tray in [&near, &far] {
        tray.holds(2 * EACH + 2).await;
    }
    // Behind everything either has published.
    here.settled().await.expect("Redis is there");
    there.settled().await.expect("Redis is there");
    for tray in [near, far] {
        assert_eq!(tray.numbers().iter().filter(|n| **n == 7).count(), 2 * EACH);
        assert_eq!(tray.numbers().len(), 2 * EACH + 2);
    }
}

/// Who joins and leaves between messages is subscribed or not when they are published: each echo is known.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_hears_himself_twice_however_the_group_empties_and_fills() {
    let server = Server::start().await;
    let (here, there) = (node(&[&server]).await, node(&[&server]).await);
    let room = group("room");
    let (_, far) = member(&there, &room).await;
    let tray = Tray::new();
    let visitor = here.attach("specific", Arc::clone(&tray) as _).expect("it attaches");
    for n in 0..200 {
        if n % 3 == 0 {
            here.group_add(&room, &visitor).await.expect("it joins");
        } else if n % 3 == 2 {
            here.group_discard(&room, &visitor).await.expect("it leaves");
        }
        tell(&here, &room, n).await;
    }
    assert!(far.holds(200).await.into_iter().eq(0..200), "each once and in order");
    let present: Vec<i64> = (0..200).filter(|n| n % 3 != 2).collect();
    assert_eq!(tray.numbers(), present);
    // An echo taken for another's would be counted as one that came.
    assert_eq!(here.redis_counters().frames_received, 0);
}

/// Upstream's `receive_on_non_owned_general_channel`.
#[tokio::test]
async fn an_ordinary_channel_is_received_from_in_another_process() {
    let server = Server::start().await;
    let (here, there) = (node(&[&server]).await, node(&[&server]).await);
    let (worker, reader) = (channel("test-channel"), Arc::clone(&there));
    let received = tokio::spawn(async move { receive(&reader, &channel("test-channel")).await });
    eventually(async || server.ask::<Vec<String>>("PUBSUB CHANNELS").await.contains(&"test-channel".to_owned())).await;
    send(&here, &worker, 1).await.expect("it is sent");
    assert_eq!(received.await.expect("it receives"), 1);
    // It is still listened to: a worker that handles one message does not miss the next.
    send(&here, &worker, 2).await.expect("it is sent");
    assert_eq!(receive(&there, &worker).await, 2);
}

#[tokio::test]
async fn what_nobody_elsewhere_hears_stays_for_whoever_receives_here() {
    let server = Server::start().await;
    let node = node(&[&server]).await;
    let worker = channel("worker");
    send(&node, &worker, 1).await.expect("there is room");
    assert_eq!(receive(&node, &worker).await, 1);
    // Subscribed by now: our own echo is no reader elsewhere.
    node.settled().await.expect("Redis is there");
    for n in 2..5 {
        send(&node, &worker, n).await.expect("there is room");
    }
    for n in 2..5 {
        assert_eq!(receive(&node, &worker).await, n);
    }
    assert_eq!(node.redis_counters().frames_received, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_four_hosts_every_group_and_channel_finds_its_way() {
    let servers = [Server::start().await, Server::start().await, Server::start().await, Server::start().await];
    let servers: Vec<&Server> = servers.iter().collect();
    let (here, there) = (node(&servers).await, node(&servers).await);
    for n in 0..40 {
        let (far, tray) = member(&there, &group(&format!("room-{}", n * 1009))).await;
        there.settled().await.expect("Redis is there");
        send(&here, &far, n).await.expect("there is room");
        tell(&here, &group(&format!("room-{}", n * 1009)), n).await;
        assert_eq!(tray.holds(2).await, [n, n]);
    }
    for server in servers {
        assert!(!server.ask::<Vec<String>>("PUBSUB CHANNELS").await.is_empty(), "each has its share");
    }
}
