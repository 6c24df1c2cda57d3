//! The administrator's errands: migrate, back up, restore, check, let old things go. Never while a command waits.

mod check;
mod copy;
mod expire;
mod invariants;
mod replay;
mod tables;

pub use check::Finding;
pub use copy::Restored;

use crate::config::Database;
use crate::error::OpenError;

impl Database {
    /// Brings it to this program's schema, creating it if need be. `Store::open` does so too.
    ///
    /// # Errors
    /// [`OpenError`] says what to do.
    pub async fn migrate(&self) -> Result<(), OpenError> {
        crate::migrate::migrate(self).await
    }
}
