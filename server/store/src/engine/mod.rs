//! The two engines behind one face: a pool, a transaction, and statements with their arguments. The only place that
//! knows which one it is; never what a statement means.
//!
//! What waits for PostgreSQL is boxed: its futures are KiB large, and everything that may read would carry them.

pub(crate) mod input;
mod postgres;
mod row;
mod sqlite;

pub(crate) use input::{Column, Input};
pub(crate) use row::Row;
pub(crate) use sqlite::{Checkpoint, code as sqlite_code};

use sqlx::pool::PoolConnection;
use sqlx::postgres::PgConnection;
use sqlx::{PgPool, Postgres, Transaction};

use crate::config::{Database, Location};

pub(crate) type Result<T, E = sqlx::Error> = std::result::Result<T, E>;

/// The same statement in both dialects. Arguments are `$1`, `$2`, …
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sql {
    pub(crate) sqlite: &'static str,
    pub(crate) postgres: &'static str,
}

impl Sql {
    /// A text that both understand.
    pub(crate) const fn both(text: &'static str) -> Self {
        Self { sqlite: text, postgres: text }
    }
}

/// One argument.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Arg<'a> {
    Int(i64),
    Text(&'a str),
    Bytes(&'a [u8]),
}

/// What the connections of a pool are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Many, which cannot write.
    Read(u32),
    /// One, which writes durably.
    Write,
}

/// Connections to one database, opened when they are needed.
#[derive(Clone, Debug)]
pub(crate) enum Pool {
    Sqlite(sqlite::Pool),
    Postgres(PgPool, Purpose),
}

impl Pool {
    pub(crate) fn new(database: &Database, purpose: Purpose) -> Self {
        match &database.0 {
            Location::Sqlite(path) => Self::Sqlite(sqlite::Pool::new(path, purpose)),
            Location::Postgres(options) => Self::Postgres(postgres::pool(options, purpose), purpose),
        }
    }

    /// Begins a transaction: a consistent snapshot for readers, the write lock for the writer. Dropped, it is undone.
    pub(crate) async fn begin(&self) -> Result<Tx> {
        Ok(match self {
            Self::Sqlite(pool) => Tx::Sqlite(pool.begin()?),
            Self::Postgres(pool, Purpose::Read(_)) => {
                Tx::Postgres(Box::pin(pool.begin_with(postgres::BEGIN_READ)).await?)
            }
            Self::Postgres(pool, Purpose::Write) => Tx::Postgres(Box::pin(pool.begin_with("BEGIN")).await?),
        })
    }

    /// The same for statements that look at much: they keep no thread that others need.
    pub(crate) async fn begin_apart(&self) -> Result<Tx> {
        match self {
            Self::Sqlite(pool) => Ok(Tx::Sqlite(Box::pin(pool.apart()).await?)),
            Self::Postgres(..) => self.begin().await,
        }
    }

    /// For one statement that reads: it is a snapshot by itself.
    pub(crate) async fn once(&self) -> Result<Tx> {
        Ok(match self {
            Self::Sqlite(pool) => Tx::Sqlite(pool.once()?),
            Self::Postgres(pool, _) => Tx::PostgresOnce(Box::pin(pool.acquire()).await?),
        })
    }

    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite(pool) => pool.close(),
            Self::Postgres(pool, _) => Box::pin(pool.close()).await,
        }
    }
}

/// A transaction on either engine, or a connection for a statement that needs none.
#[derive(Debug)]
pub(crate) enum Tx {
    Sqlite(sqlite::Tx),
    Postgres(Transaction<'static, Postgres>),
    PostgresOnce(PoolConnection<Postgres>),
}

/// Where statements go.
enum To<'a> {
    Sqlite(&'a mut sqlite::Tx),
    Postgres(&'a mut PgConnection),
}

impl Tx {
    fn to(&mut self) -> To<'_> {
        match self {
            Self::Sqlite(tx) => To::Sqlite(tx),
            Self::Postgres(tx) => To::Postgres(tx),
            Self::PostgresOnce(connection) => To::Postgres(connection),
        }
    }

    pub(crate) async fn rows(&mut self, sql: Sql, args: &[Arg<'_>]) -> Result<Vec<Row>> {
        match self.to() {
            To::Sqlite(to) => Ok(to.rows(sql.sqlite, args).await?.into_iter().map(Row::Sqlite).collect()),
            To::Postgres(to) => Box::pin(postgres::rows(to, sql.postgres, args)).await,
        }
    }

    /// Of a statement that finds one row or none.
    pub(crate) async fn row(&mut self, sql: Sql, args: &[Arg<'_>]) -> Result<Option<Row>> {
        Ok(self.rows(sql, args).await?.into_iter().next())
    }

    /// Rows touched.
    pub(crate) async fn run(&mut self, sql: Sql, args: &[Arg<'_>]) -> Result<u64> {
        match self.to() {
            To::Sqlite(to) => to.run(sql.sqlite, args).await,
            To::Postgres(to) => Box::pin(postgres::run(to, sql.postgres, args)).await,
        }
    }

    /// A statement over a set of rows, in one round trip or few.
    pub(crate) async fn rows_of(&mut self, input: &Input, columns: &[Column<'_>]) -> Result<Vec<Row>> {
        match self.to() {
            To::Sqlite(to) => Ok(to.rows_of(input, columns).await?.into_iter().map(Row::Sqlite).collect()),
            To::Postgres(to) => Box::pin(postgres::rows_of(to, input, columns)).await,
        }
    }

    /// A statement over a set of rows; none if there are no rows.
    pub(crate) async fn run_of(&mut self, input: &Input, columns: &[Column<'_>]) -> Result<u64> {
        if columns[0].is_empty() {
            return Ok(0);
        }
        match self.to() {
            To::Sqlite(to) => to.run_of(input, columns),
            To::Postgres(to) => Box::pin(postgres::run_of(to, input, columns)).await,
        }
    }

    /// Several statements without arguments.
    pub(crate) async fn script(&mut self, sql: Sql) -> Result<()> {
        match self.to() {
            To::Sqlite(to) => to.script(sql.sqlite),
            To::Postgres(to) => Box::pin(sqlx::raw_sql(sql.postgres).execute(to)).await.map(drop),
        }
    }

    /// Durable when this returns. After an error nobody knows.
    pub(crate) async fn commit(self) -> Result<()> {
        match self {
            Self::Sqlite(tx) => tx.commit(),
            Self::Postgres(tx) => Box::pin(tx.commit()).await,
            Self::PostgresOnce(_) => Ok(()),
        }
    }
}
