//! How long things took: a histogram of three digits, and what a report says of it. Never a clock.
//!
//! The correction for coordinated omission is made where a message is stamped: with the moment at which it was *meant*
//! to be sent. A generator or a server that stalls makes everything meant during the stall late, and all of it counts.

use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};

/// Longer than any run.
const MAX_NS: u64 = 3_600_000_000_000;
/// Quantiles of a report's curve: by halves of what is left, to one in a hundred thousand.
const CURVE_POINTS: i32 = 18;

/// Nanoseconds in, [`Latency`] out.
pub(crate) struct Latencies(Option<Histogram<u64>>);

impl Default for Latencies {
    fn default() -> Self {
        Self::new()
    }
}

impl Latencies {
    pub(crate) fn new() -> Self {
        // From a microsecond up; the bounds are constant and right, so there always is one.
        Self(Histogram::new_with_bounds(1_000, MAX_NS, 3).ok())
    }

    pub(crate) fn record(&mut self, nanoseconds: u64) {
        if let Some(histogram) = &mut self.0 {
            histogram.saturating_record(nanoseconds);
        }
    }

    /// None if nothing was recorded.
    pub(crate) fn report(&self) -> Option<Latency> {
        let histogram = self.0.as_ref().filter(|histogram| !histogram.is_empty())?;
        let at = |quantile| histogram.value_at_quantile(quantile) as f64 / 1e6;
        let mut curve: Vec<_> = (0..CURVE_POINTS).map(|left| 1.0 - 0.5_f64.powi(left)).collect();
        curve.extend([0.9, 0.99, 0.999, 0.9999]);
        curve.sort_by(f64::total_cmp);
        Some(Latency {
            count: histogram.len(),
            p50: at(0.5),
            p90: at(0.9),
            p99: at(0.99),
            p999: at(0.999),
            max: histogram.max() as f64 / 1e6,
            curve: curve.into_iter().map(|quantile| (quantile, at(quantile))).collect(),
        })
    }
}

/// Milliseconds.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Latency {
    pub(crate) count: u64,
    pub(crate) p50: f64,
    pub(crate) p90: f64,
    pub(crate) p99: f64,
    pub(crate) p999: f64,
    pub(crate) max: f64,
    /// Quantile and milliseconds.
    pub(crate) curve: Vec<(f64, f64)>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_right_to_three_digits() {
        let mut latencies = Latencies::new();
        (1..=100_000_u64).for_each(|one| latencies.record(one * 1_000));
        let latency = latencies.report().unwrap();
        for (measured, right) in [(latency.p50, 50.0), (latency.p90, 90.0), (latency.p99, 99.0), (latency.p999, 99.9)] {
            assert!((measured - right).abs() / right < 0.001, "{measured} is not {right}");
        }
        assert!(latency.curve.windows(2).all(|pair| pair[0].0 <= pair[1].0 && pair[0].1 <= pair[1].1));
    }

    #[test]
    fn a_stall_counts_for_everything_that_was_meant_meanwhile() {
        // A thousand a second for ten seconds; the server answers at once, but for one second in the middle it hears
        // nothing. Stamped when sent, one message would be late; stamped when meant, a tenth of them is.
        let (mut sent, mut meant) = (Latencies::new(), Latencies::new());
        for message in 0..10_000_u64 {
            let due = message * 1_000_000;
            let stalled = (4_000_000_000..5_000_000_000).contains(&due);
            let arrives = if stalled { 5_000_000_000 } else { due };
            meant.record(arrives - due + 1_000);
            sent.record(if due == 4_000_000_000 { 1_000_000_000 } else { 1_000 });
        }
        assert!(sent.report().unwrap().p99 < 0.01);
        assert!(meant.report().unwrap().p99 > 890.0);
    }

    #[test]
    fn nothing_recorded_reports_nothing_and_what_is_too_long_is_kept() {
        let mut latencies = Latencies::new();
        assert!(latencies.report().is_none());
        latencies.record(u64::MAX);
        assert!(latencies.report().unwrap().max > 3_599_000.0);
    }
}
