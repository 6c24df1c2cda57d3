//! What travels through the channel layer in a group, with each wire format's bytes made once and shared by all
//! members. Never who receives it.

use std::sync::OnceLock;

use channel_layer::{Map, Value, Wire};
use protocol::GROUP_PREFIX;
use tokio_tungstenite::tungstenite::Utf8Bytes;

/// An event in a group; in memory it stays typed.
#[derive(Debug)]
pub(crate) struct GroupEvent {
    text: Utf8Bytes,
    plain: OnceLock<Utf8Bytes>,
}

/// The layer group of the tutorial's Django app takes and sends these too.
const TYPE: &str = "send_msg";

/// To other processes it goes as the tutorial's event, so that a Django consumer can handle it; what comes from one needs
/// only a text. Anything else in a group is not for us.
impl Wire for GroupEvent {
    fn to_wire(&self) -> Map {
        let message = Map::new().with("type", "websocket.receive").with("text", self.text.as_str());
        Map::new().with("type", TYPE).with("message", message)
    }

    fn from_wire(map: Map) -> Option<Self> {
        // Channels itself takes `send.msg` for the same handler.
        match (map.text("type")?.replace('.', "_").as_str(), map.get("message")) {
            (TYPE, Some(Value::Map(message))) => Some(Self::said(message.text("text")?.into())),
            _ => None,
        }
    }
}

impl GroupEvent {
    pub(crate) fn said(text: Utf8Bytes) -> Self {
        Self { text, plain: OnceLock::new() }
    }

    /// The frame for plain-text sockets, `组内主动推送消息:T`.
    pub(crate) fn plain_frame(&self) -> &Utf8Bytes {
        self.plain.get_or_init(|| format!("{GROUP_PREFIX}{}", self.text).into())
    }
}

#[cfg(test)]
mod tests {
    use channel_layer::{Map, Wire};

    use super::GroupEvent;

    #[test]
    fn on_the_wire_it_is_the_tutorials_event_and_comes_back_whole() {
        let wire = GroupEvent::said("大家好".into()).to_wire();
        let message = Map::new().with("type", "websocket.receive").with("text", "大家好");
        assert_eq!(wire, Map::new().with("type", "send_msg").with("message", message));
        let back = GroupEvent::from_wire(wire).unwrap();
        assert_eq!(back.plain_frame().as_str(), "组内主动推送消息:大家好");
    }

    #[test]
    fn channels_other_spelling_of_the_type_is_the_same_event() {
        let message = Map::new().with("type", "websocket.receive").with("text", "x");
        assert!(GroupEvent::from_wire(Map::new().with("type", "send.msg").with("message", message)).is_some());
    }

    #[test]
    fn what_is_no_group_message_is_not_taken() {
        let bytes = Map::new().with("type", "send_msg").with("message", Map::new().with("bytes", "x"));
        for map in [Map::new(), Map::new().with("type", "send_msg"), Map::new().with("type", "chat.message"), bytes] {
            assert!(GroupEvent::from_wire(map.clone()).is_none(), "{map:?}");
        }
    }

    #[test]
    fn the_plain_frame_is_the_tutorials_and_is_made_once() {
        let event = GroupEvent::said("大家好".into());
        assert_eq!(event.plain_frame().as_str(), "组内主动推送消息:大家好");
        assert_eq!(event.plain_frame().as_ptr(), event.plain_frame().as_ptr());
    }
}
