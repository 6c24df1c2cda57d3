//! The lanes of one socket: what is written in which order, what has to go, and who waits for room.

use futures_util::FutureExt;
use protocol::{CloseCode, GroupId, PersonId};

use super::{End, Frame, Lanes, MAX_CONTROL, MAX_CONTROL_BYTES, MAX_DURABLE_BYTES, News, Waiting};
use crate::socket::inbox::Await;

fn group(id: &str) -> GroupId {
    GroupId::parse(id).unwrap()
}

fn typing() -> News {
    News::Typing(PersonId::parse("p").unwrap())
}

fn large() -> Frame {
    "x".repeat(MAX_DURABLE_BYTES / 2 + 1).into()
}

async fn written(lanes: &Lanes) -> Vec<String> {
    match lanes.next().await {
        Waiting::Frames(frames) => frames.iter().map(|frame| frame.as_str().chars().take(9).collect()).collect(),
        Waiting::Ended(code) => panic!("it ended with {code:?}"),
    }
}

#[tokio::test]
async fn answers_go_first_then_events_in_order_then_what_may_be_lost() {
    let lanes = Lanes::default();
    assert!(lanes.ephemeral(&group("1"), typing(), "t".into()));
    assert!(lanes.events(&group("1"), &["1".into(), "2".into()]));
    assert!(lanes.events(&group("2"), &["3".into()]));
    lanes.answer("pong".into());
    assert_eq!(written(&lanes).await, ["pong", "1", "2", "3", "t"]);
}

#[tokio::test]
async fn only_the_latest_of_one_kind_of_news_is_written() {
    let lanes = Lanes::default();
    assert!(["a", "b", "c"].into_iter().all(|news| lanes.ephemeral(&group("1"), News::Presence, news.into())));
    assert_eq!(written(&lanes).await, ["c"]);
}

#[tokio::test]
async fn past_half_full_news_is_dropped_and_events_are_not() {
    let lanes = Lanes::default();
    assert!(lanes.events(&group("1"), &[large()]));
    assert!(!lanes.ephemeral(&group("1"), typing(), "t".into()));
    assert_eq!(written(&lanes).await, ["xxxxxxxxx"]);
}

#[tokio::test]
async fn a_full_lane_drops_the_group_that_filled_it_and_no_other() {
    let lanes = Lanes::default();
    assert!(lanes.events(&group("quiet"), &["kept".into()]));
    assert!(lanes.events(&group("loud"), &[large()]));
    assert!(!lanes.events(&group("loud"), &["small".into(), large()]));
    assert!(lanes.events(&group("quiet"), &["too".into()]));
    assert_eq!(written(&lanes).await, ["kept", "too"]);
}

#[tokio::test]
async fn whoever_waits_for_room_goes_on_when_the_reader_has_taken_everything() {
    let lanes = Lanes::default();
    lanes.room().await;
    assert!(lanes.events(&group("1"), &[large()]));
    let (taken, ()) = tokio::join!(written(&lanes), lanes.room());
    assert_eq!(taken.len(), 1);
}

#[tokio::test]
async fn one_event_larger_than_the_lane_passes_when_nothing_else_waits() {
    let lanes = Lanes::default();
    assert!(lanes.events(&group("1"), &["x".repeat(2 * MAX_DURABLE_BYTES).into()]));
    assert_eq!(written(&lanes).await.len(), 1);
}

#[tokio::test]
async fn who_asks_and_never_reads_the_answers_is_given_up() {
    let lanes = Lanes::default();
    (0..=MAX_CONTROL).for_each(|_| lanes.answer("pong".into()));
    assert_eq!(lanes.ended().await, CloseCode::TooSlow);
    assert_eq!(lanes.next().await, Waiting::Ended(CloseCode::TooSlow));
}

#[tokio::test]
async fn one_that_is_ended_from_elsewhere_says_why_and_nothing_that_was_said_in_a_group() {
    let lanes = Lanes::default();
    assert!(lanes.events(&group("1"), &["secret".into()]));
    lanes.answer("bye".into());
    lanes.end(CloseCode::SignIn);
    assert!(!lanes.events(&group("1"), &["secret".into()]));
    assert!(!lanes.ephemeral(&group("1"), typing(), "secret".into()));
    lanes.answer("too late".into());
    assert_eq!(written(&lanes).await, ["bye"]);
    assert_eq!(lanes.next().await, Waiting::Ended(CloseCode::SignIn));
}

#[tokio::test]
async fn who_catches_up_takes_half_a_lane_at_a_time_and_at_least_one() {
    let lanes = Lanes::default();
    let huge: Frame = "x".repeat(2 * MAX_DURABLE_BYTES).into();
    assert_eq!(lanes.first_events(&group("1"), &[huge.clone(), "2".into()]), 1);
    assert!(!lanes.has_room());
    assert_eq!(lanes.first_events(&group("1"), &["2".into()]), 0, "something waits");
    assert_eq!(written(&lanes).await.len(), 1);
    assert_eq!(lanes.first_events(&group("1"), &["2".into(), "3".into(), huge]), 2);
    assert!(lanes.has_room());
    assert_eq!(written(&lanes).await, ["2", "3"]);
}

#[tokio::test]
async fn answers_are_bounded_in_bytes() {
    let lanes = Lanes::default();
    lanes.answer("x".repeat(MAX_CONTROL_BYTES).into());
    assert!(lanes.ended().now_or_never().is_none());
    lanes.answer("pong".into());
    assert_eq!(lanes.next().await, Waiting::Ended(CloseCode::TooSlow));
}

#[tokio::test]
async fn one_page_waits_besides_however_long_and_the_next_waits_for_it() {
    let lanes = Lanes::default();
    lanes.page_room().await;
    lanes.page("x".repeat(2 * MAX_CONTROL_BYTES).into());
    lanes.answer("pong".into());
    assert!(lanes.page_room().now_or_never().is_none());
    let (taken, ()) = tokio::join!(written(&lanes), lanes.page_room());
    assert_eq!(taken, ["xxxxxxxxx", "pong"]);
    lanes.page("1".into());
    lanes.page("x".repeat(MAX_CONTROL_BYTES + 1).into());
    assert_eq!(lanes.ended().await, CloseCode::TooSlow);
}

#[tokio::test]
async fn of_a_group_that_was_unsubscribed_nothing_is_written() {
    let lanes = Lanes::default();
    for name in ["left", "kept"] {
        assert!(lanes.events(&group(name), &[name.into()]));
        assert!(lanes.ephemeral(&group(name), News::Presence, name.into()));
        assert!(lanes.ephemeral(&group(name), typing(), name.into()));
    }
    lanes.forget(&group("left"));
    assert_eq!(written(&lanes).await, ["kept", "kept", "kept"]);
}
