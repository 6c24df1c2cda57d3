//! What travels through the channel layer in a group: durable events, what Django says, who is writing and who is here.
//! Each wire format's bytes are made once and shared by all who get them. Never who receives it.

use std::sync::{Arc, OnceLock};

use channel_layer::{Map, SENT, Value, Wire};
use protocol::{Change, ClientId, Epoch, Event, GROUP_PREFIX, GroupId, Person, Seq, ServerFrame};
use serde::{Deserialize, Serialize};
use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::adoption;

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
    plain: OnceLock<Option<Utf8Bytes>>,
    frame: OnceLock<Utf8Bytes>,
    authors: OnceLock<Utf8Bytes>,
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
            Change::Deleted { .. } | Change::Reacted { .. } | Change::Unknown => "",
        }
    }

    /// The frame for plain-text sockets, `组内主动推送消息:T`; they hear only what is said.
    pub(crate) fn plain_frame(&self) -> Option<&Utf8Bytes> {
        let frame = || match &self.event.change {
            Change::Posted { body, .. } => Some(format!("{GROUP_PREFIX}{body}").into()),
            Change::Edited { .. } | Change::Deleted { .. } | Change::Reacted { .. } | Change::Unknown => None,
        };
        self.plain.get_or_init(frame).as_ref()
    }

    /// The frame for a `/live` socket of this person: only its author is told which command it was.
    pub(crate) fn frame_for(&self, person: &Person) -> &Utf8Bytes {
        if self.event.client_id.is_some() && self.event.by.id == person.id {
            return self.authors.get_or_init(|| self.encode(Event::clone(&self.event)));
        }
        self.frame.get_or_init(|| self.encode(Event { client_id: None, ..Event::clone(&self.event) }))
    }

    fn encode(&self, event: Event) -> Utf8Bytes {
        encode(&ServerFrame::Events { group: self.group.clone(), epoch: self.epoch.clone(), events: vec![event] })
    }
}

/// A frame's JSON. Our own types always have one.
pub(crate) fn encode(frame: &ServerFrame) -> Utf8Bytes {
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

/// The layer group of the tutorial's Django app takes and sends these.
const TUTORIAL: &str = "send_msg";
/// Ours, which only go to the sibling group that no Django process joins.
const EVENT: &str = "teahouse.event";
const TYPING: &str = "teahouse.typing";
const SEEN: &str = "teahouse.seen";
const PRESENCE: &str = "teahouse.presence";
const CHANGED: &str = "teahouse.changed";
const ENDED: &str = "teahouse.ended";
/// What a message of ours has besides what the tutorial reads.
const EXTRA: &str = "teahouse";

/// A durable event as it crosses from node to node, in JSON.
#[derive(Serialize, Deserialize)]
struct Crossing {
    group: GroupId,
    epoch: Epoch,
    event: Event,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    private: bool,
}

/// Who is where, in JSON.
#[derive(Serialize, Deserialize)]
struct Here {
    node: String,
    people: Vec<Person>,
    #[serde(default)]
    count: u64,
}

/// To other processes a message goes as the tutorial's event, so that a Django consumer can handle it, with our own part
/// inside `message`, where the tutorial ignores it. What else happens has types of its own.
impl Wire for GroupEvent {
    fn to_wire(&self) -> Map {
        match self {
            Self::Happened(happened) => {
                let Happened { group, epoch, event, private, .. } = &**happened;
                let (group, epoch) = (group.clone(), epoch.clone());
                let crossing = Crossing { group, epoch, event: Event::clone(event), private: *private };
                match &event.change {
                    Change::Posted { body, .. } if !is_adopted(event) => {
                        let message = Map::new().with("type", "websocket.receive").with("text", body.as_str());
                        Map::new().with("type", TUTORIAL).with("message", message.with(EXTRA, json(&crossing)))
                    }
                    _ => Map::new().with("type", EVENT).with(EXTRA, json(&crossing)),
                }
            }
            Self::Foreign(foreign) => {
                let message = Map::new().with("type", "websocket.receive").with("text", foreign.text.as_str());
                Map::new().with("type", TUTORIAL).with("message", message)
            }
            Self::Typing(person) => Map::new().with("type", TYPING).with(EXTRA, json(person)),
            Self::Seen(person, seq) => Map::new().with("type", SEEN).with(EXTRA, json(&(person, seq))),
            Self::Presence { node, people, count } => {
                let here = Here { node: node.clone(), people: people.clone(), count: *count };
                Map::new().with("type", PRESENCE).with(EXTRA, json(&here))
            }
            Self::Changed => Map::new().with("type", CHANGED),
            Self::Ended(ended) => Map::new().with("type", ENDED).with(EXTRA, json(ended)),
        }
    }

    fn from_wire(map: Map) -> Option<Self> {
        match (map.text("type")?, map.text(EXTRA)) {
            (EVENT, Some(extra)) => happened(extra),
            (TYPING, Some(extra)) => Some(Self::Typing(serde_json::from_str(extra).ok()?)),
            (SEEN, Some(extra)) => {
                let (person, seq) = serde_json::from_str(extra).ok()?;
                Some(Self::Seen(person, seq))
            }
            (PRESENCE, Some(extra)) => {
                let Here { node, people, count } = serde_json::from_str(extra).ok()?;
                Some(Self::Presence { node, people, count })
            }
            (CHANGED, _) => Some(Self::Changed),
            (ENDED, Some(extra)) => Some(Self::Ended(serde_json::from_str(extra).ok()?)),
            // Channels itself takes `send.msg` for the same handler.
            (kind, _) if kind.replace('.', "_") == TUTORIAL => {
                let Some(Value::Map(message)) = map.get("message") else { return None };
                match message.text(EXTRA).and_then(happened) {
                    Some(ours) => Some(ours),
                    None => {
                        let text = message.text("text")?.to_owned();
                        let client_id = match map.get(SENT) {
                            Some(Value::Float(sent)) => adoption::client_id(*sent, &text),
                            _ => None,
                        };
                        Some(Self::Foreign(Foreign { text, client_id }))
                    }
                }
            }
            _ => None,
        }
    }
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

fn happened(extra: &str) -> Option<GroupEvent> {
    let Crossing { group, epoch, event, private } = serde_json::from_str(extra).ok()?;
    Some(GroupEvent::Happened(Arc::new(Happened::new(group, epoch, Arc::new(event)).kept_private(private))))
}

/// Whether a message came from a process without our database. Who said it has told everyone there already: it must not
/// go where they would hear it a second time, or where another node's database would adopt it back.
fn is_adopted(event: &Event) -> bool {
    event.by.id.as_str() == store::DJANGO
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use channel_layer::{Map, Wire};
    use protocol::{Change, ClientId, Epoch, Event, GroupId, MessageId, Person, PersonId};

    use super::{GroupEvent, Happened};

    fn person(id: &str) -> Person {
        Person { id: PersonId::parse(id).unwrap(), name: "陆羽".to_owned() }
    }

    fn happened(by: &str, change: Change) -> Arc<Happened> {
        let client_id = Some(ClientId::parse("c-1").unwrap());
        let event = Event { seq: 7, at: 1_700_000_000_000, by: person(by), client_id, change };
        let (group, epoch) = (GroupId::parse("茶馆").unwrap(), Epoch::parse("e-1").unwrap());
        Arc::new(Happened::new(group, epoch, Arc::new(event)))
    }

    fn said(by: &str, body: &str) -> Arc<Happened> {
        let message = MessageId::parse("m-1").unwrap();
        happened(by, Change::Posted { message, n: 3, body: body.to_owned(), reply_to: None })
    }

    #[test]
    fn on_the_wire_a_message_is_the_tutorials_event_and_comes_back_whole() {
        let event = said("p-1", "大家好");
        let wire = GroupEvent::Happened(Arc::clone(&event)).to_wire();
        assert_eq!(wire.text("type"), Some("send_msg"));
        let Some(channel_layer::Value::Map(message)) = wire.get("message") else { panic!("a message") };
        assert_eq!((message.text("type"), message.text("text")), (Some("websocket.receive"), Some("大家好")));
        let Some(GroupEvent::Happened(back)) = GroupEvent::from_wire(wire) else { panic!("the event") };
        assert_eq!((&back.group, &back.epoch, &back.event), (&event.group, &event.epoch, &event.event));
    }

    #[test]
    fn what_is_no_message_and_what_django_knows_already_is_none_that_django_would_show() {
        let edited = Change::Edited { message: MessageId::parse("m-1").unwrap(), body: "x".to_owned() };
        for event in [happened("p-1", edited), said(store::DJANGO, "x")] {
            let wire = GroupEvent::Happened(event).to_wire();
            assert_eq!(wire.text("type"), Some("teahouse.event"));
            assert!(matches!(GroupEvent::from_wire(wire), Some(GroupEvent::Happened(_))));
        }
    }

    #[test]
    fn what_django_says_is_foreign_in_either_spelling_of_its_type() {
        let message = Map::new().with("type", "websocket.receive").with("text", "x");
        for kind in ["send_msg", "send.msg"] {
            let map = Map::new().with("type", kind).with("message", message.clone());
            assert!(matches!(GroupEvent::from_wire(map), Some(GroupEvent::Foreign(foreign)) if foreign.text == "x"));
        }
    }

    #[test]
    fn what_was_sent_at_a_known_moment_is_adopted_under_a_name_that_every_node_makes_alike() {
        let message = Map::new().with("type", "websocket.receive").with("text", "x");
        let map = Map::new().with("type", "send_msg").with("message", message).with(channel_layer::SENT, 1.5);
        let named = || match GroupEvent::from_wire(map.clone()) {
            Some(GroupEvent::Foreign(foreign)) => foreign.client_id,
            other => panic!("{other:?}"),
        };
        assert!(named().is_some());
        assert_eq!(named(), named());
    }

    #[test]
    fn a_message_whose_extra_part_is_broken_is_still_what_was_said() {
        let message = Map::new().with("type", "websocket.receive").with("text", "x").with("teahouse", "{");
        let map = Map::new().with("type", "send_msg").with("message", message);
        assert!(matches!(GroupEvent::from_wire(map), Some(GroupEvent::Foreign(_))));
    }

    #[test]
    fn sessions_that_are_over_are_named_on_the_wire() {
        let ended = super::Ended { sessions: vec!["s-1".to_owned(), "s-2".to_owned()], banned: true };
        let wire = GroupEvent::Ended(ended.clone()).to_wire();
        assert!(matches!(GroupEvent::from_wire(wire), Some(GroupEvent::Ended(back)) if back == ended));
        assert!(matches!(GroupEvent::from_wire(GroupEvent::Changed.to_wire()), Some(GroupEvent::Changed)));
    }

    #[test]
    fn how_far_somebody_has_read_crosses_whole() {
        let wire = GroupEvent::Seen(person("p-1"), 7).to_wire();
        assert_eq!(wire.text("type"), Some("teahouse.seen"));
        assert!(matches!(GroupEvent::from_wire(wire), Some(GroupEvent::Seen(by, 7)) if by == person("p-1")));
        let broken = Map::new().with("type", "teahouse.seen").with("teahouse", "[{},-1]");
        assert!(GroupEvent::from_wire(broken).is_none());
    }

    #[test]
    fn what_is_no_group_event_is_not_taken() {
        let bytes = Map::new().with("type", "send_msg").with("message", Map::new().with("bytes", "x"));
        let extra = Map::new().with("type", "teahouse.event").with("teahouse", "[]");
        for map in [Map::new(), Map::new().with("type", "chat.message"), bytes, extra] {
            assert!(GroupEvent::from_wire(map.clone()).is_none(), "{map:?}");
        }
    }

    #[test]
    fn the_plain_frame_is_the_tutorials_and_each_frame_is_made_once() {
        let event = said("p-1", "大家好");
        assert_eq!(event.plain_frame().unwrap().as_str(), "组内主动推送消息:大家好");
        assert_eq!(event.plain_frame().unwrap().as_ptr(), event.plain_frame().unwrap().as_ptr());
        assert_eq!(event.frame_for(&person("a")).as_ptr(), event.frame_for(&person("b")).as_ptr());
    }

    #[test]
    fn the_bytes_of_json_are_counted_without_writing_it() {
        let text: String = (0..0x300_u32).filter_map(char::from_u32).collect();
        assert_eq!(super::json_bytes(&text) + 2, serde_json::to_string(&text).unwrap().len());
    }

    #[test]
    fn only_the_author_is_told_which_command_it_was() {
        let event = said("p-1", "x");
        assert!(event.frame_for(&person("p-1")).contains("\"client_id\":\"c-1\""));
        assert!(!event.frame_for(&person("p-2")).contains("client_id"));
    }
}
