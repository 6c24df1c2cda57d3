//! What grows too old: messages unread, memberships not renewed.

use super::letterbox::Letterbox;
use super::*;

const SECOND: Duration = Duration::from_secs(1);

fn expiring_after_3_seconds() -> Settings {
    Settings { expiry: 3 * SECOND, ..Settings::default() }
}

fn lapsing_after_4_seconds() -> Settings {
    Settings { group_expiry: 4 * SECOND, ..Settings::default() }
}

pub(crate) async fn a_message_too_old_is_never_delivered(fixture: &impl Fixture) {
    let layer = fixture.layer(expiring_after_3_seconds()).await;
    let worker = channel("worker");
    fixture.look_first(&layer, &worker).await;
    send_all(&layer, &worker, &["old"]).await;
    fixture.elapse(4 * SECOND).await;
    assert_empty(&layer, &worker).await;
}

/// Upstream's `expiry_multi` and `earliest_expires`.
pub(crate) async fn only_what_is_too_old_is_dropped(fixture: &impl Fixture) {
    let layer = fixture.layer(expiring_after_3_seconds()).await;
    let worker = channel("worker");
    fixture.look_first(&layer, &worker).await;
    send_all(&layer, &worker, &["first"]).await;
    fixture.elapse(2 * SECOND).await;
    send_all(&layer, &worker, &["second", "third"]).await;
    fixture.elapse(2 * SECOND).await;
    assert_receives(&layer, &worker, &["second", "third"]).await;
    send_all(&layer, &worker, &["fresh"]).await;
    assert_receives(&layer, &worker, &["fresh"]).await;
}

pub(crate) async fn messages_younger_than_the_expiry_all_come(fixture: &impl Fixture) {
    let layer = fixture.layer(expiring_after_3_seconds()).await;
    let worker = channel("worker");
    fixture.look_first(&layer, &worker).await;
    for text in ["1", "2", "3"] {
        send_all(&layer, &worker, &[text]).await;
        fixture.elapse(SECOND / 2).await;
    }
    assert_receives(&layer, &worker, &["1", "2", "3"]).await;
}

pub(crate) async fn a_message_sent_to_a_group_expires_too(fixture: &impl Fixture) {
    let layer = fixture.layer(expiring_after_3_seconds()).await;
    let (room, one, two) = (group("room"), channel("one"), layer.new_channel("specific").expect("a channel"));
    join_all(&layer, &room, &[&one, &two]).await;
    group_send_all(&layer, &room, &["first"]).await;
    fixture.elapse(2 * SECOND).await;
    group_send_all(&layer, &room, &["second"]).await;
    fixture.elapse(2 * SECOND).await;
    assert_receives(&layer, &one, &["second"]).await;
    assert_receives(&layer, &two, &["second"]).await;
}

/// Xfail upstream. Also: a member with an expired message stays a member.
pub(crate) async fn one_members_old_message_does_not_touch_anothers(fixture: &impl Fixture) {
    let layer = fixture.layer(expiring_after_3_seconds()).await;
    let (room, slow, quick) = (group("room"), channel("slow"), channel("quick"));
    join_all(&layer, &room, &[&slow, &quick]).await;
    group_send_all(&layer, &room, &["1"]).await;
    assert_receives(&layer, &quick, &["1"]).await;
    fixture.elapse(4 * SECOND).await;
    group_send_all(&layer, &room, &["2"]).await;
    assert_receives(&layer, &quick, &["2"]).await;
    assert_receives(&layer, &slow, &["2"]).await;
}

pub(crate) async fn what_expires_makes_room(fixture: &impl Fixture) {
    let layer = fixture.layer(expiring_after_3_seconds()).await;
    let worker = channel("worker");
    fixture.look_first(&layer, &worker).await;
    send_all(&layer, &worker, &["1", "2", "3"]).await;
    fixture.elapse(4 * SECOND).await;
    fixture.look_first(&layer, &worker).await;
    send_all(&layer, &worker, &["4", "5", "6"]).await;
    assert_receives(&layer, &worker, &["4", "5", "6"]).await;
}

/// Upstream's `expiry_unread`: use of the layer elsewhere cleans it.
pub(crate) async fn what_expires_is_counted_even_if_nobody_reads_it(fixture: &impl Fixture) {
    let layer = fixture.layer(expiring_after_3_seconds()).await;
    let mine = layer.new_channel("specific").expect("a channel");
    send_all(&layer, &mine, &["1", "2"]).await;
    fixture.elapse(4 * SECOND).await;
    assert_empty(&layer, &channel("elsewhere")).await;
    fixture.settle().await;
    assert_eq!(layer.counters().expired, 2);
}

pub(crate) async fn a_membership_lapses_after_the_group_expiry(fixture: &impl Fixture) {
    let layer = fixture.layer(lapsing_after_4_seconds()).await;
    let (room, one) = (group("room"), channel("one"));
    join_all(&layer, &room, &[&one]).await;
    fixture.elapse(3 * SECOND).await;
    group_send_all(&layer, &room, &["in time"]).await;
    fixture.elapse(2 * SECOND).await;
    group_send_all(&layer, &room, &["too late"]).await;
    assert_receives(&layer, &one, &["in time"]).await;
}

pub(crate) async fn joining_again_renews_the_membership(fixture: &impl Fixture) {
    let layer = fixture.layer(lapsing_after_4_seconds()).await;
    let (room, one) = (group("room"), channel("one"));
    join_all(&layer, &room, &[&one]).await;
    fixture.elapse(3 * SECOND).await;
    join_all(&layer, &room, &[&one]).await;
    fixture.elapse(3 * SECOND).await;
    group_send_all(&layer, &room, &["still here"]).await;
    assert_receives(&layer, &one, &["still here"]).await;
}

/// Upstream's connections leave their groups silently after a day.
pub(crate) async fn an_attached_members_membership_does_not_lapse(fixture: &impl Fixture) {
    let layer = fixture.layer(lapsing_after_4_seconds()).await;
    let (room, letterbox) = (group("room"), Letterbox::new());
    let mine = layer.attach("specific", Arc::clone(&letterbox) as _).expect("it attaches");
    join_all(&layer, &room, &[&mine]).await;
    fixture.elapse(9 * SECOND).await;
    group_send_all(&layer, &room, &["still here"]).await;
    letterbox.assert_holds(&["still here"]).await;
}

pub(crate) async fn a_lapsed_member_may_join_again(fixture: &impl Fixture) {
    let layer = fixture.layer(lapsing_after_4_seconds()).await;
    let (room, one) = (group("room"), channel("one"));
    join_all(&layer, &room, &[&one]).await;
    fixture.elapse(5 * SECOND).await;
    join_all(&layer, &room, &[&one]).await;
    group_send_all(&layer, &room, &["back"]).await;
    assert_receives(&layer, &one, &["back"]).await;
}
