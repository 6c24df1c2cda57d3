//! The cases of the Autobahn TestSuite for servers, by their numbers, as far as they concern framing: sections 1 to 7, 9
//! (scaled down) and 10, and sections 12 and 13 about compression. Each runs with its bytes in one piece and in several
//! sizes of parts, which covers its chopped and octet-wise variants.

#[path = "../client/mod.rs"]
mod client;
mod closing;
mod compressed;
mod fragments;
mod sizes;
mod utf8;

use client::{BINARY, FIN, MAX, PONG, TEXT, close, frame, heard, ping, refused, said, text, understood};
use websocket::{Error, Frame, Message};

#[test]
fn case_1_1_texts_of_every_length_form() {
    for len in [0, 125, 126, 127, 128, 65_535, 65_536] {
        let body = "*".repeat(len);
        assert!(understood(&[text(&body)]) == [said(&body)], "{len}");
    }
}

#[test]
fn case_1_2_binary_messages_of_every_length_form() {
    for len in [0, 125, 126, 127, 128, 65_535, 65_536] {
        let body = vec![0xfe; len];
        assert!(understood(&[frame(FIN | BINARY, &body)]) == [Message::Binary(body)], "{len}");
    }
}

#[test]
fn case_2_1_to_2_4_and_2_6_pings_with_any_payload_are_heard_and_answered_with_it() {
    for payload in [&b""[..], b"Hello, world!", b"\x00\xff\xfe\xfd\xfc\xfb\x00\xff", &[0xfe; 125]] {
        assert_eq!(understood(&[ping(payload)]), [Message::Ping(payload.to_vec())]);
        assert_eq!(&Frame::pong(payload).bytes()[2..], payload);
    }
}

#[test]
fn case_2_5_a_ping_of_126_bytes_is_refused() {
    assert_eq!(refused(&[ping([0xfe; 126])]), []);
}

#[test]
fn case_2_7_to_2_9_pongs_that_nobody_asked_for_change_nothing() {
    let heard = understood(&[frame(FIN | PONG, ""), frame(FIN | PONG, "unsolicited"), ping("asked")]);
    let pong = |payload: &str| Message::Pong(payload.into());
    assert_eq!(heard, [pong(""), pong("unsolicited"), Message::Ping("asked".into())]);
}

#[test]
fn case_2_10_and_2_11_ten_pings_are_ten_pings_in_order() {
    let pings: Vec<_> = (0..10).map(|n| ping(format!("payload-{n}"))).collect();
    let all: Vec<_> = (0..10).map(|n| Message::Ping(format!("payload-{n}").into())).collect();
    assert_eq!(understood(&pings), all);
}

#[test]
fn case_3_1_to_3_7_reserved_bits_are_refused_on_every_frame() {
    for bits in 1..8 {
        for opcode in [TEXT, BINARY, client::PING, client::CLOSE] {
            assert_eq!(refused(&[frame(FIN | bits << 4 | opcode, "x")]), [], "{bits} {opcode}");
        }
        assert_eq!(refused(&[text("first"), frame(FIN | bits << 4 | TEXT, "x"), ping("")]), [said("first")]);
    }
}

#[test]
fn case_4_1_and_4_2_reserved_opcodes_are_refused() {
    for opcode in [3, 4, 5, 6, 7, 11, 12, 13, 14, 15] {
        for payload in ["", "reserved opcode payload"] {
            assert_eq!(refused(&[frame(FIN | opcode, payload)]), [], "{opcode}");
            assert_eq!(refused(&[text("first"), frame(FIN | opcode, payload), ping("")]), [said("first")]);
        }
    }
}

/// Not among the cases, which all mask (RFC 6455 §5.1).
#[test]
fn a_frame_without_a_mask_is_refused() {
    assert_eq!(refused(&[vec![0x81, 1, b'x']]), []);
    assert_eq!(refused(&[vec![0x89, 0]]), []);
}

/// RFC 6455 §5.2: the first bit of a 64-bit length is 0.
#[test]
fn a_length_beyond_any_message_is_refused() {
    let long = |first: u8| [&[0x82, 0xff, first][..], &[0xff; 7], &[0; 4]].concat();
    assert_eq!(refused(&[long(0xff)]), []);
    assert_eq!(heard(&[long(0x7f)]), (vec![], Some(Error::TooBig)));
}

#[test]
fn case_10_1_1_a_message_in_1300_byte_fragments_is_whole() {
    let body = "*".repeat(65_536);
    assert!(understood(&fragments::of(TEXT, body.as_bytes(), 1300)) == [said(&body)]);
}

#[test]
fn what_is_longer_than_is_taken_is_too_big_as_soon_as_that_is_known() {
    let mut header = frame(FIN | TEXT, vec![b'x'; MAX + 1]);
    header.truncate(14);
    assert_eq!(heard(&[header]), (vec![], Some(Error::TooBig)));
    assert_eq!(heard(&[close(1000, "")]).1, None);
}
