//! What is read: pages, events, heads, read marks. Each answer is one consistent snapshot, and none waits for the writer.

use std::collections::HashMap;
use std::time::Duration;

use protocol::{Epoch, Event, GroupId, Message, MessageId, Person, PersonId, Reaction, Seq};

use tokio::time::timeout;

use crate::engine::{Arg, Column, Result, Row, Tx};
use crate::error::StoreError;
use crate::people::person;
use crate::row::{event, message, number};
use crate::{Store, sql};

/// A database that has not answered a read in this time is away. A connection that is silent would keep a reader waiting
/// for as long as the network does.
const ANSWER: Duration = Duration::from_secs(10);

/// Bytes of text on one page; a single longer message is a page of its own.
pub(crate) const PAGE_BYTES: i64 = 256 << 10;

/// Bytes of text in one replay; past it a fresh page is cheaper.
const REPLAY_BYTES: u64 = 4 << 20;

/// Messages of a group as they are after event `seq`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// The database's life.
    pub epoch: Epoch,
    /// The group's latest event, 0 if none: what follows on this snapshot are the events after it.
    pub seq: Seq,
    /// The latest message's number.
    pub n: u64,
    /// Oldest first.
    pub messages: Vec<Message>,
    /// Whether there are older ones.
    pub more: bool,
}

/// What happened after an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Replay {
    /// All of it, in order; none if nothing did.
    Events(Vec<Event>),
    /// More than is sent again, or the event lies in the future.
    TooFar,
    /// Some of it is no longer kept.
    Expired,
    /// The number is of another life of the database.
    Epoch,
}

/// Where a group stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// The latest event.
    pub seq: Seq,
    /// The latest message's number.
    pub n: u64,
    /// The latest event that is no longer kept.
    pub floor: Seq,
    /// Moves with every change of who may do what there, and of the group's description.
    pub access: u64,
}

/// Where a person stands in some groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standings {
    /// The database's life.
    pub epoch: Epoch,
    /// In the order in which they were asked for.
    pub groups: Vec<Standing>,
}

/// Where a person stands in a group; zeros in one that does not exist yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Which.
    pub group: GroupId,
    /// The latest event.
    pub head: Seq,
    /// The latest event that the person has read.
    pub read: Seq,
    /// Messages after it.
    pub unread: u64,
    /// Those of them that mention the person or everyone, or answer the person, at most 200.
    pub mentions: u64,
}

impl Store {
    /// The database's life.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], as of every read.
    pub async fn epoch(&self) -> Result<Epoch, StoreError> {
        in_time(async { epoch(&mut self.reader().once().await?).await }).await
    }

    /// The newest messages of a group, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn newest(&self, group: &GroupId, limit: u32) -> Result<Snapshot, StoreError> {
        in_time(self.page(group, i64::MAX, limit)).await
    }

    /// The newest messages that were posted before event `seq`, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn before(&self, group: &GroupId, seq: Seq, limit: u32) -> Result<Snapshot, StoreError> {
        in_time(self.page(group, number(seq), limit)).await
    }

    async fn page(&self, group: &GroupId, before: i64, limit: u32) -> Result<Snapshot> {
        page(&mut self.reader().begin().await?, group, before, limit).await
    }

    /// What happened in a group after event `seq`, unless it is more than `cap` events or 4 MiB of text. Without an
    /// `epoch` the number is taken to be of this life.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn after(
        &self,
        group: &GroupId,
        epoch: Option<&Epoch>,
        seq: Seq,
        cap: u32,
    ) -> Result<Replay, StoreError> {
        in_time(self.replay(group, epoch, seq, cap, true)).await
    }

    /// The events that follow event `seq`, the first `most` of them; fewer if those are more than 4 MiB of text, but at
    /// least one. `TooFar` only if the number lies in the future.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn next(&self, group: &GroupId, epoch: &Epoch, seq: Seq, most: u32) -> Result<Replay, StoreError> {
        in_time(self.replay(group, Some(epoch), seq, most, false)).await
    }

    async fn replay(
        &self,
        group: &GroupId,
        epoch: Option<&Epoch>,
        seq: Seq,
        mut most: u32,
        all: bool,
    ) -> Result<Replay> {
        let mut tx = self.reader().begin().await?;
        let now = self::epoch(&mut tx).await?;
        if epoch.is_some_and(|epoch| *epoch != now) {
            return Ok(Replay::Epoch);
        }
        let place = tx.row(sql::PLACE, &[Arg::Text(group.as_str())]).await?;
        let (head, floor) = match &place {
            Some(row) => (row.count(0)?, row.count(2)?),
            None => (0, 0),
        };
        if seq < floor {
            return Ok(Replay::Expired);
        }
        if seq > head || (all && head - seq > u64::from(most)) {
            return Ok(Replay::TooFar);
        }
        if seq == head {
            return Ok(Replay::Events(Vec::new()));
        }
        loop {
            let args = [Arg::Text(group.as_str()), Arg::Int(number(seq)), Arg::Int(most.into())];
            let size = tx.row(sql::EVENTS_SIZE, &args).await?;
            let fits = size.map(|row| row.count(1)).transpose()?.unwrap_or(0) <= REPLAY_BYTES;
            if fits || (!all && most <= 1) {
                let rows = tx.rows(sql::EVENTS_AFTER, &args).await?;
                return Ok(Replay::Events(rows.iter().map(event).collect::<Result<_>>()?));
            }
            if all {
                return Ok(Replay::TooFar);
            }
            most /= 2;
        }
    }

    /// Where these groups stand. One that does not exist yet is not in the answer.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn heads(&self, groups: &[GroupId]) -> Result<HashMap<GroupId, Head>, StoreError> {
        in_time(self.read_heads(groups)).await
    }

    async fn read_heads(&self, groups: &[GroupId]) -> Result<HashMap<GroupId, Head>> {
        heads(&mut self.reader().begin().await?, groups).await
    }

    /// Where a person stands in these groups.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn standings(&self, person: &PersonId, groups: &[GroupId]) -> Result<Standings, StoreError> {
        in_time(self.read_standings(person, groups)).await
    }

    async fn read_standings(&self, person: &PersonId, groups: &[GroupId]) -> Result<Standings> {
        let mut tx = self.reader().begin().await?;
        let epoch = epoch(&mut tx).await?;
        let people = Column::texts(groups.iter().map(|_| person.as_str()));
        let rows = tx.rows_of(&sql::STANDINGS, &[people, Column::texts(groups.iter().map(GroupId::as_str))]).await?;
        let mut found = HashMap::new();
        for row in &rows {
            let group: GroupId = row.id(0)?;
            let seen = row.count(3)?.max(row.count(5)?);
            let unread = row.count(2)?.saturating_sub(seen);
            let (head, read, mentions) = (row.count(1)?, row.count(4)?, row.count(6)?);
            found.insert(group.clone(), Standing { group, head, read, unread, mentions });
        }
        let standing = |group: &GroupId| {
            let none = || Standing { group: group.clone(), head: 0, read: 0, unread: 0, mentions: 0 };
            found.get(group).cloned().unwrap_or_else(none)
        };
        Ok(Standings { epoch, groups: groups.iter().map(standing).collect() })
    }

    /// How far each member of a group has read, the first 64 of them; 0 who has read nothing. Marks that wait to be written
    /// are not in it.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn read_marks(&self, group: &GroupId) -> Result<Vec<(Person, Seq)>, StoreError> {
        let rows = self.reader().once().await?.rows(sql::READ_MARKS, &[Arg::Text(group.as_str())]).await?;
        let mark = |row: &Row| Ok((person(row, 0)?, row.count(3)?));
        Ok(rows.iter().map(mark).collect::<Result<_>>()?)
    }
}

/// What a reader says, or that it said nothing.
pub(crate) async fn in_time<T>(read: impl Future<Output = Result<T>>) -> Result<T, StoreError> {
    Ok(timeout(ANSWER, read).await.unwrap_or(Err(sqlx::Error::PoolTimedOut))?)
}

pub(crate) async fn epoch(tx: &mut Tx) -> Result<Epoch> {
    tx.row(sql::EPOCH, &[]).await?.ok_or(sqlx::Error::RowNotFound)?.id(0)
}

/// Where these groups stand, within a snapshot.
pub(crate) async fn heads(tx: &mut Tx, groups: &[GroupId]) -> Result<HashMap<GroupId, Head>> {
    let rows = tx.rows_of(&sql::HEADS, &[Column::texts(groups.iter().map(GroupId::as_str))]).await?;
    let heads = rows.iter().map(|row| {
        let (seq, n) = (row.count(1)?, row.count(2)?);
        Ok((row.id(0)?, Head { seq, n, floor: row.count(3)?, access: row.count(4)? }))
    });
    heads.collect()
}

/// The newest messages before an event, within a snapshot.
pub(crate) async fn page(tx: &mut Tx, group: &GroupId, before: i64, limit: u32) -> Result<Snapshot> {
    let epoch = epoch(tx).await?;
    let Some(place) = tx.row(sql::PLACE, &[Arg::Text(group.as_str())]).await? else {
        return Ok(Snapshot { epoch, seq: 0, n: 0, messages: Vec::new(), more: false });
    };
    let args = [Arg::Text(group.as_str()), Arg::Int(before), Arg::Int(limit.into())];
    let from = first_that_fits(&tx.rows(sql::SIZES, &args).await?)?.unwrap_or(before);
    let rows = tx.rows(sql::PAGE, &[Arg::Text(group.as_str()), Arg::Int(from), Arg::Int(before)]).await?;
    let mut messages: Vec<Message> = rows.iter().map(message).collect::<Result<_>>()?;
    add_reactions(tx, &mut messages).await?;
    let floor = place.count(3)?;
    let more = messages.first().is_some_and(|first| first.n > floor + 1);
    Ok(Snapshot { epoch, seq: place.count(0)?, n: place.count(1)?, messages, more })
}

/// The oldest that still fits into a page, of rows of `SIZES`; the newest fits always.
fn first_that_fits(sizes: &[Row]) -> Result<Option<i64>> {
    let (mut first, mut bytes) = (None, 0);
    for row in sizes {
        bytes += row.int(1)?;
        if bytes > PAGE_BYTES && first.is_some() {
            break;
        }
        first = Some(row.int(0)?);
    }
    Ok(first)
}

pub(crate) async fn add_reactions(tx: &mut Tx, messages: &mut [Message]) -> Result<()> {
    // Nearly all pages have none, but only the database knows.
    let ids = Column::texts(messages.iter().map(|message| message.id.as_str()));
    if ids.is_empty() {
        return Ok(());
    }
    let rows = tx.rows_of(&sql::REACTIONS_OF, &[ids]).await?;
    if rows.is_empty() {
        return Ok(());
    }
    let at: HashMap<MessageId, usize> = messages.iter().enumerate().map(|(at, m)| (m.id.clone(), at)).collect();
    // (message, emoji) → its place among the message's reactions: there may be thousands of people.
    let mut places: HashMap<(usize, String), usize> = HashMap::new();
    for row in rows {
        let Some(&at) = at.get(&row.id(0)?) else { continue };
        let Some(Message { reactions, .. }) = messages.get_mut(at) else { continue };
        let (emoji, who) = (row.written(1)?, person(&row, 2)?);
        let place = *places.entry((at, emoji)).or_insert_with_key(|(_, emoji)| {
            reactions.push(Reaction { emoji: emoji.clone(), people: Vec::new() });
            reactions.len() - 1
        });
        reactions[place].people.push(who);
    }
    Ok(())
}
