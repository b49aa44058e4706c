// trail.c — journal entries of the domain.
#include "domain/trail.h"

#include "domain/case/case_store.h"
#include "domain/journal/journal.h"

struct trail_note {
	int64_t case_id;
	const char *key;
	struct json *value;
	struct trail_note *next;
};

static struct str actor_of(struct plan *p)
{
	return p->actor.account ? str_fmt(p->a, "account:%lld", (long long)p->actor.account)
		: (p->actor.roles >> ROLE_SYSTEM) & 1 ? S("system") : S("nobody");
}

void trail_note(struct plan *p, int64_t case_id, const char *key, struct json *value)
{
	struct trail_note *n = arena_new1(p->a, struct trail_note);
	*n = (struct trail_note){case_id, key, value, p->notes};
	p->notes = n;
}

struct err *trail_add(struct plan *p, const char *kind, int64_t id, int64_t home, const struct json *detail)
{
	struct journal_new n = {.kind = kind, .id = id, .home = home, .at_ms = p->now_ms, .actor = actor_of(p),
		.verb = p->verb ? p->verb : "job", .detail = detail};
	return journal_add(p->a, p->snap, p->ws, &n);
}

struct err *trail_case(struct plan *p, const struct kase *k)
{
	struct val v[CASE_COLS];
	case_store_vals(p, k, v);
	struct journal_row row = journal_row_of("case_", k->id, v, CASE_COLS);
	struct json *detail = json_obj(p->a);
	json_put(p->a, detail, S("state"), json_str(p->a, str_of(case_state_name(k->state))));
	if (k->outcome.n) json_put(p->a, detail, S("outcome"), json_str(p->a, k->outcome));
	if (k->parent) json_put(p->a, detail, S("parent"), json_id(p->a, k->parent));
	if (p->actor.office.n) json_put(p->a, detail, S("office"), json_str(p->a, p->actor.office));
	for (struct trail_note *n = p->notes; n; n = n->next)
		if (n->case_id == k->id) json_put(p->a, detail, str_of(n->key), n->value);
	struct journal_new n = {.kind = "case", .id = k->id, .home = k->home, .fresh = k->was == 0, .at_ms = p->now_ms,
		.actor = actor_of(p), .verb = p->verb ? p->verb : "job", .detail = detail, .rows = &row, .n_rows = 1};
	return journal_add(p->a, p->snap, p->ws, &n);
}

const struct journal_table trail_tables[] = {{"case_", case_store_select, case_store_strangers}};
const size_t trail_tables_n = countof(trail_tables);

void trail_look(struct plan *p, const char *kind, int64_t id, int64_t home, struct str field, struct str purpose)
{
	struct journal_access a = {.home = home, .at_ms = p->now_ms, .actor = actor_of(p), .kind = kind, .id = id, .fields = field, .reason = purpose};
	journal_access_add(p->a, p->store, p->ws, &a);
}
