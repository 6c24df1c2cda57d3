//! What the tests have in common: an open store with two people, a look past it into the tables, a directory.

#![expect(dead_code, reason = "each test file uses another part of it")]

use std::path::{Path, PathBuf};

use protocol::{Change, ClientId, Event, GroupId, MessageId, Person, PersonId};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, PgPool, Row, SqlitePool};
use store::{
    Command, Committed, Config, Database, Grant, GroupKind, LinkKind, NewAccount, NewLink, PersonKind, Refusal, Replay,
    Rule, SessionId, Snapshot, Store, StoreError, Warrant, Who,
};
use tokio::sync::Mutex;
use tokio::sync::mpsc::{Receiver, channel};

/// An open store, with what it hands on and two people.
pub(crate) struct Tea {
    pub(crate) store: Store,
    pub(crate) commits: Mutex<Receiver<Vec<Committed>>>,
    pub(crate) ann: Person,
    pub(crate) ben: Person,
}

impl Tea {
    pub(crate) async fn open(database: &Database) -> Self {
        Self::open_with(Config::new(database.clone())).await
    }

    pub(crate) async fn open_with(config: Config) -> Self {
        // Room for everything a test stores: nobody listens while it runs.
        let (sender, commits) = channel(100_000);
        let store = Store::open(config, sender).await.expect("it opens");
        let ann = store.add_guest("Ann", "ann's token", "a browser").await.expect("a guest").person;
        let ben = store.add_guest("Ben", "ben's token", "a browser").await.expect("a guest").person;
        Self { store, commits: Mutex::new(commits), ann, ben }
    }

    pub(crate) async fn say(&self, where_: &str, body: &str) -> Event {
        let committed = self.store.command(&group(where_), &self.ann, Grant::default(), None, post(body)).await;
        (*committed.expect("it is stored").event).clone()
    }

    /// Says something and tells the message's id.
    pub(crate) async fn message(&self, where_: &str, body: &str) -> MessageId {
        self.say(where_, body).await.change.message().expect("a message").clone()
    }

    pub(crate) async fn ask(&self, where_: &str, by: &Person, command: Command) -> Result<Committed, StoreError> {
        self.store.command(&group(where_), by, Grant::default(), None, command).await
    }

    pub(crate) async fn refused(&self, where_: &str, by: &Person, command: Command) -> Refusal {
        match self.ask(where_, by, command).await {
            Err(StoreError::Refused(refusal)) => refusal,
            other => panic!("not refused: {other:?}"),
        }
    }

    pub(crate) async fn all(&self, where_: &str) -> Snapshot {
        self.store.newest(&group(where_), 10_000).await.expect("it reads")
    }

    pub(crate) async fn events(&self, where_: &str, after: u64) -> Vec<Event> {
        match self.store.after(&group(where_), None, after, 100_000).await.expect("it reads") {
            Replay::Events(events) => events,
            other => panic!("no events: {other:?}"),
        }
    }

    /// Everything that was handed on; closes the store.
    pub(crate) async fn published(&self) -> Vec<Committed> {
        self.store.close().await;
        let (mut all, mut commits) = (Vec::new(), self.commits.lock().await);
        while let Some(batch) = commits.recv().await {
            all.extend(batch);
        }
        all
    }
}

/// A private group with an owner, a ban and a link, a direct conversation, an administrator, settings.
pub(crate) async fn manage_everything(tea: &Tea) {
    let (store, room, ann, ben) = (&tea.store, group("room"), &tea.ann.id, &tea.ben.id);
    store.set_up(account("ann"), "茶馆", "fresh", "a phone", Some(ann)).await.expect("the first");
    store.create_group(&room, GroupKind::Private, Some("Room 1"), Some("Tea"), ann).await.expect("it is free");
    store.ban(by(ann), &room, ben).await.expect("done");
    let link = NewLink {
        kind: LinkKind::Group,
        group: Some(room),
        person: None,
        by: Some(ann.clone()),
        expires_at: None,
        uses: Some(3),
    };
    store.add_link(link, "invitation").await.expect("a link");
    store.direct(&[ann.clone(), ben.clone()]).await.expect("done");
}

/// A bit of everything, in `oolong`: a deleted message, an edited one with a reaction, a last one; and a pinned one in
/// `jasmine`.
pub(crate) async fn use_everything(tea: &Tea) {
    let deleted = tea.message("oolong", "one").await;
    let edited = tea.message("oolong", "two").await;
    for command in [edit(&deleted, "one!"), delete(&deleted), edit(&edited, "two!"), react(&edited, "👍", true)] {
        tea.ask("oolong", &tea.ann, command).await.expect("one's own");
    }
    tea.say("oolong", "three").await;
    tea.store.mark_read(&tea.ben.id, &group("oolong"), 3);
    tea.say("茶馆", &format!("four, <@{}>", tea.ben.id)).await;
    let pinned = tea.message("jasmine", "five").await;
    tea.ask("jasmine", &tea.ben, pin(&pinned, true)).await.expect("anyone may");
}

/// Why it was not done.
pub(crate) fn refusal<T: std::fmt::Debug>(answer: Result<T, StoreError>) -> Refusal {
    match answer {
        Err(StoreError::Refused(refusal)) => refusal,
        other => panic!("not refused: {other:?}"),
    }
}

/// By this person's right, who may do everything: rules are not the store's.
pub(crate) fn by(person: &PersonId) -> Warrant {
    by_rule(person, |_, _, _| Ok(()))
}

pub(crate) fn by_rule(person: &PersonId, rule: Rule) -> Warrant {
    let session = SessionId::parse("none").expect("an id");
    let person = Person::new(person.clone(), "");
    let who = Who { person, kind: PersonKind::Guest, admin: false, session, seen_at: 0, closed: false };
    Warrant { who, rule }
}

pub(crate) fn account(login: &str) -> NewAccount {
    NewAccount { login: login.to_owned(), name: login.to_uppercase(), password: format!("$argon2id${login}") }
}

pub(crate) fn group(text: &str) -> GroupId {
    GroupId::parse(text).expect("a group's id")
}

pub(crate) fn name(text: &str) -> ClientId {
    ClientId::parse(text).expect("a client id")
}

pub(crate) fn post(body: &str) -> Command {
    Command::Post { body: body.to_owned(), reply_to: None }
}

pub(crate) fn edit(message: &MessageId, body: &str) -> Command {
    Command::Edit { message: message.clone(), body: body.to_owned() }
}

pub(crate) fn delete(message: &MessageId) -> Command {
    Command::Delete { message: message.clone() }
}

pub(crate) fn react(message: &MessageId, emoji: &str, on: bool) -> Command {
    Command::React { message: message.clone(), emoji: emoji.to_owned(), on }
}

pub(crate) fn pin(message: &MessageId, on: bool) -> Command {
    Command::Pin { message: message.clone(), on }
}

pub(crate) fn body(event: &Event) -> &str {
    match &event.change {
        Change::Posted { body, .. } | Change::Edited { body, .. } => body,
        Change::Deleted { .. } | Change::Reacted { .. } | Change::Pinned { .. } | Change::Unknown => "",
    }
}

/// The tables, past the store.
pub(crate) enum Raw {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

impl Raw {
    pub(crate) async fn sqlite(path: &Path) -> Self {
        let options = SqliteConnectOptions::new().filename(path);
        Self::Sqlite(SqlitePool::connect_with(options).await.expect("the file is there"))
    }

    pub(crate) async fn postgres(url: &str) -> Self {
        Self::Postgres(PgPool::connect(url).await.expect("it is up"))
    }

    pub(crate) const fn is_sqlite(&self) -> bool {
        matches!(self, Self::Sqlite(_))
    }

    pub(crate) async fn run(&self, sql: &str) {
        let sql = AssertSqlSafe(sql.to_owned());
        match self {
            Self::Sqlite(pool) => drop(sqlx::raw_sql(sql).execute(pool).await.expect("it runs")),
            Self::Postgres(pool) => drop(sqlx::raw_sql(sql).execute(pool).await.expect("it runs")),
        }
    }

    pub(crate) async fn count(&self, sql: &str) -> i64 {
        let sql = AssertSqlSafe(sql.to_owned());
        match self {
            Self::Sqlite(pool) => sqlx::query(sql).fetch_one(pool).await.expect("it runs").get(0),
            Self::Postgres(pool) => sqlx::query(sql).fetch_one(pool).await.expect("it runs").get(0),
        }
    }

    /// How the engine would run this serving statement, a step a line.
    pub(crate) async fn explain(&self, statement: &store::Explained) -> Vec<String> {
        match self {
            Self::Sqlite(pool) => {
                let sql = AssertSqlSafe(format!("EXPLAIN QUERY PLAN {}", statement.sqlite));
                let rows = sqlx::raw_sql(sql).fetch_all(pool).await.expect(statement.name);
                rows.iter().map(|row| row.get(3)).collect()
            }
            Self::Postgres(pool) => {
                let arguments = (1..=12).rev().find(|n| statement.postgres.contains(&format!("${n}"))).unwrap_or(0);
                let mut connection = pool.acquire().await.expect("a connection");
                // A table of some hundred rows is read at once, whatever its indexes; one that cannot use any still is.
                let nulls = vec!["NULL"; arguments].join(", ");
                let call = if arguments == 0 { "EXECUTE it".to_owned() } else { format!("EXECUTE it({nulls})") };
                for setting in ["enable_seqscan = off", "plan_cache_mode = force_generic_plan"] {
                    sqlx::raw_sql(AssertSqlSafe(format!("SET {setting}")))
                        .execute(&mut *connection)
                        .await
                        .expect("set");
                }
                let prepare = AssertSqlSafe(format!("PREPARE it AS {}", statement.postgres));
                sqlx::raw_sql(prepare).execute(&mut *connection).await.expect(statement.name);
                let explain = AssertSqlSafe(format!("EXPLAIN {call}"));
                let rows = sqlx::raw_sql(explain).fetch_all(&mut *connection).await.expect(statement.name);
                sqlx::raw_sql("DEALLOCATE it").execute(&mut *connection).await.expect("it goes");
                rows.iter().map(|row| row.get(0)).collect()
            }
        }
    }
}

/// A directory that goes with the test.
pub(crate) struct Directory(PathBuf);

impl Directory {
    pub(crate) fn new() -> Self {
        let path = std::env::temp_dir().join(format!("teahouse-store-{}", uuid::Uuid::now_v7()));
        std::fs::create_dir(&path).expect("a directory");
        Self(path)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
