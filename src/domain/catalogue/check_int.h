// check_int.h — what the parts of the checker share.
#pragma once
#include "domain/catalogue/merge_int.h"

struct check {
	struct catalogue *c;
	struct findings *f;
	struct arena *a;
	bool *element_used, *material_used, *subject_used, *role_used, *certificate_used;
};
void check_add(struct check *, enum rule_id, struct origin, uint32_t line, struct str subject, struct str a0,
	struct str a1, struct str a2);
void check_words(struct check *, struct origin, struct str subject, const char *what, struct words);
// check_bundle.c
void check_conditions(struct check *);
void check_bundle(struct check *, const struct bundle *);
void check_unused(struct check *);
void check_areas(struct check *);
void check_sources(struct check *);         // source.c
void check_source_uses(struct check *, const struct item *);
bool check_source_table(struct check *, const struct item *, const struct rule_table *);   // it reads only what is asked
void check_processes(struct check *);       // check_process.c
