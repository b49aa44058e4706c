-- flow.sql — process instances and what is derived from their state.

-- Truth: one row an instance. state is the engine's own compact bytes.
CREATE TABLE flow_instance (
	home INTEGER NOT NULL,             -- operating unit, as the case's
	id INTEGER PRIMARY KEY,
	case_id INTEGER NOT NULL,
	parent INTEGER,                    -- the calling instance
	parent_key INTEGER,                -- key of the call in it
	model TEXT NOT NULL,               -- which process of the catalogue
	catalogue TEXT NOT NULL,           -- under which version it began and goes on
	version INTEGER NOT NULL,          -- guards the state
	ended INTEGER NOT NULL,
	outcome TEXT,
	state BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX flow_instance_case ON flow_instance (case_id);

-- Derived from the state: rebuilt by replaying opens and closes.
CREATE TABLE task (
	home INTEGER NOT NULL,
	id INTEGER PRIMARY KEY,
	instance INTEGER NOT NULL,
	key INTEGER NOT NULL,
	case_id INTEGER NOT NULL,
	element TEXT NOT NULL,             -- id in the model: accept, review, decide
	name TEXT NOT NULL,
	role TEXT NOT NULL,
	office TEXT NOT NULL,
	open INTEGER NOT NULL,
	version INTEGER NOT NULL,
	opened_ms INTEGER NOT NULL,
	due_ms INTEGER NOT NULL,           -- 0 = none
	claimed_by INTEGER,
	done_ms INTEGER,
	done_by INTEGER,
	outcome TEXT,
	CONSTRAINT task_key UNIQUE (instance, key)
) STRICT;
CREATE INDEX task_open ON task (office, role, due_ms, id) WHERE open = 1;
CREATE INDEX task_case ON task (case_id);
CREATE INDEX task_closed ON task (office, done_ms) WHERE open = 0;

CREATE TABLE flow_timer (
	home INTEGER NOT NULL,
	id INTEGER PRIMARY KEY,
	instance INTEGER NOT NULL,
	key INTEGER NOT NULL,
	due_ms INTEGER NOT NULL,
	CONSTRAINT flow_timer_key UNIQUE (instance, key)
) STRICT;
CREATE INDEX flow_timer_due ON flow_timer (due_ms);

CREATE TABLE flow_wait (
	home INTEGER NOT NULL,
	instance INTEGER NOT NULL,
	key INTEGER NOT NULL,
	case_id INTEGER NOT NULL,
	name TEXT NOT NULL,                -- of the message
	correlation TEXT NOT NULL,
	CONSTRAINT flow_wait_key UNIQUE (instance, key)
) STRICT;
CREATE INDEX flow_wait_name ON flow_wait (case_id, name);

-- Service tasks to be performed; next_ms moves when one fails.
CREATE TABLE flow_job (
	home INTEGER NOT NULL,
	id INTEGER PRIMARY KEY,
	instance INTEGER NOT NULL,
	key INTEGER NOT NULL,
	case_id INTEGER NOT NULL,
	type TEXT NOT NULL,
	vars TEXT NOT NULL,
	attempt INTEGER NOT NULL,
	next_ms INTEGER NOT NULL,
	CONSTRAINT flow_job_key UNIQUE (instance, key)
) STRICT;
CREATE INDEX flow_job_due ON flow_job (next_ms);

-- An element a person must look at: a job that failed for good, a loop that was held.
CREATE TABLE flow_incident (
	home INTEGER NOT NULL,
	instance INTEGER NOT NULL,
	key INTEGER NOT NULL,
	case_id INTEGER NOT NULL,
	element TEXT NOT NULL,
	text TEXT NOT NULL,
	at_ms INTEGER NOT NULL,
	CONSTRAINT flow_incident_key UNIQUE (instance, key)
) STRICT;
