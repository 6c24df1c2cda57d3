//! Section 5: fragmentation.

use websocket::Message;

use crate::client::{CONTINUATION, FIN, PING, PONG, TEXT, frame, ping, refused, said, text, understood};

/// A message in fragments of so many bytes.
pub(crate) fn of(opcode: u8, body: &[u8], size: usize) -> Vec<Vec<u8>> {
    let count = body.len().div_ceil(size);
    let part = |(at, part)| {
        let opcode = if at == 0 { opcode } else { CONTINUATION };
        frame(if at + 1 == count { FIN | opcode } else { opcode }, part)
    };
    body.chunks(size).enumerate().map(part).collect()
}

fn more(payload: &str) -> Vec<u8> {
    frame(CONTINUATION, payload)
}

fn last(payload: &str) -> Vec<u8> {
    frame(FIN | CONTINUATION, payload)
}

fn begin(payload: &str) -> Vec<u8> {
    frame(TEXT, payload)
}

#[test]
fn case_5_1_and_5_2_control_frames_in_fragments_are_refused() {
    for opcode in [PING, PONG] {
        assert_eq!(refused(&[frame(opcode, "fragment1"), last("fragment2")]), []);
    }
}

#[test]
fn case_5_3_to_5_5_a_text_in_two_fragments_is_one() {
    assert_eq!(understood(&[begin("fragment1"), last("fragment2")]), [said("fragment1fragment2")]);
}

#[test]
fn case_5_6_to_5_8_a_ping_between_two_fragments_comes_first() {
    let heard = understood(&[begin("fragment1"), ping("ping payload"), last("fragment2")]);
    assert_eq!(heard, [Message::Ping("ping payload".into()), said("fragment1fragment2")]);
}

#[test]
fn case_5_9_to_5_14_a_continuation_of_nothing_is_refused() {
    for continuation in [last("non-continuation payload"), more("non-continuation payload")] {
        assert_eq!(refused(&[continuation, text("Hello, world!")]), []);
    }
}

#[test]
fn case_5_15_a_continuation_after_the_last_fragment_is_refused() {
    let heard = refused(&[begin("fragment1"), last("fragment2"), more("fragment3"), text("fragment4")]);
    assert_eq!(heard, [said("fragment1fragment2")]);
}

#[test]
fn case_5_16_and_5_17_a_continuation_before_the_first_fragment_is_refused() {
    for first in [more("fragment1"), last("fragment1")] {
        assert_eq!(refused(&[first, begin("fragment2"), last("fragment3")]), []);
    }
}

#[test]
fn case_5_18_a_second_beginning_is_refused() {
    assert_eq!(refused(&[begin("fragment1"), frame(FIN | TEXT, "fragment2")]), []);
}

#[test]
fn case_5_19_and_5_20_pings_among_five_fragments_come_as_they_come() {
    let heard = understood(&[
        begin("fragment1"),
        more("fragment2"),
        ping("pongme 1!"),
        more("fragment3"),
        more("fragment4"),
        ping("pongme 2!"),
        last("fragment5"),
    ]);
    let whole = said("fragment1fragment2fragment3fragment4fragment5");
    assert_eq!(heard, [Message::Ping("pongme 1!".into()), Message::Ping("pongme 2!".into()), whole]);
}
