//! How long to wait before the next try: 0.5 to 30 s, the ceiling doubling, full jitter below it, so that a thousand
//! pages that lost the same server do not return as one. Pure: the randomness is the caller's.

use std::time::Duration;

const FLOOR: Duration = Duration::from_millis(500);
const CEILING: Duration = Duration::from_secs(30);

#[derive(Debug, Default)]
pub(crate) struct Backoff {
    tries: u32,
}

impl Backoff {
    /// The next delay; `random` is uniform in 0..1.
    pub(crate) fn next(&mut self, random: f64) -> Duration {
        self.tries = self.tries.saturating_add(1);
        after(self.tries, random)
    }

    /// A connection held: the next loss starts from the beginning.
    pub(crate) fn reset(&mut self) {
        self.tries = 0;
    }
}

/// The delay after so many tries; `random` is uniform in 0..1.
pub(super) fn after(tries: u32, random: f64) -> Duration {
    let ceiling = FLOOR.saturating_mul(2_u32.saturating_pow(tries)).min(CEILING);
    FLOOR + (ceiling.saturating_sub(FLOOR)).mul_f64(random.clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Backoff, CEILING, FLOOR};

    #[test]
    fn the_ceiling_doubles_up_to_thirty_seconds() {
        let mut backoff = Backoff::default();
        let ceilings: Vec<u64> = (0..8).map(|_| backoff.next(1.0).as_secs()).collect();
        assert_eq!(ceilings, [1, 2, 4, 8, 16, 30, 30, 30]);
        backoff.reset();
        assert_eq!(backoff.next(1.0).as_secs(), 1);
    }

    proptest! {
        #[test]
        fn every_delay_is_between_half_a_second_and_thirty(randoms in prop::collection::vec(0.0..1.0_f64, 1..200)) {
            let mut backoff = Backoff::default();
            for random in randoms {
                let delay = backoff.next(random);
                prop_assert!((FLOOR..=CEILING).contains(&delay));
            }
        }
    }
}
