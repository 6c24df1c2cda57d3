//! How much is said at a time, for who has the log read aloud: a few messages a second are announced one by one, of more only
//! how many they are, once a second. Pure. Never what was said.

/// So many messages a second can be listened to.
const HEARD: usize = 4;

#[derive(Debug, Default)]
pub(crate) struct Rush {
    /// Since the last second began.
    said: usize,
    /// Too many to be read aloud.
    pub(crate) is_on: bool,
    /// How many came in the second before, if nobody heard them.
    pub(crate) told: usize,
}

#[cfg_attr(not(any(feature = "hydrate", test)), expect(dead_code, reason = "nothing is said while the server renders"))]
impl Rush {
    pub(crate) fn said(&mut self, messages: usize) {
        self.said += messages;
        self.is_on |= self.said > HEARD;
    }

    /// A second is over. Returns whether that is to be seen.
    pub(crate) fn second(&mut self) -> bool {
        let said = std::mem::take(&mut self.said);
        let told = if self.is_on { said } else { 0 };
        let news = told != self.told || self.is_on != (said > HEARD);
        (self.is_on, self.told) = (said > HEARD, told);
        news
    }
}

#[cfg(test)]
mod tests {
    use super::Rush;

    #[test]
    fn a_few_messages_a_second_are_heard_one_by_one() {
        let mut rush = Rush::default();
        for _ in 0..3 {
            rush.said(4);
            assert!(!rush.is_on);
            assert!(!rush.second(), "nothing to say of it");
        }
        assert_eq!(rush.told, 0);
    }

    #[test]
    fn of_many_one_hears_how_many_once_a_second_to_the_last() {
        let mut rush = Rush::default();
        (0..200).for_each(|_| rush.said(1));
        assert!(rush.is_on, "at once, and not a second late");
        assert!(rush.second());
        assert_eq!((rush.is_on, rush.told), (true, 200));
        rush.said(2);
        assert!(rush.is_on, "what comes before the second is over counts with the others");
        assert!(rush.second());
        assert_eq!((rush.is_on, rush.told), (false, 2));
        assert!(rush.second(), "what was told goes");
        assert_eq!((rush.is_on, rush.told), (false, 0));
        assert!(!rush.second());
    }
}
