-- cert.sql — the certificate library: issued here, or known from elsewhere.
CREATE TABLE certificate (
	home INTEGER NOT NULL,
	id INTEGER PRIMARY KEY,
	party INTEGER NOT NULL,            -- holder
	case_id INTEGER,                   -- that issued it; null: from elsewhere
	type TEXT NOT NULL,                -- code of the catalogue
	number TEXT NOT NULL,              -- sealed
	number_hash TEXT NOT NULL,         -- keyed, for look-up
	number_masked TEXT NOT NULL,
	code TEXT NOT NULL,                -- of the public verification page; unguessable
	identifier TEXT NOT NULL,          -- GB/T 36904; empty when from elsewhere
	holder_masked TEXT NOT NULL,
	issuer TEXT NOT NULL,              -- office
	issued_day INTEGER NOT NULL,
	expires_day INTEGER NOT NULL,      -- 2147483647 = for ever
	state TEXT NOT NULL,               -- valid, replaced, cancelled
	face TEXT NOT NULL,                -- sealed JSON
	digest TEXT NOT NULL,              -- SM3 of what was signed
	signature TEXT NOT NULL,           -- SM2, base64 of DER
	replaces INTEGER,
	version INTEGER NOT NULL,
	CONSTRAINT certificate_code UNIQUE (code)
) STRICT;
CREATE INDEX certificate_party ON certificate (party, type, issued_day);
CREATE INDEX certificate_number ON certificate (number_hash);
CREATE INDEX certificate_case ON certificate (case_id) WHERE case_id IS NOT NULL;
CREATE INDEX certificate_identifier ON certificate (identifier) WHERE identifier <> '';

-- Who used a certificate, in which case, for what: its holder sees it.
CREATE TABLE certificate_use (
	id INTEGER PRIMARY KEY,
	certificate INTEGER NOT NULL,
	case_id INTEGER NOT NULL,
	purpose TEXT NOT NULL,
	account INTEGER NOT NULL,
	at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX certificate_use_of ON certificate_use (certificate);
