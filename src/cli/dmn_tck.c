// dmn_tck.c — runs cases in the format of the DMN Technology Compatibility Kit.
//
// Numbers are compared exactly. Where a result has no end (square roots, payments) the kit gives either
// its rounding to 8 or more digits (or as many cut off), which ours must give too, or what binary floating point made of it
// (15 to 17 digits), of which 13 must agree.
#include "cli/dmn_cmd.h"
#include "cli/dmn_file.h"
#include "codec/xml.h"
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

struct tck {
	struct dmn_tck sum;
	int verbose;
	struct arena *a;
	const struct dmn_model *model;
	const char *folder;
};

static bool is_nil(const struct xml *x)
{
	for (uint32_t i = 0; i < x->attrs; i++)
		if (str_is(x->attr[i].name, "nil") && str_is(x->attr[i].value, "true")) return true;
	return false;
}

static struct feel_value scalar(struct arena *a, const struct xml *x)
{
	struct str text = xml_text(a, x), type = {0};
	struct feel_value v;
	dec d;
	if (is_nil(x)) return feel_null();
	for (uint32_t i = 0; i < x->attrs; i++)
		if (str_is(x->attr[i].name, "type")) type = x->attr[i].value;
	ptrdiff_t colon = str_find(type, S(":"));
	if (colon >= 0) type = str_from(type, (size_t)colon + 1);
	struct str t = str_trim(text);
	if (str_is(type, "boolean")) return feel_bool(str_is(t, "true") || str_is(t, "1"));
	if (str_is(type, "decimal") || str_is(type, "double") || str_is(type, "integer"))
		return dec_parse(t, &d) ? feel_num(d) : feel_text(text);
	if ((str_is(type, "date") || str_is(type, "time") || str_is(type, "dateTime") || str_is(type, "duration"))
	    && feel_parse_temporal(a, t, &v)) return v;
	return feel_text(text);
}

static struct feel_value value_of(struct arena *a, const struct xml *x)
{
	const struct xml *c = xml_first_element(x);
	while (c && str_is(c->name, "extensionElements")) c = xml_next_element(c);
	if (!c || is_nil(x)) return feel_null();
	if (str_is(c->name, "value")) return scalar(a, c);
	if (str_is(c->name, "list")) {
		size_t n = 0;
		if (is_nil(c)) return feel_null();
		for (const struct xml *i = xml_child(c, c->ns, S("item")); i; i = xml_next(i, c->ns, S("item"))) n++;
		struct feel_list *list = feel_list_new(a, n);
		n = 0;
		for (const struct xml *i = xml_child(c, c->ns, S("item")); i; i = xml_next(i, c->ns, S("item")))
			list->item[n++] = value_of(a, i);
		return feel_of_list(list);
	}
	struct feel_context *ctx = feel_context_new(a, 4);
	for (; c; c = xml_next_element(c))
		if (str_is(c->name, "component")) feel_context_put(a, ctx, xml_attr(c, S("name")), value_of(a, c));
	return feel_of_context(ctx);
}

static bool same_number(dec expected, dec actual)
{
	if (dec_cmp(expected, actual) == 0) return true;
	if (!dec_finite(actual) || dec_cmp(expected, dec_of_int(0)) == 0) return false;
	dec one = dec_of_int(1), ten = dec_of_int(10), scaled = dec_abs(expected);
	int exponent = 0, digits = 1;                // of the expected number: d.ddd × 10^exponent
	for (; dec_cmp(scaled, ten) >= 0 && exponent < 40; exponent++) scaled = scaled / ten;
	for (; dec_cmp(scaled, one) < 0 && exponent > -40; exponent--) scaled = scaled * ten;
	while (digits < 34 && dec_cmp(dec_round(expected, digits - 1 - exponent, DEC_HALF_EVEN), expected) != 0) digits++;
	if (digits < 8) return false;
	int keep = digits >= 15 && digits <= 17 ? 13 : digits;
	if (dec_cmp(dec_round(actual, digits - 1 - exponent, DEC_DOWN), expected) == 0) return true;
	return dec_cmp(dec_round(actual, keep - 1 - exponent, DEC_HALF_EVEN), dec_round(expected, keep - 1 - exponent, DEC_HALF_EVEN)) == 0;
}

static bool same(struct feel_value e, struct feel_value v)
{
	if (e.kind != v.kind) return false;
	if (e.kind == FEEL_NULL) return true;
	if (e.kind == FEEL_NUMBER) return same_number(e.num, v.num);
	if (e.kind == FEEL_LIST) {
		bool ok = e.list->n == v.list->n;
		for (size_t i = 0; ok && i < e.list->n; i++) ok = same(e.list->item[i], v.list->item[i]);
		return ok;
	}
	if (e.kind == FEEL_CONTEXT) {
		bool ok = e.ctx->n == v.ctx->n;
		struct feel_value m;
		for (uint32_t i = 0; ok && i < e.ctx->n; i++)
			ok = feel_context_get(v.ctx, e.ctx->key[i], &m) && same(e.ctx->value[i], m);
		return ok;
	}
	return feel_equal(e, v) == FEEL_TRUE;
}

static struct feel_context *inputs_of(struct tck *t, const struct xml *test)
{
	struct feel_context *in = feel_context_new(t->a, 8);
	for (const struct xml *x = xml_child(test, test->ns, S("inputNode")); x; x = xml_next(x, test->ns, S("inputNode"))) {
		struct str name = xml_attr(x, S("name")), ns = xml_attr(x, S("namespace"));
		if (ns.n) name = str_fmt(t->a, STR_FMT "#" STR_FMT, STR_ARG(ns), STR_ARG(name));
		feel_context_put(t->a, in, name, value_of(t->a, x));
	}
	return in;
}

static bool run_node(struct tck *t, const struct xml *test, const struct xml *node, const struct feel_context *in, struct buf *why)
{
	struct str name = xml_attr(node, S("name")), type = xml_attr(test, S("type")), called = xml_attr(test, S("invocableName"));
	bool service = str_is(type, "decisionService") && called.n, bkm = str_is(type, "bkm") && called.n;
	const struct dmn_item *item = service ? dmn_find(t->model, DMN_SERVICE, called)
		: bkm ? dmn_find(t->model, DMN_BKM, called) : dmn_find(t->model, DMN_DECISION, name);
	const struct xml *exp = xml_child(node, node->ns, S("expected"));
	struct feel_value want = exp ? value_of(t->a, exp) : feel_null(), part;
	struct dmn_result r;
	if (!item && !service && !bkm) item = dmn_find(t->model, DMN_SERVICE, name);
	if (!item) {
		buf_lit(why, "no such decision");
		return false;
	}
	dmn_eval(t->model, item, in, &(struct dmn_env){.now_ms = 1700000000000}, t->a, &r);
	if (service && r.value.kind == FEEL_CONTEXT && feel_context_get(r.value.ctx, name, &part) && !same(want, r.value)) r.value = part;
	bool ok = same(want, r.value);
	if (!ok) {
		buf_lit(why, "expected ");
		feel_print(why, want);
		buf_lit(why, ", found ");
		feel_print(why, r.value);
	} else if (str_is(xml_attr(node, S("errorResult")), "true") && r.raised == 0 && !r.stop) {
		buf_lit(why, "expected a diagnostic, found none");
		ok = false;
	}
	for (const struct dmn_diag *d = r.diag; d && !ok; d = d->next)
		buf_fmt(why, " [" STR_FMT ": " STR_FMT "]", STR_ARG(d->element), STR_ARG(d->text));
	return ok;
}

static void run_file(struct tck *t, const char *path, const char *dir, unsigned *passed, unsigned *total)
{
	struct arena *a = arena_new(0);
	struct str text;
	struct xml *x;
	struct dmn_model *model = NULL;
	t->a = a;
	struct err *e = dmn_file_read(a, path, &text);
	if (!e) e = xml_parse(a, text, (struct xml_limits){.bytes = 64 << 20, .nodes = 4000000}, &x);
	if (!e) {
		struct str name = xml_child_text(a, x, x->ns, S("modelName"));
		struct str file = str_fmt(a, "%s/" STR_FMT, dir, STR_ARG(name));
		e = dmn_file_load(a, str_z(a, file), &model);
		t->model = model;
		for (const struct xml *c = xml_child(x, x->ns, S("testCase")); c; c = xml_next(c, x->ns, S("testCase"))) {
			struct arena_mark m = arena_mark(a);
			struct buf why = buf_new(a);
			bool ok = !e;
			struct feel_context *in = ok ? inputs_of(t, c) : NULL;
			for (const struct xml *n = xml_child(c, x->ns, S("resultNode")); n && ok; n = xml_next(n, x->ns, S("resultNode")))
				ok = run_node(t, c, n, in, &why);
			(*total)++;
			*passed += ok;
			if (!ok && t->verbose)
				printf("  %s " STR_FMT ": " STR_FMT "\n", t->folder, STR_ARG(xml_attr(c, S("id"))), STR_ARG(buf_str(&why)));
			arena_rewind(a, m);
		}
	}
	if (e) {
		struct str s = err_text(a, e, true);
		fprintf(stderr, "%s:%u:%u: " STR_FMT "\n", path, e->line, e->col, STR_ARG(s));
	}
	arena_free(a);
}

static int run_dir(struct tck *t, const char *dir, unsigned depth)
{
	struct dirent **name;
	unsigned passed = 0, total = 0;
	int n = scandir(dir, &name, NULL, alphasort), rc = n < 0;
	struct arena *a = arena_new(0);
	for (int i = 0; i < n; i++) {
		struct str file = str_of(name[i]->d_name);
		char *path = str_z(a, str_fmt(a, "%s/%s", dir, name[i]->d_name));
		struct stat st;
		if (name[i]->d_name[0] != '.' && stat(path, &st) == 0) {
			t->folder = strrchr(dir, '/') ? strrchr(dir, '/') + 1 : dir;
			if (S_ISDIR(st.st_mode) && depth < 16) rc |= run_dir(t, path, depth + 1);
			else if (str_ends(file, S(".xml"))) run_file(t, path, dir, &passed, &total);
		}
		free(name[i]);   // allow: scandir gave it
	}
	if (n >= 0) free(name);   // allow: scandir gave it
	if (total) {
		printf("%s %u/%u\n", strrchr(dir, '/') ? strrchr(dir, '/') + 1 : dir, passed, total);
		t->sum.folders++;
	}
	t->sum.passed += passed;
	t->sum.total += total;
	arena_free(a);
	return rc;
}

int dmn_tck_run(const char *dir, int verbose, struct dmn_tck *out)
{
	struct tck t = {.verbose = verbose};
	int rc = run_dir(&t, dir, 0);
	*out = t.sum;
	if (rc) fprintf(stderr, "%s: cannot be read\n", dir);
	return rc;
}
