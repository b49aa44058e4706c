// merge_int.h — a matter seen as its items; shared by forms, materials, guide and checks.
#pragma once
#include "domain/catalogue/load_int.h"

uint32_t matter_items(struct matter);
const struct item *matter_item(struct matter, uint32_t i);
const struct condition *matter_when(struct matter, uint32_t i);          // NULL = always
enum truth truth_and(enum truth, enum truth);
enum truth truth_or(enum truth, enum truth);
void needs_collect(struct arena *, struct matter, struct binding *, struct materials *out);
bool condition_reads_subject(const struct catalogue *, const struct condition *);
// The questions of a matter in order of asking: the bundle's, or those an item's conditions read.
uint32_t matter_questions(struct arena *, const struct catalogue *, struct matter, const struct question ***out);
