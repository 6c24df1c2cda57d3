//! A row that was read, by position. Never what its columns mean.

use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{Error, Row as _};

use super::Result;

/// A row of either engine.
pub(crate) enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

macro_rules! columns {
    ($($(#[$doc:meta])* $name:ident -> $type:ty;)+) => {
        impl Row {
            $($(#[$doc])*
            pub(crate) fn $name(&self, at: usize) -> Result<$type> {
                match self {
                    Self::Sqlite(row) => row.try_get_unchecked(at),
                    Self::Postgres(row) => row.try_get_unchecked(at),
                }
            })+
        }
    };
}

columns! {
    int -> i64;
    maybe_int -> Option<i64>;
    text -> String;
    maybe_text -> Option<String>;
    bytes -> Vec<u8>;
    maybe_bytes -> Option<Vec<u8>>;
}

impl Row {
    /// What a person wrote.
    pub(crate) fn written(&self, at: usize) -> Result<String> {
        String::from_utf8(self.bytes(at)?).map_err(|error| Error::Decode(error.into()))
    }

    /// What a person wrote, if anything.
    pub(crate) fn maybe_written(&self, at: usize) -> Result<Option<String>> {
        let text = self.maybe_bytes(at)?.map(String::from_utf8).transpose();
        text.map_err(|error| Error::Decode(error.into()))
    }

    /// A number that is never negative.
    pub(crate) fn count(&self, at: usize) -> Result<u64> {
        u64::try_from(self.int(at)?).map_err(|error| Error::Decode(error.into()))
    }

    /// An id.
    pub(crate) fn id<T: TryFrom<String>>(&self, at: usize) -> Result<T> {
        parse(self.text(at)?)
    }

    /// An id that may be missing.
    pub(crate) fn maybe_id<T: TryFrom<String>>(&self, at: usize) -> Result<Option<T>> {
        self.maybe_text(at)?.map(parse).transpose()
    }
}

fn parse<T: TryFrom<String>>(text: String) -> Result<T> {
    T::try_from(text).map_err(|_| Error::Decode("an id in the database is none".into()))
}
