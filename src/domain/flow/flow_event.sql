-- flow_event.sql — every event an instance took, so that its state can be computed again.

-- Truth. Written in the same set as the state that follows from it; never changed, never deleted.
-- detail holds what the event carried, as JSON. Process variables are choices, codes, outcomes and
-- ids of the city's own records: no personal value may go into one (个人信息保护法 6), so none
-- stands here, in the state or in an incident's text.
CREATE TABLE flow_event (
	home INTEGER NOT NULL,
	instance INTEGER NOT NULL,
	version INTEGER NOT NULL,          -- of the instance after the set this event was part of
	n INTEGER NOT NULL,                -- its place in that set, from 0
	at_ms INTEGER NOT NULL,            -- the engine's now
	kind TEXT NOT NULL,                -- start, task, timer … migrate
	key INTEGER NOT NULL,              -- what it answers; 0 = none
	detail TEXT NOT NULL,
	CONSTRAINT flow_event_place UNIQUE (instance, version, n)
) STRICT;

-- Running instances by the version they go on under: what a move to a new version has to look at.
CREATE INDEX flow_instance_running ON flow_instance (catalogue, id) WHERE ended = 0;
