// eval.c — evaluates a decision with all it requires. Pure: (model, inputs, now) -> value, diagnostics, trace.
#include "dmn/model.h"

// What our frames on the C stack count for in run.depth, beside those of FEEL's own parts.
enum { LOGIC_LEVELS = 4, ITEM_LEVELS = 6 };
#define FAR (1ll << 60)                      // beyond which no whole numbers are counted through

// ---- diagnostics ----------------------------------------------------------------------------

static const char *const KIND[] = {"input", "decision", "knowledge model", "decision service"};

void dmn_own_diags(struct eval *ev, const char *element, uint32_t rule, struct str column, uint32_t line, uint32_t col)
{
	struct arena *a = ev->run.arena;
	for (struct feel_diag *d; (d = *ev->seen) != NULL; ev->seen = &d->next) {
		struct dmn_diag *o = arena_new1(a, struct dmn_diag);
		struct buf b = buf_new(a);
		if (ev->at) buf_fmt(&b, "%s " STR_FMT, KIND[ev->at->kind], STR_ARG(ev->at->name));
		if (element) buf_fmt(&b, "%s%s", b.n ? ", " : "", element);
		if (rule) buf_fmt(&b, "%srule %u", b.n ? ", " : "", rule);
		if (column.n) buf_fmt(&b, "%scolumn " STR_FMT, b.n ? ", " : "", STR_ARG(column));
		o->item = ev->at;
		o->element = buf_str(&b);
		o->text = d->text;
		o->expr = d->expr;
		o->line = line && d->line ? line + d->line - 1 : line;
		o->col = d->line > 1 ? d->col : d->col && col ? col + d->col - 1 : col;
		*ev->diag_end = o;
		ev->diag_end = &o->next;
	}
}

struct feel_value dmn_run_code(struct eval *ev, const struct dmn_code *code, struct feel_value *vars, const char *what)
{
	if (code->constant) return code->value;
	struct feel_value v;
	if (code->expr) {
		v = feel_eval(&ev->run, code->expr, vars);
	} else {
		v = feel_error(&ev->run, STR_FMT, STR_ARG(code->broken));
	}
	if (*ev->seen) dmn_own_diags(ev, what, 0, (struct str){0}, code->line, code->col);
	return v;
}

// ---- boxed expressions ----------------------------------------------------------------------

struct closure {
	const struct dmn_logic *logic;
	struct feel_value *vars;
};

static struct feel_value call_closure(struct feel_run *run, const struct feel_function *fn, const struct feel_value *arg,
	uint32_t n)
{
	const struct closure *c = fn->user;
	const struct dmn_logic *l = c->logic;
	if (l->broken.n) return feel_error(run, STR_FMT, STR_ARG(l->broken));
	if (!feel_step(run, 1)) return feel_null();
	struct feel_value *vars = arena_raw(run->arena, sizeof *vars * (l->slots + 1));
	if (l->outer) memcpy(vars, c->vars, sizeof *vars * l->outer);
	for (uint32_t i = 0; i < n; i++) vars[l->entry[i].slot] = arg[i];
	return dmn_run_logic(run->user, l->a, vars);
}

static struct feel_value run_function(struct eval *ev, const struct dmn_logic *l, struct feel_value *vars)
{
	struct closure *c = arena_new1(ev->run.arena, struct closure);
	c->logic = l;
	if (l->outer) c->vars = arena_copy(ev->run.arena, vars, sizeof *vars * l->outer);
	struct feel_function *fn = arena_copy(ev->run.arena, &l->fn, sizeof l->fn);
	fn->call = call_closure;
	fn->user = c;
	return feel_of_function(fn);
}

static struct feel_value run_context(struct eval *ev, const struct dmn_logic *l, struct feel_value *vars)
{
	struct arena *a = ev->run.arena;
	struct feel_context *ctx = feel_context_new(a, l->n);
	for (uint32_t i = 0; i < l->n; i++) {
		const struct logic_entry *e = &l->entry[i];
		struct feel_value v = dmn_run_logic(ev, e->value, vars);
		if (e->type && !feel_coerce(&ev->run, e->type, v, &v))
			dmn_own_diags(ev, "context entry", 0, e->name, e->value->line, e->value->col);
		vars[e->slot] = v;
		feel_context_put(a, ctx, e->name, v);
	}
	return l->a ? dmn_run_logic(ev, l->a, vars) : feel_of_context(ctx);
}

static struct feel_value run_list(struct eval *ev, const struct dmn_logic *l, struct feel_value *vars)
{
	struct feel_list *list = feel_list_new(ev->run.arena, l->n);
	for (uint32_t i = 0; i < l->n; i++) list->item[i] = dmn_run_logic(ev, l->item[i], vars);
	return feel_of_list(list);
}

static struct feel_value run_relation(struct eval *ev, const struct dmn_logic *l, struct feel_value *vars)
{
	struct arena *a = ev->run.arena;
	struct feel_list *list = feel_list_new(a, l->rows);
	for (uint32_t r = 0; r < l->rows; r++) {
		struct feel_context *ctx = feel_context_new(a, l->n);
		for (uint32_t c = 0; c < l->n; c++) {
			const struct logic_entry *e = &l->entry[c];
			const struct dmn_logic *cell = l->item[(size_t)r * l->n + c];
			struct feel_value v = dmn_run_logic(ev, cell, vars);
			if (e->type && !feel_coerce(&ev->run, e->type, v, &v))
				dmn_own_diags(ev, "relation", r + 1, e->name, cell->line, cell->col);
			feel_context_put(a, ctx, e->name, v);
		}
		list->item[r] = feel_of_context(ctx);
	}
	return feel_of_list(list);
}

static struct feel_value run_invocation(struct eval *ev, const struct dmn_logic *l, struct feel_value *vars)
{
	struct arena *a = ev->run.arena;
	struct feel_value fn = dmn_run_logic(ev, l->a, vars);
	struct str *name = arena_newn(a, struct str, l->n + 1);
	struct feel_value *arg = arena_newn(a, struct feel_value, l->n + 1);
	for (uint32_t i = 0; i < l->n; i++) {
		const struct logic_entry *e = &l->entry[i];
		name[i] = e->name;
		arg[i] = e->value ? dmn_run_logic(ev, e->value, vars) : feel_null();
		if (e->type && !feel_coerce(&ev->run, e->type, arg[i], &arg[i]))
			dmn_own_diags(ev, "binding", 0, e->name, l->line, l->col);
	}
	struct feel_value v = feel_call_named(&ev->run, fn, name, arg, l->n);
	if (*ev->seen) dmn_own_diags(ev, "invocation", 0, (struct str){0}, l->line, l->col);
	return v;
}

// The elements an iterator goes through: a list, a range of whole numbers, or one value as a list of one.
static bool elements(struct eval *ev, struct feel_value in, bool single, struct feel_list *out)
{
	if (in.kind == FEEL_LIST) {
		*out = *in.list;
		return true;
	}
	int64_t from, to;
	if (in.kind == FEEL_RANGE && in.range->start.kind == FEEL_NUMBER && in.range->end.kind == FEEL_NUMBER
	    && dec_to_int(in.range->start.num, &from) && dec_to_int(in.range->end.num, &to)
	    && from > -FAR && to < FAR) {
		if (!in.range->start_in) from++;
		if (!in.range->end_in) to--;
		uint64_t n = to < from ? 0 : (uint64_t)to - (uint64_t)from + 1;
		if (!feel_step(&ev->run, n ? n : 1)) return false;
		struct feel_list *list = feel_list_new(ev->run.arena, n);
		for (uint64_t i = 0; i < n; i++) list->item[i] = feel_int(from + (int64_t)i);
		*out = *list;
		return true;
	}
	if (single && in.kind != FEEL_NULL) {
		struct feel_list *list = feel_list_new(ev->run.arena, 1);
		list->item[0] = in;
		*out = *list;
		return true;
	}
	feel_error(&ev->run, "expected a list to go through, found %s", feel_kind_name(in.kind));
	return false;
}

static struct feel_value run_for(struct eval *ev, const struct dmn_logic *l, struct feel_value *vars)
{
	struct feel_list in;
	if (!elements(ev, dmn_run_logic(ev, l->a, vars), true, &in)) {
		dmn_own_diags(ev, "for", 0, (struct str){0}, l->line, l->col);
		return feel_null();
	}
	struct feel_list *out = feel_list_new(ev->run.arena, in.n);
	for (size_t i = 0; i < in.n; i++) {
		if (!feel_step(&ev->run, 1)) return feel_null();
		struct feel_list *done = arena_new1(ev->run.arena, struct feel_list);
		*done = (struct feel_list){i, out->item};
		vars[l->partial] = feel_of_list(done);
		vars[l->slot] = in.item[i];
		out->item[i] = dmn_run_logic(ev, l->b, vars);
	}
	return feel_of_list(out);
}

static struct feel_value run_quantified(struct eval *ev, const struct dmn_logic *l, struct feel_value *vars)
{
	bool some = l->kind == LOGIC_SOME, hit = false;
	struct feel_list in;
	bool ok = elements(ev, dmn_run_logic(ev, l->a, vars), true, &in);
	for (size_t i = 0; ok && i < in.n; i++) {
		if (!feel_step(&ev->run, 1)) return feel_null();
		vars[l->slot] = in.item[i];
		struct feel_value v = dmn_run_logic(ev, l->b, vars);
		if (v.kind != FEEL_BOOLEAN) {
			feel_error(&ev->run, "expected true or false of element %zu, found %s", i + 1, feel_kind_name(v.kind));
			ok = false;
		} else if (v.truth == some) {
			hit = true;
		}
	}
	if (!ok) {
		dmn_own_diags(ev, some ? "some" : "every", 0, (struct str){0}, l->line, l->col);
		return feel_null();
	}
	return feel_bool(hit == some);
}

static struct feel_value run_filter(struct eval *ev, const struct dmn_logic *l, struct feel_value *vars)
{
	struct feel_list in;
	bool ok = elements(ev, dmn_run_logic(ev, l->a, vars), true, &in);
	size_t n = 0;
	struct feel_list *out = ok ? feel_list_new(ev->run.arena, in.n) : NULL;
	for (size_t i = 0; ok && i < in.n; i++) {
		if (!feel_step(&ev->run, 1)) return feel_null();
		vars[l->slot] = in.item[i];
		for (uint32_t m = 0; m < l->n; m++) {        // an entry of the element may be named alone
			struct feel_value v;
			if (in.item[i].kind != FEEL_CONTEXT || !feel_context_get(in.item[i].ctx, l->entry[m].name, &v)) v = feel_null();
			vars[l->entry[m].slot] = v;
		}
		struct feel_value v = dmn_run_logic(ev, l->b, vars);
		if (v.kind != FEEL_BOOLEAN) {
			feel_error(&ev->run, "expected true or false of element %zu, found %s", i + 1, feel_kind_name(v.kind));
			ok = false;
		} else if (v.truth) {
			out->item[n++] = in.item[i];
		}
	}
	if (!ok) {
		dmn_own_diags(ev, "filter", 0, (struct str){0}, l->line, l->col);
		return feel_null();
	}
	out->n = n;
	return feel_of_list(out);
}

struct feel_value dmn_run_logic(struct eval *ev, const struct dmn_logic *l, struct feel_value *vars)
{
	struct feel_value v = feel_null();
	if (!feel_enter(&ev->run, LOGIC_LEVELS)) return v;
	switch (l->kind) {
	case LOGIC_NONE:
		if (l->broken.n) v = feel_error(&ev->run, STR_FMT, STR_ARG(l->broken));
		break;
	case LOGIC_LITERAL: v = dmn_run_code(ev, &l->code, vars, NULL); break;
	case LOGIC_TABLE: v = dmn_run_table(ev, l->table, vars); break;
	case LOGIC_CONTEXT: v = run_context(ev, l, vars); break;
	case LOGIC_LIST: v = run_list(ev, l, vars); break;
	case LOGIC_RELATION: v = run_relation(ev, l, vars); break;
	case LOGIC_INVOCATION: v = run_invocation(ev, l, vars); break;
	case LOGIC_FUNCTION: v = run_function(ev, l, vars); break;
	case LOGIC_CONDITIONAL:
		v = dmn_run_logic(ev, l->a, vars);
		if (v.kind == FEEL_BOOLEAN || v.kind == FEEL_NULL) v = dmn_run_logic(ev, feel_is_true(v) ? l->b : l->c, vars);
		else v = feel_error(&ev->run, "expected true or false under if, found %s", feel_kind_name(v.kind));
		break;
	case LOGIC_FOR: v = run_for(ev, l, vars); break;
	case LOGIC_SOME:
	case LOGIC_EVERY: v = run_quantified(ev, l, vars); break;
	case LOGIC_FILTER: v = run_filter(ev, l, vars); break;
	}
	feel_leave(&ev->run, LOGIC_LEVELS);
	if (l->type) feel_coerce(&ev->run, l->type, v, &v);
	if (*ev->seen) dmn_own_diags(ev, NULL, 0, (struct str){0}, l->line, l->col);
	return v;
}

// ---- items ----------------------------------------------------------------------------------

static struct feel_value item_value(struct eval *, const struct body *);

static void fill_needs(struct eval *ev, const struct body *b, struct feel_value *vars)
{
	for (uint32_t i = 0; i < b->n_need; i++) {
		const struct body *n = body_of(b->need[i].item);
		vars[b->need[i].slot] = n->item.kind == DMN_BKM || n->item.kind == DMN_SERVICE
			? feel_of_function(&n->fn) : item_value(ev, n);
	}
}

static struct dmn_step *step_begin(struct eval *ev, const struct body *b)
{
	if (!ev->trace) return NULL;
	struct dmn_step *s = arena_new1(ev->run.arena, struct dmn_step);
	s->item = &b->item;
	s->level = ev->level;
	return s;
}

static void step_end(struct eval *ev, struct dmn_step *s, struct feel_value v)
{
	if (!s) return;
	s->value = v;
	*ev->trace->end = s;
	ev->trace->end = &s->next;
	ev->trace->n++;
}

// Runs fn with the item as the place of diagnostics and s as the step that a table fills.
static struct feel_value in_item(struct eval *ev, const struct body *b, struct dmn_step *s, const struct dmn_logic *l,
	struct feel_value *vars, const struct feel_type *type)
{
	const struct dmn_item *at = ev->at;
	struct dmn_step *step = ev->step;
	struct feel_value v = feel_null();
	ev->at = &b->item;
	ev->step = s;
	if (feel_enter(&ev->run, ITEM_LEVELS)) {
		v = dmn_run_logic(ev, l, vars);
		feel_leave(&ev->run, ITEM_LEVELS);
	}
	if (type && !feel_coerce(&ev->run, type, v, &v))
		dmn_own_diags(ev, "result", 0, (struct str){0}, b->item.line, b->item.col);
	ev->at = at;
	ev->step = step;
	return v;
}

static struct feel_value decide(struct eval *ev, const struct body *b)
{
	struct feel_value *vars = arena_raw(ev->run.arena, sizeof *vars * (b->slots + 1));
	struct dmn_step *s = step_begin(ev, b);
	ev->level++;
	fill_needs(ev, b, vars);
	if (s) {
		s->input = arena_newn(ev->run.arena, struct dmn_named, b->n_need + 1);
		for (uint32_t i = 0; i < b->n_need; i++) {
			const struct dmn_item *n = b->need[i].item;
			if (n->kind == DMN_INPUT || n->kind == DMN_DECISION)
				s->input[s->n_input++] = (struct dmn_named){n->name, vars[b->need[i].slot]};
		}
	}
	struct feel_value v = in_item(ev, b, s, b->logic, vars, b->type);
	ev->level--;
	step_end(ev, s, v);
	return v;
}

static struct feel_value item_value(struct eval *ev, const struct body *b)
{
	uint32_t i = b->item.index;
	if (ev->frame->state[i] == 1) return ev->frame->value[i];
	CHECK(ev->frame->state[i] == 0);             // requirement cycles are refused when loading
	ev->frame->state[i] = 2;
	struct feel_value v = b->item.kind == DMN_DECISION && !ev->run.stop ? decide(ev, b) : feel_null();
	ev->frame->state[i] = 1;
	ev->frame->value[i] = v;
	return v;
}

static void arguments(struct eval *ev, struct dmn_step *s, const struct feel_function *fn, const struct feel_value *arg,
	uint32_t n)
{
	if (!s) return;
	s->input = arena_newn(ev->run.arena, struct dmn_named, n + 1);
	s->n_input = n;
	for (uint32_t i = 0; i < n; i++) s->input[i] = (struct dmn_named){fn->param[i].name, arg[i]};
}

struct feel_value dmn_call_bkm(struct feel_run *run, const struct feel_function *fn, const struct feel_value *arg, uint32_t n)
{
	struct eval *ev = run->user;
	const struct body *b = fn->user;
	if (!feel_step(run, 1)) return feel_null();
	if (!b->logic || b->logic->kind == LOGIC_NONE)
		return b->logic && b->logic->broken.n
			? feel_error(run, "knowledge model " STR_FMT " has no logic: " STR_FMT, STR_ARG(b->item.name), STR_ARG(b->logic->broken))
			: feel_error(run, "knowledge model " STR_FMT " has no logic", STR_ARG(b->item.name));
	struct feel_value *vars = arena_raw(run->arena, sizeof *vars * (b->slots + 1));
	struct dmn_step *s = step_begin(ev, b);
	arguments(ev, s, fn, arg, n);
	ev->level++;
	fill_needs(ev, b, vars);
	for (uint32_t i = 0; i < n; i++) vars[b->first_param + i] = arg[i];
	struct feel_value v = in_item(ev, b, s, b->logic, vars, NULL);
	ev->level--;
	step_end(ev, s, v);
	return v;
}

static struct frame *frame_new(struct eval *ev)
{
	struct frame *f = arena_new1(ev->run.arena, struct frame);
	f->state = arena_alloc(ev->run.arena, ev->model->n_body + 1);
	f->value = arena_raw(ev->run.arena, sizeof *f->value * (ev->model->n_body + 1));
	return f;
}

// A service sees only what it is given: a frame of its own (DMN 1.5 §10.4).
struct feel_value dmn_call_service(struct feel_run *run, const struct feel_function *fn, const struct feel_value *arg,
	uint32_t n)
{
	struct eval *ev = run->user;
	const struct body *b = fn->user;
	if (!feel_step(run, 1)) return feel_null();
	struct frame *outer = ev->frame;
	ev->frame = frame_new(ev);
	for (uint32_t i = 0; i < n; i++) {
		ev->frame->state[b->given[i]->index] = 1;
		ev->frame->value[b->given[i]->index] = arg[i];
	}
	struct dmn_step *s = step_begin(ev, b);
	arguments(ev, s, fn, arg, n);
	ev->level++;
	struct feel_value v = feel_null();
	if (b->n_output == 1) {
		v = item_value(ev, body_of(b->output[0]));
	} else {
		struct feel_context *ctx = feel_context_new(run->arena, b->n_output);
		for (uint32_t i = 0; i < b->n_output; i++)
			feel_context_put(run->arena, ctx, b->output[i]->name, item_value(ev, body_of(b->output[i])));
		v = feel_of_context(ctx);
	}
	ev->level--;
	ev->frame = outer;
	step_end(ev, s, v);
	return v;
}

// ---- the way in -----------------------------------------------------------------------------

static void give(struct eval *ev, const struct body *b, struct feel_value v)
{
	ev->at = &b->item;
	if (b->type && !feel_coerce(&ev->run, b->type, v, &v))
		dmn_own_diags(ev, NULL, 0, (struct str){0}, b->item.line, b->item.col);
	ev->at = NULL;
	ev->frame->state[b->item.index] = 1;
	ev->frame->value[b->item.index] = v;
}

static const struct dmn_item *input_of_part(const struct dmn_model *m, const struct model_part *p, struct str name)
{
	for (size_t i = p->first; i < p->first + p->count; i++) {
		const struct dmn_item *item = &m->body[i]->item;
		if ((item->kind == DMN_INPUT || item->kind == DMN_DECISION) && (str_eq(item->name, name) || str_eq(m->body[i]->seen, name)))
			return item;
	}
	return NULL;
}

static void give_part(struct eval *, const struct model_part *, const struct feel_context *, uint32_t depth);

static void give_key(struct eval *ev, const struct model_part *p, struct str key, struct feel_value v, uint32_t depth)
{
	const struct dmn_model *m = ev->model;
	const struct dmn_item *item = NULL;
	if (p == m->part[0]) {
		item = dmn_find(m, DMN_INPUT, key);
		if (!item) item = dmn_find(m, DMN_DECISION, key);
		if (!item && p->renamed) item = input_of_part(m, p, key);
	} else {
		item = input_of_part(m, p, key);
	}
	if (item) {
		give(ev, body_of(item), v);
		return;
	}
	ptrdiff_t hash = -1;
	for (size_t i = key.n; i > 0 && hash < 0; i--)
		if (key.p[i - 1] == '#') hash = (ptrdiff_t)i - 1;
	for (size_t i = 0; hash >= 0 && i < m->n_part; i++) {
		if (!str_eq(m->part[i]->ns, str_part(key, 0, (size_t)hash))) continue;
		item = input_of_part(m, m->part[i], str_from(key, (size_t)hash + 1));
		if (item) give(ev, body_of(item), v);
		return;
	}
	for (uint32_t i = 0; i < p->n_import; i++) {
		const struct import *im = &p->import[i];
		if (!im->part) continue;
		if (str_eq(im->name, key) && v.kind == FEEL_CONTEXT && depth < 8) {
			give_part(ev, im->part, v.ctx, depth + 1);
			return;
		}
		if (str_starts(key, im->name) && key.n > im->name.n && key.p[im->name.n] == '.' && depth < 8) {
			give_key(ev, im->part, str_from(key, im->name.n + 1), v, depth + 1);
			return;
		}
	}
}

static void give_part(struct eval *ev, const struct model_part *p, const struct feel_context *ctx, uint32_t depth)
{
	for (uint32_t i = 0; i < ctx->n; i++) give_key(ev, p, ctx->key[i], ctx->value[i], depth);
}

static struct feel_value invoke(struct eval *ev, const struct body *b, const struct feel_context *in)
{
	uint32_t n = b->fn.n;
	struct feel_value *arg = arena_newn(ev->run.arena, struct feel_value, n + 1);
	for (uint32_t i = 0; i < n; i++)
		if (!in || !feel_context_get(in, b->fn.param[i].name, &arg[i])) arg[i] = feel_null();
	ev->at = &b->item;
	struct feel_value v = feel_call(&ev->run, feel_of_function(&b->fn), arg, n);
	dmn_own_diags(ev, NULL, 0, (struct str){0}, b->item.line, b->item.col);
	return v;
}

void dmn_eval(const struct dmn_model *m, const struct dmn_item *item, const struct feel_context *inputs,
	const struct dmn_env *env, struct arena *a, struct dmn_result *out)
{
	struct eval ev = {.model = m};
	const struct body *b = body_of(item);
	memset(out, 0, sizeof *out);
	feel_run_init(&ev.run, a);
	ev.run.user = &ev;
	ev.run.now_ms = env->now_ms;
	ev.run.zone = env->zone;
	if (env->steps) ev.run.steps = env->steps;
	if (env->depth) ev.run.depth = env->depth;
	if (env->bytes) ev.run.bytes = arena_used(a) + env->bytes;
	ev.seen = &ev.run.diag;
	ev.diag_end = &ev.diag;
	ev.frame = frame_new(&ev);
	if (env->trace) {
		ev.trace = arena_new1(a, struct dmn_trace);
		ev.trace->end = &ev.trace->first;
	}
	if (item->kind == DMN_BKM || item->kind == DMN_SERVICE) {
		out->value = invoke(&ev, b, inputs);
	} else {
		if (inputs) give_part(&ev, m->part[0], inputs, 0);
		out->value = item_value(&ev, b);
	}
	dmn_own_diags(&ev, NULL, 0, (struct str){0}, 0, 0);
	if (ev.run.stop) out->value = feel_null();
	out->stop = ev.run.stop;
	out->diag = ev.diag;
	out->raised = ev.run.raised;
	out->trace = ev.trace;
}
