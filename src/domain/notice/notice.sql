-- notice.sql — papers handed out and messages sent.

-- A paper is fixed when it is issued: text and facts stay, so that the same bytes come out for ever.
CREATE TABLE paper (
	home INTEGER NOT NULL,
	id INTEGER PRIMARY KEY,
	case_id INTEGER NOT NULL,
	code TEXT NOT NULL,                -- template of the catalogue
	title TEXT NOT NULL,
	body TEXT NOT NULL,                -- filled in, sealed
	office TEXT NOT NULL,              -- name of the organ whose seal it bears
	verify TEXT NOT NULL,              -- code of the public verification page
	digest TEXT NOT NULL,              -- SM3 of title and body
	issued_ms INTEGER NOT NULL,
	CONSTRAINT paper_verify UNIQUE (verify)
) STRICT;
CREATE INDEX paper_case ON paper (case_id);

CREATE TABLE message (
	home INTEGER NOT NULL,
	id INTEGER PRIMARY KEY,
	party INTEGER,                     -- when the receiver is known
	code TEXT NOT NULL,
	title TEXT NOT NULL,
	text TEXT NOT NULL,                -- names nobody
	at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX message_party ON message (party, id) WHERE party IS NOT NULL;
