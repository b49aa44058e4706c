#include "base/dec.h"

#include <setjmp.h>
#include <cmocka.h>

static struct arena *a;

static dec d(const char *s)
{
	dec v = 0;
	assert_true(dec_parse(str_of(s), &v));
	return v;
}

static void is(dec v, const char *want)
{
	assert_string_equal(str_z(a, dec_str(a, v)), want);
}

static void reads_and_prints(void **state)
{
	static const char *const same[] = {
		"0", "1", "-1", "1.5", "0.1", "123456789012345678901234567890.1234", "-0.000001",
		"1000000000000000000000000000000", "9999999999999999999999999999999999",
		"0.0000000000000000000000000000000001", "1.5E+40", "1E-40", "1E+6144", "1E-6176",
	};
	for (size_t i = 0; i < countof(same); i++) is(d(same[i]), same[i]);
	is(d("1.50"), "1.5");
	is(d("1E+30"), "1000000000000000000000000000000");
	is(d("-0"), "0");
	is(d(".5"), "0.5");
	is(d("00012"), "12");
	is(d("100e-2"), "1");
	is(d("99999999999999999999999999999999995"), "1E+35");
	is(d("12345678901234567890123456789012345"), "1.234567890123456789012345678901234E+34");
	is(d("123456789012345678901234567890123451e-1"), "1.234567890123456789012345678901235E+34");
	is(d("1e-9000"), "0");
	struct buf b = buf_new(a);
	dec_print_scaled(&b, d("1.50"));
	buf_byte(&b, ' ');
	dec_print_scaled(&b, dec_round(d("3"), 2, DEC_HALF_UP));
	buf_byte(&b, ' ');
	dec_print_scaled(&b, d("-0.00"));
	assert_true(str_is(buf_str(&b), "1.50 3.00 0.00"));
}

static void refuses_what_is_no_number(void **state)
{
	static const char *const bad[] = {"", "-", "+1", "1.", ".", "1e", "1e+", "1.2.3", " 1", "1 ", "0x1",
		"NaN", "Infinity", "1,5", "--1", "1e9999", "１", "1e99999999999999999999"};
	for (size_t i = 0; i < countof(bad); i++) {
		dec v = 7;
		assert_false(dec_parse(str_of(bad[i]), &v));
		assert_true(v == 7);
	}
}

static void rounds(void **state)
{
	is(dec_round(d("2.5"), 0, DEC_HALF_EVEN), "2");
	is(dec_round(d("3.5"), 0, DEC_HALF_EVEN), "4");
	is(dec_round(d("2.5"), 0, DEC_HALF_UP), "3");
	is(dec_round(d("-2.5"), 0, DEC_HALF_UP), "-3");
	is(dec_round(d("-2.5"), 0, DEC_HALF_DOWN), "-2");
	is(dec_round(d("1.121"), 2, DEC_UP), "1.13");
	is(dec_round(d("-1.126"), 2, DEC_DOWN), "-1.12");
	is(dec_round(d("1234"), -2, DEC_HALF_EVEN), "1200");
	is(dec_round(d("49"), -2, DEC_CEIL), "100");
	is(dec_round(d("1"), -6000, DEC_HALF_UP), "0");
	is(dec_round(d("1e-6000"), 6000, DEC_HALF_UP), "1E-6000");
	is(dec_floor(d("-1.5")), "-2");
	is(dec_ceil(d("-1.5")), "-1");
	is(dec_ceil(d("1.0000000000000000000000000000001")), "2");
	is(dec_trunc(d("-1.9")), "-1");
	is(dec_floor(d("1e6000")), "1E+6000");
	is(dec_abs(d("-3.2")), "3.2");
}

static void counts_exactly(void **state)
{
	is(d("0.1") + d("0.2"), "0.3");
	is(d("1") / d("3"), "0.3333333333333333333333333333333333");
	is(dec_mod(d("12"), d("5")), "2");
	is(dec_mod(d("-12"), d("5")), "3");
	is(dec_mod(d("12"), d("-5")), "-3");
	is(dec_mod(d("-12"), d("-5")), "-2");
	is(dec_mod(d("10.1"), d("4.5")), "1.1");
	is(dec_mod(d("-10.1"), d("4.5")), "3.4");
	is(dec_mod(d("1e30"), d("7")), "1");
	is(dec_mod(d("3"), d("1e30")), "3");
	assert_false(dec_finite(dec_mod(d("1"), d("0"))));
	is(dec_pow(d("2"), d("10")), "1024");
	is(dec_pow(d("2"), d("-1")), "0.5");
	is(dec_pow(d("1.05"), d("3")), "1.157625");
	is(dec_pow(d("4"), d("0.5")), "2");
	is(dec_pow(d("-2"), d("3")), "-8");
	is(dec_pow(d("42.670348"), d("-16")), "0.000000000000000000000000008279060256525270809644106718388522");
	assert_false(dec_finite(dec_pow(d("-2"), d("0.5"))));
	assert_false(dec_finite(dec_pow(d("0"), d("-1"))));
	is(dec_sqrt(d("16")), "4");
	is(dec_sqrt(d("2")), "1.414213562373095048801688724209698");
	assert_false(dec_finite(dec_sqrt(d("-1"))));
	is(dec_log(d("1")), "0");
	is(dec_round(dec_log(d("10")), 30, DEC_HALF_EVEN), "2.302585092994045684017991454684");
	is(dec_round(dec_exp(d("1")), 30, DEC_HALF_EVEN), "2.718281828459045235360287471353");
	assert_false(dec_finite(dec_log(d("0"))));
}

static void converts(void **state)
{
	int64_t v;
	assert_true(dec_to_int(d("9223372036854775807"), &v) && v == INT64_MAX);
	assert_true(dec_to_int(d("-9223372036854775808"), &v) && v == INT64_MIN);
	assert_false(dec_to_int(d("9223372036854775808"), &v));
	assert_false(dec_to_int(d("1e19"), &v));
	assert_false(dec_to_int(d("0.5"), &v));
	assert_true(dec_to_int(d("10e-1"), &v) && v == 1);
	is(dec_of_int(INT64_MIN), "-9223372036854775808");
	assert_true(dec_is_int(d("1.00")) && !dec_is_int(d("1.01")));
	assert_int_equal(dec_hash(d("1.0")), dec_hash(d("1")));
	assert_int_equal(dec_hash(d("1E+2")), dec_hash(d("100")));
	assert_int_equal(dec_hash(d("-0")), dec_hash(d("0")));
	assert_true(dec_hash(d("1")) != dec_hash(d("2")) && dec_hash(d("1")) != dec_hash(d("-1")));
	assert_int_equal(dec_cmp(d("1.0"), d("1")), 0);
	assert_int_equal(dec_cmp(d("-1"), d("1")), -1);
}

int main(void)
{
	a = arena_new(0);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_and_prints), cmocka_unit_test(refuses_what_is_no_number),
		cmocka_unit_test(rounds), cmocka_unit_test(counts_exactly), cmocka_unit_test(converts),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(a);
	return failed;
}
