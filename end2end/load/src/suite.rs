//! `suite` (`make bench-peers`): Teahouse, its peers and the floor, side by side in one run. Every server is started anew
//! for every piece of work, on a processor of its own, and loaded by a generator of its own; rounds go over all servers
//! by turns, so that what else the machine does falls on all of them. Never a figure that is better than it was.

mod aims;
mod figure;
mod machine;
mod page;
mod peer;
mod running;
mod source;
mod work;

use std::{fs, path::Path};

use serde::{Deserialize, Serialize};

use self::{
    machine::Machine,
    peer::{Peer, Places},
    running::Pins,
    work::Work,
};
use crate::{cli::Suite, outcome::Outcome, report, trouble::Trouble};

const ROUNDS: u32 = 4;

/// Everything that a suite found.
#[derive(Serialize, Deserialize)]
struct Figures {
    machine: Machine,
    rounds: u32,
    quick: bool,
    /// Who could not be started at all, and why.
    missing: Vec<(String, String)>,
    runs: Vec<Run>,
}

/// One piece of work of one server in one round.
#[derive(Serialize, Deserialize)]
struct Run {
    work: String,
    peer: String,
    round: u32,
    outcome: Option<Outcome>,
    /// Why there is none.
    trouble: Option<String>,
}

/// # Errors
/// [`Trouble`] when a file cannot be read or written; a server that fails is a line in the report.
pub(crate) fn run(cli: &Suite) -> Result<(), Trouble> {
    let figures = match &cli.from {
        Some(file) => read(file)?,
        None => measure(cli)?,
    };
    let part = page::markdown(&figures);
    println!("{part}");
    if let Some(file) = &cli.output.html {
        let last = figures.runs.iter().filter(|run| run.round + 1 == figures.rounds);
        let runs: Vec<_> = last.filter_map(|run| Some((run.peer.clone(), run.outcome.clone()?))).collect();
        report::write_html(file, "Teahouse beside its peers and the floor", &runs)?;
    }
    let whole = !figures.quick && cli.only.is_empty() && cli.work.is_empty();
    match &cli.write {
        Some(file) if whole => page::write(file, &part),
        Some(file) => {
            Err(Trouble::Usage(format!("{} is left as it is: this was only a part of the suite", file.display())))
        }
        None => Ok(()),
    }
}

fn read(file: &Path) -> Result<Figures, Trouble> {
    let text = fs::read_to_string(file).map_err(Trouble::file(file))?;
    serde_json::from_str(&text)
        .map_err(|error| Trouble::Usage(format!("{} are no figures of a suite: {error}", file.display())))
}

fn measure(cli: &Suite) -> Result<Figures, Trouble> {
    let places = Places::new(&cli.teahouse, &cli.peers, &cli.flag)?;
    let (pins, works) = (Pins::of_this_machine(), work::all(cli.quick));
    let chosen = |names: &[String], name: &str| names.is_empty() || names.iter().any(|one| name.contains(one.as_str()));
    let peers: Vec<Peer> = peer::all().into_iter().filter(|peer| chosen(&cli.only, peer.name)).collect();
    let missing: Vec<_> = peers.iter().filter_map(|peer| Some((peer.name.to_owned(), places.lacks(peer)?))).collect();
    for (name, why) in &missing {
        eprintln!("left out: {name}: {why}");
    }
    let rounds = cli.rounds.unwrap_or(if cli.quick { 1 } else { ROUNDS });
    let machine = Machine::look(&places, &peers, &pins);
    let mut figures = Figures { machine, rounds, quick: cli.quick, missing, runs: Vec::new() };
    for round in 0..rounds {
        for work in works.iter().filter(|work| chosen(&cli.work, work.name)) {
            for peer in peers
                .iter()
                .filter(|peer| work.suits(peer) && !figures.missing.iter().any(|(name, _)| name == peer.name))
            {
                let run = one(&places, &pins, work, peer, round);
                eprintln!("{}", page::line(&run));
                figures.runs.push(run);
                figures.machine.look_again();
                // Each time: a run of hours that is ended early is worth what it has measured.
                if let Some(file) = &cli.output.json {
                    report::write_json(file, &figures)?;
                }
            }
        }
    }
    Ok(figures)
}

fn one(places: &Places, pins: &Pins, work: &Work, peer: &Peer, round: u32) -> Run {
    let outcome = running::run(places, pins, work, peer);
    let (outcome, trouble) = match outcome {
        Ok(outcome) => (Some(outcome), None),
        Err(trouble) => (None, Some(trouble.to_string())),
    };
    Run { work: work.name.to_owned(), peer: peer.name.to_owned(), round, outcome, trouble }
}
