//! What every backend must do, as one suite: the contract of `README.md` in executable form.
//!
//! A backend's test file implements [`Fixture`] and calls [`conformance!`](crate::conformance) once. Cases here know
//! no backend: they use the trait alone, and the fixture's clock.

pub(crate) mod ending;
pub(crate) mod expiry;
pub(crate) mod groups;
pub(crate) mod inboxes;
pub(crate) mod letterbox;
pub(crate) mod local;
pub(crate) mod queues;

use std::sync::Arc;
use std::time::Duration;

use channel_layer::{ChannelLayer, ChannelName, GroupName, LayerError};
#[cfg(not(loom))]
use channel_layer::{Map, Wire};
use tokio::time::timeout;

/// A layer as the cases see it.
pub(crate) type Layer = Arc<dyn ChannelLayer<Note>>;

/// The message of all cases. Not `Clone`: no backend may need a deep copy to share it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Note(pub(crate) String);

#[cfg(not(loom))]
impl Wire for Note {
    fn to_wire(&self) -> Map {
        Map::new().with("type", "note").with("text", self.0.as_str())
    }

    fn from_wire(map: Map) -> Option<Self> {
        (map.text("type") == Some("note")).then(|| map.text("text").map(|text| Self(text.to_owned())))?
    }
}

/// What a backend supplies.
pub(crate) trait Fixture {
    /// A fresh, empty layer.
    async fn layer(&self, settings: Settings) -> Layer;

    /// Lets time pass for the layer: on a paused clock, or really.
    async fn elapse(&self, time: Duration);

    /// Returns when everything sent so far has reached its queue or inbox.
    async fn settle(&self);

    /// Where a message waits only in a process that has looked for one lately: looks, and finds none.
    async fn look_first(&self, _: &Layer, _: &ChannelName) {}
}

/// The settings that the contract names, small enough to reach their bounds.
pub(crate) struct Settings {
    pub(crate) capacity: usize,
    pub(crate) channel_capacity: Vec<(String, usize)>,
    pub(crate) expiry: Duration,
    pub(crate) group_expiry: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        let expiry = Duration::from_secs(60);
        Self { capacity: 3, channel_capacity: Vec::new(), expiry, group_expiry: Duration::from_secs(86_400) }
    }
}

pub(crate) fn channel(name: &str) -> ChannelName {
    ChannelName::parse(name).expect("a channel's name")
}

pub(crate) fn group(name: &str) -> GroupName {
    GroupName::parse(name).expect("a group's name")
}

pub(crate) fn note(text: &str) -> Arc<Note> {
    Arc::new(Note(text.to_owned()))
}

pub(crate) async fn send_all(layer: &Layer, to: &ChannelName, texts: &[&str]) {
    for text in texts {
        layer.send(to, note(text)).await.expect("there is room");
    }
}

pub(crate) async fn group_send_all(layer: &Layer, to: &GroupName, texts: &[&str]) {
    for text in texts {
        layer.group_send(to, note(text)).await.expect("a group send is not refused");
    }
}

pub(crate) async fn join_all(layer: &Layer, to: &GroupName, channels: &[&ChannelName]) {
    for channel in channels {
        layer.group_add(to, channel).await.expect("the channel is there");
    }
}

/// Exactly these come, in this order, and then nothing.
pub(crate) async fn assert_receives(layer: &Layer, from: &ChannelName, texts: &[&str]) {
    for text in texts {
        assert_eq!(next(layer, from).await.as_deref(), Ok(&Note((*text).to_owned())));
    }
    assert_empty(layer, from).await;
}

pub(crate) async fn next(layer: &Layer, from: &ChannelName) -> Result<Arc<Note>, LayerError> {
    timeout(Duration::from_secs(5), layer.receive(from)).await.expect("something comes")
}

pub(crate) async fn assert_empty(layer: &Layer, from: &ChannelName) {
    let waited = timeout(Duration::from_millis(20), layer.receive(from)).await;
    assert!(waited.is_err(), "nothing should come on {from}, but {waited:?} did");
}

/// Polls a receive until it waits, and leaves it waiting.
macro_rules! assert_waits {
    ($receive:expr) => {
        let early = tokio::time::timeout(std::time::Duration::from_millis(5), &mut $receive).await;
        assert!(early.is_err(), "should still wait, but got {early:?}");
    };
}
pub(crate) use assert_waits;

/// Makes one test of each case: `conformance! { #[tokio::test] for MyFixture }`. The list is the contract's contents.
/// What does not apply to a fixture is named there and makes no test:
/// `conformance! { #[tokio::test] for MyFixture, without { queues { reading_makes_room; } } }`.
#[macro_export]
macro_rules! conformance {
    ($(#[$attribute:meta])* for $fixture:expr) => {
        $crate::conformance! { $(#[$attribute])* for $fixture, without {} }
    };
    ($(#[$attribute:meta])* for $fixture:expr, without { $($module:ident { $($left_out:ident;)+ })* }) => {
        $crate::conformance! { @filter ($) $($($left_out)+)* }
        $($(
            #[expect(dead_code, reason = "left out, but there must be such a case")]
            async fn $left_out() {
                $crate::conformance::$module::$left_out(&$fixture).await;
            }
        )+)*
        $crate::conformance! { @cases [$(#[$attribute])*] [$fixture]
            queues {
                a_message_sent_is_received;
                messages_come_in_the_order_they_were_sent;
                channels_do_not_hear_each_other;
                a_waiting_receiver_gets_the_message;
                two_waiting_receivers_get_one_message_each;
                a_second_receiver_is_not_orphaned_by_the_first_message;
                each_message_goes_to_one_receiver_only;
                a_cancelled_receive_loses_no_message;
                a_cancelled_receiver_passes_its_turn_on;
                a_full_channel_refuses_and_keeps_what_it_has;
                reading_makes_room;
                a_full_channel_leaves_others_alone;
                an_override_of_capacity_works_from_the_first_send;
                the_first_override_that_matches_wins;
            }
            local {
                a_new_channel_receives_what_is_sent_to_it;
                a_new_channel_is_named_by_prefix_and_two_random_parts;
                no_two_new_channels_are_alike;
                a_prefix_that_makes_no_name_is_refused;
                a_full_local_channel_never_fills_its_sibling;
                an_override_of_capacity_reaches_local_channels;
                a_detached_channel_cannot_be_received_from;
                a_detached_channel_drops_what_it_had;
                whoever_waits_is_told_when_the_channel_is_detached;
                a_send_to_a_detached_channel_is_swallowed_and_counted;
                detaching_twice_is_harmless;
            }
            groups {
                members_get_what_is_sent_to_the_group;
                a_member_that_left_gets_nothing;
                channels_with_one_prefix_all_get_it;
                a_group_without_members_swallows_it;
                joining_twice_delivers_once;
                leaving_a_group_never_joined_is_harmless;
                leaving_before_joining_does_not_prevent_joining;
                a_channel_in_two_groups_hears_both;
                one_group_does_not_hear_another;
                every_member_hears_in_the_order_of_sending;
                a_full_member_is_skipped_without_an_error;
                a_full_member_loses_only_its_own;
                a_detached_member_is_out_of_all_its_groups;
                a_detached_channel_cannot_join;
                detaching_an_ordinary_channel_leaves_its_queue;
                an_ordinary_channel_may_join_before_anyone_reads_it;
            }
            inboxes {
                an_inbox_gets_what_is_sent_to_its_channel;
                an_inbox_gets_what_is_sent_to_its_group;
                an_inbox_hears_in_the_order_of_sending;
                a_full_inbox_is_skipped_and_counted;
                a_full_inbox_hears_again_when_it_has_room;
                a_slow_inbox_does_not_hold_up_the_others;
                an_inbox_that_is_gone_is_detached;
                a_detached_inbox_gets_nothing_more;
                an_attached_channel_cannot_be_received_from;
                an_inbox_may_detach_itself_while_it_takes;
                a_prefix_that_makes_no_name_attaches_nothing;
            }
            expiry {
                a_message_too_old_is_never_delivered;
                only_what_is_too_old_is_dropped;
                messages_younger_than_the_expiry_all_come;
                a_message_sent_to_a_group_expires_too;
                one_members_old_message_does_not_touch_anothers;
                what_expires_makes_room;
                what_expires_is_counted_even_if_nobody_reads_it;
                a_membership_lapses_after_the_group_expiry;
                joining_again_renews_the_membership;
                an_attached_members_membership_does_not_lapse;
                a_lapsed_member_may_join_again;
            }
            ending {
                a_flush_drops_messages;
                a_flush_empties_groups;
                a_flush_leaves_local_channels_attached;
                a_flush_leaves_receivers_waiting;
                a_closed_layer_refuses_everything;
                whoever_waits_is_told_when_the_layer_closes;
                closing_twice_is_harmless;
                a_detach_after_close_is_harmless;
            }
        }
    };
    // What follows a name vanishes if that is left out. `$dollar` is how a macro writes a `$` of the one that it makes.
    (@filter ($dollar:tt) $($left_out:ident)*) => {
        macro_rules! unless_left_out {
            $(($left_out $dollar($dollar test:tt)*) => {};)*
            ($dollar case:ident $dollar($dollar test:tt)*) => { $dollar($dollar test)* };
        }
    };
    (@cases $attributes:tt $fixture:tt $($module:ident { $($case:ident;)+ })+) => {
        $(mod $module {
            $($crate::conformance! { @case $attributes $fixture $module $case })+
        })+
    };
    (@case [$($attribute:tt)*] [$fixture:expr] $module:ident $case:ident) => {
        unless_left_out! { $case
            $($attribute)*
            async fn $case() {
                use super::*;
                $crate::conformance::$module::$case(&$fixture).await;
            }
        }
    };
}
