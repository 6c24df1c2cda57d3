//! Whom messages mean: counted of what is unread, and right after edits, deletions and expiry.

use std::time::Duration;

use protocol::{MessageId, Person};
use store::{Command, GroupKind};

use super::Fixture;
use crate::helpers::{Tea, by, delete, edit, group, post};

/// Unread, and those of them that mention the person, in `oolong`; the same in the list of their groups.
async fn counts(tea: &Tea, person: &Person) -> (u64, u64) {
    // A mark is written at the latest with the next command.
    tea.say("elsewhere", "flush").await;
    let standings = tea.store.standings(&person.id, &[group("oolong")]).await.expect("it reads");
    let counts = (standings.groups[0].unread, standings.groups[0].mentions);
    let listed = tea.store.groups_of(&person.id).await.expect("it reads");
    if let Some(listed) = listed.iter().find(|listed| listed.info.id == group("oolong")) {
        assert_eq!((listed.unread, listed.mentions), counts);
    }
    counts
}

fn at(person: &Person) -> String {
    format!("<@{}>", person.id)
}

pub(crate) async fn a_mention_counts_until_it_is_read(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    tea.say("oolong", "tea?").await;
    tea.say("oolong", &format!("{0} {0}, tea?", at(&tea.ben))).await;
    assert_eq!(counts(&tea, &tea.ben).await, (2, 1), "twice in one message is one message");
    assert_eq!(counts(&tea, &tea.ann).await, (2, 0), "somebody else is meant");
    tea.store.mark_read(&tea.ben.id, &group("oolong"), 2);
    assert_eq!(counts(&tea, &tea.ben).await, (0, 0));
    tea.say("oolong", &at(&tea.ben)).await;
    tea.say("other", &at(&tea.ben)).await;
    assert_eq!(counts(&tea, &tea.ben).await, (1, 1), "each group counts its own");
}

pub(crate) async fn everyone_is_meant_but_who_says_it(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    tea.say("oolong", &format!("<@all> and {}", at(&tea.ben))).await;
    assert_eq!((counts(&tea, &tea.ben).await, counts(&tea, &tea.ann).await), ((1, 1), (1, 0)));
    tea.say("oolong", &format!("I, {}", at(&tea.ann))).await;
    assert_eq!(counts(&tea, &tea.ann).await, (2, 0));
    let rows = fixture.raw().await.count("SELECT count(*) FROM mentions").await;
    assert_eq!(rows, 1, "one row for everyone, none for oneself");
}

pub(crate) async fn code_and_strangers_mean_nobody(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let ben = at(&tea.ben);
    for body in [format!("`{ben}`"), format!("```\n{ben} <@all>\n```"), "<@nobody>".to_owned(), "<@a b>".to_owned()] {
        tea.say("oolong", &body).await;
    }
    assert_eq!(counts(&tea, &tea.ben).await, (4, 0));
    assert_eq!(fixture.raw().await.count("SELECT count(*) FROM mentions").await, 0);
}

fn answer(message: &MessageId, body: &str) -> Command {
    Command::Post { body: body.to_owned(), reply_to: Some(message.clone()) }
}

pub(crate) async fn an_answer_means_whoever_it_answers(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let asked = tea.message("oolong", "tea?").await;
    let answers = async |by: &Person, body: &str| {
        let committed = tea.ask("oolong", by, answer(&asked, body)).await.expect("stored");
        committed.event.change.message().expect("a message").clone()
    };
    let yes = answers(&tea.ben, "yes").await;
    assert_eq!((counts(&tea, &tea.ann).await, counts(&tea, &tea.ben).await), ((2, 1), (2, 0)));
    answers(&tea.ann, "and you?").await;
    assert_eq!(counts(&tea, &tea.ann).await, (3, 1), "nobody means themself");
    let both = answers(&tea.ben, &format!("yes, {}", at(&tea.ann))).await;
    assert_eq!(counts(&tea, &tea.ann).await, (4, 2), "one message counts once");
    // It answers whatever it says, until it is deleted; what is answered may be gone.
    tea.ask("oolong", &tea.ben, edit(&both, "no")).await.expect("his own");
    assert_eq!(counts(&tea, &tea.ann).await, (4, 2));
    tea.ask("oolong", &tea.ann, delete(&asked)).await.expect("her own");
    answers(&tea.ben, "oh").await;
    assert_eq!(counts(&tea, &tea.ann).await, (5, 3));
    tea.ask("oolong", &tea.ben, delete(&yes)).await.expect("his own");
    assert_eq!(counts(&tea, &tea.ann).await, (5, 2));
    // In one batch.
    let again = answers(&tea.ben, "well").await;
    let (edited, deleted) =
        tokio::join!(tea.ask("oolong", &tea.ben, edit(&again, "so")), tea.ask("oolong", &tea.ben, delete(&again)));
    edited.and(deleted).expect("his own");
    tea.store.mark_read(&tea.ann.id, &group("oolong"), 3);
    assert_eq!(counts(&tea, &tea.ann).await, (3, 2));
    assert_eq!(fixture.database().await.check().await.expect("it reads"), []);
}

pub(crate) async fn an_answer_means_nobody_who_may_no_longer_read(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let rows = async || fixture.raw().await.count("SELECT count(*) FROM mentions").await;
    let asked = tea.message("oolong", "tea?").await;
    tea.store.ban(by(&tea.ben.id), &group("oolong"), &tea.ann.id).await.expect("done");
    tea.ask("oolong", &tea.ben, answer(&asked, "yes")).await.expect("stored");
    assert_eq!(rows().await, 0, "banned");
    tea.store.unban(by(&tea.ben.id), &group("oolong"), &tea.ann.id).await.expect("done");
    tea.ask("oolong", &tea.ben, answer(&asked, "yes")).await.expect("stored");
    assert_eq!(rows().await, 1);

    let room = group("room");
    tea.store.create_group(&room, GroupKind::Private, None, None, &tea.ben.id).await.expect("it is free");
    tea.store.join(&room, &tea.ann.id).await.expect("done");
    let asked = tea.message("room", "tea?").await;
    tea.ask("room", &tea.ben, answer(&asked, "yes")).await.expect("stored");
    assert_eq!(rows().await, 2, "a member");
    tea.store.remove(by(&tea.ben.id), &room, &tea.ann.id).await.expect("done");
    tea.ask("room", &tea.ben, answer(&asked, "still?")).await.expect("stored");
    assert_eq!(rows().await, 2, "no member any more");
}

pub(crate) async fn an_edit_and_a_deletion_change_who_is_meant(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let (ben, message) = (at(&tea.ben), tea.message("oolong", "tea?").await);
    let says = async |message: &MessageId, body: &str| {
        tea.ask("oolong", &tea.ann, edit(message, body)).await.expect("one's own");
        counts(&tea, &tea.ben).await
    };
    assert_eq!(says(&message, &ben).await, (1, 1));
    assert_eq!(says(&message, "<@all>").await, (1, 1));
    assert_eq!(says(&message, "coffee?").await, (1, 0));
    assert_eq!(says(&message, &ben).await, (1, 1));
    tea.ask("oolong", &tea.ann, delete(&message)).await.expect("one's own");
    assert_eq!(counts(&tea, &tea.ben).await, (1, 0));
    // In one batch.
    let again = tea.message("oolong", &ben).await;
    let (edited, deleted) =
        tokio::join!(tea.ask("oolong", &tea.ann, edit(&again, &ben)), tea.ask("oolong", &tea.ann, delete(&again)));
    edited.and(deleted).expect("one's own");
    assert_eq!(counts(&tea, &tea.ben).await, (2, 0));
    assert_eq!(fixture.database().await.check().await.expect("it reads"), []);
}

pub(crate) async fn what_expired_means_nobody(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    tea.say("oolong", &at(&tea.ben)).await;
    fixture.raw().await.run("UPDATE events SET at = at - 3600000; UPDATE messages SET at = at - 3600000").await;
    tea.say("oolong", &at(&tea.ben)).await;
    assert_eq!(counts(&tea, &tea.ben).await, (2, 2));
    tea.store.expire(Some(Duration::from_secs(60)), Some(&group("oolong"))).await.expect("it goes");
    assert_eq!(counts(&tea, &tea.ben).await, (1, 1));
    assert_eq!(fixture.database().await.check().await.expect("it reads"), []);
}

pub(crate) async fn who_was_away_for_long_costs_no_more(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    for _ in 0..120 {
        tea.ask("oolong", &tea.ann, post("<@all>")).await.expect("stored");
    }
    assert_eq!(counts(&tea, &tea.ben).await, (120, 100));
}
