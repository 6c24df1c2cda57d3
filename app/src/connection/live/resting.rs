//! Groups whose page was left lately: what is loaded of them goes on with what happens there, so that coming back shows it
//! at once. Few groups, and few messages of each. Never a group that is open, never what is unread.

use std::sync::{Arc, PoisonError, RwLock};

use protocol::GroupId;

use super::Open;

/// The most that are kept; the one left longest ago goes first.
const MAX_RESTING: usize = 8;

/// In the order in which they were left.
#[derive(Default)]
pub(super) struct Resting(Vec<Arc<RwLock<Open>>>);

impl Resting {
    /// A page was left. The line above what is new will stand where the reader was.
    pub(super) fn put(&mut self, open: Arc<RwLock<Open>>) {
        let id = change(&open, |open| {
            open.writing.clear();
            open.menu = None;
            open.read = Some(open.left_end.unwrap_or(open.timeline.last())).filter(|read| *read > 0);
            open.timeline.look_at(open.spot.map(|(seq, _)| seq));
            open.timeline.rest();
            (!open.is_unknown() && open.gone.is_none()).then(|| open.id.clone())
        });
        let Some(id) = id else { return };
        self.take(&id);
        self.0.push(open);
        if self.0.len() > MAX_RESTING {
            self.0.remove(0);
        }
    }

    /// Its page opens again, or it is to be forgotten.
    pub(super) fn take(&mut self, id: &GroupId) -> Option<Arc<RwLock<Open>>> {
        let place = self.0.iter().position(|open| change(open, |open| open.id == *id))?;
        Some(self.0.remove(place))
    }

    /// Something happened there. `false`: it cannot be gone on with, and is forgotten.
    pub(super) fn on(&mut self, id: &GroupId, act: impl FnOnce(&mut Open) -> bool) {
        let Some(found) = self.0.iter().find(|open| change(open, |open| open.id == *id)) else { return };
        let goes_on = change(found, |open| {
            let goes_on = act(open);
            open.timeline.rest();
            goes_on
        });
        if !goes_on {
            self.take(id);
        }
    }

    pub(super) fn all<T>(&self, mut read: impl FnMut(&Open) -> T) -> Vec<T> {
        self.0.iter().map(|open| change(open, |open| read(open))).collect()
    }
}

fn change<T>(open: &RwLock<Open>, act: impl FnOnce(&mut Open) -> T) -> T {
    act(&mut open.write().unwrap_or_else(PoisonError::into_inner))
}
