// check_cmd.c — see check_cmd.h.
#include "cli/check_cmd.h"
#include "bpmn/sound.h"
#include "domain/catalogue/sample.h"
#include "domain/flow/model.h"
#include <stdio.h>

static int usage(void)
{
	fputs("usage: tongban check CITY [--json] [--zh] [--all]\n"
		"  --json  findings as JSON   --zh  sentences in Chinese   --all  every finding, not the first 50 of a rule\n", stderr);
	return 2;
}

// The model each bundle runs on, made as at run time: every order of results must come to its end.
static void check_bundle_models(struct arena *a, const struct catalogue *c, struct findings *f)
{
	for (uint32_t i = 0; i < c->n_bundles; i++) {
		const struct bundle *b = &c->bundle[i];
		struct arena_mark mark = arena_mark(a);
		struct str xml, ref = str_fmt(a, "apply:" STR_FMT, STR_ARG(b->code));
		struct bpmn_model *m;
		struct bpmn_soundness s = {0};
		struct err *e = flow_model_xml(a, c, ref, &xml);
		if (!e)
			e = bpmn_load(a, xml, b->at.file, &m);
		if (!e)
			e = bpmn_sound(a, m, bpmn_process(m, S("")), 200000, &s);
		if (e)
			finding_add(f, RULE_bad_process, b->at.file, b->at.line, b->code, err_text(a, e, false), err_text(a, e, true), S(""));
		for (uint32_t k = 0; k < s.n; k++) {
			enum bpmn_flaw flaw = s.finding[k].flaw;
			if (flaw == BPMN_FLAW_STUCK || flaw == BPMN_FLAW_JOIN || flaw == BPMN_FLAW_ENDLESS || flaw == BPMN_FLAW_SECOND)
				finding_add(f, RULE_process_unsound, b->at.file, b->at.line, b->code, s.finding[k].text, s.finding[k].path, S(""));
		}
		arena_rewind(a, mark);
	}
}

int check_cmd(int argc, char **argv)
{
	const char *dir = NULL;
	bool json = false, zh = false, all = false;
	for (int i = 1; i < argc; i++)
		if (!strcmp(argv[i], "--json"))
			json = true;
		else if (!strcmp(argv[i], "--zh"))
			zh = true;
		else if (!strcmp(argv[i], "--all"))
			all = true;
		else if (argv[i][0] == '-' || dir)
			return usage();
		else
			dir = argv[i];
	if (!dir)
		return usage();
	struct arena *a = arena_new(0);
	struct findings *f = findings_new(a, all ? SIZE_MAX : 50);
	struct catalogue *c = NULL;
	struct samples samples;
	struct err *e = catalogue_load(str_of(dir), f, &c);
	if (!e)
		e = samples_load(c, str_of(dir), f, &samples);
	if (!e && !f->errors) {                // a model can only be made of what is whole
		struct arena *scratch = arena_new(0);
		check_bundle_models(scratch, c, f);
		arena_free(scratch);
	}
	int rc = f->errors ? 1 : 0;
	if (e) {
		struct str t = err_text(a, e, !zh);
		fprintf(stderr, STR_FMT "\n", STR_ARG(t));
		rc = 2;
	} else {
		struct buf b = buf_new(a);
		if (json) {
			struct json *o = findings_json(a, f);
			json_put(a, o, S("city"), json_str(a, c->name.zh));
			json_put(a, o, S("version"), json_str(a, c->hash));
			json_put(a, o, S("items"), json_num(a, c->n_items));
			json_put(a, o, S("bundles"), json_num(a, c->n_bundles));
			json_print_pretty(&b, o);
			buf_byte(&b, '\n');
		} else {
			findings_print(&b, f, !zh);
			buf_fmt(&b, "%u items, %u bundles, %u offices, %u elements, %u materials; version %.12s\n", c->n_items,
				c->n_bundles, c->n_offices, c->n_elements, c->n_materials, c->hash.p);
		}
		struct str t = buf_str(&b);
		fwrite(t.p, 1, t.n, stdout);
	}
	catalogue_unref(c);
	arena_free(a);
	return rc;
}
