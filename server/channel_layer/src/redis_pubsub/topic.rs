//! What can be subscribed to and published on, and its name in Redis, which we share with channels_redis. No I/O.

use crate::redis::keys::Keys;
use crate::redis::sharding::host_of;
use crate::{ChannelName, GroupName, NameError};

/// A channel of Redis Pub/Sub, or a pattern for many.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Topic {
    /// One group of the layer.
    Group(GroupName),
    /// One channel of the layer: an ordinary one, or another process's.
    Channel(ChannelName),
    /// All channels of this process with one prefix: their common non-local part, `prefix.<32 hex>!`.
    Own(String),
}

/// Translates between topics and their names in Redis.
pub(super) struct Names {
    /// For process-local names only; this wire has no keys.
    keys: Keys,
    group: String,
}

impl Names {
    pub(super) fn new(prefix: &str) -> Self {
        Self { keys: Keys::new(prefix.to_owned()), group: format!("{prefix}__group__") }
    }

    pub(super) fn new_channel(&self, prefix: &str) -> Result<ChannelName, NameError> {
        self.keys.new_channel(prefix)
    }

    /// Whether this layer made the channel.
    pub(super) fn is_ours(&self, channel: &ChannelName) -> bool {
        self.keys.is_ours(channel)
    }

    pub(super) fn of(&self, topic: &Topic) -> String {
        match topic {
            Topic::Group(group) => format!("{}{group}", self.group),
            Topic::Channel(channel) => channel.as_str().to_owned(),
            // Nothing to escape: the grammar of names has no `*`, `?`, `[` or `\`.
            Topic::Own(non_local) => format!("{non_local}*"),
        }
    }

    /// The topic that something was published on; `None` if it is none of ours.
    pub(super) fn read(&self, name: &[u8]) -> Option<Topic> {
        let name = std::str::from_utf8(name).ok()?;
        self.group(name).or_else(|| ChannelName::parse(name).ok().map(Topic::Channel))
    }

    /// Where a channel's messages are published. A channel that is named like a group in Redis is that group, for us
    /// as for everyone on this wire.
    pub(super) fn topic_of(&self, channel: &ChannelName) -> Topic {
        self.group(channel.as_str()).unwrap_or_else(|| Topic::Channel(channel.clone()))
    }

    fn group(&self, name: &str) -> Option<Topic> {
        name.strip_prefix(&self.group).and_then(|group| GroupName::parse(group).ok()).map(Topic::Group)
    }

    /// On which of several hosts it is published. What is ours is listened for on all of them.
    pub(super) fn host_of(&self, topic: &Topic, hosts: usize) -> usize {
        host_of(&self.of(topic), hosts)
    }
}

impl Topic {
    pub(super) fn subscribe(&self, names: &Names) -> redis::Cmd {
        let command = if matches!(self, Self::Own(_)) { "PSUBSCRIBE" } else { "SUBSCRIBE" };
        redis::cmd(command).arg(names.of(self)).take()
    }

    pub(super) fn unsubscribe(&self, names: &Names) -> redis::Cmd {
        let command = if matches!(self, Self::Own(_)) { "PUNSUBSCRIBE" } else { "UNSUBSCRIBE" };
        redis::cmd(command).arg(names.of(self)).take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_are_named_as_channels_redis_names_them_and_read_back() {
        let names = Names::new("asgi");
        let room = Topic::Group(GroupName::parse("room-1").unwrap());
        let worker = Topic::Channel(ChannelName::parse("worker").unwrap());
        for (topic, name) in [(room, "asgi__group__room-1"), (worker, "worker")] {
            assert_eq!(names.of(&topic), name);
            assert_eq!(names.read(name.as_bytes()), Some(topic));
        }
        for name in [&b"no name"[..], b"", b"\xff", b"asgi__group__ "] {
            assert_eq!(names.read(name), None);
        }
        let longest = "x".repeat(99);
        let group = Topic::Group(GroupName::parse(&longest).unwrap());
        assert_eq!(names.read(names.of(&group).as_bytes()), Some(group));
    }

    #[test]
    fn one_pattern_stands_for_all_of_a_processs_channels_with_a_prefix() {
        let names = Names::new("asgi");
        let channel = names.new_channel("specific").unwrap();
        let own = Topic::Own(channel.non_local().to_owned());
        let pattern = names.of(&own);
        assert!(pattern.starts_with("specific.") && pattern.ends_with("!*"), "{pattern}");
        assert!(names.is_ours(&channel) && !Names::new("asgi").is_ours(&channel));
    }

    #[test]
    fn a_group_lies_where_its_name_in_redis_says() {
        let names = Names::new("asgi");
        let room = Topic::Group(GroupName::parse("room-1").unwrap());
        for hosts in 1..10 {
            assert_eq!(names.host_of(&room, hosts), host_of("asgi__group__room-1", hosts));
        }
    }
}
