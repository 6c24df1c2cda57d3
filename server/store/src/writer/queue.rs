//! What the writer does together: everything that waits, and who comes right after. Never what is done with it.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{Instant, timeout_at};
use tokio_util::sync::CancellationToken;

use super::batch::Batch;
use super::{Job, Marks};

/// Commands in one transaction, and bytes of their text.
const MOST: usize = 1000;
const MOST_BYTES: usize = 8 << 20;
/// So long after a batch its number is waited for: a commit costs as much for one as for ten.
const COMPANY: Duration = Duration::from_millis(3);

pub(crate) struct Queue {
    pub(super) jobs: mpsc::Receiver<Job>,
    marks: Arc<Marks>,
    pub(super) stop: CancellationToken,
    /// How many were done together last, and when that was over.
    last: usize,
    since: Instant,
}

impl Queue {
    pub(crate) fn new(jobs: mpsc::Receiver<Job>, marks: Arc<Marks>, stop: CancellationToken) -> Self {
        Self { jobs, marks, stop, last: 0, since: Instant::now() }
    }

    /// Everything that waits; waits itself if nothing does, and a moment for as many as came last time. Whoever is alone, or
    /// has their company already, waits for nobody. Nothing when it is closed and empty.
    pub(super) async fn gather(&mut self) -> Option<Batch> {
        let mut batch = Batch::default();
        let marks = Arc::clone(&self.marks);
        tokio::select! {
            biased;
            job = self.jobs.recv() => batch.add(job?),
            () = marks.wait() => {}
            () = self.stop.cancelled() => {
                self.jobs.close();
                batch.add(self.jobs.recv().await?);
            }
        }
        while batch.len() < MOST && batch.bytes < MOST_BYTES {
            let Some(job) = self.next(batch.len()).await else { break };
            batch.add(job);
        }
        self.last = batch.len();
        batch.marks = self.marks.take();
        Some(batch)
    }

    async fn next(&mut self, so_far: usize) -> Option<Job> {
        match self.jobs.try_recv() {
            Ok(job) => Some(job),
            Err(_) if so_far >= self.last => None,
            Err(_) => timeout_at(self.since + COMPANY, self.jobs.recv()).await.ok().flatten(),
        }
    }

    /// What was gathered is done.
    pub(super) fn served(&mut self) {
        self.since = Instant::now();
    }

    /// Read marks that no job came after.
    pub(super) fn marks(&self) -> Batch {
        let mut batch = Batch::default();
        batch.marks = self.marks.take();
        batch
    }
}

#[cfg(test)]
mod tests {
    use super::super::errand;
    use super::*;
    use crate::versions::Touch;

    fn queue() -> (mpsc::Sender<Job>, Queue) {
        let (jobs, waiting) = mpsc::channel(100);
        (jobs, Queue::new(waiting, Arc::default(), CancellationToken::new()))
    }

    fn come(jobs: &mpsc::Sender<Job>, count: usize) {
        for _ in 0..count {
            let (errand, _) = errand(Touch::Nothing, (), |_, ()| Box::pin(async { Ok(()) }));
            assert!(jobs.try_send(Job::Errand(errand)).is_ok());
        }
    }

    /// How many it takes together, and how many milliseconds it waits for them.
    async fn gathered(queue: &mut Queue) -> (usize, u128) {
        let begin = Instant::now();
        let batch = queue.gather().await.unwrap();
        (batch.len(), begin.elapsed().as_millis())
    }

    #[tokio::test(start_paused = true)]
    async fn who_is_alone_waits_for_nobody() {
        let (jobs, mut queue) = queue();
        for _ in 0..3 {
            come(&jobs, 1);
            assert_eq!(gathered(&mut queue).await, (1, 0));
            queue.served();
        }
    }

    #[tokio::test(start_paused = true)]
    async fn as_many_as_came_last_time_are_waited_for_but_not_longer_than_a_moment() {
        let (jobs, mut queue) = queue();
        come(&jobs, 5);
        assert_eq!(gathered(&mut queue).await, (5, 0));
        queue.served();
        come(&jobs, 2);
        assert_eq!(gathered(&mut queue).await, (2, COMPANY.as_millis()));
        queue.served();
        come(&jobs, 2);
        assert_eq!(gathered(&mut queue).await, (2, 0), "two came last time");
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_waits_any_more_when_as_many_are_there() {
        let (jobs, mut queue) = queue();
        come(&jobs, 3);
        gathered(&mut queue).await;
        queue.served();
        come(&jobs, 1);
        let later = async {
            tokio::time::sleep(Duration::from_millis(1)).await;
            come(&jobs, 2);
        };
        let (gathered, ()) = tokio::join!(gathered(&mut queue), later);
        assert_eq!(gathered, (3, 1));
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_is_waited_for_when_the_last_batch_was_long_ago() {
        let (jobs, mut queue) = queue();
        come(&jobs, 3);
        gathered(&mut queue).await;
        queue.served();
        tokio::time::advance(COMPANY).await;
        come(&jobs, 1);
        assert_eq!(gathered(&mut queue).await, (1, 0));
    }

    #[tokio::test(start_paused = true)]
    async fn who_closes_it_waits_for_nobody_else_and_everything_that_waits_is_done() {
        let (jobs, mut queue) = queue();
        come(&jobs, 3);
        gathered(&mut queue).await;
        queue.served();
        come(&jobs, 2);
        queue.stop.cancel();
        queue.jobs.close();
        assert_eq!(gathered(&mut queue).await, (2, 0));
        assert!(queue.gather().await.is_none());
    }
}
