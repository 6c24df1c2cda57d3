//! What this socket's person has read, and in a direct conversation how far the others are. Never who may know it: whoever
//! hears the group.

use std::sync::Arc;

use protocol::{GroupId, Seq};
use tracing::debug;

use super::Conversation;
use crate::chat::{Subscriber, Topic};

impl Conversation {
    /// Noted for the person; told in a direct conversation.
    pub(super) async fn read(&mut self, group: &GroupId, seq: Seq) {
        if !self.hears(group) {
            return;
        }
        let me = &self.me.who.person;
        self.chat.store.mark_read(&me.id, group, seq);
        if let Some(subscription) = self.subscriptions.get(group).filter(|_| self.directs.contains_key(group)) {
            subscription.topic.say_seen(me, seq).await;
        }
    }

    /// Where everyone else is, for a listener who hears already whoever goes on. Worth no waiting.
    pub(super) async fn tell_seen(&mut self, topic: &Topic, listener: &Arc<dyn Subscriber>) {
        self.directs.insert(topic.group.clone(), ());
        match self.chat.store.read_marks(&topic.group).await {
            Ok(marks) => topic.tell_seen(listener, marks),
            Err(error) => debug!(%error, "Could not tell who has read how far"),
        }
    }
}
