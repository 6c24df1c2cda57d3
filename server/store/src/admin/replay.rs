//! Plays every group's events again and compares what comes out with the tables of messages and reactions.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::check::Finding;
use crate::engine::{Arg, Result, Row, Sql, Tx};
use crate::row::{DELETED, EDITED, PINNED, POSTED, REACTED};

const PAGE: i64 = 500;

const GROUPS: Sql = Sql::both("SELECT id, floor FROM groups ORDER BY id");
const EVENTS: Sql = Sql::both(
    "SELECT seq, at, author, kind, message, n, body, reply_to, emoji, put FROM events
    WHERE grp = $1 AND seq > $2 ORDER BY seq LIMIT $3",
);
const MESSAGES: Sql = Sql::both(
    "SELECT seq, at, author, n, id, body, reply_to, changed, edited_at, deleted, pinned FROM messages
    WHERE grp = $1 AND seq > $2 ORDER BY seq LIMIT $3",
);
const REACTIONS: Sql = Sql::both(
    "SELECT m.seq, r.message, r.emoji, r.person, r.seq, r.since FROM messages m JOIN reactions r ON r.message = m.id
    WHERE m.grp = $1 ORDER BY m.seq, r.seq",
);

/// A message as the events tell it, or as the table has it. A body is its hash: a group may be larger than memory.
#[derive(Default)]
struct Known {
    seq: i64,
    at: i64,
    author: String,
    n: Option<i64>,
    body: u64,
    reply_to: Option<String>,
    changed: i64,
    edited_at: Option<i64>,
    deleted: bool,
    /// The event that pinned it.
    pinned: Option<i64>,
    /// Whether any event still holds a text of it.
    said: bool,
    /// (emoji, person, seq, since)
    reactions: Vec<(Vec<u8>, String, i64, i64)>,
}

pub(super) async fn check(tx: &mut Tx, findings: &mut Vec<Finding>) -> Result<()> {
    for group in tx.rows(GROUPS, &[]).await? {
        let (group, floor) = (group.text(0)?, group.int(1)?);
        let mut told = HashMap::new();
        let mut found = Vec::new();
        play(tx, &group, floor, &mut told, &mut found).await?;
        compare(tx, &group, told, &mut found).await?;
        // One damaged event can show in every message after it.
        findings.extend(found.into_iter().take(20));
    }
    Ok(())
}

async fn play(
    tx: &mut Tx,
    group: &str,
    floor: i64,
    told: &mut HashMap<String, Known>,
    found: &mut Vec<Finding>,
) -> Result<()> {
    let mut after = 0;
    loop {
        let rows = tx.rows(EVENTS, &[Arg::Text(group), Arg::Int(after), Arg::Int(PAGE)]).await?;
        for row in &rows {
            after = row.int(0)?;
            if let Some(what) = step(row, floor, told)? {
                found.push(Finding { place: format!("group {group}, event {after}"), what: what.to_owned() });
            }
        }
        if rows.len() < PAGE as usize {
            return Ok(());
        }
    }
}

/// One event. What is wrong with it, if anything.
fn step(row: &Row, floor: i64, told: &mut HashMap<String, Known>) -> Result<Option<&'static str>> {
    let (seq, at, author, message) = (row.int(0)?, row.int(1)?, row.text(2)?, row.text(4)?);
    let text = row.maybe_bytes(6)?.unwrap_or_default();
    let (body, said) = (hash(&text), !text.is_empty());
    if row.int(3)? == POSTED {
        let (n, reply_to) = (row.maybe_int(5)?, row.maybe_text(7)?);
        let known = Known { seq, at, author, n, body, said, reply_to, changed: seq, ..Known::default() };
        return Ok(told.insert(message, known).map(|_| "the message was posted before"));
    }
    let Some(known) = told.get_mut(&message) else {
        // Of a message that has expired, later events may still be there.
        return Ok((floor == 0).then_some("it changes a message that was never posted"));
    };
    known.changed = seq;
    Ok(match row.int(3)? {
        EDITED => {
            (known.body, known.edited_at) = (body, Some(at));
            known.said |= said;
            (known.deleted).then_some("it changes a deleted message")
        }
        DELETED => {
            (known.body, known.edited_at) = (hash(&[]), None);
            (known.deleted, known.pinned) = (true, None);
            known.reactions.clear();
            known.said.then_some("the deleted text is still in an earlier event")
        }
        REACTED => {
            known.react(row.maybe_bytes(8)?.unwrap_or_default(), author, seq, row.maybe_int(9)? == Some(1));
            (known.deleted).then_some("it changes a deleted message")
        }
        PINNED => {
            known.pinned = (row.maybe_int(9)? == Some(1)).then_some(known.pinned.unwrap_or(seq));
            (known.deleted).then_some("it changes a deleted message")
        }
        _ => Some("its kind is unknown"),
    })
}

impl Known {
    fn react(&mut self, emoji: Vec<u8>, person: String, seq: i64, on: bool) {
        let place = self.reactions.iter().position(|(e, p, _, _)| *e == emoji && *p == person);
        match (on, place) {
            (true, None) => {
                let since = self.reactions.iter().find(|(e, ..)| *e == emoji).map_or(seq, |&(.., since)| since);
                self.reactions.push((emoji, person, seq, since));
            }
            (false, Some(place)) => drop(self.reactions.remove(place)),
            (true, Some(_)) | (false, None) => {}
        }
    }
}

async fn compare(tx: &mut Tx, group: &str, mut told: HashMap<String, Known>, found: &mut Vec<Finding>) -> Result<()> {
    let mut reactions: HashMap<String, Vec<_>> = HashMap::new();
    for row in tx.rows(REACTIONS, &[Arg::Text(group)]).await? {
        let reaction = (row.bytes(2)?, row.text(3)?, row.int(4)?, row.int(5)?);
        reactions.entry(row.text(1)?).or_default().push(reaction);
    }
    let mut after = 0;
    loop {
        let rows = tx.rows(MESSAGES, &[Arg::Text(group), Arg::Int(after), Arg::Int(PAGE)]).await?;
        for row in &rows {
            after = row.int(0)?;
            let id = row.text(4)?;
            let has = stored(row, reactions.remove(&id).unwrap_or_default())?;
            let place = || format!("group {group}, message {id}");
            match told.remove(&id) {
                None => found.push(Finding { place: place(), what: "no event posted it".to_owned() }),
                Some(told) => found.extend(
                    told.differs(&has)
                        .into_iter()
                        .map(|part| Finding { place: place(), what: format!("its {part} is not what the events say") }),
                ),
            }
        }
        if rows.len() < PAGE as usize {
            break;
        }
    }
    let lost = told.into_keys().map(|id| Finding {
        place: format!("group {group}, message {id}"),
        what: "an event posted it, but it is missing".to_owned(),
    });
    found.extend(lost);
    Ok(())
}

fn stored(row: &Row, reactions: Vec<(Vec<u8>, String, i64, i64)>) -> Result<Known> {
    Ok(Known {
        seq: row.int(0)?,
        at: row.int(1)?,
        author: row.text(2)?,
        n: row.maybe_int(3)?,
        body: hash(&row.bytes(5)?),
        reply_to: row.maybe_text(6)?,
        changed: row.int(7)?,
        edited_at: row.maybe_int(8)?,
        deleted: row.int(9)? != 0,
        pinned: row.maybe_int(10)?,
        said: false,
        reactions,
    })
}

impl Known {
    /// The first part that is not the same.
    fn differs(&self, other: &Self) -> Option<&'static str> {
        let parts = [
            (self.seq == other.seq && self.n == other.n, "number"),
            (self.author == other.author, "author"),
            (self.at == other.at, "time"),
            (self.body == other.body && self.deleted == other.deleted, "text"),
            (self.reply_to == other.reply_to, "answered message"),
            (self.edited_at == other.edited_at, "time of editing"),
            (self.changed == other.changed, "last change"),
            (self.pinned == other.pinned, "pin"),
            (self.reactions == other.reactions, "reactions"),
        ];
        parts.into_iter().find(|(same, _)| !same).map(|(_, part)| part)
    }
}

fn hash(body: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    body.hash(&mut hasher);
    hasher.finish()
}
