//! PostgreSQL passes the conformance suite, on a real server.

mod conformance;
mod helpers;
mod postgres_server;

use conformance::Fixture;
use helpers::Raw;
use postgres_server::Server;
use store::Database;

struct Postgres(Server);

impl Fixture for Postgres {
    async fn database(&self) -> Database {
        self.0.database()
    }

    async fn raw(&self) -> Raw {
        Raw::postgres(&self.0.url()).await
    }
}

conformance::conformance!(Postgres(Server::start().await));
