-- Whom a message means, a row each; 'all' is everyone but its author. Never its author alone, nor whoever is not in the
-- database. Of messages from before this table nothing is noted.
CREATE TABLE mentions (
    grp TEXT NOT NULL,
    person TEXT NOT NULL,
    n INTEGER NOT NULL,            -- the message's number
    message TEXT NOT NULL,
    author TEXT NOT NULL,
    PRIMARY KEY (grp, person, n)
) WITHOUT ROWID;
CREATE INDEX mentions_message ON mentions (message);
