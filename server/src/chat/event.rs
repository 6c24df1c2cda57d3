//! What travels through the channel layer in a group, with each wire format's bytes made once and shared by all
//! members. Never who receives it.

use std::sync::OnceLock;

use protocol::GROUP_PREFIX;
use tokio_tungstenite::tungstenite::Utf8Bytes;

/// An event in a group. The tutorial's layer event is
/// `{"type": "send_msg", "message": {"type": "websocket.receive", "text": T}}`; in memory it stays typed.
#[derive(Debug)]
pub(crate) struct GroupEvent {
    text: Utf8Bytes,
    plain: OnceLock<Utf8Bytes>,
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
    use super::GroupEvent;

    #[test]
    fn the_plain_frame_is_the_tutorials_and_is_made_once() {
        let event = GroupEvent::said("大家好".into());
        assert_eq!(event.plain_frame().as_str(), "组内主动推送消息:大家好");
        assert_eq!(event.plain_frame().as_ptr(), event.plain_frame().as_ptr());
    }
}
