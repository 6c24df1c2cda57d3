-- Whom a message means, a row each; 'all' is everyone but its author. Never its author alone, nor whoever is not in the
-- database. Of messages from before this table nothing is noted.
CREATE TABLE mentions (
    grp TEXT COLLATE "C" NOT NULL,
    person TEXT COLLATE "C" NOT NULL,
    n BIGINT NOT NULL,            -- the message's number
    message TEXT COLLATE "C" NOT NULL,
    author TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (grp, person, n)
);
CREATE INDEX mentions_message ON mentions (message);
