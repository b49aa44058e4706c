-- flaw.sql — what the keepers decided about a problem. Problems themselves are worked out: from the checker, from the
-- guides and from searches without a result.
CREATE TABLE flaw (
	key TEXT NOT NULL,                 -- item:<code>, search:<text>, rule:<name>:<file>:<subject>
	state TEXT NOT NULL,               -- done, dismissed
	reason TEXT NOT NULL,              -- of a dismissal: not a problem because …
	account INTEGER NOT NULL,
	name TEXT NOT NULL,
	at_ms INTEGER NOT NULL,
	CONSTRAINT flaw_key UNIQUE (key)
) STRICT;
