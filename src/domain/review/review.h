// review.h — 好差评: one rating a case, five grades.
//
// Owns    table rating.
// Errors  E_REVIEW_*.
// Holds   (1) one rating a closed case; (2) level is the code of GB/T 39046-2020 A.8: 1 非常满意 …
//         5 非常不满意 (stars are the reverse); 4 and 5 are 差评; (3) staff of the case never see who rated.
#pragma once
#include "domain/domain.h"

struct rating { int64_t case_id, at_ms; int32_t level; struct str tags, comment; };
must_use struct err *rating_give(struct plan *, int64_t home, int64_t case_id, int32_t level, struct str tags, struct str comment);
must_use struct err *rating_of(struct plan *, int64_t case_id, struct rating *out, bool *found);
bool rating_bad(int32_t level);
