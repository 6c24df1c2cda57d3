//! The events of a group as they cross from process to process, on either wire of the layer. Never a socket's frame.

use std::sync::Arc;

use channel_layer::{Map, SENT, Value, Wire};
use protocol::{Change, Epoch, Event, GroupId, Person};
use serde::{Deserialize, Serialize};

use super::{Foreign, GroupEvent, Happened};
use crate::chat::adoption;

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
    use protocol::{Change, MessageId};

    use super::super::{
        Ended, GroupEvent,
        tests::{happened, person, said},
    };

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
        let ended = Ended { sessions: vec!["s-1".to_owned(), "s-2".to_owned()], banned: true };
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
}
