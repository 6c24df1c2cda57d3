//! What travels through the channel layer in a group: durable events, what Django says, who is writing and who is here.
//! A socket's frame is made once and shared by all who get it; how they cross to other processes is `wire`'s. Never who
//! receives it.

mod wire;

use std::sync::{Arc, OnceLock};

use protocol::{Change, ClientId, Epoch, Event, GROUP_PREFIX, GroupId, Person, Seq, ServerFrame};
use serde::{Deserialize, Serialize};
use websocket::Frame;

/// News of a group; in memory it stays typed.
#[derive(Debug)]
pub(crate) enum GroupEvent {
    /// Something durable, with its number.
    Happened(Arc<Happened>),
    /// Something that a process without our database said, such as Django's. It has no number yet.
    Foreign(Foreign),
    /// Someone is writing.
    Typing(Person),
    /// Someone has read up to this event; told in direct conversations alone.
    Seen(Person, Seq),
    /// Who is in the group on one node, the first of many, and how many they are.
    Presence { node: String, people: Vec<Person>, count: u64 },
    /// Who may do what in the group has changed, or how it is called.
    Changed,
    /// These sessions are over, as the store knows already; in the group of all nodes.
    Ended(Ended),
}

/// Sessions that are over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Ended {
    pub(crate) sessions: Vec<String>,
    /// Their person may not come back.
    pub(crate) banned: bool,
}

/// What was said elsewhere.
#[derive(Clone, Debug)]
pub(crate) struct Foreign {
    pub(crate) text: String,
    /// Alike on every node that hears it, and for no other message; nothing if the layer's wire tells no such thing.
    pub(crate) client_id: Option<ClientId>,
}

/// A durable event, and its frames.
#[derive(Debug)]
pub(crate) struct Happened {
    pub(crate) group: GroupId,
    pub(crate) epoch: Epoch,
    pub(crate) event: Arc<Event>,
    /// It is for the group's members alone: another database's nodes do not adopt it.
    pub(crate) private: bool,
    plain: OnceLock<Option<Frame>>,
    frame: OnceLock<Frame>,
    authors: OnceLock<Frame>,
    json_bytes: OnceLock<usize>,
}

impl Happened {
    pub(crate) fn new(group: GroupId, epoch: Epoch, event: Arc<Event>) -> Self {
        let (plain, frame, authors, json_bytes) = Default::default();
        Self { group, epoch, event, private: false, plain, frame, authors, json_bytes }
    }

    /// The same for the group's members alone, or not.
    pub(crate) fn kept_private(mut self, private: bool) -> Self {
        self.private = private;
        self
    }

    /// The same without what was said, if anything was.
    pub(crate) fn without_text(&self) -> Option<Self> {
        let mut event = Event::clone(&self.event);
        match &mut event.change {
            Change::Posted { body, .. } | Change::Edited { body, .. } if !body.is_empty() => body.clear(),
            Change::Posted { .. }
            | Change::Edited { .. }
            | Change::Deleted { .. }
            | Change::Reacted { .. }
            | Change::Pinned { .. }
            | Change::Unknown => return None,
        }
        Some(Self::new(self.group.clone(), self.epoch.clone(), Arc::new(event)).kept_private(self.private))
    }

    pub(crate) fn seq(&self) -> Seq {
        self.event.seq
    }

    /// Bytes that it keeps while it is remembered, roughly: its text, the plain frame, everyone's and its author's.
    pub(crate) fn bytes(&self) -> usize {
        2 * self.text().len() + 2 * self.frame_bytes()
    }

    /// Bytes of a `/live` socket's frame, roughly and rather too many. Without making one.
    pub(crate) fn frame_bytes(&self) -> usize {
        *self.json_bytes.get_or_init(|| json_bytes(self.text())) + 512
    }

    fn text(&self) -> &str {
        match &self.event.change {
            Change::Posted { body, .. } | Change::Edited { body, .. } => body,
            Change::Deleted { .. } | Change::Reacted { .. } | Change::Pinned { .. } | Change::Unknown => "",
        }
    }

    /// The frame for plain-text sockets, `组内主动推送消息:T`; they hear only what is said.
    pub(crate) fn plain_frame(&self) -> Option<&Frame> {
        let frame = || match &self.event.change {
            Change::Posted { body, .. } => Some(format!("{GROUP_PREFIX}{body}").into()),
            Change::Edited { .. }
            | Change::Deleted { .. }
            | Change::Reacted { .. }
            | Change::Pinned { .. }
            | Change::Unknown => None,
        };
        self.plain.get_or_init(frame).as_ref()
    }

    /// The frame for a `/live` socket of this person: only its author is told which command it was.
    pub(crate) fn frame_for(&self, person: &Person) -> &Frame {
        if self.event.client_id.is_some() && self.event.by.id == person.id {
            return self.authors.get_or_init(|| self.encode(Event::clone(&self.event)));
        }
        self.frame.get_or_init(|| self.encode(Event { client_id: None, ..Event::clone(&self.event) }))
    }

    fn encode(&self, event: Event) -> Frame {
        encode(&ServerFrame::Events { group: self.group.clone(), epoch: self.epoch.clone(), events: vec![event] })
    }
}

/// A frame's JSON. Our own types always have one.
pub(crate) fn encode(frame: &ServerFrame) -> Frame {
    serde_json::to_string(frame).unwrap_or_default().into()
}

/// Bytes of a text as JSON writes it.
fn json_bytes(text: &str) -> usize {
    let written = |byte| match byte {
        b'"' | b'\\' | b'\n' | b'\r' | b'\t' | 0x08 | 0x0c => 2,
        0..0x20 => 6,
        _ => 1,
    };
    text.bytes().map(written).sum()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use protocol::{Change, ClientId, Epoch, Event, GroupId, MessageId, Person, PersonId};

    use super::Happened;

    pub(super) fn person(id: &str) -> Person {
        Person::new(PersonId::parse(id).unwrap(), "陆羽")
    }

    pub(super) fn happened(by: &str, change: Change) -> Arc<Happened> {
        let client_id = Some(ClientId::parse("c-1").unwrap());
        let event = Event { seq: 7, at: 1_700_000_000_000, by: person(by), client_id, change };
        let (group, epoch) = (GroupId::parse("茶馆").unwrap(), Epoch::parse("e-1").unwrap());
        Arc::new(Happened::new(group, epoch, Arc::new(event)))
    }

    pub(super) fn said(by: &str, body: &str) -> Arc<Happened> {
        let message = MessageId::parse("m-1").unwrap();
        happened(by, Change::Posted { message, n: 3, body: body.to_owned(), reply_to: None })
    }

    #[test]
    fn the_plain_frame_is_the_tutorials_and_each_frame_is_made_once() {
        let event = said("p-1", "大家好");
        assert_eq!(event.plain_frame().unwrap().as_str(), "组内主动推送消息:大家好");
        assert_eq!(event.plain_frame().unwrap().bytes().as_ptr(), event.plain_frame().unwrap().bytes().as_ptr());
        assert_eq!(event.frame_for(&person("a")).bytes().as_ptr(), event.frame_for(&person("b")).bytes().as_ptr());
    }

    #[test]
    fn the_bytes_of_json_are_counted_without_writing_it() {
        let text: String = (0..0x300_u32).filter_map(char::from_u32).collect();
        assert_eq!(super::json_bytes(&text) + 2, serde_json::to_string(&text).unwrap().len());
    }

    #[test]
    fn only_the_author_is_told_which_command_it_was() {
        let event = said("p-1", "x");
        assert!(event.frame_for(&person("p-1")).as_str().contains("\"client_id\":\"c-1\""));
        assert!(!event.frame_for(&person("p-2")).as_str().contains("client_id"));
    }
}
