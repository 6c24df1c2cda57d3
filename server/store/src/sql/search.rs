//! Statements of search: what the writer notes, what the indexer reads and writes, what is found. Terms travel as one
//! text with spaces between: SQLite's index and PostgreSQL's array are made of the same.

use crate::engine::{Input, Sql};

/// A message with its doc, of each doc in `sized`: the columns of `PAGE`, then group, doc, and how many docs there were.
macro_rules! found_rows {
    ($with:expr, $which:expr) => {
        concat!(
            $with,
            " SELECT m.id, m.seq, m.n, m.changed, m.at, m.author, p.name, m.body, m.reply_to, m.edited_at, m.deleted,
                e.client_id, p.colour, m.pinned, m.grp, sized.doc, sized.docs
            FROM sized
            CROSS JOIN search_docs d
            CROSS JOIN messages m
            CROSS JOIN people p
            CROSS JOIN events e
            WHERE ",
            $which,
            " AND d.doc = sized.doc AND m.id = d.message AND p.id = m.author AND e.grp = m.grp AND e.seq = m.seq
            ORDER BY sized.doc DESC"
        )
    };
}

/// Of docs, newest first, as many as fit but at least one.
macro_rules! found {
    ($docs:expr) => {
        found_rows!(
            concat!(
                "WITH found AS (",
                $docs,
                "), weighed AS (
                    SELECT f.doc, length(m.body) AS bytes FROM found f CROSS JOIN search_docs d CROSS JOIN messages m
                    WHERE d.doc = f.doc AND m.id = d.message
                ), sized AS (
                    SELECT doc, sum(bytes) OVER (ORDER BY doc DESC) AS total,
                        row_number() OVER (ORDER BY doc DESC) AS place, count(*) OVER () AS docs FROM weighed
                )"
            ),
            "(sized.total <= $8 OR sized.place = 1)"
        )
    };
}

/// (message): it can be found from now on; where its terms go waits for the indexer.
pub(crate) static ADD_DOCS: Input = Input::adding("search_docs", &["message"]);

/// (message) → doc, group, author, body of those that are indexed: what must be known to take their terms out.
pub(crate) static INDEXED: Input = Input::new(
    &["message"],
    "SELECT d.doc, m.grp, m.author, m.body FROM input CROSS JOIN search_docs d CROSS JOIN messages m
    WHERE d.message = input.message AND d.indexed = 1 AND m.id = d.message ORDER BY d.doc",
);

/// (group, up to seq) → as `INDEXED`.
pub(crate) const INDEXED_UP_TO: Sql = Sql::both(
    "SELECT d.doc, m.grp, m.author, m.body FROM messages m CROSS JOIN search_docs d
    WHERE m.grp = $1 AND m.seq <= $2 AND d.message = m.id AND d.indexed = 1 ORDER BY d.doc",
);

/// (doc, terms, terms of its blocks): these were its terms.
pub(crate) static TAKE_TERMS: Input = Input::of(
    &["doc", "terms", "blocks"],
    Sql {
        sqlite: "INSERT INTO search_terms (search_terms, rowid, terms)
            SELECT 'delete', doc, terms || ' ' || blocks FROM input",
        postgres: "UPDATE search_docs SET terms = NULL FROM input WHERE search_docs.doc = input.doc",
    },
);

/// (doc, terms, terms of its blocks). PostgreSQL needs no blocks: it heeds a range of docs.
pub(crate) static PUT_TERMS: Input = Input::of(
    &["doc", "terms", "blocks"],
    Sql {
        sqlite: "INSERT INTO search_terms (rowid, terms) VALUES ($1, $2 || ' ' || $3)",
        postgres: "UPDATE search_docs SET terms = string_to_array(input.terms, ' ') FROM input
            WHERE search_docs.doc = input.doc",
    },
);

/// (doc, indexed)
pub(crate) static SET_INDEXED: Input = Input::of(
    &["doc", "indexed"],
    Sql {
        sqlite: "UPDATE search_docs SET indexed = $2 WHERE doc = $1",
        postgres: "UPDATE search_docs SET indexed = input.indexed FROM input WHERE search_docs.doc = input.doc",
    },
);

/// (message)
pub(crate) static DROP_DOCS: Input =
    Input::new(&["message"], "DELETE FROM search_docs WHERE message IN (SELECT message FROM input)");

/// (group, up to seq)
pub(crate) const DROP_DOCS_UP_TO: Sql =
    Sql::both("DELETE FROM search_docs WHERE message IN (SELECT id FROM messages WHERE grp = $1 AND seq <= $2)");

/// (before doc, most) → those that wait to be indexed, newest first: doc, bytes.
pub(crate) const WAITING: Sql = Sql::both(
    "SELECT d.doc, length(m.body) FROM search_docs d CROSS JOIN messages m
    WHERE d.indexed = 0 AND d.doc < $1 AND m.id = d.message ORDER BY d.doc DESC LIMIT $2",
);

/// (most, bytes) → those that have waited longest, at least one: doc, message, changed, at, group, author, body.
pub(crate) const TO_INDEX: Sql = Sql::both(
    "WITH waiting AS (
        SELECT d.doc, m.id, length(m.body) AS bytes FROM search_docs d CROSS JOIN messages m
        WHERE d.indexed = 0 AND m.id = d.message ORDER BY d.doc LIMIT $1
    ), sized AS (
        SELECT doc, id, sum(bytes) OVER (ORDER BY doc) AS total, row_number() OVER (ORDER BY doc) AS place FROM waiting
    )
    SELECT sized.doc, m.id, m.changed, m.at, m.grp, m.author, m.body
    FROM sized CROSS JOIN messages m
    WHERE (sized.total <= $2 OR sized.place = 1) AND m.id = sized.id ORDER BY sized.doc",
);

/// (before id, most, bytes) → messages from before the index, newest first, at least one, as `TO_INDEX` with no doc.
pub(crate) const HISTORY: Sql = Sql::both(
    "WITH old AS (
        SELECT id, length(body) AS bytes FROM messages WHERE id < $1 ORDER BY id DESC LIMIT $2
    ), sized AS (
        SELECT id, sum(bytes) OVER (ORDER BY id DESC) AS total, row_number() OVER (ORDER BY id DESC) AS place FROM old
    )
    SELECT CAST(0 AS bigint), m.id, m.changed, m.at, m.grp, m.author, m.body, m.deleted
    FROM sized CROSS JOIN messages m
    WHERE (sized.total <= $3 OR sized.place = 1) AND m.id = sized.id ORDER BY m.id DESC",
);

/// (message) → message, its latest change, whether it is deleted, its doc and whether that is indexed; locked, so that
/// nobody changes it before its terms are there to be taken out again.
pub(crate) static STILL: Input = Input::of(
    &["message"],
    Sql {
        sqlite: "SELECT m.id, m.changed, m.deleted, d.doc, d.indexed FROM input CROSS JOIN messages m
            LEFT JOIN search_docs d ON d.message = m.id WHERE m.id = input.message",
        postgres: "SELECT m.id, m.changed, m.deleted, d.doc, d.indexed FROM messages m
            LEFT JOIN search_docs d ON d.message = m.id
            WHERE m.id IN (SELECT message FROM input) ORDER BY m.id FOR UPDATE OF m",
    },
);

/// (doc, message, indexed)
pub(crate) static ADD_OLD_DOCS: Input = Input::adding("search_docs", &["doc", "message", "indexed"]);

pub(crate) const LOWEST_DOC: Sql = Sql::both("SELECT min(doc) FROM search_docs");

/// → the first doc and the last.
pub(crate) const ALL_DOCS: Sql =
    Sql::both("SELECT (SELECT min(doc) FROM search_docs), (SELECT max(doc) FROM search_docs)");

/// (name) → value; locked, so that nodes take turns.
pub(crate) const LOCK_META: Sql = Sql {
    sqlite: "SELECT value FROM meta WHERE name = $1",
    postgres: "SELECT value FROM meta WHERE name = $1 FOR UPDATE",
};

/// (name) → value
pub(crate) const GET_META: Sql = Sql::both("SELECT value FROM meta WHERE name = $1");

/// (hour, first, last)
pub(crate) static WIDEN_HOURS: Input = Input::new(
    &["hour", "first", "last"],
    "INSERT INTO search_hours (hour, first, last) SELECT hour, first, last FROM input WHERE true
    ON CONFLICT (hour) DO UPDATE SET
        first = CASE WHEN excluded.first < search_hours.first THEN excluded.first ELSE search_hours.first END,
        last = CASE WHEN excluded.last > search_hours.last THEN excluded.last ELSE search_hours.last END",
);

/// (hour) → the last doc that may have been said until then.
pub(crate) const LAST_UNTIL: Sql = Sql::both("SELECT max(last) FROM search_hours WHERE hour <= $1");

/// (hour) → the first doc that may have been said since then.
pub(crate) const FIRST_SINCE: Sql = Sql::both("SELECT min(first) FROM search_hours WHERE hour >= $1");

/// (expression; all, any, none of these terms; before, from this doc on; most, bytes; any of others) → what has the terms,
/// newest first, at least one; any of none is any. SQLite takes the expression, PostgreSQL the terms.
pub(crate) const FOUND: Sql = Sql {
    sqlite: found!(
        "SELECT rowid AS doc FROM search_terms
        WHERE search_terms MATCH $1 AND $2 IS NOT NULL AND $3 IS NOT NULL AND $4 IS NOT NULL AND $9 IS NOT NULL
        AND rowid < $5 AND rowid >= $6 ORDER BY rowid DESC LIMIT $7"
    ),
    postgres: found!(
        "SELECT doc FROM search_docs
        WHERE CAST($1 AS text) IS NOT NULL AND terms @> string_to_array($2, ' ')
        AND (CAST($3 AS text) = '' OR terms && string_to_array($3, ' '))
        AND (CAST($9 AS text) = '' OR terms && string_to_array($9, ' '))
        AND NOT terms && string_to_array($4, ' ')
        AND doc < $5 AND doc >= $6 ORDER BY doc DESC LIMIT $7"
    ),
};

/// (docs from this one on; before; most) → those that wait, as `FOUND`.
pub(crate) const FOUND_WAITING: Sql = Sql::both(found_rows!(
    "WITH sized AS (
        SELECT doc, 0 AS docs FROM search_docs WHERE indexed = 0 AND doc >= $1 AND doc < $2 ORDER BY doc DESC LIMIT $3
    )",
    "true"
));
