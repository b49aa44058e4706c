-- pay.sql — payment orders.
CREATE TABLE pay_order (
	home INTEGER NOT NULL,
	id INTEGER PRIMARY KEY,
	case_id INTEGER NOT NULL,          -- the application
	item_case INTEGER NOT NULL,        -- the case that waits for the money
	title TEXT NOT NULL,
	payee TEXT NOT NULL,               -- office
	amount_fen INTEGER NOT NULL,
	state TEXT NOT NULL,               -- new, paid, expired, refunding
	gateway_no TEXT NOT NULL,
	created_ms INTEGER NOT NULL,
	expires_ms INTEGER NOT NULL,
	paid_ms INTEGER,
	version INTEGER NOT NULL
) STRICT;
CREATE INDEX pay_order_case ON pay_order (case_id);
CREATE INDEX pay_order_open ON pay_order (expires_ms) WHERE state = 'new';
