// pay.h — payment orders through a gateway that is not ours.
//
// Owns    table pay_order; outbox rows of kind "pay.order".
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
// Compares the gateway's statement [{order, amount_fen, gateway_no}] with our orders.
struct pay_balance { int64_t matched, mended, strange; };
must_use struct err *pay_reconcile(struct plan *, const struct json *statement, struct pay_balance *out,
	struct pay_order **mended, size_t *n);
