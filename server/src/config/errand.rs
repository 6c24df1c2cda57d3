//! The commands besides `serve`, and the flags that say which database. Never what they do (`admin`).

use std::{path::PathBuf, time::Duration};

use clap::{Args, Subcommand};
use store::Database;

use crate::Error;

/// What is done to a database besides serving it.
#[derive(Subcommand)]
pub enum Errand {
    /// Bring the database to this version's schema, creating it if need be; serve does so too
    Migrate {
        #[command(flatten)]
        database: DatabaseFlags,
    },
    /// Write everything to a new file, while the server runs on; the file is SQLite's, whatever the database is
    Backup {
        /// Where to; nothing is ever replaced
        file: PathBuf,
        #[command(flatten)]
        database: DatabaseFlags,
    },
    /// Replace the database's content by a backup's; stop the server first. Clients then load everything anew
    Restore {
        /// A file that `teahouse backup` wrote
        file: PathBuf,
        /// Replace what is in the database, if it is not empty
        #[arg(long)]
        overwrite: bool,
        #[command(flatten)]
        database: DatabaseFlags,
    },
    /// Who runs the server
    #[command(subcommand)]
    Admin(AdminErrand),
    /// Verify every invariant of the database, and say what is wrong where
    Check {
        #[command(flatten)]
        database: DatabaseFlags,
    },
    /// Set how long one group keeps what is said
    Retention {
        /// The group's id
        group: String,
        /// Days, at least 1; without it as the server does
        #[arg(long, value_name = "DAYS", value_parser = days, conflicts_with = "forever")]
        days: Option<Duration>,
        /// Whatever the server does, keep everything
        #[arg(long)]
        forever: bool,
        #[command(flatten)]
        database: DatabaseFlags,
    },
}

/// Who runs the server.
#[derive(Subcommand)]
pub enum AdminErrand {
    /// Make an administrator: of an account that is there, or a new one, whose password is read from the standard input
    Create {
        /// What they sign in with
        #[arg(long)]
        login: String,
        /// What others see; without it the login
        #[arg(long)]
        name: Option<String>,
        #[command(flatten)]
        database: DatabaseFlags,
    },
}

/// Which database; alike for the server and for every errand.
#[derive(Args, Clone)]
pub struct DatabaseFlags {
    /// Where the database and everything else that must last is kept
    #[arg(long, env = "TEAHOUSE_DATA", default_value = "./data", value_name = "DIRECTORY")]
    pub data: PathBuf,

    /// The database: sqlite:PATH, or postgres://user:password@host/name, which several nodes may share. Empty: SQLite,
    /// the file teahouse.db in --data
    #[arg(
        long,
        env = "TEAHOUSE_DATABASE",
        value_name = "DATABASE",
        hide_env_values = true,
        default_value = "",
        hide_default_value = true
    )]
    pub database: String,
}

impl DatabaseFlags {
    /// The database that is meant.
    ///
    /// # Errors
    /// [`Error::Database`] names the flag, and nothing of its value.
    pub fn parse(&self) -> Result<Database, Error> {
        match self.database.trim() {
            "" => Ok(Database::sqlite(self.data.join("teahouse.db"))),
            given => Database::parse(given).map_err(Error::Database),
        }
    }
}

/// Whole days, at least one.
pub(super) fn days(text: &str) -> Result<Duration, &'static str> {
    match text.trim().parse::<u32>() {
        Ok(days) if days > 0 => Ok(Duration::from_secs(u64::from(days) * 86_400)),
        Ok(_) | Err(_) => Err("give a number of days, at least 1; leave it out to keep everything"),
    }
}
