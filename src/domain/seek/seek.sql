-- seek.sql — what people looked for: searches that found nothing, and lists that they carry to a window.

-- No person in it: what was typed, without long numbers, counted by day.
CREATE TABLE search_missed (
	day INTEGER NOT NULL,
	text TEXT NOT NULL,
	count INTEGER NOT NULL,
	CONSTRAINT search_missed_once UNIQUE (day, text)
) STRICT;

-- A personal list under a number that a clerk types: what and the answers, nothing of the person.
CREATE TABLE carried_list (
	id INTEGER PRIMARY KEY,
	code TEXT NOT NULL,
	what TEXT NOT NULL,
	answers TEXT NOT NULL,
	until_ms INTEGER NOT NULL,
	CONSTRAINT carried_list_code UNIQUE (code)
) STRICT;
CREATE INDEX carried_list_until ON carried_list (until_ms);
