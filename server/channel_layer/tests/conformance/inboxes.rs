//! Attached channels: their messages go to an inbox.

use channel_layer::{LayerError, NameError};

use super::letterbox::Letterbox;
use super::*;

fn attach(layer: &Layer, letterbox: &Arc<Letterbox>) -> ChannelName {
    let inbox = Arc::clone(letterbox);
    layer.attach("specific", inbox).expect("it attaches")
}

pub(crate) async fn an_inbox_gets_what_is_sent_to_its_channel(fixture: &impl Fixture) {
    let layer = fixture.layer(Settings::default()).await;
    let (letterbox, other) = (Letterbox::new(), Letterbox::new());
    let mine = attach(&layer, &letterbox);
    attach(&layer, &other);
    send_all(&layer, &mine, &["hello"]).await;
    fixture.settle().await;
    letterbox.assert_holds(&["hello"]).await;
    other.assert_holds(&[]).await;
}

pub(crate) async fn an_inbox_gets_what_is_sent_to_its_group(fixture: &impl Fixture) {
    let layer = fixture.layer(Settings::default()).await;
    let (room, inside, outside) = (group("room"), Letterbox::new(), Letterbox::new());
    join_all(&layer, &room, &[&attach(&layer, &inside)]).await;
    attach(&layer, &outside);
    group_send_all(&layer, &room, &["hello"]).await;
    fixture.settle().await;
    inside.assert_holds(&["hello"]).await;
    outside.assert_holds(&[]).await;
}

pub(crate) async fn an_inbox_hears_in_the_order_of_sending(fixture: &impl Fixture) {
    let layer = fixture.layer(Settings::default()).await;
    let (room, letterbox) = (group("room"), Letterbox::new());
    let mine = attach(&layer, &letterbox);
    join_all(&layer, &room, &[&mine]).await;
    group_send_all(&layer, &room, &["1"]).await;
    send_all(&layer, &mine, &["2"]).await;
    group_send_all(&layer, &room, &["3", "4"]).await;
    send_all(&layer, &mine, &["5"]).await;
    letterbox.assert_holds(&["1", "2", "3", "4", "5"]).await;
}

pub(crate) async fn a_full_inbox_is_skipped_and_counted(fixture: &impl Fixture) {
    let layer = fixture.layer(Settings::default()).await;
    let (room, letterbox) = (group("room"), Letterbox::with_room(2));
    let mine = attach(&layer, &letterbox);
    join_all(&layer, &room, &[&mine]).await;
    group_send_all(&layer, &room, &["1", "2", "3"]).await;
    fixture.settle().await;
    letterbox.assert_holds(&["1", "2"]).await;
    assert_eq!(layer.counters().skipped_full, 1);
}

pub(crate) async fn a_full_inbox_hears_again_when_it_has_room(fixture: &impl Fixture) {
    let layer = fixture.layer(Settings::default()).await;
    let (room, letterbox) = (group("room"), Letterbox::with_room(1));
    join_all(&layer, &room, &[&attach(&layer, &letterbox)]).await;
    group_send_all(&layer, &room, &["1", "missed"]).await;
    fixture.settle().await;
    letterbox.make_room(1);
    group_send_all(&layer, &room, &["3"]).await;
    letterbox.assert_holds(&["1", "3"]).await;
}

pub(crate) async fn a_slow_inbox_does_not_hold_up_the_others(fixture: &impl Fixture) {
    let layer = fixture.layer(Settings::default()).await;
    let (room, slow, quick) = (group("room"), Letterbox::with_room(0), Letterbox::new());
    join_all(&layer, &room, &[&attach(&layer, &slow), &attach(&layer, &quick)]).await;
    group_send_all(&layer, &room, &["1", "2"]).await;
    quick.assert_holds(&["1", "2"]).await;
    slow.assert_holds(&[]).await;
}

pub(crate) async fn an_inbox_that_is_gone_is_detached(fixture: &impl Fixture) {
    let layer = fixture.layer(Settings::default()).await;
    let (room, letterbox) = (group("room"), Letterbox::new());
    let mine = attach(&layer, &letterbox);
    join_all(&layer, &room, &[&mine]).await;
    letterbox.go();
    group_send_all(&layer, &room, &["1"]).await;
    fixture.settle().await;
    group_send_all(&layer, &room, &["2"]).await;
    fixture.settle().await;
    assert_eq!((letterbox.offered(), layer.counters().gone), (1, 1));
    assert_eq!(layer.group_add(&room, &mine).await, Err(LayerError::Detached));
}

pub(crate) async fn a_detached_inbox_gets_nothing_more(fixture: &impl Fixture) {
    let layer = fixture.layer(Settings::default()).await;
    let (room, letterbox) = (group("room"), Letterbox::new());
    let mine = attach(&layer, &letterbox);
    join_all(&layer, &room, &[&mine]).await;
    group_send_all(&layer, &room, &["before"]).await;
    fixture.settle().await;
    layer.detach(&mine);
    group_send_all(&layer, &room, &["after"]).await;
    assert_eq!(layer.send(&mine, note("after")).await, Ok(()));
    fixture.settle().await;
    letterbox.assert_holds(&["before"]).await;
    assert_eq!(Arc::strong_count(&letterbox), 1, "the layer let go of the inbox");
}

pub(crate) async fn an_attached_channel_cannot_be_received_from(fixture: &impl Fixture) {
    let layer = fixture.layer(Settings::default()).await;
    let mine = attach(&layer, &Letterbox::new());
    assert_eq!(next(&layer, &mine).await, Err(LayerError::HasInbox));
}

pub(crate) async fn an_inbox_may_detach_itself_while_it_takes(fixture: &impl Fixture) {
    let layer = fixture.layer(Settings::default()).await;
    let (room, letterbox, other) = (group("room"), Letterbox::new(), Letterbox::new());
    let mine = attach(&layer, &letterbox);
    join_all(&layer, &room, &[&mine, &attach(&layer, &other)]).await;
    letterbox.detach_when_offered(&layer, &mine);
    group_send_all(&layer, &room, &["1"]).await;
    fixture.settle().await;
    group_send_all(&layer, &room, &["2"]).await;
    fixture.settle().await;
    letterbox.assert_holds(&["1"]).await;
    other.assert_holds(&["1", "2"]).await;
}

pub(crate) async fn a_prefix_that_makes_no_name_attaches_nothing(fixture: &impl Fixture) {
    let layer = fixture.layer(Settings::default()).await;
    let letterbox = Letterbox::new();
    let refused = |prefix: &str| layer.attach(prefix, Arc::clone(&letterbox) as _).expect_err("no channel");
    assert_eq!(refused(""), NameError::Empty.into());
    assert_eq!(refused("a b"), NameError::Character { character: ' ' }.into());
    assert_eq!(refused(&"x".repeat(34)), NameError::TooLong { length: 100 }.into());
    assert_eq!(Arc::strong_count(&letterbox), 1);
}
