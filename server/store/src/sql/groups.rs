//! Statements about groups and who is in them.

use super::mentions_unread;
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
        (SELECT value FROM meta WHERE name = 'server.guests'),
        (SELECT count(*) FROM (SELECT 1 FROM members l WHERE l.grp = asked.grp AND l.role <> 'member' LIMIT 1) AS led)
    FROM (SELECT CAST($1 AS text) AS grp, CAST($2 AS text) AS person) AS asked
    LEFT JOIN groups g ON g.id = asked.grp
    LEFT JOIN members c ON c.grp = asked.grp AND c.person = asked.person
    LEFT JOIN bans b ON b.grp = asked.grp AND b.person = asked.person",
);

/// (group, person) → the person, their role, and the person again if banned.
pub(crate) static ACCESS_OF: Input = Input::new(
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

/// (person, at most) → their own groups, and then the open ones that do not ban them. Nobody's id is empty.
pub(crate) const READABLE: Sql = Sql::both(
    "SELECT g.id, g.name, g.kind FROM members c CROSS JOIN groups g WHERE c.person = $1 AND g.id = c.grp
    UNION ALL SELECT g.id, g.name, g.kind FROM groups g WHERE g.kind = 'open'
    AND NOT EXISTS (SELECT 1 FROM bans b WHERE b.grp = g.id AND b.person = $1)
    AND NOT EXISTS (SELECT 1 FROM members c WHERE c.grp = g.id AND c.person = $1) LIMIT $2",
);

/// (person) → the groups they are in, and the open ones where they have a read mark.
pub(crate) const GROUPS_OF: Sql = Sql::both(concat!(
    "SELECT ",
    group_columns!(),
    ", c.role, g.head, g.n, g.floor_n, coalesce(r.seq, 0), coalesce(r.n, 0),
        coalesce((SELECT m.at FROM messages m WHERE m.grp = g.id AND m.n = g.n), 0), ",
    mentions_unread!("$1"),
    " FROM (
        SELECT grp FROM members WHERE person = $1 UNION SELECT grp FROM read_marks WHERE person = $1
    ) AS mine
    CROSS JOIN groups g
    LEFT JOIN members c ON c.grp = mine.grp AND c.person = $1
    LEFT JOIN read_marks r ON r.person = $1 AND r.grp = mine.grp
    WHERE g.id = mine.grp AND (c.role IS NOT NULL OR (g.kind = 'open'
        AND NOT EXISTS (SELECT 1 FROM bans b WHERE b.grp = mine.grp AND b.person = $1)))
    ORDER BY 15 DESC LIMIT 500"
));

/// (group) → group and person of each in it.
pub(crate) static PEOPLE_OF: Input = Input::new(
    &["grp"],
    "SELECT c.grp, p.id, p.name, p.colour FROM input CROSS JOIN members c CROSS JOIN people p
    WHERE c.grp = input.grp AND p.id = c.person ORDER BY c.grp, c.since, p.id",
);

/// (at, by, action, group, person, detail), empty for nothing.
pub(crate) const NOTE: Sql = Sql {
    sqlite: "INSERT INTO audit (at, by, action, grp, person, detail)
        VALUES ($1, nullif($2, ''), $3, nullif($4, ''), nullif($5, ''), nullif($6, x''))",
    postgres: "INSERT INTO audit (at, by, action, grp, person, detail)
        VALUES ($1, nullif($2, ''), $3, nullif($4, ''), nullif($5, ''), nullif($6, CAST('' AS bytea)))",
};

macro_rules! audit_columns {
    () => {
        "SELECT a.id, a.at, a.action, a.grp, a.detail, a.by, b.name, b.colour, a.person, p.name, p.colour
        FROM audit a
        LEFT JOIN people b ON b.id = a.by LEFT JOIN people p ON p.id = a.person"
    };
}

/// (group, before, limit) → what was done there, the latest first.
pub(crate) const AUDIT_OF: Sql =
    Sql::both(concat!(audit_columns!(), " WHERE a.grp = $1 AND a.id < $2 ORDER BY a.id DESC LIMIT $3"));

/// (before, limit) → what was done on the server and in open groups, the latest first.
pub(crate) const AUDIT: Sql = Sql::both(concat!(
    audit_columns!(),
    " WHERE a.id < $1 AND NOT EXISTS (SELECT 1 FROM groups g WHERE g.id = a.grp AND g.kind <> 'open')
    ORDER BY a.id DESC LIMIT $2"
));

/// (group) → name, about, archived_at, slow_ms, kind; still until the end.
pub(crate) const LOCK_DESCRIPTION: Sql = Sql {
    sqlite: "SELECT name, about, archived_at, slow_ms, kind FROM groups WHERE id = $1",
    postgres: "SELECT name, about, archived_at, slow_ms, kind FROM groups WHERE id = $1 FOR NO KEY UPDATE",
};

/// (group, name, about, kind, created at), empty for nothing.
pub(crate) const ADD_GROUP: Sql = Sql {
    sqlite: "INSERT INTO groups (id, name, about, kind, created_at)
        VALUES ($1, nullif($2, x''), nullif($3, x''), $4, $5) ON CONFLICT DO NOTHING",
    postgres: "INSERT INTO groups (id, name, about, kind, created_at)
        VALUES ($1, nullif($2, CAST('' AS bytea)), nullif($3, CAST('' AS bytea)), $4, $5) ON CONFLICT DO NOTHING",
};

/// (group, name, about, archived at, slow mode, kind), empty or 0 for nothing.
pub(crate) const DESCRIBE: Sql = Sql {
    sqlite: "UPDATE groups SET name = nullif($2, x''), about = nullif($3, x''), slow_ms = $5, kind = $6,
        archived_at = CASE WHEN $4 = 0 THEN NULL ELSE coalesce(archived_at, $4) END, access = access + 1
        WHERE id = $1",
    postgres: "UPDATE groups SET name = nullif($2, CAST('' AS bytea)), about = nullif($3, CAST('' AS bytea)),
        slow_ms = $5, kind = $6, access = access + 1,
        archived_at = CASE WHEN $4 = 0 THEN NULL ELSE coalesce(archived_at, $4) END
        WHERE id = $1",
};

/// (group)
pub(crate) const RAISE_ACCESS: Sql = Sql::both("UPDATE groups SET access = access + 1 WHERE id = $1");

/// (who is in it) → the direct conversation.
pub(crate) const DIRECT: Sql = Sql::both("SELECT id FROM groups WHERE people = $1");

/// (group, who is in it, created at)
pub(crate) const ADD_DIRECT: Sql =
    Sql::both("INSERT INTO groups (id, kind, people, created_at) VALUES ($1, 'direct', $2, $3) ON CONFLICT DO NOTHING");

/// (group) → who is in it.
pub(crate) const MEMBERS: Sql = Sql::both(
    "SELECT p.id, p.name, p.colour, c.role, c.since FROM members c CROSS JOIN people p
    WHERE c.grp = $1 AND p.id = c.person
    ORDER BY CASE c.role WHEN 'owner' THEN 0 WHEN 'moderator' THEN 1 ELSE 2 END, c.since, p.id",
);

/// (group, of so many of the latest messages, limit) → who spoke there of late and neither is in it nor banned, and when,
/// the latest first. Whom another program speaks for is nobody to send away.
pub(crate) const SPEAKERS: Sql = Sql::both(
    "SELECT p.id, p.name, p.colour, p.kind, spoke.at FROM (
        SELECT late.author, max(late.n) AS n, max(late.at) AS at
        FROM (SELECT author, n, at FROM messages WHERE grp = $1 ORDER BY n DESC LIMIT $2) AS late GROUP BY late.author
    ) AS spoke CROSS JOIN people p
    WHERE p.id = spoke.author AND p.kind <> 'adopted'
    AND NOT EXISTS (SELECT 1 FROM members c WHERE c.grp = $1 AND c.person = spoke.author)
    AND NOT EXISTS (SELECT 1 FROM bans b WHERE b.grp = $1 AND b.person = spoke.author)
    ORDER BY spoke.n DESC LIMIT $3",
);

/// (group, person, role, since): the time stays when the role changes.
pub(crate) const PUT_MEMBER: Sql = Sql::both(
    "INSERT INTO members (grp, person, role, since) VALUES ($1, $2, $3, $4)
    ON CONFLICT (grp, person) DO UPDATE SET role = excluded.role",
);

/// (group, person)
pub(crate) const TAKE_MEMBER: Sql = Sql::both("DELETE FROM members WHERE grp = $1 AND person = $2");

/// (group, person) → role.
pub(crate) const ROLE_OF: Sql = Sql::both("SELECT role FROM members WHERE grp = $1 AND person = $2");

/// (group, person) → an owner besides them.
pub(crate) const OWNER_BUT: Sql =
    Sql::both("SELECT person FROM members WHERE grp = $1 AND role = 'owner' AND person <> $2 LIMIT 1");

/// (person)
pub(crate) const IS_PERSON: Sql = Sql::both("SELECT id FROM people WHERE id = $1");

/// (group) → who is banned, since when.
pub(crate) const BANNED: Sql = Sql::both(
    "SELECT p.id, p.name, p.colour, b.at FROM bans b CROSS JOIN people p
    WHERE b.grp = $1 AND p.id = b.person ORDER BY b.at, p.id",
);

/// (group, person)
pub(crate) const IS_BANNED: Sql = Sql::both("SELECT person FROM bans WHERE grp = $1 AND person = $2");

/// (group, person, by, at)
pub(crate) const BAN: Sql =
    Sql::both("INSERT INTO bans (grp, person, by, at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING");

/// (group, person)
pub(crate) const UNBAN: Sql = Sql::both("DELETE FROM bans WHERE grp = $1 AND person = $2");

/// (group, message)
pub(crate) const AUTHOR: Sql = Sql::both(
    "SELECT p.id, p.name, p.colour FROM messages m CROSS JOIN people p WHERE m.id = $2 AND m.grp = $1 AND p.id = m.author",
);

/// (group, message) → what it said, oldest first.
pub(crate) const EDITS: Sql = Sql::both(
    "SELECT e.at, e.body, e.seq FROM messages m CROSS JOIN events e
    WHERE m.id = $2 AND m.grp = $1 AND m.deleted = 0 AND e.grp = m.grp AND e.seq = m.seq
    UNION ALL
    SELECT e.at, e.body, e.seq FROM messages m CROSS JOIN events e
    WHERE m.id = $2 AND m.grp = $1 AND m.deleted = 0 AND e.kind = 1 AND e.message = m.id
    ORDER BY 3",
);
