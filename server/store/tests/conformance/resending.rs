//! A client that does not know whether its command arrived sends it again.

use std::sync::Arc;

use store::{Grant, Refusal, StoreError};

use super::Fixture;
use crate::helpers::{Tea, delete, edit, group, name, post, react};

pub(crate) async fn a_resent_command_is_the_same_event(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let (oolong, id) = (group("oolong"), name("c1"));
    let first = tea.store.command(&oolong, &tea.ann, Grant::default(), Some(&id), post("hello")).await.expect("stored");
    tea.say("oolong", "between").await;
    let again =
        tea.store.command(&oolong, &tea.ann, Grant::default(), Some(&id), post("hello")).await.expect("confirmed");
    assert_eq!((first.fresh, again.fresh), (true, false));
    assert_eq!(first.event, again.event);
    assert_eq!(tea.all("oolong").await.n, 2);
}

pub(crate) async fn two_at_the_same_time_are_one(fixture: &impl Fixture) {
    let tea = Arc::new(fixture.tea().await);
    let mut tasks = tokio::task::JoinSet::new();
    for sender in 0..40 {
        let tea = Arc::clone(&tea);
        tasks.spawn(async move {
            let id = name(&format!("c{}", sender % 4));
            tea.store
                .command(&group("oolong"), &tea.ann, Grant::default(), Some(&id), post("hello"))
                .await
                .expect("stored")
        });
    }
    let all = tasks.join_all().await;
    assert_eq!(all.iter().filter(|committed| committed.fresh).count(), 4);
    assert_eq!(tea.all("oolong").await.n, 4);
}

pub(crate) async fn a_client_id_is_its_authors_own(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    for person in [&tea.ann, &tea.ben] {
        let committed =
            tea.store.command(&group("oolong"), person, Grant::default(), Some(&name("c1")), post("hello")).await;
        assert!(committed.expect("stored").fresh);
    }
}

pub(crate) async fn a_client_id_names_one_command_only(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let message = tea.message("oolong", "first").await;
    let id = name("c1");
    tea.store.command(&group("oolong"), &tea.ann, Grant::default(), Some(&id), post("hello")).await.expect("stored");
    tea.say("sencha", "elsewhere").await;
    let others = [
        ("oolong", post("another")),
        ("sencha", post("hello")),
        ("oolong", edit(&message, "hello")),
        ("oolong", delete(&message)),
        ("oolong", react(&message, "👍", true)),
    ];
    for (place, command) in others {
        let answer = tea.store.command(&group(place), &tea.ann, Grant::default(), Some(&id), command).await;
        assert_eq!(answer, Err(StoreError::Refused(Refusal::Reused)));
    }
}

pub(crate) async fn a_resend_of_what_was_deleted_since_is_still_the_same(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let id = name("c1");
    let first = tea
        .store
        .command(&group("oolong"), &tea.ann, Grant::default(), Some(&id), post("hello"))
        .await
        .expect("stored");
    tea.ask("oolong", &tea.ann, delete(first.event.change.message().expect("one"))).await.expect("one's own");
    let again = tea
        .store
        .command(&group("oolong"), &tea.ann, Grant::default(), Some(&id), post("hello"))
        .await
        .expect("confirmed");
    assert_eq!((again.fresh, again.event.seq, crate::helpers::body(&again.event)), (false, 1, ""));
}

pub(crate) async fn what_was_stored_before_a_restart_is_known_after_it(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let (oolong, id) = (group("oolong"), name("c1"));
    let first = tea.store.command(&oolong, &tea.ann, Grant::default(), Some(&id), post("hello")).await.expect("stored");
    tea.store.close().await;
    let tea = Tea::open(&fixture.database().await).await;
    let again =
        tea.store.command(&oolong, &tea.ann, Grant::default(), Some(&id), post("hello")).await.expect("confirmed");
    assert_eq!((again.fresh, &again.event), (false, &first.event));
}
