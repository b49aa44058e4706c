-- release.sql — proposed changes of the catalogue, and which version of it is in force.

-- One row a proposed change. What is in force follows from release_force alone.
CREATE TABLE release_ (
	id INTEGER PRIMARY KEY,
	title TEXT NOT NULL,
	state TEXT NOT NULL,               -- draft, proposed, refused, scheduled, approved, in_force, taken_back
	version INTEGER NOT NULL,          -- guards every change of the row and of its files
	base TEXT NOT NULL,                -- hash of the version it changes; empty for the first
	hash TEXT NOT NULL,                -- hash of what it makes; empty while it is written
	author INTEGER NOT NULL,           -- account; 0 the command line
	author_name TEXT NOT NULL,
	judge INTEGER,                     -- account that approved or refused; another than the author
	judge_name TEXT NOT NULL,
	reason TEXT NOT NULL,              -- of a refusal or a taking back; why an approved one does not hold yet
	from_ms INTEGER,                   -- when it shall hold; null: as soon as it is approved
	changes TEXT NOT NULL,             -- JSON: what it changes, in words, as shown before approval
	warnings INTEGER NOT NULL,         -- of the checker, when it was proposed
	of INTEGER,                        -- the release that this one takes back
	made_ms INTEGER NOT NULL,
	proposed_ms INTEGER,
	judged_ms INTEGER,
	force_ms INTEGER                   -- since when it held
) STRICT;
CREATE INDEX release_state ON release_ (state, id);
CREATE INDEX release_due ON release_ (from_ms) WHERE state = 'scheduled';

-- A file of the city as it shall be.
CREATE TABLE release_file (
	release INTEGER NOT NULL,
	path TEXT NOT NULL,
	text TEXT NOT NULL,
	gone INTEGER NOT NULL,
	CONSTRAINT release_file_once UNIQUE (release, path)
) STRICT;

-- Which items and bundles a release touched: their history.
CREATE TABLE release_matter (
	code TEXT NOT NULL,
	release INTEGER NOT NULL,
	CONSTRAINT release_matter_once UNIQUE (code, release)
) STRICT;

-- One row, id 1: the version in force. DATA/catalogue/current is only a copy of it.
CREATE TABLE release_force (
	id INTEGER PRIMARY KEY,
	hash TEXT NOT NULL,
	release INTEGER NOT NULL,
	since_ms INTEGER NOT NULL,
	folder TEXT NOT NULL,              -- hash of the city folder that was last published from the command line
	version INTEGER NOT NULL
) STRICT;
