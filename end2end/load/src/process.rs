//! What the server's processes cost, read from /proc: processor time, memory, context switches; of a whole tree, because
//! many servers are several processes. Also which process listens on an address. Never a signal, never a start.
//!
//! Processor time on loopback includes the kernel's delivery to the *client's* socket: the softirq of a send runs in the
//! sender. That is so for every server alike, and it is why ratios to the floor say more than seconds.

mod listening;
mod tree;

use std::{collections::HashMap, fs, ops::Sub};

use serde::{Deserialize, Serialize};

pub(crate) use self::listening::listener_of;
use self::tree::tree;

/// Kernel ticks a second, as /proc counts user and system time.
fn ticks() -> f64 {
    rustix::param::clock_ticks_per_second() as f64
}

/// Readings of a tree that only grow.
#[derive(Clone, Debug, Default)]
pub(crate) struct Usage {
    /// Seconds, in hundredths, of all threads that are and were.
    user: f64,
    system: f64,
    switches: HashMap<u32, u64>,
    /// Nanoseconds on a processor by thread, from the scheduler; exact, but only of threads that live.
    ran: HashMap<u32, u64>,
}

/// Between two readings.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Spent {
    /// Seconds on a processor: the scheduler's figure where the kernel has one, else `user + system`.
    pub(crate) cpu: f64,
    pub(crate) user: f64,
    pub(crate) system: f64,
    /// Context switches, asked for and not.
    pub(crate) switches: u64,
}

/// Reads the tree below `root` now.
pub(crate) fn usage(root: u32) -> Usage {
    let mut usage = Usage::default();
    for process in tree(root) {
        if let Some((user, system)) = times(process) {
            usage.user += user;
            usage.system += system;
        }
        for thread in threads(process) {
            let of =
                |file: &str| fs::read_to_string(format!("/proc/{process}/task/{thread}/{file}")).unwrap_or_default();
            if let Some(ran) = of("schedstat").split(' ').next().and_then(|first| first.parse().ok()) {
                usage.ran.insert(thread, ran);
            }
            let status = of("status");
            let lines = status.lines().filter(|line| line.contains("voluntary_ctxt_switches"));
            usage.switches.insert(thread, lines.filter_map(|line| number(line.split_once(':')?.1)).sum());
        }
    }
    usage
}

impl Sub for &Usage {
    type Output = Spent;

    fn sub(self, before: Self) -> Spent {
        let grown = |now: &HashMap<u32, u64>, before: &HashMap<u32, u64>| -> u64 {
            now.iter().map(|(thread, now)| now.saturating_sub(before.get(thread).copied().unwrap_or(0))).sum()
        };
        let (user, system) = (self.user - before.user, self.system - before.system);
        let ran = grown(&self.ran, &before.ran) as f64 / 1e9;
        // Threads that ended meanwhile are only in the coarse figure.
        let cpu = if ran > 0.0 && ran + 0.05 >= (user + system) * 0.9 { ran } else { user + system };
        Spent { cpu, user, system, switches: grown(&self.switches, &before.switches) }
    }
}

/// Bytes of memory of the tree: its own part of what it shares (PSS), and what is resident (RSS).
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Memory {
    pub(crate) pss: u64,
    pub(crate) rss: u64,
}

pub(crate) fn memory(root: u32) -> Memory {
    let mut memory = Memory::default();
    for process in tree(root) {
        let rollup = fs::read_to_string(format!("/proc/{process}/smaps_rollup")).unwrap_or_default();
        let of = |name: &str| {
            let line = rollup.lines().find_map(|line| line.strip_prefix(name));
            line.and_then(number).unwrap_or(0) * 1024
        };
        memory.pss += of("Pss:");
        memory.rss += of("Rss:");
    }
    memory
}

/// The first number in a text.
fn number(text: &str) -> Option<u64> {
    text.split_whitespace().next()?.parse().ok()
}

/// User and system seconds of a process, its dead threads too.
fn times(process: u32) -> Option<(f64, f64)> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name, in brackets, may contain anything.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let seconds = |at: usize| fields.get(at)?.parse::<f64>().ok().map(|ticks_| ticks_ / ticks());
    Some((seconds(11)?, seconds(12)?))
}

fn threads(process: u32) -> Vec<u32> {
    let entries = fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use std::{hint::black_box, process};

    use super::*;

    #[test]
    fn work_costs_processor_time_and_memory_is_there() {
        let before = usage(process::id());
        let mut sum = 0_u64;
        while (&usage(process::id()) - &before).cpu < 0.02 {
            (0..1_000_000_u64).for_each(|one| sum = black_box(sum.wrapping_add(one)));
        }
        assert!(memory(process::id()).rss > 100_000);
    }

    #[test]
    fn who_has_gone_costs_nothing() {
        let nobody = u32::MAX;
        assert_eq!((&usage(nobody) - &usage(nobody)).switches, 0);
        assert_eq!(memory(nobody).pss, 0);
    }
}
