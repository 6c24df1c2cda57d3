//! Section 6: text is UTF-8, however it is cut.

use websocket::Error;

use crate::{
    client::{CONTINUATION, FIN, TEXT, frame, heard, heard_in_parts_of, said, text, understood},
    fragments,
};

/// Refused as text, whole, in parts and in fragments of any size.
#[track_caller]
fn not_utf8(body: &[u8]) {
    assert_eq!(heard(&[text(body)]), (vec![], Some(Error::Utf8)), "{body:x?}");
    for size in 1..=body.len() {
        assert_eq!(heard(&fragments::of(TEXT, body, size)), (vec![], Some(Error::Utf8)), "{body:x?} by {size}");
    }
}

#[track_caller]
fn utf8(body: &str) {
    for size in 1..=body.len() {
        assert_eq!(understood(&fragments::of(TEXT, body.as_bytes(), size)), [said(body)], "by {size}");
    }
}

#[test]
fn case_6_1_empty_texts_in_one_frame_or_three() {
    assert_eq!(understood(&[text("")]), [said("")]);
    for middle in ["", "middle frame payload"] {
        let frames = [frame(TEXT, ""), frame(CONTINUATION, middle), frame(FIN | CONTINUATION, "")];
        assert_eq!(understood(&frames), [said(middle)]);
    }
}

#[test]
fn case_6_2_valid_text_whole_in_fragments_and_byte_by_byte() {
    utf8("Hello-µ@ßöäüàá-UTF-8!!");
    utf8("κόσμε");
}

#[test]
fn case_6_3_text_with_a_surrogate_in_the_middle_is_refused() {
    not_utf8(b"\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5\xed\xa0\x80edited");
}

#[test]
fn case_6_4_what_is_no_utf8_is_refused_before_the_message_ends() {
    let valid = "κόσμε";
    for broken in [&b"\xf4\x90\x80\x80"[..], b"\xed\xa0\x80"] {
        // In a later fragment, and within a frame whose end never comes.
        let never_ends = [frame(TEXT, valid), frame(CONTINUATION, broken)];
        assert_eq!(heard(&never_ends), (vec![], Some(Error::Utf8)));
        let mut cut = text([valid.as_bytes(), broken, b"edited"].concat());
        cut.truncate(cut.len() - 5);
        assert_eq!(heard_in_parts_of(1, &cut), (vec![], Some(Error::Utf8)));
    }
}

#[test]
fn case_6_5_6_7_6_9_6_22_and_6_23_every_boundary_of_valid_text() {
    for body in ["\0", "\u{80}", "\u{800}", "\u{10000}", "\u{7f}", "\u{7ff}", "\u{ffff}", "\u{10ffff}"] {
        utf8(body);
    }
    for body in ["\u{d7ff}", "\u{e000}", "\u{fffd}", "\u{fffe}", "\u{fdd0}", "\u{1fffe}", "\u{10fffe}", "κόσμε"] {
        utf8(body);
    }
}

#[test]
fn case_6_6_a_character_that_is_cut_short_is_refused_at_the_end() {
    let body = "κόσμε".as_bytes();
    for len in (1..body.len()).filter(|len| std::str::from_utf8(&body[..*len]).is_err()) {
        not_utf8(&body[..len]);
    }
}

#[test]
fn case_6_8_and_6_10_to_6_11_characters_beyond_unicode_are_refused() {
    for body in [&b"\xf8\x88\x80\x80\x80"[..], b"\xfc\x84\x80\x80\x80\x80", b"\xf7\xbf\xbf\xbf", b"\xf4\x90\x80\x80"] {
        not_utf8(body);
    }
    for body in [&b"\xfb\xbf\xbf\xbf\xbf"[..], b"\xfd\xbf\xbf\xbf\xbf\xbf"] {
        not_utf8(body);
    }
}

#[test]
fn case_6_12_and_6_13_lonely_continuations_and_lonely_beginnings_are_refused() {
    for body in [&b"\x80"[..], b"\xbf", b"\x80\xbf\x80\xbf\x80\xbf\x80"] {
        not_utf8(body);
    }
    let ranges = [0x80..=0xbf, 0xc0..=0xdf, 0xe0..=0xef, 0xf0..=0xf7, 0xf8..=0xfb, 0xfc..=0xfd];
    for lead in ranges.into_iter().flatten() {
        not_utf8(&[lead, b' ']);
    }
}

#[test]
fn case_6_14_to_6_16_sequences_without_their_last_byte_are_refused() {
    for body in ["\u{80}", "\u{800}", "\u{10000}", "\u{7ff}", "\u{ffff}", "\u{10ffff}"] {
        not_utf8(&body.as_bytes()[..body.len() - 1]);
    }
    not_utf8(b"\xc0\xe0\x80\xf0\x80\x80\xf8\x80\x80\x80");
    for body in [&b"\xfe"[..], b"\xff", b"\xfe\xfe\xff\xff"] {
        not_utf8(body);
    }
}

#[test]
fn case_6_17_to_6_19_overlong_forms_are_refused() {
    for body in
        [&b"\xc0\xaf"[..], b"\xe0\x80\xaf", b"\xf0\x80\x80\xaf", b"\xc1\xbf", b"\xe0\x9f\xbf", b"\xf0\x8f\xbf\xbf"]
    {
        not_utf8(body);
    }
    for body in [&b"\xc0\x80"[..], b"\xe0\x80\x80", b"\xf0\x80\x80\x80"] {
        not_utf8(body);
    }
}

#[test]
fn case_6_20_and_6_21_surrogates_are_refused_alone_and_in_pairs() {
    for high in [b"\xed\xa0\x80", b"\xed\xad\xbf", b"\xed\xae\x80", b"\xed\xaf\xbf"] {
        not_utf8(high);
        for low in [b"\xed\xb0\x80", b"\xed\xbe\x80", b"\xed\xbf\xbf"] {
            not_utf8(low);
            not_utf8(&[*high, *low].concat());
        }
    }
}
