//! Which ordinary channels this process listens to: those that someone receives from, and has lately. Who gets the
//! messages is the registry's knowledge.

use std::collections::HashMap;
use std::sync::Mutex;

use tokio::time::{Duration, Instant};

use crate::ChannelName;
use crate::sync::lock;

pub(super) struct Listeners {
    /// A worker that handles one message must not miss the next; as long as a message may wait, so long it is listened.
    linger: Duration,
    channels: Mutex<HashMap<ChannelName, Listened>>,
}

struct Listened {
    receivers: usize,
    latest: Instant,
}

/// One receiver's stay.
pub(super) struct Listening<'a> {
    listeners: &'a Listeners,
    channel: &'a ChannelName,
    /// Nobody has listened to it before.
    pub(super) is_new: bool,
}

impl Listeners {
    pub(super) fn new(linger: Duration) -> Self {
        Self { linger, channels: Mutex::default() }
    }

    pub(super) fn listen<'a>(&'a self, channel: &'a ChannelName) -> Listening<'a> {
        let mut channels = lock(&self.channels);
        let is_new = !channels.contains_key(channel);
        let listened = channels.entry(channel.clone()).or_insert(Listened { receivers: 0, latest: Instant::now() });
        listened.receivers += 1;
        Listening { listeners: self, channel, is_new }
    }

    /// Whether the channel is listened to; forgets it if that is over.
    pub(super) fn wants(&self, channel: &ChannelName) -> bool {
        let mut channels = lock(&self.channels);
        let Some(listened) = channels.get(channel) else { return false };
        let wants = listened.receivers > 0 || listened.latest.elapsed() < self.linger;
        if !wants {
            channels.remove(channel);
        }
        wants
    }

    pub(super) fn all(&self) -> Vec<ChannelName> {
        lock(&self.channels).keys().cloned().collect()
    }

    pub(super) fn clear(&self) {
        lock(&self.channels).clear();
    }
}

impl Drop for Listening<'_> {
    fn drop(&mut self) {
        if let Some(listened) = lock(&self.listeners.channels).get_mut(self.channel) {
            listened.receivers = listened.receivers.saturating_sub(1);
            listened.latest = Instant::now();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_channel_is_listened_to_while_someone_receives_and_a_while_after() {
        let (listeners, worker) = (Listeners::new(Duration::from_secs(60)), ChannelName::parse("worker").unwrap());
        let first = listeners.listen(&worker);
        let second = listeners.listen(&worker);
        assert!(first.is_new && !second.is_new);
        drop(first);
        tokio::time::advance(Duration::from_secs(600)).await;
        assert!(listeners.wants(&worker), "one still waits");
        drop(second);
        tokio::time::advance(Duration::from_secs(59)).await;
        assert!(listeners.wants(&worker));
        tokio::time::advance(Duration::from_secs(1)).await;
        assert!(!listeners.wants(&worker) && listeners.all().is_empty());
        assert!(listeners.listen(&worker).is_new);
    }
}
