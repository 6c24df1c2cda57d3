//! Every table as plain columns, for what copies whole databases: page by page, in the order of the key.

use std::sync::LazyLock;

use crate::engine::{Arg, Column, Input, Result, Row, Sql, Tx};

/// Rows of one page. Each may hold a MiB.
const PAGE: usize = 128;

/// What a backup holds. The epoch and the schema's number are not copied: a restored database has its own.
pub(super) static TABLES: LazyLock<[Table; 12]> = LazyLock::new(|| {
    [
        Table::new(
            "people",
            1,
            "id t, name b, kind t, created_at i, login b, password b, admin i, closed_at i, colour i",
        ),
        Table::new("sessions", 1, "id t, token b, person t, device b, created_at i, seen_at i, expires_at i"),
        Table::new(
            "groups",
            1,
            "id t, head i, n i, floor i, floor_n i, retention i, created_at i, kind t, name b, about b, archived_at i, \
            slow_ms i, access i, people b",
        ),
        Table::new("members", 2, "grp t, person t, role t, since i"),
        Table::new("bans", 2, "grp t, person t, by t, at i"),
        Table::new(
            "links",
            1,
            "id t, token b, kind t, grp t, person t, by t, created_at i, expires_at i, uses_left i, revoked_at i",
        ),
        Table::new("audit", 1, "id i, at i, by t, action t, grp t, person t, detail b"),
        Table::new(
            "events",
            2,
            "grp t, seq i, at i, author t, client_id t, kind i, message t, n i, body b, reply_to t, emoji b, put i",
        ),
        Table::new(
            "messages",
            2,
            "grp t, seq i, id t, n i, changed i, at i, author t, body b, reply_to t, edited_at i, deleted i, pinned i",
        ),
        Table::new("reactions", 3, "message t, emoji b, person t, seq i, since i"),
        Table::new("read_marks", 2, "person t, grp t, seq i, n i"),
        Table::new("mentions", 3, "grp t, person t, n i, message t, author t"),
    ]
});

/// A table, with the statements that copy it. They are made once for the process.
pub(super) struct Table {
    pub(super) name: &'static str,
    kinds: Vec<Kind>,
    key: usize,
    first: Sql,
    next: Sql,
    insert: Input,
    pub(super) clear: Sql,
}

#[derive(Clone, Copy)]
enum Kind {
    Text,
    Int,
    Bytes,
}

/// A value on its way from one database to another.
enum Value {
    Text(Option<String>),
    Int(Option<i64>),
    Bytes(Option<Vec<u8>>),
}

impl Table {
    /// `columns` are names with their kinds, the first `key` of them the primary key.
    fn new(name: &'static str, key: usize, columns: &'static str) -> Self {
        let (names, kinds): (Vec<&'static str>, Vec<_>) =
            columns.split(", ").filter_map(|column| column.split_once(' ')).unzip();
        let kind = |kind: &str| match kind {
            "i" => Kind::Int,
            "b" => Kind::Bytes,
            _ => Kind::Text,
        };
        let keys = names[..key].join(", ");
        let places: Vec<_> = (1..=key).map(|place| format!("${place}")).collect();
        let all = names.join(", ");
        let select =
            |which: String| Sql::both(format!("SELECT {all} FROM {name} {which} ORDER BY {keys} LIMIT {PAGE}").leak());
        let insert = Sql::both(format!("INSERT INTO {name} ({all}) SELECT {all} FROM input").leak());
        Self {
            name,
            kinds: kinds.into_iter().map(kind).collect(),
            key,
            first: select(String::new()),
            next: select(format!("WHERE ({keys}) > ({})", places.join(", "))),
            insert: Input::of(names.leak(), insert),
            clear: Sql::both(format!("DELETE FROM {name}").leak()),
        }
    }

    /// Copies every row; says how many there were.
    pub(super) async fn copy(&self, from: &mut Tx, to: &mut Tx) -> Result<u64> {
        let (mut rows, mut copied) = (from.rows(self.first, &[]).await?, 0);
        loop {
            let values: Vec<_> = rows.iter().map(|row| self.values(row)).collect::<Result<_>>()?;
            let Some(last) = values.last() else { return Ok(copied) };
            to.run_of(&self.insert, &self.columns(&values)).await?;
            copied += values.len() as u64;
            if values.len() < PAGE {
                return Ok(copied);
            }
            let key: Vec<_> = last[..self.key].iter().map(Value::arg).collect();
            rows = from.rows(self.next, &key).await?;
        }
    }

    fn values(&self, row: &Row) -> Result<Vec<Value>> {
        let value = |(at, kind): (usize, &Kind)| {
            Ok(match kind {
                Kind::Text => Value::Text(row.maybe_text(at)?),
                Kind::Int => Value::Int(row.maybe_int(at)?),
                Kind::Bytes => Value::Bytes(row.maybe_bytes(at)?),
            })
        };
        self.kinds.iter().enumerate().map(value).collect()
    }

    fn columns<'a>(&self, rows: &'a [Vec<Value>]) -> Vec<Column<'a>> {
        let column = |(at, kind): (usize, &Kind)| match kind {
            Kind::Text => Column::Text(rows.iter().map(|row| row[at].text()).collect()),
            Kind::Int => Column::Int(rows.iter().map(|row| row[at].int()).collect()),
            Kind::Bytes => Column::Bytes(rows.iter().map(|row| row[at].bytes()).collect()),
        };
        self.kinds.iter().enumerate().map(column).collect()
    }
}

impl Value {
    fn arg(&self) -> Arg<'_> {
        match self {
            Self::Text(value) => Arg::Text(value.as_deref().unwrap_or_default()),
            Self::Int(value) => Arg::Int(value.unwrap_or_default()),
            Self::Bytes(value) => Arg::Bytes(value.as_deref().unwrap_or_default()),
        }
    }

    fn text(&self) -> Option<&str> {
        if let Self::Text(value) = self { value.as_deref() } else { None }
    }

    const fn int(&self) -> Option<i64> {
        if let Self::Int(value) = self { *value } else { None }
    }

    fn bytes(&self) -> Option<&[u8]> {
        if let Self::Bytes(value) = self { value.as_deref() } else { None }
    }
}
