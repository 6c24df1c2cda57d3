//! Ordinary channels: their messages stay in Redis until someone here waits for them, so that any process may read
//! them. One task per channel and host fetches as many as are waited for, and gives back what came too late.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use tokio::runtime::Handle;
use tokio::sync::Notify;
use tokio::time::{sleep, timeout};
use tokio_util::task::TaskTracker;

use super::link;
use super::node::Node;
use super::reader::GRACE;
use crate::sync::lock;
use crate::{ChannelName, Wire};

/// How long a task without work keeps its connection.
const IDLE: Duration = Duration::from_secs(10);

/// The tasks of a layer, by channel; each waits at its `Notify` for demand.
#[derive(Default)]
pub(crate) struct Pumps(Mutex<HashMap<(ChannelName, usize), Arc<Notify>>>);

impl Pumps {
    /// Someone waits at the channel who did not before.
    pub(crate) fn want<M: Wire>(
        self: &Arc<Self>,
        node: &Arc<Node<M>>,
        tasks: &TaskTracker,
        runtime: &Handle,
        channel: &ChannelName,
    ) {
        let mut pumps = lock(&self.0);
        for host in 0..node.hosts.len() {
            let wake = pumps.entry((channel.clone(), host)).or_insert_with(|| {
                let (wake, pumps) = (Arc::<Notify>::default(), Arc::clone(self));
                let pump =
                    Pump { node: Arc::clone(node), pumps, host, channel: channel.clone(), wake: Arc::clone(&wake) };
                let cancel = node.cancel.clone();
                tasks.spawn_on(async move { cancel.run_until_cancelled_owned(pump.run()).await }, runtime);
                wake
            });
            wake.notify_one();
        }
    }

    /// A message was taken that may have been meant for another who waits.
    pub(crate) fn nudge(&self, channel: &ChannelName, hosts: usize) {
        let pumps = lock(&self.0);
        (0..hosts).filter_map(|host| pumps.get(&(channel.clone(), host))).for_each(|wake| wake.notify_one());
    }
}

struct Pump<M> {
    node: Arc<Node<M>>,
    pumps: Arc<Pumps>,
    host: usize,
    channel: ChannelName,
    wake: Arc<Notify>,
}

impl<M: Wire> Pump<M> {
    async fn run(self) {
        let key = self.node.keys.channel(&self.channel);
        let (mut connection, mut attempt) = (None, 0);
        loop {
            let wanted = self.node.local.demand(&self.channel);
            if wanted == 0 {
                if timeout(IDLE, self.wake.notified()).await.is_err() && self.retire() {
                    return;
                }
                continue;
            }
            let fetched = match &mut connection {
                Some(connection) => self.fetch(connection, &key, wanted).await,
                None => {
                    let host = &self.node.hosts[self.host];
                    connection = link::connect(host, self.node.block + GRACE).await.ok();
                    if connection.is_some() {
                        continue;
                    }
                    None
                }
            };
            match fetched {
                Some(frames) => {
                    attempt = 0;
                    for (frame, score) in frames {
                        self.give(&key, frame, score).await;
                    }
                }
                None => {
                    connection = None;
                    sleep(link::pause(attempt)).await;
                    attempt += 1;
                }
            }
        }
    }

    /// Ends the task, unless someone has come in the meantime.
    fn retire(&self) -> bool {
        let mut pumps = lock(&self.pumps.0);
        let idle = self.node.local.demand(&self.channel) == 0;
        if idle {
            pumps.remove(&(self.channel.clone(), self.host));
        }
        idle
    }

    /// At most as many messages as are wanted; `None` if the connection broke.
    async fn fetch(
        &self,
        connection: &mut MultiplexedConnection,
        key: &str,
        wanted: usize,
    ) -> Option<Vec<(Vec<u8>, f64)>> {
        if wanted > 1 {
            let mut pop = redis::cmd("ZPOPMIN");
            let frames: Vec<(Vec<u8>, f64)> = pop.arg(key).arg(wanted).query_async(connection).await.ok()?;
            if !frames.is_empty() {
                return Some(frames);
            }
        }
        let mut pop = redis::cmd("BZPOPMIN");
        let popped: Option<(String, Vec<u8>, f64)> =
            pop.arg(key).arg(self.node.block.as_secs()).query_async(connection).await.ok()?;
        Some(popped.into_iter().map(|(_, frame, score)| (frame, score)).collect())
    }

    /// Gives a message to a receiver, or back to Redis in its old place if there is none left.
    async fn give(&self, key: &str, frame: Vec<u8>, score: f64) {
        let Some(opened) = self.node.open(&frame, score) else { return };
        if self.node.local.satisfy(&self.channel, &opened.message, opened.remaining) {
            return;
        }
        self.node.pulse.meter.returned.add(1);
        let link = &self.node.links[self.host];
        let Some((number, mut connection)) = link.get() else { return };
        let mut back = redis::pipe();
        back.cmd("ZADD").arg(key).arg("NX").arg(format!("{score:.7}")).arg(frame);
        back.cmd("PEXPIRE").arg(key).arg(u64::try_from(self.node.expiry.message.as_millis()).unwrap_or(u64::MAX));
        if back.exec_async(&mut connection).await.is_err() {
            link.fail(number);
        }
    }
}
