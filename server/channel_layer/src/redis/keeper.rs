//! One task per host that keeps its connection: connects with growing pauses, has memberships written again, and looks
//! every second whether the server still answers and still knows us. Sends and reads nothing of anyone's.

use std::sync::Arc;
use std::time::Duration;

use redis::RedisResult;
use redis::aio::MultiplexedConnection;
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep};
use tracing::{info, warn};

use super::health::Trouble;
use super::link::{self, PATIENCE};
use super::node::Node;
use super::outbox::{Op, Restored};
use super::roster::Owed;
use super::{rights, script};
use crate::{GroupName, Wire};

/// Between two looks. So long a flushed Redis may go unnoticed.
const HEARTBEAT: Duration = Duration::from_secs(1);
/// Memberships that are asked for at each look.
const MOST_PROBED: usize = 500;
/// What others may need, once they try, to be back where we are.
const RETURN: Duration = Duration::from_secs(1);

pub(crate) async fn run<M: Wire>(node: Arc<Node<M>>, host: usize) {
    let keeper = Keeper { node: &node, host };
    if let Some(()) = node.cancel.run_until_cancelled(keeper.keep()).await {}
}

struct Keeper<'a, M> {
    node: &'a Node<M>,
    host: usize,
}

impl<M: Wire> Keeper<'_, M> {
    async fn keep(&self) {
        let (node, host) = (self.node, self.host);
        let label = node.hosts[host].label();
        let (mut number, mut attempt) = (0_u64, 0_u32);
        // Whether the log knows of the outage, whoever noticed it first.
        let mut is_told = false;
        let (mut since, mut server) = (Instant::now(), None);
        loop {
            let connection = match self.connect().await {
                Ok(connection) => connection,
                Err(trouble) => {
                    if !std::mem::replace(&mut is_told, true) {
                        warn!(redis.host = label, "Redis is away: {trouble}");
                    }
                    node.pulse.trouble(host, trouble);
                    sleep(link::pause(attempt)).await;
                    attempt = attempt.saturating_add(1);
                    continue;
                }
            };
            number += 1;
            let current = link::run_id(connection.clone()).await;
            let is_new = current.is_none() || current != server;
            let may_lack_others = is_new && (number > 1 || attempt > 0);
            node.links[host].keep_quiet_until(may_lack_others.then(|| Instant::now() + others_return(since.elapsed())));
            server = current;
            node.links[host].set(number, connection.clone());
            if self.restore(Owed::All).await != Restored::Away {
                // Whoever came before the first connection may have missed something as well.
                if number > 1 || attempt > 0 {
                    node.pulse.meter.reconnects.add(1);
                    node.gap();
                    info!(redis.host = label, "Redis is back at {label}");
                }
                attempt = 0;
                node.pulse.found(host);
                let trouble = self.watch(number, connection).await;
                is_told = trouble.is_some();
                if let Some(trouble) = trouble {
                    warn!(redis.host = label, "Redis is gone: {trouble}");
                    node.pulse.trouble(host, trouble);
                }
                node.pulse.lost(host);
                since = Instant::now();
            }
            node.links[host].fail(number);
            // Always at least one short pause: a server that accepts and drops us must not keep us busy.
            sleep(link::pause(attempt)).await;
            attempt = attempt.saturating_add(1);
        }
    }

    async fn connect(&self) -> Result<MultiplexedConnection, Trouble> {
        let host = &self.node.hosts[self.host];
        let mut connection = link::connect(host, PATIENCE).await.map_err(|error| link::trouble(host, &error))?;
        link::inspect(host, &mut connection).await?;
        match rights::check(host, &self.node.keys, &mut connection).await? {
            Some(unwilling) => self.node.pulse.unwilling(self.host, unwilling),
            None => self.node.pulse.willing(self.host),
        }
        for script in script::all() {
            let loaded = script.load().exec_async(&mut connection).await;
            loaded.map_err(|error| link::trouble(host, &error))?;
        }
        Ok(connection)
    }

    /// Has the host's memberships written, in the queue's order.
    async fn restore(&self, which: Owed) -> Restored {
        let (reply, done) = oneshot::channel();
        self.node.outbox.push(Op::Restore { host: self.host, which, reply });
        done.await.unwrap_or(Restored::Away)
    }

    /// Returns when the connection is of no more use, and why if it was seen here: somebody's command may have failed on it
    /// first.
    async fn watch(&self, number: u64, mut connection: MultiplexedConnection) -> Option<Trouble> {
        let node = self.node;
        let every = (node.expiry.membership / 4).min(Duration::from_secs(3600));
        let mut renew = Instant::now() + every;
        let (mut asked, mut retry, mut cursor) = (0_u32, Instant::now(), 0);
        loop {
            tokio::select! {
                () = node.links[self.host].broken() => {
                    if node.links[self.host].get().is_none_or(|(current, _)| current != number) {
                        return None;
                    }
                    // Not this one, as far as anyone knows: look.
                }
                () = sleep(HEARTBEAT.min(every)) => {}
            }
            match self.probe(&mut connection, &mut cursor).await {
                Err(error) if link::is_fatal(&error) => {
                    return Some(link::trouble(&node.hosts[self.host], &error));
                }
                Ok(Known::All) | Err(_) => {}
                Ok(lost) => {
                    warn!(redis.host = node.hosts[self.host].label(), "Redis has lost our memberships");
                    // If it knows none, it will not know those either that were not asked for.
                    let which = if lost == Known::None { Owed::All } else { Owed::Unconfirmed };
                    if self.restore(which).await == Restored::Away {
                        return None;
                    }
                    node.gap();
                }
            }
            if !node.pulse.is_unwilling(self.host) {
                asked = 0;
            } else if retry <= Instant::now() {
                match self.ask_again(&mut connection).await {
                    Ok(true) => asked = 0,
                    Ok(false) => asked = asked.saturating_add(1),
                    Err(trouble) => return Some(trouble),
                }
                retry = Instant::now() + link::pause(asked);
            }
            if renew <= Instant::now() {
                renew = Instant::now() + every;
                if self.restore(Owed::All).await == Restored::Away {
                    return None;
                }
            }
        }
    }

    /// Whether a server that refused writes takes them again; then it gets what it is owed, and whoever is attached
    /// hears of the gap.
    async fn ask_again(&self, connection: &mut MultiplexedConnection) -> Result<bool, Trouble> {
        let (node, host) = (self.node, &self.node.hosts[self.host]);
        if let Some(trouble) = rights::check(host, &node.keys, connection).await? {
            node.pulse.unwilling(self.host, trouble);
            return Ok(false);
        }
        if self.restore(Owed::Unconfirmed).await != Restored::Whole {
            return Ok(false);
        }
        node.pulse.willing(self.host);
        node.gap();
        info!(redis.host = host.label(), "Redis takes writes again at {}", host.label());
        Ok(true)
    }

    /// Whether the server still knows some of our memberships, others each time.
    async fn probe(&self, connection: &mut MultiplexedConnection, cursor: &mut usize) -> RedisResult<Known> {
        let node = self.node;
        let here = |group: &GroupName| node.host_of_group(group) == self.host;
        let sample = node.roster.sample(here, node.expiry.membership, cursor, MOST_PROBED);
        if sample.is_empty() {
            redis::cmd("PING").exec_async(connection).await?;
            return Ok(Known::All);
        }
        let mut ask = redis::Pipeline::with_capacity(sample.len());
        for (group, channel) in &sample {
            ask.cmd("ZSCORE").arg(node.keys.group(group)).arg(channel.as_str());
        }
        let scores: Vec<Option<f64>> = ask.query_async(connection).await?;
        let missing: Vec<_> = (sample.iter().zip(&scores))
            .filter(|((group, channel), score)| score.is_none() && node.roster.expects(group, channel))
            .map(|(membership, _)| membership)
            .collect();
        missing.iter().for_each(|(group, channel)| node.roster.owe(group, channel));
        Ok(match missing.len() {
            0 => Known::All,
            lost if lost == sample.len() => Known::None,
            _ => Known::Some,
        })
    }
}

/// How much of what we asked for a server knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Known {
    All,
    Some,
    None,
}

/// How long after such an absence others may still be on their way back: their pauses grow as ours do, and none is
/// much longer than all before it.
fn others_return(absence: Duration) -> Duration {
    (2 * absence).min(link::LONGEST_PAUSE) + RETURN
}
