//! The topics of this node: one for each group that somebody here is in. And the one pulse that keeps them honest: once a
//! second who is here, every few seconds whether the store knows more than the layer has told.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, Weak, atomic::Ordering},
    time::Duration,
};

use futures_util::{StreamExt, stream};
use protocol::{GroupId, Person};
use tokio::time::{MissedTickBehavior, interval};
use tracing::{debug, warn};

use super::{
    Services,
    event::GroupEvent,
    names,
    topic::{OpenError, Topic},
};

const PULSE: Duration = Duration::from_secs(1);
/// Pulses between two looks at the store's heads. So long an event that the layer lost may be late.
const LOOK_EVERY: u32 = 3;
/// Topics that say at once that they end.
const AT_ONCE: usize = 64;
/// Groups in one look.
const LOOK_AT: usize = 500;

pub(crate) struct Hub {
    services: Services,
    topics: Mutex<HashMap<GroupId, Weak<Topic>>>,
}

impl Hub {
    /// Made with its pulse, which ends when the server stops.
    pub(crate) fn new(services: Services) -> Arc<Self> {
        let (tasks, shutdown) = (services.tasks.clone(), services.shutdown.clone());
        let hub = Arc::new(Self { services, topics: Mutex::default() });
        let pulse = Arc::clone(&hub);
        tasks.spawn(async move { shutdown.run_until_cancelled(pulse.pulse()).await });
        hub
    }

    /// How much of what processes without our database said was not taken up, because its group is not for everyone.
    pub(crate) fn left_out(&self) -> u64 {
        self.services.left_out.load(Ordering::Relaxed)
    }

    /// The topic of a group, open. It lasts as long as somebody holds it.
    pub(crate) async fn topic(&self, group: &GroupId) -> Result<Arc<Topic>, OpenError> {
        let topic = {
            let mut topics = self.topics.lock().unwrap_or_else(PoisonError::into_inner);
            match topics.get(group).and_then(Weak::upgrade) {
                Some(topic) => topic,
                None => {
                    let topic = Topic::new(group.clone(), self.services.clone());
                    topics.insert(group.clone(), Arc::downgrade(&topic));
                    topic
                }
            }
        };
        topic.open().await?;
        Ok(topic)
    }

    /// The topic of a group, if it is open already: nobody need be asked before it is opened.
    pub(crate) fn open(&self, group: &GroupId) -> Option<Arc<Topic>> {
        let topic = self.topics.lock().unwrap_or_else(PoisonError::into_inner).get(group).and_then(Weak::upgrade);
        topic.filter(|topic| topic.is_open())
    }

    /// Who is in a group now, as this node knows.
    pub(crate) fn here(&self, group: &GroupId) -> Vec<Person> {
        let topic = self.topics.lock().unwrap_or_else(PoisonError::into_inner).get(group).and_then(Weak::upgrade);
        topic.map(|topic| topic.here()).unwrap_or_default()
    }

    /// Tells other nodes that nobody is here any more. The topics are held from now on: the last socket would end them.
    pub(crate) fn part(&self) -> impl Future<Output = ()> + use<> {
        let topics = self.topics();
        stream::iter(topics).for_each_concurrent(AT_ONCE, |topic| async move { topic.part().await })
    }

    /// Rights in a group have changed: every node asks who may still listen.
    pub(super) async fn changed(&self, group: &GroupId) {
        let sent = match names::ours(group) {
            Ok(name) => self.services.layer.group_send(&name, Arc::new(GroupEvent::Changed)).await.map(drop),
            Err(error) => Err(error.into()),
        };
        if let Err(error) = sent {
            warn!(%group, %error, "Could not tell that rights changed; nodes will see it in the store");
        }
    }

    async fn pulse(&self) {
        let mut guests = None;
        let mut ticks = interval(PULSE);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        for beat in 0_u32.. {
            ticks.tick().await;
            let topics = self.topics();
            for topic in &topics {
                topic.tell_presence().await;
            }
            if beat % LOOK_EVERY == 0 {
                self.look(&topics).await;
                self.look_at_settings(&mut guests).await;
            }
        }
    }

    fn topics(&self) -> Vec<Arc<Topic>> {
        let mut topics = self.topics.lock().unwrap_or_else(PoisonError::into_inner);
        topics.retain(|_, topic| topic.strong_count() > 0);
        topics.values().filter_map(Weak::upgrade).collect()
    }

    /// Whether guests may come concerns every group.
    async fn look_at_settings(&self, guests: &mut Option<bool>) {
        let Ok(settings) = self.services.store.settings().await else { return };
        if guests.replace(settings.guests).is_some_and(|before| before != settings.guests) {
            // Those of now: a topic that opens later is joined by who is asked after this.
            self.topics().iter().for_each(|topic| topic.recheck());
        }
    }

    async fn look(&self, topics: &[Arc<Topic>]) {
        let store = &self.services.store;
        for some in topics.chunks(LOOK_AT) {
            let groups: Vec<GroupId> = some.iter().map(|topic| topic.group.clone()).collect();
            match (store.epoch().await, store.heads(&groups).await) {
                (Ok(epoch), Ok(heads)) => some.iter().for_each(|topic| {
                    let head = heads.get(&topic.group).copied().unwrap_or_default();
                    topic.check(&epoch, head.seq, head.floor);
                    topic.saw_access(head.access);
                }),
                // Said where people are refused; here it only means later.
                (Err(error), _) | (_, Err(error)) => debug!(%error, "Could not look at the store's heads"),
            }
        }
    }
}
