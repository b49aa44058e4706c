// pay.h — payment orders through a gateway that is not ours.
//
// Owns    tables pay_order, pay_day, pay_difference and, for the sandbox, gateway_entry; outbox rows of kinds
//         "pay.order" and "pay.refund".
// Needs   a plan; the gateway's key for signatures.
// Time    an order expires at expires_ms (setting pay_order_hours).
// Errors  E_PAY_*.
// Holds   (1) an order is paid at most once, whatever the gateway repeats; (2) a callback counts only
//         with a good signature, the right order, amount and a state that can be paid: a late one
//         for an expired order is written down to be refunded, a forged one changes nothing;
//         (3) amounts are fen, from the rule that computed them, never from a request.
#pragma once
#include "domain/domain.h"

struct pay_order {
	int64_t id, home, case_id, item_case, amount_fen, created_ms, expires_ms, paid_ms;
	struct str title, payee, state, gateway_no;  // new, paid, expired, refunding, refunded
	int64_t version;
	struct str refund_why, refund_no;
	int64_t refund_ms, refunded_ms;
};
// case_id: the application; item_case: the case whose process waits for the money.
must_use struct err *pay_order_create(struct plan *, int64_t home, int64_t case_id, int64_t item_case, struct str title, struct str payee,
	int64_t amount_fen, int64_t *out);
must_use struct err *pay_order_read(struct plan *, int64_t id, struct pay_order *out);
must_use struct err *pay_case(struct plan *, int64_t order, int64_t *case_id);          // 0 = no such order
must_use struct err *pay_orders_of_case(struct plan *, int64_t case_id, struct pay_order **out, size_t *n);
// Verifies a callback's body {order, amount_fen, gateway_no, result, at} and applies it.
// *fresh tells whether the order became paid by this very call (the caller then moves the process on).
must_use struct err *pay_callback(struct plan *, struct str body, struct str signature, struct pay_order *out, bool *fresh);
struct str pay_sign(struct plan *, struct str body);                     // what the sandbox gateway signs with
// Gives the money of a paid order back through the gateway: asked for in this set, done when the gateway says so.
must_use struct err *pay_refund(struct plan *, struct pay_order *, struct str why);      // refused, withdrawn, late, closed
// Verifies the gateway's word {order, amount_fen, refund_no, result} and applies it; a repeat changes nothing.
must_use struct err *pay_refunded(struct plan *, struct str body, struct str signature, struct pay_order *out, bool *fresh);

// ---- the daily comparison (balance.c) ----
// Compares the gateway's statement [{order, amount_fen, gateway_no, kind}] with our orders. day: the day it is of,
// whose payments must all be in it; 0 = a statement that came by itself. Differences are kept until somebody settles them.
struct pay_balance { int64_t matched, mended, strange; };
must_use struct err *pay_reconcile(struct plan *, day_t day, const struct json *statement, struct pay_balance *out,
	struct pay_order **mended, size_t *n);
// The day that is to be compared now: 0 = none. Days without a payment are passed over.
must_use struct err *pay_day_due(struct plan *, day_t *out);
struct pay_day { day_t day; int64_t ran_ms; struct pay_balance b; };
must_use struct err *pay_days(struct plan *, uint32_t limit, struct pay_day **out, size_t *n);           // newest first
struct pay_difference { int64_t id, order, amount_fen, found_ms, done_ms, version; day_t day; struct str kind, gateway_no, note; };
must_use struct err *pay_differences(struct plan *, bool open, int64_t before, uint32_t limit, struct pay_difference **out, size_t *n);
must_use struct err *pay_difference_read(struct plan *, int64_t id, struct pay_difference *out);         // E_NOT_FOUND
must_use struct err *pay_settle(struct plan *, int64_t id, struct str note);                             // E_PAY_SETTLED

// ---- the sandbox gateway's book ----
void gateway_book(struct plan *, struct str kind, int64_t order, int64_t amount_fen, struct str gateway_no);   // a repeat is one entry
must_use struct err *gateway_statement(struct plan *, day_t, struct json **out);
