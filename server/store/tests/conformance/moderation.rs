//! What moderators may, what everybody must wait for, and what a message said before.

use protocol::MessageId;
use store::{Description, Grant, GroupKind, Refusal, Role, StoreError};

use super::Fixture;
use crate::helpers::{Tea, by, delete, edit, group, name, post, refusal};

const MODERATOR: Grant = Grant { moderate: true };
const HOUR: u64 = 3_600_000;

async fn slow(tea: &Tea, slow_ms: u64) {
    let slow = Description { name: None, about: None, slow_ms, kind: Some(GroupKind::Open) };
    tea.store.describe(by(&tea.ann.id), &group("oolong"), slow).await.expect("done");
}

pub(crate) async fn a_moderator_deletes_what_others_said_and_it_is_noted(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let message = tea.message("oolong", "hello").await;
    let place = group("oolong");
    assert_eq!(tea.refused("oolong", &tea.ben, delete(&message)).await, Refusal::NotYours);
    let edited = tea.store.command(&place, &tea.ben, MODERATOR, None, edit(&message, "bye")).await;
    assert_eq!(refusal(edited), Refusal::NotYours, "nobody puts words into another's mouth");
    let id = name("c1");
    let deleted = tea.store.command(&place, &tea.ben, MODERATOR, Some(&id), delete(&message)).await.expect("he may");
    assert_eq!(deleted.event.by, tea.ben);
    let again = tea.store.command(&place, &tea.ben, MODERATOR, Some(&id), delete(&message)).await.expect("a resend");
    assert!(!again.fresh);
    let log = tea.store.audit(Some(&place), None, 10).await.expect("it reads");
    assert_eq!(log.len(), 1);
    assert_eq!((log[0].action.as_str(), log[0].detail.as_deref()), ("deleted", Some(message.as_str())));
    assert_eq!((log[0].by.as_ref(), log[0].person.as_ref()), (Some(&tea.ben), Some(&tea.ann)));
    // One's own is nobody's business.
    let own = tea.message("oolong", "mine").await;
    tea.store.command(&place, &tea.ann, MODERATOR, None, delete(&own)).await.expect("she may");
    assert_eq!(tea.store.audit(Some(&place), None, 10).await.expect("it reads").len(), 1);
    // The log of the whole server has it while everyone may see the group.
    assert_eq!(tea.store.audit(None, None, 10).await.expect("it reads"), log);
    tea.store.join(&place, &tea.ann.id).await.expect("she may");
    tea.store.set_role(by(&tea.ann.id), &place, &tea.ann.id, Role::Owner).await.expect("a member");
    let private = Description { name: None, about: None, slow_ms: 0, kind: Some(GroupKind::Private) };
    tea.store.describe(by(&tea.ann.id), &place, private).await.expect("it has an owner");
    assert_eq!(tea.store.audit(None, None, 10).await.expect("it reads"), []);
    assert_eq!(tea.store.audit(Some(&place), None, 10).await.expect("it reads").len(), 3);
    assert_eq!(fixture.database().await.check().await.expect("it reads"), []);
}

pub(crate) async fn in_slow_mode_everyone_waits_their_turn(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let first = tea.message("oolong", "one").await;
    slow(&tea, HOUR).await;
    let Refusal::TooSoon { wait_ms } = tea.refused("oolong", &tea.ann, post("two")).await else { panic!("not slowed") };
    assert!((HOUR - 60_000..=HOUR).contains(&wait_ms), "{wait_ms}");
    // Others, other groups, other commands and moderators do not.
    tea.ask("oolong", &tea.ben, post("mine")).await.expect("his first");
    tea.ask("elsewhere", &tea.ann, post("two")).await.expect("not slowed");
    tea.ask("oolong", &tea.ann, edit(&first, "one!")).await.expect("not slowed");
    tea.store.command(&group("oolong"), &tea.ann, MODERATOR, None, post("two")).await.expect("not slowed");
    let raw = fixture.raw().await;
    raw.run(&format!("UPDATE messages SET at = at - {HOUR}")).await;
    tea.ask("oolong", &tea.ann, post("three")).await.expect("she has waited");
    assert!(matches!(tea.refused("oolong", &tea.ann, post("four")).await, Refusal::TooSoon { .. }));
    // A clock that was set back makes nobody wait longer than the group's own time.
    raw.run(&format!("UPDATE messages SET at = at + {}", 9 * HOUR)).await;
    assert_eq!(tea.refused("oolong", &tea.ann, post("four")).await, Refusal::TooSoon { wait_ms: HOUR });
    slow(&tea, 0).await;
    tea.ask("oolong", &tea.ann, post("four")).await.expect("not slowed");
}

pub(crate) async fn of_two_posts_at_once_in_slow_mode_one_is_stored(fixture: &impl Fixture) {
    let (one, two) = (fixture.tea().await, Tea::open(&fixture.database().await).await);
    one.ask("oolong", &one.ben, post("hello")).await.expect("stored");
    slow(&one, HOUR).await;
    // In one batch, and on two nodes.
    let (a, b, c) = tokio::join!(
        one.ask("oolong", &one.ann, post("a")),
        one.ask("oolong", &one.ann, post("b")),
        two.ask("oolong", &one.ann, post("c")),
    );
    let answers = [a, b, c];
    let refused = answers
        .iter()
        .filter(|answer| matches!(answer, Err(StoreError::Refused(Refusal::TooSoon { wait_ms: 1.. }))))
        .count();
    assert_eq!((refused, one.all("oolong").await.n), (2, 2), "{answers:?}");
}

pub(crate) async fn a_resend_is_confirmed_in_slow_mode_too(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    tea.say("oolong", "hello").await;
    slow(&tea, HOUR).await;
    let (place, id) = (group("oolong"), name("c1"));
    let first = tea.store.command(&place, &tea.ben, Grant::default(), Some(&id), post("hi")).await.expect("his first");
    let again = tea.store.command(&place, &tea.ben, Grant::default(), Some(&id), post("hi")).await.expect("a resend");
    assert_eq!(first.event, again.event);
}

pub(crate) async fn what_a_message_said_before_can_be_read_until_it_is_deleted(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let message = tea.message("oolong", "one").await;
    let place = group("oolong");
    for body in ["two", "three"] {
        tea.ask("oolong", &tea.ann, edit(&message, body)).await.expect("her own");
    }
    let edits = tea.store.edits(&place, &message).await.expect("it reads");
    assert_eq!(edits.iter().map(|edit| edit.body.as_str()).collect::<Vec<_>>(), ["one", "two", "three"]);
    assert!(edits.is_sorted_by_key(|edit| edit.at));
    assert!(tea.store.edits(&group("x"), &message).await.expect("it reads").is_empty(), "another group's");
    let none = MessageId::parse("none").expect("an id");
    assert!(tea.store.edits(&place, &none).await.expect("it reads").is_empty());
    tea.ask("oolong", &tea.ann, delete(&message)).await.expect("her own");
    assert!(tea.store.edits(&place, &message).await.expect("it reads").is_empty());
}
