// diff_cmd.c — see diff_cmd.h.
#include "cli/diff_cmd.h"
#include "domain/catalogue/diff.h"
#include <stdio.h>

static struct catalogue *load(struct arena *a, const char *dir)
{
	struct findings *f = findings_new(a, 20);
	struct catalogue *c = NULL;
	struct err *e = catalogue_load(str_of(dir), f, &c);
	if (!e && !f->errors)
		return c;
	struct buf b = buf_new(a);
	if (e)
		buf_add(&b, err_text(a, e, true));
	else
		findings_print(&b, f, true);
	struct str t = buf_str(&b);
	fprintf(stderr, "%s\n" STR_FMT, dir, STR_ARG(t));
	catalogue_unref(c);
	return NULL;
}

int diff_cmd(int argc, char **argv)
{
	const char *dir[2] = {NULL, NULL};
	bool json = false, zh = false;
	int n = 0;
	for (int i = 1; i < argc; i++)
		if (!strcmp(argv[i], "--json"))
			json = true;
		else if (!strcmp(argv[i], "--zh"))
			zh = true;
		else if (argv[i][0] != '-' && n < 2)
			dir[n++] = argv[i];
		else
			n = 3;
	if (n != 2) {
		fputs("usage: tongban diff OLD NEW [--json] [--zh]\n", stderr);
		return 2;
	}
	struct arena *a = arena_new(0);
	struct catalogue *from = load(a, dir[0]), *to = from ? load(a, dir[1]) : NULL;
	int rc = 2;
	if (to) {
		struct diff d;
		struct buf b = buf_new(a);
		catalogue_diff(a, from, to, &d);
		if (json) {
			json_print_pretty(&b, diff_json(a, &d));
			buf_byte(&b, '\n');
		} else {
			diff_print(&b, &d, !zh);
		}
		struct str t = buf_str(&b);
		fwrite(t.p, 1, t.n, stdout);
		rc = d.n ? 1 : 0;
	}
	catalogue_unref(from);
	catalogue_unref(to);
	arena_free(a);
	return rc;
}
