//! What is drawn, row by row: gaps, day dividers, the line above what is new, messages, what is pending. Never markup.

use protocol::{ClientId, Message, Millis, PersonId, Seq};

use crate::{Day, Gap, Timeline};

/// Messages of one person that follow each other sooner than this are drawn as one group.
pub const GROUPED_MS: Millis = 5 * 60 * 1000;

/// Whose eyes see the timeline.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// Who looks; what they said themselves is not new to them.
    pub me: Option<&'a PersonId>,
    /// What they had read when they came; `None`: no line.
    pub read: Option<Seq>,
    /// How far their clock is ahead of UTC.
    pub offset_minutes: i32,
}

/// A row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Row {
    /// Messages that are not loaded.
    Gap(Gap),
    /// What follows was said on this day.
    Day {
        /// Which.
        day: Day,
        /// The message below.
        before: Seq,
    },
    /// What follows is new.
    Unread,
    /// A loaded message.
    Message {
        /// Its number, for [`Timeline::shown`].
        seq: Seq,
        /// It begins a group: show who speaks.
        first: bool,
    },
    /// A message that is not confirmed.
    Pending {
        /// Its command.
        client_id: ClientId,
    },
}

/// What makes a row the same row after a change, for keyed lists and measured heights.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum RowKey {
    /// The gap above a message.
    Gap(Seq),
    /// The gap at the end.
    GapAtEnd,
    /// The divider above a message.
    Day(Seq),
    /// The line.
    Unread,
    /// A message.
    Message(Seq),
    /// A command.
    Pending(ClientId),
}

impl Row {
    /// Unique among the rows of a timeline.
    #[must_use]
    pub fn key(&self) -> RowKey {
        match self {
            Self::Gap(gap) if gap.at_end => RowKey::GapAtEnd,
            Self::Gap(gap) => RowKey::Gap(gap.before),
            Self::Day { before, .. } => RowKey::Day(*before),
            Self::Unread => RowKey::Unread,
            Self::Message { seq, .. } => RowKey::Message(*seq),
            Self::Pending { client_id } => RowKey::Pending(client_id.clone()),
        }
    }
}

impl Timeline {
    /// Every row, oldest first.
    #[must_use]
    pub fn rows(&self, view: View<'_>) -> Vec<Row> {
        let mut rows = Vec::new();
        let mut gaps = self.gaps().peekable();
        let unread = view.read.and_then(|read| self.first_unread(read, view.me));
        let mut previous: Option<&Message> = None;
        for message in self.messages() {
            let mut first = true;
            if let Some(gap) = gaps.next_if(|gap| !gap.at_end && gap.before == message.seq) {
                rows.push(Row::Gap(gap));
            } else if let Some(previous) = previous {
                first = !continues(previous, message);
            }
            let day = Day::of(message.at, view.offset_minutes);
            if previous.is_none_or(|previous| Day::of(previous.at, view.offset_minutes) != day) {
                rows.push(Row::Day { day, before: message.seq });
                first = true;
            }
            if unread == Some(message.seq) {
                rows.push(Row::Unread);
                first = true;
            }
            rows.push(Row::Message { seq: message.seq, first });
            previous = Some(message);
        }
        rows.extend(gaps.map(Row::Gap));
        rows.extend(self.pending().iter().map(|pending| Row::Pending { client_id: pending.client_id.clone() }));
        rows
    }

    /// The first loaded message that someone else said after event `read`.
    #[must_use]
    pub fn first_unread(&self, read: Seq, me: Option<&PersonId>) -> Option<Seq> {
        let unread = |message: &&Message| message.seq > read && me != Some(&message.by.id);
        self.messages().find(unread).map(|message| message.seq)
    }
}

/// Whether a message is drawn in the group of the one above. Clocks jump: only the distance counts.
fn continues(previous: &Message, message: &Message) -> bool {
    previous.by == message.by && message.at.abs_diff(previous.at) < GROUPED_MS.unsigned_abs()
}

#[cfg(test)]
#[path = "rows_tests.rs"]
mod tests;
