#include "codec/url.h"

#include <setjmp.h>
#include <cmocka.h>

static struct arena *a;

static void codes(void **state)
{
	struct buf b = buf_new(a);
	url_encode(&b, S("办事 a/b~?&%"));
	assert_string_equal(str_z(a, buf_str(&b)), "%E5%8A%9E%E4%BA%8B%20a%2Fb~%3F%26%25");
	struct str out;
	assert_null(url_decode(a, buf_str(&b), false, &out));
	assert_true(str_is(out, "办事 a/b~?&%"));
	assert_null(url_decode(a, S("a+b"), false, &out));
	assert_true(str_is(out, "a+b"));
	assert_null(url_decode(a, S("a+b%2b"), true, &out));
	assert_true(str_is(out, "a b+"));
	assert_null(url_decode(a, S(""), true, &out));
	assert_true(out.p && out.n == 0);
}

static void refuses_damage(void **state)
{
	struct str out;
	static const char *const bad[] = {"%", "%4", "a%zz", "%g0", "%%41"};
	for (size_t i = 0; i < countof(bad); i++)
		assert_int_equal(url_decode(a, str_of(bad[i]), false, &out)->code, E_SYNTAX);
	assert_int_equal(url_decode(a, S("a%00b"), false, &out)->code, E_NOT_ALLOWED_HERE);
	assert_int_equal(url_decode(a, S("%ff"), false, &out)->code, E_UTF8);
	assert_int_equal(url_decode(a, S("%C0%80"), false, &out)->code, E_UTF8);
	assert_int_equal(url_decode(a, S("%ED%A0%80"), false, &out)->code, E_UTF8);
}

static void queries(void **state)
{
	struct url_pairs q;
	assert_null(url_query(a, S("q=%E8%BF%81%E7%A7%BB&&page=2&q=second&flag&empty=&x=a=b"),
		(struct url_limits){0}, &q));
	assert_int_equal(q.n, 6);
	assert_true(str_is(url_get(&q, S("q")), "迁移"));
	assert_true(str_is(q.item[2].value, "second"));
	assert_true(url_get(&q, S("flag")).p && url_get(&q, S("flag")).n == 0);
	assert_true(str_is(url_get(&q, S("x")), "a=b"));
	assert_null(url_get(&q, S("none")).p);
	assert_null(url_query(a, S(""), (struct url_limits){0}, &q));
	assert_int_equal(q.n, 0);
	struct url_limits max = {.bytes = 8, .pairs = 2};
	assert_int_equal(url_query(a, S("a=1&b=2&c"), max, &q)->code, E_TOO_BIG);
	assert_int_equal(url_query(a, S("a&b&c"), max, &q)->code, E_BUDGET);
	assert_int_equal(url_query(a, S("a=%"), max, &q)->code, E_SYNTAX);
	struct buf b = buf_new(a);
	buf_lit(&b, "/s?");
	url_put(&b, S("q"), S("户 口"));
	url_put(&b, S("n"), S("1"));
	assert_string_equal(str_z(a, buf_str(&b)), "/s?q=%E6%88%B7%20%E5%8F%A3&n=1");
}

int main(void)
{
	a = arena_new(0);
	const struct CMUnitTest tests[] = {cmocka_unit_test(codes), cmocka_unit_test(refuses_damage),
		cmocka_unit_test(queries)};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(a);
	return failed;
}
