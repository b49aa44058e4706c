-- journal.sql — what happened, in chains that nobody can alter unseen.

-- One entry a change of a subject (a case, an account, the catalogue, the settings). The chain is per
-- subject: prev is the hash of the entry with seq - 1, or 32 zero bytes. The key guards concurrency:
-- two plans that saw the same head cannot both be committed. No personal values: codes, ids, counts
-- and digests only.
CREATE TABLE journal_entry (
	home INTEGER NOT NULL,             -- operating unit, as in the case tables; 0 for city-wide subjects
	subject_kind TEXT NOT NULL,        -- 'case', 'account', …
	subject_id INTEGER NOT NULL,
	seq INTEGER NOT NULL,              -- from 1 without gaps
	id INTEGER NOT NULL,               -- store_id
	at_ms INTEGER NOT NULL,
	actor TEXT NOT NULL,               -- a reference such as 'account:17', never a name
	verb TEXT NOT NULL,
	detail TEXT NOT NULL,              -- canonical JSON
	rows TEXT NOT NULL,                -- a line a row written: table, key, digest of its content
	prev BLOB NOT NULL,
	hash BLOB NOT NULL,                -- SM3 of prev and all of the above
	PRIMARY KEY (subject_kind, subject_id, seq, home)
) STRICT, WITHOUT ROWID;

-- Who looked at personal data in the clear. Written and committed before the look.
CREATE TABLE access_log (
	id INTEGER NOT NULL PRIMARY KEY,   -- store_id
	home INTEGER NOT NULL,
	at_ms INTEGER NOT NULL,
	actor TEXT NOT NULL,
	subject_kind TEXT NOT NULL,
	subject_id INTEGER NOT NULL,
	fields TEXT NOT NULL,              -- which fields were shown, by name
	reason TEXT NOT NULL,              -- the operation or the stated ground
	hash BLOB NOT NULL                 -- SM3 of all of the above
) STRICT;
CREATE INDEX access_log_subject ON access_log (subject_kind, subject_id, id);
CREATE INDEX access_log_actor ON access_log (actor, id);

-- One a commit group and writer, in the group's own transaction: the hashes of the entries and access
-- rows that became durable together.
CREATE TABLE journal_checkpoint (
	writer INTEGER NOT NULL,           -- node * 16 + writer connection
	seq INTEGER NOT NULL,              -- from 1 without gaps
	at_ms INTEGER NOT NULL,
	signed_ms INTEGER NOT NULL,        -- at_ms of the latest signed one up to here; 0 = none yet
	digests BLOB NOT NULL,             -- 32 bytes each
	prev BLOB NOT NULL,
	hash BLOB NOT NULL,                -- SM3 of prev and all of the above
	signature BLOB,                    -- SM2 over hash, DER; present where signed_ms is another than before
	PRIMARY KEY (writer, seq)
) STRICT, WITHOUT ROWID;
