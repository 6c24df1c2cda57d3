//! Backup and restore. A backup is an SQLite file with our schema, whichever engine it came from and goes to.

use std::path::{Path, PathBuf};

use protocol::Epoch;
use tokio::fs;
use uuid::Uuid;

use super::tables::TABLES;
use crate::config::{Database, Location};
use crate::engine::{Pool, Purpose, Sql, Tx};
use crate::error::{AdminError, OpenError};
use crate::migrate::{lock, migrate, new_epoch, open_error, set};
use crate::read::epoch;
use crate::sql;

/// Anything that somebody made.
const IS_USED: Sql = Sql::both(
    "SELECT CASE WHEN EXISTS (SELECT 1 FROM groups) OR EXISTS (SELECT 1 FROM people WHERE kind <> 'adopted')
        THEN CAST(1 AS bigint) ELSE CAST(0 AS bigint) END",
);

const CLEAR_SETTINGS: Sql = Sql::both("DELETE FROM meta WHERE name LIKE 'server.%'");

/// PostgreSQL counts on from what it gave out itself, not from what was copied.
const COUNT_ON: Sql = Sql {
    sqlite: "SELECT 1",
    postgres: "SELECT setval(pg_get_serial_sequence('audit', 'id'), max(id)) FROM audit HAVING max(id) IS NOT NULL",
};

/// What a restore brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// The database's new life.
    pub epoch: Epoch,
    /// Rows of each table.
    pub rows: Vec<(&'static str, u64)>,
}

impl Database {
    /// Writes everything that is committed at one moment to a new file, while others read and write.
    ///
    /// # Errors
    /// [`AdminError`]; then there is no file.
    pub async fn backup(&self, file: &Path) -> Result<(), AdminError> {
        if fs::try_exists(file).await.unwrap_or(true) {
            return Err(AdminError::Exists(file.display().to_string()));
        }
        let half = beside(file);
        let made = match &self.0 {
            Location::Sqlite(_) => self.vacuum(&half).await,
            Location::Postgres(_) => self.copy_out(&half).await,
        };
        let made = match made {
            Ok(()) => keep(&half, file).await.map_err(|error| AdminError::Failed(error.to_string())),
            Err(error) => Err(error),
        };
        if made.is_err() {
            let _ = fs::remove_file(&half).await;
        }
        made
    }

    /// Replaces this database's content by a backup's, all or nothing, and begins a new epoch: clients load afresh.
    ///
    /// # Errors
    /// [`AdminError::NotEmpty`] unless told to `overwrite`; any error leaves this database as it was.
    pub async fn restore(&self, file: &Path, overwrite: bool) -> Result<Restored, AdminError> {
        let backup = Self::sqlite(file);
        let from = backup.reading().await?;
        let mut source = from.begin().await.map_err(|error| open_error(&backup, &error))?;
        crate::migrate::expect_current(&mut source, &backup).await?;
        migrate(self).await?;
        let to = Pool::new(self, Purpose::Write);
        let restored = self.copy_in(&mut source, &to, overwrite).await;
        drop(source);
        from.close().await;
        to.close().await;
        restored
    }

    async fn copy_in(&self, from: &mut Tx, to: &Pool, overwrite: bool) -> Result<Restored, AdminError> {
        let mut tx = to.begin().await?;
        lock(&mut tx).await?;
        let used = tx.row(IS_USED, &[]).await?.map(|row| row.int(0)).transpose()?;
        if used == Some(1) && !overwrite {
            return Err(AdminError::NotEmpty(self.to_string()));
        }
        let rows = copy(from, &mut tx).await?;
        let epoch = new_epoch(&mut tx).await?;
        tx.commit().await?;
        Ok(Restored { epoch, rows })
    }

    /// SQLite's own way: one pass, no free pages.
    async fn vacuum(&self, to: &Path) -> Result<(), AdminError> {
        let pool = self.reading().await?;
        if let Pool::Sqlite(pool) = &pool {
            pool.vacuum_into(to).await?;
        }
        pool.close().await;
        Ok(())
    }

    async fn copy_out(&self, to: &Path) -> Result<(), AdminError> {
        let from = self.reading().await?;
        let mut source = from.begin().await.map_err(|error| open_error(self, &error))?;
        crate::migrate::expect_current(&mut source, self).await?;
        let backup = Self::sqlite(to);
        migrate(&backup).await?;
        let pool = Pool::new(&backup, Purpose::Write);
        let mut tx = pool.begin().await?;
        copy(&mut source, &mut tx).await?;
        set(&mut tx, "epoch", epoch(&mut source).await?.as_str()).await?;
        tx.commit().await?;
        drop(source);
        from.close().await;
        if let Pool::Sqlite(pool) = &pool {
            pool.fold().await?;
        }
        pool.close().await;
        Ok(())
    }

    /// A pool for one reader of a database that must be there.
    pub(super) async fn reading(&self) -> Result<Pool, OpenError> {
        if let Location::Sqlite(path) = &self.0 {
            let found = fs::metadata(path).await;
            found.map_err(|error| OpenError::File(self.to_string(), error.to_string()))?;
        }
        Ok(Pool::new(self, Purpose::Read(1)))
    }
}

/// All tables and the settings, replacing what is there. The search index is made anew by whoever opens it.
async fn copy(from: &mut Tx, to: &mut Tx) -> Result<Vec<(&'static str, u64)>, AdminError> {
    let mut rows = Vec::new();
    for table in TABLES.iter() {
        to.run(table.clear, &[]).await?;
        rows.push((table.name, table.copy(from, to).await?));
    }
    to.rows(COUNT_ON, &[]).await?;
    let settings = from.rows(sql::SETTINGS, &[]).await?;
    to.run(CLEAR_SETTINGS, &[]).await?;
    for setting in settings {
        set(to, &setting.text(0)?, &setting.text(1)?).await?;
    }
    crate::search::reset(to).await?;
    Ok(rows)
}

/// In the same directory, so that it can be renamed.
fn beside(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(format!(".{}.part", Uuid::now_v7().simple()));
    name.into()
}

/// Survives a power cut, then has its name: whoever sees the name sees a whole backup.
async fn keep(half: &Path, file: &Path) -> std::io::Result<()> {
    fs::File::open(half).await?.sync_all().await?;
    fs::rename(half, file).await?;
    let parent = file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::File::open(parent).await?.sync_all().await
}
