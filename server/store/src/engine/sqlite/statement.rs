//! One statement of SQLite's on one connection: its arguments, its rows. Never whose connection it is, never what it means.

use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{Connection, Rows, Statement, ToSql};

use super::super::row::Line;
use super::super::{Arg, Column, Result};
use super::fault::fault;

pub(super) fn execute(connection: &Connection, sql: &str) -> Result<()> {
    run(connection, sql, &[] as &[Value]).map(drop)
}

pub(super) fn rows(connection: &Connection, sql: &str, args: &[impl ToSql]) -> Result<Vec<Line>> {
    let mut statement = connection.prepare_cached(sql).map_err(fault)?;
    let width = statement.column_count();
    let (mut found, mut rows) = (Vec::new(), ask(&mut statement, args)?);
    while let Some(row) = rows.next().map_err(fault)? {
        let mut line = Line::with_capacity(width);
        for at in 0..width {
            line.push(row.get_ref(at).map_err(fault)?);
        }
        found.push(line);
    }
    Ok(found)
}

/// Rows touched. What a statement answers is not looked at.
pub(super) fn run(connection: &Connection, sql: &str, args: &[impl ToSql]) -> Result<u64> {
    let mut statement = connection.prepare_cached(sql).map_err(fault)?;
    let mut rows = ask(&mut statement, args)?;
    while rows.next().map_err(fault)?.is_some() {}
    drop(rows);
    Ok(connection.changes())
}

/// `$2` is the second argument wherever it stands: to SQLite it is but a name, and its place that of its first mention. A plain
/// `?` is what stands in its place.
fn ask<'a>(statement: &'a mut Statement<'_>, args: &[impl ToSql]) -> Result<Rows<'a>> {
    for place in 1..=statement.parameter_count() {
        let named = statement.parameter_name(place).and_then(|name| name.strip_prefix('$')?.parse().ok());
        if let Some(arg) = args.get(named.unwrap_or(place) - 1) {
            statement.raw_bind_parameter(place, arg).map_err(fault)?;
        }
    }
    Ok(statement.raw_query())
}

pub(super) fn owned(arg: &Arg<'_>) -> Value {
    match *arg {
        Arg::Int(value) => Value::Integer(value),
        Arg::Text(value) => Value::Text(value.to_owned()),
        Arg::Bytes(value) => Value::Blob(value.to_owned()),
    }
}

impl ToSql for Arg<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Int(value) => ValueRef::Integer(*value),
            Self::Text(value) => ValueRef::Text(value.as_bytes()),
            Self::Bytes(value) => ValueRef::Blob(value),
        }))
    }
}

/// One column's value of one row.
pub(super) struct Field<'a>(pub(super) &'a Column<'a>, pub(super) usize);

impl ToSql for Field<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let Self(column, row) = *self;
        let value = match column {
            Column::Text(values) => values[row].map(|value| ValueRef::Text(value.as_bytes())),
            Column::Int(values) => values[row].map(ValueRef::Integer),
            Column::Bytes(values) => values[row].map(ValueRef::Blob),
        };
        Ok(ToSqlOutput::Borrowed(value.unwrap_or(ValueRef::Null)))
    }
}
