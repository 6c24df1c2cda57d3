//! One transaction: errands, commands, read marks, commit. Never a decision about a single command.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use protocol::{ClientId, Event, GroupId, Millis, PersonId, Seq};
use tokio::sync::oneshot;

use super::plan::{Changes, Planned};
use super::world::World;
use super::{Errand, Job, Order};
use crate::command::Committed;
use crate::engine::{Arg, Column, Pool, Tx};
use crate::error::{Refusal, StoreError};
use crate::search::Work;
use crate::versions::Versions;
use crate::{search, sql};

/// What is committed together.
#[derive(Default)]
pub(crate) struct Batch {
    orders: Vec<Order>,
    errands: Vec<Box<dyn Errand>>,
    /// Terms for the search index, and who waits for them to be there.
    indexing: Vec<(Work, oneshot::Sender<Result<(), StoreError>>)>,
    pub(crate) marks: BTreeMap<(PersonId, GroupId), Seq>,
    /// Of text.
    pub(crate) bytes: usize,
}

/// Commands of a commit whose end nobody knows. Found in the database afterwards, they are news, not resends.
#[derive(Default)]
pub(crate) struct Uncertain(pub(crate) HashSet<(PersonId, ClientId)>);

/// A batch that is on disk.
pub(crate) struct Done {
    /// One per order.
    outcomes: Vec<Result<(Arc<Event>, bool), Refusal>>,
    /// Whether each one's group is for everybody.
    open: Vec<bool>,
    pub(crate) bytes: u64,
}

pub(crate) enum Failure {
    /// Nothing was stored.
    Before(sqlx::Error),
    /// Perhaps everything was, perhaps nothing.
    Commit(sqlx::Error, Vec<(PersonId, ClientId)>),
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        Self::Before(error)
    }
}

impl Batch {
    pub(crate) fn add(&mut self, job: Job) {
        match job {
            Job::Order(order) => {
                self.bytes += order.command.bytes();
                self.orders.push(*order);
            }
            Job::Errand(errand) => self.errands.push(errand),
            Job::Index(work, answer) => {
                self.bytes += work.bytes();
                self.indexing.push((work, answer));
            }
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.orders.len() + self.errands.len() + self.indexing.len()
    }

    /// Each job alone, in order; the read marks go with the first.
    pub(crate) fn split(self) -> impl Iterator<Item = Self> {
        let indexing = self.indexing.into_iter().map(|(work, answer)| Job::Index(work, answer));
        let errands = self.errands.into_iter().map(Job::Errand);
        let jobs: Vec<_> =
            indexing.chain(errands).chain(self.orders.into_iter().map(|order| Job::Order(Box::new(order)))).collect();
        let mut marks = self.marks;
        jobs.into_iter().map(move |job| {
            let mut one = Self { marks: std::mem::take(&mut marks), ..Self::default() };
            one.add(job);
            one
        })
    }

    pub(crate) fn names(&self) -> Vec<(PersonId, ClientId)> {
        self.orders.iter().map(|order| (order.by.clone(), order.client_id.clone())).collect()
    }

    /// What is in it may be on disk now, and nobody was told yet.
    pub(crate) fn touch(&self, versions: &Versions) {
        self.orders.iter().for_each(|order| versions.touch_group(&order.group));
        self.errands.iter().for_each(|errand| versions.touch(errand.touch()));
    }

    pub(crate) async fn commit(&mut self, pool: &Pool, uncertain: &Uncertain) -> Result<Done, Failure> {
        let (mut tx, world) = self.begin(pool).await?;
        let mut changes = Changes::new(world, now());
        let planned: Vec<_> = self.orders.iter().map(|order| changes.plan(order)).collect();
        changes.save(&mut tx).await?;
        self.mark_read(&mut tx).await?;
        tx.commit().await.map_err(|error| Failure::Commit(error, self.names()))?;
        let open: Vec<_> = self.orders.iter().map(|order| !changes.head(&order.group).closed).collect();
        let events: Vec<_> = changes.events.into_iter().map(|(_, event)| Arc::new(event)).collect();
        let outcome = |(order, planned): (&Order, Result<Planned, Refusal>)| {
            Ok(match planned? {
                Planned::New(at) => (Arc::clone(&events[at]), true),
                Planned::Again(at) => (Arc::clone(&events[at]), false),
                Planned::Stored(event) => (event, uncertain.0.contains(&(order.by.clone(), order.client_id.clone()))),
            })
        };
        let outcomes = self.orders.iter().zip(planned).map(outcome).collect();
        // A row is written to two tables and their indexes; what it costs besides its text is near enough half a KiB.
        Ok(Done { outcomes, open, bytes: (self.bytes * 2 + self.len() * 512) as u64 })
    }

    /// Runs the errands and loads what the orders need. A group that is missing is created in a transaction of its own,
    /// so that nobody who holds locks waits for another's creation.
    async fn begin(&mut self, pool: &Pool) -> Result<(Tx, World), sqlx::Error> {
        self.index(pool).await?;
        loop {
            let mut tx = pool.begin().await?;
            for errand in &mut self.errands {
                errand.run(&mut tx).await?;
            }
            let world = World::load(&mut tx, &self.orders).await?;
            let missing = world.missing(&self.orders);
            if missing.is_empty() {
                return Ok((tx, world));
            }
            drop(tx);
            let mut tx = pool.begin().await?;
            for group in missing {
                tx.run(sql::CREATE_GROUP, &[Arg::Text(group.as_str()), Arg::Int(now())]).await?;
            }
            tx.commit().await?;
        }
    }

    /// Committed by itself; done twice it does nothing.
    async fn index(&self, pool: &Pool) -> Result<(), sqlx::Error> {
        for (work, _) in &self.indexing {
            let mut tx = pool.begin().await?;
            search::index(&mut tx, work).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    async fn mark_read(&self, tx: &mut Tx) -> Result<(), sqlx::Error> {
        let people = Column::texts(self.marks.keys().map(|(person, _)| person.as_str()));
        let groups = Column::texts(self.marks.keys().map(|(_, group)| group.as_str()));
        let seqs = Column::ints(self.marks.values().map(|&seq| crate::row::number(seq)));
        tx.run_of(&sql::MARK_READ, &[people, groups, seqs]).await.map(drop)
    }

    /// Tells everyone; returns what is new, in the order of the commit.
    pub(crate) fn answer(self, done: Done) -> Vec<Committed> {
        let mut news = Vec::new();
        for ((order, outcome), open) in self.orders.into_iter().zip(done.outcomes).zip(done.open) {
            let answer = outcome.map(|(event, fresh)| Committed { group: order.group, event, open, fresh });
            if let Ok(committed) = &answer
                && committed.fresh
            {
                news.push(committed.clone());
            }
            let _ = order.answer.send(answer.map_err(StoreError::Refused));
        }
        self.errands.into_iter().for_each(Errand::answer);
        self.indexing.into_iter().for_each(|(_, answer)| drop(answer.send(Ok(()))));
        news
    }

    pub(crate) fn refuse(self, why: &str) {
        let orders = self.orders.into_iter().map(|order| Job::Order(Box::new(order)));
        let indexing = self.indexing.into_iter().map(|(work, answer)| Job::Index(work, answer));
        let errands = self.errands.into_iter().map(Job::Errand);
        orders.chain(indexing).chain(errands).for_each(|job| job.refuse(StoreError::Unavailable(why.to_owned())));
    }
}

/// By the server's clock.
pub(crate) fn now() -> Millis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Millis::try_from(since.as_millis()).unwrap_or(Millis::MAX)
}
