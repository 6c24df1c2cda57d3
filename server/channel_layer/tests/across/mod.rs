//! A layer whose sender is in one process and everyone else in another: what passes here went over the wire. Which wire
//! the including test says: `type Backend<M> = …`.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use channel_layer::{
    ChannelLayer, ChannelName, Counters, Delivery, GroupName, GroupSent, Inbox, LayerError, RedisConfig,
};
use tokio::sync::oneshot;

use crate::Backend;
use crate::conformance::{Note, Settings, note};

/// Seconds are half as long: Redis has no clock that we could turn.
const SHORTER: u32 = 2;

pub(crate) async fn elapse(time: Duration) {
    tokio::time::sleep(time / SHORTER).await;
}

/// Sends here, has its channels there.
pub(crate) struct Across {
    here: Backend<Note>,
    there: Arc<Backend<Note>>,
    /// Messages of `settle`, which no case sent.
    probes: AtomicU64,
}

/// An inbox that tells what had been counted when it was called.
struct Probe {
    there: Arc<Backend<Note>>,
    delivered: Mutex<Option<oneshot::Sender<u64>>>,
}

impl Inbox<Note> for Probe {
    fn deliver(&self, _: &[Arc<Note>]) -> Delivery {
        if let Some(delivered) = self.delivered.lock().expect("not poisoned").take() {
            delivered.send(self.there.counters().delivered).expect("someone waits");
        }
        Delivery::Taken
    }
}

impl Across {
    pub(crate) async fn start(at: RedisConfig, settings: Settings) -> Arc<Self> {
        let Settings { capacity, channel_capacity, expiry, group_expiry } = settings;
        let there = RedisConfig {
            capacity,
            channel_capacity,
            expiry: expiry / SHORTER,
            group_expiry: group_expiry / SHORTER,
            ..at
        };
        // The queue of a whole process, for the sender; what one channel holds is known there.
        let mut here = there.clone();
        here.channel_capacity.insert(0, ("*!*".to_owned(), 1000));
        Arc::new(Self { here: start(here).await, there: Arc::new(start(there).await), probes: AtomicU64::new(0) })
    }

    /// A message that arrives behind all others has seen them arrive.
    pub(crate) async fn settle(&self) -> Result<(), LayerError> {
        let (delivered, counted) = oneshot::channel();
        let inbox = Probe { there: Arc::clone(&self.there), delivered: Mutex::new(Some(delivered)) };
        let probe = self.there.attach("specific", Arc::new(inbox))?;
        self.there.settled().await?;
        self.here.send(&probe, note("probe")).await?;
        let before = counted.await.expect("it arrives");
        while self.there.counters().delivered == before {
            tokio::task::yield_now().await;
        }
        self.there.detach(&probe);
        self.probes.fetch_add(1, Relaxed);
        self.there.settled().await
    }
}

#[async_trait]
impl ChannelLayer<Note> for Across {
    fn attach(&self, prefix: &str, inbox: Arc<dyn Inbox<Note>>) -> Result<ChannelName, LayerError> {
        self.there.attach(prefix, inbox)
    }

    fn detach(&self, channel: &ChannelName) {
        self.there.detach(channel);
    }

    fn new_channel(&self, prefix: &str) -> Result<ChannelName, LayerError> {
        self.there.new_channel(prefix)
    }

    async fn send(&self, channel: &ChannelName, message: Arc<Note>) -> Result<(), LayerError> {
        // Whoever there has begun to receive is subscribed by now: no order is promised between two processes.
        self.there.settled().await?;
        self.here.send(channel, message).await
    }

    async fn receive(&self, channel: &ChannelName) -> Result<Arc<Note>, LayerError> {
        self.there.receive(channel).await
    }

    async fn group_add(&self, group: &GroupName, channel: &ChannelName) -> Result<(), LayerError> {
        self.there.group_add(group, channel).await
    }

    async fn group_discard(&self, group: &GroupName, channel: &ChannelName) -> Result<(), LayerError> {
        self.there.group_discard(group, channel).await
    }

    async fn group_send(&self, group: &GroupName, message: Arc<Note>) -> Result<GroupSent, LayerError> {
        let sent = self.here.group_send(group, message).await?;
        assert_eq!(sent, GroupSent::default(), "nobody is here");
        // Who joins or leaves there must not overtake it: no order is promised between two processes.
        self.here.settled().await?;
        self.there.settled().await?;
        Ok(sent)
    }

    async fn flush(&self) -> Result<(), LayerError> {
        // What is on its way there would survive a flush in Redis.
        self.settle().await?;
        self.here.flush().await?;
        self.there.flush().await
    }

    async fn close(&self) -> Result<(), LayerError> {
        self.here.close().await?;
        self.there.close().await
    }

    fn counters(&self) -> Counters {
        let (here, there) = (self.here.counters(), self.there.counters());
        let probes = self.probes.load(Relaxed);
        Counters {
            sent: here.sent + there.sent - probes,
            refused: here.refused + there.refused,
            group_sent: here.group_sent + there.group_sent,
            delivered: here.delivered + there.delivered - probes,
            skipped_full: here.skipped_full + there.skipped_full,
            expired: here.expired + there.expired,
            unrouted: here.unrouted + there.unrouted,
            gone: here.gone + there.gone,
        }
    }
}

async fn start(config: RedisConfig) -> Backend<Note> {
    let layer = Backend::new(config).expect("these settings are sound");
    layer.health().wait_for(|health| health.is_connected()).await.expect("it connects");
    layer
}
