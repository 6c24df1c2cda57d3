//! What is pinned: by whom is the chat's.

use std::time::Duration;

use protocol::{MAX_PINS, MessageId};
use store::{Grant, GroupKind, Refusal};

use super::Fixture;
use crate::helpers::{Tea, account, delete, edit, group, name, pin, refusal};

/// What is pinned, in order.
async fn pinned(tea: &Tea, place: &str) -> Vec<String> {
    let pins = tea.store.pins(&group(place)).await.expect("it reads").pins;
    pins.into_iter().map(|pin| pin.beginning).collect()
}

async fn put(tea: &Tea, message: &MessageId, on: bool) {
    tea.ask("oolong", &tea.ben, pin(message, on)).await.expect("anyone may, here");
}

pub(crate) async fn a_message_is_pinned_and_no_longer(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let message = tea.message("oolong", "tea at four").await;
    put(&tea, &message, true).await;
    let found = &tea.all("oolong").await.messages[0];
    assert_eq!((found.pinned, found.changed, found.n), (true, 2, 1));
    assert_eq!(pinned(&tea, "oolong").await, ["tea at four"]);
    tea.ask("oolong", &tea.ann, edit(&message, "tea at five")).await.expect("one's own");
    assert_eq!(pinned(&tea, "oolong").await, ["tea at five"]);
    put(&tea, &message, false).await;
    put(&tea, &message, false).await;
    assert!(!tea.all("oolong").await.messages[0].pinned && pinned(&tea, "oolong").await.is_empty());
    assert_eq!(tea.all("oolong").await.seq, 5, "each takes its number");
}

pub(crate) async fn the_latest_pin_stands_first_and_one_that_is_put_again_keeps_its_place(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let (one, two) = (tea.message("oolong", "one").await, tea.message("oolong", "two").await);
    for message in [&two, &one, &two] {
        put(&tea, message, true).await;
    }
    assert_eq!(pinned(&tea, "oolong").await, ["one", "two"]);
    put(&tea, &two, false).await;
    put(&tea, &two, true).await;
    assert_eq!(pinned(&tea, "oolong").await, ["two", "one"]);
    let findings = fixture.database().await.check().await.expect("it checks");
    assert!(findings.is_empty(), "{findings:?}");
}

pub(crate) async fn a_deletion_and_expiry_unpin(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let (one, two) = (tea.message("oolong", "one").await, tea.message("oolong", "two").await);
    put(&tea, &one, true).await;
    put(&tea, &two, true).await;
    tea.ask("oolong", &tea.ann, delete(&two)).await.expect("one's own");
    assert_eq!(pinned(&tea, "oolong").await, ["one"]);
    assert!(!tea.all("oolong").await.messages[1].pinned);
    let findings = fixture.database().await.check().await.expect("it checks");
    assert!(findings.is_empty(), "{findings:?}");
    tea.store.expire(Some(Duration::ZERO), None).await.expect("it expires");
    assert!(pinned(&tea, "oolong").await.is_empty());
}

pub(crate) async fn a_group_takes_50_pins_and_takes_another_when_one_goes(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let mut messages = Vec::new();
    for n in 0..=MAX_PINS + 1 {
        messages.push(tea.message("oolong", &format!("line {n}")).await);
    }
    for message in &messages[..MAX_PINS] {
        put(&tea, message, true).await;
    }
    let one_more = tea.ask("oolong", &tea.ann, pin(&messages[MAX_PINS], true)).await;
    assert_eq!(refusal(one_more), Refusal::TooManyPins);
    put(&tea, &messages[7], true).await;
    tea.ask("oolong", &tea.ann, delete(&messages[0])).await.expect("one's own");
    put(&tea, &messages[MAX_PINS], true).await;
    let again = tea.ask("oolong", &tea.ann, pin(&messages[MAX_PINS + 1], true)).await;
    assert_eq!(refusal(again), Refusal::TooManyPins);
    put(&tea, &messages[1], false).await;
    put(&tea, &messages[MAX_PINS + 1], true).await;
    assert_eq!(pinned(&tea, "oolong").await.len(), MAX_PINS);
}

pub(crate) async fn of_two_who_pin_the_last_at_once_one_is_refused(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let mut messages = Vec::new();
    for n in 0..=MAX_PINS {
        messages.push(tea.message("oolong", &format!("line {n}")).await);
    }
    for message in &messages[..MAX_PINS - 1] {
        put(&tea, message, true).await;
    }
    let (one, two) = tokio::join!(
        tea.ask("oolong", &tea.ann, pin(&messages[MAX_PINS - 1], true)),
        tea.ask("oolong", &tea.ben, pin(&messages[MAX_PINS], true)),
    );
    assert_eq!([one, two].into_iter().filter(Result::is_ok).count(), 1);
    assert_eq!(pinned(&tea, "oolong").await.len(), MAX_PINS);
}

pub(crate) async fn what_is_not_there_cannot_be_pinned(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let gone = tea.message("oolong", "gone").await;
    tea.ask("oolong", &tea.ann, delete(&gone)).await.expect("one's own");
    let elsewhere = tea.message("elsewhere", "not here").await;
    let nothing = MessageId::parse("nothing").expect("an id");
    for message in [&gone, &elsewhere, &nothing] {
        for on in [true, false] {
            assert_eq!(refusal(tea.ask("oolong", &tea.ann, pin(message, on)).await), Refusal::NoMessage);
        }
    }
    assert_eq!(refusal(tea.ask("nowhere", &tea.ann, pin(&nothing, true)).await), Refusal::NoMessage);
    assert!(pinned(&tea, "oolong").await.is_empty() && pinned(&tea, "nowhere").await.is_empty());
}

pub(crate) async fn pins_are_of_their_group_and_of_one_moment(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let message = tea.message("oolong", "tea at four").await;
    put(&tea, &message, true).await;
    tea.say("oolong", "later").await;
    tea.say("elsewhere", "other").await;
    let pins = tea.store.pins(&group("oolong")).await.expect("it reads");
    let page = tea.all("oolong").await;
    assert_eq!((pins.seq, &pins.epoch), (3, &page.epoch));
    let pin = &pins.pins[0];
    assert_eq!((&pin.message, pin.at, &pin.by), (&message, page.messages[0].at, &tea.ann));
    let elsewhere = tea.store.pins(&group("elsewhere")).await.expect("it reads");
    assert_eq!((elsewhere.seq, elsewhere.pins.len()), (1, 0));
    assert_eq!(tea.store.pins(&group("nowhere")).await.expect("it reads").seq, 0);
}

pub(crate) async fn of_a_long_text_the_beginning_is_read(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let message = tea.message("oolong", &"茶".repeat(100_000)).await;
    put(&tea, &message, true).await;
    assert_eq!(pinned(&tea, "oolong").await, ["茶".repeat(341)], "a KiB, and no half character");
}

pub(crate) async fn whether_anybody_looks_after_a_group_is_known(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    tea.say("oolong", "nobody's").await;
    let led = async |place: &str| tea.store.access(&group(place), None).await.expect("it reads").led;
    assert!(!led("oolong").await && !led("nowhere").await);
    tea.store.set_up(account("ann"), "茶馆", "fresh", "a phone", Some(&tea.ann.id)).await.expect("the first");
    tea.store.create_group(&group("room"), GroupKind::Open, None, None, &tea.ann.id).await.expect("it is free");
    assert!(led("room").await);
    let pair = tea.store.direct(&[tea.ann.id.clone(), tea.ben.id.clone()]).await.expect("done");
    assert!(!tea.store.access(&pair, None).await.expect("it reads").led);
}

pub(crate) async fn what_a_moderator_pins_is_noted(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let message = tea.message("oolong", "tea at four").await;
    put(&tea, &message, true).await;
    put(&tea, &message, false).await;
    let place = group("oolong");
    let log = async || tea.store.audit(Some(&place), None, 10).await.expect("it reads");
    assert_eq!(log().await, [], "anybody may, where nobody looks after it");
    let office = Grant { moderate: true };
    for on in [true, true, false, false, true] {
        tea.store.command(&place, &tea.ben, office, None, pin(&message, on)).await.expect("he may");
    }
    let id = name("c1");
    for _ in 0..2 {
        tea.store.command(&place, &tea.ben, office, Some(&id), pin(&message, false)).await.expect("also a resend");
    }
    tea.store.command(&place, &tea.ben, office, None, pin(&message, true)).await.expect("he may");
    tea.ask("oolong", &tea.ann, delete(&message)).await.expect("one's own");
    let noted = log().await;
    let actions: Vec<_> = noted.iter().rev().map(|entry| entry.action.as_str()).collect();
    assert_eq!(actions, ["pinned", "unpinned", "pinned", "unpinned", "pinned"], "what changes nothing is not");
    assert!(noted.iter().all(|entry| {
        (entry.by.as_ref(), entry.person.as_ref(), entry.detail.as_deref())
            == (Some(&tea.ben), Some(&tea.ann), Some(message.as_str()))
    }));
    let findings = fixture.database().await.check().await.expect("it checks");
    assert!(findings.is_empty(), "{findings:?}");
}
