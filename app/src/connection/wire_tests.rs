//! Tests of `wire`: what serde reads and writes, on every golden frame of the protocol.

use std::{fs, path::PathBuf};

use protocol::{ClientFrame, GroupId, Person, PersonId, Rejection, RejectionCode, ServerFrame};

use super::{
    Value, around, client_frame, frame, groups, opening, pins, rejection, rejection_json, server_frame, server_frames,
};
use crate::{
    listed::{Kind, Listed},
    opening::{Dated, Opening},
    pinned::{Pin, Pins},
};

fn golden(kind: &str) -> Vec<(String, String)> {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/protocol/golden"));
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let named = files.map(|path| (path.file_stem().unwrap().to_str().unwrap().to_owned(), path));
    let some: Vec<_> = named
        .filter(|(name, _)| name.starts_with(kind))
        .map(|(name, path)| (name, fs::read_to_string(path).unwrap()))
        .collect();
    assert!(!some.is_empty());
    some
}

fn as_serde(value: &Value) -> serde_json::Value {
    serde_json::from_str(&value.to_json()).unwrap()
}

#[test]
fn every_golden_frame_of_the_server_is_read_as_serde_reads_it() {
    for (name, json) in golden("server_") {
        assert_eq!(server_frame(&json), Some(serde_json::from_str::<ServerFrame>(&json).unwrap()), "{name}");
    }
    assert_eq!(server_frame(r#"{"type":"of a later version"}"#), Some(ServerFrame::Unknown));
    assert_eq!(server_frame(r#"{"type":"live","group":"a b","seq":1}"#), None);
}

#[test]
fn events_of_a_group_that_follow_each_other_are_one_frame_and_nothing_changes_places() {
    let said = |group: &str, epoch: &str, seq: u64| {
        let by = r#"{"id":"ann","name":"Ann"}"#;
        let event = format!(r#"{{"seq":{seq},"at":1,"by":{by},"change":{{"kind":"deleted","message":"m1"}}}}"#);
        format!(r#"{{"type":"events","group":"{group}","epoch":"{epoch}","events":[{event}]}}"#)
    };
    let live = r#"{"type":"live","group":"a","seq":3}"#.to_owned();
    let of = |frame: &ServerFrame| match frame {
        ServerFrame::Events { group, events, .. } => {
            (group.to_string(), events.iter().map(|event| event.seq).collect::<Vec<_>>())
        }
        other => (format!("{other:?}"), Vec::new()),
    };
    let texts = [
        said("a", "1", 1),
        said("a", "1", 2),
        "no frame".to_owned(),
        said("a", "1", 3),
        said("b", "1", 1),
        said("a", "1", 4),
        live,
        said("a", "1", 5),
        said("a", "2", 1),
    ];
    let frames: Vec<_> = server_frames(&texts).iter().map(of).collect();
    let seqs: Vec<&[u64]> = frames.iter().map(|(_, seqs)| &seqs[..]).collect();
    assert_eq!(seqs, [&[1, 2, 3][..], &[1], &[4], &[], &[5], &[1]]);
    assert_eq!((&*frames[1].0, &*frames[2].0), ("b", "a"));
}

#[test]
fn every_change_is_read_as_serde_reads_it() {
    for (name, change) in golden("change_") {
        let json = format!(r#"{{"type":"events","group":"g","epoch":"e","events":[{change}]}}"#);
        let frame = serde_json::from_str::<ServerFrame>(&json).unwrap();
        assert_eq!(server_frame(&json), Some(frame), "{name}");
    }
    let unknown = r#"{"type":"events","group":"g","epoch":"e","events":[{"seq":1,"at":-5,"by":{"id":"p","name":""},"change":{"kind":"x"}}]}"#;
    assert_eq!(server_frame(unknown), Some(serde_json::from_str(unknown).unwrap()));
}

#[test]
fn every_golden_frame_of_a_client_is_written_as_serde_writes_it() {
    for (name, json) in golden("client_") {
        let known: ClientFrame = serde_json::from_str(&json).unwrap();
        assert_eq!(as_serde(&frame(&known)), serde_json::to_value(&known).unwrap(), "{name}");
        let command = known.command().is_some().then_some(known);
        assert_eq!(client_frame(&Value::read(&json).unwrap()), command, "{name}");
    }
}

#[test]
fn every_rejection_comes_back() {
    for code in RejectionCode::ALL {
        for retry_after_ms in [None, Some(7)] {
            let said = Rejection { code, message: "no".to_owned(), retry_after_ms };
            assert_eq!(as_serde(&rejection_json(&said)), serde_json::to_value(&said).unwrap());
            assert_eq!(rejection(&rejection_json(&said)), Some(said));
        }
    }
}

#[test]
fn what_the_server_rendered_is_read_as_it_wrote_it() {
    let json = golden("server_page").remove(0).1;
    let ServerFrame::Page { group, epoch, seq, messages, more, .. } = serde_json::from_str(&json).unwrap() else {
        panic!("a page");
    };
    let me = messages.first().map(|message| message.by.clone());
    let marked = messages.first().map(|message| message.id.clone());
    let pinned = messages.iter().map(|one| Pin { message: one.id.clone(), by: one.by.clone(), text: one.body.clone() });
    let some = Pins { seq: 50, may_pin: true, pins: pinned.collect() };
    assert_eq!(pins(&serde_json::to_string(&some).unwrap()), Some(some.clone()));
    for (me, before, pins, marked, dated) in [
        (None, None, Pins::default(), None, None),
        (me.clone(), Some(9), some.clone(), marked, None),
        (me.clone(), None, some.clone(), None, Some(Dated::Late)),
        (me, None, some, None, Some(Dated::Nonsense)),
    ] {
        let (group, epoch, messages) = (group.clone(), epoch.clone(), messages.clone());
        let form = "f".to_owned();
        let rendered =
            Opening { group, me, epoch, seq, before, messages, more, read: 3, unread: 2, form, pins, marked, dated };
        assert_eq!(opening(&serde_json::to_string(&rendered).unwrap()), Some(rendered));
    }
}

#[test]
fn a_page_around_a_message_names_it() {
    let (_, json) = golden("server_page").remove(0);
    let mut found: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(around(&json), None);
    found["around"] = "m-1".into();
    let (page, message) = around(&found.to_string()).unwrap();
    assert_eq!((page, message.as_str()), (serde_json::from_str::<ServerFrame>(&json).unwrap(), "m-1"));
}

#[test]
fn the_list_of_groups_is_read_as_the_server_wrote_it() {
    let bare = Listed::unknown(GroupId::parse("茶馆").unwrap());
    let with = vec![Person::new(PersonId::parse("bo").unwrap(), "Bo")];
    let full = Listed {
        kind: Kind::Direct,
        name: Some("Tea".to_owned()),
        about: Some("about".to_owned()),
        with,
        members: 2,
        role: Some("owner".to_owned()),
        moderates: true,
        archived: true,
        head: 9,
        unread: 3,
        mentions: 2,
        spell: Some("cha c".to_owned()),
        at: 1_735_689_600_000,
        ..bare.clone()
    };
    let private = Listed { kind: Kind::Private, ..bare.clone() };
    let list = vec![bare, full, private];
    let json = serde_json::json!({ "groups": list }).to_string();
    assert_eq!(groups(&json), Some(list));
    assert_eq!(groups("{}"), None);
}
