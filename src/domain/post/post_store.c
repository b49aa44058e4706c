// post_store.c — SQL of hand-overs.
#include "domain/post/post_store.h"

#define COLS "id, home, case_id, way, state, courier_no, receiver, created_ms, due_ms, done_ms, last_ms, version"

void post_store_insert(struct plan *p, const struct post_order *o, const struct json *receiver)
{
	struct buf b = buf_new(p->a);
	json_print(&b, receiver);
	WSET_EXEC(p->ws, 1, "INSERT INTO post_order (" COLS ") VALUES (?1,?2,?3,?4,?5,'',?6,?7,?8,NULL,?7,1)",
		V_INT(o->id), V_INT(o->home), V_INT(o->case_id), V_TEXT(o->way), V_TEXT(o->state), V_TEXT(buf_str(&b)),
		V_INT(o->created_ms), V_INT(o->due_ms));
}

struct err *post_store_find(struct plan *p, bool by_case, int64_t id, struct post_order *o, int64_t *last_ms, int64_t *version, bool *found)
{
	struct rows r;
	struct json *to;
	struct err *e = by_case
		? SNAP_QUERY(p->snap, p->a, &r, "SELECT " COLS " FROM post_order WHERE case_id = ?1", V_INT(id))
		: SNAP_QUERY(p->snap, p->a, &r, "SELECT " COLS " FROM post_order WHERE id = ?1", V_INT(id));
	*found = !e && r.n;
	if (!*found) return e;
	*o = (struct post_order){.id = row_int(&r, 0, 0), .home = row_int(&r, 0, 1), .case_id = row_int(&r, 0, 2), .way = row_text(&r, 0, 3),
		.state = row_text(&r, 0, 4), .courier_no = row_text(&r, 0, 5), .created_ms = row_int(&r, 0, 7), .due_ms = row_int(&r, 0, 8),
		.done_ms = row_int(&r, 0, 9)};
	*last_ms = row_int(&r, 0, 10);
	*version = row_int(&r, 0, 11);
	e = json_parse(p->a, row_text(&r, 0, 6), (struct json_limits){0}, &to);
	if (e) return e;
	o->name_masked = json_text(json_get(to, S("name_masked")));
	o->address_masked = json_text(json_get(to, S("address_masked")));
	e = SNAP_QUERY(p->snap, p->a, &r, "SELECT at_ms, text FROM post_track WHERE post = ?1 ORDER BY at_ms, id", V_INT(o->id));
	o->n_track = e ? 0 : r.n;
	o->track = arena_newn(p->a, struct post_track, o->n_track + 1);
	for (size_t i = 0; i < o->n_track; i++) o->track[i] = (struct post_track){row_int(&r, i, 0), row_text(&r, i, 1)};
	return e;
}

void post_store_state(struct plan *p, const struct post_order *o, struct str courier_no, int64_t last_ms, int64_t version, bool done)
{
	WSET_EXEC(p->ws, 1, "UPDATE post_order SET state = ?1, courier_no = ?2, last_ms = ?3, done_ms = ?4, version = version + 1"
		" WHERE id = ?5 AND version = ?6", V_TEXT(o->state), V_TEXT(courier_no), V_INT(last_ms),
		done ? V_INT(p->now_ms) : V_INT_OR_NULL(o->done_ms), V_INT(o->id), V_INT(version));
}

void post_store_track(struct plan *p, int64_t post, int64_t at_ms, struct str text)
{
	WSET_EXEC(p->ws, WSET_ANY, "INSERT INTO post_track (id, post, at_ms, text) VALUES (?1,?2,?3,?4)"
		" ON CONFLICT (post, at_ms, text) DO NOTHING", V_INT(store_id(p->store)), V_INT(post), V_INT(at_ms), V_TEXT(text));
}
