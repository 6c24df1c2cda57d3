//! What a batch must know before it decides: loaded set by set, in one transaction, under its locks. Then only memory.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use protocol::{ClientId, Event, GroupId, MessageId, Millis, Person, PersonId, Seq};

use super::Order;
use crate::command::Command;
use crate::engine::{Column, Result, Tx};
use crate::name::GroupKind;
use crate::people::person_of;
use crate::{row, sql};

#[derive(Default)]
pub(super) struct World {
    pub(super) groups: HashMap<GroupId, Place>,
    pub(super) people: HashMap<PersonId, Person>,
    /// Commands of this batch that were stored before.
    pub(super) stored: HashMap<(PersonId, ClientId), (GroupId, Arc<Event>)>,
    pub(super) targets: HashMap<MessageId, Target>,
    pub(super) reactions: HashMap<MessageId, Vec<Put>>,
    /// How many messages are pinned, where somebody pins one.
    pub(super) pins: HashMap<GroupId, usize>,
    /// When those posted last who are slowed.
    pub(super) last_posts: HashMap<(GroupId, PersonId), Millis>,
}

/// Where a group stands: the latest event's number and the latest message's.
#[derive(Clone, Copy, Default)]
pub(super) struct Place {
    pub(super) seq: Seq,
    pub(super) n: u64,
    /// Between two posts of one person; 0: as they like.
    pub(super) slow_ms: i64,
    /// It is for its members alone.
    pub(super) closed: bool,
}

/// A message that a command refers to.
pub(super) struct Target {
    pub(super) group: GroupId,
    pub(super) author: PersonId,
    pub(super) deleted: bool,
    /// It is pinned.
    pub(super) pinned: bool,
}

/// A reaction that is put.
pub(super) struct Put {
    pub(super) emoji: String,
    pub(super) person: PersonId,
    pub(super) since: Seq,
}

impl World {
    /// Groups first: their locks keep still what is read after them.
    pub(super) async fn load(tx: &mut Tx, orders: &[Order]) -> Result<Self> {
        let mut world = Self::default();
        if orders.is_empty() {
            return Ok(world);
        }
        let groups: BTreeSet<_> = orders.iter().map(|order| order.group.as_str()).collect();
        for row in tx.rows_of(&sql::LOCK_GROUPS, &[Column::texts(groups)]).await? {
            let closed = row.id::<GroupKind>(4)? != GroupKind::Open;
            let place = Place { seq: row.count(1)?, n: row.count(2)?, slow_ms: row.int(3)?, closed };
            world.groups.insert(row.id(0)?, place);
        }
        let authors = Column::texts(orders.iter().map(|order| order.by.as_str()));
        let names = Column::texts(orders.iter().map(|order| order.client_id.as_str()));
        for found in tx.rows_of(&sql::KNOWN, &[authors, names]).await? {
            let author = person_of(&found, [14, 3, 12])?;
            world.people.insert(author.id.clone(), author);
            if found.maybe_int(0)?.is_none() {
                continue;
            }
            let event = row::event(&found)?;
            if let Some(name) = event.client_id.clone() {
                world.stored.insert((event.by.id.clone(), name), (found.id(13)?, Arc::new(event)));
            }
        }
        world.load_messages(tx, orders).await?;
        world.load_last_posts(tx, orders).await?;
        world.load_pins(tx, orders).await?;
        Ok(world)
    }

    /// Whether a command must wait its turn, as far as its group goes.
    pub(super) fn slows(&self, order: &Order) -> bool {
        let slow = || self.groups.get(&order.group).is_some_and(|place| place.slow_ms > 0);
        matches!(order.command, Command::Post { .. }) && !order.grant.moderate && slow()
    }

    async fn load_last_posts(&mut self, tx: &mut Tx, orders: &[Order]) -> Result<()> {
        let slowed = orders.iter().filter(|order| self.slows(order));
        let slowed: BTreeSet<_> = slowed.map(|order| (order.group.as_str(), order.by.as_str())).collect();
        if !slowed.is_empty() {
            let groups = Column::texts(slowed.iter().map(|(group, _)| *group));
            let authors = Column::texts(slowed.iter().map(|(_, author)| *author));
            for row in tx.rows_of(&sql::LAST_POSTS, &[groups, authors]).await? {
                self.last_posts.insert((row.id(0)?, row.id(1)?), row.int(2)?);
            }
        }
        Ok(())
    }

    async fn load_messages(&mut self, tx: &mut Tx, orders: &[Order]) -> Result<()> {
        let targets: BTreeSet<_> = orders.iter().filter_map(|order| target(&order.command)).collect();
        if !targets.is_empty() {
            let ids = Column::texts(targets.iter().map(|id| id.as_str()));
            for row in tx.rows_of(&sql::TARGETS, &[ids]).await? {
                let (deleted, pinned) = (row.int(3)? != 0, row.maybe_int(4)?.is_some());
                let target = Target { group: row.id(1)?, author: row.id(2)?, deleted, pinned };
                self.targets.insert(row.id(0)?, target);
            }
        }
        let reacts = |order: &Order| matches!(order.command, Command::React { .. });
        let reacted: BTreeSet<_> =
            orders.iter().filter(|order| reacts(order)).filter_map(|order| target(&order.command)).collect();
        if !reacted.is_empty() {
            let ids = Column::texts(reacted.iter().map(|id| id.as_str()));
            for row in tx.rows_of(&sql::PUT_ON, &[ids]).await? {
                let put = Put { emoji: row.written(1)?, person: row.id(2)?, since: row.count(3)? };
                self.reactions.entry(row.id(0)?).or_default().push(put);
            }
        }
        Ok(())
    }

    async fn load_pins(&mut self, tx: &mut Tx, orders: &[Order]) -> Result<()> {
        let pins = orders.iter().filter(|order| matches!(order.command, Command::Pin { on: true, .. }));
        let groups: BTreeSet<_> = pins.map(|order| order.group.as_str()).collect();
        if !groups.is_empty() {
            for row in tx.rows_of(&sql::PINS_IN, &[Column::texts(groups)]).await? {
                *self.pins.entry(row.id(0)?).or_default() += 1;
            }
        }
        Ok(())
    }

    /// Groups that someone posts to and that are not there, in order.
    pub(super) fn missing<'a>(&self, orders: &'a [Order]) -> BTreeSet<&'a GroupId> {
        let posts = orders.iter().filter(|order| matches!(order.command, Command::Post { .. }));
        posts.map(|order| &order.group).filter(|group| !self.groups.contains_key(*group)).collect()
    }
}

/// The message that a command refers to.
fn target(command: &Command) -> Option<&MessageId> {
    match command {
        Command::Post { reply_to, .. } => reply_to.as_ref(),
        Command::Edit { message, .. }
        | Command::Delete { message }
        | Command::React { message, .. }
        | Command::Pin { message, .. } => Some(message),
    }
}
