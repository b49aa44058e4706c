-- flow_3.sql — what the pages of processes ask for: incidents by age, instances of a model by age.
CREATE INDEX flow_incident_at ON flow_incident (at_ms, instance, key);
CREATE INDEX flow_incident_case ON flow_incident (case_id, key);
CREATE INDEX flow_instance_model ON flow_instance (model, id);
