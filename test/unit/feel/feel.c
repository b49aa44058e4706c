// feel.c — the engine from its callers' side: scopes, lazy variables, types, functions, budgets, JSON.
#include "feel/feel.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

static struct arena *a;

static int setup(void **state)
{
	a = arena_new(0);
	return 0;
}

static int teardown(void **state)
{
	arena_free(a);
	return 0;
}

static struct feel_expr *compiled(const char *text, enum feel_text_kind kind, const struct feel_scope *scope)
{
	struct feel_expr *x;
	struct err *e = feel_compile(a, str_of(text), kind, scope, &x);
	if (e) fail_msg("%s: %.*s", text, STR_ARG(err_text(a, e, true)));
	return x;
}

static struct str shown(struct feel_value v)
{
	struct buf b = buf_new(a);
	feel_print(&b, v);
	return buf_str(&b);
}

static void same(struct feel_value v, const char *want)
{
	assert_string_equal(str_z(a, shown(v)), want);
}

static struct feel_value eval(const char *text, const struct feel_scope *scope, struct feel_value *vars)
{
	struct feel_run r;
	feel_run_init(&r, a);
	return feel_eval(&r, compiled(text, FEEL_EXPRESSION, scope), vars);
}

static void slots_of_nested_scopes_continue_and_hide(void **state)
{
	struct feel_scope *outer = feel_scope_new(a, NULL);
	assert_int_equal(feel_scope_add(outer, S("a"), NULL), 0);
	assert_int_equal(feel_scope_add(outer, S("b c"), feel_type_of_kind(FEEL_NUMBER)), 1);
	struct feel_scope *inner = feel_scope_new(a, outer), *other = feel_scope_new(a, outer);
	assert_int_equal(feel_scope_add(inner, S("a"), NULL), 2);
	assert_int_equal(feel_scope_add(other, S("d"), NULL), 2);
	assert_int_equal(feel_scope_slots(inner), 3);
	assert_int_equal(feel_scope_slots(NULL), 0);
	struct feel_value v[3] = {feel_int(1), feel_int(10), feel_int(100)};
	same(eval("a + b  c", outer, v), "11");
	same(eval("a + b\n c", inner, v), "110");
	same(eval("d", other, v), "100");
	uint32_t slot;
	const struct feel_type *type;
	assert_true(feel_scope_find(inner, S(" b   c "), &slot, &type));
	assert_int_equal(slot, 1);
	assert_int_equal(type->kind, FEEL_NUMBER);
	assert_false(feel_scope_find(outer, S("d"), NULL, NULL));
	for (int i = 0; i < 200; i++) feel_scope_add(inner, str_fmt(a, "name %d", i), NULL);
	assert_true(feel_scope_find(inner, S("name 150"), &slot, NULL));
	assert_int_equal(slot, 153);
}

static void imported_names_keep_their_prefix(void **state)
{
	struct feel_scope *s = feel_scope_new(a, NULL);
	feel_scope_add(s, S("model.Credit score"), NULL);
	feel_scope_add(s, S("model"), NULL);
	struct feel_context *c = feel_context_new(a, 1);
	feel_context_put(a, c, S("other"), feel_int(2));
	struct feel_value v[2] = {feel_int(1), feel_of_context(c)};
	same(eval("model.Credit score + model.other", s, v), "3");
}

static int forced;

static struct feel_value force(struct feel_run *r, struct feel_value *vars, uint32_t slot)
{
	forced++;
	assert_ptr_equal(vars[slot].lazy, &forced);
	return feel_int(7);
}

static void lazy_variables_are_asked_for_once_and_only_when_needed(void **state)
{
	struct feel_scope *s = feel_scope_new(a, NULL);
	feel_scope_add(s, S("x"), NULL);
	struct feel_run r;
	feel_run_init(&r, a);
	r.force = force;
	struct feel_value v[1] = {feel_lazy(&forced)};
	forced = 0;
	same(feel_eval(&r, compiled("if true then 1 else x", FEEL_EXPRESSION, s), v), "1");
	assert_int_equal(forced, 0);
	same(feel_eval(&r, compiled("x + x", FEEL_EXPRESSION, s), v), "14");
	assert_int_equal(forced, 1);
	v[0] = feel_lazy(&forced);
	same(feel_eval(&r, compiled("(function(y) x + y)(1)", FEEL_EXPRESSION, s), v), "8");
	assert_int_equal(forced, 2);
}

static void what_an_expression_needs_is_known(void **state)
{
	struct feel_scope *s = feel_scope_new(a, NULL);
	for (int i = 0; i < 5; i++) feel_scope_add(s, str_fmt(a, "v%d", i), NULL);
	struct feel_expr *x = compiled("v3 + (function(q) q + v1)(v3) + ghost + for i in [v4] return i", FEEL_EXPRESSION, s);
	const uint32_t *uses;
	const struct str *names;
	assert_int_equal(feel_expr_uses(x, &uses), 3);
	assert_int_equal(uses[0], 1);
	assert_int_equal(uses[1], 3);
	assert_int_equal(uses[2], 4);
	assert_int_equal(feel_expr_unknown(x, &names), 1);
	assert_true(str_is(names[0], "ghost"));
	struct feel_value v;
	assert_true(feel_expr_constant(compiled("[1, date(\"2026-01-01\")]", FEEL_EXPRESSION, NULL), &v));
	same(v, "[1, date(\"2026-01-01\")]");
	assert_false(feel_expr_constant(x, &v));
	assert_int_equal(feel_expr_type(compiled("1 < 2", FEEL_EXPRESSION, NULL))->kind, FEEL_BOOLEAN);
	assert_int_equal(feel_expr_type(x)->kind, FEEL_ANY);
}

static void errors_say_where_and_what(void **state)
{
	struct feel_expr *x;
	struct err *e = feel_compile(a, S("1 +\n  (2 * )"), FEEL_EXPRESSION, NULL, &x);
	assert_non_null(e);
	assert_null(x);
	assert_int_equal(e->code, E_FEEL_SYNTAX);
	assert_int_equal(e->line, 2);
	assert_int_equal(e->col, 8);
	assert_true(str_is(e->arg[0], "an expression"));
	assert_true(str_is(e->arg[1], ")"));
	assert_int_equal(feel_compile(a, S("\xff"), FEEL_EXPRESSION, NULL, &x)->code, E_UTF8);
	struct feel_run r;
	feel_run_init(&r, a);
	same(feel_eval(&r, compiled("[1,\n 2 + \"a\", ghost]", FEEL_EXPRESSION, NULL), NULL), "[1, null, null]");
	assert_int_equal(r.raised, 2);
	assert_int_equal(r.diag->line, 2);
	assert_int_equal(r.diag->col, 4);
	assert_true(str_is(r.diag->text, "number added to string"));
	assert_true(str_is(r.diag->next->text, "unknown name “ghost”"));
	assert_null(r.diag->next->next);
}

static struct str nested(const char *open, const char *mid, const char *close, int n)
{
	struct buf b = buf_new(a);
	for (int i = 0; i < n; i++) buf_add(&b, str_of(open));
	buf_add(&b, str_of(mid));
	for (int i = 0; i < n; i++) buf_add(&b, str_of(close));
	return buf_str(&b);
}

static void bombs_are_refused_while_compiling(void **state)
{
	static const char *const bombs[][3] = {{"(", "1", ")"}, {"[", "", "]"}, {"{a:", "1", "}"}, {"-", "1", ""}, {"1+", "1", ""},
		{"not(", "1", ")"}, {"", "a", "[1]"}, {"", "a", ".b"}, {"if a then ", "1", " else 2"}, {"1 in ", "1", ""}, {"", "f", "()"},
		{"function(x) ", "1", ""}, {"for x in ", "1", ""}, {"1 instance of ", "list<", ""}, {"", "1 instance of list<list<", ">"}};
	for (size_t i = 0; i < countof(bombs); i++) {
		struct feel_expr *x;
		struct err *e = feel_compile(a, nested(bombs[i][0], bombs[i][1], bombs[i][2], 60000), FEEL_EXPRESSION, NULL, &x);
		assert_non_null(e);
		assert_true(e->code == E_BUDGET || e->code == E_FEEL_SYNTAX || e->code == E_FEEL_END);
	}
	struct feel_expr *x;
	struct err *e = feel_compile(a, nested("(", "1", ")", 100000), FEEL_EXPRESSION, NULL, &x);
	assert_int_equal(e->code, E_BUDGET);
	assert_true(str_find(e->arg[0], S("nesting")) >= 0);
}

static void a_stopped_run_stays_stopped(void **state)
{
	struct feel_run r;
	feel_run_init(&r, a);
	r.steps = 50;
	same(feel_eval(&r, compiled("for i in 1..100 return i", FEEL_EXPRESSION, NULL), NULL), "null");
	assert_non_null(r.stop);
	assert_int_equal(r.stop->code, E_BUDGET);
	assert_true(str_is(r.stop->arg[0], "steps of evaluation"));
	same(feel_eval(&r, compiled("1", FEEL_EXPRESSION, NULL), NULL), "null");
	assert_false(feel_step(&r, 1));
	assert_false(feel_enter(&r, 1));
}

static struct feel_value twice(struct feel_run *r, const struct feel_function *fn, const struct feel_value *arg, uint32_t n)
{
	assert_int_equal(n, fn->n);
	if (arg[0].kind != FEEL_NUMBER) return feel_error(r, "twice nothing");
	return feel_add(r, arg[0], arg[0]);
}

static void callers_functions_are_functions(void **state)
{
	static const struct feel_param p[1] = {{{"the number", 10}, NULL}};
	struct feel_param typed[1] = {{S("n"), feel_type_of_kind(FEEL_NUMBER)}};
	struct feel_function f = {.name = S("twice"), .n = 1, .param = p, .call = twice};
	struct feel_function g = {.name = S("twice"), .n = 1, .param = typed, .call = twice, .result = feel_type_of_kind(FEEL_STRING)};
	struct feel_scope *s = feel_scope_new(a, NULL);
	feel_scope_add(s, S("make twice"), NULL);
	feel_scope_add(s, S("g"), NULL);
	struct feel_value v[2] = {feel_of_function(&f), feel_of_function(&g)};
	same(eval("make twice(21)", s, v), "42");
	same(eval("make twice(the number: 21)", s, v), "42");
	same(eval("make twice([2])", s, v), "null");
	same(eval("make twice(1, 2)", s, v), "null");
	same(eval("g([2])", s, v), "null");                  // the argument is coerced, the result is no string
	same(eval("for f in [make twice, abs] return f(-2)", s, v), "[-4, 2]");
	struct feel_run r;
	feel_run_init(&r, a);
	struct str names[1] = {S("the number")};
	struct feel_value arg[1] = {feel_int(4)};
	same(feel_call_named(&r, v[0], names, arg, 1), "8");
	names[0] = S("other");
	same(feel_call_named(&r, v[0], names, arg, 1), "null");
	assert_int_equal(r.raised, 1);
	same(feel_call(&r, feel_int(1), arg, 1), "null");
	struct feel_value sum;
	assert_true(feel_builtin(S("sum"), &sum));
	same(feel_call(&r, sum, arg, 1), "4");
	assert_false(feel_builtin(S("no such thing"), &sum));
}

static void types_coerce_as_the_standard_says(void **state)
{
	struct feel_run r;
	feel_run_init(&r, a);
	const struct feel_type *number = feel_type_of_kind(FEEL_NUMBER);
	struct feel_type positive = {.kind = FEEL_NUMBER, .name = S("tPositive"), .allowed = compiled("> 0", FEEL_UNARY_TESTS, NULL)};
	struct feel_member m[1] = {{S("age"), &positive}};
	struct feel_type person = {.kind = FEEL_CONTEXT, .name = S("tPerson"), .n = 1, .member = m};
	struct feel_type few = {.kind = FEEL_LIST, .of = number, .constraint = compiled("count(?) < 3", FEEL_UNARY_TESTS, NULL)};
	struct feel_value out;
	assert_true(feel_coerce(&r, number, eval("[5]", NULL, NULL), &out));
	same(out, "5");
	assert_true(feel_coerce(&r, feel_type_list(a, number), feel_int(5), &out));
	same(out, "[5]");
	assert_true(feel_coerce(&r, feel_type_of_kind(FEEL_DATE_TIME), eval("@\"2026-11-05\"", NULL, NULL), &out));
	same(out, "date and time(\"2026-11-05T00:00:00Z\")");
	assert_false(feel_coerce(&r, number, feel_text(S("5")), &out));
	same(out, "null");
	assert_true(str_is(r.diag->text, "string is no number"));
	assert_true(feel_conforms(&r, &positive, feel_int(1)));
	assert_false(feel_conforms(&r, &positive, feel_int(0)));
	assert_true(feel_conforms(&r, &positive, feel_null()));
	assert_true(feel_conforms(&r, &person, eval("{age: 1, more: 2}", NULL, NULL)));
	assert_false(feel_conforms(&r, &person, eval("{age: -1}", NULL, NULL)));
	assert_false(feel_conforms(&r, &person, eval("{}", NULL, NULL)));
	assert_true(feel_conforms(&r, &few, eval("[1, 2]", NULL, NULL)));
	assert_false(feel_conforms(&r, &few, eval("[1, 2, 3]", NULL, NULL)));
	assert_true(feel_type_fits(feel_type_list(a, number), feel_type_list(a, NULL)));
	assert_false(feel_type_fits(feel_type_list(a, number), feel_type_list(a, feel_type_of_kind(FEEL_STRING))));
	struct buf b = buf_new(a);
	feel_type_print(&b, feel_type_of_value(a, eval("{a: [1], b: \"x\"}", NULL, NULL)));
	assert_string_equal(str_z(a, buf_str(&b)), "context<a: list<number>, b: string>");
	assert_int_equal(feel_type_by_name(S("date and time"))->kind, FEEL_DATE_TIME);
	assert_null(feel_type_by_name(S("unheard")));
}

static const struct feel_type *find_type(void *user, struct str name)
{
	return str_is(name, "t Big Number") ? user : NULL;
}

static void instance_of_knows_the_scopes_types(void **state)
{
	struct feel_type big = {.kind = FEEL_NUMBER, .name = S("t Big Number"), .allowed = compiled("> 100", FEEL_UNARY_TESTS, NULL)};
	struct feel_scope *s = feel_scope_new(a, NULL);
	feel_scope_types(s, find_type, &big);
	same(eval("101 instance of t Big Number and true", s, NULL), "true");
	same(eval("[1, 101] instance of list<t Big Number>", s, NULL), "false");
	same(eval("(function(x: t Big Number) x)(5)", s, NULL), "null");
}

static void cells_are_seen_as_sets(void **state)
{
	struct feel_tests t;
	assert_true(feel_expr_tests(compiled("-", FEEL_UNARY_TESTS, NULL), a, &t) && t.any);
	assert_true(feel_expr_tests(compiled("not(< 5, [7..9), 12)", FEEL_UNARY_TESTS, NULL), a, &t));
	assert_true(t.negated && !t.any && t.n == 3);
	assert_true(t.item[0].lo.kind == FEEL_NULL && t.item[0].hi.kind == FEEL_NUMBER && !t.item[0].hi_in);
	assert_true(t.item[1].lo_in && !t.item[1].hi_in);
	assert_true(t.item[2].lo_in && t.item[2].hi_in && feel_equal(t.item[2].lo, t.item[2].hi) == FEEL_TRUE);
	assert_true(feel_expr_tests(compiled("\"a\", null, date(\"2026-01-01\")", FEEL_UNARY_TESTS, NULL), a, &t));
	assert_true(t.null_ok && t.n == 2 && t.item[1].lo.kind == FEEL_DATE);
	struct feel_scope *s = feel_scope_new(a, NULL);
	feel_scope_add(s, S("limit"), NULL);
	assert_false(feel_expr_tests(compiled("> limit", FEEL_UNARY_TESTS, s), a, &t));
	assert_false(feel_expr_tests(compiled("? > 5", FEEL_UNARY_TESTS, NULL), a, &t));
	assert_false(feel_expr_tests(compiled("!= 5", FEEL_UNARY_TESTS, NULL), a, &t));
	assert_false(feel_expr_tests(compiled("5", FEEL_EXPRESSION, NULL), a, &t));
}

static struct err *from(const char *text, struct feel_value *out)
{
	struct json *j;
	struct err *e = json_parse(a, str_of(text), (struct json_limits){0}, &j);
	return e ? e : feel_from_json(a, j, out);
}

static void json_goes_both_ways(void **state)
{
	static const char text[] = "{\"n\":1.50,\"s\":\"x\",\"l\":[true,null],\"d\":{\"$type\":\"date\",\"value\":\"2026-11-05\"},"
		"\"t\":{\"$type\":\"time\",\"value\":\"10:00:00Z\"},\"dt\":{\"$type\":\"date and time\",\"value\":\"2026-11-05T10:00:00@Asia/Shanghai\"},"
		"\"p\":{\"$type\":\"days and time duration\",\"value\":\"P1D\"},\"q\":{\"$type\":\"years and months duration\",\"value\":\"P1Y\"},"
		"\"r\":{\"$type\":\"range\",\"start\":1,\"end\":{\"$type\":\"date\",\"value\":\"2026-11-05\"},\"start included\":true,\"end included\":false}}";
	struct feel_value v;
	struct err *e = from(text, &v);
	assert_non_null(e);                                  // a range from a number to a date
	assert_int_equal(e->code, E_FEEL_VALUE);
	struct str good = str_replace(a, str_of(text), S("\"start\":1"), S("\"start\":{\"$type\":\"date\",\"value\":\"2026-01-05\"}"));
	assert_null(from(str_z(a, good), &v));
	same(v, "{n: 1.5, s: \"x\", l: [true, null], d: date(\"2026-11-05\"), t: time(\"10:00:00Z\"), "
		"dt: date and time(\"2026-11-05T10:00:00@Asia/Shanghai\"), p: duration(\"P1D\"), q: duration(\"P1Y\"), "
		"r: [date(\"2026-01-05\")..date(\"2026-11-05\"))}");
	struct buf b = buf_new(a);
	json_print(&b, feel_to_json(a, v));
	assert_string_equal(str_z(a, buf_str(&b)), str_z(a, str_replace(a, good, S("1.50"), S("1.5"))));
	assert_non_null(from("{\"$type\":\"date\",\"value\":\"2026-02-30\"}", &v));
	assert_non_null(from("{\"$type\":\"days and time duration\",\"value\":\"P1Y\"}", &v));
	assert_non_null(from("{\"$type\":\"colour\",\"value\":\"red\"}", &v));
	assert_non_null(from("{\"$type\":\"range\"}", &v));
	assert_null(from("{\"$type\":\"range\",\"start\":null,\"end\":5,\"end included\":true}", &v));
	same(v, "(<=5)");
	// Parts that are shared would print for ever.
	same(eval("(for i in 1..3 return if i = 1 then [] else [partial[-1], partial[-1]])[-1]", NULL, NULL), "[[[], []], [[], []]]");
	assert_null(feel_to_json(a, eval("(for i in 1..60 return if i = 1 then [] else [partial[-1], partial[-1]])[-1]", NULL, NULL)));
}

static void equal_values_hash_alike(void **state)
{
	static const char *const pairs[][2] = {{"1", "1.00"}, {"{a: 1, b: [2]}", "{b: [2.0], a: 1}"}, {"@\"10:00:00Z\"", "@\"11:00:00+01:00\""},
		{"@\"P1D\"", "@\"PT24H\""}, {"-0", "0"}, {"@\"10:00:00.0001\"", "@\"10:00:00.0002\""}};
	for (size_t i = 0; i < countof(pairs); i++) {
		struct feel_value x = eval(pairs[i][0], NULL, NULL), y = eval(pairs[i][1], NULL, NULL);
		assert_int_equal(feel_equal(x, y), FEEL_TRUE);
		assert_true(feel_hash(x) == feel_hash(y));
	}
	assert_true(feel_hash(feel_int(1)) != feel_hash(feel_int(2)));
}

// One compiled expression in many threads, each with its own run and arena.
static struct feel_expr *shared;
static struct feel_scope *shared_scope;

static void *work(void *arg)
{
	struct arena *mine = arena_new(0);
	bool ok = true;
	for (int i = 0; i < 2000; i++) {
		struct feel_run r;
		arena_reset(mine);
		feel_run_init(&r, mine);
		struct feel_value v[1] = {feel_int(i)}, out = feel_eval(&r, shared, v);
		int64_t got;
		ok = ok && out.kind == FEEL_NUMBER && dec_to_int(out.num, &got) && got == i + 3;
	}
	arena_free(mine);
	*(bool *)arg = ok;
	return NULL;
}

static void threads_share_what_is_compiled(void **state)
{
	shared_scope = feel_scope_new(a, NULL);
	feel_scope_add(shared_scope, S("x"), NULL);
	shared = compiled("if matches(string(x), \"^[0-9]+$\") then (function(y) y + count([1, 2, x][item < x + 1]))(x) + (if x < 2 then 2 - x else 0) "
		"+ (if x = 0 then 0 else 0) - (if x = 0 then 0 else 0) else null", FEEL_EXPRESSION, shared_scope);
	pthread_t t[4];
	bool ok[4];
	for (int i = 0; i < 4; i++) assert_int_equal(pthread_create(&t[i], NULL, work, &ok[i]), 0);
	for (int i = 0; i < 4; i++) pthread_join(t[i], NULL);
	for (int i = 0; i < 4; i++) assert_true(ok[i]);
}

static void instants_show_their_zone(void **state)
{
	const struct feel_zone *z = feel_zone(S("Asia/Shanghai"));
	assert_non_null(z);
	assert_ptr_equal(z, feel_zone(S("Asia/Shanghai")));
	assert_null(feel_zone(S("Asia/Nowhere")));
	assert_null(feel_zone(S("asia/shanghai")));
	assert_null(feel_zone(S("")));
	same(feel_instant(-1, z), "date and time(\"1970-01-01T07:59:59.999@Asia/Shanghai\")");
	same(feel_instant(0, NULL), "date and time(\"1970-01-01T00:00:00Z\")");
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(slots_of_nested_scopes_continue_and_hide), T(imported_names_keep_their_prefix),
		T(lazy_variables_are_asked_for_once_and_only_when_needed), T(what_an_expression_needs_is_known),
		T(errors_say_where_and_what), T(bombs_are_refused_while_compiling), T(a_stopped_run_stays_stopped),
		T(callers_functions_are_functions), T(types_coerce_as_the_standard_says), T(instance_of_knows_the_scopes_types),
		T(cells_are_seen_as_sets), T(json_goes_both_ways), T(equal_values_hash_alike), T(threads_share_what_is_compiled),
		T(instants_show_their_zone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
