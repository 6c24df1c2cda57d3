//! For tests: a group in a real store, of which nobody is told anything but what a test tells them. Never in the program,
//! never a mock.

use std::{sync::Arc, time::Duration};

use channel_layer::{MemoryConfig, MemoryLayer};
use protocol::{GroupId, Person, Seq};
use store::{Command, Grant, Replay, Store};
use tempfile::TempDir;
use tokio::{sync::mpsc, time::timeout};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{Happened, Joined, Services, Subscriber, Subscription, Topic, event::GroupEvent};
use crate::limits::Limits;

pub(super) struct House {
    _data: TempDir,
    pub(super) services: Services,
    person: Person,
    pub(super) group: GroupId,
}

impl House {
    pub(super) async fn open() -> Self {
        let data = TempDir::new().unwrap();
        // Nobody publishes: whatever is stored is missing until somebody looks.
        let config = store::Config::new(store::Database::sqlite(data.path().join("db")));
        let store = Store::open(config, mpsc::channel(1).0).await.unwrap();
        let layer = Arc::new(MemoryLayer::<GroupEvent>::new(MemoryConfig::default()).unwrap());
        let (tasks, shutdown) = (TaskTracker::new(), CancellationToken::new());
        let person = store.add_guest("Ann", "token", "").await.unwrap().person;
        let limits = Arc::new(Limits::new(false));
        let services =
            Services { limits, store, layer, node: "n1".to_owned(), tasks, shutdown, left_out: Arc::default() };
        Self { _data: data, services, person, group: GroupId::parse("g").unwrap() }
    }

    pub(super) async fn say(&self, count: usize, body: &str) {
        let commands = (0..count).map(|_| {
            let command = Command::Post { body: body.to_owned(), reply_to: None };
            self.services.store.command(&self.group, &self.person, Grant::default(), None, command)
        });
        for stored in futures_util::future::join_all(commands).await {
            stored.unwrap();
        }
    }

    /// Without a hub, whose pulse would look at the store and tell it what a test is to tell.
    pub(super) async fn topic(&self) -> Arc<Topic> {
        let topic = Topic::new(self.group.clone(), self.services.clone());
        topic.open().await.unwrap();
        topic
    }

    /// Everything that was said, in order, as it is published.
    pub(super) async fn happened(&self) -> Vec<Arc<Happened>> {
        let epoch = self.services.store.epoch().await.unwrap();
        let happened = |event| Arc::new(Happened::new(self.group.clone(), epoch.clone(), Arc::new(event)));
        let mut events = Vec::new();
        loop {
            let next = self.services.store.next(&self.group, &epoch, events.len() as Seq, 100).await;
            match next {
                Ok(Replay::Events(next)) if next.is_empty() => return events,
                Ok(Replay::Events(next)) => events.extend(next.into_iter().map(happened)),
                next => panic!("{next:?}"),
            }
        }
    }
}

/// Asks for a place for a test's socket, from after this event on.
pub(super) fn join<S: Subscriber + 'static>(topic: &Topic, socket: &Arc<S>, after: Option<Seq>) -> Joined {
    topic.join(&(Arc::clone(socket) as Arc<dyn Subscriber>), after)
}

/// A new socket of a test that has its place.
pub(super) fn joined<S: Subscriber + Default + 'static>(topic: &Topic, after: Option<Seq>) -> (Arc<S>, Subscription) {
    let socket = Arc::default();
    let Joined::Here(place) = join(topic, &socket, after) else { panic!("no place") };
    (socket, place)
}

/// What must come, or the test fails.
pub(super) async fn comes<T>(what: impl Future<Output = T>) -> T {
    timeout(Duration::from_secs(30), what).await.expect("it never came")
}
