//! Statements about links. One can be used that was not revoked, has not expired, and has uses left.

use crate::engine::Sql;

macro_rules! link_columns {
    () => {
        "SELECT id, kind, grp, person, by, created_at, expires_at, uses_left FROM links WHERE "
    };
}

/// Of a statement whose argument of this place is now.
macro_rules! usable {
    ($now:literal) => {
        concat!(
            "revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ",
            $now,
            ") AND (uses_left IS NULL OR uses_left > 0)"
        )
    };
}

/// (token's hash, now) → the link, if it can be used.
pub(crate) const LINK: Sql = Sql::both(concat!(link_columns!(), "token = $1 AND ", usable!("$2")));

/// (token's hash, now) → the same; still until the end.
pub(crate) const LOCK_LINK: Sql = Sql {
    sqlite: LINK.sqlite,
    postgres: concat!(link_columns!(), "token = $1 AND ", usable!("$2"), " FOR NO KEY UPDATE"),
};

/// (group, now) → its links.
pub(crate) const LINKS_OF: Sql =
    Sql::both(concat!(link_columns!(), "grp = $1 AND ", usable!("$2"), " ORDER BY created_at DESC, id LIMIT 200"));

/// (now) → the links of no group.
pub(crate) const SERVER_LINKS: Sql =
    Sql::both(concat!(link_columns!(), "grp IS NULL AND ", usable!("$1"), " ORDER BY created_at DESC, id LIMIT 200"));

/// (id, token's hash, kind, group, person, by, created at, expires at, uses), empty or below 0 for nothing.
pub(crate) const ADD_LINK: Sql = Sql::both(
    "INSERT INTO links (id, token, kind, grp, person, by, created_at, expires_at, uses_left)
    VALUES ($1, $2, $3, nullif($4, ''), nullif($5, ''), nullif($6, ''), $7, nullif($8, -1), nullif($9, -1))
    ON CONFLICT DO NOTHING",
);

/// (token's hash) → id.
pub(crate) const LINK_ID: Sql = Sql::both("SELECT id FROM links WHERE token = $1");

/// (token's hash) → where a group's link leads, whether or not it can be used.
pub(crate) const LINK_GROUP: Sql =
    Sql::both("SELECT grp FROM links WHERE token = $1 AND kind = 'group' AND grp IS NOT NULL");

/// (group, who made them, now): empty for whoever did.
pub(crate) const REVOKE_LINKS_OF: Sql =
    Sql::both("UPDATE links SET revoked_at = $3 WHERE grp = $1 AND ($2 = '' OR by = $2) AND revoked_at IS NULL");

/// (group, link) → whether it is one of its.
pub(crate) const IS_LINK_OF: Sql = Sql::both("SELECT id FROM links WHERE id = $2 AND grp = $1");

/// (person, now)
pub(crate) const REVOKE_RESETS: Sql =
    Sql::both("UPDATE links SET revoked_at = $2 WHERE person = $1 AND kind = 'reset' AND revoked_at IS NULL");

/// (link)
pub(crate) const SPEND_LINK: Sql = Sql::both("UPDATE links SET uses_left = uses_left - 1 WHERE id = $1");

/// (link, now) → kind, group, person, if it could be used.
pub(crate) const REVOKE_LINK: Sql = Sql::both(concat!(
    "UPDATE links SET revoked_at = $2 WHERE id = $1 AND ",
    usable!("$2"),
    " RETURNING kind, grp, person"
));

/// (now)
pub(crate) const END_SETUP_LINKS: Sql =
    Sql::both("UPDATE links SET revoked_at = $1 WHERE kind = 'setup' AND revoked_at IS NULL");
