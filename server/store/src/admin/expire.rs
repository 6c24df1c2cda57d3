//! Lets old events and messages go, a few at a time, and raises the floor: below it nothing can be resumed.

use std::time::Duration;

use protocol::GroupId;

use crate::engine::{Arg, Result, Sql, Tx};
use crate::error::StoreError;
use crate::row::number;
use crate::versions::Touch;
use crate::writer::{Verdict, now};
use crate::{Store, search, sql};

/// Events of one transaction, so that commands wait only for a moment.
const MOST: i64 = 1000;

const GROUPS: Sql = Sql::both("SELECT id FROM groups ORDER BY id");

impl Store {
    /// Deletes what is older than `older_than`, or than the group's own retention, in one group or in all. Returns how
    /// many events went. With neither, nothing goes.
    ///
    /// # Errors
    /// [`StoreError::Busy`] or [`StoreError::Unavailable`]; what went until then is gone.
    pub async fn expire(&self, older_than: Option<Duration>, group: Option<&GroupId>) -> Result<u64, StoreError> {
        let groups = match group {
            Some(group) => vec![group.clone()],
            None => {
                let rows = self.reader().once().await?.rows(GROUPS, &[]).await?;
                rows.iter().map(|row| row.id(0)).collect::<Result<_>>()?
            }
        };
        let older_than = older_than.map(milliseconds);
        let mut gone = 0;
        for group in groups {
            loop {
                let expired = self.errand_of(
                    Touch::Group(group.clone()),
                    (group.clone(), older_than),
                    |tx, (group, older_than)| Box::pin(expire(tx, group, *older_than)),
                );
                let (events, more) = expired.await?;
                gone += events;
                if !more {
                    break;
                }
            }
        }
        Ok(gone)
    }

    /// How long this group keeps what is said, whatever `expire` is told: `None` as it is told, zero for ever.
    ///
    /// # Errors
    /// [`StoreError::Busy`] or [`StoreError::Unavailable`].
    pub async fn set_retention(&self, group: &GroupId, retention: Option<Duration>) -> Result<(), StoreError> {
        let milliseconds = retention.map_or(-1, milliseconds);
        self.errand_of(Touch::Group(group.clone()), (group.clone(), milliseconds), |tx, (group, milliseconds)| {
            Box::pin(set_retention(tx, group, *milliseconds))
        })
        .await
    }
}

async fn set_retention(tx: &mut Tx, group: &GroupId, milliseconds: i64) -> Verdict<()> {
    tx.run(sql::SET_RETENTION, &[Arg::Text(group.as_str()), Arg::Int(milliseconds)]).await?;
    Ok(())
}

/// So many events went; perhaps there are more to go.
async fn expire(tx: &mut Tx, group: &GroupId, older_than: Option<i64>) -> Verdict<(u64, bool)> {
    let nothing = Ok((0, false));
    let id = Arg::Text(group.as_str());
    let Some(place) = tx.row(sql::LOCK_GROUP, &[id]).await? else { return nothing };
    let (head, floor, floor_n) = (place.int(0)?, place.int(1)?, place.int(2)?);
    let kept = match place.maybe_int(3)? {
        Some(0) => return nothing,
        Some(own) => own,
        None => match older_than {
            Some(told) => told,
            None => return nothing,
        },
    };
    let cutoff = now().saturating_sub(kept);
    let most = head.min(floor + MOST);
    let young = tx.row(sql::FIRST_YOUNG, &[id, Arg::Int(floor), Arg::Int(most), Arg::Int(cutoff)]).await?;
    let to = young.as_ref().map(|row| row.int(0)).transpose()?.map_or(most, |seq| seq - 1);
    if to <= floor {
        return nothing;
    }
    let last = tx.row(sql::LAST_MESSAGE, &[id, Arg::Int(to)]).await?.map(|row| row.int(0)).transpose()?;
    search::expired(tx, group, to).await?;
    let gone =
        [sql::EXPIRE_EDITS, sql::EXPIRE_REACTIONS, sql::EXPIRE_MENTIONS, sql::EXPIRE_MESSAGES, sql::EXPIRE_EVENTS];
    for statement in gone {
        tx.run(statement, &[id, Arg::Int(to)]).await?;
    }
    tx.run(sql::RAISE_FLOOR, &[id, Arg::Int(to), Arg::Int(last.unwrap_or(floor_n))]).await?;
    Ok((u64::try_from(to - floor).unwrap_or(0), young.is_none() && to < head))
}

fn milliseconds(time: Duration) -> i64 {
    number(u64::try_from(time.as_millis()).unwrap_or(u64::MAX))
}
