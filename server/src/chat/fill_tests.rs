//! Holes that are filled from a real store while sockets read: who reads keeps up, in order, each event once.

use std::sync::{Arc, Mutex};

use protocol::{CloseCode, Epoch, GroupId, Person, ResetWhy, Seq};
use store::Who;
use tokio::task::JoinHandle;

use crate::{
    chat::{
        Denied, Happened, Joined, Subscriber,
        house::{House, comes, join, joined},
    },
    socket::inbox::{Await, Inbox, Waiting},
};

/// A plain socket that is read, or is not.
#[derive(Default)]
struct Plain {
    inbox: Inbox,
    seqs: Mutex<Vec<Seq>>,
}

impl Subscriber for Plain {
    fn events(&self, events: &[Arc<Happened>]) -> bool {
        self.seqs.lock().unwrap().extend(events.iter().map(|event| event.seq()));
        self.inbox.push(events.iter().filter_map(|event| event.plain_frame()))
    }

    fn has_room(&self) -> bool {
        self.inbox.has_room()
    }

    fn reset(&self, _: &GroupId, _: &Epoch, _: Seq, _: ResetWhy) {
        panic!("it was there all the time");
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

impl Plain {
    /// Reads so many frames.
    fn read(self: &Arc<Self>, frames: usize) -> JoinHandle<()> {
        let plain = Arc::clone(self);
        tokio::spawn(async move {
            let mut read = 0;
            while read < frames {
                match plain.inbox.next().await {
                    Waiting::Frames(frames) => read += frames.len(),
                    Waiting::Ended(_) => panic!("too slow after {read} frames"),
                }
            }
        })
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hole_of_5000_messages_overflows_nobody_who_reads() {
    const MANY: usize = 5_000;
    let house = House::open().await;
    let topic = house.topic().await;
    for count in [MANY / 2, MANY - MANY / 2] {
        house.say(count, "small").await;
    }
    let [(reader, _here), (deaf, _there)] = [(); 2].map(|()| joined::<Plain>(&topic, None));
    let done = reader.read(MANY);
    topic.check(&topic.head().0.unwrap(), MANY as Seq, 0);
    comes(done).await.unwrap();
    assert_eq!(*reader.seqs.lock().unwrap(), (1..=MANY as Seq).collect::<Vec<_>>());
    assert_eq!(deaf.inbox.next().await, Waiting::Ended(CloseCode::TooSlow));
    // Nobody fills any more, and the next hole is filled too.
    let done = reader.read(1);
    house.say(1, "one more").await;
    topic.check(&topic.head().0.unwrap(), MANY as Seq + 1, 0);
    comes(done).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waited_for_one_event_comes_after_it_in_steps() {
    const MANY: usize = 600;
    let house = House::open().await;
    let topic = house.topic().await;
    house.say(MANY, &"x".repeat(8 * 1024)).await;
    let events = house.happened().await.split_off(1);
    let (reader, _place) = joined::<Plain>(&topic, None);
    let done = reader.read(MANY);
    // All but the first: one push of them all with it would be more than a plain socket's inbox holds.
    topic.hear(events);
    comes(done).await.unwrap();
    assert_eq!(*reader.seqs.lock().unwrap(), (1..=MANY as Seq).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_expired_is_not_handed_over_though_it_was_remembered() {
    let house = House::open().await;
    let topic = house.topic().await;
    let (reader, _place) = joined::<Plain>(&topic, None);
    let done = reader.read(10);
    house.say(10, "old").await;
    topic.check(&topic.head().0.unwrap(), 10, 0);
    comes(done).await.unwrap();
    let late = |after| join(&topic, &Arc::<Plain>::default(), Some(after));
    assert!(matches!(late(3), Joined::Here(_)));
    topic.check(&topic.head().0.unwrap(), 10, 5);
    assert!(matches!(late(3), Joined::Behind), "the store says that it has expired");
    assert!(matches!(late(5), Joined::Here(_)));
}
