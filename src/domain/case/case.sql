-- case.sql — applications 申请 and cases 办件. Truth first, derived after.

-- One row an application (parent null) and one row each item of a bundle once it was accepted.
-- home is the operating unit: a bundle, its items and their papers share it.
CREATE TABLE case_ (
	home INTEGER NOT NULL,
	id INTEGER PRIMARY KEY,
	parent INTEGER,                    -- the bundle's case; null for an application
	kind TEXT NOT NULL,                -- 'bundle' or 'item'
	what TEXT NOT NULL,                -- code of the bundle or item
	catalogue TEXT NOT NULL,           -- version of the catalogue it began under and goes on
	number TEXT,                       -- public number, from the legal receipt 收件 on
	state TEXT NOT NULL,               -- case.def
	version INTEGER NOT NULL,          -- guards every change of the row and what hangs on it
	applicant INTEGER NOT NULL,        -- party
	filed_by INTEGER NOT NULL,         -- account that filed it: the person's own, or a clerk's
	via TEXT NOT NULL,                 -- web, window, api
	office TEXT NOT NULL,              -- who decides; a bundle: its lead office
	answers TEXT NOT NULL,             -- JSON: situation question -> option
	delivery TEXT NOT NULL,            -- JSON: how results are handed over; personal parts sealed
	saved TEXT NOT NULL,               -- JSON: papers, trips, days the bundle saves, fixed at acceptance
	digest TEXT,                       -- SM3 of form and materials as submitted; what signatories confirm
	corrections INTEGER NOT NULL,      -- times it was returned to be corrected (行政许可法 32(4): once)
	created_ms INTEGER NOT NULL,
	changed_ms INTEGER NOT NULL,
	received_ms INTEGER,               -- legal receipt 收件: the last confirmation
	accepted_ms INTEGER,               -- acceptance 受理: the clock starts
	deemed INTEGER NOT NULL,           -- accepted because nobody answered in time (行政许可法 32(4))
	closed_ms INTEGER,
	outcome TEXT,                      -- granted, partly, refused, withdrawn, skipped
	reason TEXT,                       -- of a refusal or withdrawal
	-- Derived from the facts above and a calendar version; recomputed when either changes.
	promise_day INTEGER,
	legal_day INTEGER,
	due_ms INTEGER                     -- end of office hours of promise_day
) STRICT;
CREATE UNIQUE INDEX case_number ON case_ (number) WHERE number IS NOT NULL;
CREATE INDEX case_parent ON case_ (parent) WHERE parent IS NOT NULL;
CREATE INDEX case_applicant ON case_ (applicant, id) WHERE parent IS NULL;
CREATE INDEX case_draft ON case_ (changed_ms) WHERE state = 'draft';

-- The one form of an application: {"buyer.name": {"v": text, "src": where it came from}}.
-- Sensitive values are {"s": sealed, "m": masked, "src": …}; never in clear.
CREATE TABLE case_form (
	home INTEGER NOT NULL,
	case_id INTEGER PRIMARY KEY,
	body TEXT NOT NULL
) STRICT;

-- What is decided about one material of an application: a certificate instead of an upload.
CREATE TABLE case_material (
	home INTEGER NOT NULL,
	case_id INTEGER NOT NULL,
	material TEXT NOT NULL,            -- need key: identity_card.buyer
	certificate INTEGER,               -- of the library, when one is used
	CONSTRAINT case_material_key UNIQUE (case_id, material)
) STRICT;

CREATE TABLE case_file (
	home INTEGER NOT NULL,
	id INTEGER PRIMARY KEY,
	case_id INTEGER NOT NULL,
	material TEXT NOT NULL,
	blob TEXT NOT NULL,                -- SM3 of the bytes, hex
	type TEXT NOT NULL,                -- by magic bytes
	size INTEGER NOT NULL,
	name TEXT NOT NULL,
	account INTEGER NOT NULL,
	added_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX case_file_case ON case_file (case_id);
CREATE INDEX case_file_blob ON case_file (blob);

-- Required signatories. A confirmation counts only while its digest is the case's.
CREATE TABLE case_sign (
	home INTEGER NOT NULL,
	case_id INTEGER NOT NULL,
	role TEXT NOT NULL,                -- seller, co_owner
	party INTEGER,                     -- known once the person signed in, or already known
	document TEXT NOT NULL,            -- keyed hash of the identity number given for the role
	masked TEXT NOT NULL,              -- masked name, for the applicant's page
	token TEXT NOT NULL,               -- keyed hash of the invitation's token
	state TEXT NOT NULL,               -- invited, confirmed, refused
	digest TEXT NOT NULL,              -- what was confirmed; empty before
	account INTEGER,                   -- who confirmed; at a window: the clerk who checked the identity
	via TEXT,
	reason TEXT,
	invited_ms INTEGER NOT NULL,
	expires_ms INTEGER NOT NULL,
	done_ms INTEGER,
	CONSTRAINT case_sign_key UNIQUE (case_id, role)
) STRICT;
CREATE INDEX case_sign_document ON case_sign (document);
CREATE INDEX case_sign_party ON case_sign (party) WHERE party IS NOT NULL;
CREATE UNIQUE INDEX case_sign_token ON case_sign (token);
CREATE INDEX case_sign_expires ON case_sign (expires_ms) WHERE state = 'invited';

-- What was returned to be corrected, with the reason at the field or the material.
CREATE TABLE case_mark (
	home INTEGER NOT NULL,
	case_id INTEGER NOT NULL,
	kind TEXT NOT NULL,                -- field, material
	key TEXT NOT NULL,
	reason TEXT NOT NULL,
	fixed INTEGER NOT NULL,
	CONSTRAINT case_mark_key UNIQUE (case_id, kind, key)
) STRICT;

-- Values an item of a bundle hands to those after it, and opinions on the way.
CREATE TABLE case_result (
	home INTEGER NOT NULL,
	case_id INTEGER NOT NULL,          -- of the item
	parent INTEGER NOT NULL,
	code TEXT NOT NULL,                -- contract_number
	value TEXT NOT NULL,
	CONSTRAINT case_result_key UNIQUE (parent, code)
) STRICT;

CREATE TABLE case_opinion (
	home INTEGER NOT NULL,
	id INTEGER PRIMARY KEY,
	case_id INTEGER NOT NULL,
	step TEXT NOT NULL,                -- accept, review, decide
	outcome TEXT NOT NULL,
	opinion TEXT NOT NULL,
	basis TEXT NOT NULL,
	account INTEGER NOT NULL,
	name TEXT NOT NULL,                -- staff names are shown in full
	office TEXT NOT NULL,
	at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX case_opinion_case ON case_opinion (case_id);
