// past.c — see past.h.
#include "domain/flow/past.h"

#include "base/set.h"
#include "domain/flow/flow_store.h"

// Days as a whole: those of a day become due together, and go in a few sets instead of one each.
static int64_t before_ms(const struct plan *p)
{
	return ms_shanghai(day_shanghai(p->now_ms) - (day_t)set_int(SET_flow_keep_days), 0, 0);
}

struct err *flow_past_due(struct plan *p, bool *due)
{
	int64_t *id;
	size_t n;
	struct err *e = flow_store_over(p, before_ms(p), 1, &id, &n);
	*due = !e && n;
	return e;
}

struct err *flow_put_away(struct plan *p, size_t *n, int64_t *first)
{
	int64_t *id;
	struct err *e = flow_store_over(p, before_ms(p), PAST_SLICE, &id, n);
	*first = !e && *n ? id[0] : 0;
	for (size_t at = 0; !e && at < *n; at += FLOW_PAST_MOST) flow_store_put_away(p, id + at, *n - at < FLOW_PAST_MOST ? *n - at : FLOW_PAST_MOST);
	return e;
}
