//! A backup is taken while others write, and restored into either engine: the same content, another life.

mod helpers;
mod postgres_server;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use helpers::{Directory, Tea, by, group, manage_everything, post, use_everything};
use postgres_server::Server;
use protocol::{Event, Message};
use store::{AdminError, Database, Replay, SearchQuery};

type Content = Vec<(Vec<Message>, Vec<Event>, u64, u64)>;

async fn content(tea: &Tea) -> Content {
    let mut all = Vec::new();
    for place in ["oolong", "茶馆", "jasmine", "busy"] {
        let page = tea.all(place).await;
        all.push((page.messages, tea.events(place, 0).await, page.seq, page.n));
    }
    all
}

/// What is managed, in words. The account's session goes along, too.
async fn management(tea: &Tea) -> String {
    let (store, room) = (&tea.store, group("room"));
    let who = store.who("fresh").await.expect("it reads").expect("Ann");
    let groups = store.groups_of(&who.person.id).await.expect("it reads");
    let settings = store.settings().await.expect("it reads");
    let (people, links) = (store.people(None, 2).await.expect("it reads"), store.links(Some(&room)).await);
    let log = store.audit(None, None, 9).await.expect("it reads");
    format!("{who:?} {groups:?} {settings:?} {people:?} {links:?} {log:?} {:?}", store.banned(&room).await)
}

/// Content goes from one to the other and is the same there.
async fn moves(from: &Database, to: &Database) {
    let directory = Directory::new();
    let file = directory.path("backup.db");
    let tea = Tea::open(from).await;
    use_everything(&tea).await;
    manage_everything(&tea).await;
    let managed = management(&tea).await;
    let (before, epoch) = (content(&tea).await, tea.store.epoch().await.expect("it reads"));
    tea.store.index_everything().await.expect("it writes");
    from.backup(&file).await.expect("a backup");
    tea.say("oolong", "after the backup").await;
    assert_eq!(Database::sqlite(&file).check().await.expect("it reads"), []);
    assert!(!directory.path("backup.db-wal").exists(), "one file is the whole backup");

    let restored = to.restore(&file, false).await.expect("it is empty");
    assert_ne!(restored.epoch, epoch);
    assert_eq!(to.check().await.expect("it reads"), []);
    let there = Tea::open(to).await;
    assert_eq!(content(&there).await, before);
    // What search finds comes along, or is indexed anew.
    there.store.index_everything().await.expect("it writes");
    let query = search::Query::parse("two").expect("a query");
    let place = [group("oolong")];
    let look = SearchQuery {
        query: &query,
        groups: &place,
        from: None,
        before: None,
        after: None,
        older_than: None,
        limit: 10,
        patience: std::time::Duration::MAX,
    };
    let hits = there.store.search(&look).await.expect("it reads");
    assert!(hits.complete);
    assert_eq!(hits.messages.iter().map(|found| found.message.body.as_str()).collect::<Vec<_>>(), ["two!"]);
    assert_eq!(to.check().await.expect("it reads"), []);
    // The token, the read mark and the numbers go on.
    assert_eq!(there.ben, tea.ben);
    assert_eq!(management(&there).await, managed);
    there.store.unban(by(&tea.ann.id), &group("room"), &tea.ben.id).await.expect("the log goes on");
    let standings = there.store.standings(&tea.ben.id, &[group("oolong"), group("茶馆")]).await.expect("it reads");
    assert_eq!((standings.groups[0].read, standings.groups[1].mentions), (3, 1));
    assert_eq!(there.say("oolong", "next").await.seq, 8);
    let replay = there.store.after(&group("oolong"), Some(&epoch), 3, 500).await.expect("it reads");
    assert_eq!(replay, Replay::Epoch);

    assert!(matches!(from.backup(&file).await, Err(AdminError::Exists(_))));
    assert!(matches!(to.restore(&file, false).await, Err(AdminError::NotEmpty(_))));
    assert_eq!(there.all("oolong").await.seq, 8, "a refused restore changes nothing");
    to.restore(&file, true).await.expect("as told");
    assert_eq!(content(&there).await, before);
    assert_eq!(to.check().await.expect("it reads"), []);
}

#[tokio::test]
async fn from_sqlite_to_sqlite() {
    let directory = Directory::new();
    moves(&Database::sqlite(directory.path("a.db")), &Database::sqlite(directory.path("b.db"))).await;
}

#[tokio::test]
async fn between_the_engines_both_ways() {
    let (directory, server) = (Directory::new(), Server::start().await);
    moves(&Database::sqlite(directory.path("a.db")), &server.create("one").await).await;
    moves(&server.create("two").await, &Database::sqlite(directory.path("b.db"))).await;
}

#[tokio::test]
async fn from_postgres_to_postgres() {
    let server = Server::start().await;
    moves(&server.create("one").await, &server.create("two").await).await;
}

/// A backup of what is being written is some moment of it, whole.
async fn is_taken_while_writing(database: &Database) {
    let (directory, tea) = (Directory::new(), Arc::new(Tea::open(database).await));
    let stop = Arc::new(AtomicBool::new(false));
    let writers: Vec<_> = (0..8)
        .map(|_| {
            let (tea, stop) = (Arc::clone(&tea), Arc::clone(&stop));
            tokio::spawn(async move {
                while !stop.load(Ordering::Relaxed) {
                    tea.ask("busy", &tea.ben, post("hello")).await.expect("stored");
                }
            })
        })
        .collect();
    tea.say("busy", "hello").await;
    let file = directory.path("backup.db");
    database.backup(&file).await.expect("a backup");
    let before = tea.all("busy").await.n;
    tea.say("busy", "goes on").await;
    stop.store(true, Ordering::Relaxed);
    for writer in writers {
        writer.await.expect("no panic");
    }
    assert_eq!(Database::sqlite(&file).check().await.expect("it reads"), []);
    let copy = Tea::open(&Database::sqlite(&file)).await;
    let taken = copy.all("busy").await.n;
    assert!((1..=before).contains(&taken), "{taken} of {before}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_of_sqlite_is_taken_while_writing() {
    let directory = Directory::new();
    is_taken_while_writing(&Database::sqlite(directory.path("a.db"))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_of_postgres_is_taken_while_writing() {
    let server = Server::start().await;
    is_taken_while_writing(&server.database()).await;
}

#[tokio::test]
async fn what_is_no_backup_is_refused() {
    let directory = Directory::new();
    let file = directory.path("letter.txt");
    std::fs::write(&file, "Dear Sir, ".repeat(1000)).expect("a file");
    let target = Database::sqlite(directory.path("a.db"));
    for file in [file, directory.path("nowhere.db")] {
        assert!(matches!(target.restore(&file, false).await, Err(AdminError::Open(_))));
    }
}
