// delta_int.h — what the parts of the maker of small versions share.
#pragma once
#include "domain/catalogue/check_int.h"
#include "domain/catalogue/delta.h"
#include "domain/catalogue/load_int.h"

struct making {
	struct load L;                         // L.c is the version being made
	struct catalogue *base;
	struct delta *d;
	const struct delta_file *file;
	uint32_t n_files;
	const struct item **was; size_t n_was, cap_was;              // rows of the base that are gone: changed, or elsewhere in their file
	struct item **is; size_t n_is, cap_is;                       // and what stands there instead
	struct item **fresh; size_t n_fresh, cap_fresh;              // those of them that were read
	const struct item **both; size_t n_both, cap_both;           // rows that stay, but read a table or process that changed
	struct wanted *wanted; uint32_t n_wanted;    // where bundles come from
	bool own_bundles;                      // not all of them stand where they stood
	uint32_t *place;                       // of the base's bundles in the new version; UINT32_MAX: gone
	struct bundle **made; size_t n_made;   // bundles that were read
	bool *touched;                         // bundles of the new version to look at again
	bool papers;                           // what items give to each other changed
};
// delta_rows.c: false when the whole must be compiled.
bool delta_bundles_plan(struct making *, uint32_t *rows);    // how many bundles of its own the index will hold; 0: as they were
bool delta_items(struct making *);
bool delta_bundles(struct making *);
