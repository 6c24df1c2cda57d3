//! A subscription from where the client stands: what it missed, at its own pace, and then what happens. Never what it asks.

use std::{
    mem,
    sync::{Arc, atomic::AtomicU64},
    time::Duration,
};

use protocol::{Epoch, Event, GroupId, Place, ResetWhy, Resume, Seq, ServerFrame, Standing};
use store::{Access, GroupKind, Replay};
use tokio::time::sleep;

use super::{Conversation, LIMITS, sentence};
use crate::{
    chat::{Act, Denied, Joined, Subscriber, Subscription, Topic, encode},
    consumers::live::listener::Listener,
};

/// Text of events in one frame when they are sent again.
const REPLAY_FRAME_BYTES: usize = 64 * 1024;
/// The pause before a node that is behind its database is looked at again.
const AHEAD: Duration = Duration::from_millis(50);

/// A topic that the person may read, and how often rights had changed there when that was asked.
pub(super) struct Open {
    topic: Arc<Topic>,
    asked: u64,
    kind: GroupKind,
}

impl Conversation {
    /// Sends what was missed and goes on from there, without a hole and without a double.
    pub(super) async fn resume(&mut self, place: Place, standing: &Standing, open: Option<Open>) {
        let group = place.group;
        let open = match open {
            Some(open) => Ok(open),
            None => self.open(&group).await,
        };
        let Open { topic, asked, kind } = match open {
            Ok(open) => open,
            Err(denied) => return self.gone(&group, denied),
        };
        let room = match self.chat.room_for(&topic, Some(&self.me.who), self.me.from) {
            Ok(room) => room,
            Err(refused) => {
                let why = sentence(refused.code, self.locale);
                return self.lanes.answer(encode(&ServerFrame::Gone { group, why }));
            }
        };
        let head = Arc::new(AtomicU64::new(standing.head));
        self.heads.put(group.clone(), Arc::clone(&head));
        let lanes = Arc::clone(&self.lanes);
        let (who, locale, heads) = (Arc::clone(&self.me.who), self.locale, self.heads.clone());
        let listener: Arc<dyn Subscriber> =
            Arc::new(Listener { group: group.clone(), who, locale, heads, lanes, head });
        let resuming = place.epoch.is_some() && place.after.is_some();
        let after = match standing.resume {
            Resume::Live | Resume::Replay => place.after.filter(|_| resuming).unwrap_or(standing.head),
            Resume::Reset | Resume::Gone => {
                let known = place.epoch.is_none_or(|epoch| epoch == standing.epoch);
                let why = if known { ResetWhy::TooFar } else { ResetWhy::Epoch };
                self.reset(&group, &standing.epoch, standing.head, why);
                standing.head
            }
        };
        let joined = self.join(&topic, Arc::clone(&listener), asked, after, &standing.epoch).await;
        let Some(mut subscription) = joined else { return };
        let live = ServerFrame::Live { group: group.clone(), seq: subscription.head() };
        if resuming && !self.lanes.events(&group, &[encode(&live)]) {
            return self.lag(&topic);
        }
        subscription.room = room;
        self.subscriptions.insert(group, subscription);
        if kind == GroupKind::Direct {
            self.tell_seen(&topic, &listener).await;
        }
    }

    /// Whether the person may read a group, and its topic if somebody here is in it.
    pub(super) async fn if_open(&mut self, group: &GroupId) -> Result<Option<Open>, Denied> {
        match self.chat.hub.open(group) {
            Some(topic) => self.asked(topic).await.map(Some),
            None => self.may_read(group).await.map(|_| None),
        }
    }

    /// The topic of a group that the person may read: only then is it opened for them.
    async fn open(&mut self, group: &GroupId) -> Result<Open, Denied> {
        if let Some(open) = self.if_open(group).await? {
            return Ok(open);
        }
        let hub = Arc::clone(&self.chat.hub);
        let topic = self.patiently("join a group", || hub.topic(group)).await;
        self.asked(topic).await
    }

    /// What changes rights from here on, the topic hears; what did before, or while it was opened, the store says.
    async fn asked(&mut self, topic: Arc<Topic>) -> Result<Open, Denied> {
        let asked = topic.changes();
        let kind = self.may_read(&topic.group).await?.kind;
        Ok(Open { topic, asked, kind })
    }

    pub(super) async fn may_read(&mut self, group: &GroupId) -> Result<Access, Denied> {
        let (chat, who) = (self.chat.clone(), Arc::clone(&self.me.who));
        let ask = || chat.may(Some(&who), group, Act::Read);
        self.patiently("read who may read a group", ask).await
    }

    pub(super) fn gone(&self, group: &GroupId, why: Denied) {
        let why = sentence(why.code(), self.locale);
        self.lanes.answer(encode(&ServerFrame::Gone { group: group.clone(), why }));
    }

    /// Closes in on the present at the reader's pace: from the store what the topic does not remember, then from the topic,
    /// the last of it in one step with the subscription. Who may read was asked when rights had changed `asked` times.
    /// `None` if the person may no longer read.
    async fn join(
        &mut self,
        topic: &Arc<Topic>,
        listener: Arc<dyn Subscriber>,
        mut asked: u64,
        mut after: Seq,
        epoch: &Epoch,
    ) -> Option<Subscription> {
        loop {
            self.lanes.room().await;
            // Rights may have changed while it caught up.
            let changes = topic.changes();
            if mem::replace(&mut asked, changes) != changes
                && let Err(denied) = self.may_read(&topic.group).await
            {
                listener.gone(&topic.group, denied);
                return None;
            }
            match topic.join(&listener, Some(after)) {
                Joined::Here(subscription) => {
                    topic.let_in_at(changes);
                    return Some(subscription);
                }
                Joined::Partly(until) => {
                    after = until;
                    continue;
                }
                Joined::Ahead | Joined::Behind => {}
            }
            let store = self.chat.store.clone();
            let ask = || store.after(&topic.group, Some(epoch), after, LIMITS.replay);
            match self.patiently("read what was missed", ask).await {
                Replay::Events(events) if events.is_empty() => sleep(AHEAD).await,
                Replay::Events(events) => {
                    after = self.replay(topic, changes, epoch, events).await.unwrap_or(after);
                }
                replay @ (Replay::TooFar | Replay::Expired | Replay::Epoch) => {
                    let (now, head) = topic.head();
                    self.reset(&topic.group, &now.unwrap_or_else(|| epoch.clone()), head, why(&replay));
                    after = head;
                }
            }
        }
    }

    /// At the reader's pace: nobody else's events wait in this group's place, and other groups' keep theirs. Until rights
    /// change: then the reader may be told no more. The last event that was sent.
    async fn replay(&self, topic: &Topic, changes: u64, epoch: &Epoch, events: Vec<Event>) -> Option<Seq> {
        let (mut some, mut bytes, mut sent) = (Vec::new(), 0, None);
        for mut event in events {
            if event.by.id != self.me.who.person.id {
                event.client_id = None;
            }
            bytes += text_of(&event) + 256;
            some.push(event);
            if bytes > REPLAY_FRAME_BYTES {
                match self.send_again(topic, changes, epoch, std::mem::take(&mut some)).await {
                    None => return sent,
                    last => (sent, bytes) = (last, 0),
                }
            }
        }
        if some.is_empty() { sent } else { self.send_again(topic, changes, epoch, some).await.or(sent) }
    }

    /// The last event's number, once they are on their way; nothing, if rights have changed.
    async fn send_again(&self, topic: &Topic, changes: u64, epoch: &Epoch, events: Vec<Event>) -> Option<Seq> {
        let (group, last) = (topic.group.clone(), events.last()?.seq);
        let frame = encode(&ServerFrame::Events { group, epoch: epoch.clone(), events });
        // Another group's events may come in between and leave no room.
        loop {
            self.lanes.room().await;
            if topic.changes() != changes {
                return None;
            }
            if self.lanes.events(&topic.group, [&frame]) {
                return Some(last);
            }
        }
    }

    fn lag(&self, topic: &Topic) {
        self.lanes.answer(encode(&ServerFrame::Lag { group: topic.group.clone(), head: topic.head().1 }));
    }

    fn reset(&self, group: &GroupId, epoch: &Epoch, head: Seq, why: ResetWhy) {
        self.lanes.answer(encode(&ServerFrame::Reset { group: group.clone(), epoch: epoch.clone(), head, why }));
    }
}

/// What will come after a subscription, as far as it is known before.
pub(super) fn plan(place: &Place, epoch: &Epoch, head: Seq) -> Resume {
    match (&place.epoch, place.after) {
        (Some(known), Some(_)) if known != epoch => Resume::Reset,
        (Some(_), Some(after)) if after == head => Resume::Live,
        (Some(_), Some(after)) if after < head && head - after <= u64::from(LIMITS.replay) => Resume::Replay,
        // A later event than the latest: another life that we took for this one, or a node that is behind its database.
        (Some(_), Some(_)) => Resume::Reset,
        (None, _) | (_, None) => Resume::Live,
    }
}

fn why(replay: &Replay) -> ResetWhy {
    match replay {
        Replay::Expired => ResetWhy::Expired,
        Replay::Epoch => ResetWhy::Epoch,
        Replay::TooFar | Replay::Events(_) => ResetWhy::TooFar,
    }
}

fn text_of(event: &Event) -> usize {
    match &event.change {
        protocol::Change::Posted { body, .. } | protocol::Change::Edited { body, .. } => body.len(),
        _ => 0,
    }
}
