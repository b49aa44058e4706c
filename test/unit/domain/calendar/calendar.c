// Tests of domain/calendar against the vectors of the domain notes (2024 to 2026).
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "domain/calendar/calendar.h"

static struct arena *a;
static struct calendar *cal;
static const char *folder;

static day_t D(const char *s)
{
	day_t d;
	assert_true(day_parse(str_of(s), &d));
	return d;
}

static void vectors(void **state)
{
	static const struct { const char *from; int n; const char *to; } v[] = {
		{"2026-02-11", 5, "2026-02-25"}, {"2026-02-11", 20, "2026-03-17"}, {"2026-02-13", 1, "2026-02-14"},
		{"2026-09-18", 5, "2026-09-24"}, {"2026-09-25", 5, "2026-10-09"}, {"2026-09-28", 5, "2026-10-10"},
		{"2026-01-01", 5, "2026-01-08"}, {"2025-01-24", 5, "2025-02-07"}, {"2025-09-26", 5, "2025-10-10"},
		{"2024-02-08", 5, "2024-02-21"}};
	for (size_t i = 0; i < countof(v); i++) {
		day_t out;
		int32_t n;
		assert_null(calendar_add(a, cal, D(v[i].from), v[i].n, &out));
		assert_int_equal(out, D(v[i].to));
		assert_null(calendar_count(a, cal, D(v[i].from), out, &n));
		assert_int_equal(n, v[i].n);
		assert_null(calendar_count(a, cal, out, D(v[i].from), &n));
		assert_int_equal(n, -v[i].n);
	}
}

static void days_per_year(void **state)
{
	static const struct { int year, n; } v[] = {{2024, 251}, {2025, 248}, {2026, 248}};
	for (size_t i = 0; i < countof(v); i++) {
		int n = 0;
		for (day_t d = day_of(v[i].year, 1, 1); d <= day_of(v[i].year, 12, 31); d++) {
			bool w;
			assert_null(calendar_is_working(a, cal, d, &w));
			n += w;
		}
		assert_int_equal(n, v[i].n);
	}
	assert_true(str_is(calendar_day_name(cal, D("2026-02-17")), "春节"));
	assert_int_equal(calendar_day_name(cal, D("2026-03-17")).n, 0);
	assert_int_equal(calendar_year_count(cal), 3);
	assert_int_equal(calendar_year_at(cal, 0), 2024);
}

static void unpublished_year_is_refused(void **state)
{
	day_t out;
	int32_t n;
	bool w;
	struct err *e = calendar_add(a, cal, D("2026-12-28"), 10, &out);
	assert_non_null(e);
	assert_int_equal(e->code, E_NO_CALENDAR);
	assert_true(str_is(e->arg[0], "2027"));
	assert_non_null(calendar_count(a, cal, D("2026-12-28"), D("2027-01-05"), &n));
	assert_non_null(calendar_is_working(a, cal, D("2023-12-31"), &w));
	assert_non_null(calendar_add(a, cal, INT32_MAX, 1, &out));
	assert_non_null(calendar_add(a, cal, INT32_MIN, 1, &out));
	assert_false(calendar_has(cal, 2027));
}

static int64_t at(const char *day, int h, int m)
{
	return ms_shanghai(D(day), h, m);
}

static void deadlines(void **state)
{
	struct deadline d;
	const struct office_hours *h = &office_hours_usual;
	struct deadline_facts f = {.accepted_ms = at("2026-02-11", 10, 0), .limit = {20, LIMIT_WORKING_DAY}};
	assert_null(calendar_deadline(a, cal, h, &f, &d));
	assert_int_equal(d.due_day, D("2026-03-17"));
	assert_int_equal(d.due_ms, at("2026-03-17", 17, 0));
	f.extension = 10;                              // 行政许可法 42: ten days more
	assert_null(calendar_deadline(a, cal, h, &f, &d));
	assert_int_equal(d.due_day, D("2026-03-31"));
	f.extension = 0;
	f.suspended_wd = 3;
	assert_null(calendar_deadline(a, cal, h, &f, &d));
	assert_int_equal(d.due_day, D("2026-03-20"));
	f = (struct deadline_facts){.accepted_ms = at("2026-03-02", 9, 30), .limit = {0, LIMIT_ON_SPOT}};
	assert_null(calendar_deadline(a, cal, h, &f, &d));
	assert_int_equal(d.due_day, D("2026-03-02"));
	// 30 natural days from 2026-01-18 end inside 春节 and move behind it (民法典 203)
	f = (struct deadline_facts){.accepted_ms = at("2026-01-18", 9, 0), .limit = {30, LIMIT_DAY}};
	assert_null(calendar_deadline(a, cal, h, &f, &d));
	assert_int_equal(d.due_day, D("2026-02-24"));
	f.limit = (struct limit){1, LIMIT_MONTH};
	f.accepted_ms = at("2026-01-31", 9, 0);        // clamps to 28 February, a worked Saturday
	assert_null(calendar_deadline(a, cal, h, &f, &d));
	assert_int_equal(d.due_day, D("2026-02-28"));
	// hours run while the office is open: 16:00 + 4 h over lunch-less evening and the next morning
	f = (struct deadline_facts){.accepted_ms = at("2026-03-02", 16, 0), .limit = {4, LIMIT_HOUR}};
	assert_null(calendar_deadline(a, cal, h, &f, &d));
	assert_int_equal(d.due_ms, at("2026-03-03", 12, 0));
	f.accepted_ms = at("2026-03-06", 16, 0);       // Friday
	assert_null(calendar_deadline(a, cal, h, &f, &d));
	assert_int_equal(d.due_ms, at("2026-03-09", 12, 0));
}

static void receipt(void **state)
{
	const struct office_hours *h = &office_hours_usual;
	struct office_hours later = office_hours_usual;
	later.online_next_day = true;
	day_t d;
	assert_null(calendar_receipt_day(a, cal, h, at("2026-03-06", 20, 0), true, &d));
	assert_int_equal(d, D("2026-03-06"));
	assert_null(calendar_receipt_day(a, cal, &later, at("2026-03-06", 20, 0), true, &d));
	assert_int_equal(d, D("2026-03-09"));
	assert_null(calendar_receipt_day(a, cal, h, at("2026-03-06", 12, 30), false, &d));
	assert_int_equal(d, D("2026-03-06"));
	assert_null(calendar_receipt_day(a, cal, h, at("2026-03-06", 17, 0), false, &d));
	assert_int_equal(d, D("2026-03-09"));
	assert_null(calendar_receipt_day(a, cal, h, at("2026-02-20", 10, 0), false, &d));
	assert_int_equal(d, D("2026-02-24"));
}

static void lights(void **state)
{
	struct deadline d;
	struct deadline_facts f = {.accepted_ms = at("2026-03-02", 10, 0), .limit = {9, LIMIT_WORKING_DAY}};
	assert_null(calendar_deadline(a, cal, &office_hours_usual, &f, &d));
	assert_int_equal(d.due_day, D("2026-03-13"));
	static const struct { const char *now; int hour; enum light want; int left; } v[] = {
		{"2026-03-02", 11, LIGHT_GREEN, 9}, {"2026-03-09", 9, LIGHT_GREEN, 4}, {"2026-03-10", 9, LIGHT_YELLOW, 3},
		{"2026-03-12", 9, LIGHT_YELLOW, 1}, {"2026-03-13", 9, LIGHT_RED, 0}, {"2026-03-13", 18, LIGHT_OVERDUE, 0},
		{"2026-03-16", 9, LIGHT_OVERDUE, -1}};
	for (size_t i = 0; i < countof(v); i++) {
		enum light l;
		int32_t left;
		assert_null(calendar_light(a, cal, &light_rule_usual, D("2026-03-02"), &d, at(v[i].now, v[i].hour, 0), &l, &left));
		assert_int_equal(l, v[i].want);
		assert_int_equal(left, v[i].left);
	}
}

static void limits(void **state)
{
	assert_true(limit_cmp((struct limit){5, LIMIT_WORKING_DAY}, (struct limit){7, LIMIT_DAY}) == 0);
	assert_true(limit_cmp((struct limit){1, LIMIT_MONTH}, (struct limit){22, LIMIT_WORKING_DAY}) == 0);
	assert_true(limit_cmp((struct limit){0, LIMIT_ON_SPOT}, (struct limit){1, LIMIT_HOUR}) < 0);
	assert_true(limit_cmp((struct limit){3, LIMIT_WORKING_DAY}, (struct limit){8, LIMIT_HOUR}) > 0);
	assert_true(str_is(limit_text(a, (struct limit){5, LIMIT_WORKING_DAY}, false), "5 个工作日"));
	assert_true(str_is(limit_text(a, (struct limit){1, LIMIT_WORKING_DAY}, true), "1 working day"));
	assert_true(str_is(limit_text(a, (struct limit){0, LIMIT_ON_SPOT}, true), "on the spot"));
}

static void bad_files(void **state)
{
	static const char *const bad[] = {
		"holidays: []", "year: 1800", "year: 2026\nholydays: []", "year: 2026\nholidays: 5",
		"year: 2026\nholidays: [{name: x, from: 2025-01-01, until: 2026-01-01}]",
		"year: 2026\nholidays: [{name: x, from: 2026-01-02, until: 2026-01-01}]",
		"year: 2026\nholidays: [{name: x, from: 2026-02-30, until: 2026-03-01}]",
		"year: 2026\nworkdays: [2026-01-05]", "year: 2026\nworkdays: 2026-01-04", "- 1", "year: [", "year: \"2026\""};
	for (size_t i = 0; i < countof(bad); i++) {
		struct calendar *c = NULL;
		struct err *e = calendar_read(a, a, S("bad.yaml"), str_of(bad[i]), &c);
		assert_non_null(e);
		assert_true(e->line > 0 || e->file.n > 0);
	}
}

static void overlay_closes_days_and_changes_the_hash(void **state)
{
	struct calendar *c = NULL;
	bool w;
	assert_null(calendar_read(a, a, S("2026.yaml"), S("year: 2026\nholidays: []\n"), &c));
	struct str before = calendar_hash(c);
	assert_null(calendar_is_working(a, c, D("2026-07-01"), &w));
	assert_true(w);
	assert_null(calendar_read(a, a, S("2026-typhoon.yaml"),
		S("year: 2026\nclosed: [{name: 台风, from: 2026-07-01, until: 2026-07-02}]\n"), &c));
	assert_null(calendar_is_working(a, c, D("2026-07-01"), &w));
	assert_false(w);
	assert_false(str_eq(before, calendar_hash(c)));
	assert_true(str_is(calendar_day_name(c, D("2026-07-02")), "台风"));
}

int main(int argc, char **argv)
{
	folder = argv[1];
	a = arena_new(0);
	struct err *e = calendar_load(a, str_of(folder), &cal);
	if (e) {
		struct str t = err_text(a, e, true);
		print_error(STR_FMT "\n", STR_ARG(t));
		return 1;
	}
	const struct CMUnitTest tests[] = {cmocka_unit_test(vectors), cmocka_unit_test(days_per_year),
		cmocka_unit_test(unpublished_year_is_refused), cmocka_unit_test(deadlines), cmocka_unit_test(receipt),
		cmocka_unit_test(lights), cmocka_unit_test(limits), cmocka_unit_test(bad_files),
		cmocka_unit_test(overlay_closes_days_and_changes_the_hash)};
	int rc = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(a);
	return rc;
}
