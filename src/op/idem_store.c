// idem_store.c — SQL of answers already given.
#include "op/idem.h"

#include "base/set.h"

// A key counts for a while (setting op.key_hours), whether or not the sweep has come by since.
static int64_t over(struct plan *p)
{
	return p->now_ms - set_int(SET_op_key_hours) * 3600000;
}

struct err *idem_find(struct plan *p, struct str key, struct idem *out, bool *found)
{
	struct rows r;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT op, body, reply FROM idem WHERE caller = ?1 AND key = ?2"
		" AND at_ms > ?3", V_INT(p->actor.account), V_TEXT(key), V_INT(over(p)));
	*found = !e && r.n;
	if (*found) *out = (struct idem){row_text(&r, 0, 0), row_text(&r, 0, 1), row_text(&r, 0, 2)};
	return e;
}

void idem_put(struct plan *p, struct str key, const struct idem *i)
{
	WSET_EXEC(p->ws, 1, "INSERT INTO idem (caller, key, op, body, reply, at_ms) VALUES (?1,?2,?3,?4,?5,?6)"
		" ON CONFLICT (caller, key) DO UPDATE SET op = excluded.op, body = excluded.body, reply = excluded.reply, at_ms = excluded.at_ms"
		" WHERE idem.at_ms <= ?7", V_INT(p->actor.account), V_TEXT(key), V_TEXT(i->op), V_TEXT(i->body), V_TEXT(i->reply),
		V_INT(p->now_ms), V_INT(over(p)));
}

void idem_sweep(struct plan *p, int64_t before_ms)
{
	WSET_EXEC(p->ws, WSET_ANY, "DELETE FROM idem WHERE at_ms < ?1", V_INT(before_ms));
}
