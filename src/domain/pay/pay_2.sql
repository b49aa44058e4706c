-- pay_2.sql — refunds; the daily comparison with the gateway; the sandbox gateway's own book.
ALTER TABLE pay_order ADD COLUMN refund_why TEXT;        -- refused, withdrawn, late, closed
ALTER TABLE pay_order ADD COLUMN refund_ms INTEGER;      -- asked of the gateway
ALTER TABLE pay_order ADD COLUMN refunded_ms INTEGER;
ALTER TABLE pay_order ADD COLUMN refund_no TEXT;
ALTER TABLE pay_order ADD COLUMN matched_day INTEGER;    -- of the statement that names the payment
CREATE INDEX pay_order_paid ON pay_order (paid_ms) WHERE paid_ms IS NOT NULL;

-- One row a day that was compared.
CREATE TABLE pay_day (
	day INTEGER PRIMARY KEY,
	ran_ms INTEGER NOT NULL,
	matched INTEGER NOT NULL,
	mended INTEGER NOT NULL,
	strange INTEGER NOT NULL
) STRICT;

-- What did not agree. Found again, it is not written again.
CREATE TABLE pay_difference (
	id INTEGER PRIMARY KEY,
	day INTEGER,                       -- of the statement; null: a statement that came by itself
	kind TEXT NOT NULL,                -- missing, unknown, amount, twice, absent, refund
	order_id INTEGER NOT NULL,         -- 0 = none that we know
	gateway_no TEXT NOT NULL,
	amount_fen INTEGER NOT NULL,       -- as the gateway has it; absent: as we have it
	found_ms INTEGER NOT NULL,
	note TEXT,
	account INTEGER,                   -- who settled it
	done_ms INTEGER,
	version INTEGER NOT NULL,
	CONSTRAINT pay_difference_key UNIQUE (kind, order_id, gateway_no)
) STRICT;
CREATE INDEX pay_difference_open ON pay_difference (id) WHERE done_ms IS NULL;

-- The sandbox gateway's book: what it took and gave back, whatever became of its notifications.
CREATE TABLE gateway_entry (
	id INTEGER PRIMARY KEY,
	kind TEXT NOT NULL,                -- paid, refund
	order_id INTEGER NOT NULL,
	amount_fen INTEGER NOT NULL,
	gateway_no TEXT NOT NULL,
	at_ms INTEGER NOT NULL,
	CONSTRAINT gateway_entry_key UNIQUE (kind, gateway_no)
) STRICT;
CREATE INDEX gateway_entry_at ON gateway_entry (at_ms);
