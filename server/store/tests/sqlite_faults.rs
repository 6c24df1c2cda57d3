//! What SQLite's file and its disk may do to us: commands are told to try again, readers go on, and it heals.

mod child;
mod helpers;

use std::fs;
use std::process::Command as Program;
use std::time::Duration;

use child::Process;
use helpers::{Directory, Raw, Tea, group, post};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection, Executor, SqliteConnection};
use store::{Config, Database, Health, OpenError, Store, StoreError};
use tokio::time::timeout;

/// Holds the write lock of a file until it is killed.
#[tokio::test]
#[ignore = "a child of the tests"]
async fn holds_the_lock() {
    let Some(path) = child::told() else { return };
    let mut connection = SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(path)).await.expect("it");
    connection.execute("BEGIN IMMEDIATE").await.expect("the lock");
    child::say("locked");
    std::future::pending::<()>().await;
}

async fn open(database: &Database) -> Result<Store, OpenError> {
    Store::open(Config::new(database.clone()), tokio::sync::mpsc::channel(100).0).await
}

async fn becomes(tea: &Tea, ready: bool) {
    let mut health = tea.store.health();
    let waits = health.wait_for(|health| (*health == Health::Ready) == ready);
    timeout(Duration::from_secs(30), waits).await.expect("in time").expect("the writer lives");
}

#[tokio::test]
async fn a_lock_of_another_program_is_waited_for_told_and_survived() {
    let directory = Directory::new();
    let path = directory.path("teahouse.db");
    let tea = Tea::open(&Database::sqlite(&path)).await;
    tea.say("oolong", "before").await;

    let mut other = Process::start(&[], "holds_the_lock", path.to_str().expect("plain"));
    assert_eq!(other.says().await.as_deref(), Some("locked"));
    let refused = tea.ask("oolong", &tea.ann, post("meanwhile")).await;
    assert!(matches!(refused, Err(StoreError::Unavailable(why)) if why.contains("lock")));
    assert_eq!(tea.all("oolong").await.n, 1, "readers go on");
    becomes(&tea, false).await;
    assert!(matches!(open(&Database::sqlite(&path)).await, Err(OpenError::Locked(_))));

    other.kill().await;
    becomes(&tea, true).await;
    assert_eq!(tea.say("oolong", "after").await.seq, 2);
}

/// Stores until it is told to try again, says so, and goes on until it can again.
#[tokio::test]
#[ignore = "a child of the tests"]
async fn fills_the_disk() {
    let Some(path) = child::told() else { return };
    child::say(&std::process::id().to_string());
    let database = Database::sqlite(path);
    let tea = Tea::open(&database).await;
    let mut confirmed = 0;
    let why = loop {
        match tea.ask("oolong", &tea.ann, post(&"x".repeat(10_000))).await {
            Ok(_) => confirmed += 1,
            Err(StoreError::Unavailable(why)) => break why,
            Err(error) => panic!("{error}"),
        }
    };
    becomes(&tea, false).await;
    assert_eq!(tea.store.newest(&group("oolong"), 1).await.expect("readers go on").n, confirmed);
    child::say(&why);
    // A disk that is all but full takes the small write that tells it healed, and then not the next: as a client does,
    // this one sends again until there is room.
    let after = loop {
        becomes(&tea, true).await;
        match tea.ask("oolong", &tea.ann, post("after")).await {
            Ok(committed) => break committed.event.seq,
            Err(StoreError::Unavailable(_)) => {}
            Err(error) => panic!("{error}"),
        }
    };
    assert_eq!(after, confirmed + 1);
    tea.store.close().await;
    assert_eq!(database.check().await.expect("it reads"), []);
    child::say("healed");
}

/// The file may not grow past a limit: the write fails in the middle, as on a disk that gives up. Then it may.
#[tokio::test]
async fn a_disk_that_fails_is_told_and_survived() {
    let directory = Directory::new();
    let limited = ["bash", "-c", "trap '' XFSZ; ulimit -S -f 600; exec \"$0\" \"$@\""];
    let path = directory.path("teahouse.db");
    let mut process = Process::start(&limited, "fills_the_disk", path.to_str().expect("plain"));
    let pid = process.says().await.expect("it lives");
    let why = process.says().await.expect("it lives");
    assert!(why.contains("disk"), "{why}");
    let raised = Program::new("prlimit").args(["--pid", &pid, "--fsize=unlimited:unlimited"]).status();
    assert!(raised.expect("util-linux is there").success());
    assert_eq!(process.says().await.as_deref(), Some("healed"));
}

/// A small disk of its own, where the machine lets us have one.
#[tokio::test]
async fn a_full_disk_is_told_and_survived() {
    let directory = Directory::new();
    let disk = directory.path("disk");
    fs::create_dir(&disk).expect("a directory");
    let mount = Program::new("mount").args(["-t", "tmpfs", "-o", "size=4m", "tmpfs"]).arg(&disk).output();
    if !mount.is_ok_and(|mount| mount.status.success()) {
        eprintln!("skipped: no disk of one's own may be mounted here");
        return;
    }
    let mut process = Process::start(&[], "fills_the_disk", disk.join("teahouse.db").to_str().expect("plain"));
    process.says().await.expect("it lives");
    let why = process.says().await;
    let resized = Program::new("mount").args(["-o", "remount,size=40m"]).arg(&disk).status();
    let healed = process.says().await;
    drop(process.kill().await);
    let _ = Program::new("umount").arg("-l").arg(&disk).status();
    assert_eq!(why.as_deref(), Some("the disk is full"));
    assert!(resized.expect("mount is there").success());
    assert_eq!(healed.as_deref(), Some("healed"));
}

#[tokio::test]
async fn what_is_not_ours_is_left_alone() {
    let directory = Directory::new();
    let letter = directory.path("letter.db");
    fs::write(&letter, "Dear Sir, ".repeat(1000)).expect("a file");
    assert!(matches!(open(&Database::sqlite(&letter)).await, Err(OpenError::NotOurs(_))));
    assert!(fs::read_to_string(&letter).expect("still text").starts_with("Dear Sir"));

    let other = directory.path("other.db");
    let options = SqliteConnectOptions::new().filename(&other).create_if_missing(true);
    let mut connection = SqliteConnection::connect_with(&options).await.expect("a database");
    connection.execute("CREATE TABLE meta (x)").await.expect("a table");
    assert!(matches!(open(&Database::sqlite(&other)).await, Err(OpenError::NotOurs(_))));
}

#[tokio::test]
async fn a_damaged_file_is_told_at_opening() {
    let directory = Directory::new();
    let path = directory.path("teahouse.db");
    let tea = Tea::open(&Database::sqlite(&path)).await;
    tea.say("oolong", "hello").await;
    tea.store.close().await;
    let mut bytes = fs::read(&path).expect("a file");
    // The list of tables, behind the header.
    bytes[100..4096].fill(0xa5);
    fs::write(&path, bytes).expect("it is written");
    let error = open(&Database::sqlite(&path)).await.err().expect("damaged");
    assert!(matches!(&error, OpenError::Corrupt(_)), "{error}");
    assert!(error.to_string().contains("restore"), "it says what to do");
}

#[tokio::test]
async fn a_file_of_a_later_version_is_left_alone() {
    let directory = Directory::new();
    let path = directory.path("teahouse.db");
    Database::sqlite(&path).migrate().await.expect("a database");
    Raw::sqlite(&path).await.run("UPDATE meta SET value = '99' WHERE name = 'schema'").await;
    assert!(matches!(open(&Database::sqlite(&path)).await, Err(OpenError::Newer(_, 99, _))));
}

#[tokio::test]
async fn a_path_that_cannot_be_made_is_told() {
    let error = open(&Database::sqlite("/dev/null/teahouse.db")).await.err().expect("no directory");
    assert!(matches!(&error, OpenError::File(..)), "{error}");
}

#[tokio::test]
async fn the_log_is_folded_into_the_file_while_idle() {
    let directory = Directory::new();
    let path = directory.path("teahouse.db");
    let tea = Tea::open(&Database::sqlite(&path)).await;
    tea.say("oolong", &"x".repeat(1 << 20)).await;
    let log = directory.path("teahouse.db-wal");
    let folded = async {
        while fs::metadata(&log).expect("a log").len() > 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(Duration::from_secs(20), folded).await.expect("in time");
    assert!(fs::metadata(&path).expect("a file").len() > 1 << 20);
}

#[tokio::test]
async fn the_log_of_who_never_rests_begins_anew_in_its_place() {
    let directory = Directory::new();
    let tea = Tea::open(&Database::sqlite(directory.path("teahouse.db"))).await;
    let log = directory.path("teahouse.db-wal");
    let (text, mut said, mut before) = ("x".repeat(1 << 20), 0, 0);
    // A text is in its event and in its message.
    loop {
        tea.say("oolong", &text).await;
        said += 2 * text.len() as u64;
        let long = fs::metadata(&log).expect("a log").len();
        assert!(long >= before, "nobody rested, and its place was given back");
        before = long;
        if said > long + (16 << 20) {
            break;
        }
        assert!(said < 1 << 30, "it only grows: {long}");
    }
    assert!(before > 64 << 20, "it was not large: {before}");
}

#[tokio::test]
async fn deleted_text_is_not_in_the_file() {
    let directory = Directory::new();
    let path = directory.path("teahouse.db");
    let tea = Tea::open(&Database::sqlite(&path)).await;
    for body in ["SECRET".to_owned(), "SECRET".repeat(3000)] {
        let message = tea.message("oolong", &body).await;
        tea.store.index_everything().await.expect("it writes");
        tea.ask("oolong", &tea.ann, helpers::delete(&message)).await.expect("one's own");
    }
    tea.store.close().await;
    let file = fs::read(&path).expect("a file");
    assert!(!file.windows(6).any(|window| window.eq_ignore_ascii_case(b"SECRET")), "nor its terms in the index");
}
