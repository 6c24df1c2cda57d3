//! Rounds that are interrupted: who comes, goes, falls behind or is reset in the middle of one. And many of them at a time,
//! from many publishers.

use std::{
    mem,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use protocol::{Epoch, GroupId, Person, ResetWhy, Seq};
use store::Who;
use tokio::sync::watch;

use super::FEW;
use crate::chat::{
    Denied, Happened, Joined, Subscriber, Subscription, Topic,
    house::{House, comes, join, joined},
};

/// What one socket is told.
#[derive(Debug, PartialEq, Eq)]
enum Told {
    Event(Seq),
    Lags(Seq),
    Reset(Seq),
}
use Told::{Event, Lags, Reset};

/// Writes down what it is told.
#[derive(Default)]
struct Socket {
    told: Mutex<Vec<Told>>,
    /// How often it was told events.
    times: AtomicUsize,
    latest: watch::Sender<Seq>,
    is_full: AtomicBool,
    has_left: AtomicBool,
    heard_after_it_left: AtomicBool,
}

impl Subscriber for Socket {
    fn events(&self, events: &[Arc<Happened>]) -> bool {
        let left = self.has_left.load(Ordering::SeqCst);
        self.heard_after_it_left.fetch_or(left, Ordering::SeqCst);
        if self.is_full.load(Ordering::SeqCst) {
            return false;
        }
        self.times.fetch_add(1, Ordering::SeqCst);
        self.told.lock().unwrap().extend(events.iter().map(|event| Event(event.seq())));
        self.latest.send_replace(events.last().unwrap().seq());
        true
    }

    fn has_room(&self) -> bool {
        true
    }

    fn lags(&self, head: Seq) {
        self.told.lock().unwrap().push(Lags(head));
    }

    fn reset(&self, _: &GroupId, _: &Epoch, head: Seq, _: ResetWhy) {
        self.told.lock().unwrap().push(Reset(head));
    }

    fn person(&self) -> Option<&Person> {
        None
    }

    fn who(&self) -> Option<Who> {
        None
    }

    fn gone(&self, _: &GroupId, _: Denied) {
        panic!("the group is open");
    }
}

impl Socket {
    fn was_told(&self) -> Vec<Told> {
        mem::take(&mut self.told.lock().unwrap())
    }

    async fn has_heard(&self, seq: Seq) {
        let heard = async { self.latest.subscribe().wait_for(|latest| *latest >= seq).await.map(drop) };
        comes(heard).await.unwrap();
    }
}

fn events(seqs: impl IntoIterator<Item = Seq>) -> Vec<Told> {
    seqs.into_iter().map(Event).collect()
}

/// Nobody hands anything on but the test.
fn by_hand(topic: &Topic) {
    topic.arrivals.lock().handing = true;
}

/// All that is left of a round, and all rounds after it.
fn go_round(topic: &Topic) {
    loop {
        while topic.hand_to(2) {}
        if topic.begin_round().is_none() {
            return;
        }
    }
}

/// A group in which so much was said, of which its topic has heard nothing yet, and so many sockets.
async fn house(
    said: usize,
    sockets: usize,
) -> (House, Arc<Topic>, Vec<Arc<Happened>>, Vec<(Arc<Socket>, Subscription)>) {
    let house = House::open().await;
    let topic = house.topic().await;
    house.say(said, "x").await;
    let happened = house.happened().await;
    let sockets = (0..sockets).map(|_| joined(&topic, None)).collect();
    (house, topic, happened, sockets)
}

#[tokio::test]
async fn who_joins_in_the_middle_of_a_round_misses_nothing_and_hears_nothing_twice() {
    let (_house, topic, happened, sockets) = house(4, 5).await;
    by_hand(&topic);
    topic.hear(happened[..3].iter().cloned());
    assert_eq!(topic.begin_round(), Some(false));
    assert!(topic.hand_to(2));
    let late = [None, Some(3), Some(2), Some(0)].map(|after| joined::<Socket>(&topic, after));
    assert_eq!(late.each_ref().map(|(_, place)| place.head()), [3; 4]);
    assert_eq!(sockets.iter().map(|(_, place)| place.head()).collect::<Vec<_>>(), [3, 3, 0, 0, 0]);
    go_round(&topic);
    for ((socket, _), first) in late.iter().zip([4, 4, 3, 1]) {
        assert_eq!(socket.was_told(), events(first..=3));
    }
    topic.hear(happened[3..].iter().cloned());
    go_round(&topic);
    late.iter().for_each(|(socket, _)| assert_eq!(socket.was_told(), events([4])));
    sockets.iter().for_each(|(socket, _)| assert_eq!(socket.was_told(), events(1..=4)));
}

#[tokio::test]
async fn what_comes_in_the_middle_of_a_round_goes_with_it_from_there_on_and_comes_by_again() {
    let (_house, topic, happened, sockets) = house(3, 5).await;
    by_hand(&topic);
    topic.hear(happened[..1].iter().cloned());
    assert_eq!(topic.begin_round(), Some(false));
    assert!(topic.hand_to(2));
    topic.hear(happened[1..2].iter().cloned());
    assert!(!topic.join_round(), "there is room for it");
    assert!(topic.hand_to(3), "the first two have not had it");
    assert_eq!(topic.lock().round.events.len(), 1, "the first event has been everywhere");
    sockets[..2].iter().for_each(|(socket, _)| assert_eq!(socket.was_told(), events([1])));
    sockets[2..].iter().for_each(|(socket, _)| assert_eq!(socket.was_told(), events([1, 2])));
    topic.hear(happened[2..].iter().cloned());
    assert!(!topic.join_round());
    while topic.hand_to(2) {}
    sockets[..2].iter().for_each(|(socket, _)| assert_eq!(socket.was_told(), events([2, 3])));
    sockets[2..].iter().for_each(|(socket, _)| assert_eq!(socket.was_told(), events([3])));
    sockets.iter().for_each(|(socket, _)| assert_eq!(socket.times.load(Ordering::SeqCst), 2));
    assert!(topic.lock().round.events.is_empty());
    assert_eq!(topic.begin_round(), None);
}

#[tokio::test]
async fn no_more_goes_with_a_round_than_goes_round_at_a_time() {
    const MANY: usize = super::STEP + 20;
    let (_house, topic, happened, sockets) = house(MANY, 3).await;
    by_hand(&topic);
    topic.hear(happened[..10].iter().cloned());
    assert_eq!(topic.begin_round(), Some(false));
    assert!(topic.hand_to(1));
    topic.hear(happened[10..].iter().cloned());
    assert!(topic.join_round(), "the rest waits for the next one");
    assert_eq!(topic.lock().round.events.len(), super::STEP);
    go_round(&topic);
    sockets.iter().for_each(|(socket, _)| assert_eq!(socket.was_told(), events(1..=MANY as Seq)));
}

#[tokio::test]
async fn who_leaves_in_the_middle_of_a_round_hears_nothing_more_and_nobody_is_left_out() {
    let (_house, topic, happened, mut sockets) = house(2, 6).await;
    by_hand(&topic);
    topic.hear(happened);
    assert!(topic.begin_round().is_some() && topic.hand_to(2));
    let (has_heard, has_not) = (sockets.remove(0).0, sockets.remove(2).0);
    go_round(&topic);
    assert_eq!(has_heard.was_told(), events([1, 2]));
    assert_eq!(has_not.was_told(), []);
    sockets.iter().for_each(|(socket, _)| assert_eq!(socket.was_told(), events([1, 2])));
}

#[tokio::test]
async fn of_a_round_in_which_all_are_reset_nothing_more_comes() {
    let (house, topic, happened, sockets) = house(3, 3).await;
    by_hand(&topic);
    topic.hear(happened[..2].iter().cloned());
    assert!(topic.begin_round().is_some() && topic.hand_to(1));
    let epoch = house.services.store.epoch().await.unwrap();
    topic.skip_to(epoch, 2, ResetWhy::TooFar);
    go_round(&topic);
    topic.hear(happened);
    go_round(&topic);
    assert_eq!(sockets[0].0.was_told(), [Event(1), Event(2), Reset(2), Event(3)]);
    sockets[1..].iter().for_each(|(socket, _)| assert_eq!(socket.was_told(), [Reset(2), Event(3)]));
}

#[tokio::test]
async fn one_that_has_no_room_goes_and_the_others_hear_everything() {
    let (_house, topic, happened, sockets) = house(3, 5).await;
    sockets[1].0.is_full.store(true, Ordering::SeqCst);
    topic.hear(happened);
    for (index, (socket, _)) in sockets.iter().enumerate() {
        let told = if index == 1 { vec![Lags(3)] } else { events(1..=3) };
        assert_eq!(socket.was_told(), told);
    }
}

#[tokio::test]
async fn few_are_told_where_it_is_heard_and_for_many_nobody_waits() {
    let (_house, topic, happened, mut sockets) = house(2, FEW).await;
    topic.hear(happened[..1].iter().cloned());
    sockets.iter().for_each(|(socket, _)| assert_eq!(socket.was_told(), events([1])));
    sockets.push(joined(&topic, None));
    topic.hear(happened[1..].iter().cloned());
    sockets.iter().for_each(|(socket, _)| assert_eq!(socket.was_told(), []));
    for (socket, _) in &sockets {
        socket.has_heard(2).await;
        assert_eq!(socket.was_told(), events([2]));
    }
}

#[tokio::test]
async fn what_is_turned_away_at_the_door_is_read_from_the_store() {
    const MANY: usize = super::MAX_AHEAD + 300;
    let (_house, topic, happened, sockets) = house(MANY, 1).await;
    by_hand(&topic);
    topic.hear(happened);
    topic.arrivals.lock().handing = false;
    topic.hand_on();
    sockets[0].0.has_heard(MANY as Seq).await;
    assert_eq!(sockets[0].0.was_told(), events(1..=MANY as Seq));
}

/// Comes, listens a little, goes and comes back, from where it was.
async fn comes_and_goes(topic: Arc<Topic>, until: Seq) -> Vec<Told> {
    let (mut told, mut last) = (Vec::new(), 0);
    while last < until {
        let socket = Arc::<Socket>::default();
        let joined = join(&topic, &socket, Some(last));
        if let Joined::Here(_) = &joined {
            socket.has_heard(last + 1).await;
        }
        drop(joined);
        socket.has_left.store(true, Ordering::SeqCst);
        tokio::task::yield_now().await;
        assert!(!socket.heard_after_it_left.load(Ordering::SeqCst), "it had left");
        told.extend(socket.was_told());
        last = told.len() as Seq;
    }
    told
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_publishers_and_sockets_that_come_and_go_leave_everyone_each_event_once_in_order() {
    const MANY: usize = 400;
    let (_house, topic, happened, sockets) = house(MANY, 5 * FEW).await;
    let restless: Vec<_> = (0..8).map(|_| tokio::spawn(comes_and_goes(Arc::clone(&topic), MANY as Seq))).collect();
    for publisher in 0..4 {
        // All that was said, each in an order of its own.
        let (topic, happened) = (Arc::clone(&topic), happened.clone());
        tokio::spawn(async move {
            for at in 0..MANY {
                topic.hear([Arc::clone(&happened[at ^ publisher])]);
                tokio::task::yield_now().await;
            }
        });
    }
    for (socket, _) in &sockets {
        socket.has_heard(MANY as Seq).await;
        assert_eq!(socket.was_told(), events(1..=MANY as Seq));
    }
    for restless in restless {
        assert_eq!(restless.await.unwrap(), events(1..=MANY as Seq));
    }
}
