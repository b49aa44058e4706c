// ops_pick.c — the step at which somebody chooses what is done next (an ad-hoc sub-process): what there is to choose
// from, choosing, and saying that nothing more is needed.
#include "op/show.h"

// A property of the model in the reader's language: NAME, or NAME_en.
static struct str property(struct op_call *c, const struct bpmn_element *x, const char *zh, const char *en)
{
	struct str out = S("");
	for (uint32_t i = 0; i < x->nattr; i++)
		if (str_eq(x->attr[i].name, str_of(zh)) && (!c->p->actor.english || !out.n)) out = x->attr[i].value;
		else if (str_eq(x->attr[i].name, str_of(en)) && c->p->actor.english) out = x->attr[i].value;
	return out;
}

static struct str named(struct op_call *c, const struct flow_instance *i, const struct bpmn_element *x)
{
	struct str s = c->p->actor.english ? flow_word(c->p, i, x->name) : x->name;
	return s.n ? s : x->id;
}

struct err *show_picks(struct op_call *c, const struct task *t, struct json *o)
{
	struct flow_instance *inst;
	struct bpmn_picks picks;
	bool is;
	struct err *e = task_picks(c->p, t, &inst, &picks, &is);
	if (e || !is) return e;
	const struct bpmn_element *x = bpmn_element(inst->bpmn, picks.element);
	struct json *p = put_obj(c, o, "picks"), *list = put_list(c, p, "list");
	struct str until = property(c, x, "until", "until_en");
	bool may = false;
	for (uint32_t k = 0; k < picks.n; k++) {
		const struct bpmn_pick *one = &picks.pick[k];
		const struct bpmn_element *y = bpmn_element(inst->bpmn, one->element);
		struct json *q = list_obj(c, list);
		put_text(c, q, "value", y->id);
		put_text(c, q, "label", named(c, inst, y));
		put_text(c, q, "state", one->running ? S("running") : one->done ? S("done") : S("new"));
		put_bool(c, q, "may", one->may);
		may |= one->may;
	}
	put_text(c, p, "name", named(c, inst, x));
	put_text(c, p, "hint", property(c, x, "hint", "hint_en"));
	put_bool(c, p, "sequential", picks.sequential);
	put_bool(c, p, "busy", picks.busy);
	put_bool(c, p, "may", may);
	put_text(c, p, "until", until.n ? until : picks.condition);
	put_text(c, o, "blocked", !picks.closing ? S("") : tr(c, "结束条件已经成立，正在办的办完即进入下一步。", "It is complete; the next step begins when what is under way is done."));
	return NULL;
}

// The caller's task as the caller saw it.
static struct err *task_of(struct op_call *c, struct task *t, struct kase **k)
{
	struct err *e = task_read(c->p, op_id(c, "task"), t);
	if (!e) e = case_read(c->p, t->case_id, k);
	if (!e && (!t->open || op_int(c, "version", 0) != t->version)) e = err_new(c->a, E_STALE);
	if (!e && !str_is(t->role, "approver")) e = err_new(c->a, E_FORBIDDEN);
	return e;
}

struct err *op_task_pick(struct op_call *c)
{
	struct task t;
	struct kase *k;
	struct flow_instance *inst;
	struct str activity = op_text(c, "activity");
	struct err *e = task_of(c, &t, &k);
	if (!e) e = task_pick(c->p, &t, activity);
	if (!e) e = flow_find(c->p, k->id, &inst);
	if (e) return e;
	const struct bpmn_element *x = bpmn_element(inst->bpmn, bpmn_find(inst->bpmn, activity));
	trail_note(c->p, k->id, "step", json_str(c->a, t.element));
	struct str name = x->name.n ? x->name : x->id;
	trail_note(c->p, k->id, "picked", json_str(c->a, name));
	trail_note(c->p, k->id, "picked_en", json_str(c->a, flow_word(c->p, inst, name)));
	case_touch(c->p, k);
	put_id(c, c->out, "case", k->id);
	return NULL;
}

struct err *op_task_picked_all(struct op_call *c)
{
	struct task t;
	struct task_page list;
	struct kase *k;
	struct err *e = task_of(c, &t, &k);
	if (!e) e = task_picked_all(c->p, &t);
	if (!e) e = task_list(c->p, c->p->actor.office, S("approver"), -1, 0, 2, &list);
	if (e) return e;
	trail_note(c->p, k->id, "step", json_str(c->a, t.element));
	case_touch(c->p, k);
	put_id(c, c->out, "case", k->id);
	for (size_t i = 0; i < list.n; i++)
		if (list.task[i].id != t.id) {
			put_id(c, c->out, "next", list.task[i].id);
			break;
		}
	return NULL;
}
