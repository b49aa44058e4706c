-- review_2.sql — rectification 整改 of a bad rating 差评.
CREATE TABLE rectification (
	home INTEGER NOT NULL,
	id INTEGER PRIMARY KEY,
	case_id INTEGER NOT NULL,
	number TEXT NOT NULL,
	office TEXT NOT NULL,              -- who handled it answers for it
	state TEXT NOT NULL,               -- open, contacted, disputed, answered, closed
	opened_ms INTEGER NOT NULL,
	contact_day INTEGER NOT NULL,      -- the rater has been spoken to by the end of this day
	due_day INTEGER NOT NULL,          -- and answered by the end of this one
	finding TEXT,                      -- true, partly, mistaken, malicious
	way TEXT,                          -- phone, visit, message
	contact_note TEXT,                 -- sealed
	contact_name TEXT,
	contact_ms INTEGER,
	longer TEXT,                       -- why it takes the longer term
	measures TEXT,
	reply TEXT,                        -- to the rater
	answer_name TEXT,
	answered_ms INTEGER,
	ruling TEXT,                       -- of another unit on a disputed rating: set_aside, stands
	ruling_note TEXT,
	ruling_name TEXT,
	ruling_ms INTEGER,
	second_level INTEGER,              -- the rater's word on the rectification
	second_ms INTEGER,
	version INTEGER NOT NULL,
	CONSTRAINT rectification_once UNIQUE (case_id)
) STRICT;
CREATE INDEX rectification_office ON rectification (office, due_day, id);
CREATE INDEX rectification_due ON rectification (due_day, id);
