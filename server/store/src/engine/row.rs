//! A row that was read, by position. Never what its columns mean.

use std::ops::Range;

use rusqlite::types::ValueRef;
use sqlx::postgres::PgRow;
use sqlx::{Error, Row as _};

use super::Result;

/// A row of either engine.
pub(crate) enum Row {
    Sqlite(Line),
    Postgres(PgRow),
}

macro_rules! columns {
    ($($(#[$doc:meta])* $name:ident -> $type:ty;)+) => {
        impl Row {
            $($(#[$doc])*
            pub(crate) fn $name(&self, at: usize) -> Result<$type> {
                match self {
                    Self::Sqlite(line) => line.$name(at),
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
        utf8(self.bytes(at)?)
    }

    /// What a person wrote, if anything.
    pub(crate) fn maybe_written(&self, at: usize) -> Result<Option<String>> {
        self.maybe_bytes(at)?.map(utf8).transpose()
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

/// A row of SQLite's: its cells, and all of their bytes one behind the other.
#[derive(Debug, Default)]
pub(crate) struct Line {
    bytes: Vec<u8>,
    cells: Vec<Cell>,
}

#[derive(Clone, Debug)]
enum Cell {
    Null,
    Int(i64),
    Bytes(Range<usize>),
}

impl Line {
    pub(super) fn with_capacity(cells: usize) -> Self {
        Self { bytes: Vec::new(), cells: Vec::with_capacity(cells) }
    }

    /// No column is a fraction.
    pub(super) fn push(&mut self, value: ValueRef<'_>) {
        let cell = match value {
            ValueRef::Integer(value) => Cell::Int(value),
            ValueRef::Text(value) | ValueRef::Blob(value) => {
                let from = self.bytes.len();
                self.bytes.extend_from_slice(value);
                Cell::Bytes(from..self.bytes.len())
            }
            ValueRef::Null | ValueRef::Real(_) => Cell::Null,
        };
        self.cells.push(cell);
    }

    fn int(&self, at: usize) -> Result<i64> {
        self.maybe_int(at)?.ok_or_else(missing)
    }

    fn maybe_int(&self, at: usize) -> Result<Option<i64>> {
        match self.cell(at)? {
            Cell::Null => Ok(None),
            Cell::Int(value) => Ok(Some(*value)),
            Cell::Bytes(_) => Err(Error::Decode("a number in the database is none".into())),
        }
    }

    fn text(&self, at: usize) -> Result<String> {
        utf8(self.bytes(at)?)
    }

    fn maybe_text(&self, at: usize) -> Result<Option<String>> {
        self.maybe_bytes(at)?.map(utf8).transpose()
    }

    fn bytes(&self, at: usize) -> Result<Vec<u8>> {
        self.maybe_bytes(at)?.ok_or_else(missing)
    }

    fn maybe_bytes(&self, at: usize) -> Result<Option<Vec<u8>>> {
        match self.cell(at)? {
            Cell::Null => Ok(None),
            Cell::Bytes(range) => Ok(self.bytes.get(range.clone()).map(<[u8]>::to_owned)),
            Cell::Int(_) => Err(Error::Decode("a text in the database is a number".into())),
        }
    }

    fn cell(&self, at: usize) -> Result<&Cell> {
        self.cells.get(at).ok_or(Error::ColumnIndexOutOfBounds { index: at, len: self.cells.len() })
    }
}

fn missing() -> Error {
    Error::Decode("a value in the database is missing".into())
}

fn utf8(bytes: Vec<u8>) -> Result<String> {
    String::from_utf8(bytes).map_err(|error| Error::Decode(error.into()))
}

fn parse<T: TryFrom<String>>(text: String) -> Result<T> {
    T::try_from(text).map_err(|_| Error::Decode("an id in the database is none".into()))
}
