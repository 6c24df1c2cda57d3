//! SQLite's errors in the form that both engines' have. Never what to do about one.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;

use rusqlite::ffi;
use sqlx::Error;
use sqlx::error::{DatabaseError, ErrorKind};

/// What SQLite says, with its extended result code.
#[derive(Debug)]
struct Fault {
    code: i32,
    message: String,
}

pub(super) fn fault(error: rusqlite::Error) -> Error {
    match error {
        rusqlite::Error::SqliteFailure(ffi::Error { extended_code, .. }, message) => {
            let message = message.unwrap_or_else(|| ffi::code_to_str(extended_code).to_owned());
            Error::Database(Box::new(Fault { code: extended_code, message }))
        }
        rusqlite::Error::SqlInputError { error, msg, .. } => {
            Error::Database(Box::new(Fault { code: error.extended_code, message: msg }))
        }
        other => Error::Protocol(other.to_string()),
    }
}

/// SQLite's primary result code.
pub(crate) fn code(error: &Error) -> Option<i32> {
    Some(error.as_database_error()?.try_downcast_ref::<Fault>()?.code & 0xff)
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "(code: {}) {}", self.code, self.message)
    }
}

impl StdError for Fault {}

impl DatabaseError for Fault {
    fn message(&self) -> &str {
        &self.message
    }

    fn code(&self) -> Option<Cow<'_, str>> {
        Some(self.code.to_string().into())
    }

    fn as_error(&self) -> &(dyn StdError + Send + Sync + 'static) {
        self
    }

    fn as_error_mut(&mut self) -> &mut (dyn StdError + Send + Sync + 'static) {
        self
    }

    fn into_error(self: Box<Self>) -> Box<dyn StdError + Send + Sync + 'static> {
        self
    }

    fn kind(&self) -> ErrorKind {
        match self.code {
            ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY => ErrorKind::UniqueViolation,
            _ => ErrorKind::Other,
        }
    }
}
