#include "net/parse.h"

#include <setjmp.h>
#include <cmocka.h>

static struct arena *a;

static void target_is(const char *target, const char *path, const char *query)
{
	struct str p, q;
	assert_true(parse_target(a, str_of(target), &p, &q));
	assert_string_equal(str_z(a, p), path);
	assert_string_equal(str_z(a, q), query);
}

static void reads_targets(void **state)
{
	target_is("/", "/", "");
	target_is("/case/12?x=%20&y", "/case/12", "x=%20&y");
	target_is("/%E4%BA%8B%E9%A1%B9", "/事项", "");
	target_is("/事项", "/事项", "");
	target_is("/a/", "/a/", "");
	target_is("/a?", "/a", "");
	target_is("/a?b?c/../d", "/a", "b?c/../d");
	target_is("http://example.test/a?b", "/a", "b");
	target_is("https://example.test:8443/a", "/a", "");
	target_is("/...", "/...", "");
	target_is("/a+b%2Bc", "/a+b+c", "");
}

static void refuses_bad_targets(void **state)
{
	static const char *const bad[] = {
		"", "*", "a", "?x", "http://example.test", "http://example.test?x", "ftp://h/a", "//", "//etc", "/a//b", "/.", "/..",
		"/../x", "/a/../b", "/a/./b", "/%2e%2e/x", "/.%2E/", "/a%2fb", "/a%5cb", "/a\\b", "/%00", "/a%00b", "/%0a", "/%7f", "/%",
		"/%4", "/%zz", "/%g0", "/%ff", "/%c0%ae", "/%ed%a0%80", "/%f4%90%80%80", "/%e4%ba", "/a\tb", "/a\x01", "/a?\x01",
		"/a?\xff", "/a?b c",
	};
	struct str p, q;
	for (size_t i = 0; i < countof(bad); i++)
		if (parse_target(a, str_of(bad[i]), &p, &q)) fail_msg("taken: %s", bad[i]);
	assert_false(parse_target(a, S("/a\0b"), &p, &q));
}

static void range_is(const char *h, uint64_t size, enum range want, uint64_t first, uint64_t n)
{
	uint64_t f, m;
	assert_int_equal(parse_range(str_of(h), size, &f, &m), want);
	if (want == RANGE_OUTSIDE) return;
	assert_int_equal(f, first);
	assert_int_equal(m, n);
}

static void reads_ranges(void **state)
{
	range_is("bytes=0-0", 10, RANGE_PART, 0, 1);
	range_is("bytes=2-5", 10, RANGE_PART, 2, 4);
	range_is("bytes=5-", 10, RANGE_PART, 5, 5);
	range_is("bytes=5-99", 10, RANGE_PART, 5, 5);
	range_is("bytes=-3", 10, RANGE_PART, 7, 3);
	range_is("bytes=-30", 10, RANGE_PART, 0, 10);
	range_is("bytes=0-999999999999999999", 10, RANGE_PART, 0, 10);
	range_is("bytes=10-", 10, RANGE_OUTSIDE, 0, 0);
	range_is("bytes=-0", 10, RANGE_OUTSIDE, 0, 0);
	range_is("bytes=0-", 0, RANGE_OUTSIDE, 0, 0);
	static const char *const whole[] = {"", "bytes", "bytes=", "bytes=-", "bytes=5-2", "bytes=a-b", "bytes=1-2,4-5", "lines=1-2",
		"bytes=+1-2", "bytes=1--2", "bytes=18446744073709551616-", "bytes=1"};
	for (size_t i = 0; i < countof(whole); i++) range_is(whole[i], 10, RANGE_ALL, 0, 10);
}

static void reads_encodings(void **state)
{
	static const char *const yes[] = {"gzip", "GZIP", "br, gzip", "gzip;q=0.5", "x-gzip", "*", "deflate, *;q=0.1", "gzip ; q=1"};
	static const char *const no[] = {"", "br", "gzip;q=0", "gzip;q=0.000", "gzip; Q=0", "*;q=0", "identity", "gzip;q=0, *", "agzip"};
	for (size_t i = 0; i < countof(yes); i++) assert_true(parse_accepts_gzip(str_of(yes[i])));
	for (size_t i = 0; i < countof(no); i++) assert_false(parse_accepts_gzip(str_of(no[i])));
	assert_false(parse_accepts_gzip((struct str){0}));
}

static void compares_etags(void **state)
{
	assert_true(parse_etag_listed(S("\"a\""), S("\"a\"")));
	assert_true(parse_etag_listed(S("W/\"a\""), S("\"a\"")));
	assert_true(parse_etag_listed(S("\"b\", \"a\""), S("\"a\"")));
	assert_true(parse_etag_listed(S("*"), S("\"a\"")));
	assert_false(parse_etag_listed(S("\"b\""), S("\"a\"")));
	assert_false(parse_etag_listed(S("a"), S("\"a\"")));
	assert_false(parse_etag_listed(S("*"), S("")));
	assert_false(parse_etag_listed((struct str){0}, S("\"a\"")));
}

static void finds_cookies(void **state)
{
	struct str h = S("a=1; sid=abc=; q=\"x y\" ;bare; sid=late");
	assert_true(str_is(parse_cookie(h, S("a")), "1"));
	assert_true(str_is(parse_cookie(h, S("sid")), "abc="));
	assert_true(str_is(parse_cookie(h, S("q")), "x y"));
	assert_null(parse_cookie(h, S("bare")).p);
	assert_null(parse_cookie(h, S("si")).p);
	assert_null(parse_cookie(S(""), S("a")).p);
	struct str empty = parse_cookie(S("e="), S("e"));
	assert_true(empty.p && empty.n == 0);
}

static void reads_addresses(void **state)
{
	struct str host;
	int port;
	assert_true(parse_address(S("127.0.0.1:80"), &host, &port) && str_is(host, "127.0.0.1") && port == 80);
	assert_true(parse_address(S(":0"), &host, &port) && host.n == 0 && port == 0);
	assert_true(parse_address(S("[::1]:8080"), &host, &port) && str_is(host, "::1") && port == 8080);
	static const char *const bad[] = {"", "80", "127.0.0.1", "h:", "h:x", "h:65536", "::1:80", "h:-1", "h:+1", "[]:80", "a:b:1"};
	for (size_t i = 0; i < countof(bad); i++) assert_false(parse_address(str_of(bad[i]), &host, &port));
}

int main(void)
{
	a = arena_new(0);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_targets), cmocka_unit_test(refuses_bad_targets), cmocka_unit_test(reads_ranges),
		cmocka_unit_test(reads_encodings), cmocka_unit_test(compares_etags), cmocka_unit_test(finds_cookies),
		cmocka_unit_test(reads_addresses),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(a);
	return failed;
}
