//! A set of rows as a statement's argument: the common table `input`. PostgreSQL unnests one array per column. SQLite
//! reads one JSON text if it shall answer, and is given row after row if it shall write: as that table, or as the
//! arguments themselves, which spares it a table of its own for one row.

use std::sync::OnceLock;

use super::Sql;

/// A statement over the rows of `input`.
#[derive(Debug)]
pub(crate) struct Input {
    /// The columns of `input`.
    columns: &'static [&'static str],
    says: Says,
    /// For SQLite, made once: for all rows as JSON, and for one row.
    of_json: OnceLock<String>,
    of_row: OnceLock<String>,
}

#[derive(Debug)]
enum Says {
    /// What stands behind `WITH input AS (…)`. For SQLite it may name the columns `$1`, `$2`… and no `input`.
    This(Sql),
    /// The rows are added to this table.
    Adds(&'static str),
}

impl Input {
    /// Adds rows to a table.
    pub(crate) const fn adding(table: &'static str, columns: &'static [&'static str]) -> Self {
        Self { columns, says: Says::Adds(table), of_json: OnceLock::new(), of_row: OnceLock::new() }
    }

    pub(crate) const fn new(columns: &'static [&'static str], text: &'static str) -> Self {
        Self::of(columns, Sql::both(text))
    }

    pub(crate) const fn of(columns: &'static [&'static str], sql: Sql) -> Self {
        Self { columns, says: Says::This(sql), of_json: OnceLock::new(), of_row: OnceLock::new() }
    }

    /// Whether it says something, and changes nothing.
    pub(crate) fn answers(&self) -> bool {
        matches!(&self.says, Says::This(sql) if sql.sqlite.starts_with("SELECT"))
    }
}

impl Input {
    fn for_sqlite(&self) -> String {
        match &self.says {
            Says::This(sql) => sql.sqlite.to_owned(),
            Says::Adds(table) => {
                format!("INSERT INTO {table} ({}) VALUES ({})", self.columns.join(", "), self.places())
            }
        }
    }

    fn places(&self) -> String {
        vec!["?"; self.columns.len()].join(", ")
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
    let what = match &input.says {
        Says::This(sql) => sql.postgres.to_owned(),
        Says::Adds(table) => format!("INSERT INTO {table} ({names}) SELECT {names} FROM input"),
    };
    format!("WITH input ({names}) AS (SELECT * FROM UNNEST({})) {what}", arrays.join(", "))
}

/// The statement for SQLite, for all rows as JSON.
pub(crate) fn json_each(input: &Input) -> &str {
    input.of_json.get_or_init(|| {
        let fields = match input.columns.len() {
            1 => "value".to_owned(),
            several => (0..several).map(|at| format!("value ->> {at}")).collect::<Vec<_>>().join(", "),
        };
        let (names, what) = (input.columns.join(", "), input.for_sqlite());
        format!("WITH input ({names}) AS (SELECT {fields} FROM json_each($1)) {what}")
    })
}

/// The statement for SQLite, for one row. Plain `?`: SQLite looks the name of a numbered one up in a list.
pub(crate) fn values(input: &Input) -> &str {
    input.of_row.get_or_init(|| {
        let what = input.for_sqlite();
        if !what.contains("input") {
            return what;
        }
        format!("WITH input ({}) AS (VALUES ({})) {what}", input.columns.join(", "), input.places())
    })
}

/// The rows as one JSON text: an array of values if they have one column, of arrays if they have more. No column is bytes.
pub(crate) fn json(columns: &[Column<'_>]) -> String {
    let field = |column: &Column<'_>, row: usize| match column {
        Column::Text(values) => values[row].into(),
        Column::Int(values) => values[row].into(),
        Column::Bytes(_) => serde_json::Value::Null,
    };
    let rows = 0..columns.first().map_or(0, Column::len);
    let rows: Vec<serde_json::Value> = match columns {
        [one] => rows.map(|row| field(one, row)).collect(),
        several => rows.map(|row| several.iter().map(|column| field(column, row)).collect()).collect(),
    };
    serde_json::Value::Array(rows).to_string()
}
