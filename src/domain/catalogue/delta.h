// delta.h — a version that differs from another in few files: only what changed is compiled and checked.
//
// Owns    the making of such a version: its rows, its index over the other's, its findings.
// Needs   a version without errors whose findings are kept (catalogue_findings_keep).
// Memory  the version holds the one it stands on, and the one it was made from, and shares their rows. What delta_make
//         gives besides lives in the arena.
// Errors  none: what cannot be told from few files alone is refused, and the caller compiles the whole.
// Holds   (1) what is made answers exactly as the whole compiled from the same files: same hash, same rows in the same
//         order, same findings; (2) nothing of the other version is changed.
//
// Files of items, bundles, rule tables (changed, not added or removed) and processes (likewise) are told apart from the
// rest; samples change nothing. Whatever an area has otherwise (overlay.c) is made whole. See docs/why/compiled-catalogue.md.
#pragma once
#include "domain/catalogue/catalogue.h"

struct delta_file { struct str path, was, is; bool there, gone; };   // there: the base has it; gone: the new version has not
struct delta {
	struct arena *a;
	struct catalogue *base, *now;
	struct findings *gone, *come;          // what of the base's findings is not true any more, what is said now
	const struct item **item; uint32_t n_items;          // whose processes must be looked at again
	const struct bundle **bundle; uint32_t n_bundles;
};
// Files sorted by path. False: nothing was made.
bool delta_make(struct arena *, struct catalogue *base, const struct delta_file *, uint32_t n, struct delta *out);
// After the rules of other folders have added what they say (to come): the findings are kept with the version.
void delta_finish(struct delta *);
