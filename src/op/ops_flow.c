// ops_flow.c — incidents of processes, and moves of running processes to the version in force.
#include "domain/flow/record.h"
#include "domain/trail.h"
#include "op/access.h"
#include "op/show.h"

enum { MOST = 200 };

static struct err *limit_of(struct op_call *c, int64_t *out)
{
	*out = op_int(c, "limit", 50);
	return *out >= 1 && *out <= MOST ? NULL : err_field(c->a, E_TYPE, S("limit"), S("limit"));
}

static struct err *put_incident(struct op_call *c, struct json *o, const struct flow_incident *in, struct flow_instance **inst)
{
	struct kase *k;
	struct err *e = case_read(c->p, in->case_id, &k);
	if (!e) e = flow_find(c->p, in->case_id, inst);
	if (e) return e;
	int at = bpmn_find((*inst)->bpmn, in->element);
	struct str name = at < 0 ? S("") : bpmn_element((*inst)->bpmn, at)->name;
	const struct office *office = catalogue_office(k->cat, k->office);
	put_id(c, o, "case", k->id);
	put_text(c, o, "number", k->number);
	put_text(c, o, "item", matter_name(c, k));
	if (office) put_words(c, o, "office", office->name);
	put_int(c, o, "key", in->key);
	put_text(c, o, "element", in->element);
	put_text(c, o, "name", name.n ? name : in->element);
	put_words(c, o, "text", in->text);
	put_int(c, o, "tries", in->tries);
	put_ms(c, o, "at", in->at_ms);
	put_bool(c, o, "by_hand", at >= 0 && bpmn_element((*inst)->bpmn, at)->job_type.n && !case_job_known(bpmn_element((*inst)->bpmn, at)->job_type));
	return NULL;
}

struct err *op_flow_incidents(struct op_call *c)
{
	struct flow_incident *list, from = {0};
	size_t n;
	int64_t limit, key = 0;
	struct str rest = op_text(c, "after"), at = str_cut(&rest, S("_")), instance = str_cut(&rest, S("_"));
	if (at.n && (!str_int(at, &from.at_ms) || !str_int(instance, &from.instance) || !str_int(rest, &key)))
		return err_field(c->a, E_TYPE, S("after"), S("after"));
	from.key = (uint32_t)key;
	struct err *e = limit_of(c, &limit);
	if (!e) e = flow_incidents(c->p, &from, (uint32_t)limit, &list, &n);
	if (e) return e;
	bool all = (c->p->actor.roles >> ROLE_ADMIN) & 1;
	struct json *rows = put_list(c, c->out, "rows");
	for (size_t i = 0; i < n && !e; i++) {
		struct flow_instance *inst;
		if (all || unit_covers(c->p->cat, c->p->actor.unit, list[i].home)) e = put_incident(c, list_obj(c, rows), &list[i], &inst);
	}
	if (!e && n == (size_t)limit)
		put_text(c, c->out, "next", str_fmt(c->a, "%lld_%lld_%u", (long long)list[n - 1].at_ms, (long long)list[n - 1].instance, list[n - 1].key));
	return e;
}

// The case's incident with the key of the call.
static struct err *incident_of(struct op_call *c, struct flow_incident *out)
{
	int64_t key = op_int(c, "key", 0);
	if (key < 1 || key > UINT32_MAX) return err_field(c->a, E_TYPE, S("key"), S("key"));
	return flow_incident_read(c->p, op_id(c, "case"), (uint32_t)key, out);
}

struct err *op_flow_incident(struct op_call *c)
{
	struct flow_incident i;
	struct flow_instance *inst;
	struct flow_record *ev;
	struct buf svg = buf_new(c->a);
	bool english = c->p->actor.english;
	size_t events;
	struct err *e = incident_of(c, &i);
	if (!e) e = put_incident(c, c->out, &i, &inst);
	if (!e) e = flow_records(c->p, i.instance, &ev, &events);
	if (!e) e = flow_draw(c->p, inst, S("flow"), FLOW_STAFF, english, &svg);
	if (e) return e;
	struct json *failed = put_list(c, c->out, "failures");
	for (size_t k = 0; k < events; k++) {
		if (ev[k].ev.kind != BPMN_EV_JOB_FAILED || ev[k].ev.key != i.key || ev[k].migrate) continue;
		struct json *o = list_obj(c, failed);
		put_ms(c, o, "at", ev[k].at_ms);
		struct words text = {.zh = ev[k].ev.text_zh.n ? ev[k].ev.text_zh : ev[k].ev.text, .en = ev[k].ev.text};
		if (text.en.n) put_words(c, o, "text", text);
		else put_text(c, o, "text", ev[k].ev.code);
	}
	put_json(c, c->out, "diagram", svg_value(c, buf_str(&svg)));
	return show_outline(c, inst, FLOW_STAFF, put_list(c, c->out, "outline"));
}

struct err *op_flow_resolve(struct op_call *c)
{
	struct flow_incident i;
	struct flow_instance *inst;
	struct kase *k;
	bool done = str_is(op_text(c, "how"), "done");
	struct err *e = incident_of(c, &i);
	if (!e) e = case_read(c->p, i.case_id, &k);
	if (!e) e = flow_find(c->p, i.case_id, &inst);
	if (e) return e;
	int at = done ? bpmn_find(inst->bpmn, i.element) : -1;
	// What the program does itself (certificates, payment orders) cannot be done behind its back.
	if (at >= 0 && case_job_known(bpmn_element(inst->bpmn, at)->job_type)) return err_arg(c->a, E_FLOW_BY_HAND, i.element);
	e = done ? flow_resolve_done(c->p, &i) : flow_resolve(c->p, &i);
	if (e) return e;
	if (done) trail_note(c->p, k->id, "how", json_str(c->a, S("done")));
	trail_note(c->p, k->id, "element", json_str(c->a, i.element));
	trail_note(c->p, k->id, "note", json_str(c->a, op_text(c, "note")));
	case_touch(c->p, k);
	put_id(c, c->out, "case", k->id);
	return NULL;
}

// What the message brings stands in one variable of its name, so that it cannot pass for anybody's decision. Choices
// and numbers only: no text of the length of a sentence goes into process variables.
static struct err *message_vars(struct op_call *c, struct str name, struct json **out)
{
	enum { VARS = 20, LONG = 60 };
	struct json *in = op_json(c, "vars"), *own = json_obj(c->a);
	*out = json_obj(c->a);
	if (in && in->type != JSON_OBJECT) return err_field(c->a, E_TYPE, S("vars"), S("{}"));
	if (json_count(in) > VARS) return err_field(c->a, E_TYPE, S("vars"), S("1–20"));
	for (uint32_t i = 0; i < json_count(in); i++) {
		const struct json *v = in->item[i];
		if (v->type == JSON_OBJECT || v->type == JSON_ARRAY || json_text(v).n > LONG) return err_field(c->a, E_TYPE, S("vars"), in->key[i]);
		json_put(c->a, own, in->key[i], in->item[i]);
	}
	json_put(c->a, *out, name, own);
	return NULL;
}

struct err *op_flow_message(struct op_call *c)
{
	// The program says these itself, when somebody has paid or corrected something.
	static const char *const ours[] = {"paid", "corrected", "accepted", "deemed_accepted"};
	struct str name = op_text(c, "name");
	struct json *vars;
	struct kase *k;
	int64_t id;
	bool taken, reserved = str_starts(name, S("skipped:"));
	for (size_t i = 0; i < countof(ours); i++) reserved |= str_eq(name, str_of(ours[i]));
	if (reserved) return err_field(c->a, E_TYPE, S("name"), name);
	struct err *e = message_vars(c, name, &vars);
	if (!e) e = case_by_number(c->p, op_text(c, "number"), &id);
	if (!e) e = case_read(c->p, id, &k);
	if (!e) e = flow_message(c->p, id, name, vars, &taken);
	if (e) return e;
	if (!taken) return err_new(c->a, E_FLOW_NOT_WAITING);
	trail_note(c->p, id, "message", json_str(c->a, name));
	case_touch(c->p, k);
	put_id(c, c->out, "case", id);
	return NULL;
}

// Which process a reference of model.h means, in words: of an item by itself or within a bundle, of a bundle.
static struct str process_words(struct op_call *c, struct str model)
{
	struct str code = model, kind = str_cut(&code, S(":"));
	struct matter m = catalogue_matter(c->p->cat, code);
	struct words name = m.item ? m.item->name : m.bundle ? m.bundle->name : (struct words){.zh = code, .en = code};
	struct str how = m.bundle ? tr(c, "一件事", "bundle") : str_is(kind, "item") ? tr(c, "一件事中", "within a bundle") : tr(c, "单独申请", "by itself");
	return str_fmt(c->a, STR_FMT " · " STR_FMT, STR_ARG(words(c, name)), STR_ARG(how));
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
	put_text(c, c->out, "version", str_part(c->p->cat->hash, 0, 12));
	struct json *rows = put_list(c, c->out, "rows");
	for (size_t i = 0; i < n; i++) {
		struct json *o = list_obj(c, rows);
		struct kase *k;
		e = case_read(c->p, move[i].case_id, &k);
		if (e) return e;
		put_id(c, o, "case", k->id);
		put_text(c, o, "number", k->number);
		put_text(c, o, "item", matter_name(c, k));
		put_text(c, o, "model", move[i].model);
		put_text(c, o, "process", process_words(c, move[i].model));
		put_text(c, o, "version", str_part(move[i].from, 0, 12));
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

static struct err *move_one(struct op_call *c, int64_t case_id)
{
	struct kase *k;
	struct err *e = case_read(c->p, case_id, &k);
	if (!e) e = flow_move(c->p, k->id, op_text(c, "to"));
	if (e) return e;
	trail_note(c->p, k->id, "to", json_str(c->a, op_text(c, "to")));
	trail_note(c->p, k->id, "note", json_str(c->a, op_text(c, "note")));
	case_touch(c->p, k);
	return NULL;
}

struct err *op_flow_migrate(struct op_call *c)
{
	// The plan was made for one version; another one in force since then needs a plan of its own.
	if (!str_eq(op_text(c, "to"), c->p->cat->hash)) return err_new(c->a, E_STALE);
	struct err *e = move_one(c, op_id(c, "case"));
	if (!e) put_id(c, c->out, "case", op_id(c, "case"));
	return e;
}

// Those of the slice that can; the others stay, as the plan said. All of them in one set.
struct err *op_flow_migrate_all(struct op_call *c)
{
	struct flow_move *move;
	size_t n, moved = 0;
	int64_t limit;
	if (!str_eq(op_text(c, "to"), c->p->cat->hash)) return err_new(c->a, E_STALE);
	struct err *e = limit_of(c, &limit);
	if (!e) e = flow_moves(c->p, c->p->cat->hash, op_text(c, "model"), op_id(c, "after"), (uint32_t)limit, &move, &n);
	for (size_t i = 0; !e && i < n; i++) {
		if (move[i].why) continue;
		e = move_one(c, move[i].case_id);
		moved++;
	}
	if (e) return e;
	put_int(c, c->out, "moved", (int64_t)moved);
	put_int(c, c->out, "stayed", (int64_t)(n - moved));
	if (n == (size_t)limit) put_id(c, c->out, "next", move[n - 1].instance);
	return NULL;
}
