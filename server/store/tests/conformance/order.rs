//! Numbers without a hole, and events handed on in their order.

use std::collections::HashMap;
use std::sync::Arc;

use store::{Config, Grant, Store, StoreError};
use tokio::task::JoinSet;

use super::Fixture;
use crate::helpers::{Tea, group, name, post};

const GROUPS: [&str; 3] = ["oolong", "sencha", "茶馆"];

async fn chatter(tea: &Arc<Tea>, senders: usize, posts: usize) {
    let mut tasks = JoinSet::new();
    for sender in 0..senders {
        let tea = Arc::clone(tea);
        tasks.spawn(async move {
            for turn in 0..posts {
                let place = GROUPS[(sender + turn) % GROUPS.len()];
                tea.ask(place, &tea.ben, post(&format!("{sender}:{turn}"))).await.expect("stored");
            }
        });
    }
    tasks.join_all().await;
}

pub(crate) async fn numbers_have_no_hole_whoever_writes_at_the_same_time(fixture: &impl Fixture) {
    let tea = Arc::new(fixture.tea().await);
    chatter(&tea, 50, 6).await;
    for place in GROUPS {
        let page = tea.all(place).await;
        let numbers: Vec<_> = page.messages.iter().map(|message| (message.seq, message.n)).collect();
        let expected: Vec<_> = (1..=page.n).map(|n| (n, n)).collect();
        assert_eq!(numbers, expected);
        assert_eq!((page.seq, page.n), (100, 100));
        let events: Vec<_> = tea.events(place, 0).await.iter().map(|event| event.seq).collect();
        assert_eq!(events, (1..=100).collect::<Vec<_>>());
    }
}

pub(crate) async fn commits_are_handed_on_in_order_and_each_once(fixture: &impl Fixture) {
    let tea = Arc::new(fixture.tea().await);
    chatter(&tea, 20, 9).await;
    let mut last = HashMap::new();
    let published = tea.published().await;
    assert_eq!(published.len(), 180);
    for committed in published {
        let seq = last.entry(committed.group).or_insert(0);
        *seq += 1;
        assert_eq!(committed.event.seq, *seq);
        assert!(committed.fresh);
    }
}

pub(crate) async fn nothing_is_handed_on_twice_for_a_resend(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    for _ in 0..3 {
        tea.store
            .command(&group("oolong"), &tea.ann, Grant::default(), Some(&name("c1")), post("hello"))
            .await
            .expect("stored");
    }
    assert_eq!(tea.published().await.len(), 1);
}

pub(crate) async fn an_epoch_lasts_across_a_restart(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let epoch = tea.store.epoch().await.expect("it reads");
    tea.store.close().await;
    let tea = fixture.tea().await;
    assert_eq!(tea.store.epoch().await.expect("it reads"), epoch);
}

pub(crate) async fn a_full_queue_is_busy_and_stores_nothing(fixture: &impl Fixture) {
    let config = Config { queue: 4, queue_bytes: 1000, ..Config::new(fixture.database().await) };
    let tea = Arc::new(Tea::open_with(config).await);
    let mut tasks = JoinSet::new();
    for body in ["short".to_owned(), "l".repeat(900)].into_iter().cycle().take(60) {
        let tea = Arc::clone(&tea);
        tasks.spawn(async move { tea.ask("oolong", &tea.ann, post(&body)).await });
    }
    let answers = tasks.join_all().await;
    let stored = answers.iter().filter(|answer| answer.is_ok()).count();
    assert!(answers.iter().all(|answer| answer.is_ok() || *answer == Err(StoreError::Busy)));
    assert!((1..60).contains(&stored), "{stored} stored");
    assert_eq!(tea.all("oolong").await.n, stored as u64);
}

pub(crate) async fn what_waits_is_stored_before_closing(fixture: &impl Fixture) {
    let tea = Arc::new(fixture.tea().await);
    tea.say("oolong", "first").await;
    let posts = (0..50).map(|turn| {
        let tea = Arc::clone(&tea);
        async move { tea.ask("oolong", &tea.ann, post(&turn.to_string())).await }
    });
    let mut tasks: JoinSet<_> = posts.collect();
    let first = tasks.join_next().await.expect("one").expect("no panic");
    first.expect("stored");
    tea.store.close().await;
    let stored = 2 + tasks.join_all().await.iter().filter(|answer| answer.is_ok()).count();
    assert!(matches!(tea.ask("oolong", &tea.ann, post("late")).await, Err(StoreError::Unavailable(_))));
    let tea = fixture.tea().await;
    assert_eq!(tea.all("oolong").await.n, stored as u64);
}

pub(crate) async fn nobody_needs_to_listen(fixture: &impl Fixture) {
    let (commits, heard) = tokio::sync::mpsc::channel(1);
    drop(heard);
    let store = Store::open(Config::new(fixture.database().await), commits).await.expect("it opens");
    let ann = store.add_guest("Ann", "token", "a browser").await.expect("a guest").person;
    for _ in 0..3 {
        store.command(&group("oolong"), &ann, Grant::default(), None, post("hello")).await.expect("stored");
    }
}
