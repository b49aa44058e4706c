// References, lists and checks once all elements are known.
#include "bpmn/load.h"

static void table_build(struct load *l)
{
	l->tablesize = 16;
	while (l->tablesize < l->nel * 2 + 2)
		l->tablesize *= 2;
	l->table = arena_newn(l->a, uint32_t, l->tablesize);
	for (size_t i = 0; i < l->nel; i++) {
		struct str id = l->m->el[i].pub.id;
		size_t h = str_hash(id) & (l->tablesize - 1);
		while (l->table[h] && !str_eq(l->m->el[l->table[h] - 1].pub.id, id))
			h = (h + 1) & (l->tablesize - 1);
		if (l->table[h])
			load_bad(l, (int)i, l->node[i], E_BPMN_MODEL, BW_TWICE, id);
		else
			l->table[h] = (uint32_t)i + 1;
	}
}

static int find(struct load *l, struct str ref)
{
	for (int round = 0; round < 2; round++) {
		struct str id = round ? local_ref(ref) : ref;
		for (size_t h = str_hash(id) & (l->tablesize - 1); l->table[h]; h = (h + 1) & (l->tablesize - 1))
			if (str_eq(l->m->el[l->table[h] - 1].pub.id, id))
				return (int)l->table[h] - 1;
	}
	return -1;
}

static void push(struct arena *a, int **list, uint32_t *n, int v)
{
	if ((*n & (*n - 1)) == 0) {          // room doubles at powers of two
		int *more = arena_newn(a, int, *n ? *n * 2 : 1);
		if (*n)
			memcpy(more, *list, sizeof **list * *n);
		*list = more;
	}
	(*list)[(*n)++] = v;
}

static void flows(struct load *l)
{
	struct bpmn_model *m = l->m;
	for (int i = 0; i < m->nfl; i++) {
		struct fl *f = &m->fl[i];
		struct xml *x = l->flnode[i];
		f->pub.from = find(l, str_trim(xml_attr(x, S("sourceRef"))));
		f->pub.to = find(l, str_trim(xml_attr(x, S("targetRef"))));
		if (f->pub.from < 0 || f->pub.to < 0) {
			load_bad(l, f->scope, x, E_BPMN_MODEL, f->pub.from < 0 ? BW_FLOW_FROM : BW_FLOW_TO, f->pub.id);
			continue;
		}
		struct el *from = &m->el[f->pub.from], *to = &m->el[f->pub.to];
		f->scope = from->pub.parent;
		if (from->pub.parent < 0 || from->pub.parent != to->pub.parent) {
			load_bad(l, f->pub.from, x, E_BPMN_MODEL, BW_FLOW_BORDER, f->pub.id);
			continue;
		}
		if (from->pub.kind == BPMN_END_EVENT || to->pub.kind == BPMN_START_EVENT ||
			to->pub.kind == BPMN_BOUNDARY_EVENT ||
				from->pub.kind == BPMN_EVENT_SUBPROCESS || to->pub.kind == BPMN_EVENT_SUBPROCESS)
			load_bad(l, f->pub.from, x, E_BPMN_MODEL, BW_FLOW_KINDS, f->pub.id,
				str_of(bpmn_kind_name(from->pub.kind)), str_of(bpmn_kind_name(to->pub.kind)));
		push(l->a, &from->out, &from->nout, i);
		push(l->a, &to->in, &to->nin, i);
		struct xml *c = xml_child(x, NS_BPMN, S("conditionExpression"));
		struct str v = c ? str_trim(xml_text(l->a, c)) : (struct str){0};
		if (v.n) {
			f->pub.condition = v;
			load_cond(l, f->pub.from, c, v, &f->cond);
		}
	}
	for (int i = 0; i < m->nel; i++) {
		struct str d = str_trim(xml_attr(l->node[i], S("default")));
		struct el *e = &m->el[i];
		if (!d.n || e->pub.kind == BPMN_PROCESS)
			continue;
		for (uint32_t k = 0; k < e->nout; k++)
			if (str_eq(m->fl[e->out[k]].pub.id, d))
				e->dflt = e->out[k];
		if (e->dflt < 0)
			load_bad(l, i, l->node[i], E_BPMN_MODEL, BW_DEFAULT, d);
		else
			m->fl[e->dflt].pub.is_default = true;
	}
}

static void lists(struct load *l)
{
	struct bpmn_model *m = l->m;
	for (int i = 0; i < m->nel; i++) {
		struct el *e = &m->el[i];
		if (e->pub.parent < 0)
			continue;
		struct el *p = &m->el[e->pub.parent];
		push(l->a, &p->child, &p->nchild, i);
		if (e->pub.kind == BPMN_EVENT_SUBPROCESS)
			push(l->a, &p->evsub, &p->nevsub, i);
		if (e->pub.kind != BPMN_BOUNDARY_EVENT)
			continue;
		struct str ref = str_trim(xml_attr(l->node[i], S("attachedToRef")));
		int at = find(l, ref);
		if (at < 0 || !is_activity(m->el[at].pub.kind) || m->el[at].pub.kind == BPMN_EVENT_SUBPROCESS ||
				m->el[at].pub.parent != e->pub.parent) {
			load_bad(l, i, l->node[i], E_BPMN_MODEL, BW_ATTACHED, ref);
			continue;
		}
		e->pub.attached = at;
		push(l->a, &m->el[at].boundary, &m->el[at].nboundary, i);
	}
	for (size_t i = 0; i < l->nmember; i++) {
		int n = find(l, l->member[i].id);
		struct lane *ln = &m->lane[l->member[i].lane];
		if (n < 0)
			continue;
		int *list = ln->node;
		uint32_t count = ln->nnode;
		push(l->a, &list, &count, n);
		ln->node = list;
		ln->nnode = count;
		m->el[n].pub.lane = ln->name;
	}
}

static void associations(struct load *l, struct xml *x)
{
	struct bpmn_model *m = l->m;
	for (struct xml *c = xml_first_element(x); c; c = xml_next_element(c)) {
		if (xml_is(c, NS_BPMN, S("association"))) {
			int a = find(l, xml_attr(c, S("sourceRef"))), b = find(l, xml_attr(c, S("targetRef")));
			if (a >= 0 && b >= 0 && m->el[b].pub.kind == BPMN_BOUNDARY_EVENT) {
				int t = a;
				a = b;
				b = t;
			}
			if (a < 0 || b < 0 || m->el[a].pub.trigger != BPMN_COMPENSATION || m->el[a].pub.attached < 0)
				continue;
			struct el *host = &m->el[m->el[a].pub.attached];
			if (!is_activity(m->el[b].pub.kind) || m->el[b].pub.parent != host->pub.parent)
				load_bad(l, a, c, E_BPMN_MODEL, BW_COMPENSATION_BESIDE);
			else
				host->handler = b;
			m->el[b].pub.compensation = true;
		} else if (str_eq(c->ns, NS_BPMN) && xml_first_element(c)) {
			associations(l, c);
		}
	}
}

// Where a token begins when a scope is entered: its none start, or, without start events, every
// node nothing leads to (BPMN 2.0.2 §13.2).
static void begins(struct load *l, int n)
{
	struct bpmn_model *m = l->m;
	struct el *e = &m->el[n];
	bool any = false;
	for (uint32_t k = 0; k < e->nchild; k++) {
		struct el *c = &m->el[e->child[k]];
		if (c->pub.kind != BPMN_START_EVENT)
			continue;
		any = true;
		if (e->pub.kind == BPMN_EVENT_SUBPROCESS) {
			if (e->evstart >= 0)
				load_bad(l, n, l->node[n], E_BPMN_MODEL, BW_EVSUB_ONE_START);
			e->evstart = e->child[k];
			if (c->pub.trigger == BPMN_NONE)
				load_bad(l, e->child[k], l->node[e->child[k]], E_BPMN_MODEL, BW_EVSUB_TRIGGER);
		} else if (c->pub.trigger == BPMN_NONE) {
			if (!e->nbegin)
				push(l->a, &e->begin, &e->nbegin, e->child[k]);
			else
				load_bad(l, e->child[k], l->node[e->child[k]], E_BPMN_MODEL, BW_SECOND_START);
		} else if (e->pub.kind != BPMN_PROCESS) {
			load_bad(l, e->child[k], l->node[e->child[k]], E_BPMN_MODEL, BW_SUB_START_TRIGGER);
		}
	}
	if (e->pub.kind == BPMN_EVENT_SUBPROCESS) {
		if (e->evstart < 0) {
			load_bad(l, n, l->node[n], E_BPMN_MODEL, BW_EVSUB_START);
			e->evstart = n;
		}
		return;
	}
	if (any && !e->nbegin && e->pub.kind != BPMN_PROCESS)
		return;
	for (uint32_t k = 0; !any && k < e->nchild; k++) {
		struct el *c = &m->el[e->child[k]];
		bool listens = c->pub.kind == BPMN_BOUNDARY_EVENT || c->pub.kind == BPMN_EVENT_SUBPROCESS ||
			c->pub.compensation ||
			(c->pub.kind == BPMN_CATCH_EVENT && c->pub.trigger == BPMN_LINK);
		if (!c->nin && !listens)
			push(l->a, &e->begin, &e->nbegin, e->child[k]);
	}
	if (e->pub.kind == BPMN_ADHOC)
		return;
	if (!any && !e->nbegin && (e->nchild || e->pub.kind == BPMN_PROCESS))
		load_bad(l, n, l->node[n], E_BPMN_MODEL, e->nchild ? BW_NO_WAY_IN : BW_NOTHING_IN_IT);
}

static void check_gateway(struct load *l, int n)
{
	struct bpmn_model *m = l->m;
	struct el *e = &m->el[n];
	uint32_t bare = 0;
	for (uint32_t k = 0; k < e->nout; k++)
		bare += e->out[k] != e->dflt && m->fl[e->out[k]].cond.kind == BX_NONE;
	if (e->pub.kind == BPMN_EXCLUSIVE && e->nout > 1 && bare > 1)
		load_bad(l, n, l->node[n], E_BPMN_MODEL, BW_CHOICE_NOT_SAID);
	if (e->pub.kind != BPMN_EVENT_GATEWAY)
		return;
	if (str_is(xml_attr(l->node[n], S("instantiate")), "true") || str_is(xml_attr(l->node[n],
		S("eventGatewayType")), "Parallel"))
		load_bad(l, n, l->node[n], E_BPMN_UNSUPPORTED, BW_GATEWAY_STARTS);
	if (e->nout < 1)
		load_bad(l, n, l->node[n], E_BPMN_MODEL, BW_GATEWAY_NOWHERE);
	for (uint32_t k = 0; k < e->nout; k++) {
		struct el *t = &m->el[m->fl[e->out[k]].pub.to];
		bool ok = (t->pub.kind == BPMN_CATCH_EVENT && t->pub.trigger != BPMN_LINK) ||
			(t->pub.kind == BPMN_RECEIVE_TASK && !t->multi && !t->loop);
		if (!ok)
			load_bad(l, n, l->node[n], E_BPMN_MODEL, BW_GATEWAY_BEHIND, t->pub.id);
	}
}

static void check(struct load *l, int n)
{
	struct bpmn_model *m = l->m;
	struct el *e = &m->el[n];
	struct xml *x = l->node[n];
	if (e->pub.kind == BPMN_CALL_ACTIVITY && e->called.kind == BX_NONE)
		load_bad(l, n, x, E_BPMN_MODEL, BW_CALLS_NOTHING);
	if (e->pub.kind == BPMN_SCRIPT_TASK && e->script.kind == BX_NONE && e->job_type.kind == BX_NONE)
		load_bad(l, n, x, E_BPMN_MODEL, BW_NO_SCRIPT);
	if (e->pub.kind == BPMN_BOUNDARY_EVENT && e->pub.trigger == BPMN_COMPENSATION && e->pub.attached >= 0 &&
			m->el[e->pub.attached].handler < 0)
		load_bad(l, n, x, E_BPMN_MODEL, BW_COMPENSATES_NOTHING);
	if (e->pub.kind == BPMN_BOUNDARY_EVENT && e->pub.trigger == BPMN_CANCEL && e->pub.attached >= 0 &&
			m->el[e->pub.attached].pub.kind != BPMN_TRANSACTION)
		load_bad(l, n, x, E_BPMN_MODEL, BW_CANCEL_PLACE);
	if (e->pub.kind == BPMN_END_EVENT && e->pub.trigger == BPMN_CANCEL) {
		int t = e->pub.parent;
		while (t >= 0 && m->el[t].pub.kind != BPMN_TRANSACTION)
			t = m->el[t].pub.parent;
		bool caught = false;
		for (uint32_t k = 0; t >= 0 && k < m->el[t].nboundary; k++)
			caught |= m->el[m->el[t].boundary[k]].pub.trigger == BPMN_CANCEL;
		if (t < 0)
			load_bad(l, n, x, E_BPMN_MODEL, BW_CANCEL_END_PLACE);
		else if (!caught)
			load_bad(l, n, x, E_BPMN_MODEL, BW_CANCEL_UNCAUGHT);
	}
	if (e->pub.kind == BPMN_THROW_EVENT && e->pub.trigger == BPMN_LINK) {
		struct el *p = &m->el[e->pub.parent];
		for (uint32_t k = 0; k < p->nchild; k++) {
			struct el *c = &m->el[p->child[k]];
			if (c->pub.kind != BPMN_CATCH_EVENT || c->pub.trigger != BPMN_LINK || !str_eq(c->pub.ref,
				e->pub.ref))
				continue;
			if (e->link >= 0)
				load_bad(l, n, x, E_BPMN_MODEL, BW_LINK_TWO);
			e->link = p->child[k];
		}
		if (e->link < 0)
			load_bad(l, n, x, E_BPMN_MODEL, BW_LINK_NONE);
	}
	if ((e->pub.kind == BPMN_THROW_EVENT || e->pub.kind == BPMN_END_EVENT) &&
		e->pub.trigger == BPMN_COMPENSATION && e->pub.ref.n) {
		e->activity_ref = find(l, e->pub.ref);
		if (e->activity_ref < 0)
			load_bad(l, n, x, E_BPMN_MODEL, BW_COMPENSATES, e->pub.ref);
	}
	if (e->pub.compensation && (e->nin || e->nout))
		load_bad(l, n, x, E_BPMN_MODEL, BW_COMPENSATING_FLOWS);
	if (e->pub.kind == BPMN_PARALLEL || e->pub.kind == BPMN_EXCLUSIVE || e->pub.kind == BPMN_INCLUSIVE ||
		e->pub.kind == BPMN_EVENT_GATEWAY)
		check_gateway(l, n);
	if (is_scope(e->pub.kind) && (e->multi || e->loop) && e->pub.kind == BPMN_ADHOC)
		load_bad(l, n, x, E_BPMN_UNSUPPORTED, BW_ADHOC_LOOP);
	if (e->job_type.kind == BX_NONE && (e->pub.kind == BPMN_SERVICE_TASK || e->pub.kind == BPMN_RULE_TASK))
		load_note(l, n, x, BW_NO_BINDING);
}

// For each incoming flow of a joining inclusive gateway: from which elements of its scope a token
// can still come to that flow without passing the gateway. 2: by sequence flows; 1: only by way of a
// boundary event, which holds the join back but does not excuse another flow.
static void reach(struct load *l, int n)
{
	struct bpmn_model *m = l->m;
	struct el *e = &m->el[n];
	if (e->pub.kind != BPMN_INCLUSIVE || e->nin < 2)
		return;
	size_t bytes = (size_t)e->nin * (size_t)m->nel;
	if (bytes > 16u << 20) {
		load_bad(l, n, l->node[n], E_BPMN_MODEL, BW_JOIN_LARGE);
		return;
	}
	e->reach = arena_newn(l->a, uint8_t, bytes);
	int *stack = arena_newn(l->a, int, m->nel);
	for (uint32_t j = 0; j < e->nin; j++) {
		uint8_t *r = e->reach + (size_t)j * (size_t)m->nel;
#define VISIT(i) do { int v_ = (i); if (v_ != n && !(seen[v_] & how)) { seen[v_] |= how; stack[top++] = v_; } } while (0)
		uint8_t *seen = arena_newn(l->a, uint8_t, m->nel);
		for (uint8_t how = 2; how >= 1; how--) {
			int top = 0;
			VISIT(m->fl[e->in[j]].pub.from);
			while (top) {
				int at = stack[--top];
				struct el *c = &m->el[at];
				if (r[at] < how)
					r[at] = how;
				for (uint32_t k = 0; k < c->nin; k++)
					VISIT(m->fl[c->in[k]].pub.from);
				if (how == 1 && c->pub.kind == BPMN_BOUNDARY_EVENT && c->pub.attached >= 0)
					VISIT(c->pub.attached);
				struct el *p = &m->el[c->pub.parent];
				if (c->pub.kind == BPMN_CATCH_EVENT && c->pub.trigger == BPMN_LINK)
					for (uint32_t k = 0; k < p->nchild; k++)
						if (m->el[p->child[k]].pub.kind == BPMN_THROW_EVENT &&
							m->el[p->child[k]].pub.trigger == BPMN_LINK &&
								str_eq(m->el[p->child[k]].pub.ref, c->pub.ref))
							VISIT(p->child[k]);
			}
		}
#undef VISIT
	}
}

static void details(struct load *l, int n)
{
	struct el *e = &l->m->el[n];
	struct xml *x = l->node[n];
	load_extensions(l, n, x);
	if (e->pub.kind <= BPMN_BOUNDARY_EVENT || e->pub.kind == BPMN_RECEIVE_TASK ||
		e->pub.kind == BPMN_SEND_TASK)
		load_event(l, n, x);
	if (is_activity(e->pub.kind))
		load_loop(l, n, x);
	if (e->pub.kind == BPMN_CALL_ACTIVITY && e->called.kind == BX_NONE)
		load_value(l, n, x, xml_attr(x, S("calledElement")), &e->called);
	if (e->pub.kind == BPMN_CALL_ACTIVITY)
		e->pub.called = e->called.text;
	if (e->pub.kind == BPMN_SCRIPT_TASK) {
		struct str s = xml_child_text(l->a, x, NS_BPMN, S("script")), f = str_lower_ascii(l->a,
			xml_attr(x, S("scriptFormat")));
		e->script_format = f;
		if (!s.n)
			s = xml_attr_ns(x, NS_OWN, S("script"));
		if (s.n && (!f.n || str_find(f, S("feel")) >= 0)) {
			load_cond(l, n, x, s, &e->script);
		} else if (s.n) {
			e->script = (struct bx){.kind = BX_TEXT, .text = s};
			e->job_type = (struct bx){.kind = BX_TEXT, .text = str_fmt(l->a, "script:" STR_FMT, STR_ARG(f))};
			load_note(l, n, x, BW_SCRIPT_JOB, f);
		}
	}
	if (e->pub.kind == BPMN_ADHOC) {
		struct xml *c = xml_child(x, NS_BPMN, S("completionCondition"));
		e->adhoc_sequential = str_is(xml_attr(x, S("ordering")), "Sequential");
		e->adhoc_keep = str_is(xml_attr(x, S("cancelRemainingInstances")), "false");
		if (c)
			load_cond(l, n, c, str_trim(xml_text(l->a, c)), &e->completion);
	}
	e->pub.job_type = e->job_type.text;
	e->pub.nattr = (uint32_t)l->ext[n].n;
	e->pub.attr = l->ext[n].v;
}

void load_link(struct load *l)
{
	struct bpmn_model *m = l->m;
	table_build(l);
	if (l->errs)
		return;
	flows(l);
	for (int i = 0; i < m->nel; i++)
		details(l, i);
	lists(l);
	for (int i = 0; i < m->nel; i++)
		if (m->el[i].pub.kind == BPMN_PROCESS)
			associations(l, l->node[i]);
	for (struct xml *c = xml_first_element(l->node[0]->parent); c; c = xml_next_element(c))
		if (xml_is(c, NS_BPMN, S("collaboration")))
			associations(l, c);
	for (int i = 0; i < m->nel; i++)
		if (is_scope(m->el[i].pub.kind))
			begins(l, i);
	for (int i = 0; i < m->nel; i++) {
		check(l, i);
		reach(l, i);
	}
}
