// ops_job.c — what timers, service tasks and the outbox call; the actor is the system.
#include "domain/outbox.h"
#include "domain/trail.h"
#include "base/set.h"
#include "domain/flow/model.h"
#include "domain/flow/past.h"
#include "domain/party/account.h"
#include "op/idem.h"
#include "domain/seek/seek.h"
#include "op/show.h"

struct err *op_flow_timer(struct op_call *c)
{
	put_bool(c, c->out, "done", true);
	return flow_timer_fire(c->p, op_id(c, "timer"));
}

struct err *op_flow_job(struct op_call *c)
{
	struct flow_job job;
	bool found;
	put_bool(c, c->out, "done", true);
	struct err *e = flow_job_read(c->p, op_id(c, "job"), &job, &found);
	return e || !found ? e : case_job(c->p, &job);
}

struct err *op_flow_job_failed(struct op_call *c)
{
	struct flow_job job;
	struct kase *k;
	bool found;
	put_bool(c, c->out, "done", true);
	struct err *e = flow_job_read(c->p, op_id(c, "job"), &job, &found);
	if (e || !found) return e;
	e = case_read(c->p, job.case_id, &k);
	if (!e) e = flow_job_failed(c->p, &job, (struct words){.zh = op_text(c, "why"), .en = op_text(c, "why_en")});
	if (!e) case_touch(c->p, k);
	return e;
}

struct err *op_flow_put_away(struct op_call *c)
{
	size_t n;
	int64_t first;
	struct err *e = flow_put_away(c->p, &n, &first);
	if (e) return e;
	put_int(c, c->out, "instances", (int64_t)n);
	return n ? trail_add(c->p, "process", first, 0, c->out) : NULL;
}

struct err *op_outbox_sent(struct op_call *c)
{
	struct outbox_row o;
	bool found;
	put_bool(c, c->out, "done", true);
	struct err *e = outbox_read(c->p, op_id(c, "entry"), &o, &found);
	if (e || !found) return e;
	if (op_text(c, "why").n) outbox_retry(c->p, &o, op_text(c, "why"));
	else outbox_done(c->p, o.id);
	// One entry of the journal for what went out together.
	struct json *also = op_text(c, "why").n ? NULL : op_json(c, "also"), *detail = also ? json_obj(c->a) : NULL;
	for (uint32_t i = 0; i < json_count(also); i++) {
		int64_t id;
		if (json_int(also->item[i], &id) || str_int(json_text(also->item[i]), &id)) outbox_gone(c->p, id);
	}
	if (also) json_put(c->a, detail, S("also"), also);
	return trail_add(c->p, "outbox", o.id, 0, detail);
}

struct err *op_post_update(struct op_call *c)
{
	put_text(c, c->out, "result", S("success"));
	return post_update(c->p, op_text(c, "body"), op_text(c, "signature"));
}

struct err *op_keep_sweep(struct op_call *c)
{
	struct cases old;
	int64_t days = catalogue_setting_int(c->p->cat, S("draft_keep_days"), 90);
	idem_sweep(c->p, c->p->now_ms - set_int(SET_op_key_hours) * 3600000);
	account_sweep(c->p);
	// Drafts are kept as long as the page promised (个人信息保护法 19: no longer than needed).
	struct err *e = case_drafts_before(c->p, c->p->now_ms - days * 86400000, 100, &old);
	for (size_t i = 0; i < old.n && !e; i++) e = case_drop(c->p, old.k[i]);
	seek_sweep(c->p);
	if (!e) e = flow_models_keep(c->p);
	put_int(c, c->out, "drafts", (int64_t)old.n);
	return e ? e : trail_add(c->p, "setting", 1, 0, NULL);
}
