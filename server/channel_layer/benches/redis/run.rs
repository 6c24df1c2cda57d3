//! Runs one scenario or the churn workload on one side, as processes of their own, and says what came of it.

use std::path::PathBuf;
use std::process::Stdio;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;
use std::{env, fs, process};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::time::timeout;

use crate::part::{Churned, Event, Kind, Part, Report, Role, Workload};
use crate::python::python;
use crate::scenario::{Scenario, Side};
use crate::usage::{Meter, Usage};

/// High enough that nothing is ever full; the same on both sides.
const CAPACITY: usize = 10_000;
/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(120);

/// What came of one run of a scenario.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Outcome {
    pub(crate) scenario: String,
    pub(crate) side: String,
    pub(crate) round: usize,
    pub(crate) sends: u64,
    pub(crate) seconds: f64,
    /// Completed sends per second.
    pub(crate) rate: f64,
    /// Milliseconds per thousand sends.
    pub(crate) cpu: f64,
    pub(crate) redis_cpu: f64,
    /// Per thousand sends.
    pub(crate) commands: f64,
    pub(crate) reads: f64,
    /// Copies, out of sends × members.
    pub(crate) lost: u64,
    pub(crate) duplicated: u64,
    pub(crate) unsent: u64,
    /// Exceptions that ended a Python consumer.
    pub(crate) failures: u64,
    /// Microseconds; where paced.
    pub(crate) latency: Option<Latency>,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Latency {
    pub(crate) samples: usize,
    pub(crate) p50: f64,
    pub(crate) p99: f64,
}

/// A process that does a part.
struct Process {
    child: Child,
    asks: Option<ChildStdin>,
    answers: Lines<BufReader<ChildStdout>>,
}

impl Process {
    fn start(side: Side, part: &Part) -> Self {
        let (program, script) = match side {
            Side::Rust | Side::RustReceive => (env::current_exe().expect("this program"), crate::PART.to_owned()),
            Side::Python => {
                (python(), concat!(env!("CARGO_MANIFEST_DIR"), "/../../end2end/django/bench.py").to_owned())
            }
        };
        let mut child = Command::new(program)
            .args([script, serde_json::to_string(part).expect("JSON")])
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("the process starts");
        let answers = BufReader::new(child.stdout.take().expect("piped")).lines();
        Self { asks: child.stdin.take(), answers, child }
    }

    async fn answer<T: DeserializeOwned>(&mut self) -> T {
        let line = timeout(PATIENCE, self.answers.next_line()).await.expect("it answers in time");
        serde_json::from_str(&line.expect("a line").expect("it runs")).expect("an answer")
    }

    async fn go(&mut self) {
        self.asks.as_mut().expect("open").write_all(b"go\n").await.expect("it reads");
    }

    async fn end(mut self) -> Report {
        drop(self.asks.take());
        let report = self.answer().await;
        let _ = self.child.wait().await;
        report
    }

    fn id(&self) -> u32 {
        self.child.id().expect("it lives")
    }
}

fn part(role: Role, url: &str, side: Side) -> Part {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let name = format!("teahouse-bench-{}-{}.sock", process::id(), NEXT.fetch_add(1, Relaxed));
    Part {
        role,
        url: url.to_owned(),
        capacity: CAPACITY,
        acks: env::temp_dir().join(name).to_string_lossy().into_owned(),
        index: 0,
        kind: Kind::Group,
        members: 0,
        processes: 0,
        each: 0,
        window: 0,
        tasks: 0,
        seconds: 0.0,
        rate: 0.0,
        inboxes: side == Side::Rust,
        workload: Workload::default(),
    }
}

pub(crate) async fn scenario(scenario: &Scenario, side: Side, round: usize, url: &str, meter: &mut Meter) -> Outcome {
    meter.flush().await;
    let each = scenario.members / scenario.processes.max(1);
    let (own, each) = if scenario.processes == 0 { (each, 0) } else { (0, each) };
    let asked = Part {
        kind: scenario.kind,
        members: own,
        processes: scenario.processes,
        each,
        window: scenario.window(),
        tasks: scenario.tasks,
        seconds: scenario.seconds,
        rate: scenario.rate,
        ..part(Role::Sender, url, side)
    };
    let mut sender = Process::start(side, &asked);
    let Event::Bound = sender.answer().await else { panic!("a sender binds first") };
    let holds = |index| Part { role: Role::Members, index, members: each, ..asked.clone() };
    let members: Vec<_> = (0..scenario.processes).map(|index| Process::start(side, &holds(index))).collect();
    let ids: Vec<_> = members.iter().chain([&sender]).map(Process::id).collect();

    let Event::Ready = sender.answer().await else { panic!("then it is ready") };
    let before = meter.read(ids.iter().copied()).await;
    sender.go().await;
    let Event::Done { sent, measured, seconds, unsent } = sender.answer().await else { panic!("then it is done") };
    let used = meter.read(ids.iter().copied()).await - before;

    let mut report = Report::default();
    for process in members.into_iter().chain([sender]) {
        add(&mut report, process.end().await);
    }
    let _ = fs::remove_file(PathBuf::from(&asked.acks));
    let due = sent * scenario.members as u64;
    Outcome {
        scenario: scenario.name(),
        side: side.name().to_owned(),
        round,
        lost: due - report.got,
        duplicated: report.duplicated,
        unsent,
        failures: report.failures.values().sum(),
        latency: latency(report.latencies.into_iter().map(|nanoseconds| nanoseconds as f64 / 1000.0).collect()),
        ..rates(measured, seconds, used)
    }
}

fn add(sum: &mut Report, one: Report) {
    sum.got += one.got;
    sum.duplicated += one.duplicated;
    sum.latencies.extend(one.latencies);
    one.failures.into_iter().for_each(|(name, count)| *sum.failures.entry(name).or_default() += count);
}

fn rates(sends: u64, seconds: f64, used: Usage) -> Outcome {
    let thousands = sends as f64 / 1000.0;
    Outcome {
        sends,
        seconds,
        rate: sends as f64 / seconds,
        cpu: used.cpu * 1000.0 / thousands,
        redis_cpu: used.redis_cpu * 1000.0 / thousands,
        // Without our own look at it.
        commands: (used.commands - 1.0) / thousands,
        reads: (used.reads - 1.0) / thousands,
        ..Outcome::default()
    }
}

fn latency(mut microseconds: Vec<f64>) -> Option<Latency> {
    microseconds.sort_by(f64::total_cmp);
    let samples = microseconds.len();
    let at = |share: f64| microseconds.get(((samples as f64 * share).ceil() as usize).max(1) - 1).copied();
    Some(Latency { samples, p50: at(0.5)?, p99: at(0.99)? })
}

/// Bare round trips with Redis, in place of a scenario.
pub(crate) async fn pings(rate: f64, round: usize, meter: &mut Meter) -> Outcome {
    let latency = latency(meter.ping(rate).await);
    let scenario = format!("for scale: one round trip with Redis (`PING`), {rate} a second");
    Outcome { scenario, side: Side::Rust.name().to_owned(), round, latency, ..Outcome::default() }
}

pub(crate) async fn churn(workload: &Workload, side: Side, url: &str, meter: &mut Meter) -> Churned {
    meter.flush().await;
    let asked = Part { workload: workload.clone(), ..part(Role::Churn, url, side) };
    let mut process = Process::start(side, &asked);
    let churned = process.answer().await;
    let _ = process.child.wait().await;
    churned
}
