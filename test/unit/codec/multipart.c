#include "codec/multipart.h"

#include <setjmp.h>
#include <cmocka.h>

static struct arena *a;

// Writes what happens as text: begin(name|file|type) bytes end.
static struct err *begin(void *arg, struct multipart_part *p)
{
	struct buf *b = arg;
	buf_fmt(b, "[" STR_FMT "|" STR_FMT "|" STR_FMT "]", STR_ARG(p->name), STR_ARG(p->filename),
		STR_ARG(p->type));
	if (str_is(p->name, "tiny")) p->max = 3;
	return str_is(p->name, "refused") ? err_field(a, E_UNKNOWN_FIELD, p->name, p->name) : NULL;
}

static struct err *data(void *arg, struct str bytes)
{
	buf_add(arg, bytes);
	return NULL;
}

static struct err *end(void *arg)
{
	buf_byte(arg, ';');
	return NULL;
}

static struct err *read(struct str type, struct str body, size_t piece, struct multipart_limits max,
	struct buf *log)
{
	struct multipart *m;
	*log = buf_new(a);
	struct err *e = multipart_new(a, type, max, (struct multipart_on){log, begin, data, end}, &m);
	for (size_t at = 0; !e && at < body.n; at += piece) e = multipart_feed(m, str_part(body, at, piece));
	return e ? e : multipart_end(m);
}

static const struct str type = {"multipart/form-data; boundary=xYz", 33};

static struct err *bad(const char *body)
{
	struct buf log;
	struct err *first = read(type, str_of(body), 1, (struct multipart_limits){0}, &log);
	struct err *whole = read(type, str_of(body), SIZE_MAX / 4, (struct multipart_limits){0}, &log);
	if (!first || !whole) fail_msg("accepted: %s", body);
	assert_int_equal(first->code, whole->code);
	return whole;
}

static void reads_in_any_pieces(void **state)
{
	struct str body = S("before\r\n--xYz\r\nContent-Disposition: form-data; name=\"姓名\"\r\n\r\n张三\r\n--xY\r\n"
			    "\r\n--xYz \r\ncontent-disposition: FORM-DATA; name=f; filename=\"C:\\dir\\a%22b.pdf\"\r\n"
			    "Content-Type: application/pdf\r\n\r\n\0\r\r\n-\r\n--xYz\r\nContent-Disposition: form-data; name=\"\"; filename=\"\"\r\n\r\n"
			    "\r\n--xYz--\r\nafter");
	struct str want = S("[姓名||]张三\r\n--xY\r\n;[f|a\"b.pdf|application/pdf]\0\r\r\n-;[||];");
	for (size_t piece = 1; piece <= body.n; piece++) {
		struct buf log;
		assert_null(read(type, body, piece, (struct multipart_limits){0}, &log));
		assert_true(str_eq(buf_str(&log), want));
	}
	struct buf log;
	assert_null(read(S("Multipart/Form-Data; charset=utf-8; boundary=\"a b\""), S("--a b--"), 3,
		(struct multipart_limits){0}, &log));
	assert_int_equal(log.n, 0);
}

static void passes_large_files(void **state)
{
	struct buf body = buf_new(a), log;
	buf_lit(&body, "--xYz\r\nContent-Disposition: form-data; name=\"f\"; filename=\"f\"\r\n\r\n");
	size_t from = body.n;
	for (int i = 0; i < 100000; i++) buf_lit(&body, "\r\n--xY");
	struct str content = str_from(buf_str(&body), from);
	buf_lit(&body, "\r\n--xYz--");
	assert_null(read(type, buf_str(&body), 4097, (struct multipart_limits){0}, &log));
	assert_true(str_eq(str_part(buf_str(&log), 6, content.n), content));
	assert_int_equal(log.n, content.n + 7);
}

static void refuses_damage(void **state)
{
	static const char *const texts[] = {
		"", "--xYz", "--xYz\r\n", "--xYzz\r\n", "no boundary at all", "--xYz\r\n\r\nvalue\r\n--xYz--",
		"--xYz\r\nContent-Disposition: form-data\r\n\r\nv\r\n--xYz--",
		"--xYz\r\nContent-Disposition: attachment; name=a\r\n\r\nv\r\n--xYz--",
		"--xYz\r\nContent-Disposition: form-data; name=\"a\r\n\r\nv\r\n--xYz--",
		"--xYz\r\nContent-Disposition: form-data; name=\"a\"b\r\n\r\nv\r\n--xYz--",
		"--xYz\r\nno colon\r\n\r\nv\r\n--xYz--",
		"--xYz\r\nContent-Disposition: form-data; name=a\r\n\r\nvalue without end",
	};
	for (size_t i = 0; i < countof(texts); i++) assert_int_equal(bad(texts[i])->code, E_SYNTAX);
	assert_int_equal(bad("--xYz\r\nContent-Disposition: form-data; name=\"\xff\"\r\n\r\n")->code, E_UTF8);
	assert_int_equal(bad("--xYz\r\nContent-Disposition: form-data; name=a\r\nContent-Transfer-Encoding: base64\r\n\r\n")->code, E_UNSUPPORTED);
	struct buf log, huge = buf_new(a);
	buf_lit(&huge, "--xYz\r\nX: ");
	for (int i = 0; i < 30000; i++) buf_byte(&huge, 'x');
	assert_int_equal(bad(str_z(a, buf_str(&huge)))->code, E_SYNTAX);
	static const char *const types[] = {"", "text/plain", "multipart/form-data",
		"multipart/form-data; boundary=", "multipart/mixed; boundary=x",
		"multipart/form-data; boundary=\"x", "multipart/form-data; boundary=0123456789012345678901234567890123456789012345678901234567890123456789x"};
	for (size_t i = 0; i < countof(types); i++)
		assert_non_null(read(str_of(types[i]), S("--x--"), 9, (struct multipart_limits){0}, &log));
}

static void keeps_limits_by_name(void **state)
{
	struct buf log;
	struct str body = S("--xYz\r\nContent-Disposition: form-data; name=tiny\r\n\r\n1234\r\n--xYz--");
	struct err *e = read(type, body, 7, (struct multipart_limits){0}, &log);
	assert_true(e->code == E_TOO_BIG && str_is(e->field, "tiny") && str_is(e->arg[0], "3 B"));
	e = read(type, S("--xYz\r\nContent-Disposition: form-data; name=refused\r\n\r\n1\r\n--xYz--"), 7,
		(struct multipart_limits){0}, &log);
	assert_int_equal(e->code, E_UNKNOWN_FIELD);
	assert_int_equal(read(type, body, 7, (struct multipart_limits){.total = 20}, &log)->code, E_TOO_BIG);
	body = S("--xYz\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--xYz\r\nContent-Disposition: form-data; name=b\r\n\r\n2\r\n--xYz--");
	assert_int_equal(read(type, body, 7, (struct multipart_limits){.parts = 1}, &log)->code, E_BUDGET);
	assert_null(read(type, body, 7, (struct multipart_limits){.parts = 2, .field = 1}, &log));
	struct multipart *m;
	assert_null(multipart_new(a, type, (struct multipart_limits){.total = 3},
		(struct multipart_on){&log, begin, data, end}, &m));
	e = multipart_feed(m, S("12345"));
	assert_true(e && multipart_feed(m, S("")) == e && multipart_end(m) == e);
}

int main(void)
{
	a = arena_new(0);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_in_any_pieces), cmocka_unit_test(passes_large_files),
		cmocka_unit_test(refuses_damage), cmocka_unit_test(keeps_limits_by_name),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(a);
	return failed;
}
