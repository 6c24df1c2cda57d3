//! Logins and passwords: how accounts begin, change and are closed.

use store::{LinkKind, NewLink, PersonKind, Refusal, Settings, SignUp, StoreError};

use super::Fixture;
use crate::helpers::{Tea, account, group, refusal};

fn link(kind: LinkKind, uses: Option<u32>) -> NewLink {
    NewLink { kind, group: None, person: None, by: None, expires_at: None, uses }
}

pub(crate) async fn of_two_who_set_up_at_once_one_is_the_administrator(fixture: &impl Fixture) {
    let (one, two) = (fixture.tea().await, Tea::open(&fixture.database().await).await);
    assert!(!one.store.is_set_up().await.expect("it reads"));
    one.store.add_link(link(LinkKind::Setup, None), "setup").await.expect("a link");
    let (ann, ben) = tokio::join!(
        one.store.set_up(account("ann"), "Ann's", "a", "", Some(&one.ann.id)),
        two.store.set_up(account("ben"), "Ben's", "b", "", None),
    );
    let (won, lost) = if ann.is_ok() { (ann, ben) } else { (ben, ann) };
    let won = won.expect("one of them");
    assert!(won.admin);
    assert_eq!(refusal(lost), Refusal::Done);
    assert!(two.store.is_set_up().await.expect("it reads"));
    let name = one.store.settings().await.expect("it reads").name.expect("a name");
    assert_eq!(name.to_uppercase(), format!("{}'S", won.person.name));
    assert_eq!(one.store.link("setup").await.expect("it reads"), None, "it is spent");
    assert_eq!(fixture.raw().await.count("SELECT count(*) FROM people WHERE kind = 'account'").await, 1);
}

pub(crate) async fn of_two_who_want_one_login_one_gets_it(fixture: &impl Fixture) {
    let (one, two) = (fixture.tea().await, Tea::open(&fixture.database().await).await);
    for turn in 0..5 {
        let login = format!("tea{turn}");
        // Somebody new, and a guest, whose row is there already.
        let (a, b) = (format!("a{turn}"), format!("b{turn}"));
        let guest = one.store.add_guest("Guest", &format!("g{turn}"), "").await.expect("a guest").person.id;
        let (a, b) = tokio::join!(
            one.store.sign_up(account(&login), &a, "", None, None),
            two.store.sign_up(account(&login), &b, "", Some(&guest), None),
        );
        assert!(a.is_ok() ^ b.is_ok(), "{a:?} {b:?}");
        assert_eq!(refusal(if a.is_ok() { b } else { a }), Refusal::Taken);
    }
    assert_eq!(fixture.database().await.check().await.expect("it reads"), []);
}

pub(crate) async fn a_guest_who_signs_up_stays_who_they_are(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    tea.message("oolong", "hello").await;
    tea.store.join(&group("oolong"), &tea.ann.id).await.expect("it is open");
    tea.store.mark_read(&tea.ann.id, &group("oolong"), 1);
    let who = tea.store.sign_up(account("ann"), "fresh", "a phone", Some(&tea.ann.id), None).await.expect("an account");
    assert_eq!((&who.person.id, who.person.name.as_str(), who.kind), (&tea.ann.id, "ANN", PersonKind::Account));
    assert_eq!(tea.store.who("ann's token").await.expect("it reads"), None, "no session from before");
    let again = tea.store.who("fresh").await.expect("it reads").expect("Ann");
    assert_eq!((&again.person, &again.session), (&who.person, &who.session));
    assert_eq!(tea.all("oolong").await.messages[0].by, who.person);
    let groups = tea.store.groups_of(&who.person.id).await.expect("it reads");
    assert_eq!((groups.len(), groups[0].read, groups[0].unread), (1, 1, 0));

    let found = tea.store.account("ann").await.expect("it reads").expect("an account");
    assert_eq!((found.person, found.password.as_str(), found.closed), (who.person.clone(), "$argon2id$ann", false));
    assert_eq!(tea.store.find_person("Ann").await.expect("it reads"), None, "as it is written");
    // An account is no guest.
    let twice = tea.store.sign_up(account("ann2"), "fresh2", "", Some(&tea.ann.id), None).await;
    assert_eq!(refusal(twice), Refusal::NoPerson);
    assert!(tea.store.account_of(&tea.ben.id).await.expect("it reads").is_none());
}

pub(crate) async fn a_refused_sign_up_changes_nothing(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    tea.store.sign_up(account("ann"), "fresh", "", None, None).await.expect("an account");
    tea.store.add_link(link(LinkKind::Server, Some(1)), "invitation").await.expect("a link");
    let taken = tea.store.sign_up(account("ann"), "b", "", Some(&tea.ben.id), Some("invitation")).await;
    assert_eq!(refusal(taken), Refusal::Taken);
    let theirs = tea.store.sign_up(account("ben"), "ann's token", "", Some(&tea.ben.id), Some("invitation")).await;
    assert_eq!(refusal(theirs), Refusal::Taken);
    let spent = tea.store.sign_up(account("ben"), "b", "", Some(&tea.ben.id), Some("no link")).await;
    assert_eq!(refusal(spent), Refusal::LinkSpent);
    assert_eq!(tea.store.who("ben's token").await.expect("it reads").expect("Ben").kind, PersonKind::Guest);
    assert_eq!(tea.store.link("invitation").await.expect("it reads").expect("a link").uses_left, Some(1));
    tea.store.sign_up(account("ben"), "b", "", Some(&tea.ben.id), Some("invitation")).await.expect("now");
    assert_eq!(tea.store.link("invitation").await.expect("it reads"), None);
}

pub(crate) async fn the_same_sign_up_again_is_the_same_person(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let one = tea.store.sign_up(account("ann"), "fresh", "", None, None).await.expect("an account");
    let two = tea.store.sign_up(account("ann"), "fresh", "", None, None).await.expect("the same");
    assert_eq!(one, two);
}

pub(crate) async fn a_reset_link_sets_a_password_once_and_ends_all_sessions(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let ann = tea.store.sign_up(account("ann"), "fresh", "", None, None).await.expect("an account");
    let reset = NewLink { person: Some(ann.person.id.clone()), ..link(LinkKind::Reset, Some(1)) };
    tea.store.add_link(reset, "reset").await.expect("a link");
    assert_eq!(refusal(tea.store.reset_password("no link", "x").await), Refusal::LinkSpent);
    assert_eq!(tea.store.reset_password("reset", "$new").await.expect("done"), [ann.session]);
    assert_eq!(tea.store.who("fresh").await.expect("it reads"), None);
    assert_eq!(refusal(tea.store.reset_password("reset", "$other").await), Refusal::LinkSpent);
    assert_eq!(tea.store.reset_password("reset", "$new").await.expect("it was done"), [], "a resend is no refusal");
    assert_eq!(tea.store.account("ann").await.expect("it reads").expect("Ann").password, "$new");
    tea.store.set_password(&ann.person.id, "$new", "$mine", None).await.expect("an account");
    assert_eq!(tea.store.account("ann").await.expect("it reads").expect("Ann").password, "$mine");
    assert_eq!(refusal(tea.store.set_password(&tea.ben.id, "", "$his", None).await), Refusal::NoPerson);
}

pub(crate) async fn who_signs_in_with_a_password_that_has_changed_since_is_refused(fixture: &impl Fixture) {
    let (tea, other) = (fixture.tea().await, Tea::open(&fixture.database().await).await);
    let ann = tea.store.sign_up(account("ann"), "fresh", "", None, None).await.expect("an account");
    let (id, mut verified) = (&ann.person.id, tea.store.account("ann").await.expect("it reads").expect("Ann").password);
    for turn in 0..10 {
        let (hash, token) = (format!("$new{turn}"), format!("token {turn}"));
        // Both have compared with the same hash. Whoever is second meets what the first has left.
        let (changed, signed) = tokio::join!(
            tea.store.set_password(id, &verified, &hash, Some(&ann.session)),
            other.store.sign_in(id, Some(&verified), &token, ""),
        );
        let ended = changed.expect("hers");
        match signed {
            Ok(who) => assert_eq!(ended, [who.session]),
            refused => assert_eq!(refusal(refused), Refusal::PasswordChanged),
        }
        assert_eq!(tea.store.who(&token).await.expect("it reads"), None);
        assert_eq!(refusal(tea.store.sign_in(id, Some(&verified), "late", "").await), Refusal::PasswordChanged);
        verified = hash;
    }
    assert_eq!(refusal(tea.store.sign_in(id, None, "late", "").await), Refusal::PasswordChanged, "an account has one");
    assert!(tea.store.who("fresh").await.expect("it reads").is_some(), "the one that stays");
    tea.store.sign_in(id, Some(&verified), "again", "").await.expect("she may");
}

pub(crate) async fn a_password_that_changes_twice_at_once_changes_once(fixture: &impl Fixture) {
    let (one, two) = (fixture.tea().await, Tea::open(&fixture.database().await).await);
    let ann = one.store.sign_up(account("ann"), "fresh", "", None, None).await.expect("an account").person.id;
    let (a, b) = tokio::join!(
        one.store.set_password(&ann, "$argon2id$ann", "$a", None),
        two.store.set_password(&ann, "$argon2id$ann", "$b", None),
    );
    let (kept, lost) = if a.is_ok() { ("$a", b) } else { ("$b", a) };
    assert_eq!(refusal(lost), Refusal::PasswordChanged);
    assert_eq!(one.store.account("ann").await.expect("it reads").expect("Ann").password, kept);
}

pub(crate) async fn who_is_no_administrator_any_more_is_signed_out_in_the_same_step(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let ann = tea.store.set_up(account("ann"), "Tea", "a", "", None).await.expect("the first").person.id;
    let ben = tea.store.sign_up(account("ben"), "b", "", None, None).await.expect("an account");
    assert_eq!(tea.store.set_admin(Some(&ann), "ben", true).await.expect("done"), [], "who is made one stays");
    assert_eq!(tea.store.set_admin(Some(&ann), "ben", false).await.expect("done"), [ben.session]);
    assert_eq!(tea.store.who("b").await.expect("it reads"), None);
    assert_eq!(tea.store.set_admin(Some(&ann), "ben", false).await.expect("nothing to do"), []);
}

pub(crate) async fn a_closed_person_is_nobody_until_they_are_opened(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let admin = tea.store.set_up(account("ann"), "Tea", "a", "", Some(&tea.ann.id)).await.expect("the first");
    let ended = tea.store.close_person(&tea.ann.id, &tea.ben.id, true).await.expect("done");
    assert_eq!(ended.len(), 1);
    assert_eq!(tea.store.who("ben's token").await.expect("it reads"), None);
    assert_eq!(refusal(tea.store.sign_in(&tea.ben.id, None, "again", "").await), Refusal::Banned);
    let kept = tea.store.sign_up(account("ben"), "again", "", Some(&tea.ben.id), None).await;
    assert_eq!(refusal(kept), Refusal::Banned);
    assert_eq!(fixture.database().await.check().await.expect("it reads"), []);
    tea.store.close_person(&tea.ann.id, &tea.ben.id, false).await.expect("done");
    tea.store.sign_in(&tea.ben.id, None, "again", "").await.expect("he may again");
    let log = tea.store.audit(None, None, 10).await.expect("it reads");
    assert_eq!(log.iter().map(|entry| entry.action.as_str()).collect::<Vec<_>>(), ["opened", "closed"]);
    assert_eq!(log[0].by.as_ref().map(|by| &by.id), Some(&admin.person.id));
    assert_eq!(log[0].person.as_ref(), Some(&tea.ben));
    assert_eq!(refusal(tea.store.close_person(&tea.ann.id, &tea.ann.id, true).await), Refusal::LastOwner);
}

pub(crate) async fn a_closed_guests_token_is_nobodys_and_makes_nobody(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let ben = tea.store.who("ben's token").await.expect("it reads").expect("Ben");
    let ended = tea.store.close_person(&tea.ann.id, &tea.ben.id, true).await.expect("done");
    assert_eq!(ended, std::slice::from_ref(&ben.session));
    assert_eq!(tea.store.who("ben's token").await.expect("it reads"), None);
    assert!(tea.store.alive(std::slice::from_ref(&ben.session)).await.expect("it reads").is_empty());
    assert!(tea.store.sessions(&tea.ben.id).await.expect("it reads").is_empty());
    for _ in 0..2 {
        assert_eq!(refusal(tea.store.add_guest("Another", "ben's token", "").await), Refusal::Banned);
    }
    let kept = tea.store.sign_up(account("ben"), "fresh", "", Some(&tea.ben.id), None).await;
    assert_eq!(refusal(kept), Refusal::Banned);
    assert_eq!(fixture.database().await.check().await.expect("it reads"), []);
    // Opened again they are who they were, by the only thing that they are known by.
    tea.store.close_person(&tea.ann.id, &tea.ben.id, false).await.expect("done");
    assert_eq!(tea.store.who("ben's token").await.expect("it reads").expect("Ben").session, ben.session);
    assert_eq!(fixture.database().await.check().await.expect("it reads"), []);
}

pub(crate) async fn somebody_is_left_to_run_the_server(fixture: &impl Fixture) {
    let (tea, other) = (fixture.tea().await, Tea::open(&fixture.database().await).await);
    let ann = tea.store.set_up(account("ann"), "Tea", "a", "", None).await.expect("the first").person.id;
    assert_eq!(refusal(tea.store.set_admin(None, "ann", false).await), Refusal::LastOwner);
    let ben = tea.store.sign_up(account("ben"), "b", "", None, None).await.expect("an account").person.id;
    tea.store.set_admin(None, "ben", true).await.expect("done");
    assert_eq!(refusal(tea.store.set_admin(None, "carl", true).await), Refusal::NoPerson);
    // Each unmakes the other.
    let (one, two) =
        tokio::join!(tea.store.set_admin(Some(&ann), "ben", false), other.store.close_person(&ben, &ann, true));
    assert!(one.is_ok() ^ two.is_ok());
    assert!(tea.store.is_set_up().await.expect("it reads"));
}

pub(crate) async fn people_are_listed_page_by_page(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    tea.store.sign_up(account("ann"), "fresh", "", Some(&tea.ann.id), None).await.expect("an account");
    let first = tea.store.people(None, 1).await.expect("it reads");
    assert_eq!((first.len(), &first[0].person.id, first[0].login.as_deref()), (1, &tea.ann.id, Some("ann")));
    let rest = tea.store.people(Some(&tea.ann.id), 10).await.expect("it reads");
    let kinds: Vec<_> = rest.iter().map(|row| row.kind).collect();
    assert_eq!(kinds, [PersonKind::Guest, PersonKind::Adopted]);
}

pub(crate) async fn people_are_found_however_many_there_are(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let raw = fixture.raw().await;
    let bytes = |text: &str| {
        if raw.is_sqlite() { format!("CAST({text} AS BLOB)") } else { format!("convert_to({text}, 'UTF8')") }
    };
    let name = bytes("'Person ' || CAST(i AS text)");
    // More than are looked at at once, between those who were there and who comes last.
    raw.run(&format!(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500)
        INSERT INTO people (id, name, kind, created_at) SELECT 'zz' || CAST(10000 + i AS text), {name}, 'guest', 0 FROM n"
    ))
    .await;
    let found = async |part: &'static str, after: Option<&protocol::PersonId>, limit| {
        let people = tea.store.find_people(after, limit, |row| row.person.name.contains(part)).await.expect("it reads");
        people.into_iter().map(|row| row.person).collect::<Vec<_>>()
    };
    assert_eq!(found("Person 2500", None, 5).await.len(), 1, "the last of them");
    assert_eq!(found("Ann", None, 5).await, std::slice::from_ref(&tea.ann));
    assert_eq!(found("nobody is called so", None, 5).await, []);
    // All whose number ends so, page by page.
    let (mut last, mut pages) = (None, Vec::new());
    loop {
        let page = found("99", last.as_ref(), 7).await;
        let Some(person) = page.last() else { break };
        last = Some(person.id.clone());
        pages.extend(page.into_iter().map(|person| person.name));
    }
    let expected: Vec<_> =
        (1..=2500).filter(|n: &i32| n.to_string().contains("99")).map(|n| format!("Person {n}")).collect();
    assert_eq!(pages, expected);
}

pub(crate) async fn who_was_seen_when_is_listed(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    tea.store.sign_in(&tea.ann.id, None, "phone", "a phone").await.expect("she may");
    let phone = tea.store.who("phone").await.expect("it reads").expect("Ann").session;
    let raw = fixture.raw().await;
    raw.run(&format!("UPDATE sessions SET seen_at = CASE WHEN id = '{phone}' THEN 7000 ELSE 5000 END")).await;
    let seen = async || {
        let people = tea.store.people(None, 10).await.expect("it reads");
        let seen = |id: &protocol::PersonId| people.iter().find(|row| row.person.id == *id).expect("listed").seen_at;
        (seen(&tea.ann.id), seen(&tea.ben.id), people.last().expect("Django").seen_at)
    };
    assert_eq!(seen().await, (Some(7000), Some(5000), None), "by the last of the browsers");
    tea.store.sign_out(&phone).await.expect("done");
    assert_eq!(seen().await, (Some(5000), Some(5000), None));
}

pub(crate) async fn settings_are_as_they_were_set(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    assert_eq!(tea.store.settings().await.expect("it reads"), Settings::default());
    assert!(tea.store.access(&group("x"), None).await.expect("it reads").guests);
    let settings = Settings { name: Some("茶馆".to_owned()), sign_up: SignUp::Invite, guests: false };
    tea.store.set_settings(&tea.ann.id, settings.clone()).await.expect("done");
    assert_eq!(tea.store.settings().await.expect("it reads"), settings);
    assert!(!tea.store.access(&group("x"), None).await.expect("it reads").guests);
    let nameless = Settings { name: Some("\0".to_owned()), ..settings };
    tea.store.set_settings(&tea.ann.id, nameless).await.expect("done");
    assert_eq!(tea.store.settings().await.expect("it reads").name, None);
}

pub(crate) async fn a_hostile_login_refuses_nobody_else(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let (bad, good, said) = tokio::join!(
        tea.store.sign_up(account("a\0' OR 1"), "one", "\0", None, None),
        tea.store.sign_up(account("ben"), "two", "", None, None),
        tea.ask("oolong", &tea.ann, crate::helpers::post("hello")),
    );
    assert!(matches!(bad, Ok(_) | Err(StoreError::Refused(_))));
    good.expect("an account");
    said.expect("stored");
}
