//! What a layer's tasks share: settings, the process's own half, the roster, and the connections. No task lives here.

use std::sync::Arc;
use std::time::Duration;

use redis::Cmd;
use tokio_util::sync::CancellationToken;

use super::clock::{Clock, Score};
use super::codec::{Codec, Unreadable};
use super::config::RedisConfig;
use super::fernet;
use super::health::Pulse;
use super::host::Host;
use super::keys::Keys;
use super::link::{self, Link};
use super::outbox::{self, Op, Outbox, Outgoing};
use super::roster::Roster;
use super::sharding::host_of;
use crate::capacity::Capacities;
use crate::local::{Expiry, Local};
use crate::wire::SENT;
use crate::{ChannelName, ConfigError, GroupName, Wire};

pub(crate) struct Node<M> {
    pub(crate) keys: Keys,
    pub(crate) codec: Codec,
    pub(crate) clock: Clock,
    pub(crate) capacities: Capacities,
    pub(crate) expiry: Expiry,
    pub(crate) block: Duration,
    /// Messages that may wait for Redis.
    pub(crate) bound: usize,
    pub(crate) hosts: Vec<Host>,
    /// One for each host.
    pub(crate) links: Vec<Link>,
    pub(crate) local: Local<M>,
    pub(crate) roster: Arc<Roster<M>>,
    pub(crate) outbox: Outbox<M>,
    pub(crate) pulse: Pulse,
    pub(crate) cancel: CancellationToken,
}

impl<M: Wire> Node<M> {
    pub(crate) fn new(config: RedisConfig) -> Result<(Self, Outgoing<M>), ConfigError> {
        if config.hosts.is_empty() {
            return Err(ConfigError::NoHosts);
        }
        if config.encryption_keys.iter().any(String::is_empty) {
            return Err(ConfigError::EmptyKey);
        }
        let capacities = || Capacities::compile(config.capacity, config.channel_capacity.clone());
        let expiry = Expiry::check(config.expiry, config.group_expiry)?;
        let codec = Codec {
            format: config.format,
            random_prefix: config.random_prefix_length,
            keys: fernet::Keys::derive(&config.encryption_keys),
            ttl: expiry.message.as_secs().saturating_add(10),
        };
        let (outbox, outgoing) = outbox::outbox(config.queue.max(1));
        let roster = Arc::new(Roster::new(outbox.clone()));
        let gone = Arc::clone(&roster);
        let node = Self {
            keys: Keys::new(config.prefix.clone()),
            codec,
            clock: Clock::default(),
            capacities: capacities()?,
            expiry,
            block: config.block.max(Duration::from_secs(1)),
            links: config.hosts.iter().map(|_| Link::default()).collect(),
            local: Local::new(capacities()?, expiry, Some(Box::new(move |channel| gone.depart(channel)))),
            roster,
            outbox,
            pulse: Pulse::new(&config.hosts),
            bound: config.queue.max(1),
            hosts: config.hosts,
            cancel: CancellationToken::new(),
        };
        Ok((node, outgoing))
    }

    pub(crate) fn host_of_group(&self, group: &GroupName) -> usize {
        host_of(group.as_str(), self.hosts.len())
    }

    /// Where the reader of a non-local part looks. (channels_redis sends direct messages to the hash of the full name,
    /// where nobody looks; we listen there too.)
    pub(crate) fn host_of_channel(&self, non_local: &str) -> usize {
        host_of(non_local, self.hosts.len())
    }

    /// A message from a frame, and the channels that it names. Counts what is too old or unreadable.
    pub(crate) fn open(&self, frame: &[u8], score: f64) -> Option<Opened<M>> {
        let meter = &self.pulse.meter;
        meter.frames_received.add(1);
        let now = Score::now();
        let remaining = Score::from_seconds(score).remaining(self.expiry.message, now);
        let Some(remaining) = remaining else {
            self.local.tally().expired.add(1);
            return None;
        };
        let read = self.codec.read(frame, now);
        self.pulse.note(&read);
        match read {
            Err(Unreadable::Token | Unreadable::Age) => None,
            Err(Unreadable::Format) => {
                meter.undecodable.add(1);
                None
            }
            Ok(mut letter) => {
                letter.message.insert(SENT.to_owned(), score.into());
                let message = M::from_wire(letter.message).map(Arc::new);
                if message.is_none() {
                    meter.undecodable.add(1);
                }
                Some(Opened { message: message?, channels: letter.channels, remaining })
            }
        }
    }

    /// Something may have been lost: tells whoever is attached.
    pub(crate) fn gap(&self) {
        self.pulse.meter.gaps.add(1);
        self.local.gap();
    }

    /// Commands that end a layer's stay: what is unread for its channels goes, nobody will ask for it.
    pub(crate) fn unlink(&self, non_local: &str) -> Cmd {
        let mut unlink = redis::cmd("UNLINK");
        unlink.arg(self.keys.non_local(non_local));
        unlink
    }

    /// Queues a message for the members of a group that are elsewhere.
    pub(crate) fn post_to_group(&self, group: &GroupName, message: Arc<M>) {
        if !self.outbox.push_message(Op::Group(group.clone(), message, self.clock.next())) {
            self.pulse.meter.unsent.add(1);
        }
    }

    /// A living Redis has refused a write, in these words. Whether that passes is for the keeper to find out.
    pub(crate) fn refused(&self, host: usize, words: &str) {
        if link::is_fatal_code(words) {
            self.links[host].fail_any();
        } else if !link::is_unwilling(words) {
            return;
        }
        self.pulse.unwilling(host, link::unwilling(&self.hosts[host], words));
    }

    pub(crate) fn is_ours(&self, channel: &ChannelName) -> bool {
        self.keys.is_ours(channel)
    }
}

/// What a frame brought.
pub(crate) struct Opened<M> {
    pub(crate) message: Arc<M>,
    pub(crate) channels: Vec<String>,
    /// How long it may still wait unread.
    pub(crate) remaining: Duration,
}
