// check_int.h — what the parts of the checker share.
#pragma once
#include "domain/catalogue/merge_int.h"

// How many items, bundles, conditions and tables use a row; a version keeps it, so that the next one needs only count
// what it changes.
enum use { USE_ELEMENT, USE_SUBJECT, USE_MATERIAL, USE_CERTIFICATE, USE_QUESTION, USE_RULE, USE_PROCESS, USE_SOURCE, USES };
struct uses { uint32_t *count[USES]; };

struct check {
	struct catalogue *c;
	struct findings *f;
	struct arena *a;
	struct binding *open;                  // with no answer yet
};
void check_add(struct check *, enum rule_id, struct origin, uint32_t line, struct str subject, struct str a0,
	struct str a1, struct str a2);
void check_words(struct check *, struct origin, struct str subject, const char *what, struct words);
// check.c. An item: what can be said of it without the others. Names: of all items, or of those of the n names given.
void check_item(struct check *, const struct item *);
void check_names(struct check *, const struct str *name, uint32_t n);
void check_papers(struct check *);
void check_settings(struct check *);
// check_bundle.c
void check_conditions(struct check *);
void check_conditions_of_item(struct check *, const struct item *);
void check_conditions_of_bundle(struct check *, const struct bundle *);
void check_bundle(struct check *, const struct bundle *);
// check_area.c
void check_areas(struct check *);
void check_dropped(struct check *, const struct item *);       // whether the city's item wants what an area dropped
// check_process.c
void check_process(struct check *, const struct process_file *);
void check_process_of(struct check *, const struct item *);
// check_use.c
struct uses *uses_new(struct arena *, const struct catalogue *, const struct uses *before);
void uses_of_item(const struct catalogue *, struct uses *, const struct item *, bool add);
void uses_of_bundle(const struct catalogue *, struct uses *, const struct bundle *, bool add);
void uses_of_rule(const struct catalogue *, struct uses *, struct arena *, const struct rule_table *, bool add);
void uses_of_all(const struct catalogue *, struct uses *, struct arena *);
void check_unused(struct check *);
// source.c
void check_sources(struct check *);
void check_source_uses(struct check *, const struct item *);
bool check_source_table(struct check *, const struct item *, const struct rule_table *);   // it reads only what is asked
