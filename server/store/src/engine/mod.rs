//! The two engines behind one face: a pool, a transaction, and statements with their arguments. The only place that
//! knows which one it is; never what a statement means.

pub(crate) mod input;
mod postgres;
mod row;
mod sqlite;

pub(crate) use input::{Column, Input};
pub(crate) use row::Row;
pub(crate) use sqlite::{Checkpoint, checkpoint, fold, vacuum_into};

use sqlx::sqlite::SqlitePool;
use sqlx::{PgPool, Postgres, Sqlite, Transaction};

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
    Sqlite(SqlitePool, Purpose),
    Postgres(PgPool, Purpose),
}

impl Pool {
    pub(crate) fn new(database: &Database, purpose: Purpose) -> Self {
        match &database.0 {
            Location::Sqlite(path) => Self::Sqlite(sqlite::pool(path, purpose), purpose),
            Location::Postgres(options) => Self::Postgres(postgres::pool(options, purpose), purpose),
        }
    }

    /// Begins a transaction: a consistent snapshot for readers, the write lock for the writer. Dropped, it is undone.
    pub(crate) async fn begin(&self) -> Result<Tx> {
        Ok(match self {
            Self::Sqlite(pool, Purpose::Read(_)) => Tx::Sqlite(pool.begin_with("BEGIN").await?),
            Self::Sqlite(pool, Purpose::Write) => Tx::Sqlite(pool.begin_with("BEGIN IMMEDIATE").await?),
            Self::Postgres(pool, Purpose::Read(_)) => Tx::Postgres(pool.begin_with(postgres::BEGIN_READ).await?),
            Self::Postgres(pool, Purpose::Write) => Tx::Postgres(pool.begin_with("BEGIN").await?),
        })
    }

    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite(pool, _) => pool.close().await,
            Self::Postgres(pool, _) => pool.close().await,
        }
    }
}

/// A transaction on either engine.
#[derive(Debug)]
pub(crate) enum Tx {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

impl Tx {
    pub(crate) async fn rows(&mut self, sql: Sql, args: &[Arg<'_>]) -> Result<Vec<Row>> {
        match self {
            Self::Sqlite(tx) => sqlite::rows(tx, sql.sqlite, args).await,
            Self::Postgres(tx) => postgres::rows(tx, sql.postgres, args).await,
        }
    }

    /// Of a statement that finds one row or none.
    pub(crate) async fn row(&mut self, sql: Sql, args: &[Arg<'_>]) -> Result<Option<Row>> {
        Ok(self.rows(sql, args).await?.into_iter().next())
    }

    /// Rows touched.
    pub(crate) async fn run(&mut self, sql: Sql, args: &[Arg<'_>]) -> Result<u64> {
        match self {
            Self::Sqlite(tx) => sqlite::run(tx, sql.sqlite, args).await,
            Self::Postgres(tx) => postgres::run(tx, sql.postgres, args).await,
        }
    }

    /// A statement over a set of rows, in one round trip or few.
    pub(crate) async fn rows_of(&mut self, input: &Input, columns: &[Column<'_>]) -> Result<Vec<Row>> {
        match self {
            Self::Sqlite(tx) => sqlite::rows_of(tx, input, columns).await,
            Self::Postgres(tx) => postgres::rows_of(tx, input, columns).await,
        }
    }

    /// A statement over a set of rows; none if there are no rows.
    pub(crate) async fn run_of(&mut self, input: &Input, columns: &[Column<'_>]) -> Result<u64> {
        if columns[0].is_empty() {
            return Ok(0);
        }
        match self {
            Self::Sqlite(tx) => sqlite::run_of(tx, input, columns).await,
            Self::Postgres(tx) => postgres::run_of(tx, input, columns).await,
        }
    }

    /// Several statements without arguments.
    pub(crate) async fn script(&mut self, sql: Sql) -> Result<()> {
        match self {
            Self::Sqlite(tx) => sqlx::raw_sql(sql.sqlite).execute(&mut **tx).await.map(drop),
            Self::Postgres(tx) => sqlx::raw_sql(sql.postgres).execute(&mut **tx).await.map(drop),
        }
    }

    /// Durable when this returns. After an error nobody knows.
    pub(crate) async fn commit(self) -> Result<()> {
        match self {
            Self::Sqlite(tx) => tx.commit().await,
            Self::Postgres(tx) => tx.commit().await,
        }
    }
}
