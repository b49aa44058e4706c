#include "base/day.h"

#include <setjmp.h>
#include <cmocka.h>

static struct arena *a;

static const char *shown(day_t d)
{
	struct buf b = buf_new(a);
	day_print(&b, d);
	return str_z(a, buf_str(&b));
}

static const char *instant(int64_t ms)
{
	struct buf b = buf_new(a);
	instant_print(&b, ms);
	return str_z(a, buf_str(&b));
}

static void counts_days(void **state)
{
	assert_int_equal(day_of(1970, 1, 1), 0);
	assert_int_equal(day_of(2000, 3, 1), 11017);
	assert_int_equal(day_weekday(0), 4);
	assert_int_equal(day_weekday(-4), 7);
	assert_int_equal(day_weekday(day_of(2026, 11, 5)), 4);
	day_t before = day_of(-401, 12, 31);
	for (int32_t y = -400; y < 2500; y++)
		for (int m = 1; m <= 12; m++)
			for (int d = 1; d <= days_in_month(y, m); d++) {
				day_t n = day_of(y, m, d);
				struct civil c = day_civil(n);
				assert_int_equal(n, ++before);
				assert_true(c.year == y && c.month == m && c.day == d);
			}
	assert_int_equal(day_civil(INT32_MAX).year, 5881580);
	assert_true(day_civil(INT32_MIN).year < -5800000);
}

static void knows_valid_days(void **state)
{
	assert_true(civil_valid(2024, 2, 29));
	assert_false(civil_valid(1900, 2, 29));
	assert_false(civil_valid(2026, 13, 1));
	assert_false(civil_valid(2026, 0, 1));
	assert_false(civil_valid(2026, 4, 31));
	assert_false(civil_valid(999999999, 1, 1));
}

static void adds_months(void **state)
{
	assert_string_equal(shown(day_add_months(day_of(2026, 1, 31), 1)), "2026-02-28");
	assert_string_equal(shown(day_add_months(day_of(2024, 2, 29), 12)), "2025-02-28");
	assert_string_equal(shown(day_add_months(day_of(2026, 1, 15), -1)), "2025-12-15");
	assert_int_equal(day_civil(day_add_months(0, INT64_MAX)).year, 5800000);
	assert_int_equal(day_civil(day_add_months(0, INT64_MIN)).year, -5800000);
}

static void reads_days(void **state)
{
	day_t d;
	assert_true(day_parse(S("2026-11-05"), &d));
	assert_string_equal(shown(d), "2026-11-05");
	static const char *const bad[] = {"", "2026-11-5", "2026/11/05", "2026-02-29", "0000-01-01",
		"2026-11-05 ",
		"-026-11-05", "2026-11-0a", "20261105"};
	for (size_t i = 0; i < countof(bad); i++) assert_false(day_parse(str_of(bad[i]), &d));
}

static void reads_instants(void **state)
{
	int64_t t;
	assert_true(instant_parse(S("2026-11-05T08:30:00.250Z"), &t));
	assert_string_equal(instant(t), "2026-11-05T08:30:00.250Z");
	assert_true(instant_parse(S("2026-11-05T08:30:00.1234567+08:00"), &t));
	assert_string_equal(instant(t), "2026-11-05T00:30:00.123Z");
	assert_true(instant_parse(S("1969-12-31T23:59:59-00:30"), &t));
	assert_string_equal(instant(t), "1970-01-01T00:29:59.000Z");
	assert_string_equal(instant(-1), "1969-12-31T23:59:59.999Z");
	static const char *const bad[] = {"2026-11-05T08:30:00", "2026-11-05 08:30:00Z",
		"2026-11-05T24:00:00Z",
		"2026-11-05T08:60:00Z", "2026-11-05T08:30:00.Z", "2026-11-05T08:30:00+8:00",
			"2026-11-05T08:30:00ZZ",
		"2026-11-05T08:30:00+08:0", "2026-11-05T08:30:61Z", "2026-11-05T08:30Z",
			"2026-11-05T08:30:00.123456"};
	for (size_t i = 0; i < countof(bad); i++) assert_false(instant_parse(str_of(bad[i]), &t));
}

static void sees_shanghai(void **state)
{
	int64_t t = 0;
	assert_true(instant_parse(S("2026-11-04T16:00:00Z"), &t));
	assert_string_equal(shown(day_shanghai(t)), "2026-11-05");
	assert_string_equal(shown(day_shanghai(t - 1)), "2026-11-04");
	assert_int_equal(ms_shanghai(day_shanghai(t), 0, 0), t);
	struct clock_time c = clock_shanghai(t - 1);
	assert_true(c.hour == 23 && c.minute == 59 && c.second == 59 && c.ms == 999);
}

int main(void)
{
	a = arena_new(0);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_days), cmocka_unit_test(knows_valid_days),
			cmocka_unit_test(adds_months),
		cmocka_unit_test(reads_days), cmocka_unit_test(reads_instants),
			cmocka_unit_test(sees_shanghai),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(a);
	return failed;
}
