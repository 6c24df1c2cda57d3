//! What a server sends: one frame, header and payload in one piece of memory that all its readers share. Servers do not
//! mask, and ours do not fragment.

use std::{fmt, sync::Arc};

const FIN: u8 = 0x80;
const TEXT: u8 = 0x1;
const CLOSE: u8 = 0x8;
const PING: u8 = 0x9;
const PONG: u8 = 0xa;
/// The most that a control frame carries.
const MAX_CONTROL: usize = 125;

/// A frame as it is written to a socket. Cloning it shares its bytes.
#[derive(Clone, PartialEq, Eq)]
pub struct Frame(Arc<[u8]>);

impl Frame {
    /// A whole text.
    #[must_use]
    pub fn text(text: &str) -> Self {
        Self::new(TEXT, text.as_bytes())
    }

    /// A question for a sign of life.
    #[must_use]
    pub fn ping() -> Self {
        Self::new(PING, &[])
    }

    /// The answer to a ping; past 125 bytes, which no ping has, the payload is cut.
    #[must_use]
    pub fn pong(payload: &[u8]) -> Self {
        Self::new(PONG, &payload[..payload.len().min(MAX_CONTROL)])
    }

    /// The last frame. Without a code its payload is empty; the reason is cut to what fits, between two characters.
    #[must_use]
    pub fn close(code: Option<u16>, reason: &str) -> Self {
        let Some(code) = code else { return Self::new(CLOSE, &[]) };
        let reason = &reason[..reason.floor_char_boundary(MAX_CONTROL - 2)];
        Self::new(CLOSE, &[&code.to_be_bytes(), reason.as_bytes()].concat())
    }

    fn new(opcode: u8, payload: &[u8]) -> Self {
        let mut bytes = Vec::with_capacity(payload.len() + 10);
        bytes.push(FIN | opcode);
        match payload.len() {
            len @ 0..126 => bytes.push(len as u8),
            len @ 126..=0xffff => {
                bytes.push(126);
                bytes.extend((len as u16).to_be_bytes());
            }
            len => {
                bytes.push(127);
                bytes.extend((len as u64).to_be_bytes());
            }
        }
        bytes.extend_from_slice(payload);
        Self(bytes.into())
    }

    /// All of it, header included.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Bytes of its payload.
    #[must_use]
    pub fn len(&self) -> usize {
        self.payload().len()
    }

    /// Whether it carries nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What it carries, if that is text; else nothing.
    #[must_use]
    pub fn as_str(&self) -> &str {
        let is_text = self.0.first() == Some(&(FIN | TEXT));
        std::str::from_utf8(self.payload()).ok().filter(|_| is_text).unwrap_or_default()
    }

    fn payload(&self) -> &[u8] {
        let header = match self.0.get(1) {
            Some(126) => 4,
            Some(127) => 10,
            _ => 2,
        };
        self.0.get(header..).unwrap_or_default()
    }
}

impl From<&str> for Frame {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl From<String> for Frame {
    fn from(text: String) -> Self {
        Self::text(&text)
    }
}

impl fmt::Debug for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Frame({:#04x}, {:?})", self.0.first().unwrap_or(&0), String::from_utf8_lossy(self.payload()))
    }
}

#[cfg(test)]
mod tests {
    use super::Frame;

    #[test]
    fn a_length_takes_as_few_bytes_as_the_rules_want() {
        for (len, header) in [(0, 2), (125, 2), (126, 4), (0xffff, 4), (0x10000, 10)] {
            let frame = Frame::text(&"x".repeat(len));
            assert_eq!((frame.bytes().len(), frame.len()), (header + len, len));
            assert_eq!(frame.as_str().len(), len);
        }
        assert_eq!(Frame::text("大家好").bytes(), [&[0x81, 9], "大家好".as_bytes()].concat());
    }

    #[test]
    fn a_close_says_why_as_far_as_it_fits() {
        assert_eq!(Frame::close(None, "unsaid").bytes(), [0x88, 0]);
        assert_eq!(Frame::close(Some(1000), "done").bytes(), b"\x88\x06\x03\xe8done");
        assert_eq!(Frame::close(Some(1000), &"茶".repeat(100)).len(), 2 + 41 * 3);
    }

    #[test]
    fn a_pong_carries_what_its_ping_did() {
        assert_eq!(Frame::pong(b"x").bytes(), b"\x8a\x01x");
        assert_eq!(Frame::pong(&[0; 200]).len(), 125);
        assert_eq!((Frame::ping().bytes(), Frame::ping().as_str()), ([0x89, 0].as_slice(), ""));
    }

    #[test]
    fn a_copy_shares_its_bytes() {
        let frame = Frame::from("x".to_owned());
        assert_eq!(frame.bytes().as_ptr(), frame.clone().bytes().as_ptr());
    }
}
