//! The engine's own floor: the same rows in batches of the same size, straight through sqlx on one connection. No task,
//! no question asked, nothing answered. What the store adds is what it must know first and whom it must tell.

use std::fmt::Write;
use std::time::{Duration, Instant};

use sqlx::{AssertSqlSafe, PgPool, SqlitePool};
use uuid::Uuid;

use crate::{BODY, Engine, GROUPS, group, raw};

/// Posts per second.
pub(crate) async fn measure(engine: &Engine, batch: usize, time: Duration) -> f64 {
    let (sqlite, postgres) = raw(engine).await;
    let mut seq = 100_000_000;
    let (begin, mut posts) = (Instant::now(), 0);
    while begin.elapsed() < time {
        let rows = Rows::new(batch, &mut seq);
        match (&sqlite, &postgres) {
            (Some(pool), _) => in_sqlite(pool, &rows).await,
            (_, Some(pool)) => in_postgres(pool, &rows).await,
            _ => unreachable!("one of the two"),
        }
        posts += batch;
    }
    let rate = posts as f64 / begin.elapsed().as_secs_f64();
    clear(&sqlite, &postgres).await;
    rate
}

/// As the store would write them, in columns.
struct Rows {
    groups: Vec<String>,
    seqs: Vec<i64>,
    ids: Vec<String>,
    client_ids: Vec<String>,
}

impl Rows {
    fn new(batch: usize, seq: &mut i64) -> Self {
        let name = |_| Uuid::now_v7().to_string();
        let seqs: Vec<i64> = (0..batch).map(|at| *seq + at as i64 + 1).collect();
        *seq += batch as i64;
        let groups = (0..batch).map(|at| group(at % GROUPS).to_string()).collect();
        Self { groups, seqs, ids: (0..batch).map(name).collect(), client_ids: (0..batch).map(name).collect() }
    }
}

const EVENTS: &str = "INSERT INTO events (grp, seq, at, author, client_id, kind, message, n, body)";
const MESSAGES: &str = "INSERT INTO messages (id, grp, seq, n, changed, at, author, body)";
const HEAD: &str = "UPDATE groups SET head = $2, n = $2 WHERE id = $1";

async fn in_sqlite(pool: &SqlitePool, rows: &Rows) {
    let mut tx = pool.begin_with("BEGIN IMMEDIATE").await.expect("a transaction");
    let (mut from, all) = (0, rows.seqs.len());
    for chunk in [256, 32, 4, 1] {
        while all - from >= chunk {
            let mut events = sqlx::query(AssertSqlSafe(values(EVENTS, 9, chunk)));
            let mut messages = sqlx::query(AssertSqlSafe(values(MESSAGES, 8, chunk)));
            for at in from..from + chunk {
                let (grp, seq, id) = (&rows.groups[at], rows.seqs[at], &rows.ids[at]);
                events = events.bind(grp.clone()).bind(seq).bind(0_i64).bind("floor").bind(rows.client_ids[at].clone());
                events = events.bind(0_i64).bind(id.clone()).bind(seq).bind(BODY.as_bytes());
                messages = messages.bind(id.clone()).bind(grp.clone()).bind(seq).bind(seq).bind(seq).bind(0_i64);
                messages = messages.bind("floor").bind(BODY.as_bytes());
            }
            events.execute(&mut *tx).await.expect("events");
            messages.execute(&mut *tx).await.expect("messages");
            from += chunk;
        }
    }
    for at in 0..all.min(GROUPS) {
        sqlx::query(HEAD).bind(rows.groups[at].clone()).bind(0_i64).execute(&mut *tx).await.expect("heads");
    }
    tx.commit().await.expect("a commit");
}

fn values(head: &str, width: usize, rows: usize) -> String {
    let mut text = format!("{head} VALUES ");
    for row in 0..rows {
        let places: Vec<_> = (1..=width).map(|column| format!("${}", row * width + column)).collect();
        let _ = write!(text, "{}({})", if row == 0 { "" } else { ", " }, places.join(", "));
    }
    text
}

async fn in_postgres(pool: &PgPool, rows: &Rows) {
    let mut tx = pool.begin().await.expect("a transaction");
    let bodies = vec![BODY.as_bytes(); rows.seqs.len()];
    let events = format!(
        "{EVENTS} SELECT g, s, 0, 'floor', c, 0, i, s, b FROM UNNEST($1::text[], $2::bigint[], $3::text[], $4::text[], \
         $5::bytea[]) AS t (g, s, c, i, b)"
    );
    let query = sqlx::query(AssertSqlSafe(events)).bind(&rows.groups).bind(&rows.seqs).bind(&rows.client_ids);
    query.bind(&rows.ids).bind(&bodies).execute(&mut *tx).await.expect("events");
    let messages = format!(
        "{MESSAGES} SELECT i, g, s, s, s, 0, 'floor', b FROM UNNEST($1::text[], $2::bigint[], $3::text[], $4::bytea[]) \
         AS t (g, s, i, b)"
    );
    let query = sqlx::query(AssertSqlSafe(messages)).bind(&rows.groups).bind(&rows.seqs).bind(&rows.ids);
    query.bind(&bodies).execute(&mut *tx).await.expect("messages");
    let heads = "UPDATE groups SET head = head FROM UNNEST($1::text[]) AS t (g) WHERE id = t.g";
    sqlx::query(heads).bind(&rows.groups[..rows.groups.len().min(GROUPS)]).execute(&mut *tx).await.expect("heads");
    tx.commit().await.expect("a commit");
}

/// What the store does next begins where it left off.
async fn clear(sqlite: &Option<SqlitePool>, postgres: &Option<PgPool>) {
    for sql in [
        "DELETE FROM events WHERE author = 'floor'",
        "DELETE FROM messages WHERE author = 'floor'",
        "UPDATE groups SET head = (SELECT coalesce(max(seq), 0) FROM events WHERE grp = id),
            n = (SELECT coalesce(max(n), 0) FROM messages m WHERE m.grp = groups.id)",
    ] {
        if let Some(pool) = sqlite {
            sqlx::query(sql).execute(pool).await.expect("it clears");
        }
        if let Some(pool) = postgres {
            sqlx::query(sql).execute(pool).await.expect("it clears");
        }
    }
    if let Some(pool) = postgres {
        sqlx::raw_sql("VACUUM ANALYZE").execute(pool).await.expect("it vacuums");
    }
}
