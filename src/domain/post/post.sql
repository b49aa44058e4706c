-- post.sql — results handed over.
CREATE TABLE post_order (
	home INTEGER NOT NULL,
	id INTEGER PRIMARY KEY,
	case_id INTEGER NOT NULL,
	way TEXT NOT NULL,                 -- pickup, mail
	state TEXT NOT NULL,               -- new, sent, delivered, ready, handed_over
	courier_no TEXT NOT NULL,
	receiver TEXT NOT NULL,            -- JSON: sealed name, phone, address and their masked forms
	created_ms INTEGER NOT NULL,
	due_ms INTEGER NOT NULL,           -- 行政许可法 44: 10 working days from the decision
	done_ms INTEGER,
	last_ms INTEGER NOT NULL,          -- instant of the newest tracking event
	version INTEGER NOT NULL,
	CONSTRAINT post_order_case UNIQUE (case_id)
) STRICT;

CREATE TABLE post_track (
	id INTEGER PRIMARY KEY,
	post INTEGER NOT NULL,
	at_ms INTEGER NOT NULL,
	text TEXT NOT NULL,
	CONSTRAINT post_track_once UNIQUE (post, at_ms, text)
) STRICT;
