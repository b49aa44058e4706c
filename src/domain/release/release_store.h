// release_store.h — rows of releases, and of the version in force.
#pragma once
#include "domain/release/release.h"

void release_store_insert(struct plan *, const struct release *);
void release_store_update(struct plan *, struct release *);            // WHERE version; counts it up
void release_store_file(struct plan *, int64_t release, const struct shelf_change *);
void release_store_file_drop(struct plan *, int64_t release, struct str path);
void release_store_matter(struct plan *, int64_t release, struct str code);
// hash of what must be in force before; empty: there is no row yet.
void release_store_force(struct plan *, struct str before, const struct release_force *);
