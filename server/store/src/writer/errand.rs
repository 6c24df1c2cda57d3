//! What else the writer does, each in a batch like any command: a function over the batch's transaction, and whoever waits
//! for its answer. Never what a single one means.
//!
//! An errand may run more than once, when its batch is tried again: it begins by looking whether it was done already. It
//! judges before it writes, since a refusal undoes nothing; and no statement of it may fail on a constraint, since that
//! would take the batch with it.

use std::pin::Pin;

use tokio::sync::oneshot;

use crate::engine::Tx;
use crate::error::{Refusal, StoreError};
use crate::versions::Touch;

/// Why an errand was not done.
pub(crate) enum Fault {
    /// Nothing was written.
    Refused(Refusal),
    /// The transaction is lost.
    Failed(sqlx::Error),
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<sqlx::Error> for Fault {
    fn from(error: sqlx::Error) -> Self {
        Self::Failed(error)
    }
}

pub(crate) type Verdict<T> = Result<T, Fault>;

/// An errand at work.
pub(crate) type Run<'a, T> = Pin<Box<dyn Future<Output = Verdict<T>> + Send + 'a>>;

type Answer<T> = oneshot::Sender<Result<T, StoreError>>;

/// An errand whose types nobody needs to know.
pub(crate) trait Errand: Send + Sync {
    fn run<'a>(&'a mut self, tx: &'a mut Tx) -> Pin<Box<dyn Future<Output = Result<(), sqlx::Error>> + Send + 'a>>;

    /// What it may change of what anybody is shown.
    fn touch(&self) -> &Touch;

    /// Tells what came of the last run.
    fn answer(self: Box<Self>);

    fn refuse(self: Box<Self>, error: StoreError);
}

struct Asked<A, T> {
    touch: Touch,
    args: A,
    run: for<'a> fn(&'a mut Tx, &'a A) -> Run<'a, T>,
    said: Option<Result<T, Refusal>>,
    answer: Answer<T>,
}

/// An errand and where its answer comes.
pub(crate) fn errand<A, T>(
    touch: Touch,
    args: A,
    run: for<'a> fn(&'a mut Tx, &'a A) -> Run<'a, T>,
) -> (Box<dyn Errand>, oneshot::Receiver<Result<T, StoreError>>)
where
    A: Send + Sync + 'static,
    T: Send + Sync + 'static,
{
    let (answer, answered) = oneshot::channel();
    (Box::new(Asked { touch, args, run, said: None, answer }), answered)
}

impl<A: Send + Sync, T: Send + Sync> Errand for Asked<A, T> {
    fn run<'a>(&'a mut self, tx: &'a mut Tx) -> Pin<Box<dyn Future<Output = Result<(), sqlx::Error>> + Send + 'a>> {
        Box::pin(async move {
            self.said = Some(match (self.run)(tx, &self.args).await {
                Ok(said) => Ok(said),
                Err(Fault::Refused(refusal)) => Err(refusal),
                Err(Fault::Failed(error)) => return Err(error),
            });
            Ok(())
        })
    }

    fn touch(&self) -> &Touch {
        &self.touch
    }

    fn answer(self: Box<Self>) {
        if let Some(said) = self.said {
            let _ = self.answer.send(said.map_err(StoreError::Refused));
        }
    }

    fn refuse(self: Box<Self>, error: StoreError) {
        let _ = self.answer.send(Err(error));
    }
}
