//! SQLite: how its connections are set up, and who has them. Never what a statement means, nor how one is asked (`statement`).
//!
//! Statements run where they are asked for, without a thread between: one that finds what it wants by its key is done before
//! a thread would have been woken. What takes long asks for a connection [`apart`](Pool::apart), whose statements do not keep
//! a thread of the runtime; and the writer has a thread to itself.

mod fault;
mod statement;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags};
use sqlx::Error;

use super::input::{json, json_each, values};
use super::row::Line;
use super::{Arg, Column, Input, Purpose, Result};
pub(crate) use fault::code;
use fault::fault;
use statement::{Field, execute, owned, rows, run};

/// How long a lock of another program is waited for.
const BUSY: Duration = Duration::from_secs(3);

/// So long a checkpoint may keep the writer waiting for somebody who reads; then it is another time's.
const IN_THE_WAY: Duration = Duration::from_millis(20);

/// Statements that a connection keeps prepared: all that there are.
const PREPARED: usize = 256;

/// Connections to one file, opened when they are needed. Clones share them.
#[derive(Clone, Debug)]
pub(crate) struct Pool(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    path: PathBuf,
    purpose: Purpose,
    /// None once it is closed.
    idle: Mutex<Option<Vec<Connection>>>,
}

impl Pool {
    pub(super) fn new(path: &Path, purpose: Purpose) -> Self {
        Self(Arc::new(Shared { path: path.to_owned(), purpose, idle: Mutex::new(Some(Vec::new())) }))
    }

    /// A transaction: a snapshot for readers, the write lock for the writer.
    pub(super) fn begin(&self) -> Result<Tx> {
        let mut tx = self.once()?;
        execute(tx.here()?, self.0.purpose.begin())?;
        tx.open = true;
        Ok(tx)
    }

    /// A connection, for a statement that needs no transaction.
    pub(super) fn once(&self) -> Result<Tx> {
        let idle = self.idle().as_mut().ok_or(Error::PoolClosed)?.pop();
        let connection = match idle {
            Some(connection) => connection,
            None => self.connect()?,
        };
        Ok(Tx { connection: Some(connection), pool: self.clone(), open: false, apart: false })
    }

    /// As [`begin`](Self::begin), for statements that may take long: they run on a thread that may be kept.
    pub(super) async fn apart(&self) -> Result<Tx> {
        let mut tx = self.once()?;
        tx.apart = true;
        let begin = self.0.purpose.begin();
        tx.on(move |connection| execute(connection, begin)).await?;
        tx.open = true;
        Ok(tx)
    }

    /// Copies the log into the file. How long the log is, in pages, of whom some may be copied already.
    pub(crate) async fn checkpoint(&self, how: Checkpoint) -> Result<u64> {
        let sql = match how {
            Checkpoint::Passive => "PRAGMA wal_checkpoint(PASSIVE)",
            Checkpoint::Restart => "PRAGMA wal_checkpoint(RESTART)",
            Checkpoint::Truncate => "PRAGMA wal_checkpoint(TRUNCATE)",
        };
        self.alone(move |connection| {
            connection.busy_timeout(IN_THE_WAY).map_err(fault)?;
            let pages: i64 = connection.query_row(sql, (), |row| row.get(1)).map_err(fault)?;
            Ok(pages.try_into().unwrap_or(0))
        })
        .await
    }

    /// Writes all that is committed to a new file.
    pub(crate) async fn vacuum_into(&self, file: &Path) -> Result<()> {
        let file =
            file.to_str().ok_or_else(|| Error::Protocol("the file's name is not Unicode".to_owned()))?.to_owned();
        self.alone(move |connection| connection.execute("VACUUM INTO $1", [file]).map(drop).map_err(fault)).await
    }

    /// Makes one file of file and log, for good.
    pub(crate) async fn fold(&self) -> Result<()> {
        self.alone(|connection| execute(connection, "PRAGMA journal_mode = DELETE")).await
    }

    /// Whoever still has a connection keeps it as long as they need it.
    pub(super) fn close(&self) {
        *self.idle() = None;
    }

    async fn alone<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let mut tx = self.once()?;
        tx.apart = true;
        tx.on(work).await
    }

    fn connect(&self) -> Result<Connection> {
        let Shared { path, purpose, .. } = &*self.0;
        let how = match purpose {
            Purpose::Read(_) => OpenFlags::SQLITE_OPEN_READ_ONLY,
            Purpose::Write => OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
        };
        let connection = Connection::open_with_flags(path, how | OpenFlags::SQLITE_OPEN_NO_MUTEX).map_err(fault)?;
        connection.busy_timeout(BUSY).map_err(fault)?;
        connection.set_prepared_statement_cache_capacity(PREPARED);
        // Or a statement is planned anew for each value that might fit an index which is only of some rows.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(fault)?;
        if *purpose == Purpose::Write {
            connection.execute_batch(WRITING).map_err(fault)?;
        }
        Ok(connection)
    }

    fn take_back(&self, connection: Connection) {
        let most = match self.0.purpose {
            Purpose::Read(most) => most as usize,
            Purpose::Write => 1,
        };
        if let Some(idle) = self.idle().as_mut().filter(|idle| idle.len() < most) {
            idle.push(connection);
        }
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Option<Vec<Connection>>> {
        self.0.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Purpose {
    const fn begin(self) -> &'static str {
        match self {
            Self::Read(_) => "BEGIN",
            Self::Write => "BEGIN IMMEDIATE",
        }
    }
}

/// Durable at each commit. Checkpoints are the checkpointer's; what is deleted is overwritten.
const WRITING: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0;
    PRAGMA secure_delete = ON; PRAGMA cache_size = -16384; PRAGMA foreign_keys = OFF";

/// How much a checkpoint may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Checkpoint {
    /// What nobody needs; waits for nobody.
    Passive,
    /// Everything, and the log begins anew, in the place that it has; waits for readers and the writer, for a moment.
    Restart,
    /// The same, and gives the place back, for which the file system takes long.
    Truncate,
}

/// A connection that somebody has, and its transaction if there is one. Dropped, that is undone.
#[derive(Debug)]
pub(crate) struct Tx {
    /// Lost if whoever waited for a statement apart no longer does.
    connection: Option<Connection>,
    pool: Pool,
    open: bool,
    apart: bool,
}

impl Tx {
    pub(super) async fn rows(&mut self, sql: &'static str, args: &[Arg<'_>]) -> Result<Vec<Line>> {
        if self.apart {
            let args: Vec<Value> = args.iter().map(owned).collect();
            return self.on(move |connection| rows(connection, sql, &args)).await;
        }
        rows(self.here()?, sql, args)
    }

    pub(super) async fn run(&mut self, sql: &'static str, args: &[Arg<'_>]) -> Result<u64> {
        if self.apart {
            let args: Vec<Value> = args.iter().map(owned).collect();
            return self.on(move |connection| run(connection, sql, &args)).await;
        }
        run(self.here()?, sql, args)
    }

    pub(super) async fn rows_of(&mut self, input: &Input, columns: &[Column<'_>]) -> Result<Vec<Line>> {
        let (sql, rows_as_text) = (json_each(input), json(columns));
        if self.apart {
            let sql = sql.to_owned();
            return self.on(move |connection| rows(connection, &sql, &[rows_as_text])).await;
        }
        rows(self.here()?, sql, &[rows_as_text])
    }

    /// Row by row: a statement that is prepared costs less than rows as JSON, and takes bytes.
    pub(super) fn run_of(&mut self, input: &Input, columns: &[Column<'_>]) -> Result<u64> {
        let (connection, sql) = (self.here()?, values(input));
        let each = 0..columns.first().map_or(0, Column::len);
        let fields = |row| columns.iter().map(|column| Field(column, row)).collect::<Vec<_>>();
        each.map(|row| run(connection, sql, &fields(row))).sum()
    }

    pub(super) fn script(&mut self, sql: &str) -> Result<()> {
        self.here()?.execute_batch(sql).map_err(fault)
    }

    pub(super) fn commit(mut self) -> Result<()> {
        if self.open {
            execute(self.here()?, "COMMIT")?;
            self.open = false;
        }
        Ok(())
    }

    fn here(&self) -> Result<&Connection> {
        self.connection.as_ref().ok_or(Error::WorkerCrashed)
    }

    async fn on<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let connection = self.connection.take().ok_or(Error::WorkerCrashed)?;
        let apart = tokio::task::spawn_blocking(move || {
            let done = work(&connection);
            (connection, done)
        });
        let (connection, done) = apart.await.map_err(|_| Error::WorkerCrashed)?;
        self.connection = Some(connection);
        done
    }
}

impl Drop for Tx {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else { return };
        // One that cannot be undone is closed, which undoes it.
        if !self.open || execute(&connection, "ROLLBACK").is_ok() {
            self.pool.take_back(connection);
        }
    }
}
