// Values changed in place: what was not meant stays byte for byte, what is not understood is refused.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "codec/yaml_patch.h"

static struct arena *a;

static const char file[] =
	"# an item, by hand\n"
	"code: dog   # keep this\n"
	"name: {zh: 养犬登记, en: \"Dog: licence\"}\n"
	"type: \"07\"\n"
	"promised: {n: 5, unit: working_day} # 示例\n"
	"statutory:\n"
	"  n: 20\n"
	"  unit: working_day\n"
	"conditions:\n"
	"  # first of all\n"
	"  - {zh: 一, en: 'it''s one'}\n"
	"  - zh: 二\n"
	"\n"
	"# about phones\n"
	"phone: 0599-2100300\n"
	"summary: |\n"
	"  two\n"
	"  lines\n";

static struct str patched(const char *path, const char *value, bool plain, enum err_code *code)
{
	struct str out;
	struct yaml_edit d = {.path = str_of(path), .value = str_of(value), .plain = plain};
	struct err *e = yaml_patch(a, S("x.yaml"), str_of(file), &d, 1, &out);
	*code = e ? e->code : 0;
	return out;
}

static void becomes(const char *path, const char *value, bool plain, const char *from, const char *to)
{
	enum err_code code;
	struct str out = patched(path, value, plain, &code), want = *from ? str_replace(a, str_of(file), str_of(from), str_of(to)) : str_of(file);
	if (code) fail_msg("%s: %s", path, err_name(code));
	if (!str_eq(out, want)) fail_msg("%s:\n%.*s", path, STR_ARG(out));
}

static void one_value(void **state)
{
	becomes("promised.n", "3", true, "n: 5", "n: 3");
	becomes("statutory.n", "15", true, "n: 20", "n: 15");
	becomes("code", "cat", false, "code: dog", "code: cat");
	becomes("name.zh", "养猫登记", false, "养犬登记", "养猫登记");
	becomes("name.en", "Dog \"licence\"", false, "\"Dog: licence\"", "\"Dog \\\"licence\\\"\"");
	becomes("name.zh", "登记，#1: {a}", false, "zh: 养犬登记", "zh: \"登记，#1: {a}\"");
	becomes("type", "08", false, "\"07\"", "\"08\"");
	becomes("conditions.0.en", "two's", false, "'it''s one'", "\"two's\"");
	becomes("conditions.1.zh", "三", false, "zh: 二", "zh: 三");
	becomes("phone", "0599-2100301", false, "phone: 0599-2100300", "phone: \"0599-2100301\"");
	becomes("phone", "", false, "phone: 0599-2100300\n", "");
	becomes("name.en", "", false, "\"Dog: licence\"", "\"\"");
	becomes("phone", "true", false, "phone: 0599-2100300", "phone: \"true\"");
	becomes("phone", "0599-2100300", false, "", "");             // as it is
}

static void what_is_missing(void **state)
{
	becomes("promised.basis", "办法", false, "unit: working_day} # 示例", "unit: working_day, basis: 办法} # 示例");
	becomes("statutory.basis", "办法", false, "  n: 20\n", "  basis: 办法\n  n: 20\n");
	becomes("hours", "工作日", false, "  lines\n", "  lines\nhours: 工作日\n");
	becomes("place.zh", "一楼", false, "  lines\n", "  lines\nplace: {zh: 一楼}\n");
	becomes("place.zh", "", false, "", "");
}

static void refused(void **state)
{
	enum err_code code;
	static const struct { const char *path, *value; bool plain; } bad[] = {{"summary", "x", false}, {"name", "x", false}, {"conditions.9.zh", "x", false},
		{"a.b.c", "x", false}, {"promised.n", "3, x: 4", true}, {"promised.n", "3}\nevil: {a: 1", true}, {"code.x", "y", false},
		{"a b", "x", false}, {"new:", "x", false}, {"place.a b", "x", false}, {"#new.zh", "x", false}, {"promised.a, b", "x", false}};
	for (size_t i = 0; i < countof(bad); i++) {
		patched(bad[i].path, bad[i].value, bad[i].plain, &code);
		if (!code) fail_msg("%s = %s was taken", bad[i].path, bad[i].value);
	}
	struct str out;
	struct yaml_edit d = {.path = S("a"), .value = S("x")};
	assert_non_null(yaml_patch(a, S("x"), S("{a: b}\n"), &d, 1, &out));
	assert_non_null(yaml_patch(a, S("x"), S("- a\n"), &d, 1, &out));
	assert_non_null(yaml_patch(a, S("x"), S("a: [\n"), &d, 1, &out));
}

static void sections(void **state)
{
	struct str out;
	assert_null(yaml_section(a, S("x"), str_of(file), S("conditions"), &out));
	assert_true(str_is(out, "conditions:\n  # first of all\n  - {zh: 一, en: 'it''s one'}\n  - zh: 二\n"));
	struct yaml_edit d = {.path = S("conditions"), .value = S("conditions:\n  - {zh: 九}"), .section = true};
	assert_null(yaml_patch(a, S("x"), str_of(file), &d, 1, &out));
	assert_true(str_eq(out, str_replace(a, str_of(file), S("conditions:\n  # first of all\n  - {zh: 一, en: 'it''s one'}\n  - zh: 二\n"), S("conditions:\n  - {zh: 九}\n"))));
	// Lines that would bring in another member, or another name.
	d.value = S("conditions: []\ncode: cat\n");
	assert_non_null(yaml_patch(a, S("x"), str_of(file), &d, 1, &out));
	d.value = S("conditions: []\nnew: cat\n");
	assert_non_null(yaml_patch(a, S("x"), str_of(file), &d, 1, &out));
	d.value = S("others: []\n");
	assert_non_null(yaml_patch(a, S("x"), str_of(file), &d, 1, &out));
	d = (struct yaml_edit){.path = S("faq"), .value = S("faq:\n  - {q: {zh: 问}, a: {zh: 答}}\n"), .section = true};
	assert_null(yaml_patch(a, S("x"), str_of(file), &d, 1, &out));
	assert_true(str_ends(out, S("  lines\nfaq:\n  - {q: {zh: 问}, a: {zh: 答}}\n")));
}

// Cut anywhere and edited: an error or a result that still reads, never anything else.
static void cut_files(void **state)
{
	for (size_t n = 0; n < sizeof file; n++) {
		struct str out, text = str_part(str_of(file), 0, n);
		static const char *const paths[] = {"promised.n", "name.zh", "conditions.0.en", "summary", "new", "new.zh"};
		for (size_t i = 0; i < countof(paths) && utf8_valid(text); i++) {
			struct yaml_edit d = {.path = str_of(paths[i]), .value = S("x")};
			struct yaml *y;
			struct err *e = yaml_patch(a, S("x"), text, &d, 1, &out);
			if (!e) assert_null(yaml_parse(a, S("x"), out, (struct yaml_limits){0}, &y));
		}
	}
}

int main(void)
{
	a = arena_new(0);
	const struct CMUnitTest tests[] = {cmocka_unit_test(one_value), cmocka_unit_test(what_is_missing), cmocka_unit_test(refused),
		cmocka_unit_test(sections), cmocka_unit_test(cut_files)};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(a);
	return failed;
}
