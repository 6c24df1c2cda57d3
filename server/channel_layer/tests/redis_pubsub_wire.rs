//! What a pub/sub layer publishes, and what it makes of what others publish.

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
