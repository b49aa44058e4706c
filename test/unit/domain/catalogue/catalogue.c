#include <stdio.h>
#include "domain/catalogue/sample.h"
int main(int argc, char **argv)
{
	struct arena *a = arena_new(0);
	struct findings *f = findings_new(a, 50);
	struct catalogue *c = NULL;
	struct err *e = catalogue_load(str_of(argv[1]), f, &c);
	if (e) { struct str t = err_text(a, e, true); printf(STR_FMT "\n", STR_ARG(t)); return 1; }
	struct samples s;
	e = samples_load(c, str_of(argv[1]), f, &s);
	struct buf b = buf_new(a);
	findings_print(&b, f, true);
	struct str t = buf_str(&b);
	printf(STR_FMT "\n", STR_ARG(t));
	struct guide g;
	struct matter m = catalogue_matter(c, S("second_hand_home"));
	if (m.bundle && !guide(a, c, m, NULL, &g)) { b = buf_new(a); json_print_pretty(&b, guide_json(a, c, m, &g, false)); if (argc > 2) { t = buf_str(&b); printf(STR_FMT "\n", STR_ARG(t)); } }
	return 0;
}
