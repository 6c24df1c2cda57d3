//! What the figures say against the aims, met or missed. The aims are the project's; they are only repeated here.

use crate::Figures;
use crate::part::Churned;
use crate::run::Outcome;
use crate::scenario::Side;
use crate::spread::{millis, number, ratio};
use crate::table::{is_scale, scenarios, spread, wrap};

/// At least so many times Python's rate of group sends at a hundred members.
const RATE: f64 = 20.0;
/// Microseconds from end to end, at most, in the median.
const LATENCY: f64 = 500.0;

pub(crate) fn verdict(figures: &Figures) -> String {
    let lines = [rate(figures), latency(figures), churn(figures), one_by_one(figures), copies(figures)];
    lines.map(|line| wrap(&format!("- {line}")).replace('\n', "\n  ")).join("\n")
}

/// Of the rows that an aim is about, how many meet it.
fn word(met: impl ExactSizeIterator<Item = bool> + Clone) -> &'static str {
    match (met.clone().filter(|met| *met).count(), met.len()) {
        (0, _) => "**Missed**",
        (some, all) if some < all => "**Met in part**",
        _ => "**Met**",
    }
}

fn rate(figures: &Figures) -> String {
    let of = |name: &str, side| spread(figures, name, side, |outcome| Some(outcome.rate));
    let names = scenarios(figures, false).into_iter().filter(|name| name.contains(" 100 members"));
    let ratios = names.filter_map(|name| ratio(of(name, Side::Rust).as_ref(), of(name, Side::Python).as_ref()));
    let ratios: Vec<f64> = ratios.collect();
    let shown: Vec<_> = ratios.iter().map(|ratio| format!("{}×", number(*ratio))).collect();
    format!(
        "{}: at least {RATE}× Python's `group_send` rate at 100 members: {} in the rows below, in their order.",
        word(ratios.iter().map(|ratio| *ratio >= RATE)),
        shown.join(", ")
    )
}

fn latency(figures: &Figures) -> String {
    let p50 = |name: &str| spread(figures, name, Side::Rust, |outcome| outcome.latency.map(|one| one.p50));
    let names = scenarios(figures, true).into_iter().filter(|name| !is_scale(name));
    let rows: Vec<_> = names.filter_map(|name| Some((name, p50(name)?.median()))).collect();
    let shown: Vec<_> = rows.iter().map(|(name, p50)| format!("{:.3} ms ({name})", p50 / 1000.0)).collect();
    format!(
        "{}: end-to-end p50 below {} ms: {}.",
        word(rows.iter().map(|(_, p50)| *p50 < LATENCY)),
        millis(LATENCY),
        shown.join("; ")
    )
}

/// Rates are of batches; this is what a lone message costs.
fn one_by_one(figures: &Figures) -> String {
    let of = |name: &str, side| spread(figures, name, side, |outcome| Some(outcome.cpu + outcome.redis_cpu));
    let names = scenarios(figures, true).into_iter().filter(|name| !is_scale(name));
    let ratios = names.filter_map(|name| ratio(of(name, Side::Python).as_ref(), of(name, Side::Rust).as_ref()));
    let shown: Vec<_> = ratios.map(|ratio| format!("{}×", number(ratio))).collect();
    format!(
        "Much of the rates comes of batches. Where messages come one by one there are none: in the paced rows, in their \
         order, Python with its Redis takes only {} as much processor time as Rust with its own.",
        shown.join(", ")
    )
}

fn churn(figures: &Figures) -> String {
    let sum = |at: usize, of: fn(&Churned) -> u64| figures.churned.iter().map(|round| of(&round[at])).sum::<u64>();
    let share = 100.0 * sum(1, |one| one.lost) as f64 / sum(1, |one| one.sent) as f64;
    let (lost, duplicated) = (sum(0, |one| one.lost), sum(0, |one| one.duplicated));
    format!(
        "{}: nothing lost or duplicated under churn: {lost} lost and {duplicated} duplicated of {}; Python lost \
         {share:.0} % of {}.",
        word([lost + duplicated == 0].into_iter()),
        sum(0, |one| one.sent),
        sum(1, |one| one.sent),
    )
}

/// What became of the copies in all other runs.
fn copies(figures: &Figures) -> String {
    let of = |sides: &[Side]| {
        let names: Vec<_> = sides.iter().map(|side| side.name()).collect();
        let runs = || figures.outcomes.iter().filter(|one| names.contains(&one.side.as_str()));
        let sum = |of: fn(&Outcome) -> u64| runs().map(of).sum::<u64>();
        format!(
            "{} lost, {} duplicated, {} consumers ended by an error, {} sends left out",
            sum(|one| one.lost),
            sum(|one| one.duplicated),
            sum(|one| one.failures),
            sum(|one| one.unsent)
        )
    };
    format!(
        "In all other runs below, of the copies due: Rust {}; Python {}.",
        of(&[Side::Rust, Side::RustReceive]),
        of(&[Side::Python])
    )
}
