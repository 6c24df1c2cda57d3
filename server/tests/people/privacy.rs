//! What is said in private stays there: a process without our database, such as Django's, in the layer's group hears
//! nothing of it, and what it says is not taken up.

use std::sync::Arc;

use channel_layer::{ChannelLayer, ChannelName, GroupName, Map, RedisConfig, RedisLayer, Value, Wire};
use protocol::{Change, ServerFrame};
use store::GroupKind;

use crate::{
    api::Guest,
    doors::{live, says, subscribe},
    helpers::PATIENCE,
    socket::Socket,
    town::Town,
};

/// Whatever is in the layer, as it is there.
struct Raw(Map);

impl Wire for Raw {
    fn to_wire(&self) -> Map {
        self.0.clone()
    }

    fn from_wire(map: Map) -> Option<Self> {
        Some(Self(map))
    }
}

/// A process that has joined the group `tea` and understands nothing but the tutorial's message.
struct Process {
    layer: RedisLayer<Raw>,
    group: GroupName,
    channel: ChannelName,
}

impl Process {
    async fn start(redis: &str) -> Self {
        let layer = RedisLayer::new(RedisConfig::parse(redis).expect("a URL")).expect("sound settings");
        layer.health().wait_for(|health| health.is_connected()).await.expect("it connects");
        let (group, channel) = (GroupName::parse("tea").unwrap(), layer.new_channel("specific").unwrap());
        layer.group_add(&group, &channel).await.unwrap();
        Self { layer, group, channel }
    }

    async fn says(&self, text: &str) {
        let message = Map::new().with("type", "websocket.receive").with("text", text);
        let message = Raw(Map::new().with("type", "send_msg").with("message", message));
        self.layer.group_send(&self.group, Arc::new(message)).await.unwrap();
    }

    /// The text of the next message.
    async fn hears(&self) -> String {
        let message = tokio::time::timeout(PATIENCE, self.layer.receive(&self.channel));
        let message = message.await.expect("it hears nothing").unwrap();
        match message.0.get("message") {
            Some(Value::Map(message)) => message.text("text").unwrap_or_default().to_owned(),
            other => panic!("{other:?}"),
        }
    }
}

async fn in_tea(town: &Town, by: &Guest) -> Socket {
    let mut socket = live(town, 0, Some(by)).await;
    assert_eq!(subscribe(&mut socket, "tea").await, "here");
    socket
}

async fn said(socket: &mut Socket) -> (u64, String) {
    let posted = socket.until("a message", |frame| match frame {
        ServerFrame::Events { events, .. } => match &events[0] {
            protocol::Event { seq, change: Change::Posted { body, .. }, .. } => Some((*seq, body.clone())),
            _ => None,
        },
        _ => None,
    });
    posted.await
}

/// Until the node with somebody in the group has judged so much of what others said there.
async fn left_out(town: &Town, count: u64) {
    let judged = async {
        let line = format!("teahouse_foreign_left_out_total {count}\n");
        loop {
            let metrics = reqwest::get(town.nodes[0].url("/metrics")).await.unwrap().text().await.unwrap();
            if metrics.contains(&line) {
                return;
            }
        }
    };
    tokio::time::timeout(PATIENCE, judged).await.expect("it is left out");
}

#[tokio::test]
async fn another_process_in_the_layer_group_hears_nothing_private_and_nothing_of_it_is_taken_up() {
    let town = Town::of_two().await;
    let owner = town.account("owner").await;
    town.group("tea", GroupKind::Private, &owner).await;
    let mut socket = in_tea(&town, &owner).await;
    let process = Process::start(&town.redis.as_ref().unwrap().url()).await;
    assert_eq!(says(&mut socket, "tea", "a secret").await, "done");
    let first = town.store.newest(&protocol::GroupId::parse("tea").unwrap(), 1).await.unwrap().messages.remove(0);
    crate::doors::edits(&mut socket, "tea", first.id.as_str()).await;
    // It hears itself, and nothing before that; we hear it and take nothing up.
    process.says("an intruder").await;
    assert_eq!(process.hears().await, "an intruder");
    left_out(&town, 1).await;
    assert_eq!(says(&mut socket, "tea", "still among us").await, "done");
    // From when it is open they talk to each other; what was said before stays unheard.
    assert_eq!(town.post("/groups/tea/describe", Some(&owner), &[("kind", "open")]).await.status, 303);
    assert_eq!(says(&mut socket, "tea", "hello, all").await, "done");
    assert_eq!(process.hears().await, "hello, all");
    process.says("hello, tea").await;
    assert_eq!(said(&mut socket).await, (5, "hello, tea".to_owned()));
    // And again not, once it is archived, and private.
    let closed = [("archive", ("archived", "1")), ("describe", ("kind", "private")), ("archive", ("archived", "0"))];
    for (heard, (act, field)) in (2..).zip(closed) {
        assert_eq!(town.post(&format!("/groups/tea/{act}"), Some(&owner), &[field]).await.status, 303);
        process.says("too late").await;
        // Its own, which it hears, and which is the next.
        while process.hears().await != "too late" {}
        left_out(&town, heard).await;
    }
    assert_eq!(says(&mut socket, "tea", "the end").await, "done");
    let stored = town.store.newest(&protocol::GroupId::parse("tea").unwrap(), 50).await.unwrap().messages;
    let bodies: Vec<&str> = stored.iter().map(|message| message.body.as_str()).collect();
    assert_eq!(bodies, ["changed", "still among us", "hello, all", "hello, tea", "the end"]);
}

#[tokio::test]
async fn a_house_with_another_database_takes_nothing_up_from_a_private_group_of_the_same_name() {
    let redis = crate::redis_server::Server::start().await;
    let layer = redis.url();
    let flags = ["--channel-layer", layer.as_str()];
    let (one, other) = (Town::with_flags(&flags).await, Town::with_flags(&flags).await);
    one.nodes[0].ready().await;
    other.nodes[0].ready().await;
    let (owner, neighbour) = (one.account("owner").await, other.account("neighbour").await);
    one.group("tea", GroupKind::Private, &owner).await;
    let (mut here, mut there) = (in_tea(&one, &owner).await, in_tea(&other, &neighbour).await);
    // Whoever hears their own word is in the layer's group.
    assert_eq!(says(&mut there, "tea", "anybody?").await, "done");
    assert_eq!(says(&mut here, "tea", "a secret").await, "done");
    assert_eq!(one.post("/groups/tea/describe", Some(&owner), &[("kind", "open")]).await.status, 303);
    assert_eq!(says(&mut here, "tea", "hello, all").await, "done");
    assert_eq!(said(&mut there).await, (2, "hello, all".to_owned()));
}
