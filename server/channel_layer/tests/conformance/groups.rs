//! Groups: who hears what, and what a full member misses.

use channel_layer::LayerError;

use super::*;

pub(crate) async fn members_get_what_is_sent_to_the_group(fixture: &impl Fixture) {
    let layer = fixture.layer(Settings::default()).await;
    let (room, one, two, three) = (group("room"), channel("one"), channel("two"), channel("three"));
    join_all(&layer, &room, &[&one, &two, &three]).await;
    layer.group_discard(&room, &two).await.expect("it leaves");
    group_send_all(&layer, &room, &["hello"]).await;
    assert_receives(&layer, &one, &["hello"]).await;
    assert_receives(&layer, &three, &["hello"]).await;
    assert_empty(&layer, &two).await;
}

pub(crate) async fn a_member_that_left_gets_nothing(fixture: &impl Fixture) {
    let layer = fixture.layer(Settings::default()).await;
    let (room, mine) = (group("room"), layer.new_channel("specific").expect("a channel"));
    join_all(&layer, &room, &[&mine]).await;
    group_send_all(&layer, &room, &["before"]).await;
    layer.group_discard(&room, &mine).await.expect("it leaves");
    group_send_all(&layer, &room, &["after"]).await;
    assert_receives(&layer, &mine, &["before"]).await;
}

pub(crate) async fn channels_with_one_prefix_all_get_it(fixture: &impl Fixture) {
    let layer = fixture.layer(Settings::default()).await;
    let room = group("room");
    let channels: Vec<_> = (0..3).map(|_| layer.new_channel("specific").expect("a channel")).collect();
    join_all(&layer, &room, &channels.iter().collect::<Vec<_>>()).await;
    group_send_all(&layer, &room, &["hello"]).await;
    for channel in &channels {
        assert_receives(&layer, channel, &["hello"]).await;
    }
}

pub(crate) async fn a_group_without_members_swallows_it(fixture: &impl Fixture) {
    let layer = fixture.layer(Settings::default()).await;
    group_send_all(&layer, &group("nobody"), &["hello"]).await;
    assert_eq!(layer.counters().delivered, 0);
}

pub(crate) async fn joining_twice_delivers_once(fixture: &impl Fixture) {
    let layer = fixture.layer(Settings::default()).await;
    let (room, one) = (group("room"), channel("one"));
    join_all(&layer, &room, &[&one, &one]).await;
    group_send_all(&layer, &room, &["hello"]).await;
    assert_receives(&layer, &one, &["hello"]).await;
    layer.group_discard(&room, &one).await.expect("it leaves");
    group_send_all(&layer, &room, &["again"]).await;
    assert_empty(&layer, &one).await;
}

pub(crate) async fn leaving_a_group_never_joined_is_harmless(fixture: &impl Fixture) {
    let layer = fixture.layer(Settings::default()).await;
    let (room, one, two) = (group("room"), channel("one"), channel("two"));
    assert_eq!(layer.group_discard(&group("nobody"), &one).await, Ok(()));
    join_all(&layer, &room, &[&one]).await;
    assert_eq!(layer.group_discard(&room, &two).await, Ok(()));
    assert_eq!(layer.group_discard(&room, &channel("specific.never!made")).await, Ok(()));
    group_send_all(&layer, &room, &["hello"]).await;
    assert_receives(&layer, &one, &["hello"]).await;
}

pub(crate) async fn leaving_before_joining_does_not_prevent_joining(fixture: &impl Fixture) {
    let layer = fixture.layer(Settings::default()).await;
    let (room, one) = (group("room"), channel("one"));
    layer.group_discard(&room, &one).await.expect("harmless");
    join_all(&layer, &room, &[&one]).await;
    group_send_all(&layer, &room, &["hello"]).await;
    assert_receives(&layer, &one, &["hello"]).await;
}

pub(crate) async fn a_channel_in_two_groups_hears_both(fixture: &impl Fixture) {
    let layer = fixture.layer(Settings::default()).await;
    let (here, there, one) = (group("here"), group("there"), channel("one"));
    join_all(&layer, &here, &[&one]).await;
    join_all(&layer, &there, &[&one]).await;
    group_send_all(&layer, &here, &["from here"]).await;
    group_send_all(&layer, &there, &["from there"]).await;
    layer.group_discard(&here, &one).await.expect("it leaves");
    group_send_all(&layer, &here, &["unheard"]).await;
    group_send_all(&layer, &there, &["still there"]).await;
    assert_receives(&layer, &one, &["from here", "from there", "still there"]).await;
}

pub(crate) async fn one_group_does_not_hear_another(fixture: &impl Fixture) {
    let layer = fixture.layer(Settings::default()).await;
    let (one, two) = (channel("one"), channel("two"));
    join_all(&layer, &group("here"), &[&one]).await;
    join_all(&layer, &group("there"), &[&two]).await;
    group_send_all(&layer, &group("here"), &["hello"]).await;
    assert_receives(&layer, &one, &["hello"]).await;
    assert_empty(&layer, &two).await;
}

pub(crate) async fn every_member_hears_in_the_order_of_sending(fixture: &impl Fixture) {
    let layer = fixture.layer(Settings::default()).await;
    let (room, one, two) = (group("room"), channel("one"), layer.new_channel("specific").expect("a channel"));
    join_all(&layer, &room, &[&one, &two]).await;
    group_send_all(&layer, &room, &["1", "2", "3"]).await;
    assert_receives(&layer, &one, &["1", "2", "3"]).await;
    assert_receives(&layer, &two, &["1", "2", "3"]).await;
}

pub(crate) async fn a_full_member_is_skipped_without_an_error(fixture: &impl Fixture) {
    let layer = fixture.layer(Settings::default()).await;
    let (room, one) = (group("room"), channel("one"));
    join_all(&layer, &room, &[&one]).await;
    group_send_all(&layer, &room, &["1", "2", "3", "4", "5"]).await;
    fixture.settle().await;
    assert_eq!(layer.counters().skipped_full, 2);
    assert_receives(&layer, &one, &["1", "2", "3"]).await;
}

pub(crate) async fn a_full_member_loses_only_its_own(fixture: &impl Fixture) {
    let layer = fixture.layer(Settings::default()).await;
    let (room, full, free) = (group("room"), channel("full"), channel("free"));
    join_all(&layer, &room, &[&full, &free]).await;
    fixture.look_first(&layer, &full).await;
    send_all(&layer, &full, &["1", "2", "3"]).await;
    fixture.settle().await;
    let before = layer.counters().delivered;
    group_send_all(&layer, &room, &["hello"]).await;
    fixture.settle().await;
    assert_eq!((layer.counters().delivered - before, layer.counters().skipped_full), (1, 1));
    assert_receives(&layer, &full, &["1", "2", "3"]).await;
    assert_receives(&layer, &free, &["hello"]).await;
}

pub(crate) async fn a_detached_member_is_out_of_all_its_groups(fixture: &impl Fixture) {
    let layer = fixture.layer(Settings::default()).await;
    let (mine, other) = (layer.new_channel("specific").expect("a channel"), channel("other"));
    let rooms = ["a", "b", "c"].map(group);
    for room in &rooms {
        join_all(&layer, room, &[&mine, &other]).await;
    }
    layer.detach(&mine);
    fixture.settle().await;
    for room in &rooms {
        group_send_all(&layer, room, &["hello"]).await;
    }
    assert_receives(&layer, &other, &["hello", "hello", "hello"]).await;
    assert_eq!(layer.counters().unrouted, 0, "no group sent to the channel that is gone");
}

pub(crate) async fn a_detached_channel_cannot_join(fixture: &impl Fixture) {
    let layer = fixture.layer(Settings::default()).await;
    let (room, mine) = (group("room"), layer.new_channel("specific").expect("a channel"));
    layer.detach(&mine);
    assert_eq!(layer.group_add(&room, &mine).await, Err(LayerError::Detached));
    group_send_all(&layer, &room, &["hello"]).await;
    fixture.settle().await;
    assert_eq!(layer.counters().unrouted, 0, "it left no ghost of a membership");
}

pub(crate) async fn detaching_an_ordinary_channel_leaves_its_queue(fixture: &impl Fixture) {
    let layer = fixture.layer(Settings::default()).await;
    let (room, worker) = (group("room"), channel("worker"));
    join_all(&layer, &room, &[&worker]).await;
    group_send_all(&layer, &room, &["before"]).await;
    layer.detach(&worker);
    fixture.settle().await;
    group_send_all(&layer, &room, &["after"]).await;
    assert_receives(&layer, &worker, &["before"]).await;
    join_all(&layer, &room, &[&worker]).await;
    group_send_all(&layer, &room, &["again"]).await;
    assert_receives(&layer, &worker, &["again"]).await;
}

pub(crate) async fn an_ordinary_channel_may_join_before_anyone_reads_it(fixture: &impl Fixture) {
    let layer = fixture.layer(Settings::default()).await;
    let (room, worker) = (group("room"), channel("worker"));
    join_all(&layer, &room, &[&worker]).await;
    assert_empty(&layer, &worker).await;
    group_send_all(&layer, &room, &["hello"]).await;
    assert_receives(&layer, &worker, &["hello"]).await;
}
