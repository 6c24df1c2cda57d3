//! Tests of `rows`.

use protocol::{Epoch, Message, MessageId, Person, PersonId};

use super::{GROUPED_MS, Row, RowKey, View};
use crate::Timeline;

const MINUTE: i64 = 60_000;
/// 2024-12-31T23:50 UTC.
const LATE: i64 = (20_088 * 24 * 60 + 23 * 60 + 50) * MINUTE;

fn said(n: u64, by: &str, at: i64) -> Message {
    Message {
        id: MessageId::parse(format!("m{n}")).unwrap(),
        seq: n * 10,
        n,
        changed: n * 10,
        at,
        by: Person::new(PersonId::parse(by).unwrap(), by),
        client_id: None,
        body: "tea".to_owned(),
        reply_to: None,
        edited_at: None,
        deleted: false,
        pinned: false,
        reactions: Vec::new(),
    }
}

fn timeline(messages: Vec<Message>, more: bool) -> Timeline {
    Timeline::from_snapshot(Epoch::parse("e").unwrap(), 1000, messages, more)
}

/// Rows in short: `-` gap, `d` day, `u` unread, a number with `!` where a group begins, `p` pending.
fn short(timeline: &Timeline, view: View<'_>) -> String {
    let name = |row: Row| match row {
        Row::Gap(gap) => format!("-{}", gap.missing.map_or("?".to_owned(), |missing| missing.to_string())),
        Row::Day { day, .. } => format!("d{}", day.day),
        Row::Unread => "u".to_owned(),
        Row::Message { seq, first } => format!("{}{}", seq / 10, if first { "!" } else { "" }),
        Row::Pending { .. } => "p".to_owned(),
    };
    timeline.rows(view).into_iter().map(name).collect::<Vec<_>>().join(" ")
}

const UTC: View<'_> = View { me: None, read: None, offset_minutes: 0 };

#[test]
fn what_one_person_says_within_five_minutes_is_a_group() {
    let messages = vec![
        said(1, "ann", 0),
        said(2, "ann", GROUPED_MS - 1),
        said(3, "ann", 2 * GROUPED_MS - 1),
        said(4, "bob", 2 * GROUPED_MS),
        said(5, "bob", GROUPED_MS + 1),
    ];
    assert_eq!(
        short(&timeline(messages, false), UTC),
        "d1 1! 2 3! 4! 5",
        "a clock that went back a little is no matter"
    );
}

#[test]
fn a_day_begins_at_the_readers_midnight_and_begins_a_group() {
    let messages = vec![said(1, "ann", LATE), said(2, "ann", LATE + 4 * MINUTE), said(3, "ann", LATE + 10 * MINUTE)];
    let timeline = timeline(messages, false);
    assert_eq!(short(&timeline, UTC), "d31 1! 2 d1 3!");
    assert_eq!(short(&timeline, View { offset_minutes: 60, ..UTC }), "d1 1! 2 3!");
}

#[test]
fn the_line_stands_above_the_first_unread_message_of_someone_else() {
    let ann = PersonId::parse("ann").unwrap();
    let timeline = timeline(vec![said(1, "bob", 0), said(2, "ann", 0), said(3, "bob", 0), said(4, "bob", 0)], false);
    let read = |read| View { me: Some(&ann), read: Some(read), offset_minutes: 0 };
    assert_eq!(short(&timeline, read(10)), "d1 1! 2! u 3! 4");
    assert_eq!(short(&timeline, read(25)), "d1 1! 2! u 3! 4", "a mark between two messages");
    assert_eq!(short(&timeline, read(40)), "d1 1! 2! 3! 4", "all is read");
    assert_eq!(short(&timeline, read(0)), "d1 u 1! 2! 3! 4");
}

#[test]
fn missing_messages_leave_a_gap_and_begin_a_group() {
    let timeline = timeline(vec![said(3, "ann", 0), said(4, "ann", 0), said(9, "ann", 0)], true);
    assert_eq!(short(&timeline, UTC), "-2 d1 3! 4 -4 9!");
}

#[test]
fn pending_messages_come_last_in_the_order_in_which_they_were_said() {
    let mut timeline = timeline(vec![said(1, "ann", 0)], false);
    for id in ["b", "a"] {
        assert!(timeline.pend(protocol::ClientId::parse(id).unwrap(), "tea".to_owned(), None, 0));
    }
    let keys: Vec<RowKey> = timeline.rows(UTC).iter().map(Row::key).collect();
    let pending = |id: &str| RowKey::Pending(protocol::ClientId::parse(id).unwrap());
    assert_eq!(keys, [RowKey::Day(10), RowKey::Message(10), pending("b"), pending("a")]);
}

#[test]
fn keys_are_unique() {
    let messages = (1..200).map(|n| said(n * 2, "ann", (n as i64 % 3) * 24 * 60 * MINUTE)).collect();
    let keys: Vec<RowKey> = timeline(messages, true).rows(UTC).iter().map(Row::key).collect();
    let unique: std::collections::HashSet<&RowKey> = keys.iter().collect();
    assert_eq!(unique.len(), keys.len());
}
