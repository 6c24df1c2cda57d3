//! The handle that everyone holds: opens the database, hands commands to the writer, and knows the readers' pool.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use protocol::{ClientId, GroupId, Person, PersonId, Seq};
use tokio::runtime::Handle;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{Semaphore, mpsc, oneshot, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

use crate::checkpoint::Checkpointer;
use crate::command::{Command, Committed, Grant};
use crate::config::{Config, Database, Location};
use crate::engine::{Pool, Purpose, Tx};
use crate::error::{OpenError, StoreError};
use crate::migrate::{migrate, open_error};
use crate::read::epoch;
use crate::search::Indexer;
use crate::versions::{Touch, Versions};
use crate::writer::{Health, Job, Marks, Order, Queue, Run, Writer, errand};

/// The id of the person whom messages from a Django process belong to.
pub const DJANGO: &str = "django";

/// An open database. Clones share it.
#[derive(Clone)]
pub struct Store(Arc<Shared>);

struct Shared {
    database: Database,
    readers: Pool,
    /// How often one was asked.
    reads: AtomicU64,
    versions: Arc<Versions>,
    jobs: mpsc::Sender<Job>,
    /// Bytes of text that may still come to wait.
    room: Arc<Semaphore>,
    room_in_all: usize,
    marks: Arc<Marks>,
    health: watch::Receiver<Health>,
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl Store {
    /// Opens a database, created if need be. What is committed is sent to `commits`, in the order of the commits, which
    /// is that of the numbers in each group. The writer waits for room there: whoever listens must be quick.
    ///
    /// # Errors
    /// [`OpenError`] says what to do. Only an unreachable PostgreSQL may heal by itself.
    pub async fn open(config: Config, commits: mpsc::Sender<Vec<Committed>>) -> Result<Self, OpenError> {
        let Config { database, readers, queue, queue_bytes } = config;
        migrate(&database).await?;
        let (written, heard) = watch::channel(0);
        let (jobs, waiting) = mpsc::channel(queue.max(1));
        let (told, health) = watch::channel(Health::Ready);
        let (stop, tasks, marks) = (CancellationToken::new(), TaskTracker::new(), Arc::<Marks>::default());
        let versions = Arc::<Versions>::default();
        let writer = Writer {
            versions: Arc::clone(&versions),
            pool: Pool::new(&database, Purpose::Write),
            database: database.clone(),
            queue: Queue::new(waiting, Arc::clone(&marks), stop.clone()),
            commits,
            health: told,
            written,
        };
        let readers = Pool::new(&database, Purpose::Read(readers.max(1)));
        // Shows now, not to the first visitor, what migrating did not touch.
        let readable = async { epoch(&mut readers.begin().await?).await };
        readable.await.map_err(|error| open_error(&database, &error))?;
        let indexer =
            Indexer { readers: readers.clone(), jobs: jobs.downgrade(), written: heard.clone(), stop: stop.clone() };
        match &database.0 {
            Location::Sqlite(_) => drop(tasks.spawn(on_its_own_thread(&database, writer.run())?)),
            Location::Postgres(_) => drop(tasks.spawn(writer.run())),
        }
        tasks.spawn(indexer.run());
        if matches!(database.0, Location::Sqlite(_)) {
            tasks.spawn(Checkpointer::new(&database, heard).run());
        }
        tasks.close();
        let room = Arc::new(Semaphore::new(queue_bytes.min(u32::MAX as usize)));
        Ok(Self(Arc::new(Shared {
            database,
            readers,
            reads: AtomicU64::new(0),
            versions,
            jobs,
            room,
            room_in_all: queue_bytes,
            marks,
            health,
            stop,
            tasks,
        })))
    }

    /// Stores a command. When this returns `Ok` it is on disk and stays there, whatever crashes.
    ///
    /// The same `client_id` of the same author again is the same event again, not a second one. A caller that has none
    /// cannot send again safely after [`StoreError::Unavailable`].
    ///
    /// # Errors
    /// [`StoreError::Refused`] for good; [`StoreError::Busy`] and [`StoreError::Unavailable`] may be tried again.
    pub async fn command(
        &self,
        group: &GroupId,
        by: &Person,
        grant: Grant,
        client_id: Option<&ClientId>,
        command: Command,
    ) -> Result<Committed, StoreError> {
        self.submit(group, by, grant, client_id, command)?.await
    }

    /// The same for who goes on meanwhile: commands are stored in the order in which they were submitted, those that wait
    /// together in one transaction. What comes of it need not be waited for to be done.
    ///
    /// # Errors
    /// [`StoreError::Busy`] and [`StoreError::Unavailable`], at once; the others come with the answer.
    pub fn submit(
        &self,
        group: &GroupId,
        by: &Person,
        grant: Grant,
        client_id: Option<&ClientId>,
        command: Command,
    ) -> Result<impl Future<Output = Result<Committed, StoreError>> + Send + Sync + use<>, StoreError> {
        let bytes = command.bytes().min(self.0.room_in_all);
        let bytes = u32::try_from(bytes).map_err(|_| StoreError::Busy)?;
        let room = Arc::clone(&self.0.room).try_acquire_many_owned(bytes).map_err(|_| StoreError::Busy)?;
        let client_id = match client_id {
            Some(id) => id.clone(),
            None => ClientId::parse(Uuid::now_v7().to_string())
                .map_err(|error| StoreError::Unavailable(error.to_string()))?,
        };
        let (answer, answered) = oneshot::channel();
        let by = by.id.clone();
        let (group, mentions) = (group.clone(), command.mentions());
        let order = Order { group, by, grant, client_id, command, mentions, answer, _room: room };
        self.send(Job::Order(Box::new(order)))?;
        Ok(async { answered.await.map_err(|_| closed())? })
    }

    /// Notes that a person has seen everything up to event `seq`. Marks only ever move forward; they are written soon,
    /// at the latest with the next command, and not confirmed.
    pub fn mark_read(&self, person: &PersonId, group: &GroupId, seq: Seq) {
        self.0.marks.put(person.clone(), group.clone(), seq);
    }

    /// Whether commands can be stored, and why not.
    #[must_use]
    pub fn health(&self) -> watch::Receiver<Health> {
        self.0.health.clone()
    }

    /// Another number whenever this process may have changed what anybody is shown of a group; it only grows, and moves
    /// before a command's or an errand's answer. What is read after it was taken is at least as new.
    #[must_use]
    pub fn version(&self, group: &GroupId) -> u64 {
        self.0.versions.of(group)
    }

    /// The same of who is somebody: guests who came, and accounts made of them, by this process.
    #[must_use]
    pub fn sessions_version(&self) -> u64 {
        self.0.versions.of_sessions()
    }

    /// How often the database was asked for something since it was opened, writing aside.
    #[must_use]
    pub fn reads(&self) -> u64 {
        self.0.reads.load(Ordering::Relaxed)
    }

    /// The database that this was opened with.
    #[must_use]
    pub fn database(&self) -> &Database {
        &self.0.database
    }

    /// Stores what waits, and returns when everything is written and closed. Commands from then on are `Unavailable`.
    pub async fn close(&self) {
        self.0.stop.cancel();
        self.0.readers.close().await;
        self.0.tasks.wait().await;
    }

    pub(crate) fn reader(&self) -> &Pool {
        self.0.reads.fetch_add(1, Ordering::Relaxed);
        &self.0.readers
    }

    pub(crate) fn jobs(&self) -> &mpsc::Sender<Job> {
        &self.0.jobs
    }

    /// Has the writer do this, which may change what everybody is shown, and waits for its answer.
    pub(crate) async fn errand<A, T>(
        &self,
        args: A,
        run: for<'a> fn(&'a mut Tx, &'a A) -> Run<'a, T>,
    ) -> Result<T, StoreError>
    where
        A: Send + Sync + 'static,
        T: Send + Sync + 'static,
    {
        self.errand_of(Touch::Everything, args, run).await
    }

    /// The same of what changes less.
    pub(crate) async fn errand_of<A, T>(
        &self,
        touch: Touch,
        args: A,
        run: for<'a> fn(&'a mut Tx, &'a A) -> Run<'a, T>,
    ) -> Result<T, StoreError>
    where
        A: Send + Sync + 'static,
        T: Send + Sync + 'static,
    {
        let (errand, answered) = errand(touch, args, run);
        self.send(Job::Errand(errand))?;
        answered.await.map_err(|_| closed())?
    }

    /// Has the writer do this some time soon, if it is not too busy.
    pub(crate) fn errand_soon<A>(&self, args: A, run: for<'a> fn(&'a mut Tx, &'a A) -> Run<'a, ()>)
    where
        A: Send + Sync + 'static,
    {
        let _ = self.send(Job::Errand(errand(Touch::Nothing, args, run).0));
    }

    fn send(&self, job: Job) -> Result<(), StoreError> {
        self.0.jobs.try_send(job).map_err(|error| match error {
            TrySendError::Full(_) => StoreError::Busy,
            TrySendError::Closed(_) => closed(),
        })
    }
}

/// What never waits for anything but its turn and the disk has a thread to itself; who awaits this waits for its end.
fn on_its_own_thread(
    database: &Database,
    work: impl Future<Output = ()> + Send + 'static,
) -> Result<impl Future<Output = ()> + Send + 'static, OpenError> {
    let (runtime, (done, ended)) = (Handle::current(), oneshot::channel::<()>());
    let work = move || {
        runtime.block_on(work);
        drop(done);
    };
    let begun = std::thread::Builder::new().name("store".to_owned()).spawn(work);
    begun.map_err(|error| OpenError::File(database.to_string(), error.to_string()))?;
    Ok(async { drop(ended.await) })
}

fn closed() -> StoreError {
    StoreError::Unavailable("it is closing".to_owned())
}
