//! What is found: candidates from the index and what still waits for it, each matched with its text. Newest first.

use std::collections::HashSet;
use std::time::Duration;

use protocol::{GroupId, Message, Millis, PersonId};
use search::Query;

use super::block::Walk;
use super::expression::Asking;
use super::{HISTORY_META, HOUR_MS};
use crate::engine::{Arg, Result, Row, Tx};
use crate::error::StoreError;
use crate::read::{add_reactions, in_time};
use crate::row::message;
use crate::{Store, sql};

/// Hits of one answer.
const MOST: usize = 100;
/// Messages that are read though they are not in the index yet, and bytes of their text.
const MOST_WAITING: usize = 2048;
const MOST_WAITING_BYTES: i64 = 4 << 20;
/// Candidates that are matched for one answer; then it is given, and whoever wants more goes on from there.
const MOST_CANDIDATES: usize = 2000;

/// What to look for, and where.
#[derive(Clone, Copy, Debug)]
pub struct SearchQuery<'a> {
    /// What. Its own filters are names that people typed; only the fields below count here.
    pub query: &'a Query,
    /// Where: those that the asker may read, or some of them.
    pub groups: &'a [GroupId],
    /// Said by one of these people alone.
    pub from: Option<&'a [PersonId]>,
    /// Said before.
    pub before: Option<Millis>,
    /// Said then or after.
    pub after: Option<Millis>,
    /// From here on back.
    pub older_than: Option<Cursor>,
    /// Hits of the answer, at most 100.
    pub limit: usize,
    /// Where hits are rare and the words are not, the answer is given after so long, and whoever wants more goes on from there.
    pub patience: Duration,
}

impl SearchQuery<'_> {
    /// The patience of somebody who waits for a page.
    pub const PATIENCE: Duration = Duration::from_millis(15);
}

/// A place among everything that can be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cursor(pub i64);

/// A message that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Where.
    pub group: GroupId,
    /// As a page would show it.
    pub message: Message,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hits {
    /// Newest first. May be fewer than asked for though there is more.
    pub messages: Vec<Found>,
    /// Where to go on, if there may be more.
    pub more: Option<Cursor>,
    /// Whether everything was looked at; not while the index of an old database is being made, or far behind.
    pub complete: bool,
}

impl Store {
    /// The newest messages that match, of the groups that are named and no others.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn search(&self, search: &SearchQuery<'_>) -> Result<Hits, StoreError> {
        in_time(self.find(search)).await
    }

    async fn find(&self, search: &SearchQuery<'_>) -> Result<Hits> {
        let mut tx = self.reader().begin_apart().await?;
        let mut hits = Hits { messages: Vec::new(), more: None, complete: true };
        let limit = search.limit.min(MOST);
        if search.groups.is_empty() || limit == 0 {
            return Ok(hits);
        }
        let groups: HashSet<&GroupId> = search.groups.iter().collect();
        let (mut found, end) = search.in_index(&mut tx, &groups, limit).await?;
        let (waiting, all) = search.waiting(&mut tx, &groups).await?;
        found.extend(waiting);
        found.sort_by_key(|(doc, _)| std::cmp::Reverse(*doc));
        // Behind the place where the index was left, what waits is not next.
        found.retain(|(doc, _)| end.is_none_or(|end| *doc >= end));
        hits.more = end.map(Cursor);
        if found.len() > limit {
            found.truncate(limit);
            hits.more = found.last().map(|(doc, _)| Cursor(*doc));
        }
        let (groups, mut messages): (Vec<_>, Vec<_>) =
            found.into_iter().map(|(_, found)| (found.group, found.message)).unzip();
        add_reactions(&mut tx, &mut messages).await?;
        hits.messages = groups.into_iter().zip(messages).map(|(group, message)| Found { group, message }).collect();
        let history = tx.row(sql::GET_META, &[Arg::Text(HISTORY_META)]).await?.map(|row| row.text(0)).transpose()?;
        hits.complete = all && history.is_none_or(|reached| reached.is_empty());
        Ok(hits)
    }
}

impl SearchQuery<'_> {
    /// At most `limit`, and the last doc that was looked at if there may be more.
    async fn in_index(
        &self,
        tx: &mut Tx,
        groups: &HashSet<&GroupId>,
        limit: usize,
    ) -> Result<(Vec<(i64, Found)>, Option<i64>)> {
        let mut found = Vec::new();
        let Some((first, mut before, docs)) = self.docs(tx).await? else { return Ok((found, None)) };
        let (mut asking, mut candidates) = (Asking::new(self), 0);
        let (mut walk, mut chunk) = (Walk::new(self.patience, docs, asking.terms.asked()), limit + 1);
        let mut block = walk.next(first..before);
        loop {
            let rows = asking.terms.found(tx, &block, before, chunk).await?;
            for row in &rows {
                before = row.int(15)?;
                candidates += 1;
                found.extend(self.hit(row, groups)?);
                if found.len() > limit || candidates >= MOST_CANDIDATES {
                    return Ok((found, Some(before)));
                }
            }
            let matching = rows.first().map_or(Ok(0), |row| row.count(16))?;
            let whole = matching == rows.len() as u64 && rows.len() < chunk;
            if whole {
                before = block.docs.start;
                if before == first {
                    return Ok((found, None));
                }
                walk.looked_at(&block);
            }
            if walk.is_over() {
                return Ok((found, Some(before)));
            }
            let narrows = asking.narrows(tx, candidates, walk.is_slow(), docs).await?;
            if narrows {
                walk.ask(asking.terms.asked());
                chunk = limit + 1;
            } else if !whole {
                // Nearly every candidate is a hit; where few are, asking the index again and again would take longer.
                chunk = (chunk * 4).min(500);
            }
            if narrows || whole {
                block = walk.next(first..before);
            }
        }
    }

    /// What waits for the index, and whether that is all that waits.
    async fn waiting(&self, tx: &mut Tx, groups: &HashSet<&GroupId>) -> Result<(Vec<(i64, Found)>, bool)> {
        let before = self.older_than.map_or(i64::MAX, |cursor| cursor.0);
        let most = i64::try_from(MOST_WAITING).unwrap_or(i64::MAX);
        let docs = tx.rows(sql::WAITING, &[Arg::Int(before), Arg::Int(most + 1)]).await?;
        let (mut first, mut bytes, mut read) = (before, 0, 0);
        for row in docs.iter().take(MOST_WAITING) {
            bytes += row.int(1)?;
            if bytes > MOST_WAITING_BYTES {
                break;
            }
            (first, read) = (row.int(0)?, read + 1);
        }
        let mut found = Vec::new();
        if read > 0 {
            for row in tx.rows(sql::FOUND_WAITING, &[Arg::Int(first), Arg::Int(before), Arg::Int(most)]).await? {
                found.extend(self.hit(&row, groups)?);
            }
        }
        Ok((found, read == docs.len()))
    }

    /// The message of a row, if it is one that is looked for.
    fn hit(&self, row: &Row, groups: &HashSet<&GroupId>) -> Result<Option<(i64, Found)>> {
        let found = Found { group: row.id(14)?, message: message(row)? };
        let Message { at, by, body, deleted, .. } = &found.message;
        let is_hit = !deleted
            && groups.contains(&found.group)
            && self.from.is_none_or(|from| from.contains(&by.id))
            && self.before.is_none_or(|before| *at < before)
            && self.after.is_none_or(|after| *at >= after)
            && self.query.matches(body);
        Ok(is_hit.then_some((row.int(15)?, found)))
    }

    /// The docs that may have been said in the time that is asked for: from the first, before the last. And of how many.
    async fn docs(&self, tx: &mut Tx) -> Result<Option<(i64, i64, i64)>> {
        let Some(all) = tx.row(sql::ALL_DOCS, &[]).await? else { return Ok(None) };
        let (Some(mut first), Some(last)) = (all.maybe_int(0)?, all.maybe_int(1)?) else { return Ok(None) };
        let all = last - first + 1;
        let mut before = self.older_than.map_or(i64::MAX, |cursor| cursor.0).min(last.saturating_add(1));
        if let Some(time) = self.after {
            let row = tx.row(sql::FIRST_SINCE, &[Arg::Int(time.div_euclid(HOUR_MS))]).await?;
            let Some(doc) = row.map(|row| row.maybe_int(0)).transpose()?.flatten() else { return Ok(None) };
            first = first.max(doc);
        }
        if let Some(time) = self.before {
            let row = tx.row(sql::LAST_UNTIL, &[Arg::Int(time.saturating_sub(1).div_euclid(HOUR_MS))]).await?;
            let Some(doc) = row.map(|row| row.maybe_int(0)).transpose()?.flatten() else { return Ok(None) };
            before = before.min(doc.saturating_add(1));
        }
        Ok((first < before).then_some((first, before, all)))
    }
}
