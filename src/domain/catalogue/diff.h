// diff.h — what a new version of the catalogue changes, in words: for applicants, for offices, for
// cases that are under way.
//
// Owns    the comparison of two catalogues, row by row under their codes.
// Memory  the arena given; texts may point into both catalogues, which must outlive the result.
// Errors  none: both catalogues have been loaded.
// Holds   (1) equal catalogues give no change; (2) every change names the matter it is about;
//         (3) whatever is easier or harder for applicants says so.
#pragma once
#include "domain/catalogue/catalogue.h"

enum diff_for { DIFF_APPLICANTS, DIFF_OFFICES, DIFF_RUNNING, DIFF_FOR_COUNT };
struct change {
	enum diff_for whom;
	struct str code;                                     // of the item, bundle, rule, paper, setting, office
	struct words name, text;
	int ease;                                            // for applicants: 1 easier, -1 harder, 0 neither
	struct change *next;
};
struct diff {
	struct arena *a;
	struct change *first, **last;
	uint32_t n, per[DIFF_FOR_COUNT];
};

void catalogue_diff(struct arena *, const struct catalogue *from, const struct catalogue *to, struct diff *out);
// What an applicant and an office notice when an item is done as `to` instead of `from`: an area's against the city's.
void item_diff(struct arena *, const struct item *from, const struct item *to, struct diff *out);
void diff_print(struct buf *, const struct diff *, bool english);
struct json *diff_json(struct arena *, const struct diff *);
