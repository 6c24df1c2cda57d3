//! No statement that serves reads a whole table.

use super::Fixture;
use crate::helpers::{post, react};

pub(crate) async fn every_statement_uses_an_index(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    for place in 0..20 {
        let place = format!("group{place}");
        let message = tea.message(&place, "hello").await;
        tea.ask(&place, &tea.ben, react(&message, "👍", true)).await.expect("anyone may");
        tea.ask(&place, &tea.ben, post("hello")).await.expect("stored");
    }
    let raw = fixture.raw().await;
    // Not analysed: nothing here ever is, and of tables as small as these an engine would rightly read the whole.
    let mut scans = Vec::new();
    for statement in store::explained() {
        let plan = raw.explain(&statement).await;
        let scanned: Vec<_> = plan.iter().filter(|step| is_scan(step)).collect();
        if !scanned.is_empty() {
            scans.push(format!("{}: {scanned:?} in {plan:#?}", statement.name));
        }
    }
    assert!(scans.is_empty(), "{}", scans.join("\n"));
}

/// Of a table; the input of a set and what was read before are no tables.
fn is_scan(step: &str) -> bool {
    // Only what waits is in it, and that is what is asked for.
    if step.ends_with("USING INDEX search_waiting") {
        return false;
    }
    let tables = [
        "people",
        "groups",
        "events",
        "messages",
        "reactions",
        "read_marks",
        "mentions",
        "meta",
        "sessions",
        "members",
        "bans",
        "links",
        "audit",
        "search_docs",
        "search_hours",
    ];
    if let Some(rest) = step.split("Seq Scan on ").nth(1) {
        return tables.iter().any(|table| rest.starts_with(table));
    }
    let aliases = ["p", "g", "e", "m", "r", "s", "c", "b", "l", "a", "d", "t"];
    let Some(scanned) = step.strip_prefix("SCAN ").and_then(|rest| rest.split(' ').next()) else { return false };
    tables.contains(&scanned) || aliases.contains(&scanned)
}
