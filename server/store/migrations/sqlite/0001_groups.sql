-- Groups, what happens in them, and who is there. Text that people write is BLOB: it may hold NUL, which TEXT does not
-- carry in every function, and it must come back to the byte. No foreign keys: the writer validates whole batches and
-- one violated constraint would take the others with it; `check` looks for orphans.
CREATE TABLE people (
    id TEXT PRIMARY KEY NOT NULL,
    name BLOB NOT NULL,
    kind TEXT NOT NULL,             -- guest, adopted; later: account
    created_at INTEGER NOT NULL,
    token BLOB UNIQUE               -- SHA-256 of a guest's token
);

CREATE TABLE groups (
    id TEXT PRIMARY KEY NOT NULL,
    head INTEGER NOT NULL DEFAULT 0,     -- the latest event's seq
    n INTEGER NOT NULL DEFAULT 0,        -- the latest message's n
    floor INTEGER NOT NULL DEFAULT 0,    -- events up to here have expired
    floor_n INTEGER NOT NULL DEFAULT 0,  -- messages up to here have expired
    retention INTEGER,                   -- milliseconds; NULL: the server's; 0: for ever
    created_at INTEGER NOT NULL
);

CREATE TABLE events (
    grp TEXT NOT NULL,
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    author TEXT NOT NULL,
    client_id TEXT NOT NULL,
    kind INTEGER NOT NULL,          -- 0 posted, 1 edited, 2 deleted, 3 reacted
    message TEXT NOT NULL,
    n INTEGER,
    body BLOB,
    reply_to TEXT,
    emoji BLOB,
    put INTEGER,
    PRIMARY KEY (grp, seq),
    UNIQUE (author, client_id)
);
-- What a deletion must blank besides the posting itself.
CREATE INDEX events_edited ON events (message) WHERE kind = 1;

CREATE TABLE messages (
    id TEXT PRIMARY KEY NOT NULL,
    grp TEXT NOT NULL,
    seq INTEGER NOT NULL,
    n INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    at INTEGER NOT NULL,
    author TEXT NOT NULL,
    body BLOB NOT NULL,
    reply_to TEXT,
    edited_at INTEGER,
    deleted INTEGER NOT NULL DEFAULT 0,
    UNIQUE (grp, seq),
    UNIQUE (grp, n)
);

CREATE TABLE reactions (
    message TEXT NOT NULL,
    emoji BLOB NOT NULL,
    person TEXT NOT NULL,
    seq INTEGER NOT NULL,           -- the event that put it
    since INTEGER NOT NULL,         -- since when somebody has had this emoji there: its place among the emoji
    PRIMARY KEY (message, emoji, person)
) WITHOUT ROWID;

CREATE TABLE read_marks (
    person TEXT NOT NULL,
    grp TEXT NOT NULL,
    seq INTEGER NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (person, grp)
) WITHOUT ROWID;

-- Whose messages arrive from a Django process that knows no people.
INSERT INTO people (id, name, kind, created_at) VALUES ('django', CAST('Django' AS BLOB), 'adopted', 0);
