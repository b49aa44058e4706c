-- outbox.sql — what must happen outside: messages, payment orders, parcels.
CREATE TABLE outbox (
	id INTEGER PRIMARY KEY,
	kind TEXT NOT NULL,                -- message, pay.order, pay.refund, post.order, source.ask, source.push
	key TEXT NOT NULL,                 -- makes a repeat harmless at the other side
	body TEXT NOT NULL,                -- JSON; personal parts sealed
	tries INTEGER NOT NULL,
	next_ms INTEGER NOT NULL,          -- when to try (again)
	why TEXT NOT NULL,                 -- of the last failure
	CONSTRAINT outbox_key UNIQUE (kind, key)
) STRICT;
CREATE INDEX outbox_due ON outbox (next_ms);
