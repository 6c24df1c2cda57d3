//! `make bench-search`: how long search takes among a million messages on SQLite, what its index weighs and how fast an
//! old database's is made. `MESSAGES=` for another number.

use std::path::Path;
use std::time::{Duration, Instant};

use protocol::{GroupId, Person};
use search::Query;
use sqlx::SqlitePool;
use sqlx::sqlite::SqliteConnectOptions;
use store::{Command, Config, Database, SearchQuery, Store};
use tokio::sync::mpsc::channel;
use tokio::task::JoinSet;

const SENDERS: usize = 1000;
const RUNS: usize = 100;
const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 86_400_000;

#[tokio::main]
async fn main() {
    let messages = std::env::var("MESSAGES").ok().and_then(|text| text.parse().ok()).unwrap_or(1_000_000);
    let directory = std::env::temp_dir().join(format!("teahouse-bench-{}", uuid::Uuid::now_v7()));
    std::fs::create_dir(&directory).expect("a directory");
    let path = directory.join("bench.db");
    let people = fill(&path, messages).await;
    let store = index(&path, messages).await;
    measure(&store, &people).await;
    store.close().await;
    let _ = std::fs::remove_dir_all(directory);
}

async fn open(path: &Path) -> Store {
    let (sender, mut commits) = channel(1000);
    tokio::spawn(async move { while commits.recv().await.is_some() {} });
    Store::open(Config::new(Database::sqlite(path)), sender).await.expect("it opens")
}

/// Said through the store, a minute apart; then the index is forgotten.
async fn fill(path: &Path, messages: usize) -> Vec<Person> {
    let store = open(path).await;
    let mut people = Vec::new();
    for person in 0..50 {
        people.push(store.add_guest("Somebody", &format!("token {person}"), "").await.expect("a guest").person);
    }
    let mut tasks = JoinSet::new();
    for sender in 0..SENDERS {
        let (store, people) = (store.clone(), people.clone());
        tasks.spawn(async move {
            let mut dice = Dice(sender as u64 + 1);
            for at in (sender..messages).step_by(SENDERS) {
                // The last person speaks seldom, and so do people in the last group.
                let by = &people[if at % 10_000 == 7 { 49 } else { dice.roll(49) }];
                let group = group(if at % 20_000 == 11 { 20 } else { dice.roll(20) });
                let command = Command::Post { body: dice.body(at), reply_to: None };
                store.command(&group, by, store::Grant::default(), None, command).await.expect("stored");
            }
        });
    }
    tasks.join_all().await;
    store.close().await;
    let pool = SqlitePool::connect_with(SqliteConnectOptions::new().filename(path)).await.expect("the file is there");
    let statements = format!(
        "UPDATE messages SET at = at - ({messages} - rowid) * {MINUTE_MS};
        UPDATE meta SET value = '0' WHERE name = 'search_version'"
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(statements)).execute(&pool).await.expect("it runs");
    pool.close().await;
    people
}

async fn index(path: &Path, messages: usize) -> Store {
    let store = open(path).await;
    let bytes = || std::fs::metadata(path).map_or(0, |file| file.len()) as f64 / f64::from(1 << 20);
    let (begin, before) = (Instant::now(), bytes());
    store.index_everything().await.expect("it writes");
    let time = begin.elapsed();
    // Closing folds the log into the file.
    store.close().await;
    println!(
        "{messages} messages indexed in {:.0} s; the file was {before:.0} MiB and is {:.0} MiB",
        time.as_secs_f64(),
        bytes()
    );
    open(path).await
}

async fn measure(store: &Store, people: &[Person]) {
    let all: Vec<GroupId> = (0..21).map(group).collect();
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("a clock").as_millis() as i64;
    println!(
        "{:<46} {:>5} {:>7} {:>7} {:>7} {:>7} {:>7}",
        "50 hits of", "found", "p50 ms", "p99", "max", "answers", "all ms"
    );
    for (what, text) in [
        ("a word in every message", "tea"),
        ("two words in every message", "tea 茶"),
        ("a character in one of two", "的"),
        ("a word in one of 100", "开会"),
        ("a phrase in one of 1,000", "项目进度"),
        ("a quoted phrase in one of 1,000", "\"second room\""),
        ("a rare word in 1 of 100,000", "needle"),
        ("a word that nobody said", "nowhere"),
        ("a phrase of common characters, never said", "的茶的茶"),
        ("two words, each in half, never together", "left right"),
        ("a word in every message, not one in half", "tea -left"),
        ("a word in every message, not another such", "tea -茶"),
        ("a word in every message, but not 的, not left", "tea -的 -left -right"),
        ("four words in half or more, never together", "tea 茶 left right"),
        ("a word in one of 100, not one in every", "开会 -tea"),
        ("nothing but what is not in half", "-left"),
    ] {
        let query = Query::parse(text).expect("a query");
        let search = SearchQuery {
            query: &query,
            groups: &all,
            from: None,
            before: None,
            after: None,
            older_than: None,
            limit: 50,
            patience: SearchQuery::PATIENCE,
        };
        time(store, what, &search).await;
        let many: Vec<GroupId> = (0..21).chain(100..379).map(group).collect();
        if text == "tea -茶" {
            time(store, "  in a group of 50 messages", &SearchQuery { groups: &all[20..], ..search }).await;
            time(store, "  in that and 150 without any", &SearchQuery { groups: &many[20..171], ..search }).await;
        }
        if text != "tea" {
            continue;
        }
        time(store, "  in one group of 20", &SearchQuery { groups: &all[3..4], ..search }).await;
        time(store, "  in a group of 50 messages", &SearchQuery { groups: &all[20..], ..search }).await;
        time(
            store,
            "  from one of 50 people",
            &SearchQuery { from: Some(std::slice::from_ref(&people[3].id)), ..search },
        )
        .await;
        time(
            store,
            "  from a person of 100 messages",
            &SearchQuery { from: Some(std::slice::from_ref(&people[49].id)), ..search },
        )
        .await;
        let old = now - 600 * DAY_MS;
        time(store, "  before 600 days ago", &SearchQuery { before: Some(old), ..search }).await;
        time(
            store,
            "  in a week 600 days ago",
            &SearchQuery { before: Some(old), after: Some(old - 7 * DAY_MS), ..search },
        )
        .await;
        time(store, "  in that of 50 and 150 without any", &SearchQuery { groups: &many[20..171], ..search }).await;
        time(store, "  in any of 300 groups", &SearchQuery { groups: &many, ..search }).await;
    }
}

/// Of each answer; then how many of them it takes until there are 50 hits, or all, and how long those take together.
async fn time(store: &Store, what: &str, search: &SearchQuery<'_>) {
    let (mut times, mut together, mut found, mut answers) = (Vec::new(), Vec::new(), 0, 0);
    for _ in 0..RUNS {
        (found, answers) = (0, 0);
        let (all, mut older_than) = (Instant::now(), None);
        while found < search.limit && (answers == 0 || older_than.is_some()) {
            let begin = Instant::now();
            let hits = store.search(&SearchQuery { older_than, ..*search }).await.expect("it reads");
            times.push(begin.elapsed());
            assert!(hits.complete);
            (found, answers, older_than) = (found + hits.messages.len(), answers + 1, hits.more);
        }
        together.push(all.elapsed());
    }
    let [middle, late, last] = [50, 99, 100].map(|percent| share(&mut times, percent));
    let all = share(&mut together, 50);
    println!("{what:<46} {found:>5} {middle:>7.2} {late:>7.2} {last:>7.2} {answers:>7} {all:>7.1}");
}

/// So many percent take no more ms.
fn share(times: &mut [Duration], percent: usize) -> f64 {
    times.sort_unstable();
    times[(times.len() * percent).div_ceil(100) - 1].as_secs_f64() * 1e3
}

fn group(at: usize) -> GroupId {
    GroupId::parse(&format!("group{at}")).expect("an id")
}

/// The same every time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }

    /// Some twenty words and characters, those low in the list more often.
    fn body(&mut self, at: usize) -> String {
        let mut body = "tea 茶，".to_owned();
        for _ in 0..6 {
            let most = 1 + self.roll(3000);
            body.push_str(&format!("w{} ", self.roll(most)));
        }
        for _ in 0..8 {
            let most = 1 + self.roll(2500);
            body.push(char::from_u32(0x4e00 + self.roll(most) as u32).unwrap_or('一'));
        }
        body.push_str(if at.is_multiple_of(2) { "。的 left" } else { "。right" });
        for (every, said) in [(100, "，开会"), (1000, "，项目进度 second room"), (100_000, " needle")] {
            if at.is_multiple_of(every) {
                body.push_str(said);
            }
        }
        body
    }
}
