//! One run, as a person at a terminal reads it. What every line means is in the README.

use super::{bytes, digits, millis, thousands};
use crate::{
    latency::Latency,
    outcome::{Idle, Outcome, Pages, Server, Storm, Talked},
};

/// Lines, the last one ended too.
pub(crate) fn table(outcome: &Outcome) -> String {
    let mut rows: Vec<(&str, String)> = Vec::new();
    if let Some(storm) = &outcome.storm {
        rows.push(("sockets", storm_line(storm)));
    }
    if let Some(pages) = &outcome.pages {
        rows.push(("pages", pages_line(pages)));
    }
    if let Some(talk) = &outcome.talk {
        rows.extend([("deliveries", deliveries(talk)), ("faults", faults(talk))]);
        if talk.bytes_per_delivery > 0.0 {
            rows.push(("wire", wire(talk)));
        }
    }
    if let Some(idle) = &outcome.idle {
        rows.push(("memory", idle_line(idle)));
    }
    if let Some(latency) = &outcome.latency {
        rows.push(("latency", latency_line(latency)));
    }
    rows.extend(outcome.others.iter().map(|(name, latency)| (name.as_str(), latency_line(latency))));
    if let Some(server) = &outcome.server {
        rows.extend([("server", server_line(server, outcome)), ("", memory_line(server))]);
    }
    if outcome.generator > 0.0 {
        rows.push(("generator", format!("{:.0} % of a core", 100.0 * outcome.generator)));
    }
    rows.extend(outcome.notes.iter().map(|note| ("!", note.clone())));
    let width = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    let title = format!("{} · {} · {}\n{}\n", outcome.mode, outcome.adapter, outcome.url, outcome.what);
    rows.iter().fold(title, |text, (name, row)| text + &format!("  {name:width$}  {row}\n"))
}

fn deliveries(talk: &Talked) -> String {
    let rate = format!("{}/s, {} messages/s", digits(talk.rate), digits(talk.published));
    talk.offered.map_or_else(|| rate.clone(), |offered| format!("{rate} of {} offered", digits(offered)))
}

fn faults(talk: &Talked) -> String {
    let counted = [
        (talk.lost, "lost"),
        (talk.duplicates, "doubled"),
        (talk.disordered, "out of order"),
        (talk.foreign, "foreign"),
        (talk.unsent, "unsent"),
        (talk.cut, "sockets cut"),
        (talk.complaints, "complaints"),
    ];
    let faults: Vec<String> = counted
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, name)| format!("{} {name}", thousands(*count)))
        .collect();
    let of = thousands(talk.expected);
    if faults.is_empty() {
        format!("none in {of} deliveries")
    } else {
        format!("{} in {of} deliveries", faults.join(", "))
    }
}

fn wire(talk: &Talked) -> String {
    let Talked { bytes_per_delivery, frames_per_delivery, .. } = talk;
    format!("{} and {} frames a delivery", bytes(*bytes_per_delivery), digits(*frames_per_delivery))
}

fn latency_line(latency: &Latency) -> String {
    let Latency { p50, p90, p99, p999, max, .. } = latency;
    let parts = [("p50", p50), ("p90", p90), ("p99", p99), ("p99.9", p999), ("max", max)];
    parts.map(|(name, value)| format!("{name} {}", millis(*value))).join("  ")
}

fn server_line(server: &Server, outcome: &Outcome) -> String {
    let (spent, seconds) = (&server.spent, outcome.seconds.max(1e-9));
    let unit = if outcome.pages.is_some() {
        "request"
    } else if outcome.storm.is_some() {
        "socket"
    } else {
        "delivery"
    };
    let kernel = 100.0 * spent.system / (spent.user + spent.system).max(1e-9);
    format!(
        "{} µs of processor a {unit} ({kernel:.0} % of it in the kernel), {} context switches; {:.0} % of a core",
        digits(server.per_million),
        digits(server.switches_each),
        100.0 * spent.cpu / seconds
    )
}

fn memory_line(server: &Server) -> String {
    let memory = server.memory;
    format!("process {}: {} (PSS), {} resident", server.process, bytes(memory.pss as f64), bytes(memory.rss as f64))
}

fn idle_line(idle: &Idle) -> String {
    let hundred_thousand = idle.with_many.pss as f64 + (100_000.0 - idle.many as f64) * idle.pss_each;
    format!(
        "{} a socket (PSS; resident {}) by the slope from {} to {}; {} now, 100,000 would take {}",
        bytes(idle.pss_each),
        bytes(idle.rss_each),
        thousands(idle.few as u64),
        thousands(idle.many as u64),
        bytes(idle.with_many.pss as f64),
        bytes(hundred_thousand),
    )
}

fn storm_line(storm: &Storm) -> String {
    let Storm { sockets, seconds, rate, refused, .. } = storm;
    format!("{}/s: {} in {} s, {refused} refused", digits(*rate), thousands(*sockets as u64), digits(*seconds))
}

fn pages_line(pages: &Pages) -> String {
    let Pages { clients, requests, rate, failed, bytes_each } = pages;
    format!(
        "{}/s for {clients} clients: {} answers of {}, {failed} not 200",
        digits(*rate),
        thousands(*requests),
        bytes(*bytes_each)
    )
}
