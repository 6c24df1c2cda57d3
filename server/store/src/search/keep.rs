//! The index's share of the writer's transactions. Set by set; never a decision about a command.

use std::collections::{BTreeMap, HashMap};

use protocol::{GroupId, MessageId};

use super::{HISTORY_META, HOUR_MS, VERSION_META, block, terms_of};
use crate::engine::{Arg, Column, Result, Row, Sql, Tx};
use crate::{migrate, sql};

/// What the indexer asks of the writer.
#[derive(Clone, Debug)]
pub(crate) enum Work {
    /// Messages that wait, in the order of their docs.
    Waiting(Vec<Entry>),
    /// Messages from before the index, newest first, with ids below `from` and not below `to`.
    History { from: String, to: String, entries: Vec<Entry> },
}

/// A message with its terms, as it was when they were made.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) message: String,
    pub(crate) changed: i64,
    pub(crate) at: i64,
    pub(crate) terms: String,
}

impl Work {
    const fn entries(&self) -> &Vec<Entry> {
        match self {
            Self::Waiting(entries) | Self::History { entries, .. } => entries,
        }
    }

    /// That it writes, near enough.
    pub(crate) fn bytes(&self) -> usize {
        self.entries().iter().map(|entry| entry.terms.len()).sum()
    }
}

/// Notes that these can be found.
pub(crate) async fn posted<'a>(tx: &mut Tx, messages: impl IntoIterator<Item = &'a MessageId>) -> Result<()> {
    let ids = Column::texts(messages.into_iter().map(MessageId::as_str));
    tx.run_of(&sql::ADD_DOCS, &[ids]).await.map(drop)
}

/// Takes out what is about to be rewritten, the erased for good. Their rows must be locked and their bodies the old ones.
pub(crate) async fn rewritten<'a>(
    tx: &mut Tx,
    rewritten: impl Iterator<Item = &'a MessageId>,
    erased: impl Iterator<Item = &'a MessageId>,
) -> Result<()> {
    let ids = Column::texts(rewritten.map(MessageId::as_str));
    if ids.is_empty() {
        return Ok(());
    }
    let rows = tx.rows_of(&sql::INDEXED, &[ids]).await?;
    take_out(tx, &rows).await?;
    let erased = Column::texts(erased.map(MessageId::as_str));
    tx.run_of(&sql::DROP_DOCS, &[erased]).await.map(drop)
}

/// Takes out what is about to expire. Its rows must still be there.
pub(crate) async fn expired(tx: &mut Tx, group: &GroupId, up_to: i64) -> Result<()> {
    let args = [Arg::Text(group.as_str()), Arg::Int(up_to)];
    let rows = tx.rows(sql::INDEXED_UP_TO, &args).await?;
    take_out(tx, &rows).await?;
    tx.run(sql::DROP_DOCS_UP_TO, &args).await.map(drop)
}

/// Rows of `INDEXED`.
async fn take_out(tx: &mut Tx, rows: &[Row]) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let docs: Vec<i64> = rows.iter().map(|row| row.int(0)).collect::<Result<_>>()?;
    let terms = rows.iter().map(|row| Ok(terms_of(&row.text(1)?, &row.text(2)?, &row.written(3)?)));
    let terms: Vec<String> = terms.collect::<Result<_>>()?;
    let blocks: Vec<String> = docs.iter().map(|doc| block::terms(*doc)).collect();
    let [terms, blocks] = [&terms, &blocks].map(|texts| Column::texts(texts.iter().map(String::as_str)));
    tx.run_of(&sql::TAKE_TERMS, &[Column::ints(docs.iter().copied()), terms, blocks]).await?;
    set_indexed(tx, &docs, 0).await
}

/// Puts terms in, of messages that are still as they were when the terms were made; the others go on waiting.
pub(crate) async fn index(tx: &mut Tx, work: &Work) -> Result<()> {
    match work {
        Work::Waiting(entries) => index_waiting(tx, entries).await,
        Work::History { from, to, entries } => {
            let reached =
                tx.row(sql::LOCK_META, &[Arg::Text(HISTORY_META)]).await?.map(|row| row.text(0)).transpose()?;
            if reached.as_ref() != Some(from) {
                // Another node was here.
                return Ok(());
            }
            index_history(tx, entries).await?;
            migrate::set(tx, HISTORY_META, to).await.map(drop)
        }
    }
}

async fn index_waiting(tx: &mut Tx, entries: &[Entry]) -> Result<()> {
    let still = Still::load(tx, entries).await?;
    let mut put: Vec<_> = entries.iter().filter_map(|entry| Some((still.waits(entry)?, entry))).collect();
    put.sort_unstable_by_key(|(doc, _)| *doc);
    put_in(tx, &put).await?;
    let docs: Vec<_> = put.iter().map(|(doc, _)| *doc).collect();
    set_indexed(tx, &docs, 1).await
}

/// Docs go down from the lowest: older than all that are there.
async fn index_history(tx: &mut Tx, entries: &[Entry]) -> Result<()> {
    let still = Still::load(tx, entries).await?;
    let lowest = tx.row(sql::LOWEST_DOC, &[]).await?.map(|row| row.maybe_int(0)).transpose()?.flatten();
    let docs = (1..).map(|down| lowest.unwrap_or(0).min(0) - down);
    let mut new: Vec<_> = docs.zip(entries.iter().filter(|entry| still.is_new(entry))).collect();
    new.reverse();
    let as_it_was = |entry: &Entry| still.as_it_was(entry);
    let columns = [
        Column::ints(new.iter().map(|(doc, _)| *doc)),
        Column::texts(new.iter().map(|(_, entry)| entry.message.as_str())),
        Column::ints(new.iter().map(|(_, entry)| as_it_was(entry).into())),
    ];
    tx.run_of(&sql::ADD_OLD_DOCS, &columns).await?;
    new.retain(|(_, entry)| as_it_was(entry));
    put_in(tx, &new).await
}

/// In the order of docs.
async fn put_in(tx: &mut Tx, entries: &[(i64, &Entry)]) -> Result<()> {
    let docs = Column::ints(entries.iter().map(|(doc, _)| *doc));
    let terms = Column::texts(entries.iter().map(|(_, entry)| entry.terms.as_str()));
    let blocks: Vec<String> = entries.iter().map(|(doc, _)| block::terms(*doc)).collect();
    let blocks = Column::texts(blocks.iter().map(String::as_str));
    tx.run_of(&sql::PUT_TERMS, &[docs, terms, blocks]).await?;
    let mut hours: BTreeMap<i64, (i64, i64)> = BTreeMap::new();
    for (doc, entry) in entries {
        let hour = hours.entry(entry.at.div_euclid(HOUR_MS)).or_insert((*doc, *doc));
        *hour = (hour.0.min(*doc), hour.1.max(*doc));
    }
    let columns = [
        Column::ints(hours.keys().copied()),
        Column::ints(hours.values().map(|(first, _)| *first)),
        Column::ints(hours.values().map(|(_, last)| *last)),
    ];
    tx.run_of(&sql::WIDEN_HOURS, &columns).await.map(drop)
}

async fn set_indexed(tx: &mut Tx, docs: &[i64], indexed: i64) -> Result<()> {
    let columns = [Column::ints(docs.iter().copied()), Column::ints(docs.iter().map(|_| indexed))];
    tx.run_of(&sql::SET_INDEXED, &columns).await.map(drop)
}

/// How messages are now: (latest change, doc, whether it waits).
struct Still(HashMap<String, (i64, Option<i64>, bool)>);

impl Still {
    async fn load(tx: &mut Tx, entries: &[Entry]) -> Result<Self> {
        let ids = Column::texts(entries.iter().map(|entry| entry.message.as_str()));
        let rows = tx.rows_of(&sql::STILL, &[ids]).await?;
        let alive = rows.iter().filter(|row| row.int(2).is_ok_and(|deleted| deleted == 0));
        let still = alive.map(|row| Ok((row.text(0)?, (row.int(1)?, row.maybe_int(3)?, row.maybe_int(4)? == Some(0)))));
        still.collect::<Result<_>>().map(Self)
    }

    /// Its doc, if it is what the terms are of, and not indexed yet.
    fn waits(&self, entry: &Entry) -> Option<i64> {
        let (changed, doc, waits) = *self.0.get(&entry.message)?;
        doc.filter(|_| waits && changed == entry.changed)
    }

    fn is_new(&self, entry: &Entry) -> bool {
        self.0.get(&entry.message).is_some_and(|(_, doc, _)| doc.is_none())
    }

    fn as_it_was(&self, entry: &Entry) -> bool {
        self.0.get(&entry.message).is_some_and(|(changed, _, _)| *changed == entry.changed)
    }
}

const CLEAR: Sql = Sql {
    sqlite: "DELETE FROM search_docs; DELETE FROM search_hours;
        INSERT INTO search_terms (search_terms) VALUES ('delete-all')",
    postgres: "DELETE FROM search_docs; DELETE FROM search_hours",
};

/// An index whose terms were made in another way is begun anew.
pub(crate) async fn prepare(tx: &mut Tx) -> Result<()> {
    let version = tx.row(sql::GET_META, &[Arg::Text(VERSION_META)]).await?.map(|row| row.text(0)).transpose()?;
    if version.as_deref() == Some(search::VERSION) { Ok(()) } else { reset(tx).await }
}

/// Begins the index anew: every message is history.
pub(crate) async fn reset(tx: &mut Tx) -> Result<()> {
    tx.script(CLEAR).await?;
    migrate::set(tx, HISTORY_META, "~").await?;
    migrate::set(tx, VERSION_META, search::VERSION).await.map(drop)
}
