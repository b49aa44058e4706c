-- flow_7.sql — when those that ended before this was kept ended: at their last event, or long ago where none is kept.
UPDATE flow_instance SET ended_ms = COALESCE((SELECT max(at_ms) FROM flow_event e WHERE e.instance = flow_instance.id), 1)
 WHERE id IN (SELECT id FROM flow_instance WHERE ended = 1 AND ended_ms = 0 LIMIT 1000)
