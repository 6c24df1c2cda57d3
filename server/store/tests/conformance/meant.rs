//! Who is mentioned is found by what they are called: search looks for any of several mentions, on either side of the index.

use super::Fixture;
use super::searching::{asked, everything, indexed, named};

pub(crate) async fn who_is_mentioned_is_found_by_any_of_several_mentions(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    for said in ["<@p1> 开会", "问<@p2>", "小明 开会", "<@p3>", "p1"] {
        tea.say("oolong", said).await;
    }
    let (mut query, groups) = (asked("小明"), named(&["oolong"]));
    query.also_mentions("小明", ["p1", "p2"]);
    let mut both = asked("小明 开会 ben");
    both.also_mentions("小明", ["p1", "p2"]);
    both.also_mentions("ben", ["p1"]);
    let mut without = asked("-小明");
    without.also_mentions("小明", ["p1", "p2"]);
    for _ in 0..2 {
        for (query, expected) in [
            (&query, &["小明 开会", "问<@p2>", "<@p1> 开会"][..]),
            (&both, &["<@p1> 开会"]),
            (&without, &["p1", "<@p3>"]),
        ] {
            let hits = tea.store.search(&everything(query, &groups)).await.expect("it reads");
            let found: Vec<_> = hits.messages.iter().map(|found| found.message.body.as_str()).collect();
            assert_eq!(found, expected, "{query:?}");
        }
        indexed(&tea).await;
    }
}
