//! `slow`: some members never read. What do the others notice, and what does the server do with the slow ones? The same
//! talk twice on the same sockets, first with everybody reading: one run, so that the machine is the same.

use std::time::Duration;

use super::{Subject, fanout::sentence, hold, talk};
use crate::{outcome::Outcome, progress::Progress, trouble::Trouble};

/// The slow ones' receive buffer, so that they are slow for the server and not only for themselves.
const RECEIVE: usize = 4096;
/// After it, a slow member reads what there is: a close frame, perhaps.
const AFTERWARDS: Duration = Duration::from_secs(2);

/// `talk.deaf` members of one group do not read.
///
/// # Errors
/// [`Trouble`] when the sockets cannot be opened.
pub(crate) fn run(subject: &Subject, talk: &talk::Talk, progress: &Progress) -> Result<Outcome, Trouble> {
    let what = format!("{}; {} of them never read", sentence(talk), talk.deaf);
    let (mut outcome, mut before) = (subject.outcome("slow", what), subject.outcome("slow", String::new()));
    let mut crew = subject.crew(1)?;
    let good = talk.members - talk.deaf;
    subject.gather(&mut crew, good, 1, progress)?;
    subject.gather_with(&mut crew, talk.deaf, 1, Some(RECEIVE), progress)?;
    talk::talk(subject, &mut crew, &talk::Talk { deaf: 0, ..*talk }, progress, &mut before);
    for slow in good..talk.members {
        crew.deafen(slow)?;
    }
    talk::talk(subject, &mut crew, talk, progress, &mut outcome);
    let cut = crew.counts.cut;
    for slow in good..talk.members {
        crew.heal(slow)?;
    }
    hold(&mut crew, AFTERWARDS);
    let ended = (good..talk.members).filter(|slow| !crew.is_ready(*slow)).count();
    let others = cut.saturating_sub(ended as u64);
    outcome.notes.push(format!("of the {} slow ones the server ended {ended}, of the others {others}", talk.deaf));
    if let (Some(with), Some(without)) = (&outcome.latency, before.latency) {
        let percent = 100.0 * (with.p99 / without.p99 - 1.0);
        outcome.notes.push(format!("the others' p99 is {percent:+.0} % of what it was with everybody reading"));
        outcome.others.push(("everybody reads".to_owned(), without));
    }
    outcome.judge();
    Ok(outcome)
}
