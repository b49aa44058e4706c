-- secret.sql — which keys seal the values of this database.
CREATE TABLE secret_key (
	id INTEGER PRIMARY KEY,            -- 1
	mark TEXT NOT NULL                 -- keyed hash of a fixed text: tells the keys apart and nothing about them
) STRICT;
