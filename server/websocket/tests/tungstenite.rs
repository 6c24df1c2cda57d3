//! The same bytes in random parts, to us and to tungstenite: the same messages and the same kind of error.

mod client;

use std::io;

use client::frame;
use proptest::{collection::vec, prelude::*};
use tungstenite::{
    Error as WsError, Message as WsMessage, WebSocket,
    protocol::{Role, WebSocketConfig},
};
use websocket::{Decoder, Error, Message};

/// What we refuse, and they.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Protocol,
    Utf8,
    TooBig,
}

type Heard = (Vec<Message>, Option<Kind>);

/// Up to the first close, after which a connection ends.
fn ours(bytes: &[u8], cuts: &[usize], max: usize) -> Heard {
    let (mut bytes, mut decoder, mut heard) = (bytes.to_vec(), Decoder::new(max), Vec::new());
    let mut rest = bytes.as_mut_slice();
    for cut in cuts.iter().chain([&usize::MAX]) {
        let (mut part, after) = rest.split_at_mut((*cut).min(rest.len()));
        rest = after;
        loop {
            match decoder.next(&mut part) {
                Ok(Some(message)) => {
                    let ends = matches!(message, Message::Close(_));
                    heard.push(message);
                    if ends {
                        return (heard, None);
                    }
                }
                Ok(None) => break,
                Err(error) => {
                    let kind = match error {
                        Error::Protocol(_) => Kind::Protocol,
                        Error::Utf8 => Kind::Utf8,
                        Error::Deflate => unreachable!("nothing was agreed"),
                        Error::TooBig => Kind::TooBig,
                    };
                    return (heard, Some(kind));
                }
            }
        }
    }
    (heard, None)
}

/// Reads what there is and swallows what is answered.
struct Pipe(io::Cursor<Vec<u8>>);

impl io::Read for Pipe {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.0.read(buffer)? {
            0 => Err(io::ErrorKind::WouldBlock.into()),
            some => Ok(some),
        }
    }
}

impl io::Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn theirs(bytes: &[u8], max: usize) -> Heard {
    let config = WebSocketConfig::default().max_message_size(Some(max)).max_frame_size(Some(max));
    let mut socket = WebSocket::from_raw_socket(Pipe(io::Cursor::new(bytes.to_vec())), Role::Server, Some(config));
    let mut heard = Vec::new();
    loop {
        heard.push(match socket.read() {
            Ok(WsMessage::Text(text)) => Message::Text(text.to_string()),
            Ok(WsMessage::Binary(bytes)) => Message::Binary(bytes.into()),
            Ok(WsMessage::Ping(payload)) => Message::Ping(payload.into()),
            Ok(WsMessage::Pong(payload)) => Message::Pong(payload.into()),
            // A code that nobody may send: they answer 1002 in its place.
            Ok(WsMessage::Close(Some(close))) if close.reason == "Protocol violation" => {
                return (heard, Some(Kind::Protocol));
            }
            Ok(WsMessage::Close(close)) => {
                heard.push(Message::Close(close.map(|close| close.code.into())));
                return (heard, None);
            }
            Ok(WsMessage::Frame(_)) => unreachable!("nobody reads frames"),
            Err(WsError::Io(_)) => return (heard, None),
            Err(WsError::Utf8(_)) => return (heard, Some(Kind::Utf8)),
            Err(WsError::Capacity(_)) => return (heard, Some(Kind::TooBig)),
            Err(_) => return (heard, Some(Kind::Protocol)),
        });
    }
}

/// Frames of a client that mostly keeps to the rules.
fn a_frame() -> impl Strategy<Value = Vec<u8>> {
    let opcode = prop_oneof![6 => Just(0_u8), 6 => Just(1), 3 => Just(2), 2 => Just(9), 2 => Just(10), 1 => Just(8), 1 => 0..16_u8];
    let fin = prop_oneof![3 => Just(0x80_u8), 2 => Just(0)];
    let bits = prop_oneof![40 => Just(0_u8), 1 => (1..8_u8).prop_map(|bits| bits << 4)];
    let payload = prop_oneof![
        6 => "[a-z茶é🍵]{0,60}".prop_map(String::into_bytes),
        2 => vec(any::<u8>(), 0..150),
        1 => (1000..5001_u16).prop_map(|code| [&code.to_be_bytes()[..], b"why"].concat()),
        1 => "[茶]{0,900}".prop_map(String::into_bytes),
    ];
    (opcode, fin, bits, payload).prop_map(|(opcode, fin, bits, payload)| {
        // Codes between, which nobody uses, are refused by some and not by others.
        frame(fin | bits | opcode, payload)
    })
}

/// We refuse text and headers as soon as we can, they when a frame is whole: at the end of the bytes we may know more, and
/// where a frame breaks two rules either may be the first.
fn agree(ours: &Heard, theirs: &Heard) -> bool {
    let is_prefix = theirs.0.starts_with(&ours.0) || ours.0.starts_with(&theirs.0);
    match (ours.1, theirs.1) {
        (None, None) | (Some(_), Some(_)) => ours.0 == theirs.0,
        (Some(_), None) => ours.0 == theirs.0 && is_prefix,
        (None, Some(_)) => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, ..ProptestConfig::default() })]

    #[test]
    fn frames_in_random_parts_mean_to_us_what_they_mean_to_tungstenite(
        frames in vec(a_frame(), 0..8),
        cuts in vec(0..200_usize, 0..12),
    ) {
        let bytes = frames.concat();
        let (ours, theirs) = (ours(&bytes, &cuts, 2000), theirs(&bytes, 2000));
        prop_assert!(agree(&ours, &theirs), "ours {ours:?}, theirs {theirs:?}");
    }

    #[test]
    fn noise_in_random_parts_means_to_us_what_it_means_to_tungstenite(
        bytes in vec(prop_oneof![Just(0x81_u8), Just(0x80), Just(0x01), Just(0x82), any::<u8>()], 0..200),
        cuts in vec(0..50_usize, 0..12),
    ) {
        let (ours, theirs) = (ours(&bytes, &cuts, 2000), theirs(&bytes, 2000));
        prop_assert!(agree(&ours, &theirs), "ours {ours:?}, theirs {theirs:?}");
    }

    #[test]
    fn parts_make_no_difference(frames in vec(a_frame(), 0..8), cuts in vec(0..100_usize, 0..20)) {
        let bytes = frames.concat();
        let (whole, parts) = (ours(&bytes, &[], 2000), ours(&bytes, &cuts, 2000));
        prop_assert_eq!(whole.0, parts.0);
        prop_assert_eq!(whole.1.is_some(), parts.1.is_some());
    }
}
