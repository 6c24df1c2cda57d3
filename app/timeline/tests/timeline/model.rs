//! A group as a server keeps it: its events, and what they come to, counted anew each time and in its own way.

use proptest::{prelude::*, sample::Index};
use protocol::{Change, ClientId, Epoch, Event, Message, MessageId, Person, PersonId, Reaction, Seq};
use timeline::Page;

/// What happens in a group.
#[derive(Clone, Debug)]
pub(crate) enum Op {
    Post { who: usize },
    Edit { which: Index, who: usize },
    Delete { which: Index, who: usize },
    React { which: Index, who: usize, emoji: usize, on: bool },
    Pin { which: Index, who: usize, on: bool },
    Unknown,
}

pub(crate) fn op() -> impl Strategy<Value = Op> {
    let which = any::<Index>;
    prop_oneof![
        5 => (0..3_usize).prop_map(|who| Op::Post { who }),
        2 => (which(), 0..3_usize).prop_map(|(which, who)| Op::Edit { which, who }),
        1 => (which(), 0..3_usize).prop_map(|(which, who)| Op::Delete { which, who }),
        3 => (which(), 0..3_usize, 0..3_usize, any::<bool>())
            .prop_map(|(which, who, emoji, on)| Op::React { which, who, emoji, on }),
        2 => (which(), 0..3_usize, any::<bool>()).prop_map(|(which, who, on)| Op::Pin { which, who, on }),
        1 => Just(Op::Unknown),
    ]
}

pub(crate) fn epoch() -> Epoch {
    Epoch::parse("first-life").unwrap()
}

/// The client under test is person 0: only their events carry a `client_id`.
pub(crate) const ME: usize = 0;

pub(crate) fn person(who: usize) -> Person {
    Person::new(PersonId::parse(format!("person-{who}")).unwrap(), ["Ann", "Bob", "小明"][who])
}

#[derive(Debug, Default)]
pub(crate) struct Group {
    pub(crate) events: Vec<Event>,
}

impl Group {
    pub(crate) fn of(ops: &[Op]) -> Self {
        let mut group = Self::default();
        for op in ops {
            group.happen(op);
        }
        group
    }

    pub(crate) fn head(&self) -> Seq {
        self.events.len() as Seq
    }

    /// Events after one number and up to another.
    pub(crate) fn between(&self, after: Seq, to: Seq) -> Vec<Event> {
        self.events.iter().filter(|event| event.seq > after && event.seq <= to).cloned().collect()
    }

    pub(crate) fn happen(&mut self, op: &Op) -> &Event {
        let seq = self.head() + 1;
        let posted: Vec<MessageId> = self.events.iter().filter_map(posted).collect();
        let named = |which: &Index| posted.get(which.index(posted.len().max(1))).cloned();
        let (who, change) = match op {
            Op::Post { who } => (*who, None),
            Op::Edit { which, who } => {
                (*who, named(which).map(|message| Change::Edited { message, body: format!("edited by {seq}") }))
            }
            Op::Delete { which, who } => (*who, named(which).map(|message| Change::Deleted { message })),
            Op::React { which, who, emoji, on } => {
                let emoji = ["🍵", "👍", "🫖"][*emoji].to_owned();
                (*who, named(which).map(|message| Change::Reacted { message, emoji, on: *on }))
            }
            Op::Pin { which, who, on } => (*who, named(which).map(|message| Change::Pinned { message, on: *on })),
            Op::Unknown => (1, Some(Change::Unknown)),
        };
        let change = change.unwrap_or_else(|| Change::Posted {
            message: MessageId::parse(format!("m{seq}")).unwrap(),
            n: posted.len() as u64 + 1,
            body: format!("said by {seq}"),
            reply_to: posted.last().cloned(),
        });
        let client_id = (who == ME).then(|| ClientId::parse(format!("c{seq}")).unwrap());
        // A clock that jumps: nothing may depend on it.
        let at = 1_000_000 * (seq as i64 * 7 % 11);
        self.events.push(Event { seq, at, by: person(who), client_id, change });
        &self.events[self.events.len() - 1]
    }

    /// Every message as of an event.
    pub(crate) fn messages(&self, as_of: Seq) -> Vec<Message> {
        let events = &self.events[..as_of as usize];
        events.iter().filter_map(|event| Some(self.message(event, &posted(event)?, events))).collect()
    }

    fn message(&self, birth: &Event, id: &MessageId, events: &[Event]) -> Message {
        let Change::Posted { n, body, reply_to, .. } = &birth.change else { unreachable!() };
        let own: Vec<&Event> = events.iter().filter(|event| event.change.message() == Some(id)).collect();
        let death = own.iter().position(|event| matches!(event.change, Change::Deleted { .. }));
        let edit = own.iter().rev().find_map(|event| match &event.change {
            Change::Edited { body, .. } => Some((body.clone(), event.at)),
            _ => None,
        });
        let edit = edit.filter(|_| death.is_none());
        let pin = own.iter().rev().find_map(|event| match event.change {
            Change::Pinned { on, .. } => Some(on),
            _ => None,
        });
        Message {
            id: id.clone(),
            seq: birth.seq,
            n: *n,
            changed: own.last().map_or(birth.seq, |event| event.seq),
            at: birth.at,
            by: birth.by.clone(),
            client_id: birth.client_id.clone(),
            body: if death.is_some() {
                String::new()
            } else {
                edit.as_ref().map_or_else(|| body.clone(), |(body, _)| body.clone())
            },
            reply_to: reply_to.clone(),
            edited_at: edit.map(|(_, at)| at),
            deleted: death.is_some(),
            pinned: death.is_none() && pin == Some(true),
            reactions: if death.is_some() { Vec::new() } else { reactions(&own) },
        }
    }

    pub(crate) fn page(&self, as_of: Seq, before: Seq, limit: usize) -> Page {
        let mut messages = self.messages(as_of);
        messages.retain(|message| message.seq < before);
        let older = messages.len().saturating_sub(limit);
        Page { epoch: epoch(), before, seq: as_of, messages: messages.split_off(older), more: older > 0 }
    }
}

fn posted(event: &Event) -> Option<MessageId> {
    match &event.change {
        Change::Posted { message, .. } => Some(message.clone()),
        _ => None,
    }
}

/// As a database would: a row per emoji and person with the event that put it, and with the event that began its emoji.
fn reactions(events: &[&Event]) -> Vec<Reaction> {
    let mut rows: Vec<(Seq, String, Seq, Person)> = Vec::new();
    for event in events {
        let Change::Reacted { emoji, on, .. } = &event.change else { continue };
        let row = rows.iter().position(|(_, known, _, by)| known == emoji && by.id == event.by.id);
        match (row, on) {
            (None, true) => {
                let began = rows.iter().find(|(_, known, ..)| known == emoji).map_or(event.seq, |(began, ..)| *began);
                rows.push((began, emoji.clone(), event.seq, event.by.clone()));
            }
            (Some(row), false) => drop(rows.remove(row)),
            (Some(_), true) | (None, false) => {}
        }
    }
    rows.sort_by_key(|(began, _, put, _)| (*began, *put));
    let mut reactions: Vec<Reaction> = Vec::new();
    for (_, emoji, _, by) in rows {
        match reactions.last_mut().filter(|reaction| reaction.emoji == emoji) {
            Some(reaction) => reaction.people.push(by),
            None => reactions.push(Reaction { emoji, people: vec![by] }),
        }
    }
    reactions
}
