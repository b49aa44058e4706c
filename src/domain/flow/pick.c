// pick.c — ad-hoc sub-processes: what may be picked in one, picking, and saying that nothing more is needed.
#include "domain/flow/flow.h"
#include "domain/flow/flow_store.h"

static struct str said(struct plan *p, const struct flow_instance *i, int element, bool english)
{
	const struct bpmn_element *x = bpmn_element(i->bpmn, element);
	struct str name = english ? flow_word(p, i, x->name) : x->name;
	return name.n ? name : x->id;
}

struct err *task_picks(struct plan *p, const struct task *t, struct flow_instance **of, struct bpmn_picks *out, bool *is)
{
	*is = false;
	memset(out, 0, sizeof *out);
	struct err *e = flow_find(p, t->case_id, of);
	if (e || !*of || !t->open || (*of)->ended) return e;
	int at = bpmn_find((*of)->bpmn, t->element);
	if (at < 0 || bpmn_element((*of)->bpmn, at)->kind != BPMN_ADHOC) return NULL;
	e = bpmn_picks((*of)->bpmn, (*of)->state, t->key, p->a, out);
	*is = !e;
	return e;
}

struct err *task_pick(struct plan *p, const struct task *t, struct str activity)
{
	struct flow_instance *i;
	struct bpmn_picks picks;
	bool is;
	struct err *e = task_picks(p, t, &i, &picks, &is);
	if (e || !is) return e ? e : err_new(p->a, E_FLOW_NOT_WAITING);
	const struct bpmn_pick *chosen = NULL;
	for (uint32_t k = 0; k < picks.n; k++)
		if (str_eq(bpmn_element(i->bpmn, picks.pick[k].element)->id, activity)) chosen = &picks.pick[k];
	if (!chosen) e = err_field(p->a, E_PICK_UNKNOWN, S("activity"), activity);
	else if (chosen->running) e = err_field(p->a, E_PICK_RUNNING, S("activity"), said(p, i, chosen->element, p->actor.english));
	else if (picks.closing) e = err_field(p->a, E_PICK_CLOSING, S("activity"), said(p, i, picks.element, p->actor.english));
	else if (!chosen->may) e = err_field(p->a, E_PICK_ONE_AFTER, S("activity"), said(p, i, picks.element, p->actor.english));
	if (e) return e;
	flow_store_task_signed(p, t);
	struct bpmn_event ev = {.kind = BPMN_EV_ADHOC, .key = t->key, .element = activity};
	return flow_event(p, t->instance, &ev);
}

struct err *task_picked_all(struct plan *p, const struct task *t)
{
	struct flow_instance *i;
	struct bpmn_picks picks;
	bool is;
	struct err *e = task_picks(p, t, &i, &picks, &is);
	if (e || !is) return e ? e : err_new(p->a, E_FLOW_NOT_WAITING);
	for (uint32_t k = 0; k < picks.n; k++)
		if (picks.pick[k].running)
			return err_field(p->a, E_PICK_BUSY, S("activity"), said(p, i, picks.pick[k].element, p->actor.english));
	if (picks.busy) return err_field(p->a, E_PICK_BUSY, S("activity"), said(p, i, picks.element, p->actor.english));
	flow_store_task_done(p, t, S("picked"));
	struct bpmn_event ev = {.kind = BPMN_EV_ADHOC_DONE, .key = t->key};
	return flow_event(p, t->instance, &ev);
}
