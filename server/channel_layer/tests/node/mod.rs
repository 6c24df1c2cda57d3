//! Nodes, as tests beyond the conformance suite use them: a message, an inbox that remembers, and layers over servers.

#![expect(dead_code, reason = "each test file uses another part of it")]

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use channel_layer::{ChannelLayer, ChannelName, Delivery, GroupName, Inbox, LayerError, Map, RedisConfig, Value, Wire};
use tokio::sync::Notify;
use tokio::time::timeout;

use crate::redis_server::Server;

/// Longer than anything here takes, even on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// A numbered message; anything else is none.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Number(pub(crate) i64);

impl Wire for Number {
    fn to_wire(&self) -> Map {
        Map::new().with("type", "number").with("n", self.0)
    }

    fn from_wire(map: Map) -> Option<Self> {
        match (map.text("type"), map.get("n")) {
            (Some("number"), Some(Value::Int(n))) => Some(Self(*n)),
            _ => None,
        }
    }
}

/// The including test says which layer its nodes run on: `type Backend<M> = …`.
pub(crate) type Node = crate::Backend<Number>;

pub(crate) fn config(servers: &[&Server]) -> RedisConfig {
    let urls: Vec<_> = servers.iter().map(|server| server.url()).collect();
    RedisConfig { capacity: 10_000, ..RedisConfig::parse(&urls.join(",")).expect("URLs") }
}

pub(crate) async fn node(servers: &[&Server]) -> Arc<Node> {
    start(config(servers)).await
}

pub(crate) async fn start(config: RedisConfig) -> Arc<Node> {
    let node = Arc::new(Node::new(config).expect("sound settings"));
    connected(&node, true).await;
    node
}

/// Waits until the node says that it is connected, or that it is not.
pub(crate) async fn connected(node: &Node, connected: bool) {
    let mut health = node.health();
    let changed = health.wait_for(|health| health.is_connected() == connected);
    timeout(PATIENCE, changed).await.expect("the health changes").expect("the layer is there");
}

pub(crate) fn channel(name: &str) -> ChannelName {
    name.parse().expect("a channel's name")
}

pub(crate) fn group(name: &str) -> GroupName {
    name.parse().expect("a group's name")
}

pub(crate) async fn tell(node: &Node, room: &GroupName, n: i64) {
    node.group_send(room, Arc::new(Number(n))).await.expect("a group send is not refused");
}

pub(crate) async fn send(node: &Node, to: &ChannelName, n: i64) -> Result<(), LayerError> {
    node.send(to, Arc::new(Number(n))).await
}

pub(crate) async fn receive(node: &Node, from: &ChannelName) -> i64 {
    timeout(PATIENCE, node.receive(from)).await.expect("something comes").expect("the channel is there").0
}

/// A member of a group on a node.
pub(crate) async fn member(node: &Node, room: &GroupName) -> (ChannelName, Arc<Tray>) {
    let tray = Tray::new();
    let channel = node.attach("specific", Arc::clone(&tray) as _).expect("it attaches");
    node.group_add(room, &channel).await.expect("it joins");
    (channel, tray)
}

/// Asks again until it holds: for what no event tells of.
pub(crate) async fn eventually(mut holds: impl AsyncFnMut() -> bool) {
    let until = async {
        while !holds().await {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(PATIENCE, until).await.expect("it comes to hold");
}

/// An inbox that remembers what it was given, and how often it was told of a gap.
#[derive(Default)]
pub(crate) struct Tray {
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Default)]
struct State {
    numbers: Vec<i64>,
    gaps: usize,
    full: usize,
    is_full: bool,
}

impl Tray {
    pub(crate) fn new() -> Arc<Self> {
        Arc::default()
    }

    pub(crate) fn be_full(&self, is_full: bool) {
        self.change(|state| state.is_full = is_full);
    }

    pub(crate) fn numbers(&self) -> Vec<i64> {
        self.change(|state| state.numbers.clone())
    }

    pub(crate) fn gaps(&self) -> usize {
        self.change(|state| state.gaps)
    }

    /// How often it was offered something and had no room.
    pub(crate) fn refusals(&self) -> usize {
        self.change(|state| state.full)
    }

    pub(crate) async fn until_told_of_a_gap(&self) {
        self.until(|state| state.gaps > 0).await;
    }

    pub(crate) async fn until_refused(&self) {
        self.until(|state| state.full > 0).await;
    }

    /// Waits until as many have come.
    pub(crate) async fn holds(&self, count: usize) -> Vec<i64> {
        self.until(|state| state.numbers.len() >= count).await;
        self.numbers()
    }

    async fn until(&self, reached: impl Fn(&State) -> bool) {
        let until = async {
            loop {
                let changed = self.changed.notified();
                tokio::pin!(changed);
                changed.as_mut().enable();
                if self.change(|state| reached(state)) {
                    break;
                }
                changed.await;
            }
        };
        let held = timeout(PATIENCE, until).await;
        assert!(held.is_ok(), "it does not come; there are {:?} and {} gaps", self.numbers(), self.gaps());
    }

    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Inbox<Number> for Tray {
    fn deliver(&self, batch: &[Arc<Number>]) -> Delivery {
        let delivery = self.change(|state| {
            if state.is_full {
                state.full += 1;
                return Delivery::Full;
            }
            state.numbers.extend(batch.iter().map(|number| number.0));
            Delivery::Taken
        });
        self.changed.notify_waiters();
        delivery
    }

    fn gap(&self) {
        self.change(|state| state.gaps += 1);
        self.changed.notify_waiters();
    }
}
