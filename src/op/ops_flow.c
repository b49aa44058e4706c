// ops_flow.c — incidents of processes, and moves of running processes to the version in force.
#include "domain/trail.h"
#include "op/access.h"
#include "op/show.h"

enum { MOST = 200 };

static struct err *limit_of(struct op_call *c, int64_t *out)
{
	*out = op_int(c, "limit", 50);
	return *out >= 1 && *out <= MOST ? NULL : err_field(c->a, E_TYPE, S("limit"), S("limit"));
}

struct err *op_flow_incidents(struct op_call *c)
{
	struct flow_incident *list;
	size_t n;
	int64_t limit;
	struct err *e = limit_of(c, &limit);
	if (!e) e = flow_incidents(c->p, op_int(c, "after", 0), (uint32_t)limit, &list, &n);
	if (e) return e;
	bool all = (c->p->actor.roles >> ROLE_ADMIN) & 1;
	struct json *rows = put_list(c, c->out, "rows");
	for (size_t i = 0; i < n && !e; i++) {
		struct kase *k;
		if (!all && !unit_covers(c->p->cat, c->p->actor.unit, list[i].home)) continue;
		e = case_read(c->p, list[i].case_id, &k);
		if (e) return e;
		struct json *o = list_obj(c, rows);
		put_id(c, o, "case", k->id);
		put_text(c, o, "number", k->number);
		put_text(c, o, "item", matter_name(c, k));
		put_int(c, o, "key", list[i].key);
		put_text(c, o, "element", list[i].element);
		put_text(c, o, "text", list[i].text);
		put_ms(c, o, "at", list[i].at_ms);
	}
	if (n == (size_t)limit) put_ms(c, c->out, "next", list[n - 1].at_ms);
	return NULL;
}

struct err *op_flow_resolve(struct op_call *c)
{
	struct flow_incident i;
	struct kase *k;
	int64_t key = op_int(c, "key", 0);
	if (key < 1 || key > UINT32_MAX) return err_field(c->a, E_TYPE, S("key"), S("key"));
	struct err *e = case_read(c->p, op_id(c, "case"), &k);
	if (!e) e = flow_incident_read(c->p, k->id, (uint32_t)key, &i);
	if (!e) e = flow_resolve(c->p, &i);
	if (e) return e;
	trail_note(c->p, k->id, "element", json_str(c->a, i.element));
	trail_note(c->p, k->id, "note", json_str(c->a, op_text(c, "note")));
	case_touch(c->p, k);
	put_id(c, c->out, "case", k->id);
	return NULL;
}

struct err *op_flow_migrate_plan(struct op_call *c)
{
	struct flow_move *move;
	size_t n, possible = 0;
	int64_t limit;
	struct err *e = limit_of(c, &limit);
	if (!e) e = flow_moves(c->p, c->p->cat->hash, op_text(c, "model"), op_id(c, "after"), (uint32_t)limit, &move, &n);
	if (e) return e;
	put_text(c, c->out, "to", c->p->cat->hash);
	struct json *rows = put_list(c, c->out, "rows");
	for (size_t i = 0; i < n; i++) {
		struct json *o = list_obj(c, rows);
		put_id(c, o, "case", move[i].case_id);
		put_text(c, o, "model", move[i].model);
		put_text(c, o, "from", move[i].from);
		put_bool(c, o, "possible", !move[i].why);
		possible += !move[i].why;
		if (!move[i].why) continue;
		struct json *why = put_list(c, o, "why");
		for (const struct err *x = move[i].why; x; x = x->next) json_add(c->a, why, json_str(c->a, err_text(c->a, x, c->p->actor.english)));
	}
	put_int(c, c->out, "possible", (int64_t)possible);
	if (n == (size_t)limit) put_id(c, c->out, "next", move[n - 1].instance);
	return NULL;
}

struct err *op_flow_migrate(struct op_call *c)
{
	struct kase *k;
	// The plan was made for one version; another one in force since then needs a plan of its own.
	if (!str_eq(op_text(c, "to"), c->p->cat->hash)) return err_new(c->a, E_STALE);
	struct err *e = case_read(c->p, op_id(c, "case"), &k);
	if (!e) e = flow_move(c->p, k->id, op_text(c, "to"));
	if (e) return e;
	trail_note(c->p, k->id, "to", json_str(c->a, op_text(c, "to")));
	trail_note(c->p, k->id, "note", json_str(c->a, op_text(c, "note")));
	case_touch(c->p, k);
	put_id(c, c->out, "case", k->id);
	return NULL;
}
