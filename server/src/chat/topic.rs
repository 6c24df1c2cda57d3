//! A group as this node sees it while somebody here is in it: one ear in the channel layer, and the sockets that want to
//! hear. The order of events is `fill`'s, who is here `telling`'s. Never a frame's way to a socket.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError, TryLockError, Weak,
        atomic::{AtomicUsize, Ordering},
    },
};

use channel_layer::{ChannelName, Delivery, Inbox, LayerError};
use protocol::{Epoch, GroupId, Person, Seq};
use tokio::{sync::OnceCell, time::Instant};
use websocket::Frame;

use super::{
    Services,
    adoption::Adoption,
    event::{Foreign, GroupEvent, Happened},
    names,
    presence::Presence,
    recent::Recent,
    rounds::{Arrivals, Round},
    seen::Marks,
    subscriber::{Joined, Place, Subscriber, Subscription},
};

use crate::layer::Layer;

/// The prefix of a node's channel in a group, as Django Channels names a consumer's.
const CHANNEL_PREFIX: &str = "specific";

/// A group with somebody in it.
pub(crate) struct Topic {
    pub(crate) group: GroupId,
    pub(super) services: Services,
    pub(super) me: Weak<Self>,
    made: Instant,
    opened: OnceCell<ChannelName>,
    pub(super) adoption: OnceLock<Adoption>,
    pub(super) arrivals: Arrivals,
    state: Mutex<State>,
    /// How many wait for the state: whoever takes it again and again lets them have it.
    pub(super) wanted: AtomicUsize,
    /// Held by whoever tells who is here, so that nothing older comes after.
    pub(super) telling: tokio::sync::Mutex<()>,
}

#[derive(Default)]
pub(super) struct State {
    /// Known once the topic is open.
    pub(super) at: Option<(Epoch, Seq)>,
    pub(super) recent: Recent,
    pub(super) ahead: BTreeMap<Seq, Arc<Happened>>,
    pub(super) round: Round,
    /// Somebody reads what is missing.
    pub(super) filling: bool,
    /// And is to look once more.
    pub(super) look_again: bool,
    pub(super) subscribers: Vec<Place>,
    numbers: u64,
    pub(super) presence: Presence,
    /// Who is here, as it was told last.
    pub(super) shown: Option<Frame>,
    /// How far its people have read, if it is direct.
    pub(super) seen: Marks,
    /// The version of the group's rights that the store had last.
    pub(super) access: Option<u64>,
    /// How often rights have changed since the topic opened.
    pub(super) changes: u64,
    /// Somebody asks who may still listen.
    pub(super) checking: bool,
    /// And is to ask once more.
    pub(super) check_again: bool,
}

impl Topic {
    pub(super) fn new(group: GroupId, services: Services) -> Arc<Self> {
        Arc::new_cyclic(|me| Self {
            group,
            services,
            me: me.clone(),
            made: Instant::now(),
            opened: OnceCell::new(),
            adoption: OnceLock::new(),
            arrivals: Arrivals::default(),
            state: Mutex::default(),
            wanted: AtomicUsize::default(),
            telling: tokio::sync::Mutex::default(),
        })
    }

    /// Where what others say waits to become messages; most groups never hear any.
    fn adoption(&self) -> &Adoption {
        let begin = || Adoption::new(self.group.clone(), self.me.clone(), self.services.clone(), self.made);
        self.adoption.get_or_init(begin)
    }

    /// Joins the group in the layer and learns where it stands. Whoever comes first does it, others wait.
    pub(super) async fn open(&self) -> Result<(), OpenError> {
        let open = || async {
            let channel = self.services.layer.attach(CHANNEL_PREFIX, Arc::new(Ear(self.me.clone())))?;
            let attached = Attached { layer: &self.services.layer, channel: Some(channel.clone()) };
            self.listen(&channel).await?;
            attached.keep();
            Ok(channel)
        };
        self.opened.get_or_try_init(open).await.map(|_| ())
    }

    /// Whether it hears what happens.
    pub(super) fn is_open(&self) -> bool {
        self.opened.initialized()
    }

    /// First an ear, then a look: an event after the look is heard, one before it is seen.
    async fn listen(&self, channel: &ChannelName) -> Result<(), OpenError> {
        let epoch = self.services.store.epoch().await?;
        self.arrivals.live(epoch.clone());
        for name in [names::shared(&self.group), names::ours(&self.group)] {
            match self.services.layer.group_add(&name.map_err(LayerError::from)?, channel).await {
                // Its server is away: who is on this node is reached already, and the layer joins there when it is back.
                Ok(()) | Err(LayerError::Unavailable) => {}
                Err(error) => return Err(error.into()),
            }
        }
        let heads = self.services.store.heads(std::slice::from_ref(&self.group)).await?;
        let heard = {
            let mut state = self.lock();
            let head = heads.get(&self.group).copied().unwrap_or_default();
            (state.at, state.access) = (Some((epoch, head.seq)), Some(head.access));
            std::mem::take(&mut state.ahead)
        };
        self.hear(heard.into_values());
        Ok(())
    }

    /// The database's life and the latest event that this node knows of.
    pub(crate) fn head(&self) -> (Option<Epoch>, Seq) {
        self.lock().at.clone().map_or((None, 0), |(epoch, seq)| (Some(epoch), seq))
    }

    /// Whether the store knows nothing of the group: nothing was ever said there, nobody made it or joined it.
    pub(super) fn is_unused(&self) -> bool {
        let state = self.lock();
        state.at.as_ref().is_none_or(|(_, seq)| *seq == 0) && state.access.unwrap_or_default() == 0
    }

    /// Who is here, as far as they are listed.
    pub(super) fn here(&self) -> Vec<Person> {
        self.lock().presence.everyone().0
    }

    /// Subscribes from after event `after`, in one step with handing over what came since; without it, from now on. Where
    /// that is more than waits well at once, only the first of it is handed over.
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
            let Some(missed) = missed else { return Joined::Behind };
            let taken = subscriber.first_events(&missed);
            // With a full lane the next event would be one too many, and what it has taken would be lost with it.
            if taken < missed.len() || !subscriber.has_room() {
                return Joined::Partly(after + taken as Seq);
            }
        }
        state.numbers += 1;
        let number = state.numbers;
        let untold = subscriber.person().is_some();
        state.subscribers.push(Place { number, subscriber: Arc::clone(subscriber), at: head, untold });
        state.presence.came(subscriber.person());
        drop(state);
        Joined::Here(Subscription { topic, number, room: None })
    }

    /// The latest event that this place was handed: a round may be on its way there.
    pub(super) fn handed_to(&self, number: u64) -> Seq {
        let state = self.lock();
        state.subscribers.iter().find(|place| place.number == number).map_or(0, |place| place.at)
    }

    pub(super) fn leave(&self, number: u64) {
        let mut state = self.lock();
        if let Some(at) = state.subscribers.iter().position(|place| place.number == number) {
            let Place { subscriber, .. } = state.subscribers.swap_remove(at);
            state.presence.went(subscriber.person());
            let was_last = subscriber.person().is_some() && state.presence.is_empty();
            drop(state);
            // Whatever its end does, it does without our lock.
            drop(subscriber);
            if was_last {
                self.tell_of_the_end();
            }
        }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        // A panic elsewhere leaves a whole state behind: each change is complete before anything can panic.
        match self.state.try_lock() {
            Ok(state) => return state,
            Err(TryLockError::Poisoned(state)) => return state.into_inner(),
            Err(TryLockError::WouldBlock) => {}
        }
        self.wanted.fetch_add(1, Ordering::Relaxed);
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        self.wanted.fetch_sub(1, Ordering::Relaxed);
        state
    }

    /// Nodes with somebody in this group whose names come before ours.
    pub(super) fn nodes_before_us(&self) -> u32 {
        self.lock().presence.nodes_before(&self.services.node)
    }
}

/// A channel that is given back unless it is kept: whoever opens a topic may go away in the middle of it.
pub(super) struct Attached<'a> {
    pub(super) layer: &'a Layer,
    pub(super) channel: Option<ChannelName>,
}

impl Attached<'_> {
    pub(super) fn keep(mut self) {
        self.channel = None;
    }
}

impl Drop for Attached<'_> {
    fn drop(&mut self) {
        self.channel.iter().for_each(|channel| self.layer.detach(channel));
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

/// The topic as the channel layer sees it.
struct Ear(Weak<Topic>);

impl Inbox<GroupEvent> for Ear {
    fn deliver(&self, batch: &[Arc<GroupEvent>]) -> Delivery {
        let Some(topic) = self.0.upgrade() else { return Delivery::Gone };
        let mut has_come = false;
        for event in batch {
            match &**event {
                GroupEvent::Happened(event) if topic.take_ours(event) => has_come = true,
                GroupEvent::Happened(event) => {
                    Foreign::of(event).into_iter().for_each(|foreign| topic.adoption().adopt(foreign));
                }
                GroupEvent::Foreign(foreign) => topic.adoption().adopt(foreign.clone()),
                GroupEvent::Typing(by) => topic.show_typing(by),
                GroupEvent::Seen(by, seq) => drop(topic.show_seen(by, *seq)),
                GroupEvent::Presence { node, people, count } if *node != topic.services.node => {
                    topic.lock().presence.heard(node, people, *count);
                }
                GroupEvent::Presence { .. } => {}
                GroupEvent::Changed => topic.recheck(),
                // Said to nodes, not to groups.
                GroupEvent::Ended(_) => {}
            }
        }
        if has_come {
            topic.hand_on();
        }
        Delivery::Taken
    }

    fn gap(&self) {
        if let Some(topic) = self.0.upgrade() {
            topic.fill();
        }
    }
}
