//! The one writer: everything that waits is committed in one transaction, then answered, then handed on in order. What a
//! failing database does to it is decided here; what a command means is in `plan`.

mod batch;
mod errand;
mod job;
mod plan;
mod queue;
mod save;
mod world;

pub(crate) use batch::now;
pub(crate) use errand::{Errand, Fault, Run, Verdict, errand};
pub(crate) use job::{Job, Marks, Order};
pub(crate) use queue::Queue;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep, timeout};

use crate::command::Committed;
use crate::config::{Database, Location};
use crate::engine::{Pool, Purpose};
use crate::error::{StoreError, is_collision, sentence};
use crate::migrate;
use crate::versions::Versions;
use batch::{Batch, Failure, Uncertain};

/// A batch that met another node's is tried again at once, so often.
const COLLISIONS: u32 = 20;
/// How long a batch whose commit has an unknown end is tried again before its authors are told to.
const PATIENCE: Duration = Duration::from_secs(8);
/// A transaction that PostgreSQL does not finish in this time is lost.
const STUCK: Duration = Duration::from_secs(15);
const BACKOFF: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(3));

/// Whether commands can be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Health {
    /// They can.
    Ready,
    /// They cannot at the moment: why, in a sentence for the administrator.
    Failing(String),
}

pub(crate) struct Writer {
    pub(crate) database: Database,
    pub(crate) pool: Pool,
    pub(crate) queue: Queue,
    pub(crate) versions: Arc<Versions>,
    pub(crate) commits: mpsc::Sender<Vec<Committed>>,
    pub(crate) health: watch::Sender<Health>,
    /// Tells the checkpointer how many bytes of text came to the log.
    pub(crate) written: watch::Sender<u64>,
}

impl Writer {
    /// Until every [`crate::Store`] is gone or it was closed; what waits then is still done.
    pub(crate) async fn run(mut self) {
        while let Some(batch) = self.queue.gather().await {
            if let Err(why) = self.serve(batch).await {
                self.heal(why).await;
            }
            self.queue.served();
        }
        let last = self.queue.marks();
        if !last.marks.is_empty() {
            let _ = self.serve(last).await;
        }
        self.pool.close().await;
    }

    /// Commits a batch and answers everyone in it, whatever happens. An error says that the database is to be healed.
    async fn serve(&mut self, mut batch: Batch) -> Result<(), String> {
        let (mut collisions, mut reconnects, mut uncertain) = (0, 0, Uncertain::default());
        let begin = Instant::now();
        loop {
            let attempt = self.attempt(&mut batch, &uncertain).await;
            // Also after a failure: of a commit nobody may know.
            batch.touch(&self.versions);
            let failure = match attempt {
                Ok(done) => {
                    self.written.send_modify(|written| *written += done.bytes);
                    let fresh = batch.answer(done);
                    if !fresh.is_empty() {
                        // Nobody who listens any more is no reason not to store.
                        let _ = self.commits.send(fresh).await;
                    }
                    return Ok(());
                }
                Err(failure) => failure,
            };
            let error = match failure {
                Failure::Before(error) if is_collision(&error) && collisions < COLLISIONS => {
                    collisions += 1;
                    continue;
                }
                Failure::Before(error) if is_collision(&error) => return self.serve_one_by_one(batch, &error).await,
                Failure::Before(error) => error,
                Failure::Commit(error, planned) => {
                    uncertain.0.extend(planned);
                    error
                }
            };
            // A connection that was lost while nobody used it shows only now: once, it is simply opened again. A commit
            // that SQLite calls failed is undone for all who look; only PostgreSQL's may have happened out of our sight.
            let again = reconnects == 0 || (!uncertain.0.is_empty() && begin.elapsed() < PATIENCE);
            if self.is_sqlite() || !again {
                let why = sentence(&error);
                batch.refuse(&why);
                return Err(why);
            }
            reconnects += 1;
            self.reopen();
            sleep(BACKOFF.0 * reconnects.min(10)).await;
        }
    }

    /// A batch that collides for ever collides with what is stored: a damaged group. It must not stop the others.
    async fn serve_one_by_one(&mut self, batch: Batch, error: &sqlx::Error) -> Result<(), String> {
        if batch.len() < 2 {
            let why = sentence(error);
            tracing::error!(database = %self.database, "A command cannot be stored, run `teahouse check`: {why}");
            batch.refuse(&why);
            return Ok(());
        }
        let mut rest = batch.split();
        while let Some(one) = rest.next() {
            if let Err(why) = Box::pin(self.serve(one)).await {
                rest.for_each(|one| one.refuse(&why));
                return Err(why);
            }
        }
        Ok(())
    }

    async fn attempt(&self, batch: &mut Batch, uncertain: &Uncertain) -> Result<batch::Done, Failure> {
        if self.is_sqlite() {
            return batch.commit(&self.pool, uncertain).await;
        }
        let done = timeout(STUCK, batch.commit(&self.pool, uncertain)).await;
        done.unwrap_or_else(|_| Err(Failure::Commit(sqlx::Error::PoolTimedOut, batch.names())))
    }

    /// Tells everyone who comes to try again, until the database takes a write.
    async fn heal(&mut self, why: String) {
        tracing::warn!(database = %self.database, "The store cannot write: {why}");
        let mut why = why;
        let mut backoff = BACKOFF.0;
        loop {
            self.health.send_replace(Health::Failing(why.clone()));
            if !self.refuse_for(backoff, &why).await {
                return;
            }
            self.reopen();
            match self.probe().await {
                Ok(()) => break,
                Err(error) => why = sentence(&error),
            }
            backoff = (backoff * 2).min(BACKOFF.1);
        }
        tracing::info!(database = %self.database, "The store can write again");
        self.health.send_replace(Health::Ready);
    }

    /// Whether to go on.
    async fn refuse_for(&mut self, time: Duration, why: &str) -> bool {
        let until = Instant::now() + time;
        loop {
            tokio::select! {
                () = tokio::time::sleep_until(until) => return true,
                () = self.queue.stop.cancelled() => return false,
                job = self.queue.jobs.recv() => match job {
                    Some(job) => job.refuse(StoreError::Unavailable(why.to_owned())),
                    None => return false,
                }
            }
        }
    }

    /// A real write, to the disk and back.
    async fn probe(&self) -> Result<(), sqlx::Error> {
        let probe = async {
            let mut tx = self.pool.begin().await?;
            migrate::set(&mut tx, "healed", &batch::now().to_string()).await?;
            tx.commit().await
        };
        timeout(STUCK, probe).await.unwrap_or(Err(sqlx::Error::PoolTimedOut))
    }

    fn reopen(&mut self) {
        self.pool = Pool::new(&self.database, Purpose::Write);
    }

    const fn is_sqlite(&self) -> bool {
        matches!(self.database.0, Location::Sqlite(_))
    }
}
