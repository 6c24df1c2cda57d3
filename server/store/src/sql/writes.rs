//! Statements of the writer: what a batch looks up, and what it changes. Set by set, never row by row.

use super::event_columns;
use crate::engine::{Input, Sql};

/// (group) → where it stands, locked until the end. In the order of ids, so that two nodes never wait for each other;
/// without the key, so that nobody waits who only refers to it.
pub(crate) static LOCK_GROUPS: Input = Input::of(
    &["grp"],
    Sql {
        sqlite: "SELECT g.id, g.head, g.n, g.slow_ms, g.kind FROM input CROSS JOIN groups g WHERE g.id = input.grp",
        postgres: "SELECT g.id, g.head, g.n, g.slow_ms, g.kind FROM groups g WHERE g.id IN (SELECT grp FROM input)
            ORDER BY g.id FOR NO KEY UPDATE",
    },
);

/// (group, created at)
pub(crate) const CREATE_GROUP: Sql =
    Sql::both("INSERT INTO groups (id, created_at) VALUES ($1, $2) ON CONFLICT DO NOTHING");

/// (author, client id) → the event that it became, if any, its group, and the author with their name.
pub(crate) static KNOWN: Input = Input::new(
    &["author", "client_id"],
    concat!(
        "SELECT ",
        event_columns!(),
        ", e.grp, p.id FROM input CROSS JOIN people p
        LEFT JOIN events e ON e.author = input.author AND e.client_id = input.client_id
        WHERE p.id = input.author"
    ),
);

/// (message) → what a command must know of it.
pub(crate) static TARGETS: Input = Input::new(
    &["message"],
    "SELECT m.id, m.grp, m.author, m.deleted, m.pinned FROM input CROSS JOIN messages m WHERE m.id = input.message",
);

/// (message) → reactions that are put.
pub(crate) static PUT_ON: Input = Input::new(
    &["message"],
    "SELECT r.message, r.emoji, r.person, r.since FROM input CROSS JOIN reactions r WHERE r.message = input.message",
);

/// (group) → it, once for each of its pins. There are few.
pub(crate) static PINS_IN: Input = Input::new(
    &["grp"],
    "SELECT m.grp FROM input CROSS JOIN messages m WHERE m.grp = input.grp AND m.pinned IS NOT NULL",
);

/// (group, author) → both, and when they posted last, if ever.
pub(crate) static LAST_POSTS: Input = Input::new(
    &["grp", "author"],
    "SELECT m.grp, m.author, m.at FROM input CROSS JOIN messages m WHERE m.grp = input.grp AND m.author = input.author
    AND m.n = (SELECT l.n FROM messages l WHERE l.grp = input.grp AND l.author = input.author ORDER BY l.n DESC LIMIT 1)",
);

pub(crate) static ADD_EVENTS: Input = Input::adding(
    "events",
    &["grp", "seq", "at", "author", "client_id", "kind", "message", "n", "body", "reply_to", "emoji", "put"],
);

pub(crate) static ADD_MESSAGES: Input = Input::adding(
    "messages",
    &["id", "grp", "seq", "n", "changed", "at", "author", "body", "reply_to", "edited_at", "deleted"],
);

/// (message, changed)
pub(crate) static TOUCH: Input = Input::of(
    &["id", "changed"],
    Sql {
        sqlite: "UPDATE messages SET changed = $2 WHERE id = $1",
        postgres: "UPDATE messages SET changed = input.changed FROM input WHERE messages.id = input.id",
    },
);

/// (message, body, edited at, deleted).
pub(crate) static REWRITE: Input = Input::of(
    &["id", "body", "edited_at", "deleted"],
    Sql {
        sqlite: "UPDATE messages SET body = $2, edited_at = $3, deleted = $4 WHERE id = $1",
        postgres: "UPDATE messages
    SET body = input.body, edited_at = input.edited_at, deleted = input.deleted
    FROM input WHERE messages.id = input.id",
    },
);

/// (message, since which event it is pinned)
pub(crate) static PIN: Input = Input::of(
    &["id", "pinned"],
    Sql {
        sqlite: "UPDATE messages SET pinned = $2 WHERE id = $1",
        postgres: "UPDATE messages SET pinned = input.pinned FROM input WHERE messages.id = input.id",
    },
);

/// (message): blanks what it said at first.
pub(crate) static ERASE_POSTED: Input = Input::new(
    &["id"],
    "UPDATE events SET body = '' WHERE (grp, seq) IN (
        SELECT m.grp, m.seq FROM input CROSS JOIN messages m WHERE m.id = input.id
    )",
);

/// (message): blanks what it said after each edit.
pub(crate) static ERASE_EDITED: Input =
    Input::new(&["id"], "UPDATE events SET body = '' WHERE kind = 1 AND message IN (SELECT id FROM input)");

/// (message)
pub(crate) static FORGET_MENTIONS: Input =
    Input::new(&["message"], "DELETE FROM mentions WHERE message IN (SELECT message FROM input)");

/// (message, person or everyone): never its author, nor whoever is not there.
pub(crate) static ADD_MENTIONS: Input = Input::new(
    &["message", "person"],
    "INSERT INTO mentions (grp, person, n, message, author)
    SELECT m.grp, input.person, m.n, m.id, m.author FROM input CROSS JOIN messages m
    WHERE m.id = input.message AND m.author <> input.person
        AND (input.person = 'all' OR EXISTS (SELECT 1 FROM people p WHERE p.id = input.person))
    ON CONFLICT DO NOTHING",
);

/// (message): it means whoever said what it answers, but never its author, nor who may not read there.
pub(crate) static MENTION_ANSWERED: Input = Input::new(
    &["message"],
    "INSERT INTO mentions (grp, person, n, message, author)
    SELECT m.grp, a.author, m.n, m.id, m.author
    FROM input CROSS JOIN messages m CROSS JOIN messages a CROSS JOIN groups g
    WHERE m.id = input.message AND a.id = m.reply_to AND a.author <> m.author AND g.id = m.grp
        AND NOT EXISTS (SELECT 1 FROM bans b WHERE b.grp = m.grp AND b.person = a.author)
        AND (g.kind = 'open' OR EXISTS (SELECT 1 FROM members c WHERE c.grp = m.grp AND c.person = a.author))
    ON CONFLICT DO NOTHING",
);

/// (message)
pub(crate) static CLEAR_REACTIONS: Input =
    Input::new(&["id"], "DELETE FROM reactions WHERE message IN (SELECT id FROM input)");

/// (message, emoji, person, seq, since)
pub(crate) static PUT_REACTIONS: Input = Input::new(
    &["message", "emoji", "person", "seq", "since"],
    "INSERT INTO reactions (message, emoji, person, seq, since)
    SELECT message, emoji, person, seq, since FROM input WHERE true
    ON CONFLICT (message, emoji, person) DO UPDATE SET seq = excluded.seq, since = excluded.since",
);

/// (message, emoji, person)
pub(crate) static TAKE_REACTIONS: Input = Input::new(
    &["message", "emoji", "person"],
    "DELETE FROM reactions WHERE (message, emoji, person) IN (SELECT message, emoji, person FROM input)",
);

/// (group, head, n)
pub(crate) static SET_HEADS: Input = Input::of(
    &["grp", "head", "n"],
    Sql {
        sqlite: "UPDATE groups SET head = $2, n = $3 WHERE id = $1",
        postgres: "UPDATE groups SET head = input.head, n = input.n FROM input WHERE groups.id = input.grp",
    },
);

/// (person, group, seq): only ever forward, never past the head.
pub(crate) static MARK_READ: Input = Input::new(
    &["person", "grp", "seq"],
    "INSERT INTO read_marks (person, grp, seq, n)
    SELECT input.person, g.id, CASE WHEN input.seq > g.head THEN g.head ELSE input.seq END, coalesce((
        SELECT m.n FROM messages m WHERE m.grp = g.id AND m.seq <= input.seq ORDER BY m.seq DESC LIMIT 1
    ), g.floor_n)
    FROM input CROSS JOIN groups g CROSS JOIN people p
    WHERE g.id = input.grp AND p.id = input.person
    ON CONFLICT (person, grp) DO UPDATE SET seq = excluded.seq, n = excluded.n WHERE excluded.seq > read_marks.seq",
);

/// (group, milliseconds), below zero: as the server's.
pub(crate) const SET_RETENTION: Sql =
    Sql::both("UPDATE groups SET retention = CASE WHEN $2 < 0 THEN NULL ELSE $2 END WHERE id = $1");

/// (group) → head, floor, floor_n, retention; locked.
pub(crate) const LOCK_GROUP: Sql = Sql {
    sqlite: "SELECT head, floor, floor_n, retention FROM groups WHERE id = $1",
    postgres: "SELECT head, floor, floor_n, retention FROM groups WHERE id = $1 FOR NO KEY UPDATE",
};

/// (group, after, up to, cutoff) → the first event there that stays. All before it are older, whatever the clock did.
pub(crate) const FIRST_YOUNG: Sql =
    Sql::both("SELECT seq FROM events WHERE grp = $1 AND seq > $2 AND seq <= $3 AND at >= $4 ORDER BY seq LIMIT 1");

/// (group, seq) → n of the last message up to there.
pub(crate) const LAST_MESSAGE: Sql =
    Sql::both("SELECT n FROM messages WHERE grp = $1 AND seq <= $2 ORDER BY seq DESC LIMIT 1");

/// (group, new floor): what expired messages said in edits that have not expired yet.
pub(crate) const EXPIRE_EDITS: Sql = Sql::both(
    "UPDATE events SET body = '' WHERE kind = 1 AND message IN (SELECT id FROM messages WHERE grp = $1 AND seq <= $2)",
);

/// (group, new floor)
pub(crate) const EXPIRE_REACTIONS: Sql =
    Sql::both("DELETE FROM reactions WHERE message IN (SELECT id FROM messages WHERE grp = $1 AND seq <= $2)");

/// (group, new floor)
pub(crate) const EXPIRE_MENTIONS: Sql =
    Sql::both("DELETE FROM mentions WHERE message IN (SELECT id FROM messages WHERE grp = $1 AND seq <= $2)");

/// (group, new floor)
pub(crate) const EXPIRE_MESSAGES: Sql = Sql::both("DELETE FROM messages WHERE grp = $1 AND seq <= $2");

/// (group, new floor)
pub(crate) const EXPIRE_EVENTS: Sql = Sql::both("DELETE FROM events WHERE grp = $1 AND seq <= $2");

/// (group, floor, floor_n)
pub(crate) const RAISE_FLOOR: Sql = Sql::both("UPDATE groups SET floor = $2, floor_n = $3 WHERE id = $1");
