//! Statements that read. Each answer is made in one transaction, which is one snapshot.

use super::{event_columns, mentions_unread};
use crate::engine::{Input, Sql};

pub(crate) const EPOCH: Sql = Sql::both("SELECT value FROM meta WHERE name = 'epoch'");

/// What every page depends on.
pub(crate) const SHOWN: Sql = Sql::both("SELECT name, value FROM meta WHERE name IN ('epoch', 'people.shown')");

/// (group) → where it stands.
pub(crate) const PLACE: Sql = Sql::both("SELECT head, n, floor, floor_n FROM groups WHERE id = $1");

/// (group, before, limit) → the newest messages before, newest first: event and bytes. Reads no body.
pub(crate) const SIZES: Sql =
    Sql::both("SELECT seq, length(body) FROM messages WHERE grp = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3");

/// (group, from, before) → messages, oldest first.
///
/// To PostgreSQL each join is a look-up by key, whatever it believes: a database that it has counted while it was empty it
/// would search through for each row of each row (138 messages: 1.9 s, seen).
pub(crate) const PAGE: Sql = Sql {
    sqlite: "SELECT m.id, m.seq, m.n, m.changed, m.at, m.author, p.name, m.body, m.reply_to, m.edited_at, m.deleted,
        e.client_id, p.colour, m.pinned
    FROM messages m CROSS JOIN people p CROSS JOIN events e
    WHERE m.grp = $1 AND m.seq >= $2 AND m.seq < $3 AND p.id = m.author AND e.grp = m.grp AND e.seq = m.seq
    ORDER BY m.seq",
    postgres: "SELECT m.id, m.seq, m.n, m.changed, m.at, m.author, p.name, m.body, m.reply_to, m.edited_at, m.deleted,
        e.client_id, p.colour, m.pinned
    FROM (SELECT * FROM messages WHERE grp = $1 AND seq >= $2 AND seq < $3 ORDER BY seq OFFSET 0) m
    CROSS JOIN LATERAL (SELECT client_id FROM events WHERE grp = $1 AND seq = m.seq OFFSET 0) e
    CROSS JOIN LATERAL (SELECT name, colour FROM people WHERE id = m.author OFFSET 0) p
    ORDER BY m.seq",
};

/// (message, group) → its number, and after how many more messages, at most `$3`, what stands around it ends.
pub(crate) const AROUND: Sql = Sql::both(
    "SELECT m.seq, (
        SELECT max(later.seq) FROM (
            SELECT seq FROM messages WHERE grp = $2 AND seq >= m.seq ORDER BY seq LIMIT $3
        ) AS later
    )
    FROM messages m WHERE m.id = $1 AND m.grp = $2",
);

/// (group, n) → that message, and when it was posted.
pub(crate) const NTH: Sql = Sql::both("SELECT id, at FROM messages WHERE grp = $1 AND n = $2");

/// (group, bytes, limit) → what is pinned, the latest pin first, with the beginning of what it says.
pub(crate) const PINS: Sql = Sql::both(
    "SELECT m.id, m.at, m.author, p.name, substr(m.body, 1, CAST($2 AS integer)), p.colour
    FROM messages m CROSS JOIN people p
    WHERE m.grp = $1 AND m.pinned IS NOT NULL AND p.id = m.author ORDER BY m.pinned DESC LIMIT $3",
);

/// (message) → who reacted how, in the order in which it is shown.
pub(crate) static REACTIONS_OF: Input = Input::new(
    &["message"],
    "SELECT r.message, r.emoji, r.person, p.name, p.colour
    FROM input CROSS JOIN reactions r CROSS JOIN people p
    WHERE r.message = input.message AND p.id = r.person
    ORDER BY r.message, r.since, r.seq",
);

/// (group, after, limit) → how many events there are, and how many bytes.
pub(crate) const EVENTS_SIZE: Sql = Sql::both(
    "SELECT count(*), CAST(coalesce(sum(length(body)), 0) AS bigint) FROM (
        SELECT body FROM events WHERE grp = $1 AND seq > $2 ORDER BY seq LIMIT $3
    ) AS missed",
);

/// (group, after, limit) → events.
pub(crate) const EVENTS_AFTER: Sql = Sql::both(concat!(
    "SELECT ",
    event_columns!(),
    " FROM events e JOIN people p ON p.id = e.author WHERE e.grp = $1 AND e.seq > $2 ORDER BY e.seq LIMIT $3"
));

/// (group) → its head, floor and access, if there is such a group.
pub(crate) static HEADS: Input = Input::new(
    &["grp"],
    "SELECT g.id, g.head, g.n, g.floor, g.access FROM input CROSS JOIN groups g WHERE g.id = input.grp",
);

/// (group) → its members and how far each has read, the first of many.
pub(crate) const READ_MARKS: Sql = Sql::both(
    "SELECT p.id, p.name, p.colour, coalesce(r.seq, 0) FROM members c CROSS JOIN people p
    LEFT JOIN read_marks r ON r.person = c.person AND r.grp = c.grp
    WHERE c.grp = $1 AND p.id = c.person ORDER BY c.since, p.id LIMIT 64",
);

/// (person, group) → head and read mark, if there is such a group. What has expired is not unread.
pub(crate) static STANDINGS: Input = Input::new(
    &["person", "grp"],
    concat!(
        "SELECT g.id, g.head, g.n, g.floor_n, coalesce(r.seq, 0), coalesce(r.n, 0), ",
        mentions_unread!("input.person"),
        " FROM input CROSS JOIN groups g
        LEFT JOIN read_marks r ON r.person = input.person AND r.grp = input.grp
        WHERE g.id = input.grp"
    ),
);
