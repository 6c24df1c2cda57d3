//! What waits to be written to one `/live` socket, in three lanes: control (answers), durable (events, in order) and
//! ephemeral (only the latest of each kind). Bounded; says what had to go. Never what a frame means, never waits itself.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
};

use protocol::GroupId;
use tokio::sync::Notify;
use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::inbox::{Outbound, Waiting};

/// Bytes of events that wait; one alone may be larger. Past half of it, ephemeral frames are dropped.
const MAX_DURABLE_BYTES: usize = 1024 * 1024;
/// Answers that wait. A client asks for each of them and is told to ask for fewer long before.
const MAX_CONTROL: usize = 1024;
/// Kinds of ephemeral news that wait, each once.
const MAX_EPHEMERAL: usize = 1024;

/// The lanes of one socket.
#[derive(Default)]
pub(crate) struct Lanes {
    /// Held for a push or a swap, never across an await.
    lanes: Mutex<Waits>,
    /// Wakes the one session that drains them.
    changed: Notify,
    /// Wakes who waits for room.
    drained: Notify,
}

#[derive(Default)]
struct Waits {
    control: VecDeque<Utf8Bytes>,
    durable: VecDeque<(GroupId, Utf8Bytes)>,
    durable_bytes: usize,
    /// By whatever it is news of; a later one takes an earlier one's place.
    ephemeral: BTreeMap<String, Utf8Bytes>,
    overflowed: bool,
}

impl Lanes {
    /// Queues an answer.
    pub(crate) fn answer(&self, frame: Utf8Bytes) {
        let mut waits = self.lock();
        if waits.control.len() >= MAX_CONTROL {
            waits.overflowed = true;
        } else {
            waits.control.push_back(frame);
        }
        drop(waits);
        self.changed.notify_one();
    }

    /// Queues events of a group, all or none. `false` when they do not fit: then everything that waited for this group is
    /// gone too, and other groups' events keep their places.
    pub(crate) fn events(&self, group: &GroupId, frames: impl IntoIterator<Item = Utf8Bytes>) -> bool {
        let mut waits = self.lock();
        let fits = frames.into_iter().all(|frame| waits.push_durable(group, frame));
        if !fits {
            waits.drop_durable(group);
        }
        drop(waits);
        self.changed.notify_one();
        fits
    }

    /// Waits until no event waits to be written: what is sent again goes at the reader's pace, however much it is. One
    /// task at a time.
    pub(crate) async fn room(&self) {
        while !self.lock().durable.is_empty() {
            self.drained.notified().await;
        }
    }

    /// Queues news that is worth something only now, in the place of what waits under the same name.
    pub(crate) fn ephemeral(&self, name: String, frame: Utf8Bytes) {
        let mut waits = self.lock();
        if waits.durable_bytes > MAX_DURABLE_BYTES / 2
            || (waits.ephemeral.len() >= MAX_EPHEMERAL && !waits.ephemeral.contains_key(&name))
        {
            return;
        }
        waits.ephemeral.insert(name, frame);
        drop(waits);
        self.changed.notify_one();
    }

    /// Forgets the events of a group that wait: it was unsubscribed.
    pub(crate) fn forget(&self, group: &GroupId) {
        self.lock().drop_durable(group);
    }

    fn lock(&self) -> MutexGuard<'_, Waits> {
        // A panic elsewhere leaves whole lanes behind: each change is complete before anything can panic.
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waits {
    fn push_durable(&mut self, group: &GroupId, frame: Utf8Bytes) -> bool {
        let bytes = self.durable_bytes.saturating_add(frame.len());
        if bytes > MAX_DURABLE_BYTES && !self.durable.is_empty() {
            return false;
        }
        self.durable_bytes = bytes;
        self.durable.push_back((group.clone(), frame));
        true
    }

    fn drop_durable(&mut self, group: &GroupId) {
        self.durable.retain(|(other, _)| other != group);
        self.durable_bytes = self.durable.iter().map(|(_, frame)| frame.len()).sum();
    }

    fn take(&mut self) -> Option<Waiting> {
        if self.overflowed {
            return Some(Waiting::Overflowed);
        }
        let mut frames = std::mem::take(&mut self.control);
        frames.extend(self.durable.drain(..).map(|(_, frame)| frame));
        frames.extend(std::mem::take(&mut self.ephemeral).into_values());
        self.durable_bytes = 0;
        (!frames.is_empty()).then_some(Waiting::Frames(frames))
    }
}

impl Outbound for Lanes {
    async fn next(&self) -> Waiting {
        loop {
            let waiting = self.lock().take();
            if let Some(waiting) = waiting {
                self.drained.notify_one();
                return waiting;
            }
            self.changed.notified().await;
        }
    }

    async fn overflowed(&self) {
        while !self.lock().overflowed {
            self.changed.notified().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use protocol::GroupId;

    use super::{Lanes, MAX_CONTROL, MAX_DURABLE_BYTES, Outbound, Utf8Bytes, Waiting};

    fn group(id: &str) -> GroupId {
        GroupId::parse(id).unwrap()
    }

    fn large() -> Utf8Bytes {
        "x".repeat(MAX_DURABLE_BYTES / 2 + 1).into()
    }

    async fn written(lanes: &Lanes) -> Vec<String> {
        match lanes.next().await {
            Waiting::Frames(frames) => frames.iter().map(|frame| frame.chars().take(9).collect()).collect(),
            Waiting::Overflowed => panic!("it overflowed"),
        }
    }

    #[tokio::test]
    async fn answers_go_first_then_events_in_order_then_what_may_be_lost() {
        let lanes = Lanes::default();
        lanes.ephemeral("typing".to_owned(), "t".into());
        assert!(lanes.events(&group("1"), ["1".into(), "2".into()]));
        assert!(lanes.events(&group("2"), ["3".into()]));
        lanes.answer("pong".into());
        assert_eq!(written(&lanes).await, ["pong", "1", "2", "3", "t"]);
    }

    #[tokio::test]
    async fn only_the_latest_of_one_kind_of_news_is_written() {
        let lanes = Lanes::default();
        ["a", "b", "c"].into_iter().for_each(|news| lanes.ephemeral("presence".to_owned(), news.into()));
        assert_eq!(written(&lanes).await, ["c"]);
    }

    #[tokio::test]
    async fn past_half_full_news_is_dropped_and_events_are_not() {
        let lanes = Lanes::default();
        assert!(lanes.events(&group("1"), [large()]));
        lanes.ephemeral("typing".to_owned(), "t".into());
        assert_eq!(written(&lanes).await, ["xxxxxxxxx"]);
    }

    #[tokio::test]
    async fn a_full_lane_drops_the_group_that_filled_it_and_no_other() {
        let lanes = Lanes::default();
        assert!(lanes.events(&group("quiet"), ["kept".into()]));
        assert!(lanes.events(&group("loud"), [large()]));
        assert!(!lanes.events(&group("loud"), ["small".into(), large()]));
        assert!(lanes.events(&group("quiet"), ["too".into()]));
        assert_eq!(written(&lanes).await, ["kept", "too"]);
    }

    #[tokio::test]
    async fn whoever_waits_for_room_goes_on_when_the_reader_has_taken_everything() {
        let lanes = Lanes::default();
        lanes.room().await;
        assert!(lanes.events(&group("1"), [large()]));
        let (taken, ()) = tokio::join!(written(&lanes), lanes.room());
        assert_eq!(taken.len(), 1);
    }

    #[tokio::test]
    async fn one_event_larger_than_the_lane_passes_when_nothing_else_waits() {
        let lanes = Lanes::default();
        assert!(lanes.events(&group("1"), ["x".repeat(2 * MAX_DURABLE_BYTES).into()]));
        assert_eq!(written(&lanes).await.len(), 1);
    }

    #[tokio::test]
    async fn who_asks_and_never_reads_the_answers_is_given_up() {
        let lanes = Lanes::default();
        (0..=MAX_CONTROL).for_each(|_| lanes.answer("pong".into()));
        lanes.overflowed().await;
        assert_eq!(lanes.next().await, Waiting::Overflowed);
    }
}
