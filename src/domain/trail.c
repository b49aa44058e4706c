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

struct trail_row {
	const char *kind;
	int64_t id;
	struct journal_row row;
	struct trail_row *next;
};

void trail_row(struct plan *p, const char *kind, int64_t id, const char *table, int64_t key, const struct val *v, size_t n)
{
	struct trail_row *r = p->rows;
	while (r && !(r->row.key == key && strcmp(r->row.table, table) == 0)) r = r->next;
	if (!r) {
		r = arena_new1(p->a, struct trail_row);
		r->next = p->rows;
		p->rows = r;
	}
	*r = (struct trail_row){kind, id, journal_row_of(table, key, v, n), r->next};
}

// Adds the entry with the rows that wait for its subject.
static struct err *add(struct plan *p, struct journal_new *n, const struct journal_row *own)
{
	size_t most = own != NULL, k = 0;
	for (struct trail_row *r = p->rows; r; r = r->next) most++;
	struct journal_row *rows = arena_newn(p->a, struct journal_row, most + 1);
	if (own) rows[k++] = *own;
	for (struct trail_row **at = &p->rows; *at;) {
		struct trail_row *r = *at;
		if (r->id != n->id || strcmp(r->kind, n->kind) != 0) {
			at = &r->next;
			continue;
		}
		rows[k++] = r->row;
		*at = r->next;
	}
	n->rows = rows;
	n->n_rows = k;
	return journal_add(p->a, p->snap, p->ws, n);
}

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
	return add(p, &n, NULL);
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
		.actor = actor_of(p), .verb = p->verb ? p->verb : "job", .detail = detail};
	return add(p, &n, &row);
}

void trail_look(struct plan *p, const char *kind, int64_t id, int64_t home, struct str field, struct str purpose)
{
	struct journal_access a = {.home = home, .at_ms = p->now_ms, .actor = actor_of(p), .kind = kind, .id = id, .fields = field, .reason = purpose};
	journal_access_add(p->a, p->store, p->ws, &a);
}
