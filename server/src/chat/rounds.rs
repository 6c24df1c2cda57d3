//! What happens in a topic's group goes round its sockets: few are told where it is heard, many by a task of the topic's
//! own, a few at a time, so that whoever publishes waits for nobody. What comes meanwhile goes with the round from there on,
//! and to those before when the round comes by again: each socket is told at once all that came since it was told last, and
//! the more comes, the more that is. Never what is missing (`fill`).

use std::{
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError, atomic::Ordering},
};

use protocol::{Epoch, Seq};
use tokio::task::yield_now;

use super::{
    event::Happened,
    fill::{MAX_AHEAD, STEP, STEP_BYTES},
    subscriber::Place,
    topic::{State, Topic},
};

/// Sockets that are told where an event is heard: fewer than a task is worth.
const FEW: usize = 16;
/// Sockets that are told under one lock, which others wait for.
const SOME: usize = 64;

/// Where events come in. Its lock is held for a push or a swap, never while a socket is written to: publishers do not wait.
#[derive(Default)]
pub(super) struct Arrivals(Mutex<Door>);

#[derive(Default)]
struct Door {
    /// The database's life, known before anything is heard: an event of ours must not pass for someone else's.
    epoch: Option<Epoch>,
    events: Vec<Arc<Happened>>,
    /// There were too many: they are in the store.
    turned_away: bool,
    /// Somebody hands on what has come, and looks here again before they end.
    handing: bool,
}

/// Events that are on their way to everyone who listened when they came.
#[derive(Default)]
pub(super) struct Round {
    events: Vec<Arc<Happened>>,
    /// Places before this one have had those that had come by then, but for some that have moved there since.
    next: usize,
}

impl Arrivals {
    pub(super) fn live(&self, epoch: Epoch) {
        self.lock().epoch = Some(epoch);
    }

    /// Whether it is of our database's life; then it waits to be handed on.
    fn take_ours(&self, event: &Arc<Happened>) -> bool {
        let mut door = self.lock();
        let ours = Some(&event.epoch) == door.epoch.as_ref();
        if ours {
            door.push(Arc::clone(event));
        }
        ours
    }

    pub(super) fn are_handed_on(&self) -> bool {
        !self.lock().handing
    }

    fn lock(&self) -> MutexGuard<'_, Door> {
        // A panic elsewhere leaves a whole door behind: each change is complete before anything can panic.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Door {
    fn push(&mut self, event: Arc<Happened>) {
        if self.events.len() < MAX_AHEAD {
            self.events.push(event);
        } else {
            self.turned_away = true;
        }
    }
}

impl Topic {
    /// Takes an event, in whatever order it comes, to be handed on; unless it is of another database's life.
    pub(super) fn take_ours(&self, event: &Arc<Happened>) -> bool {
        self.arrivals.take_ours(event)
    }

    /// Takes events in whatever order they come; the next ones go to everyone.
    pub(super) fn hear(&self, events: impl IntoIterator<Item = Arc<Happened>>) {
        {
            let mut door = self.arrivals.lock();
            events.into_iter().for_each(|event| door.push(event));
        }
        self.hand_on();
    }

    /// What has come goes to everyone: soon, if they are many or somebody is at it already.
    pub(super) fn hand_on(&self) {
        let is_handed_on = mem::replace(&mut self.arrivals.lock().handing, true);
        let (false, Some(topic)) = (is_handed_on, self.me.upgrade()) else { return };
        let (mut hander, mut is_full) = (Hander(Some(Arc::clone(&topic))), false);
        if self.lock().subscribers.len() <= FEW {
            is_full = self.begin_round() == Some(true);
            while self.hand_to(FEW) {}
            if !is_full && hander.rests() {
                return;
            }
        }
        self.services.tasks.spawn(hander.run(topic, is_full));
    }

    /// Hands the round to so many who have not had it. Whether there are more.
    fn hand_to(&self, most: usize) -> bool {
        let mut state = self.lock();
        let State { subscribers, presence, round, .. } = &mut *state;
        let (mut gone, mut handed) = (Vec::new(), 0);
        while handed < most
            && let Some(place) = subscribers.get_mut(round.next)
        {
            let Some(latest) = round.events.last().map(|event| event.seq()) else { break };
            let events = round.missed_at(place.at);
            let stays = events.is_empty() || {
                handed += 1;
                // Before it is told: if it panics, the next one is told and not it again.
                place.at = latest;
                place.subscriber.events(events)
            };
            if stays {
                round.next += 1;
            } else {
                let place = subscribers.swap_remove(round.next);
                presence.went(place.subscriber.person());
                place.subscriber.lags(latest);
                gone.push(place);
            }
        }
        let more = round.goes_on(subscribers);
        drop(state);
        // Whatever their ends do, they do without our lock.
        drop(gone);
        more
    }

    /// The next of what has come begin a round. Whether they were as many as go round at a time; nothing, if there is nothing
    /// next.
    fn begin_round(&self) -> Option<bool> {
        let state = self.lock();
        if !state.round.events.is_empty() {
            // Whoever handed it on fell over.
            return Some(false);
        }
        let (any, is_full) = self.take_next(state);
        any.then_some(is_full)
    }

    /// What has come meanwhile goes with the round from here on. Whether there was more than goes round at a time.
    fn join_round(&self) -> bool {
        !self.arrivals.lock().events.is_empty() && self.take_next(self.lock()).1
    }

    /// What has come joins what waits for its turn, and the next of it the round: whether there were any, and whether there
    /// are more than go round at a time.
    fn take_next(&self, mut state: MutexGuard<'_, State>) -> (bool, bool) {
        let (events, mut turned_away) = {
            let mut door = self.arrivals.lock();
            (mem::take(&mut door.events), mem::take(&mut door.turned_away))
        };
        turned_away |= state.wait_for_their_turn(events);
        let (mut events, is_full) = state.next_step();
        if let Some(adoption) = self.adoption.get() {
            events.iter().for_each(|event| adoption.heard(event));
        }
        let any = !events.is_empty();
        state.round.events.append(&mut events);
        // Whatever is left is after a hole.
        let waits = state.at.is_some() && !state.ahead.is_empty() && !is_full;
        drop(state);
        if waits || turned_away {
            self.fill();
        }
        (any, is_full)
    }

    /// Whoever waits for our lock gets it, before the next few are told under it.
    async fn make_way(&self) {
        yield_now().await;
        while self.wanted.load(Ordering::Relaxed) > 0 {
            yield_now().await;
        }
    }
}

impl Round {
    pub(super) fn cancel(&mut self) {
        *self = Self::default();
    }

    /// What of it somebody has not had who is at this event.
    fn missed_at(&self, at: Seq) -> &[Arc<Happened>] {
        let first = self.events.first().map_or(0, |event| event.seq());
        let had = usize::try_from((at + 1).saturating_sub(first)).unwrap_or(usize::MAX);
        self.events.get(had..).unwrap_or_default()
    }

    /// Whether somebody has not had all of it. Past the last one it comes by again where somebody has moved past, or was
    /// told before the latest came; what everyone has had is gone then. It is over when that is all.
    fn goes_on(&mut self, places: &[Place]) -> bool {
        if self.next < places.len() {
            return !self.events.is_empty();
        }
        let missed = places.iter().position(|place| !self.missed_at(place.at).is_empty());
        match missed {
            Some(place) => {
                let behind = places.iter().map(|place| self.missed_at(place.at).len()).max().unwrap_or_default();
                self.events.drain(..self.events.len() - behind);
                self.next = place;
            }
            None => self.cancel(),
        }
        missed.is_some()
    }

    fn bytes(&self) -> usize {
        self.events.iter().map(|event| event.frame_bytes()).sum()
    }
}

impl State {
    /// Whether there were too many.
    fn wait_for_their_turn(&mut self, events: Vec<Arc<Happened>>) -> bool {
        let Self { at, ahead, .. } = self;
        let mut too_many = false;
        for event in events {
            // While it opens nothing is known yet: what comes between the look and now must not be lost.
            if at.as_ref().is_none_or(|(epoch, last)| event.epoch == *epoch && event.seq() > *last) {
                ahead.insert(event.seq(), event);
                too_many |= ahead.len() > MAX_AHEAD && ahead.pop_last().is_some();
            }
        }
        too_many
    }

    /// The next events, as many as go in one step with those of the round; and whether there are more.
    fn next_step(&mut self) -> (Vec<Arc<Happened>>, bool) {
        let Self { at: Some((_, last)), ahead, recent, round, .. } = self else { return (Vec::new(), false) };
        let (mut next, mut bytes) = (Vec::new(), round.bytes());
        while let Some(first) = ahead.first_entry().filter(|first| *first.key() == *last + 1) {
            let size = first.get().frame_bytes();
            if round.events.len() + next.len() >= STEP || (bytes + size > STEP_BYTES && bytes > 0) {
                return (next, true);
            }
            let event = first.remove();
            *last += 1;
            bytes += size;
            recent.push(Arc::clone(&event));
            next.push(event);
        }
        (next, false)
    }
}

/// Whoever hands on; somebody else may when it is gone, however it ends.
struct Hander(Option<Arc<Topic>>);

impl Hander {
    /// Until nothing is next. It ends by itself: what was begun goes to everyone, even while the server stops.
    async fn run(mut self, topic: Arc<Topic>, mut is_full: bool) {
        loop {
            if is_full {
                topic.services.shutdown.run_until_cancelled(topic.room()).await;
            }
            is_full = topic.begin_round() == Some(true);
            while topic.hand_to(SOME) {
                topic.make_way().await;
                // Once more waits than goes round at a time, this round comes to its end first.
                is_full = is_full || topic.join_round();
            }
            if !is_full && self.rests() {
                return;
            }
            topic.make_way().await;
        }
    }

    /// Unless something has come.
    fn rests(&mut self) -> bool {
        let Some(topic) = &self.0 else { return true };
        {
            let mut door = topic.arrivals.lock();
            if !door.events.is_empty() {
                return false;
            }
            door.handing = false;
        }
        self.0 = None;
        true
    }
}

impl Drop for Hander {
    fn drop(&mut self) {
        if let Some(topic) = &self.0 {
            topic.arrivals.lock().handing = false;
        }
    }
}

#[cfg(test)]
#[path = "rounds_tests.rs"]
mod tests;
