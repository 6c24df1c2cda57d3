//! Tests of `listed`: order, counting, finding, and what a later answer of the server changes.

use protocol::{Change, Event, GroupId, MessageId, Person, PersonId};

use super::{Kind, Listed, arrange, found, happened, merge, waits};

fn id(id: &str) -> GroupId {
    GroupId::parse(id).unwrap()
}

fn group(name: &str, unread: u64, at: i64) -> Listed {
    Listed { unread, at, ..Listed::unknown(id(name)) }
}

fn person(name: &str) -> Person {
    Person::new(PersonId::parse(name).unwrap(), name)
}

fn posted(seq: u64, by: &str) -> Event {
    said(seq, by, "tea")
}

fn said(seq: u64, by: &str, body: &str) -> Event {
    let message = MessageId::parse(format!("m{seq}")).unwrap();
    let change = Change::Posted { message, n: seq, body: body.to_owned(), reply_to: None };
    Event { seq, at: seq as i64 * 10, by: person(by), client_id: None, change }
}

fn names(list: &[Listed]) -> Vec<&str> {
    list.iter().map(|listed| listed.group.as_str()).collect()
}

#[test]
fn what_is_unread_stands_first_and_what_is_archived_last() {
    let mut list = vec![
        group("old", 0, 1),
        group("new", 0, 9),
        Listed { archived: true, ..group("closed", 4, 10) },
        group("waits", 1, 2),
        group("waits-later", 7, 3),
        group("b", 0, 0),
        group("a", 0, 0),
    ];
    arrange(&mut list);
    assert_eq!(names(&list), ["waits-later", "waits", "new", "old", "a", "b", "closed"]);
    assert_eq!(waits(list.iter()).as_deref(), Some("12"));
}

#[test]
fn what_is_meant_for_the_visitor_stands_before_what_is_unread() {
    let mut list = vec![
        group("waits", 7, 9),
        Listed { kind: Kind::Direct, ..group("direct", 1, 2) },
        Listed { mentions: 1, ..group("named", 4, 1) },
        Listed { kind: Kind::Direct, ..group("read-direct", 0, 10) },
        Listed { mentions: 2, archived: true, ..group("closed", 2, 11) },
    ];
    arrange(&mut list);
    assert_eq!(names(&list), ["direct", "named", "waits", "read-direct", "closed"]);
    assert_eq!(waits(list.iter()).as_deref(), Some("@4"), "a direct counts whole, of a group only who is named");
    assert_eq!(waits(list[2..4].iter()).as_deref(), Some("7"));
    assert_eq!(waits(list[3..4].iter()), None);
    assert_eq!(waits([Listed { mentions: 120, ..group("g", 150, 0) }].iter()).as_deref(), Some("@99+"));
}

#[test]
fn who_is_mentioned_is_counted_apart_and_not_in_code_nor_by_oneself() {
    let (mut list, me) = (vec![group("g", 0, 0)], person("me").id);
    let mut hear = |seq, by: &str, body: &str, seen| {
        happened(&mut list, &id("g"), &[said(seq, by, body)], Some(&me), seen);
        (list[0].unread, list[0].mentions)
    };
    assert_eq!(hear(1, "bo", "tea, <@me>?", false), (1, 1));
    assert_eq!(hear(1, "bo", "tea, <@me>?", false), (1, 1), "it came again");
    assert_eq!(hear(2, "bo", "<@all>, <@me>", false), (2, 2));
    assert_eq!(hear(3, "bo", "`<@me>` and <@bo>", false), (3, 2));
    assert_eq!(hear(4, "me", "<@all> <@me>", false), (3, 2));
    assert_eq!(hear(5, "bo", "<@me>", true), (3, 2), "it was seen as it came");
}

#[test]
fn an_event_counts_once_and_ones_own_never() {
    let (mut list, me) = (vec![group("g", 0, 0)], person("me").id);
    let mut hear = |events: &[Event], seen| happened(&mut list, &id("g"), events, Some(&me), seen);
    assert!(hear(&[posted(1, "bo"), posted(2, "me"), posted(3, "bo")], false));
    assert!(!hear(&[posted(2, "me"), posted(3, "bo")], false), "they came again");
    let deleted = Change::Deleted { message: MessageId::parse("m1").unwrap() };
    assert!(!hear(&[Event { change: deleted, ..posted(4, "bo") }], false), "nothing was said");
    assert!(hear(&[posted(5, "bo")], true), "it was the latest, and seen");
    assert!(!happened(&mut list, &id("other"), &[posted(1, "bo")], Some(&me), false));
    assert_eq!((list[0].unread, list[0].at, list[0].head), (2, 50, 5));
}

#[test]
fn an_event_that_comes_twice_in_one_go_counts_once() {
    let mut list = vec![group("g", 0, 0)];
    assert!(happened(
        &mut list,
        &id("g"),
        &[posted(1, "bo"), posted(2, "bo"), posted(1, "bo"), posted(2, "bo")],
        None,
        false
    ));
    assert_eq!((list[0].unread, list[0].head), (2, 2));
}

#[test]
fn a_part_of_a_name_finds_a_group_in_any_script_and_case() {
    let list = [
        Listed { name: Some("Tea Lovers".to_owned()), ..group("x1", 0, 0) },
        Listed { with: vec![person("Bo"), person("Ada")], ..group("x2", 0, 0) },
        Listed { spell: Some("longjingchaguan ljcg".to_owned()), ..group("龙井茶馆", 0, 0) },
    ];
    let find = |words: &str| found(&list, words).into_iter().map(|listed| listed.group.as_str()).collect::<Vec<_>>();
    assert_eq!(find(" tea l"), ["x1"]);
    assert_eq!(find("井茶"), ["龙井茶馆"]);
    assert_eq!(find("ADA"), ["x2"]);
    assert_eq!((find("jingcha"), find("LJ"), find("jl")), (vec!["龙井茶馆"], vec!["龙井茶馆"], vec![]));
    assert_eq!(find("X"), ["x1", "x2"]);
    assert_eq!(find("").len(), 3);
    assert!(find("coffee").is_empty());
}

#[test]
fn a_later_list_brings_and_takes_groups_but_not_what_was_heard_meanwhile() {
    let mut list = vec![
        Listed { head: 7, ..group("stays", 3, 70) },
        Listed { head: 2, ..group("behind", 0, 20) },
        group("left", 0, 0),
        group("open", 0, 0),
    ];
    let named = |listed: Listed| Listed { name: Some("called".to_owned()), ..listed };
    let now = vec![
        named(Listed { head: 6, ..group("stays", 2, 60) }),
        Listed { head: 5, ..group("behind", 1, 50) },
        group("invited", 1, 5),
    ];
    let (new, lost) = merge(&mut list, now, Some(&id("open")));
    assert_eq!((new, lost), (vec![id("invited")], vec![id("left")]));
    assert_eq!(names(&list), ["stays", "behind", "invited", "open"]);
    assert_eq!((list[0].unread, list[0].title(), list[1].unread), (3, "called".to_owned(), 1));
}

#[test]
fn a_later_list_knows_best_who_is_meant_unless_more_was_heard_or_all_was_read() {
    let known = |mentions, unread, head| Listed { mentions, head, ..group("g", unread, 0) };
    let merged = |before: Listed, now: Listed| {
        let mut list = vec![before];
        merge(&mut list, vec![now], None);
        list[0].mentions
    };
    assert_eq!(merged(known(2, 3, 7), known(1, 3, 7)), 1, "one was edited or deleted");
    assert_eq!(merged(known(2, 3, 8), known(1, 2, 7)), 2);
    assert_eq!(merged(known(0, 0, 7), known(1, 3, 7)), 0);
    assert_eq!(merged(known(0, 1, 6), known(1, 2, 7)), 1);
}

#[test]
fn a_group_is_called_by_its_name_its_people_or_its_id() {
    assert_eq!(group("g", 0, 0).title(), "g");
    assert_eq!(group("g", 0, 0).name(), None);
    let direct = Listed { with: vec![person("Bo"), person("Ada")], ..group("g", 0, 0) };
    assert_eq!(direct.title(), "Bo, Ada");
    assert_eq!(Listed { name: Some("Tea".to_owned()), ..direct }.title(), "Tea");
}
