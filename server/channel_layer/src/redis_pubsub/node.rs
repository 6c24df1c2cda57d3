//! What a layer's tasks share: settings, the process's own half, which topics it needs, and the queues to the hosts. No
//! task lives here and nothing waits for Redis but those who ask to.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::join_all;
use tokio::sync::oneshot;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::listeners::Listeners;
use super::outbox::{self, Op, Outbox, Outgoing, Publication, Reply};
use super::topic::{Names, Topic};
use crate::capacity::Capacities;
use crate::local::{Expiry, Local};
use crate::redis::clock::Score;
use crate::redis::codec::{Addressees, Codec, Unreadable};
use crate::redis::fernet;
use crate::redis::health::Pulse;
use crate::redis::{Host, RedisConfig};
use crate::sync::lock;
use crate::{ChannelName, ConfigError, GroupName, LayerError, Wire};

pub(super) struct Node<M> {
    pub(super) names: Names,
    codec: Codec,
    pub(super) expiry: Duration,
    pub(super) hosts: Vec<Host>,
    /// One for each host.
    pub(super) outboxes: Vec<Outbox>,
    pub(super) local: Local<M>,
    pub(super) listeners: Listeners,
    /// Non-local parts of the channels that this process has made.
    own: Mutex<Vec<String>>,
    pub(super) pulse: Pulse,
    pub(super) cancel: CancellationToken,
}

impl<M: Wire> Node<M> {
    pub(super) fn new(config: RedisConfig) -> Result<(Self, Vec<Outgoing>), ConfigError> {
        if config.hosts.is_empty() {
            return Err(ConfigError::NoHosts);
        }
        if config.encryption_keys.iter().any(String::is_empty) {
            return Err(ConfigError::EmptyKey);
        }
        let capacities = Capacities::compile(config.capacity, config.channel_capacity)?;
        let expiry = Expiry::check(config.expiry, config.group_expiry)?;
        // This wire has no random bytes before a message, and lets a token be of any age.
        let keys = fernet::Keys::derive(&config.encryption_keys);
        let codec = Codec { format: config.format, random_prefix: 0, keys, ttl: u64::MAX };
        let (outboxes, outgoing) = config.hosts.iter().map(|_| outbox::outbox(config.queue)).unzip();
        let node = Self {
            names: Names::new(&config.prefix),
            codec,
            expiry: expiry.message,
            outboxes,
            local: Local::new(capacities, expiry, None),
            listeners: Listeners::new(expiry.message),
            own: Mutex::default(),
            pulse: Pulse::new(&config.hosts),
            hosts: config.hosts,
            cancel: CancellationToken::new(),
        };
        Ok((node, outgoing))
    }

    /// Publishes, and waits to hear how many others got it.
    pub(super) async fn publish(&self, topic: Topic, message: &M) -> Result<u64, LayerError> {
        let payload = self.write(message)?;
        let (heard, answer) = oneshot::channel();
        if !self.post(topic, payload, Some(heard)) {
            self.local.tally().refused.add(1);
            return Err(LayerError::ChannelFull);
        }
        answer.await.unwrap_or(Err(LayerError::Closed))
    }

    /// Has a message published for the members of a group that are elsewhere.
    pub(super) fn publish_to_group(&self, group: &GroupName, message: &M) {
        let posted = self.write(message).is_ok_and(|payload| self.post(Topic::Group(group.clone()), payload, None));
        self.pulse.meter.unsent.add(u64::from(!posted));
    }

    fn post(&self, topic: Topic, payload: Vec<u8>, heard: Option<oneshot::Sender<Result<u64, LayerError>>>) -> bool {
        let outbox = &self.outboxes[self.host_of(&topic)];
        let Some(room) = outbox.room() else { return false };
        let expires = Instant::now() + self.expiry;
        outbox.push(Op::Publish(Publication { topic, payload, expires, heard, _room: room }));
        true
    }

    /// Returns when the topic is subscribed, if it is to be, or not, if not; at once when Redis is away.
    pub(super) async fn look(&self, topic: Topic) -> Result<(), LayerError> {
        let (reply, answer) = oneshot::channel();
        self.push(Op::Look(topic, Some(reply)));
        answer.await.map_err(|_| LayerError::Closed)
    }

    /// Queues a look for the one host of its topic.
    pub(super) fn push(&self, op: Op) {
        let host = if let Op::Look(topic, _) = &op { self.host_of(topic) } else { 0 };
        self.outboxes[host].push(op);
    }

    /// Asks something of every host and waits for all.
    pub(super) async fn ask_all(&self, op: impl Fn(Reply) -> Op) -> Result<(), LayerError> {
        let answers = self.outboxes.iter().map(|outbox| {
            let (reply, answer) = oneshot::channel();
            outbox.push(op(reply));
            answer
        });
        // All are asked before any is awaited.
        let answers: Vec<_> = answers.collect();
        let answers = join_all(answers).await;
        if answers.into_iter().all(|answer| answer.is_ok()) { Ok(()) } else { Err(LayerError::Closed) }
    }

    /// What a channel just made needs, unless another with its prefix has needed it.
    pub(super) fn note_prefix(&self, channel: &ChannelName) -> Option<Topic> {
        let mut own = lock(&self.own);
        if own.iter().any(|non_local| non_local == channel.non_local()) {
            return None;
        }
        own.push(channel.non_local().to_owned());
        Some(Topic::Own(channel.non_local().to_owned()))
    }

    /// Whether this process needs what is published there.
    pub(super) fn wants(&self, topic: &Topic) -> bool {
        match topic {
            Topic::Group(group) => self.local.has_group(group),
            Topic::Channel(channel) => self.listeners.wants(channel),
            Topic::Own(non_local) => lock(&self.own).contains(non_local),
        }
    }

    /// All that this process needs of a host.
    pub(super) fn wanted(&self, host: usize) -> Vec<Topic> {
        let own = lock(&self.own).iter().cloned().map(Topic::Own).collect::<Vec<_>>();
        let groups = self.local.groups().into_iter().map(Topic::Group);
        let channels = self.listeners.all().into_iter().map(|channel| self.names.topic_of(&channel));
        let spread = groups.chain(channels).filter(|topic| self.host_of(topic) == host);
        own.into_iter().chain(spread.collect::<Vec<_>>()).collect()
    }

    /// The layer closes, and needs no topic any more.
    pub(super) fn forget_topics(&self) {
        self.listeners.clear();
        lock(&self.own).clear();
    }

    fn host_of(&self, topic: &Topic) -> usize {
        self.names.host_of(topic, self.hosts.len())
    }

    fn write(&self, message: &M) -> Result<Vec<u8>, LayerError> {
        let body = self.codec.body(message.to_wire()).map_err(|_| LayerError::Unwritable)?;
        self.codec.frame(&body, &Addressees::Reader, Score::now()).map_err(|_| LayerError::Unwritable)
    }

    /// The message in a payload. Counts what is none.
    pub(super) fn read(&self, payload: &[u8]) -> Option<Arc<M>> {
        let meter = &self.pulse.meter;
        // As late as can be, so that no token is from the future: like upstream, this wire compares no clocks.
        let read = self.codec.read(payload, Score::from_seconds(f64::INFINITY));
        self.pulse.note(&read);
        if matches!(read, Err(Unreadable::Token | Unreadable::Age)) {
            return None;
        }
        let message = read.ok().and_then(|letter| M::from_wire(letter.message)).map(Arc::new);
        meter.undecodable.add(u64::from(message.is_none()));
        message
    }

    /// Something may have been lost: tells whoever is attached.
    pub(super) fn gap(&self) {
        self.pulse.meter.gaps.add(1);
        self.local.gap();
    }
}
