-- rule.sql — decisions made by tables, and what people thought of them afterwards.

-- One row each time a table was asked whether it can decide a case. Never changed: it is the proof.
CREATE TABLE rule_decision (
	home INTEGER NOT NULL,
	id INTEGER PRIMARY KEY,
	case_id INTEGER NOT NULL,
	item TEXT NOT NULL,
	office TEXT NOT NULL,
	rule TEXT NOT NULL,                -- code of the table
	version TEXT NOT NULL,             -- of the catalogue: the table as it stood in it
	legal_day INTEGER NOT NULL,        -- civil day whose law decides: the legal receipt
	now_ms INTEGER NOT NULL,           -- now() of the rules
	zone TEXT NOT NULL,                -- its time zone
	input TEXT NOT NULL,               -- sealed JSON: what the table reads, nothing more, and the evidence
	output TEXT NOT NULL,              -- JSON, keys sorted: what the table gave
	verdict TEXT NOT NULL,             -- grant, person
	why TEXT NOT NULL,                 -- JSON list: why a person must decide; empty for a grant
	trace_digest TEXT NOT NULL,        -- SM3 of the trace
	trace TEXT NOT NULL,               -- sealed JSON: columns, rules hit, legal basis
	sentence TEXT NOT NULL,            -- what the decision quotes; annotations and legal basis only
	evidence TEXT NOT NULL,            -- JSON: digests of form, certificates and files looked at
	engine TEXT NOT NULL,              -- version of the engine
	icu TEXT NOT NULL,
	tzdata TEXT NOT NULL
) STRICT;
CREATE INDEX rule_decision_case ON rule_decision (case_id, id);
CREATE INDEX rule_decision_rule ON rule_decision (rule, now_ms);

-- A person looks at a decision again: because the applicant asked (个人信息保护法 24), or by lot (办件抽查).
CREATE TABLE rule_review (
	home INTEGER NOT NULL,
	id INTEGER PRIMARY KEY,
	decision INTEGER NOT NULL,
	case_id INTEGER NOT NULL,
	item TEXT NOT NULL,
	office TEXT NOT NULL,
	rule TEXT NOT NULL,
	kind TEXT NOT NULL,                -- request, sample
	words TEXT NOT NULL,               -- sealed: what the applicant wrote
	opened_ms INTEGER NOT NULL,
	state TEXT NOT NULL,               -- open, agreed, disagreed
	opinion TEXT NOT NULL,             -- sealed
	account INTEGER,                   -- who reviewed
	name TEXT NOT NULL,
	done_ms INTEGER,
	CONSTRAINT rule_review_once UNIQUE (decision, kind)
) STRICT;
CREATE INDEX rule_review_office ON rule_review (office, state, opened_ms);
CREATE INDEX rule_review_case ON rule_review (case_id);
