// review_store.c — SQL of ratings.
#include "domain/review/review_store.h"
#include "domain/trail.h"

#define COLS "home, id, case_id, level, tags, comment, at_ms"
const char review_store_select[] = "SELECT " COLS " FROM rating WHERE id = ?1";

void review_store_insert(struct plan *p, int64_t home, const struct rating *r)
{
	const struct val v[] = {V_INT(home), V_INT(store_id(p->store)), V_INT(r->case_id), V_INT(r->level), V_TEXT(r->tags),
		V_TEXT(r->comment), V_INT(r->at_ms)};
	wset_exec(p->ws, 1, "INSERT INTO rating (" COLS ") VALUES (?1,?2,?3,?4,?5,?6,?7)", v, countof(v));
	trail_row(p, "rating", r->case_id, "rating", v[1].i, v, countof(v));
}

struct err *review_store_read(struct plan *p, int64_t case_id, struct rating *out, bool *found)
{
	struct rows r;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT level, tags, comment, at_ms FROM rating WHERE case_id = ?1", V_INT(case_id));
	*found = !e && r.n;
	if (*found)
		*out = (struct rating){.case_id = case_id, .level = (int32_t)row_int(&r, 0, 0), .tags = row_text(&r, 0, 1),
			.comment = row_text(&r, 0, 2), .at_ms = row_int(&r, 0, 3)};
	return e;
}
