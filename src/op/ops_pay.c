// ops_pay.c — paying, and what the gateway tells.
#include "codec/qr.h"
#include "domain/trail.h"
#include "op/show.h"

struct err *op_pay_start(struct op_call *c)
{
	struct pay_order o;
	struct err *e = pay_order_read(c->p, op_id(c, "order"), &o);
	if (e) return e;
	if (!str_is(o.state, "new")) return err_arg(c->a, E_PAY_STATE, o.state);
	put_id(c, c->out, "order", o.id);
	put_text(c, c->out, "url", str_fmt(c->a, "/pay/%lld", (long long)o.id));
	return NULL;
}

struct err *op_pay_get(struct op_call *c)
{
	struct pay_order o;
	struct kase *k;
	struct qr qr;
	struct paper_row *paper;
	size_t n;
	struct err *e = pay_order_read(c->p, op_id(c, "order"), &o);
	if (!e) e = case_read(c->p, o.case_id, &k);
	if (!e) e = paper_list(c->p, k->id, &paper, &n);
	if (!e) e = qr_make(c->a, str_fmt(c->a, STR_FMT "/pay/%lld", STR_ARG(c->p->domain->base_url), (long long)o.id), &qr);
	if (e) return e;
	const struct office *payee = catalogue_office(k->cat, o.payee);
	struct buf svg = buf_new(c->a);
	qr_svg(&svg, &qr, tr(c, "用手机支付", "Pay with a phone"));
	put_id(c, c->out, "id", o.id);
	put_text(c, c->out, "case", k->number);
	put_text(c, c->out, "name", o.title);
	put_words(c, c->out, "payee", payee ? payee->name : (struct words){o.payee, o.payee});
	put_int(c, c->out, "fen", o.amount_fen);
	struct json *line = list_obj(c, put_list(c, c->out, "lines"));
	put_text(c, line, "name", o.title);
	struct kase *item = k;
	if (o.item_case) e = case_read(c->p, o.item_case, &item);
	if (e) return e;
	for (uint32_t i = 0; item->matter.item && i < item->matter.item->n_fees; i++)
		if (str_eq(item->matter.item->fee[i].name.zh, o.title)) put_words(c, line, "basis", item->matter.item->fee[i].basis);
	put_int(c, line, "fen", o.amount_fen);
	put_text(c, c->out, "state", str_is(o.state, "new") ? S("due") : str_is(o.state, "refunding") ? S("expired") : o.state);
	put_ms(c, c->out, "due", o.expires_ms);
	put_json(c, c->out, "qr", svg_value(c, buf_str(&svg)));
	put_bool(c, c->out, "sandbox", true);
	put_ms(c, c->out, "at", o.paid_ms);
	for (size_t i = 0; i < n; i++)
		if (str_is(paper[i].code, "tax_receipt") && o.paid_ms) put_id(c, c->out, "receipt", paper[i].id);
	return NULL;
}

// An order runs out, the amount owed does not: a new order takes its place, as long as the process
// waits and no other order of the same item can still be paid. The item's version guards against two.
struct err *op_pay_renew(struct op_call *c)
{
	struct pay_order o, *all;
	struct kase *k;
	size_t n;
	int64_t id;
	struct err *e = pay_order_read(c->p, op_id(c, "order"), &o);
	if (!e) e = case_read(c->p, o.item_case, &k);
	if (!e) e = pay_orders_of_case(c->p, o.case_id, &all, &n);
	if (e) return e;
	bool over = str_is(o.state, "expired") || str_is(o.state, "refunding") || str_is(o.state, "refunded");
	for (size_t i = 0; i < n; i++)
		over &= all[i].item_case != o.item_case || (!str_is(all[i].state, "new") && !str_is(all[i].state, "paid"));
	if (!over || k->state != CASE_running) return err_arg(c->a, E_PAY_STATE, o.state);
	e = pay_order_create(c->p, o.home, o.case_id, o.item_case, o.title, o.payee, o.amount_fen, &id);
	if (e) return e;
	case_touch(c->p, k);
	put_id(c, c->out, "order", id);
	return NULL;
}

// The process goes on where it waited for the money.
static struct err *paid(struct op_call *c, const struct pay_order *o)
{
	bool taken;
	struct kase *k;
	struct json *vars = json_obj(c->a);
	json_put(c->a, vars, S("paid"), json_bool(c->a, true));
	struct err *e = case_read(c->p, o->item_case, &k);
	if (e) return e;
	case_touch(c->p, k);                                     // its trail says that it was paid
	return flow_message(c->p, o->item_case, S("paid"), vars, &taken);
}

struct err *op_pay_callback(struct op_call *c)
{
	struct pay_order o;
	bool fresh;
	struct err *e = pay_callback(c->p, op_text(c, "body"), op_text(c, "signature"), &o, &fresh);
	if (!e && fresh) e = paid(c, &o);
	if (!e) put_text(c, c->out, "result", S("success"));
	return e;
}

struct err *op_pay_reconcile(struct op_call *c)
{
	struct pay_balance b;
	struct pay_order *mended;
	size_t n;
	struct err *e = pay_reconcile(c->p, op_json(c, "statement"), &b, &mended, &n);
	for (size_t i = 0; i < n && !e; i++) e = paid(c, &mended[i]);
	put_int(c, c->out, "matched", b.matched);
	put_int(c, c->out, "mended", b.mended);
	put_int(c, c->out, "strange", b.strange);
	return e;
}
