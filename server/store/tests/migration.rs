//! A database of the first schema becomes one of today's, and who was known by a token still is.

mod helpers;
mod postgres_server;

use helpers::{Directory, Raw, group};
use postgres_server::Server;
use sha2::{Digest, Sha256};
use store::{Config, Database, GroupKind, PersonKind, Store};
use tokio::sync::mpsc::channel;

/// As the first version left it: one guest, one message.
async fn first_schema(raw: &Raw, schema: &str) {
    let token: String = Sha256::digest(b"ann's token").iter().map(|byte| format!("{byte:02x}")).collect();
    let bytes = |hex: &str| if raw.is_sqlite() { format!("x'{hex}'") } else { format!("'\\x{hex}'") };
    let (name, token, body) = (bytes("416e6e"), bytes(&token), bytes("746561"));
    raw.run("CREATE TABLE meta (name TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL)").await;
    raw.run(schema).await;
    raw.run("INSERT INTO meta (name, value) VALUES ('schema', '1'), ('epoch', 'e1')").await;
    raw.run(&format!("INSERT INTO people VALUES ('ann', {name}, 'guest', 7, {token})")).await;
    raw.run("INSERT INTO groups (id, head, n, created_at) VALUES ('oolong', 1, 1, 7)").await;
    raw.run(&format!("INSERT INTO events VALUES ('oolong', 1, 7, 'ann', 'c1', 0, 'm1', 1, {body}, NULL, NULL, NULL)"))
        .await;
    raw.run(&format!("INSERT INTO messages VALUES ('m1', 'oolong', 1, 1, 1, 7, 'ann', {body}, NULL, NULL, 0)")).await;
}

async fn is_todays(database: &Database) {
    let store = Store::open(Config::new(database.clone()), channel(9).0).await.expect("it opens");
    let ann = store.who("ann's token").await.expect("it reads").expect("Ann");
    assert_eq!((ann.person.id.as_str(), ann.person.name.as_str(), ann.kind), ("ann", "Ann", PersonKind::Guest));
    let sessions = store.sessions(&ann.person.id).await.expect("it reads");
    assert_eq!((sessions.len(), sessions[0].created_at), (1, 7));
    assert_eq!(store.newest(&group("oolong"), 9).await.expect("it reads").messages[0].by, ann.person);
    let oolong = store.group(&group("oolong")).await.expect("it reads").expect("a group");
    assert_eq!((oolong.kind, oolong.name, oolong.access), (GroupKind::Open, None, 0));
    assert_eq!(store.epoch().await.expect("it reads").as_str(), "e1", "the same life");
    assert_eq!(database.check().await.expect("it reads"), []);
    store.close().await;
    Store::open(Config::new(database.clone()), channel(9).0).await.expect("and again").close().await;
}

#[tokio::test]
async fn sqlite() {
    let directory = Directory::new();
    let path = directory.path("old.db");
    std::fs::write(&path, "").expect("a file");
    let raw = Raw::sqlite(&path).await;
    raw.run("PRAGMA application_id = 1415930216").await;
    first_schema(&raw, include_str!("../migrations/sqlite/0001_groups.sql")).await;
    is_todays(&Database::sqlite(&path)).await;
}

#[tokio::test]
async fn postgres() {
    let server = Server::start().await;
    let raw = Raw::postgres(&server.url()).await;
    first_schema(&raw, include_str!("../migrations/postgres/0001_groups.sql")).await;
    is_todays(&server.database()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn programs_that_make_one_file_at_once_all_open_it() {
    for _ in 0..20 {
        let directory = Directory::new();
        let database = Database::sqlite(directory.path("data/teahouse.db"));
        let opens = (0..4).map(|_| tokio::spawn(Store::open(Config::new(database.clone()), channel(9).0)));
        let mut epochs = Vec::new();
        for open in opens.collect::<Vec<_>>() {
            let store = open.await.expect("it ends").expect("it opens");
            epochs.push(store.epoch().await.expect("it reads"));
            store.close().await;
        }
        epochs.dedup();
        assert_eq!(epochs.len(), 1, "one life");
    }
}
