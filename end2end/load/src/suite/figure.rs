//! A figure of a run, and its spread over the rounds. Never what it means for whom.

use crate::{
    outcome::Outcome,
    report::{digits, thousands},
};

/// What works are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Figure {
    /// The server's processor time, µs for each delivery, socket or page.
    Cost,
    /// Deliveries a second.
    Rate,
    P50,
    P99,
    Switches,
    /// From the server for each delivery, as they came: compressed, if they were.
    Bytes,
    Lost,
    /// KiB of an idle socket: PSS, and resident.
    Idle,
    IdleResident,
    /// Sockets a second.
    Sockets,
    /// Pages a second.
    Pages,
    /// The others' p99 with a slow reader, as a part of that without.
    SlowRatio,
}

impl Figure {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Cost => "CPU µs each",
            Self::Rate => "deliveries/s",
            Self::P50 => "p50 ms",
            Self::P99 => "p99 ms",
            Self::Switches => "switches each",
            Self::Bytes => "bytes each",
            Self::Lost => "lost",
            Self::Idle => "KiB a socket",
            Self::IdleResident => "resident KiB",
            Self::Sockets => "sockets/s",
            Self::Pages => "pages/s",
            Self::SlowRatio => "others' p99, with ÷ without",
        }
    }

    /// Whether more of it is better.
    pub(super) const fn more_is_better(self) -> bool {
        matches!(self, Self::Rate | Self::Sockets | Self::Pages)
    }

    pub(super) fn of(self, outcome: &Outcome) -> Option<f64> {
        let latency = outcome.latency.as_ref();
        let talk = outcome.talk.as_ref();
        match self {
            Self::Cost => outcome.server.map(|server| server.per_million),
            Self::Rate => talk.map(|talk| talk.rate),
            Self::P50 => latency.map(|latency| latency.p50),
            Self::P99 => latency.map(|latency| latency.p99),
            Self::Switches => outcome.server.map(|server| server.switches_each),
            Self::Bytes => talk.map(|talk| talk.bytes_per_delivery),
            Self::Lost => talk.map(|talk| talk.lost as f64),
            Self::Idle => outcome.idle.map(|idle| idle.pss_each / 1024.0),
            Self::IdleResident => outcome.idle.map(|idle| idle.rss_each / 1024.0),
            Self::Sockets => outcome.storm.map(|storm| storm.rate),
            Self::Pages => outcome.pages.map(|pages| pages.rate),
            Self::SlowRatio => Some(latency?.p99 / outcome.others.first()?.1.p99),
        }
    }

    pub(super) fn show(self, value: f64) -> String {
        if self == Self::Lost { thousands(value as u64) } else { digits(value) }
    }
}

/// The rounds of one figure, sorted.
#[derive(Clone, Debug)]
pub(super) struct Spread(Vec<f64>);

impl Spread {
    /// None without any round.
    pub(super) fn new(rounds: impl IntoIterator<Item = f64>) -> Option<Self> {
        let mut rounds: Vec<f64> = rounds.into_iter().filter(|one| one.is_finite()).collect();
        rounds.sort_by(f64::total_cmp);
        (!rounds.is_empty()).then_some(Self(rounds))
    }

    pub(super) fn median(&self) -> f64 {
        let middle = self.0.len() / 2;
        if self.0.len() % 2 == 1 { self.0[middle] } else { f64::midpoint(self.0[middle - 1], self.0[middle]) }
    }

    /// `1,230 (1,190–1,400)`; of one round, or of rounds that agree, the median alone.
    pub(super) fn show(&self, figure: Figure) -> String {
        let [median, low, high] = [self.median(), self.0[0], self.0[self.0.len() - 1]].map(|value| figure.show(value));
        if low == high { median } else { format!("{median} ({low}–{high})") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spread_is_its_median_and_what_it_ranged_over() {
        assert!(Spread::new([]).is_none() && Spread::new([f64::NAN]).is_none());
        let show = |rounds: &[f64]| Spread::new(rounds.iter().copied()).unwrap().show(Figure::Cost);
        assert_eq!(show(&[3.0, 1.0, 2.0]), "2.00 (1.00–3.00)");
        assert_eq!(show(&[1.0, 2.0]), "1.50 (1.00–2.00)");
        assert_eq!(show(&[2.0]), "2.00");
    }
}
