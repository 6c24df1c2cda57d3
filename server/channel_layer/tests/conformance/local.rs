//! Process-local channels: their names, their capacity, their end.

use std::collections::HashSet;
use std::pin::pin;

use channel_layer::{LayerError, NameError};

use super::*;

pub(crate) async fn a_new_channel_receives_what_is_sent_to_it(fixture: &impl Fixture) {
    let layer = fixture.layer(Settings::default()).await;
    let mine = layer.new_channel("specific").expect("a channel");
    send_all(&layer, &mine, &["one", "two"]).await;
    assert_receives(&layer, &mine, &["one", "two"]).await;
}

pub(crate) async fn a_new_channel_is_named_by_prefix_and_two_random_parts(fixture: &impl Fixture) {
    let layer = fixture.layer(Settings::default()).await;
    let name = layer.new_channel("specific").expect("a channel");
    let (client, local) = name.as_str().split_once('!').expect("a local part");
    let client = client.strip_prefix("specific.").expect("the prefix and one dot");
    for part in [client, local] {
        assert!(part.len() == 32 && part.bytes().all(|b| b.is_ascii_hexdigit()), "{part}");
    }
    assert!(name.is_local());
}

pub(crate) async fn no_two_new_channels_are_alike(fixture: &impl Fixture) {
    let layer = fixture.layer(Settings::default()).await;
    let names: HashSet<_> = (0..100).map(|_| layer.new_channel("specific").expect("a channel")).collect();
    assert_eq!(names.len(), 100);
}

pub(crate) async fn a_prefix_that_makes_no_name_is_refused(fixture: &impl Fixture) {
    let layer = fixture.layer(Settings::default()).await;
    layer.new_channel(&"x".repeat(33)).expect("33 characters leave room");
    let refused = |prefix: &str| layer.new_channel(prefix).expect_err("no channel");
    assert_eq!(refused(""), NameError::Empty.into());
    assert_eq!(refused("a!b"), NameError::Character { character: '!' }.into());
    assert_eq!(refused("聊天"), NameError::Character { character: '聊' }.into());
    assert_eq!(refused(&"x".repeat(34)), NameError::TooLong { length: 100 }.into());
}

pub(crate) async fn a_full_local_channel_never_fills_its_sibling(fixture: &impl Fixture) {
    let layer = fixture.layer(Settings::default()).await;
    let slow = layer.new_channel("specific").expect("a channel");
    let quick = layer.new_channel("specific").expect("a channel");
    send_all(&layer, &slow, &["1", "2", "3"]).await;
    fixture.settle().await;
    assert_eq!(layer.send(&slow, note("4")).await, Err(LayerError::ChannelFull));
    send_all(&layer, &quick, &["1", "2", "3"]).await;
    assert_receives(&layer, &quick, &["1", "2", "3"]).await;
}

pub(crate) async fn an_override_of_capacity_reaches_local_channels(fixture: &impl Fixture) {
    let channel_capacity = vec![("tiny.*!*".to_owned(), 1)];
    let layer = fixture.layer(Settings { channel_capacity, ..Settings::default() }).await;
    let tiny = layer.new_channel("tiny").expect("a channel");
    send_all(&layer, &tiny, &["1"]).await;
    fixture.settle().await;
    assert_eq!(layer.send(&tiny, note("2")).await, Err(LayerError::ChannelFull));
}

pub(crate) async fn a_detached_channel_cannot_be_received_from(fixture: &impl Fixture) {
    let layer = fixture.layer(Settings::default()).await;
    let mine = layer.new_channel("specific").expect("a channel");
    layer.detach(&mine);
    assert_eq!(next(&layer, &mine).await, Err(LayerError::Detached));
    assert_eq!(next(&layer, &channel("specific.never!made")).await, Err(LayerError::Detached));
}

pub(crate) async fn a_detached_channel_drops_what_it_had(fixture: &impl Fixture) {
    let layer = fixture.layer(Settings::default()).await;
    let mine = layer.new_channel("specific").expect("a channel");
    let message = note("unread");
    let weak = Arc::downgrade(&message);
    layer.send(&mine, message).await.expect("there is room");
    fixture.settle().await;
    layer.detach(&mine);
    assert!(weak.upgrade().is_none());
}

pub(crate) async fn whoever_waits_is_told_when_the_channel_is_detached(fixture: &impl Fixture) {
    let layer = fixture.layer(Settings::default()).await;
    let mine = layer.new_channel("specific").expect("a channel");
    let mut waiting = pin!(layer.receive(&mine));
    assert_waits!(waiting);
    layer.detach(&mine);
    assert_eq!(waiting.await, Err(LayerError::Detached));
}

pub(crate) async fn a_send_to_a_detached_channel_is_swallowed_and_counted(fixture: &impl Fixture) {
    let layer = fixture.layer(Settings::default()).await;
    let mine = layer.new_channel("specific").expect("a channel");
    layer.detach(&mine);
    assert_eq!(layer.send(&mine, note("to nobody")).await, Ok(()));
    fixture.settle().await;
    assert_eq!(layer.counters().unrouted, 1);
    assert_eq!(layer.counters().delivered, 0);
}

pub(crate) async fn detaching_twice_is_harmless(fixture: &impl Fixture) {
    let layer = fixture.layer(Settings::default()).await;
    let (mine, other) = (layer.new_channel("specific").expect("a channel"), channel("specific.never!made"));
    layer.detach(&mine);
    layer.detach(&mine);
    layer.detach(&other);
    layer.detach(&channel("never-used"));
}
