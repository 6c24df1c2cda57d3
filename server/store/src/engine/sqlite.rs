//! SQLite: how its connections are set up, and its way of taking arguments.

use std::path::Path;
use std::time::Duration;

use sqlx::sqlite::{
    SqliteArguments, SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
    SqliteSynchronous,
};
use sqlx::{AssertSqlSafe, Row as _, Sqlite, query::Query};

use super::input::{json, json_each, values};
use super::{Arg, Column, Input, Purpose, Result, Row};

/// How long a lock of another program is waited for.
const BUSY: Duration = Duration::from_secs(3);

/// Rows of one statement: few distinct texts, so that each stays prepared.
const CHUNKS: [usize; 4] = [256, 32, 4, 1];

pub(super) fn pool(path: &Path, purpose: Purpose) -> SqlitePool {
    let options = SqliteConnectOptions::new().filename(path).busy_timeout(BUSY).foreign_keys(false);
    let (options, most) = match purpose {
        Purpose::Read(most) => (options.read_only(true), most),
        Purpose::Write => (writing(options), 1),
    };
    SqlitePoolOptions::new()
        .max_connections(most)
        .test_before_acquire(false)
        .acquire_timeout(BUSY * 3)
        .idle_timeout(None)
        .max_lifetime(None)
        .connect_lazy_with(options)
}

/// Durable at each commit. Checkpoints are the checkpointer's; what is deleted is overwritten.
fn writing(options: SqliteConnectOptions) -> SqliteConnectOptions {
    options
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .pragma("wal_autocheckpoint", "0")
        .pragma("secure_delete", "ON")
        .pragma("cache_size", "-16384")
}

/// How much a checkpoint may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Checkpoint {
    /// What nobody needs; waits for nobody.
    Passive,
    /// Everything, and shortens the log; waits for readers and the writer, for a moment.
    Truncate,
}

/// Copies the log into the file. Whether all of it was.
pub(crate) async fn checkpoint(pool: &SqlitePool, how: Checkpoint) -> Result<bool> {
    let sql = match how {
        Checkpoint::Passive => "PRAGMA wal_checkpoint(PASSIVE)",
        Checkpoint::Truncate => "PRAGMA wal_checkpoint(TRUNCATE)",
    };
    let row = sqlx::query(sql).fetch_one(pool).await?;
    let (busy, log, done): (i64, i64, i64) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
    Ok(busy == 0 && log == done)
}

/// Writes all that is committed to a new file.
pub(crate) async fn vacuum_into(pool: &SqlitePool, file: &Path) -> Result<()> {
    let file = file.to_str().ok_or_else(|| sqlx::Error::Protocol("the file's name is not Unicode".to_owned()))?;
    sqlx::query("VACUUM INTO $1").bind(file).execute(pool).await.map(drop)
}

/// Makes one file of file and log, for good.
pub(crate) async fn fold(pool: &SqlitePool) -> Result<()> {
    sqlx::query("PRAGMA journal_mode = DELETE").execute(pool).await.map(drop)
}

pub(super) async fn rows(to: &mut SqliteConnection, sql: &'static str, args: &[Arg<'_>]) -> Result<Vec<Row>> {
    collect(bind(sqlx::query(sql), args).fetch_all(to).await?)
}

pub(super) async fn run(to: &mut SqliteConnection, sql: &'static str, args: &[Arg<'_>]) -> Result<u64> {
    Ok(bind(sqlx::query(sql), args).execute(to).await?.rows_affected())
}

pub(super) async fn rows_of(to: &mut SqliteConnection, input: &Input, columns: &[Column<'_>]) -> Result<Vec<Row>> {
    let query = sqlx::query(AssertSqlSafe(json_each(input))).bind(json(columns));
    collect(query.fetch_all(to).await?)
}

pub(super) async fn run_of(to: &mut SqliteConnection, input: &Input, columns: &[Column<'_>]) -> Result<u64> {
    if !columns.iter().any(|column| matches!(column, Column::Bytes(_))) {
        let query = sqlx::query(AssertSqlSafe(json_each(input))).bind(json(columns));
        return Ok(query.execute(to).await?.rows_affected());
    }
    let (mut from, rows, mut touched) = (0, columns[0].len(), 0);
    for chunk in CHUNKS {
        while rows - from >= chunk {
            let mut query = sqlx::query(AssertSqlSafe(values(input, chunk)));
            for row in from..from + chunk {
                query = bind_row(query, columns, row);
            }
            touched += query.execute(&mut *to).await?.rows_affected();
            from += chunk;
        }
    }
    Ok(touched)
}

type Bound<'q> = Query<'q, Sqlite, SqliteArguments>;

fn bind<'q>(mut query: Bound<'q>, args: &[Arg<'_>]) -> Bound<'q> {
    for arg in args {
        query = match *arg {
            Arg::Int(value) => query.bind(value),
            Arg::Text(value) => query.bind(value.to_owned()),
            Arg::Bytes(value) => query.bind(value.to_owned()),
        };
    }
    query
}

fn bind_row<'q>(mut query: Bound<'q>, columns: &[Column<'_>], row: usize) -> Bound<'q> {
    for column in columns {
        query = match column {
            Column::Text(values) => query.bind(values[row].map(str::to_owned)),
            Column::Int(values) => query.bind(values[row]),
            Column::Bytes(values) => query.bind(values[row].map(<[u8]>::to_owned)),
        };
    }
    query
}

fn collect(rows: Vec<sqlx::sqlite::SqliteRow>) -> Result<Vec<Row>> {
    Ok(rows.into_iter().map(Row::Sqlite).collect())
}
