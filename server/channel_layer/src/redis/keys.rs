//! The names of the keys that we share with channels_redis, and whose a process-local channel is. No key of our own.

use uuid::Uuid;

use crate::{ChannelName, GroupName, NameError};

/// One layer's prefix and its name for itself.
#[derive(Debug, Clone)]
pub(crate) struct Keys {
    prefix: String,
    /// 32 hex digits, then `!`: the end of the non-local part of every channel that this layer makes.
    client: String,
}

impl Keys {
    pub(crate) fn new(prefix: String) -> Self {
        Self { prefix, client: format!("{}!", Uuid::new_v4().simple()) }
    }

    /// A new process-local name `prefix.<our 32 hex>!<32 hex>`.
    pub(crate) fn new_channel(&self, prefix: &str) -> Result<ChannelName, NameError> {
        GroupName::parse(prefix)?;
        ChannelName::parse(&format!("{prefix}.{}{}", self.client, Uuid::new_v4().simple()))
    }

    /// Where messages for the channel lie: process-local channels of one process and prefix share a key.
    pub(crate) fn channel(&self, channel: &ChannelName) -> String {
        self.non_local(channel.non_local())
    }

    /// The key of a non-local part.
    pub(crate) fn non_local(&self, non_local: &str) -> String {
        format!("{}{non_local}", self.prefix)
    }

    pub(crate) fn group(&self, group: &GroupName) -> String {
        format!("{}:group:{group}", self.prefix)
    }

    /// A channel's and a group's key that nobody has, to try on them what may be done.
    pub(crate) fn nobodys(&self) -> [String; 2] {
        let name = format!("probe.{}", self.client);
        [self.non_local(&name), format!("{}:group:{}", self.prefix, name.trim_end_matches('!'))]
    }

    /// What [`flush`](crate::ChannelLayer::flush) deletes. Like upstream's, `asgi*` hits `asgi2…` too.
    pub(crate) fn everything(&self) -> String {
        let mut pattern = String::with_capacity(self.prefix.len() + 1);
        for character in self.prefix.chars() {
            if matches!(character, '*' | '?' | '[' | ']' | '\\') {
                pattern.push('\\');
            }
            pattern.push(character);
        }
        pattern.push('*');
        pattern
    }

    /// Whether this layer made the channel, or would have: it bears our name.
    pub(crate) fn is_ours(&self, channel: &ChannelName) -> bool {
        channel.is_local() && channel.non_local().ends_with(&self.client)
    }

    /// What the names of our own channels contain, and no other's.
    pub(crate) fn mark(&self) -> String {
        format!(".{}", self.client)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_those_of_channels_redis() {
        let keys = Keys::new("asgi".to_owned());
        let channel = |name| ChannelName::parse(name).unwrap();
        assert_eq!(keys.channel(&channel("worker")), "asgiworker");
        assert_eq!(keys.channel(&channel("specific.abc!def")), "asgispecific.abc!");
        assert_eq!(keys.group(&GroupName::parse("room-1").unwrap()), "asgi:group:room-1");
        assert_eq!(keys.everything(), "asgi*");
        assert_eq!(Keys::new("a[s]*".to_owned()).everything(), "a\\[s\\]\\**");
    }

    #[test]
    fn a_channel_is_ours_by_the_end_of_its_non_local_part() {
        let (mine, theirs) = (Keys::new("asgi".to_owned()), Keys::new("asgi".to_owned()));
        let channel = mine.new_channel("specific").unwrap();
        assert_eq!(channel.as_str().len(), 74);
        assert!(mine.is_ours(&channel) && !theirs.is_ours(&channel));
        assert!(channel.as_str().contains(&mine.mark()));
        assert!(!mine.is_ours(&ChannelName::parse("worker").unwrap()));
        assert_eq!(channel.non_local(), mine.new_channel("specific").unwrap().non_local());
    }
}
