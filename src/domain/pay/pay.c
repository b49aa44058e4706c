// pay.c — payment orders and what a gateway tells of them.
#include "domain/pay/pay.h"

#include "base/set.h"
#include "codec/bytes.h"
#include "domain/outbox.h"
#include "domain/pay/pay_store.h"
#include "domain/trail.h"

struct err *pay_trail(struct plan *p, const struct pay_order *o)
{
	struct json *d = json_obj(p->a);
	json_put(p->a, d, S("state"), json_str(p->a, o->state));
	json_put(p->a, d, S("amount_fen"), json_num(p->a, o->amount_fen));
	json_put(p->a, d, S("case"), json_id(p->a, o->case_id));
	return trail_add(p, "payment", o->id, o->home, d);
}

struct err *pay_order_create(struct plan *p, int64_t home, int64_t case_id, int64_t item_case, struct str title, struct str payee,
	int64_t amount_fen, int64_t *out)
{
	struct pay_order o = {.home = home, .id = store_id(p->store), .case_id = case_id, .item_case = item_case, .title = title, .payee = payee,
		.amount_fen = amount_fen, .state = S("new"), .created_ms = p->now_ms,
		.expires_ms = p->now_ms + set_int(SET_pay_order_hours) * 3600000};
	*out = o.id;
	pay_store_insert(p, &o);
	struct json *body = json_obj(p->a);
	json_put(p->a, body, S("order"), json_id(p->a, o.id));
	json_put(p->a, body, S("amount_fen"), json_num(p->a, amount_fen));
	json_put(p->a, body, S("expires"), json_num(p->a, o.expires_ms));
	outbox_add(p, S("pay.order"), str_fmt(p->a, "%lld", (long long)o.id), body);
	return pay_trail(p, &o);
}

struct err *pay_order_read(struct plan *p, int64_t id, struct pay_order *out)
{
	bool found;
	struct err *e = pay_store_read(p, id, out, &found);
	if (e || found) {
		if (!e && str_is(out->state, "new") && out->expires_ms <= p->now_ms) out->state = S("expired");
		return e;
	}
	return err_new(p->a, E_PAY_ORDER);
}

struct err *pay_case(struct plan *p, int64_t order, int64_t *case_id)
{
	struct pay_order o;
	bool found;
	struct err *e = pay_store_read(p, order, &o, &found);
	*case_id = found ? o.case_id : 0;
	return e;
}

struct err *pay_orders_of_case(struct plan *p, int64_t case_id, struct pay_order **out, size_t *n)
{
	struct err *e = pay_store_of_case(p, case_id, out, n);
	for (size_t i = 0; i < *n && !e; i++)
		if (str_is((*out)[i].state, "new") && (*out)[i].expires_ms <= p->now_ms) (*out)[i].state = S("expired");
	return e;
}

struct str pay_sign(struct plan *p, struct str body)
{
	uint8_t mac[SM3_BYTES];
	struct buf b = buf_new(p->a);
	sm3_hmac((struct str){(const char *)p->domain->gate_key, sizeof p->domain->gate_key}, body, mac);
	bytes_hex(&b, mac, sizeof mac);
	return buf_str(&b);
}

static struct err *refund(struct plan *p, struct pay_order *o, struct str gateway_no, struct str why)
{
	o->gateway_no = gateway_no;
	o->state = S("refunding");
	o->refund_why = why;
	pay_store_refund(p, o);
	struct json *body = json_obj(p->a);
	json_put(p->a, body, S("order"), json_id(p->a, o->id));
	json_put(p->a, body, S("amount_fen"), json_num(p->a, o->amount_fen));
	json_put(p->a, body, S("gateway_no"), json_str(p->a, gateway_no));
	outbox_add(p, S("pay.refund"), str_fmt(p->a, "refund-%lld", (long long)o->id), body);
	return pay_trail(p, o);
}

struct err *pay_take_late(struct plan *p, struct pay_order *o, struct str gateway_no)
{
	return refund(p, o, gateway_no, S("late"));
}

struct err *pay_given_back(struct plan *p, struct pay_order *o, struct str refund_no)
{
	o->state = S("refunded");
	o->refund_no = refund_no;
	pay_store_refunded(p, o);
	return pay_trail(p, o);
}

struct err *pay_refund(struct plan *p, struct pay_order *o, struct str why)
{
	CHECK(str_is(o->state, "paid"));
	return refund(p, o, o->gateway_no, why);
}

struct err *pay_callback(struct plan *p, struct str body, struct str signature, struct pay_order *out, bool *fresh)
{
	struct json *j;
	int64_t order, fen;
	*fresh = false;
	// The signature is over the bytes as they came, before anything in them is believed.
	if (!sm_equal_str(pay_sign(p, body), signature)) return err_new(p->a, E_PAY_SIGNATURE);
	struct err *e = json_parse(p->a, body, (struct json_limits){.bytes = 4096, .depth = 4}, &j);
	if (e) return e;
	if (!str_int(json_text(json_get(j, S("order"))), &order) || !json_int(json_get(j, S("amount_fen")), &fen))
		return err_new(p->a, E_PAY_ORDER);
	struct str no = json_text(json_get(j, S("gateway_no")));
	e = pay_order_read(p, order, out);
	if (e) return e;
	if (fen != out->amount_fen) return err_new(p->a, E_PAY_AMOUNT);
	if (str_is(out->state, "paid") || str_is(out->state, "refunding") || str_is(out->state, "refunded")) {
		// A repeat under the same number is answered as the first one was; another number is money twice.
		if (str_eq(out->gateway_no, no)) return NULL;
		return err_arg(p->a, E_PAY_STATE, out->state);
	}
	// Money for an order that ran out goes back.
	if (str_is(out->state, "expired")) return refund(p, out, no, S("late"));
	pay_store_state(p, out, S("paid"), no);
	out->state = S("paid");
	*fresh = true;
	return pay_trail(p, out);
}

struct err *pay_refunded(struct plan *p, struct str body, struct str signature, struct pay_order *out, bool *fresh)
{
	struct json *j;
	int64_t order, fen;
	*fresh = false;
	if (!sm_equal_str(pay_sign(p, body), signature)) return err_new(p->a, E_PAY_SIGNATURE);
	struct err *e = json_parse(p->a, body, (struct json_limits){.bytes = 4096, .depth = 4}, &j);
	if (e) return e;
	struct str no = json_text(json_get(j, S("refund_no")));
	if (!str_int(json_text(json_get(j, S("order"))), &order) || !json_int(json_get(j, S("amount_fen")), &fen) || !no.n)
		return err_new(p->a, E_PAY_ORDER);
	e = pay_order_read(p, order, out);
	if (e) return e;
	if (fen != out->amount_fen) return err_new(p->a, E_PAY_AMOUNT);
	if (str_is(out->state, "refunded") && str_eq(out->refund_no, no)) return NULL;
	if (!str_is(out->state, "refunding")) return err_arg(p->a, E_PAY_STATE, out->state);
	*fresh = true;
	return pay_given_back(p, out, no);
}
