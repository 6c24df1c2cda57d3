//! What waits to be written to one `/live` socket, in three lanes: control (answers), durable (events, in order) and
//! ephemeral (only the latest of each kind). Bounded; says what had to go. What comes while nothing waits is written at once
//! (`sleeper`). Never what a frame means.

use std::{
    collections::{BTreeMap, VecDeque},
    iter,
    sync::{Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
};

use protocol::{CloseCode, GroupId, PersonId};
use tokio::sync::Notify;
use websocket::Frame;

use super::{
    inbox::{End, Outbound, Waiting},
    sleeper::Sleeper,
};

/// Bytes of events that wait; one alone may be larger. Past half of it, ephemeral frames are dropped.
const MAX_DURABLE_BYTES: usize = 1024 * 1024;
/// Answers that wait. A client asks for each of them and is told to ask for fewer long before.
const MAX_CONTROL: usize = 1024;
/// Their bytes. One page waits besides, however long it is.
const MAX_CONTROL_BYTES: usize = 4 * 1024 * 1024;
/// Kinds of ephemeral news that wait, each once.
const MAX_EPHEMERAL: usize = 1024;

/// The lanes of one socket.
#[derive(Default)]
pub(crate) struct Lanes {
    /// Held for a push or a swap, never across an await.
    lanes: Mutex<Waits>,
    /// Wakes who waits for room.
    drained: Notify,
}

#[derive(Default)]
struct Waits {
    control: VecDeque<Frame>,
    /// Without the page's.
    control_bytes: usize,
    page_waits: bool,
    durable: VecDeque<(GroupId, Frame)>,
    durable_bytes: usize,
    /// A later one takes an earlier one's place.
    ephemeral: BTreeMap<(GroupId, News), Frame>,
    ended: Option<CloseCode>,
    session: Sleeper,
}

/// What is worth something only now.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum News {
    Changed,
    Presence,
    Typing(PersonId),
    Seen(PersonId),
}

impl Lanes {
    /// Takes an answer.
    pub(crate) fn answer(&self, frame: Frame) {
        let mut waits = self.lock();
        if waits.session.write(iter::once(&frame)) == 0 {
            waits.push_control(frame);
        }
    }

    /// Takes a page. Whoever has waited for [`Self::page_room`] is not told that it is too long.
    pub(crate) fn page(&self, frame: Frame) {
        let mut waits = self.lock();
        if waits.session.write(iter::once(&frame)) == 1 {
            return;
        }
        if waits.page_waits {
            waits.push_control(frame);
        } else if waits.ended.is_none() {
            waits.page_waits = true;
            waits.control.push_back(frame);
            waits.session.wake();
        }
    }

    /// Waits until no page waits: they go at the reader's pace, however many were asked for. One task at a time, which is
    /// the one that waits for [`Self::room`].
    pub(crate) async fn page_room(&self) {
        while self.lock().page_waits {
            self.drained.notified().await;
        }
    }

    /// Takes events of a group, all or none. `false` when they do not fit: then everything that waited for this group is
    /// gone too, and other groups' events keep their places.
    pub(crate) fn events<'a>(
        &self,
        group: &GroupId,
        frames: impl IntoIterator<Item = &'a Frame, IntoIter: Clone>,
    ) -> bool {
        let (mut waits, frames) = (self.lock(), frames.into_iter());
        let written = waits.session.write(frames.clone());
        let fits = frames.skip(written).all(|frame| waits.push_durable(group, frame));
        if !fits {
            waits.drop_durable(group);
        }
        fits
    }

    /// Queues the first of a group's events where none wait: at least one, at most half a lane of them. How many it took.
    /// They wait even if they need not: whoever subscribes again before they are written hears them once.
    pub(crate) fn first_events<'a>(&self, group: &GroupId, frames: impl IntoIterator<Item = &'a Frame>) -> usize {
        let mut waits = self.lock();
        let mut taken = 0;
        if waits.durable.is_empty() {
            for frame in frames {
                if taken > 0 && waits.durable_bytes + frame.len() > MAX_DURABLE_BYTES / 2 {
                    break;
                }
                waits.push_durable(group, frame);
                taken += 1;
            }
        }
        taken
    }

    /// Whether at most half of what may wait does.
    pub(crate) fn has_room(&self) -> bool {
        self.lock().has_room()
    }

    /// Waits until no event waits to be written: what is sent again goes at the reader's pace, however much it is. One
    /// task at a time.
    pub(crate) async fn room(&self) {
        while !self.lock().durable.is_empty() {
            self.drained.notified().await;
        }
    }

    /// Takes news that is worth something only now, in the place of older news of the kind. `false`: there was no room.
    pub(crate) fn ephemeral(&self, group: &GroupId, news: News, frame: Frame) -> bool {
        let mut waits = self.lock();
        if waits.session.write(iter::once(&frame)) == 1 {
            return true;
        }
        let name = (group.clone(), news);
        if waits.ended.is_some()
            || !waits.has_room()
            || (waits.ephemeral.len() >= MAX_EPHEMERAL && !waits.ephemeral.contains_key(&name))
        {
            return false;
        }
        waits.ephemeral.insert(name, frame);
        waits.session.wake();
        true
    }

    /// Forgets the events of a group that wait: they are no longer the next ones.
    pub(crate) fn forget_events(&self, group: &GroupId) {
        self.lock().drop_durable(group);
    }

    /// Forgets all that waits of a group: it was unsubscribed.
    pub(crate) fn forget(&self, group: &GroupId) {
        let mut waits = self.lock();
        waits.drop_durable(group);
        waits.ephemeral.retain(|(other, _), _| other != group);
    }

    fn lock(&self) -> MutexGuard<'_, Waits> {
        // A panic elsewhere leaves whole lanes behind: each change is complete before anything can panic.
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waits {
    fn has_room(&self) -> bool {
        self.durable_bytes <= MAX_DURABLE_BYTES / 2
    }

    fn push_control(&mut self, frame: Frame) {
        let bytes = self.control_bytes.saturating_add(frame.len());
        if self.control.len() >= MAX_CONTROL || bytes > MAX_CONTROL_BYTES {
            self.end(CloseCode::TooSlow);
        } else if self.ended.is_none() {
            self.control_bytes = bytes;
            self.control.push_back(frame);
            self.session.wake();
        }
    }

    fn push_durable(&mut self, group: &GroupId, frame: &Frame) -> bool {
        let bytes = self.durable_bytes.saturating_add(frame.len());
        if self.ended.is_some() || (bytes > MAX_DURABLE_BYTES && !self.durable.is_empty()) {
            return false;
        }
        self.durable_bytes = bytes;
        self.durable.push_back((group.clone(), frame.clone()));
        self.session.wake();
        true
    }

    fn drop_durable(&mut self, group: &GroupId) {
        self.durable.retain(|(other, _)| other != group);
        self.durable_bytes = self.durable.iter().map(|(_, frame)| frame.len()).sum();
    }

    /// The first reason stays. Answers are still written, the last of which says why; a reader that is too slow is past
    /// that.
    fn end(&mut self, code: CloseCode) {
        let code = *self.ended.get_or_insert(code);
        self.durable.clear();
        self.ephemeral.clear();
        if code == CloseCode::TooSlow {
            self.control.clear();
        }
        self.session.wake();
    }

    fn take(&mut self) -> Option<Waiting> {
        if let Some(code) = self.ended
            && self.control.is_empty()
        {
            return Some(Waiting::Ended(code));
        }
        let mut frames = std::mem::take(&mut self.control);
        frames.extend(self.durable.drain(..).map(|(_, frame)| frame));
        frames.extend(std::mem::take(&mut self.ephemeral).into_values());
        (self.control_bytes, self.page_waits, self.durable_bytes) = (0, false, 0);
        (!frames.is_empty()).then_some(Waiting::Frames(frames))
    }
}

impl Outbound for Lanes {
    fn poll_next(&self, cx: &mut Context<'_>) -> Poll<Waiting> {
        let mut waits = self.lock();
        let Some(waiting) = waits.take() else { return waits.session.rest(cx) };
        drop(waits);
        self.drained.notify_one();
        Poll::Ready(waiting)
    }

    fn with_session<T>(&self, look: impl FnOnce(&mut Sleeper, Option<CloseCode>) -> T) -> T {
        let mut waits = self.lock();
        let ended = waits.ended;
        look(&mut waits.session, ended)
    }
}

impl End for Lanes {
    fn end(&self, code: CloseCode) {
        let mut waits = self.lock();
        waits.end(code);
        drop(waits);
        // Who waits for room need not wait any more.
        self.drained.notify_one();
    }
}

#[cfg(test)]
#[path = "lanes_tests.rs"]
mod tests;
