// feel.c — any text as a FEEL expression and as a unary test: a value or an error within the budgets;
// what a value prints as is an expression of the same value; JSON gives plain values back.
#include "feel/feel.h"
#include "fuzz.h"

static struct feel_scope *scope;
static struct feel_value vars[8];

static void prepare(void)
{
	struct arena *a = arena_new(0);                      // for the process
	struct feel_context *c = feel_context_new(a, 2);
	struct feel_list *l = feel_list_new(a, 3);
	feel_context_put(a, c, S("b c"), feel_int(5));
	feel_context_put(a, c, S("x"), feel_text(S("text")));
	for (int i = 0; i < 3; i++) l->item[i] = i ? feel_int(i) : feel_of_context(c);
	scope = feel_scope_new(a, NULL);
	struct { const char *name; struct feel_value v; } names[] = {
		{"n", feel_int(3)}, {"a-b", feel_bool(true)}, {"Monthly Income", feel_int(9)}, {"ctx", feel_of_context(c)},
		{"list", feel_of_list(l)}, {"if only", feel_null()},
	};
	for (size_t i = 0; i < countof(names); i++)
		vars[feel_scope_add(scope, str_of(names[i].name), feel_type_of_value(a, names[i].v))] = names[i].v;
}

// Functions, and intervals with an end that is null, have no literal; deep values exceed the compiler's nesting.
static bool has_literal(const struct feel_value *v, int depth)
{
	if (depth > 40) return false;
	switch ((enum feel_kind)v->kind) {
	case FEEL_FUNCTION: return false;
	case FEEL_RANGE: return has_literal(&v->range->start, depth + 1) && has_literal(&v->range->end, depth + 1) &&
		(v->range->op != FEEL_INTERVAL || (v->range->start.kind != FEEL_NULL && v->range->end.kind != FEEL_NULL));
	case FEEL_LIST:
		for (size_t i = 0; i < v->list->n; i++)
			if (!has_literal(&v->list->item[i], depth + 1)) return false;
		return v->list->n < 1000;
	case FEEL_CONTEXT:
		for (uint32_t i = 0; i < v->ctx->n; i++)
			if (!has_literal(&v->ctx->value[i], depth + 1)) return false;
		return v->ctx->n < 1000;
	default: return true;
	}
}

static void start(struct feel_run *r, struct arena *a)
{
	feel_run_init(r, a);
	r->steps = 20000;
	r->depth = 1500;
	r->bytes = arena_used(a) + (4 << 20);
	r->now_ms = 1793867400000;
}

static void round_trip(struct arena *a, struct feel_value v)
{
	struct buf b = buf_new(a);
	struct feel_run r;
	struct feel_expr *x;
	if (!has_literal(&v, 0)) return;
	feel_print(&b, v);
	if (b.n > 20000) return;
	CHECK(!feel_compile(a, buf_str(&b), FEEL_EXPRESSION, NULL, &x));
	start(&r, a);
	struct feel_value again = feel_eval(&r, x, NULL);
	CHECK(r.stop || feel_identical(v, again));
	CHECK(r.stop || feel_equal(v, again) != FEEL_TRUE || feel_hash(v) == feel_hash(again));
}

static void one(struct arena *a, struct str text, enum feel_text_kind kind)
{
	struct feel_expr *x;
	struct feel_run r;
	struct err *e = feel_compile(a, text, kind, scope, &x);
	if (e) {
		CHECK(err_text(a, e, true).n && err_text(a, e, false).n);
		return;
	}
	start(&r, a);
	struct feel_value v = kind == FEEL_UNARY_TESTS ? feel_test(&r, x, vars, feel_int(3)) : feel_eval(&r, x, vars);
	CHECK(kind != FEEL_UNARY_TESTS || v.kind == FEEL_BOOLEAN || v.kind == FEEL_NULL);
	CHECK(!r.stop || v.kind == FEEL_NULL);
	CHECK(r.depth == 1500);
	struct feel_tests t;
	if (kind == FEEL_UNARY_TESTS) feel_expr_tests(x, a, &t);
	else if (!r.stop) round_trip(a, v);
	if (!r.stop) feel_to_json(a, v);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!scope) prepare();
	if (size > 4000) return 0;
	struct arena *a = arena_new(0);
	struct str text = str_copy(a, (struct str){(const char *)data, size});
	one(a, text, FEEL_EXPRESSION);
	one(a, text, FEEL_UNARY_TESTS);
	arena_free(a);
	return 0;
}
