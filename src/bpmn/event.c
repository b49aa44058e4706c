// What happens to an instance: subscriptions answered, errors, escalations, signals, compensation, ends.
#include "bpmn/run.h"

static void put_code(struct rt *rt, const struct el *catcher, struct inst *scope, struct str code)
{
	if (catcher->code_var.n)
		var_set(rt, scope, catcher->code_var, json_str(rt->a, code));
}

static struct str code_of(struct rt *rt, const struct el *e, struct inst *at)
{
	return ev_text(rt, at, &e->name_x);
}

// The one of n that names this code; else the first that names none. -1: nobody.
static int catcher(struct rt *rt, const int *el, uint32_t n, bool start, enum bpmn_trigger trigger,
	struct str code, struct inst *at)
{
	int any = -1;
	for (uint32_t k = 0; k < n; k++) {
		int c = start ? rt->m->el[el[k]].evstart : el[k];
		const struct el *e = &rt->m->el[c];
		if (e->pub.trigger != trigger)
			continue;
		struct str want = code_of(rt, e, at);
		if (want.n && str_eq(want, code))
			return c;
		if (!want.n && any < 0)
			any = c;
	}
	return any;
}

void start_event_sub(struct rt *rt, struct inst *s, uint32_t start, const struct json *vars)
{
	const struct el *e = &rt->m->el[start];
	if (e->pub.interrupting && e->pub.trigger != BPMN_COMPENSATION) {
		// What is inside stops, and the other event sub-processes no longer listen. The border of the activity
		// still does: the activity itself goes on, as its event sub-process (BPMN 2.0.2 §13.5.4).
		for (size_t k = 0, n = rt->n; k < n; k++) {
			struct inst *c = rt->in[k];
			if (!c->dead && c->parent == s && c->wait != BPMN_W_DONE)
				inst_cancel(rt, c, "interrupted");
		}
		for (size_t k = rt->qhead; k < rt->qn; k++)
			if (rt->q[k].scope == s && rt->q[k].flow != TOK_CHECK && rt->q[k].flow != TOK_COMPENSATE) {
				rt->q[k].flow = TOK_CHECK;
				s->live--;
			}
		s->flags |= F_STOPPED;
	}
	uint32_t sub = (uint32_t)e->pub.parent;
	vars_merge(rt, s, vars);
	struct inst *i = inst_new(rt, sub, s, BPMN_W_SCOPE, 0);
	trace(rt, sub, "enter");
	map_out(rt, i, i, e);
	scope_open(rt, i);
	trace(rt, start, "enter");
	leave(rt, start, i);
}

void fire(struct rt *rt, struct inst *i, const struct json *vars)
{
	const struct el *e = EL(rt, i);
	struct inst *p = i->parent, *host = i->host;
	if (e->pub.kind == BPMN_RECEIVE_TASK && !(i->flags & F_SUB)) {
		if (e->nmap_out)
			for (uint32_t k = 0; vars && k < vars->n; k++)
				var_local(rt, i, vars->key[k], vars->item[k]);
		else
			vars_merge(rt, i, vars);
		complete(rt, i);
		return;
	}
	if (e->pub.kind == BPMN_START_EVENT) {
		if (!e->pub.interrupting)
			subscribe_again(rt, i);
		inst_drop(rt, i);
		start_event_sub(rt, host, i->el, vars);
		return;
	}
	if (e->nmap_out) {
		rt->overlay = vars;
		map_out(rt, i, p, e);
		rt->overlay = NULL;
	} else {
		vars_merge(rt, p, vars);
	}
	if (e->pub.kind == BPMN_BOUNDARY_EVENT) {
		trace(rt, i->el, "enter");
		if (!e->pub.interrupting) {
			subscribe_again(rt, i);
			inst_drop(rt, i);
			leave(rt, i->el, p);
			return;
		}
		inst_drop(rt, i);
		leave(rt, i->el, p);
		inst_cancel(rt, host, "interrupted");
		return;
	}
	leave(rt, i->el, p);
	inst_drop(rt, i);
	if (host)                            // the event-based gateway and the events that lost
		inst_cancel(rt, host, "another event came first");
}

void conditions(struct rt *rt)
{
	for (size_t k = 0; k < rt->n && !rt->err; k++) {
		struct inst *i = rt->in[k];
		if (i->dead || i->wait != BPMN_W_CONDITION)
			continue;
		struct inst *at = i->host && is_activity(EL(rt, i->host)->pub.kind) ? i->host : i->parent;
		bool on = ev_true(rt, at, &EL(rt, i)->cond);
		if (!on)
			i->flags &= ~(uint32_t)F_ON;
		else if (!(i->flags & F_ON))
			fire(rt, i, NULL);
	}
}

// --- errors and escalations ---------------------------------------------------------------------

static bool is_child(const struct inst *i)
{
	return i->parent && (i->parent->flags & F_MULTI) && i->parent->el == i->el;
}

// Looks outwards for who catches: the boundary of an activity, then the event sub-processes of its scope.
// from: the activity that failed or escalated, or NULL when an end event of scope throws.
static bool caught(struct rt *rt, struct inst *from, struct inst *scope, enum bpmn_trigger trigger, struct str code,
	const struct json *vars)
{
	struct inst *cur = from, *p = scope;
	for (;;) {
		if (cur) {
			const struct el *e = EL(rt, cur);
			p = cur->parent;
			if (!p)
				return false;
			if (is_activity(e->pub.kind) && !is_child(cur)) {
				int b = catcher(rt, e->boundary, e->nboundary, false, trigger, code, p);
				if (b >= 0) {
					put_code(rt, &rt->m->el[b], p, code);
					vars_merge(rt, p, vars);
					trace(rt, (uint32_t)b, "enter");
					leave(rt, (uint32_t)b, p);
					if (trigger == BPMN_ERROR || rt->m->el[b].pub.interrupting)
						inst_cancel(rt, cur, trigger == BPMN_ERROR ? "error" : "escalation");
					return true;
				}
			}
		}
		const struct el *s = EL(rt, p);
		// what has taken over the scope cannot be caught by its siblings
		bool over = cur && EL(rt, cur)->pub.kind == BPMN_EVENT_SUBPROCESS && (p->flags & F_STOPPED);
		if (!(p->flags & F_MULTI) && !over) {
			int c = catcher(rt, s->evsub, s->nevsub, true, trigger, code, p);
			if (c >= 0) {
				put_code(rt, &rt->m->el[c], p, code);
				start_event_sub(rt, p, (uint32_t)c, vars);
				return true;
			}
		}
		cur = p;
	}
}

// An error that nobody catches ends the instance.
void throw_error(struct rt *rt, struct inst *from, struct inst *scope, struct str code,
	const struct json *vars)
{
	if (caught(rt, from, scope, BPMN_ERROR, code, vars))
		return;
	vars_merge(rt, rt->in[0], vars);
	end_instance(rt, S("error"), code);
}

// False when nobody inside caught it; then it is an effect.
bool throw_escalation(struct rt *rt, struct inst *from, struct inst *scope, struct str code,
	const struct json *vars)
{
	if (caught(rt, from, scope, BPMN_ESCALATION, code, vars))
		return true;
	struct bpmn_effect *f = fx_add(rt, BPMN_FX_ESCALATION, from);
	f->code = code;
	f->vars = vars;
	return false;
}

void throw_signal(struct rt *rt, struct str name, const struct json *vars)
{
	struct inst **hit = arena_newn(rt->a, struct inst *, rt->n + 1);
	size_t n = 0;
	for (size_t k = 0; k < rt->n; k++)   // first all, then fire: one may end another
		if (!rt->in[k]->dead && rt->in[k]->wait == BPMN_W_SIGNAL && str_eq(rt->in[k]->aux, name))
			hit[n++] = rt->in[k];
	for (size_t k = 0; k < n && rt->status == BPMN_RUNNING; k++)
		if (!hit[k]->dead)
			fire(rt, hit[k], vars);
}

// --- throwing and ending ------------------------------------------------------------------------

// Sends the message or signal of an element; scope only gives the variables.
static void send(struct rt *rt, const struct el *e, struct inst *scope, struct inst *me)
{
	struct str name = ev_text(rt, scope, &e->name_x);
	struct json *v = map_vars(rt, scope, e->map_in, e->nmap_in);
	bool signal = e->pub.trigger == BPMN_SIGNAL;
	struct bpmn_effect *f = fx_add(rt, signal ? BPMN_FX_SIGNAL_THROW : BPMN_FX_MESSAGE_THROW, me);
	f->name = name;
	f->vars = v ? v : json_obj(rt->a);
	if (signal) {
		throw_signal(rt, name, e->nmap_in ? v : NULL);
	} else {
		struct str c = e->correlation.kind == BX_NONE ? rt->business_key : ev_text(rt, scope,
			&e->correlation);
		rt->fx[rt->nfx - 1].correlation = c;
	}
}

void throw_event(struct rt *rt, struct inst *scope, uint32_t n)
{
	const struct el *e = &rt->m->el[n];
	if (e->pub.kind == BPMN_SEND_TASK) {
		send(rt, e, scope, scope);
		return;
	}
	if (e->pub.trigger == BPMN_COMPENSATION) {
		throw_compensation(rt, n, scope, false);
		return;
	}
	if (e->pub.trigger == BPMN_LINK) {
		rt->visited[n / 8] |= (uint8_t)(1 << (n % 8));
		trace(rt, n, "leave");
		tok_push(rt, scope, e->link, TOK_PLAIN);
		return;
	}
	if (e->pub.trigger == BPMN_NONE) {
		leave(rt, n, scope);
		return;
	}
	// The throwing token stands here meanwhile: what it throws may stop it.
	struct inst *t = inst_new(rt, n, scope, BPMN_W_NONE, 0);
	if (e->pub.trigger == BPMN_MESSAGE && !e->plain_throw) {
		job(rt, t);
		return;
	}
	if (e->pub.trigger == BPMN_ESCALATION)
		throw_escalation(rt, NULL, scope, code_of(rt, e, scope), map_vars(rt, scope, e->map_in, e->nmap_in));
	else
		send(rt, e, scope, t);
	if (!t->dead && rt->status == BPMN_RUNNING) {
		leave(rt, n, scope);
		inst_drop(rt, t);
	}
}

static void set_outcome(struct rt *rt, const struct el *e, struct inst *scope)
{
	struct str o = ev_text(rt, scope, &e->outcome);
	if (o.n) {
		rt->outcome = o;
		rt->outcome_set = true;
	} else if (!rt->outcome_set) {       // an event sub-process of the process ends it, when it does
		while (scope->parent && EL(rt, scope)->pub.kind == BPMN_EVENT_SUBPROCESS)
			scope = scope->parent;
		if (!scope->parent)
			rt->outcome = e->pub.id;
	}
}

void end_event(struct rt *rt, struct inst *scope, uint32_t n)
{
	const struct el *e = &rt->m->el[n];
	struct inst *t;
	set_outcome(rt, e, scope);
	switch (e->pub.trigger) {
	case BPMN_TERMINATE:
		leave(rt, n, scope);
		if (!scope->parent) {
			end_instance(rt, rt->outcome_set ? rt->outcome : S("terminated"), (struct str){0});
			return;
		}
		for (size_t k = 0, m = rt->n; k < m; k++) {
			struct inst *c = rt->in[k];
			if (!c->dead && c->parent == scope && c->wait != BPMN_W_DONE)
				inst_cancel(rt, c, "terminated");
		}
		for (size_t k = rt->qhead; k < rt->qn; k++)
			if (rt->q[k].scope == scope && rt->q[k].flow != TOK_CHECK && rt->q[k].flow != TOK_COMPENSATE) {
				rt->q[k].flow = TOK_CHECK;
				scope->live--;
			}
		return;
	case BPMN_ERROR:
		leave(rt, n, scope);
		throw_error(rt, NULL, scope, code_of(rt, e, scope), map_vars(rt, scope, e->map_in, e->nmap_in));
		return;
	case BPMN_COMPENSATION:
		throw_compensation(rt, n, scope, false);
		return;
	case BPMN_CANCEL:
		throw_compensation(rt, n, scope, true);
		return;
	case BPMN_MESSAGE: case BPMN_SIGNAL: case BPMN_ESCALATION:
		t = inst_new(rt, n, scope, BPMN_W_NONE, 0);
		if (e->pub.trigger == BPMN_MESSAGE && !e->plain_throw) {
			job(rt, t);
			return;
		}
		if (e->pub.trigger == BPMN_ESCALATION)
			throw_escalation(rt, NULL, scope, code_of(rt, e, scope), map_vars(rt, scope, e->map_in,
				e->nmap_in));
		else
			send(rt, e, scope, t);
		if (!t->dead && rt->status == BPMN_RUNNING) {
			leave(rt, n, scope);
			inst_drop(rt, t);
		}
		return;
	default:
		leave(rt, n, scope);
	}
}

// --- compensation -------------------------------------------------------------------------------

void throw_compensation(struct rt *rt, uint32_t n, struct inst *scope, bool cancel)
{
	const struct el *e = &rt->m->el[n];
	struct inst *target = scope, *t;
	if (cancel) {
		while (target->parent && EL(rt, target)->pub.kind != BPMN_TRANSACTION)
			target = target->parent;
		t = inst_new(rt, n, target, BPMN_W_HANDLER, 0);
		for (size_t k = 0, m = rt->n; k < m; k++) {
			struct inst *c = rt->in[k];
			if (!c->dead && c != t && (c->parent == target || c->host == target) && c->wait != BPMN_W_DONE &&
					EL(rt, c)->pub.trigger != BPMN_CANCEL)
				inst_cancel(rt, c, "cancelled");
		}
		for (size_t k = rt->qhead; k < rt->qn; k++)
			if (rt->q[k].scope == target && rt->q[k].flow != TOK_CHECK && rt->q[k].flow != TOK_COMPENSATE) {
				rt->q[k].flow = TOK_CHECK;
				target->live--;
			}
	} else {
		t = inst_new(rt, n, scope, BPMN_W_HANDLER, 0);
		if (e->activity_ref >= 0) {
			int in = rt->m->el[e->activity_ref].pub.parent;
			while (target->parent && (int)target->el != in)
				target = target->parent;
		} else {
			while (target->parent && EL(rt, target)->pub.kind == BPMN_EVENT_SUBPROCESS)
				target = target->parent;
		}
	}
	t->next = target->key;
	t->total = e->activity_ref >= 0 ? (uint32_t)e->activity_ref + 1 : 0;
	tok_push(rt, t, -1, TOK_COMPENSATE);
}

static int compensation_start(struct rt *rt, const struct el *e)
{
	for (uint32_t k = 0; k < e->nevsub; k++)
		if (rt->m->el[rt->m->el[e->evsub[k]].evstart].pub.trigger == BPMN_COMPENSATION)
			return rt->m->el[e->evsub[k]].evstart;
	return -1;
}

// The record completed last in a scope; a sub-process without a way of its own stands for what is in it.
static struct inst *last_record(struct rt *rt, struct inst *s, uint32_t ref)
{
	for (;;) {
		struct inst *best = NULL;
		for (size_t k = 0; k < rt->n; k++) {
			struct inst *i = rt->in[k];
			if (!i->dead && i->parent == s && i->wait == BPMN_W_DONE && (!ref || i->el == ref - 1) &&
				(!best || i->seq > best->seq))
				best = i;
		}
		if (!best || EL(rt, best)->handler >= 0 || compensation_start(rt, EL(rt, best)) >= 0)
			return best;
		struct inst *in = last_record(rt, best, 0);
		if (in)
			return in;
		inst_drop(rt, best);             // everything in it is compensated
	}
}

void compensate_next(struct rt *rt, struct inst *t)
{
	if (t->dead)
		return;
	struct inst *s = inst_by_key(rt, t->next), *r = s ? last_record(rt, s, t->total) : NULL, *p = t->parent;
	if (r) {
		const struct el *e = EL(rt, r);
		if (e->handler >= 0) {
			struct inst *in = r->parent;
			inst_drop(rt, r);
			activity(rt, (uint32_t)e->handler, in, t);
		} else {
			int st = compensation_start(rt, e);
			r->wait = BPMN_W_SCOPE;      // alive again as the scope of its own compensation
			start_event_sub(rt, r, (uint32_t)st, NULL);
			for (size_t k = rt->n; k-- > 0;)
				if (!rt->in[k]->dead && rt->in[k]->parent == r &&
					(int)rt->in[k]->el == rt->m->el[st].pub.parent) {
					rt->in[k]->flags |= F_HANDLER;
					rt->in[k]->host = t;
					break;
				}
		}
		return;
	}
	const struct el *e = EL(rt, t);
	if (e->pub.trigger == BPMN_CANCEL) {
		struct inst *tx = p;
		const struct el *x = EL(rt, tx);
		rt->visited[t->el / 8] |= (uint8_t)(1 << (t->el % 8));
		trace(rt, t->el, "leave");
		struct inst *around = is_child(tx) ? tx->parent : tx;
		for (uint32_t k = 0; k < x->nboundary; k++)
			if (rt->m->el[x->boundary[k]].pub.trigger == BPMN_CANCEL) {
				trace(rt, (uint32_t)x->boundary[k], "enter");
				leave(rt, (uint32_t)x->boundary[k], around->parent);
				inst_cancel(rt, around, "cancelled");
				return;
			}
		inst_drop(rt, t);
		return;
	}
	leave(rt, t->el, p);
	inst_drop(rt, t);
}
