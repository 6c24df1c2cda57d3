//! What somebody said or changed here and the server has not confirmed: taken from the page, shown in the log at once, kept
//! over a reload, sent when it is due. What is under way besides is `desk`'s. Never what the server says.

use leptos::prelude::*;
use protocol::{ClientFrame, ClientId, MAX_LIVE_FRAME_BYTES, Millis, Person, PersonId, Place, Rejection};
use timeline::{PendingChange, Refused, Timeline};

use super::{Group, Live, Wish, desk::now, keep, name};
use crate::{
    connection::{
        outbox::{Entry, NotHeld, Outbox, State as Held},
        wire,
    },
    i18n::Key,
};

/// Who speaks before the server has said who that is.
const NOBODY: &str = "nobody";

impl Live {
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

    /// The tab that held this outbox is gone.
    pub(super) fn adopt(self, key: &str) {
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

fn nobody() -> PersonId {
    #[expect(clippy::expect_used, reason = "the text is an id")]
    PersonId::parse(NOBODY).expect("an id")
}
