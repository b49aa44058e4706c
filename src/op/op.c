// op.c — the one way in: resolve, authenticate, authorise, validate, plan, commit, answer.
#include "op/op.h"

#include <pthread.h>
#include <stdatomic.h>

#include "base/log.h"
#include "base/seam.h"
#include "codec/sm.h"
#include "domain/case/case.h"
#include "domain/flow/flow.h"
#include "domain/journal/journal.h"
#include "domain/release/release.h"
#include "domain/trail.h"
#include "op/idem.h"
#include "op/input.h"

enum { PLANS = 3 };            // a stale set is planned again twice, then 409

static struct { _Atomic uint64_t calls, failures, us; } stats[256];

const struct op *op_find(struct str name)
{
	uint32_t lo = 0, hi = op_count;
	while (lo < hi) {
		uint32_t mid = (lo + hi) / 2;
		int c = str_cmp(str_of(op_table[mid].name), name);
		if (c == 0) return &op_table[mid];
		if (c < 0) lo = mid + 1;
		else hi = mid;
	}
	return NULL;
}

struct op_stat op_stat(uint32_t i)
{
	return (struct op_stat){stats[i].calls, stats[i].failures, stats[i].us};
}

struct json *op_error_json(struct arena *a, const struct err *e, bool en)
{
	struct json *out = json_obj(a), *err = json_obj(a), *fields = json_arr(a);
	json_put(a, err, S("code"), json_str(a, str_of(err_name(e->code))));
	json_put(a, err, S("text"), json_str(a, err_text(a, e, en)));
	for (const struct err *f = e; f; f = f->next) {
		if (!f->field.n) continue;
		struct json *one = json_obj(a);
		json_put(a, one, S("field"), json_str(a, f->field));
		json_put(a, one, S("code"), json_str(a, str_of(err_name(f->code))));
		json_put(a, one, S("text"), json_str(a, err_text(a, f, en)));
		json_add(a, fields, one);
	}
	if (fields->n) json_put(a, err, S("fields"), fields);
	json_put(a, out, S("error"), err);
	return out;
}

// ---- authorise ----

static bool covers(enum op_scope s, const struct op_access *x)
{
	switch (s) {
	case OP_ANY: return true;
	case OP_OWN: return x->own;
	case OP_PARTY: return x->party;
	case OP_OFFICE: return x->office;
	case OP_UNIT: return x->unit;
	}
	return false;
}

// The role alone, before the input is even looked at: who may not call learns nothing of the fields.
static struct err *role_allows(struct arena *a, const struct op *op, const struct actor *who)
{
	for (uint32_t i = 0; i < op->nwho; i++)
		if ((who->roles >> op->who[i].role) & 1) return NULL;
	return err_new(a, who->roles == 1u << ROLE_PUBLIC ? E_SIGN_IN : E_FORBIDDEN);
}

static struct err *authorise(struct op_call *c)
{
	const struct op *op = c->op;
	const struct actor *who = &c->p->actor;
	struct op_access x = {.exists = true};
	struct err *e = NULL;
	if (op->object) {
		c->object = op_id(c, op->object_in);
		e = op_access(c, op->object, c->object, &x);
		if (e) return e;
		c->own = x.own;
	}
	for (uint32_t i = 0; i < op->nwho; i++)
		if (((who->roles >> op->who[i].role) & 1) && x.exists && covers(op->who[i].scope, &x)) return NULL;
	// Somebody else's case and one that does not exist look the same.
	return err_arg(c->a, E_NOT_FOUND, who->english ? S("The record") : S("这条记录"));
}

// ---- plan ----

static void mask_fields(struct op_call *c, const struct op_field *f, uint32_t n, struct json *o)
{
	static const enum sensitivity kinds[] = {[OPM_NAME] = SENS_NAME, [OPM_ID] = SENS_IDENTITY, [OPM_PHONE] = SENS_PHONE};
	for (uint32_t i = 0; i < n; i++) {
		struct json *v = json_get(o, str_of(f[i].name));
		if (!v) continue;
		if (f[i].mask != OPM_NONE && v->type == JSON_STRING) v->text = field_masked(c->a, kinds[f[i].mask], v->text);
		if (f[i].type == OPT_MAP) mask_fields(c, f[i].sub, f[i].nsub, v);
		for (uint32_t k = 0; f[i].type == OPT_LIST && k < json_count(v); k++) mask_fields(c, f[i].sub, f[i].nsub, v->item[k]);
	}
}

static struct str body_digest(struct op_call *c)
{
	struct buf b = buf_new(c->a);
	buf_fmt(&b, "%s ", c->op->name);
	json_print_canonical(&b, c->in);
	if (c->stream) buf_add(&b, c->stream->blob);
	return digest_hex(c->a, buf_str(&b));
}

// Answers from the record when this key was used before; *done tells so.
static struct err *repeated(struct op_call *c, bool *done)
{
	struct idem was;
	struct err *e = idem_find(c->p, c->key, &was, done);
	if (e || !*done) return e;
	if (!str_eq(was.body, body_digest(c))) return err_new(c->a, E_IDEMPOTENCY);
	return json_parse(c->a, was.reply, (struct json_limits){0}, &c->out);
}

// A repeat is rare: the first plan does not look for one. It ends in an error or at the key of its record, and only then
// the record is looked for.
static struct err *plan(struct op_call *c, bool first)
{
	bool done = false;
	if (strcmp(c->op->name, "desk.accept") == 0) op_desk_accept_ahead(c);
	bool writes = c->op->kind == OP_WRITE || c->op->kind == OP_STREAM_IN;
	bool keyed = writes && c->key.n && !c->op->no_key;
	struct err *e = authorise(c);
	if (!e && keyed && !first) e = repeated(c, &done);
	if (e || done) return e;
	e = c->op->fn(c);
	if (e && keyed && first) {
		struct err *r = repeated(c, &done);
		if (r || done) {
			c->p->ws = wset_new(c->a);
			c->keep = false;
			c->set_cookie = S("");
			return r;
		}
	}
	if (e && !c->keep) return e;
	struct err *w = case_write(c->p);
	if (!w) w = flow_write(c->p);
	if (w) return w;
	// Whoever overlooks a failed read would answer, or write down, less than there is.
	if (snap_failed(c->p->snap)) return err_arg(c->a, E_STORE, S("read"));
	if (c->op->nout && !c->own) mask_fields(c, c->op->out, c->op->nout, c->out);
	// A change without a journal entry must be impossible.
	CHECK(!wset_count(c->p->ws) || wset_marks(c->p->ws));
	CHECK(e || !c->p->rows);
	CHECK(!wset_count(c->p->ws) || c->op->kind != OP_READ);
	if (!e && keyed) {
		struct buf b = buf_new(c->a);
		json_print(&b, c->out);
		struct idem i = {str_of(c->op->name), body_digest(c), buf_str(&b)};
		idem_put(c->p, c->key, &i);
	}
	return e;
}

struct guarded { struct op_call *c; bool first; struct err *e; };
static void plan_guarded(void *arg)
{
	struct guarded *g = arg;
	g->e = plan(g->c, g->first);
}

// ---- reading ahead ----

static int64_t id_given(const struct json *in, const char *field)
{
	int64_t id = 0;
	struct json *j = json_get(in, str_of(field));
	return j && (json_int(j, &id) || (j->type == JSON_STRING && str_int(j->text, &id))) && id > 0 ? id : 0;
}

void op_ahead(struct snap *snap, struct arena *a, const struct op *op, const struct json *in)
{
	static const char *const whole[] = {"draft.submit", "desk.accept"};
	if (!op->object || strcmp(op->object, "case") != 0) return;
	int64_t id = id_given(in, op->object_in);
	bool all = false;
	for (size_t i = 0; i < countof(whole); i++) all |= strcmp(whole[i], op->name) == 0;
	if (!id) return;
	case_ahead(snap, a, id, all);
	if (op->kind == OP_WRITE) journal_ahead(snap, a, S("case"), id);
}

// ---- answer ----

static void answer(struct op_request *r, struct err *e)
{
	struct op_call *c = r->call;
	if (c) {
		snap_close(c->p->snap);
		catalogue_unref(c->p->cat);
		c->p->snap = NULL;
		c->p->cat = NULL;
		uint32_t i = (uint32_t)(c->op - op_table);
		stats[i].calls++;
		if (e) stats[i].failures++;
	}
	r->err = e;
	r->status = e ? err_status(e->code) : 200;
	r->reply = e ? op_error_json(r->a, e, r->actor.english) : c->out;
	if (!e && c) {
		r->set_cookie = c->set_cookie;
		if (c->op->kind == OP_STREAM_OUT) r->out_stream = *c->stream;
	}
	if (r->done) r->done(r);
}

static void attempt(struct op_app *, struct op_request *);

static void committed(void *arg, struct err *e)
{
	struct op_request *r = arg;
	struct op_call *c = r->call;
	if (!e && c->follow) {                                   // takes long for a writer's thread
		c->durable = true;
		if (c->app->replan) c->app->replan(c->app, r);
		else op_again(c->app, r);
		return;
	}
	if (!e) {
		answer(r, c->keep ? r->err : NULL);
		return;
	}
	e = err_copy(r->a, e);
	bool again = (e->code == E_STALE || e->code == E_CONSTRAINT) && r->tries < PLANS;
	if (!again) {
		answer(r, e);
		return;
	}
	snap_close(c->p->snap);
	catalogue_unref(c->p->cat);
	c->p->snap = NULL;
	c->p->cat = NULL;
	if (c->app->replan) c->app->replan(c->app, r);
	else attempt(c->app, r);
}

static void attempt(struct op_app *app, struct op_request *r)
{
	struct op_call *c = arena_new1(r->a, struct op_call);
	int64_t began = seam_mono_us();
	r->call = NULL;
	r->tries++;
	r->err = NULL;
	c->op = op_find(r->name);
	if (!c->op) {
		snap_close(r->snap);
		answer(r, err_arg(r->a, E_UNKNOWN_OP, r->name));
		return;
	}
	struct plan *p = arena_new1(r->a, struct plan);
	*p = (struct plan){.a = r->a, .store = app->store, .domain = app->domain, .now_ms = seam_now_ms(), .actor = r->actor,
		.verb = c->op->verb, .note = str_of(c->op->name)};
	c->app = app;
	c->a = r->a;
	c->p = p;
	c->key = r->key;
	c->stream = r->stream ? r->stream : arena_new1(r->a, struct op_stream);
	c->out = json_obj(r->a);
	p->snap = r->snap;
	r->snap = NULL;
	struct err *e = role_allows(r->a, c->op, &r->actor);
	if (!e) e = op_input(r->a, c->op->in, c->op->nin, r->in, r->actor.english, &c->in);
	if (!e && !p->snap) {
		e = snap_open_late(app->store, r->a, &p->snap);
		if (!e) op_ahead(p->snap, r->a, c->op, c->in);
	}
	if (e) {
		snap_close(p->snap);
		answer(r, e);
		return;
	}
	p->ws = wset_new(r->a);
	p->cat = domain_catalogue(app->domain);
	r->call = c;
	struct guarded g = {.c = c, .first = r->tries == 1};
	if (!check_guard(plan_guarded, &g)) {
		log_event(LOG_ERROR, "op.bug", log_own("op", c->op->name), log_own("at", check_last()));
		g.e = err_arg(r->a, E_BUG, str_fmt(r->a, "%lld", (long long)store_id(app->store)));
		p->ws = wset_new(r->a);
		c->keep = false;
	}
	stats[c->op - op_table].us += (uint64_t)(seam_mono_us() - began);
	if ((g.e && !c->keep) || !wset_count(p->ws)) {
		answer(r, g.e);
		return;
	}
	r->err = g.e;
	// The snapshot is not needed while the set waits for its group.
	snap_close(p->snap);
	p->snap = NULL;
	store_submit(app->store, p->ws, committed, r);
}

// A caller that waits: a latch over the same path.
struct latch { pthread_mutex_t lock; pthread_cond_t cond; bool open; };

static void unlatch(struct op_request *r)
{
	struct latch *l = r->arg;
	pthread_mutex_lock(&l->lock);
	l->open = true;
	pthread_cond_signal(&l->cond);
	pthread_mutex_unlock(&l->lock);
}

void op_call(struct op_app *app, struct op_request *r)
{
	r->tries = 0;
	if (r->done) {
		attempt(app, r);
		return;
	}
	struct latch l = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false};
	r->arg = &l;
	r->done = unlatch;
	attempt(app, r);
	pthread_mutex_lock(&l.lock);
	while (!l.open) pthread_cond_wait(&l.cond, &l.lock);
	pthread_mutex_unlock(&l.lock);
	r->done = NULL;
	r->arg = NULL;
}

void op_again(struct op_app *app, struct op_request *r)
{
	if (r->call && r->call->durable) {
		release_follow(app->store, app->domain);
		answer(r, NULL);
		return;
	}
	attempt(app, r);
}
