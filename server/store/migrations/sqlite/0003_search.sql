-- What search needs. `search_docs` has a row for every message that can be found, in the order in which it was stored;
-- `search_terms` says which terms it has, once it is indexed. No positions are kept: pairs of neighbours are terms, and
-- what is found is matched again. Nothing of the text either (content=''): to take terms out one must name them.
CREATE TABLE search_docs (
    doc INTEGER PRIMARY KEY NOT NULL,
    message TEXT NOT NULL UNIQUE,
    indexed INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX search_waiting ON search_docs (doc) WHERE indexed = 0;

-- `ascii` splits at ASCII that is no letter or digit, of which no term has any, and leaves all else alone.
CREATE VIRTUAL TABLE search_terms USING fts5 (terms, content = '', columnsize = 0, detail = none, tokenize = 'ascii');
-- Terms that are taken out are overwritten at once, not only outvoted.
INSERT INTO search_terms (search_terms, rank) VALUES ('secure-delete', 1);

-- Which docs were said in each hour, at least: clocks may jump.
CREATE TABLE search_hours (
    hour INTEGER PRIMARY KEY NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL
);

-- Messages with smaller ids that were there before the index are still to be indexed. '~' is greater than every id, ''
-- smaller: done. `search_version` is that of the terms.
INSERT INTO meta (name, value) VALUES ('search_history', '~'), ('search_version', '');
