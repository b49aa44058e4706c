// Tests of src/web/cache.c: what may be kept, how long, and that a page in use outlives its place.
#include "web/cache.h"

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static struct arena *a;

static struct http_req request(const char *path, const struct http_header *h, size_t n)
{
	return (struct http_req){.a = a, .method = HTTP_GET, .path = str_of(path), .query = S(""), .header = h, .headers = n};
}

static bool may(const char *path, const char *name, const char *value)
{
	struct http_header h = {str_of(name), str_of(value)};
	struct http_req r = request(path, &h, name[0] != 0);
	return cache_key(&r, S("v1")).n != 0;
}

static void nothing_personal_is_kept(void **s)
{
	(void)s;
	assert_true(may("/guide/dog_licence", "", ""));
	assert_true(may("/en/guide/dog_licence", "cookie", "mode=elder"));
	assert_false(may("/guide/dog_licence", "cookie", "mode=elder; session=abc"));
	assert_false(may("/guide/dog_licence", "authorization", "Bearer abc"));
	assert_false(may("/guide/dog_licence", "x-fragment", "list"));
	assert_false(may("/cases", "", ""));
	assert_false(may("/verify/ABC", "", ""));
	struct http_req r = request("/", NULL, 0);
	r.query = S("a=1");
	assert_int_equal(cache_key(&r, S("v1")).n, 0);
	r.query = S("");
	r.method = HTTP_POST;
	assert_int_equal(cache_key(&r, S("v1")).n, 0);
}

static struct str key_of(const char *cookie, const char *version)
{
	struct http_header h = {S("cookie"), str_of(cookie)};
	struct http_req r = request("/", &h, 1);
	return cache_key(&r, str_of(version));
}

static void each_look_and_version_has_its_page(void **s)
{
	(void)s;
	assert_false(str_eq(key_of("mode=elder", "v1"), key_of("mode=standard", "v1")));
	assert_false(str_eq(key_of("contrast=1", "v1"), key_of("contrast=0", "v1")));
	assert_false(str_eq(key_of("", "v1"), key_of("", "v2")));
	assert_true(str_eq(key_of("other=1", "v1"), key_of("", "v1")));
}

static void a_page_is_fresh_for_a_while(void **s)
{
	(void)s;
	struct cache *c = cache_new(a);
	struct http_answer w;
	assert_false(cache_find(c, S("k"), 0, NULL, 0, &w));
	cache_put(c, S("k"), 0, S("text/html"), S("first"), S("\"1\""));
	assert_true(cache_find(c, S("k"), CACHE_FRESH_MS * 1000LL, NULL, 0, &w));
	assert_true(str_is(w.fixed->plain, "first"));
	w.done(w.done_ctx);
	assert_false(cache_find(c, S("k"), CACHE_FRESH_MS * 1000LL + 1, NULL, 0, &w));
	cache_put(c, S("k"), CACHE_FRESH_MS * 1000LL + 1, S("text/html"), S("second"), S("\"2\""));
	assert_true(cache_find(c, S("k"), CACHE_FRESH_MS * 1000LL + 2, NULL, 0, &w));
	assert_true(str_is(w.fixed->plain, "second"));
	w.done(w.done_ctx);
	assert_int_equal(cache_stats(c).pages, 1);
	cache_free(c);
}

// Under AddressSanitizer this finds a page that was freed while it was being sent.
static void a_page_in_use_outlives_its_place(void **s)
{
	(void)s;
	struct cache *c = cache_new(a);
	struct http_answer w;
	size_t n = 1 << 20;
	char *big = arena_alloc(a, n);
	cache_put(c, S("first"), 1, S("text/html"), S("hello"), S("\"1\""));
	assert_true(cache_find(c, S("first"), 1, NULL, 0, &w));
	for (int i = 0; i < 40; i++) {
		for (size_t k = 0; k < n; k += 64) big[k] = (char)(i * 31 + (int)(k % 251));
		cache_put(c, str_fmt(a, "%d", i), 1, S("text/html"), (struct str){big, n}, S("\"2\""));
	}
	assert_true(cache_stats(c).bytes <= CACHE_BYTES);
	assert_true(cache_stats(c).pages < 40);
	struct http_answer other;
	assert_false(cache_find(c, S("first"), 1, NULL, 0, &other));
	assert_true(str_is(w.fixed->plain, "hello"));
	w.done(w.done_ctx);
	cache_put(c, S("too large"), 1, S("text/html"), (struct str){arena_alloc(a, n + 1), n + 1}, S("\"3\""));
	assert_false(cache_find(c, S("too large"), 1, NULL, 0, &other));
	cache_free(c);
}

int main(void)
{
	a = arena_new(0);
	const struct CMUnitTest tests[] = {cmocka_unit_test(nothing_personal_is_kept), cmocka_unit_test(each_look_and_version_has_its_page),
		cmocka_unit_test(a_page_is_fresh_for_a_while), cmocka_unit_test(a_page_in_use_outlives_its_place)};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(a);
	return failed;
}
