//! `check` has nothing to say of a sound database, and says of a damaged one what is wrong where.

use std::time::Duration;

use store::{Health, StoreError};

use super::Fixture;
use crate::helpers::{Raw, manage_everything, post, use_everything};

pub(crate) async fn a_database_that_was_used_in_every_way_is_sound(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let findings = || async { fixture.database().await.check().await.expect("it reads") };
    assert_eq!(findings().await, []);
    use_everything(&tea).await;
    manage_everything(&tea).await;
    assert_eq!(findings().await, []);
    fixture.raw().await.run("UPDATE events SET at = at - 3600000 WHERE seq < 4").await;
    fixture.raw().await.run("UPDATE messages SET at = at - 3600000 WHERE seq < 4").await;
    fixture.raw().await.run("UPDATE messages SET edited_at = edited_at - 3600000 WHERE n = 1").await;
    assert_eq!(findings().await, []);
    tea.store.expire(Some(Duration::from_secs(60)), None).await.expect("it goes");
    assert_eq!(findings().await, []);
}

/// (what is done to it, what is undone after, words of the finding)
const DAMAGES: &[(&str, &str)] = &[
    ("DELETE FROM events WHERE grp = 'oolong' AND seq = 3", "group oolong, event 4: the event before it is missing"),
    ("DELETE FROM events WHERE grp = 'oolong' AND seq = 1", "group oolong, event 1: the first event above the floor"),
    ("DELETE FROM events WHERE grp = 'oolong' AND seq = 7", "group oolong, event 7: the group's head has no event"),
    ("UPDATE groups SET head = 6 WHERE id = 'oolong'", "group oolong, event 7: the event lies outside"),
    ("UPDATE groups SET head = 9 WHERE id = 'oolong'", "group oolong, event 9: the group's head has no event"),
    (
        "DELETE FROM messages WHERE grp = 'oolong' AND n = 2",
        "group oolong, message 3: the message before it is missing",
    ),
    ("DELETE FROM messages WHERE grp = 'oolong' AND n = 1", "group oolong, message 1: the first message above"),
    ("DELETE FROM messages WHERE grp = '茶馆'", "an event posted it, but it is missing"),
    ("UPDATE groups SET n = 2 WHERE id = 'oolong'", "group oolong, message 3: the message lies outside"),
    ("UPDATE groups SET n = 4 WHERE id = 'oolong'", "group oolong, message 4: the group's latest message is missing"),
    ("UPDATE messages SET pinned = NULL WHERE grp = 'jasmine'", "its pin is not what the events say"),
    ("UPDATE messages SET pinned = 1 WHERE grp = 'oolong' AND n = 3", "its pin is not what the events say"),
    ("UPDATE messages SET body = 'x' WHERE grp = 'oolong' AND n = 3", "its text is not what the events say"),
    ("UPDATE messages SET deleted = 1 WHERE grp = 'oolong' AND n = 3", "its text is not what the events say"),
    ("UPDATE messages SET changed = 2 WHERE grp = 'oolong' AND n = 2", "its last change is not what the events say"),
    ("UPDATE messages SET edited_at = 2 WHERE grp = 'oolong' AND n = 2", "its time of editing is not"),
    ("UPDATE messages SET author = 'django' WHERE grp = 'oolong' AND n = 2", "its author is not what the events say"),
    ("UPDATE messages SET reply_to = 'x' WHERE grp = 'oolong' AND n = 2", "its answered message is not"),
    ("UPDATE messages SET id = 'x' WHERE grp = 'oolong' AND n = 2", "group oolong, message x: no event posted it"),
    (
        "UPDATE events SET body = 'one' WHERE grp = 'oolong' AND seq = 1",
        "event 4: the deleted text is still in an earlier",
    ),
    ("UPDATE events SET kind = 9 WHERE grp = 'oolong' AND seq = 5", "event 5: its kind is unknown"),
    (
        "UPDATE events SET message = 'x' WHERE grp = 'oolong' AND seq = 5",
        "event 5: it changes a message that was never",
    ),
    ("DELETE FROM reactions", "its reactions is not what the events say"),
    ("UPDATE reactions SET person = 'nobody'", "reaction of nobody to message"),
    ("UPDATE reactions SET message = 'x'", "to message x: its message is missing"),
    ("DELETE FROM groups WHERE id = '茶馆'", "event 茶馆/1: its group is missing"),
    ("UPDATE events SET author = 'nobody' WHERE grp = '茶馆'", "event 茶馆/1: its author is missing"),
    ("UPDATE messages SET author = 'nobody' WHERE grp = '茶馆'", "its author is missing"),
    ("UPDATE read_marks SET seq = 99", "in oolong: its person or group is missing, or it lies past the head"),
    ("UPDATE read_marks SET grp = 'x'", "in x: its person or group is missing"),
    ("UPDATE mentions SET person = 'nobody'", "mention of nobody in message"),
    ("UPDATE mentions SET n = 9", "its message is missing, deleted or not what it says"),
    ("DELETE FROM search_docs", "it is not in the search index"),
    ("UPDATE search_docs SET message = 'x' WHERE doc = (SELECT min(doc) FROM search_docs)", "search, doc"),
    ("DELETE FROM meta WHERE name = 'epoch'", "meta: there is no epoch"),
    ("UPDATE people SET login = NULL WHERE admin = 1", "an account has a login and a password"),
    ("UPDATE people SET colour = 8 WHERE kind = 'guest'", "their colour is none that there is"),
    ("UPDATE people SET admin = 1 WHERE kind = 'guest'", "only an account is an administrator"),
    ("UPDATE sessions SET person = 'nobody'", "its person is missing or closed"),
    ("UPDATE people SET closed_at = 1", "its person is missing or closed"),
    ("UPDATE sessions SET expires_at = 0", "it was shut, and its person is no closed guest"),
    (
        "DELETE FROM sessions; UPDATE links SET token = detail FROM audit WHERE detail IS NOT NULL",
        "its token is no hash",
    ),
    ("UPDATE groups SET kind = 'x' WHERE id = 'room'", "group room: its kind is unknown"),
    (
        "UPDATE groups SET kind = 'direct' WHERE id = 'room'",
        "group room: its kind is unknown, or is not what its people",
    ),
    ("UPDATE members SET role = 'member' WHERE grp = 'room'", "group room: it is private and has no owner"),
    ("DELETE FROM members WHERE role = 'member'", "it is direct and has fewer than two people"),
    ("UPDATE members SET role = 'x'", "its role is unknown"),
    (
        "UPDATE members SET person = 'nobody' WHERE role = 'owner'",
        "member nobody of room: its person or group is missing",
    ),
    ("DELETE FROM groups WHERE id = 'room'", "of room: its person or group is missing"),
    ("UPDATE bans SET grp = 'x'", "from x: its person or group is missing"),
    ("INSERT INTO members SELECT grp, person, 'member', 0 FROM bans", "the person is a member all the same"),
    ("UPDATE links SET grp = NULL", "its kind is unknown, or it leads nowhere"),
    ("UPDATE audit SET by = 'nobody'", "who did it, or to whom, is missing"),
];

pub(crate) async fn each_damage_is_found_and_told(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    use_everything(&tea).await;
    manage_everything(&tea).await;
    tea.store.index_everything().await.expect("it writes");
    tea.store.close().await;
    let (raw, database) = (fixture.raw().await, fixture.database().await);
    keep(&raw).await;
    for (damage, told) in DAMAGES {
        raw.run(damage).await;
        let findings: Vec<_> =
            database.check().await.expect("it reads").iter().map(std::string::ToString::to_string).collect();
        assert!(findings.iter().any(|finding| finding.contains(told)), "{damage}: {findings:#?}");
        put_back(&raw).await;
    }
    assert_eq!(database.check().await.expect("it reads"), []);
}

const TABLES: [&str; 14] = [
    "meta",
    "people",
    "sessions",
    "groups",
    "members",
    "bans",
    "links",
    "audit",
    "events",
    "messages",
    "reactions",
    "read_marks",
    "mentions",
    "search_docs",
];

async fn keep(raw: &Raw) {
    for table in TABLES {
        raw.run(&format!("CREATE TABLE kept_{table} AS SELECT * FROM {table}")).await;
    }
}

async fn put_back(raw: &Raw) {
    for table in TABLES {
        raw.run(&format!("DELETE FROM {table}")).await;
        raw.run(&format!("INSERT INTO {table} SELECT * FROM kept_{table}")).await;
    }
}

pub(crate) async fn a_damaged_group_does_not_stop_the_others(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    use_everything(&tea).await;
    fixture.raw().await.run("UPDATE groups SET head = 2 WHERE id = 'oolong'").await;
    let (one, two, three) = tokio::join!(
        tea.ask("茶馆", &tea.ann, post("one")),
        tea.ask("oolong", &tea.ann, post("two")),
        tea.ask("茶馆", &tea.ann, post("three")),
    );
    assert!(matches!(two, Err(StoreError::Unavailable(_))));
    assert_eq!((one.expect("stored").event.seq, three.expect("stored").event.seq), (2, 3));
    assert_eq!(*tea.store.health().borrow(), Health::Ready);
}
