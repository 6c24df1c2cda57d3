-- Accounts, sessions, members and everything that refuses. Tokens are kept as their SHA-256 alone, everybody's in
-- `sessions`: `people` is rebuilt without its own, which SQLite cannot drop from under a UNIQUE.
CREATE TABLE sessions (
    id TEXT PRIMARY KEY NOT NULL,   -- random; may be shown, unlike the token
    token BLOB NOT NULL UNIQUE,     -- SHA-256
    person TEXT NOT NULL,
    device BLOB NOT NULL,           -- what the browser calls itself
    created_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
);
CREATE INDEX sessions_person ON sessions (person);
-- A guest's session does not end by itself: there is no other way back in. The last second of 9999.
INSERT INTO sessions (id, token, person, device, created_at, seen_at, expires_at)
SELECT lower(hex(randomblob(16))), token, id, x'', created_at, created_at, 253402300799000 FROM people
WHERE token IS NOT NULL;

CREATE TABLE people_2 (
    id TEXT PRIMARY KEY NOT NULL,
    name BLOB NOT NULL,
    kind TEXT NOT NULL,             -- guest, account, adopted
    created_at INTEGER NOT NULL,
    login BLOB UNIQUE,              -- an account's, as whoever signs in normalises it
    password BLOB,                  -- argon2, as a PHC string
    admin INTEGER NOT NULL DEFAULT 0,
    closed_at INTEGER               -- nobody from then on
);
INSERT INTO people_2 (id, name, kind, created_at) SELECT id, name, kind, created_at FROM people;
DROP TABLE people;
ALTER TABLE people_2 RENAME TO people;
CREATE INDEX people_admins ON people (admin) WHERE admin = 1;

ALTER TABLE groups ADD COLUMN kind TEXT NOT NULL DEFAULT 'open';    -- open, private, direct
ALTER TABLE groups ADD COLUMN name BLOB;                            -- NULL: its id
ALTER TABLE groups ADD COLUMN about BLOB;
ALTER TABLE groups ADD COLUMN archived_at INTEGER;
ALTER TABLE groups ADD COLUMN slow_ms INTEGER NOT NULL DEFAULT 0;   -- between two posts of one person
ALTER TABLE groups ADD COLUMN access INTEGER NOT NULL DEFAULT 0;    -- 1 more with each change of rights or description
ALTER TABLE groups ADD COLUMN people BLOB;                          -- a direct's: SHA-256 of who is in it
CREATE UNIQUE INDEX groups_people ON groups (people) WHERE people IS NOT NULL;
CREATE INDEX groups_open ON groups (kind, created_at, id) WHERE archived_at IS NULL;

CREATE TABLE members (
    grp TEXT NOT NULL,
    person TEXT NOT NULL,
    role TEXT NOT NULL,             -- owner, moderator, member
    since INTEGER NOT NULL,
    PRIMARY KEY (grp, person)
) WITHOUT ROWID;
CREATE INDEX members_person ON members (person);

CREATE TABLE bans (
    grp TEXT NOT NULL,
    person TEXT NOT NULL,
    by TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (grp, person)
) WITHOUT ROWID;

CREATE TABLE links (
    id TEXT PRIMARY KEY NOT NULL,
    token BLOB NOT NULL UNIQUE,     -- SHA-256
    kind TEXT NOT NULL,             -- setup, group, server, reset
    grp TEXT,                       -- a group link's
    person TEXT,                    -- whose password a reset link sets
    by TEXT,                        -- NULL: the server's console
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    uses_left INTEGER,              -- NULL: any number
    revoked_at INTEGER
);
CREATE INDEX links_grp ON links (grp, created_at);
CREATE INDEX links_setup ON links (kind) WHERE kind = 'setup';

CREATE TABLE audit (
    id INTEGER PRIMARY KEY NOT NULL,
    at INTEGER NOT NULL,
    by TEXT,                        -- NULL: the server's console
    action TEXT NOT NULL,
    grp TEXT,
    person TEXT,
    detail BLOB
);
CREATE INDEX audit_grp ON audit (grp, id);

-- Somebody's latest message: slow mode.
CREATE INDEX messages_author ON messages (grp, author, n);
