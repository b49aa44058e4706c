-- flow_5.sql — what is open is found without a look at what is over, however much of that there is.

-- The work list is answered from the index alone: each row of it would cost a descent into a table that grows
-- with every finished case.
DROP INDEX task_open;
CREATE INDEX task_open ON task (office, role, due_ms, id, home, instance, key, case_id, element, name, version,
	opened_ms, claimed_by, open) WHERE open = 1;
-- The open task of a case.
CREATE INDEX task_open_case ON task (case_id, element, id) WHERE open = 1;
-- Running instances in the order they began: a move to a new version goes through them.
DROP INDEX flow_instance_running;
CREATE INDEX flow_instance_running ON flow_instance (id, catalogue, model) WHERE ended = 0;
