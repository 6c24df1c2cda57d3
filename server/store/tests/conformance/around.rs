//! The page around a message.

use protocol::MessageId;

use super::Fixture;
use crate::helpers::{Tea, group};

/// The numbers around a message, what they are before, and whether there are older ones.
async fn around(tea: &Tea, message: &MessageId, limit: u32) -> (Vec<u64>, Option<u64>, bool) {
    let found = tea.store.around(&group("oolong"), message, limit).await.expect("it reads").expect("it is there");
    (found.page.messages.iter().map(|message| message.n).collect(), found.before, found.page.more)
}

pub(crate) async fn around_a_message_are_those_before_and_after_it(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let mut ids = Vec::new();
    for n in 1..=20 {
        ids.push(tea.message("oolong", &format!("line {n}")).await);
        tea.say("elsewhere", "numbers of its own").await;
    }
    assert_eq!(around(&tea, &ids[9], 6).await, (vec![7, 8, 9, 10, 11, 12], Some(13), true));
    assert_eq!(around(&tea, &ids[0], 6).await, (vec![1, 2, 3], Some(4), false));
    assert_eq!(around(&tea, &ids[19], 6).await, (vec![15, 16, 17, 18, 19, 20], None, true));
    assert_eq!(around(&tea, &ids[17], 6).await, (vec![15, 16, 17, 18, 19, 20], None, true));
    assert_eq!(around(&tea, &ids[4], 50).await.0.len(), 20);
}

pub(crate) async fn a_message_that_is_not_in_the_group_has_nothing_around_it(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let message = tea.message("elsewhere", "not here").await;
    let nobody = MessageId::parse("nothing").expect("an id");
    tea.say("oolong", "here").await;
    for (place, message) in [("oolong", &message), ("oolong", &nobody), ("nowhere", &message)] {
        assert_eq!(tea.store.around(&group(place), message, 50).await.expect("it reads"), None);
    }
}

pub(crate) async fn around_a_message_it_is_itself_however_long_the_others_are(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let message = tea.message("oolong", "short").await;
    for _ in 0..3 {
        tea.say("oolong", &"x".repeat(200 << 10)).await;
    }
    assert_eq!(around(&tea, &message, 50).await, (vec![1], Some(2), false));
}

/// Which message a moment leads to, by its number.
async fn since(tea: &Tea, place: &str, at: i64) -> Option<u64> {
    let found = tea.store.since(&group(place), at, 6).await.expect("it reads")?;
    found.page.messages.iter().find(|one| one.id == found.message).map(|one| one.n)
}

pub(crate) async fn a_moment_leads_to_the_first_message_since(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    for n in 1..=20 {
        tea.say("oolong", &format!("line {n}")).await;
        tea.say("elsewhere", "moments of its own").await;
    }
    let raw = fixture.raw().await;
    // Two in each hour; the clock went back once, after the eighth.
    raw.run("UPDATE messages SET at = (n / 2) * 3600000 WHERE grp = 'oolong'").await;
    raw.run("UPDATE messages SET at = at - 600000 WHERE grp = 'oolong' AND n = 9").await;
    for (at, n) in [(i64::MIN, 1), (0, 1), (1, 2), (3_600_000, 2), (3_600_001, 4), (36_000_000, 20)] {
        assert_eq!(since(&tea, "oolong", at).await, Some(n), "{at}");
    }
    let found = tea.store.since(&group("oolong"), 18_000_000, 6).await.expect("it reads").expect("there is one");
    let numbers: Vec<_> = found.page.messages.iter().map(|message| message.n).collect();
    assert_eq!((numbers, found.before.is_some()), (vec![7, 8, 9, 10, 11, 12], true));
}

pub(crate) async fn a_moment_after_everything_or_in_an_empty_group_leads_nowhere(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    tea.say("oolong", "here").await;
    assert_eq!(since(&tea, "oolong", i64::MAX).await, None);
    assert_eq!(since(&tea, "nowhere", 0).await, None);
    tea.store.expire(Some(std::time::Duration::ZERO), None).await.expect("it expires");
    assert_eq!(since(&tea, "oolong", 0).await, None);
}
