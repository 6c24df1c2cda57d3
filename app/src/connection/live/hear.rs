//! What the server says, frame by frame. Never what is drawn, never when something is sent again.

use protocol::{
    Change, ClientFrame, ClientId, Epoch, Event, GroupId, Person, Place, Rejection, Resume, SUBPROTOCOL, Seq,
    ServerFrame, Standing, TYPING_MS,
};
use timeline::{Applied, Inserted, Next, Page};

use super::{Group, Live, Open, tick::Heart};
use crate::connection::{Status, socket::Ear, wire};

pub(super) struct LiveEar(pub(super) Live);

impl Ear for LiveEar {
    fn protocol(&self) -> Option<&'static str> {
        Some(SUBPROTOCOL)
    }

    /// A new connection begins with hello; the outbox knows what the old one did not take.
    fn keeps_unsent(&self) -> bool {
        false
    }

    fn opened(&self) {
        self.0.greet();
    }

    fn heard(&self, texts: Vec<String>) {
        wire::server_frames(&texts).into_iter().for_each(|frame| self.0.hear(frame));
        self.0.flush();
    }

    fn see(&self, status: Status) {
        if status != Status::Open {
            self.0.at_desk(|desk| {
                desk.welcomed = false;
                desk.outbox.disconnected();
                (desk.asked, desk.behind) = (None, None);
                // Who was away may have been invited or turned out.
                desk.listed_at = 0.0;
            });
        }
        if let Some(group) = self.0.group() {
            group.change(|open| {
                open.note(status);
                if status != Status::Open {
                    open.writing.clear();
                    open.here_count = 0;
                }
            });
        }
    }

    fn return_after_ms(&self) -> Option<f64> {
        self.0.at_desk(|desk| desk.return_after_ms.take()).flatten()
    }
}

impl Live {
    fn hear(self, frame: ServerFrame) {
        match frame {
            ServerFrame::Welcome { heartbeat_ms, you, groups, .. } => self.welcome(heartbeat_ms, you, groups),
            ServerFrame::Subscribed(standing) => self.stands(standing),
            ServerFrame::Events { group, epoch, events } => self.happened(&group, &epoch, events),
            ServerFrame::Live { group, seq } => self.heard_of(&group, seq),
            ServerFrame::Reset { group, epoch, head, .. } => {
                self.at_desk(|desk| drop(desk.resting.take(&group)));
                self.with_group(&group, |open| self.begin_anew(open, epoch, head));
            }
            ServerFrame::Gone { group, why } => {
                self.forget(&group);
                self.with_group(&group, |group| group.set(|open| open.gone = Some(why)))
            }
            ServerFrame::Lag { group, head } => {
                self.heard_of(&group, head);
                self.catch_up(group);
            }
            ServerFrame::Page { group, epoch, before, seq, messages, more } => {
                self.read(&group, Page { epoch, before, seq, messages, more });
            }
            ServerFrame::Rejected { client_id, rejection } => self.rejected(&client_id, rejection),
            ServerFrame::Changed { .. } => self.is_stale(),
            ServerFrame::Typing { group, by } => self.with_group(&group, |open| writes(open, by)),
            ServerFrame::Seen { group, by, seq } => self.tell_open(&group, &mut |open| open.saw(&by, seq)),
            ServerFrame::Presence { group, mut people, count } => {
                self.tell_open(&group, &mut |open| {
                    (open.here, open.here_count) = (std::mem::take(&mut people), count);
                });
            }
            ServerFrame::Pong { id, heads } => {
                self.at_desk(|desk| desk.heart.answered(id));
                heads.into_iter().for_each(|(group, head)| self.heard_of(&group, head));
            }
            ServerFrame::Bye { retry_after_ms, .. } => {
                self.at_desk(|desk| desk.return_after_ms = retry_after_ms.map(|ms| ms as f64));
            }
            ServerFrame::Unknown => {}
        }
    }

    /// Of the open group, or of one that rests.
    fn tell_open(self, id: &GroupId, tell: &mut dyn FnMut(&mut Open)) {
        if let Some(open) = self.group_named(id) {
            open.change(tell);
        } else {
            self.at_desk(|desk| {
                desk.resting.on(id, |open| {
                    tell(open);
                    true
                });
            });
        }
    }

    fn with_group(self, id: &GroupId, act: impl FnOnce(Group)) {
        if let Some(group) = self.group_named(id) {
            act(group);
        }
    }

    /// The server dropped what was to come: the open group goes on where it is, of another only what is unread matters.
    fn catch_up(self, group: GroupId) {
        if let Some(open) = self.group_named(&group) {
            return self.subscribe(open);
        }
        self.at_desk(|desk| drop(desk.resting.take(&group)));
        self.tell(&ClientFrame::Subscribe(Place { group, epoch: None, after: None }));
    }

    fn welcome(self, heartbeat_ms: u64, you: Person, groups: Vec<Standing>) {
        self.claim(you);
        self.at_desk(|desk| {
            desk.welcomed = true;
            desk.outbox.hurry();
            desk.heart = Heart::new(heartbeat_ms, js_sys::Math::random());
        });
        groups.into_iter().for_each(|standing| self.stands(standing));
        self.persist();
    }

    fn stands(self, standing: Standing) {
        if standing.resume == Resume::Gone {
            // A frame with the reason follows.
            return;
        }
        self.stands_in_mine(&standing);
        let Some(group) = self.group_named(&standing.group) else { return };
        let unknown = group.change(|open| {
            open.gone = None;
            if open.is_unknown() {
                open.read = Some(standing.read).filter(|read| *read > 0);
            }
            open.is_unknown()
        });
        if unknown == Some(true) {
            self.begin_anew(group, standing.epoch, standing.head);
        } else {
            self.heard_of(&standing.group, standing.head);
            self.mark_read();
        }
    }

    /// How far a group is: nothing is to be drawn for it.
    fn heard_of(self, id: &GroupId, head: Seq) {
        if let Some(group) = self.group_named(id) {
            group.quietly(|open| open.timeline.heard(head));
        }
    }

    /// Goes on from an event without what lies before it, and asks for the newest page.
    fn begin_anew(self, group: Group, epoch: Epoch, head: Seq) {
        group.change(|open| {
            let anew = *open.timeline.epoch() != epoch;
            open.pins_jump(head, anew);
            if anew {
                open.news.iter_mut().for_each(|line| line.after = head);
                open.seen.clear();
            }
            open.timeline.reset(epoch, head);
        });
        self.at_desk(|desk| desk.asked = None);
        self.load_before(group, head.saturating_add(1));
    }

    fn happened(self, id: &GroupId, epoch: &Epoch, events: Vec<Event>) {
        self.confirm(id, events.iter().filter_map(|event| event.client_id.clone()).collect());
        self.happened_in_mine(id, &events);
        let Some(group) = self.group_named(id) else {
            let applied = |open: &mut Open| {
                open.pins_hear(&events);
                open.timeline.apply(epoch, events).next == Next::Nothing
            };
            self.at_desk(|desk| desk.resting.on(id, applied));
            return;
        };
        let applied = group.change(|open| {
            open.pins_hear(&events);
            open.rush.said(events.iter().filter(|event| matches!(event.change, Change::Posted { .. })).count());
            open.writing.retain(|(person, _)| !events.iter().any(|event| event.by.id == person.id));
            open.timeline.apply(epoch, events)
        });
        if let Some(Applied { next: Next::Reset, .. }) = applied {
            self.subscribe(group);
        }
        self.ask_for_pins(group, js_sys::Date::now());
    }

    pub(super) fn read(self, id: &GroupId, page: Page) {
        let ids = page.messages.iter().filter_map(|message| message.client_id.clone()).collect();
        self.confirm(id, ids);
        self.at_desk(|desk| desk.asked = None);
        let Some(group) = self.group_named(id) else { return };
        let before = page.before;
        match group.change(|open| open.timeline.insert_page(page)) {
            Some(Inserted::Stale) => self.load_before(group, before),
            Some(Inserted::OtherEpoch) => self.subscribe(group),
            Some(Inserted::Done { .. }) => self.mark_read(),
            None => {}
        }
    }

    fn confirm(self, group: &GroupId, ids: Vec<ClientId>) {
        let confirmed = self.at_desk(|desk| ids.iter().filter(|id| desk.outbox.confirm(id)).count());
        if confirmed.is_some_and(|count| count > 0) {
            self.persist();
            self.stop_hearing(group);
        }
    }

    fn rejected(self, client_id: &ClientId, rejection: Rejection) {
        let (now, random) = (js_sys::Date::now() as i64, js_sys::Math::random());
        self.at_desk(|desk| desk.outbox.refuse(client_id, rejection.clone(), now, random));
        if let Some(group) = self.group() {
            self.show_refused(group, client_id, &rejection);
        }
        self.persist();
    }
}

fn writes(group: Group, by: Person) {
    let until = js_sys::Date::now() + TYPING_MS as f64;
    group.change(|open| {
        open.writing.retain(|(person, _)| person.id != by.id);
        open.writing.push((by, until));
    });
}
