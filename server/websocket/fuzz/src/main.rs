//! Bytes that libFuzzer makes up, to the decoder: in one piece and in parts it must understand the same, never more than
//! it takes, and never panic. What tungstenite makes of the same bytes is compared in `tests/tungstenite.rs`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use websocket::{Decoder, Error, Message};

const MAX: usize = 4096;

fuzz_target!(|input: (bool, u8, &[u8])| {
    let (deflate, size, bytes) = input;
    let whole = heard(deflate, usize::MAX, bytes);
    let parts = heard(deflate, usize::from(size).max(1), bytes);
    assert_eq!(whole, parts);
    for message in whole.0 {
        match message {
            Message::Text(text) => assert!(text.len() <= MAX),
            Message::Binary(bytes) => assert!(bytes.len() <= MAX),
            Message::Ping(payload) | Message::Pong(payload) => assert!(payload.len() <= 125),
            Message::Close(_) => {}
        }
    }
});

/// What a decoder makes of bytes that come so many at a time.
fn heard(deflate: bool, size: usize, bytes: &[u8]) -> (Vec<Message>, Option<Error>) {
    let (mut bytes, mut heard) = (bytes.to_vec(), Vec::new());
    let mut decoder = Decoder::new(MAX).deflating(deflate);
    for mut part in bytes.chunks_mut(size) {
        loop {
            match decoder.next(&mut part) {
                Ok(Some(message)) => heard.push(message),
                Ok(None) => break,
                Err(error) => return (heard, Some(error)),
            }
        }
    }
    (heard, None)
}
