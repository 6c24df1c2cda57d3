//! History pages of a group with a million messages beside one with a thousand, and a thousand clients that resume five
//! hundred missed events each, at once.

use std::time::{Duration, Instant};

use protocol::GroupId;
use store::{Config, Replay, Store};
use tokio::sync::mpsc::channel;
use tokio::task::JoinSet;

use crate::{BODY, Engine, raw};

const SMALL: i64 = 1000;
const LARGE: i64 = 1_000_000;
const READS: u64 = 400;

pub(crate) async fn measure(engine: &Engine) {
    fill(engine, "small", SMALL).await;
    fill(engine, "large", LARGE).await;
    let store = Store::open(Config::new(engine.database()), channel(1).0).await.expect("it opens");
    let (small, large) = (pages(&store, "small", SMALL).await, pages(&store, "large", LARGE).await);
    let ratio = large.as_secs_f64() / small.as_secs_f64();
    println!(
        "page of 50: {:.2} ms of {SMALL} messages, {:.2} ms of {LARGE} (ratio {ratio:.2})",
        small.as_secs_f64() * 1e3,
        large.as_secs_f64() * 1e3
    );
    resume(&store).await;
    store.close().await;
}

/// Posted messages with their events, in one statement each.
async fn fill(engine: &Engine, group: &str, n: i64) {
    let series = match engine {
        Engine::Sqlite(_) => {
            "(WITH RECURSIVE s (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM s LIMIT $2) SELECT x FROM s) t"
        }
        Engine::Postgres(_) => "(SELECT x FROM generate_series(1, $2::bigint) AS s (x)) t",
    };
    let statements = [
        "INSERT INTO groups (id, head, n, created_at) VALUES ($1, $2, $2, 0)".to_owned(),
        format!(
            "INSERT INTO events (grp, seq, at, author, client_id, kind, message, n, body)
            SELECT $1, x, 0, 'django', CAST($1 AS text) || CAST(x AS text), 0, CAST($1 AS text) || CAST(x AS text), x, $3
            FROM {series}"
        ),
        format!(
            "INSERT INTO messages (id, grp, seq, n, changed, at, author, body)
            SELECT CAST($1 AS text) || CAST(x AS text), $1, x, x, x, 0, 'django', $3 FROM {series}"
        ),
    ];
    let (sqlite, postgres) = raw(engine).await;
    for (at, sql) in statements.into_iter().enumerate() {
        if let Some(pool) = &sqlite {
            let query = sqlx::query(sqlx::AssertSqlSafe(sql.clone())).bind(group.to_owned()).bind(n);
            let query = if at > 0 { query.bind(BODY.as_bytes()) } else { query };
            query.execute(pool).await.expect("it fills");
        }
        if let Some(pool) = &postgres {
            let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(group).bind(n);
            let query = if at > 0 { query.bind(BODY.as_bytes()) } else { query };
            query.execute(pool).await.expect("it fills");
        }
    }
    if let Some(pool) = &postgres {
        sqlx::raw_sql("VACUUM ANALYZE").execute(pool).await.expect("it vacuums");
    }
}

/// The median of pages all over the group.
async fn pages(store: &Store, group: &str, n: i64) -> Duration {
    let group = GroupId::parse(group).expect("an id");
    let mut times = Vec::new();
    for read in 0..READS {
        let before = 60 + (read * 7919 * 31) % (n as u64 - 60);
        let begin = Instant::now();
        let page = store.before(&group, before, 50).await.expect("it reads");
        times.push(begin.elapsed());
        assert_eq!(page.messages.len(), 50);
    }
    times.sort_unstable();
    times[times.len() / 2]
}

async fn resume(store: &Store) {
    let (begin, cpu) = (Instant::now(), cpu());
    let mut tasks = JoinSet::new();
    for _ in 0..1000 {
        let store = store.clone();
        tasks.spawn(async move {
            let group = GroupId::parse("large").expect("an id");
            let replay = store.after(&group, None, LARGE as u64 - 500, 500).await;
            matches!(replay, Ok(Replay::Events(events)) if events.len() == 500)
        });
    }
    let served = tasks.join_all().await.into_iter().filter(|served| *served).count();
    println!(
        "resume of 500 events by 1000 clients: {served} served in {:.2} s, {:.2} s of our CPU",
        begin.elapsed().as_secs_f64(),
        (self::cpu() - cpu) as f64 / 100.0
    );
}

/// Of this process, in hundredths of a second.
fn cpu() -> u64 {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("Linux");
    let fields: Vec<&str> = stat.rsplit(')').next().expect("fields").split_whitespace().collect();
    fields[11].parse::<u64>().unwrap_or(0) + fields[12].parse::<u64>().unwrap_or(0)
}
