//! The layer for many processes, on the wire of `channels_redis.pubsub.RedisPubSubChannelLayer` 4.3. What is in this
//! process goes straight to it; Redis passes on what is for others, and keeps nothing.

mod arrivals;
mod check;
mod keeper;
mod ledger;
mod listeners;
mod node;
mod outbox;
mod session;
mod topic;

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::watch;
use tokio::time::timeout;
use tokio_util::task::TaskTracker;

use self::node::Node;
use self::outbox::Op;
use self::topic::Topic;
use crate::redis::link::PATIENCE;
use crate::redis::{Health, RedisConfig, RedisCounters};
use crate::{
    ChannelLayer, ChannelName, ConfigError, Counters, Footprint, GroupName, GroupSent, Inbox, LayerError, Wire,
};

/// The Redis Pub/Sub backend of [`ChannelLayer`]: nothing is stored, so nothing waits for who is away. Close it to have
/// its tasks awaited; dropping it only stops them.
pub struct RedisPubSubLayer<M> {
    node: Arc<Node<M>>,
    /// A keeper per host.
    tasks: TaskTracker,
}

impl<M: Wire> RedisPubSubLayer<M> {
    /// Makes a layer and starts its tasks. Nothing waits for Redis: if it is away, the layer says so in its
    /// [`health`](Self::health) and goes on trying. Must be called within a tokio runtime. `random_prefix_length` and
    /// `block` mean nothing here.
    pub fn new(config: RedisConfig) -> Result<Self, ConfigError> {
        let (node, outgoing) = Node::new(config)?;
        let (node, tasks) = (Arc::new(node), TaskTracker::new());
        for (host, outgoing) in outgoing.into_iter().enumerate() {
            tasks.spawn(keeper::run(Arc::clone(&node), host, outgoing));
        }
        Ok(Self { node, tasks })
    }

    /// How the connections fare, now and at every change.
    pub fn health(&self) -> watch::Receiver<Health> {
        self.node.pulse.watch()
    }

    /// What only the Redis backends count.
    pub fn redis_counters(&self) -> RedisCounters {
        self.node.pulse.meter.read()
    }

    /// What this process holds.
    pub fn footprint(&self) -> Footprint {
        self.node.local.footprint()
    }

    /// Returns when Redis has answered everything that was asked of it so far, and all that it has passed on by then has
    /// arrived; or when Redis is known to be away.
    pub async fn settled(&self) -> Result<(), LayerError> {
        self.node.ask_all(|reply| Op::Barrier(Some(reply))).await
    }

    /// Notes a process-local channel's prefix, and has what is sent to its channels come here.
    fn hear(&self, channel: &ChannelName) {
        if let Some(topic) = self.node.note_prefix(channel) {
            self.node.outboxes.iter().for_each(|outbox| outbox.push(Op::Look(topic.clone(), None)));
        }
    }
}

#[async_trait]
impl<M: Wire> ChannelLayer<M> for RedisPubSubLayer<M> {
    fn attach(&self, prefix: &str, inbox: Arc<dyn Inbox<M>>) -> Result<ChannelName, LayerError> {
        let channel = self.node.names.new_channel(prefix)?;
        self.node.local.attach(channel.clone(), inbox)?;
        self.hear(&channel);
        Ok(channel)
    }

    fn detach(&self, channel: &ChannelName) {
        // What nobody here needs any more is unsubscribed by the next sweep: who comes and goes costs Redis nothing.
        self.node.local.detach(channel);
    }

    fn new_channel(&self, prefix: &str) -> Result<ChannelName, LayerError> {
        let channel = self.node.names.new_channel(prefix)?;
        self.node.local.add_queue(channel.clone())?;
        self.hear(&channel);
        Ok(channel)
    }

    async fn send(&self, channel: &ChannelName, message: Arc<M>) -> Result<(), LayerError> {
        let (local, tally) = (&self.node.local, self.node.local.tally());
        if self.node.names.is_ours(channel) {
            return local.send(channel, &message);
        }
        local.check_open()?;
        if !channel.is_local() && local.satisfy(channel, &message, self.node.expiry) {
            tally.delivered.add(1);
            tally.sent.add(1);
            return Ok(());
        }
        let heard = self.node.publish(self.node.names.topic_of(channel), &message).await?;
        match (heard, channel.is_local()) {
            // For whoever receives here next: nobody else has it.
            (0, false) => return local.send(channel, &message),
            (0, true) => tally.unrouted.add(1),
            (_, _) => {}
        }
        tally.sent.add(1);
        Ok(())
    }

    async fn receive(&self, channel: &ChannelName) -> Result<Arc<M>, LayerError> {
        if channel.is_local() {
            return self.node.local.receive(channel).await;
        }
        self.node.local.check_open()?;
        let listening = self.node.listeners.listen(channel);
        if listening.is_new {
            self.node.push(Op::Look(self.node.names.topic_of(channel), None));
        }
        self.node.local.receive(channel).await
    }

    async fn group_add(&self, group: &GroupName, channel: &ChannelName) -> Result<(), LayerError> {
        self.node.local.join(group, channel)?;
        self.node.look(Topic::Group(group.clone())).await?;
        if channel.is_local() && !self.node.local.has(channel) {
            self.node.local.check_open()?;
            return Err(LayerError::Detached);
        }
        Ok(())
    }

    async fn group_discard(&self, group: &GroupName, channel: &ChannelName) -> Result<(), LayerError> {
        self.node.local.leave(group, channel)?;
        self.node.look(Topic::Group(group.clone())).await
    }

    async fn group_send(&self, group: &GroupName, message: Arc<M>) -> Result<GroupSent, LayerError> {
        let sent = self.node.local.group_send(group, &message)?;
        self.node.publish_to_group(group, &message);
        Ok(sent)
    }

    async fn flush(&self) -> Result<(), LayerError> {
        self.node.local.flush()?;
        self.node.ask_all(|reply| Op::Sweep(Some(reply))).await
    }

    async fn close(&self) -> Result<(), LayerError> {
        let first = self.node.local.check_open().is_ok();
        self.node.local.close();
        if first {
            self.node.forget_topics();
            let _ = timeout(2 * PATIENCE, self.node.ask_all(|reply| Op::Sweep(Some(reply)))).await;
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

impl<M> Drop for RedisPubSubLayer<M> {
    fn drop(&mut self) {
        self.node.cancel.cancel();
    }
}

impl<M> fmt::Debug for RedisPubSubLayer<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisPubSubLayer").field("health", &self.node.pulse).finish_non_exhaustive()
    }
}
