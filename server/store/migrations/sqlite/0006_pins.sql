-- Messages that everyone in a group is shown first, and who looks after a group: whether anybody does.
ALTER TABLE messages ADD COLUMN pinned INTEGER;   -- the event that pinned it
CREATE INDEX messages_pinned ON messages (grp, pinned) WHERE pinned IS NOT NULL;
CREATE INDEX members_led ON members (grp) WHERE role <> 'member';
