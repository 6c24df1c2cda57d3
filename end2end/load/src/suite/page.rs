//! The figures as Markdown, for BENCHMARKS.md: between its marks, so that what people write around them stays.

use std::{fmt::Write, fs, path::Path};

use super::{
    Figures, Run, aims,
    figure::{Figure, Spread},
    peer::{self, Peer},
    work::{self, Work},
};
use crate::{
    report::{digits, table},
    trouble::Trouble,
};

const BEGIN: &str = "<!-- bench-peers -->";
const END: &str = "<!-- /bench-peers -->";
/// A page that is not there yet.
const EMPTY: &str = "# Benchmarks\n\nMade by `make bench-peers`; how it measures and what every figure means: \
                     [end2end/load](end2end/load/README.md).\n\n<!-- bench-peers -->\n<!-- /bench-peers -->\n";

/// One run, while the others are still to come.
pub(super) fn line(run: &Run) -> String {
    let begin = format!("{} {:18} {:16}", run.round, run.work, run.peer);
    match (&run.outcome, &run.trouble) {
        (Some(outcome), _) => {
            let text = table(outcome);
            let rows: Vec<&str> = text.lines().skip(2).map(str::trim).collect();
            format!("{begin} {}", rows.join("; "))
        }
        (None, trouble) => format!("{begin} – {}", trouble.as_deref().unwrap_or("nothing")),
    }
}

/// Writes the part into a page, which is made if it is not there.
///
/// # Errors
/// [`Trouble`] when the page has no marks, or cannot be written.
pub(super) fn write(file: &Path, part: &str) -> Result<(), Trouble> {
    let page = fs::read_to_string(file).unwrap_or_else(|_| EMPTY.to_owned());
    let page = put(&page, part).ok_or_else(|| Trouble::Usage(format!("{} has no {BEGIN} … {END}", file.display())))?;
    fs::write(file, page).map_err(Trouble::file(file))
}

fn put(page: &str, part: &str) -> Option<String> {
    let (before, rest) = page.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}\n{part}\n{END}{after}"))
}

pub(super) fn markdown(figures: &Figures) -> String {
    let mut text = where_and_with_what(figures);
    // A string takes everything, here and below.
    let _ = write!(text, "\n\n{}", aims::markdown(figures));
    for work in work::all(figures.quick) {
        if figures.runs.iter().any(|run| run.work == work.name) {
            let _ = write!(text, "\n\n{}", of_work(figures, &work));
        }
    }
    text
}

fn where_and_with_what(figures: &Figures) -> String {
    let machine = &figures.machine;
    let mut text = format!(
        "Measured on {}, Teahouse at commit {}: {} cores of {}, {:.0} GiB, Linux {}, {}; {}; load average {} before and {} after, our own \
         included. Medians of {} rounds over all servers by turns (lowest–highest); ratios are of medians. Made by \
         `teahouse-load {}`.",
        machine.date,
        machine.commit,
        machine.cores,
        machine.cpu,
        machine.memory_gib,
        machine.linux,
        machine.rustc,
        machine.pins,
        machine.load[0],
        machine.load[1],
        figures.rounds,
        machine.command,
    );
    if figures.quick {
        text.push_str("\n\n**A quick look: the figures mean nothing.**");
    }
    let _ = write!(text, "\n\n| server | version |\n| --- | --- |");
    for (title, version) in &machine.versions {
        let _ = write!(text, "\n| {title} | {version} |");
    }
    let _ = write!(text, "\n\nNode is {}.", machine.node);
    for (name, why) in &figures.missing {
        let _ = write!(text, " Left out: {name} ({why}).");
    }
    text
}

fn of_work(figures: &Figures, work: &Work) -> String {
    let main = work.figures[0];
    let mut text = format!("### {}\n\n`teahouse-load {}`\n\n", work.title, work.arguments.join(" "));
    let names: Vec<&str> = work.figures.iter().map(|figure| figure.name()).collect();
    let (heads, rule) = (names.join(" | "), "| --- ".repeat(names.len() + 2));
    let _ = write!(text, "| server | {} | × floor |\n{rule}|", heads);
    let floor = spread(figures, work.name, work.floor, main).map(|spread| spread.median());
    for (peer, sorted_by) in ranked(figures, work) {
        let cells: Vec<String> = work
            .figures
            .iter()
            .map(|figure| {
                spread(figures, work.name, peer.name, *figure)
                    .map_or_else(|| "–".to_owned(), |spread| spread.show(*figure))
            })
            .collect();
        let ratio =
            floor.filter(|floor| *floor > 0.0).map_or_else(|| "–".to_owned(), |floor| digits(sorted_by / floor));
        let _ = write!(text, "\n| {} | {} | {ratio} |", peer.title, cells.join(" | "));
    }
    let notes = notes(figures, work);
    if notes.is_empty() { text } else { format!("{text}\n\n{notes}") }
}

/// Who did this work, the best first.
fn ranked(figures: &Figures, work: &Work) -> Vec<(Peer, f64)> {
    let main = work.figures[0];
    let all = peer::all().into_iter();
    let mut ranked: Vec<_> = all
        .filter_map(|peer| spread(figures, work.name, peer.name, main).map(|spread| (peer, spread.median())))
        .collect();
    ranked.sort_by(|(_, one), (_, other)| one.total_cmp(other));
    if main.more_is_better() {
        ranked.reverse();
    }
    ranked
}

/// What went wrong, and what a reader must know, once for each server.
fn notes(figures: &Figures, work: &Work) -> String {
    let mut lines: Vec<String> = Vec::new();
    for run in figures.runs.iter().filter(|run| run.work == work.name) {
        let notes = run.outcome.iter().flat_map(|outcome| &outcome.notes).chain(&run.trouble);
        for note in notes {
            let line = format!("- {}, round {}: {note}", run.peer, run.round + 1);
            if !lines.iter().any(|other| other.split_once(": ").map(|(_, other)| other) == Some(note)) {
                lines.push(line);
            }
        }
    }
    lines.join("\n")
}

/// A figure of a server at a work, over the rounds.
pub(super) fn spread(figures: &Figures, work: &str, peer: &str, figure: Figure) -> Option<Spread> {
    let runs = figures.runs.iter().filter(|run| run.work == work && run.peer == peer);
    Spread::new(runs.filter_map(|run| figure.of(run.outcome.as_ref()?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_between_the_marks_is_replaced() {
        let page = put(EMPTY, "new").unwrap();
        assert!(page.starts_with("# Benchmarks") && page.contains("<!-- bench-peers -->\nnew\n<!-- /bench-peers -->"));
        assert_eq!(put(&page, "newer").unwrap(), page.replace("new\n", "newer\n"));
        assert_eq!(put("no marks", "new"), None);
    }
}
