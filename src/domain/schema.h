// schema.h — every table of the domain, in the order of execution; main hands it to store_open.
#pragma once
#include "store/store.h"

// The journal's and the domain's migrations in one array, made once in the arena.
const struct migration *schema_all(struct arena *, size_t *n);
