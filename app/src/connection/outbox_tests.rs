//! Tests of `outbox`.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use protocol::{ClientFrame, ClientId, GroupId, MAX_UNCONFIRMED, PersonId, Rejection, RejectionCode};

use super::{MAX_HELD, MAX_HELD_BYTES, NotHeld, Outbox, State};

fn id(text: &str) -> ClientId {
    ClientId::parse(text).unwrap()
}

fn me() -> PersonId {
    PersonId::parse("me").unwrap()
}

fn post(client_id: &str, group: &str) -> ClientFrame {
    let group = GroupId::parse(group).unwrap();
    ClientFrame::Post { client_id: id(client_id), group, body: "tea".to_owned(), reply_to: None }
}

fn refusal(code: RejectionCode) -> Rejection {
    Rejection { code, message: "no".to_owned(), retry_after_ms: None }
}

/// An outbox to which these were pushed, as `id@group`.
fn outbox(commands: &[&str]) -> Outbox {
    let mut outbox = Outbox::default();
    for (at, command) in (0..).zip(commands) {
        let (client_id, group) = command.split_once('@').unwrap();
        outbox.push(post(client_id, group), me(), at).unwrap();
    }
    outbox
}

fn due(outbox: &mut Outbox, now: i64) -> Vec<String> {
    let name = |frame: &ClientFrame| frame.command().map(|(client_id, _)| client_id.to_string()).unwrap();
    outbox.due(&me(), now).iter().map(name).collect()
}

#[test]
fn one_command_of_each_group_is_on_its_way_and_the_next_follows_its_confirmation() {
    let mut outbox = outbox(&["a@x", "b@x", "c@y"]);
    assert_eq!(due(&mut outbox, 0), ["a", "c"]);
    assert_eq!(due(&mut outbox, 0), [""; 0], "nothing is sent twice over one connection");
    assert!(outbox.confirm(&id("a")));
    assert_eq!(due(&mut outbox, 0), ["b"]);
    assert!(!outbox.confirm(&id("a")), "a confirmation may come again");
}

#[test]
fn at_most_thirty_two_are_on_their_way() {
    let commands: Vec<String> = (0..40).map(|n| format!("c{n}@g{n}")).collect();
    let mut outbox = outbox(&commands.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(due(&mut outbox, 0).len(), MAX_UNCONFIRMED);
    outbox.confirm(&id("c0"));
    assert_eq!(due(&mut outbox, 0), ["c32"]);
}

#[test]
fn what_was_on_its_way_when_the_connection_broke_is_sent_again_first() {
    let mut outbox = outbox(&["a@x", "b@x"]);
    due(&mut outbox, 0);
    outbox.disconnected();
    assert_eq!(due(&mut outbox, 0), ["a"]);
}

#[test]
fn a_refusal_for_a_moment_is_waited_out_and_holds_up_its_group_alone() {
    let mut outbox = outbox(&["a@x", "b@x", "c@y"]);
    due(&mut outbox, 0);
    let busy = Rejection { retry_after_ms: Some(5_000), ..refusal(RejectionCode::TooMany) };
    outbox.refuse(&id("a"), busy, 1_000, 0.0);
    outbox.confirm(&id("c"));
    assert_eq!(due(&mut outbox, 5_999), [""; 0]);
    assert_eq!(outbox.next_due(&me(), 1_000), Some(6_000));
    assert_eq!(due(&mut outbox, 6_000), ["a"]);

    outbox.refuse(&id("a"), refusal(RejectionCode::Unavailable), 6_000, 1.0);
    assert_eq!(outbox.next_due(&me(), 6_000), Some(6_000 + 2_000), "the second time twice as long");
    outbox.hurry();
    assert_eq!(due(&mut outbox, 6_001), ["a"]);
}

#[test]
fn a_refusal_for_good_stays_until_the_person_decides_and_holds_up_nobody() {
    let mut outbox = outbox(&["a@x", "b@x"]);
    due(&mut outbox, 0);
    assert!(outbox.discard(&id("a")).is_none(), "it may have arrived");
    outbox.refuse(&id("a"), refusal(RejectionCode::TooLong), 0, 0.5);
    assert_eq!(due(&mut outbox, 0), ["b"]);
    assert_eq!(outbox.entries()[0].state, State::Refused { rejection: refusal(RejectionCode::TooLong) });

    assert!(outbox.retry(&id("a"), id("a2"), 9));
    outbox.confirm(&id("b"));
    assert_eq!(due(&mut outbox, 9), ["a2"], "a new command");
    outbox.refuse(&id("a2"), refusal(RejectionCode::TooLong), 9, 0.5);
    assert!(outbox.discard(&id("a2")).is_some());
    assert!(outbox.entries().is_empty());
}

#[test]
fn nobody_says_what_someone_else_asked_for() {
    let mut outbox = outbox(&["a@x"]);
    let other = PersonId::parse("other").unwrap();
    assert!(outbox.due(&other, 0).is_empty());
    assert_eq!(outbox.next_due(&other, -1), None);
    assert_eq!(due(&mut outbox, 0), ["a"]);
}

#[test]
fn what_was_said_before_one_was_known_is_ones_own() {
    let nobody = PersonId::parse("nobody").unwrap();
    let mut outbox = outbox(&["a@x"]);
    let said = outbox.entries()[0].command.clone().renamed(id("b"));
    outbox.push(said, nobody.clone(), 1).unwrap();
    let me = outbox.entries()[0].by.clone();
    outbox.claim(&nobody, &me);
    assert!(outbox.entries().iter().all(|entry| entry.by == me));
}

#[test]
fn a_reload_loses_nothing_and_nothing_is_on_its_way_then() {
    let mut before = outbox(&["a@茶馆", "b@茶馆", "c@y"]);
    due(&mut before, 0);
    before.refuse(&id("c"), refusal(RejectionCode::NoGroup), 0, 0.0);
    let mut after = Outbox::from_json(&before.to_json());
    assert_eq!(after.entries().len(), 3);
    assert_eq!(after.entries()[2], before.entries()[2], "why it was refused is known still");
    assert_eq!(due(&mut after, 0), ["a"]);
}

#[test]
fn what_a_later_version_kept_is_kept_for_it_and_rubbish_is_an_empty_outbox() {
    let stranger = r#"{"command":{"type":"poll"},"state":"x"}"#;
    let mixed = outbox(&["a@x"]).to_json().replacen('[', &format!("[{stranger},"), 1);
    let outbox = Outbox::from_json(&mixed);
    assert_eq!(outbox.entries().len(), 1);
    assert!(outbox.to_json().contains(r#""type":"poll""#));
    for rubbish in ["", "{}", "null", "[1", "\u{0}"] {
        assert_eq!(Outbox::from_json(rubbish), Outbox::default());
    }
}

#[test]
fn what_another_tab_left_is_taken_over_once_and_in_its_order() {
    let mut orphan = outbox(&["a@x", "b@x", "c@x"]);
    due(&mut orphan, 0);
    let mut own = Outbox::default();
    own.push(post("b", "x"), me(), 1).unwrap();
    own.push(post("d", "x"), me(), 7).unwrap();
    own.adopt(orphan);
    let order: Vec<&str> = own.entries().iter().filter_map(|entry| Some(entry.client_id()?.as_str())).collect();
    assert_eq!(order, ["a", "b", "c", "d"]);
    assert_eq!(due(&mut own, 9), ["a"]);
}

#[test]
fn a_full_outbox_a_known_command_and_a_frame_that_is_none_are_not_taken() {
    let mut full = Outbox::default();
    for n in 0..MAX_HELD {
        full.push(post(&format!("c{n}"), "x"), me(), 0).unwrap();
    }
    assert_eq!(full.push(post("one-more", "x"), me(), 0), Err(NotHeld::Full));
    assert_eq!(full.push(post("c0", "x"), me(), 0), Err(NotHeld::Known));
    assert_eq!(full.push(ClientFrame::Ping { id: 1 }, me(), 0), Err(NotHeld::NoCommand));

    let body = "x".repeat(MAX_HELD_BYTES);
    let group = GroupId::parse("x").unwrap();
    let huge = ClientFrame::Post { client_id: id("huge"), group, body, reply_to: None };
    assert_eq!(Outbox::default().push(huge, me(), 0), Err(NotHeld::Full));
}

#[derive(Clone, Debug)]
enum Step {
    Say {
        group: usize,
    },
    /// Frames are sent; for each: is it lost, refused for a moment, stored but its confirmation lost, or confirmed?
    Send(Vec<u8>),
    Cut,
    Reload,
    Later(i64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (0..3_usize).prop_map(|group| Step::Say { group }),
        4 => prop::collection::vec(0..6_u8, 3).prop_map(Step::Send),
        1 => Just(Step::Cut),
        1 => Just(Step::Reload),
        1 => (0..40_000_i64).prop_map(Step::Later),
    ]
}

/// A server that stores each command once.
#[derive(Default)]
struct Server {
    known: BTreeSet<ClientId>,
    stored: BTreeMap<GroupId, Vec<ClientId>>,
}

impl Server {
    fn store(&mut self, frame: &ClientFrame) -> ClientId {
        let (client_id, group) = frame.command().unwrap();
        if self.known.insert(client_id.clone()) {
            self.stored.entry(group.clone()).or_default().push(client_id.clone());
        }
        client_id.clone()
    }
}

fn send(outbox: &mut Outbox, server: &mut Server, now: i64, fates: &[u8]) {
    for (place, frame) in outbox.due(&me(), now).iter().enumerate() {
        match fates.get(place) {
            Some(0) => {}
            Some(1) => {
                let client_id = frame.command().unwrap().0;
                outbox.refuse(client_id, refusal(RejectionCode::Unavailable), now, 0.5);
            }
            Some(2) => drop(server.store(frame)),
            _ => assert!(outbox.confirm(&server.store(frame))),
        }
    }
}

proptest! {
    #[test]
    fn everything_said_is_stored_once_and_in_its_order_whatever_happens(steps in prop::collection::vec(step(), 0..80)) {
        let (mut outbox, mut server, mut now) = (Outbox::default(), Server::default(), 0);
        let mut said: BTreeMap<GroupId, Vec<ClientId>> = BTreeMap::new();
        for (n, step) in steps.iter().enumerate() {
            match step {
                Step::Say { group } => {
                    let frame = post(&format!("c{n}"), ["x", "y", "茶馆"][*group]);
                    let (client_id, group) = frame.command().unwrap();
                    said.entry(group.clone()).or_default().push(client_id.clone());
                    outbox.push(frame, me(), now).unwrap();
                }
                Step::Send(fates) => send(&mut outbox, &mut server, now, fates),
                Step::Cut => outbox.disconnected(),
                Step::Reload => outbox = Outbox::from_json(&outbox.to_json()),
                Step::Later(by) => now += by,
            }
        }
        outbox.disconnected();
        while !outbox.entries().is_empty() {
            now = outbox.next_due(&me(), now).unwrap_or(now);
            send(&mut outbox, &mut server, now, &[]);
        }
        prop_assert_eq!(server.stored, said);
    }
}
