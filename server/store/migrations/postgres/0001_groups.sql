-- Groups, what happens in them, and who is there. Text that people write is BYTEA: TEXT cannot hold NUL, and it must
-- come back to the byte. Ids compare by byte, as in Rust ("C"). No foreign keys: the writer validates whole batches and
-- one violated constraint would take the others with it; `check` looks for orphans.
CREATE TABLE people (
    id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    name BYTEA NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,             -- guest, adopted; later: account
    created_at BIGINT NOT NULL,
    token BYTEA UNIQUE               -- SHA-256 of a guest's token
);

CREATE TABLE groups (
    id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    head BIGINT NOT NULL DEFAULT 0,     -- the latest event's seq
    n BIGINT NOT NULL DEFAULT 0,        -- the latest message's n
    floor BIGINT NOT NULL DEFAULT 0,    -- events up to here have expired
    floor_n BIGINT NOT NULL DEFAULT 0,  -- messages up to here have expired
    retention BIGINT,                   -- milliseconds; NULL: the server's; 0: for ever
    created_at BIGINT NOT NULL
);

CREATE TABLE events (
    grp TEXT COLLATE "C" NOT NULL,
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL,
    author TEXT COLLATE "C" NOT NULL,
    client_id TEXT COLLATE "C" NOT NULL,
    kind BIGINT NOT NULL,          -- 0 posted, 1 edited, 2 deleted, 3 reacted
    message TEXT COLLATE "C" NOT NULL,
    n BIGINT,
    body BYTEA,
    reply_to TEXT COLLATE "C",
    emoji BYTEA,
    put BIGINT,
    PRIMARY KEY (grp, seq),
    UNIQUE (author, client_id)
);
-- What a deletion must blank besides the posting itself.
CREATE INDEX events_edited ON events (message) WHERE kind = 1;

CREATE TABLE messages (
    id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    grp TEXT COLLATE "C" NOT NULL,
    seq BIGINT NOT NULL,
    n BIGINT NOT NULL,
    changed BIGINT NOT NULL,
    at BIGINT NOT NULL,
    author TEXT COLLATE "C" NOT NULL,
    body BYTEA NOT NULL,
    reply_to TEXT COLLATE "C",
    edited_at BIGINT,
    deleted BIGINT NOT NULL DEFAULT 0,
    UNIQUE (grp, seq),
    UNIQUE (grp, n)
);

CREATE TABLE reactions (
    message TEXT COLLATE "C" NOT NULL,
    emoji BYTEA NOT NULL,
    person TEXT COLLATE "C" NOT NULL,
    seq BIGINT NOT NULL,           -- the event that put it
    since BIGINT NOT NULL,         -- since when somebody has had this emoji there: its place among the emoji
    PRIMARY KEY (message, emoji, person)
);

CREATE TABLE read_marks (
    person TEXT COLLATE "C" NOT NULL,
    grp TEXT COLLATE "C" NOT NULL,
    seq BIGINT NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (person, grp)
);

-- Whose messages arrive from a Django process that knows no people.
INSERT INTO people (id, name, kind, created_at) VALUES ('django', 'Django', 'adopted', 0);
