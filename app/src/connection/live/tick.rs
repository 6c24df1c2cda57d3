//! What time brings, once a second: heartbeats, holes that nobody filled, answers that did not come, commands to be sent
//! again, people who stopped writing, what was read. Never what a frame says.

use leptos::{prelude::*, task::spawn_local};
use protocol::{ClientFrame, HEARTBEAT_MS};
use timeline::{Next, PendingMessage, Saving};

use super::{Live, desk::Desk};
use crate::connection::{Command, State, paint::next_frame};

pub(super) const TICK_MS: u64 = 1_000;
/// A hole may be filled by what is on its way.
const PATIENCE_MS: f64 = 1_500.0;
/// A page that takes longer is asked for again.
const ANSWER_MS: f64 = 8_000.0;

/// The heartbeat of one connection.
pub(super) struct Heart {
    every_ms: f64,
    /// When the next ping is due.
    due: f64,
    id: u64,
    answered: bool,
}

enum Beat {
    Nothing,
    Ping(u64),
    Dead,
}

impl Heart {
    /// The first beat comes after a random part, so that a thousand pages do not beat as one.
    pub(super) fn new(every_ms: u64, random: f64) -> Self {
        let every_ms = every_ms as f64;
        Self { every_ms, due: js_sys::Date::now() + every_ms * random, id: 0, answered: true }
    }

    pub(super) fn answered(&mut self, id: u64) {
        self.answered |= id == self.id;
    }

    fn beat(&mut self, now: f64) -> Beat {
        if now < self.due && self.due - now <= self.every_ms {
            return Beat::Nothing;
        }
        if !self.answered {
            return Beat::Dead;
        }
        self.due = now + self.every_ms;
        self.id += 1;
        self.answered = false;
        Beat::Ping(self.id)
    }
}

impl Default for Heart {
    fn default() -> Self {
        Self::new(HEARTBEAT_MS, 1.0)
    }
}

impl Live {
    /// With what else is shown in the next frame.
    pub(super) fn tick_soon(self) {
        spawn_local(async move {
            next_frame().await;
            self.tick();
        });
    }

    fn tick(self) {
        let now = js_sys::Date::now();
        self.forget_writers(now);
        self.count_down(now);
        self.count_said();
        let talking = self.connection.state.with_untracked(|state| *state == State::Open)
            && self.at_desk(|desk| desk.welcomed).unwrap_or(false);
        if !talking {
            return;
        }
        match self.at_desk(|desk| desk.heart.beat(now)) {
            Some(Beat::Ping(id)) => {
                self.tell(&ClientFrame::Ping { id });
            }
            Some(Beat::Dead) => {
                self.connection.ask(Command::Renew);
            }
            Some(Beat::Nothing) | None => {}
        }
        self.fill_holes(now);
        self.mark_read();
        self.ask_for_mine(now);
        if let Some(group) = self.group() {
            self.ask_for_pins(group, now);
        }
        self.flush();
    }

    fn forget_writers(self, now: f64) {
        let Some(group) = self.group() else { return };
        if group.peek(|open| open.writing.iter().any(|(_, until)| *until <= now)) == Some(true) {
            group.change(|open| open.writing.retain(|(_, until)| *until > now));
        }
    }

    /// What waits for a moment shows how long.
    fn count_down(self, now: f64) {
        let Some(group) = self.group() else { return };
        let counts = |pending: &PendingMessage| match pending.saving {
            // The last look shows that it is over.
            Saving::Delayed(Some(until)) => until as f64 + TICK_MS as f64 > now,
            Saving::Delayed(None) | Saving::Waiting | Saving::Refused(_) => false,
        };
        if group.peek(|open| open.timeline.pending().iter().any(counts)) == Some(true) {
            group.change(|_| ());
        }
    }

    /// What came in the last second, if it was too much to be read aloud.
    fn count_said(self) {
        let Some(group) = self.group() else { return };
        if group.quietly(|open| open.rush.second()) == Some(true) {
            group.change(|_| ());
        }
    }

    fn fill_holes(self, now: f64) {
        let Some(group) = self.group() else { return };
        let behind = match group.peek(|open| open.timeline.next()) {
            Some(Next::Fetch { after }) => Some(after),
            Some(Next::Nothing | Next::Reset) | None => None,
        };
        let patient = self.at_desk(|desk| {
            if desk.asked.is_some_and(|(_, at)| now - at > ANSWER_MS) {
                desk.asked = None;
            }
            let Desk { behind: known, .. } = desk;
            match (behind, *known) {
                (Some(after), Some((before, since))) if after == before => now - since < PATIENCE_MS,
                (behind, _) => {
                    *known = behind.map(|after| (after, now));
                    true
                }
            }
        });
        if patient == Some(false) {
            self.at_desk(|desk| desk.behind = None);
            self.subscribe(group);
        }
    }

    /// What was there when the end was in sight and the tab looked at.
    pub(super) fn mark_read(self) {
        let Some(id) = self.looked_at() else { return };
        let Some(seq) = self.group().and_then(|group| group.peek(|open| open.timeline.last())) else { return };
        self.read_in_mine(&id);
        if self.at_desk(|desk| std::mem::replace(&mut desk.marked, seq) < seq) == Some(true) {
            self.tell(&ClientFrame::Read { group: id, seq });
        }
    }
}
