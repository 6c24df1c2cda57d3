//! What comes from Redis for this process: one task per host and prefix that is never cancelled while it reads, so that
//! nobody who comes or goes costs anyone a message. It drains in batches, and never touches `$inflight`.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use tokio::runtime::Handle;
use tokio::time::sleep;
use tokio_util::task::TaskTracker;
use tracing::warn;

use super::link;
use super::node::Node;
use crate::sync::lock;
use crate::{ChannelName, Wire};

/// Frames taken in one step.
const MOST: usize = 512;
/// How much later than asked a blocking command may answer.
pub(crate) const GRACE: Duration = Duration::from_secs(3);

/// The readers of a layer, one set for each prefix that its channels have.
#[derive(Default)]
pub(crate) struct Readers(Mutex<Vec<String>>);

impl Readers {
    /// Sees to it that the channel's key is read, on every host: Python sends direct messages to any of them.
    pub(crate) fn listen<M: Wire>(
        &self,
        node: &Arc<Node<M>>,
        tasks: &TaskTracker,
        runtime: &Handle,
        channel: &ChannelName,
    ) {
        let mut known = lock(&self.0);
        if !known.iter().any(|non_local| non_local == channel.non_local()) {
            known.push(channel.non_local().to_owned());
            for host in 0..node.hosts.len() {
                tasks.spawn_on(read(Arc::clone(node), host, channel.non_local().to_owned()), runtime);
            }
        }
    }

    /// The non-local parts that are read.
    pub(crate) fn known(&self) -> Vec<String> {
        lock(&self.0).clone()
    }
}

async fn read<M: Wire>(node: Arc<Node<M>>, host: usize, non_local: String) {
    let reader = Reader { node: &node, host, key: node.keys.non_local(&non_local) };
    // Cancelled only when the layer ends, and its channels with it.
    if let Some(()) = node.cancel.run_until_cancelled(reader.read()).await {}
}

struct Reader<'a, M> {
    node: &'a Node<M>,
    host: usize,
    key: String,
}

/// What `BZPOPMIN` and the `ZPOPMIN` behind it answer.
type Popped = (Option<(String, Vec<u8>, f64)>, Vec<(Vec<u8>, f64)>);

impl<M: Wire> Reader<'_, M> {
    async fn read(&self) {
        let (node, host) = (self.node, self.host);
        let mut attempt = 0;
        loop {
            if let Ok(connection) = self.open().await {
                if attempt > 0 {
                    // The connection may have broken with a frame under way.
                    node.pulse.found(host);
                    node.pulse.meter.reconnects.add(1);
                    node.gap();
                }
                let error = self.drain(connection).await;
                node.links[host].suspect();
                warn!(redis.host = node.hosts[host].label(), "A reader was cut off: {}", error.category());
                attempt = 0;
            }
            if attempt == 0 {
                node.pulse.lost(host);
            }
            sleep(link::pause(attempt)).await;
            attempt += 1;
        }
    }

    /// A connection that may read. A server that is loading, or became a replica, or forbids it, takes connections too;
    /// each must not look like a return.
    async fn open(&self) -> redis::RedisResult<MultiplexedConnection> {
        let mut connection = link::connect(&self.node.hosts[self.host], self.node.block + GRACE).await?;
        let frames: Vec<(Vec<u8>, f64)> =
            redis::cmd("ZPOPMIN").arg(&self.key).arg(MOST).query_async(&mut connection).await?;
        self.deliver(&frames);
        Ok(connection)
    }

    /// Reads until the connection breaks.
    async fn drain(&self, mut connection: MultiplexedConnection) -> redis::RedisError {
        let mut pipeline = redis::pipe();
        // Redis keeps the second command until the first has something: one round trip for all there is.
        pipeline.cmd("BZPOPMIN").arg(&self.key).arg(self.node.block.as_secs());
        pipeline.cmd("ZPOPMIN").arg(&self.key).arg(MOST);
        loop {
            match pipeline.query_async::<Popped>(&mut connection).await {
                Ok((first, rest)) => {
                    let frames: Vec<_> =
                        first.into_iter().map(|(_, frame, score)| (frame, score)).chain(rest).collect();
                    self.deliver(&frames);
                }
                Err(error) => return error,
            }
            // A flood of frames must not keep this thread from everyone else.
            tokio::task::yield_now().await;
        }
    }

    /// Hands each channel what is for it, in order, in one go.
    fn deliver(&self, frames: &[(Vec<u8>, f64)]) {
        let mut batches: Vec<(ChannelName, Vec<Arc<M>>, Vec<Duration>)> = Vec::new();
        let mut at: HashMap<String, usize> = HashMap::new();
        let mut unrouted = 0;
        for opened in frames.iter().filter_map(|(frame, score)| self.node.open(frame, *score)) {
            if opened.channels.is_empty() {
                unrouted += 1;
            }
            for name in opened.channels {
                if let Some(batch) = at.get(&name).and_then(|at| batches.get_mut(*at)) {
                    batch.1.push(Arc::clone(&opened.message));
                    batch.2.push(opened.remaining);
                    continue;
                }
                // Only our own: a frame here must not fill anyone else's queue.
                match ChannelName::parse(&name) {
                    Ok(channel) if self.node.is_ours(&channel) => {
                        at.insert(name, batches.len());
                        batches.push((channel, vec![Arc::clone(&opened.message)], vec![opened.remaining]));
                    }
                    Ok(_) | Err(_) => unrouted += 1,
                }
            }
        }
        self.node.local.tally().unrouted.add(unrouted);
        batches.iter().for_each(|(channel, batch, lives)| self.node.local.arrive(channel, batch, lives));
    }
}
