//! SQLite passes the conformance suite.

mod conformance;
mod helpers;

use conformance::Fixture;
use helpers::{Directory, Raw};
use store::Database;

struct Sqlite(Directory);

impl Fixture for Sqlite {
    async fn database(&self) -> Database {
        Database::sqlite(self.0.path("data/teahouse.db"))
    }

    async fn raw(&self) -> Raw {
        Raw::sqlite(&self.0.path("data/teahouse.db")).await
    }
}

conformance::conformance!(Sqlite(Directory::new()));
