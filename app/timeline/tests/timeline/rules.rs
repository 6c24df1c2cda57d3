//! What a timeline promises, one sentence each.

use crate::model::{Group, ME, Op, epoch, person};
use protocol::{Change, ClientId, Epoch, Event, MAX_WAITING, Message, MessageId, Rejection, RejectionCode, Seq};
use timeline::{Gap, Inserted, MAX_LOADED, Next, Page, PendingChange, Refused, Saving, Timeline};

fn posts(count: usize) -> Group {
    Group::of(&vec![Op::Post { who: 1 }; count])
}

fn empty() -> Timeline {
    Timeline::from_snapshot(epoch(), 0, Vec::new(), false)
}

fn command(text: &str) -> ClientId {
    ClientId::parse(text).unwrap()
}

fn refusal(code: RejectionCode) -> Rejection {
    Rejection { code, message: "no".to_owned(), retry_after_ms: None }
}

fn missing(timeline: &Timeline) -> Vec<(Option<u64>, Seq)> {
    timeline.gaps().map(|gap| (gap.missing, gap.before)).collect()
}

#[test]
fn an_event_ahead_waits_and_says_from_where_to_fetch() {
    let group = posts(5);
    let mut timeline = empty();
    assert_eq!(timeline.apply(&epoch(), group.between(0, 2)).next, Next::Nothing);
    let ahead = timeline.apply(&epoch(), group.between(3, 5));
    assert_eq!((ahead.posted.len(), ahead.next), (0, Next::Fetch { after: 2 }));
    let filled = timeline.apply(&epoch(), group.between(2, 3));
    assert_eq!((filled.posted.len(), filled.next, timeline.last()), (3, Next::Nothing, 5));
}

#[test]
fn more_than_fits_the_waiting_room_is_fetched_later() {
    let many = MAX_WAITING + 50;
    let group = posts(many + 1);
    let mut timeline = empty();
    timeline.apply(&epoch(), group.between(1, group.head()));
    timeline.apply(&epoch(), group.between(0, 1));
    assert_eq!(timeline.last(), MAX_WAITING as Seq + 1, "the lowest were kept");
    assert_eq!(timeline.next(), Next::Fetch { after: MAX_WAITING as Seq + 1 }, "the others are not forgotten");
}

#[test]
fn a_head_that_is_higher_exposes_a_hole_that_nobody_noticed() {
    let mut timeline = empty();
    timeline.heard(3);
    assert_eq!(timeline.next(), Next::Fetch { after: 0 });
}

#[test]
fn events_of_another_life_change_nothing_and_ask_for_a_reset() {
    let mut timeline = empty();
    let applied = timeline.apply(&Epoch::parse("second-life").unwrap(), posts(2).events);
    assert_eq!((applied.next, applied.posted.len(), timeline.last()), (Next::Reset, 0, 0));
}

#[test]
fn a_new_life_forgets_the_old_one_but_not_what_waits_to_be_said() {
    let group = posts(3);
    let mut timeline = Timeline::from_snapshot(epoch(), 3, group.messages(3), false);
    timeline.pend(command("c"), "tea".to_owned(), None, 0);
    timeline.reset(Epoch::parse("second-life").unwrap(), 1);
    assert_eq!((timeline.messages().count(), timeline.last(), timeline.pending().len()), (0, 1, 1));
    assert_eq!(missing(&timeline), [(None, 2)]);
    assert_eq!(timeline.insert_page(group.page(3, 4, 9)), Inserted::OtherEpoch);
}

#[test]
fn after_a_reset_the_old_stays_in_sight_until_the_newest_page_comes() {
    let group = posts(600);
    let mut timeline = Timeline::from_snapshot(epoch(), 20, group.page(20, 21, 10).messages, true);
    timeline.reset(epoch(), 600);
    assert_eq!((timeline.messages().count(), missing(&timeline)), (10, vec![(Some(10), 11), (None, 601)]));
    assert_eq!(timeline.insert_page(group.page(599, 601, 50)), Inserted::Stale, "read before the reset");
    timeline.insert_page(group.page(600, 601, 50));
    assert_eq!((timeline.messages().count(), missing(&timeline)), (50, vec![(Some(550), 551)]));
    assert!(timeline.more());
}

#[test]
fn after_a_reset_a_page_is_asked_for_even_if_nothing_seems_to_be_missing() {
    let group = posts(3);
    let mut timeline = Timeline::from_snapshot(epoch(), 3, group.messages(3), false);
    // Event 4, unseen, changed one of the three; event 5 is the fourth message.
    timeline.reset(epoch(), 4);
    timeline.apply(&epoch(), [Event { seq: 5, ..next_post(&group, 4) }]);
    assert_eq!(missing(&timeline), [(None, 6)]);
}

#[test]
fn where_the_server_keeps_nothing_older_there_is_no_gap() {
    let group = posts(40);
    let mut timeline = Timeline::from_snapshot(epoch(), 40, group.page(40, 41, 10).messages, true);
    let mut kept = group.page(40, 31, 5);
    kept.more = false;
    timeline.insert_page(kept);
    assert_eq!((timeline.messages().count(), timeline.more()), (15, false));

    let mut nothing_kept = Timeline::from_snapshot(epoch(), 40, Vec::new(), false);
    nothing_kept.apply(&epoch(), [Event { change: Change::Unknown, ..next_post(&group, 41) }]);
    nothing_kept.apply(&epoch(), [next_post(&group, 42)]);
    assert_eq!((nothing_kept.messages().count(), nothing_kept.gaps().count()), (1, 0));
}

fn next_post(group: &Group, seq: Seq) -> Event {
    let message = MessageId::parse(format!("m{seq}")).unwrap();
    let change = Change::Posted { message, n: seq, body: "tea".to_owned(), reply_to: None };
    Event { seq, client_id: None, change, ..group.events[0].clone() }
}

#[test]
fn ten_thousand_messages_are_not_all_kept_and_can_be_scrolled_back_to() {
    let one = posts(1);
    let events: Vec<Event> = (1..=10_000).map(|seq| next_post(&one, seq)).collect();
    let all: Vec<Message> = events.iter().filter_map(Message::posted).collect();
    let mut timeline = empty();
    timeline.apply(&epoch(), events);
    assert_eq!((timeline.messages().count(), missing(&timeline)), (MAX_LOADED, vec![(Some(8_000), 8_001)]));

    while timeline.more() {
        let before = timeline.messages().next().unwrap().seq;
        timeline.look_at(Some(before));
        let from = before.saturating_sub(101) as usize;
        let messages = all[from..before as usize - 1].to_vec();
        timeline.insert_page(Page { epoch: epoch(), before, seq: 10_000, messages, more: from > 0 });
        assert!(timeline.messages().count() <= MAX_LOADED);
    }
    assert_eq!(timeline.messages().next().map(|message| message.n), Some(1), "at the very beginning");
    let end = Gap { missing: Some(10_000 - MAX_LOADED as u64), before: 10_001, at_end: true };
    assert_eq!(timeline.gaps().collect::<Vec<_>>(), [end]);
}

#[test]
fn a_reload_finds_what_its_outbox_still_holds() {
    let group = Group::of(&[Op::Post { who: ME }]);
    let mut timeline = Timeline::from_snapshot(epoch(), 1, group.messages(1), false);
    assert!(!timeline.pend(command("c1"), "said by 1".to_owned(), None, 0), "it is saved");
    assert!(timeline.pend(command("c2"), "not yet".to_owned(), None, 0));
    assert!(!timeline.pend(command("c2"), "not yet".to_owned(), None, 0), "it waits already");
    assert_eq!(timeline.pending().len(), 1);
}

#[test]
fn a_refused_message_stays_until_it_is_said_again_or_discarded() {
    let mut timeline = empty();
    for text in ["a", "b"] {
        timeline.pend(command(text), text.to_owned(), None, 0);
    }
    assert_eq!(timeline.refuse(&command("a"), &refusal(RejectionCode::Unavailable), 1_000), Refused::No);
    assert_eq!(timeline.pending()[0].saving, Saving::Delayed(None), "it will be sent again");
    assert!(timeline.discard(&command("a")).is_none(), "it may be stored already");

    let too_long = refusal(RejectionCode::TooLong);
    assert_eq!(timeline.refuse(&command("a"), &too_long, 1_000), Refused::Message);
    assert_eq!(timeline.pending()[0].saving, Saving::Refused(too_long.clone()));
    assert!(timeline.retry(&command("a"), command("a2"), 9));
    let order: Vec<&str> = timeline.pending().iter().map(|message| message.client_id.as_str()).collect();
    assert_eq!(order, ["b", "a2"], "it is said now");
    timeline.refuse(&command("a2"), &too_long, 1_000);
    assert_eq!(timeline.discard(&command("a2")).map(|message| message.body).as_deref(), Some("a"));
    assert_eq!(timeline.pending().len(), 1);
}

#[test]
fn a_wish_lies_over_the_message_and_a_refusal_leaves_no_trace() {
    let group = posts(1);
    let mut timeline = Timeline::from_snapshot(epoch(), 1, group.messages(1), false);
    let id = MessageId::parse("m1").unwrap();
    let wish = |name: &str, change| PendingChange { client_id: command(name), by: person(ME), at: 5, change };
    timeline.pend_change(wish("e", Change::Edited { message: id.clone(), body: "better".to_owned() }));
    timeline.pend_change(wish("r", Change::Reacted { message: id.clone(), emoji: "🍵".to_owned(), on: true }));
    let shown = timeline.shown(1).unwrap();
    assert!(shown.unsaved);
    assert_eq!((shown.message.body.as_str(), shown.message.reactions.len()), ("better", 1));
    assert_eq!(timeline.message(&id), group.messages(1).first(), "the truth is untouched");

    let refused = timeline.refuse(&command("e"), &refusal(RejectionCode::NotYours), 1_000);
    assert!(
        matches!(refused, Refused::Change(PendingChange { change: Change::Edited { body, .. }, .. }) if body == "better")
    );
    assert_eq!(timeline.shown(1).unwrap().message.body, "said by 1");
    timeline.refuse(&command("r"), &refusal(RejectionCode::BadReaction), 1_000);
    assert!(!timeline.shown(1).unwrap().unsaved);
    assert_eq!(timeline.refuse(&command("r"), &refusal(RejectionCode::BadReaction), 1_000), Refused::No);
}
