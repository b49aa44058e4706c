// flaw_store.c — rows of what was decided about problems.
#include "domain/flaw/flaw_store.h"

void flaw_store_put(struct plan *p, struct str key, struct str state, struct str reason)
{
	if (str_is(state, "open"))
		WSET_EXEC(p->ws, WSET_ANY, "DELETE FROM flaw WHERE key = ?1", V_TEXT(key));
	else
		WSET_EXEC(p->ws, 1, "INSERT INTO flaw (key, state, reason, account, name, at_ms) VALUES (?1,?2,?3,?4,?5,?6) ON CONFLICT (key) DO UPDATE SET"
			" state = excluded.state, reason = excluded.reason, account = excluded.account, name = excluded.name, at_ms = excluded.at_ms",
			V_TEXT(key), V_TEXT(state), V_TEXT(reason), V_INT(p->actor.account), V_TEXT(p->actor.name), V_INT(p->now_ms));
}

struct err *flaw_store_all(struct plan *p, struct flaw **out, size_t *n)
{
	struct rows r;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT key, state, reason, name, at_ms FROM flaw ORDER BY key");
	*n = e ? 0 : r.n;
	*out = arena_newn(p->a, struct flaw, *n + 1);
	for (size_t i = 0; i < *n; i++)
		(*out)[i] = (struct flaw){.key = row_text(&r, i, 0), .state = row_text(&r, i, 1), .reason = row_text(&r, i, 2), .by = row_text(&r, i, 3), .at_ms = row_int(&r, i, 4)};
	return e;
}
