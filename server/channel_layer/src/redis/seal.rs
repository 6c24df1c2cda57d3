//! Whether our keys are those of the others, judged by what comes. No key and no frame is ever held here.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};

/// Frames in a row that stay shut before keys count as wrong that once were right. One may be a stranger's.
const MANY: u32 = 20;

#[derive(Default)]
pub(crate) struct Seal {
    /// A frame was opened, ever.
    has_opened: AtomicBool,
    /// Frames in a row that were not.
    shut: AtomicU32,
}

impl Seal {
    /// A key of ours made a frame. Whether that is news.
    pub(crate) fn opened(&self) -> bool {
        // The usual case leaves the shared cache line alone.
        let is_news = self.shut.load(Relaxed) > 0 || !self.has_opened.load(Relaxed);
        if is_news {
            self.has_opened.store(true, Relaxed);
            self.shut.store(0, Relaxed);
        }
        is_news
    }

    /// No key of ours made a frame.
    pub(crate) fn kept_shut(&self) {
        self.shut.fetch_add(1, Relaxed);
    }

    pub(crate) fn keys_are_wrong(&self) -> bool {
        let enough = if self.has_opened.load(Relaxed) { MANY } else { 1 };
        self.shut.load(Relaxed) >= enough
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn before_any_was_opened_one_frame_is_enough() {
        let seal = Seal::default();
        assert!(!seal.keys_are_wrong());
        seal.kept_shut();
        assert!(seal.keys_are_wrong());
        assert!(seal.opened() && !seal.keys_are_wrong());
        assert!(!seal.opened(), "no news");
    }

    #[test]
    fn keys_that_once_were_right_are_wrong_after_twenty_in_a_row() {
        let seal = Seal::default();
        seal.opened();
        for _ in 0..3 {
            (1..MANY).for_each(|_| seal.kept_shut());
            assert!(!seal.keys_are_wrong());
            assert!(seal.opened());
        }
        (0..MANY).for_each(|_| seal.kept_shut());
        assert!(seal.keys_are_wrong());
    }
}
