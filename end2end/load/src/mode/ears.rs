//! What all members of a talk hear, entered into the books: the ledger, the latencies, and at saturation which messages
//! are still on their way. Never a socket.

use std::{collections::VecDeque, ops::Range};

use crate::{crew::Listener, latency::Latencies, ledger::Ledger, stamp::Stamp};

pub(super) struct Ears {
    pub(super) ledger: Ledger,
    pub(super) latencies: Latencies,
    /// Group by member.
    groups: Vec<u32>,
    /// Nanoseconds of the crew's clock that are measured.
    measured: Range<u64>,
    /// Deliveries that came in it.
    pub(super) within: u64,
    /// When something was heard last.
    pub(super) last: u64,
    pub(super) flight: Option<Flight>,
}

impl Ears {
    /// For members in these groups, each with so many publishers.
    pub(super) fn new(groups: Vec<u32>, slots: usize, measured: Range<u64>, flight: Option<Flight>) -> Self {
        let ledger = Ledger::new(groups.len(), slots);
        Self { ledger, latencies: Latencies::new(), groups, last: measured.start, measured, within: 0, flight }
    }

    /// The window begins: what was counted before does not count.
    pub(super) fn measure(&mut self, measured: Range<u64>) {
        self.measured = measured;
        self.within = 0;
        self.latencies = Latencies::new();
    }

    pub(super) fn in_flight(&self) -> usize {
        self.flight.as_ref().map_or(0, |flight| flight.flying)
    }
}

impl Listener for Ears {
    fn delivered(&mut self, member: usize, stamp: Stamp, now: u64) {
        // Members of another crew share a group with this one only by mistake.
        if self.groups.get(member) != Some(&stamp.group) {
            self.ledger.faults.foreign += 1;
            return;
        }
        if !self.ledger.enter(member, stamp.slot, stamp.number) {
            return;
        }
        self.last = now;
        self.within += u64::from(self.measured.contains(&now));
        if self.measured.contains(&stamp.meant) {
            self.latencies.record(now.saturating_sub(stamp.meant));
        }
        if let Some(flight) = &mut self.flight {
            flight.landed(stamp);
        }
    }
}

/// Messages that not every member has heard yet. A message that everyone has heard makes room for another.
pub(super) struct Flight {
    members: u32,
    slots: usize,
    /// By publisher: the number of the first that flies, and who is missing for it and those after it.
    waiting: Vec<(u32, VecDeque<u32>)>,
    pub(super) flying: usize,
}

impl Flight {
    /// Groups of so many members and publishers.
    pub(super) fn new(groups: usize, members: usize, slots: usize) -> Self {
        Self { members: members as u32, slots, waiting: vec![(1, VecDeque::new()); groups * slots], flying: 0 }
    }

    /// A publisher's next message is on its way.
    pub(super) fn started(&mut self, group: u32, slot: u32) {
        self.waiting[group as usize * self.slots + slot as usize].1.push_back(self.members);
        self.flying += 1;
    }

    fn landed(&mut self, stamp: Stamp) {
        let (first, missing) = &mut self.waiting[stamp.group as usize * self.slots + stamp.slot as usize];
        let Some(missing_for) = stamp.number.checked_sub(*first).and_then(|at| missing.get_mut(at as usize)) else {
            return;
        };
        *missing_for -= 1;
        if *missing_for == 0 {
            self.flying -= 1;
        }
        while missing.front() == Some(&0) {
            missing.pop_front();
            *first += 1;
        }
    }

    /// Nothing moves any more: what flies has crashed, and others may start.
    pub(super) fn forget(&mut self) {
        for (first, missing) in &mut self.waiting {
            *first += missing.len() as u32;
            missing.clear();
        }
        self.flying = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn stamp(number: u32, meant: u64) -> Stamp {
        Stamp { group: 0, slot: 0, number, meant }
    }

    #[test]
    fn a_message_lands_when_everyone_has_heard_it() {
        let mut ears = Ears::new(vec![0, 0], 1, 0..100, Some(Flight::new(1, 2, 1)));
        let flight = ears.flight.as_mut().unwrap();
        flight.started(0, 0);
        flight.started(0, 0);
        ears.delivered(0, stamp(1, 1), 2);
        ears.delivered(0, stamp(2, 1), 2);
        assert_eq!(ears.in_flight(), 2);
        ears.delivered(1, stamp(2, 1), 2);
        assert_eq!(ears.in_flight(), 1);
        ears.delivered(1, stamp(1, 1), 2);
        assert_eq!(ears.in_flight(), 0);
    }

    #[test]
    fn a_doubled_message_lands_once_and_what_was_forgotten_is_no_longer_awaited() {
        let mut ears = Ears::new(vec![0, 0], 1, 0..100, Some(Flight::new(1, 2, 1)));
        ears.flight.as_mut().unwrap().started(0, 0);
        ears.delivered(0, stamp(1, 1), 2);
        ears.delivered(0, stamp(1, 1), 2);
        assert_eq!((ears.in_flight(), ears.ledger.faults.duplicates), (1, 1));
        ears.flight.as_mut().unwrap().forget();
        ears.delivered(1, stamp(1, 1), 2);
        assert_eq!(ears.in_flight(), 0);
    }

    #[test]
    fn only_what_was_meant_in_the_window_is_timed_and_only_what_came_in_it_is_counted() {
        let mut ears = Ears::new(vec![0], 1, 10..20, None);
        ears.delivered(0, stamp(1, 9), 10);
        ears.delivered(0, stamp(2, 19), 21);
        assert_eq!((ears.within, ears.latencies.report().unwrap().count), (1, 1));
    }

    #[test]
    fn what_belongs_to_another_group_is_foreign() {
        let mut ears = Ears::new(vec![7], 1, 0..100, None);
        ears.delivered(0, stamp(1, 1), 2);
        assert_eq!((ears.ledger.heard, ears.ledger.faults.foreign), (0, 1));
    }
}
