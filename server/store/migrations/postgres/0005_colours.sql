-- The colour of a person's picture, 0 to 7; NULL: it follows from their id.
ALTER TABLE people ADD COLUMN colour BIGINT;
