//! Flush and close.

use std::pin::pin;

use channel_layer::LayerError;

use super::letterbox::Letterbox;
use super::*;

pub(crate) async fn a_flush_drops_messages(fixture: &impl Fixture) {
    let layer = fixture.layer(Settings::default()).await;
    let (worker, mine) = (channel("worker"), layer.new_channel("specific").expect("a channel"));
    fixture.look_first(&layer, &worker).await;
    send_all(&layer, &worker, &["1"]).await;
    send_all(&layer, &mine, &["1"]).await;
    layer.flush().await.expect("it flushes");
    assert_empty(&layer, &worker).await;
    assert_empty(&layer, &mine).await;
}

pub(crate) async fn a_flush_empties_groups(fixture: &impl Fixture) {
    let layer = fixture.layer(Settings::default()).await;
    let (room, worker, letterbox) = (group("room"), channel("worker"), Letterbox::new());
    let mine = layer.attach("specific", Arc::clone(&letterbox) as _).expect("it attaches");
    join_all(&layer, &room, &[&worker, &mine]).await;
    layer.flush().await.expect("it flushes");
    group_send_all(&layer, &room, &["hello"]).await;
    fixture.settle().await;
    assert_empty(&layer, &worker).await;
    letterbox.assert_holds(&[]).await;
}

pub(crate) async fn a_flush_leaves_local_channels_attached(fixture: &impl Fixture) {
    let layer = fixture.layer(Settings::default()).await;
    let (room, letterbox) = (group("room"), Letterbox::new());
    let attached = layer.attach("specific", Arc::clone(&letterbox) as _).expect("it attaches");
    let pulled = layer.new_channel("specific").expect("a channel");
    layer.flush().await.expect("it flushes");
    join_all(&layer, &room, &[&attached, &pulled]).await;
    group_send_all(&layer, &room, &["hello"]).await;
    letterbox.assert_holds(&["hello"]).await;
    assert_receives(&layer, &pulled, &["hello"]).await;
}

pub(crate) async fn a_flush_leaves_receivers_waiting(fixture: &impl Fixture) {
    let layer = fixture.layer(Settings::default()).await;
    let worker = channel("worker");
    let mut waiting = pin!(layer.receive(&worker));
    assert_waits!(waiting);
    layer.flush().await.expect("it flushes");
    assert_waits!(waiting);
    send_all(&layer, &worker, &["after"]).await;
    assert_eq!(waiting.await, Ok(note("after")));
}

pub(crate) async fn a_closed_layer_refuses_everything(fixture: &impl Fixture) {
    let layer = fixture.layer(Settings::default()).await;
    let (room, worker, letterbox) = (group("room"), channel("worker"), Letterbox::new());
    let mine = layer.attach("specific", Arc::clone(&letterbox) as _).expect("it attaches");
    join_all(&layer, &room, &[&mine, &worker]).await;
    send_all(&layer, &worker, &["1"]).await;
    layer.close().await.expect("it closes");

    let closed = LayerError::Closed;
    assert_eq!(layer.send(&worker, note("2")).await.as_ref(), Err(&closed));
    assert_eq!(layer.send(&mine, note("2")).await.as_ref(), Err(&closed));
    assert_eq!(layer.receive(&worker).await.as_ref(), Err(&closed));
    assert_eq!(layer.receive(&mine).await.as_ref(), Err(&closed));
    assert_eq!(layer.group_add(&room, &worker).await.as_ref(), Err(&closed));
    assert_eq!(layer.group_discard(&room, &worker).await.as_ref(), Err(&closed));
    assert_eq!(layer.group_send(&room, note("2")).await.as_ref(), Err(&closed));
    assert_eq!(layer.flush().await.as_ref(), Err(&closed));
    assert_eq!(layer.new_channel("specific").as_ref(), Err(&closed));
    assert_eq!(layer.attach("specific", Arc::clone(&letterbox) as _).as_ref(), Err(&closed));
    letterbox.assert_holds(&[]).await;
    assert_eq!(Arc::strong_count(&letterbox), 1, "the layer let go of the inbox");
}

pub(crate) async fn whoever_waits_is_told_when_the_layer_closes(fixture: &impl Fixture) {
    let layer = fixture.layer(Settings::default()).await;
    let (worker, mine) = (channel("worker"), layer.new_channel("specific").expect("a channel"));
    let (mut first, mut second) = (pin!(layer.receive(&worker)), pin!(layer.receive(&mine)));
    assert_waits!(first);
    assert_waits!(second);
    layer.close().await.expect("it closes");
    assert_eq!(tokio::join!(first, second), (Err(LayerError::Closed), Err(LayerError::Closed)));
}

pub(crate) async fn closing_twice_is_harmless(fixture: &impl Fixture) {
    let layer = fixture.layer(Settings::default()).await;
    assert_eq!(layer.close().await, Ok(()));
    assert_eq!(layer.close().await, Ok(()));
}

pub(crate) async fn a_detach_after_close_is_harmless(fixture: &impl Fixture) {
    let layer = fixture.layer(Settings::default()).await;
    let mine = layer.new_channel("specific").expect("a channel");
    layer.close().await.expect("it closes");
    layer.detach(&mine);
}
