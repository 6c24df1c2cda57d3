//! How far one statement looks: a block of neighbouring docs, of which each doc has the term. SQLite's index has a look at
//! every doc until one matches, whatever range of docs it is given; with a block's term it ends where the block does. That
//! costs more for each doc: where looking at all the rest at once takes no longer than there is time, that is done. Never what
//! is looked for, never SQL.

use std::ops::Range;
use std::time::{Duration, Instant};

use search::block_term;

/// Docs of a block, as powers of two.
const SMALL: u32 = 14;
const LARGE: u32 = 16;
/// Docs of a block that tell how long the others will take.
const TELLING: i64 = 1 << 13;
/// What a statement takes besides looking at docs, and each of its terms.
const STATEMENT: Duration = Duration::from_micros(250);
const TERM: Duration = Duration::from_micros(20);

/// The terms of both blocks that a doc is in, as one text.
pub(super) fn terms(doc: i64) -> String {
    [SMALL, LARGE].map(|size| block_term(size, doc >> size)).join(" ")
}

/// Docs that are looked at by one statement, or by a few where many match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) docs: Range<i64>,
    /// Which they all have, unless they are all there are.
    pub(super) term: Option<String>,
}

/// How many terms a statement asks for, and how many of them it wants.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked {
    pub(super) terms: usize,
    pub(super) wanted: usize,
}

/// Goes back block by block until there is no time left.
#[derive(Debug)]
pub(super) struct Walk {
    begin: Instant,
    patience: Duration,
    /// In the index.
    all: i64,
    asked: Asked,
    pace: Pace,
    /// Whether there is no time for all.
    slow: bool,
    /// When the block was begun.
    block: Instant,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pace {
    Block(u32),
    Rest,
}

impl Walk {
    /// Over so many docs.
    pub(super) fn new(patience: Duration, all: i64, asked: Asked) -> Self {
        let now = Instant::now();
        let mut walk = Self { begin: now, patience, all, asked, pace: Pace::Rest, slow: false, block: now };
        walk.ask(asked);
        walk
    }

    /// Something else is asked from here on. Of one term alone the index looks at nothing that has it not.
    pub(super) fn ask(&mut self, asked: Asked) {
        (self.asked, self.slow) = (asked, false);
        self.pace = if matches!(asked, Asked { terms: 1, wanted: 1 }) { Pace::Rest } else { Pace::Block(SMALL) };
    }

    /// What to look at next of these docs, of which there are some.
    pub(super) fn next(&mut self, docs: Range<i64>) -> Block {
        self.block = Instant::now();
        let Pace::Block(size) = self.pace else { return Block { docs, term: None } };
        let number = docs.end.saturating_sub(1) >> size;
        Block { docs: docs.start.max(number << size)..docs.end, term: Some(block_term(size, number)) }
    }

    /// All of a block was looked at.
    pub(super) fn looked_at(&mut self, block: &Block) {
        let terms = u32::try_from(self.asked.terms).unwrap_or(u32::MAX);
        let took = self.block.elapsed().saturating_sub(TERM.saturating_mul(terms).saturating_add(STATEMENT));
        let left = self.patience.saturating_sub(self.begin.elapsed());
        // Without a term that is wanted there must be the block's. And the rest of what was looked at already costs as much
        // as all: wherever it is told to begin, the index looks for the newest doc that matches.
        let (docs, all) = (block.docs.end - block.docs.start, if self.asked.wanted == 0 { i64::MAX } else { self.all });
        self.pace = pace(took, docs, all, left);
        self.slow = self.pace != Pace::Rest && docs >= TELLING;
    }

    /// Whether there is no time to look at all the rest at once, going by the last block.
    pub(super) const fn is_slow(&self) -> bool {
        self.slow
    }

    pub(super) fn is_over(&self) -> bool {
        self.begin.elapsed() >= self.patience
    }
}

/// Of what took so long for so many docs, in the time that is left.
fn pace(took: Duration, docs: i64, all: i64, left: Duration) -> Pace {
    if docs < TELLING {
        return Pace::Block(SMALL);
    }
    let for_docs = |more: i64| took.as_nanos() * u128::from(more.unsigned_abs()) / u128::from(docs.unsigned_abs());
    // Without the block's term it goes faster. To have it all is worth waiting a little longer.
    if all < i64::MAX && for_docs(all) * 5 / 8 <= left.as_nanos() * 5 / 4 {
        Pace::Rest
    } else if for_docs(1 << LARGE) <= left.as_nanos() {
        Pace::Block(LARGE)
    } else {
        Pace::Block(SMALL)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Asked, Block, LARGE, Pace, SMALL, Walk, pace, terms};

    const FIRST: i64 = -(1 << 40);

    fn walk(terms: usize, wanted: usize, patience: Duration) -> Walk {
        Walk::new(patience, 1 << 20, Asked { terms, wanted })
    }

    #[test]
    fn every_doc_has_the_terms_of_its_blocks_on_either_side_of_zero() {
        for doc in [i64::from(i32::MIN), -(1 << 16) - 1, -(1 << 16), -1, 0, 1, (1 << 14) - 1, 1 << 14, 1 << 40] {
            for size in [SMALL, LARGE] {
                let mut walk = Walk { pace: Pace::Block(size), ..walk(2, 2, Duration::MAX) };
                let Block { docs, term } = walk.next(FIRST..doc + 1);
                let term = term.expect("a block's");
                assert!(terms(doc).split(' ').any(|one| one == term), "{doc}");
                assert!(docs.contains(&doc) && docs.end - docs.start <= 1 << size);
                assert!(terms(docs.start).contains(&term) && !terms(docs.start - 1).contains(&term), "{doc}");
            }
        }
    }

    #[test]
    fn all_the_rest_is_looked_at_where_there_is_time_for_it_and_else_what_there_is_time_for() {
        let ms = Duration::from_millis;
        for (took, docs, all, left, expected) in [
            (Duration::ZERO, 1 << 14, 1 << 40, ms(15), Pace::Rest),
            (ms(1), 1 << 14, 16 << 14, ms(15), Pace::Rest),
            (ms(1), 1 << 14, 60 << 14, ms(15), Pace::Block(LARGE)),
            (ms(1), 1 << 14, 60 << 14, ms(3), Pace::Block(SMALL)),
            (ms(4), 1 << 16, 60 << 14, ms(7), Pace::Block(LARGE)),
            // Of few docs the statement itself is what takes the time.
            (ms(1), 3, 1 << 14, ms(15), Pace::Block(SMALL)),
            (ms(1), 1 << 14, 1 << 62, ms(15), Pace::Block(LARGE)),
            (ms(1), 1 << 14, 1 << 62, Duration::MAX, Pace::Rest),
            (Duration::ZERO, 1 << 14, i64::MAX, Duration::MAX, Pace::Block(LARGE)),
        ] {
            assert_eq!(pace(took, docs, all, left), expected, "{took:?} for {docs}, {all} in {left:?}");
        }
    }

    #[test]
    fn one_term_alone_needs_no_block() {
        assert_eq!(walk(1, 1, Duration::ZERO).next(FIRST..7), Block { docs: FIRST..7, term: None });
        for (terms, wanted) in [(0, 0), (1, 0), (2, 1)] {
            let mut walk = walk(terms, wanted, Duration::ZERO);
            let block = walk.next(FIRST..7);
            assert_eq!((&block.docs, block.term.is_some()), (&(0..7), true), "{wanted} of {terms}");
            walk.looked_at(&block);
            assert!(walk.is_over());
        }
    }
}
