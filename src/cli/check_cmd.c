// check_cmd.c — see check_cmd.h.
#include "cli/check_cmd.h"
#include "domain/catalogue/sample.h"
#include "domain/flow/model.h"
#include <stdio.h>

static int usage(void)
{
	fputs("usage: tongban check CITY [--json] [--zh] [--all]\n"
		"  --json  findings as JSON   --zh  sentences in Chinese   --all  every finding, not the first 50 of a rule\n", stderr);
	return 2;
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
	if (!e && !f->errors)                  // a model can only be made of what is whole
		flow_check(c, f);
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
