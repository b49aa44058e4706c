#include "codec/bytes.h"

#include <setjmp.h>
#include <cmocka.h>

static struct arena *a;

typedef void write_fn(struct buf *, const void *, size_t);
typedef bool read_fn(struct arena *, struct str, struct str *);

static void goes_round(write_fn *write, read_fn *read)
{
	unsigned char bytes[70];
	for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = (unsigned char)(i * 37 + 200);
	for (size_t n = 0; n <= sizeof bytes; n++) {
		struct buf b = buf_new(a);
		struct str back;
		write(&b, bytes, n);
		assert_true(read(a, buf_str(&b), &back));
		assert_true(str_eq(back, (struct str){(char *)bytes, n}));
	}
}

static void is(write_fn *write, struct str bytes, const char *want)
{
	struct buf b = buf_new(a);
	write(&b, bytes.p, bytes.n);
	assert_string_equal(str_z(a, buf_str(&b)), want);
}

static void writes_and_reads(void **state)
{
	goes_round(bytes_hex, bytes_of_hex);
	goes_round(bytes_base64, bytes_of_base64);
	goes_round(bytes_base64url, bytes_of_base64url);
	goes_round(bytes_base32, bytes_of_base32);
	is(bytes_hex, S("\x00\xab\xff"), "00abff");
	is(bytes_base64, S("foob"), "Zm9vYg==");
	is(bytes_base64, S("\xfb\xff"), "+/8=");
	is(bytes_base64url, S("\xfb\xff"), "-_8");
	is(bytes_base32, S("foobar"), "CSQPYRK1E8");
}

static void refuses_twins(void **state)
{
	struct str out;
	static const char *const hex[] = {"0", "0g", "0 ", "é"},
		*const b64[] = {"Zg=", "Zg", "Zh==", "Z===", "Zm9v\n", "Zg==Zg==", "-_8="},
		*const url[] = {"Zg==", "Zh", "Z", "+/8", "Z g"}, *const b32[] = {"U0", "C", "0!", "01"};
	for (size_t i = 0; i < countof(hex); i++) assert_false(bytes_of_hex(a, str_of(hex[i]), &out));
	for (size_t i = 0; i < countof(b64); i++) assert_false(bytes_of_base64(a, str_of(b64[i]), &out));
	for (size_t i = 0; i < countof(url); i++) assert_false(bytes_of_base64url(a, str_of(url[i]), &out));
	for (size_t i = 0; i < countof(b32); i++) assert_false(bytes_of_base32(a, str_of(b32[i]), &out));
	assert_false(bytes_of_hex(a, S("0\0"), &out));
}

static void numbers_people_type(void **state)
{
	struct buf b = buf_new(a);
	bytes_base32_number(&b, 1234567, 8);
	assert_string_equal(str_z(a, buf_str(&b)), "00015NM7");
	uint64_t v = 0;
	assert_true(bytes_of_base32_number(S("0ooL-5nm7"), &v) && v == 1234567);
	b.n = 0;
	bytes_base32_number(&b, UINT64_MAX, 0);
	assert_true(bytes_of_base32_number(buf_str(&b), &v) && v == UINT64_MAX);
	assert_false(bytes_of_base32_number(S("G000000000000"), &v));
	assert_false(bytes_of_base32_number(S(""), &v));
	assert_false(bytes_of_base32_number(S("-"), &v));
	assert_false(bytes_of_base32_number(S("12U"), &v));
}

int main(void)
{
	a = arena_new(0);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_and_reads), cmocka_unit_test(refuses_twins),
			cmocka_unit_test(numbers_people_type),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(a);
	return failed;
}
