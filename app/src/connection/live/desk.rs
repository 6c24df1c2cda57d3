//! The browser's half of the live socket: what is under way, and the verbs that a page has besides saying something, which
//! are `held`'s. Frames that come are `hear`'s, what time brings is `tick`'s.

use std::{cell::RefCell, collections::HashSet, rc::Rc, time::Duration};

use leptos::prelude::*;
use protocol::{ClientFrame, GroupId, MAX_GROUPS, Millis, PAGE, Place, Seq};

use super::{Group, Live, Open, hear::LiveEar, keep, name, resting::Resting, tick};
use crate::connection::{
    Status,
    outbox::{Entry, Outbox, State as Held},
    socket, wire,
};

const TYPING_EVERY_MS: f64 = 3_000.0;

#[derive(Default)]
pub(super) struct Desk {
    pub(super) outbox: Outbox,
    /// The group whose page is open.
    group: Option<Group>,
    pub(super) resting: Resting,
    /// When the list of groups was last asked for.
    pub(super) listed_at: f64,
    /// Something in it has changed since.
    pub(super) stale: bool,
    /// Where the outbox is kept.
    pub(super) key: String,
    /// The server answered the hello of this connection.
    pub(super) welcomed: bool,
    /// What this connection hears.
    pub(super) subscribed: HashSet<GroupId>,
    pub(super) heart: tick::Heart,
    /// The page that was asked for, and when.
    pub(super) asked: Option<(Seq, f64)>,
    /// After which event we are behind, and since when.
    pub(super) behind: Option<(Seq, f64)>,
    /// Up to which event the server was told that it was read.
    pub(super) marked: Seq,
    pub(super) return_after_ms: Option<f64>,
    pub(super) typed_at: f64,
}

impl Live {
    pub(super) fn at_desk<T>(self, act: impl FnOnce(&mut Desk) -> T) -> Option<T> {
        let desk = self.found()?;
        let mut desk = desk.try_borrow_mut().ok()?;
        Some(act(&mut desk))
    }

    /// Compiled once, and not into each closure's caller.
    #[inline(never)]
    fn found(self) -> Option<Rc<RefCell<Desk>>> {
        self.desk.try_get_value()
    }

    pub(super) fn group(self) -> Option<Group> {
        self.at_desk(|desk| desk.group).flatten()
    }

    /// The open group, if it is this one.
    pub(super) fn group_named(self, id: &GroupId) -> Option<Group> {
        self.group().filter(|group| group.peek(|open| open.id == *id) == Some(true))
    }

    /// Once for the app: takes its place among the tabs, and opens the socket.
    pub(super) fn start(self) {
        let key = keep::outbox_key(&name::uuid());
        keep::hold(&key);
        for other in keep::other_outboxes(&key) {
            keep::when_free(&other.clone(), move || self.adopt(&other));
        }
        self.at_desk(|desk| desk.key = key);
        if let Ok(interval) = set_interval_with_handle(move || self.tick_soon(), Duration::from_millis(tick::TICK_MS)) {
            on_cleanup(move || interval.clear());
        }
        socket::start(self.connection, "/live", Rc::new(LiveEar(self)));
    }

    /// A group's page is there.
    pub(crate) fn enter(self, group: Group) {
        self.at_desk(|desk| {
            desk.group = Some(group);
            (desk.asked, desk.behind, desk.marked) = (None, None, 0);
        });
        self.show_held(group);
        self.ask_for_pins(group, js_sys::Date::now());
        if !self.wanted.get_untracked() {
            self.wanted.set(true);
        } else if self.connection.state.with_untracked(|state| state.is_closed() && state.sent_away().is_none()) {
            self.connection.toggle();
        } else if self.at_desk(|desk| desk.welcomed) == Some(true) {
            let unknown = group.change(|open| {
                open.note(Status::Open);
                open.is_unknown()
            });
            let heard = group.peek(|open| open.id.clone());
            let heard = heard.is_some_and(|id| self.at_desk(|desk| desk.subscribed.contains(&id)) == Some(true));
            if unknown == Some(true) || !heard {
                self.subscribe(group);
            }
            self.mark_read();
        }
    }

    /// The page was left.
    pub(crate) fn leave(self, group: Group) {
        self.at_desk(|desk| {
            desk.group = None;
            if let Some(open) = group.open() {
                desk.resting.put(open);
            }
        });
        if let Some(id) = group.peek(|open| open.id.clone()) {
            self.stop_hearing(&id);
        }
    }

    /// Hears a group no longer, unless it is looked at, one's own or something of it waits to be confirmed.
    pub(super) fn stop_hearing(self, id: &GroupId) {
        let open = self.group_named(id).is_some() || self.is_listed(id);
        let idle = self.at_desk(|desk| {
            let waits = |entry: &Entry| entry.group() == Some(id) && !matches!(entry.state, Held::Refused { .. });
            !open && !desk.outbox.entries().iter().any(waits) && desk.subscribed.remove(id)
        });
        if idle == Some(true) {
            self.tell(&ClientFrame::Unsubscribe { group: id.clone() });
        }
    }

    pub(super) fn subscribe(self, group: Group) {
        if let Some(place) = group.peek(place) {
            self.make_room();
            self.at_desk(|desk| desk.subscribed.insert(place.group.clone()));
            self.tell(&ClientFrame::Subscribe(place));
        }
    }

    /// The first frame: the open group from where it is, every group that something waits for, and one's others.
    pub(super) fn greet(self) {
        let open = self.group().and_then(|group| group.peek(place));
        let focus = open.as_ref().map(|place| place.group.clone());
        let (resting, mine) = self.other_places();
        let hello = self.at_desk(|desk| {
            desk.outbox.disconnected();
            let mut groups: Vec<Place> = open.into_iter().collect();
            let waiting = desk.outbox.entries().iter().filter_map(Entry::group).cloned();
            let waiting = waiting.map(|group| Place { group, epoch: None, after: None });
            // What rests comes first: it knows where it is.
            for place in resting.into_iter().chain(waiting).chain(mine) {
                if groups.len() < MAX_GROUPS && !groups.iter().any(|known| known.group == place.group) {
                    groups.push(place);
                }
            }
            desk.subscribed = groups.iter().map(|place| place.group.clone()).collect();
            ClientFrame::Hello { client: desk.key.clone(), groups, focus }
        });
        if let Some(hello) = hello {
            self.tell(&hello);
        }
    }

    pub(super) fn tell(self, frame: &ClientFrame) -> bool {
        self.connection.send(wire::frame(frame).to_json())
    }

    /// Someone types here. The server is told now and then.
    pub(crate) fn typing(self, group: Group) {
        let now = js_sys::Date::now();
        let due = self.at_desk(|desk| {
            let due = desk.welcomed && (now - desk.typed_at).abs() > TYPING_EVERY_MS;
            if due {
                desk.typed_at = now;
            }
            due
        });
        if let (Some(true), Some(group)) = (due, group.peek(|open| open.id.clone())) {
            self.tell(&ClientFrame::Typing { group });
        }
    }

    /// Asks for the messages before a number, one page at a time.
    pub(crate) fn load_before(self, group: Group, before: Seq) {
        let free = self.at_desk(|desk| {
            let free = desk.welcomed && desk.asked.is_none();
            if free {
                desk.asked = Some((before, js_sys::Date::now()));
            }
            free
        });
        if let (Some(true), Some(group)) = (free, group.peek(|open| open.id.clone())) {
            self.tell(&ClientFrame::History { group, before, limit: PAGE as u32 });
        }
    }

    pub(crate) fn draft(self, group: Group) -> Option<String> {
        group.peek(|open| keep::draft(&open.id)).flatten()
    }

    pub(crate) fn keep_draft(self, group: Group, text: &str) {
        group.peek(|open| keep::keep_draft(&open.id, text));
    }
}

pub(super) fn place(open: &Open) -> Place {
    let known = !open.is_unknown();
    Place {
        group: open.id.clone(),
        epoch: known.then(|| open.timeline.epoch().clone()),
        after: known.then(|| open.timeline.last()),
    }
}

pub(super) fn now() -> Millis {
    js_sys::Date::now() as Millis
}
