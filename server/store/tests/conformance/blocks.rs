//! What is found among many, of which the index looks at a block at a time.

use std::time::Duration;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use search::Query;
use store::SearchQuery;

use super::Fixture;
use super::anything::{compare, play, step_of};
use super::searching::{asked, everything, indexed, named};
use crate::helpers::{Tea, delete, edit};

/// As if others had been said between them, and some before there was an index. In the index afterwards.
async fn spread(fixture: &impl Fixture, tea: &Tea, doc: &str) {
    indexed(tea).await;
    let raw = fixture.raw().await;
    let (clear, terms) = if raw.is_sqlite() {
        ("INSERT INTO search_terms (search_terms) VALUES ('delete-all')", "")
    } else {
        ("SELECT 1", ", terms = NULL")
    };
    raw.run(clear).await;
    raw.run(&format!("UPDATE search_docs SET doc = {doc}, indexed = 0{terms}")).await;
    indexed(tea).await;
}

pub(crate) async fn whoever_has_no_patience_gets_further_with_each_answer(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    for said in ["tea", "tea 茶", "tea 茶"] {
        tea.say("oolong", said).await;
    }
    spread(fixture, &tea, "doc * 100000").await;
    let (query, groups) = (asked("tea -茶"), named(&["oolong"]));
    let (mut answers, mut found, mut older_than) = (0, Vec::new(), None);
    while answers == 0 || older_than.is_some() {
        let search = SearchQuery { older_than, patience: Duration::ZERO, ..everything(&query, &groups) };
        let hits = tea.store.search(&search).await.expect("it reads");
        assert!(hits.complete && hits.more.is_none_or(|more| older_than.is_none_or(|before| more < before)));
        found.extend(hits.messages.into_iter().map(|found| found.message.body));
        (answers, older_than) = (answers + 1, hits.more);
    }
    assert_eq!(found, ["tea"]);
    assert!((2..20).contains(&answers), "{answers}");
    let at_once = tea.store.search(&everything(&query, &groups)).await.expect("it reads");
    assert_eq!((at_once.messages.len(), at_once.more), (1, None));
}

/// Words that nearly everybody says: of what must be looked at little is found.
const COMMON: &[&str] = &["tea", "茶", "left", "right", "的"];

/// Each of these in a text, or in a query with what stands before it.
fn common(signs: &'static [&'static str]) -> impl Strategy<Value = String> {
    proptest::collection::vec(proptest::sample::select(signs), COMMON.len()).prop_map(|signs| {
        let words = signs.iter().zip(COMMON).filter(|(sign, _)| **sign != "no");
        words.map(|(sign, word)| format!("{sign}{word} ")).collect()
    })
}

pub(crate) async fn what_is_left_of_what_everybody_says_is_found_over_many_blocks(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let mut runner = TestRunner::default();
    let places = ["common-0", "common-1", "common-2"];
    let said = step_of(common(&["", "", "", "", "", "no"]));
    let said = proptest::collection::vec(said, 200).new_tree(&mut runner).expect("steps").current();
    play(&tea, &places, &said).await;
    spread(fixture, &tea, "(doc - 100) * 3001 + 500").await;
    let gone = tea.all(places[0]).await.messages;
    for message in gone.iter().step_by(9) {
        tea.ask(places[0], &message.by, delete(&message.id)).await.expect("their own");
    }
    for message in gone.iter().skip(1).step_by(9) {
        tea.ask(places[0], &message.by, edit(&message.id, "tea 茶 left")).await.expect("their own");
    }
    let asked = common(&["", "", "no", "-"]);
    let asked = proptest::collection::vec(asked, 10).new_tree(&mut runner).expect("queries").current();
    for text in asked.iter().map(String::as_str).chain(["tea -茶", "tea 茶 left right 的", "-tea -茶"]) {
        let Ok(query) = Query::parse(text) else { continue };
        compare(&tea, &places, &query, text).await;
    }
    assert_eq!(fixture.database().await.check().await.expect("it reads"), []);
}
