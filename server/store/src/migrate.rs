//! Brings a database to this program's schema, and gives a new one its epoch. Any number of nodes may do so at once.

use std::time::Duration;

use protocol::Epoch;
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use crate::config::{Database, Location};
use crate::engine::{Arg, Pool, Purpose, Result, Sql, Tx, sqlite_code};
use crate::error::{OpenError, sentence};

/// The steps, in order. The schema's number is how many were taken.
const STEPS: &[Sql] = &[
    Sql {
        sqlite: include_str!("../migrations/sqlite/0001_groups.sql"),
        postgres: include_str!("../migrations/postgres/0001_groups.sql"),
    },
    Sql {
        sqlite: include_str!("../migrations/sqlite/0002_people.sql"),
        postgres: include_str!("../migrations/postgres/0002_people.sql"),
    },
    Sql {
        sqlite: include_str!("../migrations/sqlite/0003_search.sql"),
        postgres: include_str!("../migrations/postgres/0003_search.sql"),
    },
    Sql {
        sqlite: include_str!("../migrations/sqlite/0004_names.sql"),
        postgres: include_str!("../migrations/postgres/0004_names.sql"),
    },
    Sql {
        sqlite: include_str!("../migrations/sqlite/0005_colours.sql"),
        postgres: include_str!("../migrations/postgres/0005_colours.sql"),
    },
    Sql {
        sqlite: include_str!("../migrations/sqlite/0006_pins.sql"),
        postgres: include_str!("../migrations/postgres/0006_pins.sql"),
    },
    Sql {
        sqlite: include_str!("../migrations/sqlite/0007_mentions.sql"),
        postgres: include_str!("../migrations/postgres/0007_mentions.sql"),
    },
];

/// SQLite waits for another program's lock, but not where two make one file at once and turn it to its log: then one is
/// refused at once, and may try again so soon and for so long.
const AGAIN: Duration = Duration::from_millis(20);
const AT_ONCE: Duration = Duration::from_secs(2);
/// Marks the file as ours: "Teah".
const APPLICATION_ID: i64 = 0x5465_6168;

const META: Sql = Sql {
    sqlite: "CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL) WITHOUT ROWID;
        PRAGMA application_id = 1415930216;",
    postgres: "CREATE TABLE IF NOT EXISTS meta (name TEXT COLLATE \"C\" PRIMARY KEY NOT NULL, value TEXT NOT NULL)",
};
/// SQLite's writer is alone already.
const LOCK: Sql = Sql { sqlite: "SELECT 1", postgres: "SELECT pg_advisory_xact_lock(1415930216)" };
const TABLES: Sql = Sql {
    sqlite: "SELECT count(*), coalesce(sum(name = 'meta'), 0) FROM sqlite_master WHERE type = 'table'",
    postgres: "SELECT count(*), count(*) FILTER (WHERE tablename = 'meta') FROM pg_tables
        WHERE schemaname = current_schema()",
};
const APPLICATION: Sql = Sql { sqlite: "PRAGMA application_id", postgres: "SELECT CAST(1415930216 AS bigint)" };
const GET: Sql = Sql::both("SELECT value FROM meta WHERE name = $1");
const SET: Sql =
    Sql::both("INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value");

/// Creates what is missing.
pub(crate) async fn migrate(database: &Database) -> Result<(), OpenError> {
    if let Location::Sqlite(path) = &database.0
        && let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty())
    {
        let made = tokio::fs::create_dir_all(parent).await;
        made.map_err(|error| OpenError::File(database.to_string(), error.to_string()))?;
    }
    let begin = Instant::now();
    loop {
        let pool = Pool::new(database, Purpose::Write);
        let migrated = steps(&pool, database).await;
        pool.close().await;
        match migrated {
            Err(OpenError::Locked(_)) if begin.elapsed() < AT_ONCE => sleep(AGAIN).await,
            migrated => return migrated,
        }
    }
}

async fn steps(pool: &Pool, database: &Database) -> Result<(), OpenError> {
    let fault = |error| open_error(database, &error);
    let mut tx = pool.begin().await.map_err(fault)?;
    lock(&mut tx).await.map_err(fault)?;
    if !is_ours(&mut tx).await.map_err(fault)? {
        return Err(OpenError::NotOurs(database.to_string()));
    }
    tx.script(META).await.map_err(fault)?;
    let taken = schema(&mut tx).await.map_err(fault)?;
    let known = STEPS.len();
    let Some(rest) = usize::try_from(taken).ok().and_then(|taken| STEPS.get(taken..)) else {
        return Err(OpenError::Newer(database.to_string(), taken, i64::try_from(known).unwrap_or(i64::MAX)));
    };
    for step in rest {
        tx.script(*step).await.map_err(fault)?;
    }
    if !rest.is_empty() {
        set(&mut tx, "schema", &known.to_string()).await.map_err(fault)?;
    }
    crate::search::prepare(&mut tx).await.map_err(fault)?;
    if taken == 0 {
        new_epoch(&mut tx).await.map_err(fault)?;
    }
    tx.commit().await.map_err(fault)
}

/// Until the transaction ends, nobody else migrates or restores.
pub(crate) async fn lock(tx: &mut Tx) -> Result<()> {
    tx.rows(LOCK, &[]).await.map(drop)
}

/// Ours, and of exactly this schema.
pub(crate) async fn expect_current(tx: &mut Tx, database: &Database) -> Result<(), OpenError> {
    let fault = |error| open_error(database, &error);
    let known = i64::try_from(STEPS.len()).unwrap_or(i64::MAX);
    if !is_ours(tx).await.map_err(fault)? {
        return Err(OpenError::NotOurs(database.to_string()));
    }
    let tables = tx.row(TABLES, &[]).await.map_err(fault)?;
    if tables.map(|row| row.int(0)).transpose().map_err(fault)? == Some(0) {
        return Err(OpenError::Older(database.to_string()));
    }
    match schema(tx).await.map_err(fault)? {
        found if found == known => Ok(()),
        found if found > known => Err(OpenError::Newer(database.to_string(), found, known)),
        _ => Err(OpenError::Older(database.to_string())),
    }
}

/// Empty, or made by us.
async fn is_ours(tx: &mut Tx) -> Result<bool> {
    let Some(row) = tx.row(TABLES, &[]).await? else { return Ok(true) };
    let (tables, meta) = (row.int(0)?, row.int(1)?);
    let application = tx.row(APPLICATION, &[]).await?.map(|row| row.int(0)).transpose()?;
    Ok(tables == 0 || (meta == 1 && application == Some(APPLICATION_ID)))
}

async fn schema(tx: &mut Tx) -> Result<i64> {
    let value = tx.row(GET, &[Arg::Text("schema")]).await?.map(|row| row.text(0)).transpose()?;
    Ok(value.and_then(|value| value.parse().ok()).unwrap_or(0))
}

pub(crate) async fn set(tx: &mut Tx, name: &str, value: &str) -> Result<u64> {
    tx.run(SET, &[Arg::Text(name), Arg::Text(value)]).await
}

/// A life of its own from now on.
pub(crate) async fn new_epoch(tx: &mut Tx) -> Result<Epoch> {
    let epoch = Uuid::now_v7().to_string();
    set(tx, "epoch", &epoch).await?;
    Epoch::parse(epoch).map_err(|error| sqlx::Error::Decode(error.into()))
}

/// What to do about an error on opening.
pub(crate) fn open_error(database: &Database, error: &sqlx::Error) -> OpenError {
    let name = database.to_string();
    match (&database.0, sqlite_code(error)) {
        (Location::Postgres(_), _) => OpenError::Unreachable(name, sentence(error)),
        (Location::Sqlite(_), Some(5 | 6)) => OpenError::Locked(name),
        (Location::Sqlite(_), Some(11)) => OpenError::Corrupt(name),
        (Location::Sqlite(_), Some(26)) => OpenError::NotOurs(name),
        (Location::Sqlite(_), _) => OpenError::File(name, sentence(error)),
    }
}
