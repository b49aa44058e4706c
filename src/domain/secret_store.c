// secret_store.c — the mark of the keys that a database was begun with.
#include "domain/domain.h"
#include "domain/trail.h"

struct err *secret_bind(struct plan *p)
{
	struct rows r;
	struct str mark = secret_index(p, "keys", S("tongban"));
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT mark FROM secret_key WHERE id = 1");
	if (e) return e;
	if (r.n) return str_eq(row_text(&r, 0, 0), mark) ? NULL : err_arg(p->a, E_KEYS, p->domain->data_dir);
	WSET_EXEC(p->ws, 1, "INSERT INTO secret_key (id, mark) VALUES (1, ?1)", V_TEXT(mark));
	return trail_add(p, "keys", 1, 0, NULL);
}
