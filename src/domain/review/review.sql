-- review.sql — ratings 好差评.
CREATE TABLE rating (
	home INTEGER NOT NULL,
	id INTEGER PRIMARY KEY,
	case_id INTEGER NOT NULL,
	level INTEGER NOT NULL,            -- GB/T 39046-2020 A.8: 1 非常满意 … 5 非常不满意
	tags TEXT NOT NULL,
	comment TEXT NOT NULL,             -- sealed
	at_ms INTEGER NOT NULL,
	CONSTRAINT rating_once UNIQUE (case_id)
) STRICT;
CREATE INDEX rating_home ON rating (home, at_ms);
