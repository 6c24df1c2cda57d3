//! The timeline itself: events in order, what waits for a hole to be filled, where a person looks. Never how a page is
//! merged (`page`) and never what is drawn (`rows`).

use std::borrow::Cow;

use protocol::{ClientId, Epoch, Event, MAX_WAITING, Message, MessageId, Seq};

use crate::{
    Page,
    loaded::{Loaded, MAX_RESTING, MAX_RESTING_BYTES},
    pending::Pending,
    recent::Recent,
    sorted::Sorted,
};

/// One group as a client knows it.
#[derive(Clone, Debug)]
pub struct Timeline {
    pub(crate) epoch: Epoch,
    /// The last event that was applied.
    pub(crate) last: Seq,
    /// The highest number heard of.
    heard: Seq,
    /// Events ahead of a hole.
    waiting: Sorted<Event>,
    pub(crate) recent: Recent,
    pub(crate) loaded: Loaded,
    /// The newest message's `n` as of `last`; `None` after a reset, until a page or a message tells.
    pub(crate) newest: Option<u64>,
    /// No message before this number can be had.
    pub(crate) horizon: Seq,
    /// After a reset: what was posted up to here may have changed unseen, and goes when a page comes.
    pub(crate) outdated: Option<Seq>,
    pub(crate) pending: Pending,
    looked_at: Option<Seq>,
}

/// What came of applying events.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// New messages, in order.
    pub posted: Vec<MessageId>,
    /// Loaded messages that say or show something else now.
    pub changed: Vec<MessageId>,
    /// What waited to be saved and is.
    pub confirmed: Vec<ClientId>,
    /// What the caller has to do.
    pub next: Next,
}

/// What is to be asked of the server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Next {
    /// Nothing: all that was heard of is here.
    #[default]
    Nothing,
    /// There is a hole: subscribe again from here.
    Fetch {
        /// The last event that was applied.
        after: Seq,
    },
    /// The events are another life's: subscribe, and expect a `reset`.
    Reset,
}

/// Messages that exist and are not loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Gap {
    /// How many, if it is known. The server may keep fewer.
    pub missing: Option<u64>,
    /// Ask `history` with this `before` to fill it from its newer end.
    pub before: Seq,
    /// It lies after everything that is loaded.
    pub at_end: bool,
}

/// A message with what its reader wishes and the server has not confirmed.
#[derive(Clone, Debug)]
pub struct Shown<'a> {
    /// The message as it will be if nothing is refused.
    pub message: Cow<'a, Message>,
    /// Some of it is not saved yet.
    pub unsaved: bool,
}

impl Timeline {
    /// A group's newest messages as they were after event `seq`; `more` if there are older ones.
    #[must_use]
    pub fn from_snapshot(epoch: Epoch, seq: Seq, messages: Vec<Message>, more: bool) -> Self {
        let mut timeline = Self {
            epoch: epoch.clone(),
            last: seq,
            heard: seq,
            waiting: Sorted::default(),
            recent: Recent::since(seq),
            loaded: Loaded::default(),
            newest: None,
            horizon: 0,
            outdated: None,
            pending: Pending::default(),
            looked_at: None,
        };
        timeline.insert_page(Page { epoch, before: seq.saturating_add(1), seq, messages, more });
        timeline
    }

    /// Takes events as they come, in any order, any number of times.
    pub fn apply(&mut self, epoch: &Epoch, events: impl IntoIterator<Item = Event>) -> Applied {
        let mut applied = Applied::default();
        if *epoch != self.epoch {
            applied.next = Next::Reset;
            return applied;
        }
        for event in events {
            self.take(event, &mut applied);
        }
        self.trim();
        applied.next = self.next();
        applied
    }

    fn take(&mut self, event: Event, applied: &mut Applied) {
        self.heard(event.seq);
        if event.seq <= self.last {
            // The answer to a command that came again may be the first that its author hears of it.
            applied.confirmed.extend(event.client_id.filter(|id| self.pending.confirm(id)));
            return;
        }
        self.waiting.insert(event);
        while let Some(event) = self.waiting.remove(self.last.saturating_add(1)) {
            self.apply_next(event, applied);
        }
        if self.waiting.len() > MAX_WAITING
            && let Some(last) = self.waiting.last().map(|event| event.seq)
        {
            self.waiting.remove(last);
        }
    }

    fn apply_next(&mut self, event: Event, applied: &mut Applied) {
        self.last = event.seq;
        applied.confirmed.extend(event.client_id.clone().filter(|id| self.pending.confirm(id)));
        if let Some(message) = Message::posted(&event) {
            self.newest = self.newest.max(Some(message.n));
            let id = message.id.clone();
            if self.loaded.insert(message) {
                applied.posted.push(id);
            }
        } else {
            if self.horizon == event.seq {
                self.horizon += 1;
            }
            applied.changed.extend(self.loaded.apply(&event));
        }
        self.recent.push(event);
    }

    /// The server said that the group is as far as this: a `live`, `lag`, `subscribed` or `pong`.
    pub fn heard(&mut self, head: Seq) {
        self.heard = self.heard.max(head);
    }

    /// What is to be asked of the server, if anything. Right after a `pong` wait a moment: it may have overtaken events.
    #[must_use]
    pub fn next(&self) -> Next {
        if self.last < self.heard { Next::Fetch { after: self.last } } else { Next::Nothing }
    }

    /// Goes on from `head` without what lies between. What is loaded stays in sight until a page comes, then goes: it may
    /// have been edited or deleted in between. Ask `history` with `before` = `head` + 1.
    pub fn reset(&mut self, epoch: Epoch, head: Seq) {
        if epoch == self.epoch {
            if head <= self.last {
                return;
            }
            self.outdated = Some(head);
        } else {
            self.epoch = epoch;
            self.loaded = Loaded::default();
            self.outdated = None;
            self.horizon = 0;
            self.heard = head;
        }
        self.waiting = Sorted::default();
        self.recent = Recent::since(head);
        self.last = head;
        self.newest = None;
        self.looked_at = None;
        self.heard(head);
    }

    /// Keeps loaded what is near this message rather than near the end (`None`). Call it as the person scrolls, and
    /// before asking for a page there.
    pub fn look_at(&mut self, seq: Option<Seq>) {
        self.looked_at = seq;
    }

    /// Nobody looks: keeps a few pages near where someone did. Call it again as events come.
    pub fn rest(&mut self) {
        self.loaded.trim_to(MAX_RESTING, MAX_RESTING_BYTES, self.looked_at);
    }

    pub(crate) fn trim(&mut self) {
        self.loaded.trim(self.looked_at);
    }

    /// The database's life that the numbers belong to.
    #[must_use]
    pub fn epoch(&self) -> &Epoch {
        &self.epoch
    }

    /// The last event that was applied: resume after it.
    #[must_use]
    pub fn last(&self) -> Seq {
        self.last
    }

    /// What is loaded, in order.
    pub fn messages(&self) -> impl DoubleEndedIterator<Item = &Message> {
        self.loaded.iter()
    }

    /// A loaded message, as it is stored.
    #[must_use]
    pub fn message(&self, id: &MessageId) -> Option<&Message> {
        self.loaded.get(id)
    }

    /// A loaded message by its number, as it is to be shown.
    #[must_use]
    pub fn shown(&self, seq: Seq) -> Option<Shown<'_>> {
        Some(self.pending.over(self.loaded.at(seq)?))
    }

    /// Whether the messages before the first loaded one can be asked for.
    #[must_use]
    pub fn more(&self) -> bool {
        self.gaps().next().is_some_and(|gap| self.loaded.first().is_none_or(|first| gap.before <= first.seq))
    }

    /// Where messages are missing, oldest first: between two whose `n` are no neighbours.
    pub fn gaps(&self) -> impl Iterator<Item = Gap> {
        let before_each = self.loaded.iter().scan(0, |previous, message| {
            let missing = message.n.saturating_sub(*previous + 1);
            *previous = message.n;
            Some((missing > 0 && message.seq > self.horizon).then_some(Gap {
                missing: Some(missing),
                before: message.seq,
                at_end: false,
            }))
        });
        before_each.flatten().chain(self.gap_at_end())
    }

    fn gap_at_end(&self) -> Option<Gap> {
        let before = self.last.saturating_add(1);
        let loaded = self.loaded.last().map_or(0, |message| message.n);
        // After a reset a page is needed even where none seems to be missing: what is loaded may have changed unseen.
        let missing = self.newest.filter(|_| self.outdated.is_none()).map(|newest| newest.saturating_sub(loaded));
        (missing != Some(0) && before > self.horizon).then_some(Gap { missing, before, at_end: true })
    }
}
