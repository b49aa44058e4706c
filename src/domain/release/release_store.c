// release_store.c — rows of releases, and of the version in force.
#include "domain/release/release_store.h"

#define COLS "id, title, state, version, base, hash, author, author_name, judge, judge_name, reason, from_ms, changes, warnings, of," \
	" made_ms, proposed_ms, judged_ms, force_ms"

void release_store_insert(struct plan *p, const struct release *r)
{
	WSET_EXEC(p->ws, 1, "INSERT INTO release_ (" COLS ") VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19)",
		V_INT(r->id), V_TEXT(r->title), V_TEXT(r->state), V_INT(r->version), V_TEXT(r->base), V_TEXT(r->hash), V_INT(r->author),
		V_TEXT(r->author_name), V_INT_OR_NULL(r->judge), V_TEXT(r->judge_name), V_TEXT(r->reason), V_INT_OR_NULL(r->from_ms),
		V_TEXT(r->changes), V_INT(r->warnings), V_INT_OR_NULL(r->of), V_INT(r->made_ms), V_INT_OR_NULL(r->proposed_ms),
		V_INT_OR_NULL(r->judged_ms), V_INT_OR_NULL(r->force_ms));
}

void release_store_update(struct plan *p, struct release *r)
{
	WSET_EXEC(p->ws, 1, "UPDATE release_ SET title = ?1, state = ?2, version = version + 1, base = ?3, hash = ?4, judge = ?5, judge_name = ?6,"
		" reason = ?7, from_ms = ?8, changes = ?9, warnings = ?10, proposed_ms = ?11, judged_ms = ?12, force_ms = ?13 WHERE id = ?14 AND version = ?15",
		V_TEXT(r->title), V_TEXT(r->state), V_TEXT(r->base), V_TEXT(r->hash), V_INT_OR_NULL(r->judge), V_TEXT(r->judge_name), V_TEXT(r->reason),
		V_INT_OR_NULL(r->from_ms), V_TEXT(r->changes), V_INT(r->warnings), V_INT_OR_NULL(r->proposed_ms), V_INT_OR_NULL(r->judged_ms),
		V_INT_OR_NULL(r->force_ms), V_INT(r->id), V_INT(r->version));
	r->version++;
}

void release_store_file(struct plan *p, int64_t release, const struct shelf_change *f)
{
	WSET_EXEC(p->ws, 1, "INSERT INTO release_file (release, path, text, gone) VALUES (?1,?2,?3,?4)"
		" ON CONFLICT (release, path) DO UPDATE SET text = excluded.text, gone = excluded.gone",
		V_INT(release), V_TEXT(f->path), V_TEXT(f->text), V_INT(f->gone));
}

void release_store_file_drop(struct plan *p, int64_t release, struct str path)
{
	WSET_EXEC(p->ws, WSET_ANY, "DELETE FROM release_file WHERE release = ?1 AND path = ?2", V_INT(release), V_TEXT(path));
}

void release_store_matter(struct plan *p, int64_t release, struct str code)
{
	WSET_EXEC(p->ws, WSET_ANY, "INSERT INTO release_matter (code, release) VALUES (?1,?2) ON CONFLICT (code, release) DO NOTHING", V_TEXT(code), V_INT(release));
}

void release_store_force(struct plan *p, struct str before, const struct release_force *f)
{
	if (before.n)
		WSET_EXEC(p->ws, 1, "UPDATE release_force SET hash = ?1, release = ?2, since_ms = ?3, folder = ?4, version = version + 1 WHERE id = 1 AND hash = ?5",
			V_TEXT(f->hash), V_INT(f->release), V_INT(f->since_ms), V_TEXT(f->folder), V_TEXT(before));
	else
		WSET_EXEC(p->ws, 1, "INSERT INTO release_force (id, hash, release, since_ms, folder, version) VALUES (1,?1,?2,?3,?4,1)",
			V_TEXT(f->hash), V_INT(f->release), V_INT(f->since_ms), V_TEXT(f->folder));
}

// ---- reading ----

static struct err *releases_of(struct plan *p, struct err *e, const struct rows *r, struct release **out, size_t *n)
{
	*n = e ? 0 : r->n;
	*out = arena_newn(p->a, struct release, *n + 1);
	for (size_t i = 0; i < *n; i++)
		(*out)[i] = (struct release){.id = row_int(r, i, 0), .title = row_text(r, i, 1), .state = row_text(r, i, 2), .version = row_int(r, i, 3),
			.base = row_text(r, i, 4), .hash = row_text(r, i, 5), .author = row_int(r, i, 6), .author_name = row_text(r, i, 7),
			.judge = row_int(r, i, 8), .judge_name = row_text(r, i, 9), .reason = row_text(r, i, 10), .from_ms = row_int(r, i, 11),
			.changes = row_text(r, i, 12), .warnings = row_int(r, i, 13), .of = row_int(r, i, 14), .made_ms = row_int(r, i, 15),
			.proposed_ms = row_int(r, i, 16), .judged_ms = row_int(r, i, 17), .force_ms = row_int(r, i, 18)};
	return e;
}

struct err *release_read(struct plan *p, int64_t id, struct release *out)
{
	struct rows r;
	struct release *all;
	size_t n;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT " COLS " FROM release_ WHERE id = ?1", V_INT(id));
	e = releases_of(p, e, &r, &all, &n);
	if (n) *out = all[0];
	return e || n ? e : err_arg(p->a, E_NOT_FOUND, p->actor.english ? S("This release") : S("这次发布"));
}

struct err *release_list(struct plan *p, struct str state, int64_t before, uint32_t limit, struct release **out, size_t *n)
{
	struct rows r;
	struct err *e;
	if (!before) before = INT64_MAX;
	if (str_is(state, "open"))
		e = SNAP_QUERY(p->snap, p->a, &r, "SELECT " COLS " FROM release_ WHERE state IN ('draft', 'proposed', 'refused', 'scheduled', 'approved') AND id < ?1"
			" ORDER BY id DESC LIMIT ?2", V_INT(before), V_INT(limit));
	else if (state.n)
		e = SNAP_QUERY(p->snap, p->a, &r, "SELECT " COLS " FROM release_ WHERE state = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3", V_TEXT(state), V_INT(before), V_INT(limit));
	else
		e = SNAP_QUERY(p->snap, p->a, &r, "SELECT " COLS " FROM release_ WHERE id < ?1 ORDER BY id DESC LIMIT ?2", V_INT(before), V_INT(limit));
	return releases_of(p, e, &r, out, n);
}

struct err *release_of_matter(struct plan *p, struct str code, uint32_t limit, struct release **out, size_t *n)
{
	struct rows r;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT " COLS " FROM release_ WHERE id IN (SELECT release FROM release_matter WHERE code = ?1)"
		" ORDER BY id DESC LIMIT ?2", V_TEXT(code), V_INT(limit));
	return releases_of(p, e, &r, out, n);
}

struct err *release_files(struct plan *p, int64_t id, struct shelf_change **out, size_t *n)
{
	struct rows r;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT path, text, gone FROM release_file WHERE release = ?1 ORDER BY path", V_INT(id));
	*n = e ? 0 : r.n;
	*out = arena_newn(p->a, struct shelf_change, *n + 1);
	for (size_t i = 0; i < *n; i++) (*out)[i] = (struct shelf_change){row_text(&r, i, 0), row_text(&r, i, 1), row_int(&r, i, 2) != 0};
	return e;
}

struct err *release_now(struct plan *p, struct release_force *out, bool *found)
{
	struct rows r;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT hash, release, since_ms, folder, version FROM release_force WHERE id = 1");
	*found = !e && r.n;
	if (*found)
		*out = (struct release_force){.hash = row_text(&r, 0, 0), .release = row_int(&r, 0, 1), .since_ms = row_int(&r, 0, 2),
			.folder = row_text(&r, 0, 3), .version = row_int(&r, 0, 4)};
	return e;
}

struct err *release_due(struct plan *p, uint32_t limit, int64_t **out, size_t *n)
{
	struct rows r;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT id FROM release_ WHERE state = 'scheduled' AND from_ms <= ?1 ORDER BY from_ms, id LIMIT ?2",
		V_INT(p->now_ms), V_INT(limit));
	*n = e ? 0 : r.n;
	*out = arena_newn(p->a, int64_t, *n + 1);
	for (size_t i = 0; i < *n; i++) (*out)[i] = row_int(&r, i, 0);
	return e;
}
