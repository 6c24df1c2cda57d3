//! Section 7: closing. What a server does after a close is its session's; here, what it is told.

use websocket::{Error, Frame, Message};

use crate::client::{CLOSE, CONTINUATION, FIN, TEXT, close, frame, heard, ping, refused, said, text, understood};

#[test]
fn case_7_1_1_and_7_1_6_a_close_comes_after_what_was_said_before_it() {
    assert_eq!(
        understood(&[text("Hello World!"), close(1000, "")]),
        [said("Hello World!"), Message::Close(Some(1000))]
    );
    let large = "*".repeat(256 * 1024);
    let heard = understood(&[text(&large), text("Hello World!"), close(1000, ""), ping("")]);
    assert!(heard[..3] == [said(&large), said("Hello World!"), Message::Close(Some(1000))]);
}

#[test]
fn case_7_1_2_to_7_1_5_whatever_follows_a_close_comes_after_it() {
    let follows = [close(1000, ""), ping(""), text("Hello World!"), frame(FIN | CONTINUATION, "fragment2")];
    for after in follows {
        let (heard, _) = heard(&[frame(TEXT, "fragment1"), close(1000, ""), after]);
        assert_eq!(heard[0], Message::Close(Some(1000)));
    }
}

#[test]
fn case_7_3_1_and_7_3_3_to_7_3_5_a_close_may_say_nothing_a_code_or_a_reason_of_123_bytes() {
    assert_eq!(understood(&[frame(FIN | CLOSE, "")]), [Message::Close(None)]);
    for reason in ["", "Hello World!", &"*".repeat(123)] {
        assert_eq!(understood(&[close(1000, reason)]), [Message::Close(Some(1000))]);
    }
}

#[test]
fn case_7_3_2_and_7_3_6_half_a_code_and_a_reason_too_long_are_refused() {
    assert_eq!(refused(&[frame(FIN | CLOSE, "a")]), []);
    assert_eq!(refused(&[close(1000, "*".repeat(124))]), []);
}

#[test]
fn case_7_5_1_a_reason_that_is_no_utf8_is_refused() {
    let reason = b"\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5\xed\xa0\x80edited";
    assert_eq!(heard(&[close(1000, reason)]), (vec![], Some(Error::Utf8)));
}

#[test]
fn case_7_7_codes_that_may_be_sent_are_understood_and_can_be_answered() {
    for code in [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999] {
        assert_eq!(understood(&[close(code, "")]), [Message::Close(Some(code))]);
        assert_eq!(Frame::close(Some(code), "").bytes(), [&[0x88, 2], &code.to_be_bytes()[..]].concat());
    }
}

#[test]
fn case_7_9_and_7_13_codes_that_may_not_be_sent_are_refused() {
    for code in [0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535] {
        assert_eq!(refused(&[close(code, "reason")]), [], "{code}");
    }
}
