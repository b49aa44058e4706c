// Every sentence the engines can say has its Chinese: their sources are read, each format becomes a sentence, and it is said.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/err.h"
#include "base/file.h"
#include "base/said.h"

static bool has_latin_words(struct str s)
{
	int run = 0;
	for (size_t i = 0; i < s.n; i++) {
		run = s.p[i] == ' ' || (s.p[i] >= 'a' && s.p[i] <= 'z') ? run + 1 : 0;
		if (run > 20) return true;
	}
	return false;
}

// The string literal that begins at the quote, with what stands for a value filled in; false when it goes on in code.
static bool literal(struct arena *a, struct str s, struct str *out)
{
	struct buf b = buf_new(a);
	for (size_t i = 1; i < s.n; i++) {
		if (s.p[i] == '\\' && i + 1 < s.n) {
			buf_byte(&b, s.p[++i]);
		} else if (s.p[i] == '%') {
			while (i + 1 < s.n && !strchr("sud", s.p[i + 1])) i++;
			buf_add(&b, s.p[++i] == 's' ? S("number") : S("7"));
		} else if (s.p[i] == '"') {
			struct str rest = str_from(s, i + 1);
			if (str_starts(rest, S(" STR_FMT \""))) {
				buf_lit(&b, "x1");
				i += 10;
				continue;
			}
			if (str_starts(rest, S(" STR_FMT"))) buf_lit(&b, "x1");
			*out = buf_str(&b);
			return true;
		} else {
			buf_byte(&b, s.p[i]);
		}
	}
	return false;
}

static int said_in(struct arena *a, const char *file)
{
	static const char *const makers[] = {"feel_error(", "arg_fail(", "part_fail(", "feel_stop(", "parse_budget(", "*why = ", "return \"a ", "E_BUDGET, ",
		"return bad(a, ", "dmn_load_over("};
	struct str text;
	int n = 0;
	assert_null(file_read(a, str_fmt(a, SOURCE_ROOT "/src/%s", file), 10 << 20, &text));
	for (size_t m = 0; m < countof(makers); m++)
		for (struct str rest = text;;) {
			ptrdiff_t at = str_find(rest, str_of(makers[m]));
			if (at < 0) break;
			rest = str_from(rest, (size_t)at + 1);
			ptrdiff_t end = str_find(rest, S(";")), quote = str_find(rest, S("\""));
			struct str en;
			if (quote < 0 || end < quote || !literal(a, str_from(rest, (size_t)quote), &en)) continue;
			// Other things of the same makers: texts made elsewhere, parts that are no sentence.
			if (en.n < 4 || str_is(en, "number") || str_is(en, "x1") || str_is(en, "number number number")) continue;
			struct str zh = said_zh(a, en);
			if (str_eq(zh, en) || has_latin_words(zh)) fail_msg("%s: no row for “" STR_FMT "”: " STR_FMT, file, STR_ARG(en), STR_ARG(zh));
			n++;
		}
	return n;
}

static void every_sentence(void **state)
{
	static const char *const files[] = {"feel/arith.c", "feel/b_context.c", "feel/b_list.c", "feel/b_number.c", "feel/b_range.c", "feel/b_string.c",
		"feel/b_time.c", "feel/builtin.c", "feel/eval.c", "feel/iterate.c", "feel/lex.c", "feel/names.c", "feel/parse.c", "feel/print.c", "feel/run.c",
		"feel/type.c", "dmn/load.c", "dmn/sheet.c", "dmn/model.c", "dmn/table.c", "dmn/eval.c", "dmn/type.c", "codec/csv.c", "codec/json.c", "codec/xml.c",
		"codec/yaml.c", "codec/url.c", "codec/multipart.c", "web/tpl_parse.c", "web/tpl_render.c", "domain/release/release.c", "domain/calendar/folder.c",
		"cli/feel_cmd.c"};
	struct arena *a = arena_new(0);
	int n = 0;
	for (size_t i = 0; i < countof(files); i++) n += said_in(a, files[i]);
	print_message("%d sentences\n", n);
	assert_true(n > 100);
	arena_free(a);
}

static void filled_in(void **state)
{
	struct arena *a = arena_new(0);
	static const char *const pairs[][2] = {{"number added to string", "数字不能加文字"}, {"date minus null", "日期不能减空值"}, {"list times number", "列表不能乘数字"},
		{"time divided by range", "时间不能除以区间"}, {"string to the power of number", "文字不能以数字为指数"}, {"chain of requirements longer than 40", "依赖链超过 40 级"},
		{"days and time duration compared with null", "天数时长不能与空值比较"}, {"context has no “street”", "上下文里没有“street”"},
		{"sum(number, string): no form of the function takes these arguments", "sum（number, string）：这个函数不接受这样的参数"},
		{"nobody has written this", "nobody has written this"}, {"", ""}};
	for (size_t i = 0; i < countof(pairs); i++) assert_string_equal(str_z(a, said_zh(a, str_of(pairs[i][0]))), pairs[i][1]);
	struct err *e = err_arg(a, E_BUDGET, S("chain of requirements longer than 40"));
	assert_string_equal(str_z(a, err_text(a, e, false)), "超过预算：依赖链超过 40 级。请简化后重试。");
	assert_string_equal(str_z(a, err_text(a, e, true)), "Over budget: chain of requirements longer than 40. Simplify and try again.");
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(every_sentence), cmocka_unit_test(filled_in)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
