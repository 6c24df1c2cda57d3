//! What a client may send, byte for byte, and what a server makes of it.
#![allow(dead_code, unreachable_pub, clippy::allow_attributes, reason = "each test file uses its own part of this")]

use websocket::{Decoder, Error, Message};

pub const CONTINUATION: u8 = 0;
pub const TEXT: u8 = 1;
pub const BINARY: u8 = 2;
pub const CLOSE: u8 = 8;
pub const PING: u8 = 9;
pub const PONG: u8 = 10;
/// The last fragment.
pub const FIN: u8 = 0x80;

const MASK: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];
/// More than any test here says.
pub const MAX: usize = 20 << 20;

/// A frame with this first byte, masked.
pub fn frame(first: u8, payload: impl AsRef<[u8]>) -> Vec<u8> {
    let payload = payload.as_ref();
    let mut bytes = vec![first];
    match payload.len() {
        len @ 0..126 => bytes.push(0x80 | len as u8),
        len @ 126..=0xffff => {
            bytes.push(0x80 | 126);
            bytes.extend((len as u16).to_be_bytes());
        }
        len => {
            bytes.push(0x80 | 127);
            bytes.extend((len as u64).to_be_bytes());
        }
    }
    bytes.extend(MASK);
    bytes.extend(payload.iter().zip(MASK.iter().cycle()).map(|(byte, mask)| byte ^ mask));
    bytes
}

pub fn text(text: impl AsRef<[u8]>) -> Vec<u8> {
    frame(FIN | TEXT, text)
}

pub fn ping(payload: impl AsRef<[u8]>) -> Vec<u8> {
    frame(FIN | PING, payload)
}

pub fn close(code: u16, reason: impl AsRef<[u8]>) -> Vec<u8> {
    frame(FIN | CLOSE, [&code.to_be_bytes(), reason.as_ref()].concat())
}

/// What comes of bytes that arrive so many at a time.
pub fn heard_in_parts_of(size: usize, bytes: &[u8]) -> (Vec<Message>, Option<Error>) {
    heard_by(Decoder::new(MAX), size, bytes)
}

pub fn heard_by(mut decoder: Decoder, size: usize, bytes: &[u8]) -> (Vec<Message>, Option<Error>) {
    let (mut bytes, mut heard) = (bytes.to_vec(), Vec::new());
    for part in bytes.chunks_mut(size.max(1)) {
        let mut input = part;
        loop {
            match decoder.next(&mut input) {
                Ok(Some(message)) => heard.push(message),
                Ok(None) => break,
                Err(error) => return (heard, Some(error)),
            }
        }
    }
    (heard, None)
}

/// What comes of frames, which is the same in whatever parts they arrive.
#[track_caller]
pub fn heard(frames: &[Vec<u8>]) -> (Vec<Message>, Option<Error>) {
    let bytes = frames.concat();
    let whole = heard_in_parts_of(bytes.len(), &bytes);
    let sizes: &[usize] = if bytes.len() < 1 << 12 { &[1, 2, 3, 5, 17] } else { &[997, 1460] };
    for size in sizes {
        assert_eq!(heard_in_parts_of(*size, &bytes), whole, "in parts of {size}");
    }
    whole
}

/// The messages of frames with which nothing is wrong.
#[track_caller]
pub fn understood(frames: &[Vec<u8>]) -> Vec<Message> {
    let (messages, error) = heard(frames);
    assert_eq!(error, None);
    messages
}

/// The messages before something that is against the framing's rules.
#[track_caller]
pub fn refused(frames: &[Vec<u8>]) -> Vec<Message> {
    let (messages, error) = heard(frames);
    assert!(matches!(error, Some(Error::Protocol(_))), "{error:?}");
    messages
}

pub fn said(text: &str) -> Message {
    Message::Text(text.to_owned())
}
