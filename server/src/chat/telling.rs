//! Who is in a topic's group and who is writing there: told to its sockets and to other nodes. A frame is made once for
//! all, without the topic's lock. Never who is here (`presence`).

use std::sync::Arc;

use protocol::{Person, ServerFrame};

use super::{
    event::{GroupEvent, encode},
    names,
    topic::{State, Topic},
};

impl Topic {
    /// Tells everyone in the group, on every node, that this person is writing.
    pub(crate) async fn say_typing(&self, person: &Person) {
        self.say(GroupEvent::Typing(person.clone())).await;
    }

    /// Tells our own sockets.
    pub(super) fn show_typing(&self, by: &Person) {
        let frame = encode(&ServerFrame::Typing { group: self.group.clone(), by: by.clone() });
        self.lock().subscribers.iter().for_each(|place| place.subscriber.typing(&self.group, &by.id, &frame));
    }

    /// Sends what only our own nodes understand. It may be lost: it is worth something only now.
    pub(super) async fn say(&self, event: GroupEvent) {
        if let Ok(name) = names::ours(&self.group) {
            let _ = self.services.layer.group_send(&name, Arc::new(event)).await;
        }
    }

    /// Once a second: who is here, to sockets and other nodes, if that has changed or is due.
    pub(super) async fn tell_presence(&self) {
        let _in_order = self.telling.lock().await;
        self.show_presence();
        let report = self.lock().presence.take_report();
        if let Some((people, count)) = report {
            self.say(GroupEvent::Presence { node: self.services.node.clone(), people, count }).await;
        }
    }

    /// To everyone if it has changed; else only to who came since, or had no room the last time.
    fn show_presence(&self) {
        let everyone = {
            let mut state = self.lock();
            state.presence.expire();
            state.presence.take_change().then(|| state.presence.everyone())
        };
        let group = self.group.clone();
        let news = everyone.map(|(people, count)| encode(&ServerFrame::Presence { group, people, count }));
        let mut state = self.lock();
        let State { subscribers, shown, .. } = &mut *state;
        if news.is_some() {
            subscribers.iter_mut().for_each(|place| place.untold = true);
            *shown = news;
        }
        let Some(frame) = shown else { return };
        for place in subscribers.iter_mut().filter(|place| place.untold) {
            place.untold = !place.subscriber.presence(&self.group, frame);
        }
    }

    /// The topic may end with its last person: other nodes are told now, there may be no next pulse.
    pub(super) fn tell_of_the_end(&self) {
        let (Some(topic), Ok(_)) = (self.me.upgrade(), tokio::runtime::Handle::try_current()) else { return };
        let shutdown = self.services.shutdown.clone();
        self.services.tasks.spawn(async move { shutdown.run_until_cancelled(topic.tell_presence()).await });
    }

    /// The server stops: for other nodes nobody is here any more, though our sockets still say goodbye.
    pub(super) async fn part(&self) {
        let _in_order = self.telling.lock().await;
        if self.lock().presence.has_reported() {
            let node = self.services.node.clone();
            self.say(GroupEvent::Presence { node, people: Vec::new(), count: 0 }).await;
        }
    }
}
