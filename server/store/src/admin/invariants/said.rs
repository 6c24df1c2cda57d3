//! Numbers, heads and orphans of what is said.

use super::Invariant;
use crate::engine::Sql;

pub(in crate::admin) const SAID: &[Invariant] = &[
    (
        Sql {
            // What SQLite itself finds, as far as the pages and indexes go.
            sqlite: "SELECT integrity_check FROM pragma_integrity_check WHERE integrity_check <> 'ok' LIMIT 20",
            postgres: "SELECT 'never' WHERE false LIMIT 20",
        },
        "the file is damaged; restore a backup",
    ),
    (
        Sql::both(
            "SELECT 'meta' WHERE NOT EXISTS (SELECT 1 FROM meta WHERE name = 'epoch' AND length(value) > 0) LIMIT 20",
        ),
        "there is no epoch",
    ),
    (
        Sql::both(
            "SELECT 'group ' || g.id || ', event ' || CAST(e.seq AS text) FROM events e JOIN groups g ON g.id = e.grp
            WHERE e.seq > g.floor + 1
            AND NOT EXISTS (SELECT 1 FROM events b WHERE b.grp = e.grp AND b.seq = e.seq - 1) LIMIT 20",
        ),
        "the event before it is missing",
    ),
    (
        Sql::both(
            "SELECT 'group ' || g.id || ', event ' || CAST(g.floor + 1 AS text) FROM groups g WHERE g.head > g.floor
            AND NOT EXISTS (SELECT 1 FROM events e WHERE e.grp = g.id AND e.seq = g.floor + 1) LIMIT 20",
        ),
        "the first event above the floor is missing",
    ),
    (
        Sql::both(
            "SELECT 'group ' || g.id || ', event ' || CAST(g.head AS text) FROM groups g WHERE g.head > g.floor
            AND NOT EXISTS (SELECT 1 FROM events e WHERE e.grp = g.id AND e.seq = g.head) LIMIT 20",
        ),
        "the group's head has no event",
    ),
    (
        Sql::both(
            "SELECT 'group ' || g.id || ', event ' || CAST(e.seq AS text) FROM events e JOIN groups g ON g.id = e.grp
            WHERE e.seq > g.head OR e.seq <= g.floor LIMIT 20",
        ),
        "the event lies outside the group's floor and head",
    ),
    (
        Sql::both(
            "SELECT 'group ' || g.id || ', message ' || CAST(m.n AS text) FROM messages m JOIN groups g ON g.id = m.grp
            WHERE m.n > g.floor_n + 1
            AND NOT EXISTS (SELECT 1 FROM messages b WHERE b.grp = m.grp AND b.n = m.n - 1) LIMIT 20",
        ),
        "the message before it is missing",
    ),
    (
        Sql::both(
            "SELECT 'group ' || g.id || ', message ' || CAST(g.floor_n + 1 AS text) FROM groups g WHERE g.n > g.floor_n
            AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.grp = g.id AND m.n = g.floor_n + 1) LIMIT 20",
        ),
        "the first message above the floor is missing",
    ),
    (
        Sql::both(
            "SELECT 'group ' || g.id || ', message ' || CAST(g.n AS text) FROM groups g WHERE g.n > g.floor_n
            AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.grp = g.id AND m.n = g.n) LIMIT 20",
        ),
        "the group's latest message is missing",
    ),
    (
        Sql::both(
            "SELECT 'group ' || g.id || ', message ' || CAST(m.n AS text) FROM messages m JOIN groups g ON g.id = m.grp
            WHERE m.n > g.n OR m.n <= g.floor_n LIMIT 20",
        ),
        "the message lies outside the group's floor and latest number",
    ),
    (
        Sql::both(
            "SELECT 'person ' || author || ', client id ' || client_id FROM events
            GROUP BY author, client_id HAVING count(*) > 1 LIMIT 20",
        ),
        "the command was stored more than once",
    ),
    (
        Sql::both(
            "SELECT 'event ' || e.grp || '/' || CAST(e.seq AS text) FROM events e
            WHERE NOT EXISTS (SELECT 1 FROM groups g WHERE g.id = e.grp) LIMIT 20",
        ),
        "its group is missing",
    ),
    (
        Sql::both(
            "SELECT 'message ' || m.id FROM messages m WHERE NOT EXISTS (SELECT 1 FROM groups g WHERE g.id = m.grp) LIMIT 20",
        ),
        "its group is missing",
    ),
    (
        Sql::both(
            "SELECT 'event ' || e.grp || '/' || CAST(e.seq AS text) FROM events e
            WHERE NOT EXISTS (SELECT 1 FROM people p WHERE p.id = e.author) LIMIT 20",
        ),
        "its author is missing",
    ),
    (
        Sql::both(
            "SELECT 'message ' || m.id FROM messages m
            WHERE NOT EXISTS (SELECT 1 FROM people p WHERE p.id = m.author) LIMIT 20",
        ),
        "its author is missing",
    ),
    (
        Sql::both(
            "SELECT 'reaction of ' || r.person || ' to message ' || r.message FROM reactions r
            WHERE NOT EXISTS (SELECT 1 FROM people p WHERE p.id = r.person) LIMIT 20",
        ),
        "its person is missing",
    ),
    (
        Sql::both(
            "SELECT 'reaction of ' || r.person || ' to message ' || r.message FROM reactions r
            WHERE NOT EXISTS (SELECT 1 FROM messages m WHERE m.id = r.message) LIMIT 20",
        ),
        "its message is missing",
    ),
    (
        Sql::both(
            "SELECT 'read mark of ' || r.person || ' in ' || r.grp FROM read_marks r
            WHERE NOT EXISTS (SELECT 1 FROM people p WHERE p.id = r.person)
            OR NOT EXISTS (SELECT 1 FROM groups g WHERE g.id = r.grp AND r.seq <= g.head AND r.n <= g.n) LIMIT 20",
        ),
        "its person or group is missing, or it lies past the head",
    ),
    (
        Sql::both(
            "SELECT 'mention of ' || t.person || ' in message ' || t.message FROM mentions t
            WHERE NOT EXISTS (SELECT 1 FROM messages m WHERE m.id = t.message AND m.grp = t.grp AND m.n = t.n
                AND m.author = t.author AND m.author <> t.person AND m.deleted = 0)
            OR NOT (t.person = 'all' OR EXISTS (SELECT 1 FROM people p WHERE p.id = t.person)) LIMIT 20",
        ),
        "its message is missing, deleted or not what it says, or its person is missing",
    ),
    (
        Sql::both(
            "SELECT 'search, doc ' || CAST(d.doc AS text) FROM search_docs d
            WHERE NOT EXISTS (SELECT 1 FROM messages m WHERE m.id = d.message AND m.deleted = 0) LIMIT 20",
        ),
        "its message is missing or deleted",
    ),
    (
        // Of what is older than the index and not reached yet, none is.
        Sql::both(
            "SELECT 'message ' || m.id FROM messages m WHERE m.deleted = 0
            AND m.id >= (SELECT value FROM meta WHERE name = 'search_history')
            AND NOT EXISTS (SELECT 1 FROM search_docs d WHERE d.message = m.id) LIMIT 20",
        ),
        "it is not in the search index",
    ),
];
