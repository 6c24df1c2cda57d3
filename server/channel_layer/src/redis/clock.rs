//! Scores: Unix seconds as Python writes them, and strictly increasing, so that what one process sends stays in order.
//! (Equal scores would be sorted by the frames' random bytes.)

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A moment in Unix time, in microseconds: the finest that a double holds apart today.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Score(u64);

/// Gives out scores.
#[derive(Debug, Default)]
pub(crate) struct Clock(AtomicU64);

impl Clock {
    /// Now, or a microsecond after the latest that was given out.
    pub(crate) fn next(&self) -> Score {
        let now = Score::now().0;
        let mut next = now;
        // The closure always answers, so this never fails.
        let _ = self.0.fetch_update(Relaxed, Relaxed, |latest| {
            next = now.max(latest + 1);
            Some(next)
        });
        Score(next)
    }
}

impl Score {
    pub(crate) fn now() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self(u64::try_from(since.as_micros()).unwrap_or(u64::MAX))
    }

    /// A score as Redis gave it. What makes no sense is the beginning of time, and so too old.
    pub(crate) fn from_seconds(seconds: f64) -> Self {
        Self((seconds * 1e6) as u64)
    }

    pub(crate) fn before(self, by: Duration) -> Self {
        Self(self.0.saturating_sub(u64::try_from(by.as_micros()).unwrap_or(u64::MAX)))
    }

    /// How much of `life` is left to what was written at this moment; nothing if it is over.
    pub(crate) fn remaining(self, life: Duration, now: Self) -> Option<Duration> {
        let age = Duration::from_micros(now.0.saturating_sub(self.0));
        life.checked_sub(age).filter(|left| !left.is_zero())
    }

    pub(crate) fn seconds(self) -> u64 {
        self.0 / 1_000_000
    }
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:06}", self.0 / 1_000_000, self.0 % 1_000_000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_increase_strictly_even_within_a_microsecond() {
        let clock = Clock::default();
        let scores: Vec<_> = (0..10_000).map(|_| clock.next()).collect();
        assert!(scores.is_sorted_by(|a, b| a < b));
        let as_floats: Vec<f64> = scores.iter().map(|score| score.to_string().parse().unwrap()).collect();
        assert!(as_floats.is_sorted_by(|a, b| a < b), "a double keeps them apart");
    }

    #[test]
    fn a_score_is_written_as_python_reads_it_and_read_as_python_writes_it() {
        assert_eq!(Score(1_795_371_867_000_007).to_string(), "1795371867.000007");
        assert_eq!(Score::from_seconds(1_795_371_867.896_464_6).to_string(), "1795371867.896464");
        assert_eq!(Score::from_seconds(f64::NAN), Score(0));
        assert_eq!(Score::from_seconds(-1.0), Score(0));
    }

    #[test]
    fn what_is_left_of_a_life() {
        let (written, life) = (Score(10_000_000), Duration::from_secs(3));
        assert_eq!(written.remaining(life, Score(11_000_000)), Some(Duration::from_secs(2)));
        assert_eq!(written.remaining(life, Score(13_000_000)), None);
        assert_eq!(written.remaining(life, Score(9_000_000)), Some(life), "another's clock may be ahead");
    }
}
