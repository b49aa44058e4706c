// plain.c — a model as its reader wants to see it: in another language, without what only machines need.
#include "bpmn/model.h"
#include "bpmn/svg.h"

struct plain { struct arena *a; struct bpmn_model *m; uint8_t *gone; size_t cap; };

static bool silent(const struct plain *t, const struct bpmn_reader *r, int el)
{
	const struct el *e = &t->m->el[el];
	bool held = r->mark && r->mark[el] == BPMN_MARK_FAILED;
	return e->pub.kind >= BPMN_EXCLUSIVE && e->pub.kind <= BPMN_EVENT_GATEWAY && !e->pub.name.n && !held;
}

static void add(struct plain *t, struct fl f)
{
	struct bpmn_model *m = t->m;
	size_t n = (size_t)m->nfl;
	if (f.pub.from == f.pub.to) return;
	for (size_t i = 0; i < n; i++)
		if (m->fl[i].pub.from == f.pub.from && m->fl[i].pub.to == f.pub.to) return;
	*vec_push(t->a, m->fl, n, t->cap) = f;
	m->nfl = (int)n;
}

// Without the flows of `el`; what came in goes on to where it led.
static void cut(struct plain *t, int el, bool bridge)
{
	struct bpmn_model *m = t->m;
	struct fl *old = m->fl;
	int n = m->nfl;
	m->fl = NULL;
	m->nfl = 0;
	t->cap = 0;
	for (int i = 0; i < n; i++) {
		if (old[i].pub.from != el && old[i].pub.to != el) add(t, old[i]);
		if (!bridge || old[i].pub.to != el) continue;
		for (int k = 0; k < n; k++) {
			if (old[k].pub.from != el) continue;
			struct fl f = old[i];
			f.pub.to = old[k].pub.to;
			if (old[k].pub.name.n) f.pub.name = old[k].pub.name;
			add(t, f);
		}
	}
	t->gone[el] = 1;
	m->el[el].process = -1;
}

// Many in and many out would make more lines than it takes away.
static bool passes_on(const struct plain *t, int el)
{
	int in = 0, out = 0;
	for (int i = 0; i < t->m->nfl; i++) {
		in += t->m->fl[i].pub.to == el;
		out += t->m->fl[i].pub.from == el;
	}
	return in && out && (in == 1 || out == 1);
}

static int *kept(struct plain *t, const int *list, uint32_t *n)
{
	int *out = arena_newn(t->a, int, *n + 1);
	uint32_t k = 0;
	for (uint32_t i = 0; i < *n; i++)
		if (!t->gone[list[i]]) out[k++] = list[i];
	*n = k;
	return out;
}

static void join(struct plain *t)
{
	struct bpmn_model *m = t->m;
	for (int i = 0; i < m->nel; i++) {
		struct el *e = &m->el[i];
		e->child = kept(t, e->child, &e->nchild);
		e->begin = kept(t, e->begin, &e->nbegin);
		e->boundary = kept(t, e->boundary, &e->nboundary);
		e->in = arena_newn(t->a, int, m->nfl + 1);
		e->out = arena_newn(t->a, int, m->nfl + 1);
		e->nin = e->nout = 0;
		for (int k = 0; k < m->nfl; k++) {
			if (m->fl[k].pub.to == i) e->in[e->nin++] = k;
			if (m->fl[k].pub.from == i) e->out[e->nout++] = k;
		}
	}
}

const struct bpmn_model *bpmn_plain(struct arena *a, const struct bpmn_model *m, const struct bpmn_reader *r)
{
	struct bpmn_model *copy = arena_new1(a, struct bpmn_model);
	struct plain t = {.a = a, .m = copy, .gone = arena_newn(a, uint8_t, m->nel)};
	*copy = *m;
	copy->el = arena_newn(a, struct el, m->nel);
	copy->fl = arena_newn(a, struct fl, m->nfl + 1);
	memcpy(copy->el, m->el, sizeof *m->el * (size_t)m->nel);
	memcpy(copy->fl, m->fl, sizeof *m->fl * (size_t)m->nfl);
	for (int i = 0; r->word && i < m->nel; i++) copy->el[i].pub.name = r->word(r->ctx, m->el[i].pub.name);
	for (int i = 0; r->word && i < m->nfl; i++) copy->fl[i].pub.name = r->word(r->ctx, m->fl[i].pub.name);
	if (!r->silent || m->nshape) return copy;
	for (int i = 0; r->drop && i < m->nel; i++)
		if (r->drop[i]) cut(&t, i, false);
	for (bool again = true; again;) {
		again = false;
		for (int i = 0; i < m->nel; i++) {
			if (t.gone[i] || !silent(&t, r, i) || !passes_on(&t, i)) continue;
			cut(&t, i, true);
			again = true;
		}
	}
	join(&t);
	return copy;
}
