//! Moves SQLite's log into the file, off the writer's way: a connection and a task of its own. Never touches data.

use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::timeout;

use crate::config::Database;
use crate::engine::{Checkpoint, Pool, Purpose};

/// A checkpoint is due after so much text and rows.
const DUE: u64 = 4 << 20;
/// A writer that is silent so long is idle: everything may go.
const IDLE: Duration = Duration::from_secs(1);
/// A log beyond this is shortened even if the writer must wait for a moment; nobody was idle for long.
const LARGE: u64 = 64 << 20;

pub(crate) struct Checkpointer {
    pool: Pool,
    log: PathBuf,
    written: watch::Receiver<u64>,
}

impl Checkpointer {
    pub(crate) fn new(database: &Database, path: &Path, written: watch::Receiver<u64>) -> Self {
        let mut log = path.as_os_str().to_owned();
        log.push("-wal");
        Self { pool: Pool::new(database, Purpose::Write), log: log.into(), written }
    }

    /// Until the writer is gone.
    pub(crate) async fn run(mut self) {
        let mut done = 0;
        loop {
            let waits = timeout(IDLE, self.written.changed()).await;
            let written = *self.written.borrow_and_update();
            match waits {
                Ok(Err(_)) => break,
                Ok(Ok(())) if written - done < DUE => continue,
                Err(_) if written == done => {
                    // Nothing new: sleep until there is.
                    if self.written.changed().await.is_err() {
                        break;
                    }
                    continue;
                }
                Ok(Ok(())) | Err(_) => {}
            }
            let idle = waits.is_err();
            let large = tokio::fs::metadata(&self.log).await.is_ok_and(|file| file.len() > LARGE);
            self.checkpoint(Checkpoint::Passive).await;
            if idle || large {
                self.checkpoint(Checkpoint::Truncate).await;
            }
            done = written;
        }
        self.checkpoint(Checkpoint::Truncate).await;
        self.pool.close().await;
    }

    /// One that fails is due again; the writer says what is wrong with the disk.
    async fn checkpoint(&self, how: Checkpoint) -> bool {
        let Pool::Sqlite(pool, _) = &self.pool else { return true };
        crate::engine::checkpoint(pool, how).await.unwrap_or(false)
    }
}
