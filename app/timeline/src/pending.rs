//! What a person said or wished and the server has not confirmed, in the order in which they did. Lies over the truth,
//! never in it. Never when it is sent: that is the outbox's.

use std::borrow::Cow;

use protocol::{Change, ClientId, Event, Message, MessageId, Millis, Person, Rejection};

use crate::{Shown, Timeline};

/// A message that is not confirmed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingMessage {
    /// The command.
    pub client_id: ClientId,
    /// What was said.
    pub body: String,
    /// The message that it answers.
    pub reply_to: Option<MessageId>,
    /// When, by the person's clock.
    pub at: Millis,
    /// How far it is.
    pub saving: Saving,
}

/// How far a message is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Saving {
    /// On its way, or waiting for a connection.
    Waiting,
    /// Refused for now: it will be sent again by itself, not before this moment of the person's clock if there is one.
    Delayed(Option<Millis>),
    /// Refused for good; the person may say it again or discard it.
    Refused(Rejection),
}

/// An edit, deletion or reaction that is not confirmed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingChange {
    /// The command.
    pub client_id: ClientId,
    /// Who wishes it.
    pub by: Person,
    /// When, by the person's clock.
    pub at: Millis,
    /// What is wished.
    pub change: Change,
}

/// What became of something refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// It goes on waiting: it will be sent again, or it does not wait here.
    No,
    /// A message stays, marked as failed.
    Message,
    /// A change is taken back; here it is, for the person to see what was lost.
    Change(PendingChange),
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Pending {
    messages: Vec<PendingMessage>,
    changes: Vec<PendingChange>,
}

impl Pending {
    /// Forgets a command that is done. Returns whether it was here.
    pub(crate) fn confirm(&mut self, client_id: &ClientId) -> bool {
        let before = self.messages.len() + self.changes.len();
        self.messages.retain(|message| message.client_id != *client_id);
        self.changes.retain(|change| change.client_id != *client_id);
        before > self.messages.len() + self.changes.len()
    }

    fn has(&self, client_id: &ClientId) -> bool {
        self.messages.iter().any(|message| message.client_id == *client_id)
            || self.changes.iter().any(|change| change.client_id == *client_id)
    }

    /// The message as it will be if nothing is refused.
    pub(crate) fn over<'a>(&self, message: &'a Message) -> Shown<'a> {
        let mut shown = Shown { message: Cow::Borrowed(message), unsaved: false };
        for wish in self.changes.iter().filter(|wish| wish.change.message() == Some(&message.id)) {
            let seq = shown.message.changed.saturating_add(1);
            let event = Event { seq, at: wish.at, by: wish.by.clone(), client_id: None, change: wish.change.clone() };
            shown.message.to_mut().apply(&event);
            shown.unsaved = true;
        }
        shown
    }
}

impl Timeline {
    /// Shows a message before the server has it. `false` if the command is known: it waits here already, or a reload found
    /// it saved and the outbox may forget it.
    pub fn pend(&mut self, client_id: ClientId, body: String, reply_to: Option<MessageId>, at: Millis) -> bool {
        let is_new = !self.pending.has(&client_id) && !self.loaded.has_command(&client_id);
        if is_new {
            let saving = Saving::Waiting;
            self.pending.messages.push(PendingMessage { client_id, body, reply_to, at, saving });
        }
        is_new
    }

    /// Shows an edit, deletion or reaction before the server has it. `false` if it waits here already.
    pub fn pend_change(&mut self, wish: PendingChange) -> bool {
        let is_new = !self.pending.has(&wish.client_id);
        if is_new {
            self.pending.changes.push(wish);
        }
        is_new
    }

    /// The server refused a command. One that may succeed later goes on waiting.
    pub fn refuse(&mut self, client_id: &ClientId, rejection: &Rejection, now: Millis) -> Refused {
        let is_delayed = rejection.code.is_retryable();
        if !is_delayed
            && let Some(place) = self.pending.changes.iter().position(|change| change.client_id == *client_id)
        {
            return Refused::Change(self.pending.changes.remove(place));
        }
        match self.pending.messages.iter_mut().find(|message| message.client_id == *client_id) {
            Some(message) if is_delayed => {
                let wait = rejection.retry_after_ms.and_then(|wait| Millis::try_from(wait).ok());
                message.saving = Saving::Delayed(wait.map(|wait| now.saturating_add(wait)));
                Refused::No
            }
            Some(message) => {
                message.saving = Saving::Refused(rejection.clone());
                Refused::Message
            }
            None => Refused::No,
        }
    }

    /// Says a refused message again, as a new command and after everything said since. `false` if there is none.
    pub fn retry(&mut self, refused: &ClientId, anew: ClientId, at: Millis) -> bool {
        let Some(message) = self.take_refused(refused) else { return false };
        self.pend(anew, message.body, message.reply_to, at)
    }

    /// Forgets a refused message. `None` if there is none: what is on its way cannot be called back.
    pub fn discard(&mut self, refused: &ClientId) -> Option<PendingMessage> {
        self.take_refused(refused)
    }

    fn take_refused(&mut self, client_id: &ClientId) -> Option<PendingMessage> {
        let refused = |message: &PendingMessage| matches!(message.saving, Saving::Refused(_));
        let messages = &mut self.pending.messages;
        let place = messages.iter().position(|message| message.client_id == *client_id && refused(message))?;
        Some(messages.remove(place))
    }

    /// Messages that are not confirmed, in the order in which they were said; shown after all others.
    #[must_use]
    pub fn pending(&self) -> &[PendingMessage] {
        &self.pending.messages
    }

    /// Edits, deletions and reactions that are not confirmed; [`shown`](Self::shown) has them applied.
    #[must_use]
    pub fn pending_changes(&self) -> &[PendingChange] {
        &self.pending.changes
    }
}
