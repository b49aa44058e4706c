// tests.c — a table's cell seen as a set of intervals, where it is one.
#include "feel/part.h"

struct sets { struct arena *a; struct feel_tests *t; size_t cap, n; };

static void add(struct sets *s, struct feel_interval i)
{
	*vec_push(s->a, s->t->item, s->n, s->cap) = i;
	s->t->n = (uint32_t)s->n;
}

static bool scalar(const struct feel_value *v)
{
	return v->kind >= FEEL_BOOLEAN && v->kind <= FEEL_MONTHS_DURATION;
}

static bool ordered(const struct feel_value *v)
{
	return scalar(v) && v->kind != FEEL_BOOLEAN;
}

static bool add_op(struct sets *s, enum feel_range_op op, const struct feel_value *v)
{
	struct feel_interval below = {.hi = *v, .hi_in = op == FEEL_LE}, above = {.lo = *v, .lo_in = op == FEEL_GE};
	if (op == FEEL_EQ && v->kind == FEEL_NULL) {
		s->t->null_ok = true;
		return true;
	}
	if (op == FEEL_EQ && scalar(v)) {
		add(s, (struct feel_interval){*v, *v, true, true});
		return true;
	}
	if (!ordered(v)) return false;
	switch (op) {
	case FEEL_LT: case FEEL_LE: add(s, below); return true;
	case FEEL_GT: case FEEL_GE: add(s, above); return true;
	default: return false;                               // != holds for null too: no set of intervals
	}
}

static bool add_value(struct sets *s, const struct feel_value *v, int depth)
{
	if (depth > 3) return false;
	if (v->kind == FEEL_RANGE) {
		const struct feel_range *r = v->range;
		if (r->op != FEEL_INTERVAL) return add_op(s, (enum feel_range_op)r->op, r->op == FEEL_GT || r->op == FEEL_GE ? &r->start : &r->end);
		if (!ordered(&r->start) || r->start.kind != r->end.kind) return false;
		add(s, (struct feel_interval){r->start, r->end, r->start_in, r->end_in});
		return true;
	}
	if (v->kind == FEEL_LIST) {                          // one of its elements (the input is no list)
		for (size_t i = 0; i < v->list->n; i++)
			if (!add_value(s, &v->list->item[i], depth + 1)) return false;
		return true;
	}
	return add_op(s, FEEL_EQ, v);
}

bool feel_expr_tests(const struct feel_expr *x, struct arena *a, struct feel_tests *out)
{
	*out = (struct feel_tests){0};
	if (x->kind != FEEL_UNARY_TESTS) return false;
	const struct part *root = x->root;
	out->any = root->n == 0;
	out->negated = root->eval == part_not_tests;
	struct sets s = {.a = a, .t = out};
	for (uint32_t i = 0; i < root->n; i++) {
		const struct part *t = root->kid[i];
		if (t->eval != part_test_op || t->kid[0]->eval != part_literal) return false;
		const struct feel_value *v = &t->kid[0]->value;
		if (t->slot == FEEL_INTERVAL ? !add_value(&s, v, 0) : !add_op(&s, (enum feel_range_op)t->slot, v)) return false;
	}
	return true;
}
