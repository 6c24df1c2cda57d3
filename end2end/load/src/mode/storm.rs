//! `storm`: everybody comes at once, as after a restart. A socket counts when it hears its group, not when it is open.

use super::{Subject, own, own_since};
use crate::{
    outcome::{Outcome, Storm},
    progress::Progress,
    trouble::Trouble,
};

/// # Errors
/// [`Trouble`] when the sockets cannot be opened.
pub(crate) fn run(subject: &Subject, sockets: usize, groups: u32, progress: &Progress) -> Result<Outcome, Trouble> {
    let at_once = subject.at_once;
    let mut outcome =
        subject.outcome("storm", format!("{sockets} sockets into {groups} groups, {at_once} handshakes at once"));
    let mut crew = subject.crew(groups as usize)?;
    let (usage, ourselves) = (subject.usage(), own());
    let gathered = subject.gather(&mut crew, sockets, groups, progress)?;
    outcome.server = subject.cost(usage.as_ref(), sockets as u64);
    outcome.generator = own_since(&ourselves, gathered.seconds);
    outcome.seconds = gathered.seconds;
    outcome.latency = gathered.joins.report();
    let (refused, rate) = (crew.counts.refused, sockets as f64 / gathered.seconds);
    if let Some(why) = crew.counts.refused_why.as_ref().filter(|_| refused > 0) {
        outcome.notes.push(format!("{refused} handshakes were refused and tried again, the last one: {why}"));
    }
    outcome.storm = Some(Storm { sockets, at_once, seconds: gathered.seconds, rate, refused });
    outcome.judge();
    Ok(outcome)
}
