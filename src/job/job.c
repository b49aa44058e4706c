// job.c — passes over what is due.
#include "job/job.h"

#include <stdlib.h>

#include "base/log.h"
#include "base/seam.h"
#include "codec/bytes.h"
#include "domain/case/case.h"
#include "domain/flow/past.h"
#include "domain/outbox.h"
#include "domain/pay/pay.h"
#include "domain/release/release.h"
#include "job/pace.h"
#include "domain/source/source.h"

enum { BREATH_MS = 10, MOST = 200, SWEEP_MS = 3600 * 1000 };

struct actor job_actor(void)
{
	return (struct actor){.roles = 1u << ROLE_SYSTEM, .name = S("系统"), .via = VIA_JOB};
}

// Why a call failed. Ours: the store's, not the task's; the task is simply still due. Counted as its
// failures, an hour without a disk would leave every process waiting for an operator.
struct why { struct str text, en; bool ours; };

static bool call(struct op_app *app, struct arena *a, const char *op, struct json *in, struct why *why)
{
	struct op_request r = {.name = str_of(op), .actor = job_actor(), .in = in, .a = a};
	op_call(app, &r);
	if (!r.err) return true;
	why->text = err_text(a, r.err, false);
	why->en = err_text(a, r.err, true);
	why->ours = r.err->code == E_STORE || r.err->code == E_IO || r.err->code == E_BUSY || r.err->code == E_STALE;
	log_event(LOG_WARN, "job.failed", log_own("op", op), log_err(r.err));
	return false;
}

static bool call_id(struct op_app *app, struct arena *a, const char *op, const char *field, int64_t id, struct why *why)
{
	struct json *in = json_obj(a);
	json_put(a, in, str_of(field), json_id(a, id));
	return call(app, a, op, in, why);
}

// ---- the sandbox's peers: a courier that picks up at once and delivers two days later ----

static bool courier(struct op_app *app, struct arena *a, const struct outbox_row *o, struct why *why)
{
	struct plan p = {.a = a, .domain = app->domain};
	struct str order = json_text(json_get(o->body, S("order")));
	struct json *b = json_obj(a), *in = json_obj(a);
	struct buf text = buf_new(a);
	json_put(a, b, S("order"), json_str(a, order));
	json_put(a, b, S("courier_no"), json_str(a, str_fmt(a, "SF" STR_FMT, STR_ARG(order.n > 12 ? str_from(order, order.n - 12) : order))));
	json_put(a, b, S("state"), json_str(a, S("sent")));
	json_put(a, b, S("text"), json_str(a, S("快件已揽收，正在运往收件地")));
	json_put(a, b, S("at"), json_num(a, seam_now_ms()));
	json_print(&text, b);
	json_put(a, in, S("body"), json_str(a, buf_str(&text)));
	json_put(a, in, S("signature"), json_str(a, pay_sign(&p, buf_str(&text))));
	return call(app, a, "post.update", in, why);
}

// The sandbox gateway gives money back: books it, then tells, signed, like a payment.
static bool gateway(struct op_app *app, struct arena *a, const struct outbox_row *o, struct why *why)
{
	struct plan p = {.a = a, .domain = app->domain};
	struct json *b = json_obj(a), *in = json_obj(a), *book = json_obj(a);
	struct buf text = buf_new(a);
	struct str order = json_text(json_get(o->body, S("order"))), no = str_fmt(a, "RF" STR_FMT, STR_ARG(order));
	json_put(a, book, S("kind"), json_str(a, S("refund")));
	json_put(a, book, S("order"), json_str(a, order));
	json_put(a, book, S("amount_fen"), json_get(o->body, S("amount_fen")));
	json_put(a, book, S("gateway_no"), json_str(a, no));
	if (!call(app, a, "pay.book", book, why)) return false;
	json_put(a, b, S("order"), json_str(a, order));
	json_put(a, b, S("amount_fen"), json_get(o->body, S("amount_fen")));
	json_put(a, b, S("refund_no"), json_str(a, no));
	json_put(a, b, S("result"), json_str(a, S("refunded")));
	json_print(&text, b);
	json_put(a, in, S("body"), json_str(a, buf_str(&text)));
	json_put(a, in, S("signature"), json_str(a, pay_sign(&p, buf_str(&text))));
	struct op_request r = {.name = S("pay.refunded"), .actor = {.roles = 1u << ROLE_PUBLIC, .via = VIA_API}, .in = in, .a = a};
	op_call(app, &r);
	if (!r.err) return true;
	why->text = err_text(a, r.err, false);
	why->en = err_text(a, r.err, true);
	why->ours = r.err->code == E_STORE || r.err->code == E_IO || r.err->code == E_BUSY || r.err->code == E_STALE;
	return false;
}

static bool peer(struct op_app *app, struct arena *a, const struct outbox_row *o)
{
	struct why why = {0};
	bool good = str_is(o->kind, "pay.refund") ? gateway(app, a, o, &why) : courier(app, a, o, &why);
	if (why.ours) return false;
	struct json *in = json_obj(a);
	json_put(a, in, S("entry"), json_id(a, o->id));
	if (!good) json_put(a, in, S("why"), json_str(a, utf8_part(why.text, 0, 180)));
	return call(app, a, "outbox.sent", in, &why) && good;
}

// Messages and orders: the sandbox takes them as they are, all at once.
static void deliver(struct op_app *app, struct arena *a, const struct outbox_row *o, size_t n, size_t *done, size_t *bad)
{
	struct why why = {0};
	struct json *in = json_obj(a), *also = json_arr(a);
	size_t some = 0;
	for (size_t i = 0; i < n; i++) {
		if (str_is(o[i].kind, "post.order") || str_is(o[i].kind, "pay.refund")) {
			peer(app, a, &o[i]) ? (*done)++ : (*bad)++;
			continue;
		}
		if (some++) json_add(a, also, json_id(a, o[i].id));
		else json_put(a, in, S("entry"), json_id(a, o[i].id));
	}
	if (some > 1) json_put(a, in, S("also"), also);
	if (!some) return;
	if (call(app, a, "outbox.sent", in, &why)) *done += some;
	else *bad += some;
}

// ---- a pass ----

struct due { day_t day; struct flow_due *timer, *job; int64_t *expired, *release, *lapsed; struct outbox_row *out; size_t timers, jobs, expireds, releases, lapses, outs; bool behind, over; };

static struct err *look(struct op_app *app, struct arena *a, uint32_t most, struct due *d)
{
	struct plan p = {.a = a, .store = app->store, .domain = app->domain, .now_ms = seam_now_ms(), .actor = job_actor()};
	struct err *e = snap_open(app->store, a, &p.snap);
	if (e) return e;
	e = flow_timers_due(&p, p.now_ms, most, &d->timer, &d->timers);
	if (!e) e = flow_jobs_due(&p, p.now_ms, most, &d->job, &d->jobs);
	if (!e) e = case_signs_expired(&p, most, &d->expired, &d->expireds);
	if (!e) e = release_behind(&p, &d->behind);              // another process may have published
	if (!e) e = release_due(&p, most, &d->release, &d->releases);
	if (!e) e = outbox_due(&p, p.now_ms, most, &d->out, &d->outs);
	if (!e) e = source_due(&p, p.now_ms, most, &d->lapsed, &d->lapses);
	if (!e) e = pay_day_due(&p, &d->day);
	if (!e) e = flow_past_due(&p, &d->over);
	snap_close(p.snap);
	return e;
}

size_t job_pass(struct op_app *app, uint32_t most, size_t *failed)
{
	struct arena *a = arena_new(0);
	struct due d = {0};
	struct why why = {0};
	size_t done = 0, bad = 0;
	struct err *e = look(app, a, most, &d);
	if (!e && d.behind) release_follow(app->store, app->domain);
	if (e) log_event(LOG_WARN, "job.look_failed", log_err(e));
	for (size_t i = 0; !e && i < d.timers; i++) call_id(app, a, "flow.timer", "timer", d.timer[i].id, &why) ? done++ : bad++;
	for (size_t i = 0; !e && i < d.jobs; i++) {
		if (call_id(app, a, "flow.job", "job", d.job[i].id, &why)) {
			done++;
			continue;
		}
		bad++;
		if (why.ours) continue;
		struct json *in = json_obj(a);
		json_put(a, in, S("job"), json_id(a, d.job[i].id));
		json_put(a, in, S("why"), json_str(a, utf8_part(why.text, 0, 180)));
		json_put(a, in, S("why_en"), json_str(a, utf8_part(why.en, 0, 280)));
		call(app, a, "flow.job_failed", in, &why);
	}
	for (size_t i = 0; !e && i < d.expireds; i++) call_id(app, a, "sign.expire", "case", d.expired[i], &why) ? done++ : bad++;
	for (size_t i = 0; !e && i < d.releases; i++) call_id(app, a, "release.enforce", "release", d.release[i], &why) ? done++ : bad++;
	for (size_t i = 0; !e && i < d.lapses; i++) call_id(app, a, "source.lapse", "query", d.lapsed[i], &why) ? done++ : bad++;
	if (!e) deliver(app, a, d.out, d.outs, &done, &bad);
	if (!e && d.day) call(app, a, "pay.day", json_obj(a), &why) ? done++ : bad++;
	if (!e && d.over) call(app, a, "flow.put_away", json_obj(a), &why) ? done++ : bad++;      // a slice; what is due comes between
	if (failed) *failed = bad;
	arena_free(a);
	return done;
}

// ---- bytes nobody names ----

enum { BLOB_AGE_MS = 24 * 3600 * 1000 };       // longer than any upload waits for its commit

struct named { struct op_app *app; struct arena *a; struct snap *snap; };

static bool blob_named(void *ctx, const unsigned char digest[32])
{
	struct named *n = ctx;
	struct plan p = {.a = n->a, .snap = n->snap};
	struct buf hex = buf_new(n->a);
	bool used = true;
	bytes_hex(&hex, digest, 32);
	struct err *e = case_blob_used(&p, buf_str(&hex), &used);
	return e || used;                          // in doubt it stays
}

static void sweep_blobs(struct op_app *app, struct arena *a)
{
	struct named n = {.app = app, .a = a};
	int64_t removed = 0;
	struct err *e = snap_open(app->store, a, &n.snap);
	if (e) return;
	e = blob_sweep(app->store, a, BLOB_AGE_MS, blob_named, &n, &removed);
	snap_close(n.snap);
	if (e) log_event(LOG_WARN, "job.sweep_failed", log_err(e));
	else if (removed) log_event(LOG_INFO, "job.blobs_swept", log_int("removed", removed));
}

// ---- the thread ----

struct jobs { struct op_app *app; struct pace *pace; int64_t swept_ms; };

// Once an hour: what is over goes, and bytes that no row names any more.
static void sweep(void *ctx)
{
	struct jobs *j = ctx;
	if (seam_now_ms() - j->swept_ms < SWEEP_MS) return;
	j->swept_ms = seam_now_ms();
	struct arena *a = arena_new(0);
	struct why why = {0};
	call(j->app, a, "keep.sweep", json_obj(a), &why);
	sweep_blobs(j->app, a);
	arena_free(a);
}

static size_t pass(void *ctx, bool *hold)
{
	struct jobs *j = ctx;
	return job_pass(j->app, MOST, NULL);
}

struct jobs *job_start(struct op_app *app)
{
	struct jobs *j = calloc(1, sizeof *j);                   // allow: lives as long as its thread
	CHECK(j);
	j->app = app;
	j->pace = pace_start(BREATH_MS, pass, sweep, j);
	return j;
}

void job_wake(struct jobs *j)
{
	pace_wake(j->pace);
}

void job_stop(struct jobs *j)
{
	if (!j) return;
	pace_stop(j->pace);
	free(j);                                                 // allow: see job_start
}
