//! Sections 12 and 13: permessage-deflate (RFC 7692). What a client compresses in any of the ways that were agreed is
//! understood, and what we compress is what it was.

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress};
use proptest::{collection::vec, prelude::*};
use websocket::{Decoder, Error, Frame, Message};

use super::client::{self, BINARY, CONTINUATION, FIN, MAX, TEXT, frame, heard_by, ping, said};

const RSV1: u8 = 0x40;

/// As a client sends it: flushed, without the last four bytes.
fn compressed(payload: &[u8], level: u32, window: u8) -> Vec<u8> {
    let mut deflated = Vec::with_capacity(payload.len() + 1024);
    let mut compress = Compress::new_with_window_bits(Compression::new(level), false, window);
    compress.compress_vec(payload, &mut deflated, FlushCompress::Sync).unwrap();
    deflated.strip_suffix(&[0, 0, 0xff, 0xff]).unwrap().to_vec()
}

fn inflated(mut deflated: Vec<u8>) -> Vec<u8> {
    deflated.extend([0, 0, 0xff, 0xff]);
    let mut payload = Vec::with_capacity(MAX);
    Decompress::new(false).decompress_vec(&deflated, &mut payload, FlushDecompress::Sync).unwrap();
    payload
}

/// The same in whatever parts it arrives.
#[track_caller]
fn heard(frames: &[Vec<u8>], max: usize) -> (Vec<Message>, Option<Error>) {
    let (bytes, decoder) = (frames.concat(), || Decoder::new(max).deflating(true));
    let whole = heard_by(decoder(), bytes.len(), &bytes);
    for size in [1, 7, 1460] {
        assert_eq!(heard_by(decoder(), size, &bytes), whole, "in parts of {size}");
    }
    whole
}

/// Some words over and over, with numbers between, as chats are.
fn body(len: usize) -> String {
    let words = ["茶馆 ", "hello ", "{\"seq\":", "\"body\":\"", "今天 ", "\"},"];
    let mut body: String = (0..).map(|n| format!("{}{n}", words[n % words.len()])).take(len / 4 + 1).collect();
    body.truncate(body.floor_char_boundary(len));
    body
}

#[test]
fn case_12_messages_of_every_size_are_understood() {
    for len in [0, 16, 64, 256, 1024, 4096, 8192, 16_384, 32_768, 65_536, 131_072] {
        let body = body(len);
        let text = frame(FIN | RSV1 | TEXT, compressed(body.as_bytes(), 6, 15));
        let binary = frame(FIN | RSV1 | BINARY, compressed(body.as_bytes(), 6, 15));
        let (messages, error) = heard(&[text, binary, client::text("plain")], MAX);
        assert!(messages == [said(&body), Message::Binary(body.into()), said("plain")], "{len}");
        assert_eq!(error, None);
    }
}

#[test]
fn case_13_every_window_and_level_is_understood() {
    let body = body(40_000);
    for (level, window) in (0..=9).flat_map(|level| [9, 12, 15].map(|window| (level, window))) {
        let (messages, error) = heard(&[frame(FIN | RSV1 | TEXT, compressed(body.as_bytes(), level, window))], MAX);
        assert!(messages == [said(&body)] && error.is_none(), "{level} {window}");
    }
}

#[test]
fn a_compressed_message_in_fragments_with_pings_between_is_whole() {
    let body = body(10_000);
    let deflated = compressed(body.as_bytes(), 6, 15);
    let parts: Vec<_> = deflated.chunks(deflated.len() / 3).collect();
    let mut frames = vec![frame(RSV1 | TEXT, parts[0]), ping("between")];
    frames.extend(parts[1..parts.len() - 1].iter().map(|part| frame(CONTINUATION, part)));
    frames.push(frame(FIN | CONTINUATION, parts[parts.len() - 1]));
    let (messages, error) = heard(&frames, MAX);
    assert!(messages == [Message::Ping("between".into()), said(&body)] && error.is_none());
}

#[test]
fn the_bit_is_refused_where_no_message_begins_and_where_nothing_was_agreed() {
    for first in [FIN | RSV1 | client::PING, FIN | RSV1 | client::CLOSE, FIN | RSV1 | CONTINUATION] {
        let frames = [frame(TEXT, "x"), frame(first, "")];
        assert!(matches!(heard(&frames, MAX).1, Some(Error::Protocol(_))), "{first:#x}");
    }
    for bits in [0x20, 0x10, 0x60] {
        assert!(matches!(heard(&[frame(FIN | bits | TEXT, "")], MAX).1, Some(Error::Protocol(_))));
    }
    assert_eq!(client::refused(&[frame(FIN | RSV1 | TEXT, compressed(b"x", 6, 15))]), []);
}

#[test]
fn what_is_broken_or_no_utf8_or_too_big_once_inflated_is_refused() {
    assert_eq!(heard(&[frame(FIN | RSV1 | TEXT, [0xff; 20])], MAX), (vec![], Some(Error::Deflate)));
    assert_eq!(heard(&[frame(FIN | RSV1 | TEXT, compressed(b"\xff\xff", 6, 15))], MAX), (vec![], Some(Error::Utf8)));
    let bomb = frame(FIN | RSV1 | BINARY, compressed(&vec![0; 1 << 20], 9, 15));
    assert!(bomb.len() < 2000);
    assert_eq!(heard(&[bomb], 100_000), (vec![], Some(Error::TooBig)));
}

#[test]
fn what_we_compress_is_what_it_was() {
    for len in [160, 4096, 65_536, 1 << 20] {
        let body = body(len);
        let frame = Frame::text(&body);
        let deflated = frame.deflated();
        assert_eq!(deflated.bytes()[0], FIN | RSV1 | TEXT);
        let header = deflated.bytes().len() - deflated.len();
        assert!(inflated(deflated.bytes()[header..].to_vec()) == body.as_bytes(), "{len}");
    }
}

proptest! {
    #[test]
    fn any_text_comes_through_compressed(texts in vec("[a-z茶é🍵 ]{0,300}", 1..5), level in 0..=9_u32) {
        let frames: Vec<_> =
            texts.iter().map(|text| frame(FIN | RSV1 | TEXT, compressed(text.as_bytes(), level, 15))).collect();
        let all: Vec<_> = texts.iter().map(|text| said(text)).collect();
        prop_assert_eq!(heard(&frames, MAX), (all, None));
    }

    #[test]
    fn noise_is_understood_alike_in_any_parts_and_stays_within_its_bound(
        noise in vec(vec(any::<u8>(), 0..80), 1..4),
    ) {
        let frames: Vec<_> = noise.iter().map(|noise| frame(FIN | RSV1 | BINARY, noise)).collect();
        for message in heard(&frames, 1000).0 {
            prop_assert!(matches!(message, Message::Binary(bytes) if bytes.len() <= 1000));
        }
    }
}
