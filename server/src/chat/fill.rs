//! Events that come in any order go to a topic's sockets in seq order without a hole: what is missing is read from the
//! store. Never who listens, nor how it goes round (`rounds`).

use std::{
    sync::{Arc, Weak},
    time::Duration,
};

use protocol::{Epoch, ResetWhy, Seq};
use store::{Replay, StoreError};
use tokio::time::{Instant, sleep};
use tracing::warn;

use super::{event::Happened, pause, topic::Topic};

/// Events that wait for one before them, or to be handed on. Past it they are read from the store like a hole.
pub(super) const MAX_AHEAD: usize = 1024;
/// Events read at a time.
const READ: u32 = 500;
/// What is handed over in one step: a part of what may wait for a socket, so that one that reads keeps up.
pub(super) const STEP: usize = 256;
pub(super) const STEP_BYTES: usize = 256 * 1024;
/// How long the sockets are waited for between two steps, and how often they are looked at. Longer is too slow.
const PATIENCE: Duration = Duration::from_millis(200);
const LOOK: Duration = Duration::from_millis(5);

impl Topic {
    /// What the store says of the group: what it no longer keeps is forgotten here too, what it has more is read.
    pub(super) fn check(&self, epoch: &Epoch, head: Seq, floor: Seq) {
        let is_behind = {
            let mut state = self.lock();
            state.recent.expire(floor);
            state.at.as_ref().is_some_and(|(life, seq)| life != epoch || *seq < head)
        };
        if is_behind {
            self.fill();
        }
    }

    /// Reads what is missing from the store, in a task of its own, one at a time.
    pub(super) fn fill(&self) {
        {
            let mut state = self.lock();
            if state.at.is_none() {
                return;
            }
            if std::mem::replace(&mut state.filling, true) {
                state.look_again = true;
                return;
            }
        }
        let (filling, shutdown) = (Filling(self.me.clone()), self.services.shutdown.clone());
        self.services.tasks.spawn(async move {
            shutdown.run_until_cancelled(fill(filling)).await;
        });
    }

    /// Hands on what can be, then reads what follows. `false`: nothing is missing, and whoever fills has ended.
    async fn read_on(&self, filling: &mut Filling) -> Result<bool, StoreError> {
        self.hand_on();
        self.read().await;
        let (epoch, last, known) = {
            let mut state = self.lock();
            state.look_again = false;
            let Some((epoch, last)) = state.at.clone() else { return Ok(false) };
            (epoch, last, state.ahead.last_key_value().map_or(0, |(seq, _)| *seq))
        };
        let store = &self.services.store;
        let why = match store.next(&self.group, &epoch, last, READ).await? {
            Replay::Events(events) if events.is_empty() => return Ok(!self.is_whole(known, filling)),
            Replay::Events(events) => {
                self.read().await;
                let happened = |event| Arc::new(Happened::new(self.group.clone(), epoch.clone(), Arc::new(event)));
                self.hear(events.into_iter().map(happened));
                self.read().await;
                return Ok(true);
            }
            Replay::TooFar => ResetWhy::TooFar,
            Replay::Expired => ResetWhy::Expired,
            Replay::Epoch => ResetWhy::Epoch,
        };
        let (epoch, heads) = (store.epoch().await?, store.heads(std::slice::from_ref(&self.group)).await?);
        self.skip_to(epoch, heads.get(&self.group).map_or(0, |head| head.seq), why);
        Ok(true)
    }

    /// The store has nothing after our latest event. Whether nothing is missing any more; then filling ends with it.
    fn is_whole(&self, known: Seq, filling: &mut Filling) -> bool {
        let mut state = self.lock();
        // What had come before the look and is not in the store is no event of this database's life.
        state.ahead.retain(|seq, _| *seq > known);
        let whole = state.ahead.is_empty() && !state.look_again;
        if whole {
            state.filling = false;
            filling.0 = Weak::new();
        }
        whole
    }

    /// Waits, not for ever, until what has come is handed on and most of it is written.
    async fn read(&self) {
        let end = Instant::now() + PATIENCE;
        while Instant::now() < end && !self.arrivals.are_handed_on() {
            sleep(LOOK).await;
        }
        self.room().await;
    }

    /// Waits, not for ever, until the sockets have written most of what they were handed.
    pub(super) async fn room(&self) {
        let end = Instant::now() + PATIENCE;
        while Instant::now() < end && self.lock().subscribers.iter().any(|place| !place.subscriber.has_room()) {
            sleep(LOOK).await;
        }
    }

    /// What is missing is too much or gone: everyone goes on from the store's head.
    pub(super) fn skip_to(&self, epoch: Epoch, head: Seq, why: ResetWhy) {
        let mut state = self.lock();
        state.ahead.clear();
        state.recent.clear();
        state.round.cancel();
        for place in &mut state.subscribers {
            place.at = head;
            place.subscriber.reset(&self.group, &epoch, head, why);
        }
        self.arrivals.live(epoch.clone());
        state.at = Some((epoch, head));
    }
}

/// Whoever reads what is missing; the next may when it is gone, however it ends.
struct Filling(Weak<Topic>);

impl Drop for Filling {
    fn drop(&mut self) {
        if let Some(topic) = self.0.upgrade() {
            topic.lock().filling = false;
        }
    }
}

async fn fill(mut filling: Filling) {
    let mut attempt = 0;
    while let Some(topic) = filling.0.upgrade() {
        match topic.read_on(&mut filling).await {
            Ok(true) => attempt = 0,
            Ok(false) => return,
            Err(error) => {
                if attempt == 0 {
                    warn!(group = %topic.group, %error, "Could not read the events that are missing; trying again");
                }
                attempt += 1;
                drop(topic);
                pause(attempt).await;
            }
        }
    }
}

#[cfg(test)]
#[path = "fill_tests.rs"]
mod tests;
