-- Whom a name in a search means, and where anybody may read.
CREATE INDEX people_name ON people (name);
CREATE INDEX groups_kind ON groups (kind, id);
