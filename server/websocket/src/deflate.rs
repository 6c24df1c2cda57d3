//! permessage-deflate (RFC 7692), always without context takeover: each message is compressed for itself, so one
//! compression serves all readers, and no connection keeps a window. The compressor and the decompressor belong to the
//! thread. Never which connection has agreed.

use std::cell::RefCell;

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};

use crate::Error;

/// Payloads shorter than this go as they are: what they would save is less than a packet's headers.
pub(crate) const WORTH_IT: usize = 128;
/// The first level at which zlib-rs makes codes for the text at hand: at level 1 a Chinese message of 300 bytes gets one byte
/// shorter, here forty. From 3 on it gets no shorter.
const LEVEL: Compression = Compression::new(2);
/// What ends each compressed message and is not sent (RFC 7692 §7.2.1).
const TAIL: [u8; 4] = [0, 0, 0xff, 0xff];
/// What inflating takes at a time.
const STEP: usize = 4 * 1024;
/// What we agree to, in the words of the answer.
const AGREED: &str = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

thread_local! {
    static COMPRESS: RefCell<Compress> = RefCell::new(Compress::new(LEVEL, false));
    static DECOMPRESS: RefCell<Decompress> = RefCell::new(Decompress::new(false));
}

/// What to answer to a client's `Sec-WebSocket-Extensions`, if it offers a compression that is spoken here. Then its
/// decoder is [`crate::Decoder::deflating`], and it gets [`crate::Frame::deflated`] ones.
#[must_use]
pub fn accept(offers: &str) -> Option<&'static str> {
    offers.split(',').any(suits).then_some(AGREED)
}

/// Whether we can do what one offer asks for. What it allows us besides, we need not use.
fn suits(offer: &str) -> bool {
    let mut parts = offer.split(';').map(str::trim);
    let name = parts.next().unwrap_or_default();
    let mut seen = Vec::new();
    name.eq_ignore_ascii_case("permessage-deflate")
        && parts.all(|parameter| {
            let (name, value) = parameter
                .split_once('=')
                .map_or((parameter, None), |(name, value)| (name.trim_end(), Some(value.trim().trim_matches('"'))));
            // An offer that says a thing twice, or an unknown one, is declined (§7.1).
            let is_new = !seen.contains(&name);
            seen.push(name);
            is_new
                && match (name, value) {
                    ("server_no_context_takeover" | "client_no_context_takeover" | "client_max_window_bits", None) => {
                        true
                    }
                    ("client_max_window_bits", Some(bits)) => is_window(bits),
                    // Our window is always the largest.
                    ("server_max_window_bits", Some(bits)) => bits == "15",
                    _ => false,
                }
        })
}

fn is_window(bits: &str) -> bool {
    matches!(bits, "8" | "9" | "10" | "11" | "12" | "13" | "14" | "15")
}

/// A payload as it is sent compressed; nothing, if it gets no shorter.
pub(crate) fn deflate(payload: &[u8]) -> Option<Vec<u8>> {
    // Room for less than the payload: what does not fit is not worth it.
    let mut deflated = Vec::with_capacity(payload.len() + TAIL.len());
    let status = COMPRESS.with_borrow_mut(|compress| {
        compress.reset();
        compress.compress_vec(payload, &mut deflated, FlushCompress::Sync)
    });
    // A flush that fills the room may not be a whole one.
    let is_whole = matches!(status, Ok(Status::Ok)) && deflated.len() < deflated.capacity();
    let body = deflated.strip_suffix(&TAIL)?.len();
    deflated.truncate(body);
    (is_whole && body < payload.len()).then_some(deflated)
}

/// A message as it was before it was compressed, of at most `max` bytes.
pub(crate) fn inflate(deflated: &[u8], max: usize) -> Result<Vec<u8>, Error> {
    DECOMPRESS.with_borrow_mut(|decompress| {
        decompress.reset(false);
        let mut message = Vec::new();
        for part in [deflated, &TAIL] {
            inflate_part(decompress, part, &mut message, max)?;
        }
        Ok(message)
    })
}

fn inflate_part(decompress: &mut Decompress, mut part: &[u8], message: &mut Vec<u8>, max: usize) -> Result<(), Error> {
    loop {
        if message.capacity() == message.len() {
            message.reserve(STEP);
        }
        let (read, written) = (decompress.total_in(), message.len());
        let status = decompress.decompress_vec(part, message, FlushDecompress::None).map_err(|_| Error::Deflate)?;
        let read = usize::try_from(decompress.total_in() - read).unwrap_or(part.len());
        part = &part[read..];
        if message.len() > max {
            return Err(Error::TooBig);
        }
        match status {
            // A client may end its stream and begin another within a message.
            Status::StreamEnd => decompress.reset(false),
            Status::Ok | Status::BufError if part.is_empty() && message.len() < message.capacity() => return Ok(()),
            _ if read == 0 && message.len() == written && message.len() < message.capacity() => {
                return Err(Error::Deflate);
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{AGREED, Error, accept, deflate, inflate};

    #[test]
    fn browsers_offers_are_accepted_without_context_takeover() {
        for offer in [
            "permessage-deflate",
            "permessage-deflate; client_max_window_bits",
            "permessage-deflate; client_no_context_takeover; client_max_window_bits=10",
            "permessage-deflate; server_no_context_takeover",
            "Permessage-Deflate;server_max_window_bits=\"15\"",
            "permessage-bzip2; x=1, permessage-deflate; server_max_window_bits=9, permessage-deflate",
        ] {
            assert_eq!(accept(offer), Some(AGREED), "{offer}");
        }
    }

    #[test]
    fn offers_that_we_cannot_keep_are_declined() {
        for offer in [
            "",
            "permessage-bzip2",
            "permessage-deflate; server_max_window_bits=9",
            "permessage-deflate; server_max_window_bits",
            "permessage-deflate; client_max_window_bits=7",
            "permessage-deflate; client_max_window_bits=16",
            "permessage-deflate; client_no_context_takeover=1",
            "permessage-deflate; client_no_context_takeover; client_no_context_takeover",
            "permessage-deflate; something",
            "permessage-deflate; ",
        ] {
            assert_eq!(accept(offer), None, "{offer}");
        }
    }

    /// The examples of RFC 7692 §7.2.3.
    #[test]
    fn the_rfcs_examples_are_inflated() {
        for hello in [
            &[0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00][..],
            &[0x00, 0x05, 0x00, 0xfa, 0xff, 0x48, 0x65, 0x6c, 0x6c, 0x6f, 0x00],
            &[0xf3, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0x00],
            &[0xf2, 0x48, 0x05, 0x00, 0x00, 0x00, 0xff, 0xff, 0xca, 0xc9, 0xc9, 0x07, 0x00],
        ] {
            assert_eq!(inflate(hello, 100).unwrap(), b"Hello", "{hello:02x?}");
        }
        assert_eq!(inflate(&[0x00], 100).unwrap(), b"", "an empty message");
    }

    #[test]
    fn what_is_no_compressed_data_is_refused() {
        assert_eq!(inflate(&[0xff; 20], 100), Err(Error::Deflate));
        assert_eq!(
            inflate(&[0x00, 0x05, 0x00, 0x00, 0x00, b'H'], 100),
            Err(Error::Deflate),
            "a length without its twin"
        );
    }

    #[test]
    fn a_little_that_would_become_much_is_too_big_before_it_is_made() {
        let bomb = deflate(&vec![0; 1 << 20]).unwrap();
        assert!(bomb.len() < 32 * 1024);
        assert_eq!(inflate(&bomb, 64 * 1024), Err(Error::TooBig));
        assert_eq!(inflate(&bomb, 1 << 20).unwrap().len(), 1 << 20);
    }

    #[test]
    fn a_chinese_message_of_a_few_sentences_gets_shorter() {
        let message = "今天下午有人去喝茶吗？老地方新到了一批凤凰单丛，闻着一股蜜兰香。\
                       周二的笔记能发我一份吗？后半节课我没赶上。我大概晚十分钟到，公交车又堵在菜市场那条路上了。";
        let deflated = deflate(message.as_bytes()).unwrap();
        assert!(deflated.len() * 10 < message.len() * 9, "{} of {} bytes", deflated.len(), message.len());
    }

    #[test]
    fn what_gets_no_shorter_is_not_compressed() {
        // xorshift64: nothing in it repeats.
        let next = |state: &u64| {
            let state = state ^ (state << 13);
            let state = state ^ (state >> 7);
            Some(state ^ (state << 17))
        };
        let noise: Vec<u8> =
            std::iter::successors(Some(1), next).map(|state: u64| (state >> 24) as u8).take(500).collect();
        assert_eq!(deflate(&noise), None);
    }
}
