//! What the store promises, as one suite that both engines pass: `README.md` in executable form.
//!
//! An engine's test file implements [`Fixture`] and calls [`conformance!`] once. Cases here know no
//! engine.

pub(crate) mod accounts;
pub(crate) mod anything;
pub(crate) mod around;
pub(crate) mod blocks;
pub(crate) mod checking;
pub(crate) mod commands;
pub(crate) mod explain;
pub(crate) mod history;
pub(crate) mod links;
pub(crate) mod meant;
pub(crate) mod members;
pub(crate) mod mentions;
pub(crate) mod mine;
pub(crate) mod moderation;
pub(crate) mod order;
pub(crate) mod people;
pub(crate) mod pinning;
pub(crate) mod reading;
pub(crate) mod resending;
pub(crate) mod searching;
pub(crate) mod sessions;

use store::Database;

use crate::helpers::{Raw, Tea};

/// What an engine supplies.
pub(crate) trait Fixture {
    /// A fresh, empty database; the same one at each call.
    async fn database(&self) -> Database;

    /// A look past the store into it.
    async fn raw(&self) -> Raw;

    async fn tea(&self) -> Tea {
        Tea::open(&self.database().await).await
    }
}

macro_rules! conformance {
    ($fixture:expr) => {
        $crate::conformance::conformance! { @cases [$fixture]
            commands {
                a_post_is_the_first_event_and_the_first_message;
                a_body_comes_back_to_the_byte;
                an_edit_changes_the_text_and_says_when;
                a_deletion_leaves_a_place_and_no_text_anywhere;
                what_was_edited_and_deleted_in_one_batch_leaves_no_text;
                a_reaction_is_put_and_taken_back;
                reactions_keep_the_order_in_which_they_came;
                a_message_takes_50_different_emoji_and_anybody_may_put_each;
                a_reaction_that_changes_nothing_is_confirmed;
                an_answer_names_what_it_answers;
                only_the_author_edits_and_deletes;
                nothing_is_done_to_a_message_that_is_not_there;
                nothing_is_done_to_a_message_that_was_deleted;
                a_message_of_another_group_is_not_there;
                a_stranger_to_the_database_is_refused;
                one_refusal_among_many_refuses_no_other;
            }
            resending {
                a_resent_command_is_the_same_event;
                two_at_the_same_time_are_one;
                a_client_id_is_its_authors_own;
                a_client_id_names_one_command_only;
                a_resend_of_what_was_deleted_since_is_still_the_same;
                what_was_stored_before_a_restart_is_known_after_it;
            }
            order {
                numbers_have_no_hole_whoever_writes_at_the_same_time;
                commits_are_handed_on_in_order_and_each_once;
                nothing_is_handed_on_twice_for_a_resend;
                an_epoch_lasts_across_a_restart;
                a_full_queue_is_busy_and_stores_nothing;
                what_waits_is_stored_before_closing;
                nobody_needs_to_listen;
            }
            around {
                around_a_message_are_those_before_and_after_it;
                a_message_that_is_not_in_the_group_has_nothing_around_it;
                around_a_message_it_is_itself_however_long_the_others_are;
                a_moment_leads_to_the_first_message_since;
                a_moment_after_everything_or_in_an_empty_group_leads_nowhere;
            }
            reading {
                a_group_that_nobody_used_is_empty;
                pages_of_two_thousand_messages_have_no_hole_and_no_repeat;
                a_page_is_bounded_in_bytes_but_never_empty;
                a_replay_is_all_that_was_missed;
                a_replay_beyond_the_cap_is_too_far;
                a_long_past_is_read_piece_by_piece;
                a_number_from_the_future_is_too_far;
                a_number_of_another_epoch_is_refused;
                heads_are_where_each_group_stands;
                unread_counts_messages_alone;
                a_read_mark_only_moves_forward;
                a_read_mark_never_passes_the_head;
                what_expired_cannot_be_resumed;
                what_expired_is_gone_and_not_unread;
                a_long_past_expires_piece_by_piece;
                a_groups_own_retention_counts_before_the_servers;
            }
            checking {
                a_database_that_was_used_in_every_way_is_sound;
                each_damage_is_found_and_told;
                a_damaged_group_does_not_stop_the_others;
            }
            people {
                a_guest_is_known_by_the_token_alone;
                a_token_is_not_in_the_database;
                the_same_token_is_the_same_person;
                several_are_called_so_whoever_has_the_login_first;
                a_new_name_stands_on_everything_said_before;
                nobody_cannot_be_renamed;
                people_are_found_by_login_first_then_by_name_then_by_what_is_alike;
                a_colour_stands_beside_everything_said_before_until_it_is_taken_back;
                a_colour_that_there_is_not_is_none;
                nobody_has_no_colour;
                messages_from_django_have_a_person;
            }
            sessions {
                one_person_has_many_sessions_and_ends_each;
                all_others_end_at_once;
                an_ended_session_is_nobody;
                an_expired_session_is_nobody;
                a_session_that_is_seen_lasts;
                a_token_of_somebody_else_signs_nobody_in;
                two_nodes_that_add_one_token_add_one_person;
            }
            accounts {
                of_two_who_set_up_at_once_one_is_the_administrator;
                of_two_who_want_one_login_one_gets_it;
                a_guest_who_signs_up_stays_who_they_are;
                a_refused_sign_up_changes_nothing;
                the_same_sign_up_again_is_the_same_person;
                a_reset_link_sets_a_password_once_and_ends_all_sessions;
                who_signs_in_with_a_password_that_has_changed_since_is_refused;
                a_password_that_changes_twice_at_once_changes_once;
                who_is_no_administrator_any_more_is_signed_out_in_the_same_step;
                a_closed_person_is_nobody_until_they_are_opened;
                a_closed_guests_token_is_nobodys_and_makes_nobody;
                somebody_is_left_to_run_the_server;
                people_are_listed_page_by_page;
                people_are_found_however_many_there_are;
                who_was_seen_when_is_listed;
                settings_are_as_they_were_set;
                a_hostile_login_refuses_nobody_else;
            }
            members {
                a_group_that_does_not_exist_is_open_and_empty;
                who_spoke_lately_and_is_no_member_is_listed_once_and_the_latest_first;
                who_makes_a_group_owns_it;
                every_change_moves_access;
                archiving_changes_nothing_else_and_nothing_else_archives;
                an_act_is_judged_by_what_holds_when_it_is_done;
                the_last_owner_stays;
                an_open_group_without_an_owner_does_not_become_private;
                whoever_is_banned_goes_and_does_not_come_back;
                members_stand_by_their_roles;
            }
            links {
                a_link_is_taken_back_in_its_own_group;
                a_link_with_one_use_lets_one_in;
                a_link_that_was_revoked_or_has_expired_is_none;
                a_groups_link_lets_who_signs_up_in;
            }
            mine {
                the_same_people_have_one_direct_conversation;
                ones_groups_are_those_one_is_in_and_those_one_has_read;
            }
            mentions {
                a_mention_counts_until_it_is_read;
                everyone_is_meant_but_who_says_it;
                code_and_strangers_mean_nobody;
                an_answer_means_whoever_it_answers;
                an_answer_means_nobody_who_may_no_longer_read;
                an_edit_and_a_deletion_change_who_is_meant;
                what_expired_means_nobody;
                who_was_away_for_long_costs_no_more;
            }
            moderation {
                a_moderator_deletes_what_others_said_and_it_is_noted;
                in_slow_mode_everyone_waits_their_turn;
                of_two_posts_at_once_in_slow_mode_one_is_stored;
                a_resend_is_confirmed_in_slow_mode_too;
                what_a_message_said_before_can_be_read_until_it_is_deleted;
            }
            pinning {
                a_message_is_pinned_and_no_longer;
                the_latest_pin_stands_first_and_one_that_is_put_again_keeps_its_place;
                a_deletion_and_expiry_unpin;
                a_group_takes_50_pins_and_takes_another_when_one_goes;
                of_two_who_pin_the_last_at_once_one_is_refused;
                what_is_not_there_cannot_be_pinned;
                pins_are_of_their_group_and_of_one_moment;
                of_a_long_text_the_beginning_is_read;
                whether_anybody_looks_after_a_group_is_known;
                what_a_moderator_pins_is_noted;
            }
            explain {
                every_statement_uses_an_index;
            }
            searching {
                what_was_said_is_found_at_once_and_from_the_index;
                nothing_is_found_outside_the_groups_that_are_named;
                a_person_and_a_time_narrow_it_down;
                pages_go_from_the_newest_back_without_hole_or_repeat;
                edits_and_deletions_are_followed_at_once;
                what_expired_is_not_found;
                messages_from_before_the_index_are_found_when_it_is_made;
                a_long_message_is_found_by_its_beginning;
                what_is_not_said_is_a_query_in_however_many_groups;
            }
            meant {
                who_is_mentioned_is_found_by_any_of_several_mentions;
            }
            anything {
                search_finds_what_a_naive_scan_finds;
            }
            blocks {
                whoever_has_no_patience_gets_further_with_each_answer;
                what_is_left_of_what_everybody_says_is_found_over_many_blocks;
            }
            history {
                an_old_snapshot_and_the_events_after_it_are_the_new_snapshot;
            }
        }
    };
    (@cases $fixture:tt $($module:ident { $($case:ident;)+ })+) => {
        $(mod $module {
            use super::*;
            $($crate::conformance::conformance! { @case $fixture $module $case })+
        })+
    };
    (@case [$fixture:expr] $module:ident $case:ident) => {
        #[tokio::test]
        async fn $case() {
            $crate::conformance::$module::$case(&$fixture).await;
        }
    };
}

pub(crate) use conformance;
