//! A group as this node sees it while somebody here is in it: one ear in the channel layer, the events in seq order
//! without a hole, and the sockets that want them. A hole is read from the store. Never a frame's way to a socket.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
};

use channel_layer::{ChannelName, Delivery, Inbox, LayerError};
use protocol::{ClientId, Epoch, GroupId, Person, PersonId, ResetWhy, Seq};
use store::{Command, Replay};
use tokio::sync::OnceCell;
use tracing::{error, warn};

use super::{
    Services,
    event::{Foreign, GroupEvent, Happened},
    names,
    presence::Presence,
    recent::Recent,
};

/// The prefix of a node's channel in a group, as Django Channels names a consumer's.
const CHANNEL_PREFIX: &str = "specific";
/// Events that wait for one before them. Past it they are read from the store like the hole itself.
const MAX_AHEAD: usize = 1024;
/// Events read at a time.
const FILL: u32 = 500;

/// Who wants a group's events: a socket's consumer.
pub(crate) trait Subscriber: Send + Sync {
    /// Events in order, the next ones after those before. `false`: it has no room, wants none of them, and is
    /// unsubscribed.
    fn events(&self, events: &[Arc<Happened>]) -> bool;

    /// The events between cannot be had: go on from `head`.
    fn reset(&self, group: &GroupId, epoch: &Epoch, head: Seq, why: ResetWhy);

    /// Someone is writing. Worth nothing later.
    fn typing(&self, _group: &GroupId, _by: &Person) {}

    /// Everyone who is here now.
    fn presence(&self, _group: &GroupId, _people: &[Person], _count: u64) {}

    /// Who it is, if they are to be seen as being here.
    fn person(&self) -> Option<&Person>;
}

/// A group with somebody in it.
pub(crate) struct Topic {
    pub(crate) group: GroupId,
    services: Services,
    me: Weak<Self>,
    opened: OnceCell<ChannelName>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Known once the topic is open.
    at: Option<(Epoch, Seq)>,
    recent: Recent,
    ahead: BTreeMap<Seq, Arc<Happened>>,
    filling: bool,
    subscribers: Vec<(u64, Arc<dyn Subscriber>)>,
    numbers: u64,
    presence: Presence,
}

/// What came of a subscription.
pub(crate) enum Joined {
    /// Subscribed. What was missed has been handed over.
    Here(Subscription),
    /// What was missed is not remembered here: read it from the store and try again from there.
    Behind,
    /// This node itself does not know of so late an event yet; it looks now.
    Ahead,
    /// It had no room for what it missed.
    Full,
}

/// A subscriber's place in a topic. Dropping it ends it.
pub(crate) struct Subscription {
    pub(crate) topic: Arc<Topic>,
    number: u64,
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.topic.leave(self.number);
    }
}

impl Topic {
    pub(super) fn new(group: GroupId, services: Services) -> Arc<Self> {
        Arc::new_cyclic(|me| Self { group, services, me: me.clone(), opened: OnceCell::new(), state: Mutex::default() })
    }

    /// Joins the group in the layer and learns where it stands. Whoever comes first does it, others wait.
    pub(super) async fn open(&self) -> Result<(), OpenError> {
        let open = || async {
            let layer = &self.services.layer;
            let channel = layer.attach(CHANNEL_PREFIX, Arc::new(Ear(self.me.clone())))?;
            let opened = self.listen(&channel).await;
            if opened.is_err() {
                layer.detach(&channel);
            }
            opened.map(|()| channel)
        };
        self.opened.get_or_try_init(open).await.map(|_| ())
    }

    /// First an ear, then a look: an event after the look is heard, one before it is seen.
    async fn listen(&self, channel: &ChannelName) -> Result<(), OpenError> {
        for name in [names::shared(&self.group), names::ours(&self.group)] {
            match self.services.layer.group_add(&name.map_err(LayerError::from)?, channel).await {
                // Its server is away: who is on this node is reached already, and the layer joins there when it is back.
                Ok(()) | Err(LayerError::Unavailable) => {}
                Err(error) => return Err(error.into()),
            }
        }
        let epoch = self.services.store.epoch().await?;
        let heads = self.services.store.heads(std::slice::from_ref(&self.group)).await?;
        self.lock().at = Some((epoch, heads.get(&self.group).map_or(0, |head| head.seq)));
        Ok(())
    }

    /// The database's life and the latest event that this node knows of.
    pub(crate) fn head(&self) -> (Option<Epoch>, Seq) {
        self.lock().at.clone().map_or((None, 0), |(epoch, seq)| (Some(epoch), seq))
    }

    /// Subscribes from after event `after`, in one step with handing over what came since; without it, from now on.
    pub(crate) fn join(&self, subscriber: &Arc<dyn Subscriber>, after: Option<Seq>) -> Joined {
        let Some(topic) = self.me.upgrade() else { return Joined::Behind };
        let mut state = self.lock();
        let head = state.at.as_ref().map_or(0, |(_, seq)| *seq);
        let after = after.unwrap_or(head);
        if after > head {
            drop(state);
            self.fill();
            return Joined::Ahead;
        }
        if after < head {
            let missed: Option<Vec<_>> = state.recent.after(after).map(|events| events.cloned().collect());
            match missed {
                None => return Joined::Behind,
                Some(missed) if !subscriber.events(&missed) => return Joined::Full,
                Some(_) => {}
            }
        }
        state.numbers += 1;
        let number = state.numbers;
        state.subscribers.push((number, Arc::clone(subscriber)));
        state.presence.came(subscriber.person());
        drop(state);
        Joined::Here(Subscription { topic, number })
    }

    fn leave(&self, number: u64) {
        let mut state = self.lock();
        if let Some(at) = state.subscribers.iter().position(|(other, _)| *other == number) {
            let (_, subscriber) = state.subscribers.swap_remove(at);
            state.presence.went(subscriber.person());
            drop(state);
            // Whatever its end does, it does without our lock.
            drop(subscriber);
        }
    }

    /// Tells everyone in the group, on every node, that this person is writing.
    pub(crate) async fn say_typing(&self, person: &Person) {
        self.say(GroupEvent::Typing(person.clone())).await;
    }

    /// Sends what only our own nodes understand. It may be lost: it is worth something only now.
    async fn say(&self, event: GroupEvent) {
        if let Ok(name) = names::ours(&self.group) {
            let _ = self.services.layer.group_send(&name, Arc::new(event)).await;
        }
    }

    /// Once a second: who is here, to sockets and other nodes, if that has changed or is due.
    pub(super) async fn tell_presence(&self) {
        let tell = {
            let mut state = self.lock();
            state.presence.expire();
            if state.presence.take_change() {
                let (people, count) = state.presence.everyone();
                state.subscribers.iter().for_each(|(_, one)| one.presence(&self.group, &people, count));
            }
            state.presence.take_report()
        };
        if let Some(people) = tell {
            self.say(GroupEvent::Presence { node: self.services.node.clone(), people }).await;
        }
    }

    /// The store knows of an event that has not come: reads what is missing.
    pub(super) fn check(&self, head: Seq) {
        if self.lock().at.as_ref().is_some_and(|(_, seq)| *seq < head) {
            self.fill();
        }
    }

    /// Reads what is missing from the store, in a task of its own, one at a time.
    fn fill(&self) {
        {
            let mut state = self.lock();
            if state.filling || state.at.is_none() {
                return;
            }
            state.filling = true;
        }
        let (me, shutdown) = (self.me.clone(), self.services.shutdown.clone());
        self.services.tasks.spawn(async move {
            shutdown.run_until_cancelled(fill(me)).await;
        });
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // A panic elsewhere leaves a whole state behind: each change is complete before anything can panic.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes events in whatever order they come; what is in order goes to everyone.
    fn hear(&self, events: impl IntoIterator<Item = Arc<Happened>>) {
        let mut state = self.lock();
        let State { at: Some((epoch, last)), ahead, recent, .. } = &mut *state else { return };
        let mut next = Vec::new();
        for event in events {
            if event.epoch != *epoch || event.seq() <= *last {
                continue;
            }
            if event.seq() > *last + 1 {
                if ahead.len() < MAX_AHEAD {
                    ahead.insert(event.seq(), event);
                }
                continue;
            }
            let mut following = Some(event);
            while let Some(event) = following {
                *last += 1;
                recent.push(Arc::clone(&event));
                next.push(event);
                following = ahead.remove(&(*last + 1));
            }
        }
        let has_hole = !ahead.is_empty();
        if !next.is_empty() {
            let full: Vec<u64> =
                state.subscribers.iter().filter(|(_, one)| !one.events(&next)).map(|(number, _)| *number).collect();
            let gone: Vec<_> = state.subscribers.extract_if(.., |(number, _)| full.contains(number)).collect();
            gone.iter().for_each(|(_, one)| state.presence.went(one.person()));
        }
        drop(state);
        if has_hole {
            self.fill();
        }
    }

    /// What is missing is too much or gone: everyone goes on from the store's head.
    fn skip_to(&self, epoch: Epoch, head: Seq, why: ResetWhy) {
        let mut state = self.lock();
        state.ahead.clear();
        state.recent.clear();
        state.subscribers.iter().for_each(|(_, one)| one.reset(&self.group, &epoch, head, why));
        state.at = Some((epoch, head));
    }

    /// Stores what a process without our database said. Every node that hears it tries; the client id lets one succeed.
    fn adopt(&self, foreign: Foreign) {
        let Some(topic) = self.me.upgrade() else { return };
        let shutdown = self.services.shutdown.clone();
        self.services.tasks.spawn(async move {
            shutdown.run_until_cancelled(adopt(topic, foreign)).await;
        });
    }
}

impl Drop for Topic {
    fn drop(&mut self) {
        if let Some(channel) = self.opened.get() {
            self.services.layer.detach(channel);
        }
    }
}

/// Why a topic could not be opened: try again.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OpenError {
    #[error(transparent)]
    Layer(#[from] LayerError),
    #[error(transparent)]
    Store(#[from] store::StoreError),
}

async fn fill(topic: Weak<Topic>) {
    let mut attempt = 0;
    loop {
        let Some(topic) = topic.upgrade() else { return };
        let Some((epoch, last)) = topic.lock().at.clone() else { return };
        let store = &topic.services.store;
        let why = match store.after(&topic.group, Some(&epoch), last, FILL).await {
            Ok(Replay::Events(events)) => {
                let nothing = events.is_empty();
                let happened = |event| Arc::new(Happened::new(topic.group.clone(), epoch.clone(), Arc::new(event)));
                topic.hear(events.into_iter().map(happened));
                let mut state = topic.lock();
                // What came ahead and is not in the store is no event of this database's life.
                if nothing {
                    state.ahead.clear();
                }
                if state.ahead.is_empty() {
                    state.filling = false;
                    return;
                }
                continue;
            }
            Ok(Replay::TooFar) => ResetWhy::TooFar,
            Ok(Replay::Expired) => ResetWhy::Expired,
            Ok(Replay::Epoch) => ResetWhy::Epoch,
            Err(error) => {
                if attempt == 0 {
                    warn!(group = %topic.group, %error, "Could not read the events that are missing; trying again");
                }
                attempt += 1;
                drop(topic);
                super::pause(attempt).await;
                continue;
            }
        };
        if let (Ok(epoch), Ok(heads)) = (store.epoch().await, store.heads(std::slice::from_ref(&topic.group)).await) {
            topic.skip_to(epoch, heads.get(&topic.group).map_or(0, |head| head.seq), why);
            topic.lock().filling = false;
            return;
        }
        drop(topic);
        attempt += 1;
        super::pause(attempt).await;
    }
}

async fn adopt(topic: Arc<Topic>, foreign: Foreign) {
    let Ok(id) = PersonId::parse(store::DJANGO) else { return };
    let by = Person { id, name: String::new() };
    let client_id = foreign.client_id.or_else(|| ClientId::parse(uuid::Uuid::now_v7().to_string()).ok());
    for attempt in 1_u32.. {
        let command = Command::Post { body: foreign.text.clone(), reply_to: None };
        match topic.services.store.command(&topic.group, &by, client_id.as_ref(), command).await {
            Ok(_) => return,
            Err(store::StoreError::Refused(refusal)) => {
                return error!(group = %topic.group, %refusal, "Could not adopt what was said elsewhere");
            }
            Err(error) => {
                if attempt == 1 {
                    warn!(group = %topic.group, %error, "Could not adopt what was said elsewhere yet; trying again");
                }
                super::pause(attempt).await;
            }
        }
    }
}

/// The topic as the channel layer sees it.
struct Ear(Weak<Topic>);

impl Inbox<GroupEvent> for Ear {
    fn deliver(&self, batch: &[Arc<GroupEvent>]) -> Delivery {
        let Some(topic) = self.0.upgrade() else { return Delivery::Gone };
        let mut happened = Vec::new();
        let epoch = topic.head().0;
        for event in batch {
            match &**event {
                GroupEvent::Happened(event) if Some(&event.epoch) == epoch.as_ref() => happened.push(Arc::clone(event)),
                GroupEvent::Happened(event) => topic.adopt_from_elsewhere(event),
                GroupEvent::Foreign(foreign) => {
                    topic.adopt(Foreign { text: foreign.text.clone(), client_id: foreign.client_id.clone() });
                }
                GroupEvent::Typing(by) => {
                    topic.lock().subscribers.iter().for_each(|(_, one)| one.typing(&topic.group, by));
                }
                GroupEvent::Presence { node, people } if *node != topic.services.node => {
                    topic.lock().presence.heard(node, people);
                }
                GroupEvent::Presence { .. } => {}
            }
        }
        if !happened.is_empty() {
            topic.hear(happened);
        }
        Delivery::Taken
    }

    fn gap(&self) {
        if let Some(topic) = self.0.upgrade() {
            topic.fill();
        }
    }
}

impl Topic {
    /// A Teahouse with another database shares our channel layer: what is said there is said here too.
    fn adopt_from_elsewhere(&self, event: &Happened) {
        let protocol::Change::Posted { message, body, .. } = &event.event.change else { return };
        // What that node adopted itself, we have heard where it came from.
        if event.event.by.id.as_str() != store::DJANGO {
            self.adopt(Foreign { text: body.clone(), client_id: ClientId::parse(message.as_str()).ok() });
        }
    }
}
