//! Ordinary channels: order, one reader per message, capacity.

use std::pin::pin;

use channel_layer::LayerError;

use super::*;

pub(crate) async fn a_message_sent_is_received(fixture: &impl Fixture) {
    let layer = fixture.layer(Settings::default()).await;
    let worker = channel("worker");
    fixture.look_first(&layer, &worker).await;
    send_all(&layer, &worker, &["one", "two"]).await;
    assert_receives(&layer, &worker, &["one", "two"]).await;
}

pub(crate) async fn messages_come_in_the_order_they_were_sent(fixture: &impl Fixture) {
    let layer = fixture.layer(Settings::default()).await;
    let worker = channel("worker");
    fixture.look_first(&layer, &worker).await;
    send_all(&layer, &worker, &["1", "2", "3"]).await;
    assert_receives(&layer, &worker, &["1", "2", "3"]).await;
}

pub(crate) async fn channels_do_not_hear_each_other(fixture: &impl Fixture) {
    let layer = fixture.layer(Settings::default()).await;
    let (one, two) = (channel("one"), channel("two"));
    fixture.look_first(&layer, &one).await;
    send_all(&layer, &one, &["for one"]).await;
    assert_empty(&layer, &two).await;
    assert_receives(&layer, &one, &["for one"]).await;
}

/// Upstream's `race_empty`: the receiver is there first.
pub(crate) async fn a_waiting_receiver_gets_the_message(fixture: &impl Fixture) {
    let layer = fixture.layer(Settings::default()).await;
    let worker = channel("worker");
    let mut waiting = pin!(layer.receive(&worker));
    assert_waits!(waiting);
    send_all(&layer, &worker, &["late"]).await;
    assert_eq!(waiting.await, Ok(note("late")));
}

pub(crate) async fn two_waiting_receivers_get_one_message_each(fixture: &impl Fixture) {
    let layer = fixture.layer(Settings::default()).await;
    let worker = channel("worker");
    let (mut first, mut second) = (pin!(layer.receive(&worker)), pin!(layer.receive(&worker)));
    assert_waits!(first);
    assert_waits!(second);
    send_all(&layer, &worker, &["a", "b"]).await;
    let (first, second) = tokio::join!(first, second);
    let mut got = [first.expect("a message").0.clone(), second.expect("a message").0.clone()];
    got.sort();
    assert_eq!(got, ["a", "b"]);
}

/// Channels' memory layer unregisters the emptied queue after the first message; the second receiver then waits at
/// the old one for ever.
pub(crate) async fn a_second_receiver_is_not_orphaned_by_the_first_message(fixture: &impl Fixture) {
    let layer = fixture.layer(Settings::default()).await;
    let worker = channel("worker");
    let (mut first, mut second) = (pin!(layer.receive(&worker)), pin!(layer.receive(&worker)));
    assert_waits!(first);
    assert_waits!(second);
    send_all(&layer, &worker, &["a"]).await;
    assert_eq!(first.await, Ok(note("a")));
    assert_waits!(second);
    send_all(&layer, &worker, &["b"]).await;
    assert_eq!(second.await, Ok(note("b")));
    assert_empty(&layer, &worker).await;
}

pub(crate) async fn each_message_goes_to_one_receiver_only(fixture: &impl Fixture) {
    let layer = fixture.layer(Settings::default()).await;
    let worker = channel("worker");
    let (mut first, mut second) = (pin!(layer.receive(&worker)), pin!(layer.receive(&worker)));
    assert_waits!(first);
    assert_waits!(second);
    send_all(&layer, &worker, &["only"]).await;
    assert_eq!(first.await, Ok(note("only")));
    assert_waits!(second);
}

pub(crate) async fn a_cancelled_receive_loses_no_message(fixture: &impl Fixture) {
    let layer = fixture.layer(Settings::default()).await;
    let worker = channel("worker");
    {
        let mut cancelled = pin!(layer.receive(&worker));
        assert_waits!(cancelled);
        send_all(&layer, &worker, &["kept"]).await;
        fixture.settle().await;
    }
    assert_receives(&layer, &worker, &["kept"]).await;
}

pub(crate) async fn a_cancelled_receiver_passes_its_turn_on(fixture: &impl Fixture) {
    let layer = fixture.layer(Settings::default()).await;
    let worker = channel("worker");
    let mut second = {
        let mut first = Box::pin(layer.receive(&worker));
        assert_waits!(first);
        let mut second = Box::pin(layer.receive(&worker));
        assert_waits!(second);
        send_all(&layer, &worker, &["kept"]).await;
        second
    };
    let got = tokio::time::timeout(Duration::from_secs(5), &mut second).await.expect("the turn passes on");
    assert_eq!(got, Ok(note("kept")));
}

pub(crate) async fn a_full_channel_refuses_and_keeps_what_it_has(fixture: &impl Fixture) {
    let layer = fixture.layer(Settings::default()).await;
    let worker = channel("worker");
    fixture.look_first(&layer, &worker).await;
    send_all(&layer, &worker, &["1", "2", "3"]).await;
    assert_eq!(layer.send(&worker, note("4")).await, Err(LayerError::ChannelFull));
    assert_eq!(layer.counters().refused, 1);
    assert_receives(&layer, &worker, &["1", "2", "3"]).await;
}

pub(crate) async fn reading_makes_room(fixture: &impl Fixture) {
    let layer = fixture.layer(Settings::default()).await;
    let worker = channel("worker");
    fixture.look_first(&layer, &worker).await;
    send_all(&layer, &worker, &["1", "2", "3"]).await;
    assert_eq!(next(&layer, &worker).await, Ok(note("1")));
    send_all(&layer, &worker, &["4"]).await;
    assert_receives(&layer, &worker, &["2", "3", "4"]).await;
}

pub(crate) async fn a_full_channel_leaves_others_alone(fixture: &impl Fixture) {
    let layer = fixture.layer(Settings::default()).await;
    send_all(&layer, &channel("full"), &["1", "2", "3"]).await;
    send_all(&layer, &channel("other"), &["1", "2", "3"]).await;
}

/// Channels' memory layer never compiles its patterns: there, this raises ValueError at the send.
pub(crate) async fn an_override_of_capacity_works_from_the_first_send(fixture: &impl Fixture) {
    let channel_capacity = vec![("tiny".to_owned(), 1)];
    let layer = fixture.layer(Settings { channel_capacity, ..Settings::default() }).await;
    send_all(&layer, &channel("tiny"), &["1"]).await;
    assert_eq!(layer.send(&channel("tiny"), note("2")).await, Err(LayerError::ChannelFull));
    send_all(&layer, &channel("tiny-not"), &["1", "2", "3"]).await;
}

pub(crate) async fn the_first_override_that_matches_wins(fixture: &impl Fixture) {
    let channel_capacity = vec![("http.*".to_owned(), 1), ("http.request".to_owned(), 3), ("*".to_owned(), 2)];
    let layer = fixture.layer(Settings { channel_capacity, ..Settings::default() }).await;
    for (name, capacity) in [("http.request", 1), ("worker", 2)] {
        send_all(&layer, &channel(name), &["1", "2"][..capacity]).await;
        assert_eq!(layer.send(&channel(name), note("3")).await, Err(LayerError::ChannelFull));
    }
}
