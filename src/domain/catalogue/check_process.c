// check_process.c — processes that items bring along: readable, and sure to come to an end.
#include "bpmn/sound.h"
#include "domain/catalogue/check_int.h"

// Somebody picks what is done in an ad-hoc sub-process: it lies in the work list of that role, and only approvers have one.
static void check_picks(struct check *k, const struct process_file *p, const struct bpmn_model *m, int process)
{
	for (int i = 0; i < bpmn_count(m); i++) {
		const struct bpmn_element *x = bpmn_element(m, i);
		int root = i;
		if (x->kind != BPMN_ADHOC || str_is(x->role, "approver"))
			continue;
		while (bpmn_element(m, root)->parent >= 0)
			root = bpmn_element(m, root)->parent;
		if (root == process)
			check_add(k, RULE_process_picks_by_hand, p->at, x->line, p->code, x->name.n ? x->name : x->id, S(""), S(""));
	}
}

// Another office that is asked for its part; an expression is known only when it runs.
static void check_offices(struct check *k, const struct process_file *p, const struct bpmn_model *m)
{
	for (int i = 0; i < bpmn_count(m); i++) {
		const struct bpmn_element *x = bpmn_element(m, i);
		if (x->office.n && !str_starts(x->office, S("=")) && !catalogue_office(k->c, x->office))
			check_add(k, RULE_unknown_reference, p->at, x->line, p->code, S("tb:office"), x->office, S(""));
	}
}

void check_process(struct check *k, const struct process_file *p)
{
	struct bpmn_model *m;
	struct err *e = bpmn_load(k->a, p->text, p->at.file, &m);
	for (struct err *x = e; x; x = x->next)
		check_add(k, RULE_bad_process, p->at, x->line, p->code, err_text(k->a, x, false), err_text(k->a, x, true), S(""));
	if (e)
		return;
	check_picks(k, p, m, bpmn_process(m, S("")));
	check_offices(k, p, m);
	struct bpmn_soundness s;
	struct arena *a = arena_new(0);              // a large model's states are not the catalogue's
	e = bpmn_sound(a, m, bpmn_process(m, S("")), 0, &s);
	struct bpmn_said said = {0};
	if (e)
		said = (struct bpmn_said){err_text(a, e, false), err_text(a, e, true)};
	else if (s.too_large)
		said = bpmn_too_large(a, m, &s);
	if (e || s.too_large)
		check_add(k, RULE_process_unsound, p->at, e ? 0 : bpmn_element(m, s.where)->line, p->code,
			said.zh, said.en, S(""));
	for (uint32_t i = 0; i < s.n; i++) {
		said = bpmn_finding_whole(a, &s.finding[i]);
		check_add(k, s.finding[i].warning ? RULE_process_waits_open : RULE_process_unsound, p->at, s.finding[i].line, p->code,
			said.zh, said.en, S(""));
	}
	arena_free(a);
}

// Two officers of one item (行政许可法 34) are two tasks of its own process.
static void check_officers(struct check *k, const struct item *it, const struct process_file *p)
{
	uint32_t officers = 1;
	bool several = false;
	struct bpmn_model *m;
	for (uint32_t i = 0; i < it->n_steps; i++)
		if (it->step[i].kind == STEP_REVIEW && it->step[i].officers > officers) officers = it->step[i].officers;
	if (officers < 2 || bpmn_load(k->a, p->text, p->at.file, &m))
		return;
	for (int i = 0; i < bpmn_count(m); i++) several |= bpmn_element(m, i)->kind == BPMN_USER_TASK && bpmn_element(m, i)->multi;
	if (!several)
		check_add(k, RULE_officers_alone, it->at, 0, it->code, str_fmt(k->a, "%u", officers), p->code, S(""));
}

void check_process_of(struct check *k, const struct item *it)
{
	const struct catalogue *c = k->c;
	bool found = str_is(it->process, "approval");
	for (uint32_t j = 0; j < c->n_processes && !found; j++)
		if (str_eq(c->process[j].code, it->process)) {
			found = true;
			check_officers(k, it, &c->process[j]);
		}
	if (!found)
		check_add(k, RULE_unknown_reference, it->at, 0, it->code, S("process"), it->process, S(""));
}
