//! The registry's races, every interleaving of them: `RUSTFLAGS="--cfg loom" cargo test -p channel_layer --test loom
//! --release`. Built without that flag, this file is empty.
//!
//! The layer's methods that appear here never wait, so each is polled once, to its end.
#![cfg(loom)]

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use channel_layer::{ChannelLayer, ChannelName, Delivery, Footprint, GroupName, Inbox, LayerError};
use channel_layer::{MemoryConfig, MemoryLayer};
use loom::thread;

type Layer = Arc<MemoryLayer<u32>>;

/// Counts what it is given. A std atomic: what it counts is read after all threads have ended.
#[derive(Default)]
struct Bell(AtomicUsize);

impl Inbox<u32> for Bell {
    fn deliver(&self, batch: &[Arc<u32>]) -> Delivery {
        self.0.fetch_add(batch.len(), SeqCst);
        Delivery::Taken
    }
}

/// Answers that it has gone.
struct Gone;

impl Inbox<u32> for Gone {
    fn deliver(&self, _: &[Arc<u32>]) -> Delivery {
        Delivery::Gone
    }
}

#[test]
fn a_join_that_races_a_detach_leaves_no_ghost() {
    loom::model(|| {
        let (layer, room) = (layer(), group("room"));
        let (mine, bell) = attach(&layer);
        let joining = spawn(&layer, &room, &mine, |layer, room, mine| at_once(layer.group_add(room, mine)));
        layer.detach(&mine);
        let joined = joining.join().unwrap();

        assert!(matches!(joined, Ok(()) | Err(LayerError::Detached)), "{joined:?}");
        assert_eq!(layer.footprint(), Footprint::default());
        at_once(layer.group_send(&room, Arc::new(1))).unwrap();
        assert_eq!(bell.0.load(SeqCst), 0);
    });
}

#[test]
fn a_send_that_races_join_and_detach_delivers_at_most_once() {
    loom::model(|| {
        let (layer, room) = (layer(), group("room"));
        let (mine, bell) = attach(&layer);
        let sending = spawn(&layer, &room, &mine, |layer, room, _| at_once(layer.group_send(room, Arc::new(1))));
        at_once(layer.group_add(&room, &mine)).unwrap();
        layer.detach(&mine);
        let sent = sending.join().unwrap().unwrap();

        assert_eq!(sent.delivered, bell.0.load(SeqCst) as u64);
        assert!(sent.delivered <= 1);
        assert_eq!(layer.footprint(), Footprint::default());
    });
}

#[test]
fn joins_leaves_and_sends_of_three_threads_end_consistent() {
    loom::model(|| {
        let (layer, room) = (layer(), group("room"));
        let (mine, bell) = attach(&layer);
        let joining = spawn(&layer, &room, &mine, |layer, room, mine| at_once(layer.group_add(room, mine)));
        let leaving = spawn(&layer, &room, &mine, |layer, room, mine| at_once(layer.group_discard(room, mine)));
        let sent = at_once(layer.group_send(&room, Arc::new(1))).unwrap();
        joining.join().unwrap().unwrap();
        leaving.join().unwrap().unwrap();

        // Whoever came last, both sides agree: the member hears the next send if and only if it is listed.
        let members = layer.footprint().memberships as u64;
        assert_eq!(at_once(layer.group_send(&room, Arc::new(2))).unwrap().delivered, members);
        assert_eq!(bell.0.load(SeqCst) as u64, sent.delivered + members);
        layer.detach(&mine);
        assert_eq!(layer.footprint(), Footprint::default());
    });
}

#[test]
fn a_send_that_begins_after_detach_has_returned_reaches_nobody() {
    loom::model(|| {
        let (layer, room) = (layer(), group("room"));
        let (mine, bell) = attach(&layer);
        let joining = spawn(&layer, &room, &mine, |layer, room, mine| at_once(layer.group_add(room, mine)));
        layer.detach(&mine);
        let sent = at_once(layer.group_send(&room, Arc::new(1))).unwrap();
        joining.join().unwrap().ok();

        assert_eq!((sent.delivered, bell.0.load(SeqCst)), (0, 0));
    });
}

#[test]
fn two_senders_that_both_find_an_inbox_gone_detach_it_once() {
    loom::model(|| {
        let (layer, room) = (layer(), group("room"));
        let mine = layer.attach("specific", Arc::new(Gone)).unwrap();
        at_once(layer.group_add(&room, &mine)).unwrap();
        let sending = spawn(&layer, &room, &mine, |layer, room, _| at_once(layer.group_send(room, Arc::new(1))));
        at_once(layer.group_send(&room, Arc::new(2))).unwrap();
        sending.join().unwrap().unwrap();

        assert_eq!(layer.footprint(), Footprint::default());
    });
}

#[test]
fn an_ordinary_channels_join_racing_its_detach_is_on_both_sides_or_neither() {
    loom::model(|| {
        let (layer, room, worker) = (layer(), group("room"), ChannelName::parse("worker").unwrap());
        at_once(layer.group_add(&room, &worker)).unwrap();
        let joining = spawn(&layer, &room, &worker, |layer, room, worker| at_once(layer.group_add(room, worker)));
        layer.detach(&worker);
        joining.join().unwrap().unwrap();

        let held = layer.footprint();
        assert_eq!(held.channels, held.memberships, "a channel without messages is held for its membership alone");
        layer.detach(&worker);
        assert_eq!(layer.footprint(), Footprint::default());
    });
}

#[test]
fn a_flush_that_races_a_join_leaves_nothing_half_done() {
    loom::model(|| {
        let (layer, room, worker) = (layer(), group("room"), ChannelName::parse("worker").unwrap());
        let joining = spawn(&layer, &room, &worker, |layer, room, worker| at_once(layer.group_add(room, worker)));
        at_once(layer.flush()).unwrap();
        joining.join().unwrap().unwrap();

        let held = layer.footprint();
        assert_eq!(held.channels, held.memberships, "a channel without messages is held for its membership alone");
        layer.detach(&worker);
        assert_eq!(layer.footprint(), Footprint::default());
    });
}

#[test]
fn a_close_that_races_a_join_leaves_nothing() {
    loom::model(|| {
        let (layer, room) = (layer(), group("room"));
        let (mine, bell) = attach(&layer);
        let joining = spawn(&layer, &room, &mine, |layer, room, mine| at_once(layer.group_add(room, mine)));
        at_once(layer.close()).unwrap();
        let joined = joining.join().unwrap();

        assert!(matches!(joined, Ok(()) | Err(LayerError::Closed)), "{joined:?}");
        assert_eq!(layer.footprint(), Footprint::default());
        assert_eq!(Arc::strong_count(&bell), 1);
    });
}

#[test]
fn a_membership_renewed_while_a_send_finds_it_lapsed_is_on_both_sides() {
    loom::model(|| {
        let group_expiry = Duration::from_nanos(1);
        let config = MemoryConfig { group_expiry, ..MemoryConfig::default() };
        let layer: Layer = Arc::new(MemoryLayer::new(config).unwrap());
        let (room, worker) = (group("room"), ChannelName::parse("worker").unwrap());
        at_once(layer.group_add(&room, &worker)).unwrap();
        let joining = spawn(&layer, &room, &worker, |layer, room, worker| at_once(layer.group_add(room, worker)));
        at_once(layer.group_send(&room, Arc::new(1))).unwrap();
        joining.join().unwrap().unwrap();

        layer.detach(&worker);
        assert_eq!(layer.footprint().memberships, 0, "detach finds every membership that is left");
    });
}

fn layer() -> Layer {
    Arc::new(MemoryLayer::new(MemoryConfig::default()).expect("it is sound"))
}

fn group(name: &str) -> GroupName {
    GroupName::parse(name).expect("it is sound")
}

fn attach(layer: &Layer) -> (ChannelName, Arc<Bell>) {
    let bell = Arc::new(Bell::default());
    let inbox = Arc::clone(&bell);
    (layer.attach("specific", inbox).expect("it is sound"), bell)
}

fn spawn<T: 'static>(
    layer: &Layer,
    group: &GroupName,
    channel: &ChannelName,
    act: impl FnOnce(&Layer, &GroupName, &ChannelName) -> T + 'static,
) -> thread::JoinHandle<T> {
    let (layer, group, channel) = (Arc::clone(layer), group.clone(), channel.clone());
    thread::spawn(move || act(&layer, &group, &channel))
}

fn at_once<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(done) => done,
        Poll::Pending => panic!("this never waits"),
    }
}
