//! `make bench-layer`: our Redis layer and the real channels_redis side by side, in one run, on one Redis of its own.
//! Processes, their parts and the sums are in the modules; verdicts on the layer are only what the figures say.
//!
//! Rounds alternate between the sides, because the machine may be shared. Figures are medians of rounds with their
//! range. `QUICK=1` only shows that it runs.

#[path = "../../tests/python/mod.rs"]
mod python;
#[path = "../../tests/redis_server/mod.rs"]
mod redis_server;

mod churn;
mod machine;
mod member;
mod part;
mod process;
mod run;
mod scenario;
mod sender;
mod spread;
mod table;
mod usage;
mod verdict;

use std::process::ExitCode;
use std::{env, fs};

use self::machine::Machine;
use self::part::Churned;
use self::redis_server::Server;
use self::run::Outcome;
use self::scenario::{Plan, Side};
use self::usage::Meter;

/// Before the part of a process that the benchmark starts.
const PART: &str = "part";
const README: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).filter(|one| *one != "--bench").collect();
    match arguments[..] {
        [PART, part] => process::run(part),
        [] => bench(false, None),
        ["--write"] => bench(true, None),
        ["--json", file] => bench(false, Some(file)),
        ["--write", "--json", file] => bench(true, Some(file)),
        // What was measured, in other words.
        ["--write", "--from", file] => write(&table::markdown(&load(file))),
        _ => {
            eprintln!(
                "use: cargo bench -p channel_layer --bench redis -- [--write] [--json FILE] | --write --from FILE"
            );
            return ExitCode::from(2);
        }
    }
    ExitCode::SUCCESS
}

fn load(file: &str) -> Figures {
    let text = fs::read_to_string(file).expect("the figures of an earlier run");
    serde_json::from_str(&text).expect("figures")
}

/// Into the page, between its markers.
fn write(table: &str) {
    let readme = fs::read_to_string(README).expect("the README");
    fs::write(README, table::put(&readme, table)).expect("the README can be written");
}

/// All figures of a run.
#[derive(serde::Serialize, serde::Deserialize)]
struct Figures {
    machine: Machine,
    outcomes: Vec<Outcome>,
    /// For each round, Rust's and Python's.
    churned: Vec<[Churned; 2]>,
}

#[tokio::main(flavor = "current_thread")]
async fn bench(publish: bool, json: Option<&str>) {
    let quick = env::var_os("QUICK").is_some_and(|quick| !quick.is_empty() && quick != "0");
    let figures = measure(&if quick { Plan::quick() } else { Plan::full() }).await;
    let table = table::markdown(&figures);
    println!("{table}");
    if let Some(file) = json {
        fs::write(file, serde_json::to_string_pretty(&figures).expect("JSON")).expect("the file can be written");
    }
    if publish && !quick {
        write(&table);
    }
}

async fn measure(plan: &Plan) -> Figures {
    let server = Server::start().await;
    let (url, mut meter) = (server.url(), Meter::new(&server).await);
    let mut machine = Machine::look(meter.version().await);
    let (mut outcomes, mut churned) = (Vec::new(), Vec::new());
    for round in 0..plan.rounds {
        for scenario in &plan.scenarios {
            for side in Side::ALL {
                if side == Side::RustReceive && !scenario.by_receive {
                    continue;
                }
                let outcome = run::scenario(scenario, side, round, &url, &mut meter).await;
                eprintln!("{}", table::line(&outcome));
                outcomes.push(outcome);
            }
        }
        for rate in plan.pings {
            let outcome = run::pings(*rate, round, &mut meter).await;
            eprintln!("{}", table::line(&outcome));
            outcomes.push(outcome);
        }
        let rust = run::churn(&plan.churn, Side::Rust, &url, &mut meter).await;
        let python = run::churn(&plan.churn, Side::Python, &url, &mut meter).await;
        eprintln!("{round} churn: rust {rust:?}\n{round} churn: python {python:?}");
        churned.push([rust, python]);
    }
    machine.look_again();
    Figures { machine, outcomes, churned }
}
