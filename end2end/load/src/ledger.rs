//! What each member has heard from each publisher: in order, doubled, late, or never. Never a clock, never a socket.

/// How far back a message that comes late can still be told from one that comes twice.
const WINDOW: u32 = 64;

/// Deliveries that should not be as they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Faults {
    /// The same message again to the same member.
    pub(crate) duplicates: u64,
    /// After a younger message of the same publisher.
    pub(crate) disordered: u64,
    /// For another group, or nobody's.
    pub(crate) foreign: u64,
}

/// One member's view of one publisher.
#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    /// The highest number heard.
    top: u32,
    /// Bit k: number `top - 1 - k` was heard.
    before: u64,
}

/// Members × publishers of their group.
#[derive(Debug)]
pub(crate) struct Ledger {
    slots: usize,
    seen: Vec<Seen>,
    /// Each message to each member once.
    pub(crate) heard: u64,
    pub(crate) faults: Faults,
}

impl Ledger {
    /// For so many members that each hear `slots` publishers.
    pub(crate) fn new(members: usize, slots: usize) -> Self {
        Self { slots, seen: vec![Seen::default(); members * slots], heard: 0, faults: Faults::default() }
    }

    /// Enters a delivery; says whether this member hears this message for the first time.
    pub(crate) fn enter(&mut self, member: usize, slot: u32, number: u32) -> bool {
        let slot = slot as usize;
        if slot >= self.slots || number == 0 {
            self.faults.foreign += 1;
            return false;
        }
        let first = self.seen[member * self.slots + slot].enter(number, &mut self.faults);
        self.heard += u64::from(first);
        first
    }
}

impl Seen {
    fn enter(&mut self, number: u32, faults: &mut Faults) -> bool {
        if number > self.top {
            let step = number - self.top;
            // What was the top is one of those before, unless nothing was heard yet.
            let before = if step > WINDOW { 0 } else { self.before.checked_shl(step).unwrap_or(0) };
            let old_top = if self.top > 0 && step <= WINDOW { 1 << (step - 1) } else { 0 };
            *self = Self { top: number, before: before | old_top };
            return true;
        }
        let back = self.top - number;
        if back == 0 || (back <= WINDOW && self.before & 1 << (back - 1) != 0) {
            faults.duplicates += 1;
            return false;
        }
        faults.disordered += 1;
        if back <= WINDOW {
            self.before |= 1 << (back - 1);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    fn after(numbers: &[u32]) -> Ledger {
        let mut ledger = Ledger::new(1, 1);
        for number in numbers {
            ledger.enter(0, 0, *number);
        }
        ledger
    }

    #[test]
    fn in_order_is_no_fault() {
        let ledger = after(&[1, 2, 3, 4]);
        assert_eq!((ledger.heard, ledger.faults), (4, Faults::default()));
    }

    #[test]
    fn what_comes_late_is_out_of_order_and_what_comes_twice_is_doubled() {
        let ledger = after(&[1, 3, 2, 2, 3]);
        assert_eq!((ledger.heard, ledger.faults), (3, Faults { duplicates: 2, disordered: 1, foreign: 0 }));
    }

    #[test]
    fn what_never_comes_is_missing_from_what_was_heard() {
        assert_eq!(after(&[1, 2, 900, 901]).heard, 4);
    }

    #[test]
    fn what_nobody_sent_is_foreign() {
        let mut ledger = after(&[0]);
        assert!(!ledger.enter(0, 1, 1));
        assert_eq!((ledger.heard, ledger.faults.foreign), (0, 2));
    }

    proptest! {
        #[test]
        fn within_the_window_it_counts_as_a_set_would(numbers in prop::collection::vec(1..WINDOW, 0..200)) {
            let mut set = HashSet::new();
            let mut ledger = Ledger::new(1, 1);
            for number in numbers {
                prop_assert_eq!(ledger.enter(0, 0, number), set.insert(number));
            }
            prop_assert_eq!(ledger.heard, set.len() as u64);
        }
    }
}
