//! `fanout` and `groups`: one group that everybody hears, or many small ones. Only how many there are differs.

use super::{
    Subject,
    talk::{self, Pace, Talk},
};
use crate::{outcome::Outcome, progress::Progress, trouble::Trouble};

/// # Errors
/// [`Trouble`] when the sockets cannot be opened.
pub(crate) fn run(subject: &Subject, mode: &str, talk: &Talk, progress: &Progress) -> Result<Outcome, Trouble> {
    let mut outcome = subject.outcome(mode, sentence(talk));
    let mut crew = subject.crew(talk.groups)?;
    subject.gather(&mut crew, talk.groups * talk.members, talk.groups as u32, progress)?;
    talk::talk(subject, &mut crew, talk, progress, &mut outcome);
    outcome.judge();
    Ok(outcome)
}

/// Words for a talk.
pub(super) fn sentence(talk: &Talk) -> String {
    let Talk { groups, members, publishers, speech, .. } = talk;
    let bytes = format!("{} bytes{}", speech.bytes, if speech.text { " of text" } else { "" });
    let pace = match talk.pace {
        Pace::Offered(rate) => format!("{rate} messages/s offered"),
        Pace::Window(window) => format!("saturated with {window} messages in flight"),
    };
    let (of, s) = if *groups == 1 { ("1 group".to_owned(), "") } else { (format!("{groups} groups"), "each ") };
    format!("{of} of {members} members, {s}{publishers} publishing, {bytes}; {pace}")
}
