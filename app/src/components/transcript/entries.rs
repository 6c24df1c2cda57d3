//! What the log of a group shows, in order: the timeline's rows, with news of the connection where they happened. Pure.

use timeline::{Row, RowKey, Timeline, View};

use crate::connection::live::News;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Entry {
    Row(Row),
    News(News),
}

/// What makes an entry the same entry after a change.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum EntryKey {
    Row(RowKey),
    News(u64),
}

impl EntryKey {
    /// Whether it is there for as long as what it shows.
    pub(crate) fn stays(&self) -> bool {
        matches!(self, Self::Row(RowKey::Message(_)) | Self::News(_))
    }
}

impl Entry {
    pub(crate) fn key(&self) -> EntryKey {
        match self {
            Self::Row(row) => EntryKey::Row(row.key()),
            Self::News(news) => EntryKey::News(news.id),
        }
    }
}

pub(crate) fn entries(timeline: &Timeline, view: View<'_>, news: &[News]) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut news = news.iter().cloned().peekable();
    for row in timeline.rows(view) {
        // What is below news of the connection happened after them; what waits to be saved always does.
        let seq = match &row {
            Row::Gap(gap) if gap.at_end => 0,
            Row::Gap(gap) => gap.before,
            Row::Day { before, .. } => *before,
            Row::Message { seq, .. } => *seq,
            Row::Unread => 0,
            Row::Pending { .. } => u64::MAX,
        };
        while let Some(earlier) = news.next_if(|news| news.after < seq) {
            entries.push(Entry::News(earlier));
        }
        entries.push(Entry::Row(row));
    }
    entries.extend(news.map(Entry::News));
    entries
}
