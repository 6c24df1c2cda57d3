//! The visitor's groups as they are now: what frames, reading and the server's list change in them. How they are counted and
//! ordered is `listed`'s. Never a timeline.

use std::sync::Arc;

use leptos::prelude::*;
use protocol::{ClientFrame, Event, GroupId, MAX_GROUPS, Place, Standing};

use super::{Group, Live, Open, ask};
use crate::{
    connection::wire,
    listed::{self, Listed},
    opening::Opening,
};

/// How often the server's list is asked for: who was invited elsewhere is told by nothing else.
const ASK_EVERY_MS: f64 = 60_000.0;
/// And how soon again, however often something is said to have changed.
const ASK_AGAIN_MS: f64 = 2_000.0;

impl Live {
    /// The list that came with the page; without one it is asked for.
    pub(crate) fn begin(self, mut list: Vec<Listed>) {
        if list.is_empty() {
            return self.at_desk(|desk| desk.listed_at = 0.0).unwrap_or_default();
        }
        self.at_desk(|desk| desk.listed_at = js_sys::Date::now());
        self.change_mine(&mut |mine| {
            *mine = std::mem::take(&mut list);
            true
        });
        // Unread is counted from now on, whether a group is open or not.
        self.wanted.set(true);
    }

    /// A group whose page opens: as it was left, or new.
    pub(crate) fn group_for(self, id: &GroupId, opening: Option<Opening>) -> Group {
        if !self.is_listed(id) {
            self.change_mine(&mut |mine| {
                mine.push(Listed { at: super::desk::now(), ..Listed::unknown(id.clone()) });
                true
            });
            self.at_desk(|desk| desk.listed_at = 0.0);
        }
        match self.at_desk(|desk| desk.resting.take(id)).flatten() {
            Some(open) => Group::again(open),
            None => Group::new(id.clone(), opening),
        }
    }

    /// Changes the list and, if it then looks different, tells.
    fn change_mine(self, change: &mut dyn FnMut(&mut Vec<Listed>) -> bool) {
        let mut mine = self.mine.get_untracked().to_vec();
        if change(&mut mine) {
            listed::arrange(&mut mine);
            self.mine.set(Arc::new(mine));
        } else {
            // What nobody sees, such as how far a group is.
            self.mine.update_untracked(|kept| *kept = Arc::new(mine));
        }
    }

    pub(super) fn is_listed(self, id: &GroupId) -> bool {
        listed::listed(&self.mine.get_untracked(), id).is_some()
    }

    /// What a connection hears besides the open group: what rests from where it is, all of one's own from now on.
    pub(super) fn other_places(self) -> (Vec<Place>, Vec<Place>) {
        let resting = self.at_desk(|desk| desk.resting.all(super::desk::place)).unwrap_or_default();
        let from_now = |listed: &Listed| Place { group: listed.group.clone(), epoch: None, after: None };
        (resting, self.mine.get_untracked().iter().map(from_now).collect())
    }

    /// A connection hears only so many groups: one that is not looked at goes.
    pub(super) fn make_room(self) {
        let mut order: Vec<GroupId> = self.mine.get_untracked().iter().map(|one| one.group.clone()).collect();
        let full = |desk: &mut super::desk::Desk| desk.subscribed.len() >= MAX_GROUPS;
        while self.at_desk(full) == Some(true)
            && let Some(group) = order.pop()
        {
            let heard =
                self.group_named(&group).is_none() && self.at_desk(|desk| desk.subscribed.remove(&group)) == Some(true);
            if heard {
                self.at_desk(|desk| drop(desk.resting.take(&group)));
                self.tell(&ClientFrame::Unsubscribe { group });
            }
        }
    }

    pub(super) fn stands_in_mine(self, standing: &Standing) {
        self.change_mine(&mut |mine| listed::stands(mine, standing));
    }

    pub(super) fn happened_in_mine(self, id: &GroupId, events: &[Event]) {
        let me = self.me.with_untracked(|me| me.as_ref().map(|me| me.id.clone()));
        let seen = self.looked_at().is_some_and(|open| open == *id);
        self.change_mine(&mut |mine| listed::happened(mine, id, events, me.as_ref(), seen));
    }

    /// All of it was read.
    pub(super) fn read_in_mine(self, id: &GroupId) {
        self.change_mine(&mut |mine| {
            let read = mine.iter_mut().find(|listed| listed.group == *id);
            read.is_some_and(Listed::was_read)
        });
    }

    /// The group whose end is in sight in a tab that is looked at.
    pub(super) fn looked_at(self) -> Option<GroupId> {
        let looking = !document().hidden() && document().has_focus().unwrap_or(false);
        let seen = |open: &Open| (open.left_end.is_none() && !open.is_unknown()).then(|| open.id.clone());
        self.group().filter(|_| looking)?.peek(seen).flatten()
    }

    /// It can be read no longer.
    pub(super) fn forget(self, id: &GroupId) {
        self.at_desk(|desk| {
            desk.resting.take(id);
            desk.subscribed.remove(id);
        });
        self.change_mine(&mut |mine| {
            let before = mine.len();
            mine.retain(|listed| listed.group != *id);
            mine.len() != before
        });
    }

    /// What the list knows of a group is no longer so: asked again with the next tick, which comes to each tab at another
    /// moment.
    pub(super) fn is_stale(self) {
        self.at_desk(|desk| desk.stale = true);
    }

    /// Asks for the server's list, if that is due.
    pub(super) fn ask_for_mine(self, now: f64) {
        let due = self.at_desk(|desk| {
            let every = if desk.stale { ASK_AGAIN_MS } else { ASK_EVERY_MS };
            let due = !document().hidden() && (now - desk.listed_at).abs() > every;
            if due {
                (desk.listed_at, desk.stale) = (now, false);
            }
            due
        });
        if due == Some(true) {
            leptos::task::spawn_local(async move {
                if let Some(now) = self.fetched().await {
                    self.listed_now(now);
                }
            });
        }
    }

    /// For a page that is no group's and names groups: asks for the list if there is none.
    pub(crate) fn learn(self) {
        if self.mine.with_untracked(|mine| mine.is_empty()) {
            leptos::task::spawn_local(async move {
                if let Some(mut now) = self.fetched().await {
                    self.change_mine(&mut |mine| {
                        *mine = std::mem::take(&mut now);
                        true
                    });
                }
            });
        }
    }

    /// Who looks after the open group now.
    fn keeps_order(self) {
        let Some(group) = self.group() else { return };
        let now = self.mine.get_untracked();
        let moderates = |open: &Open| listed::listed(&now, &open.id).is_some_and(|listed| listed.moderates);
        if group.peek(|open| moderates(open) != open.moderates) == Some(true) {
            group.change(|open| open.moderates = moderates(open));
        }
    }

    async fn fetched(self) -> Option<Vec<Listed>> {
        let open = self.group().and_then(|group| group.peek(|open| open.id.to_string()));
        let with = open.map(|id| format!("?with={}", js_sys::encode_uri_component(&id))).unwrap_or_default();
        let (_, text) = ask::answer(&format!("/api/groups{with}")).await?;
        wire::groups(&text)
    }

    fn listed_now(self, mut now: Vec<Listed>) {
        let open = self.group().and_then(|group| group.peek(|open| open.id.clone()));
        let (mut new, mut lost) = (Vec::new(), Vec::new());
        self.change_mine(&mut |mine| {
            let before = mine.clone();
            (new, lost) = listed::merge(mine, std::mem::take(&mut now), open.as_ref());
            *mine != before
        });
        self.keeps_order();
        for group in lost {
            self.at_desk(|desk| drop(desk.resting.take(&group)));
            self.stop_hearing(&group);
        }
        if self.at_desk(|desk| desk.welcomed) == Some(true) {
            for group in new {
                let hears =
                    self.at_desk(|desk| desk.subscribed.len() < MAX_GROUPS && desk.subscribed.insert(group.clone()));
                if hears == Some(true) {
                    self.tell(&ClientFrame::Subscribe(Place { group, epoch: None, after: None }));
                }
            }
        }
    }
}
