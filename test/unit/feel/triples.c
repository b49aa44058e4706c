// triples.c — runs every triple of test/feel: (expression, context, expected) as data.
#include "base/day.h"
#include "feel/feel.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static const char *folder;

struct triple {
	const char *file;
	int line;
	struct str expr, context, input, want, error;
	bool has_context, has_input, has_want, has_error;
};

static struct str read_all(struct arena *a, const char *path)
{
	FILE *f = fopen(path, "rb");
	if (!f) fail_msg("cannot open %s", path);
	struct buf b = buf_new(a);
	for (;;) {
		size_t n = fread(buf_room(&b, 4096), 1, 4096, f);
		if (!n) break;
		b.n += n;
	}
	fclose(f);
	return buf_str(&b);
}

static int wrong(const struct triple *t, const char *what, struct str got)
{
	printf("%s:%d: %s: %.*s\n   got %.*s\n   want %.*s%.*s\n", t->file, t->line, what, STR_ARG(t->expr), STR_ARG(got), STR_ARG(t->want),
		STR_ARG(t->error));
	return 1;
}

static struct str located(struct arena *a, const struct err *e)
{
	return str_fmt(a, "%u:%u %.*s", e->line, e->col, STR_ARG(err_text(a, e, true)));
}

static int good(struct arena *a, const struct triple *t)
{
	struct feel_scope *scope = feel_scope_new(a, NULL);
	struct feel_value vars[64], context = feel_null(), input = feel_null(), v;
	struct json *j;
	if (t->has_context) {
		assert_null(json_parse(a, t->context, (struct json_limits){0}, &j));
		assert_null(feel_from_json(a, j, &context));
		assert_int_equal(context.kind, FEEL_CONTEXT);
		assert_true(context.ctx->n <= countof(vars));
		for (uint32_t i = 0; i < context.ctx->n; i++)
			vars[feel_scope_add(scope, context.ctx->key[i], feel_type_of_value(a, context.ctx->value[i]))] = context.ctx->value[i];
	}
	if (t->has_input) {
		assert_null(json_parse(a, t->input, (struct json_limits){0}, &j));
		assert_null(feel_from_json(a, j, &input));
	}
	struct feel_expr *x;
	struct err *e = feel_compile(a, t->expr, t->has_input ? FEEL_UNARY_TESTS : FEEL_EXPRESSION, scope, &x);
	if (e) return wrong(t, "does not compile", located(a, e));
	struct feel_run r;
	feel_run_init(&r, a);
	assert_true(instant_parse(S("2026-11-05T08:30:00Z"), &r.now_ms));
	r.zone = feel_zone(S("Asia/Shanghai"));
	v = t->has_input ? feel_test(&r, x, vars, input) : feel_eval(&r, x, vars);
	struct buf b = buf_new(a);
	feel_print(&b, v);
	if (t->has_want && !str_eq(buf_str(&b), t->want)) return wrong(t, "another value", buf_str(&b));
	if (t->has_want && r.stop) return wrong(t, "stopped", err_text(a, r.stop, true));
	if (!t->has_error) return 0;
	if (v.kind != FEEL_NULL) return wrong(t, "not null", buf_str(&b));
	struct str said = r.stop ? err_text(a, r.stop, true) : r.diag ? r.diag->text : S("no diagnostic");
	return str_find(said, t->error) < 0 ? wrong(t, "another diagnostic", said) : 0;
}

static int bad(struct arena *a, const struct triple *t)
{
	struct feel_expr *x;
	struct err *e = feel_compile(a, t->expr, FEEL_EXPRESSION, NULL, &x);
	if (!e) return wrong(t, "compiles", S(""));
	return str_find(located(a, e), t->error) < 0 ? wrong(t, "another error", located(a, e)) : 0;
}

static int run_file(const char *path, int (*one)(struct arena *, const struct triple *), int *count)
{
	struct arena *a = arena_new(0), *b = arena_new(0);
	struct str text = read_all(a, path);
	int failures = 0, line = 0;
	struct triple t = {.file = path};
	while (text.p) {
		struct str l = str_cut(&text, S("\n"));
		line++;
		if (str_starts(l, S("> "))) {
			if (!t.line) t.line = line;
			else t.expr = str_fmt(a, "%.*s\n", STR_ARG(t.expr));
			t.expr = str_fmt(a, "%.*s%.*s", STR_ARG(t.expr), STR_ARG(str_from(l, 2)));
		} else if (str_starts(l, S(": "))) {
			t.context = str_from(l, 2);
			t.has_context = true;
		} else if (str_starts(l, S("? "))) {
			t.input = str_from(l, 2);
			t.has_input = true;
		} else if (str_starts(l, S("= "))) {
			t.want = str_from(l, 2);
			t.has_want = true;
		} else if (str_starts(l, S("! "))) {
			t.error = str_from(l, 2);
			t.has_error = true;
		} else if (l.n == 0 && t.line) {
			if (!t.has_want && !t.has_error) fail_msg("%s:%d: nothing is expected", path, t.line);
			failures += one(b, &t);
			++*count;
			arena_reset(b);
			t = (struct triple){.file = path};
		} else if (l.n && l.p[0] != '#') {
			fail_msg("%s:%d: this line means nothing", path, line);
		}
	}
	arena_free(a);
	arena_free(b);
	return failures;
}

static void run_folder(const char *name, int (*one)(struct arena *, const struct triple *), int least)
{
	struct arena *a = arena_new(0);
	char *dir = str_z(a, str_fmt(a, "%s/%s", folder, name));
	DIR *d = opendir(dir);
	if (!d) fail_msg("cannot open %s", dir);
	int failures = 0, count = 0;
	struct dirent *f;
	while ((f = readdir(d)))
		if (str_ends(str_of(f->d_name), S(".txt"))) failures += run_file(str_z(a, str_fmt(a, "%s/%s", dir, f->d_name)), one, &count);
	closedir(d);
	printf("%s: %d triples, %d wrong\n", name, count, failures);
	arena_free(a);
	assert_int_equal(failures, 0);
	assert_true(count >= least);
}

static void good_triples(void **state)
{
	(void)state;
	run_folder("good", good, 300);
}

static void bad_texts(void **state)
{
	(void)state;
	run_folder("bad", bad, 40);
}

int main(int argc, char **argv)
{
	folder = argc > 1 ? argv[1] : "test/feel";
	const struct CMUnitTest tests[] = {cmocka_unit_test(good_triples), cmocka_unit_test(bad_texts)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
