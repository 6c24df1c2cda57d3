//! What is said is found, by those who may read it, and what is not said any more is not.

use std::time::Duration;

use protocol::GroupId;
use search::Query;
use store::{Cursor, Hits, SearchQuery};

use super::Fixture;
use crate::helpers::{Tea, delete, edit, group, post, react};

/// Asked in these groups for everything.
pub(crate) async fn look(tea: &Tea, groups: &[&str], text: &str) -> Hits {
    let (query, groups) = (asked(text), named(groups));
    tea.store.search(&everything(&query, &groups)).await.expect("it reads")
}

pub(crate) fn asked(text: &str) -> Query {
    Query::parse(text).expect("a query")
}

pub(crate) fn named(groups: &[&str]) -> Vec<GroupId> {
    groups.iter().map(|id| group(id)).collect()
}

pub(crate) const fn everything<'a>(query: &'a Query, groups: &'a [GroupId]) -> SearchQuery<'a> {
    SearchQuery {
        query,
        groups,
        from: None,
        before: None,
        after: None,
        older_than: None,
        limit: 100,
        patience: Duration::MAX,
    }
}

async fn bodies(tea: &Tea, groups: &[&str], text: &str) -> Vec<String> {
    look(tea, groups, text).await.messages.into_iter().map(|found| found.message.body).collect()
}

pub(crate) async fn indexed(tea: &Tea) {
    tea.store.index_everything().await.expect("it writes");
}

/// The index is made anew, as of a database that was there before it.
async fn begun_anew(fixture: &impl Fixture, tea: Tea) -> Tea {
    tea.store.close().await;
    fixture.raw().await.run("UPDATE meta SET value = '0' WHERE name = 'search_version'").await;
    fixture.tea().await
}

/// (said, asked)
const EXAMPLES: &[(&str, &[&str])] = &[
    ("明天开会，看看项目进度。", &["开会", "项目进度", "会", "进度", "开会 项目", "\"看看项目\"", "「开会」"]),
    ("用Rust和WASM写的", &["Rust和WASM", "rust", "WASM", "和", "用Rust"]),
    ("ひらがなとかな、カタカナ", &["かな", "カナ", "ｶﾀｶﾅ", "な"]),
    ("한국어를 배워요", &["한국어", "배워요", "어"]),
    ("Two cups of TEA, she's running", &["tea", "cup", "run", "\"two cups\"", "she's", "tea -coffee"]),
    ("Café Straße ½ a\0b", &["CAFE\u{301}", "strasse", "a", "b"]),
    ("don't foo_bar 3.14 a-b 🍵", &["don't", "foo_bar", "3.14", "a-b", "🍵", "don’t"]),
    (
        concat!("x", "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy"),
        &[concat!("x", "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy")],
    ),
];

pub(crate) async fn what_was_said_is_found_at_once_and_from_the_index(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    for (said, _) in EXAMPLES {
        tea.say("oolong", said).await;
    }
    for from_index in [false, true] {
        if from_index {
            indexed(&tea).await;
            assert_eq!(fixture.raw().await.count("SELECT count(*) FROM search_docs WHERE indexed = 0").await, 0);
        }
        for (said, asked) in EXAMPLES {
            for text in *asked {
                let found = bodies(&tea, &["oolong"], text).await;
                assert!(found.iter().any(|body| body == said), "{text} in {said}, index {from_index}: {found:?}");
            }
        }
        for text in ["进度项目", "会开", "\"cups two\"", "ea", "coffee", "和Rust", "明天开会 coffee"] {
            assert_eq!(bodies(&tea, &["oolong"], text).await, Vec::<String>::new(), "{text}");
        }
    }
}

pub(crate) async fn nothing_is_found_outside_the_groups_that_are_named(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    for place in ["oolong", "Oolong", "茶馆", "a-b"] {
        tea.say(place, &format!("tea in {place}")).await;
    }
    for _ in 0..2 {
        assert_eq!(bodies(&tea, &["茶馆"], "tea").await, ["tea in 茶馆"]);
        assert_eq!(bodies(&tea, &["oolong"], "tea").await, ["tea in oolong"]);
        assert_eq!(bodies(&tea, &["a-b", "oolong"], "tea").await, ["tea in a-b", "tea in oolong"]);
        assert_eq!(bodies(&tea, &["nowhere"], "tea").await, Vec::<String>::new());
        assert_eq!(bodies(&tea, &[], "tea").await, Vec::<String>::new());
        indexed(&tea).await;
    }
    let many: Vec<String> = (0..400).map(|at| format!("group{at}")).chain(["茶馆".to_owned()]).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    assert_eq!(bodies(&tea, &many, "tea").await, ["tea in 茶馆"]);
}

pub(crate) async fn what_is_not_said_is_a_query_in_however_many_groups(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    for said in ["tea", "coffee"] {
        tea.say("oolong", said).await;
    }
    indexed(&tea).await;
    let many: Vec<String> = (0..400).map(|at| format!("group{at}")).chain(["oolong".to_owned()]).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    for groups in [&many[..], &many[300..], &many[400..]] {
        assert_eq!(bodies(&tea, groups, "-tea").await, ["coffee"]);
        assert_eq!(bodies(&tea, groups, "after:2020-01-01").await, ["coffee", "tea"]);
    }
}

pub(crate) async fn a_person_and_a_time_narrow_it_down(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    for (by, body) in [(&tea.ann, "tea one"), (&tea.ben, "tea two"), (&tea.ann, "tea three"), (&tea.ben, "tea four")] {
        tea.ask("oolong", by, post(body)).await.expect("stored");
    }
    let day = 86_400_000;
    let days = format!(
        "UPDATE messages SET at = CAST({day} AS bigint) * (CASE n WHEN 1 THEN 10 WHEN 2 THEN 30 WHEN 3 THEN 20 ELSE 40 END)"
    );
    fixture.raw().await.run(&days).await;
    let tea = begun_anew(fixture, tea).await;
    indexed(&tea).await;
    let (query, groups) = (asked("tea"), named(&["oolong"]));
    let all = everything(&query, &groups);
    let (ann, both) = ([tea.ann.id.clone()], [tea.ann.id.clone(), tea.ben.id.clone()]);
    for (narrowed, expected) in [
        (SearchQuery { from: Some(&ann), ..all }, &["tea three", "tea one"][..]),
        (SearchQuery { from: Some(&both), ..all }, &["tea four", "tea three", "tea two", "tea one"]),
        (SearchQuery { from: Some(&[]), ..all }, &[]),
        (SearchQuery { before: Some(30 * day), ..all }, &["tea three", "tea one"]),
        (SearchQuery { after: Some(20 * day), ..all }, &["tea four", "tea three", "tea two"]),
        (SearchQuery { before: Some(40 * day), after: Some(20 * day + 1), ..all }, &["tea two"]),
        (SearchQuery { before: Some(10 * day), ..all }, &[]),
        (SearchQuery { after: Some(41 * day), ..all }, &[]),
        (SearchQuery { before: Some(i64::MIN), after: Some(i64::MAX), ..all }, &[]),
    ] {
        let hits = tea.store.search(&narrowed).await.expect("it reads");
        let found: Vec<_> = hits.messages.iter().map(|found| found.message.body.as_str()).collect();
        assert_eq!(found, expected, "{narrowed:?}");
    }
    let query = asked("from:Ann");
    let hits = tea.store.search(&SearchQuery { from: Some(&ann), ..everything(&query, &groups) }).await;
    assert_eq!(hits.expect("it reads").messages.len(), 2, "a filter alone is a query");
}

pub(crate) async fn pages_go_from_the_newest_back_without_hole_or_repeat(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let mut expected = Vec::new();
    for turn in 0..45 {
        let place = ["oolong", "茶馆", "secret"][turn % 3];
        let said = tea.message(place, &format!("tea {turn}")).await;
        if place != "secret" {
            expected.insert(0, format!("tea {turn}"));
        }
        match turn {
            20 | 30 => indexed(&tea).await,
            // In the index, and waits again: it keeps its place.
            31 => drop(tea.ask(place, &tea.ann, edit(&said, "tea 31")).await.expect("one's own")),
            _ => {}
        }
    }
    let (query, groups) = (asked("tea"), named(&["oolong", "茶馆"]));
    for limit in [1, 4, 100] {
        let (mut found, mut cursor) = (Vec::new(), None::<Cursor>);
        loop {
            let search = SearchQuery { older_than: cursor, limit, ..everything(&query, &groups) };
            let hits = tea.store.search(&search).await.expect("it reads");
            assert!(hits.complete && hits.messages.len() <= limit);
            found.extend(hits.messages.into_iter().map(|found| found.message.body));
            cursor = hits.more;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(found, expected, "{limit} at a time");
    }
}

pub(crate) async fn edits_and_deletions_are_followed_at_once(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    for from_index in [false, true] {
        let said = tea.message("oolong", "first 开会").await;
        tea.ask("oolong", &tea.ben, react(&said, "👍", true)).await.expect("anyone may");
        for (old, new) in [("first 开会", "second 茶"), ("second 茶", "third 会")] {
            if from_index {
                indexed(&tea).await;
            }
            assert_eq!(bodies(&tea, &["oolong"], old).await, [old]);
            tea.ask("oolong", &tea.ann, edit(&said, new)).await.expect("one's own");
            assert_eq!(bodies(&tea, &["oolong"], old).await, Vec::<String>::new());
            assert_eq!(bodies(&tea, &["oolong"], new).await, [new]);
        }
        if from_index {
            indexed(&tea).await;
        }
        let hits = look(&tea, &["oolong"], "third").await;
        assert_eq!(
            hits.messages[0].message,
            tea.all("oolong").await.messages.pop().expect("one"),
            "as a page shows it"
        );
        tea.ask("oolong", &tea.ann, delete(&said)).await.expect("one's own");
        assert_eq!(bodies(&tea, &["oolong"], "third").await, Vec::<String>::new());
        assert_eq!(bodies(&tea, &["oolong"], "from:ann").await, Vec::<String>::new());
        indexed(&tea).await;
        assert_eq!(bodies(&tea, &["oolong"], "third").await, Vec::<String>::new());
        assert_eq!(fixture.raw().await.count("SELECT count(*) FROM search_docs").await, 0);
    }
    assert_eq!(fixture.database().await.check().await.expect("it reads"), []);
}

pub(crate) async fn what_expired_is_not_found(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    for turn in 1..=6 {
        tea.say("oolong", &format!("tea {turn}")).await;
        if turn == 2 {
            indexed(&tea).await;
        }
    }
    tea.say("茶馆", "tea elsewhere").await;
    for table in ["events", "messages"] {
        fixture
            .raw()
            .await
            .run(&format!("UPDATE {table} SET at = at - 3600000 WHERE grp = 'oolong' AND seq < 4"))
            .await;
    }
    tea.store.set_retention(&group("oolong"), Some(Duration::from_secs(60))).await.expect("it is set");
    tea.store.expire(None, None).await.expect("it goes");
    for _ in 0..2 {
        let expected = ["tea elsewhere", "tea 6", "tea 5", "tea 4"];
        assert_eq!(bodies(&tea, &["oolong", "茶馆"], "tea").await, expected);
        indexed(&tea).await;
    }
    assert_eq!(fixture.raw().await.count("SELECT count(*) FROM search_docs").await, 4);
    assert_eq!(fixture.database().await.check().await.expect("it reads"), []);
}

pub(crate) async fn messages_from_before_the_index_are_found_when_it_is_made(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let mut expected = Vec::new();
    for turn in 0..30 {
        let said = tea.message("oolong", &format!("tea {turn}")).await;
        if turn == 7 {
            tea.ask("oolong", &tea.ann, delete(&said)).await.expect("one's own");
        } else {
            expected.insert(0, format!("tea {turn}"));
        }
    }
    indexed(&tea).await;
    let tea = begun_anew(fixture, tea).await;
    // Said before the old ones are indexed, it is newer all the same.
    tea.say("oolong", "tea 30").await;
    expected.insert(0, "tea 30".to_owned());
    let hits = look(&tea, &["oolong"], "tea").await;
    assert!(!hits.complete || hits.messages.len() == 30, "what is not complete says so");
    indexed(&tea).await;
    assert!(look(&tea, &["oolong"], "tea").await.complete);
    assert_eq!(bodies(&tea, &["oolong"], "tea").await, expected);
    assert_eq!(fixture.database().await.check().await.expect("it reads"), []);
}

pub(crate) async fn a_long_message_is_found_by_its_beginning(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let long = format!("begin {} behind", "茶馆开会".repeat(search::MAX_UNITS / 4));
    for _ in 0..3 {
        tea.say("oolong", &long).await;
    }
    for _ in 0..2 {
        assert_eq!(bodies(&tea, &["oolong"], "begin 馆开会茶").await.len(), 3);
        assert_eq!(bodies(&tea, &["oolong"], "behind").await.len(), 0);
        indexed(&tea).await;
    }
}
