//! Accounts, sessions, members, bans, links and the audit log.

use super::Invariant;
use crate::engine::Sql;

pub(in crate::admin) const PEOPLE: &[Invariant] = &[
    (
        Sql::both(
            "SELECT 'person ' || id FROM people WHERE kind NOT IN ('guest', 'account', 'adopted')
            OR (kind = 'account') <> (login IS NOT NULL AND password IS NOT NULL)
            OR (admin <> 0 AND kind <> 'account') LIMIT 20",
        ),
        "an account has a login and a password, nobody else has, and only an account is an administrator",
    ),
    (
        Sql::both("SELECT 'person ' || id FROM people WHERE colour NOT BETWEEN 0 AND 7 LIMIT 20"),
        "their colour is none that there is",
    ),
    (
        Sql::both(
            "SELECT 'session ' || s.id FROM sessions s WHERE s.expires_at > 0
            AND NOT EXISTS (SELECT 1 FROM people p WHERE p.id = s.person AND p.closed_at IS NULL) LIMIT 20",
        ),
        "its person is missing or closed",
    ),
    (
        Sql::both(
            "SELECT 'session ' || s.id FROM sessions s WHERE s.expires_at <= 0 AND NOT EXISTS (
                SELECT 1 FROM people p WHERE p.id = s.person AND p.kind = 'guest' AND p.closed_at IS NOT NULL
            ) LIMIT 20",
        ),
        "it was shut, and its person is no closed guest",
    ),
    (
        Sql::both("SELECT 'session ' || id FROM sessions WHERE length(token) <> 32 LIMIT 20"),
        "its token is no hash",
    ),
    (
        Sql::both("SELECT 'link ' || id FROM links WHERE length(token) <> 32 LIMIT 20"),
        "its token is no hash",
    ),
    (
        Sql::both(
            "SELECT 'group ' || id FROM groups WHERE kind NOT IN ('open', 'private', 'direct') OR slow_ms < 0 OR access < 0
            OR (kind = 'direct') <> (people IS NOT NULL) LIMIT 20",
        ),
        "its kind is unknown, or is not what its people say",
    ),
    (
        Sql::both(
            "SELECT 'group ' || g.id FROM groups g WHERE g.kind = 'private'
            AND NOT EXISTS (SELECT 1 FROM members c WHERE c.grp = g.id AND c.role = 'owner') LIMIT 20",
        ),
        "it is private and has no owner",
    ),
    (
        Sql::both(
            "SELECT 'group ' || g.id FROM groups g WHERE g.kind = 'direct'
            AND (SELECT count(*) FROM members c WHERE c.grp = g.id) < 2 LIMIT 20",
        ),
        "it is direct and has fewer than two people",
    ),
    (
        Sql::both(
            "SELECT 'member ' || c.person || ' of ' || c.grp FROM members c
            WHERE c.role NOT IN ('owner', 'moderator', 'member') LIMIT 20",
        ),
        "its role is unknown",
    ),
    (
        Sql::both(
            "SELECT 'member ' || c.person || ' of ' || c.grp FROM members c
            WHERE NOT EXISTS (SELECT 1 FROM people p WHERE p.id = c.person)
            OR NOT EXISTS (SELECT 1 FROM groups g WHERE g.id = c.grp) LIMIT 20",
        ),
        "its person or group is missing",
    ),
    (
        Sql::both(
            "SELECT 'ban of ' || b.person || ' from ' || b.grp FROM bans b
            WHERE NOT EXISTS (SELECT 1 FROM people p WHERE p.id = b.person)
            OR NOT EXISTS (SELECT 1 FROM groups g WHERE g.id = b.grp) LIMIT 20",
        ),
        "its person or group is missing",
    ),
    (
        Sql::both(
            "SELECT 'ban of ' || b.person || ' from ' || b.grp FROM bans b
            WHERE EXISTS (SELECT 1 FROM members c WHERE c.grp = b.grp AND c.person = b.person) LIMIT 20",
        ),
        "the person is a member all the same",
    ),
    (
        Sql::both(
            "SELECT 'link ' || l.id FROM links l WHERE l.kind NOT IN ('setup', 'group', 'server', 'reset')
            OR (l.kind = 'group') <> (l.grp IS NOT NULL) OR (l.kind = 'reset') <> (l.person IS NOT NULL)
            OR (l.person IS NOT NULL AND NOT EXISTS (SELECT 1 FROM people p WHERE p.id = l.person)) LIMIT 20",
        ),
        "its kind is unknown, or it leads nowhere",
    ),
    (
        Sql::both(
            "SELECT 'audit ' || CAST(a.id AS text) FROM audit a
            WHERE (a.by IS NOT NULL AND NOT EXISTS (SELECT 1 FROM people p WHERE p.id = a.by))
            OR (a.person IS NOT NULL AND NOT EXISTS (SELECT 1 FROM people p WHERE p.id = a.person)) LIMIT 20",
        ),
        "who did it, or to whom, is missing",
    ),
];
