//! What search finds is what a naive scan of the readable messages finds, whatever was said, edited and deleted.

use std::time::Duration;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use search::Query;
use store::SearchQuery;

use super::Fixture;
use super::searching::{everything, named};
use crate::helpers::{Tea, delete, edit, post};

const PIECES: &[&str] = &[
    "开",
    "会",
    "项目",
    "进度",
    "か",
    "が",
    "ｶﾞ",
    "な",
    "한",
    "국어",
    "\u{1112}\u{1161}",
    "tea",
    "Teas",
    "run",
    "running",
    "é",
    "e\u{301}",
    "Straße",
    "🍵",
    "👩‍👧",
    " ",
    " ",
    " ",
    "，",
    ".",
    "\0",
    "\"",
    "-",
    "'",
    "ﬁ",
    "㍿",
    "\u{200d}",
    "\u{e081}",
    "\u{e080}",
    "*",
    "(",
    "NOT",
    "OR",
    ":",
    "^",
    "x_1",
    "<@p-1>",
    "<@all>",
    "p",
    "\u{e084}",
];

#[derive(Clone, Debug)]
pub(crate) enum Step {
    Post(usize, bool, String),
    Edit(usize, String),
    Delete(usize),
    Index,
}

fn text(most: usize) -> impl Strategy<Value = String> {
    proptest::collection::vec(proptest::sample::select(PIECES), 0..most).prop_map(|pieces| pieces.concat())
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => step_of(text(8)),
        3 => (any::<usize>(), text(8)).prop_map(|(which, body)| Step::Edit(which, body)),
        2 => any::<usize>().prop_map(Step::Delete),
        1 => Just(Step::Index),
    ]
}

pub(crate) async fn search_finds_what_a_naive_scan_finds(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let mut runner = TestRunner::default();
    for turn in 0..8 {
        let places = [0, 1, 2].map(|at| format!("turn{turn}.{at}").replace('.', "-"));
        let places = places.each_ref().map(String::as_str);
        let steps = proptest::collection::vec(step(), 1..50).new_tree(&mut runner).expect("steps").current();
        play(&tea, &places, &steps).await;
        let asked = proptest::collection::vec(text(4), 40).new_tree(&mut runner).expect("queries").current();
        // Each piece alone is asked for, too.
        for (at, text) in asked.iter().map(String::as_str).chain(PIECES.iter().copied()).enumerate() {
            let Ok(mut query) = Query::parse(text) else { continue };
            compare(&tea, &places, &query, text).await;
            // Somebody is called that, at times.
            let Some(typed) = query.typed().next().filter(|_| at % 4 == turn % 4).map(str::to_owned) else { continue };
            query.also_mentions(&typed, ["p-1", "p-2"]);
            compare(&tea, &places, &query, text).await;
        }
    }
    assert_eq!(fixture.database().await.check().await.expect("it reads"), []);
}

pub(crate) fn step_of(text: impl Strategy<Value = String>) -> impl Strategy<Value = Step> {
    (0..3_usize, any::<bool>(), text).prop_map(|(place, who, body)| Step::Post(place, who, body))
}

pub(crate) async fn play(tea: &Tea, places: &[&str; 3], steps: &[Step]) {
    let mut said = Vec::new();
    for step in steps {
        let command = match step {
            Step::Post(place, ann, body) => Some((places[*place], *ann, post(body))),
            Step::Edit(which, body) => pick(&said, *which).map(|(place, ann, id)| (place, ann, edit(&id, body))),
            Step::Delete(which) => pick(&said, *which).map(|(place, ann, id)| (place, ann, delete(&id))),
            Step::Index => {
                tea.store.index_everything().await.expect("it writes");
                None
            }
        };
        let Some((place, ann, command)) = command else { continue };
        let by = if ann { &tea.ann } else { &tea.ben };
        // Some are refused: what was deleted stays so.
        if let Ok(committed) = tea.ask(place, by, command).await
            && matches!(step, Step::Post(..))
        {
            said.push((place, ann, committed.event.change.message().expect("a message").clone()));
        }
    }
}

fn pick<T: Clone>(said: &[T], which: usize) -> Option<T> {
    said.get(which % said.len().max(1)).cloned()
}

pub(crate) async fn compare(tea: &Tea, places: &[&str; 3], query: &Query, text: &str) {
    let (ben, both) = ([tea.ben.id.clone()], [tea.ann.id.clone(), tea.ben.id.clone()]);
    for (readable, from) in
        [(&places[..], None), (&places[1..], Some(&ben[..])), (&places[..1], None), (&places[1..], Some(&both[..]))]
    {
        let mut expected = Vec::new();
        for place in readable {
            expected.extend(tea.all(place).await.messages);
        }
        expected.retain(|message| {
            !message.deleted && query.matches(&message.body) && from.is_none_or(|from| from.contains(&message.by.id))
        });
        // Ids are given in the order in which messages are stored.
        expected.sort_by(|one, other| other.id.cmp(&one.id));
        let groups = named(readable);
        for patience in [Duration::ZERO, Duration::from_millis(3), Duration::MAX] {
            let (mut found, mut older_than) = (Vec::new(), None);
            loop {
                let search = SearchQuery { from, older_than, limit: 7, patience, ..everything(query, &groups) };
                let hits = tea.store.search(&search).await.expect("it reads");
                assert!(hits.complete);
                found.extend(hits.messages.into_iter().map(|found| found.message));
                older_than = hits.more;
                if older_than.is_none() {
                    break;
                }
            }
            assert_eq!(found, expected, "{text:?} in {readable:?}, {patience:?}");
        }
    }
}
