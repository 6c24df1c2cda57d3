//! What a PostgreSQL of several nodes may do to us: it goes away and comes back, and others write at the same time.

mod helpers;
mod postgres_server;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use helpers::{Raw, Tea, group, name, post};
use postgres_server::Server;
use store::{Config, Database, Grant, Health, OpenError, Store, StoreError};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

/// Sends again whatever may be sent again, as a client does.
async fn insist(tea: &Tea, place: &str, id: &str) -> bool {
    loop {
        match tea.store.command(&group(place), &tea.ann, Grant::default(), Some(&name(id)), post(id)).await {
            Ok(committed) => return committed.fresh,
            Err(StoreError::Unavailable(_) | StoreError::Busy) => sleep(Duration::from_millis(50)).await,
            Err(error @ StoreError::Refused(_)) => panic!("{id}: {error}"),
        }
    }
}

async fn assert_once(tea: &Tea, place: &str, n: u64) {
    let page = tea.all(place).await;
    let mut bodies: Vec<_> = page.messages.iter().map(|message| message.body.clone()).collect();
    bodies.sort();
    bodies.dedup();
    assert_eq!((bodies.len() as u64, page.n, page.seq), (n, n, n));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_killed_under_load_loses_and_doubles_nothing() {
    let mut server = Server::start_durable().await;
    let tea = Arc::new(Tea::open(&server.database()).await);
    let stored = Arc::new(AtomicU64::new(0));
    let mut tasks = JoinSet::new();
    for sender in 0..20 {
        let (tea, stored) = (Arc::clone(&tea), Arc::clone(&stored));
        tasks.spawn(async move {
            for turn in 0..40 {
                insist(&tea, "oolong", &format!("{sender}.{turn}")).await;
                stored.fetch_add(1, Ordering::Relaxed);
                sleep(Duration::from_millis(5)).await;
            }
        });
    }
    for part in 1..=3 {
        while stored.load(Ordering::Relaxed) < part * 150 {
            sleep(Duration::from_millis(1)).await;
        }
        server.kill();
        server.start_again().await;
    }
    timeout(Duration::from_secs(60), tasks.join_all()).await.expect("it heals");
    assert_once(&tea, "oolong", 800).await;
    assert_eq!(server.database().check().await.expect("it reads"), []);
    let mut last = 0;
    for committed in tea.published().await {
        assert!(committed.event.seq > last, "{} after {last}", committed.event.seq);
        last = committed.event.seq;
    }
}

#[tokio::test]
async fn while_it_is_away_commands_are_told_to_try_again() {
    let mut server = Server::start().await;
    let tea = Tea::open(&server.database()).await;
    tea.say("oolong", "before").await;
    server.kill();
    assert!(matches!(tea.ask("oolong", &tea.ann, post("meanwhile")).await, Err(StoreError::Unavailable(_))));
    let mut health = tea.store.health();
    health.wait_for(|health| *health != Health::Ready).await.expect("the writer lives");
    assert!(tea.store.newest(&group("oolong"), 1).await.is_err());
    server.start_again().await;
    let healed = health.wait_for(|health| *health == Health::Ready);
    timeout(Duration::from_secs(30), healed).await.expect("it heals").expect("the writer lives");
    tea.say("oolong", "after").await;
    assert_eq!(tea.all("oolong").await.messages.last().expect("one").body, "after");
}

#[tokio::test]
async fn a_connection_that_was_cut_while_idle_is_not_noticed() {
    let server = Server::start().await;
    let tea = Tea::open(&server.database()).await;
    for turn in 1..=3 {
        assert_eq!(tea.say("oolong", "hello").await.seq, turn);
        let raw = Raw::postgres(&server.url()).await;
        raw.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'teahouse'").await;
    }
    assert_eq!(tea.all("oolong").await.n, 3);
    assert_eq!(*tea.store.health().borrow(), Health::Ready);
}

#[tokio::test]
async fn a_server_that_is_not_there_is_told_without_the_password() {
    let database = Database::parse("postgres://tea:s3cret@127.0.0.1:1/x").expect("a URL");
    let opened = Store::open(Config::new(database), tokio::sync::mpsc::channel(1).0).await;
    let error = opened.err().expect("nobody is there");
    assert!(matches!(error, OpenError::Unreachable(..)));
    assert!(!format!("{error} {error:?}").contains("s3cret"), "{error:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn any_number_of_nodes_may_start_at_once() {
    let server = Server::start().await;
    let mut tasks = JoinSet::new();
    for _ in 0..8 {
        let database = server.database();
        tasks.spawn(async move {
            let config = Config { readers: 1, ..Config::new(database) };
            let store = Store::open(config, tokio::sync::mpsc::channel(1).0).await.expect("it opens");
            store.epoch().await.expect("it reads")
        });
    }
    let mut epochs = tasks.join_all().await;
    epochs.dedup();
    assert_eq!(epochs.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_nodes_number_without_a_hole_and_never_wait_for_each_other_for_ever() {
    let server = Server::start().await;
    let nodes = [Arc::new(Tea::open(&server.database()).await), Arc::new(Tea::open(&server.database()).await)];
    let mut tasks = JoinSet::new();
    for sender in 0..40_usize {
        let tea = Arc::clone(&nodes[sender % 2]);
        tasks.spawn(async move {
            for turn in 0..15_usize {
                // Each in another order, and some that the other node sends, too.
                let place = format!("group{}", (sender * 7 + turn * 3) % 6);
                insist(&tea, &place, &format!("{sender}.{turn}")).await;
                tea.store.mark_read(&tea.ben.id, &group(&place), 1 + turn as u64);
                if turn % 5 == 0 {
                    tea.store.rename(&tea.ann.id, &format!("Ann {sender}")).await.expect("known");
                    tea.store.join(&group(&place), &tea.ben.id).await.expect("it is open");
                    tea.store.leave(&group(&place), &tea.ben.id).await.expect("he may");
                }
            }
        });
    }
    timeout(Duration::from_secs(60), tasks.join_all()).await.expect("nobody waits for ever");
    assert_eq!(server.database().check().await.expect("it reads"), []);
    let heads = nodes[0].store.heads(&(0..6).map(|at| group(&format!("group{at}"))).collect::<Vec<_>>()).await;
    assert_eq!(heads.expect("it reads").values().map(|head| head.n).sum::<u64>(), 600);
    // Each node hands on its own, each once, in order.
    let mut handed_on = 0;
    for node in &nodes {
        let mut last = HashMap::new();
        for committed in node.published().await {
            let before = last.insert(committed.group.clone(), committed.event.seq).unwrap_or(0);
            assert!(committed.event.seq > before);
            handed_on += 1;
        }
    }
    assert_eq!(handed_on, 600);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_command_sent_to_two_nodes_at_once_is_stored_once() {
    let server = Server::start().await;
    let nodes = [Arc::new(Tea::open(&server.database()).await), Arc::new(Tea::open(&server.database()).await)];
    for turn in 0..30 {
        let id = format!("c{turn}");
        let (one, two) = tokio::join!(insist(&nodes[0], "oolong", &id), insist(&nodes[1], "oolong", &id));
        assert!(one ^ two, "one of them stored it");
    }
    assert_once(&nodes[0], "oolong", 30).await;
}
