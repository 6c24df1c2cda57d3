//! What can go wrong, one small enum per use, and the one place that reads an engine's errors. Nothing is logged here.

use sqlx::error::ErrorKind;

use crate::engine::sqlite_code;

/// Why a command was not stored, or a read not answered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The command is wrong and will be tomorrow.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Too much waits for the writer. Try again soon.
    #[error("too many commands wait to be stored; try again")]
    Busy,
    /// The database cannot be written or read at the moment. Try again; with the same client id it is stored once.
    #[error("the database is not available: {0}")]
    Unavailable(String),
}

/// Why a command will never be stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No such message in this group, or it was deleted or has expired.
    #[error("there is no such message")]
    NoMessage,
    /// Only its author may change it.
    #[error("the message is someone else's")]
    NotYours,
    /// The message has as many different emoji as one may have.
    #[error("the message has too many different reactions")]
    TooManyEmoji,
    /// The group has as many pins as one may have.
    #[error("the group has too many pins")]
    TooManyPins,
    /// The client id was used for another command.
    #[error("the client id was used for another command")]
    Reused,
    /// Unknown to this database, perhaps because it was restored from before they came; or not of the kind it takes.
    #[error("there is no such person")]
    NoPerson,
    /// No such group.
    #[error("there is no such group")]
    NoGroup,
    /// Not in the group.
    #[error("the person is not a member")]
    NoMember,
    /// The login, or the group's id, is somebody else's.
    #[error("that name is taken")]
    Taken,
    /// The rule that was given along does not allow it, as things stand.
    #[error("the person may not do that")]
    Forbidden,
    /// The password is another by now.
    #[error("the password was changed meanwhile")]
    PasswordChanged,
    /// The server has been set up: it has an administrator.
    #[error("the server is set up already")]
    Done,
    /// The link is unknown, revoked, expired or used up, or of another kind.
    #[error("the link can no longer be used")]
    LinkSpent,
    /// The person is banned from the group, or from the server.
    #[error("the person is banned")]
    Banned,
    /// The group is in slow mode.
    #[error("one may post again in {wait_ms} ms")]
    TooSoon {
        /// How long to wait.
        wait_ms: u64,
    },
    /// A group would have no owner any more, or the server no administrator.
    #[error("nobody would be left to manage it")]
    LastOwner,
    /// The people of a direct conversation do not change, and it does not become anything else.
    #[error("a direct conversation stays what it is")]
    Direct,
}

/// Why a database cannot be opened, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another program holds it.
    #[error("{0} is locked by another program; stop that program and start again")]
    Locked(String),
    /// Damaged.
    #[error("{0} is damaged; move it away and run `teahouse restore` with a backup")]
    Corrupt(String),
    /// Something else.
    #[error(
        "{0} is not a Teahouse database, or its beginning is damaged; choose another, or move it away and restore a backup"
    )]
    NotOurs(String),
    /// Written by a later version.
    #[error("{0} was written by a newer Teahouse (schema {1}, this one knows {2}); run that version")]
    Newer(String, i64, i64),
    /// Written by an earlier version, or empty, where nothing may be changed.
    #[error("{0} has an older schema or none; run `teahouse migrate` on it first")]
    Older(String),
    /// A file or directory that cannot be made or read.
    #[error("{0} cannot be opened: {1}; check the path, its permissions and the disk")]
    File(String, String),
    /// May heal: the server is down, or does not know us.
    #[error("{0} cannot be reached: {1}; check that PostgreSQL runs there and lets this user in")]
    Unreachable(String, String),
}

/// Why an administrator's errand failed. Nothing was left half done.
#[derive(Debug, thiserror::Error)]
pub enum AdminError {
    /// A database cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// A backup never replaces a file.
    #[error("{0} exists already; choose another name")]
    Exists(String),
    /// A restore replaces a database only when told.
    #[error("{0} is not empty; `--overwrite` replaces what is in it")]
    NotEmpty(String),
    /// Reading or writing failed on the way.
    #[error("the database failed: {0}")]
    Failed(String),
}

impl From<sqlx::Error> for AdminError {
    fn from(error: sqlx::Error) -> Self {
        Self::Failed(sentence(&error))
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        Self::Unavailable(sentence(&error))
    }
}

/// Another transaction was in the way; the same one again may pass.
pub(crate) fn is_collision(error: &sqlx::Error) -> bool {
    let Some(database) = error.as_database_error() else { return false };
    matches!(database.code().as_deref(), Some("40001" | "40P01")) || database.kind() == ErrorKind::UniqueViolation
}

/// For people. Without addresses beyond what the configuration says, and without secrets.
pub(crate) fn sentence(error: &sqlx::Error) -> String {
    match sqlite_code(error) {
        Some(5 | 6) => "another program holds a lock on the file".to_owned(),
        Some(13) => "the disk is full".to_owned(),
        Some(10) => format!("the disk fails: {error}"),
        Some(11 | 26) => format!("the file is damaged: {error}"),
        Some(8) => "the file or its directory may not be written".to_owned(),
        Some(_) => error.to_string(),
        None => match error {
            sqlx::Error::PoolTimedOut => "no connection could be had in time".to_owned(),
            sqlx::Error::Io(error) => format!("the connection was lost: {error}"),
            other => other.to_string(),
        },
    }
}
