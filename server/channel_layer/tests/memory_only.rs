//! What only the memory layer promises: exact numbers, no copies, and that it holds nothing longer than it must.

use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use channel_layer::{
    ChannelLayer, ChannelName, ConfigError, Counters, Delivery, Footprint, GroupName, GroupSent, Inbox, MemoryConfig,
    MemoryLayer,
};
use tokio::time::{advance, timeout};

/// Neither `Clone` nor `Debug` nor serialisable: the layer asks nothing of a message.
struct Opaque;

struct Keep(Mutex<Vec<Arc<Opaque>>>);

impl Inbox<Opaque> for Keep {
    fn deliver(&self, batch: &[Arc<Opaque>]) -> Delivery {
        self.0.lock().expect("not poisoned").extend_from_slice(batch);
        Delivery::Taken
    }
}

struct Refuse(Delivery);

impl Inbox<Opaque> for Refuse {
    fn deliver(&self, _: &[Arc<Opaque>]) -> Delivery {
        self.0
    }
}

fn layer() -> MemoryLayer<Opaque> {
    MemoryLayer::new(MemoryConfig { capacity: 2, ..MemoryConfig::default() }).expect("sound settings")
}

fn channel(name: &str) -> ChannelName {
    name.parse().expect("a name")
}

fn group(name: &str) -> GroupName {
    name.parse().expect("a name")
}

fn message() -> Arc<Opaque> {
    Arc::new(Opaque)
}

#[tokio::test]
async fn every_member_shares_the_very_message_that_was_sent() {
    let (layer, room) = (layer(), group("room"));
    let keeps: Vec<_> = (0..10).map(|_| Arc::new(Keep(Mutex::default()))).collect();
    for keep in &keeps {
        let channel = layer.attach("specific", Arc::clone(keep) as _).unwrap();
        layer.group_add(&room, &channel).await.unwrap();
    }
    layer.group_add(&room, &channel("worker")).await.unwrap();

    let sent = message();
    layer.group_send(&room, Arc::clone(&sent)).await.unwrap();

    assert_eq!(Arc::strong_count(&sent), 12);
    assert!(keeps.iter().all(|keep| Arc::ptr_eq(&keep.0.lock().unwrap()[0], &sent)));
    assert!(Arc::ptr_eq(&layer.receive(&channel("worker")).await.unwrap(), &sent));
}

#[tokio::test]
async fn a_group_send_tells_how_many_took_it_and_how_many_missed_it() {
    let (layer, room) = (layer(), group("room"));
    for delivery in [Delivery::Taken, Delivery::Taken, Delivery::Full, Delivery::Gone] {
        let channel = layer.attach("specific", Arc::new(Refuse(delivery))).unwrap();
        layer.group_add(&room, &channel).await.unwrap();
    }
    let sent = layer.group_send(&room, message()).await.unwrap();
    assert_eq!(sent, GroupSent { delivered: 2, skipped: 1 });
    let expected =
        Counters { group_sent: 1, delivered: 2, skipped_full: 1, gone: 1, unrouted: 1, ..Counters::default() };
    assert_eq!(layer.counters(), expected);
}

#[tokio::test]
async fn a_send_to_an_inbox_that_is_full_is_refused_and_to_one_that_is_gone_swallowed() {
    let layer = layer();
    let full = layer.attach("specific", Arc::new(Refuse(Delivery::Full))).unwrap();
    let gone = layer.attach("specific", Arc::new(Refuse(Delivery::Gone))).unwrap();
    assert!(layer.send(&full, message()).await.is_err());
    assert!(layer.send(&gone, message()).await.is_ok());
    let expected = Counters { sent: 1, refused: 1, gone: 1, unrouted: 1, ..Counters::default() };
    assert_eq!(layer.counters(), expected);
    assert_eq!(layer.footprint().channels, 1);
}

#[tokio::test]
async fn an_ordinary_channel_is_held_until_it_is_empty() {
    let (layer, worker) = (layer(), channel("worker"));
    layer.send(&worker, message()).await.unwrap();
    layer.send(&worker, message()).await.unwrap();
    assert_eq!(layer.footprint(), Footprint { channels: 1, messages: 2, ..Footprint::default() });
    layer.receive(&worker).await.unwrap();
    layer.receive(&worker).await.unwrap();
    assert_eq!(layer.footprint(), Footprint::default());
}

#[tokio::test(start_paused = true)]
async fn a_channel_is_held_while_someone_waits_at_it() {
    let (layer, worker) = (layer(), channel("worker"));
    {
        let mut waiting = pin!(layer.receive(&worker));
        assert!(timeout(Duration::from_millis(1), &mut waiting).await.is_err());
        assert_eq!(layer.footprint().channels, 1);
    }
    assert_eq!(layer.footprint(), Footprint::default());
}

#[tokio::test]
async fn a_group_is_held_until_its_last_member_leaves() {
    let (layer, room) = (layer(), group("room"));
    for name in ["one", "two"] {
        layer.group_add(&room, &channel(name)).await.unwrap();
    }
    assert_eq!(layer.footprint(), Footprint { channels: 2, groups: 1, memberships: 2, messages: 0 });
    for name in ["one", "two"] {
        layer.group_discard(&room, &channel(name)).await.unwrap();
    }
    assert_eq!(layer.footprint(), Footprint::default());
}

#[tokio::test]
async fn a_thousand_visitors_who_come_and_go_leave_nothing_behind() {
    let layer = layer();
    for visit in 0..1000 {
        let attached = layer.attach("specific", Arc::new(Refuse(Delivery::Full))).unwrap();
        let pulled = layer.new_channel("specific").unwrap();
        for room in ["lobby", &format!("room-{}", visit % 7)] {
            layer.group_add(&group(room), &attached).await.unwrap();
            layer.group_add(&group(room), &pulled).await.unwrap();
            layer.group_send(&group(room), message()).await.unwrap();
        }
        layer.detach(&attached);
        layer.detach(&pulled);
    }
    assert_eq!(layer.footprint(), Footprint::default());
}

#[tokio::test(start_paused = true)]
async fn what_nobody_reads_or_renews_is_swept_by_use_elsewhere() {
    let (layer, room) = (layer(), group("room"));
    for n in 0..50 {
        layer.send(&channel(&format!("unread-{n}")), message()).await.unwrap();
        layer.group_add(&room, &channel(&format!("member-{n}"))).await.unwrap();
    }
    advance(Duration::from_secs(61)).await;
    layer.send(&channel("elsewhere"), message()).await.unwrap();
    assert_eq!(layer.footprint(), Footprint { channels: 51, messages: 1, groups: 1, memberships: 50 });
    assert_eq!(layer.counters().expired, 50);

    advance(Duration::from_secs(86_400)).await;
    layer.group_add(&group("elsewhere"), &channel("elsewhere")).await.unwrap();
    assert_eq!(layer.footprint(), Footprint { channels: 1, messages: 0, groups: 1, memberships: 1 });
}

#[tokio::test(start_paused = true)]
async fn a_message_behind_one_already_read_is_swept_in_its_own_time() {
    let (layer, mine) = (layer(), layer().new_channel("specific").unwrap());
    assert!(layer.receive(&mine).await.is_err(), "another layer's channel");
    let mine = layer.new_channel("specific").unwrap();
    layer.send(&mine, message()).await.unwrap();
    advance(Duration::from_secs(30)).await;
    layer.send(&mine, message()).await.unwrap();
    layer.receive(&mine).await.unwrap();
    for (seconds, expired) in [(35, 0), (35, 1)] {
        advance(Duration::from_secs(seconds)).await;
        layer.send(&channel("elsewhere"), message()).await.unwrap();
        assert_eq!(layer.counters().expired, expired);
    }
}

/// A sweep has just been, so the calls themselves must see what is too old.
#[tokio::test(start_paused = true)]
async fn between_two_sweeps_too_old_is_too_old_all_the_same() {
    let config = MemoryConfig { capacity: 1, group_expiry: Duration::from_secs(60), ..MemoryConfig::default() };
    let layer = MemoryLayer::new(config).unwrap();
    let (read, written, room) = (channel("read"), channel("written"), group("room"));
    layer.send(&read, message()).await.unwrap();
    layer.send(&written, message()).await.unwrap();
    layer.group_add(&room, &channel("member")).await.unwrap();
    advance(Duration::from_secs(59)).await;
    layer.group_discard(&room, &channel("nobody")).await.unwrap();
    assert_eq!(layer.counters().expired, 0);

    advance(Duration::from_secs(2)).await;
    assert!(timeout(Duration::from_millis(1), layer.receive(&read)).await.is_err());
    layer.send(&written, message()).await.unwrap();
    assert_eq!(layer.group_send(&room, message()).await.unwrap(), GroupSent::default());
    assert_eq!(layer.counters().expired, 2);
    assert_eq!(layer.footprint(), Footprint { channels: 1, messages: 1, groups: 0, memberships: 0 });
}

#[tokio::test]
async fn a_flush_lets_go_of_everything_but_local_channels() {
    let layer = layer();
    let mine = layer.new_channel("specific").unwrap();
    for name in ["one", "two"] {
        layer.send(&channel(name), message()).await.unwrap();
        layer.group_add(&group("room"), &channel(name)).await.unwrap();
    }
    layer.send(&mine, message()).await.unwrap();
    layer.flush().await.unwrap();
    assert_eq!(layer.footprint(), Footprint { channels: 1, ..Footprint::default() });
    layer.close().await.unwrap();
    assert_eq!(layer.footprint(), Footprint::default());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readers_and_writers_on_several_threads_lose_and_double_nothing() {
    let layer: Arc<MemoryLayer<u32>> =
        Arc::new(MemoryLayer::new(MemoryConfig { capacity: 4000, ..MemoryConfig::default() }).unwrap());
    let worker = channel("worker");
    let readers: Vec<_> = (0..4)
        .map(|_| {
            let (layer, worker) = (Arc::clone(&layer), worker.clone());
            tokio::spawn(async move {
                let mut got = Vec::new();
                while let Ok(number) = layer.receive(&worker).await {
                    if *number == u32::MAX {
                        break;
                    }
                    got.push(*number);
                }
                got
            })
        })
        .collect();
    let writers: Vec<_> = (0..4)
        .map(|writer| {
            let (layer, worker) = (Arc::clone(&layer), worker.clone());
            tokio::spawn(async move {
                for n in 0..500 {
                    layer.send(&worker, Arc::new(writer * 500 + n)).await.unwrap();
                    tokio::task::yield_now().await;
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    for _ in &readers {
        layer.send(&worker, Arc::new(u32::MAX)).await.unwrap();
    }
    let mut got = Vec::new();
    for reader in readers {
        got.extend(reader.await.unwrap());
    }
    got.sort_unstable();
    assert!(got.into_iter().eq(0..2000));
    assert_eq!(layer.footprint(), Footprint::default());
}

#[test]
fn settings_that_could_never_deliver_are_refused_when_the_layer_is_made() {
    let refused = |config| MemoryLayer::<Opaque>::new(config).unwrap_err();
    let sound = MemoryConfig::default;
    assert_eq!(refused(MemoryConfig { capacity: 0, ..sound() }), ConfigError::ZeroCapacity);
    assert_eq!(
        refused(MemoryConfig { expiry: Duration::ZERO, ..sound() }),
        ConfigError::ZeroExpiry { setting: "expiry" }
    );
    assert_eq!(
        refused(MemoryConfig { group_expiry: Duration::ZERO, ..sound() }),
        ConfigError::ZeroExpiry { setting: "group_expiry" }
    );
    let overrides = |pattern: &str, n| MemoryConfig { channel_capacity: vec![(pattern.to_owned(), n)], ..sound() };
    assert_eq!(refused(overrides("tiny", 0)), ConfigError::ZeroCapacityFor { pattern: "tiny".to_owned() });
    assert_eq!(refused(overrides("[", 1)).to_string(), "\"[\" is no pattern: a `[` is not closed");
}

#[tokio::test]
async fn an_expiry_without_end_is_taken_as_a_long_time() {
    let config = MemoryConfig { expiry: Duration::MAX, group_expiry: Duration::MAX, ..MemoryConfig::default() };
    let layer = MemoryLayer::new(config).unwrap();
    layer.group_add(&group("room"), &channel("worker")).await.unwrap();
    layer.group_send(&group("room"), message()).await.unwrap();
    assert!(layer.receive(&channel("worker")).await.is_ok());
}
