//! Pages, replays, heads, read marks, and what has expired.

use std::time::Duration;

use protocol::Epoch;
use store::{Grant, Head, Replay};

use super::Fixture;
use crate::helpers::{Tea, body, edit, group, name, post, react};

pub(crate) async fn a_group_that_nobody_used_is_empty(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let page = tea.all("nowhere").await;
    assert_eq!((page.seq, page.n, page.messages.len(), page.more), (0, 0, 0, false));
    assert!(tea.events("nowhere", 0).await.is_empty());
    assert!(tea.store.heads(&[group("nowhere")]).await.expect("it reads").is_empty());
}

pub(crate) async fn pages_of_two_thousand_messages_have_no_hole_and_no_repeat(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let posts = (1..=2000).map(|n| {
        let tea = &tea;
        async move {
            tea.store
                .command(&group("oolong"), &tea.ann, Grant::default(), Some(&name(&format!("c{n}"))), post("hello"))
                .await
        }
    });
    for posted in futures_all(posts).await {
        posted.expect("stored");
    }
    // Something else takes numbers in between.
    let first = tea.store.before(&group("oolong"), 2, 1).await.expect("it reads").messages.remove(0);
    tea.ask("oolong", &tea.ben, react(&first.id, "👍", true)).await.expect("anyone may");
    tea.say("oolong", "the last").await;

    let mut page = tea.store.newest(&group("oolong"), 50).await.expect("it reads");
    let mut seen: Vec<u64> = Vec::new();
    loop {
        let mut numbers: Vec<_> = page.messages.iter().map(|message| message.n).collect();
        let oldest = page.messages.first().expect("never empty").seq;
        numbers.extend(seen);
        seen = numbers;
        if !page.more {
            break;
        }
        page = tea.store.before(&group("oolong"), oldest, 50).await.expect("it reads");
    }
    assert_eq!(seen, (1..=2001).collect::<Vec<_>>());
}

async fn futures_all<F: Future>(futures: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut waiting: Vec<_> = futures.map(|future| (Box::pin(future), None)).collect();
    std::future::poll_fn(|context| {
        for (future, done) in waiting.iter_mut().filter(|(_, done)| done.is_none()) {
            if let std::task::Poll::Ready(output) = future.as_mut().poll(context) {
                *done = Some(output);
            }
        }
        if waiting.iter().all(|(_, done)| done.is_some()) {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
    waiting.into_iter().filter_map(|(_, done)| done).collect()
}

pub(crate) async fn a_page_is_bounded_in_bytes_but_never_empty(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    for size in [10, 300 << 10, 100 << 10, 100 << 10, 100 << 10] {
        tea.say("oolong", &"x".repeat(size)).await;
    }
    let numbers = async |before: u64| {
        let page = tea.store.before(&group("oolong"), before, 50).await.expect("it reads");
        (page.messages.iter().map(|message| message.n).collect::<Vec<_>>(), page.more)
    };
    assert_eq!(numbers(6).await, (vec![4, 5], true));
    assert_eq!(numbers(4).await, (vec![3], true));
    assert_eq!(numbers(3).await, (vec![2], true));
    assert_eq!(numbers(2).await, (vec![1], false));
}

pub(crate) async fn a_replay_is_all_that_was_missed(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let message = tea.message("oolong", "one").await;
    tea.ask("oolong", &tea.ann, edit(&message, "two")).await.expect("one's own");
    tea.say("oolong", "three").await;
    let missed = tea.events("oolong", 1).await;
    assert_eq!(missed.iter().map(|event| (event.seq, body(event))).collect::<Vec<_>>(), [(2, "two"), (3, "three")]);
    assert!(tea.events("oolong", 3).await.is_empty());
}

pub(crate) async fn a_replay_beyond_the_cap_is_too_far(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    for turn in 0..6 {
        tea.say("oolong", &turn.to_string()).await;
    }
    let after = async |seq| tea.store.after(&group("oolong"), None, seq, 5).await.expect("it reads");
    assert!(matches!(after(1).await, Replay::Events(events) if events.len() == 5));
    assert_eq!(after(0).await, Replay::TooFar);
}

pub(crate) async fn a_long_past_is_read_piece_by_piece(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let epoch = tea.store.epoch().await.expect("it reads");
    for turn in 0..3 {
        tea.say("oolong", &turn.to_string()).await;
    }
    let long = "x".repeat(3 << 20);
    tea.say("oolong", &long).await;
    tea.say("oolong", &long).await;
    let next = async |seq, most| match tea.store.next(&group("oolong"), &epoch, seq, most).await.expect("it reads") {
        Replay::Events(events) => events.iter().map(|event| event.seq).collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    assert_eq!(next(0, 2).await, [1, 2]);
    assert_eq!(next(2, 2).await, [3, 4]);
    assert_eq!(next(3, 2).await, [4], "two of these are too much at a time");
    assert_eq!(next(4, 2).await, [5]);
    assert!(next(5, 2).await.is_empty());
    let future = tea.store.next(&group("oolong"), &epoch, 6, 2).await.expect("it reads");
    assert_eq!(future, Replay::TooFar);
}

pub(crate) async fn a_number_from_the_future_is_too_far(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    tea.say("oolong", "hello").await;
    let replay = tea.store.after(&group("oolong"), None, 2, 500).await;
    assert_eq!(replay.expect("it reads"), Replay::TooFar);
}

pub(crate) async fn a_number_of_another_epoch_is_refused(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    tea.say("oolong", "hello").await;
    let other = Epoch::parse("another").expect("an id");
    let replay = tea.store.after(&group("oolong"), Some(&other), 1, 500).await;
    assert_eq!(replay.expect("it reads"), Replay::Epoch);
    let own = tea.store.epoch().await.expect("it reads");
    let replay = tea.store.after(&group("oolong"), Some(&own), 1, 500).await;
    assert_eq!(replay.expect("it reads"), Replay::Events(Vec::new()));
}

pub(crate) async fn heads_are_where_each_group_stands(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let message = tea.message("oolong", "hello").await;
    tea.ask("oolong", &tea.ben, react(&message, "👍", true)).await.expect("anyone may");
    tea.say("茶馆", "hello").await;
    let heads = tea.store.heads(&[group("oolong"), group("茶馆"), group("nowhere")]).await.expect("it reads");
    assert_eq!(heads.len(), 2);
    assert_eq!(heads[&group("oolong")], Head { seq: 2, n: 1, floor: 0, access: 0 });
    assert_eq!(heads[&group("茶馆")], Head { seq: 1, n: 1, floor: 0, access: 0 });
}

/// Read and unread, after everything that was marked.
async fn standing(tea: &Tea, place: &str) -> (u64, u64) {
    // A mark is written at the latest with the next command.
    tea.say("elsewhere", "flush").await;
    let standings = tea.store.standings(&tea.ben.id, &[group("nowhere"), group(place)]).await.expect("it reads");
    assert_eq!(standings.groups[0].head, 0);
    (standings.groups[1].read, standings.groups[1].unread)
}

pub(crate) async fn unread_counts_messages_alone(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let message = tea.message("oolong", "one").await;
    assert_eq!(standing(&tea, "oolong").await, (0, 1));
    tea.store.mark_read(&tea.ben.id, &group("oolong"), 1);
    assert_eq!(standing(&tea, "oolong").await, (1, 0));
    tea.ask("oolong", &tea.ann, edit(&message, "two")).await.expect("one's own");
    assert_eq!(standing(&tea, "oolong").await, (1, 0));
    tea.say("oolong", "three").await;
    tea.say("oolong", "four").await;
    assert_eq!(standing(&tea, "oolong").await, (1, 2));
    tea.store.mark_read(&tea.ben.id, &group("oolong"), 2);
    assert_eq!(standing(&tea, "oolong").await, (2, 2));
    tea.store.mark_read(&tea.ben.id, &group("oolong"), 3);
    assert_eq!(standing(&tea, "oolong").await, (3, 1));
}

pub(crate) async fn a_read_mark_only_moves_forward(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    for turn in 0..5 {
        tea.say("oolong", &turn.to_string()).await;
    }
    for seq in [3, 1] {
        tea.store.mark_read(&tea.ben.id, &group("oolong"), seq);
    }
    assert_eq!(standing(&tea, "oolong").await, (3, 2));
    tea.store.mark_read(&tea.ben.id, &group("oolong"), 2);
    assert_eq!(standing(&tea, "oolong").await, (3, 2));
}

pub(crate) async fn a_read_mark_never_passes_the_head(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    tea.say("oolong", "hello").await;
    tea.store.mark_read(&tea.ben.id, &group("oolong"), u64::MAX);
    assert_eq!(standing(&tea, "oolong").await, (1, 0));
    tea.say("oolong", "again").await;
    assert_eq!(standing(&tea, "oolong").await, (1, 1));
}

pub(crate) async fn what_expired_cannot_be_resumed(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    age(fixture, &tea).await;
    assert_eq!(tea.store.expire(Some(Duration::from_secs(60)), None).await.expect("it goes"), 3);
    let after = async |seq| tea.store.after(&group("oolong"), None, seq, 500).await.expect("it reads");
    assert_eq!(after(2).await, Replay::Expired);
    assert!(matches!(after(3).await, Replay::Events(events) if events.len() == 2));
}

/// Two old messages and an old reaction; then an edit of an old one and a message, both young.
async fn age(fixture: &impl Fixture, tea: &Tea) {
    let message = tea.message("oolong", "OLD one").await;
    tea.say("oolong", "OLD two").await;
    tea.ask("oolong", &tea.ben, react(&message, "👍", true)).await.expect("anyone may");
    tea.say("sencha", "OLD").await;
    let raw = fixture.raw().await;
    raw.run("UPDATE events SET at = at - 3600000").await;
    raw.run("UPDATE messages SET at = at - 3600000").await;
    tea.ask("oolong", &tea.ann, edit(&message, "OLD one, edited")).await.expect("one's own");
    tea.say("oolong", "young").await;
    // Before the floor there is nothing young; sencha keeps everything.
    tea.store.set_retention(&group("sencha"), Some(Duration::ZERO)).await.expect("it is set");
}

pub(crate) async fn what_expired_is_gone_and_not_unread(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    age(fixture, &tea).await;
    tea.store.expire(Some(Duration::from_secs(60)), Some(&group("oolong"))).await.expect("it goes");
    let page = tea.all("oolong").await;
    assert_eq!((page.seq, page.n, page.more), (5, 3, false));
    assert_eq!(page.messages.iter().map(|message| &*message.body).collect::<Vec<_>>(), ["young"]);
    assert!(!format!("{:?}", tea.events("oolong", 3).await).contains("OLD"), "an edit outlived its message");
    assert_eq!(standing(&tea, "oolong").await, (0, 1));
    assert_eq!(tea.say("oolong", "next").await.seq, 6);
    assert_eq!(tea.store.expire(Some(Duration::from_secs(60)), None).await.expect("nothing is left"), 0);
}

pub(crate) async fn a_groups_own_retention_counts_before_the_servers(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    age(fixture, &tea).await;
    let hour = Some(Duration::from_secs(7200));
    assert_eq!(tea.store.expire(hour, None).await.expect("nothing is that old"), 0);
    assert_eq!(tea.store.expire(None, None).await.expect("nothing is said"), 0);
    tea.store.set_retention(&group("sencha"), Some(Duration::from_secs(60))).await.expect("it is set");
    assert_eq!(tea.store.expire(hour, None).await.expect("sencha's goes"), 1);
    tea.store.set_retention(&group("sencha"), None).await.expect("it is set");
}

pub(crate) async fn a_long_past_expires_piece_by_piece(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let posts = (0..2_100).map(|_| tea.ask("oolong", &tea.ann, post("old")));
    futures_all(posts).await.into_iter().for_each(|posted| drop(posted.expect("stored")));
    fixture.raw().await.run("UPDATE events SET at = at - 3600000; UPDATE messages SET at = at - 3600000").await;
    tea.say("oolong", "young").await;
    assert_eq!(tea.store.expire(Some(Duration::from_secs(60)), None).await.expect("it goes"), 2_100);
    let page = tea.all("oolong").await;
    assert_eq!((page.seq, page.n, page.messages.len(), page.more), (2_101, 2_101, 1, false));
    assert_eq!(fixture.database().await.check().await.expect("it reads"), []);
}
