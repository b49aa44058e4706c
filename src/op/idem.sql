-- idem.sql — answers already given: a repeat under the same key gets the same answer (72 hours).
CREATE TABLE idem (
	caller INTEGER NOT NULL,           -- account; 0 for callers without one
	key TEXT NOT NULL,
	op TEXT NOT NULL,
	body TEXT NOT NULL,                -- SM3 of the input
	reply TEXT NOT NULL,
	at_ms INTEGER NOT NULL,
	CONSTRAINT idem_key UNIQUE (caller, key)
) STRICT;
CREATE INDEX idem_at ON idem (at_ms);
