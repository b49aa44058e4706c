// review.c — one rating a case.
#include "domain/review/review.h"

#include "domain/review/review_store.h"

enum { LEVELS = 5 };            // 非常满意 … 非常不满意

bool rating_bad(int32_t level)
{
	return level >= 4;
}

struct err *rating_give(struct plan *p, int64_t home, int64_t case_id, int32_t level, struct str tags, struct str comment)
{
	struct rating r;
	bool found;
	if (level < 1 || level > LEVELS) return err_field(p->a, E_REVIEW_LEVEL, S("level"), S(""));
	if (rating_bad(level) && !tags.n) return err_field(p->a, E_REVIEW_TAGS, S("tags"), S(""));
	struct err *e = rating_of(p, case_id, &r, &found);
	if (e || found) return e ? e : err_new(p->a, E_REVIEW_TWICE);
	r = (struct rating){case_id, p->now_ms, level, tags, secret_seal(p, comment)};
	review_store_insert(p, home, &r);
	return NULL;
}

struct err *rating_of(struct plan *p, int64_t case_id, struct rating *out, bool *found)
{
	struct err *e = review_store_read(p, case_id, out, found);
	if (*found) out->comment = secret_open(p, out->comment);
	return e;
}
