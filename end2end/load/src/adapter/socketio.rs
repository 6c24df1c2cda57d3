//! Socket.IO (protocol 5 over engine.io 4) on its WebSocket transport. The server's side of the agreement is three
//! events: `join` (acknowledged), `say`, and `said` to everyone in the room.

use super::{Adapter, Heard};

pub(crate) struct SocketIo {
    path: String,
}

impl SocketIo {
    pub(crate) fn new(path: &str) -> Self {
        let path = if path == "/" { "/socket.io/?EIO=4&transport=websocket" } else { path };
        Self { path: path.to_owned() }
    }
}

impl Adapter for SocketIo {
    fn path(&self, _: &str) -> String {
        self.path.clone()
    }

    /// Into the default namespace.
    fn opening(&self, _: &str) -> Option<String> {
        Some("40".to_owned())
    }

    fn hear(&self, payload: &[u8], group: &str, ready: bool) -> Heard {
        match payload {
            b"2" => Heard::Answer("3".to_owned()),
            [b'4', b'0', ..] => Heard::Answer(format!(r#"420["join","{group}"]"#)),
            [b'4', b'3', b'0', ..] if !ready => Heard::Joined,
            [b'4', b'4', ..] => Heard::Refused(String::from_utf8_lossy(payload).into_owned()),
            _ => Heard::Nothing,
        }
    }

    fn say(&self, group: &str, body: &str, _: u64, out: &mut String) {
        use std::fmt::Write;
        // A string takes everything.
        let _ = write!(out, r#"42["say","{group}","{body}"]"#);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_joins_when_the_namespace_is_open_and_keeps_alive() {
        let socketio = SocketIo::new("/");
        assert_eq!(socketio.hear(br#"0{"sid":"x"}"#, "tea", false), Heard::Nothing);
        assert_eq!(socketio.hear(br#"40{"sid":"x"}"#, "tea", false), Heard::Answer(r#"420["join","tea"]"#.to_owned()));
        assert_eq!(socketio.hear(b"430[]", "tea", false), Heard::Joined);
        assert_eq!(socketio.hear(b"2", "tea", true), Heard::Answer("3".to_owned()));
        assert!(matches!(socketio.hear(br#"44{"message":"no"}"#, "tea", false), Heard::Refused(_)));
        let mut out = String::new();
        socketio.say("tea", "hello", 1, &mut out);
        assert_eq!(out, r#"42["say","tea","hello"]"#);
    }
}
