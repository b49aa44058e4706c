#include "codec/json.h"

#include <setjmp.h>
#include <cmocka.h>

static struct arena *a;

static struct json *good(const char *text)
{
	struct json *v = NULL;
	struct err *e = json_parse(a, str_of(text), (struct json_limits){0}, &v);
	if (e) fail_msg("%s: %s", text, str_z(a, err_text(a, e, true)));
	return v;
}

static struct err *bad(struct str text)
{
	struct json *v = NULL;
	struct err *e = json_parse(a, text, (struct json_limits){0}, &v);
	if (!e) fail_msg("accepted: " STR_FMT, STR_ARG(text));
	return e;
}

static const char *shown(void (*print)(struct buf *, const struct json *), const struct json *v)
{
	struct buf b = buf_new(a);
	print(&b, v);
	return str_z(a, buf_str(&b));
}

static void reads_values(void **state)
{
	struct json *v = good(" {\"case\":{\"steps\":[{\"name\":\"受理\"},{\"name\":\"\\u51b3\\u5b9a\\ud842\\udfb7\\n\"}]},"
			      "\"n\":-1.50e3,\"t\":true,\"f\":false,\"z\":null,\"e\":[],\"o\":{}} ");
	assert_true(str_is(json_text(json_path(v, "case.steps.0.name")), "受理"));
	assert_true(str_is(json_text(json_path(v, "case.steps.1.name")), "决定𠮷\n"));
	assert_null(json_path(v, "case.steps.2.name"));
	assert_null(json_path(v, "case.steps.-1"));
	assert_null(json_path(v, "case.none.more"));
	int64_t i;
	dec d;
	assert_true(json_int(json_get(v, S("n")), &i) && i == -1500);
	assert_true(json_dec(json_get(v, S("n")), &d) && d == -1500);
	assert_true(str_is(json_text(json_get(v, S("n"))), "-1.50e3"));
	assert_true(json_is_true(json_get(v, S("t"))) && !json_is_true(json_get(v, S("f"))) &&
		!json_is_true(NULL));
	assert_int_equal(json_get(v, S("z"))->type, JSON_NULL);
	assert_int_equal(json_count(v), 7);
	assert_int_equal(json_count(NULL), 0);
	assert_string_equal(shown(json_print, v),
		"{\"case\":{\"steps\":[{\"name\":\"受理\"},{\"name\":\"决定𠮷\\n\"}]},"
		"\"n\":-1.50e3,\"t\":true,\"f\":false,\"z\":null,\"e\":[],\"o\":{}}");
}

static void refuses_what_is_not_json(void **state)
{
	static const char *const texts[] = {"", " ", "{", "[1,]", "{\"a\":1,}", "[1 2]", "01", "1.", ".5",
		"+1", "-", "1e",
		"\"a", "\"\\x\"", "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"\\u0000\"", "\"a\nb\"", "nul",
			"nulll", "{a:1}",
		"{\"a\" 1}", "[1]]", "'a'", "NaN", "\xef\xbb\xbf{}", "1e1234567890", "// c\n1", "\"\\",
			"\"\\u12"};
	for (size_t i = 0; i < countof(texts); i++) assert_int_equal(bad(str_of(texts[i]))->code, E_SYNTAX);
	assert_int_equal(bad(S("\"a\0b\""))->code, E_SYNTAX);
	assert_int_equal(bad(S("\"\xff\""))->code, E_UTF8);
	assert_int_equal(bad(S("\"\xed\xa0\x80\""))->code, E_UTF8);
	assert_int_equal(bad(S("\"\xe4\xb8"))->code, E_UTF8);
	assert_int_equal(bad(S("\"\xc0\x80\""))->code, E_UTF8);
	struct err *e = bad(S("{\n \"受理\" 1}"));
	assert_int_equal(e->line, 2);
	assert_int_equal(e->col, 7);
}

static void refuses_equal_keys(void **state)
{
	struct err *e = bad(S("{\"a\":1,\"b\":2,\"\\u0061\":3}"));
	assert_int_equal(e->code, E_DUPLICATE_KEY);
	assert_true(str_is(e->arg[0], "a"));
	struct buf b = buf_new(a);
	for (int i = 0; i < 100; i++) buf_fmt(&b, "%s\"k%d\":1", i ? "," : "{", i);
	buf_lit(&b, ",\"k7\":1}");
	e = bad(buf_str(&b));
	assert_int_equal(e->code, E_DUPLICATE_KEY);
	assert_true(str_is(e->arg[0], "k7"));
}

static void keeps_budgets(void **state)
{
	struct json *v;
	struct json_limits max = {.bytes = 20, .depth = 3, .nodes = 5};
	assert_int_equal(json_parse(a, S("[[[[]]]]"), max, &v)->code, E_TOO_DEEP);
	assert_null(json_parse(a, S("[[[]]]"), max, &v));
	assert_int_equal(json_parse(a, S("[1,2,3,4,5]"), max, &v)->code, E_BUDGET);
	assert_null(json_parse(a, S("[1,2,3,4]"), max, &v));
	assert_int_equal(json_parse(a, S("\"0123456789012345678901\""), max, &v)->code, E_TOO_BIG);
	char deep[100000];
	memset(deep, '[', sizeof deep);
	assert_int_equal(bad((struct str){deep, sizeof deep})->code, E_TOO_DEEP);
}

static void prints_safely(void **state)
{
	struct json *v = json_obj(a);
	json_put(a, v, S("b"), json_str(a, S("</script>&\"\\\x01\x7f\xe2\x80\xa8\xe2\x80\xa9\xe2\x80\xb0")));
	json_put(a, v, S("a"), json_num(a, INT64_MIN));
	json_put(a, v, S("a"), json_num(a, -12));
	json_put(a, v, S("id"), json_id(a, INT64_MAX));
	struct json *list = json_arr(a);
	for (int i = 0; i < 20; i++) json_add(a, list, json_num(a, i));
	json_put(a, v, S("l"), list);
	dec d;
	assert_true(dec_parse(S("12.50"), &d));
	json_put(a, v, S("d"), json_decimal(a, d));
	json_put(a, v, S("y"), json_bool(a, true));
	const char *want = "{\"b\":\"\\u003c/script\\u003e\\u0026\\\"\\\\\\u0001\x7f\\u2028\\u2029\xe2\x80\xb0\",\"a\":-12,"
		"\"id\":\"9223372036854775807\",\"l\":[0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19],\"d\":12.5,\"y\":true}";
	assert_string_equal(shown(json_print, v), want);
	assert_string_equal(shown(json_print, json_copy(a, v)), want);
	assert_true(json_equal(v, good(want)));
	assert_true(json_equal(v, good(shown(json_print_pretty, v))));
	assert_string_equal(shown(json_print_pretty, good("{\"a\":[1,{}],\"b\":[]}")),
		"{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": []\n}\n");
}

static void compares_and_canonises_by_value(void **state)
{
	assert_true(json_equal(good("{\"a\":1.0,\"b\":[1e2]}"), good("{\"b\":[100],\"a\":10e-1}")));
	assert_false(json_equal(good("[1,2]"), good("[2,1]")));
	assert_false(json_equal(good("{\"a\":1}"), good("{\"b\":1}")));
	assert_false(json_equal(good("1"), good("\"1\"")));
	assert_false(json_equal(good("12345678901234567890123456789012345678901"),
		good("12345678901234567890123456789012345678902")));
	static const char *const pair[][2] = {
		{"{\"b\":1.50,\"a\":{\"d\":-0.0,\"c\":[1E2]}}", "{\"a\":{\"c\":[100],\"d\":0},\"b\":1.5}"},
		{"0.00123e1", "0.0123"}, {"123456e-3", "123.456"}, {"1e40", "1E+40"}, {"15e-60", "1.5E-59"},
		{"1e33", "1000000000000000000000000000000000"},
	};
	for (size_t i = 0; i < countof(pair); i++)
		assert_string_equal(shown(json_print_canonical, good(pair[i][0])), pair[i][1]);
}

int main(void)
{
	a = arena_new(0);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_values), cmocka_unit_test(refuses_what_is_not_json),
		cmocka_unit_test(refuses_equal_keys), cmocka_unit_test(keeps_budgets),
		cmocka_unit_test(prints_safely), cmocka_unit_test(compares_and_canonises_by_value),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(a);
	return failed;
}
