//! People by what they are called and by their ids, as whoever means them finds them. Never a list of everybody: that is
//! `admin`'s.

use protocol::PersonId;

use super::PersonRow;
use super::admin::listed;
use crate::engine::{Arg, Column, Result};
use crate::error::StoreError;
use crate::{Store, sql};

/// People that are looked at at once.
const LOOK_AT: u32 = 1_000;
/// Of how many people at most it is looked how their names are alike: no index knows it. Beyond them a name is found as it
/// is written.
const MOST: usize = 50_000;

impl Store {
    /// Those who are called so, by their login first, at most `limit`: whoever has this login or exactly this name, and
    /// those whose name is alike. When they were last seen is not said.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn named(
        &self,
        login: &str,
        name: &str,
        limit: usize,
        alike: impl Fn(&str) -> bool + Send + Sync,
    ) -> Result<Vec<PersonRow>, StoreError> {
        let exact = [Arg::Bytes(login.as_bytes()), Arg::Bytes(name.as_bytes()), Arg::Int(row_limit(limit))];
        let rows = self.reader().begin_apart().await?.rows(sql::NAMED, &exact).await?;
        let mut found = rows.iter().map(listed).collect::<Result<Vec<_>>>()?;
        let (mut after, mut looked) = (String::new(), 0);
        while looked < MOST && found.len() < limit {
            // Each in a snapshot of its own: others read between.
            let args = [Arg::Text(&after), Arg::Int(LOOK_AT.into())];
            let rows = self.reader().begin_apart().await?.rows(sql::PEOPLE, &args).await?;
            let people = rows.iter().map(listed).collect::<Result<Vec<_>>>()?;
            let Some(last) = people.last() else { break };
            after = last.person.id.to_string();
            looked += people.len();
            for row in people.into_iter().filter(|row| alike(&row.person.name)) {
                if found.iter().all(|known| known.person.id != row.person.id) {
                    found.push(row);
                }
            }
        }
        found.truncate(limit);
        Ok(found)
    }

    /// Those of these ids who are somebody. When they were last seen is not said.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn people_of(&self, ids: &[PersonId]) -> Result<Vec<PersonRow>, StoreError> {
        let ids = Column::texts(ids.iter().map(PersonId::as_str));
        let rows = self.reader().begin().await?.rows_of(&sql::PEOPLE_BY_ID, &[ids]).await?;
        Ok(rows.iter().map(listed).collect::<Result<_>>()?)
    }
}

fn row_limit(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}
