// type.c — types: what values belong to, and coercion (DMN 1.5 §10.3.2.9).
#include "feel/part.h"

static const struct feel_type kinds[] = {
	{FEEL_NULL}, {FEEL_BOOLEAN}, {FEEL_NUMBER}, {FEEL_STRING}, {FEEL_DATE}, {FEEL_TIME}, {FEEL_DATE_TIME}, {FEEL_DAYS_DURATION},
	{FEEL_MONTHS_DURATION}, {FEEL_LIST}, {FEEL_CONTEXT}, {FEEL_RANGE}, {FEEL_FUNCTION}, {FEEL_ANY},
};

const struct feel_type *feel_type_of_kind(enum feel_kind k)
{
	CHECK(k < countof(kinds));
	return &kinds[k];
}

const struct feel_type *feel_type_by_name(struct str name)
{
	static const struct { const char *name; enum feel_kind kind; } names[] = {
		{"Any", FEEL_ANY}, {"Null", FEEL_NULL}, {"null", FEEL_NULL}, {"boolean", FEEL_BOOLEAN}, {"number", FEEL_NUMBER},
		{"string", FEEL_STRING}, {"date", FEEL_DATE}, {"time", FEEL_TIME}, {"date and time", FEEL_DATE_TIME},
		{"dateTime", FEEL_DATE_TIME}, {"days and time duration", FEEL_DAYS_DURATION},
		{"day and time duration", FEEL_DAYS_DURATION}, {"dayTimeDuration", FEEL_DAYS_DURATION},
		{"years and months duration", FEEL_MONTHS_DURATION}, {"year and month duration", FEEL_MONTHS_DURATION},
		{"yearMonthDuration", FEEL_MONTHS_DURATION}, {"list", FEEL_LIST}, {"context", FEEL_CONTEXT},
		{"range", FEEL_RANGE}, {"function", FEEL_FUNCTION},
	};
	for (size_t i = 0; i < countof(names); i++)
		if (str_eq(name, str_of(names[i].name))) return &kinds[names[i].kind];
	return NULL;
}

const struct feel_type *feel_type_list(struct arena *a, const struct feel_type *of)
{
	struct feel_type *t = arena_new1(a, struct feel_type);
	t->kind = FEEL_LIST;
	t->of = of;
	return t;
}

static const struct feel_type *of_value(struct arena *a, const struct feel_value *v, int depth)
{
	struct feel_type *t;
	if (depth > 64) return &kinds[FEEL_ANY];
	switch ((enum feel_kind)v->kind) {
	case FEEL_NULL: case FEEL_ANY: case FEEL_LAZY: return &kinds[FEEL_ANY];
	case FEEL_LIST:
		return feel_type_list(a, v->list->n ? of_value(a, &v->list->item[0], depth + 1) : NULL);
	case FEEL_CONTEXT:
		t = arena_new1(a, struct feel_type);
		t->kind = FEEL_CONTEXT;
		t->n = v->ctx->n;
		struct feel_member *m = arena_newn(a, struct feel_member, t->n);
		for (uint32_t i = 0; i < t->n; i++) m[i] = (struct feel_member){name_normal(a, v->ctx->key[i]), of_value(a, &v->ctx->value[i], depth + 1)};
		t->member = m;
		return t;
	default: return &kinds[v->kind];
	}
}

const struct feel_type *feel_type_of_value(struct arena *a, struct feel_value v)
{
	return of_value(a, &v, 0);
}

static bool fits(const struct feel_type *a, const struct feel_type *b, int depth)
{
	if (!b || b->kind == FEEL_ANY || a == b) return true;
	if (!a || depth > 64) return !a ? false : true;
	if (a->kind == FEEL_NULL) return true;
	if (a->kind != b->kind) return false;
	switch (b->kind) {
	case FEEL_LIST: case FEEL_RANGE: return !b->of || b->of->kind == FEEL_ANY || (a->of && fits(a->of, b->of, depth + 1));
	case FEEL_CONTEXT:
		for (uint32_t i = 0; i < b->n; i++) {
			uint32_t j = 0;
			while (j < a->n && !str_eq(a->member[j].name, b->member[i].name)) j++;
			if (j == a->n || !fits(a->member[j].type, b->member[i].type, depth + 1)) return false;
		}
		return true;
	case FEEL_FUNCTION:                                  // parameters the other way round
		if (!b->member && !b->of && !b->n) return true;
		if (a->n != b->n) return false;
		for (uint32_t i = 0; i < b->n; i++)
			if (!fits(b->member[i].type, a->member ? a->member[i].type : NULL, depth + 1)) return false;
		return fits(a->of, b->of, depth + 1);
	default: return true;
	}
}

bool feel_type_fits(const struct feel_type *a, const struct feel_type *b)
{
	return fits(a, b, 0);
}

static bool allowed(struct feel_run *r, const struct feel_expr *tests, const struct feel_value *v)
{
	return !tests || feel_is_true(feel_test(r, tests, NULL, *v));
}

static bool function_fits(const struct feel_function *fn, const struct feel_type *t)
{
	if (!t->member && !t->of && !t->n) return true;
	if (fn->n != t->n) return false;
	for (uint32_t i = 0; i < t->n && fn->param; i++) {
		// A parameter without a type takes anything.
		if (fn->param[i].type && !fits(t->member[i].type, fn->param[i].type, 1)) return false;
	}
	return !t->of || t->of->kind == FEEL_ANY || !fn->result || fits(fn->result, t->of, 1);
}

// null belongs to every type here (`instance of` asks apart).
static bool conforms(struct feel_run *r, const struct feel_type *t, const struct feel_value *v, int depth)
{
	if (!t || depth > 200) return true;
	if (v->kind == FEEL_NULL) return true;
	if (t->kind != FEEL_ANY && t->kind != v->kind) return false;
	switch (t->kind) {
	case FEEL_LIST:
		if (t->of || t->allowed) {
			if (!feel_step(r, v->list->n)) return false;
			for (size_t i = 0; i < v->list->n; i++) {
				const struct feel_value *e = &v->list->item[i];
				if (t->of && !conforms(r, t->of, e, depth + 1)) return false;
				if (t->allowed && e->kind != FEEL_NULL && !allowed(r, t->allowed, e)) return false;
			}
		}
		return allowed(r, t->constraint, v);
	case FEEL_CONTEXT:
		for (uint32_t i = 0; i < t->n; i++) {
			struct feel_value m;
			if (!feel_context_get(v->ctx, t->member[i].name, &m)) return false;
			if (!conforms(r, t->member[i].type, &m, depth + 1)) return false;
		}
		break;
	case FEEL_RANGE:
		if (t->of && (!conforms(r, t->of, &v->range->start, depth + 1) || !conforms(r, t->of, &v->range->end, depth + 1))) return false;
		break;
	case FEEL_FUNCTION:
		if (!function_fits(v->fn, t)) return false;
		break;
	default: break;
	}
	return allowed(r, t->allowed, v) && allowed(r, t->constraint, v);
}

bool feel_conforms(struct feel_run *r, const struct feel_type *t, struct feel_value v)
{
	return conforms(r, t, &v, 0);
}

bool feel_coerce(struct feel_run *r, const struct feel_type *t, struct feel_value v, struct feel_value *out)
{
	if (!t || v.kind == FEEL_NULL || conforms(r, t, &v, 0)) {
		*out = v;
		return true;
	}
	if (t->kind == FEEL_LIST && v.kind != FEEL_LIST) {
		struct feel_list *l = feel_list_new(r->arena, 1);
		l->item[0] = v;
		struct feel_value one = feel_of_list(l);
		if (conforms(r, t, &one, 0)) {
			*out = one;
			return true;
		}
	}
	if (v.kind == FEEL_LIST && v.list->n == 1 && t->kind != FEEL_LIST && conforms(r, t, &v.list->item[0], 0)) {
		*out = v.list->item[0];
		return true;
	}
	if (v.kind == FEEL_DATE && t->kind == FEEL_DATE_TIME) {
		struct feel_value at = {.kind = FEEL_DATE_TIME, .zoned = true, .at = {v.at.days, 0}};
		if (conforms(r, t, &at, 0)) {
			*out = at;
			return true;
		}
	}
	struct buf b = buf_new(r->arena);
	feel_type_print(&b, t);
	*out = feel_error(r, "%s is no " STR_FMT, feel_kind_name((enum feel_kind)v.kind), STR_ARG(buf_str(&b)));
	return false;
}

static void print(struct buf *b, const struct feel_type *t, int depth)
{
	if (!t) {
		buf_lit(b, "Any");
		return;
	}
	if (t->name.n || depth > 20) {
		buf_add(b, t->name.n ? t->name : S("…"));
		return;
	}
	buf_add(b, str_of(feel_kind_name(t->kind)));
	if (t->kind == FEEL_LIST || t->kind == FEEL_RANGE) {
		buf_byte(b, '<');
		print(b, t->of, depth + 1);
		buf_byte(b, '>');
	} else if ((t->kind == FEEL_CONTEXT && t->n) || (t->kind == FEEL_FUNCTION && (t->n || t->of))) {
		buf_byte(b, '<');
		for (uint32_t i = 0; i < t->n; i++) {
			if (i) buf_lit(b, ", ");
			if (t->kind == FEEL_CONTEXT) {
				buf_add(b, t->member[i].name);
				buf_lit(b, ": ");
			}
			print(b, t->member ? t->member[i].type : NULL, depth + 1);
		}
		buf_byte(b, '>');
		if (t->kind == FEEL_FUNCTION) {
			buf_lit(b, "->");
			print(b, t->of, depth + 1);
		}
	}
}

void feel_type_print(struct buf *b, const struct feel_type *t)
{
	print(b, t, 0);
}
