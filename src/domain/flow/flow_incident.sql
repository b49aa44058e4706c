-- flow_incident.sql — an incident says in both languages what a person must look at.
ALTER TABLE flow_incident ADD COLUMN text_zh TEXT NOT NULL DEFAULT '';      -- text is the English
