//! Ordinary channels: their messages stay in Redis until someone here waits for them, so that any process may read
//! them. One task per channel and host fetches as many as are waited for, and gives back what came too late.

use std::collections::HashMap;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use tokio::runtime::Handle;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep, timeout};
use tokio_util::task::TaskTracker;

use super::exchange::{Answer, Exchange};
use super::host::Host;
use super::link::{self, PATIENCE};
use super::node::Node;
use super::reader::GRACE;
use crate::sync::lock;
use crate::{ChannelName, Wire};

/// How long a task without work keeps its connection.
const IDLE: Duration = Duration::from_secs(10);

/// After how long Redis is told once more to end a wait.
const AGAIN: Duration = Duration::from_millis(10);

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
                tasks.spawn_on(pump.run(), runtime);
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
        while !self.node.cancel.is_cancelled() {
            let wanted = self.node.local.demand(&self.channel);
            if wanted == 0 {
                tokio::select! {
                    () = self.node.cancel.cancelled() => {}
                    woken = timeout(IDLE, self.wake.notified()) => if woken.is_err() && self.retire() { return },
                }
                continue;
            }
            let fetched = match &mut connection {
                Some(connection) => self.fetch_unless_closed(connection, &key, wanted).await,
                None => {
                    let host = &self.node.hosts[self.host];
                    let connecting = Source::connect(host, self.node.block + GRACE);
                    connection = self.node.cancel.run_until_cancelled(connecting).await.flatten();
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
                    self.pause(attempt).await;
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

    /// When the layer closes, Redis is told to end the wait: what it has taken out by then is in its answer.
    async fn fetch_unless_closed(&self, source: &mut Source, key: &str, wanted: usize) -> Option<Vec<(Vec<u8>, f64)>> {
        let id = source.id;
        let mut fetch = pin!(source.fetch(key, wanted, self.node.block));
        tokio::select! {
            biased;
            fetched = &mut fetch => fetched,
            () = self.node.cancel.cancelled() => {
                if let (Some((_, connection)), Some(id)) = (self.node.links[self.host].get(), id) {
                    return timeout(PATIENCE, ended(connection, id, fetch)).await.ok().flatten();
                }
                None
            }
        }
    }

    /// Gives a message to a receiver, or back to Redis in its old place if there is none left. Redis may be away for a
    /// while; meanwhile another receiver may come.
    async fn give(&self, key: &str, frame: Vec<u8>, score: f64) {
        let Some(opened) = self.node.open(&frame, score) else { return };
        let (meter, fetched) = (&self.node.pulse.meter, Instant::now());
        for attempt in 0.. {
            if self.node.local.satisfy(
                &self.channel,
                &opened.message,
                opened.remaining.saturating_sub(fetched.elapsed()),
            ) {
                return;
            }
            let is_last = self.node.cancel.is_cancelled() || fetched.elapsed() >= opened.remaining;
            match self.put_back(key, &frame, score).await {
                Answer::Done(()) => return meter.returned.add(1),
                // Whether it is there is not known: again might mean twice.
                Answer::Unknown => return meter.unreturned.add(1),
                Answer::Refused(_) | Answer::Unwritten if is_last => return meter.unreturned.add(1),
                Answer::Refused(_) | Answer::Unwritten => self.pause(attempt).await,
            }
        }
    }

    async fn put_back(&self, key: &str, frame: &[u8], score: f64) -> Answer<()> {
        let (mut add, mut expire) = (redis::cmd("ZADD"), redis::cmd("PEXPIRE"));
        add.arg(key).arg("NX").arg(format!("{score:.7}")).arg(frame);
        expire.arg(key).arg(u64::try_from(self.node.expiry.message.as_millis()).unwrap_or(u64::MAX));
        let mut exchange = Exchange::new(self.node.hosts.len());
        let slot = exchange.add(self.host, add);
        exchange.add(self.host, expire);
        match exchange.run(&self.node.links).await.outcome::<redis::Value>(slot) {
            Answer::Done(_) => Answer::Done(()),
            Answer::Refused(error) => Answer::Refused(error),
            Answer::Unwritten => Answer::Unwritten,
            Answer::Unknown => Answer::Unknown,
        }
    }

    async fn pause(&self, attempt: u32) {
        let _ = self.node.cancel.run_until_cancelled(sleep(link::pause(attempt))).await;
    }
}

/// What a fetch brings that is told to end. A wait that begins only after Redis was told does not hear it, so Redis is
/// told again until there is an answer.
async fn ended<T>(mut link: MultiplexedConnection, id: u64, mut fetch: Pin<&mut impl Future<Output = T>>) -> T {
    let mut unblock = redis::cmd("CLIENT");
    unblock.arg("UNBLOCK").arg(id);
    loop {
        let _ = unblock.exec_async(&mut link).await;
        if let Ok(fetched) = timeout(AGAIN, &mut fetch).await {
            return fetched;
        }
    }
}

/// A connection of a pump's own, to wait in.
struct Source {
    connection: MultiplexedConnection,
    /// By which Redis can be told to end a wait on it; an operator may forbid to know.
    id: Option<u64>,
}

impl Source {
    async fn connect(host: &Host, patience: Duration) -> Option<Self> {
        let mut connection = link::connect(host, patience).await.ok()?;
        let id = redis::cmd("CLIENT").arg("ID").query_async(&mut connection).await.ok();
        Some(Self { connection, id })
    }

    /// At most as many messages as are wanted; `None` if the connection broke.
    async fn fetch(&mut self, key: &str, wanted: usize, block: Duration) -> Option<Vec<(Vec<u8>, f64)>> {
        if wanted > 1 {
            let mut pop = redis::cmd("ZPOPMIN");
            let frames: Vec<(Vec<u8>, f64)> = pop.arg(key).arg(wanted).query_async(&mut self.connection).await.ok()?;
            if !frames.is_empty() {
                return Some(frames);
            }
        }
        let mut pop = redis::cmd("BZPOPMIN");
        let popped: Option<(String, Vec<u8>, f64)> =
            pop.arg(key).arg(block.as_secs()).query_async(&mut self.connection).await.ok()?;
        Some(popped.into_iter().map(|(_, frame, score)| (frame, score)).collect())
    }
}
