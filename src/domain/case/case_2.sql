-- case_2.sql — what the windows of an office took lately: its staff, and by them what was filed since a day.
-- All columns the question names stand in the index: rows need not be read.
CREATE INDEX account_office ON account (office) WHERE office <> '';
CREATE INDEX case_taken ON case_ (filed_by, received_ms, kind, via, parent, what) WHERE via = 'window' AND kind = 'item' AND parent IS NULL AND received_ms IS NOT NULL;
