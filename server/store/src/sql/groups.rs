//! Statements about groups and who is in them.

use crate::engine::{Input, Sql};

macro_rules! group_columns {
    () => {
        "g.id, g.kind, g.name, g.about, g.archived_at, g.slow_ms, g.access,
        (SELECT count(*) FROM members c WHERE c.grp = g.id)"
    };
}

/// (group, person) → what the group is, if it exists, what they are there, and whether guests may come. Always one row.
pub(crate) const ACCESS: Sql = Sql::both(
    "SELECT g.kind, g.archived_at, coalesce(g.slow_ms, 0), coalesce(g.access, 0), c.role, b.person,
        (SELECT value FROM meta WHERE name = 'server.guests')
    FROM (SELECT CAST($1 AS text) AS grp, CAST($2 AS text) AS person) AS asked
    LEFT JOIN groups g ON g.id = asked.grp
    LEFT JOIN members c ON c.grp = asked.grp AND c.person = asked.person
    LEFT JOIN bans b ON b.grp = asked.grp AND b.person = asked.person",
);

/// (group, person) → the person, their role, and the person again if banned.
pub(crate) const ACCESS_OF: Input = Input::new(
    &["grp", "person"],
    "SELECT input.person, c.role, b.person FROM input
    LEFT JOIN members c ON c.grp = input.grp AND c.person = input.person
    LEFT JOIN bans b ON b.grp = input.grp AND b.person = input.person",
);

/// (group) → it.
pub(crate) const GROUP: Sql = Sql::both(concat!("SELECT ", group_columns!(), " FROM groups g WHERE g.id = $1"));

/// (limit) → open groups, the newest first.
pub(crate) const OPEN_GROUPS: Sql = Sql::both(concat!(
    "SELECT ",
    group_columns!(),
    " FROM groups g WHERE g.kind = 'open' AND g.archived_at IS NULL ORDER BY g.created_at DESC LIMIT $1"
));

/// (person) → the groups they are in, and the open ones where they have a read mark.
pub(crate) const GROUPS_OF: Sql = Sql::both(concat!(
    "SELECT ",
    group_columns!(),
    ", c.role, g.head, g.n, g.floor_n, coalesce(r.seq, 0), coalesce(r.n, 0),
        coalesce((SELECT m.at FROM messages m WHERE m.grp = g.id AND m.n = g.n), 0)
    FROM (
        SELECT grp FROM members WHERE person = $1 UNION SELECT grp FROM read_marks WHERE person = $1
    ) AS mine
    CROSS JOIN groups g
    LEFT JOIN members c ON c.grp = mine.grp AND c.person = $1
    LEFT JOIN read_marks r ON r.person = $1 AND r.grp = mine.grp
    WHERE g.id = mine.grp AND (c.role IS NOT NULL OR (g.kind = 'open'
        AND NOT EXISTS (SELECT 1 FROM bans b WHERE b.grp = mine.grp AND b.person = $1)))"
));

/// (group) → group, person and name of each in it.
pub(crate) const PEOPLE_OF: Input = Input::new(
    &["grp"],
    "SELECT c.grp, p.id, p.name FROM input CROSS JOIN members c CROSS JOIN people p
    WHERE c.grp = input.grp AND p.id = c.person ORDER BY c.grp, c.since, p.id",
);

/// (at, by, action, group, person, detail), empty for nothing.
pub(crate) const NOTE: Sql = Sql {
    sqlite: "INSERT INTO audit (at, by, action, grp, person, detail)
        VALUES ($1, nullif($2, ''), $3, nullif($4, ''), nullif($5, ''), nullif($6, x''))",
    postgres: "INSERT INTO audit (at, by, action, grp, person, detail)
        VALUES ($1, nullif($2, ''), $3, nullif($4, ''), nullif($5, ''), nullif($6, ''))",
};

macro_rules! audit_columns {
    () => {
        "SELECT a.id, a.at, a.action, a.grp, a.detail, a.by, b.name, a.person, p.name FROM audit a
        LEFT JOIN people b ON b.id = a.by LEFT JOIN people p ON p.id = a.person"
    };
}

/// (group, before, limit) → what was done there, the latest first.
pub(crate) const AUDIT_OF: Sql =
    Sql::both(concat!(audit_columns!(), " WHERE a.grp = $1 AND a.id < $2 ORDER BY a.id DESC LIMIT $3"));

/// (before, limit) → what was done anywhere, the latest first.
pub(crate) const AUDIT: Sql = Sql::both(concat!(audit_columns!(), " WHERE a.id < $1 ORDER BY a.id DESC LIMIT $2"));
