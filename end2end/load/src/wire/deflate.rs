//! permessage-deflate (RFC 7692) without context takeover: what is offered, whether the answer agrees to it, messages as
//! they were, and for the floor as they are sent. What a client says it need not compress, and ours does not. Never a frame.

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};

/// For `Sec-WebSocket-Extensions`.
pub(crate) const OFFER: &str = "permessage-deflate; client_no_context_takeover; server_no_context_takeover";
/// The floor's answer, to this offer and no other.
pub(crate) const AGREEMENT: &str = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
/// The first level at which zlib-rs makes codes for the text at hand.
const LEVEL: Compression = Compression::new(2);
/// What ends each compressed message and is not sent (§7.2.1).
const TAIL: [u8; 4] = [0, 0, 0xff, 0xff];
/// What inflating makes room for at a time.
const STEP: usize = 16 * 1024;
/// The longest message, as with frames.
const MAX_MESSAGE: usize = 64 << 20;

/// Whether an answer agrees to [`OFFER`]: that each message is compressed for itself must be said (§7.1.1.1).
pub(super) fn agreed(extensions: &str) -> bool {
    let mut parts = extensions.split(';').map(str::trim);
    parts.next().is_some_and(|name| name.eq_ignore_ascii_case("permessage-deflate"))
        && parts.any(|parameter| parameter.eq_ignore_ascii_case("server_no_context_takeover"))
}

/// The floor's compressor.
pub(crate) struct Deflate {
    compress: Compress,
    deflated: Vec<u8>,
}

impl Deflate {
    pub(crate) fn new() -> Self {
        Self { compress: Compress::new(LEVEL, false), deflated: Vec::new() }
    }

    /// A message as it is sent compressed; nothing, if it gets no shorter.
    pub(crate) fn message(&mut self, message: &[u8]) -> Option<&[u8]> {
        self.compress.reset();
        self.deflated.clear();
        // Room for less than the message: what does not fit is not worth it.
        self.deflated.reserve_exact(message.len() + TAIL.len());
        self.compress.compress_vec(message, &mut self.deflated, FlushCompress::Sync).ok()?;
        self.deflated.strip_suffix(&TAIL).filter(|deflated| deflated.len() < message.len())
    }
}

/// The decompressor of all sockets.
pub(crate) struct Inflate {
    decompress: Decompress,
    /// The last message as it came, and as it was. In a group of a thousand the same bytes come a thousand times, and the
    /// generator's processor is not what is measured.
    came: Vec<u8>,
    was: Vec<u8>,
}

impl Inflate {
    pub(crate) fn new() -> Self {
        Self { decompress: Decompress::new(false), came: Vec::new(), was: Vec::new() }
    }

    /// A message as it was before it was compressed; nothing, if it was not, or is longer than anybody measures.
    pub(crate) fn message(&mut self, deflated: &[u8]) -> Option<&[u8]> {
        // Nothing is compressed to nothing: an empty `came` is no message.
        if self.came != deflated || deflated.is_empty() {
            self.came.clear();
            self.was.clear();
            self.decompress.reset(false);
            self.inflate(deflated)?;
            self.inflate(&TAIL)?;
            self.came.extend_from_slice(deflated);
        }
        Some(&self.was)
    }

    fn inflate(&mut self, mut part: &[u8]) -> Option<()> {
        loop {
            self.was.reserve(STEP);
            let (read, written) = (self.decompress.total_in(), self.was.len());
            let status = self.decompress.decompress_vec(part, &mut self.was, FlushDecompress::None).ok()?;
            part = &part[(self.decompress.total_in() - read) as usize..];
            let full = self.was.len() == self.was.capacity();
            match status {
                // A server may end its stream within a message and begin another.
                Status::StreamEnd => self.decompress.reset(false),
                _ if self.was.len() > MAX_MESSAGE => return None,
                _ if part.is_empty() && !full => return Some(()),
                _ if self.was.len() == written && self.decompress.total_in() == read => return None,
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn deflated(message: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(message.len() + 100);
        Compress::new(LEVEL, false).compress_vec(message, &mut out, FlushCompress::Sync).unwrap();
        out.truncate(out.len() - TAIL.len());
        out
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn every_message_comes_out_as_it_was_whatever_came_before(messages: Vec<String>, length in 0..100_000usize) {
            let mut inflate = Inflate::new();
            for message in messages.into_iter().chain([String::new(), "茶".repeat(length)]) {
                for _ in 0..2 {
                    prop_assert_eq!(inflate.message(&deflated(message.as_bytes())), Some(message.as_bytes()));
                }
            }
        }
    }

    #[test]
    fn what_the_floor_sends_is_shorter_and_comes_out_as_it_was() {
        let (mut deflate, mut inflate) = (Deflate::new(), Inflate::new());
        for message in ["tea, tea and tea again, and after that a little more tea", &"茶".repeat(100_000)] {
            assert_eq!(inflate.message(deflate.message(message.as_bytes()).unwrap()), Some(message.as_bytes()));
        }
        assert_eq!(deflate.message(b"tea"), None);
        assert!(agreed(AGREEMENT));
    }

    /// The examples of RFC 7692 §7.2.3, the last with a stream that ends.
    #[test]
    fn the_rfcs_hello_is_inflated() {
        let mut inflate = Inflate::new();
        for hello in [
            &[0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00][..],
            &[0x00, 0x05, 0x00, 0xfa, 0xff, 0x48, 0x65, 0x6c, 0x6c, 0x6f, 0x00],
            &[0xf3, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0x00],
        ] {
            assert_eq!(inflate.message(hello), Some(&b"Hello"[..]), "{hello:02x?}");
        }
    }

    #[test]
    fn what_is_no_compressed_data_is_no_message_and_does_no_harm_to_the_next() {
        let mut inflate = Inflate::new();
        assert_eq!(inflate.message(&[0xff; 20]), None);
        assert_eq!(inflate.message(&[0xff; 20]), None);
        assert_eq!(inflate.message(&deflated(b"tea")), Some(&b"tea"[..]));
    }

    #[test]
    fn only_an_answer_that_keeps_no_context_is_an_agreement() {
        assert!(agreed("permessage-deflate; server_no_context_takeover; client_no_context_takeover"));
        assert!(agreed("Permessage-Deflate;server_no_context_takeover"));
        for other in ["", "permessage-deflate", "permessage-deflate; client_no_context_takeover", "permessage-bzip2"] {
            assert!(!agreed(other), "{other}");
        }
    }
}
