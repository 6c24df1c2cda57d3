//! Every statement that serves, in one place: what `tests` explain is what runs. Differences between the engines stand
//! side by side. The administrator's own (`check`, copying) live in `admin`, migrations in `migrations/`.
//!
//! `CROSS JOIN` keeps SQLite from turning a join around: the small side stands first.

mod groups;
mod links;
mod people;
mod reads;
mod search;
mod writes;

pub(crate) use groups::*;
pub(crate) use links::*;
pub(crate) use people::*;
pub(crate) use reads::*;
pub(crate) use search::*;
pub(crate) use writes::*;

use crate::engine::input::{json_each, unnest, values};
use crate::engine::{Column, Input, Sql};

macro_rules! event_columns {
    () => {
        "e.seq, e.at, e.author, p.name, e.client_id, e.kind, e.message, e.n, e.body, e.reply_to, e.emoji, e.put, p.colour"
    };
}
pub(crate) use event_columns;

/// How many messages of group `g` after read mark `r` mention a person or everyone: the first hundred of each count, so
/// that whoever was away for long costs no more. An index for each.
macro_rules! mentions_unread {
    ($person:literal) => {
        concat!(
            "(SELECT count(*) FROM (SELECT n FROM (
                SELECT t.n FROM mentions t WHERE t.grp = g.id AND t.person = ",
            $person,
            " AND t.n > coalesce(r.n, 0) ORDER BY t.n LIMIT 100) AS meant
            UNION SELECT n FROM (
                SELECT t.n FROM mentions t WHERE t.grp = g.id AND t.person = 'all' AND t.author <> ",
            $person,
            " AND t.n > coalesce(r.n, 0) ORDER BY t.n LIMIT 100) AS called) AS counted)"
        )
    };
}
pub(crate) use mentions_unread;

/// A serving statement as each engine is given it.
#[derive(Clone, Debug)]
pub struct Explained {
    /// Its name here.
    pub name: &'static str,
    /// As SQLite gets it.
    pub sqlite: String,
    /// As PostgreSQL gets it.
    pub postgres: String,
}

/// Every serving statement, for the test that explains them.
#[must_use]
pub fn explained() -> Vec<Explained> {
    let plain = PLAIN.iter().map(|(name, sql): &(_, Sql)| Explained {
        name,
        sqlite: sql.sqlite.to_owned(),
        postgres: sql.postgres.to_owned(),
    });
    let sets = SETS.iter().map(|(name, input, kinds): &(_, &Input, &str)| Explained {
        name,
        sqlite: if input.answers() { json_each(input) } else { values(input) }.to_owned(),
        postgres: unnest(input, &kinds.chars().map(empty).collect::<Vec<_>>()),
    });
    plain.chain(sets).collect()
}

fn empty(kind: char) -> Column<'static> {
    match kind {
        'i' => Column::Int(Vec::new()),
        'b' => Column::Bytes(Vec::new()),
        _ => Column::Text(Vec::new()),
    }
}

const PLAIN: &[(&str, Sql)] = &[
    ("EPOCH", EPOCH),
    ("PLACE", PLACE),
    ("SIZES", SIZES),
    ("PAGE", PAGE),
    ("AROUND", AROUND),
    ("PINS", PINS),
    ("NTH", NTH),
    ("EVENTS_SIZE", EVENTS_SIZE),
    ("EVENTS_AFTER", EVENTS_AFTER),
    ("READ_MARKS", READ_MARKS),
    ("CREATE_GROUP", CREATE_GROUP),
    ("SET_RETENTION", SET_RETENTION),
    ("LOCK_GROUP", LOCK_GROUP),
    ("FIRST_YOUNG", FIRST_YOUNG),
    ("LAST_MESSAGE", LAST_MESSAGE),
    ("EXPIRE_EDITS", EXPIRE_EDITS),
    ("EXPIRE_REACTIONS", EXPIRE_REACTIONS),
    ("EXPIRE_MENTIONS", EXPIRE_MENTIONS),
    ("EXPIRE_MESSAGES", EXPIRE_MESSAGES),
    ("EXPIRE_EVENTS", EXPIRE_EVENTS),
    ("RAISE_FLOOR", RAISE_FLOOR),
    ("WHO", WHO),
    ("ADD_PERSON", ADD_PERSON),
    ("RENAME", RENAME),
    ("SET_COLOUR", SET_COLOUR),
    ("LOCK_PERSON", LOCK_PERSON),
    ("RIGHTS", RIGHTS),
    ("ADD_SESSION", ADD_SESSION),
    ("SEE", SEE),
    ("END_EXPIRED", END_EXPIRED),
    ("END_EXPIRED_OF", END_EXPIRED_OF),
    ("END_SESSION", END_SESSION),
    ("SHUT", SHUT),
    ("UNSHUT", UNSHUT),
    ("SESSIONS", SESSIONS),
    ("REVOKE", REVOKE),
    ("REVOKE_ALL", REVOKE_ALL),
    ("SETTINGS", SETTINGS),
    ("SHOWN", SHOWN),
    ("ACCOUNT", ACCOUNT),
    ("ACCOUNT_OF", ACCOUNT_OF),
    ("ADD_ACCOUNT", ADD_ACCOUNT),
    ("UPGRADE", UPGRADE),
    ("SET_PASSWORD", SET_PASSWORD),
    ("RESET_DONE", RESET_DONE),
    ("LOCK_ADMINS", LOCK_ADMINS),
    ("ADMIN_BUT", ADMIN_BUT),
    ("SET_ADMIN", SET_ADMIN),
    ("CLOSE", CLOSE),
    ("PEOPLE", PEOPLE),
    ("ACCESS", ACCESS),
    ("GROUP", GROUP),
    ("OPEN_GROUPS", OPEN_GROUPS),
    ("READABLE", READABLE),
    ("CALLED", CALLED),
    ("NAMED", NAMED),
    ("GROUPS_OF", GROUPS_OF),
    ("NOTE", NOTE),
    ("AUDIT_OF", AUDIT_OF),
    ("AUDIT", AUDIT),
    ("LOCK_DESCRIPTION", LOCK_DESCRIPTION),
    ("ADD_GROUP", ADD_GROUP),
    ("DESCRIBE", DESCRIBE),
    ("RAISE_ACCESS", RAISE_ACCESS),
    ("DIRECT", DIRECT),
    ("ADD_DIRECT", ADD_DIRECT),
    ("MEMBERS", MEMBERS),
    ("PUT_MEMBER", PUT_MEMBER),
    ("TAKE_MEMBER", TAKE_MEMBER),
    ("ROLE_OF", ROLE_OF),
    ("OWNER_BUT", OWNER_BUT),
    ("IS_PERSON", IS_PERSON),
    ("BANNED", BANNED),
    ("SPEAKERS", SPEAKERS),
    ("IS_BANNED", IS_BANNED),
    ("BAN", BAN),
    ("UNBAN", UNBAN),
    ("AUTHOR", AUTHOR),
    ("EDITS", EDITS),
    ("LINK", LINK),
    ("LOCK_LINK", LOCK_LINK),
    ("LINKS_OF", LINKS_OF),
    ("SERVER_LINKS", SERVER_LINKS),
    ("ADD_LINK", ADD_LINK),
    ("LINK_ID", LINK_ID),
    ("LINK_GROUP", LINK_GROUP),
    ("REVOKE_LINKS_OF", REVOKE_LINKS_OF),
    ("IS_LINK_OF", IS_LINK_OF),
    ("REVOKE_RESETS", REVOKE_RESETS),
    ("SPEND_LINK", SPEND_LINK),
    ("REVOKE_LINK", REVOKE_LINK),
    ("END_SETUP_LINKS", END_SETUP_LINKS),
    ("INDEXED_UP_TO", INDEXED_UP_TO),
    ("DROP_DOCS_UP_TO", DROP_DOCS_UP_TO),
    ("WAITING", WAITING),
    ("TO_INDEX", TO_INDEX),
    ("HISTORY", HISTORY),
    ("LOWEST_DOC", LOWEST_DOC),
    ("ALL_DOCS", ALL_DOCS),
    ("LOCK_META", LOCK_META),
    ("GET_META", GET_META),
    ("LAST_UNTIL", LAST_UNTIL),
    ("FIRST_SINCE", FIRST_SINCE),
    ("FOUND", FOUND),
    ("FOUND_WAITING", FOUND_WAITING),
];

static SETS: &[(&str, &Input, &str)] = &[
    ("ALIVE", &ALIVE, "ti"),
    ("ACCESS_OF", &ACCESS_OF, "tt"),
    ("PEOPLE_OF", &PEOPLE_OF, "t"),
    ("LAST_SEEN", &LAST_SEEN, "t"),
    ("KNOWN_PEOPLE", &KNOWN_PEOPLE, "t"),
    ("PEOPLE_BY_ID", &PEOPLE_BY_ID, "t"),
    ("REACTIONS_OF", &REACTIONS_OF, "t"),
    ("HEADS", &HEADS, "t"),
    ("STANDINGS", &STANDINGS, "tt"),
    ("LOCK_GROUPS", &LOCK_GROUPS, "t"),
    ("KNOWN", &KNOWN, "tt"),
    ("TARGETS", &TARGETS, "t"),
    ("PUT_ON", &PUT_ON, "t"),
    ("PINS_IN", &PINS_IN, "t"),
    ("LAST_POSTS", &LAST_POSTS, "tt"),
    ("ADD_EVENTS", &ADD_EVENTS, "tiittitibtbi"),
    ("ADD_MESSAGES", &ADD_MESSAGES, "ttiiiitbtii"),
    ("TOUCH", &TOUCH, "ti"),
    ("REWRITE", &REWRITE, "tbii"),
    ("PIN", &PIN, "ti"),
    ("ERASE_POSTED", &ERASE_POSTED, "t"),
    ("ERASE_EDITED", &ERASE_EDITED, "t"),
    ("FORGET_MENTIONS", &FORGET_MENTIONS, "t"),
    ("MENTION_ANSWERED", &MENTION_ANSWERED, "t"),
    ("ADD_MENTIONS", &ADD_MENTIONS, "tt"),
    ("CLEAR_REACTIONS", &CLEAR_REACTIONS, "t"),
    ("PUT_REACTIONS", &PUT_REACTIONS, "tbtii"),
    ("TAKE_REACTIONS", &TAKE_REACTIONS, "tbt"),
    ("SET_HEADS", &SET_HEADS, "tii"),
    ("MARK_READ", &MARK_READ, "tti"),
    ("ADD_DOCS", &ADD_DOCS, "t"),
    ("INDEXED", &INDEXED, "t"),
    ("TAKE_TERMS", &TAKE_TERMS, "itt"),
    ("PUT_TERMS", &PUT_TERMS, "itt"),
    ("SET_INDEXED", &SET_INDEXED, "ii"),
    ("DROP_DOCS", &DROP_DOCS, "t"),
    ("STILL", &STILL, "t"),
    ("ADD_OLD_DOCS", &ADD_OLD_DOCS, "iti"),
    ("WIDEN_HOURS", &WIDEN_HOURS, "iii"),
];
