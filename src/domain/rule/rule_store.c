// rule_store.c — SQL of decisions made by tables and their reviews.
#include "domain/rule/rule_store.h"
#include "domain/trail.h"

#define COLS "home, id, case_id, item, office, rule, version, legal_day, now_ms, zone, input, output, verdict, why," \
	" trace_digest, trace, sentence, evidence, engine, icu, tzdata"

const char rule_store_select[] = "SELECT " COLS " FROM rule_decision WHERE id = ?1";

void rule_store_insert(struct plan *p, const struct rule_decision *d)
{
	const struct val v[] = {V_INT(d->home), V_INT(d->id), V_INT(d->case_id), V_TEXT(d->item), V_TEXT(d->office),
		V_TEXT(d->rule), V_TEXT(d->version), V_INT(d->legal_day), V_INT(d->now_ms), V_TEXT(d->zone), V_TEXT(d->input),
		V_TEXT(d->output), V_TEXT(d->verdict), V_TEXT(d->why), V_TEXT(d->trace_digest), V_TEXT(d->trace), V_TEXT(d->sentence),
		V_TEXT(d->evidence), V_TEXT(d->engine), V_TEXT(d->icu), V_TEXT(d->tzdata)};
	wset_exec(p->ws, 1, "INSERT INTO rule_decision (" COLS ") VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,"
		"?16,?17,?18,?19,?20,?21)", v, countof(v));
	trail_row(p, "case", d->case_id, "rule_decision", d->id, v, countof(v));
}

static void decision_of(const struct val *v, struct rule_decision *d)
{
	*d = (struct rule_decision){.home = v[0].i, .id = v[1].i, .case_id = v[2].i, .item = v[3].s, .office = v[4].s, .rule = v[5].s,
		.version = v[6].s, .legal_day = (day_t)v[7].i, .now_ms = v[8].i, .zone = v[9].s, .input = v[10].s, .output = v[11].s,
		.verdict = v[12].s, .why = v[13].s, .trace_digest = v[14].s, .trace = v[15].s, .sentence = v[16].s, .evidence = v[17].s,
		.engine = v[18].s, .icu = v[19].s, .tzdata = v[20].s};
}

struct err *rule_store_find(struct plan *p, bool by_case, int64_t id, struct rule_decision *out, bool *found)
{
	struct rows r;
	struct err *e = by_case ? SNAP_QUERY(p->snap, p->a, &r, "SELECT " COLS " FROM rule_decision WHERE case_id = ?1 ORDER BY id DESC LIMIT 1", V_INT(id))
		: SNAP_QUERY(p->snap, p->a, &r, "SELECT " COLS " FROM rule_decision WHERE id = ?1", V_INT(id));
	*found = !e && r.n;
	if (*found) decision_of(r.cell, out);
	return e;
}

struct each { rule_fn fn; void *ctx; };

static struct err *one(void *ctx, const struct val *row, size_t cols)
{
	struct each *x = ctx;
	struct rule_decision d;
	(void)cols;
	decision_of(row, &d);
	return x->fn(x->ctx, &d);
}

struct err *rule_store_each(struct plan *p, int64_t lo, int64_t hi, rule_fn fn, void *ctx)
{
	struct each x = {fn, ctx};
	return SNAP_EACH(p->snap, p->a, one, &x, "SELECT " COLS " FROM rule_decision WHERE id >= ?1 AND id < ?2 ORDER BY id", V_INT(lo), V_INT(hi));
}

struct err *rule_store_span(struct plan *p, int64_t *least, int64_t *most, int64_t *count)
{
	struct rows r;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT MIN(id), MAX(id), COUNT(*) FROM rule_decision");
	*least = e ? 0 : row_int(&r, 0, 0);
	*most = e ? 0 : row_int(&r, 0, 1);
	*count = e ? 0 : row_int(&r, 0, 2);
	return e;
}

struct err *rule_store_counts(struct plan *p, int64_t since, struct rule_count **out, size_t *n)
{
	struct rows r, v;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT rule, COUNT(*), SUM(CASE WHEN verdict = 'grant' THEN 1 ELSE 0 END)"
		" FROM rule_decision WHERE now_ms >= ?1 GROUP BY rule ORDER BY rule", V_INT(since));
	if (!e) e = SNAP_QUERY(p->snap, p->a, &v, "SELECT rule, state, COUNT(*) FROM rule_review WHERE opened_ms >= ?1 GROUP BY rule, state", V_INT(since));
	*n = e ? 0 : r.n;
	*out = arena_newn(p->a, struct rule_count, *n + 1);
	for (size_t i = 0; i < *n; i++) {
		struct rule_count *c = &(*out)[i];
		*c = (struct rule_count){.rule = row_text(&r, i, 0), .decided = row_int(&r, i, 1), .granted = row_int(&r, i, 2)};
		for (size_t k = 0; k < v.n; k++) {
			if (!str_eq(row_text(&v, k, 0), c->rule)) continue;
			struct str s = row_text(&v, k, 1);
			*(str_is(s, "open") ? &c->open : str_is(s, "agreed") ? &c->agreed : &c->disagreed) = row_int(&v, k, 2);
		}
	}
	return e;
}

#define REVIEW "home, id, decision, case_id, item, office, rule, kind, words, opened_ms, state, opinion, name, done_ms"

void rule_store_review_insert(struct plan *p, const struct rule_review *r)
{
	WSET_EXEC(p->ws, 1, "INSERT INTO rule_review (" REVIEW ") VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,NULL)",
		V_INT(r->home), V_INT(r->id), V_INT(r->decision), V_INT(r->case_id), V_TEXT(r->item), V_TEXT(r->office), V_TEXT(r->rule),
		V_TEXT(r->kind), V_TEXT(r->words), V_INT(r->opened_ms), V_TEXT(r->state), V_TEXT(r->opinion), V_TEXT(r->name));
}

void rule_store_review_done(struct plan *p, const struct rule_review *r)
{
	WSET_EXEC(p->ws, 1, "UPDATE rule_review SET state = ?1, opinion = ?2, account = ?3, name = ?4, done_ms = ?5 WHERE id = ?6 AND state = 'open'",
		V_TEXT(r->state), V_TEXT(r->opinion), V_INT(p->actor.account), V_TEXT(r->name), V_INT(r->done_ms), V_INT(r->id));
}

static void reviews_of(struct plan *p, struct err *e, const struct rows *r, struct rule_review **out, size_t *n)
{
	*n = e ? 0 : r->n;
	*out = arena_newn(p->a, struct rule_review, *n + 1);
	for (size_t i = 0; i < *n; i++)
		(*out)[i] = (struct rule_review){.home = row_int(r, i, 0), .id = row_int(r, i, 1), .decision = row_int(r, i, 2), .case_id = row_int(r, i, 3),
			.item = row_text(r, i, 4), .office = row_text(r, i, 5), .rule = row_text(r, i, 6), .kind = row_text(r, i, 7),
			.words = row_text(r, i, 8), .opened_ms = row_int(r, i, 9), .state = row_text(r, i, 10), .opinion = row_text(r, i, 11),
			.name = row_text(r, i, 12), .done_ms = row_int(r, i, 13)};
}

struct err *rule_store_review(struct plan *p, int64_t id, struct rule_review *out, bool *found)
{
	struct rows r;
	struct rule_review *all;
	size_t n;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT " REVIEW " FROM rule_review WHERE id = ?1", V_INT(id));
	reviews_of(p, e, &r, &all, &n);
	*found = n > 0;
	if (n) *out = all[0];
	return e;
}

struct err *rule_store_reviews(struct plan *p, struct str office, bool open, uint32_t limit, struct rule_review **out, size_t *n)
{
	struct rows r;
	struct err *e = open ? SNAP_QUERY(p->snap, p->a, &r, "SELECT " REVIEW " FROM rule_review WHERE office = ?1 AND state = 'open' ORDER BY opened_ms, id LIMIT ?2",
		V_TEXT(office), V_INT(limit))
		: SNAP_QUERY(p->snap, p->a, &r, "SELECT " REVIEW " FROM rule_review WHERE office = ?1 AND state <> 'open' ORDER BY opened_ms DESC, id DESC LIMIT ?2",
		V_TEXT(office), V_INT(limit));
	reviews_of(p, e, &r, out, n);
	return e;
}

struct err *rule_store_reviews_of_case(struct plan *p, int64_t case_id, struct rule_review **out, size_t *n)
{
	struct rows r;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT " REVIEW " FROM rule_review WHERE case_id = ?1 ORDER BY id", V_INT(case_id));
	reviews_of(p, e, &r, out, n);
	return e;
}
