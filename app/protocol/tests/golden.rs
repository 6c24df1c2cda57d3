//! The wire, to the letter: one golden JSON per frame and per change, and what each end bears from a stranger version.

mod golden {
    pub(crate) mod names;
    pub(crate) mod readme;
}

use std::{collections::BTreeSet, fmt::Debug, fs, path::PathBuf};

use golden::names;
use protocol::{Change, ClientFrame, Event, ServerFrame};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("golden")
}

fn golden(name: &str) -> String {
    fs::read_to_string(folder().join(format!("{name}.json"))).unwrap_or_else(|error| panic!("golden {name}: {error}"))
}

/// Reads a golden, and checks that writing it again says the same.
fn round_trip<T: Serialize + DeserializeOwned + Debug>(name: &str) -> T {
    let text = golden(name);
    let value: T = serde_json::from_str(&text).unwrap_or_else(|error| panic!("golden {name}: {error}"));
    let written = serde_json::to_value(&value).unwrap();
    assert_eq!(written, serde_json::from_str::<Value>(&text).unwrap(), "{name}");
    value
}

#[test]
fn every_client_frame_has_a_golden_that_survives_a_round_trip() {
    for name in names::CLIENT {
        assert_eq!(names::client(&round_trip(&format!("client_{name}"))), *name);
    }
}

#[test]
fn what_carries_a_client_id_is_a_command() {
    for name in names::CLIENT {
        let value: Value = serde_json::from_str(&golden(&format!("client_{name}"))).unwrap();
        let frame: ClientFrame = serde_json::from_value(value.clone()).unwrap();
        let command = frame.command().map(|(client_id, group)| (client_id.as_str(), group.as_str()));
        let written = value["client_id"].as_str().map(|client_id| (client_id, value["group"].as_str().unwrap()));
        assert_eq!(command, written, "{name}");
        let renamed = frame.renamed(protocol::ClientId::parse("anew").unwrap());
        assert_eq!(renamed.command().map(|(client_id, _)| client_id.as_str()), written.map(|_| "anew"), "{name}");
    }
}

#[test]
fn every_server_frame_has_a_golden_that_survives_a_round_trip() {
    for name in names::SERVER {
        assert_eq!(names::server(&round_trip(&format!("server_{name}"))), *name);
    }
}

#[test]
fn every_change_has_a_golden_that_survives_a_round_trip() {
    for name in names::CHANGE {
        assert_eq!(names::change(&round_trip::<Event>(&format!("change_{name}")).change), *name);
    }
}

#[test]
fn no_golden_is_left_over() {
    let prefixed =
        |prefix: &'static str, names: &'static [&str]| names.iter().map(move |name| format!("{prefix}_{name}"));
    let expected: BTreeSet<String> = prefixed("client", names::CLIENT)
        .chain(prefixed("server", names::SERVER))
        .chain(prefixed("change", names::CHANGE))
        .collect();
    let found: BTreeSet<String> = fs::read_dir(folder())
        .unwrap()
        .map(|file| file.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn a_client_ignores_a_frame_of_a_later_version() {
    let frame: ServerFrame =
        serde_json::from_value(json!({"type": "fireworks", "group": "茶馆", "n": [1, {}]})).unwrap();
    assert_eq!(frame, ServerFrame::Unknown);
}

#[test]
fn a_change_of_a_later_version_still_has_its_number() {
    let mut event: Value = serde_json::from_str(&golden("change_posted")).unwrap();
    event["change"] = json!({"kind": "framed", "message": 17, "until": {"day": 3}});
    let frame = json!({"type": "events", "group": "茶馆", "epoch": "e", "events": [event]});
    let ServerFrame::Events { events, .. } = serde_json::from_value(frame).unwrap() else { panic!("not events") };
    assert_eq!((events[0].seq, &events[0].change), (42, &Change::Unknown));
}

#[test]
fn fields_of_a_later_version_are_ignored_by_both_ends() {
    for name in names::SERVER {
        let (plain, with_more) = with_stranger_field(&format!("server_{name}"));
        let read = |value| serde_json::from_value::<ServerFrame>(value).unwrap();
        assert_eq!(read(plain), read(with_more), "{name}");
    }
    for name in names::CLIENT {
        let (plain, with_more) = with_stranger_field(&format!("client_{name}"));
        let read = |value| serde_json::from_value::<ClientFrame>(value).unwrap();
        assert_eq!(read(plain), read(with_more), "{name}");
    }
    for name in names::CHANGE {
        let (plain, mut with_more) = with_stranger_field(&format!("change_{name}"));
        with_more["change"]["later"] = json!(["field"]);
        let read = |value| serde_json::from_value::<Event>(value).unwrap();
        assert_eq!(read(plain), read(with_more), "{name}");
    }
}

fn with_stranger_field(name: &str) -> (Value, Value) {
    let plain: Value = serde_json::from_str(&golden(name)).unwrap();
    let mut with_more = plain.clone();
    with_more["later"] = json!({"version": 2});
    (plain, with_more)
}

#[test]
fn reasons_of_a_later_version_are_understood_as_unknown() {
    let reset = json!({"type": "reset", "group": "g", "epoch": "e", "head": 1, "why": "full_moon"});
    let rejected = json!({"type": "rejected", "client_id": "c", "code": "rude", "message": "…"});
    let ServerFrame::Reset { why, .. } = serde_json::from_value(reset).unwrap() else { panic!("not a reset") };
    let ServerFrame::Rejected { rejection, .. } = serde_json::from_value(rejected).unwrap() else {
        panic!("no rejection")
    };
    assert_eq!(why, protocol::ResetWhy::Unknown);
    assert!(!rejection.code.is_retryable(), "what a client cannot understand it does not repeat");
}

#[test]
fn a_server_refuses_what_is_no_client_frame() {
    for broken in [
        "",
        "{}",
        "[]",
        "null",
        "\"hello\"",
        r#"{"type":"fireworks"}"#,
        r#"{"type":"Post","client_id":"c","group":"g","body":"x"}"#,
        r#"{"type":"post","group":"g","body":"no client id"}"#,
        r#"{"type":"post","client_id":"","group":"g","body":"empty client id"}"#,
        r#"{"type":"post","client_id":"c","group":"a b","body":"no group id"}"#,
        r#"{"type":"post","client_id":"c","group":"g","body":7}"#,
        r#"{"type":"read","group":"g","seq":-1}"#,
        r#"{"type":"read","group":"g","seq":1.5}"#,
        r#"{"type":"ping","id":7} {"type":"ping","id":8}"#,
        r#"{"type":"ping","id":7,"id":8}"#,
    ] {
        assert!(serde_json::from_str::<ClientFrame>(broken).is_err(), "{broken}");
    }
    for name in names::SERVER.iter().filter(|name| !names::CLIENT.contains(name)) {
        assert!(serde_json::from_str::<ClientFrame>(&golden(&format!("server_{name}"))).is_err(), "{name}");
    }
}
