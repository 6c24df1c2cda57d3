//! What each command does, and when it is refused.

use protocol::{Change, MessageId, PersonId, Reaction};
use store::{Command, Refusal};

use super::Fixture;
use crate::helpers::{delete, edit, group, post, react};

pub(crate) async fn a_post_is_the_first_event_and_the_first_message(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let event = tea.say("oolong", "hello").await;
    assert_eq!((event.seq, &event.by), (1, &tea.ann));
    let page = tea.all("oolong").await;
    assert_eq!((page.seq, page.n, page.more), (1, 1, false));
    let [message] = &page.messages[..] else { panic!("one message") };
    assert_eq!((message.seq, message.n, message.changed, message.at), (1, 1, 1, event.at));
    assert_eq!((&*message.body, &message.by, message.deleted), ("hello", &tea.ann, false));
    assert_eq!(Some(&message.id), event.change.message());
}

pub(crate) async fn a_body_comes_back_to_the_byte(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let every: String = ('\0'..=char::MAX).step_by(101).collect();
    let bodies =
        ["\0", "a\0b\0", "茶\u{0301}\u{202e}\r\n\t'\"\\$1 ?", "\u{ffff}\u{10ffff}", &every, &"茶\0x".repeat(209_715)];
    for body in bodies {
        tea.say("oolong", body).await;
        let page = tea.store.newest(&group("oolong"), 1).await.expect("it reads");
        assert!(page.messages[0].body == body, "{:?}… differs in the page", body.chars().take(9).collect::<String>());
        let events = tea.events("oolong", page.seq - 1).await;
        assert!(crate::helpers::body(&events[0]) == body, "it differs in the event");
    }
}

pub(crate) async fn an_edit_changes_the_text_and_says_when(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let message = tea.message("oolong", "hallo").await;
    let edited = tea.ask("oolong", &tea.ann, edit(&message, "hello")).await.expect("one's own");
    let page = tea.all("oolong").await;
    assert_eq!((page.seq, page.n), (2, 1));
    let found = &page.messages[0];
    assert_eq!((&*found.body, found.seq, found.changed, found.edited_at), ("hello", 1, 2, Some(edited.event.at)));
}

pub(crate) async fn a_deletion_leaves_a_place_and_no_text_anywhere(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let message = tea.message("oolong", "SECRET one").await;
    tea.ask("oolong", &tea.ann, edit(&message, "SECRET two")).await.expect("one's own");
    tea.ask("oolong", &tea.ben, react(&message, "👍", true)).await.expect("anyone may");
    tea.say("oolong", "kept").await;
    tea.ask("oolong", &tea.ann, delete(&message)).await.expect("one's own");

    let page = tea.all("oolong").await;
    let found = &page.messages[0];
    assert_eq!((&*found.body, found.deleted, found.n, found.changed), ("", true, 1, 5));
    assert!(found.reactions.is_empty());
    assert_eq!(page.messages[1].body, "kept");
    assert!(!format!("{:?}", tea.events("oolong", 0).await).contains("SECRET"));
    let raw = fixture.raw().await;
    for table in ["events", "messages"] {
        let sql = format!("SELECT count(*) FROM {table} WHERE length(body) > 4");
        assert_eq!(raw.count(&sql).await, 0, "{table} still holds it");
    }
}

pub(crate) async fn what_was_edited_and_deleted_in_one_batch_leaves_no_text(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let message = tea.message("oolong", "SECRET one").await;
    let (edited, deleted) = tokio::join!(
        tea.ask("oolong", &tea.ann, edit(&message, "SECRET two")),
        tea.ask("oolong", &tea.ann, delete(&message)),
    );
    edited.expect("it came first");
    deleted.expect("it came second");
    assert_eq!(fixture.raw().await.count("SELECT count(*) FROM events WHERE length(body) > 0").await, 0);
    assert_eq!(tea.all("oolong").await.messages[0].edited_at, None);
}

pub(crate) async fn a_reaction_is_put_and_taken_back(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let message = tea.message("oolong", "hello").await;
    tea.ask("oolong", &tea.ben, react(&message, "👍\0", true)).await.expect("anyone may");
    let found = &tea.all("oolong").await.messages[0];
    assert_eq!(found.reactions, [Reaction { emoji: "👍\0".to_owned(), people: vec![tea.ben.clone()] }]);
    assert_eq!(found.changed, 2);
    tea.ask("oolong", &tea.ben, react(&message, "👍\0", false)).await.expect("one's own");
    assert!(tea.all("oolong").await.messages[0].reactions.is_empty());
}

pub(crate) async fn reactions_keep_the_order_in_which_they_came(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let message = tea.message("oolong", "hello").await;
    let shown = async || {
        let found = tea.all("oolong").await.messages.remove(0);
        found.reactions.iter().map(|r| format!("{} {}", r.emoji, r.people[0].name)).collect::<Vec<_>>()
    };
    // The first emoji stays first though the first to put it goes; the second goes altogether and comes back as the last.
    for (emoji, on, by) in
        [("👍", true, &tea.ann), ("🍵", true, &tea.ben), ("👍", true, &tea.ben), ("👍", false, &tea.ann)]
    {
        tea.ask("oolong", by, react(&message, emoji, on)).await.expect("anyone may");
    }
    assert_eq!(shown().await, ["👍 Ben", "🍵 Ben"]);
    for (emoji, on, by) in [("☕", true, &tea.ann), ("🍵", false, &tea.ben), ("🍵", true, &tea.ann)] {
        tea.ask("oolong", by, react(&message, emoji, on)).await.expect("anyone may");
    }
    assert_eq!(shown().await, ["👍 Ben", "☕ Ann", "🍵 Ann"]);
}

pub(crate) async fn a_message_takes_50_different_emoji_and_anybody_may_put_each(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let message = tea.message("oolong", "hello").await;
    let emoji = |n: u32| char::from_u32(0x1f600 + n).expect("an emoji").to_string();
    for n in 0..50 {
        tea.ask("oolong", &tea.ben, react(&message, &emoji(n), true)).await.expect("there is room");
    }
    let one_more = tea.ask("oolong", &tea.ann, react(&message, &emoji(50), true)).await;
    assert_eq!(one_more, Err(Refusal::TooManyEmoji.into()));
    tea.ask("oolong", &tea.ann, react(&message, &emoji(7), true)).await.expect("it is there already");
    tea.ask("oolong", &tea.ann, react(&message, &emoji(50), false)).await.expect("it changes nothing");
    tea.ask("oolong", &tea.ben, react(&message, &emoji(0), false)).await.expect("one's own");
    tea.ask("oolong", &tea.ann, react(&message, &emoji(50), true)).await.expect("there is room again");
    let found = &tea.all("oolong").await.messages[0].reactions;
    let shown: Vec<_> = found.iter().map(|one| (one.emoji.clone(), one.people.len())).collect();
    let expected = (1..=50).map(|n| (emoji(n), if n == 7 { 2 } else { 1 }));
    assert_eq!(shown, expected.collect::<Vec<_>>(), "each keeps its place");
}

pub(crate) async fn a_reaction_that_changes_nothing_is_confirmed(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let message = tea.message("oolong", "hello").await;
    for (on, seq) in [(false, 2), (true, 3), (true, 4)] {
        let committed = tea.ask("oolong", &tea.ben, react(&message, "👍", on)).await.expect("anyone may");
        assert_eq!((committed.event.seq, committed.fresh), (seq, true));
    }
    assert_eq!(tea.all("oolong").await.messages[0].reactions[0].people, std::slice::from_ref(&tea.ben));
}

pub(crate) async fn an_answer_names_what_it_answers(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let message = tea.message("oolong", "tea?").await;
    tea.ask("oolong", &tea.ann, delete(&message)).await.expect("one's own");
    let answer = Command::Post { body: "yes".to_owned(), reply_to: Some(message.clone()) };
    let committed = tea.ask("oolong", &tea.ben, answer).await.expect("even to a deleted one");
    assert!(matches!(&committed.event.change, Change::Posted { reply_to, .. } if *reply_to == Some(message.clone())));
    assert_eq!(tea.all("oolong").await.messages[1].reply_to, Some(message));
}

pub(crate) async fn only_the_author_edits_and_deletes(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let message = tea.message("oolong", "hello").await;
    for command in [edit(&message, "bye"), delete(&message)] {
        assert_eq!(tea.refused("oolong", &tea.ben, command).await, Refusal::NotYours);
    }
    assert_eq!(tea.all("oolong").await.seq, 1);
}

pub(crate) async fn nothing_is_done_to_a_message_that_is_not_there(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    tea.say("oolong", "hello").await;
    let message = MessageId::parse("nowhere").expect("an id");
    let answer = Command::Post { body: "yes".to_owned(), reply_to: Some(message.clone()) };
    for command in [edit(&message, "bye"), delete(&message), react(&message, "👍", true), answer] {
        assert_eq!(tea.refused("oolong", &tea.ann, command).await, Refusal::NoMessage);
    }
    assert_eq!(tea.all("oolong").await.seq, 1);
}

pub(crate) async fn nothing_is_done_to_a_message_that_was_deleted(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let message = tea.message("oolong", "hello").await;
    tea.ask("oolong", &tea.ann, delete(&message)).await.expect("one's own");
    for command in [edit(&message, "bye"), delete(&message), react(&message, "👍", true)] {
        assert_eq!(tea.refused("oolong", &tea.ann, command).await, Refusal::NoMessage);
    }
}

pub(crate) async fn a_message_of_another_group_is_not_there(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let message = tea.message("oolong", "hello").await;
    tea.say("sencha", "hello").await;
    for command in [edit(&message, "bye"), delete(&message), react(&message, "👍", true)] {
        assert_eq!(tea.refused("sencha", &tea.ann, command).await, Refusal::NoMessage);
    }
}

pub(crate) async fn a_stranger_to_the_database_is_refused(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let stranger = protocol::Person::new(PersonId::parse("stranger").expect("an id"), "Eve");
    assert_eq!(tea.refused("oolong", &stranger, post("hello")).await, Refusal::NoPerson);
}

pub(crate) async fn one_refusal_among_many_refuses_no_other(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let message = tea.message("oolong", "hello").await;
    let (one, two, three, four) = tokio::join!(
        tea.ask("oolong", &tea.ann, post("one")),
        tea.ask("oolong", &tea.ben, delete(&message)),
        tea.ask("sencha", &tea.ben, edit(&message, "\0")),
        tea.ask("oolong", &tea.ben, post("four")),
    );
    assert_eq!((one.expect("stored").event.seq, four.expect("stored").event.seq), (2, 3));
    assert!(two.is_err() && three.is_err());
}
