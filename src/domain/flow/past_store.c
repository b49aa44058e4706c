// past_store.c — SQL of what is put away.
#include "domain/flow/flow_store.h"

#define INSTANCE_COLS "home, id, case_id, parent, parent_key, model, catalogue, version, ended, outcome, state, ended_ms"
#define TASK_COLS "home, id, instance, key, case_id, element, name, role, office, open, version, opened_ms, due_ms, claimed_by, done_ms," \
	" done_by, outcome"
#define EVENT_COLS "home, instance, version, n, at_ms, kind, key, detail"
// FLOW_PAST_MOST of them.
#define SOME \
	"?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19,?20,?21,?22,?23,?24,?25," \
	"?26,?27,?28,?29,?30,?31,?32,?33,?34,?35,?36,?37,?38,?39,?40,?41,?42,?43,?44,?45,?46,?47,?48,?49,?50"

struct err *flow_store_over(struct plan *p, int64_t before_ms, uint32_t limit, int64_t **id, size_t *n)
{
	struct rows r;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT id FROM flow_instance WHERE ended = 1 AND ended_ms < ?1 ORDER BY ended_ms, id LIMIT ?2",
		V_INT(before_ms), V_INT(limit));
	*n = e ? 0 : r.n;
	*id = arena_newn(p->a, int64_t, *n + 1);
	for (size_t i = 0; i < *n; i++) (*id)[i] = row_int(&r, i, 0);
	return e;
}

// A few statements for many instances. Two processes at the same: the second waits at the first row, inserts nothing and is stale.
void flow_store_put_away(struct plan *p, const int64_t *id, size_t n)
{
	struct val *v = arena_newn(p->a, struct val, FLOW_PAST_MOST);
	for (size_t i = 0; i < FLOW_PAST_MOST; i++) v[i] = V_INT(id[i < n ? i : n - 1]);
	wset_exec(p->ws, (int64_t)n, "INSERT INTO flow_instance_past (" INSTANCE_COLS ") SELECT " INSTANCE_COLS " FROM flow_instance"
		" WHERE id IN (" SOME ") AND ended = 1 ON CONFLICT (id) DO NOTHING", v, FLOW_PAST_MOST);
	wset_exec(p->ws, (int64_t)n, "DELETE FROM flow_instance WHERE id IN (" SOME ") AND ended = 1", v, FLOW_PAST_MOST);
	wset_exec(p->ws, WSET_ANY, "INSERT INTO task_past (" TASK_COLS ") SELECT " TASK_COLS " FROM task WHERE instance IN (" SOME ")", v, FLOW_PAST_MOST);
	wset_exec(p->ws, WSET_ANY, "DELETE FROM task WHERE instance IN (" SOME ")", v, FLOW_PAST_MOST);
	wset_exec(p->ws, WSET_ANY, "INSERT INTO flow_event_past (" EVENT_COLS ") SELECT " EVENT_COLS " FROM flow_event"
		" WHERE instance IN (" SOME ")", v, FLOW_PAST_MOST);
	wset_exec(p->ws, WSET_ANY, "DELETE FROM flow_event WHERE instance IN (" SOME ")", v, FLOW_PAST_MOST);
}
