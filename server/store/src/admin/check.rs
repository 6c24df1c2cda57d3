//! Verifies every invariant of a database, in one snapshot, and says what is wrong where. Repairs nothing.

use std::fmt;

use super::{invariants, replay};
use crate::config::Database;
use crate::engine::{Result, Sql, Tx};
use crate::error::AdminError;
use crate::migrate::{expect_current, open_error};

/// Something that is not as it must be.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// A group, an event, a message, a person.
    pub place: String,
    /// What is wrong there.
    pub what: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.what)
    }
}

impl Database {
    /// Everything that is wrong; nothing, if all is well. Reads the whole database, while others use it.
    ///
    /// # Errors
    /// [`AdminError`] if it cannot be read at all.
    pub async fn check(&self) -> Result<Vec<Finding>, AdminError> {
        let pool = self.reading().await?;
        let mut tx = pool.begin().await.map_err(|error| open_error(self, &error))?;
        expect_current(&mut tx, self).await?;
        let mut findings = Vec::new();
        for (sql, what) in invariants::SAID.iter().chain(invariants::PEOPLE) {
            add(&mut findings, &mut tx, *sql, what).await?;
        }
        replay::check(&mut tx, &mut findings).await?;
        drop(tx);
        pool.close().await;
        Ok(findings)
    }
}

async fn add(findings: &mut Vec<Finding>, tx: &mut Tx, sql: Sql, what: &str) -> Result<()> {
    for row in tx.rows(sql, &[]).await? {
        findings.push(Finding { place: row.text(0)?, what: what.to_owned() });
    }
    Ok(())
}
