//! The layer for many processes, on the wire of `channels_redis.core.RedisChannelLayer` 4.3. What is in this process
//! goes straight to it; Redis carries what is for others, and holds ordinary channels.

pub(crate) mod clock;
pub(crate) mod codec;
mod config;
mod ending;
mod exchange;
pub(crate) mod fernet;
pub(crate) mod health;
pub(crate) mod host;
mod keeper;
pub(crate) mod keys;
pub(crate) mod link;
mod login;
mod node;
mod outbox;
mod pump;
mod reader;
mod rights;
mod roster;
mod script;
mod seal;
mod sender;
pub(crate) mod sharding;

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use tokio::runtime::Handle;
use tokio::sync::{oneshot, watch};
use tokio::time::timeout;
use tokio_util::task::TaskTracker;

pub use self::codec::Format;
pub use self::config::RedisConfig;
pub use self::health::{Health, HostHealth, RedisCounters, Trouble};
pub use self::host::Host;
use self::link::PATIENCE;
use self::node::Node;
use self::outbox::{Op, Reply};
use self::pump::Pumps;
use self::reader::Readers;
use crate::{
    ChannelLayer, ChannelName, ConfigError, Counters, Footprint, GroupName, GroupSent, Inbox, LayerError, Wire,
};

/// The Redis backend of [`ChannelLayer`]. Close it to have its memberships removed and its tasks awaited; dropping it
/// only stops them.
pub struct RedisLayer<M> {
    node: Arc<Node<M>>,
    readers: Readers,
    pumps: Arc<Pumps>,
    /// Owns every task: the sender, a keeper per host, readers and pumps.
    tasks: TaskTracker,
    runtime: Handle,
}

impl<M: Wire> RedisLayer<M> {
    /// Makes a layer and starts its tasks. Nothing waits for Redis: if it is away, the layer says so in its
    /// [`health`](Self::health) and goes on trying. Must be called within a tokio runtime.
    pub fn new(config: RedisConfig) -> Result<Self, ConfigError> {
        let (node, outgoing) = Node::new(config)?;
        let (node, tasks, runtime) = (Arc::new(node), TaskTracker::new(), Handle::current());
        tasks.spawn(sender::run(Arc::clone(&node), outgoing));
        for host in 0..node.hosts.len() {
            tasks.spawn(keeper::run(Arc::clone(&node), host));
        }
        Ok(Self { node, readers: Readers::default(), pumps: Arc::default(), tasks, runtime })
    }

    /// How the connections fare, now and at every change.
    pub fn health(&self) -> watch::Receiver<Health> {
        self.node.pulse.watch()
    }

    /// What only this backend counts.
    pub fn redis_counters(&self) -> RedisCounters {
        self.node.pulse.meter.read()
    }

    /// What this process holds. Messages and memberships in Redis are not among it.
    pub fn footprint(&self) -> Footprint {
        self.node.local.footprint()
    }

    /// Returns when Redis has answered everything that was sent so far, or is known to be away.
    pub async fn settled(&self) -> Result<(), LayerError> {
        self.ask(Op::Barrier).await
    }

    async fn ask(&self, op: impl FnOnce(Reply) -> Op<M>) -> Result<(), LayerError> {
        let (reply, answer) = oneshot::channel();
        self.node.outbox.push(op(reply));
        answer.await.unwrap_or(Err(LayerError::Closed))
    }

    fn listen(&self, channel: &ChannelName) {
        self.readers.listen(&self.node, &self.tasks, &self.runtime, channel);
    }

    /// Puts a message into a key of Redis.
    async fn post(&self, channel: &ChannelName, message: Arc<M>) -> Result<(), LayerError> {
        let (reply, answer) = oneshot::channel();
        if !self.node.outbox.push_message(Op::Send(channel.clone(), message, self.node.clock.next(), reply)) {
            // Full of what waits for Redis, if that is away.
            let host = self.node.host_of_channel(channel.non_local());
            self.node.links[host].get().ok_or(LayerError::Unavailable)?;
            return Err(LayerError::ChannelFull);
        }
        answer.await.unwrap_or(Err(LayerError::Closed))
    }
}

#[async_trait]
impl<M: Wire> ChannelLayer<M> for RedisLayer<M> {
    fn attach(&self, prefix: &str, inbox: Arc<dyn Inbox<M>>) -> Result<ChannelName, LayerError> {
        let channel = self.node.keys.new_channel(prefix)?;
        self.node.local.attach(channel.clone(), inbox)?;
        self.listen(&channel);
        Ok(channel)
    }

    fn detach(&self, channel: &ChannelName) {
        // First here, then there: whoever joins meanwhile looks here last.
        self.node.local.detach(channel);
        self.node.roster.depart(channel);
    }

    fn new_channel(&self, prefix: &str) -> Result<ChannelName, LayerError> {
        let channel = self.node.keys.new_channel(prefix)?;
        self.node.local.add_queue(channel.clone())?;
        self.listen(&channel);
        Ok(channel)
    }

    async fn send(&self, channel: &ChannelName, message: Arc<M>) -> Result<(), LayerError> {
        if self.node.is_ours(channel) {
            return self.node.local.send(channel, &message);
        }
        self.node.local.check_open()?;
        let sent = self.post(channel, message).await;
        self.node.local.tally().refused.add(u64::from(sent == Err(LayerError::ChannelFull)));
        sent
    }

    async fn receive(&self, channel: &ChannelName) -> Result<Arc<M>, LayerError> {
        if channel.is_local() {
            return self.node.local.receive(channel).await;
        }
        tokio::task::consume_budget().await;
        if let Some(message) = self.node.local.take(channel)? {
            self.pumps.nudge(channel, self.node.hosts.len());
            return Ok(message);
        }
        let waiting = self.node.local.wait_at(channel)?;
        self.pumps.want(&self.node, &self.tasks, &self.runtime, channel);
        waiting.message().await
    }

    async fn group_add(&self, group: &GroupName, channel: &ChannelName) -> Result<(), LayerError> {
        let lasting = self.node.local.is_attached(channel);
        if channel.is_local() {
            self.node.local.join(group, channel)?;
        } else {
            self.node.local.check_open()?;
        }
        let (reply, answer) = oneshot::channel();
        self.node.roster.join(group, channel, lasting, reply);
        // Detached meanwhile: then either we see it now, or `detach` finds the entry just made.
        if channel.is_local() && !self.node.local.has(channel) {
            self.node.roster.leave(group, channel, None);
            self.node.local.check_open()?;
            return Err(LayerError::Detached);
        }
        answer.await.unwrap_or(Err(LayerError::Closed))
    }

    async fn group_discard(&self, group: &GroupName, channel: &ChannelName) -> Result<(), LayerError> {
        if channel.is_local() {
            self.node.local.leave(group, channel)?;
        } else {
            self.node.local.check_open()?;
        }
        let (reply, answer) = oneshot::channel();
        self.node.roster.leave(group, channel, Some(reply));
        answer.await.unwrap_or(Err(LayerError::Closed))
    }

    async fn group_send(&self, group: &GroupName, message: Arc<M>) -> Result<GroupSent, LayerError> {
        let sent = self.node.local.group_send(group, &message)?;
        self.node.post_to_group(group, message);
        Ok(sent)
    }

    async fn flush(&self) -> Result<(), LayerError> {
        self.node.local.flush()?;
        self.flush_redis().await
    }

    async fn close(&self) -> Result<(), LayerError> {
        let first = self.node.local.check_open().is_ok();
        // What was fetched from ordinary channels for receivers who did not come to take it.
        let untaken = self.node.local.close();
        if first {
            let _ = timeout(2 * PATIENCE, self.leave_redis(untaken)).await;
        }
        self.node.cancel.cancel();
        self.tasks.close();
        self.tasks.wait().await;
        Ok(())
    }

    fn counters(&self) -> Counters {
        self.node.local.tally().read()
    }
}

impl<M: Wire> RedisLayer<M> {
    async fn flush_redis(&self) -> Result<(), LayerError> {
        let (reply, answer) = oneshot::channel();
        self.node.roster.flush(reply);
        answer.await.unwrap_or(Err(LayerError::Closed))
    }
}

impl<M> Drop for RedisLayer<M> {
    fn drop(&mut self) {
        self.node.cancel.cancel();
    }
}

impl<M> fmt::Debug for RedisLayer<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisLayer").field("health", &self.node.pulse).finish_non_exhaustive()
    }
}
