-- source.sql — what other offices were asked for a case, and what they answered.

-- One row a question: truth. Never deleted with the answer it led to; values are sealed.
CREATE TABLE source_query (
	home INTEGER NOT NULL,
	id INTEGER PRIMARY KEY,
	case_id INTEGER NOT NULL,
	item TEXT NOT NULL,
	source TEXT NOT NULL,
	subject TEXT NOT NULL,
	version TEXT NOT NULL,             -- of the source: what its facts mean
	request TEXT NOT NULL,             -- sealed JSON: {"query": {…}, "facts": […]}
	same TEXT NOT NULL,                -- keyed hash of source, version, party and request: the same question again
	state TEXT NOT NULL,               -- asked, answered, none, silent, wrong
	asked_ms INTEGER NOT NULL,
	due_ms INTEGER NOT NULL,           -- then a person decides
	tries INTEGER NOT NULL,
	done_ms INTEGER,                   -- settled
	answer TEXT NOT NULL,              -- sealed JSON: {"address": "…"} in stored form
	digest TEXT NOT NULL,              -- SM3 of the answer's bytes as they were signed
	why TEXT NOT NULL,                 -- of silent and wrong: timeout, signature, malformed, …
	reused INTEGER,                    -- the question whose answer this one used again
	late_ms INTEGER,                   -- an answer came when nobody waited for it any more
	rev INTEGER NOT NULL
) STRICT;
CREATE INDEX source_query_case ON source_query (case_id, id);
CREATE INDEX source_query_same ON source_query (same, done_ms);
CREATE INDEX source_query_due ON source_query (due_ms) WHERE state = 'asked';
CREATE INDEX source_query_source ON source_query (source, asked_ms);

-- The sandbox: how each of its sources behaves, and its own book of what it was asked and said.
CREATE TABLE sandbox_source (
	source TEXT PRIMARY KEY,
	behaviour TEXT NOT NULL            -- ok, slow, late, silent, unsigned, malformed, none, differ, twice
) STRICT;
CREATE TABLE sandbox_answer (
	query INTEGER PRIMARY KEY,
	source TEXT NOT NULL,
	at_ms INTEGER NOT NULL,
	body TEXT NOT NULL                 -- sealed; what it says, the same each time
) STRICT;
