-- notice_2.sql — who a message is for when nobody of that document is known yet, what it is about, when it was read.
ALTER TABLE message ADD COLUMN document TEXT;
ALTER TABLE message ADD COLUMN case_id INTEGER;
ALTER TABLE message ADD COLUMN read_ms INTEGER;
CREATE INDEX message_document ON message (document) WHERE document IS NOT NULL;
CREATE INDEX message_unread ON message (party) WHERE read_ms IS NULL AND party IS NOT NULL;
