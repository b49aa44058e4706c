-- flow_model.sql — the processes that were made from a catalogue, as they were made.

-- Truth. A stored state names the text its model was compiled from, so the text stays: a later program
-- may make another one of the same catalogue version, and cases under way go on with theirs.
CREATE TABLE flow_xml (
	digest TEXT NOT NULL,              -- SM3 of the text, hex
	text TEXT NOT NULL,
	CONSTRAINT flow_xml_digest UNIQUE (digest)
) STRICT;
CREATE TABLE flow_model (
	catalogue TEXT NOT NULL,
	model TEXT NOT NULL,               -- as in flow_instance
	digest TEXT NOT NULL,
	CONSTRAINT flow_model_name UNIQUE (catalogue, model)
) STRICT;
