// idem_store.c — SQL of answers already given.
#include "op/idem.h"

struct err *idem_find(struct plan *p, struct str key, struct idem *out, bool *found)
{
	struct rows r;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT op, body, reply FROM idem WHERE caller = ?1 AND key = ?2",
		V_INT(p->actor.account), V_TEXT(key));
	*found = !e && r.n;
	if (*found) *out = (struct idem){row_text(&r, 0, 0), row_text(&r, 0, 1), row_text(&r, 0, 2)};
	return e;
}

void idem_put(struct plan *p, struct str key, const struct idem *i)
{
	WSET_EXEC(p->ws, 1, "INSERT INTO idem (caller, key, op, body, reply, at_ms) VALUES (?1,?2,?3,?4,?5,?6)",
		V_INT(p->actor.account), V_TEXT(key), V_TEXT(i->op), V_TEXT(i->body), V_TEXT(i->reply), V_INT(p->now_ms));
}

void idem_sweep(struct plan *p, int64_t before_ms)
{
	WSET_EXEC(p->ws, WSET_ANY, "DELETE FROM idem WHERE at_ms < ?1", V_INT(before_ms));
}
