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
	put_words(c, c->out, "payee", payee ? payee->name : (struct words){o.payee, o.payee});
	put_int(c, c->out, "fen", o.amount_fen);
	struct json *line = list_obj(c, put_list(c, c->out, "lines"));
	struct kase *item = k;
	if (o.item_case) e = case_read(c->p, o.item_case, &item);
	if (e) return e;
	put_fee_name(c, c->out, item->matter.item, o.title);
	put_fee_name(c, line, item->matter.item, o.title);
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
	if (k->state == CASE_closed) {                           // withdrawn meanwhile: nothing waits for the money
		struct pay_order again = *o;
		again.version++;
		if (!again.paid_ms) again.paid_ms = c->p->now_ms;
		return pay_refund(c->p, &again, S("closed"));
	}
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

struct err *op_pay_refunded(struct op_call *c)
{
	struct pay_order o;
	bool fresh;
	put_text(c, c->out, "result", S("success"));
	return pay_refunded(c->p, op_text(c, "body"), op_text(c, "signature"), &o, &fresh);
}

static struct err *reconcile(struct op_call *c, day_t day, const struct json *statement)
{
	struct pay_balance b;
	struct pay_order *mended;
	size_t n;
	struct err *e = pay_reconcile(c->p, day, statement, &b, &mended, &n);
	for (size_t i = 0; i < n && !e; i++) e = paid(c, &mended[i]);
	put_int(c, c->out, "matched", b.matched);
	put_int(c, c->out, "mended", b.mended);
	put_int(c, c->out, "strange", b.strange);
	return e ? e : trail_add(c->p, "setting", 2, 0, NULL);
}

struct err *op_pay_reconcile(struct op_call *c)
{
	return reconcile(c, 0, op_json(c, "statement"));
}

// The day that is due: the gateway's statement of it is fetched and compared. None due: nothing happens.
struct err *op_pay_day(struct op_call *c)
{
	day_t day;
	struct json *statement;
	struct err *e = pay_day_due(c->p, &day);
	if (e || !day) return e;
	e = gateway_statement(c->p, day, &statement);
	if (e) return e;
	put_day(c, c->out, "day", day);
	return reconcile(c, day, statement);
}

struct err *op_pay_book(struct op_call *c)
{
	gateway_book(c->p, op_text(c, "kind"), op_id(c, "order"), op_int(c, "amount_fen", 0), op_text(c, "gateway_no"));
	put_bool(c, c->out, "done", true);
	return trail_add(c->p, "gateway", op_id(c, "order"), 0, NULL);
}

enum { DIFFERENCES = 50, DAYS_SHOWN = 14 };

struct err *op_pay_differences(struct op_call *c)
{
	static const char *const kinds[][3] = {
		{"missing", "网关已收款，通知没有收到（已自动补记）", "paid at the gateway, its notification never came (booked)"},
		{"unknown", "网关有收款，本系统没有这张缴费单", "paid at the gateway for an order that is not ours"},
		{"amount", "金额与缴费单不一致", "another amount than the order's"},
		{"twice", "同一张缴费单收款两次", "one order paid twice"},
		{"absent", "本系统记为已缴，网关没有这笔收款", "paid here, unknown to the gateway"},
		{"refund", "网关有退款，本系统没有申请", "given back by the gateway though nobody asked"}};
	struct pay_difference *d;
	struct pay_day *days;
	size_t n, n_days;
	bool done = str_is(op_text(c, "state"), "done");
	struct err *e = pay_differences(c->p, !done, op_id(c, "after"), DIFFERENCES + 1, &d, &n);
	if (!e) e = pay_days(c->p, DAYS_SHOWN, &days, &n_days);
	if (e) return e;
	struct json *rows = put_list(c, c->out, "rows"), *list = put_list(c, c->out, "days");
	put_text(c, c->out, "state", done ? S("done") : S("open"));
	for (size_t i = 0; i < n && i < DIFFERENCES && !e; i++) {
		struct json *o = list_obj(c, rows);
		struct pay_order order;
		struct kase *k;
		put_id(c, o, "id", d[i].id);
		put_day(c, o, "day", d[i].day);
		put_text(c, o, "kind", d[i].kind);
		for (size_t j = 0; j < countof(kinds); j++)
			if (str_eq(d[i].kind, str_of(kinds[j][0]))) put_text(c, o, "text", tr(c, kinds[j][1], kinds[j][2]));
		put_text(c, o, "gateway_no", d[i].gateway_no);
		put_int(c, o, "fen", d[i].amount_fen);
		put_ms(c, o, "at", d[i].found_ms);
		put_text(c, o, "note", d[i].note);
		put_ms(c, o, "done", d[i].done_ms);
		if (!d[i].order || pay_order_read(c->p, d[i].order, &order)) continue;
		e = case_read(c->p, order.case_id, &k);
		if (e) break;
		put_id(c, o, "order", order.id);
		put_text(c, o, "title", order.title);
		put_text(c, o, "case", k->number);
	}
	if (n > DIFFERENCES) put_text(c, c->out, "next", str_fmt(c->a, "/watch/payments?%safter=%lld", done ? "state=done&" : "", (long long)d[DIFFERENCES - 1].id));
	for (size_t i = 0; i < n_days; i++) {
		struct json *o = list_obj(c, list);
		put_day(c, o, "day", days[i].day);
		put_ms(c, o, "at", days[i].ran_ms);
		put_int(c, o, "matched", days[i].b.matched);
		put_int(c, o, "mended", days[i].b.mended);
		put_int(c, o, "strange", days[i].b.strange);
	}
	return e;
}

struct err *op_pay_settle(struct op_call *c)
{
	put_id(c, c->out, "difference", op_id(c, "difference"));
	return pay_settle(c->p, op_id(c, "difference"), op_text(c, "note"));
}
