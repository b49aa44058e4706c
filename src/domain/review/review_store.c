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

#define RECTIFY "home, id, case_id, number, office, state, opened_ms, contact_day, due_day, finding, way, contact_note, contact_name," \
	" contact_ms, longer, measures, reply, answer_name, answered_ms, ruling, ruling_note, ruling_name, ruling_ms, second_level, second_ms, version"

void rectify_store_insert(struct plan *p, const struct rectification *r)
{
	WSET_EXEC(p->ws, 1, "INSERT INTO rectification (home, id, case_id, number, office, state, opened_ms, contact_day, due_day, version)"
		" VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,1)", V_INT(r->home), V_INT(r->id), V_INT(r->case_id), V_TEXT(r->number), V_TEXT(r->office),
		V_TEXT(r->state), V_INT(r->opened_ms), V_INT(r->contact_day), V_INT(r->due_day));
}

void rectify_store_update(struct plan *p, const struct rectification *r)
{
	WSET_EXEC(p->ws, 1, "UPDATE rectification SET state = ?1, due_day = ?2, finding = ?3, way = ?4, contact_note = ?5, contact_name = ?6, contact_ms = ?7,"
		" longer = ?8, measures = ?9, reply = ?10, answer_name = ?11, answered_ms = ?12, ruling = ?13, ruling_note = ?14, ruling_name = ?15,"
		" ruling_ms = ?16, second_level = ?17, second_ms = ?18, version = version + 1 WHERE id = ?19 AND version = ?20",
		V_TEXT(r->state), V_INT(r->due_day), V_TEXT_OR_NULL(r->finding), V_TEXT_OR_NULL(r->way), V_TEXT_OR_NULL(secret_seal(p, r->contact_note)),
		V_TEXT_OR_NULL(r->contact_name), V_INT_OR_NULL(r->contact_ms), V_TEXT_OR_NULL(r->longer), V_TEXT_OR_NULL(r->measures), V_TEXT_OR_NULL(r->reply),
		V_TEXT_OR_NULL(r->answer_name), V_INT_OR_NULL(r->answered_ms), V_TEXT_OR_NULL(r->ruling), V_TEXT_OR_NULL(r->ruling_note),
		V_TEXT_OR_NULL(r->ruling_name), V_INT_OR_NULL(r->ruling_ms), V_INT_OR_NULL(r->second_level), V_INT_OR_NULL(r->second_ms), V_INT(r->id), V_INT(r->version));
}

static void rectify_row(const struct rows *r, size_t i, struct rectification *x)
{
	*x = (struct rectification){.home = row_int(r, i, 0), .id = row_int(r, i, 1), .case_id = row_int(r, i, 2), .number = row_text(r, i, 3),
		.office = row_text(r, i, 4), .state = row_text(r, i, 5), .opened_ms = row_int(r, i, 6), .contact_day = (day_t)row_int(r, i, 7),
		.due_day = (day_t)row_int(r, i, 8), .finding = row_text(r, i, 9), .way = row_text(r, i, 10), .contact_note = row_text(r, i, 11),
		.contact_name = row_text(r, i, 12), .contact_ms = row_int(r, i, 13), .longer = row_text(r, i, 14), .measures = row_text(r, i, 15),
		.reply = row_text(r, i, 16), .answer_name = row_text(r, i, 17), .answered_ms = row_int(r, i, 18), .ruling = row_text(r, i, 19),
		.ruling_note = row_text(r, i, 20), .ruling_name = row_text(r, i, 21), .ruling_ms = row_int(r, i, 22),
		.second_level = (int32_t)row_int(r, i, 23), .second_ms = row_int(r, i, 24), .version = row_int(r, i, 25)};
}

struct err *rectify_store_read(struct plan *p, int64_t id, struct rectification *out, bool *found)
{
	struct rows r;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT " RECTIFY " FROM rectification WHERE id = ?1", V_INT(id));
	*found = !e && r.n;
	if (*found) rectify_row(&r, 0, out);
	return e;
}

struct err *rectify_store_of_case(struct plan *p, int64_t case_id, struct rectification *out, bool *found)
{
	struct rows r;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT " RECTIFY " FROM rectification WHERE case_id = ?1", V_INT(case_id));
	*found = !e && r.n;
	if (*found) rectify_row(&r, 0, out);
	return e;
}

// Done: answered or closed. Open: the rest.
struct err *rectify_store_list(struct plan *p, struct str office, bool done, day_t after_day, int64_t after_id, uint32_t limit,
	struct rectification **out, size_t *n)
{
	struct rows r;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT " RECTIFY " FROM rectification WHERE (?1 = '' OR office = ?1)"
		" AND ((state = 'answered' OR state = 'closed') = (?2 = 1)) AND (due_day > ?3 OR (due_day = ?3 AND id > ?4)) ORDER BY due_day, id LIMIT ?5",
		V_TEXT(office), V_INT(done), V_INT(after_day), V_INT(after_id), V_INT(limit));
	*n = e ? 0 : r.n;
	*out = arena_newn(p->a, struct rectification, *n + 1);
	for (size_t i = 0; i < *n; i++) rectify_row(&r, i, &(*out)[i]);
	return e;
}
