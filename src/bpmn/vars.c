// Variables of scopes, and the values of the model's expressions in them.
#include "bpmn/run.h"
#include "base/said.h"

struct json *vars_of(struct rt *rt, struct inst *i)
{
	if (i->parsed || !i->vars.n)
		return i->json;
	struct err *e = json_parse(rt->a, i->vars, (struct json_limits){.bytes = 64 << 20, .depth = 200,
		.nodes = 4000000}, &i->json);
	if (e || i->json->type != JSON_OBJECT) {
		rt->err = err_arg(rt->a, E_BPMN_STATE, S("variables"));
		i->json = json_obj(rt->a);
	}
	i->parsed = true;
	return i->json;
}

// Counters of a multi-instance activity (BPMN 2.0.2 table 10.30), also under the names others use.
static const struct json *counter(struct rt *rt, struct inst *i, struct str name)
{
	int64_t v;
	if (str_is(name, "numberOfInstances") || str_is(name, "nrOfInstances"))
		v = i->total;
	else if (str_is(name, "numberOfCompletedInstances") || str_is(name, "nrOfCompletedInstances"))
		v = i->done;
	else if (str_is(name, "numberOfActiveInstances") || str_is(name, "nrOfActiveInstances"))
		v = i->live;
	else
		return NULL;
	return json_num(rt->a, v);
}

const struct json *var_get(struct rt *rt, struct inst *i, struct str name)
{
	const struct json *v = json_get(rt->overlay, name);
	for (; !v && i; i = i->parent) {
		v = json_get(vars_of(rt, i), name);
		if (!v && (i->flags & F_MULTI))
			v = counter(rt, i, name);
	}
	return v || !rt->env ? v : json_get(rt->env->context, name);
}

static struct json *vars_write(struct rt *rt, struct inst *i)
{
	if (!vars_of(rt, i)) {
		i->json = json_obj(rt->a);
		i->parsed = true;
	}
	i->dirty = !rt->oracle;
	rt->dirty = true;
	return i->json;
}

void var_set(struct rt *rt, struct inst *i, struct str name, const struct json *v)
{
	while (i->parent && !json_get(vars_of(rt, i), name))
		i = i->parent;
	json_put(rt->a, vars_write(rt, i), name, (struct json *)v);
}

void vars_merge(struct rt *rt, struct inst *i, const struct json *o)
{
	for (uint32_t k = 0; o && o->type == JSON_OBJECT && k < o->n; k++)
		var_set(rt, i, o->key[k], o->item[k]);
}

// Puts into an object by a dotted path, making the objects between.
static void put_path(struct arena *a, struct json *o, struct str path, const struct json *v)
{
	struct str rest = path, name = str_cut(&rest, S("."));
	while (rest.p) {
		struct json *in = json_get(o, name);
		if (!in || in->type != JSON_OBJECT) {
			in = json_obj(a);
			json_put(a, o, name, in);
		}
		o = in;
		name = str_cut(&rest, S("."));
	}
	json_put(a, o, name, (struct json *)v);
}

void var_local(struct rt *rt, struct inst *i, struct str name, const struct json *v)
{
	json_put(rt->a, vars_write(rt, i), name, (struct json *)v);
}

struct force { struct rt *rt; struct inst *at; const struct bx *x; };

static struct feel_value force(struct feel_run *run, struct feel_value *vars, uint32_t slot)
{
	struct force *f = run->user;
	struct feel_value v = feel_null();
	const struct json *j = var_get(f->rt, f->at, f->x->name[slot]);
	if (!j || feel_from_json(run->arena, j, &v))
		return feel_null();
	return v;
}

const struct json *ev(struct rt *rt, struct inst *at, const struct bx *x)
{
	if (x->kind == BX_TEXT)
		return json_str(rt->a, x->text);
	if (x->kind == BX_NONE)
		return json_new(rt->a, JSON_NULL);
	if (rt->oracle)
		return json_new(rt->a, JSON_NULL);
	const uint32_t *use;
	size_t n = feel_expr_uses(x->x, &use);
	struct feel_value *slot = arena_raw(rt->a, sizeof *slot * (n ? use[n - 1] + 1 : 1));
	for (size_t i = 0; i < n; i++)
		slot[use[i]] = feel_lazy(NULL);
	struct force f = {rt, at, x};
	struct feel_run run;
	feel_run_init(&run, rt->a);
	run.now_ms = rt->now;
	run.zone = feel_zone(S("Asia/Shanghai"));
	run.steps = 1000000;
	run.bytes = arena_used(rt->a) + (64u << 20);
	run.force = force;
	run.user = &f;
	struct feel_value v = feel_eval(&run, x->x, slot);
	rt->fault = (struct bpmn_said){0};
	if (run.diag)
		rt->fault = (struct bpmn_said){said_zh(rt->a, run.diag->text), run.diag->text};
	if (run.stop) {
		rt->fault = (struct bpmn_said){err_text(rt->a, run.stop, false), err_text(rt->a, run.stop, true)};
		return NULL;
	}
	return feel_to_json(rt->a, v);
}

bool ev_true(struct rt *rt, struct inst *at, const struct bx *x)
{
	struct feel_value v;
	if (rt->oracle)
		return x->kind == BX_FEEL && feel_expr_constant(x->x, &v) ? feel_is_true(v) : oracle_bit(rt);
	const struct json *j = ev(rt, at, x);
	return j && (json_is_true(j) || (j->type == JSON_STRING && str_is(j->text, "true")));
}

static void text_of(struct buf *b, const struct json *j)
{
	if (!j)
		return;
	struct json *inner = j->type == JSON_OBJECT ? json_get(j, S("value")) : NULL;
	if (j->type == JSON_STRING || j->type == JSON_NUMBER) {
		buf_add(b, j->text);
	} else if (inner && json_get(j, S("$type"))) {
		text_of(b, inner);
	} else if (j->type == JSON_ARRAY) {
		for (uint32_t i = 0; i < j->n; i++) {
			if (i)
				buf_lit(b, ",");
			text_of(b, j->item[i]);
		}
	} else if (j->type != JSON_NULL) {
		json_print(b, j);
	}
}

struct str ev_text(struct rt *rt, struct inst *at, const struct bx *x)
{
	if (x->kind == BX_NONE)
		return (struct str){0};
	if (x->kind == BX_TEXT || rt->oracle)
		return x->text;
	const struct json *j = ev(rt, at, x);
	if (j && j->type == JSON_STRING)
		return j->text;
	struct buf b = buf_new(rt->a);
	text_of(&b, j);
	return buf_str(&b);
}

bool ev_int(struct rt *rt, struct inst *at, const struct bx *x, int64_t *out)
{
	if (x->kind == BX_TEXT)
		return str_int(x->text, out);
	if (rt->oracle) {
		*out = 2;
		return true;
	}
	const struct json *j = ev(rt, at, x);
	return json_int(j, out) || (j && j->type == JSON_STRING && str_int(j->text, out));
}

struct json *map_vars(struct rt *rt, struct inst *at, const struct bmap *m, uint32_t n)
{
	struct json *o = json_obj(rt->a);
	if (rt->oracle)
		return o;
	for (uint32_t i = 0; i < n; i++) {
		if (m[i].all) {
			for (struct inst *s = at; s; s = s->parent) {
				const struct json *v = vars_of(rt, s);
				for (uint32_t k = 0; v && k < v->n; k++)
					if (!json_get(o, v->key[k]))
						json_put(rt->a, o, v->key[k], v->item[k]);
			}
			continue;
		}
		const struct json *v = ev(rt, at, &m[i].value);
		if (!v)
			return NULL;
		put_path(rt->a, o, m[i].target, v);
	}
	return o;
}

// Results of an activity go where its mappings say; without mappings, where the caller put them already.
void map_out(struct rt *rt, struct inst *from, struct inst *to, const struct el *e)
{
	for (uint32_t i = 0; !rt->oracle && i < e->nmap_out; i++) {
		const struct bmap *m = &e->map_out[i];
		if (m->all) {
			vars_merge(rt, to, rt->overlay);
			continue;
		}
		const struct json *v = ev(rt, from, &m->value);
		if (!v)
			return;
		if (str_find(m->target, S(".")) < 0) {
			var_set(rt, to, m->target, v);
			continue;
		}
		// a.b = v changes a copy of a, which may be shared with an outer reader
		struct str rest = m->target, head = str_cut(&rest, S("."));
		const struct json *old = var_get(rt, to, head);
		struct json *o = old && old->type == JSON_OBJECT ? json_copy(rt->a, old) : json_obj(rt->a);
		put_path(rt->a, o, rest, v);
		var_set(rt, to, head, o);
	}
}
