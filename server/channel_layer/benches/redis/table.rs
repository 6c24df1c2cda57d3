//! What the figures look like: lines while it runs, and the page's part between its markers. What they mean against the
//! aims is in `verdict`.

use std::fmt::Write;

use crate::Figures;
use crate::part::Churned;
use crate::run::{Latency, Outcome};
use crate::scenario::Side;
use crate::spread::{Spread, median, millis, number, range, ratio, times};
use crate::verdict::verdict;

const BEGIN: &str = "<!-- bench-layer -->";
const END: &str = "<!-- /bench-layer -->";
const WIDTH: usize = 118;

/// One run, while it runs.
pub(crate) fn line(outcome: &Outcome) -> String {
    let Outcome { round, side, scenario, rate, cpu, redis_cpu, commands, reads, .. } = outcome;
    let Outcome { lost, duplicated, unsent, failures, seconds, .. } = outcome;
    let latency = outcome.latency.map_or_else(String::new, |Latency { samples, p50, p99 }| {
        format!("; p50 {p50:.0} µs, p99 {p99:.0} µs of {samples}")
    });
    format!(
        "{round} {side:12} {scenario:52} {rate:7.0}/s in {seconds:.1} s; per 1000: CPU {cpu:.1} + {redis_cpu:.1} ms, \
         {commands:.0} commands, {reads:.0} reads; {lost} lost, {duplicated} doubled, {unsent} unsent, \
         {failures} failures{latency}"
    )
}

/// The page with another table between its markers.
pub(crate) fn put(page: &str, table: &str) -> String {
    let (before, rest) = page.split_once(BEGIN).expect("the page has the first marker");
    let (_, after) = rest.split_once(END).expect("the page has the second marker");
    format!("{before}{BEGIN}\n{table}\n{END}{after}")
}

pub(crate) fn markdown(figures: &Figures) -> String {
    let parts = [where_and_with_what(figures), verdict(figures), rates(figures), costs(figures), latencies(figures)];
    let mut text = parts.join("\n\n");
    write!(text, "\n\n{}", churn(figures)).expect("a string takes it");
    text
}

fn where_and_with_what(figures: &Figures) -> String {
    let machine = &figures.machine;
    wrap(&format!(
        "Made by `make bench-layer` on {} at commit {}: {}; redis-server {}; {}, channels_redis {}, channels {}, \
         redis-py {} (asyncio's own loop, no hiredis). {} cores of {}, {:.0} GiB, Linux {}. The machine was shared with \
         other work (load average {} before, {} after, with our own), so trust ratios, not absolutes. Figures are medians \
         of {} rounds (lowest–highest).",
        machine.date,
        machine.commit,
        machine.rustc,
        machine.redis_server,
        machine.python,
        machine.channels_redis,
        machine.channels,
        machine.redis_py,
        machine.cores,
        machine.cpu,
        machine.memory_gib,
        machine.linux,
        machine.load[0],
        machine.load[1],
        figures.churned.len(),
    ))
}

/// Lines as long as those of the page.
pub(crate) fn wrap(text: &str) -> String {
    let (mut wrapped, mut length) = (String::new(), 0);
    for word in text.split(' ') {
        let more = word.chars().count() + 1;
        if length > 0 {
            wrapped.push(if length + more > WIDTH { '\n' } else { ' ' });
        }
        length = if length + more > WIDTH { more } else { length + more };
        wrapped.push_str(word);
    }
    wrapped
}

/// A figure of a side in a scenario, over the rounds.
pub(crate) fn spread(
    figures: &Figures,
    scenario: &str,
    side: Side,
    of: impl Fn(&Outcome) -> Option<f64>,
) -> Option<Spread> {
    let runs = figures.outcomes.iter().filter(|one| one.scenario == scenario && one.side == side.name());
    Spread::new(runs.filter_map(of))
}

/// Names in their order, of what is paced or is not.
pub(crate) fn scenarios(figures: &Figures, paced: bool) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for outcome in figures.outcomes.iter().filter(|outcome| outcome.latency.is_some() == paced) {
        if !names.contains(&outcome.scenario.as_str()) {
            names.push(&outcome.scenario);
        }
    }
    names
}

/// Not a scenario, but what latencies are to be held against.
pub(crate) fn is_scale(name: &str) -> bool {
    name.starts_with("for scale")
}

fn rates(figures: &Figures) -> String {
    let mut text = "| completed sends per second | Rust | Python | ratio | Rust by `receive` |\n\
                    | --- | --- | --- | --- | --- |"
        .to_owned();
    for name in scenarios(figures, false) {
        let [rust, python, receive] = [Side::Rust, Side::Python, Side::RustReceive]
            .map(|side| spread(figures, name, side, |outcome| Some(outcome.rate)));
        let cells = [
            name.to_owned(),
            range(rust.as_ref(), number),
            range(python.as_ref(), number),
            times(ratio(rust.as_ref(), python.as_ref())),
            median(receive.as_ref()),
        ];
        row(&mut text, &cells);
    }
    text
}

/// Ours and theirs, per thousand sends.
fn costs(figures: &Figures) -> String {
    let mut text = "| per 1,000 sends, Rust / Python | CPU ms of the processes | of Redis | commands in Redis | \
                    reads by Redis |\n| --- | --- | --- | --- | --- |"
        .to_owned();
    let columns: [fn(&Outcome) -> f64; 4] = [|one| one.cpu, |one| one.redis_cpu, |one| one.commands, |one| one.reads];
    let paced = scenarios(figures, true).into_iter().filter(|name| !is_scale(name));
    for name in scenarios(figures, false).into_iter().chain(paced) {
        let mut cells = vec![name.to_owned()];
        cells.extend(columns.iter().map(|column| {
            let [rust, python] =
                [Side::Rust, Side::Python].map(|side| spread(figures, name, side, |outcome| Some(column(outcome))));
            format!("{} / {}", median(rust.as_ref()), median(python.as_ref()))
        }));
        row(&mut text, &cells);
    }
    text
}

fn latencies(figures: &Figures) -> String {
    let mut text =
        "| end to end, ms | Rust p50 | Rust p99 | Python p50 | Python p99 | ratio of p50 | Rust by `receive`, \
                    p50 |\n| --- | --- | --- | --- | --- | --- | --- |"
            .to_owned();
    for name in scenarios(figures, true) {
        let of = |side, of: fn(Latency) -> f64| {
            spread(figures, name, side, move |outcome: &Outcome| outcome.latency.map(of))
        };
        let (rust, python) = (of(Side::Rust, |one| one.p50), of(Side::Python, |one| one.p50));
        let receive = of(Side::RustReceive, |one| one.p50);
        let cells = [
            name.to_owned(),
            range(rust.as_ref(), millis),
            range(of(Side::Rust, |one| one.p99).as_ref(), millis),
            range(python.as_ref(), millis),
            range(of(Side::Python, |one| one.p99).as_ref(), millis),
            times(ratio(python.as_ref(), rust.as_ref())),
            receive.map_or_else(|| "–".to_owned(), |spread| millis(spread.median())),
        ];
        row(&mut text, &cells);
    }
    text
}

fn churn(figures: &Figures) -> String {
    let mut text = "| churn, each round | sent | lost | duplicated | out of order | visitors |\n\
                    | --- | --- | --- | --- | --- | --- |"
        .to_owned();
    for (side, at) in [("Rust", 0), ("Python", 1)] {
        let each = |of: fn(&Churned) -> String| {
            figures.churned.iter().map(|round| of(&round[at])).collect::<Vec<_>>().join(", ")
        };
        let cells = [
            side.to_owned(),
            each(|one| one.sent.to_string()),
            each(|one| format!("{} ({:.1} %)", one.lost, 100.0 * one.lost as f64 / one.sent as f64)),
            each(|one| one.duplicated.to_string()),
            each(|one| one.out_of_order.to_string()),
            each(|one| one.opened.to_string()),
        ];
        row(&mut text, &cells);
    }
    text
}

fn row(text: &mut String, cells: &[String]) {
    write!(text, "\n| {} |", cells.join(" | ")).expect("a string takes it");
}
