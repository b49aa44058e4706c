// flaw.h — the problem list that an office works off: warnings of the checker, guides with gaps, searches without a result.
//
// Owns    table flaw: what was decided about a problem.
// Needs   shelf, gap, seek, catalogue.
// Memory  in the arena of the plan. Time: searches of the last 30 days.
// Errors  E_REQUIRED for a dismissal without a reason; E_NOT_FOUND for a key that is none.
// Holds   (1) a problem that is gone is not listed, whatever was decided about it; (2) a dismissal says why.
#pragma once
#include "domain/domain.h"

struct flaw {
	struct str key, kind, office, code, name, text, hint;        // kind: warning, item, search; office: code or empty
	struct str state, reason, by;                                // open, done, dismissed
	int64_t count, at_ms;
};
must_use struct err *flaw_list(struct plan *, struct flaw **out, size_t *n);
must_use struct err *flaw_mark(struct plan *, struct str key, struct str state, struct str reason);
