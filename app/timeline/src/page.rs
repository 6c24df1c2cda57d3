//! How a page joins a timeline, whether it was read before or after the timeline's last event. Never a request for one.

use protocol::{ClientId, Epoch, Event, Message, Seq};

use crate::{Timeline, sorted::Sorted};

/// The answer to `history`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The database's life.
    pub epoch: Epoch,
    /// All its messages have a smaller number.
    pub before: Seq,
    /// It is as of this event.
    pub seq: Seq,
    /// Without a message missing between them, nor between the last and `before`.
    pub messages: Vec<Message>,
    /// There are older ones.
    pub more: bool,
}

/// What came of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inserted {
    /// It is in.
    Done {
        /// What waited to be saved and is.
        confirmed: Vec<ClientId>,
    },
    /// It is older than what is remembered: ask again.
    Stale,
    /// It is of another life: subscribe, and expect a `reset`.
    OtherEpoch,
}

impl Timeline {
    /// Takes in a page. What is then too far from where one looks is dropped, so [`look_at`](Self::look_at) first.
    pub fn insert_page(&mut self, page: Page) -> Inserted {
        if page.epoch != self.epoch {
            return Inserted::OtherEpoch;
        }
        let Some(missed) = self.recent.after(page.seq) else { return Inserted::Stale };
        let messages = brought_up_to_date(page.messages, page.before, missed);
        let newest = messages.last().map_or(0, |message| message.n);
        let oldest = messages.first().map(|message| message.seq);

        if let Some(head) = self.outdated.take() {
            self.loaded.drop_before(head.saturating_add(1));
        }
        let confirmed = messages.iter().filter_map(|message| message.client_id.clone());
        let confirmed = confirmed.filter(|id| self.pending.confirm(id)).collect();
        for message in messages {
            self.loaded.insert(message);
        }
        if page.before > self.last {
            self.newest = self.newest.max(Some(newest));
        }
        if !page.more {
            let empty_up_to = page.before.min(page.seq.max(self.last).saturating_add(1));
            self.horizon = self.horizon.max(oldest.unwrap_or(empty_up_to));
            self.loaded.drop_before(self.horizon);
        }
        self.trim();
        Inserted::Done { confirmed }
    }
}

/// Applies to a page what happened after it was read: changes of its messages, and messages that belong into it.
fn brought_up_to_date<'a>(page: Vec<Message>, before: Seq, missed: impl Iterator<Item = &'a Event>) -> Vec<Message> {
    let mut messages = Sorted::default();
    page.into_iter().for_each(|message| messages.insert(message));
    for event in missed {
        if let Some(message) = Message::posted(event).filter(|message| message.seq < before) {
            if messages.get(message.seq).is_none() {
                messages.insert(message);
            }
        } else if let Some(id) = event.change.message()
            && let Some(message) = messages.iter_mut().find(|message| message.id == *id)
        {
            message.apply(event);
        }
    }
    messages.into_iter().collect()
}
