//! What each command becomes, one after the other, in memory: numbers, refusals, resends. Pure but for message ids.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use protocol::{Change, ClientId, Event, GroupId, MAX_PINS, MessageId, Millis, Person, PersonId, Seq};
use uuid::Uuid;

use super::Order;
use super::world::{Place, Put, Target, World};
use crate::command::Command;
use crate::error::Refusal;

/// Different emoji on one message, however many people put each.
const MAX_EMOJI: usize = 50;

/// What a batch changes.
pub(super) struct Changes {
    world: World,
    at: Millis,
    pub(super) events: Vec<(GroupId, Event)>,
    /// The latest event of each message that was there before.
    pub(super) touched: BTreeMap<MessageId, Seq>,
    /// What each says now.
    pub(super) rewritten: BTreeMap<MessageId, Text>,
    pub(super) erased: BTreeSet<MessageId>,
    /// Whom each means that says something now.
    pub(super) mentions: BTreeMap<MessageId, Vec<PersonId>>,
    /// (message, emoji, person) → (seq, since), or taken back.
    pub(super) reactions: BTreeMap<(MessageId, String, PersonId), Option<(Seq, Seq)>>,
    /// Since which event each is pinned; nothing: no longer.
    pub(super) pins: BTreeMap<MessageId, Option<Seq>>,
    pub(super) moved: BTreeSet<GroupId>,
    pub(super) moderated: Vec<Moderated>,
    /// This batch's own, for a command that is in it twice.
    named: HashMap<(PersonId, ClientId), usize>,
}

/// What a moderator did to a message.
pub(super) struct Moderated {
    pub(super) group: GroupId,
    pub(super) by: PersonId,
    pub(super) action: &'static str,
    pub(super) author: PersonId,
    pub(super) message: MessageId,
}

pub(super) struct Text {
    pub(super) body: String,
    pub(super) edited_at: Option<Millis>,
    pub(super) deleted: bool,
}

/// A command that is not refused.
pub(super) enum Planned {
    /// The batch's event of this place.
    New(usize),
    /// The same, asked for twice in one batch.
    Again(usize),
    /// Stored before.
    Stored(Arc<Event>),
}

impl Changes {
    pub(super) fn new(world: World, at: Millis) -> Self {
        Self {
            world,
            at,
            events: Vec::new(),
            touched: BTreeMap::new(),
            rewritten: BTreeMap::new(),
            erased: BTreeSet::new(),
            mentions: BTreeMap::new(),
            reactions: BTreeMap::new(),
            pins: BTreeMap::new(),
            moved: BTreeSet::new(),
            moderated: Vec::new(),
            named: HashMap::new(),
        }
    }

    pub(super) fn plan(&mut self, order: &Order) -> Result<Planned, Refusal> {
        let key = (order.by.clone(), order.client_id.clone());
        if let Some((group, event)) = self.world.stored.get(&key) {
            let same = *group == order.group && order.command.made(&event.change);
            return if same { Ok(Planned::Stored(Arc::clone(event))) } else { Err(Refusal::Reused) };
        }
        if let Some(&at) = self.named.get(&key) {
            let (group, event) = &self.events[at];
            let same = *group == order.group && order.command.made(&event.change);
            return if same { Ok(Planned::Again(at)) } else { Err(Refusal::Reused) };
        }
        let by = self.author(&order.by)?;
        let change = self.change(order)?;
        let at = self.add(order, by, change);
        self.named.insert(key, at);
        Ok(Planned::New(at))
    }

    pub(super) fn head(&self, group: &GroupId) -> Place {
        self.world.groups.get(group).copied().unwrap_or_default()
    }

    fn author(&self, id: &PersonId) -> Result<Person, Refusal> {
        self.world.people.get(id).cloned().ok_or(Refusal::NoPerson)
    }

    /// The change that a command asks for, or why not. Nothing is noted yet.
    fn change(&self, order: &Order) -> Result<Change, Refusal> {
        let target = |message: &MessageId| {
            let here = self.world.targets.get(message).filter(|target| target.group == order.group);
            here.ok_or(Refusal::NoMessage)
        };
        let alive = |message: &MessageId| {
            target(message).and_then(|found| if found.deleted { Err(Refusal::NoMessage) } else { Ok(found) })
        };
        let own = |message: &MessageId| {
            alive(message).and_then(|found| if found.author == order.by { Ok(found) } else { Err(Refusal::NotYours) })
        };
        match order.command.clone() {
            Command::Post { body, reply_to } => {
                self.waited(order)?;
                // What it answers may have been deleted meanwhile: that is no reason to lose the answer.
                reply_to.as_ref().map(target).transpose()?;
                let message = MessageId::parse(Uuid::now_v7().to_string()).map_err(|_| Refusal::NoMessage)?;
                Ok(Change::Posted { message, n: self.head(&order.group).n + 1, body, reply_to })
            }
            Command::Edit { message, body } => own(&message).map(|_| Change::Edited { message, body }),
            Command::Delete { message } if order.grant.moderate => alive(&message).map(|_| Change::Deleted { message }),
            Command::Delete { message } => own(&message).map(|_| Change::Deleted { message }),
            Command::React { message, emoji, on } => {
                alive(&message)?;
                if on && !self.takes(&message, &emoji) {
                    return Err(Refusal::TooManyEmoji);
                }
                Ok(Change::Reacted { message, emoji, on })
            }
            Command::Pin { message, on } => {
                let pinned = alive(&message)?.pinned;
                let pins = self.world.pins.get(&order.group).copied().unwrap_or_default();
                if on && !pinned && pins >= MAX_PINS {
                    return Err(Refusal::TooManyPins);
                }
                Ok(Change::Pinned { message, on })
            }
        }
    }

    /// In a group that is slowed, whether the author has waited since their last post.
    fn waited(&self, order: &Order) -> Result<(), Refusal> {
        if !self.world.slows(order) {
            return Ok(());
        }
        let Some(last) = self.world.last_posts.get(&(order.group.clone(), order.by.clone())) else { return Ok(()) };
        let slow = self.head(&order.group).slow_ms;
        // Never longer than the group's own time, whatever the clock did.
        let wait = last.saturating_add(slow).saturating_sub(self.at).min(slow);
        match u64::try_from(wait) {
            Ok(0) | Err(_) => Ok(()),
            Ok(wait_ms) => Err(Refusal::TooSoon { wait_ms }),
        }
    }

    /// Whether a message may have this emoji too.
    fn takes(&self, message: &MessageId, emoji: &str) -> bool {
        let puts = self.world.reactions.get(message).map_or(&[][..], Vec::as_slice);
        let different: BTreeSet<&str> = puts.iter().map(|put| put.emoji.as_str()).collect();
        different.contains(emoji) || different.len() < MAX_EMOJI
    }

    fn add(&mut self, order: &Order, by: Person, change: Change) -> usize {
        let head = self.world.groups.entry(order.group.clone()).or_default();
        head.seq += 1;
        let seq = head.seq;
        if let Change::Posted { n, .. } = change {
            head.n = n;
            if head.slow_ms > 0 {
                self.world.last_posts.insert((order.group.clone(), by.id.clone()), self.at);
            }
        }
        self.moved.insert(order.group.clone());
        self.note(order, seq, &change);
        if let Change::Posted { message, .. } | Change::Edited { message, .. } = &change {
            self.mentions.insert(message.clone(), order.mentions.clone());
        }
        let client_id = Some(order.client_id.clone());
        self.events.push((order.group.clone(), Event { seq, at: self.at, by, client_id, change }));
        self.events.len() - 1
    }

    fn note(&mut self, order: &Order, seq: Seq, change: &Change) {
        let (group, by) = (&order.group, &order.by);
        match change {
            Change::Posted { message, .. } => {
                let target = Target { group: group.clone(), author: by.clone(), deleted: false, pinned: false };
                self.world.targets.insert(message.clone(), target);
            }
            Change::Edited { message, body } => {
                let text = Text { body: body.clone(), edited_at: Some(self.at), deleted: false };
                self.rewritten.insert(message.clone(), text);
                self.touched.insert(message.clone(), seq);
            }
            Change::Deleted { message } => self.delete(group, by, message, seq),
            Change::Reacted { message, emoji, on } => {
                self.react(message, emoji, by, seq, *on);
                self.touched.insert(message.clone(), seq);
            }
            Change::Pinned { message, on } => {
                // Where anybody may pin, it is nobody's office.
                if self.pin(group, message, seq, *on) && order.grant.moderate {
                    self.moderate(group, by, if *on { "pinned" } else { "unpinned" }, message);
                }
                self.touched.insert(message.clone(), seq);
            }
            Change::Unknown => {}
        }
    }

    fn moderate(&mut self, group: &GroupId, by: &PersonId, action: &'static str, message: &MessageId) {
        if let Some(target) = self.world.targets.get(message) {
            let (group, by, author) = (group.clone(), by.clone(), target.author.clone());
            self.moderated.push(Moderated { group, by, action, author, message: message.clone() });
        }
    }

    /// One that is pinned already keeps its place. Whether it changes anything.
    fn pin(&mut self, group: &GroupId, message: &MessageId, seq: Seq, on: bool) -> bool {
        let target = self.world.targets.get_mut(message).filter(|target| target.pinned != on);
        let Some(target) = target else { return false };
        target.pinned = on;
        self.pins.insert(message.clone(), on.then_some(seq));
        let pins = self.world.pins.entry(group.clone()).or_default();
        *pins = if on { *pins + 1 } else { pins.saturating_sub(1) };
        true
    }

    /// Text goes from what this batch is about to store, too, and the edit mark with it.
    fn delete(&mut self, group: &GroupId, by: &PersonId, message: &MessageId, seq: Seq) {
        if let Some(target) = self.world.targets.get_mut(message) {
            target.deleted = true;
            if target.author != *by {
                self.moderate(group, by, "deleted", message);
            }
        }
        self.pin(group, message, seq, false);
        self.rewritten.insert(message.clone(), Text { body: String::new(), edited_at: None, deleted: true });
        self.touched.insert(message.clone(), seq);
        self.erased.insert(message.clone());
        self.mentions.remove(message);
        self.world.reactions.remove(message);
        self.reactions.retain(|(of, _, _), _| of != message);
        for (_, event) in &mut self.events {
            match &mut event.change {
                Change::Posted { message: of, body, .. } | Change::Edited { message: of, body } if of == message => {
                    body.clear();
                }
                Change::Posted { .. }
                | Change::Edited { .. }
                | Change::Deleted { .. }
                | Change::Reacted { .. }
                | Change::Pinned { .. }
                | Change::Unknown => {}
            }
        }
    }

    /// An emoji keeps its place while anybody has it there.
    fn react(&mut self, message: &MessageId, emoji: &str, person: &PersonId, seq: Seq, on: bool) {
        let puts = self.world.reactions.entry(message.clone()).or_default();
        let place = puts.iter().position(|put| put.emoji == emoji && put.person == *person);
        let key = (message.clone(), emoji.to_owned(), person.clone());
        match (on, place) {
            (true, None) => {
                let since = puts.iter().find(|put| put.emoji == emoji).map_or(seq, |put| put.since);
                puts.push(Put { emoji: emoji.to_owned(), person: person.clone(), since });
                self.reactions.insert(key, Some((seq, since)));
            }
            (false, Some(place)) => {
                puts.remove(place);
                self.reactions.insert(key, None);
            }
            (true, Some(_)) | (false, None) => {}
        }
    }
}
