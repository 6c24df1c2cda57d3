//! What a server sends: one frame, header and payload in one piece of memory that all its readers share. Servers do not
//! mask, and ours do not fragment. Never what clients send.

use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use crate::deflate::{self, deflate};

const FIN: u8 = 0x80;
/// The first reserved bit: the payload is compressed (RFC 7692 §6).
const DEFLATED: u8 = 0x40;
const TEXT: u8 = 0x1;
const CLOSE: u8 = 0x8;
const PING: u8 = 0x9;
const PONG: u8 = 0xa;
/// The most that a control frame carries.
const MAX_CONTROL: usize = 125;

/// A frame as it is written to a socket. Cloning it shares its bytes.
#[derive(Clone)]
pub struct Frame(Arc<Shared>);

struct Shared {
    bytes: Box<[u8]>,
    /// Made when the first reader wants it so; nothing if that is no shorter.
    deflated: OnceLock<Option<Frame>>,
}

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
        Self(Arc::new(Shared { bytes: bytes.into(), deflated: OnceLock::new() }))
    }

    /// The same for a reader with whom compression was agreed: compressed once for all of them, or itself where that
    /// does not pay.
    #[must_use]
    pub fn deflated(&self) -> &Self {
        let deflated = || {
            let text = Some(self.as_str()).filter(|text| text.len() >= deflate::WORTH_IT)?;
            Some(Self::new(DEFLATED | TEXT, &deflate(text.as_bytes())?))
        };
        self.0.deflated.get_or_init(deflated).as_ref().unwrap_or(self)
    }

    /// All of it, header included.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0.bytes
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
        let is_text = self.bytes().first() == Some(&(FIN | TEXT));
        std::str::from_utf8(self.payload()).ok().filter(|_| is_text).unwrap_or_default()
    }

    fn payload(&self) -> &[u8] {
        let header = match self.bytes().get(1) {
            Some(126) => 4,
            Some(127) => 10,
            _ => 2,
        };
        self.bytes().get(header..).unwrap_or_default()
    }
}

impl PartialEq for Frame {
    fn eq(&self, other: &Self) -> bool {
        self.bytes() == other.bytes()
    }
}

impl Eq for Frame {}

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
        write!(f, "Frame({:#04x}, {:?})", self.bytes().first().unwrap_or(&0), String::from_utf8_lossy(self.payload()))
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
    fn a_long_text_is_compressed_once_for_all() {
        let frame = Frame::text(&"大家好，今天喝什么茶？".repeat(20));
        let (one, other) = (frame.clone(), frame.clone());
        assert_eq!(one.deflated().bytes().as_ptr(), other.deflated().bytes().as_ptr());
        assert_eq!(one.deflated().bytes()[0], 0xc1);
        assert!(one.deflated().len() * 4 < frame.len());
    }

    #[test]
    fn what_is_short_or_no_text_is_sent_as_it_is() {
        for frame in [Frame::text("好"), Frame::ping(), Frame::close(Some(1000), &"x".repeat(123))] {
            assert_eq!(frame.deflated().bytes().as_ptr(), frame.bytes().as_ptr());
        }
    }

    #[test]
    fn a_copy_shares_its_bytes() {
        let frame = Frame::from("x".to_owned());
        assert_eq!(frame.bytes().as_ptr(), frame.clone().bytes().as_ptr());
    }
}
