// post.c — handing results over.
#include "domain/post/post.h"

#include "codec/sm.h"
#include "domain/outbox.h"
#include "domain/pay/pay.h"
#include "domain/post/post_store.h"
#include "domain/trail.h"

enum { HAND_OVER_WD = 10 };            // 行政许可法 44

static struct err *trail(struct plan *p, const struct post_order *o)
{
	struct json *d = json_obj(p->a);
	json_put(p->a, d, S("state"), json_str(p->a, o->state));
	json_put(p->a, d, S("case"), json_id(p->a, o->case_id));
	return trail_add(p, "post", o->id, o->home, d);
}

struct err *post_create(struct plan *p, int64_t home, int64_t case_id, struct str way, const struct json *to, int64_t *out)
{
	struct deadline due;
	struct deadline_facts f = {.accepted_ms = p->now_ms, .limit = {HAND_OVER_WD, LIMIT_WORKING_DAY}};
	struct err *e = calendar_deadline(p->a, p->cat->calendar, &p->cat->hours, &f, &due);
	if (e) return e;
	bool mail = str_is(way, "mail");
	struct post_order o = {.id = store_id(p->store), .home = home, .case_id = case_id, .way = way, .state = mail ? S("new") : S("ready"),
		.created_ms = p->now_ms, .due_ms = due.due_ms};
	*out = o.id;
	post_store_insert(p, &o, to);
	post_store_track(p, o.id, p->now_ms, mail ? S("已交寄，等待揽收") : S("可以到窗口领取"));
	if (mail) {
		struct json *body = json_obj(p->a);
		json_put(p->a, body, S("order"), json_id(p->a, o.id));
		json_put(p->a, body, S("to"), json_copy(p->a, to));
		outbox_add(p, S("post.order"), str_fmt(p->a, "%lld", (long long)o.id), body);
	}
	return trail(p, &o);
}

struct err *post_of_case(struct plan *p, int64_t case_id, struct post_order *out, bool *found)
{
	int64_t last, version;
	return post_store_find(p, true, case_id, out, &last, &version, found);
}

struct err *post_update(struct plan *p, struct str body, struct str signature)
{
	struct json *j;
	struct post_order o;
	int64_t id, at, last, version;
	bool found;
	if (!sm_equal_str(pay_sign(p, body), signature)) return err_new(p->a, E_POST_SIGNATURE);
	struct err *e = json_parse(p->a, body, (struct json_limits){.bytes = 4096, .depth = 4}, &j);
	if (e) return e;
	if (!str_int(json_text(json_get(j, S("order"))), &id) || !json_int(json_get(j, S("at")), &at)) return err_arg(p->a, E_NOT_FOUND, S("这件邮件"));
	e = post_store_find(p, false, id, &o, &last, &version, &found);
	if (e || !found) return e ? e : err_arg(p->a, E_NOT_FOUND, S("这件邮件"));
	struct str state = json_text(json_get(j, S("state")));
	if (!str_is(state, "sent") && !str_is(state, "delivered")) return err_arg(p->a, E_SYNTAX, S("state"));
	post_store_track(p, id, at, json_text(json_get(j, S("text"))));
	// Events may come late or twice: only a newer one moves the state, and nothing leaves "delivered".
	if (at >= last && !str_is(o.state, "delivered")) {
		o.state = state;
		post_store_state(p, &o, json_text(json_get(j, S("courier_no"))), at, version, str_is(state, "delivered"));
	}
	return trail(p, &o);
}

struct err *post_hand_over(struct plan *p, int64_t id)
{
	struct post_order o;
	int64_t last, version;
	bool found;
	struct err *e = post_store_find(p, false, id, &o, &last, &version, &found);
	if (e || !found) return e ? e : err_arg(p->a, E_NOT_FOUND, S("这份结果"));
	if (!str_is(o.state, "ready")) return err_new(p->a, E_POST_STATE);
	o.state = S("handed_over");
	post_store_track(p, id, p->now_ms, S("已在窗口领取"));
	post_store_state(p, &o, o.courier_no, p->now_ms, version, true);
	return trail(p, &o);
}
