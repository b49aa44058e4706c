#pragma once
#include "domain/catalogue/catalogue.h"
struct search;
struct search *search_new(struct catalogue *);
void search_free(struct search *);
struct search_hit { struct str code; };
struct search_result { struct search_hit *hit; size_t n; };
void search_run(const struct search *, struct arena *, struct str q, size_t limit, struct search_result *);
void search_split(struct str name, const struct search_hit *, struct str *before, struct str *match, struct str *after);
