//! `make bench-store`: confirmed durable posts per second on both engines, beside what the engine itself can do with the
//! same rows in the same batches; history pages of a large group beside a small one; many clients that resume at once.

#[path = "../../tests/postgres_server/mod.rs"]
mod postgres_server;

mod floor;
mod reading;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use postgres_server::Server;
use protocol::{GroupId, Person};
use sqlx::{PgPool, Row, SqlitePool};
use store::{Command, Config, Database, Grant, Store};
use tokio::sync::mpsc::channel;
use tokio::task::JoinSet;

const SENDERS: [usize; 3] = [1, 64, 1000];
pub(crate) const GROUPS: usize = 10;
pub(crate) const BODY: &str =
    "Tea is ready in the second room on the left, with the good cups. 茶好了，请到左边第二间。";

/// An engine under test.
pub(crate) enum Engine {
    Sqlite(PathBuf),
    Postgres(Server),
}

#[tokio::main]
async fn main() {
    let seconds = std::env::var("SECONDS_EACH").ok().and_then(|text| text.parse().ok()).unwrap_or(4.0);
    let time = Duration::from_secs_f64(seconds);
    let directory = std::env::temp_dir().join(format!("teahouse-bench-{}", uuid::Uuid::now_v7()));
    std::fs::create_dir(&directory).expect("a directory");
    println!("one fsync here: {:.2} ms (median of 200, 4 KiB each)", fsync(&directory).as_secs_f64() * 1e3);
    for engine in [Engine::Sqlite(directory.join("bench.db")), Engine::Postgres(Server::start_durable().await)] {
        println!("\n{}", engine.name());
        println!("senders   posts/s   p50 ms   p99 ms   posts/commit   fsyncs/post   floor posts/s   of the floor");
        for senders in SENDERS {
            let measured = measure(&engine, senders, time).await;
            let floor = floor::measure(&engine, measured.batch(), time / 2).await;
            measured.print(senders, floor);
        }
        reading::measure(&engine).await;
    }
    let _ = std::fs::remove_dir_all(directory);
}

impl Engine {
    const fn name(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "SQLite",
            Self::Postgres(_) => "PostgreSQL",
        }
    }

    pub(crate) fn database(&self) -> Database {
        match self {
            Self::Sqlite(path) => Database::sqlite(path),
            Self::Postgres(server) => server.database(),
        }
    }

    /// So far. SQLite's are its commits: with a log and `synchronous = FULL` each is one.
    async fn fsyncs(&self) -> Option<i64> {
        let Self::Postgres(server) = self else { return None };
        // The counters of a backend arrive within a second of its last transaction.
        tokio::time::sleep(Duration::from_millis(1100)).await;
        let pool = PgPool::connect(&server.url()).await.expect("it is up");
        let row =
            sqlx::query("SELECT wal_sync FROM pg_stat_wal").fetch_one(&pool).await.expect("PostgreSQL 14 or newer");
        Some(row.get(0))
    }
}

struct Measured {
    latencies: Vec<Duration>,
    time: Duration,
    commits: usize,
    fsyncs: i64,
}

async fn measure(engine: &Engine, senders: usize, time: Duration) -> Measured {
    let (sender, mut commits) = channel(1000);
    let store = Store::open(Config::new(engine.database()), sender).await.expect("it opens");
    let counted = tokio::spawn(async move {
        let mut count = 0;
        while commits.recv().await.is_some() {
            count += 1;
        }
        count
    });
    let mut people = Vec::new();
    for person in 0..senders.min(50) {
        people
            .push(store.add_guest("Somebody", &format!("token {person}"), "a browser").await.expect("a guest").person);
    }
    let people = Arc::new(people);
    let before = engine.fsyncs().await;
    let begin = Instant::now();
    let mut tasks = JoinSet::new();
    for sender in 0..senders {
        tasks.spawn(send(store.clone(), people[sender % people.len()].clone(), sender, begin + time));
    }
    let mut latencies: Vec<Duration> = tasks.join_all().await.into_iter().flatten().collect();
    let time = begin.elapsed();
    let after = engine.fsyncs().await;
    store.close().await;
    drop(store);
    latencies.sort_unstable();
    let commits = counted.await.expect("no panic");
    let fsyncs = before.zip(after).map_or(commits as i64, |(before, after)| after - before);
    Measured { latencies, time, commits, fsyncs }
}

async fn send(store: Store, by: Person, sender: usize, until: Instant) -> Vec<Duration> {
    let group = group(sender % GROUPS);
    let mut latencies = Vec::new();
    while Instant::now() < until {
        let begin = Instant::now();
        let command = Command::Post { body: BODY.to_owned(), reply_to: None };
        store.command(&group, &by, Grant::default(), None, command).await.expect("stored");
        latencies.push(begin.elapsed());
    }
    latencies
}

impl Measured {
    /// Posts of one commit, on average.
    fn batch(&self) -> usize {
        (self.latencies.len() / self.commits.max(1)).max(1)
    }

    fn print(&self, senders: usize, floor: f64) {
        let posts = self.latencies.len();
        let rate = posts as f64 / self.time.as_secs_f64();
        let at = |part: f64| self.latencies[((posts - 1) as f64 * part) as usize].as_secs_f64() * 1e3;
        println!(
            "{senders:>7} {rate:>9.0} {:>8.2} {:>8.2} {:>14.1} {:>13.3} {floor:>15.0} {:>13.0} %",
            at(0.5),
            at(0.99),
            posts as f64 / self.commits as f64,
            self.fsyncs as f64 / posts as f64,
            rate / floor * 100.0
        );
    }
}

pub(crate) fn group(at: usize) -> GroupId {
    GroupId::parse(&format!("group{at}")).expect("an id")
}

fn fsync(directory: &Path) -> Duration {
    use std::io::Write;
    let mut file = std::fs::File::create(directory.join("fsync")).expect("a file");
    let mut times: Vec<_> = (0..200)
        .map(|_| {
            file.write_all(&[0; 4096]).expect("it writes");
            let begin = Instant::now();
            file.sync_data().expect("it syncs");
            begin.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[100]
}

/// A pool past the store.
pub(crate) async fn raw(engine: &Engine) -> (Option<SqlitePool>, Option<PgPool>) {
    match engine {
        Engine::Sqlite(path) => {
            let options = sqlx::sqlite::SqliteConnectOptions::new()
                .filename(path)
                .synchronous(sqlx::sqlite::SqliteSynchronous::Full);
            // Checkpoints as SQLite does them unless told otherwise: somebody must.
            let options = options.busy_timeout(Duration::from_secs(30));
            let pool = sqlx::sqlite::SqlitePoolOptions::new().max_connections(1).connect_with(options).await;
            (Some(pool.expect("the file is there")), None)
        }
        Engine::Postgres(server) => {
            let pool = sqlx::postgres::PgPoolOptions::new().max_connections(1).connect(&server.url()).await;
            (None, Some(pool.expect("it is up")))
        }
    }
}
