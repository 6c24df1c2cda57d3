//! What is measured, how long and how often. How, and what it means, is elsewhere.

use crate::part::{Kind, Workload};

/// Who is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Rust,
    /// Rust whose members read by `receive`, as Channels' consumers do.
    RustReceive,
    Python,
}

impl Side {
    pub(crate) const ALL: [Self; 3] = [Self::Rust, Self::Python, Self::RustReceive];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Rust => "rust",
            Self::RustReceive => "rust receive",
            Self::Python => "python",
        }
    }
}

/// One row.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scenario {
    pub(crate) kind: Kind,
    pub(crate) members: usize,
    /// Other processes that share the members; none means that they are in the sender's.
    pub(crate) processes: usize,
    /// Tasks that send.
    pub(crate) tasks: usize,
    /// Messages per second, and latencies are taken; 0 is as fast as it goes.
    pub(crate) rate: f64,
    pub(crate) seconds: f64,
    /// Whether Rust by `receive` is measured too.
    pub(crate) by_receive: bool,
}

impl Scenario {
    pub(crate) fn name(&self) -> String {
        let place = match self.processes {
            0 => "in the sender's process".to_owned(),
            1 => "in 1 other process".to_owned(),
            several => format!("in {several} other processes"),
        };
        match self.kind {
            Kind::Send if self.tasks == 1 => "`send` to 1 other process, one after the other".to_owned(),
            Kind::Send => format!("`send` to 1 other process, {} tasks", self.tasks),
            Kind::Group if self.rate > 0.0 => format!("{} {}, {} a second", count(self.members), place, self.rate),
            Kind::Group => format!("`group_send`, {} {place}", count(self.members)),
        }
    }

    /// How many messages may be under way: fewer where each means many copies, so that a slow side ends in time.
    pub(crate) fn window(&self) -> usize {
        (20_000 / self.members).clamp(32, 512)
    }
}

fn count(members: usize) -> String {
    match members {
        1 => "1 member".to_owned(),
        1000 => "1,000 members".to_owned(),
        some => format!("{some} members"),
    }
}

/// All of it, or what shows in half a minute that it runs.
pub(crate) struct Plan {
    pub(crate) rounds: usize,
    pub(crate) scenarios: Vec<Scenario>,
    /// Paces of bare round trips, which the latencies are to be held against.
    pub(crate) pings: &'static [f64],
    pub(crate) churn: Workload,
}

impl Plan {
    pub(crate) fn full() -> Self {
        let mut scenarios = vec![send(1), send(64)];
        for members in [1, 100, 1000] {
            let places: &[usize] = if members == 1 { &[0, 1] } else { &[0, 1, 10] };
            scenarios.extend(places.iter().map(|processes| group(members, *processes)));
        }
        scenarios.extend([paced(1, 1, 200.0), paced(1, 1, 20.0), paced(100, 1, 100.0), paced(100, 10, 20.0)]);
        let churn = Workload { messages: 1000, rate: 400.0, opens: 1400.0, lifetime: 0.02, settle: 6.0 };
        Self { rounds: 3, scenarios, pings: &[200.0, 20.0], churn }
    }

    pub(crate) fn quick() -> Self {
        let mut scenarios = vec![send(64), group(100, 0), group(100, 1), paced(1, 1, 200.0)];
        scenarios.iter_mut().for_each(|scenario| scenario.seconds = 0.5);
        let churn = Workload { messages: 200, rate: 400.0, opens: 1400.0, lifetime: 0.02, settle: 1.0 };
        Self { rounds: 1, scenarios, pings: &[200.0], churn }
    }
}

fn send(tasks: usize) -> Scenario {
    Scenario { kind: Kind::Send, members: 1, processes: 1, tasks, rate: 0.0, seconds: 1.5, by_receive: false }
}

/// Four tasks: of 1, 4, 16 and 64, Python was no faster with any other by more than its rounds differ.
fn group(members: usize, processes: usize) -> Scenario {
    let (seconds, by_receive) = if members == 100 { (2.0, processes < 10) } else { (1.5, false) };
    Scenario { kind: Kind::Group, members, processes, tasks: 4, rate: 0.0, seconds, by_receive }
}

/// No faster than Python can follow; and slower too, as a quiet machine takes longer to wake.
fn paced(members: usize, processes: usize, rate: f64) -> Scenario {
    let (seconds, by_receive) = if rate > 50.0 { (2.0, true) } else { (3.0, false) };
    Scenario { kind: Kind::Group, members, processes, tasks: 1, rate, seconds, by_receive }
}
