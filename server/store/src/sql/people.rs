//! Statements about people, their sessions and accounts.

use crate::engine::{Input, Sql};

/// (token's hash, now) → who has the session, if it has not ended.
pub(crate) const WHO: Sql = Sql::both(
    "SELECT p.id, p.name, p.colour, p.kind, p.admin, p.closed_at, s.id, s.seen_at
    FROM sessions s CROSS JOIN people p WHERE s.token = $1 AND s.expires_at > $2 AND p.id = s.person",
);

/// (id, name, kind, created at)
pub(crate) const ADD_PERSON: Sql =
    Sql::both("INSERT INTO people (id, name, kind, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING");

/// (id, name) → the person.
pub(crate) const RENAME: Sql = Sql::both("UPDATE people SET name = $2 WHERE id = $1 RETURNING id, name, colour");

/// (id, colour), below 0 for none.
pub(crate) const SET_COLOUR: Sql =
    Sql::both("UPDATE people SET colour = CASE WHEN $2 < 0 THEN NULL ELSE $2 END WHERE id = $1");

/// (person) → name, kind, admin, closed_at, password; still until the end.
pub(crate) const LOCK_PERSON: Sql = Sql {
    sqlite: "SELECT name, kind, admin, closed_at, password FROM people WHERE id = $1",
    postgres: "SELECT name, kind, admin, closed_at, password FROM people WHERE id = $1 FOR NO KEY UPDATE",
};

/// (person) → kind, admin, closed_at.
pub(crate) const RIGHTS: Sql = Sql::both("SELECT kind, admin, closed_at FROM people WHERE id = $1");

/// (id, token's hash, person, device, now, expires at)
pub(crate) const ADD_SESSION: Sql = Sql::both(
    "INSERT INTO sessions (id, token, person, device, created_at, seen_at, expires_at)
    VALUES ($1, $2, $3, $4, $5, $5, $6) ON CONFLICT DO NOTHING",
);

/// (session, now, expires at): never shortens one, never revives one.
pub(crate) const SEE: Sql = Sql::both(
    "UPDATE sessions SET seen_at = $2, expires_at = CASE WHEN expires_at > $3 THEN expires_at ELSE $3 END
    WHERE id = $1 AND expires_at > $2",
);

/// (token's hash, now): whose time is up. One that was shut stays.
pub(crate) const END_EXPIRED: Sql =
    Sql::both("DELETE FROM sessions WHERE token = $1 AND expires_at <= $2 AND expires_at > 0");

/// (person) → the sessions. They have ended, and nobody else begins with their tokens.
pub(crate) const SHUT: Sql = Sql::both("UPDATE sessions SET expires_at = 0 WHERE person = $1 RETURNING id");

/// (person, until): those that were shut go on.
pub(crate) const UNSHUT: Sql = Sql::both("UPDATE sessions SET expires_at = $2 WHERE person = $1 AND expires_at = 0");

/// (person, now): whose time is up.
pub(crate) const END_EXPIRED_OF: Sql = Sql::both("DELETE FROM sessions WHERE person = $1 AND expires_at <= $2");

/// (session)
pub(crate) const END_SESSION: Sql = Sql::both("DELETE FROM sessions WHERE id = $1");

/// (person, now) → sessions.
pub(crate) const SESSIONS: Sql = Sql::both(
    "SELECT id, device, created_at, seen_at FROM sessions WHERE person = $1 AND expires_at > $2
    ORDER BY seen_at DESC, id",
);

/// (person, session) → the session.
pub(crate) const REVOKE: Sql = Sql::both("DELETE FROM sessions WHERE id = $2 AND person = $1 RETURNING id");

/// (person, but this session) → the sessions.
pub(crate) const REVOKE_ALL: Sql = Sql::both("DELETE FROM sessions WHERE person = $1 AND id <> $2 RETURNING id");

/// (session, now) → those that have not ended.
pub(crate) static ALIVE: Input = Input::new(
    &["id", "now"],
    "SELECT s.id FROM input CROSS JOIN sessions s WHERE s.id = input.id AND s.expires_at > input.now",
);

/// → the server's settings.
pub(crate) const SETTINGS: Sql =
    Sql::both("SELECT name, value FROM meta WHERE name IN ('server.name', 'server.sign_up', 'server.guests')");

macro_rules! account_columns {
    () => {
        "SELECT id, name, colour, login, password, admin, closed_at FROM people "
    };
}

/// (login) → the account.
pub(crate) const ACCOUNT: Sql = Sql::both(concat!(account_columns!(), "WHERE login = $1"));

/// (person) → the account, if they have one.
pub(crate) const ACCOUNT_OF: Sql = Sql::both(concat!(account_columns!(), "WHERE id = $1 AND login IS NOT NULL"));

/// (id, name, login, password, admin, created at)
pub(crate) const ADD_ACCOUNT: Sql = Sql::both(
    "INSERT INTO people (id, name, kind, created_at, login, password, admin)
    VALUES ($1, $2, 'account', $6, $3, $4, $5) ON CONFLICT DO NOTHING",
);

/// (guest, name, login, password, admin)
pub(crate) const UPGRADE: Sql = Sql::both(
    "UPDATE people SET kind = 'account', name = $2, login = $3, password = $4, admin = $5
    WHERE id = $1 AND kind = 'guest'",
);

/// (person, password): who has an account.
pub(crate) const SET_PASSWORD: Sql = Sql::both("UPDATE people SET password = $2 WHERE id = $1 AND login IS NOT NULL");

/// (link's token's hash, password) → a row, if this link set this password.
pub(crate) const RESET_DONE: Sql = Sql::both(
    "SELECT p.id FROM links l CROSS JOIN people p
    WHERE l.token = $1 AND l.kind = 'reset' AND p.id = l.person AND p.password = $2",
);

/// Until the transaction ends nobody else makes or unmakes administrators. SQLite's writer is alone already.
pub(crate) const LOCK_ADMINS: Sql = Sql { sqlite: "SELECT 1", postgres: "SELECT pg_advisory_xact_lock(1415930217)" };

/// (person) → an administrator besides them, who was not closed.
pub(crate) const ADMIN_BUT: Sql =
    Sql::both("SELECT id FROM people WHERE admin = 1 AND closed_at IS NULL AND id <> $1 LIMIT 1");

/// (person, admin)
pub(crate) const SET_ADMIN: Sql = Sql::both("UPDATE people SET admin = $2 WHERE id = $1");

/// (person, closed at), 0 to open them again.
pub(crate) const CLOSE: Sql = Sql::both("UPDATE people SET closed_at = nullif($2, 0) WHERE id = $1");

macro_rules! person_columns {
    () => {
        "SELECT p.id, p.name, p.colour, p.kind, p.login, p.admin, p.created_at, p.closed_at "
    };
}

/// (after, limit) → people.
pub(crate) const PEOPLE: Sql =
    Sql::both(concat!(person_columns!(), "FROM people p WHERE p.id > $1 ORDER BY p.id LIMIT $2"));

/// (login, name, limit) → who is called so, whoever has the login first.
pub(crate) const NAMED: Sql = Sql::both(concat!(
    person_columns!(),
    "FROM (SELECT o.id, min(o.way) AS way FROM (SELECT l.id, 0 AS way FROM people l WHERE l.login = $1
    UNION ALL SELECT n.id, 1 FROM people n WHERE n.name = $2) o GROUP BY o.id) found
    CROSS JOIN people p WHERE p.id = found.id ORDER BY found.way, p.id LIMIT $3"
));

/// (id) → those who are somebody.
pub(crate) static PEOPLE_BY_ID: Input =
    Input::new(&["id"], concat!(person_columns!(), "FROM input CROSS JOIN people p WHERE p.id = input.id"));

/// (person) → them, and when the last of their sessions was seen.
pub(crate) static LAST_SEEN: Input = Input::new(
    &["person"],
    "SELECT s.person, max(s.seen_at) FROM input CROSS JOIN sessions s WHERE s.person = input.person GROUP BY s.person",
);

/// (person) → those who are somebody.
pub(crate) static KNOWN_PEOPLE: Input =
    Input::new(&["id"], "SELECT p.id FROM input CROSS JOIN people p WHERE p.id = input.id");

/// (login, name, limit) → who is called so, whoever has the login first.
pub(crate) const CALLED: Sql = Sql::both(
    "SELECT o.id FROM (SELECT l.id, 0 AS way FROM people l WHERE l.login = $1
    UNION ALL SELECT n.id, 1 FROM people n WHERE n.name = $2) o GROUP BY o.id ORDER BY min(o.way), o.id LIMIT $3",
);
