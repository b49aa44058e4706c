// pay_store.c — SQL of payment orders.
#include "domain/pay/pay_store.h"
#include "domain/trail.h"

#define COLS "home, id, case_id, item_case, title, payee, amount_fen, state, gateway_no, created_ms, expires_ms, paid_ms, version"

const char pay_store_select[] = "SELECT " COLS " FROM pay_order WHERE id = ?1";

void pay_store_insert(struct plan *p, const struct pay_order *o)
{
	const struct val v[] = {V_INT(o->home), V_INT(o->id), V_INT(o->case_id), V_INT(o->item_case), V_TEXT(o->title), V_TEXT(o->payee),
		V_INT(o->amount_fen), V_TEXT(o->state), V_TEXT(o->gateway_no), V_INT(o->created_ms), V_INT(o->expires_ms), V_NULL, V_INT(1)};
	wset_exec(p->ws, 1, "INSERT INTO pay_order (" COLS ") VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13)", v, countof(v));
	trail_row(p, "payment", o->id, "pay_order", o->id, v, countof(v));
}

static void order_of(const struct rows *r, size_t i, struct pay_order *o)
{
	*o = (struct pay_order){.home = row_int(r, i, 0), .id = row_int(r, i, 1), .case_id = row_int(r, i, 2), .item_case = row_int(r, i, 3),
		.title = row_text(r, i, 4), .payee = row_text(r, i, 5), .amount_fen = row_int(r, i, 6), .state = row_text(r, i, 7),
		.gateway_no = row_text(r, i, 8), .created_ms = row_int(r, i, 9), .expires_ms = row_int(r, i, 10),
		.paid_ms = row_int(r, i, 11), .version = row_int(r, i, 12)};
}

struct err *pay_store_read(struct plan *p, int64_t id, struct pay_order *out, bool *found)
{
	struct rows r;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT " COLS " FROM pay_order WHERE id = ?1", V_INT(id));
	*found = !e && r.n;
	if (*found) order_of(&r, 0, out);
	return e;
}

struct err *pay_store_of_case(struct plan *p, int64_t case_id, struct pay_order **out, size_t *n)
{
	struct rows r;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT " COLS " FROM pay_order WHERE case_id = ?1 ORDER BY id", V_INT(case_id));
	*n = e ? 0 : r.n;
	*out = arena_newn(p->a, struct pay_order, *n + 1);
	for (size_t i = 0; i < *n; i++) order_of(&r, i, &(*out)[i]);
	return e;
}

void pay_store_state(struct plan *p, const struct pay_order *o, struct str state, struct str gateway_no)
{
	struct val paid = o->paid_ms ? V_INT(o->paid_ms) : str_is(state, "paid") ? V_INT(p->now_ms) : V_NULL;
	WSET_EXEC(p->ws, 1, "UPDATE pay_order SET state = ?1, gateway_no = ?2, paid_ms = ?3, version = version + 1"
		" WHERE id = ?4 AND version = ?5", V_TEXT(state), V_TEXT(gateway_no), paid, V_INT(o->id), V_INT(o->version));
	const struct val v[] = {V_INT(o->home), V_INT(o->id), V_INT(o->case_id), V_INT(o->item_case), V_TEXT(o->title), V_TEXT(o->payee),
		V_INT(o->amount_fen), V_TEXT(state), V_TEXT(gateway_no), V_INT(o->created_ms), V_INT(o->expires_ms), paid, V_INT(o->version + 1)};
	trail_row(p, "payment", o->id, "pay_order", o->id, v, countof(v));
}
