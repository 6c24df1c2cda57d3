//! `teahouse-load`: what a WebSocket server costs per delivery, per connection and under overload; for our own server,
//! its peers and anybody's. The README says what it measures, how, and what every figure means.
//!
//! The map: `cli` says what is wanted; `mode` does it, with all sockets in one `crew`, which speaks `wire` and, through
//! an `adapter`, the server's own protocol; every message bears a `stamp` before its `speech`; `ledger` and `latency` are the books;
//! `process` reads what the server costs; an `outcome` is what came out, `report` how it looks. `floor` is the server to
//! compare with, `suite` runs everybody's servers side by side.

mod adapter;
mod cli;
mod crew;
mod floor;
mod latency;
mod ledger;
mod mode;
mod outcome;
mod process;
mod progress;
mod report;
mod speech;
mod stamp;
mod suite;
mod target;
mod trouble;
mod wire;

use std::process::ExitCode;

use clap::Parser;

use crate::{
    adapter::Kind,
    cli::{Cli, Command, Output},
    mode::{fanout, idle, mixed, pages, slow, storm},
    outcome::Outcome,
    progress::Progress,
    trouble::Trouble,
};

fn main() -> ExitCode {
    match run(&Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            eprintln!("teahouse-load: {trouble}");
            ExitCode::from(if matches!(trouble, Trouble::Usage(_)) { 2 } else { 1 })
        }
    }
}

fn run(command: &Command) -> Result<(), Trouble> {
    let (output, outcome) = match command {
        Command::Floor(floor) => return floor::serve(&floor.listen, floor.mode, floor::announce),
        Command::Suite(suite) => return suite::run(suite),
        Command::Fanout(cli) => (
            &cli.server.output,
            measure(&cli.server.output, |progress| {
                fanout::run(&cli.server.subject()?, "fanout", &cli.talk()?, progress)
            })?,
        ),
        Command::Groups(cli) => (
            &cli.server.output,
            measure(&cli.server.output, |progress| {
                fanout::run(&cli.server.subject()?, "groups", &cli.talk()?, progress)
            })?,
        ),
        Command::Idle(cli) => (
            &cli.server.output,
            measure(&cli.server.output, |progress| {
                idle::run(&cli.server.subject()?, cli.few as usize, cli.sockets as usize, cli.groups, progress)
            })?,
        ),
        Command::Storm(cli) => (
            &cli.server.output,
            measure(&cli.server.output, |progress| {
                storm::run(&cli.server.subject()?, cli.sockets as usize, cli.groups, progress)
            })?,
        ),
        Command::Slow(cli) => (
            &cli.server.output,
            measure(&cli.server.output, |progress| slow::run(&cli.server.subject()?, &cli.talk()?, progress))?,
        ),
        Command::Mixed(cli) => (
            &cli.server.output,
            measure(&cli.server.output, |progress| {
                mixed::run(&cli.server.subject_as(Kind::Live)?, &mixed::Mix::from(cli), progress)
            })?,
        ),
        Command::Pages(cli) => (
            &cli.server.output,
            measure(&cli.server.output, |progress| {
                pages::run(&cli.server.subject_of_pages()?, &pages::Reading::from(cli), progress)
            })?,
        ),
    };
    print!("{}", report::table(&outcome));
    if let Some(file) = &output.json {
        report::write_json(file, &outcome)?;
    }
    if let Some(file) = &output.html {
        report::write_html(
            file,
            &format!("teahouse-load {} on {}", outcome.mode, outcome.url),
            &[("this run".to_owned(), outcome)],
        )?;
    }
    Ok(())
}

/// Runs with a bar that is gone before anything else is written.
fn measure(output: &Output, run: impl FnOnce(&Progress) -> Result<Outcome, Trouble>) -> Result<Outcome, Trouble> {
    let progress = Progress::new(output.quiet);
    let outcome = run(&progress);
    progress.end();
    outcome
}
