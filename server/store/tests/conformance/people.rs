//! Who is there.

use protocol::{Person, PersonId};
use store::{DJANGO, Grant, Refusal, StoreError};

use super::Fixture;
use crate::helpers::{account, group, post, react};

pub(crate) async fn a_guest_is_known_by_the_token_alone(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    assert_eq!(tea.store.who("ann's token").await.expect("it reads").map(|who| who.person), Some(tea.ann));
    assert_eq!(tea.store.who("Ann").await.expect("it reads"), None);
}

pub(crate) async fn a_token_is_not_in_the_database(fixture: &impl Fixture) {
    let _tea = fixture.tea().await;
    let raw = fixture.raw().await;
    assert_eq!(raw.count("SELECT count(*) FROM sessions WHERE length(token) = 32").await, 2);
    assert_eq!(raw.count("SELECT count(*) FROM sessions WHERE length(token) <> 32").await, 0);
}

pub(crate) async fn the_same_token_is_the_same_person(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let again = tea.store.add_guest("Somebody", "ann's token", "a browser").await.expect("known").person;
    assert_eq!(again, tea.ann);
}

pub(crate) async fn several_are_called_so_whoever_has_the_login_first(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let twin = tea.store.add_guest("Ann", "a twin's token", "a browser").await.expect("a guest").person;
    let login = tea.store.sign_up(account("ann"), "a third token", "a browser", None, None).await.expect("free").person;
    let called = async |login: &str, name: &str, limit| tea.store.called(login, name, limit).await.expect("it reads");
    assert_eq!(called("ann", "Ann", 9).await, [&login.id, &tea.ann.id, &twin.id].map(Clone::clone));
    assert_eq!(called("ann", "Ann", 2).await, [&login.id, &tea.ann.id].map(Clone::clone));
    assert_eq!(called("ben", "Ben", 9).await, std::slice::from_ref(&tea.ben.id));
    assert_eq!(called("nobody", "nobody", 9).await, []);
}

pub(crate) async fn a_new_name_stands_on_everything_said_before(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let message = tea.message("oolong", "hello").await;
    tea.ask("oolong", &tea.ann, react(&message, "👍", true)).await.expect("anyone may");
    let renamed = tea.store.rename(&tea.ann.id, "安\0").await.expect("known");
    assert_eq!(renamed.name, "安\0");
    let page = tea.all("oolong").await;
    assert_eq!((&page.messages[0].by, &page.messages[0].reactions[0].people[0]), (&renamed, &renamed));
    assert_eq!(tea.events("oolong", 0).await[0].by, renamed);
    // What is said with the old name in hand carries the new one.
    assert_eq!(tea.say("oolong", "again").await.by, renamed);
}

pub(crate) async fn nobody_cannot_be_renamed(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let nobody = PersonId::parse("nobody").expect("an id");
    assert_eq!(tea.store.rename(&nobody, "X").await, Err(StoreError::Refused(Refusal::NoPerson)));
}

pub(crate) async fn a_colour_stands_beside_everything_said_before_until_it_is_taken_back(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let message = tea.message("oolong", "hello").await;
    tea.ask("oolong", &tea.ann, react(&message, "👍", true)).await.expect("anyone may");
    for colour in [Some(7), Some(0), None] {
        tea.store.set_colour(&tea.ann.id, colour).await.expect("known");
        let ann = Person { colour, ..tea.ann.clone() };
        let page = tea.all("oolong").await;
        assert_eq!((&page.messages[0].by, &page.messages[0].reactions[0].people[0]), (&ann, &ann));
        assert_eq!(tea.events("oolong", 0).await[0].by, ann);
        assert_eq!(tea.say("oolong", "again").await.by, ann);
        assert_eq!(tea.store.who("ann's token").await.expect("it reads").map(|who| who.person), Some(ann.clone()));
        assert_eq!(tea.store.rename(&ann.id, "Ann").await, Ok(ann), "a name has nothing to do with it");
    }
}

pub(crate) async fn a_colour_that_there_is_not_is_none(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    tea.store.set_colour(&tea.ann.id, Some(protocol::COLOURS)).await.expect("known");
    assert_eq!(tea.say("oolong", "hello").await.by.colour, None);
    // Whatever a later version has written.
    fixture.raw().await.run("UPDATE people SET colour = 300").await;
    assert_eq!(tea.all("oolong").await.messages[0].by.colour, None);
}

pub(crate) async fn nobody_has_no_colour(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let nobody = PersonId::parse("nobody").expect("an id");
    assert_eq!(tea.store.set_colour(&nobody, Some(1)).await, Err(StoreError::Refused(Refusal::NoPerson)));
}

pub(crate) async fn messages_from_django_have_a_person(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let django = Person::new(PersonId::parse(DJANGO).expect("an id"), "Django");
    tea.store.command(&group("oolong"), &django, Grant::default(), None, post("hello")).await.expect("stored");
    assert_eq!(tea.all("oolong").await.messages[0].by, django);
}

pub(crate) async fn people_are_found_by_login_first_then_by_name_then_by_what_is_alike(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let account = tea.store.sign_up(account("ben"), "a token", "a browser", None, None).await.expect("free").person;
    let alike = tea.store.add_guest("bEN", "another token", "a browser").await.expect("a guest").person;
    let found = async |login, name, limit| {
        let found = tea.store.named(login, name, limit, |name| name.to_lowercase() == "ben").await.expect("it reads");
        found.into_iter().map(|row| row.person.id).collect::<Vec<_>>()
    };
    let all = [account.id.clone(), tea.ben.id.clone(), alike.id];
    assert_eq!(found("ben", "Ben", 9).await, all);
    assert_eq!(found("ben", "Ben", 1).await, [account.id]);
    let ids = [tea.ann.id.clone(), PersonId::parse("nobody").expect("an id")];
    let known = tea.store.people_of(&ids).await.expect("it reads");
    assert_eq!(known.into_iter().map(|row| row.person).collect::<Vec<_>>(), [tea.ann]);
}
