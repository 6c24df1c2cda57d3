//! Moves SQLite's log into the file, off the writer's way: a connection and a task of its own. Never touches data.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::timeout;

use crate::config::Database;
use crate::engine::{Checkpoint, Pool, Purpose};

/// A checkpoint is due after so much text and rows.
const DUE: u64 = 4 << 20;
/// A writer that is silent so long is idle: everything may go.
const IDLE: Duration = Duration::from_secs(1);
/// A log beyond so many pages (64 MiB) begins anew even if the writer must wait for a moment; nobody was idle for long.
const LARGE: u64 = 16 << 10;

pub(crate) struct Checkpointer {
    pool: Pool,
    written: watch::Receiver<u64>,
}

impl Checkpointer {
    pub(crate) fn new(database: &Database, written: watch::Receiver<u64>) -> Self {
        Self { pool: Pool::new(database, Purpose::Write), written }
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
            let log = self.checkpoint(Checkpoint::Passive).await;
            if waits.is_err() {
                self.checkpoint(Checkpoint::Truncate).await;
            } else if log > LARGE {
                self.checkpoint(Checkpoint::Restart).await;
            }
            done = written;
        }
        self.checkpoint(Checkpoint::Truncate).await;
        self.pool.close().await;
    }

    /// The pages of the log. One that fails is due again; the writer says what is wrong with the disk.
    async fn checkpoint(&self, how: Checkpoint) -> u64 {
        let Pool::Sqlite(pool) = &self.pool else { return 0 };
        pool.checkpoint(how).await.unwrap_or(0)
    }
}
