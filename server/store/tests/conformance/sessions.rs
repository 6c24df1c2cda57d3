//! Who is signed in, and how that ends.

use std::collections::HashSet;

use store::{PersonKind, Refusal, SessionId};

use super::Fixture;
use crate::helpers::{Tea, account, refusal};

const HOUR: i64 = 3_600_000;

pub(crate) async fn one_person_has_many_sessions_and_ends_each(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let phone = tea.store.sign_in(&tea.ann.id, None, "phone", "a phone").await.expect("she may");
    assert_eq!((&phone.person, phone.kind, phone.admin, phone.closed), (&tea.ann, PersonKind::Guest, false, false));
    let sessions = tea.store.sessions(&tea.ann.id).await.expect("it reads");
    let mut devices: Vec<_> = sessions.iter().map(|session| session.device.as_str()).collect();
    devices.sort_unstable();
    assert_eq!(devices, ["a browser", "a phone"]);

    assert_eq!(tea.store.revoke(&tea.ben.id, &phone.session).await.expect("done"), [], "it is not his");
    assert!(tea.store.who("phone").await.expect("it reads").is_some());
    let ended = tea.store.revoke(&tea.ann.id, &phone.session).await.expect("done");
    assert_eq!(ended, [phone.session]);
    assert_eq!(tea.store.who("phone").await.expect("it reads"), None);
    assert!(tea.store.who("ann's token").await.expect("it reads").is_some());
}

pub(crate) async fn all_others_end_at_once(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let phone = tea.store.sign_in(&tea.ann.id, None, "phone", "a phone").await.expect("she may");
    tea.store.sign_in(&tea.ann.id, None, "desk", "a desk").await.expect("she may");
    let ended = tea.store.revoke_all(&tea.ann.id, Some(&phone.session)).await.expect("done");
    assert_eq!(ended.len(), 2);
    assert!(!ended.contains(&phone.session));
    assert!(tea.store.who("phone").await.expect("it reads").is_some());
    assert_eq!(tea.store.revoke_all(&tea.ann.id, None).await.expect("done"), [phone.session]);
    assert!(tea.store.who("ben's token").await.expect("it reads").is_some(), "somebody else");
}

pub(crate) async fn an_ended_session_is_nobody(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let who = tea.store.who("ann's token").await.expect("it reads").expect("Ann");
    let ben = tea.store.who("ben's token").await.expect("it reads").expect("Ben");
    let both = [who.session.clone(), ben.session.clone(), SessionId::parse("never").expect("an id")];
    assert_eq!(
        tea.store.alive(&both).await.expect("it reads"),
        HashSet::from([who.session.clone(), ben.session.clone()])
    );
    tea.store.sign_out(&who.session).await.expect("done");
    assert_eq!(tea.store.who("ann's token").await.expect("it reads"), None);
    assert_eq!(tea.store.alive(&both).await.expect("it reads"), HashSet::from([ben.session]));
    assert!(tea.store.alive(&[]).await.expect("it reads").is_empty());
}

pub(crate) async fn an_expired_session_is_nobody(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let who = tea.store.who("ann's token").await.expect("it reads").expect("Ann");
    fixture.raw().await.run("UPDATE sessions SET expires_at = 1").await;
    assert_eq!(tea.store.who("ann's token").await.expect("it reads"), None);
    assert!(tea.store.alive(&[who.session]).await.expect("it reads").is_empty());
    assert!(tea.store.sessions(&tea.ann.id).await.expect("it reads").is_empty());
    let again = tea.store.add_guest("Ann", "ann's token", "").await.expect("somebody new");
    assert_ne!(again.person.id, tea.ann.id);
}

pub(crate) async fn a_session_that_is_seen_lasts(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let ann = tea.store.sign_up(account("ann"), "fresh", "", None, None).await.expect("an account");
    let raw = fixture.raw().await;
    raw.run(&format!("UPDATE sessions SET seen_at = seen_at - {}, expires_at = expires_at - {}", 2 * HOUR, 2 * HOUR))
        .await;
    let before = tea.store.who("fresh").await.expect("it reads").expect("Ann");
    // What is noted is not waited for, but stands before what is asked next.
    tea.store.rename(&ann.person.id, "Ann").await.expect("known");
    let after = tea.store.who("fresh").await.expect("it reads").expect("Ann");
    assert!(after.seen_at >= before.seen_at + 2 * HOUR, "{} {}", before.seen_at, after.seen_at);
    let year = "SELECT min(expires_at - seen_at) FROM sessions WHERE device = ";
    let blob = if raw.is_sqlite() { "x''" } else { "''" };
    assert_eq!(raw.count(&format!("{year}{blob}")).await, 365 * 24 * HOUR);
}

pub(crate) async fn a_token_of_somebody_else_signs_nobody_in(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    assert_eq!(refusal(tea.store.sign_in(&tea.ann.id, None, "ben's token", "").await), Refusal::Taken);
    assert_eq!(tea.store.who("ben's token").await.expect("it reads").expect("Ben").person, tea.ben);
    let nobody = protocol::PersonId::parse("nobody").expect("an id");
    assert_eq!(refusal(tea.store.sign_in(&nobody, None, "fresh", "").await), Refusal::NoPerson);
}

pub(crate) async fn two_nodes_that_add_one_token_add_one_person(fixture: &impl Fixture) {
    let (one, two) = (fixture.tea().await, Tea::open(&fixture.database().await).await);
    for turn in 0..10 {
        let token = format!("token {turn}");
        let (one, two) = tokio::join!(one.store.add_guest("One", &token, ""), two.store.add_guest("Two", &token, ""));
        assert_eq!(one.expect("a guest"), two.expect("a guest"));
    }
    // Django's, Ann and Ben.
    assert_eq!(fixture.raw().await.count("SELECT count(*) FROM people").await, 13);
}
