//! Whether a group may have changed: for what was read of it once and is kept. A watch has an ear in the channel layer, as a
//! topic has, but is no presence: nobody is in the group by it, and nothing is adopted. Never what is kept.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, Weak,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use channel_layer::{ChannelName, Delivery, Inbox, LayerError};
use protocol::{Epoch, GroupId, Seq};
use store::{Outlook, Settings};
use tokio::{
    sync::OnceCell,
    time::{Instant, MissedTickBehavior, interval},
};
use tracing::debug;

use super::{
    Services,
    event::{GroupEvent, Happened},
    names,
    topic::{Attached, OpenError},
};

/// How often the store is asked where watched groups stand. So late a change of another node may be that the layer lost.
const LOOK_EVERY: Duration = Duration::from_secs(3);
/// Groups in one look.
const LOOK_AT: usize = 500;
/// A watch that has not looked for so long knows nothing: the store is away, or this node from it.
const SURE: Duration = Duration::from_secs(10);

/// The watches of this node. Each lasts as long as somebody holds it.
pub(crate) struct Watches {
    services: Services,
    /// Held for a map operation, never across an await.
    open: Mutex<HashMap<GroupId, Weak<Watch>>>,
}

/// A group that is watched.
pub(crate) struct Watch {
    group: GroupId,
    services: Services,
    me: Weak<Self>,
    opened: OnceCell<ChannelName>,
    /// How often something was heard or seen that this process did not do.
    moved: AtomicU64,
    seen: Mutex<Option<Seen>>,
}

/// Where the store stood when it was looked at last.
struct Seen {
    /// From before the look.
    at: Instant,
    place: Place,
}

#[derive(Clone, PartialEq, Eq)]
struct Place {
    epoch: Epoch,
    settings: Settings,
    faces: String,
    seq: Seq,
    floor: Seq,
    access: u64,
}

impl Watches {
    /// Made with its look, which ends when the server stops.
    pub(crate) fn new(services: Services) -> Arc<Self> {
        let (tasks, shutdown) = (services.tasks.clone(), services.shutdown.clone());
        let watches = Arc::new(Self { services, open: Mutex::default() });
        let looks = Arc::clone(&watches);
        tasks.spawn(async move { shutdown.run_until_cancelled(looks.look()).await });
        watches
    }

    /// Watches a group from now on: what is read of it after this is known to be old when it is. Nothing for one that the
    /// store does not know: of those anybody can name any number.
    pub(crate) async fn of(&self, group: &GroupId) -> Result<Option<Arc<Watch>>, OpenError> {
        let there = self.lock().get(group).and_then(Weak::upgrade);
        if there.is_none() {
            let outlook = self.services.store.outlook(std::slice::from_ref(group)).await?;
            if !outlook.heads.contains_key(group) {
                return Ok(None);
            }
        }
        let watch = {
            let mut open = self.lock();
            open.get(group).and_then(Weak::upgrade).unwrap_or_else(|| {
                let watch = Watch::new(group.clone(), self.services.clone());
                open.insert(group.clone(), Arc::downgrade(&watch));
                watch
            })
        };
        watch.open().await?;
        Ok(Some(watch))
    }

    /// How many groups are watched.
    pub(crate) fn count(&self) -> usize {
        self.lock().values().filter(|watch| watch.strong_count() > 0).count()
    }

    async fn look(&self) {
        let mut ticks = interval(LOOK_EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let watches: Vec<_> = {
                let mut open = self.lock();
                open.retain(|_, watch| watch.strong_count() > 0);
                open.values().filter_map(Weak::upgrade).filter(|watch| watch.opened.initialized()).collect()
            };
            for some in watches.chunks(LOOK_AT) {
                let groups: Vec<GroupId> = some.iter().map(|watch| watch.group.clone()).collect();
                let at = Instant::now();
                match self.services.store.outlook(&groups).await {
                    Ok(outlook) => some.iter().for_each(|watch| watch.saw(at, &outlook)),
                    // Said where people are refused; here it only means that nothing is sure.
                    Err(error) => debug!(%error, "Could not look where watched groups stand"),
                }
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<GroupId, Weak<Watch>>> {
        // A panic elsewhere leaves a whole map behind: each change is complete before anything can panic.
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Watch {
    fn new(group: GroupId, services: Services) -> Arc<Self> {
        Arc::new_cyclic(|me| Self {
            group,
            services,
            me: me.clone(),
            opened: OnceCell::new(),
            moved: AtomicU64::new(0),
            seen: Mutex::default(),
        })
    }

    /// Another number whenever the group may have changed, or what is shown of it; it only grows. What is read after it was
    /// taken is at least as new. Nothing while that cannot be known.
    pub(crate) fn version(&self) -> Option<u64> {
        let sure = self.lock().as_ref().is_some_and(|seen| seen.at.elapsed() < SURE);
        sure.then(|| self.services.store.version(&self.group) + self.moved.load(Ordering::SeqCst))
    }

    async fn open(&self) -> Result<(), OpenError> {
        let open = || async {
            let layer = &self.services.layer;
            let channel = layer.attach("specific", Arc::new(Ear(self.me.clone())))?;
            let attached = Attached { layer, channel: Some(channel.clone()) };
            for name in [names::shared(&self.group), names::ours(&self.group)] {
                match layer.group_add(&name.map_err(LayerError::from)?, &channel).await {
                    // Who writes on this node is known already; the layer joins there when its server is back.
                    Ok(()) | Err(LayerError::Unavailable) => {}
                    Err(error) => return Err(error.into()),
                }
            }
            // First an ear, then a look: a change after the look is heard, one before it is seen.
            let at = Instant::now();
            self.saw(at, &self.services.store.outlook(std::slice::from_ref(&self.group)).await?);
            attached.keep();
            Ok(channel)
        };
        self.opened.get_or_try_init(open).await.map(|_| ())
    }

    fn saw(&self, at: Instant, outlook: &Outlook) {
        let head = outlook.heads.get(&self.group).copied().unwrap_or_default();
        let place = Place {
            epoch: outlook.epoch.clone(),
            settings: outlook.settings.clone(),
            faces: outlook.faces.clone(),
            seq: head.seq,
            floor: head.floor,
            access: head.access,
        };
        let mut seen = self.lock();
        if seen.as_ref().is_some_and(|before| before.place != place) {
            self.moved.fetch_add(1, Ordering::SeqCst);
        }
        *seen = Some(Seen { at, place });
    }

    /// An event that was heard before, or seen in the store, is no news; one of another database is none of ours.
    fn heard(&self, Happened { epoch, event, .. }: &Happened) {
        let mut seen = self.lock();
        match seen.as_mut() {
            Some(Seen { place, .. }) if place.epoch != *epoch || place.seq >= event.seq => return,
            Some(Seen { place, .. }) => place.seq = event.seq,
            None => {}
        }
        self.moved.fetch_add(1, Ordering::SeqCst);
    }

    fn lock(&self) -> MutexGuard<'_, Option<Seen>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if let Some(channel) = self.opened.get() {
            self.services.layer.detach(channel);
        }
    }
}

/// The watch as the channel layer sees it.
struct Ear(Weak<Watch>);

impl Inbox<GroupEvent> for Ear {
    fn deliver(&self, batch: &[Arc<GroupEvent>]) -> Delivery {
        let Some(watch) = self.0.upgrade() else { return Delivery::Gone };
        for event in batch {
            match &**event {
                GroupEvent::Happened(happened) => watch.heard(happened),
                GroupEvent::Changed => drop(watch.moved.fetch_add(1, Ordering::SeqCst)),
                // Of who is here no page tells; what a Django process said is an event when it is adopted.
                GroupEvent::Foreign(_)
                | GroupEvent::Typing(_)
                | GroupEvent::Seen(..)
                | GroupEvent::Presence { .. }
                | GroupEvent::Ended(_) => {}
            }
        }
        Delivery::Taken
    }

    fn gap(&self) {
        if let Some(watch) = self.0.upgrade() {
            watch.moved.fetch_add(1, Ordering::SeqCst);
        }
    }
}
