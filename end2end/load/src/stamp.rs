//! The mark in every message that is sent: which one it is and when it was meant to be sent. It is text that survives
//! JSON, and it is found wherever a server's protocol puts it. Never a frame.
//!
//! ```text
//! ~tea GGGGG SSS NNNNNNNN TTTTTTTTTTTT xxxx…      (without the spaces; hexadecimal)
//!      group, publisher within it, number of the publisher's message from 1, nanoseconds since the run began
//! ```

use std::sync::LazyLock;

use memchr::memmem::Finder;

use crate::speech::Speech;

/// Bytes of a stamp: the shortest message that can be sent.
pub(crate) const LENGTH: usize = 32;
const MARK: &[u8; 4] = b"~tea";
static FINDER: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(MARK));

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stamp {
    pub(crate) group: u32,
    /// Which of its group's publishers.
    pub(crate) slot: u32,
    /// 1, 2, 3, … of that publisher.
    pub(crate) number: u32,
    /// When it was meant to be sent, in nanoseconds of the run's clock. What came later than meant is late: that is the
    /// correction for coordinated omission.
    pub(crate) meant: u64,
}

impl Stamp {
    /// A message, of at least [`LENGTH`] bytes.
    pub(crate) fn write(self, speech: Speech, out: &mut String) {
        use std::fmt::Write;
        let Self { group, slot, number, meant } = self;
        out.clear();
        // A string takes everything.
        let _ = write!(
            out,
            "~tea{:05x}{:03x}{number:08x}{:012x}",
            group & 0xf_ffff,
            slot & 0xfff,
            meant & 0xffff_ffff_ffff
        );
        speech.fill(number, out);
    }

    /// Reads the digits after the mark; anything else there gives a stamp that nobody has sent.
    fn read(digits: &[u8; LENGTH - 4]) -> Self {
        Self {
            group: hex(&digits[..5]) as u32,
            slot: hex(&digits[5..8]) as u32,
            number: hex(&digits[8..16]) as u32,
            meant: hex(&digits[16..]),
        }
    }
}

/// Without a branch: this runs for each delivery.
fn hex(digits: &[u8]) -> u64 {
    digits.iter().fold(0, |value, digit| value << 4 | u64::from((digit & 0xf) + 9 * (digit >> 6 & 1)))
}

/// Calls `found` for each stamp in `payload`; says how many there were.
pub(crate) fn each(payload: &[u8], mut found: impl FnMut(Stamp)) -> usize {
    let mut count = 0;
    let mut rest = payload;
    while let Some(at) = FINDER.find(rest) {
        let Some(digits) = rest.get(at + 4..at + LENGTH) else { break };
        let Ok(digits) = digits.try_into() else { break };
        found(Stamp::read(digits));
        count += 1;
        rest = &rest[at + LENGTH..];
    }
    count
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn found_in(payload: &[u8]) -> Vec<Stamp> {
        let mut stamps = Vec::new();
        each(payload, |stamp| stamps.push(stamp));
        stamps
    }

    proptest! {
        #[test]
        fn what_was_written_is_found_wherever_it_stands(
            group in 0..0x10_0000u32, slot in 0..0x1000u32, number: u32, meant in 0..1u64 << 48, before: String,
            bytes in LENGTH..200usize, sentences: bool,
        ) {
            let stamp = Stamp { group, slot, number, meant };
            let mut text = String::new();
            stamp.write(Speech { bytes, text: sentences }, &mut text);
            prop_assert_eq!(text.len(), bytes);
            prop_assume!(!before.contains("~tea"));
            prop_assert_eq!(found_in(format!("{before}{text}\"}}").as_bytes()), vec![stamp]);
        }
    }

    #[test]
    fn several_in_one_frame_are_all_found_and_half_a_one_is_none() {
        let stamp = Stamp { group: 1, slot: 2, number: 3, meant: 4 };
        let mut text = String::new();
        stamp.write(Speech { bytes: 64, text: false }, &mut text);
        assert_eq!(found_in(format!("[{text},{text}]").as_bytes()), vec![stamp, stamp]);
        assert_eq!(found_in(&text.as_bytes()[..LENGTH - 1]), vec![]);
        assert_eq!(found_in(b"~tea"), vec![]);
    }
}
