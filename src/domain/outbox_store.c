// outbox_store.c — rows of the outbox.
#include "domain/outbox.h"

enum { WAIT_MS = 10 * 1000, WAIT_MAX_MS = 3600 * 1000 };

void outbox_add(struct plan *p, struct str kind, struct str key, const struct json *body)
{
	outbox_add_at(p, kind, key, body, p->now_ms);
}

void outbox_add_at(struct plan *p, struct str kind, struct str key, const struct json *body, int64_t at_ms)
{
	struct buf b = buf_new(p->a);
	json_print(&b, body);
	WSET_EXEC(p->ws, 1, "INSERT INTO outbox (id, kind, key, body, tries, next_ms, why) VALUES (?1,?2,?3,?4,0,?5,'')",
		V_INT(store_id(p->store)), V_TEXT(kind), V_TEXT(key), V_TEXT(buf_str(&b)), V_INT(at_ms));
}

static struct err *row_of(struct plan *p, const struct rows *r, size_t i, struct outbox_row *o)
{
	*o = (struct outbox_row){.id = row_int(r, i, 0), .kind = row_text(r, i, 1), .key = row_text(r, i, 2),
		.tries = row_int(r, i, 4), .next_ms = row_int(r, i, 5)};
	return json_parse(p->a, row_text(r, i, 3), (struct json_limits){0}, &o->body);
}

static struct err *rows_of(struct plan *p, struct err *e, const struct rows *r, struct outbox_row **out, size_t *n)
{
	*n = e ? 0 : r->n;
	*out = arena_newn(p->a, struct outbox_row, *n + 1);
	for (size_t i = 0; i < *n && !e; i++) e = row_of(p, r, i, &(*out)[i]);
	return e;
}

struct err *outbox_due(struct plan *p, int64_t now_ms, uint32_t limit, struct outbox_row **out, size_t *n)
{
	struct rows r;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT id, kind, key, body, tries, next_ms FROM outbox WHERE next_ms <= ?1"
		" AND kind NOT IN ('source.ask', 'source.push') ORDER BY next_ms, id LIMIT ?2", V_INT(now_ms), V_INT(limit));
	return rows_of(p, e, &r, out, n);
}

struct err *outbox_due_sources(struct plan *p, int64_t now_ms, uint32_t limit, struct outbox_row **out, size_t *n)
{
	struct rows r;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT id, kind, key, body, tries, next_ms FROM outbox WHERE next_ms <= ?1"
		" AND kind IN ('source.ask', 'source.push') ORDER BY next_ms, id LIMIT ?2", V_INT(now_ms), V_INT(limit));
	return rows_of(p, e, &r, out, n);
}

struct err *outbox_read(struct plan *p, int64_t id, struct outbox_row *out, bool *found)
{
	struct rows r;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT id, kind, key, body, tries, next_ms FROM outbox WHERE id = ?1", V_INT(id));
	*found = !e && r.n;
	return *found ? row_of(p, &r, 0, out) : e;
}

void outbox_done(struct plan *p, int64_t id)
{
	WSET_EXEC(p->ws, 1, "DELETE FROM outbox WHERE id = ?1", V_INT(id));
}

void outbox_gone(struct plan *p, int64_t id)
{
	WSET_EXEC(p->ws, WSET_ANY, "DELETE FROM outbox WHERE id = ?1", V_INT(id));
}

void outbox_wait(struct plan *p, int64_t id, int64_t next_ms, struct str why)
{
	WSET_EXEC(p->ws, 1, "UPDATE outbox SET tries = tries + 1, next_ms = ?1, why = ?2 WHERE id = ?3", V_INT(next_ms), V_TEXT(why), V_INT(id));
}

void outbox_retry(struct plan *p, const struct outbox_row *o, struct str why)
{
	int64_t wait = (int64_t)WAIT_MS << (o->tries < 9 ? o->tries : 9);
	WSET_EXEC(p->ws, 1, "UPDATE outbox SET tries = tries + 1, next_ms = ?1, why = ?2 WHERE id = ?3",
		V_INT(p->now_ms + (wait > WAIT_MAX_MS ? WAIT_MAX_MS : wait)), V_TEXT(why), V_INT(o->id));
}
