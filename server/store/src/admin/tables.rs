//! Every table as plain columns, for what reads or copies whole databases.

/// A table, its columns with their kinds (`t`ext, `i`nteger, `b`ytes), and how many of the first are its key.
#[derive(Clone, Copy, Debug)]
pub(super) struct Table {
    pub(super) name: &'static str,
    pub(super) columns: &'static [&'static str],
    pub(super) kinds: &'static str,
    pub(super) key: usize,
}

/// What a backup holds. The epoch and the schema's number are not copied: a restored database has its own.
pub(super) const TABLES: [Table; 6] = [
    Table { name: "people", columns: &["id", "name", "kind", "created_at", "token"], kinds: "tbtib", key: 1 },
    Table {
        name: "groups",
        columns: &["id", "head", "n", "floor", "floor_n", "retention", "created_at"],
        kinds: "tiiiiii",
        key: 1,
    },
    Table {
        name: "events",
        columns: &[
            "grp",
            "seq",
            "at",
            "author",
            "client_id",
            "kind",
            "message",
            "n",
            "body",
            "reply_to",
            "emoji",
            "put",
        ],
        kinds: "tiittitibtbi",
        key: 2,
    },
    Table {
        name: "messages",
        columns: &["grp", "seq", "id", "n", "changed", "at", "author", "body", "reply_to", "edited_at", "deleted"],
        kinds: "titiiitbtii",
        key: 2,
    },
    Table { name: "reactions", columns: &["message", "emoji", "person", "seq", "since"], kinds: "tbtii", key: 3 },
    Table { name: "read_marks", columns: &["person", "grp", "seq", "n"], kinds: "ttii", key: 2 },
];
