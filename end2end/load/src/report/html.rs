//! The report of one run or of a whole suite: one HTML file with its pictures, that needs no network and no script.

use std::fmt::Write;

use super::{plot, table};
use crate::outcome::Outcome;

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem;color:#222;background:#fff}\
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2.5rem}pre{overflow-x:auto;background:#f5f4f0;padding:1rem;border-radius:.5rem;font-size:.85rem}\
svg{max-width:100%;height:auto}svg text{font:12px system-ui,sans-serif;fill:#444}svg line{stroke:#ddd}\
@media(prefers-color-scheme:dark){body{color:#ddd;background:#181818}pre{background:#222}svg text{fill:#bbb}svg line{stroke:#333}}";

/// Runs with the names of who was measured; those of one mode and one sentence are shown beside each other.
pub(crate) fn html(title: &str, outcomes: &[(String, Outcome)]) -> String {
    let title = plot::escape(title);
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>{title}</title><style>{STYLE}</style></head><body><h1>{title}</h1>\n"
    );
    let mut shown: Vec<&str> = Vec::new();
    for (_, outcome) in outcomes {
        if !shown.contains(&outcome.what.as_str()) {
            shown.push(&outcome.what);
            let alike: Vec<_> = outcomes.iter().filter(|(_, other)| other.what == outcome.what).collect();
            section(&mut page, outcome, &alike);
        }
    }
    page + "</body></html>\n"
}

fn section(page: &mut String, first: &Outcome, alike: &[&(String, Outcome)]) {
    // A string takes everything, here and below.
    let _ = writeln!(page, "<h2>{}: {}</h2>", plot::escape(&first.mode), plot::escape(&first.what));
    let mut curves: Vec<plot::Curve<'_>> = Vec::new();
    for (name, outcome) in alike {
        curves.extend(outcome.latency.iter().map(|latency| (name.as_str(), &latency.curve[..])));
        if alike.len() == 1 {
            curves.extend(outcome.others.iter().map(|(name, latency)| (name.as_str(), &latency.curve[..])));
        }
    }
    if !curves.is_empty() {
        let _ = writeln!(page, "<h3>Latency by percentile</h3>{}", plot::percentiles(&curves));
    }
    if alike.len() > 1 {
        comparisons(page, alike);
    }
    for (name, outcome) in alike {
        let _ = writeln!(
            page,
            "<details><summary>{}</summary><pre>{}</pre></details>",
            plot::escape(name),
            plot::escape(&table(outcome))
        );
    }
}

fn comparisons(page: &mut String, alike: &[&(String, Outcome)]) {
    type Figure = (&'static str, &'static str, fn(&Outcome) -> Option<f64>);
    let figures: [Figure; 5] = [
        ("Processor time of the server for each", "µs", |one| one.server.map(|server| server.per_million)),
        ("Deliveries", "/s", |one| one.talk.as_ref().filter(|talk| talk.window.is_some()).map(|talk| talk.rate)),
        ("Memory of an idle socket", "KiB", |one| one.idle.map(|idle| idle.pss_each / 1024.0)),
        ("Sockets", "/s", |one| one.storm.map(|storm| storm.rate)),
        ("Pages", "/s", |one| one.pages.map(|pages| pages.rate)),
    ];
    for (title, unit, figure) in figures {
        let bars: Vec<_> = alike.iter().filter_map(|(name, one)| Some((name.as_str(), figure(one)?))).collect();
        if !bars.is_empty() {
            let _ = writeln!(page, "<h3>{title}</h3>{}", plot::bars(&bars, unit));
        }
    }
}
