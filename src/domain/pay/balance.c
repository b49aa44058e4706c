// balance.c — the daily comparison with the gateway, and the sandbox gateway's book.
#include "base/set.h"
#include "domain/pay/pay.h"
#include "domain/pay/pay_store.h"
#include "domain/trail.h"

enum { DAYS_BACK = 31 };                   // a server that was down catches up on as many days

static int64_t midnight(day_t d)
{
	return ms_shanghai(d, 0, 0);
}

struct err *pay_day_due(struct plan *p, day_t *out)
{
	day_t today = day_shanghai(p->now_ms), from;
	int64_t first = 0;
	*out = 0;
	if (p->now_ms < midnight(today) + set_int(SET_pay_reconcile_hour) * 3600000) return NULL;
	struct err *e = pay_store_last_day(p, &from);
	from = from + 1 > today - DAYS_BACK ? from + 1 : today - DAYS_BACK;
	if (!e && from < today) e = pay_store_first_ms(p, midnight(from), midnight(today), &first);
	if (first) *out = day_shanghai(first);                        // the oldest that waits comes first
	return e;
}

static struct err *refund_line(struct plan *p, struct pay_order *o, struct str no, bool *good, struct pay_balance *out)
{
	*good = str_is(o->state, "refunding") || (str_is(o->state, "refunded") && str_eq(o->refund_no, no));
	if (!*good || str_is(o->state, "refunded")) {
		out->matched += *good;
		return NULL;
	}
	out->mended++;
	return pay_given_back(p, o, no);
}

// One line of the statement against our order. *kind names what differs, NULL: nothing that stays open.
static struct err *line_of(struct plan *p, const struct json *line, struct pay_order *o, const char **kind, bool *paid, struct pay_balance *out)
{
	int64_t order = 0, fen = 0;
	struct str no = json_text(json_get(line, S("gateway_no")));
	bool found = false, good, given = str_is(json_text(json_get(line, S("kind"))), "refund");
	*paid = false;
	*kind = "unknown";
	*o = (struct pay_order){0};
	if (!str_int(json_text(json_get(line, S("order"))), &order) || !json_int(json_get(line, S("amount_fen")), &fen)) return NULL;
	struct err *e = pay_store_read(p, order, o, &found);
	if (e || !found) return e;
	*kind = "amount";
	if (o->amount_fen != fen) return NULL;
	if (given) {
		e = refund_line(p, o, no, &good, out);
		*kind = good ? NULL : "refund";
		return e;
	}
	if (str_is(o->state, "paid") || str_is(o->state, "refunding") || str_is(o->state, "refunded")) {
		good = str_eq(o->gateway_no, no);
		out->matched += good;
		*kind = good ? NULL : "twice";
		return NULL;
	}
	// The gateway has the money and its notification never came: the statement stands in for it.
	*kind = "missing";
	out->mended++;
	if (o->expires_ms <= p->now_ms) return pay_take_late(p, o, no);
	pay_store_state(p, o, S("paid"), no);
	o->state = S("paid");
	*paid = true;
	return pay_trail(p, o);
}

struct err *pay_reconcile(struct plan *p, day_t day, const struct json *statement, struct pay_balance *out, struct pay_order **mended, size_t *n)
{
	int64_t *seen = arena_newn(p->a, int64_t, json_count(statement) + 1);
	size_t n_seen = 0, n_due = 0;
	struct pay_order *due = NULL;
	struct err *e = NULL;
	*out = (struct pay_balance){0};
	*n = 0;
	*mended = arena_newn(p->a, struct pay_order, json_count(statement) + 1);
	for (uint32_t i = 0; i < json_count(statement) && !e; i++) {
		struct pay_order o;
		const char *kind;
		bool paid;
		int64_t fen = 0;
		const struct json *line = statement->item[i];
		e = line_of(p, line, &o, &kind, &paid, out);
		if (e) return e;
		json_int(json_get(line, S("amount_fen")), &fen);
		bool mends = kind && strcmp(kind, "missing") == 0;
		if (kind) pay_store_difference(p, day, kind, o.id, json_text(json_get(line, S("gateway_no"))), fen);
		out->strange += kind && !mends;
		if (o.id && (!kind || mends)) {
			seen[n_seen++] = o.id;
			if (day) pay_store_matched(p, o.id, day);
		}
		if (paid) (*mended)[(*n)++] = o;
	}
	if (!day) return e;
	// What we took for paid that day must be in the statement of that day, or of one before.
	e = pay_store_unmatched(p, midnight(day), midnight(day + 1), &due, &n_due);
	for (size_t i = 0; i < n_due && !e; i++) {
		bool there = false;
		for (size_t s = 0; s < n_seen; s++) there |= seen[s] == due[i].id;
		if (there) continue;
		out->strange++;
		pay_store_difference(p, day, "absent", due[i].id, due[i].gateway_no, due[i].amount_fen);
	}
	pay_store_day(p, day, out);
	struct json *d = json_obj(p->a);
	json_put(p->a, d, S("matched"), json_num(p->a, out->matched));
	json_put(p->a, d, S("mended"), json_num(p->a, out->mended));
	json_put(p->a, d, S("strange"), json_num(p->a, out->strange));
	return e ? e : trail_add(p, "balance", day, 0, d);
}

struct err *pay_days(struct plan *p, uint32_t limit, struct pay_day **out, size_t *n)
{
	return pay_store_days(p, limit, out, n);
}

struct err *pay_differences(struct plan *p, bool open, int64_t before, uint32_t limit, struct pay_difference **out, size_t *n)
{
	return pay_store_differences(p, open, before ? before : INT64_MAX, limit, out, n);
}

struct err *pay_difference_read(struct plan *p, int64_t id, struct pay_difference *out)
{
	bool found;
	struct err *e = pay_store_difference_read(p, id, out, &found);
	return e || found ? e : err_arg(p->a, E_NOT_FOUND, S("这条差异"));
}

struct err *pay_settle(struct plan *p, int64_t id, struct str note)
{
	struct pay_difference d;
	struct err *e = pay_difference_read(p, id, &d);
	if (e) return e;
	if (d.done_ms) return err_new(p->a, E_PAY_SETTLED);
	pay_store_settle(p, &d, note);
	return trail_add(p, "difference", d.id, 0, NULL);
}

void gateway_book(struct plan *p, struct str kind, int64_t order, int64_t amount_fen, struct str gateway_no)
{
	pay_store_entry(p, kind, order, amount_fen, gateway_no);
}

struct err *gateway_statement(struct plan *p, day_t day, struct json **out)
{
	struct entry *x;
	size_t n;
	*out = json_arr(p->a);
	struct err *e = pay_store_entries(p, midnight(day), midnight(day + 1), &x, &n);
	for (size_t i = 0; i < n && !e; i++) {
		struct json *o = json_obj(p->a);
		json_put(p->a, o, S("kind"), json_str(p->a, x[i].kind));
		json_put(p->a, o, S("order"), json_id(p->a, x[i].order));
		json_put(p->a, o, S("amount_fen"), json_num(p->a, x[i].amount_fen));
		json_put(p->a, o, S("gateway_no"), json_str(p->a, x[i].gateway_no));
		json_add(p->a, *out, o);
	}
	return e;
}
