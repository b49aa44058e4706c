// diff_int.h — telling changes, shared between the files that compare.
#pragma once
#include "domain/catalogue/diff.h"

struct about { struct diff *d; struct str code; struct words name; bool kept, fresh; };   // fresh: no case can be under way by it

// ease: 1 easier for applicants, -1 harder, 0 neither.
void diff_tell(struct about *, enum diff_for whom, int ease, struct str zh, struct str en);
void diff_came(struct about *, enum diff_for whom, int ease, const char *zh, const char *en, struct words what);   // “what” behind both
void diff_limit(struct about *, const char *zh, const char *en, struct limit from, struct limit to, bool applicants);
void diff_item(struct about *, const struct item *from, const struct item *to);
static inline bool words_same(struct words a, struct words b) { return str_eq(a.zh, b.zh) && str_eq(a.en, b.en); }
static inline struct str en_or_zh(struct words w) { return words_in(w, true); }
