// case_store.c — SQL of cases and what hangs on them.
#include "domain/case/case_store.h"
#include "domain/trail.h"

#define COLS "home, id, parent, kind, what, catalogue, number, state, version, applicant, filed_by, via, office," \
	" answers, delivery, saved, digest, corrections, created_ms, changed_ms, received_ms, accepted_ms, deemed," \
	" closed_ms, outcome, reason, promise_day, legal_day, due_ms"

#define ROW "SELECT " COLS " FROM case_ WHERE id = ?1"
// The form, and a row for each kind of thing (enum part) there is any of. Branches of a union cost PostgreSQL half of what
// as many EXISTS in one row do.
#define ANY(part, from) " UNION ALL SELECT " part ", CAST(NULL AS TEXT) FROM (SELECT 1 FROM " from " LIMIT 1) AS any_" part
#define OUTLINE "SELECT -1, body FROM case_form WHERE case_id = ?1" ANY("0", "case_file WHERE case_id = ?1") \
	ANY("1", "case_material WHERE case_id = ?1") ANY("2", "case_mark WHERE case_id = ?1") \
	ANY("3", "case_sign WHERE case_id = ?1") ANY("4", "case_result WHERE parent = ?1")

const char case_store_select[] = ROW;
#define FORM "home, case_id, body"
#define FILES "home, id, case_id, material, blob, type, size, name, account, added_ms"
#define OPINION "home, id, case_id, step, outcome, opinion, basis, account, name, office, at_ms"
const char case_store_form_select[] = "SELECT " FORM " FROM case_form WHERE case_id = ?1";
const char case_store_file_select[] = "SELECT " FILES " FROM case_file WHERE id = ?1";
const char case_store_opinion_select[] = "SELECT " OPINION " FROM case_opinion WHERE id = ?1";
const char case_store_strangers[] = "SELECT c.id FROM case_ c WHERE NOT EXISTS (SELECT 1 FROM journal_entry j"
	" WHERE j.subject_kind = 'case' AND j.subject_id = c.id)";

void case_ahead(struct snap *snap, struct arena *a, int64_t id, bool whole)
{
	SNAP_EXPECT(snap, a, ROW, V_INT(id));
	if (whole) SNAP_EXPECT(snap, a, OUTLINE, V_INT(id));
}

enum part { PART_FILES, PART_MATERIALS, PART_MARKS, PART_SIGNS, PART_RESULTS, PARTS };
struct case_outline {
	int64_t id;
	struct str form;
	bool has[PARTS];
	struct case_outline *next;
};

static const struct case_outline *outline_of(const struct plan *p, int64_t id)
{
	const struct case_outline *o = p->outlines;
	while (o && o->id != id) o = o->next;
	return o;
}

static bool has_none(const struct plan *p, int64_t id, enum part part)
{
	const struct case_outline *o = outline_of(p, id);
	return o && !o->has[part];
}

struct err *case_store_outline(struct plan *p, int64_t id)
{
	struct rows r;
	if (outline_of(p, id)) return NULL;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, OUTLINE, V_INT(id));
	if (e) return e;
	struct case_outline *o = arena_new1(p->a, struct case_outline);
	*o = (struct case_outline){.id = id, .form = S("{}"), .next = p->outlines};
	for (size_t i = 0; i < r.n; i++) {
		int64_t part = row_int(&r, i, 0);
		CHECK(part < PARTS);
		if (part < 0) o->form = row_text(&r, i, 1);
		else o->has[part] = true;
	}
	p->outlines = o;
	return NULL;
}

static enum case_state state_of(struct str s)
{
	for (int i = 0; i < CASE_STATES; i++)
		if (str_eq(s, str_of(case_state_name(i)))) return i;
	CHECK(!"a state that case.def does not have");
	return 0;
}

struct err *case_store_read(struct plan *p, int64_t id, struct kase *k, bool *found)
{
	struct rows r;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, ROW, V_INT(id));
	*found = !e && r.n;
	if (!*found) return e;
	*k = (struct kase){.home = row_int(&r, 0, 0), .id = row_int(&r, 0, 1), .parent = row_int(&r, 0, 2),
		.bundle = str_is(row_text(&r, 0, 3), "bundle"), .what = row_text(&r, 0, 4), .catalogue = row_text(&r, 0, 5),
		.number = row_text(&r, 0, 6), .state = state_of(row_text(&r, 0, 7)), .version = row_int(&r, 0, 8),
		.applicant = row_int(&r, 0, 9), .filed_by = row_int(&r, 0, 10), .via = row_text(&r, 0, 11),
		.office = row_text(&r, 0, 12), .digest = row_text(&r, 0, 16), .corrections = row_int(&r, 0, 17),
		.created_ms = row_int(&r, 0, 18), .changed_ms = row_int(&r, 0, 19), .received_ms = row_int(&r, 0, 20),
		.accepted_ms = row_int(&r, 0, 21), .deemed = row_int(&r, 0, 22) != 0, .closed_ms = row_int(&r, 0, 23),
		.outcome = row_text(&r, 0, 24), .reason = row_text(&r, 0, 25), .promise_day = (day_t)row_int(&r, 0, 26),
		.legal_day = (day_t)row_int(&r, 0, 27), .due_ms = row_int(&r, 0, 28)};
	k->was = k->version;
	struct json **into[] = {&k->answers, &k->delivery, &k->saved};
	for (size_t i = 0; i < countof(into) && !e; i++)
		e = json_parse(p->a, row_text(&r, 0, 13 + i), (struct json_limits){0}, into[i]);
	return e;
}

// One query for a page of a work list, and one for a short list: a query costs PostgreSQL more than a parameter does.
#define LISTED "SELECT k.id, k.parent, k.kind, k.what, k.catalogue, k.number, k.state, k.applicant, k.via," \
	" k.received_ms, k.accepted_ms, k.promise_day, k.due_ms, p.masked FROM case_ k JOIN party p ON p.id = k.applicant WHERE k.id IN ("
#define NINE(t) "?" t "1,?" t "2,?" t "3,?" t "4,?" t "5,?" t "6,?" t "7,?" t "8,?" t "9"
#define TEN(t) ",?" t "0," NINE(t)

struct err *case_store_listed(struct plan *p, const int64_t *ids, size_t n, struct listed *out)
{
	enum { FEW = 19 };
	struct val v[LISTED_MOST];
	struct rows r;
	CHECK(n && n <= LISTED_MOST);
	for (size_t i = 0; i < LISTED_MOST; i++) v[i] = V_INT(ids[i < n ? i : 0]);
	struct err *e = n <= FEW ? snap_query(p->snap, p->a, &r, LISTED NINE("") TEN("1") ")", v, FEW)
		: snap_query(p->snap, p->a, &r, LISTED NINE("") TEN("1") TEN("2") TEN("3") TEN("4") TEN("5") TEN("6") TEN("7") TEN("8") TEN("9")
			",?100)", v, LISTED_MOST);
	for (size_t i = 0; i < n && !e; i++)
		for (size_t at = 0; at < r.n; at++) {
			if (row_int(&r, at, 0) != ids[i]) continue;
			out[i] = (struct listed){{.id = ids[i], .parent = row_int(&r, at, 1), .bundle = str_is(row_text(&r, at, 2), "bundle"),
				.what = row_text(&r, at, 3), .catalogue = row_text(&r, at, 4), .number = row_text(&r, at, 5),
				.state = state_of(row_text(&r, at, 6)), .applicant = row_int(&r, at, 7), .via = row_text(&r, at, 8),
				.received_ms = row_int(&r, at, 9), .accepted_ms = row_int(&r, at, 10), .promise_day = (day_t)row_int(&r, at, 11),
				.due_ms = row_int(&r, at, 12)}, row_text(&r, at, 13)};
			break;
		}
	return e;
}

static struct val json_val(struct plan *p, const struct json *j)
{
	struct buf b = buf_new(p->a);
	if (j) json_print(&b, j);
	else buf_lit(&b, "{}");
	return V_TEXT(buf_str(&b));
}

void case_store_vals(struct plan *p, const struct kase *k, struct val v[CASE_COLS])
{
	const struct val all[CASE_COLS] = {
		V_INT(k->home), V_INT(k->id), V_INT_OR_NULL(k->parent), V_TEXT(k->bundle ? S("bundle") : S("item")),
		V_TEXT(k->what), V_TEXT(k->catalogue), V_TEXT_OR_NULL(k->number), V_TEXT(str_of(case_state_name(k->state))),
		V_INT(k->version), V_INT(k->applicant), V_INT(k->filed_by), V_TEXT(k->via), V_TEXT(k->office),
		json_val(p, k->answers), json_val(p, k->delivery), json_val(p, k->saved), V_TEXT_OR_NULL(k->digest),
		V_INT(k->corrections), V_INT(k->created_ms), V_INT(k->changed_ms), V_INT_OR_NULL(k->received_ms),
		V_INT_OR_NULL(k->accepted_ms), V_INT(k->deemed), V_INT_OR_NULL(k->closed_ms), V_TEXT_OR_NULL(k->outcome),
		V_TEXT_OR_NULL(k->reason), V_INT_OR_NULL(k->promise_day), V_INT_OR_NULL(k->legal_day), V_INT_OR_NULL(k->due_ms)};
	memcpy(v, all, sizeof all);
}

void case_store_insert(struct plan *p, const struct kase *k)
{
	struct val v[CASE_COLS];
	case_store_vals(p, k, v);
	wset_exec(p->ws, 1, "INSERT INTO case_ (" COLS ") VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,"
		"?17,?18,?19,?20,?21,?22,?23,?24,?25,?26,?27,?28,?29)", v, CASE_COLS);
}

void case_store_update(struct plan *p, const struct kase *k)
{
	WSET_EXEC(p->ws, 1, "UPDATE case_ SET number = ?1, state = ?2, version = ?3, office = ?4, answers = ?5, delivery = ?6,"
		" saved = ?7, digest = ?8, corrections = ?9, changed_ms = ?10, received_ms = ?11, accepted_ms = ?12, deemed = ?13,"
		" closed_ms = ?14, outcome = ?15, reason = ?16, promise_day = ?17, legal_day = ?18, due_ms = ?19"
		" WHERE id = ?20 AND version = ?21",
		V_TEXT_OR_NULL(k->number), V_TEXT(str_of(case_state_name(k->state))), V_INT(k->version), V_TEXT(k->office),
		json_val(p, k->answers), json_val(p, k->delivery), json_val(p, k->saved), V_TEXT_OR_NULL(k->digest),
		V_INT(k->corrections), V_INT(k->changed_ms), V_INT_OR_NULL(k->received_ms), V_INT_OR_NULL(k->accepted_ms),
		V_INT(k->deemed), V_INT_OR_NULL(k->closed_ms), V_TEXT_OR_NULL(k->outcome), V_TEXT_OR_NULL(k->reason),
		V_INT_OR_NULL(k->promise_day), V_INT_OR_NULL(k->legal_day), V_INT_OR_NULL(k->due_ms), V_INT(k->id), V_INT(k->was));
}

struct err *case_store_ids(struct plan *p, struct err *e, const struct rows *r, int64_t **ids, size_t *n)
{
	*n = e ? 0 : r->n;
	*ids = arena_newn(p->a, int64_t, *n + 1);
	for (size_t i = 0; i < *n; i++) (*ids)[i] = row_int(r, i, 0);
	return e;
}

struct err *case_store_by_number(struct plan *p, struct str number, int64_t *out)
{
	struct rows r;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT id FROM case_ WHERE number = ?1", V_TEXT(number));
	*out = !e && r.n ? row_int(&r, 0, 0) : 0;
	return e;
}

struct err *case_store_children(struct plan *p, int64_t parent, int64_t **ids, size_t *n)
{
	struct rows r;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT id FROM case_ WHERE parent = ?1 ORDER BY id", V_INT(parent));
	return case_store_ids(p, e, &r, ids, n);
}

struct err *case_store_of_party(struct plan *p, int64_t party, int64_t before, uint32_t limit, int64_t **ids, size_t *n)
{
	struct rows r;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT id FROM case_ WHERE applicant = ?1 AND parent IS NULL AND id < ?2"
		" AND state <> 'dropped' ORDER BY id DESC LIMIT ?3", V_INT(party), V_INT(before), V_INT(limit));
	return case_store_ids(p, e, &r, ids, n);
}

struct err *case_store_drafts_before(struct plan *p, int64_t changed_ms, uint32_t limit, int64_t **ids, size_t *n)
{
	struct rows r;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT id FROM case_ WHERE state = 'draft' AND changed_ms < ?1 ORDER BY id LIMIT ?2",
		V_INT(changed_ms), V_INT(limit));
	return case_store_ids(p, e, &r, ids, n);
}

struct err *case_store_form(struct plan *p, int64_t id, struct str *body)
{
	struct rows r;
	const struct case_outline *o = outline_of(p, id);
	if (o) {
		*body = o->form;
		return NULL;
	}
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT body FROM case_form WHERE case_id = ?1", V_INT(id));
	*body = !e && r.n ? row_text(&r, 0, 0) : S("{}");
	return e;
}

void case_store_form_put(struct plan *p, const struct kase *k, struct str body)
{
	const struct val v[] = {V_INT(k->home), V_INT(k->id), V_TEXT(body)};
	wset_exec(p->ws, 1, "INSERT INTO case_form (" FORM ") VALUES (?1,?2,?3)"
		" ON CONFLICT (case_id) DO UPDATE SET body = excluded.body", v, countof(v));
	trail_row(p, "case", k->id, "case_form", k->id, v, countof(v));
}

struct err *case_store_materials(struct plan *p, int64_t id, struct material_row **out, size_t *n)
{
	struct rows r;
	if (has_none(p, id, PART_MATERIALS)) {
		*n = 0;
		*out = NULL;
		return NULL;
	}
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT material, certificate FROM case_material WHERE case_id = ?1"
		" ORDER BY material", V_INT(id));
	*n = e ? 0 : r.n;
	*out = arena_newn(p->a, struct material_row, *n + 1);
	for (size_t i = 0; i < *n; i++) (*out)[i] = (struct material_row){row_text(&r, i, 0), row_int(&r, i, 1)};
	return e;
}

void case_store_material_put(struct plan *p, const struct kase *k, struct str material, int64_t certificate)
{
	WSET_EXEC(p->ws, 1, "INSERT INTO case_material (home, case_id, material, certificate) VALUES (?1,?2,?3,?4)"
		" ON CONFLICT (case_id, material) DO UPDATE SET certificate = excluded.certificate",
		V_INT(k->home), V_INT(k->id), V_TEXT(material), V_INT_OR_NULL(certificate));
}

struct err *case_store_files(struct plan *p, int64_t id, struct file_row **out, size_t *n)
{
	struct rows r;
	if (has_none(p, id, PART_FILES)) {
		*n = 0;
		*out = NULL;
		return NULL;
	}
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT id, material, blob, type, name, size, added_ms FROM case_file"
		" WHERE case_id = ?1 ORDER BY id", V_INT(id));
	*n = e ? 0 : r.n;
	*out = arena_newn(p->a, struct file_row, *n + 1);
	for (size_t i = 0; i < *n; i++)
		(*out)[i] = (struct file_row){row_int(&r, i, 0), row_text(&r, i, 1), row_text(&r, i, 2), row_text(&r, i, 3),
			row_text(&r, i, 4), row_int(&r, i, 5), row_int(&r, i, 6)};
	return e;
}

struct err *case_store_blob_used(struct plan *p, struct str blob, bool *used)
{
	struct rows r;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT 1 FROM case_file WHERE blob = ?1 LIMIT 1", V_TEXT(blob));
	*used = e || r.n;
	return e;
}

struct err *case_store_file_case(struct plan *p, int64_t file, int64_t *case_id)
{
	struct rows r;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT case_id FROM case_file WHERE id = ?1", V_INT(file));
	*case_id = !e && r.n ? row_int(&r, 0, 0) : 0;
	return e;
}

void case_store_file_add(struct plan *p, const struct kase *k, const struct file_row *f)
{
	const struct val v[] = {V_INT(k->home), V_INT(f->id), V_INT(k->id), V_TEXT(f->material), V_TEXT(f->blob), V_TEXT(f->type),
		V_INT(f->size), V_TEXT(f->name), V_INT(p->actor.account), V_INT(f->added_ms)};
	wset_exec(p->ws, 1, "INSERT INTO case_file (" FILES ") VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10)", v, countof(v));
	trail_row(p, "case", k->id, "case_file", f->id, v, countof(v));
}

void case_store_file_drop(struct plan *p, int64_t case_id, int64_t file)
{
	WSET_EXEC(p->ws, 1, "DELETE FROM case_file WHERE id = ?1 AND case_id = ?2", V_INT(file), V_INT(case_id));
	trail_row(p, "case", case_id, "case_file", file, NULL, 0);
}

struct err *case_store_signs(struct plan *p, int64_t id, struct sign_row **out, size_t *n)
{
	struct rows r;
	if (has_none(p, id, PART_SIGNS)) {
		*n = 0;
		*out = NULL;
		return NULL;
	}
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT role, masked, state, digest, via, reason, document, party, account,"
		" invited_ms, expires_ms, done_ms FROM case_sign WHERE case_id = ?1 ORDER BY role", V_INT(id));
	*n = e ? 0 : r.n;
	*out = arena_newn(p->a, struct sign_row, *n + 1);
	for (size_t i = 0; i < *n; i++)
		(*out)[i] = (struct sign_row){.role = row_text(&r, i, 0), .masked = row_text(&r, i, 1), .state = row_text(&r, i, 2),
			.digest = row_text(&r, i, 3), .via = row_text(&r, i, 4), .reason = row_text(&r, i, 5),
			.document = row_text(&r, i, 6), .party = row_int(&r, i, 7), .account = row_int(&r, i, 8),
			.invited_ms = row_int(&r, i, 9), .expires_ms = row_int(&r, i, 10), .done_ms = row_int(&r, i, 11)};
	return e;
}

void case_store_sign_put(struct plan *p, const struct kase *k, const struct sign_row *s, struct str token_hash)
{
	WSET_EXEC(p->ws, 1, "INSERT INTO case_sign (home, case_id, role, party, document, masked, token, state, digest,"
		" invited_ms, expires_ms) VALUES (?1,?2,?3,?4,?5,?6,?7,'invited','',?8,?9)"
		" ON CONFLICT (case_id, role) DO UPDATE SET party = excluded.party, document = excluded.document,"
		" masked = excluded.masked, token = excluded.token, state = 'invited', digest = '', reason = NULL, account = NULL,"
		" via = NULL, done_ms = NULL, invited_ms = excluded.invited_ms, expires_ms = excluded.expires_ms",
		V_INT(k->home), V_INT(k->id), V_TEXT(s->role), V_INT_OR_NULL(s->party), V_TEXT(s->document), V_TEXT(s->masked),
		V_TEXT(token_hash), V_INT(s->invited_ms), V_INT(s->expires_ms));
}

void case_store_sign_done(struct plan *p, const struct kase *k, const struct sign_row *s)
{
	WSET_EXEC(p->ws, 1, "UPDATE case_sign SET state = ?1, digest = ?2, party = ?3, account = ?4, via = ?5, reason = ?6,"
		" done_ms = ?7 WHERE case_id = ?8 AND role = ?9 AND state = 'invited'",
		V_TEXT(s->state), V_TEXT(s->digest), V_INT_OR_NULL(s->party), V_INT_OR_NULL(s->account), V_TEXT(s->via),
		V_TEXT_OR_NULL(s->reason), V_INT(p->now_ms), V_INT(k->id), V_TEXT(s->role));
}

void case_store_sign_carry(struct plan *p, const struct kase *k, struct str role, struct str digest)
{
	WSET_EXEC(p->ws, 1, "UPDATE case_sign SET digest = ?1 WHERE case_id = ?2 AND role = ?3 AND state = 'confirmed'",
		V_TEXT(digest), V_INT(k->id), V_TEXT(role));
}

void case_store_sign_clear(struct plan *p, const struct kase *k)
{
	WSET_EXEC(p->ws, WSET_ANY, "UPDATE case_sign SET state = 'void', digest = '' WHERE case_id = ?1 AND state <> 'refused'",
		V_INT(k->id));
}

struct err *case_store_sign_token(struct plan *p, struct str hash, int64_t *case_id, struct str *role, bool *found)
{
	struct rows r;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT case_id, role FROM case_sign WHERE token = ?1", V_TEXT(hash));
	*found = !e && r.n;
	if (*found) {
		*case_id = row_int(&r, 0, 0);
		*role = row_text(&r, 0, 1);
	}
	return e;
}

struct err *case_store_signs_for(struct plan *p, struct str document, int64_t **ids, size_t *n)
{
	struct rows r;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT case_id FROM case_sign WHERE document = ?1"
		" AND state = 'invited' ORDER BY case_id DESC LIMIT 100", V_TEXT(document));
	return case_store_ids(p, e, &r, ids, n);
}

struct err *case_store_sign_expired(struct plan *p, int64_t now, uint32_t limit, int64_t **ids, size_t *n)
{
	struct rows r;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT DISTINCT case_id FROM case_sign WHERE state = 'invited'"
		" AND expires_ms <= ?1 LIMIT ?2", V_INT(now), V_INT(limit));
	return case_store_ids(p, e, &r, ids, n);
}

struct err *case_store_marks(struct plan *p, int64_t id, struct marks *out)
{
	struct rows r;
	if (has_none(p, id, PART_MARKS)) {
		*out = (struct marks){0};
		return NULL;
	}
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT kind, key, reason, fixed FROM case_mark WHERE case_id = ?1"
		" ORDER BY kind, key", V_INT(id));
	out->n = e ? 0 : r.n;
	out->m = arena_newn(p->a, struct mark, out->n + 1);
	for (size_t i = 0; i < out->n; i++)
		out->m[i] = (struct mark){row_text(&r, i, 0), row_text(&r, i, 1), row_text(&r, i, 2), row_int(&r, i, 3) != 0};
	return e;
}

struct err *case_store_granted(struct plan *p, int64_t party, struct json **out)
{
	struct rows r;
	*out = json_obj(p->a);
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT what, MAX(closed_ms) FROM case_ WHERE applicant = ?1 AND outcome = 'granted'"
		" AND parent IS NULL GROUP BY what", V_INT(party));
	for (size_t i = 0; !e && i < r.n; i++) json_put(p->a, *out, row_text(&r, i, 0), json_num(p->a, row_int(&r, i, 1)));
	return e;
}

struct err *case_store_demand(struct plan *p, int64_t since_ms, struct demand **out, size_t *n)
{
	struct rows r;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT what, COUNT(*), SUM(CASE WHEN state = 'closed' THEN 1 ELSE 0 END),"
		" SUM(CASE WHEN outcome = 'granted' THEN 1 ELSE 0 END), SUM(CASE WHEN corrections > 0 THEN 1 ELSE 0 END)"
		" FROM case_ WHERE received_ms >= ?1 GROUP BY what ORDER BY what", V_INT(since_ms));
	*n = e ? 0 : r.n;
	*out = arena_newn(p->a, struct demand, *n + 1);
	for (size_t i = 0; i < *n; i++)
		(*out)[i] = (struct demand){row_text(&r, i, 0), row_int(&r, i, 1), row_int(&r, i, 2), row_int(&r, i, 3), row_int(&r, i, 4)};
	return e;
}

void case_store_mark_put(struct plan *p, const struct kase *k, const struct mark *m)
{
	WSET_EXEC(p->ws, 1, "INSERT INTO case_mark (home, case_id, kind, key, reason, fixed) VALUES (?1,?2,?3,?4,?5,0)",
		V_INT(k->home), V_INT(k->id), V_TEXT(m->kind), V_TEXT(m->key), V_TEXT(m->reason));
}

void case_store_mark_fixed(struct plan *p, int64_t case_id, struct str kind, struct str key)
{
	WSET_EXEC(p->ws, WSET_ANY, "UPDATE case_mark SET fixed = 1 WHERE case_id = ?1 AND kind = ?2 AND key = ?3",
		V_INT(case_id), V_TEXT(kind), V_TEXT(key));
}

struct err *case_store_results(struct plan *p, int64_t parent, struct json **out)
{
	struct rows r;
	*out = json_obj(p->a);
	if (has_none(p, parent, PART_RESULTS)) return NULL;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT code, value FROM case_result WHERE parent = ?1 ORDER BY code",
		V_INT(parent));
	for (size_t i = 0; !e && i < r.n; i++) json_put(p->a, *out, row_text(&r, i, 0), json_str(p->a, row_text(&r, i, 1)));
	return e;
}

void case_store_result_put(struct plan *p, const struct kase *k, struct str code, struct str value)
{
	WSET_EXEC(p->ws, 1, "INSERT INTO case_result (home, case_id, parent, code, value) VALUES (?1,?2,?3,?4,?5)"
		" ON CONFLICT (parent, code) DO UPDATE SET value = excluded.value, case_id = excluded.case_id",
		V_INT(k->home), V_INT(k->id), V_INT(k->parent ? k->parent : k->id), V_TEXT(code), V_TEXT(value));
}

struct err *case_store_opinions(struct plan *p, int64_t id, struct opinions *out)
{
	struct rows r;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT step, outcome, opinion, basis, name, office, at_ms, account FROM case_opinion"
		" WHERE case_id = ?1 ORDER BY id", V_INT(id));
	out->n = e ? 0 : r.n;
	out->o = arena_newn(p->a, struct opinion, out->n + 1);
	for (size_t i = 0; i < out->n; i++)
		out->o[i] = (struct opinion){row_text(&r, i, 0), row_text(&r, i, 1), row_text(&r, i, 2), row_text(&r, i, 3),
			row_text(&r, i, 4), row_text(&r, i, 5), row_int(&r, i, 6), row_int(&r, i, 7)};
	return e;
}

void case_store_opinion_put(struct plan *p, const struct kase *k, const struct opinion *o)
{
	const struct val v[] = {V_INT(k->home), V_INT(store_id(p->store)), V_INT(k->id), V_TEXT(o->step), V_TEXT(o->outcome),
		V_TEXT(o->opinion), V_TEXT(o->basis), V_INT(p->actor.account), V_TEXT(o->name), V_TEXT(o->office), V_INT(o->at_ms)};
	wset_exec(p->ws, 1, "INSERT INTO case_opinion (" OPINION ") VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11)", v, countof(v));
	trail_row(p, "case", k->id, "case_opinion", v[1].i, v, countof(v));
}

struct err *case_store_taken(struct plan *p, struct str office, int64_t since_ms, uint32_t limit, struct str **what, size_t *n)
{
	struct rows r;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT k.what FROM account a JOIN case_ k ON k.filed_by = a.id"
		" WHERE a.office = ?1 AND a.office <> '' AND k.via = 'window' AND k.kind = 'item' AND k.parent IS NULL AND k.received_ms >= ?2"
		" GROUP BY k.what ORDER BY count(*) DESC, k.what LIMIT ?3", V_TEXT(office), V_INT(since_ms), V_INT(limit));
	*n = e ? 0 : r.n;
	*what = arena_newn(p->a, struct str, *n + 1);
	for (size_t i = 0; i < *n; i++) (*what)[i] = row_text(&r, i, 0);
	return e;
}
