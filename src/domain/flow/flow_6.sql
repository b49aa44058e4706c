-- flow_6.sql — instances that are over lie apart, so that the trees a step goes through hold what runs.

-- When it ended; 0 while it runs.
ALTER TABLE flow_instance ADD COLUMN ended_ms INTEGER NOT NULL DEFAULT 0;
-- What is to be put away next.
CREATE INDEX flow_instance_over ON flow_instance (ended_ms, id) WHERE ended = 1;

-- Rows of flow_instance, task and flow_event as they were, moved whole and never changed again (past.h).
CREATE TABLE flow_instance_past (
	home INTEGER NOT NULL,
	id INTEGER PRIMARY KEY,
	case_id INTEGER NOT NULL,
	parent INTEGER,
	parent_key INTEGER,
	model TEXT NOT NULL,
	catalogue TEXT NOT NULL,
	version INTEGER NOT NULL,
	ended INTEGER NOT NULL,
	outcome TEXT,
	state BLOB NOT NULL,
	ended_ms INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX flow_instance_past_case ON flow_instance_past (case_id);
CREATE INDEX flow_instance_past_model ON flow_instance_past (model, id);

CREATE TABLE task_past (
	home INTEGER NOT NULL,
	id INTEGER PRIMARY KEY,
	instance INTEGER NOT NULL,
	key INTEGER NOT NULL,
	case_id INTEGER NOT NULL,
	element TEXT NOT NULL,
	name TEXT NOT NULL,
	role TEXT NOT NULL,
	office TEXT NOT NULL,
	open INTEGER NOT NULL,
	version INTEGER NOT NULL,
	opened_ms INTEGER NOT NULL,
	due_ms INTEGER NOT NULL,
	claimed_by INTEGER,
	done_ms INTEGER,
	done_by INTEGER,
	outcome TEXT,
	CONSTRAINT task_past_key UNIQUE (instance, key)
) STRICT;

CREATE TABLE flow_event_past (
	home INTEGER NOT NULL,
	instance INTEGER NOT NULL,
	version INTEGER NOT NULL,
	n INTEGER NOT NULL,
	at_ms INTEGER NOT NULL,
	kind TEXT NOT NULL,
	key INTEGER NOT NULL,
	detail TEXT NOT NULL,
	CONSTRAINT flow_event_past_place UNIQUE (instance, version, n)
) STRICT;
