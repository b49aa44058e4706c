// The door: an event meets a state.
#include "bpmn/run.h"

static struct err *not_now(struct rt *rt, enum bpmn_word what, struct str detail)
{
	return bpmn_err(rt->a, E_BPMN_NOT_NOW, (struct str){0}, SAY(rt->a, what, detail));
}

static struct str key_text(struct rt *rt, uint32_t key)
{
	return str_fmt(rt->a, "%u", key);
}

static struct err *waiting(struct rt *rt, const struct bpmn_event *e, enum bpmn_wait wait, enum bpmn_word what,
	struct inst **out)
{
	struct inst *i = inst_by_key(rt, e->key);
	bool job_open = i && wait == BPMN_W_JOB && i->wait == BPMN_W_INCIDENT && i->phase == PH_JOB;
	if (!i || (i->wait != wait && !job_open))
		return not_now(rt, what, key_text(rt, e->key));
	*out = i;
	return NULL;
}

// What a task, job or call answers: kept local when the model maps it, else into the variables.
static void answer(struct rt *rt, struct inst *i, const struct json *vars)
{
	if (EL(rt, i)->nmap_out) {
		for (uint32_t k = 0; vars && vars->type == JSON_OBJECT && k < vars->n; k++)
			var_local(rt, i, vars->key[k], vars->item[k]);
		rt->overlay = vars;
	} else {
		vars_merge(rt, i, vars);
	}
}

static void finish(struct rt *rt, struct inst *i)
{
	if (is_activity(EL(rt, i)->pub.kind)) {
		complete(rt, i);
	} else {
		leave(rt, i->el, i->parent);     // a message event that ran as a job
		inst_drop(rt, i);
	}
	rt->overlay = NULL;
}

static struct err *on_start(struct rt *rt, const struct bpmn_event *e, enum bpmn_trigger want)
{
	const struct el *p = &rt->m->el[rt->process];
	int at = -1;
	bool any = false, plain = e->kind == BPMN_EV_START && !e->element.n;
	for (uint32_t k = 0; k < p->nchild; k++) {
		const struct el *c = &rt->m->el[p->child[k]];
		if (c->pub.kind != BPMN_START_EVENT)
			continue;
		any = true;
		bool hit = e->element.n ? str_eq(c->pub.id, e->element) :
			plain ? c->pub.trigger == BPMN_NONE : c->pub.trigger == want && str_eq(c->name_x.text, e->name);
		if (hit && at < 0)
			at = p->child[k];
	}
	if (at < 0 && (any || !plain))
		return not_now(rt, BW_NOW_NO_START, e->element.n ? e->element : e->name);
	rt->visited = arena_newn(rt->a, uint8_t, (size_t)(rt->m->nel + 7) / 8);
	rt->next_key = 1;
	rt->business_key = e->business_key;
	struct inst *root = inst_new(rt, (uint32_t)rt->process, NULL, BPMN_W_SCOPE, 0);
	trace(rt, root->el, "enter");
	vars_merge(rt, root, e->vars);
	if (at >= 0 && rt->m->el[at].nmap_out)
		map_out(rt, root, root, &rt->m->el[at]);
	scope_open(rt, root);
	if (at >= 0)
		tok_push(rt, root, at, TOK_PLAIN);
	for (uint32_t k = 0; at < 0 && k < p->nbegin; k++)
		tok_push(rt, root, p->begin[k], TOK_PLAIN);
	if (root->live == 0)
		tok_push(rt, root, -1, TOK_CHECK);
	return NULL;
}

static struct err *on_message(struct rt *rt, const struct bpmn_event *e)
{
	for (size_t k = 0; k < rt->n; k++) {
		struct inst *i = rt->in[k];
		if (i->dead || i->wait != BPMN_W_MESSAGE || (e->key && i->key != e->key) || !str_eq(i->aux, e->name))
			continue;
		if (e->correlation.n && !str_eq(i->aux2, e->correlation))
			continue;
		fire(rt, i, e->vars);
		return NULL;
	}
	return not_now(rt, BW_NOW_NO_MESSAGE, e->name);
}

static struct err *on_call_done(struct rt *rt, const struct bpmn_event *e, struct inst *i)
{
	struct str result = EL(rt, i)->result;
	struct json *v = json_obj(rt->a);
	for (uint32_t k = 0; e->vars && e->vars->type == JSON_OBJECT && k < e->vars->n; k++)
		json_put(rt->a, v, e->vars->key[k], e->vars->item[k]);
	json_put(rt->a, v, S("outcome"), json_str(rt->a, e->outcome));
	if (result.n)
		var_set(rt, i->parent, result, v);
	rt->overlay = v;
	i->wait = BPMN_W_NONE;
	finish(rt, i);
	return NULL;
}

// What whoever failed said of it.
static struct bpmn_said told(struct rt *rt, const struct bpmn_event *e, enum bpmn_word otherwise)
{
	return e->text.n ? (struct bpmn_said){e->text_zh.n ? e->text_zh : e->text, e->text} : SAY(rt->a, otherwise);
}

static struct err *on_job_failed(struct rt *rt, const struct bpmn_event *e, struct inst *i)
{
	if (e->code.n) {
		i->wait = BPMN_W_NONE;           // answered: nothing of its own is left to close
		throw_error(rt, i, i->parent, e->code, e->vars);
		return NULL;
	}
	if (i->done < EL(rt, i)->retries)
		job(rt, i);
	else
		incident(rt, i, PH_JOB, told(rt, e, BW_HALT_JOB));
	return NULL;
}

static struct err *on_adhoc(struct rt *rt, const struct bpmn_event *e, struct inst *i)
{
	const struct el *p = EL(rt, i);
	int n = bpmn_find(rt->m, e->element);
	if (n < 0 || !adhoc_picks(rt->m, (int)i->el, n) || (i->flags & F_CLOSING))
		return not_now(rt, BW_NOW_NOT_HERE, e->element);
	if (p->adhoc_sequential && i->live)
		return not_now(rt, BW_NOW_ONE_AFTER, p->pub.id);
	vars_merge(rt, i, e->vars);
	tok_push(rt, i, n, TOK_PLAIN);
	return NULL;
}

static struct err *on_adhoc_done(struct rt *rt, struct inst *i)
{
	if (i->live)
		return not_now(rt, BW_NOW_RUNNING, EL(rt, i)->pub.id);
	fx_add(rt, BPMN_FX_ADHOC_CLOSE, i)->text = S("completed");
	i->wait = BPMN_W_SCOPE;
	complete(rt, i);
	return NULL;
}

static struct err *on_resolve(struct rt *rt, const struct bpmn_event *e, struct inst *i)
{
	const struct el *x = EL(rt, i);
	vars_merge(rt, i, e->vars);
	switch ((enum phase)i->phase) {
	case PH_ENTER:
		tok_push(rt, i->parent, (int)i->el, i->next ? (int)i->next - 1 : TOK_PLAIN);
		inst_drop(rt, i);
		break;
	case PH_LEAVE:
		leave(rt, i->el, i->parent);
		inst_drop(rt, i);
		break;
	case PH_OPEN:
		subscribe(rt, i->el, i->parent, i->host, i->flags & F_SUB, i->total);
		inst_drop(rt, i);
		break;
	case PH_JOB:
		i->phase = PH_NONE;
		i->done = 0;
		job(rt, i);
		break;
	case PH_NEXT: {
		i->phase = PH_NONE;
		i->wait = BPMN_W_SCOPE;
		uint32_t missing = x->loop || x->sequential ? 1 : i->total - i->next;
		for (uint32_t k = 0; k < missing; k++)
			tok_push(rt, i, (int)i->el, TOK_CHILD);
		break;
	}
	default:
		i->phase = PH_NONE;
		i->wait = BPMN_W_NONE;
		if (i->flags & F_MULTI)
			begin_multi(rt, i);
		else
			begin(rt, i);
	}
	return NULL;
}

static struct err *dispatch(struct rt *rt, const struct bpmn_event *e)
{
	struct inst *i = NULL;
	struct err *err = NULL;
	switch (e->kind) {
	case BPMN_EV_START:
		return not_now(rt, BW_NOW_BEGUN, (struct str){0});
	case BPMN_EV_TASK_DONE:
		if ((err = waiting(rt, e, BPMN_W_TASK, BW_NOW_NO_TASK, &i)))
			return err;
		answer(rt, i, e->vars);
		finish(rt, i);
		return NULL;
	case BPMN_EV_TIMER:
		if ((err = waiting(rt, e, BPMN_W_TIMER, BW_NOW_NO_TIMER, &i)))
			return err;
		fire(rt, i, e->vars);
		return NULL;
	case BPMN_EV_MESSAGE:
		return on_message(rt, e);
	case BPMN_EV_SIGNAL:
		throw_signal(rt, e->name, e->vars);
		return NULL;
	case BPMN_EV_CALL_DONE:
		if ((err = waiting(rt, e, BPMN_W_CALL, BW_NOW_NO_CALL, &i)))
			return err;
		return on_call_done(rt, e, i);
	case BPMN_EV_CALL_FAILED:
		if ((err = waiting(rt, e, BPMN_W_CALL, BW_NOW_NO_CALL, &i)))
			return err;
		if (e->code.n) {
			i->wait = BPMN_W_NONE;
			throw_error(rt, i, i->parent, e->code, e->vars);
			return NULL;
		}
		incident(rt, i, PH_BEGIN, told(rt, e, BW_HALT_CALL));
		return NULL;
	case BPMN_EV_JOB_DONE:
		if ((err = waiting(rt, e, BPMN_W_JOB, BW_NOW_NO_JOB, &i)))
			return err;
		if (EL(rt, i)->result.n && e->vars && e->vars->type == JSON_OBJECT && !json_get(e->vars,
			EL(rt, i)->result))
			var_local(rt, EL(rt, i)->nmap_out ? i : i->parent, EL(rt, i)->result, e->vars);
		answer(rt, i, e->vars);
		finish(rt, i);
		return NULL;
	case BPMN_EV_JOB_FAILED:
		if ((err = waiting(rt, e, BPMN_W_JOB, BW_NOW_NO_JOB, &i)))
			return err;
		return on_job_failed(rt, e, i);
	case BPMN_EV_CANCEL:
		end_instance(rt, e->outcome.n ? e->outcome : S("withdrawn"), (struct str){0});
		return NULL;
	case BPMN_EV_VARS:
		i = e->key ? inst_by_key(rt, e->key) : rt->in[0];
		if (!i)
			return not_now(rt, BW_NOW_NO_INSTANCE, key_text(rt, e->key));
		vars_merge(rt, i, e->vars);
		rt->dirty = true;
		return NULL;
	case BPMN_EV_ADHOC: case BPMN_EV_ADHOC_DONE:
		if ((err = waiting(rt, e, BPMN_W_ADHOC, BW_NOW_NO_ADHOC, &i)))
			return err;
		return e->kind == BPMN_EV_ADHOC ? on_adhoc(rt, e, i) : on_adhoc_done(rt, i);
	case BPMN_EV_RESOLVE:
		if ((err = waiting(rt, e, BPMN_W_INCIDENT, BW_NOW_NO_INCIDENT, &i)))
			return err;
		return on_resolve(rt, e, i);
	case BPMN_EV_BPMN_ERROR:
		if ((err = waiting(rt, e, BPMN_W_TASK, BW_NOW_NO_TASK, &i)))
			return err;
		i->wait = BPMN_W_NONE;
		throw_error(rt, i, i->parent, e->code, e->vars);
		return NULL;
	case BPMN_EV_ESCALATION:
		i = inst_by_key(rt, e->key);
		if (!i || (i->wait != BPMN_W_TASK && i->wait != BPMN_W_CALL))
			return not_now(rt, BW_NOW_NO_TASK_OR_CALL, key_text(rt, e->key));
		throw_escalation(rt, i, i->parent, e->code, e->vars);
		return NULL;
	}
	return not_now(rt, BW_NOW_UNKNOWN, (struct str){0});
}

struct err *bpmn_step(const struct bpmn_model *m, int process, struct str state, const struct bpmn_event *e,
	int64_t now_ms, const struct bpmn_env *env, struct arena *a, struct bpmn_result *out)
{
	struct rt rt = {.m = m, .a = a, .env = env, .now = now_ms, .process = process};
	rt.max_steps = env && env->max_steps ? env->max_steps : 10000;
	rt.max_tokens = env && env->max_tokens ? env->max_tokens : 10000;
	rt.max_state = env && env->max_state ? env->max_state : 4u << 20;
	rt.max_multi = env && env->max_multi ? env->max_multi : BPMN_MULTI;
	memset(out, 0, sizeof *out);
	struct err *err;
	if (!state.n) {
		if (process < 0 || process >= m->nel || m->el[process].pub.kind != BPMN_PROCESS)
			return not_now(&rt, BW_NOW_NO_PROCESS, (struct str){0});
		if (m->el[process].refused)
			return bpmn_err(a, E_BPMN_UNSUPPORTED, m->el[process].pub.id, SAY(a, BW_NOT_EXECUTABLE));
		if (e->kind == BPMN_EV_START)
			err = on_start(&rt, e, BPMN_NONE);
		else if (e->kind == BPMN_EV_MESSAGE)
			err = on_start(&rt, e, BPMN_MESSAGE);
		else if (e->kind == BPMN_EV_SIGNAL)
			err = on_start(&rt, e, BPMN_SIGNAL);
		else
			err = not_now(&rt, BW_NOW_NOT_BEGUN, (struct str){0});
	} else {
		err = state_decode(&rt, state);
		if (!err && rt.status == BPMN_ENDED)
			err = not_now(&rt, BW_NOW_ENDED, (struct str){0});
		if (!err)
			err = dispatch(&rt, e);
	}
	if (err)
		return err;
	drain(&rt);
	if (rt.err)
		return rt.err;
	err = state_encode(&rt, &out->state);
	if (err)
		return err;
	for (size_t k = 0; k < rt.n; k++)
		out->incidents += !rt.in[k]->dead && rt.in[k]->wait == BPMN_W_INCIDENT;
	out->status = rt.status;
	out->outcome = rt.status == BPMN_ENDED ? rt.outcome : (struct str){0};
	out->code = rt.code;
	out->effect = rt.fx;
	out->neffect = (uint32_t)rt.nfx;
	return NULL;
}

bool bpmn_pickable(const struct bpmn_model *m, int adhoc, int element)
{
	return m->el[adhoc].pub.kind == BPMN_ADHOC && adhoc_picks(m, adhoc, element);
}

static void behind(const struct bpmn_model *m, int n, uint8_t *there)
{
	const struct el *e = &m->el[n];
	if (there[n])
		return;
	there[n] = 1;
	for (uint32_t k = 0; k < e->nout; k++)
		behind(m, m->fl[e->out[k]].pub.to, there);
	for (uint32_t k = 0; k < e->nboundary; k++)
		behind(m, e->boundary[k], there);
}

bool adhoc_under_way(struct rt *rt, const struct inst *adhoc, int child)
{
	uint8_t *there = arena_newn(rt->a, uint8_t, rt->m->nel);
	behind(rt->m, child, there);
	for (size_t k = 0; k < rt->n; k++) {
		const struct inst *i = rt->in[k];
		if (!i->dead && i->parent == adhoc && there[i->el] && !(i->flags & F_SUB))
			return true;
	}
	return false;
}

struct err *bpmn_picks(const struct bpmn_model *m, struct str state, uint32_t key, struct arena *a, struct bpmn_picks *out)
{
	struct rt rt = {.m = m, .a = a};
	struct inst *i;
	memset(out, 0, sizeof *out);
	struct err *err = state_decode(&rt, state);
	if (!err)
		err = waiting(&rt, &(struct bpmn_event){.key = key}, BPMN_W_ADHOC, BW_NOW_NO_ADHOC, &i);
	if (err)
		return err;
	const struct el *e = EL(&rt, i);
	*out = (struct bpmn_picks){.element = (int)i->el, .sequential = e->adhoc_sequential, .closing = i->flags & F_CLOSING,
		.condition = e->completion.text, .busy = i->live > 0};
	out->pick = arena_newn(a, struct bpmn_pick, e->nchild + 1);
	for (uint32_t c = 0; c < e->nchild; c++) {
		struct bpmn_pick *p = &out->pick[out->n];
		int n = e->child[c];
		if (!adhoc_picks(m, (int)i->el, n))
			continue;
		*p = (struct bpmn_pick){.element = n, .done = rt.visited[n / 8] >> (n % 8) & 1};
		p->running = adhoc_under_way(&rt, i, n);
		p->may = !p->running && !out->closing && !(out->sequential && out->busy);
		out->n++;
	}
	return NULL;
}
