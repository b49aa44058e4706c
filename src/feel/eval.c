// eval.c — evaluating the parts of an expression (DMN 1.5 §10.3.2). What FEEL calls an error is null
// and a diagnostic; logic is three-valued.
#include "feel/part.h"

#define EV(x, f, out) ((x)->eval(r, (x), (f), (out)))
#define KIND(v) feel_kind_name((enum feel_kind)(v)->kind)

void part_literal(struct feel_run *r, const struct part *x, struct frame *f, struct feel_value *out)
{
	*out = x->value;
}

static void force(struct feel_run *r, struct feel_value *vars, uint32_t slot, struct feel_value *out)
{
	CHECK(r->force);
	*out = r->force(r, vars, slot);
	vars[slot] = *out;
}

void part_var(struct feel_run *r, const struct part *x, struct frame *f, struct feel_value *out)
{
	*out = f->vars[x->slot];
	if (__builtin_expect(out->kind == FEEL_LAZY, 0)) force(r, f->vars, x->slot, out);
}

void part_local(struct feel_run *r, const struct part *x, struct frame *f, struct feel_value *out)
{
	*out = f->loc[x->slot];
}

void part_captured(struct feel_run *r, const struct part *x, struct frame *f, struct feel_value *out)
{
	*out = f->cap[x->slot];
}

// An entry of the element being filtered, else what the name means outside the filter.
void part_member_or(struct feel_run *r, const struct part *x, struct frame *f, struct feel_value *out)
{
	struct feel_value item;
	EV(x->kid[0], f, &item);
	if (item.kind == FEEL_CONTEXT && feel_context_get(item.ctx, x->name[0], out)) return;
	const struct part *outside = x->kid[1];
	// Elements may lack an entry: where no outer meaning exists that is null and no error.
	if (outside->eval == part_unknown && item.kind == FEEL_CONTEXT) set_null(out);
	else EV(outside, f, out);
}

void part_unknown(struct feel_run *r, const struct part *x, struct frame *f, struct feel_value *out)
{
	part_fail(r, x, out, "unknown name “" STR_FMT "”", STR_ARG(x->name[0]));
}

void part_error(struct feel_run *r, const struct part *x, struct frame *f, struct feel_value *out)
{
	part_fail(r, x, out, STR_FMT, STR_ARG(x->name[0]));
}

// ---- logic ----

static void logic(struct feel_run *r, const struct part *x, struct frame *f, struct feel_value *out, bool decides)
{
	bool unknown = false;
	for (uint32_t i = 0; i < x->n; i++) {
		struct feel_value v;
		EV(x->kid[i], f, &v);
		if (v.kind == FEEL_BOOLEAN) {
			if (v.truth == decides) {
				set_bool(out, decides);
				return;
			}
			continue;
		}
		if (v.kind != FEEL_NULL) part_fail(r, x, out, "%s where a boolean is needed", KIND(&v));
		unknown = true;
	}
	if (unknown) set_null(out);
	else set_bool(out, !decides);
}

void part_and(struct feel_run *r, const struct part *x, struct frame *f, struct feel_value *out)
{
	logic(r, x, f, out, false);
}

void part_or(struct feel_run *r, const struct part *x, struct frame *f, struct feel_value *out)
{
	logic(r, x, f, out, true);
}

void part_if(struct feel_run *r, const struct part *x, struct frame *f, struct feel_value *out)
{
	struct feel_value v;
	EV(x->kid[0], f, &v);
	if (v.kind != FEEL_BOOLEAN && v.kind != FEEL_NULL) part_fail(r, x, out, "%s as a condition", KIND(&v));
	EV(x->kid[feel_is_true(v) ? 1 : 2], f, out);
}

// ---- comparing ----

static void compare(struct feel_run *r, const struct part *x, uint32_t op, const struct feel_value *a, const struct feel_value *b,
	struct feel_value *out)
{
	if (op == OP_EQ || op == OP_NE) {
		if (a->kind == FEEL_NUMBER && b->kind == FEEL_NUMBER) {
			set_bool(out, (a->num == b->num) == (op == OP_EQ));
			return;
		}
		enum feel_truth t = feel_equal(*a, *b);
		if (t == FEEL_UNKNOWN) {
			part_fail(r, x, out, "%s compared with %s", KIND(a), KIND(b));
			return;
		}
		set_bool(out, (t == FEEL_TRUE) == (op == OP_EQ));
		return;
	}
	int sign;
	if (!feel_order(*a, *b, &sign)) {
		part_fail(r, x, out, "%s and %s have no order", KIND(a), KIND(b));
		return;
	}
	set_bool(out, op == OP_LT ? sign < 0 : op == OP_LE ? sign <= 0 : op == OP_GT ? sign > 0 : sign >= 0);
}

void part_compare(struct feel_run *r, const struct part *x, struct frame *f, struct feel_value *out)
{
	struct feel_value a, b;
	EV(x->kid[0], f, &a);
	EV(x->kid[1], f, &b);
	if (a.kind == FEEL_LIST || b.kind == FEEL_LIST || a.kind == FEEL_CONTEXT) {
		size_t n = a.kind == FEEL_LIST ? a.list->n : a.kind == FEEL_CONTEXT ? a.ctx->n : 1;
		if (!feel_step(r, n)) {
			set_null(out);
			return;
		}
	}
	compare(r, x, x->slot, &a, &b, out);
}

void part_between(struct feel_run *r, const struct part *x, struct frame *f, struct feel_value *out)
{
	struct feel_value v, lo, hi, above;
	EV(x->kid[0], f, &v);
	EV(x->kid[1], f, &lo);
	EV(x->kid[2], f, &hi);
	compare(r, x, OP_GE, &v, &lo, &above);
	compare(r, x, OP_LE, &v, &hi, out);
	if (above.kind == FEEL_NULL || (above.kind == FEEL_BOOLEAN && !above.truth && out->kind != FEEL_NULL)) *out = above;
}

// Does a value pass a test that is no comparison: equal, in the range, in the list.
enum feel_truth feel_in(struct feel_run *r, const struct feel_value *v, const struct feel_value *test)
{
	if (test->kind == FEEL_RANGE && v->kind != FEEL_RANGE) return feel_in_range(test->range, *v);
	enum feel_truth t = feel_equal(*v, *test);
	if (t == FEEL_TRUE || test->kind != FEEL_LIST) return t;
	if (!feel_step(r, test->list->n)) return FEEL_UNKNOWN;
	for (size_t i = 0; i < test->list->n; i++) {
		const struct feel_value *e = &test->list->item[i];
		t = e->kind == FEEL_RANGE && v->kind != FEEL_RANGE ? feel_in_range(e->range, *v) : feel_equal(*v, *e);
		if (t == FEEL_TRUE) return t;
	}
	return FEEL_FALSE;
}

void part_test_op(struct feel_run *r, const struct part *x, struct frame *f, struct feel_value *out)
{
	struct feel_value end;
	const struct feel_value *v = &f->loc[x->local];
	EV(x->kid[0], f, &end);
	static const uint8_t ops[] = {[FEEL_LT] = OP_LT, [FEEL_LE] = OP_LE, [FEEL_GT] = OP_GT, [FEEL_GE] = OP_GE, [FEEL_EQ] = OP_EQ, [FEEL_NE] = OP_NE};
	if (x->slot != FEEL_INTERVAL) {
		compare(r, x, ops[x->slot], v, &end, out);
		return;
	}
	if (x->flag2) {                                      // an expression over ?: it decides itself
		if (end.kind == FEEL_BOOLEAN) set_bool(out, end.truth);
		else if (end.kind == FEEL_NULL) set_null(out);
		else set_truth(out, feel_in(r, v, &end));
		return;
	}
	enum feel_truth t = feel_in(r, v, &end);
	if (t == FEEL_UNKNOWN && end.kind == FEEL_BOOLEAN && v->kind != FEEL_BOOLEAN) t = end.truth ? FEEL_TRUE : FEEL_FALSE;
	// A condition that holds is a test passed, whatever the input; the word true alone is a value, and null is another.
	if (v->kind == FEEL_NULL && feel_is_true(end) && x->kid[0]->eval != part_literal) t = FEEL_TRUE;
	if (t == FEEL_UNKNOWN) part_fail(r, x, out, "%s tested against %s", KIND(v), KIND(&end));
	set_truth(out, t);
}

static void any_test(struct feel_run *r, const struct part *x, uint32_t from, struct frame *f, struct feel_value *out)
{
	bool unknown = false;
	for (uint32_t i = from; i < x->n; i++) {
		EV(x->kid[i], f, out);
		if (feel_is_true(*out)) return;
		unknown |= out->kind != FEEL_BOOLEAN;
	}
	if (unknown) set_null(out);
	else set_bool(out, false);
}

void part_in(struct feel_run *r, const struct part *x, struct frame *f, struct feel_value *out)
{
	EV(x->kid[0], f, &f->loc[x->local]);
	any_test(r, x, 1, f, out);
}

void part_tests(struct feel_run *r, const struct part *x, struct frame *f, struct feel_value *out)
{
	if (x->n == 0) set_bool(out, true);
	else any_test(r, x, 0, f, out);
}

void part_not_tests(struct feel_run *r, const struct part *x, struct frame *f, struct feel_value *out)
{
	any_test(r, x, 0, f, out);
	if (out->kind == FEEL_BOOLEAN) set_bool(out, !out->truth);
}

// ---- making ranges, lists, contexts ----

void part_range(struct feel_run *r, const struct part *x, struct frame *f, struct feel_value *out)
{
	struct feel_value lo, hi;
	int sign;
	EV(x->kid[0], f, &lo);
	EV(x->kid[1], f, &hi);
	if (lo.kind == FEEL_NULL || hi.kind == FEEL_NULL) {
		if (lo.kind == FEEL_NULL && hi.kind == FEEL_NULL) {
			part_fail(r, x, out, "an interval from null to null");
			return;
		}
		part_fail(r, x, out, "an interval with an end that is null");
	} else if (!feel_order(lo, hi, &sign)) {
		part_fail(r, x, out, "an interval from %s to %s", KIND(&lo), KIND(&hi));
		return;
	}
	*out = feel_of_range(r->arena, lo, x->flag, hi, x->flag2);
}

void part_range_op(struct feel_run *r, const struct part *x, struct frame *f, struct feel_value *out)
{
	struct feel_value end;
	EV(x->kid[0], f, &end);
	*out = feel_of_range_op(r->arena, (enum feel_range_op)x->slot, end);
}

void part_list(struct feel_run *r, const struct part *x, struct frame *f, struct feel_value *out)
{
	struct feel_list *l = feel_list_new(r->arena, x->n);
	for (uint32_t i = 0; i < x->n; i++) EV(x->kid[i], f, &l->item[i]);
	*out = feel_of_list(l);
}

void part_context(struct feel_run *r, const struct part *x, struct frame *f, struct feel_value *out)
{
	struct feel_context *c = arena_new1(r->arena, struct feel_context);
	c->n = c->cap = x->n;
	c->key = x->name;                                    // shared: contexts are never changed in place
	c->value = arena_raw(r->arena, x->n * sizeof *c->value);
	for (uint32_t i = 0; i < x->n; i++) {
		set_null(&f->loc[x->local + i]);
		EV(x->kid[i], f, &c->value[i]);
		f->loc[x->local + i] = c->value[i];
	}
	*out = feel_of_context(c);
}

// ---- paths ----

static bool of_date(const struct feel_value *v, struct str name, struct feel_value *out)
{
	struct ymd d = days_ymd(v->at.days);
	if (str_is(name, "year")) *out = feel_int(d.year);
	else if (str_is(name, "month")) *out = feel_int(d.month);
	else if (str_is(name, "day")) *out = feel_int(d.day);
	else if (str_is(name, "weekday")) *out = feel_int(weekday_of(v->at.days));
	else return false;
	return true;
}

static bool of_time(const struct feel_value *v, struct str name, struct feel_value *out)
{
	int64_t s = v->at.ns / NS_S;
	if (str_is(name, "hour")) *out = feel_int(s / 3600);
	else if (str_is(name, "minute")) *out = feel_int(s / 60 % 60);
	else if (str_is(name, "second")) *out = feel_int(s % 60);
	else if (str_is(name, "time offset")) *out = v->zoned ? feel_days_duration(v->offset_s, 0) : feel_null();
	else if (str_is(name, "timezone")) *out = v->zone ? feel_text(feel_zone_name(v->zone)) : feel_null();
	else return false;
	return true;
}

static bool of_days(const struct feel_value *v, struct str name, struct feel_value *out)
{
	bool minus = v->dur.s < 0;
	int64_t s = v->dur.s + (minus && v->dur.ns ? 1 : 0);
	dec part = dec_of_int(minus && v->dur.ns ? v->dur.ns - NS_S : v->dur.ns) / 1000000000.DL;
	if (str_is(name, "days")) *out = feel_int(s / NS_DAY_S);
	else if (str_is(name, "hours")) *out = feel_int(s / 3600 % 24);
	else if (str_is(name, "minutes")) *out = feel_int(s / 60 % 60);
	else if (str_is(name, "seconds")) *out = feel_num(dec_of_int(s % 60) + part);
	else return false;
	return true;
}

// The number a point of time or a duration stands for (§10.3.2.3): seconds, or months.
static dec number_of(const struct feel_value *v)
{
	switch ((enum feel_kind)v->kind) {
	case FEEL_DATE: return dec_of_int(v->at.days * NS_DAY_S);
	case FEEL_DAYS_DURATION: return dur_dec(v);
	case FEEL_MONTHS_DURATION: return dec_of_int(v->months);
	default: return dec_of_int(value_second(v)) + dec_of_int(v->at.ns % NS_S) / 1000000000.DL;
	}
}

static bool property(const struct feel_value *v, struct str name, struct feel_value *out)
{
	if (v->kind >= FEEL_DATE && v->kind <= FEEL_MONTHS_DURATION && str_is(name, "value")) {
		*out = feel_num(number_of(v));
		return true;
	}
	switch ((enum feel_kind)v->kind) {
	case FEEL_DATE: return of_date(v, name, out);
	case FEEL_TIME: return of_time(v, name, out);
	case FEEL_DATE_TIME: return of_date(v, name, out) || of_time(v, name, out);
	case FEEL_DAYS_DURATION: return of_days(v, name, out);
	case FEEL_MONTHS_DURATION:
		if (str_is(name, "years")) *out = feel_int(v->months / 12);
		else if (str_is(name, "months")) *out = feel_int(v->months % 12);
		else return false;
		return true;
	case FEEL_RANGE:
		if (str_is(name, "start")) *out = v->range->start;
		else if (str_is(name, "end")) *out = v->range->end;
		else if (str_is(name, "start included")) *out = feel_bool(v->range->start_in);
		else if (str_is(name, "end included")) *out = feel_bool(v->range->end_in);
		else return false;
		return true;
	default: return false;
	}
}

void feel_member(struct feel_run *r, const struct feel_value *v, struct str name, struct feel_value *out)
{
	struct feel_value of = *v;                           // out may be v
	if (of.kind == FEEL_CONTEXT) {
		if (feel_context_get(of.ctx, name, out)) return;
	} else if (of.kind == FEEL_LIST) {
		if (!feel_step(r, of.list->n)) {
			set_null(out);
			return;
		}
		struct feel_list *l = feel_list_new(r->arena, of.list->n);
		for (size_t i = 0; i < l->n; i++) {
			const struct feel_value *e = &of.list->item[i];
			if (e->kind == FEEL_CONTEXT) {
				if (!feel_context_get(e->ctx, name, &l->item[i])) set_null(&l->item[i]);
			} else if (e->kind == FEEL_LIST) {
				if (!feel_enter(r, 4)) return;
				feel_member(r, e, name, &l->item[i]);
				feel_leave(r, 4);
			} else if (!property(e, name, &l->item[i])) {
				l->item[i] = feel_error(r, "%s has no “" STR_FMT "”", KIND(e), STR_ARG(name));
			}
		}
		*out = feel_of_list(l);
		return;
	} else if (property(&of, name, out)) {
		return;
	}
	*out = feel_error(r, "%s has no “" STR_FMT "”", KIND(&of), STR_ARG(name));
}

void part_path(struct feel_run *r, const struct part *x, struct frame *f, struct feel_value *out)
{
	EV(x->kid[0], f, out);
	if (out->kind == FEEL_CONTEXT && feel_context_get(out->ctx, x->name[0], out)) return;
	r->where = x;
	feel_member(r, out, x->name[0], out);
}

// ---- calls ----

struct closure {
	struct feel_function fn;
	const struct lambda *l;
	const struct feel_expr *x;
	struct feel_value *cap;
};

static struct feel_value call_closure(struct feel_run *r, const struct feel_function *fn, const struct feel_value *arg, uint32_t n)
{
	const struct closure *c = fn->user;
	const struct lambda *l = c->l;
	struct feel_value out = {0}, few[8];
	if (!l->body) return feel_error(r, "an external function cannot be called here");
	if (!feel_step(r, l->body->size) || !feel_enter(r, l->body->deep + 4)) return out;
	struct frame f = {NULL, few, c->cap};
	if (l->locals > countof(few)) f.loc = arena_raw(r->arena, l->locals * sizeof *f.loc);
	if (n) memcpy(f.loc, arg, n * sizeof *arg);
	const struct feel_expr *at = r->at;
	r->at = c->x;
	EV(l->body, &f, &out);
	r->at = at;
	feel_leave(r, l->body->deep + 4);
	return out;
}

void part_lambda(struct feel_run *r, const struct part *x, struct frame *f, struct feel_value *out)
{
	const struct lambda *l = x->more;
	struct closure *c = arena_new1(r->arena, struct closure);
	c->l = l;
	c->x = r->at;
	c->cap = arena_raw(r->arena, l->captures * sizeof *c->cap);
	c->fn = (struct feel_function){.n = l->n, .param = l->param, .call = call_closure, .user = c};
	struct feel_value self = feel_of_function(&c->fn);
	for (size_t i = 0; i < l->captures; i++) {
		const struct capture *k = &l->capture[i];
		if (k->where == FROM_LOCAL && k->from == l->self) {
			c->cap[i] = self;
		} else if (k->where == FROM_VAR) {
			c->cap[i] = f->vars[k->from];
			if (c->cap[i].kind == FEEL_LAZY) force(r, f->vars, k->from, &c->cap[i]);
		} else {
			c->cap[i] = k->where == FROM_LOCAL ? f->loc[k->from] : f->cap[k->from];
		}
	}
	*out = self;
}

struct feel_value feel_call(struct feel_run *r, struct feel_value fn, const struct feel_value *arg, uint32_t n)
{
	if (stopped(r)) return feel_null();
	if (fn.kind != FEEL_FUNCTION) return feel_error(r, "%s is no function", KIND(&fn));
	const struct feel_function *g = fn.fn;
	struct feel_value few[8], *v = few, out;
	if (g->call == builtin_thunk) return builtin_thunk(r, g, arg, n);
	if (g->variadic ? n + 1 < g->n : n != g->n)
		return feel_error(r, "%u arguments given, %u needed", n, g->n);
	uint32_t room = n > g->n ? n : g->n;
	if (room > countof(few)) v = arena_raw(r->arena, room * sizeof *v);
	if (!feel_step(r, 4 + n) || !feel_enter(r, 2)) return feel_null();
	uint32_t fixed = g->variadic ? g->n - 1 : g->n;
	for (uint32_t i = 0; i < fixed; i++) {
		if (!g->param || !g->param[i].type) v[i] = arg[i];
		else if (!feel_coerce(r, g->param[i].type, arg[i], &v[i])) {
			// A value that does not conform makes the whole invocation null (DMN 1.5 §10.3.2.9.4).
			feel_leave(r, 2);
			return feel_null();
		}
	}
	if (g->variadic) {
		struct feel_list *rest = feel_list_new(r->arena, n - fixed);
		if (rest->n) memcpy(rest->item, arg + fixed, rest->n * sizeof *rest->item);
		v[fixed] = feel_of_list(rest);
	}
	out = g->call(r, g, v, g->n);
	if (g->result && !stopped(r)) feel_coerce(r, g->result, out, &out);
	feel_leave(r, 2);
	return out;
}

struct feel_value feel_call_named(struct feel_run *r, struct feel_value fn, const struct str *name, const struct feel_value *arg, uint32_t n)
{
	if (fn.kind != FEEL_FUNCTION) return feel_error(r, "%s is no function", KIND(&fn));
	const struct feel_function *g = fn.fn;
	struct feel_value out;
	if (g->call == builtin_thunk) {
		builtin_call_named(r, g->user, name, arg, n, &out);
		return out;
	}
	if (n > g->n) return feel_error(r, "%u arguments given, %u needed", n, g->n);
	struct feel_value few[8], *v = few;
	if (g->n > countof(few)) v = arena_raw(r->arena, g->n * sizeof *v);
	memset(v, 0, g->n * sizeof *v);
	for (uint32_t i = 0; i < n; i++) {
		uint32_t at = 0;
		while (at < g->n && !str_eq(g->param[at].name, name[i])) at++;
		if (at == g->n) return feel_error(r, "the function has no parameter “" STR_FMT "”", STR_ARG(name[i]));
		v[at] = arg[i];
	}
	if (n < g->n) return feel_error(r, "%u arguments given, %u needed", n, g->n);
	return feel_call(r, fn, v, g->n);
}

void part_call(struct feel_run *r, const struct part *x, struct frame *f, struct feel_value *out)
{
	uint32_t n = x->n - 1;
	struct feel_value fn, few[6], *v = few;
	EV(x->kid[0], f, &fn);
	if (n > countof(few)) v = arena_raw(r->arena, n * sizeof *v);
	for (uint32_t i = 0; i < n; i++) EV(x->kid[i + 1], f, &v[i]);
	r->where = x;
	*out = x->name ? feel_call_named(r, fn, x->name, v, n) : feel_call(r, fn, v, n);
}

void part_call_builtin(struct feel_run *r, const struct part *x, struct frame *f, struct feel_value *out)
{
	struct feel_value few[4], *v = few;
	if (x->n > countof(few)) v = arena_raw(r->arena, x->n * sizeof *v);
	for (uint32_t i = 0; i < x->n; i++) EV(x->kid[i], f, &v[i]);
	r->where = x;
	if (x->name) builtin_call_named(r, x->more, x->name, v, x->n, out);
	else builtin_call(r, x->more, v, x->n, out);
}

void part_instance(struct feel_run *r, const struct part *x, struct frame *f, struct feel_value *out)
{
	struct feel_value v;
	EV(x->kid[0], f, &v);
	uint32_t diags = r->diags;
	uint64_t raised = r->raised;
	r->diags = 0;                                        // not conforming is an answer here, not an error
	const struct feel_type *t = x->more;                 // null is of the type Null alone
	bool fits = v.kind != FEEL_NULL ? feel_conforms(r, t, v) : t && t->kind == FEEL_NULL;
	r->diags = diags;
	r->raised = raised;
	set_bool(out, fits);
}
