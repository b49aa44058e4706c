// Moving tokens: entering and leaving elements, opening and closing what waits, scopes and loops.
#include "bpmn/run.h"
#include "base/day.h"

struct bpmn_effect *fx_add(struct rt *rt, enum bpmn_effect_kind kind, const struct inst *i)
{
	struct bpmn_effect *f = vec_push(rt->a, rt->fx, rt->nfx, rt->fxcap);
	f->kind = kind;
	f->element = -1;
	if (i) {
		f->key = i->key;
		f->element = (int)i->el;
		f->id = EL(rt, i)->pub.id;
		f->name = EL(rt, i)->pub.name;
		f->loop = i->loop;
	}
	return f;
}

void trace(struct rt *rt, uint32_t el, const char *what)
{
	if (!rt->env || !rt->env->trace)
		return;
	struct bpmn_effect *f = fx_add(rt, BPMN_FX_TRACE, NULL);
	f->element = (int)el;
	f->id = rt->m->el[el].pub.id;
	f->name = rt->m->el[el].pub.name;
	f->text = str_of(what);
}

static void passed(struct rt *rt, uint32_t el)
{
	rt->visited[el / 8] |= (uint8_t)(1 << (el % 8));
	trace(rt, el, "leave");
}

struct inst *inst_new(struct rt *rt, uint32_t el, struct inst *parent, enum bpmn_wait wait, uint32_t flags)
{
	struct inst *i = arena_new1(rt->a, struct inst);
	if (++rt->alive > rt->max_tokens && !rt->err)
		rt->err = bpmn_err(rt->a, E_BPMN_BUDGET, rt->m->el[el].pub.id,
			SAY(rt->a, BW_BUDGET_TOKENS, str_fmt(rt->a, "%u", rt->max_tokens)));
	i->key = rt->next_key++;
	i->el = el;
	i->parent = parent;
	i->wait = (uint8_t)wait;
	i->flags = flags;
	if (parent && !(flags & F_SUB))
		parent->live++;
	*vec_push(rt->a, rt->in, rt->n, rt->cap) = i;
	return i;
}

void tok_push(struct rt *rt, struct inst *scope, int el, int flow)
{
	struct tok *t = vec_push(rt->a, rt->q, rt->qn, rt->qcap);
	*t = (struct tok){scope, el, flow};
	if (flow != TOK_CHECK && flow != TOK_COMPENSATE)
		scope->live++;
}

static void unlive(struct rt *rt, struct inst *scope)
{
	if (rt->status == BPMN_ENDED)
		return;
	CHECK(scope->live > 0);
	if (--scope->live == 0)
		tok_push(rt, scope, -1, TOK_CHECK);
}

void inst_drop(struct rt *rt, struct inst *i)
{
	if (i->dead)
		return;
	i->dead = true;
	rt->alive--;
	if (i->parent && !(i->flags & F_SUB) && !i->parent->dead)
		unlive(rt, i->parent);
}

static void close_fx(struct rt *rt, struct inst *i, const char *why)
{
	enum bpmn_effect_kind k;
	switch (i->wait) {
	case BPMN_W_TASK: k = BPMN_FX_TASK_CLOSE; break;
	case BPMN_W_TIMER: k = BPMN_FX_TIMER_CLEAR; break;
	case BPMN_W_MESSAGE: k = BPMN_FX_MESSAGE_UNWAIT; break;
	case BPMN_W_SIGNAL: k = BPMN_FX_SIGNAL_UNWAIT; break;
	case BPMN_W_CALL: k = BPMN_FX_CALL_CANCEL; break;
	case BPMN_W_JOB: k = BPMN_FX_JOB_CANCEL; break;
	case BPMN_W_ADHOC: k = BPMN_FX_ADHOC_CLOSE; break;
	case BPMN_W_INCIDENT: k = BPMN_FX_INCIDENT_CLEAR; break;
	default: return;
	}
	fx_add(rt, k, i)->text = str_of(why);
}

static void close_hosted(struct rt *rt, struct inst *i, const char *why)
{
	for (size_t k = 0, n = rt->n; k < n; k++)
		if (!rt->in[k]->dead && rt->in[k]->host == i)
			inst_cancel(rt, rt->in[k], why);
}

static void close_inside(struct rt *rt, struct inst *i, bool records, const char *why)
{
	for (size_t k = 0, n = rt->n; k < n; k++) {
		struct inst *c = rt->in[k];
		if (!c->dead && (c->parent == i || c->host == i) && (records || c->wait != BPMN_W_DONE))
			inst_cancel(rt, c, why);
	}
	// tokens still travelling inside vanish with it
	for (size_t k = rt->qhead; k < rt->qn; k++)
		if (rt->q[k].scope == i && rt->q[k].flow != TOK_CHECK && rt->q[k].flow != TOK_COMPENSATE) {
			rt->q[k].flow = TOK_CHECK;
			i->live--;
		}
}

void inst_cancel(struct rt *rt, struct inst *i, const char *why)
{
	if (i->dead)
		return;
	bool deep = i->wait == BPMN_W_SCOPE || i->wait == BPMN_W_ADHOC || i->wait == BPMN_W_GATEWAY ||
		i->wait == BPMN_W_HANDLER || i->wait == BPMN_W_DONE || i->wait == BPMN_W_INCIDENT;
	if (deep)
		close_inside(rt, i, true, why);
	else if (EL(rt, i)->nboundary)
		close_hosted(rt, i, why);
	close_fx(rt, i, why);
	if (i->wait != BPMN_W_DONE && i->wait != BPMN_W_GATEWAY && !(i->flags & F_SUB))
		trace(rt, i->el, "stop");
	inst_drop(rt, i);
}

void incident(struct rt *rt, struct inst *i, enum phase phase, struct bpmn_said said)
{
	i->wait = BPMN_W_INCIDENT;
	i->phase = (uint8_t)phase;
	struct bpmn_effect *f = fx_add(rt, BPMN_FX_INCIDENT, i);
	f->text = said.en;
	f->text_zh = said.zh;
}

static void stuck(struct rt *rt, uint32_t el, struct inst *scope, enum phase phase, struct bpmn_said said)
{
	incident(rt, inst_new(rt, el, scope, BPMN_W_INCIDENT, 0), phase, said);
}

// With what the last evaluation came to grief at.
static struct bpmn_said why(struct rt *rt, enum bpmn_word what)
{
	struct bpmn_said said = SAY(rt->a, what);
	return rt->fault.en.n ? bpmn_say2(rt->a, BW_OF, (const struct bpmn_said[3]){said, rt->fault}) : said;
}

void end_instance(struct rt *rt, struct str outcome, struct str code)
{
	struct inst *root = rt->in[0];
	rt->status = BPMN_ENDED;
	rt->outcome = outcome;
	rt->code = code;
	close_inside(rt, root, true, "ended");
	passed(rt, root->el);
	struct bpmn_effect *f = fx_add(rt, BPMN_FX_ENDED, root);
	f->outcome = outcome;
	f->code = code;
	f->vars = vars_of(rt, root) ? vars_of(rt, root) : json_obj(rt->a);
	rt->qhead = rt->qn;
	root->live = 0;
}

// --- leaving ------------------------------------------------------------------------------------

static void take(struct rt *rt, struct inst *scope, int flow)
{
	tok_push(rt, scope, rt->m->fl[flow].pub.to, flow);
}

void leave(struct rt *rt, uint32_t n, struct inst *scope)
{
	const struct el *e = &rt->m->el[n];
	uint32_t taken = 0;
	bool one = e->pub.kind == BPMN_EXCLUSIVE;
	if (e->nout == 0) {
		if (!rt->outcome_set && scope->parent == NULL)
			rt->outcome = e->pub.id;
		passed(rt, n);
		tok_push(rt, scope, -1, TOK_CHECK);
		return;
	}
	for (uint32_t i = 0; i < e->nout && !(one && taken); i++) {
		const struct fl *f = &rt->m->fl[e->out[i]];
		if (e->out[i] == e->dflt)
			continue;
		// Without data one of a choice's flows will be true: the last need not be asked, or every choice would be tried twice.
		bool last = rt->oracle && one && e->dflt < 0 && i + 1 == e->nout;
		if (last || f->cond.kind == BX_NONE || e->pub.kind == BPMN_PARALLEL || ev_true(rt, scope, &f->cond)) {
			take(rt, scope, e->out[i]);
			taken++;
		}
	}
	if (!taken && e->dflt >= 0) {
		take(rt, scope, e->dflt);
		taken++;
	}
	if (!taken && rt->oracle) {          // one of them will be true: without data nothing else is said
		take(rt, scope, e->out[e->nout - 1]);
		taken++;
	}
	if (!taken) {
		stuck(rt, n, scope, PH_LEAVE,
			why(rt, BW_HALT_NO_FLOW));
		return;
	}
	passed(rt, n);
}

// --- subscriptions ------------------------------------------------------------------------------

static bool set_due(struct rt *rt, struct bpmn_effect *f, struct inst *at, const struct bx *x,
	enum timer_kind kind)
{
	int64_t months = 0, ms = 0, t;
	if (rt->oracle) {
		at->total = 1;
		return true;
	}
	struct str s = str_trim(ev_text(rt, at, x));
	f->due = BPMN_DUE_AT;
	if (kind == TIMER_WD || kind == TIMER_DURATION) {
		int64_t n;
		bool wd = working_days(s, &f->working_days);
		if (!wd && kind == TIMER_WD && str_int(s, &n) && n >= 0 && n <= 100000) {
			f->working_days = (int32_t)n;
			wd = true;
		}
		if (wd) {
			f->due = BPMN_DUE_WORKING_DAYS;
			return true;
		}
	}
	if (kind == TIMER_DATE && iso_instant(s, &f->due_ms))
		return true;
	if (kind == TIMER_DURATION && iso_duration(s, &months, &ms) && months >= 0 && ms >= 0) {
		f->due_ms = add_duration(rt->now, months, ms);
		return true;
	}
	if (kind == TIMER_CYCLE) {
		int64_t times, begin;
		if (iso_cycle(s, &times, &begin, &months, &ms) && times != 0 && (months || ms >= 1000)) {
			t = add_duration(rt->now, months, ms);
			f->due_ms = begin > rt->now ? begin : t;
			if (at->total == 0)
				at->total = times < 0 ? UINT32_MAX : (uint32_t)times;
			return true;
		}
	}
	rt->fault = SAY(rt->a, BW_QUOTED, s);
	return false;
}

struct err *bpmn_start_timer(const struct bpmn_model *m, int n, int64_t now_ms, uint32_t fired, struct arena *a,
	struct bpmn_effect *out, bool *again)
{
	const struct el *e = n >= 0 && n < m->nel ? &m->el[n] : NULL;
	struct rt rt = {.m = m, .a = a, .now = now_ms};
	struct inst at = {.el = (uint32_t)(n < 0 ? 0 : n)};
	memset(out, 0, sizeof *out);
	*again = false;
	if (!e || e->pub.kind != BPMN_START_EVENT || e->pub.trigger != BPMN_TIMER)
		return bpmn_err(a, E_BPMN_NOT_NOW, (struct str){0}, SAY(a, BW_NOW_NO_TIMER_START));
	if (!set_due(&rt, out, &at, &e->when, e->timer))
		return bpmn_err(a, E_BPMN_MODEL, e->pub.id, bpmn_say2(a, BW_TIMER_INVALID, (const struct bpmn_said[3]){rt.fault}));
	out->kind = BPMN_FX_TIMER_SET;
	out->element = n;
	out->id = e->pub.id;
	out->name = e->pub.name;
	*again = fired == 0 || (e->timer == TIMER_CYCLE && (at.total == UINT32_MAX || fired < at.total));
	return NULL;
}

// left: repetitions left of a timer cycle, 0 when it begins.
struct inst *subscribe(struct rt *rt, uint32_t n, struct inst *parent, struct inst *host, uint32_t flags,
	uint32_t left)
{
	const struct el *e = &rt->m->el[n];
	struct inst *i = inst_new(rt, n, parent, BPMN_W_NONE, flags);
	struct bpmn_effect *f;
	i->host = host;
	i->total = left;
	struct inst *at = host && !(host->flags & F_SUB) && is_activity(EL(rt, host)->pub.kind) ? host : parent;
	switch (e->pub.trigger) {
	case BPMN_TIMER:
		f = fx_add(rt, BPMN_FX_TIMER_SET, i);
		i->parent = at;                  // a timer may read the locals of what it stands at
		bool ok = set_due(rt, f, i, &e->when, e->timer);
		i->parent = parent;
		if (!ok) {
			rt->nfx--;
			incident(rt, i, PH_OPEN, why(rt, BW_HALT_TIMER));
			break;
		}
		i->wait = BPMN_W_TIMER;
		break;
	case BPMN_MESSAGE:
		i->wait = BPMN_W_MESSAGE;
		i->aux = ev_text(rt, at, &e->name_x);
		i->aux2 = e->correlation.kind == BX_NONE ? rt->business_key : ev_text(rt, at, &e->correlation);
		f = fx_add(rt, BPMN_FX_MESSAGE_WAIT, i);
		f->name = i->aux;
		f->correlation = i->aux2;
		break;
	case BPMN_SIGNAL:
		i->wait = BPMN_W_SIGNAL;
		i->aux = ev_text(rt, at, &e->name_x);
		fx_add(rt, BPMN_FX_SIGNAL_WAIT, i)->name = i->aux;
		break;
	case BPMN_CONDITION:
		i->wait = BPMN_W_CONDITION;
		rt->dirty = true;
		break;
	default:
		CHECK(false);
	}
	return i;
}

// The same element listens again, under a new key: each key is answered once.
void subscribe_again(struct rt *rt, struct inst *i)
{
	const struct el *e = EL(rt, i);
	if (e->pub.trigger == BPMN_TIMER && (e->timer != TIMER_CYCLE || i->total <= 1))
		return;
	if (rt->oracle)                      // once is enough to see where it leads
		return;
	uint32_t left = i->total == UINT32_MAX ? UINT32_MAX : i->total ? i->total - 1 : 0;
	struct inst *again = subscribe(rt, i->el, i->parent, i->host, i->flags & F_SUB, left);
	if (e->pub.trigger == BPMN_CONDITION)
		again->flags |= F_ON;            // fires again only after it was false
}

static void listen_boundary(struct rt *rt, struct inst *i)
{
	const struct el *e = EL(rt, i);
	for (uint32_t k = 0; k < e->nboundary && !i->dead; k++) {
		enum bpmn_trigger t = rt->m->el[e->boundary[k]].pub.trigger;
		if (t == BPMN_TIMER || t == BPMN_MESSAGE || t == BPMN_SIGNAL || t == BPMN_CONDITION)
			subscribe(rt, (uint32_t)e->boundary[k], i->parent, i, F_SUB, 0);
	}
}

void scope_open(struct rt *rt, struct inst *s)
{
	const struct el *e = EL(rt, s);
	for (uint32_t k = 0; k < e->nevsub; k++) {
		int st = rt->m->el[e->evsub[k]].evstart;
		enum bpmn_trigger t = rt->m->el[st].pub.trigger;
		if (t == BPMN_TIMER || t == BPMN_MESSAGE || t == BPMN_SIGNAL || t == BPMN_CONDITION)
			subscribe(rt, (uint32_t)st, s, s, F_SUB, 0);
	}
}

// --- activities ---------------------------------------------------------------------------------

static bool set_limit(struct rt *rt, struct bpmn_effect *f, struct inst *i, const struct bx *x)
{
	struct str s = str_trim(ev_text(rt, i, x));
	int64_t m, ms;
	if (rt->oracle)
		return true;
	if (!s.n)
		return x->kind == BX_NONE || x->kind == BX_FEEL;
	if (working_days(s, &f->working_days)) {
		f->due = BPMN_DUE_WORKING_DAYS;
	} else if (iso_duration(s, &m, &ms)) {
		f->due = BPMN_DUE_AT;
		f->due_ms = add_duration(rt->now, m, ms);
	} else if (iso_instant(s, &f->due_ms)) {
		f->due = BPMN_DUE_AT;
	} else {
		rt->fault = SAY(rt->a, BW_QUOTED, s);
		return false;
	}
	return true;
}

// What waits for a person, open; NULL when its limit is none and it became an incident.
static struct bpmn_effect *person_open(struct rt *rt, struct inst *i, enum bpmn_effect_kind kind)
{
	const struct el *e = EL(rt, i);
	struct bpmn_effect *f = fx_add(rt, kind, i);
	f->role = ev_text(rt, i, &e->role);
	f->office = ev_text(rt, i, &e->office);
	if (set_limit(rt, f, i, &e->limit))
		return f;
	rt->nfx--;
	incident(rt, i, PH_BEGIN, why(rt, BW_HALT_LIMIT));
	return NULL;
}

static void user_task(struct rt *rt, struct inst *i)
{
	const struct el *e = EL(rt, i);
	struct bpmn_effect *f = person_open(rt, i, BPMN_FX_TASK_OPEN);
	if (!f)
		return;
	f->assignee = ev_text(rt, i, &e->assignee);
	f->users = ev_text(rt, i, &e->users);
	f->groups = ev_text(rt, i, &e->groups);
	f->form = ev_text(rt, i, &e->form);
	f->priority = ev_text(rt, i, &e->priority);
	f->vars = vars_of(rt, i);
	i->wait = BPMN_W_TASK;
}

// A service, send, rule or foreign script task, or a message event with a binding.
void job(struct rt *rt, struct inst *i)
{
	const struct el *e = EL(rt, i);
	struct json *v = vars_of(rt, i);
	if (!v)
		v = map_vars(rt, i, (struct bmap[]){{.all = true}}, 1);
	struct str type = ev_text(rt, i, &e->job_type);
	struct bpmn_effect *f = fx_add(rt, BPMN_FX_JOB, i);
	f->job_type = type.n ? type : e->pub.id;
	f->attempt = ++i->done;
	f->vars = v;
	f->text = e->script.text;
	i->wait = BPMN_W_JOB;
}

static void call(struct rt *rt, struct inst *i)
{
	const struct el *e = EL(rt, i);
	struct str called = ev_text(rt, i, &e->called);
	struct json *v = map_vars(rt, i, e->map_in, e->nmap_in);
	if (!called.n || !v) {
		incident(rt, i, PH_BEGIN, why(rt, called.n ? BW_HALT_CALL_INPUT : BW_HALT_CALL_NAME));
		return;
	}
	struct str bk = ev_text(rt, i, &e->business_key);
	struct bpmn_effect *f = fx_add(rt, BPMN_FX_CALL_START, i);
	f->called = called;
	f->vars = v;
	f->business_key = bk;
	i->wait = BPMN_W_CALL;
}

static void script(struct rt *rt, struct inst *i)
{
	const struct el *e = EL(rt, i);
	if (e->script.kind == BX_FEEL) {
		const struct json *v = ev(rt, i, &e->script);
		if (!v) {
			incident(rt, i, PH_BEGIN, why(rt, BW_HALT_SCRIPT));
			return;
		}
		if (e->result.n)
			var_set(rt, i, e->result, v);
		else
			vars_merge(rt, i, v);        // a context sets the variables it names
		complete(rt, i);
	} else {
		job(rt, i);
	}
}

static void scope_begin(struct rt *rt, struct inst *s)
{
	const struct el *e = EL(rt, s);
	s->wait = BPMN_W_SCOPE;
	scope_open(rt, s);
	for (uint32_t k = 0; k < e->nbegin; k++)
		tok_push(rt, s, e->begin[k], TOK_PLAIN);
	if (!e->nbegin)
		tok_push(rt, s, -1, TOK_CHECK);
}

void begin(struct rt *rt, struct inst *i)
{
	const struct el *e = EL(rt, i);
	if (e->pub.kind != BPMN_CALL_ACTIVITY && e->nmap_in && !(i->flags & F_MULTI)) {
		struct json *v = map_vars(rt, i, e->map_in, e->nmap_in);
		if (!v) {
			incident(rt, i, PH_BEGIN, why(rt, BW_HALT_INPUT));
			return;
		}
		for (uint32_t k = 0; k < v->n; k++)
			var_local(rt, i, v->key[k], v->item[k]);
	}
	switch (e->pub.kind) {
	case BPMN_USER_TASK: user_task(rt, i); break;
	case BPMN_SERVICE_TASK: case BPMN_RULE_TASK: job(rt, i); break;
	case BPMN_SEND_TASK:
		if (e->plain_throw) {
			throw_event(rt, i, i->el);
			complete(rt, i);
		} else {
			job(rt, i);
		}
		break;
	case BPMN_SCRIPT_TASK: script(rt, i); break;
	case BPMN_RECEIVE_TASK: {
		i->wait = BPMN_W_MESSAGE;
		i->aux = ev_text(rt, i, &e->name_x);
		i->aux2 = e->correlation.kind == BX_NONE ? rt->business_key : ev_text(rt, i, &e->correlation);
		struct bpmn_effect *f = fx_add(rt, BPMN_FX_MESSAGE_WAIT, i);
		f->name = i->aux;
		f->correlation = i->aux2;
		break;
	}
	case BPMN_CALL_ACTIVITY: call(rt, i); break;
	case BPMN_ADHOC:
		if (!person_open(rt, i, BPMN_FX_ADHOC_OPEN))
			break;
		i->wait = BPMN_W_ADHOC;
		scope_open(rt, i);
		break;
	case BPMN_SUBPROCESS: case BPMN_TRANSACTION: case BPMN_EVENT_SUBPROCESS: scope_begin(rt, i); break;
	default: complete(rt, i);            // plain and manual tasks: nothing to wait for
	}
}

void begin_multi(struct rt *rt, struct inst *b)
{
	const struct el *e = EL(rt, b);
	int64_t n = 0;
	b->wait = BPMN_W_SCOPE;
	if (e->loop) {
		b->total = UINT32_MAX;
		if (e->loop_max.kind != BX_NONE && (!ev_int(rt, b, &e->loop_max, &n) || n < 0)) {
			incident(rt, b, PH_BEGIN, why(rt, BW_HALT_LOOP_MAX));
			return;
		}
		if (e->loop_max.kind != BX_NONE)
			b->total = (uint32_t)(n < UINT32_MAX ? n : UINT32_MAX);
		if (b->total == 0 || (e->test_before && !ev_true(rt, b, &e->cond)))
			complete(rt, b);
		else
			tok_push(rt, b, (int)b->el, TOK_CHILD);
		return;
	}
	if (rt->oracle) {
		n = e->cardinality.kind == BX_TEXT && ev_int(rt, b, &e->cardinality, &n) && n >= 0 && n < 3 ? n : 2;
	} else if (e->collection.kind != BX_NONE) {
		const struct json *v = ev(rt, b, &e->collection);
		if (!v || v->type != JSON_ARRAY) {
			incident(rt, b, PH_BEGIN, why(rt, BW_HALT_COLLECTION));
			return;
		}
		n = v->n;
		var_local(rt, b, S("loopCollection"), v);    // fixed now: later changes do not move the loop
	} else if (!ev_int(rt, b, &e->cardinality, &n) || n < 0) {
		incident(rt, b, PH_BEGIN, why(rt, BW_HALT_MULTI));
		return;
	}
	if (n > rt->max_multi) {
		incident(rt, b, PH_BEGIN, SAY(rt->a, BW_HALT_MULTI_MANY, str_fmt(rt->a, "%lld", (long long)n), str_fmt(rt->a, "%u", rt->max_multi)));
		return;
	}
	b->total = (uint32_t)n;
	if (e->output_collection.n && !rt->oracle) {
		struct json *o = json_arr(rt->a);
		for (int64_t k = 0; k < n; k++)
			json_add(rt->a, o, json_new(rt->a, JSON_NULL));
		var_local(rt, b, e->output_collection, o);
	}
	if (n == 0) {
		complete(rt, b);
		return;
	}
	for (int64_t k = 0; k < (e->sequential ? 1 : n); k++)
		tok_push(rt, b, (int)b->el, TOK_CHILD);
}

void next_child(struct rt *rt, struct inst *b)
{
	const struct el *e = EL(rt, b);
	struct inst *i = inst_new(rt, b->el, b, BPMN_W_NONE, 0);
	i->loop = ++b->next;
	var_local(rt, i, S("loopCounter"), json_num(rt->a, i->loop));
	if (e->collection.kind != BX_NONE && e->item.n && !rt->oracle) {
		const struct json *list = json_get(vars_of(rt, b), S("loopCollection"));
		if (list && i->loop <= list->n)
			var_local(rt, i, e->item, list->item[i->loop - 1]);
	}
	begin(rt, i);
}

void activity(struct rt *rt, uint32_t n, struct inst *scope, struct inst *thrower)
{
	const struct el *e = &rt->m->el[n];
	bool many = e->multi || e->loop;
	struct inst *i = inst_new(rt, n, scope, BPMN_W_NONE, (many ? F_MULTI : 0) | (thrower ? F_HANDLER : 0));
	i->host = thrower;
	trace(rt, n, "enter");
	if (e->nboundary)
		listen_boundary(rt, i);
	if (many)
		begin_multi(rt, i);
	else
		begin(rt, i);
}

static bool has_records(struct rt *rt, struct inst *i)
{
	for (size_t k = 0; k < rt->n; k++)
		if (!rt->in[k]->dead && rt->in[k]->parent == i && rt->in[k]->wait == BPMN_W_DONE)
			return true;
	return false;
}

static bool compensates_itself(struct rt *rt, const struct el *e)
{
	for (uint32_t k = 0; k < e->nevsub; k++)
		if (rt->m->el[rt->m->el[e->evsub[k]].evstart].pub.trigger == BPMN_COMPENSATION)
			return true;
	return false;
}

static void child_done(struct rt *rt, struct inst *b, struct inst *child)
{
	const struct el *e = EL(rt, b);
	b->done++;
	if (e->output_collection.n && !rt->oracle) {
		const struct json *v = e->output_element.kind == BX_NONE ? var_get(rt, child, e->item) :
			ev(rt, child, &e->output_element);
		struct json *o = json_get(vars_of(rt, b), e->output_collection);
		if (v && o && o->type == JSON_ARRAY && child->loop <= o->n)
			o->item[child->loop - 1] = (struct json *)v;
		b->dirty = true;
	}
	if (child->wait == BPMN_W_DONE) {
		child->flags |= F_SUB;
		unlive(rt, b);
	} else {
		inst_drop(rt, child);
	}
	if (b->flags & F_LEFT)
		return;
	bool end = e->loop ? b->done >= b->total || !ev_true(rt, b, &e->cond) : b->done >= b->total;
	if (!end && !e->loop && e->completion.kind != BX_NONE && ev_true(rt, b, &e->completion))
		end = true;
	if (!end) {
		if (e->loop || e->sequential)
			tok_push(rt, b, (int)b->el, TOK_CHILD);
		return;
	}
	b->flags |= F_LEFT;
	close_inside(rt, b, false, "the loop is complete");
	if (!b->dead)
		complete(rt, b);
}

void complete(struct rt *rt, struct inst *i)
{
	const struct el *e = EL(rt, i);
	struct inst *p = i->parent;
	bool body = i->flags & F_MULTI, child = p && (p->flags & F_MULTI) && p->el == i->el;
	if (i->dead)
		return;
	if (e->nmap_out && !body) {
		rt->fault = (struct bpmn_said){0};
		map_out(rt, i, child ? p->parent : p, e);
	}
	if (body && e->output_collection.n && !rt->oracle) {
		struct json *o = json_get(vars_of(rt, i), e->output_collection);
		if (o)
			var_set(rt, p, e->output_collection, o);
	}
	// Boundary events and event sub-processes stop listening; records of compensation stay.
	for (size_t k = 0; (e->nboundary || e->nevsub) && k < rt->n; k++) {
		struct inst *s = rt->in[k];
		if (!s->dead && s->host == i && (s->flags & F_SUB) && s->wait != BPMN_W_DONE)
			inst_cancel(rt, s, "completed");
	}
	if (!body && (e->handler >= 0 || (is_scope(e->pub.kind) && (compensates_itself(rt, e) || has_records(rt,
		i))))) {
		if (e->handler >= 0)
			close_inside(rt, i, true, "completed");
		i->wait = BPMN_W_DONE;
		i->phase = 0;
		i->seq = ++rt->seq;
	} else if (is_scope(e->pub.kind) && !body) {
		close_inside(rt, i, true, "completed");
	}
	if (child) {
		child_done(rt, p, i);
		return;
	}
	if (body)                            // records of its instances now belong to the scope around
		for (size_t k = 0; k < rt->n; k++)
			if (!rt->in[k]->dead && rt->in[k]->parent == i && rt->in[k]->wait == BPMN_W_DONE)
				rt->in[k]->parent = p;
	struct inst *thrower = i->flags & F_HANDLER ? i->host : NULL;
	if (thrower) {
		passed(rt, i->el);
		tok_push(rt, thrower, -1, TOK_COMPENSATE);
	} else {
		leave(rt, i->el, p);
	}
	if (i->wait == BPMN_W_DONE) {
		i->flags |= F_SUB;
		i->host = NULL;
		unlive(rt, p);
	} else {
		inst_drop(rt, i);
	}
	if (p->wait == BPMN_W_ADHOC)
		adhoc_check(rt, p);
}

void adhoc_check(struct rt *rt, struct inst *s)
{
	const struct el *e = EL(rt, s);
	if (s->dead || s->wait != BPMN_W_ADHOC)
		return;
	if (!(s->flags & F_CLOSING) && (e->completion.kind == BX_NONE || !ev_true(rt, s, &e->completion)))
		return;
	if (e->adhoc_keep && s->live > 0) {
		s->flags |= F_CLOSING;
		return;
	}
	close_inside(rt, s, false, "the ad-hoc sub-process is complete");
	fx_add(rt, BPMN_FX_ADHOC_CLOSE, s)->text = S("completed");
	s->wait = BPMN_W_SCOPE;
	complete(rt, s);
}

static void scope_check(struct rt *rt, struct inst *s)
{
	if (s->dead || s->live)
		return;
	if (s->wait == BPMN_W_ADHOC) {
		adhoc_check(rt, s);
		return;
	}
	if (s->wait != BPMN_W_SCOPE || (s->flags & (F_SUB | F_MULTI)))
		return;
	if (!s->parent) {
		end_instance(rt, rt->outcome, (struct str){0});
		return;
	}
	if (EL(rt, s)->pub.kind != BPMN_EVENT_SUBPROCESS) {
		complete(rt, s);
		return;
	}
	struct inst *thrower = s->flags & F_HANDLER ? s->host : NULL, *p = s->parent;
	passed(rt, s->el);
	close_inside(rt, s, true, "completed");
	s->host = NULL;
	inst_drop(rt, s);
	if (thrower) {
		inst_cancel(rt, p, "compensated");   // the record of the sub-process it compensated
		tok_push(rt, thrower, -1, TOK_COMPENSATE);
	}
}

// --- entering -----------------------------------------------------------------------------------

static void parallel_join(struct rt *rt, struct inst *scope, uint32_t n, int flow)
{
	const struct el *e = &rt->m->el[n];
	inst_new(rt, n, scope, BPMN_W_JOIN, 0)->next = (uint32_t)flow + 1;
	struct inst *got[64], **at = e->nin <= 64 ? got : arena_newn(rt->a, struct inst *, e->nin);
	uint32_t have = 0;
	memset(at, 0, sizeof *at * e->nin);
	for (size_t k = 0; k < rt->n && have < e->nin; k++) {
		struct inst *t = rt->in[k];
		if (t->dead || t->parent != scope || t->el != n || t->wait != BPMN_W_JOIN)
			continue;
		for (uint32_t j = 0; j < e->nin; j++)
			if (!at[j] && (uint32_t)e->in[j] + 1 == t->next) {
				at[j] = t;
				have++;
				break;
			}
	}
	if (have < e->nin)
		return;
	leave(rt, n, scope);
	for (uint32_t j = 0; j < e->nin; j++)
		inst_drop(rt, at[j]);
}

// BPMN 2.0.2 §13.4.3: waits while a token elsewhere can still reach an empty incoming flow
// without being able to reach one that has its token.
static bool inclusive_ready(struct rt *rt, struct inst *scope, uint32_t n, bool *has)
{
	const struct el *e = &rt->m->el[n];
	memset(has, 0, e->nin);
	for (size_t k = 0; k < rt->n; k++) {
		struct inst *t = rt->in[k];
		for (uint32_t j = 0; !t->dead && t->parent == scope && t->el == n && t->wait == BPMN_W_JOIN &&
			j < e->nin; j++)
			if ((uint32_t)e->in[j] + 1 == t->next)
				has[j] = true;
	}
	for (size_t k = 0; k < rt->n; k++) {
		struct inst *t = rt->in[k];
		if (t->dead || t->parent != scope || (t->flags & F_SUB) || t->el == n)
			continue;
		bool empty = false, full = false;
		for (uint32_t j = 0; j < e->nin; j++)
			if (e->reach[j * (uint32_t)rt->m->nel + t->el]) {
				if (!has[j])
					empty = true;
				else if (e->reach[j * (uint32_t)rt->m->nel + t->el] == 2)
					full = true;
			}
		if (empty && !full)
			return false;
	}
	return true;
}

static bool inclusive_join(struct rt *rt)
{
	for (size_t k = 0; k < rt->n; k++) {
		struct inst *t = rt->in[k];
		if (t->dead || t->wait != BPMN_W_JOIN || EL(rt, t)->pub.kind != BPMN_INCLUSIVE)
			continue;
		const struct el *e = EL(rt, t);
		struct inst *scope = t->parent;
		uint32_t n = t->el;
		bool *has = arena_newn(rt->a, bool, e->nin);
		if (!inclusive_ready(rt, scope, n, has))
			continue;
		leave(rt, n, scope);
		for (size_t i = 0; i < rt->n; i++) {
			struct inst *s = rt->in[i];
			for (uint32_t j = 0; !s->dead && s->parent == scope && s->el == n && s->wait == BPMN_W_JOIN &&
				j < e->nin; j++)
				if ((uint32_t)e->in[j] + 1 == s->next && has[j]) {
					has[j] = false;
					inst_drop(rt, s);
				}
		}
		return true;
	}
	return false;
}

void enter(struct rt *rt, struct inst *scope, uint32_t n, int flow)
{
	const struct el *e = &rt->m->el[n];
	if (is_activity(e->pub.kind)) {
		activity(rt, n, scope, NULL);
		return;
	}
	trace(rt, n, "enter");
	switch (e->pub.kind) {
	case BPMN_PARALLEL:
		if (e->nin > 1 && flow >= 0)
			parallel_join(rt, scope, n, flow);
		else
			leave(rt, n, scope);
		break;
	case BPMN_INCLUSIVE:
		if (e->nin > 1 && flow >= 0)
			inst_new(rt, n, scope, BPMN_W_JOIN, 0)->next = (uint32_t)flow + 1;
		else
			leave(rt, n, scope);
		break;
	case BPMN_EVENT_GATEWAY: {
		struct inst *g = inst_new(rt, n, scope, BPMN_W_GATEWAY, 0);
		for (uint32_t k = 0; k < e->nout; k++)
			subscribe(rt, (uint32_t)rt->m->fl[e->out[k]].pub.to, scope, g, F_SUB, 0);
		passed(rt, n);
		break;
	}
	case BPMN_CATCH_EVENT:
		if (e->pub.trigger == BPMN_LINK || e->pub.trigger == BPMN_NONE)
			leave(rt, n, scope);
		else
			subscribe(rt, n, scope, NULL, 0, 0);
		break;
	case BPMN_THROW_EVENT:
		throw_event(rt, scope, n);
		break;
	case BPMN_END_EVENT:
		end_event(rt, scope, n);
		break;
	default:                             // start events, exclusive gateways
		leave(rt, n, scope);
	}
}

// A token for which the budget does not suffice stays where it is, for an operator to look at.
static void hold(struct rt *rt, struct tok t)
{
	struct bpmn_said said = SAY(rt->a, BW_HALT_STEPS, str_fmt(rt->a, "%u", rt->max_steps));
	if (t.flow == TOK_CHILD) {
		if (t.scope->wait != BPMN_W_INCIDENT)
			incident(rt, t.scope, PH_NEXT, said);
		t.scope->live--;
		return;
	}
	struct inst *i = inst_new(rt, (uint32_t)t.el, t.scope, BPMN_W_INCIDENT, 0);
	i->next = t.flow >= 0 ? (uint32_t)t.flow + 1 : 0;
	t.scope->live--;
	incident(rt, i, PH_ENTER, said);
}

void drain(struct rt *rt)
{
	while (!rt->err && rt->status == BPMN_RUNNING && !(rt->oracle && rt->oracle->large)) {
		if (rt->qhead < rt->qn) {
			struct tok t = rt->q[rt->qhead++];
			if (t.scope->dead)
				continue;
			if (t.flow == TOK_CHECK) {
				scope_check(rt, t.scope);
			} else if (t.flow == TOK_COMPENSATE) {
				compensate_next(rt, t.scope);
			} else if (++rt->steps > rt->max_steps) {
				hold(rt, t);
			} else if (t.flow == TOK_CHILD) {
				next_child(rt, t.scope);
				if (!t.scope->dead)
					unlive(rt, t.scope);
			} else {
				if (rt->oracle && ++rt->oracle->entered[t.el] > 4) {
					rt->oracle->pruned = true;
					rt->oracle->circle = t.el;
					return;
				}
				enter(rt, t.scope, (uint32_t)t.el, t.flow);
				if (!t.scope->dead)
					unlive(rt, t.scope);
			}
			if (rt->qhead == rt->qn)
				rt->qhead = rt->qn = 0;
			continue;
		}
		if (rt->dirty && !rt->oracle) {
			rt->dirty = false;
			conditions(rt);
			continue;
		}
		if (!inclusive_join(rt))
			break;
	}
}
