//! Fills the index behind the writer: a task that reads what waits, makes its terms and asks the writer to store them.

use std::time::Duration;

use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use super::keep::{Entry, Work};
use super::{HISTORY_META, terms_of};
use crate::engine::{Arg, Pool, Result, Row};
use crate::error::StoreError;
use crate::writer::Job;
use crate::{Store, sql};

/// Messages, and bytes of their text, of one turn.
const MOST: i64 = 512;
const MOST_BYTES: i64 = 1 << 20;
/// What is posted waits so long for company: a turn costs the same commit for one as for hundreds.
const GATHER: Duration = Duration::from_millis(500);
/// After a turn the writer belongs to commands for so many times as long.
const REST: u32 = 4;
const RETRY: Duration = Duration::from_secs(1);

pub(crate) struct Indexer {
    pub(crate) readers: Pool,
    /// Weak: whoever only indexes is no reason to go on.
    pub(crate) jobs: mpsc::WeakSender<Job>,
    /// Moves when something was written.
    pub(crate) written: watch::Receiver<u64>,
    pub(crate) stop: CancellationToken,
}

impl Indexer {
    /// Until the store is closed, or nobody has it any more.
    pub(crate) async fn run(mut self) {
        let stop = self.stop.clone();
        stop.run_until_cancelled(self.work()).await;
    }

    async fn work(&mut self) {
        loop {
            let begin = Instant::now();
            let Some(jobs) = self.jobs.upgrade() else { return };
            let turn = turn(&self.readers, &jobs).await;
            drop(jobs);
            match turn {
                Ok(true) => sleep(begin.elapsed() * REST).await,
                Ok(false) => {
                    if self.written.changed().await.is_err() {
                        return;
                    }
                    sleep(GATHER).await;
                }
                // The writer says what is wrong. Sleeps even if all is closing: nothing else here lets go of the task.
                Err(_) => sleep(RETRY).await,
            }
        }
    }
}

impl Store {
    /// Until everything is in the index that is there now. For tests: search finds what waits, too.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    #[doc(hidden)]
    pub async fn index_everything(&self) -> Result<(), StoreError> {
        while turn(self.reader(), self.jobs()).await? {}
        Ok(())
    }
}

/// Whether there was anything to do.
async fn turn(readers: &Pool, jobs: &mpsc::Sender<Job>) -> Result<bool, StoreError> {
    let Some(work) = next(readers).await? else { return Ok(false) };
    let (answer, answered) = oneshot::channel();
    let closed = || StoreError::Unavailable("it is closing".to_owned());
    jobs.send(Job::Index(work, answer)).await.map_err(|_| closed())?;
    answered.await.map_err(|_| closed())??;
    Ok(true)
}

/// New messages before old ones.
async fn next(readers: &Pool) -> Result<Option<Work>> {
    let mut tx = readers.begin_apart().await?;
    let rows = tx.rows(sql::TO_INDEX, &[Arg::Int(MOST), Arg::Int(MOST_BYTES)]).await?;
    if !rows.is_empty() {
        drop(tx);
        return entries(rows).await.map(|entries| Some(Work::Waiting(entries)));
    }
    let from = tx.row(sql::GET_META, &[Arg::Text(HISTORY_META)]).await?.map(|row| row.text(0)).transpose()?;
    let Some(from) = from.filter(|from| !from.is_empty()) else { return Ok(None) };
    let rows = tx.rows(sql::HISTORY, &[Arg::Text(&from), Arg::Int(MOST), Arg::Int(MOST_BYTES)]).await?;
    drop(tx);
    // At the end of all messages: done.
    let to = rows.last().map(|row| row.text(1)).transpose()?.unwrap_or_default();
    let alive = rows.into_iter().filter(|row| row.int(7).is_ok_and(|deleted| deleted == 0)).collect();
    Ok(Some(Work::History { from, to, entries: entries(alive).await? }))
}

/// Cutting a MiB of text takes a while.
async fn entries(rows: Vec<Row>) -> Result<Vec<Entry>> {
    let cut = move || rows.iter().map(entry).collect();
    tokio::task::spawn_blocking(cut).await.map_err(|_| sqlx::Error::WorkerCrashed)?
}

fn entry(row: &Row) -> Result<Entry> {
    let terms = terms_of(&row.text(4)?, &row.text(5)?, &row.written(6)?);
    Ok(Entry { message: row.text(1)?, changed: row.int(2)?, at: row.int(3)?, terms })
}
