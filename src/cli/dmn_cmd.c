#include "cli/dmn_cmd.h"
#include "base/seam.h"
#include "base/day.h"
#include "codec/json.h"
#include "cli/dmn_file.h"
#include "dmn/analyse.h"
#include "dmn/dmn.h"
#include "dmn/sheet.h"
#include "dmn/table.h"
#include <stdio.h>
#include <stdlib.h>

static int usage(void)
{
	fputs("usage: dmn test [-v] DIR\n"
		"       dmn eval MODEL --decision NAME [--input FILE] [--now INSTANT] [--zone ZONE] [--trace]\n"
		"       dmn check FILE...\n"
		"       dmn sheet MODEL [TABLE]\n"
		"       dmn xml SHEET\n", stderr);
	return 2;
}

static void print_err(struct arena *a, const struct err *e)
{
	for (; e; e = e->next) {
		struct str s = err_text(a, e, false), t = err_text(a, e, true);
		if (e->file.n) fprintf(stderr, STR_FMT ":%u:%u: ", STR_ARG(e->file), e->line, e->col);
		fprintf(stderr, STR_FMT " " STR_FMT "\n", STR_ARG(s), STR_ARG(t));
	}
}

static void print(struct buf *b)
{
	fwrite(b->p, 1, b->n, stdout);
}

// ---- eval -----------------------------------------------------------------------------------

struct eval_args {
	const char *model, *name, *input, *zone;
	enum dmn_kind kind;
	int64_t now_ms;
	bool trace;
};

static bool parse_eval(int argc, char **argv, struct eval_args *o)
{
	o->now_ms = seam_now_ms();
	o->kind = DMN_DECISION;
	for (int i = 2; i < argc; i++) {
		const char *v = i + 1 < argc ? argv[i + 1] : NULL, *k = argv[i];
		if (!strcmp(k, "--trace")) {
			o->trace = true;
		} else if (k[0] != '-') {
			if (o->model) return false;
			o->model = k;
		} else {
			if (!v) return false;
			i++;
			if (!strcmp(k, "--decision")) o->name = v, o->kind = DMN_DECISION;
			else if (!strcmp(k, "--service")) o->name = v, o->kind = DMN_SERVICE;
			else if (!strcmp(k, "--knowledge")) o->name = v, o->kind = DMN_BKM;
			else if (!strcmp(k, "--input")) o->input = v;
			else if (!strcmp(k, "--zone")) o->zone = v;
			else if (strcmp(k, "--now") || !instant_parse(str_of(v), &o->now_ms)) return false;
		}
	}
	return o->model && o->name;
}

static int cmd_eval(struct arena *a, int argc, char **argv)
{
	struct eval_args o = {0};
	struct dmn_model *model;
	struct feel_value in;
	struct json *tree;
	struct str text;
	if (!parse_eval(argc, argv, &o)) return usage();
	struct err *e = dmn_file_load(a, o.model, &model);
	if (!e) e = dmn_file_read(a, o.input ? o.input : "-", &text);
	if (!e && str_trim(text).n == 0) text = S("{}");
	if (!e) e = json_parse(a, text, (struct json_limits){.bytes = 64 << 20}, &tree);
	if (!e) e = feel_from_json(a, tree, &in);
	if (e) {
		print_err(a, e);
		return 1;
	}
	const struct dmn_item *item = dmn_find(model, o.kind, str_of(o.name));
	struct dmn_env env = {.now_ms = o.now_ms, .trace = o.trace, .zone = o.zone ? feel_zone(str_of(o.zone)) : NULL};
	if (!item || in.kind != FEEL_CONTEXT || (o.zone && !env.zone)) {
		fprintf(stderr, "%s\n", !item ? "the model has nothing of that name" : in.kind != FEEL_CONTEXT
			? "the input must be a JSON object" : "unknown time zone");
		return 1;
	}
	struct dmn_result r;
	dmn_eval(model, item, in.ctx, &env, a, &r);
	struct json *out = json_obj(a);
	json_put(a, out, S("value"), dmn_value_json(a, r.value));
	if (r.stop) json_put(a, out, S("error"), json_str(a, err_text(a, r.stop, true)));
	if (r.diag) json_put(a, out, S("diagnostics"), dmn_diags_json(a, r.diag));
	if (o.trace) {
		json_put(a, out, S("trace"), dmn_trace_json(a, r.trace));
		json_put(a, out, S("why"), json_str(a, dmn_trace_sentence(a, r.trace, false)));
	}
	struct buf b = buf_new(a);
	json_print_pretty(&b, out);
	buf_byte(&b, '\n');
	print(&b);
	return r.stop ? 1 : 0;
}

// ---- check, sheet, xml ----------------------------------------------------------------------

static int check_file(struct arena *a, const char *path)
{
	struct dmn_model *model;
	struct err *e = dmn_file_load(a, path, &model);
	if (e) {
		print_err(a, e);
		return 1;
	}
	print_err(a, dmn_problems(model));
	bool wrong = dmn_problems(model) != NULL;
	for (size_t i = 0; i < dmn_tables(model); i++) {
		const struct dmn_table *t = dmn_table(model, i);
		struct dmn_analysis an;
		dmn_analyse(a, t, &an);
		for (const struct dmn_finding *f = an.first; f; f = f->next) {
			struct str s = dmn_finding_text(a, t, f, false), u = dmn_finding_text(a, t, f, true);
			printf("%s:%u:%u: " STR_FMT "  " STR_FMT "\n", path, f->line, f->col, STR_ARG(s), STR_ARG(u));
			wrong |= dmn_finding_is_mistake(f);
		}
	}
	return wrong;
}

static int cmd_check(struct arena *a, int argc, char **argv)
{
	int bad = 0;
	if (argc < 3) return usage();
	for (int i = 2; i < argc; i++) {
		struct arena_mark m = arena_mark(a);
		bad |= check_file(a, argv[i]);
		arena_rewind(a, m);
	}
	return bad;
}

static int cmd_sheet(struct arena *a, int argc, char **argv)
{
	struct dmn_model *model;
	if (argc != 3 && argc != 4) return usage();
	struct err *e = dmn_file_load(a, argv[2], &model);
	if (e) {
		print_err(a, e);
		return 1;
	}
	for (size_t i = 0; i < dmn_tables(model); i++) {
		if (argc == 4 && !str_eq(dmn_table(model, i)->name, str_of(argv[3]))) continue;
		struct dmn_sheet sheet;
		struct buf b = buf_new(a);
		dmn_sheet_of(a, model, dmn_table(model, i), &sheet);
		dmn_sheet_print(&b, &sheet, ',');
		print(&b);
		return 0;
	}
	fputs("the model has no such table\n", stderr);
	return 1;
}

static int cmd_xml(struct arena *a, int argc, char **argv)
{
	struct dmn_sheet *sheet;
	struct str text;
	if (argc != 3) return usage();
	struct err *e = dmn_file_read(a, argv[2], &text);
	if (!e) e = dmn_sheet_parse(a, (struct dmn_text){str_of(argv[2]), text}, &sheet);
	if (e) {
		print_err(a, e);
		return 1;
	}
	struct buf b = buf_new(a);
	dmn_sheet_xml(a, &b, sheet);
	print(&b);
	return 0;
}

static int cmd_test(int argc, char **argv)
{
	int verbose = argc == 4 && !strcmp(argv[2], "-v");
	struct dmn_tck t = {0};
	if (argc != 3 + verbose) return usage();
	if (dmn_tck_run(argv[2 + verbose], verbose, &t)) return 2;
	printf("%u/%u\n", t.passed, t.total);
	return t.passed == t.total && t.total > 0 ? 0 : 1;
}

int dmn_cmd(int argc, char **argv)
{
	if (argc < 3) return usage();
	if (!strcmp(argv[1], "test")) return cmd_test(argc, argv);
	struct arena *a = arena_new(0);
	int rc = !strcmp(argv[1], "eval") ? cmd_eval(a, argc, argv)
		: !strcmp(argv[1], "check") ? cmd_check(a, argc, argv)
		: !strcmp(argv[1], "sheet") ? cmd_sheet(a, argc, argv)
		: !strcmp(argv[1], "xml") ? cmd_xml(a, argc, argv) : usage();
	arena_free(a);
	return rc;
}
