#include "codec/csv.h"

#include <setjmp.h>
#include <cmocka.h>

static struct arena *a;

static struct csv good(const char *text, char sep)
{
	struct csv t;
	struct err *e = csv_parse(a, S("t.csv"), str_of(text), sep, (struct csv_limits){0}, &t);
	if (e) fail_msg("%s: %s", text, str_z(a, err_text(a, e, true)));
	return t;
}

static struct err *bad(struct str text)
{
	struct csv t;
	struct err *e = csv_parse(a, S("t.csv"), text, ',', (struct csv_limits){0}, &t);
	if (!e) fail_msg("accepted: " STR_FMT, STR_ARG(text));
	return e;
}

static void reads_tables(void **state)
{
	struct csv t = good("\xef\xbb\xbf事项, 时限 ,备注\r\n开办企业,3,\"含\"\"一件事\"\",\r\n换行\"\n\n,,\nlast", ',');
	assert_int_equal(t.n, 4);
	assert_int_equal(t.row[0].n, 3);
	assert_true(str_is(csv_cell(&t.row[1], 2), "含\"一件事\",\r\n换行"));
	assert_int_equal(t.row[1].line, 2);
	assert_int_equal(t.row[2].line, 5);
	assert_int_equal(t.row[2].n, 3);
	assert_int_equal(t.row[3].line, 6);
	assert_true(str_is(csv_cell(&t.row[3], 0), "last") && str_is(csv_cell(&t.row[3], 9), ""));
	t = good("a,b\tc\n\"\"\t", '\t');
	assert_true(str_is(t.row[0].cell[0], "a,b") && t.row[0].n == 2);
	assert_true(t.row[1].n == 2 && t.row[1].cell[0].n == 0);
	assert_int_equal(good("", ',').n, 0);
	assert_int_equal(good("\xef\xbb\xbf\r\n\n", ',').n, 0);
}

static void refuses_broken_quotes(void **state)
{
	struct err *e = bad(S("a,b\n事\"x\",2\n"));
	assert_int_equal(e->code, E_SYNTAX);
	assert_true(e->line == 2 && e->col == 2 && str_is(e->file, "t.csv"));
	e = bad(S("a\n\"b\nc\n"));
	assert_true(e->code == E_SYNTAX && e->line == 2);
	assert_int_equal(bad(S("\"a\"b"))->code, E_SYNTAX);
	assert_int_equal(bad(S("\"a\" ,b"))->code, E_SYNTAX);
	assert_int_equal(bad(S("a\rb"))->code, E_SYNTAX);
	assert_int_equal(bad(S("\"a\"\rb"))->code, E_SYNTAX);
	e = bad(S("a\nb\xff"));
	assert_true(e->code == E_UTF8 && e->line == 2 && e->col == 2);
	assert_int_equal(bad(S("a\0b"))->code, E_NOT_ALLOWED_HERE);
}

static void keeps_budgets(void **state)
{
	struct csv t;
	struct csv_limits max = {.bytes = 12, .rows = 2, .columns = 2};
	assert_int_equal(csv_parse(a, S(""), S("0123456789012"), ',', max, &t)->code, E_TOO_BIG);
	assert_int_equal(csv_parse(a, S(""), S("1\n2\n3"), ',', max, &t)->code, E_BUDGET);
	assert_int_equal(csv_parse(a, S(""), S("1,2,3"), ',', max, &t)->code, E_BUDGET);
	assert_null(csv_parse(a, S(""), S("1,2\n3,4\n"), ',', max, &t));
}

static void writes_what_it_reads(void **state)
{
	struct str cells[] = {S("甲"), S("a,\"b\""), S("x\ny"), S(""), S("=1+1"), S("-5")};
	struct buf b = buf_new(a);
	csv_print_row(&b, cells, countof(cells), ',', false);
	csv_print_row(&b, &cells[3], 1, ',', false);
	struct csv t = good(str_z(a, buf_str(&b)), ',');
	assert_int_equal(t.n, 2);
	for (uint32_t i = 0; i < countof(cells); i++) assert_true(str_eq(csv_cell(&t.row[0], i), cells[i]));
	b.n = 0;
	csv_print_row(&b, cells + 4, 2, ',', true);
	assert_true(str_is(buf_str(&b), "'=1+1,-5\r\n"));
}

int main(void)
{
	a = arena_new(0);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_tables), cmocka_unit_test(refuses_broken_quotes),
		cmocka_unit_test(keeps_budgets), cmocka_unit_test(writes_what_it_reads),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(a);
	return failed;
}
