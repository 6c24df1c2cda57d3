-- Whom a name in a search means, where anybody may read, and whose password a link sets.
CREATE INDEX people_name ON people (name);
CREATE INDEX groups_kind ON groups (kind, id);
CREATE INDEX links_person ON links (person) WHERE kind = 'reset';
