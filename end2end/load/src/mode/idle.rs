//! `idle`: what a socket costs that says and hears nothing, by the slope between few and many of them. A slope, because
//! a server's own memory is no connection's, and because it says what a hundred thousand would need.

use std::time::Duration;

use super::{Subject, hold};
use crate::{
    crew::Crew,
    outcome::{Idle, Outcome},
    process::{Memory, memory},
    progress::Progress,
    trouble::Trouble,
};

/// A server has settled when it was busy less than this part of a step.
const QUIET: f64 = 0.02;
const STEP: Duration = Duration::from_millis(500);
const STEPS: usize = 30;

/// Holds `few` sockets, then `many`, each in one of so many groups, and looks at the memory.
///
/// # Errors
/// [`Trouble`] when the sockets cannot be opened or the server's process is not known.
pub(crate) fn run(
    subject: &Subject,
    few: usize,
    many: usize,
    groups: u32,
    progress: &Progress,
) -> Result<Outcome, Trouble> {
    if few >= many {
        return Err(Trouble::Usage(format!(
            "a slope needs more sockets at the end (--sockets {many}) than at the beginning (--few {few})"
        )));
    }
    let mut outcome = subject.outcome("idle", format!("{many} idle sockets in {groups} groups, against {few}"));
    let mut crew = subject.crew(groups as usize)?;
    let look = |crew: &mut Crew<'_>, members: usize| -> Result<Memory, Trouble> {
        let more = members - crew.ready();
        subject.gather(crew, more, groups, progress)?;
        settle(subject, crew);
        let elsewhere = || {
            Trouble::Usage("idle reads the server's memory: run it on the server's machine, or name --pid".to_owned())
        };
        subject.process.map(memory).ok_or_else(elsewhere)
    };
    let with_few = look(&mut crew, few)?;
    let with_many = look(&mut crew, many)?;
    let each = |of: fn(&Memory) -> u64| (of(&with_many) as f64 - of(&with_few) as f64) / (many - few) as f64;
    let (pss_each, rss_each) = (each(|memory| memory.pss), each(|memory| memory.rss));
    if crew.counts.cut > 0 {
        outcome.notes.push(format!("the server ended {} of the idle sockets", crew.counts.cut));
    }
    outcome.idle = Some(Idle { few, many, with_few, with_many, pss_each, rss_each });
    outcome.judge();
    Ok(outcome)
}

/// Until the server has nothing left to do.
fn settle(subject: &Subject, crew: &mut Crew<'_>) {
    for _ in 0..STEPS {
        let before = subject.usage();
        hold(crew, STEP);
        let busy = subject.cost(before.as_ref(), 0).map_or(0.0, |cost| cost.spent.cpu);
        if busy < QUIET * STEP.as_secs_f64() {
            return;
        }
    }
}
