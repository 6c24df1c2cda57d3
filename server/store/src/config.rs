//! Which database, and how it is reached. Never a connection.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use sqlx::postgres::PgConnectOptions;

/// How a store is opened.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where everything lies.
    pub database: Database,
    /// Connections that read: on PostgreSQL how many there are, on SQLite how many are kept when nobody reads. They never wait
    /// for the one that writes.
    pub readers: u32,
    /// Commands that may wait for the writer; one more is answered `Busy`.
    pub queue: usize,
    /// Bytes of text that may wait for the writer.
    pub queue_bytes: usize,
}

impl Config {
    /// The defaults for this database.
    #[must_use]
    pub const fn new(database: Database) -> Self {
        Self { database, readers: 4, queue: 4096, queue_bytes: 64 << 20 }
    }
}

/// A database. Neither `Debug` nor any error shows its password.
#[derive(Clone)]
pub struct Database(pub(crate) Location);

#[derive(Clone)]
pub(crate) enum Location {
    Sqlite(PathBuf),
    Postgres(Box<PgConnectOptions>),
}

/// Why a text names no database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DatabaseError {
    /// Neither of the two.
    #[error("a database is sqlite:PATH or postgres://user:password@host:port/name")]
    Scheme,
    /// `sqlite:` and nothing.
    #[error("sqlite: wants the path of a file, as in sqlite:data/teahouse.db")]
    NoPath,
    /// A `postgres://` that cannot be read. The text is not repeated: it may hold a password.
    #[error("this postgres:// address cannot be read; special characters in the password are percent-encoded")]
    Address,
}

impl Database {
    /// Parses `sqlite:PATH` or `postgres://…`.
    ///
    /// # Errors
    /// [`DatabaseError`], without the text.
    pub fn parse(text: &str) -> Result<Self, DatabaseError> {
        if let Some(path) = text.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            return if path.is_empty() { Err(DatabaseError::NoPath) } else { Ok(Self::sqlite(path)) };
        }
        if !text.starts_with("postgres://") && !text.starts_with("postgresql://") {
            return Err(DatabaseError::Scheme);
        }
        let options = PgConnectOptions::from_str(text).map_err(|_| DatabaseError::Address)?;
        Ok(Self(Location::Postgres(Box::new(options.application_name("teahouse")))))
    }

    /// The SQLite database in this file.
    #[must_use]
    pub fn sqlite(path: impl AsRef<Path>) -> Self {
        Self(Location::Sqlite(path.as_ref().to_owned()))
    }
}

impl fmt::Display for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Location::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Location::Postgres(options) => {
                let name = options.get_database().unwrap_or_default();
                write!(f, "postgres://{}:{}/{name}", options.get_host(), options.get_port())
            }
        }
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

#[cfg(test)]
mod tests {
    use super::{Database, DatabaseError};

    #[test]
    fn a_database_is_named_by_one_text() {
        for (text, shown) in [
            ("sqlite:data/teahouse.db", "sqlite:data/teahouse.db"),
            ("sqlite:///var/lib/t.db", "sqlite:/var/lib/t.db"),
            ("postgres://tea:secret@db.example:5433/chat", "postgres://db.example:5433/chat"),
        ] {
            assert_eq!(format!("{:?}", Database::parse(text).expect("a database")), shown);
        }
    }

    #[test]
    fn what_names_none_is_refused_without_being_repeated() {
        for (text, error) in [
            ("sqlite:", DatabaseError::NoPath),
            ("mysql://root:secret@host/x", DatabaseError::Scheme),
            ("postgres://tea:sec ret@host:port/x", DatabaseError::Address),
        ] {
            let found = Database::parse(text).expect_err("no database");
            assert_eq!(found, error);
            assert!(!found.to_string().contains("sec"), "{found}");
        }
    }
}
