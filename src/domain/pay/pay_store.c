// pay_store.c — SQL of payment orders.
#include "domain/pay/pay_store.h"
#include "domain/trail.h"

#define OWN "home, id, case_id, item_case, title, payee, amount_fen, state, gateway_no, created_ms, expires_ms, paid_ms, version"
#define COLS OWN ", refund_why, refund_no, refund_ms, refunded_ms"

const char pay_store_select[] = "SELECT " OWN " FROM pay_order WHERE id = ?1";

void pay_store_insert(struct plan *p, const struct pay_order *o)
{
	const struct val v[] = {V_INT(o->home), V_INT(o->id), V_INT(o->case_id), V_INT(o->item_case), V_TEXT(o->title), V_TEXT(o->payee),
		V_INT(o->amount_fen), V_TEXT(o->state), V_TEXT(o->gateway_no), V_INT(o->created_ms), V_INT(o->expires_ms), V_NULL, V_INT(1)};
	wset_exec(p->ws, 1, "INSERT INTO pay_order (" OWN ") VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13)", v, countof(v));
	trail_row(p, "payment", o->id, "pay_order", o->id, v, countof(v));
}

static void order_of(const struct rows *r, size_t i, struct pay_order *o)
{
	*o = (struct pay_order){.home = row_int(r, i, 0), .id = row_int(r, i, 1), .case_id = row_int(r, i, 2), .item_case = row_int(r, i, 3),
		.title = row_text(r, i, 4), .payee = row_text(r, i, 5), .amount_fen = row_int(r, i, 6), .state = row_text(r, i, 7),
		.gateway_no = row_text(r, i, 8), .created_ms = row_int(r, i, 9), .expires_ms = row_int(r, i, 10),
		.paid_ms = row_int(r, i, 11), .version = row_int(r, i, 12), .refund_why = row_text(r, i, 13), .refund_no = row_text(r, i, 14),
		.refund_ms = row_int(r, i, 15), .refunded_ms = row_int(r, i, 16)};
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

// The row as an update leaves it, for the entry that tells of it.
static void told(struct plan *p, const struct pay_order *o)
{
	const struct val v[] = {V_INT(o->home), V_INT(o->id), V_INT(o->case_id), V_INT(o->item_case), V_TEXT(o->title), V_TEXT(o->payee),
		V_INT(o->amount_fen), V_TEXT(o->state), V_TEXT(o->gateway_no), V_INT(o->created_ms), V_INT(o->expires_ms), V_INT_OR_NULL(o->paid_ms), V_INT(o->version + 1)};
	trail_row(p, "payment", o->id, "pay_order", o->id, v, countof(v));
}

void pay_store_refund(struct plan *p, const struct pay_order *o)
{
	WSET_EXEC(p->ws, 1, "UPDATE pay_order SET state = ?1, gateway_no = ?2, refund_why = ?3, refund_ms = ?4, version = version + 1"
		" WHERE id = ?5 AND version = ?6", V_TEXT(o->state), V_TEXT(o->gateway_no), V_TEXT(o->refund_why), V_INT(p->now_ms), V_INT(o->id), V_INT(o->version));
	told(p, o);
}

void pay_store_refunded(struct plan *p, const struct pay_order *o)
{
	WSET_EXEC(p->ws, 1, "UPDATE pay_order SET state = ?1, refund_no = ?2, refunded_ms = ?3, version = version + 1 WHERE id = ?4 AND version = ?5",
		V_TEXT(o->state), V_TEXT(o->refund_no), V_INT(p->now_ms), V_INT(o->id), V_INT(o->version));
	told(p, o);
}

void pay_store_matched(struct plan *p, int64_t order, day_t day)
{
	WSET_EXEC(p->ws, WSET_ANY, "UPDATE pay_order SET matched_day = ?1 WHERE id = ?2 AND matched_day IS NULL", V_INT(day), V_INT(order));
}

struct err *pay_store_unmatched(struct plan *p, int64_t from_ms, int64_t until_ms, struct pay_order **out, size_t *n)
{
	struct rows r;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT " COLS " FROM pay_order WHERE paid_ms >= ?1 AND paid_ms < ?2 AND matched_day IS NULL ORDER BY id",
		V_INT(from_ms), V_INT(until_ms));
	*n = e ? 0 : r.n;
	*out = arena_newn(p->a, struct pay_order, *n + 1);
	for (size_t i = 0; i < *n; i++) order_of(&r, i, &(*out)[i]);
	return e;
}

struct err *pay_store_last_day(struct plan *p, day_t *out)
{
	struct rows r;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT day FROM pay_day ORDER BY day DESC LIMIT 1");
	*out = !e && r.n ? (day_t)row_int(&r, 0, 0) : 0;
	return e;
}

struct err *pay_store_first_ms(struct plan *p, int64_t from_ms, int64_t until_ms, int64_t *out)
{
	struct rows r;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT min(at) FROM (SELECT min(paid_ms) AS at FROM pay_order WHERE paid_ms >= ?1 AND paid_ms < ?2"
		" UNION ALL SELECT min(at_ms) AS at FROM gateway_entry WHERE at_ms >= ?1 AND at_ms < ?2) AS first", V_INT(from_ms), V_INT(until_ms));
	*out = !e && r.n ? row_int(&r, 0, 0) : 0;
	return e;
}

void pay_store_day(struct plan *p, day_t day, const struct pay_balance *b)
{
	WSET_EXEC(p->ws, 1, "INSERT INTO pay_day (day, ran_ms, matched, mended, strange) VALUES (?1,?2,?3,?4,?5)",
		V_INT(day), V_INT(p->now_ms), V_INT(b->matched), V_INT(b->mended), V_INT(b->strange));
}

struct err *pay_store_days(struct plan *p, uint32_t limit, struct pay_day **out, size_t *n)
{
	struct rows r;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT day, ran_ms, matched, mended, strange FROM pay_day ORDER BY day DESC LIMIT ?1", V_INT(limit));
	*n = e ? 0 : r.n;
	*out = arena_newn(p->a, struct pay_day, *n + 1);
	for (size_t i = 0; i < *n; i++)
		(*out)[i] = (struct pay_day){(day_t)row_int(&r, i, 0), row_int(&r, i, 1), {row_int(&r, i, 2), row_int(&r, i, 3), row_int(&r, i, 4)}};
	return e;
}

void pay_store_difference(struct plan *p, day_t day, const char *kind, int64_t order, struct str gateway_no, int64_t fen)
{
	WSET_EXEC(p->ws, WSET_ANY, "INSERT INTO pay_difference (id, day, kind, order_id, gateway_no, amount_fen, found_ms, version)"
		" VALUES (?1,?2,?3,?4,?5,?6,?7,1) ON CONFLICT (kind, order_id, gateway_no) DO NOTHING",
		V_INT(store_id(p->store)), V_INT_OR_NULL(day), V_TEXT(str_of(kind)), V_INT(order), V_TEXT(gateway_no), V_INT(fen), V_INT(p->now_ms));
}

#define DIFFERENCE "id, day, kind, order_id, gateway_no, amount_fen, found_ms, note, done_ms, version"

static void difference_of(const struct rows *r, size_t i, struct pay_difference *d)
{
	*d = (struct pay_difference){.id = row_int(r, i, 0), .day = (day_t)row_int(r, i, 1), .kind = row_text(r, i, 2), .order = row_int(r, i, 3),
		.gateway_no = row_text(r, i, 4), .amount_fen = row_int(r, i, 5), .found_ms = row_int(r, i, 6), .note = row_text(r, i, 7),
		.done_ms = row_int(r, i, 8), .version = row_int(r, i, 9)};
}

struct err *pay_store_differences(struct plan *p, bool open, int64_t before, uint32_t limit, struct pay_difference **out, size_t *n)
{
	struct rows r;
	struct err *e = open
		? SNAP_QUERY(p->snap, p->a, &r, "SELECT " DIFFERENCE " FROM pay_difference WHERE done_ms IS NULL AND id < ?1 ORDER BY id DESC LIMIT ?2",
			V_INT(before), V_INT(limit))
		: SNAP_QUERY(p->snap, p->a, &r, "SELECT " DIFFERENCE " FROM pay_difference WHERE done_ms IS NOT NULL AND id < ?1 ORDER BY id DESC LIMIT ?2",
			V_INT(before), V_INT(limit));
	*n = e ? 0 : r.n;
	*out = arena_newn(p->a, struct pay_difference, *n + 1);
	for (size_t i = 0; i < *n; i++) difference_of(&r, i, &(*out)[i]);
	return e;
}

struct err *pay_store_difference_read(struct plan *p, int64_t id, struct pay_difference *out, bool *found)
{
	struct rows r;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT " DIFFERENCE " FROM pay_difference WHERE id = ?1", V_INT(id));
	*found = !e && r.n;
	if (*found) difference_of(&r, 0, out);
	return e;
}

void pay_store_settle(struct plan *p, const struct pay_difference *d, struct str note)
{
	WSET_EXEC(p->ws, 1, "UPDATE pay_difference SET note = ?1, account = ?2, done_ms = ?3, version = version + 1 WHERE id = ?4 AND version = ?5 AND done_ms IS NULL",
		V_TEXT(note), V_INT_OR_NULL(p->actor.account), V_INT(p->now_ms), V_INT(d->id), V_INT(d->version));
}

void pay_store_entry(struct plan *p, struct str kind, int64_t order, int64_t fen, struct str gateway_no)
{
	WSET_EXEC(p->ws, WSET_ANY, "INSERT INTO gateway_entry (id, kind, order_id, amount_fen, gateway_no, at_ms) VALUES (?1,?2,?3,?4,?5,?6)"
		" ON CONFLICT (kind, gateway_no) DO NOTHING", V_INT(store_id(p->store)), V_TEXT(kind), V_INT(order), V_INT(fen), V_TEXT(gateway_no), V_INT(p->now_ms));
}

struct err *pay_store_entries(struct plan *p, int64_t from_ms, int64_t until_ms, struct entry **out, size_t *n)
{
	struct rows r;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT kind, gateway_no, order_id, amount_fen FROM gateway_entry WHERE at_ms >= ?1 AND at_ms < ?2 ORDER BY id",
		V_INT(from_ms), V_INT(until_ms));
	*n = e ? 0 : r.n;
	*out = arena_newn(p->a, struct entry, *n + 1);
	for (size_t i = 0; i < *n; i++) (*out)[i] = (struct entry){row_text(&r, i, 0), row_text(&r, i, 1), row_int(&r, i, 2), row_int(&r, i, 3)};
	return e;
}
