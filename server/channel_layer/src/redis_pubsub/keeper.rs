//! One task per host: it connects with growing pauses, has everything subscribed again, and then writes what the queue
//! holds. While Redis is away it answers those who wait, and holds group messages until they expire.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use redis::{ErrorKind, RedisError};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep};
use tracing::{info, warn};

use super::check;
use super::node::Node;
use super::outbox::{Op, Outgoing, Publication};
use super::session::Session;
use crate::redis::Trouble;
use crate::redis::link;
use crate::{LayerError, Wire};

/// Between two looks at whether the server answers, and at what is needed no longer.
const HEARTBEAT: Duration = Duration::from_secs(1);
/// Operations that share a round trip.
const MOST: usize = 512;

pub(super) async fn run<M: Wire>(node: Arc<Node<M>>, host: usize, outgoing: Outgoing) {
    let mut keeper = Keeper { node: Arc::clone(&node), host, outgoing, taken: Vec::new(), held: VecDeque::new() };
    if let Some(()) = node.cancel.run_until_cancelled(keeper.keep()).await {}
}

struct Keeper<M> {
    node: Arc<Node<M>>,
    host: usize,
    outgoing: Outgoing,
    /// Just taken from the queue.
    taken: Vec<Op>,
    /// Group messages that were never written, in order. They keep their places in the queue, which bounds them.
    held: VecDeque<Publication>,
}

impl<M: Wire> Keeper<M> {
    async fn keep(&mut self) {
        let (node, host) = (Arc::clone(&self.node), self.host);
        let label = node.hosts[host].label();
        let (mut first, mut attempt) = (true, 0_u32);
        loop {
            let trouble = match self.meanwhile(connect(&node, host)).await {
                Err(trouble) => trouble,
                Ok(mut session) => match session.restore().await {
                    Err(error) => link::trouble(&node.hosts[host], &error),
                    Ok(()) => {
                        // Whoever came before the first connection may have missed something as well.
                        if !first || attempt > 0 {
                            node.pulse.meter.reconnects.add(1);
                            node.gap();
                            info!(redis.host = label, "Redis is back at {label}");
                        }
                        (first, attempt) = (false, 0);
                        node.pulse.found(host);
                        let error = self.serve(&mut session).await;
                        node.pulse.lost(host);
                        link::trouble(&node.hosts[host], &error)
                    }
                },
            };
            if attempt == 0 {
                warn!(redis.host = label, "Redis is away: {trouble}");
            }
            node.pulse.trouble(host, trouble);
            // Always at least one short pause: a server that accepts and drops us must not keep us busy.
            self.meanwhile(sleep(link::pause(attempt))).await;
            attempt = attempt.saturating_add(1);
        }
    }

    /// Writes what the queue holds until the connection is of no more use.
    async fn serve(&mut self, session: &mut Session<'_, M>) -> RedisError {
        self.drop_expired();
        let mut ops: VecDeque<Op> = self.held.drain(..).map(Op::Publish).collect();
        let mut heartbeat = interval(HEARTBEAT);
        heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            while !ops.is_empty() {
                if let Err(error) = session.run(&mut ops).await {
                    ops.into_iter().for_each(|op| self.postpone(op));
                    return error;
                }
            }
            tokio::select! {
                () = session.broken() => return (ErrorKind::Io, "the connection was closed").into(),
                _ = heartbeat.tick() => ops.push_back(Op::Sweep(None)),
                _ = self.outgoing.recv_many(&mut self.taken, MOST) => ops.extend(self.taken.drain(..)),
            }
        }
    }

    /// Waits for something while Redis is away, and lets nobody wait with us.
    async fn meanwhile<T>(&mut self, something: impl Future<Output = T>) -> T {
        let mut something = pin!(something);
        loop {
            tokio::select! {
                biased;
                result = &mut something => return result,
                _ = self.outgoing.recv_many(&mut self.taken, MOST) => {
                    for op in std::mem::take(&mut self.taken) {
                        self.postpone(op);
                    }
                }
            }
        }
    }

    /// Redis is away: what was to be subscribed will be when it is back.
    fn postpone(&mut self, op: Op) {
        match op {
            Op::Publish(Publication { heard: Some(heard), .. }) => drop(heard.send(Err(LayerError::Unavailable))),
            Op::Publish(publication) => {
                self.drop_expired();
                self.held.push_back(publication);
            }
            Op::Look(_, reply) | Op::Sweep(reply) | Op::Barrier(reply) => {
                let _ = reply.map(|reply| reply.send(()));
            }
        }
    }

    fn drop_expired(&mut self) {
        let now = Instant::now();
        let held = self.held.len();
        while self.held.front().is_some_and(|publication| publication.expires <= now) {
            self.held.pop_front();
        }
        self.node.pulse.meter.unsent.add((held - self.held.len()) as u64);
    }
}

async fn connect<M: Wire>(node: &Arc<Node<M>>, host: usize) -> Result<Session<'_, M>, Trouble> {
    match Session::open(node, host).await {
        Ok(session) => Ok(session),
        // It is there, but refuses: perhaps for its age, which it says when asked in an older way.
        Err(error) if !error.is_io_error() && !error.is_timeout() => {
            check::inspect(&node.hosts[host]).await?;
            Err(link::trouble(&node.hosts[host], &error))
        }
        Err(error) => Err(link::trouble(&node.hosts[host], &error)),
    }
}
