#include "base/day.h"
#include "bpmn/model.h"
#include <setjmp.h>
#include <cmocka.h>

static void durations(void **state)
{
	static const struct { const char *s; int64_t months, ms; } good[] = {
		{"P1D", 0, 86400000}, {"PT2H30M", 0, 9000000}, {"P1Y2M3DT4H5M6.5S", 14, 273906500},
			{"P2W", 0, 1209600000},
		{"PT0.01S", 0, 10}, {"PT0S", 0, 0}, {"-P1D", 0, -86400000}, {"P0M", 0, 0},
	};
	static const char *const bad[] = {"", "P", "PT", "1D", "P1", "P1H", "PT1D", "P1.5D", "P-1D", "PD",
		"PT1H1", "P99999999999999Y",
		"P1DT", "PT1,", "P1D ", "p1d", "P99999999999999999999D"};
	int64_t m, ms;
	for (size_t i = 0; i < countof(good); i++) {
		if (!iso_duration(str_of(good[i].s), &m, &ms))
			fail_msg("refused: %s", good[i].s);
		assert_int_equal(m, good[i].months);
		assert_int_equal(ms, good[i].ms);
	}
	for (size_t i = 0; i < countof(bad); i++)
		if (iso_duration(str_of(bad[i]), &m, &ms))
			fail_msg("accepted: %s", bad[i]);
}

static void cycles(void **state)
{
	int64_t times, begin, m, ms;
	assert_true(iso_cycle(S("R3/PT10H"), &times, &begin, &m, &ms));
	assert_int_equal(times, 3);
	assert_int_equal(ms, 36000000);
	assert_true(begin == INT64_MIN);
	assert_true(iso_cycle(S("R/P1M"), &times, &begin, &m, &ms));
	assert_int_equal(times, -1);
	assert_int_equal(m, 1);
	assert_true(iso_cycle(S("R2/2026-11-05T00:00:00Z/P1D"), &times, &begin, &m, &ms));
	assert_int_equal(begin, 1793836800000);
	static const char *const bad[] = {"", "R", "R/", "3/PT1H", "R3", "R3/PT0S", "R-2/PT1H", "Rx/PT1H",
		"R3/-PT1H", "0 0/5 * * * ?", "R3/x/PT1H"};
	for (size_t i = 0; i < countof(bad); i++)
		if (iso_cycle(str_of(bad[i]), &times, &begin, &m, &ms))
			fail_msg("accepted: %s", bad[i]);
}

static void instants(void **state)
{
	int64_t at, z;
	assert_true(iso_instant(S("2026-11-05T08:00:00+08:00"), &z));
	// without an offset: the city's wall time
	assert_true(iso_instant(S("2026-11-05T08:00:00"), &at));
	assert_int_equal(at, z);
	assert_true(iso_instant(S("2026-11-05T08:00"), &at));
	assert_int_equal(at, z);
	assert_true(iso_instant(S("2026-11-05"), &at));
	assert_int_equal(at, z - 8 * 3600000);
	assert_false(iso_instant(S("2026-13-05"), &at));
	assert_false(iso_instant(S(""), &at));
	assert_false(iso_instant(S("tomorrow"), &at));
}

static void months_clamp(void **state)
{
	int64_t at, want;
	assert_true(iso_instant(S("2026-01-31T09:00:00"), &at));
	assert_true(iso_instant(S("2026-02-28T09:00:00"), &want));
	assert_int_equal(add_duration(at, 1, 0), want);
}

static void days(void **state)
{
	int32_t n;
	assert_true(working_days(S("5wd"), &n));
	assert_int_equal(n, 5);
	assert_true(working_days(S(" 12 wd"), &n));
	assert_int_equal(n, 12);
	assert_false(working_days(S("wd"), &n));
	assert_false(working_days(S("-1wd"), &n));
	assert_false(working_days(S("5"), &n));
	assert_false(working_days(S("5d"), &n));
}

static void simple_expressions(void **state)
{
	static const struct { const char *in, *out; } good[] = {
		{"approved", "approved"}, {"!approved", "not(approved)"}, {"not cancelTx", "not(cancelTx)"},
		{"clarified == 'yes'", "clarified = \"yes\""}, {"a && b || c", "a and b or c"}, {"x gt 3", "x > 3"},
		{"gender == 'male' ? 'Mr.' : 'Mrs.'", "(if gender = \"male\" then \"Mr.\" else \"Mrs.\")"},
		{"variables.take", "take"}, {"environment.variables.due", "due"}, {"(a + 1) * 2 <= 7",
			"(a + 1) * 2 <= 7"},
		{"'it\\'s'", "\"it's\""}, {"notable", "notable"},
	};
	static const char *const bad[] = {"", "a.b(c)", "a ==", "(a", "'open", "a b", "x[0]", "a ? b", "&& a"};
	struct arena *a = arena_new(0);
	struct str s;
	for (size_t i = 0; i < countof(good); i++) {
		struct err *e = bx_juel(a, str_of(good[i].in), &s);
		if (e || !str_eq(s, str_of(good[i].out)))
			fail_msg("%s gave %s", good[i].in, e ? "an error" : str_z(a, s));
	}
	for (size_t i = 0; i < countof(bad); i++)
		if (!bx_juel(a, str_of(bad[i]), &s))
			fail_msg("accepted: %s as %s", bad[i], str_z(a, s));
	struct buf deep = buf_new(a);
	for (int i = 0; i < 3000; i++)
		buf_byte(&deep, '(');
	assert_non_null(bx_juel(a, buf_str(&deep), &s));
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest t[] = {
		cmocka_unit_test(durations), cmocka_unit_test(cycles), cmocka_unit_test(instants),
			cmocka_unit_test(months_clamp),
		cmocka_unit_test(days), cmocka_unit_test(simple_expressions),
	};
	return cmocka_run_group_tests(t, NULL, NULL);
}
