//! What a person asked for and the server has not confirmed: kept across reconnects and reloads, sent in order, under the
//! same `client_id` until it is confirmed or refused for good. Pure; never a clock, randomness, storage or a socket.
//!
//! Whoever keeps it writes [`Outbox::to_json`] after each change, under a key of the tab's own, so that two tabs do not
//! send the same things or overwrite each other. A tab that finds another's key and knows that tab to be gone (its Web
//! Lock is free) takes it over with [`Outbox::adopt`]. If both send after all, nothing is doubled: the id is the same.

use protocol::{ClientFrame, ClientId, GroupId, MAX_UNCONFIRMED, Millis, PersonId, Rejection};

use super::{
    backoff,
    wire::{self, Value},
};

/// The most commands kept, and the most bytes of JSON in them: less than a browser's storage holds.
pub(crate) const MAX_HELD: usize = 500;
pub(crate) const MAX_HELD_BYTES: usize = 2 * 1024 * 1024;

/// Commands of one group that are on their way. With more, one that is refused for a moment would be overtaken by the
/// next, and a person's sentences be stored in another order than they were said.
const IN_FLIGHT_PER_GROUP: usize = 1;

/// Every command of this person's tab that is not done, in the order in which they were asked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Outbox {
    entries: Vec<Entry>,
    /// Entries of a later version: kept for it.
    strange: Vec<Value>,
}

/// A command and how far it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) command: ClientFrame,
    /// Who asked: nobody else's session may send it.
    pub(crate) by: PersonId,
    /// When, by the person's clock.
    pub(crate) at: Millis,
    pub(crate) state: State,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// Not on its way; not to be sent before this moment.
    Waiting { not_before: Millis, tries: u32 },
    /// On its way over this connection.
    Sent { tries: u32 },
    /// Refused for good: the person decides.
    Refused { rejection: Rejection },
}

/// Why a command was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotHeld {
    /// It is here already.
    Known,
    /// There is no room: leave the text with the person.
    Full,
    /// The frame is no command, and is not kept.
    NoCommand,
}

impl Outbox {
    /// Takes a command that `by` asked for.
    pub(crate) fn push(&mut self, command: ClientFrame, by: PersonId, at: Millis) -> Result<(), NotHeld> {
        let (client_id, _) = command.command().ok_or(NotHeld::NoCommand)?;
        if self.place(client_id).is_some() {
            return Err(NotHeld::Known);
        }
        let bytes: usize = self.entries.iter().map(|entry| bytes(&entry.command)).sum();
        if self.entries.len() >= MAX_HELD || bytes + self::bytes(&command) > MAX_HELD_BYTES {
            return Err(NotHeld::Full);
        }
        self.entries.push(Entry { command, by, at, state: State::FRESH });
        Ok(())
    }

    /// What to send now as this person, in order; from then on it is on its way. Call it when the groups are subscribed,
    /// and again after each confirmation, rejection and [`next_due`](Self::next_due).
    pub(crate) fn due(&mut self, me: &PersonId, now: Millis) -> Vec<ClientFrame> {
        let mut room = MAX_UNCONFIRMED.saturating_sub(self.in_flight(|_| true));
        let mut frames = Vec::new();
        let mut held_up: Vec<GroupId> = Vec::new();
        for place in 0..self.entries.len() {
            let entry = &self.entries[place];
            let State::Waiting { not_before, tries } = entry.state else { continue };
            let Some(group) = entry.group().filter(|group| entry.by == *me && !held_up.contains(group)) else {
                continue;
            };
            let group = group.clone();
            let in_group = self.in_flight(|other| other.group() == Some(&group));
            if room == 0 || not_before > now || in_group >= IN_FLIGHT_PER_GROUP {
                held_up.push(group);
                continue;
            }
            room -= 1;
            let entry = &mut self.entries[place];
            entry.state = State::Sent { tries };
            frames.push(entry.command.clone());
        }
        frames
    }

    /// When something that was refused for a moment is to be sent again.
    #[cfg(test)]
    pub(crate) fn next_due(&self, me: &PersonId, now: Millis) -> Option<Millis> {
        let mine = self.entries.iter().filter(|entry| entry.by == *me);
        let later = mine.filter_map(|entry| match entry.state {
            State::Waiting { not_before, .. } => Some(not_before).filter(|&moment| moment > now),
            State::Sent { .. } | State::Refused { .. } => None,
        });
        later.min()
    }

    /// The command's event came: it is done. `false` if it was not here.
    pub(crate) fn confirm(&mut self, client_id: &ClientId) -> bool {
        self.place(client_id).map(|place| self.entries.remove(place)).is_some()
    }

    /// The command was refused: for a moment, then it is sent again later; or for good, then it stays for the person to
    /// see. `random` is uniform in 0..1.
    pub(crate) fn refuse(&mut self, client_id: &ClientId, rejection: Rejection, now: Millis, random: f64) {
        let Some(entry) = self.place(client_id).map(|place| &mut self.entries[place]) else { return };
        entry.state = if rejection.code.is_retryable() {
            let tries = entry.state.tries().saturating_add(1);
            let delay = backoff::after(tries, random).as_millis();
            let delay = i64::try_from(delay.max(rejection.retry_after_ms.unwrap_or(0).into())).unwrap_or(i64::MAX);
            State::Waiting { not_before: now.saturating_add(delay), tries }
        } else {
            State::Refused { rejection }
        };
    }

    /// The connection is gone: what was on its way may or may not have arrived, and is sent again in its order.
    pub(crate) fn disconnected(&mut self) {
        for entry in &mut self.entries {
            entry.state.lose_way();
        }
    }

    /// The clock was set, or the person asks for it: nothing waits for a moment any more.
    pub(crate) fn hurry(&mut self) {
        for entry in &mut self.entries {
            if let State::Waiting { not_before, .. } = &mut entry.state {
                *not_before = Millis::MIN;
            }
        }
    }

    /// Asks again for what was refused for good: as a new command, after everything asked for since.
    pub(crate) fn retry(&mut self, refused: &ClientId, anew: ClientId, at: Millis) -> bool {
        if self.place(&anew).is_some() {
            return false;
        }
        let Some(entry) = self.discard(refused) else { return false };
        self.entries.push(Entry { command: entry.command.renamed(anew), at, state: State::FRESH, ..entry });
        true
    }

    /// Forgets what was refused for good. What may have arrived cannot be called back.
    pub(crate) fn discard(&mut self, refused: &ClientId) -> Option<Entry> {
        let place = self.place(refused)?;
        matches!(self.entries[place].state, State::Refused { .. }).then(|| self.entries.remove(place))
    }

    /// Takes over what another tab left behind, in the order of asking.
    pub(crate) fn adopt(&mut self, orphan: Self) {
        for mut entry in orphan.entries {
            if entry.client_id().is_some_and(|id| self.place(id).is_none()) {
                entry.state.lose_way();
                let later = self.entries.iter().position(|other| other.at > entry.at);
                self.entries.insert(later.unwrap_or(self.entries.len()), entry);
            }
        }
        self.strange.extend(orphan.strange);
    }

    /// Someone spoke before they were known: it was `me`.
    pub(crate) fn claim(&mut self, by: &PersonId, me: &PersonId) {
        for entry in self.entries.iter_mut().filter(|entry| entry.by == *by) {
            entry.by.clone_from(me);
        }
    }

    /// What is kept, in order.
    pub(crate) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    fn place(&self, client_id: &ClientId) -> Option<usize> {
        self.entries.iter().position(|entry| entry.client_id() == Some(client_id))
    }

    fn in_flight(&self, which: impl Fn(&Entry) -> bool) -> usize {
        self.entries.iter().filter(|entry| matches!(entry.state, State::Sent { .. }) && which(entry)).count()
    }

    /// For storage.
    pub(crate) fn to_json(&self) -> String {
        let known = self.entries.iter().map(Entry::to_json);
        Value::List(known.chain(self.strange.iter().cloned()).collect()).to_json()
    }

    /// From storage, after a reload: nothing is on its way any more. What is no outbox is an empty one.
    pub(crate) fn from_json(text: &str) -> Self {
        let mut outbox = Self::default();
        let Some(Value::List(values)) = Value::read(text) else { return outbox };
        for value in values {
            match Entry::from_json(&value) {
                Some(entry) => outbox.entries.push(entry),
                None => outbox.strange.push(value),
            }
        }
        outbox.disconnected();
        outbox
    }
}

impl Entry {
    fn to_json(&self) -> Value {
        let state = match &self.state {
            State::Waiting { .. } | State::Sent { .. } => {
                wire::object([("tries", Some(u64::from(self.state.tries()).into()))])
            }
            State::Refused { rejection } => wire::object([("refused", Some(wire::rejection_json(rejection)))]),
        };
        wire::object([
            ("command", Some(wire::frame(&self.command))),
            ("by", Some(Value::text(self.by.as_str()))),
            ("at", Some(self.at.into())),
            ("state", Some(state)),
        ])
    }

    /// What was kept; a moment to wait for is not, a reload is a new attempt.
    fn from_json(value: &Value) -> Option<Self> {
        let state = value.get("state")?;
        let state = match state.get("refused") {
            Some(refused) => State::Refused { rejection: wire::rejection(refused)? },
            None => {
                let tries = u32::try_from(wire::number(state, "tries")?).unwrap_or(u32::MAX);
                State::Waiting { not_before: Millis::MIN, tries }
            }
        };
        let by = PersonId::parse(wire::text(value, "by")?).ok()?;
        Some(Self { command: wire::client_frame(value.get("command")?)?, by, at: value.get("at")?.as_i64()?, state })
    }

    pub(crate) fn client_id(&self) -> Option<&ClientId> {
        self.command.command().map(|(client_id, _)| client_id)
    }

    pub(crate) fn group(&self) -> Option<&GroupId> {
        self.command.command().map(|(_, group)| group)
    }
}

impl State {
    const FRESH: Self = Self::Waiting { not_before: Millis::MIN, tries: 0 };

    fn tries(&self) -> u32 {
        match self {
            Self::Waiting { tries, .. } | Self::Sent { tries } => *tries,
            Self::Refused { .. } => 0,
        }
    }

    fn lose_way(&mut self) {
        if let Self::Sent { tries } = *self {
            *self = Self::Waiting { not_before: Millis::MIN, tries };
        }
    }
}

fn bytes(command: &ClientFrame) -> usize {
    wire::frame(command).to_json().len()
}

#[cfg(test)]
#[path = "outbox_tests.rs"]
mod tests;
