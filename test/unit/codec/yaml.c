#include "codec/yaml.h"

#include <setjmp.h>
#include <cmocka.h>

static struct arena *a;

static struct yaml *good(const char *text)
{
	struct yaml *v = NULL;
	struct err *e = yaml_parse(a, S("city.yaml"), str_of(text), (struct yaml_limits){0}, &v);
	if (e) fail_msg("%s: %s", text, str_z(a, err_text(a, e, true)));
	return v;
}

static struct err *bad(struct str text)
{
	struct yaml *v = NULL;
	struct err *e = yaml_parse(a, S("city.yaml"), text, (struct yaml_limits){0}, &v);
	if (!e) fail_msg("accepted: " STR_FMT, STR_ARG(text));
	assert_null(v);
	assert_true(str_is(e->file, "city.yaml"));
	return e;
}

static void reads_trees_with_places(void **state)
{
	struct yaml *v = good("# 云帆市\nname: {zh: 开办企业, en: \"Start\"}\nlimit: 5\nonline: true\nquoted: \"5\"\n"
			      "none: ~\nempty:\nblank: ''\nsteps:\n  - 受理\n  - name: 决定\n    note: |\n      一\n      二\n");
	assert_true(str_is(yaml_text(yaml_path(v, "name.zh")), "开办企业"));
	assert_true(str_is(yaml_text(yaml_path(v, "steps.1.name")), "决定"));
	assert_true(str_is(yaml_text(yaml_path(v, "steps.1.note")), "一\n二\n"));
	assert_int_equal(yaml_path(v, "steps.1.name")->line, 11);
	assert_int_equal(yaml_path(v, "steps.1.name")->col, 11);
	assert_int_equal(yaml_key(v, S("steps"))->line, 9);
	int64_t i = 0;
	bool b = false;
	assert_true(yaml_int(yaml_get(v, S("limit")), &i) && i == 5);
	assert_false(yaml_int(yaml_get(v, S("quoted")), &i));
	assert_true(yaml_get(v, S("quoted"))->quoted);
	assert_true(yaml_bool(yaml_get(v, S("online")), &b) && b);
	assert_false(yaml_bool(yaml_get(v, S("limit")), &b));
	assert_true(yaml_is_null(yaml_get(v, S("none"))) && yaml_is_null(yaml_get(v, S("empty"))) &&
		yaml_is_null(NULL));
	assert_false(yaml_is_null(yaml_get(v, S("blank"))));
	assert_null(yaml_get_text(v, S("none")).p);
	assert_non_null(yaml_get_text(v, S("blank")).p);
	assert_null(yaml_get_text(v, S("absent")).p);
	assert_null(yaml_path(v, "steps.7"));
	assert_int_equal(yaml_count(yaml_get(v, S("steps"))), 2);
	assert_true(str_is(v->key[1]->text, "limit"));
	struct err *e = yaml_err(a, E_REQUIRED, yaml_get(v, S("limit")), S("x"));
	assert_int_equal(e->line, 3);
	assert_int_equal(e->col, 8);
	assert_true(str_is(e->file, "city.yaml"));
	assert_true(good("")->type == YAML_MAP && good("# only a remark\n")->n == 0);
	assert_true(str_is(yaml_get_text(good("\xef\xbb\xbf" "a: 1"), S("a")), "1"));
}

static void refuses_by_name(void **state)
{
	static const struct { const char *text, *arg; int code; } no[] = {
		{"a: &x 1\nb: *x\n", "&x", E_NOT_ALLOWED_HERE}, {"b: *x\n", "*x", E_NOT_ALLOWED_HERE},
		{"a: !!int 3\n", "!tag:yaml.org,2002:int", E_NOT_ALLOWED_HERE},
		{"a: &m {b: 1}\n", "&m", E_NOT_ALLOWED_HERE},
		{"<<: {a: 1}\n", "<<", E_NOT_ALLOWED_HERE}, {"[a]: 1\n", "[ ]", E_NOT_ALLOWED_HERE},
		{"? {a: 1}\n: 1\n", "{ }", E_NOT_ALLOWED_HERE},
		{"a: 1\n---\nb: 2\n", "---", E_NOT_ALLOWED_HERE},
		{"a: \"x\\0y\"\n", "U+0000", E_NOT_ALLOWED_HERE},
		{"名称: 1\nb: 2\n'名称': 3\n", "名称", E_DUPLICATE_KEY},
	};
	for (size_t i = 0; i < countof(no); i++) {
		struct err *e = bad(str_of(no[i].text));
		assert_int_equal(e->code, no[i].code);
		assert_string_equal(str_z(a, e->arg[0]), no[i].arg);
	}
	assert_int_equal(bad(S("a: 1\na: 2\n"))->line, 2);
}

static void refuses_what_is_no_yaml(void **state)
{
	static const char *const texts[] = {"a: b: c", "a: [1, 2", "\ta: 1", "a: \"x", "a: 'x", "a: 1\n b: 2",
		"a: @x", "%BAD\n---\na: 1",
		"a: \"\\q\"", "]", "a: \x01", "a: \"\\uD800\""};
	for (size_t i = 0; i < countof(texts); i++) assert_int_equal(bad(str_of(texts[i]))->code, E_SYNTAX);
	struct err *e = bad(S("a: 1\nb: \xff\n"));
	assert_int_equal(e->code, E_UTF8);
	assert_true(e->line == 2 && e->col == 4);
	assert_int_equal(bad(S("a: 1\nb: [\n"))->line, 3);
}

static void keeps_budgets(void **state)
{
	struct yaml *v;
	struct yaml_limits max = {.bytes = 30, .depth = 3, .nodes = 5};
	assert_int_equal(yaml_parse(a, S("f"), S("[[[[a]]]]"), max, &v)->code, E_TOO_DEEP);
	assert_null(yaml_parse(a, S("f"), S("[[a]]"), max, &v));
	assert_int_equal(yaml_parse(a, S("f"), S("[a,b,c,d,e]"), max, &v)->code, E_BUDGET);
	assert_int_equal(yaml_parse(a, S("f"), S("a: 0123456789012345678901234567890"), max, &v)->code,
		E_TOO_BIG);
	char deep[20000];
	memset(deep, '[', sizeof deep);
	assert_int_equal(bad((struct str){deep, sizeof deep})->code, E_TOO_DEEP);
	for (size_t i = 0; i < sizeof deep; i += 2) memcpy(deep + i, "- ", 2);
	assert_int_equal(bad((struct str){deep, sizeof deep})->code, E_TOO_DEEP);
}

int main(void)
{
	a = arena_new(0);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_trees_with_places), cmocka_unit_test(refuses_by_name),
		cmocka_unit_test(refuses_what_is_no_yaml), cmocka_unit_test(keeps_budgets),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(a);
	return failed;
}
