//! NATS over its WebSocket: the client protocol's lines in binary frames, a group is a subject. The server sends one
//! frame per flush to clients that are no browsers, so a message is never cut between frames.

use super::{Adapter, Heard};

pub(crate) struct Nats {
    path: String,
}

impl Nats {
    pub(crate) fn new(path: &str) -> Self {
        Self { path: path.to_owned() }
    }
}

impl Adapter for Nats {
    fn path(&self, _: &str) -> String {
        self.path.clone()
    }

    fn binary(&self) -> bool {
        true
    }

    /// The PING behind the subscription: its PONG says that the subscription was read.
    fn opening(&self, group: &str) -> Option<String> {
        let connect = r#"CONNECT {"verbose":false,"pedantic":false,"echo":true,"lang":"rust","version":"0.1.0"}"#;
        Some(format!("{connect}\r\nSUB {group} 1\r\nPING\r\n"))
    }

    fn hear(&self, payload: &[u8], _: &str, ready: bool) -> Heard {
        let lines = payload.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
        for line in lines {
            match line {
                b"PONG" if !ready => return Heard::Joined,
                b"PING" => return Heard::Answer("PONG\r\n".to_owned()),
                line if line.starts_with(b"-ERR") => return Heard::Refused(String::from_utf8_lossy(line).into_owned()),
                _ => {}
            }
        }
        Heard::Nothing
    }

    fn say(&self, group: &str, body: &str, _: u64, out: &mut String) {
        use std::fmt::Write;
        // A string takes everything.
        let _ = write!(out, "PUB {group} {}\r\n{body}\r\n", body.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_joins_says_and_answers() {
        let nats = Nats::new("/");
        let mut out = String::new();
        nats.say("tea", "hello", 1, &mut out);
        assert_eq!(out, "PUB tea 5\r\nhello\r\n");
        assert_eq!(nats.hear(b"INFO {}\r\n", "tea", false), Heard::Nothing);
        assert_eq!(nats.hear(b"PONG\r\n", "tea", false), Heard::Joined);
        assert_eq!(nats.hear(b"PING\r\n", "tea", true), Heard::Answer("PONG\r\n".to_owned()));
        assert_eq!(
            nats.hear(b"-ERR 'Slow Consumer'\r\n", "tea", true),
            Heard::Refused("-ERR 'Slow Consumer'".to_owned())
        );
    }
}
