//! A set of rows as a statement's argument: the common table `input`. PostgreSQL unnests one array per column, SQLite
//! reads one JSON text, or plain values where there are bytes, which JSON cannot carry.

use super::Sql;

/// A statement over the rows of `input`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Input {
    /// The columns of `input`.
    pub(crate) columns: &'static [&'static str],
    /// What stands behind `WITH input AS (…)`.
    pub(crate) sql: Sql,
}

impl Input {
    pub(crate) const fn new(columns: &'static [&'static str], text: &'static str) -> Self {
        Self { columns, sql: Sql::both(text) }
    }
}

/// One column of the input.
#[derive(Clone, Debug)]
pub(crate) enum Column<'a> {
    Text(Vec<Option<&'a str>>),
    Int(Vec<Option<i64>>),
    Bytes(Vec<Option<&'a [u8]>>),
}

impl<'a> Column<'a> {
    pub(crate) fn texts(values: impl IntoIterator<Item = &'a str>) -> Self {
        Self::Text(values.into_iter().map(Some).collect())
    }

    pub(crate) fn ints(values: impl IntoIterator<Item = i64>) -> Self {
        Self::Int(values.into_iter().map(Some).collect())
    }

    pub(crate) fn bytes(values: impl IntoIterator<Item = &'a [u8]>) -> Self {
        Self::Bytes(values.into_iter().map(Some).collect())
    }

    pub(crate) const fn len(&self) -> usize {
        match self {
            Self::Text(values) => values.len(),
            Self::Int(values) => values.len(),
            Self::Bytes(values) => values.len(),
        }
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    const fn array(&self) -> &'static str {
        match self {
            Self::Text(_) => "text[]",
            Self::Int(_) => "bigint[]",
            Self::Bytes(_) => "bytea[]",
        }
    }
}

/// The statement for PostgreSQL.
pub(crate) fn unnest(input: &Input, columns: &[Column<'_>]) -> String {
    let arrays: Vec<_> =
        columns.iter().enumerate().map(|(at, column)| format!("${}::{}", at + 1, column.array())).collect();
    let names = input.columns.join(", ");
    format!("WITH input ({names}) AS (SELECT * FROM UNNEST({})) {}", arrays.join(", "), input.sql.postgres)
}

/// The statement for SQLite, if the rows come as JSON.
pub(crate) fn json_each(input: &Input) -> String {
    let fields: Vec<_> = (0..input.columns.len()).map(|at| format!("value ->> {at}")).collect();
    let names = input.columns.join(", ");
    format!("WITH input ({names}) AS (SELECT {} FROM json_each($1)) {}", fields.join(", "), input.sql.sqlite)
}

/// The statement for SQLite, if the rows come as values. Plain `?`: SQLite looks the name of a numbered one up in a list,
/// once for each, which for thousands of them takes longer than the statement.
pub(crate) fn values(input: &Input, rows: usize) -> String {
    let row = format!("({})", vec!["?"; input.columns.len()].join(", "));
    let names = input.columns.join(", ");
    format!("WITH input ({names}) AS (VALUES {}) {}", vec![row; rows].join(", "), input.sql.sqlite)
}

/// The rows as one JSON text: an array of arrays. No column is bytes.
pub(crate) fn json(columns: &[Column<'_>]) -> String {
    let field = |column: &Column<'_>, row: usize| match column {
        Column::Text(values) => values[row].into(),
        Column::Int(values) => values[row].into(),
        Column::Bytes(_) => serde_json::Value::Null,
    };
    let rows = columns.first().map_or(0, Column::len);
    let rows = (0..rows).map(|row| columns.iter().map(|column| field(column, row)).collect());
    serde_json::Value::Array(rows.collect::<Vec<serde_json::Value>>()).to_string()
}
