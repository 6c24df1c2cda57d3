//! Section 9: limits and performance, scaled down: what arrives is what was sent, however large, however cut.

use websocket::Message;

use crate::{
    client::{BINARY, FIN, TEXT, frame, heard_in_parts_of, said, text, understood},
    fragments,
};

/// The cases go to 16 MiB; nobody may send that much here.
const LARGE: usize = 1 << 20;

#[test]
fn case_9_1_and_9_2_large_messages_are_whole() {
    for len in [LARGE / 16, LARGE / 4, LARGE] {
        let body = "茶".repeat(len / 3);
        assert!(understood(&[text(&body)]) == [said(&body)], "{len}");
        assert!(understood(&[frame(FIN | BINARY, &body)]) == [Message::Binary(body.into())], "{len}");
    }
}

#[test]
fn case_9_3_and_9_4_large_messages_in_fragments_are_whole() {
    let body = "茶".repeat(LARGE / 12);
    for size in [64, 256, 1024, 4096, 16_384, 65_536, LARGE] {
        assert!(understood(&fragments::of(TEXT, body.as_bytes(), size)) == [said(&body)], "by {size}");
        let binary = [Message::Binary(body.clone().into())];
        assert!(understood(&fragments::of(BINARY, body.as_bytes(), size)) == binary, "by {size}");
    }
}

#[test]
fn case_9_5_and_9_6_a_large_message_in_small_parts_is_whole() {
    let body = "茶".repeat(LARGE / 12);
    for size in [64, 128, 256, 512, 1024, 2048] {
        let (heard, error) = heard_in_parts_of(size, &text(&body));
        assert!(heard == [said(&body)] && error.is_none(), "in parts of {size}");
    }
}

#[test]
fn case_9_7_and_9_8_a_thousand_messages_are_a_thousand() {
    for len in [0, 16, 64, 256, 1024] {
        let body = "*".repeat(len);
        let all: Vec<_> = (0..500).flat_map(|_| [text(&body), frame(FIN | BINARY, &body)]).collect();
        let heard = understood(&all);
        assert_eq!(heard.len(), 1000);
        let pairs = heard.as_chunks::<2>().0;
        assert!(pairs.iter().all(|pair| *pair == [said(&body), Message::Binary(body.clone().into())]));
    }
}
