//! kill -9 at any moment, between commit and answer too: everything confirmed is there, once, and all is sound.

mod child;
mod helpers;
mod postgres_server;

use std::collections::HashSet;
use std::time::Duration;

use child::Process;
use helpers::{Directory, Tea, group, name, post};
use postgres_server::Server;
use store::{Database, Grant};

const ROUNDS: u32 = 8;
const SENDERS: usize = 8;

/// Stores until it is killed, and says each confirmed client id.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "a child of the tests"]
async fn stores_until_it_is_killed() {
    let Some(told) = child::told() else { return };
    let (round, database) = told.split_once(' ').expect("two words");
    let tea = std::sync::Arc::new(Tea::open(&Database::parse(database).expect("a database")).await);
    for sender in 0..SENDERS {
        let (tea, round) = (std::sync::Arc::clone(&tea), round.to_owned());
        tokio::spawn(async move {
            for turn in 0.. {
                let id = format!("{round}.{sender}.{turn}");
                tea.store
                    .command(&group("oolong"), &tea.ann, Grant::default(), Some(&name(&id)), post(&id))
                    .await
                    .expect("stored");
                child::say(&id);
            }
        });
    }
    std::future::pending::<()>().await;
}

async fn nothing_confirmed_is_lost(database: &str) {
    let parsed = Database::parse(database).expect("a database");
    let mut confirmed = HashSet::new();
    for round in 0..ROUNDS {
        let mut process = Process::start(&[], "stores_until_it_is_killed", &format!("{round} {database}"));
        confirmed.insert(process.says().await.expect("it stores"));
        // Any moment will do; another one each time.
        tokio::time::sleep(Duration::from_millis(u64::from(37 * round % 150))).await;
        confirmed.extend(process.kill().await);
    }
    assert_eq!(parsed.check().await.expect("it reads"), []);
    let tea = Tea::open(&parsed).await;
    let mut stored = Vec::new();
    let mut before = u64::MAX;
    while before > 1 {
        let page = tea.store.before(&group("oolong"), before, 10_000).await.expect("it reads");
        before = page.messages.first().map_or(0, |message| message.seq);
        stored.extend(page.messages.into_iter().map(|message| message.body));
    }
    let once: HashSet<_> = stored.iter().cloned().collect();
    assert_eq!(once.len(), stored.len(), "something was stored twice");
    assert!(confirmed.is_subset(&once), "lost: {:?}", confirmed.difference(&once).collect::<Vec<_>>());
    // Those whose answer was lost are sent again: they are the same.
    for id in &stored {
        let again = tea
            .store
            .command(&group("oolong"), &tea.ann, Grant::default(), Some(&name(id)), post(id))
            .await
            .expect("known");
        assert!(!again.fresh);
    }
    assert!(stored.len() > ROUNDS as usize);
}

#[tokio::test(flavor = "multi_thread")]
async fn on_sqlite() {
    let directory = Directory::new();
    nothing_confirmed_is_lost(&format!("sqlite:{}", directory.path("teahouse.db").display())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_postgres() {
    let server = Server::start_durable().await;
    nothing_confirmed_is_lost(&server.url()).await;
}
