//! The browser's half of the live socket: what is under way, and each verb that a page has. Frames that come are
//! `hear`'s, what time brings is `tick`'s.

use std::{cell::RefCell, collections::HashSet, rc::Rc, time::Duration};

use leptos::prelude::*;
use protocol::{
    ClientFrame, ClientId, GroupId, MAX_GROUPS, MAX_LIVE_FRAME_BYTES, Millis, PAGE, Person, PersonId, Place, Rejection,
    Seq,
};
use timeline::{PendingChange, Refused, Timeline};

use super::{Group, Live, Wish, group::Open, hear::LiveEar, keep, name, resting::Resting, tick};
use crate::{
    connection::{
        Status,
        outbox::{Entry, NotHeld, Outbox, State as Held},
        socket, wire,
    },
    i18n::Key,
};

/// Who speaks before the server has said who that is.
const NOBODY: &str = "nobody";
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
    key: String,
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
    typed_at: f64,
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
        if let Ok(interval) = set_interval_with_handle(move || self.tick(), Duration::from_millis(tick::TICK_MS)) {
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

    /// Sends what is due.
    pub(super) fn flush(self) {
        let me = self.my_id();
        let due = self.at_desk(|desk| if desk.welcomed { desk.outbox.due(&me, now()) } else { Vec::new() });
        for frame in due.unwrap_or_default() {
            let group = frame.command().map(|(_, group)| group.clone());
            if let Some(group) =
                group.filter(|group| self.at_desk(|desk| !desk.subscribed.contains(group)) == Some(true))
            {
                self.at_desk(|desk| desk.subscribed.insert(group.clone()));
                self.tell(&ClientFrame::Subscribe(Place { group, epoch: None, after: None }));
            }
            self.tell(&frame);
        }
    }

    fn my_id(self) -> PersonId {
        self.me.with_untracked(|me| me.as_ref().map_or_else(nobody, |me| me.id.clone()))
    }

    /// Takes a wish. An error says why it stays with the person.
    pub(crate) fn wish(self, group: Group, wish: Wish) -> Result<(), Key> {
        let Some(id) = group.peek(|open| open.id.clone()) else { return Err(Key::NotSentKept) };
        let command = wish.command(name::client_id(), id);
        if wire::frame(&command).to_json().len() > MAX_LIVE_FRAME_BYTES {
            return Err(Key::MessageTooLong);
        }
        let (me, at) = (self.my_id(), now());
        match self.at_desk(|desk| desk.outbox.push(command.clone(), me.clone(), at)) {
            Some(Ok(())) => {
                self.at_desk(|desk| desk.typed_at = 0.0);
            }
            Some(Err(NotHeld::Full)) => return Err(Key::OutboxFull),
            Some(Err(NotHeld::Known | NotHeld::NoCommand)) | None => return Err(Key::NotSentKept),
        }
        self.show(group, &command, at);
        self.persist();
        self.flush();
        Ok(())
    }

    /// Says again what was refused.
    pub(crate) fn retry(self, group: Group, refused: &ClientId) {
        let (anew, at) = (name::client_id(), now());
        if self.at_desk(|desk| desk.outbox.retry(refused, anew.clone(), at)) == Some(true) {
            group.change(|open| open.timeline.retry(refused, anew, at));
        }
        self.persist();
        self.flush();
    }

    pub(crate) fn discard(self, group: Group, refused: &ClientId) {
        self.at_desk(|desk| desk.outbox.discard(refused));
        group.change(|open| open.timeline.discard(refused));
        self.persist();
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

    /// The tab that held this outbox is gone.
    fn adopt(self, key: &str) {
        let Some(json) = keep::take_outbox(key) else { return };
        self.at_desk(|desk| desk.outbox.adopt(Outbox::from_json(&json)));
        if let Some(group) = self.group() {
            self.show_held(group);
        }
        self.persist();
        self.flush();
    }

    pub(super) fn persist(self) {
        self.at_desk(|desk| keep::keep_outbox(&desk.key, &desk.outbox.to_json()));
    }

    /// The server has said who we are: what was said before is ours.
    pub(super) fn claim(self, me: Person) {
        self.at_desk(|desk| desk.outbox.claim(&nobody(), &me.id));
        if self.me.with_untracked(|known| known.as_ref() != Some(&me)) {
            self.me.set(Some(me));
        }
    }

    /// Shows what the outbox holds for a group and its timeline does not know.
    pub(super) fn show_held(self, group: Group) {
        let Some(id) = group.peek(|open| open.id.clone()) else { return };
        let held = self.at_desk(|desk| {
            let of_group = desk.outbox.entries().iter().filter(|entry| entry.group() == Some(&id));
            of_group.cloned().collect::<Vec<Entry>>()
        });
        for Entry { command, at, state, .. } in held.unwrap_or_default() {
            self.show(group, &command, at);
            if let (Held::Refused { rejection }, Some((client_id, _))) = (state, command.command()) {
                self.show_refused(group, client_id, &rejection);
            }
        }
    }

    pub(super) fn show_refused(self, group: Group, client_id: &ClientId, rejection: &Rejection) {
        let refused = group.change(|open| {
            let refused = open.timeline.refuse(client_id, rejection, now());
            if let Refused::Change(_) = refused {
                open.refused = Some(rejection.code);
            }
            refused
        });
        if let Some(Refused::Change(_)) = refused {
            self.at_desk(|desk| desk.outbox.discard(client_id));
        }
    }

    fn show(self, group: Group, command: &ClientFrame, at: Millis) {
        let Some(wish) = Wish::of(command) else { return };
        let Some((client_id, _)) = command.command() else { return };
        let client_id = client_id.clone();
        match (wish.change(), self.me.get_untracked()) {
            (None, _) => {
                let Wish::Say { body, reply_to } = wish else { return };
                if group.peek(|open| is_saved(&open.timeline, &client_id)) == Some(true) {
                    self.at_desk(|desk| desk.outbox.confirm(&client_id));
                } else {
                    group.change(|open| open.timeline.pend(client_id, body, reply_to, at));
                }
            }
            (Some(change), Some(by)) => {
                group.change(|open| open.timeline.pend_change(PendingChange { client_id, by, at, change }));
            }
            (Some(_), None) => {}
        }
    }
}

fn is_saved(timeline: &Timeline, client_id: &ClientId) -> bool {
    timeline.messages().any(|message| message.client_id.as_ref() == Some(client_id))
}

pub(super) fn place(open: &Open) -> Place {
    let known = !open.is_unknown();
    Place {
        group: open.id.clone(),
        epoch: known.then(|| open.timeline.epoch().clone()),
        after: known.then(|| open.timeline.last()),
    }
}

fn nobody() -> PersonId {
    #[expect(clippy::expect_used, reason = "the text is an id")]
    PersonId::parse(NOBODY).expect("an id")
}

pub(super) fn now() -> Millis {
    js_sys::Date::now() as Millis
}
