-- party.sql — persons and enterprises, their documents, accounts and sessions.

-- A party 申请人. Names are sealed; the masked form is what lists show.
CREATE TABLE party (
	id INTEGER PRIMARY KEY,
	kind TEXT NOT NULL,                -- person, enterprise
	name TEXT NOT NULL,                -- sealed
	masked TEXT NOT NULL,              -- 陈*雯; an enterprise's name in full
	phone TEXT NOT NULL,               -- sealed, may be empty
	phone_masked TEXT NOT NULL,
	address TEXT NOT NULL,             -- sealed, may be empty
	alias_of INTEGER,                  -- merged into that party; nothing is rewritten
	version INTEGER NOT NULL,
	created_ms INTEGER NOT NULL
) STRICT;

-- Any number of dated identity documents. document is a keyed hash for look-up.
CREATE TABLE party_document (
	id INTEGER PRIMARY KEY,
	party INTEGER NOT NULL,
	type TEXT NOT NULL,                -- GA/T 2000.156: 111, 414, 553 …; uscc for enterprises
	document TEXT NOT NULL,            -- keyed hash
	number TEXT NOT NULL,              -- sealed
	masked TEXT NOT NULL,
	from_day INTEGER NOT NULL,
	until_day INTEGER,
	CONSTRAINT party_document_key UNIQUE (document)
) STRICT;
CREATE INDEX party_document_party ON party_document (party);

-- Who can sign in: persons and staff.
CREATE TABLE account (
	id INTEGER PRIMARY KEY,
	login TEXT NOT NULL,
	password TEXT NOT NULL,            -- argon2id
	party INTEGER,                     -- persons
	name TEXT NOT NULL,                -- staff in full; persons masked
	office TEXT NOT NULL,              -- staff: code; empty for persons
	unit INTEGER NOT NULL,             -- staff: home surrogate
	roles INTEGER NOT NULL,            -- bits of enum actor_role
	place TEXT NOT NULL,               -- window A12
	sample TEXT NOT NULL,              -- why this sample identity is here (demonstration only)
	failed INTEGER NOT NULL,           -- wrong passwords in a row
	locked_ms INTEGER NOT NULL,        -- no sign-in before this instant
	disabled INTEGER NOT NULL,
	version INTEGER NOT NULL,
	CONSTRAINT account_login UNIQUE (login)
) STRICT;

CREATE TABLE session (
	id INTEGER PRIMARY KEY,
	token TEXT NOT NULL,               -- keyed hash of the cookie's value
	account INTEGER NOT NULL,
	csrf TEXT NOT NULL,
	created_ms INTEGER NOT NULL,
	expires_ms INTEGER NOT NULL,
	CONSTRAINT session_token UNIQUE (token)
) STRICT;
CREATE INDEX session_expires ON session (expires_ms);
