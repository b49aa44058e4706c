// gap.h — which elements of an item's guide are missing: the implementation list 实施清单 of GB/T 39046, in the
// selection that a guide shows (domain/02 2.4).
//
// Owns    the list of elements.
// Needs   the catalogue.
// Memory  in the arena given. Time: the civil day is an argument.
// Holds   (1) an item with no gap of kind GAP_MISSING shows every element that its kind needs.
#pragma once
#include "domain/catalogue/catalogue.h"

enum gap_kind { GAP_MISSING, GAP_ENGLISH, GAP_DATE };
struct gap { enum gap_kind kind; const char *code; struct words name; };
struct gaps {
	struct gap *gap; uint32_t n;
	uint32_t per[3];
	uint32_t elements, filled;                           // of the Chinese guide
};
void item_gaps(struct arena *, const struct item *, day_t today, struct gaps *out);
