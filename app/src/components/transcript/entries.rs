//! What the log of a group shows, in order: the timeline's rows, with news of the connection where they happened. Pure.

use protocol::{Person, Seq};
use timeline::{Row, RowKey, Timeline, View};

use crate::connection::live::News;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Entry {
    Row(Row),
    News(News),
    /// Who has read up to this message; nobody is named where there is but one other.
    Seen {
        seq: Seq,
        names: Vec<String>,
    },
}

/// What makes an entry the same entry after a change.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum EntryKey {
    Row(RowKey),
    News(u64),
    Seen(Seq),
}

impl EntryKey {
    /// Whether it is there for as long as what it shows.
    pub(crate) fn stays(&self) -> bool {
        matches!(self, Self::Row(RowKey::Message(_)) | Self::News(_))
    }

    /// The message that it is, or is next to.
    pub(crate) fn seq(&self) -> Option<Seq> {
        match self {
            Self::Row(RowKey::Gap(seq) | RowKey::Day(seq) | RowKey::Message(seq)) | Self::Seen(seq) => Some(*seq),
            Self::Row(RowKey::GapAtEnd | RowKey::Unread | RowKey::Pending(_)) | Self::News(_) => None,
        }
    }
}

impl Entry {
    pub(crate) fn key(&self) -> EntryKey {
        match self {
            Self::Row(row) => EntryKey::Row(row.key()),
            Self::News(news) => EntryKey::News(news.id),
            Self::Seen { seq, .. } => EntryKey::Seen(*seq),
        }
    }
}

pub(crate) fn entries(timeline: &Timeline, view: View<'_>, news: &[News], seen: &[(Person, Seq)]) -> Vec<Entry> {
    let mut entries = Vec::new();
    let places: Vec<Option<Seq>> = seen.iter().map(|(by, seq)| place(timeline, by, *seq)).collect();
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
        let is_message = matches!(row, Row::Message { .. });
        entries.push(Entry::Row(row));
        if is_message && places.contains(&Some(seq)) {
            let here = seen.iter().zip(&places).filter(|(_, place)| seen.len() > 1 && **place == Some(seq));
            entries.push(Entry::Seen { seq, names: here.map(|((by, _), _)| by.name.clone()).collect() });
        }
    }
    entries.extend(news.map(Entry::News));
    entries
}

/// Under which message it stands that somebody has read so far: the last of another's. That one has read what one said is no
/// news.
fn place(timeline: &Timeline, by: &Person, seq: Seq) -> Option<Seq> {
    timeline.messages().rev().find(|message| message.seq <= seq && message.by.id != by.id).map(|message| message.seq)
}

#[cfg(test)]
mod tests {
    use protocol::{Epoch, Message, MessageId, Person, PersonId};
    use timeline::{Row, Timeline, View};

    use super::{Entry, entries};

    fn person(id: &str) -> Person {
        Person::new(PersonId::parse(id).unwrap(), id.to_uppercase())
    }

    /// A log in which these spoke, one after the other.
    fn log(by: &[&str]) -> Timeline {
        let said = |(seq, by): (u64, &&str)| Message {
            id: MessageId::parse(format!("m{seq}")).unwrap(),
            seq,
            n: seq,
            changed: seq,
            at: 0,
            by: person(by),
            client_id: None,
            body: "tea".to_owned(),
            reply_to: None,
            edited_at: None,
            deleted: false,
            pinned: false,
            reactions: Vec::new(),
        };
        let messages: Vec<Message> = (1..).zip(by).map(said).collect();
        Timeline::from_snapshot(Epoch::parse("e").unwrap(), messages.len() as u64, messages, false)
    }

    /// After which message who is named.
    fn seen(log: &Timeline, seen: &[(&str, u64)]) -> Vec<(u64, String)> {
        let seen: Vec<_> = seen.iter().map(|(by, seq)| (person(by), *seq)).collect();
        let entries = entries(log, View { me: None, read: None, offset_minutes: 0 }, &[], &seen);
        let under = |pair: &[Entry]| match pair {
            [Entry::Row(Row::Message { seq: above, .. }), Entry::Seen { seq, names }] => {
                assert_eq!(above, seq);
                Some((*seq, names.join(" ")))
            }
            [_, Entry::Seen { .. }] => panic!("under no message"),
            _ => None,
        };
        entries.windows(2).filter_map(under).collect()
    }

    #[test]
    fn what_the_other_has_read_stands_under_ones_last_message_that_they_know() {
        let log = log(&["me", "me", "bo", "me"]);
        assert_eq!(seen(&log, &[("bo", 1)]), [(1, String::new())]);
        assert_eq!(seen(&log, &[("bo", 3)]), [(2, String::new())], "their own is no news");
        assert_eq!(seen(&log, &[("bo", 99)]), [(4, String::new())]);
        assert_eq!(seen(&log, &[("bo", 0)]), []);
        assert_eq!(seen(&log, &[]), []);
    }

    #[test]
    fn among_more_than_two_each_is_named_where_they_are() {
        let log = log(&["me", "bo", "me"]);
        assert_eq!(seen(&log, &[("bo", 3), ("cy", 3)]), [(3, "BO CY".to_owned())]);
        assert_eq!(seen(&log, &[("bo", 2), ("cy", 2)]), [(1, "BO".to_owned()), (2, "CY".to_owned())]);
        assert_eq!(seen(&log, &[("bo", 0), ("cy", 1)]), [(1, "CY".to_owned())]);
    }
}
