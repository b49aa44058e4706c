// source_store.c — SQL of questions to other offices and of the sandbox's book.
#include "domain/source/source_store.h"
#include "domain/trail.h"

#define COLS "home, id, case_id, item, source, subject, version, request, same, state, asked_ms, due_ms, tries, done_ms, answer, digest," \
	" why, reused, late_ms, rev"

const char source_store_select[] = "SELECT " COLS " FROM source_query WHERE id = ?1";

enum { N_COLS = 20 };

static struct val or_null(int64_t v)
{
	return v ? V_INT(v) : V_NULL;
}

static void vals(const struct source_query *q, int64_t rev, struct val v[N_COLS])
{
	const struct val all[N_COLS] = {V_INT(q->home), V_INT(q->id), V_INT(q->case_id), V_TEXT(q->item), V_TEXT(q->source), V_TEXT(q->subject),
		V_TEXT(q->version), V_TEXT(q->request), V_TEXT(q->same), V_TEXT(q->state), V_INT(q->asked_ms), V_INT(q->due_ms), V_INT(q->tries),
		or_null(q->done_ms), V_TEXT(q->answer), V_TEXT(q->digest), V_TEXT(q->why), or_null(q->reused), or_null(q->late_ms), V_INT(rev)};
	memcpy(v, all, sizeof all);
}

void source_store_insert(struct plan *p, const struct source_query *q)
{
	struct val v[N_COLS];
	vals(q, q->rev, v);
	wset_exec(p->ws, 1, "INSERT INTO source_query (" COLS ") VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19,?20)",
		v, N_COLS);
	trail_row(p, "source", q->id, "source_query", q->id, v, N_COLS);
}

// The question is sealed anew with each change, so that the journal's digest is of what stands there.
void source_store_update(struct plan *p, struct source_query *q)
{
	struct val v[N_COLS];
	WSET_EXEC(p->ws, 1, "UPDATE source_query SET state = ?1, tries = ?2, done_ms = ?3, answer = ?4, digest = ?5, why = ?6, late_ms = ?7,"
		" request = ?8, rev = rev + 1 WHERE id = ?9 AND rev = ?10", V_TEXT(q->state), V_INT(q->tries), or_null(q->done_ms), V_TEXT(q->answer),
		V_TEXT(q->digest), V_TEXT(q->why), or_null(q->late_ms), V_TEXT(q->request), V_INT(q->id), V_INT(q->rev));
	vals(q, ++q->rev, v);
	trail_row(p, "source", q->id, "source_query", q->id, v, N_COLS);
}

static void row_of(const struct rows *r, size_t i, struct source_query *q)
{
	*q = (struct source_query){.home = row_int(r, i, 0), .id = row_int(r, i, 1), .case_id = row_int(r, i, 2), .item = row_text(r, i, 3),
		.source = row_text(r, i, 4), .subject = row_text(r, i, 5), .version = row_text(r, i, 6), .request = row_text(r, i, 7),
		.same = row_text(r, i, 8), .state = row_text(r, i, 9), .asked_ms = row_int(r, i, 10), .due_ms = row_int(r, i, 11),
		.tries = row_int(r, i, 12), .done_ms = row_int(r, i, 13), .answer = row_text(r, i, 14), .digest = row_text(r, i, 15),
		.why = row_text(r, i, 16), .reused = row_int(r, i, 17), .late_ms = row_int(r, i, 18), .rev = row_int(r, i, 19)};
}

struct err *source_store_find(struct plan *p, int64_t id, struct source_query *out, bool *found)
{
	struct rows r;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT " COLS " FROM source_query WHERE id = ?1", V_INT(id));
	*found = !e && r.n;
	if (*found) row_of(&r, 0, out);
	return e;
}

struct err *source_store_of_case(struct plan *p, int64_t case_id, struct source_query **out, size_t *n)
{
	struct rows r;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT " COLS " FROM source_query WHERE case_id = ?1 ORDER BY id", V_INT(case_id));
	*n = e ? 0 : r.n;
	*out = arena_newn(p->a, struct source_query, *n + 1);
	for (size_t i = 0; i < *n; i++) row_of(&r, i, &(*out)[i]);
	return e;
}

struct err *source_store_same(struct plan *p, struct str same, int64_t since_ms, struct source_query *out, bool *found)
{
	struct rows r;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT " COLS " FROM source_query WHERE same = ?1 AND done_ms >= ?2 AND state = 'answered'"
		" AND reused IS NULL ORDER BY done_ms DESC, id DESC LIMIT 1", V_TEXT(same), V_INT(since_ms));
	*found = !e && r.n;
	if (*found) row_of(&r, 0, out);
	return e;
}

struct err *source_store_due(struct plan *p, int64_t now_ms, uint32_t limit, int64_t **ids, size_t *n)
{
	struct rows r;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT id FROM source_query WHERE state = 'asked' AND due_ms <= ?1 ORDER BY due_ms, id LIMIT ?2",
		V_INT(now_ms), V_INT(limit));
	*n = e ? 0 : r.n;
	*ids = arena_newn(p->a, int64_t, *n + 1);
	for (size_t i = 0; i < *n; i++) (*ids)[i] = row_int(&r, i, 0);
	return e;
}

struct err *source_store_counts(struct plan *p, int64_t since_ms, struct source_count **out, size_t *n)
{
	struct rows r;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT source, count(*), sum(CASE WHEN state = 'answered' THEN 1 ELSE 0 END),"
		" sum(CASE WHEN state = 'none' THEN 1 ELSE 0 END), sum(CASE WHEN state = 'silent' THEN 1 ELSE 0 END),"
		" sum(CASE WHEN state = 'wrong' THEN 1 ELSE 0 END), sum(CASE WHEN state = 'asked' THEN 1 ELSE 0 END),"
		" sum(CASE WHEN late_ms IS NOT NULL THEN 1 ELSE 0 END), sum(CASE WHEN reused IS NOT NULL THEN 1 ELSE 0 END)"
		" FROM source_query WHERE asked_ms >= ?1 GROUP BY source ORDER BY source", V_INT(since_ms));
	*n = e ? 0 : r.n;
	*out = arena_newn(p->a, struct source_count, *n + 1);
	for (size_t i = 0; i < *n; i++)
		(*out)[i] = (struct source_count){.source = row_text(&r, i, 0), .asked = row_int(&r, i, 1), .answered = row_int(&r, i, 2),
			.none = row_int(&r, i, 3), .silent = row_int(&r, i, 4), .wrong = row_int(&r, i, 5), .open = row_int(&r, i, 6),
			.late = row_int(&r, i, 7), .reused = row_int(&r, i, 8)};
	return e;
}

struct err *source_store_times(struct plan *p, struct str source, int64_t since_ms, uint32_t limit, int64_t **ms, size_t *n)
{
	struct rows r;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT done_ms - asked_ms FROM source_query WHERE source = ?1 AND asked_ms >= ?2 AND"
		" state IN ('answered', 'none') AND reused IS NULL ORDER BY asked_ms DESC LIMIT ?3", V_TEXT(source), V_INT(since_ms), V_INT(limit));
	*n = e ? 0 : r.n;
	*ms = arena_newn(p->a, int64_t, *n + 1);
	for (size_t i = 0; i < *n; i++) (*ms)[i] = row_int(&r, i, 0);
	return e;
}

// ---- the sandbox ----

struct err *sandbox_store_behaviour(struct plan *p, struct str source, struct str *out, bool *found)
{
	struct rows r;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT behaviour FROM sandbox_source WHERE source = ?1", V_TEXT(source));
	*found = !e && r.n;
	if (*found) *out = row_text(&r, 0, 0);
	return e;
}

void sandbox_store_behave(struct plan *p, struct str source, struct str behaviour)
{
	WSET_EXEC(p->ws, 1, "INSERT INTO sandbox_source (source, behaviour) VALUES (?1,?2) ON CONFLICT (source) DO UPDATE SET behaviour = ?2",
		V_TEXT(source), V_TEXT(behaviour));
}

struct err *sandbox_store_answer(struct plan *p, int64_t query, struct str *body, bool *found)
{
	struct rows r;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT body FROM sandbox_answer WHERE query = ?1", V_INT(query));
	*found = !e && r.n;
	if (*found) *body = row_text(&r, 0, 0);
	return e;
}

void sandbox_store_book(struct plan *p, int64_t query, struct str source, struct str body)
{
	WSET_EXEC(p->ws, WSET_ANY, "INSERT INTO sandbox_answer (query, source, at_ms, body) VALUES (?1,?2,?3,?4) ON CONFLICT (query) DO NOTHING",
		V_INT(query), V_TEXT(source), V_INT(p->now_ms), V_TEXT(body));
}
