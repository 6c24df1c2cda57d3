//! Nothing that is asked is lost, however the end of one turn and the next question meet.

use std::sync::{
    Arc, Mutex, Weak,
    atomic::{AtomicUsize, Ordering},
};

use protocol::{ClientFrame, CloseCode};
use tokio::{sync::Notify, task::yield_now};
use tokio_util::task::TaskTracker;

use super::{Desk, End, MAX_WAITING, Works};

/// Remembers what it was asked, and can be stopped just before it rests.
struct Parrot {
    desk: Weak<Desk<Self>>,
    heard: Arc<Heard>,
}

#[derive(Default)]
struct Heard {
    ids: Mutex<Vec<u64>>,
    turns: AtomicUsize,
    /// Told after each question.
    told: Notify,
    before_rest: Mutex<Option<Box<dyn FnMut() + Send>>>,
    ended: Mutex<Option<CloseCode>>,
    dropped: AtomicUsize,
}

/// What no conversation survives.
const FATAL: u64 = u64::MAX;
/// What none is done with.
const ENDLESS: u64 = u64::MAX - 1;

impl Works for Parrot {
    async fn run(mut self: Box<Self>) {
        self.heard.turns.fetch_add(1, Ordering::Relaxed);
        loop {
            while let Some(ClientFrame::Ping { id }) = self.desk.upgrade().and_then(|desk| desk.next()) {
                assert_ne!(id, FATAL, "a panic that a test asked for");
                if id == ENDLESS {
                    std::future::pending::<()>().await;
                }
                self.heard.ids.lock().unwrap().push(id);
                self.heard.told.notify_one();
                if id % 3 == 0 {
                    yield_now().await;
                }
            }
            if let Some(act) = &mut *self.heard.before_rest.lock().unwrap() {
                act();
            }
            match self.desk.upgrade().and_then(|desk| desk.rest(self)) {
                Some(parrot) => self = parrot,
                None => return,
            }
        }
    }
}

impl Drop for Parrot {
    fn drop(&mut self) {
        self.heard.dropped.fetch_add(1, Ordering::Relaxed);
    }
}

impl End for Heard {
    fn end(&self, code: CloseCode) {
        self.ended.lock().unwrap().get_or_insert(code);
        self.told.notify_one();
    }
}

impl Heard {
    fn ids(&self) -> Vec<u64> {
        self.ids.lock().unwrap().clone()
    }

    async fn until(&self, len: usize) {
        while self.ids.lock().unwrap().len() < len {
            self.told.notified().await;
        }
    }
}

fn desk() -> (Arc<Desk<Parrot>>, Arc<Heard>, TaskTracker) {
    let (heard, tasks) = (Arc::<Heard>::default(), TaskTracker::new());
    let desk =
        Desk::new(tasks.clone(), Arc::clone(&heard) as Arc<dyn End>, |desk| Parrot { desk, heard: Arc::clone(&heard) });
    tasks.close();
    (desk, heard, tasks)
}

fn question(id: u64) -> ClientFrame {
    ClientFrame::Ping { id }
}

#[tokio::test]
async fn between_two_questions_there_is_no_task() {
    let (desk, heard, tasks) = desk();
    for id in 0..3 {
        assert!(desk.ask(question(id)));
        tasks.wait().await;
    }
    assert_eq!((heard.ids(), heard.turns.load(Ordering::Relaxed)), (vec![0, 1, 2], 3));
}

#[tokio::test]
async fn what_is_asked_between_the_last_look_and_the_rest_is_answered_in_the_same_turn() {
    let (desk, heard, tasks) = desk();
    let (late, mut next) = (Arc::clone(&desk), 1..4);
    *heard.before_rest.lock().unwrap() = Some(Box::new(move || {
        if let Some(id) = next.next() {
            assert!(late.ask(question(id)));
        }
    }));
    assert!(desk.ask(question(0)));
    tasks.wait().await;
    assert_eq!((heard.ids(), heard.turns.load(Ordering::Relaxed)), (vec![0, 1, 2, 3], 1));
    // It would hold the desk for ever.
    heard.before_rest.lock().unwrap().take();
}

/// The asker waits for each answer, and so asks again just as the turn ends; every few questions it does not.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn questions_that_come_as_a_turn_ends_are_answered_once_and_in_order() {
    const QUESTIONS: u64 = 100_000;
    let (desk, heard, tasks) = desk();
    for id in 0..QUESTIONS {
        while !desk.ask(question(id)) {
            yield_now().await;
        }
        if id % 7 != 0 {
            heard.until(usize::try_from(id).unwrap() + 1).await;
        }
        (0..id % 64).for_each(|_| std::hint::spin_loop());
    }
    tasks.wait().await;
    assert!(heard.ids().into_iter().eq(0..QUESTIONS));
    assert!(heard.turns.load(Ordering::Relaxed) > 1, "it rested in between");
    drop(desk);
    assert_eq!(heard.dropped.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn too_many_questions_at_a_time_are_refused_and_the_others_answered() {
    let (desk, heard, tasks) = desk();
    assert!((0..MAX_WAITING as u64).all(|id| desk.ask(question(id))));
    assert!(!desk.ask(question(0)));
    tasks.wait().await;
    assert!(heard.ids().into_iter().eq(0..MAX_WAITING as u64));
}

#[tokio::test]
async fn the_socket_takes_a_conversation_with_it_that_works() {
    let (desk, heard, tasks) = desk();
    assert!(desk.ask(question(0)) && desk.ask(question(ENDLESS)));
    heard.until(1).await;
    desk.end();
    tasks.wait().await;
    assert_eq!(heard.dropped.load(Ordering::Relaxed), 1);
    assert!(!desk.ask(question(1)));
    assert_eq!(*heard.ended.lock().unwrap(), None, "it has ended already");
}

#[tokio::test]
async fn the_socket_takes_a_conversation_with_it_that_rests() {
    let (desk, heard, _tasks) = desk();
    desk.end();
    assert_eq!(heard.dropped.load(Ordering::Relaxed), 1);
    assert!(!desk.ask(question(1)));
}

#[tokio::test]
async fn a_conversation_that_panics_takes_its_socket_with_it() {
    let (desk, heard, tasks) = desk();
    assert!(desk.ask(question(0)) && desk.ask(question(FATAL)) && desk.ask(question(1)));
    tasks.wait().await;
    assert_eq!(*heard.ended.lock().unwrap(), Some(CloseCode::Restarting));
    assert!(!desk.ask(question(2)));
    assert_eq!((heard.ids(), heard.dropped.load(Ordering::Relaxed)), (vec![0], 1));
}
