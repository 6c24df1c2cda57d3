//! What waits for the writer: orders and errands with their answers, and read marks, of which only the last counts.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use protocol::{ClientId, GroupId, PersonId, Seq};
use tokio::sync::{Notify, OwnedSemaphorePermit, oneshot};

use super::Errand;
use crate::command::{Command, Committed, Grant};
use crate::error::StoreError;
use crate::search::Work;

pub(crate) enum Job {
    Order(Box<Order>),
    /// Terms for the search index. In a transaction of its own: it locks messages, and must not wait for groups then.
    Index(Work, oneshot::Sender<Result<(), StoreError>>),
    Errand(Box<dyn Errand>),
}

impl Job {
    /// Nobody who waits for the answer any more is told nothing.
    pub(crate) fn refuse(self, error: StoreError) {
        match self {
            Self::Order(order) => drop(order.answer.send(Err(error))),
            Self::Index(_, answer) => drop(answer.send(Err(error))),
            Self::Errand(errand) => errand.refuse(error),
        }
    }
}

/// A command on its way.
pub(crate) struct Order {
    pub(crate) group: GroupId,
    pub(crate) by: PersonId,
    pub(crate) grant: Grant,
    /// Its author's, or one that the store made: a batch whose end is unknown can be sent again.
    pub(crate) client_id: ClientId,
    pub(crate) command: Command,
    /// Whom its text means; found before the writer has it.
    pub(crate) mentions: Vec<PersonId>,
    pub(crate) answer: oneshot::Sender<Result<Committed, StoreError>>,
    /// Its share of the bytes that may wait.
    pub(crate) _room: OwnedSemaphorePermit,
}

/// Read marks that wait. They are not confirmed, only written soon; a person's later mark replaces the earlier.
#[derive(Default)]
pub(crate) struct Marks {
    /// A std mutex: held for one map operation, never across an await.
    waiting: Mutex<BTreeMap<(PersonId, GroupId), Seq>>,
    wake: Notify,
}

impl Marks {
    /// Past so many different ones the newest are dropped: a mark comes again with the next message.
    const MOST: usize = 65_536;

    pub(crate) fn put(&self, person: PersonId, group: GroupId, seq: Seq) {
        {
            let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            let key = (person, group);
            if waiting.len() < Self::MOST || waiting.contains_key(&key) {
                let mark = waiting.entry(key).or_default();
                *mark = seq.max(*mark);
            }
        }
        self.wake.notify_one();
    }

    pub(crate) fn take(&self) -> BTreeMap<(PersonId, GroupId), Seq> {
        std::mem::take(&mut self.waiting.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Until there is one, or was.
    pub(crate) async fn wait(&self) {
        self.wake.notified().await;
    }
}
