//! README and code are one: its JSON blocks are the goldens, its tables are the constants.

use std::{collections::BTreeSet, fs};

use protocol::{CloseCode, Limits, RejectionCode};

use super::names;

const README: &str = include_str!("../../README.md");

/// The rows of the table between `<!-- name -->` and `<!-- /name -->`, without its head.
fn table(name: &str) -> Vec<Vec<&'static str>> {
    let (_, rest) = README.split_once(&format!("<!-- {name} -->")).unwrap_or_else(|| panic!("no table {name}"));
    let (table, _) = rest.split_once(&format!("<!-- /{name} -->")).unwrap_or_else(|| panic!("{name} has no end"));
    let cells = |row: &'static str| row.trim_matches('|').split('|').map(str::trim).collect();
    table.lines().filter(|line| line.starts_with('|')).skip(2).map(cells).collect()
}

/// Both ends of a fenced block at the start of a line.
fn blocks() -> BTreeSet<String> {
    README.split("\n```json\n").skip(1).map(|rest| rest.split_once("\n```").unwrap().0.to_owned()).collect()
}

#[test]
fn every_golden_stands_in_the_readme_and_nothing_else_does() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/golden");
    let goldens: BTreeSet<String> = fs::read_dir(folder)
        .unwrap()
        .map(|file| fs::read_to_string(file.unwrap().path()).unwrap().trim_end().to_owned())
        .collect();
    let blocks = blocks();
    for golden in &goldens {
        assert!(blocks.contains(golden), "not in the README:\n{golden}");
    }
    for block in &blocks {
        assert!(goldens.contains(block), "in the README, but no golden:\n{block}");
    }
}

#[test]
fn the_readmes_close_codes_are_ours() {
    let found: Vec<(String, String, bool)> = table("close codes")
        .iter()
        .map(|row| (row[0].to_owned(), row[1].to_owned(), row[3].starts_with("yes")))
        .collect();
    let ours: Vec<(String, String, bool)> = CloseCode::ALL
        .into_iter()
        .map(|code| (code.code().to_string(), code.reason().to_owned(), code.may_reconnect()))
        .collect();
    assert_eq!(found, ours);
    assert_eq!(CloseCode::ALL.map(|code| names::close(&code)).as_slice(), names::CLOSE);
}

#[test]
fn the_readmes_rejections_are_ours() {
    let found: Vec<(String, bool)> =
        table("rejections").iter().map(|row| (row[0].replace('`', ""), row[2].starts_with("yes"))).collect();
    let ours: Vec<(String, bool)> = RejectionCode::ALL
        .into_iter()
        .map(|code| (serde_json::to_value(code).unwrap().as_str().unwrap().to_owned(), code.is_retryable()))
        .collect();
    assert_eq!(found, ours);
    assert_eq!(RejectionCode::ALL.map(|code| names::rejection(&code)).as_slice(), names::REJECTION);
}

#[test]
fn the_readmes_limits_are_ours() {
    let found: Vec<(&str, &str)> = table("limits").iter().map(|row| (row[0], row[1])).collect();
    let ours: Vec<(String, String)> = limits().into_iter().map(|(name, value)| (format!("`{name}`"), value)).collect();
    let ours: Vec<(&str, &str)> = ours.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(found, ours);
}

macro_rules! limits {
    ($($name:ident),+ $(,)?) => {
        fn limits() -> Vec<(&'static str, String)> {
            vec![$((stringify!($name), protocol::$name.to_string())),+]
        }

        #[test]
        fn every_limit_is_in_the_readme() {
            let source = include_str!("../../src/limits.rs");
            let written = source.lines().filter(|line| line.starts_with("pub const")).count();
            assert_eq!(limits().len(), written);
        }
    };
}

limits!(
    MAX_FRAME_BYTES,
    MAX_LIVE_FRAME_BYTES,
    MAX_GROUP_ID_CHARS,
    MAX_BODY_BYTES,
    MAX_REACTION_BYTES,
    MAX_PINS,
    MAX_UNCONFIRMED,
    MAX_GROUPS,
    MAX_REPLAY,
    MAX_WAITING,
    PAGE,
    MAX_PAGE,
    HEARTBEAT_MS,
    TYPING_MS,
);

#[test]
fn the_limits_of_a_welcome_are_those_of_the_table() {
    let welcome: serde_json::Value = serde_json::from_str(include_str!("../../golden/server_welcome.json")).unwrap();
    assert_eq!(welcome["limits"], serde_json::to_value(Limits::V1).unwrap());
    assert_eq!(welcome["heartbeat_ms"], protocol::HEARTBEAT_MS);
}

#[test]
fn the_readme_names_the_subprotocol() {
    assert!(README.contains(&format!("`{}`", protocol::SUBPROTOCOL)));
}
