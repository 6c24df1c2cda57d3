//! What is done to a server and what is measured meanwhile, a file for each way. Never how sockets work (`crew`), never
//! how figures look (`report`).

pub(crate) mod fanout;
pub(crate) mod idle;
pub(crate) mod mixed;
pub(crate) mod pages;
pub(crate) mod slow;
pub(crate) mod storm;

mod ears;
pub(crate) mod talk;

use std::{process, time::Duration};

use crate::{
    adapter::{Adapter, Kind},
    crew::{Crew, Gathered, Nobody, Wanted},
    outcome::{Outcome, Server},
    process::{Spent, Usage, listener_of, memory, usage},
    progress::Progress,
    target::{Target, room_for},
    trouble::Trouble,
};

/// Whom a run is about: the server, how it is spoken to, and where its figures are read.
pub(crate) struct Subject {
    pub(crate) target: Target,
    pub(crate) kind: Kind,
    pub(crate) adapter: Box<dyn Adapter>,
    pub(crate) headers: Vec<(String, String)>,
    /// The server's process, if it is on this machine.
    pub(crate) process: Option<u32>,
    pub(crate) at_once: usize,
    /// Whether the server is to compress what it sends.
    pub(crate) deflates: bool,
}

impl Subject {
    /// An outcome that says what was measured, and nothing yet of what came out.
    fn outcome(&self, mode: &str, what: String) -> Outcome {
        let notes = match self.process {
            Some(_) => Vec::new(),
            None => {
                vec!["no process of this machine listens there: what it costs the server is not measured".to_owned()]
            }
        };
        let with = if self.deflates { " with permessage-deflate" } else { "" };
        let (adapter, url) = (format!("{}{with}", self.kind.name()), self.target.url.clone());
        Outcome { mode: mode.to_owned(), adapter, url, what, notes, ..Outcome::default() }
    }

    fn crew(&self, groups: usize) -> Result<Crew<'_>, Trouble> {
        Crew::new(&*self.adapter, &self.target, groups, &self.headers, self.deflates)
    }

    /// Opens so many sockets more, in groups by turns.
    fn gather(
        &self,
        crew: &mut Crew<'_>,
        members: usize,
        groups: u32,
        progress: &Progress,
    ) -> Result<Gathered, Trouble> {
        self.gather_with(crew, members, groups, None, progress)
    }

    fn gather_with(
        &self,
        crew: &mut Crew<'_>,
        members: usize,
        groups: u32,
        receive: Option<usize>,
        progress: &Progress,
    ) -> Result<Gathered, Trouble> {
        room_for(crew.ready() + members)?;
        progress.begin("connecting", members as u64);
        let wanted = Wanted { members, groups, at_once: self.at_once, receive };
        crew.gather(wanted, |ready| progress.at(ready as u64))
    }

    fn usage(&self) -> Option<Usage> {
        self.process.map(usage)
    }

    /// What the server cost since `before`, per delivery or whatever `done` counts.
    fn cost(&self, before: Option<&Usage>, done: u64) -> Option<Server> {
        let (process, before) = (self.process?, before?);
        let spent: Spent = &usage(process) - before;
        let each = |what: f64| if done == 0 { 0.0 } else { what / done as f64 };
        let (per_million, switches_each) = (each(spent.cpu * 1e6), each(spent.switches as f64));
        Some(Server { process, spent, per_million, switches_each, memory: memory(process) })
    }
}

/// Finds the process that a URL leads to, unless one is named.
pub(crate) fn process_of(target: &Target, named: Option<u32>) -> Option<u32> {
    named.or_else(|| listener_of(target.address))
}

/// The generator's own processor time.
fn own() -> Usage {
    usage(process::id())
}

fn own_since(before: &Usage, seconds: f64) -> f64 {
    (&own() - before).cpu / seconds.max(1e-9)
}

/// Holds the sockets, answering what must be answered, for so long.
fn hold(crew: &mut Crew<'_>, time: Duration) {
    let until = crew.now() + nanoseconds(time);
    while crew.now() < until {
        crew.turn(until, &mut Nobody);
    }
}

fn nanoseconds(time: Duration) -> u64 {
    time.as_nanos() as u64
}
