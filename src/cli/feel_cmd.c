// feel_cmd.c — see feel_cmd.h.
#include "cli/feel_cmd.h"
#include "base/day.h"
#include "base/seam.h"
#include "feel/feel.h"

#include <stdio.h>
#include <stdlib.h>

enum { LONGEST_LINE = 64 << 20 };

static const struct json_limits limits = {.bytes = LONGEST_LINE, .depth = 500, .nodes = 5000000};

struct settings {
	int64_t now_ms;
	const struct feel_zone *zone;
};

static struct str where(struct arena *a, const struct err *e)
{
	struct str text = err_text(a, e, true);
	if (!e->line) return text;
	return str_fmt(a, "line %u, column %u: " STR_FMT, e->line, e->col, STR_ARG(text));
}

static struct str diagnostic(struct arena *a, const struct feel_diag *d)
{
	if (!d->line) return d->text;
	return str_fmt(a, "line %u, column %u: " STR_FMT, d->line, d->col, STR_ARG(d->text));
}

static struct err *bad_line(struct arena *a, const char *what)
{
	return err_arg(a, E_SYNTAX, str_of(what));
}

static struct err *answer(struct arena *a, const struct settings *s, struct str line, struct feel_run *r, struct feel_value *out)
{
	struct json *in;
	struct err *e = json_parse(a, line, limits, &in);
	if (e) return e;
	struct json *expr = json_get(in, S("expr")), *kind = json_get(in, S("kind")), *ctx = json_get(in, S("context"));
	if (!expr || expr->type != JSON_STRING) return bad_line(a, "the line needs a string under “expr”");
	if (ctx && ctx->type != JSON_OBJECT && ctx->type != JSON_NULL) return bad_line(a, "“context” must be an object");
	bool tests = str_is(json_text(kind), "unary-tests");
	if (kind && !tests && !str_is(json_text(kind), "expression")) return bad_line(a, "“kind” must be “expression” or “unary-tests”");

	struct feel_value context = feel_null(), input = feel_null(), *vars = NULL;
	e = feel_from_json(a, ctx, &context);
	if (e) return e;
	struct feel_scope *scope = feel_scope_new(a, NULL);
	if (context.kind == FEEL_CONTEXT) {
		const struct feel_context *c = context.ctx;
		vars = arena_newn(a, struct feel_value, c->n);
		if (c->n > 100000) return err_arg(a, E_BUDGET, S("names in the context (100,000)"));
		for (uint32_t i = 0; i < c->n; i++) {
			if (tests && str_is(c->key[i], "?")) input = c->value[i];
			vars[feel_scope_add(scope, c->key[i], feel_type_of_value(a, c->value[i]))] = c->value[i];
		}
	} else if (context.kind != FEEL_NULL) {
		return bad_line(a, "“context” must be a plain object");
	}
	struct feel_expr *x;
	e = feel_compile(a, expr->text, tests ? FEEL_UNARY_TESTS : FEEL_EXPRESSION, scope, &x);
	if (e) return e;
	feel_run_init(r, a);
	r->now_ms = s->now_ms;
	r->zone = s->zone;
	*out = tests ? feel_test(r, x, vars, input) : feel_eval(r, x, vars);
	return r->stop;
}

static void one_line(struct arena *a, const struct settings *s, struct str line)
{
	struct feel_value v = feel_null();
	struct feel_run r = {0};
	struct err *e = answer(a, s, line, &r, &v);
	struct json *reply = json_obj(a), *value = feel_to_json(a, e ? feel_null() : v);
	if (!value) e = err_arg(a, E_BUDGET, S("parts of the answer (500,000)"));
	json_put(a, reply, S("value"), value ? value : json_new(a, JSON_NULL));
	if (e) json_put(a, reply, S("error"), json_str(a, where(a, e)));
	else if (v.kind == FEEL_NULL && r.diag) json_put(a, reply, S("error"), json_str(a, diagnostic(a, r.diag)));
	struct buf b = buf_new(a);
	json_print(&b, reply);
	buf_byte(&b, '\n');
	fwrite(b.p, 1, b.n, stdout);
	fflush(stdout);
}

static int usage(const char *what)
{
	fprintf(stderr, "tongban feel [--now INSTANT] [--zone ZONE] < JSON Lines\n%s\n", what);
	return 2;
}

int feel_cmd(int argc, char **argv)
{
	struct settings s = {.now_ms = INT64_MIN};
	for (int i = 1; i < argc; i++) {
		struct str option = str_of(argv[i]), value = str_of(i + 1 < argc ? argv[i + 1] : NULL);
		if (str_is(option, "--now")) {
			if (!instant_parse(value, &s.now_ms)) return usage("--now takes an instant such as 2026-11-05T08:30:00Z");
		} else if (str_is(option, "--zone")) {
			s.zone = feel_zone(value);
			if (!s.zone) return usage("--zone takes a time zone such as Asia/Shanghai");
		} else {
			return usage("an option that is not known");
		}
		i++;
	}
	bool clock = s.now_ms == INT64_MIN;
	struct arena *a = arena_new(0);
	char *line = NULL;
	size_t cap = 0;
	ssize_t n;
	while ((n = getline(&line, &cap, stdin)) >= 0) {
		while (n && (line[n - 1] == '\n' || line[n - 1] == '\r')) n--;
		if (clock) s.now_ms = seam_now_ms();
		one_line(a, &s, (struct str){line, (size_t)n});
		arena_reset(a);
	}
	free(line);   // allow: getline gave it
	arena_free(a);
	return 0;
}
