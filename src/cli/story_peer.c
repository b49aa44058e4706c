// story_peer.c — the sandbox's peers: gateway, courier, faults, jobs.
#include "cli/story_int.h"

#include "base/seam.h"
#include "domain/pay/pay.h"
#include "domain/post/post.h"
#include "job/ask.h"
#include "job/job.h"

static bool notify(struct story *s, const char *op, struct json *body, bool forged)
{
	struct plan p;
	struct buf text = buf_new(s->a);
	struct json *in = json_obj(s->a);
	json_print(&text, body);
	if (!story_plan_open(s, &p)) return false;
	struct str signature = pay_sign(&p, buf_str(&text));
	story_plan_close(&p);
	if (forged) signature = str_replace(s->a, signature, str_part(signature, 0, 1), S("x"));
	json_put(s->a, in, S("body"), json_str(s->a, buf_str(&text)));
	json_put(s->a, in, S("signature"), json_str(s->a, signature));
	struct op_request r = {.name = str_of(op), .actor = story_nobody(), .in = in, .a = s->a};
	return story_op(s, &r);
}

// "ORDER [word]": the order, what the line goes on with, and what the gateway says in any case.
static bool order_notice(struct story *s, struct str rest, struct str *filled, struct pay_order *o, struct json **notice)
{
	struct plan p;
	int64_t id;
	if (!story_fill(s, rest, false, filled)) return false;
	if (!str_int(story_word(filled), &id)) return story_wrong(s, "which order?");
	if (!story_plan_open(s, &p)) return false;
	struct err *e = pay_order_read(&p, id, o);
	story_plan_close(&p);
	if (!story_world(s, e)) return false;
	*notice = json_obj(s->a);
	json_put(s->a, *notice, S("order"), json_id(s->a, id));
	json_put(s->a, *notice, S("amount_fen"), json_num(s->a, o->amount_fen - str_is(*filled, "wrong")));
	return true;
}

bool story_pay(struct story *s, struct str rest)
{
	struct str filled;
	struct pay_order o;
	struct json *b;
	if (!order_notice(s, rest, &filled, &o, &b)) return false;
	json_put(s->a, b, S("gateway_no"), json_str(s->a, str_fmt(s->a, "SB%lld%s", (long long)o.id, str_is(filled, "again") ? "-2" : "")));
	json_put(s->a, b, S("at"), json_num(s->a, seam_now_ms()));
	struct str who = s->who;
	if (!str_is(filled, "forged") && !str_is(filled, "wrong") && !str_is(filled, "unbooked")) {
		struct json *book = json_obj(s->a);
		json_put(s->a, book, S("kind"), json_str(s->a, S("paid")));
		json_put(s->a, book, S("order"), json_id(s->a, o.id));
		json_put(s->a, book, S("amount_fen"), json_num(s->a, o.amount_fen));
		json_put(s->a, book, S("gateway_no"), json_get(b, S("gateway_no")));
		struct op_request taken = {.name = S("pay.book"), .actor = job_actor(), .in = book, .a = s->a};
		op_call(&s->b.app, &taken);
		if (!story_world(s, taken.err)) return false;
	}
	if (str_is(filled, "lost")) {
		story_tell(s, "%-20s paid, its notification is lost", "gateway");
		return true;
	}
	s->who = S("gateway");
	bool good = notify(s, "pay.callback", b, str_is(filled, "forged"));
	if (good && str_is(filled, "twice") && !s->err) {
		good = notify(s, "pay.callback", b, false);
		if (good && !str_eq(s->before, story_heads(s))) good = story_wrong(s, "expected that a repeated notification changes nothing, found new entries in the journal");
	}
	s->who = who;
	return good;
}

bool story_refund(struct story *s, struct str rest)
{
	struct str filled;
	struct pay_order o;
	struct json *b;
	if (!order_notice(s, rest, &filled, &o, &b)) return false;
	json_put(s->a, b, S("refund_no"), json_str(s->a, str_fmt(s->a, "RF%lld%s", (long long)o.id, str_is(filled, "again") ? "-2" : "")));
	json_put(s->a, b, S("result"), json_str(s->a, S("refunded")));
	struct str who = s->who;
	s->who = S("gateway");
	bool good = notify(s, "pay.refunded", b, str_is(filled, "forged"));
	s->who = who;
	return good;
}

bool story_courier(struct story *s, struct str rest)
{
	struct str filled;
	struct plan p;
	struct post_order o;
	int64_t id;
	bool found = false;
	if (!story_fill(s, rest, false, &filled)) return false;
	if (!str_int(story_word(&filled), &id)) return story_wrong(s, "courier $case STATE");
	struct str state = story_word(&filled), forged = filled;
	if (!story_plan_open(s, &p)) return false;
	struct err *e = post_of_case(&p, id, &o, &found);
	story_plan_close(&p);
	if (!story_world(s, e)) return false;
	if (!found) return story_wrong(s, "expected a parcel of the case, found none");
	struct json *b = json_obj(s->a);
	json_put(s->a, b, S("order"), json_id(s->a, o.id));
	json_put(s->a, b, S("courier_no"), json_str(s->a, o.courier_no));
	json_put(s->a, b, S("state"), json_str(s->a, state));
	json_put(s->a, b, S("text"), json_str(s->a, str_is(state, "delivered") ? S("快件已签收") : S("快件运输中")));
	json_put(s->a, b, S("at"), json_num(s->a, seam_now_ms()));
	struct str who = s->who;
	s->who = S("courier");
	bool good = notify(s, "post.update", b, str_is(forged, "forged"));
	s->who = who;
	return good;
}

bool story_fault(struct story *s, struct str rest)
{
	int64_t n;
	struct str point = story_word(&rest);
	static const char *const points[] = {"flow.job", "store.exec", "store.query"};      // kept by the seam
	for (size_t i = 0; i < countof(points); i++)
		if (str_eq(point, str_of(points[i])) && str_int(rest, &n)) {
			seam_fault_set(points[i], n);
			return true;
		}
	return story_wrong(s, "fault flow.job, store.exec or store.query, and which pass");
}

bool story_jobs(struct story *s, struct str rest)
{
	size_t failed = 0, done, all = 0, bad = 0;
	int passes = 0;
	do {
		done = job_pass(&s->b.app, 50, &failed);
		all += done;
		bad += failed;
		size_t more = ask_pass(&s->b.app, 50, &failed);
		done += more;
		all += more;
		bad += failed;
	} while ((done || failed) && ++passes < PASSES);
	story_tell(s, "%-20s %zu done%s", "jobs", all, bad ? ", some failed" : "");
	if (passes == PASSES) return story_wrong(s, "expected that jobs come to an end, found that they go on for ever");
	if (bad && !str_is(rest, "failing")) return story_wrong(s, "expected no failing job, found %zu", bad);
	if (!bad && str_is(rest, "failing")) return story_wrong(s, "expected a failing job, found none");
	return true;
}
