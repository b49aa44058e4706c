// Exploration of the states a process can be in. Breadth first, so that paths are short.
#include "bpmn/sound.h"
#include "bpmn/run.h"
#include <stdlib.h>

#define NO_STATE UINT32_MAX
enum { HELD = 64, TRIED = 400 };       // tokens, for each state of the limit

struct label { enum bpmn_word word; int el; struct str code; };       // an event of a path; the code is the model's
struct node {
	struct str bytes;
	uint64_t hash, hash2;
	uint32_t from;                       // the state it was first reached from
	struct label label;                  // by this event
	bool ends;
};
struct edge_to { uint32_t from, to; };

struct sound {
	struct arena *a, *scratch;
	const struct bpmn_model *m;
	int process;
	uint32_t limit;
	struct node *node;
	size_t n, cap;
	struct edge_to *edge;
	size_t nedge, edgecap;
	uint32_t *table;
	size_t tablesize;
	uint8_t *visited, *entered;
	uint8_t *told;                       // by element and flaw: said once
	struct bpmn_soundness *out;
	size_t findcap;
	uint32_t at;                         // the state being expanded
	uint64_t held, tried;                // tokens in all states, tokens of all moves
	bool full;
};

bool oracle_bit(struct rt *rt)
{
	struct oracle *o = rt->oracle;
	if (o->used >= countof(o->bit)) {
		o->large = true;
		return false;
	}
	if (o->used >= o->given)
		o->bit[o->used] = 0;
	return o->bit[o->used++];
}

const char *bpmn_flaw_name(enum bpmn_flaw f)
{
	static const char *const name[] = {"stuck", "join", "endless", "dead", "second", "no-role", "no-limit",
		"no-default"};
	return (size_t)f < countof(name) ? name[f] : "";
}

static struct bpmn_said path_to(struct sound *s, uint32_t n, const struct label *last)
{
	struct buf zh = buf_new(s->a), en = buf_new(s->a);
	size_t depth = 0;
	for (uint32_t i = n; i != NO_STATE; i = s->node[i].from)
		depth++;
	const struct label **part = arena_newn(s->a, const struct label *, depth + 1);
	size_t k = depth;
	for (uint32_t i = n; i != NO_STATE; i = s->node[i].from)
		part[--k] = &s->node[i].label;
	if (last)
		part[depth++] = last;
	for (size_t i = 0; i < depth; i++) {
		struct bpmn_said e = SAY(s->a, part[i]->word, s->m->el[part[i]->el].pub.id, part[i]->code);
		if (i) {
			buf_lit(&zh, "；");
			buf_lit(&en, "; ");
		}
		buf_add(&zh, e.zh);
		buf_add(&en, e.en);
	}
	return (struct bpmn_said){buf_str(&zh), buf_str(&en)};
}

// "审批(a)": the element as people know it
static struct bpmn_said named(struct arena *a, const struct bpmn_element *e)
{
	return e->name.n ? SAY(a, BW_NAMED, e->id, e->name) : bpmn_same(e->id);
}

static void find(struct sound *s, enum bpmn_flaw f, bool warning, int el, uint32_t at, const struct label *last,
	enum bpmn_word word)
{
	uint8_t *t = &s->told[(size_t)el * 8 + f];
	if (*t)
		return;
	*t = 1;
	const struct bpmn_element *e = &s->m->el[el].pub;
	struct bpmn_finding *v = vec_push(s->a, s->out->finding, s->out->n, s->findcap);
	v->flaw = f;
	v->warning = warning;
	v->element = el;
	v->line = e->line;
	v->text = bpmn_say2(s->a, BW_OF, (const struct bpmn_said[3]){named(s->a, e), SAY(s->a, word)});
	if (at != NO_STATE)
		v->path = path_to(s, at, last);
	s->out->flaws += !warning;
}

// --- one form for equal states --------------------------------------------------------------------

static uint32_t depth_of(const struct inst *i)
{
	uint32_t d = 0;
	for (; i->parent; i = i->parent)
		d++;
	return d;
}

static int order(const void *x, const void *y)
{
	const struct inst *a = *(struct inst *const *)x, *b = *(struct inst *const *)y;
#define BY(p, q) do { uint64_t p_ = (p), q_ = (q); if (p_ != q_) return p_ < q_ ? -1 : 1; } while (0)
	// key holds the place of the parent while sorting, loop the depth
	BY(a->loop, b->loop);
	BY(a->parent ? a->parent->key : 0, b->parent ? b->parent->key : 0);
	BY(a->el, b->el);
	BY(a->wait, b->wait);
	BY(a->flags, b->flags);
	BY(a->next, b->next);
	BY(a->total, b->total);
	BY(a->done, b->done);
	BY(a->phase, b->phase);
	BY(a->seq, b->seq);
	BY(a->host ? a->host->el + 1 : 0, b->host ? b->host->el + 1 : 0);
	BY(a->host ? a->host->key : 0, b->host ? b->host->key : 0);
#undef BY
	return 0;
}

// A move changes a few places of a list that was in order.
static void sort(struct inst **in, size_t n)
{
	size_t moved = 0;
	for (size_t i = 1; i < n; i++) {
		struct inst *t = in[i];
		size_t k = i;
		for (; k > 0 && order(&in[k - 1], &t) > 0; k--)
			in[k] = in[k - 1];
		in[k] = t;
		moved += i - k;
		if (moved > 16 * n) {
			qsort(in, n, sizeof *in, order);
			return;
		}
	}
}

static void normal_form(struct sound *s, struct rt *rt)
{
	size_t n = 0;
	for (int i = 0; i < rt->m->nel; i++) {
		if (rt->visited[i / 8] >> (i % 8) & 1)
			s->visited[i] = 1;
		if (rt->oracle->entered[i])
			s->entered[i] = 1;
	}
	memset(rt->visited, 0, (size_t)(rt->m->nel + 7) / 8);
	for (size_t i = 0; i < rt->n; i++)
		if (!rt->in[i]->dead)
			rt->in[n++] = rt->in[i];
	rt->n = n;
	uint32_t rank = 0;
	for (;;) {                           // completion order counts, its numbers do not
		struct inst *low = NULL;
		for (size_t i = 0; i < n; i++)
			if (rt->in[i]->seq > rank && (!low || rt->in[i]->seq < low->seq))
				low = rt->in[i];
		if (!low)
			break;
		low->seq = ++rank;
	}
	rt->seq = rank;
	uint32_t deepest = 0;
	for (size_t i = 0; i < n; i++) {
		struct inst *t = rt->in[i];
		t->loop = depth_of(t);
		deepest = t->loop > deepest ? t->loop : deepest;
		if (t->wait == BPMN_W_HANDLER) {
			struct inst *target = inst_by_key(rt, t->next);
			t->aux = str_fmt(rt->a, "%u", target ? target->el : 0);
			t->host = target;            // put back below
			t->next = 0;
		}
		if (EL(rt, t)->loop && (t->flags & F_MULTI))
			t->next = t->done = EL(rt, t)->loop_max.kind == BX_NONE ? 0 : t->done;
		if (t->wait == BPMN_W_JOB)
			t->done = 0;
		t->vars = t->aux = t->aux2 = (struct str){0};
	}
	for (uint32_t d = 0; d <= deepest; d++) {
		sort(rt->in, n);
		uint32_t k = 0;
		for (size_t i = 0; i < n; i++)
			if (rt->in[i]->loop <= d)
				rt->in[i]->key = ++k;
	}
	for (size_t i = 0; i < n; i++) {
		struct inst *t = rt->in[i];
		t->key = (uint32_t)i + 1;
		t->loop = 0;
	}
	for (size_t i = 0; i < n; i++)
		if (rt->in[i]->wait == BPMN_W_HANDLER && rt->in[i]->host) {
			rt->in[i]->next = rt->in[i]->host->key;
			rt->in[i]->host = NULL;
		}
	rt->next_key = (uint32_t)n + 1;
	rt->outcome = rt->code = rt->business_key = (struct str){0};
	rt->outcome_set = false;
}

static uint32_t state_add(struct sound *s, struct str bytes, bool ends, struct label label, bool *fresh)
{
	uint64_t h = str_hash(bytes), h2 = 0x9e3779b97f4a7c15u;
	for (size_t i = 0; i < bytes.n; i++)
		h2 = (h2 ^ (uint8_t)bytes.p[i]) * 0xff51afd7ed558ccdu + (h2 >> 29);
	size_t k = h & (s->tablesize - 1);
	for (; s->table[k]; k = (k + 1) & (s->tablesize - 1)) {
		struct node *n = &s->node[s->table[k] - 1];
		if (n->hash == h && n->hash2 == h2 && n->bytes.n == bytes.n) {
			*fresh = false;
			return s->table[k] - 1;
		}
	}
	struct node *n = vec_push(s->a, s->node, s->n, s->cap);
	*n = (struct node){.bytes = str_copy(s->a, bytes), .hash = h, .hash2 = h2, .from = s->at,
		.label = label, .ends = ends};
	s->table[k] = (uint32_t)s->n;
	*fresh = true;
	if (s->n * 2 > s->tablesize) {
		s->tablesize *= 2;
		s->table = arena_newn(s->a, uint32_t, s->tablesize);
		for (size_t i = 0; i < s->n; i++) {
			size_t p = s->node[i].hash & (s->tablesize - 1);
			while (s->table[p])
				p = (p + 1) & (s->tablesize - 1);
			s->table[p] = (uint32_t)i + 1;
		}
	}
	return (uint32_t)s->n - 1;
}

// --- what is wrong with a state -------------------------------------------------------------------

// A scope in which every token stands at a join can only be ended from outside. The instances are in order:
// what stands at one element of one scope stands together.
static void inspect(struct sound *s, struct rt *rt, uint32_t at)
{
	uint32_t *live = arena_newn(rt->a, uint32_t, 2 * (rt->n + 1)), *join = live + rt->n + 1;      // by key, which is the place from 1
	for (size_t i = 0; i < rt->n; i++) {
		struct inst *t = rt->in[i];
		if (t->parent && !(t->flags & F_SUB)) {
			live[t->parent->key]++;
			join[t->parent->key] += t->wait == BPMN_W_JOIN;
		}
		for (size_t k = i + 1; k < rt->n; k++) {
			struct inst *c = rt->in[k];
			if (c->parent != t->parent || c->el != t->el || !t->parent)
				break;
			if ((t->flags & F_SUB) || (c->flags & F_SUB) || t->parent->flags & F_MULTI ||
				EL(rt, t->parent)->pub.kind == BPMN_ADHOC || t->wait == BPMN_W_DONE || c->wait == BPMN_W_DONE)
				continue;
			if (t->wait == BPMN_W_JOIN && t->next == c->next)
				find(s, BPMN_FLAW_SECOND, false, (int)t->el, at, NULL, BW_SECOND_JOIN);
			else if (t->wait != BPMN_W_JOIN && is_activity(EL(rt, t)->pub.kind))
				find(s, BPMN_FLAW_SECOND, false, (int)t->el, at, NULL, BW_SECOND_RUN);
		}
		if (t->wait == BPMN_W_INCIDENT)
			find(s, BPMN_FLAW_STUCK, false, (int)t->el, at, NULL, BW_STUCK);
	}
	for (size_t i = 0; i < rt->n; i++) {
		struct inst *t = rt->in[i];
		if (live[t->key] > s->out->at_once) {
			s->out->at_once = live[t->key];
			s->out->where = (int)t->el;
		}
		if (t->parent && t->wait == BPMN_W_JOIN && live[t->parent->key] == join[t->parent->key])
			find(s, BPMN_FLAW_JOIN, false, (int)t->el, at, NULL, BW_JOIN_WAITS);
	}
}

// Gives up. Where little is at once, it is the choices of one event that multiply.
static void too_large(struct sound *s, int el)
{
	s->out->too_large = true;
	if (s->out->at_once <= 4) {
		s->out->where = el;
		s->out->at_once = 0;
	}
}

struct bpmn_said bpmn_finding_whole(struct arena *a, const struct bpmn_finding *f)
{
	return f->path.en.n ? bpmn_say2(a, BW_WITH_PATH, (const struct bpmn_said[3]){f->text, f->path}) : f->text;
}

struct bpmn_said bpmn_too_large(struct arena *a, const struct bpmn_model *m, const struct bpmn_soundness *s)
{
	struct bpmn_said at = named(a, &m->el[s->where].pub), states = bpmn_same(str_fmt(a, "%u", s->states));
	if (s->at_once)
		return bpmn_say2(a, BW_LARGE_TOKENS, (const struct bpmn_said[3]){states, bpmn_same(str_fmt(a, "%u", s->at_once)), at});
	return bpmn_say2(a, BW_LARGE_CHOICES, (const struct bpmn_said[3]){states, at});
}

// --- events ---------------------------------------------------------------------------------------

enum act { ACT_START, ACT_FINISH, ACT_FIRE, ACT_SIGNAL, ACT_ERROR, ACT_ESCALATE, ACT_ADHOC, ACT_ADHOC_DONE };
struct move { enum act act; uint32_t key; int el; struct str code; struct label label; };

static void play(struct rt *rt, const struct move *m)
{
	struct inst *i = m->act == ACT_START ? NULL : inst_by_key(rt, m->key);
	switch (m->act) {
	case ACT_START: {
		const struct el *p = &rt->m->el[rt->process];
		struct inst *root = inst_new(rt, (uint32_t)rt->process, NULL, BPMN_W_SCOPE, 0);
		scope_open(rt, root);
		if (m->el >= 0)
			tok_push(rt, root, m->el, TOK_PLAIN);
		for (uint32_t k = 0; m->el < 0 && k < p->nbegin; k++)
			tok_push(rt, root, p->begin[k], TOK_PLAIN);
		break;
	}
	case ACT_FINISH:
		if (is_activity(EL(rt, i)->pub.kind)) {
			complete(rt, i);
		} else {
			leave(rt, i->el, i->parent);
			inst_drop(rt, i);
		}
		break;
	case ACT_FIRE: fire(rt, i, NULL); break;
	case ACT_SIGNAL:                     // all that listen to the same name
		throw_signal(rt, m->code, NULL);
		break;
	case ACT_ERROR: throw_error(rt, i, i->parent, m->code, NULL); break;
	case ACT_ESCALATE:                   // each code once from each instance shows where it leads
		i->total |= 1u << m->el;
		throw_escalation(rt, i, i->parent, m->code, NULL);
		break;
	case ACT_ADHOC: tok_push(rt, i, m->el, TOK_PLAIN); break;
	case ACT_ADHOC_DONE:
		i->wait = BPMN_W_SCOPE;
		complete(rt, i);
		break;
	}
	drain(rt);
}

// One event with every sequence of choices.
static void explore(struct sound *s, const struct move *m)
{
	struct oracle o = {0};
	bool led = false;
	int circle = -1;
	for (;;) {
		arena_reset(s->scratch);
		struct rt rt = {.m = s->m, .a = s->scratch, .process = s->process, .oracle = &o, .next_key = 1,
			.max_steps = 100000, .max_tokens = 2000, .max_state = 1u << 20, .max_multi = 3};
		o.used = 0;
		o.pruned = false;
		o.entered = arena_newn(s->scratch, uint8_t, s->m->nel);
		struct err *e = NULL;
		if (s->at == NO_STATE)
			rt.visited = arena_newn(s->scratch, uint8_t, (size_t)(s->m->nel + 7) / 8);
		else
			e = state_decode(&rt, s->node[s->at].bytes);
		CHECK(!e);
		for (size_t i = 0; i < rt.n; i++)      // names are not stored in the normal form
			if (rt.in[i]->wait == BPMN_W_SIGNAL)
				rt.in[i]->aux = EL(&rt, rt.in[i])->name_x.text;
		struct inst *of = m->act == ACT_START ? NULL : inst_by_key(&rt, m->key);
		int at_el = of ? (int)of->el : m->el >= 0 ? m->el : s->process;
		play(&rt, m);
		s->tried += rt.n + 1;
		if (o.large) {
			too_large(s, at_el);
			return;
		}
		if (rt.err) {
			find(s, BPMN_FLAW_ENDLESS, false, s->process, s->at, &m->label, BW_TOKENS);
		} else if (o.pruned) {
			circle = o.circle;
			for (int i = 0; i < rt.m->nel; i++)
				s->entered[i] |= o.entered[i] > 0;
		} else {
			led = true;
			normal_form(s, &rt);
			struct str bytes;
			bool fresh;
			e = state_encode(&rt, &bytes);
			CHECK(!e);
			uint32_t from = s->at, to = state_add(s, bytes, rt.status == BPMN_ENDED, m->label, &fresh);
			if (fresh && rt.status != BPMN_ENDED)
				inspect(s, &rt, to);
			if (fresh && (s->held += rt.n) / HELD > s->limit)
				s->full = true;
			if (from != NO_STATE && from != to)
				*vec_push(s->a, s->edge, s->nedge, s->edgecap) = (struct edge_to){from, to};
		}
		// the next sequence: the last choice that was "no" becomes "yes"
		while (o.used && o.bit[o.used - 1])
			o.used--;
		if (!o.used)
			break;
		o.bit[o.used - 1] = 1;
		o.given = o.used;
		if (s->n > s->limit || s->full || s->tried / TRIED > s->limit) {
			too_large(s, at_el);
			return;
		}
	}
	if (!led && circle >= 0)
		find(s, BPMN_FLAW_ENDLESS, false, circle, s->at, &m->label, BW_CIRCLE);
}

// The codes that somebody around i would catch, each once; an empty one stands for any.
static size_t codes(struct sound *s, struct rt *rt, struct inst *i, enum bpmn_trigger t, struct str *out,
	size_t max)
{
	size_t n = 0;
	bool task = i->wait == BPMN_W_TASK;
	for (struct inst *c = i; c; c = c->parent) {
		const struct el *e = EL(rt, c);
		if (t == BPMN_ESCALATION && task && c != i && !(c->el == i->el))
			break;                       // people escalate where the model offers it: at the task itself
		for (uint32_t k = 0; k < e->nboundary + e->nevsub && n < max; k++) {
			int at = k < e->nboundary ? e->boundary[k] : s->m->el[e->evsub[k - e->nboundary]].evstart;
			const struct el *x = &s->m->el[at];
			if (x->pub.trigger != t)
				continue;
			struct str code = x->name_x.kind == BX_NONE ? S("\001any") : x->name_x.text;
			bool old = false;
			for (size_t j = 0; j < n; j++)
				old |= str_eq(out[j], code);
			if (!old)
				out[n++] = code;
		}
	}
	return n;
}

static void expand(struct sound *s, uint32_t at)
{
	struct rt rt = {.m = s->m, .a = s->a, .process = s->process};
	struct arena_mark mark = arena_mark(s->a);
	struct move *list = NULL;
	size_t n = 0, cap = 0;
	struct arena *tmp = arena_new(0);
	rt.a = tmp;
	struct err *e = state_decode(&rt, s->node[at].bytes);
	CHECK(!e);
	(void)mark;
	s->at = at;
	for (size_t k = 0; k < rt.n; k++) {
		struct inst *i = rt.in[k];
		const struct el *x = EL(&rt, i);
		struct str code[16];
		int el = (int)i->el;
		size_t nc = 0;
		bool twin = k > 0 && rt.in[k - 1]->el == i->el && rt.in[k - 1]->parent == i->parent &&
			rt.in[k - 1]->wait == i->wait &&
			!i->host && !(i->flags & F_HANDLER);
		if (twin)
			continue;                    // the same move of an equal instance
		switch (i->wait) {
		case BPMN_W_TASK: case BPMN_W_JOB: case BPMN_W_CALL:
			*vec_push(tmp, list, n, cap) = (struct move){ACT_FINISH, i->key, -1, {0}, {BW_PATH_DONE, el, {0}}};
			nc = codes(s, &rt, i, BPMN_ERROR, code, countof(code));
			for (size_t c = 0; c < nc; c++)
				*vec_push(tmp, list, n, cap) = (struct move){ACT_ERROR, i->key, -1, code[c],
					{code[c].p[0] == 1 ? BW_PATH_ANY_ERROR : BW_PATH_ERROR, el, code[c]}};
			nc = i->wait == BPMN_W_JOB ? 0 : codes(s, &rt, i, BPMN_ESCALATION, code, countof(code));
			for (size_t c = 0; c < nc; c++)
				if (!(i->total >> c & 1))
					*vec_push(tmp, list, n, cap) = (struct move){ACT_ESCALATE, i->key, (int)c, code[c],
						{BW_PATH_ESCALATES, el, {0}}};
			break;
		case BPMN_W_MESSAGE: case BPMN_W_TIMER: case BPMN_W_CONDITION:
			*vec_push(tmp, list, n, cap) = (struct move){ACT_FIRE, i->key, -1, {0},
				{i->wait == BPMN_W_MESSAGE ? BW_PATH_MESSAGE : i->wait == BPMN_W_TIMER ? BW_PATH_DUE : BW_PATH_TRUE, el, {0}}};
			break;
		case BPMN_W_SIGNAL: {
			bool old = false;
			for (size_t j = 0; j < n; j++)
				old |= list[j].act == ACT_SIGNAL && str_eq(list[j].code, x->name_x.text);
			if (!old)
				*vec_push(tmp, list, n, cap) = (struct move){ACT_SIGNAL, i->key, -1, x->name_x.text,
					{BW_PATH_SIGNAL, el, x->name_x.text}};
			break;
		}
		case BPMN_W_ADHOC:
			for (uint32_t c = 0; c < x->nchild; c++) {
				if (adhoc_picks(s->m, (int)i->el, x->child[c]) && !(x->adhoc_sequential && i->live) &&
					!adhoc_under_way(&rt, i, x->child[c]))
					*vec_push(tmp, list, n, cap) = (struct move){ACT_ADHOC, i->key, x->child[c], {0},
						{BW_PATH_CHOSEN, x->child[c], {0}}};
			}
			if (!i->live)
				*vec_push(tmp, list, n, cap) = (struct move){ACT_ADHOC_DONE, i->key, -1, {0}, {BW_PATH_DONE, el, {0}}};
			break;
		default:
			break;
		}
	}
	for (size_t k = 0; k < n && !s->out->too_large; k++)
		explore(s, &list[k]);
	arena_free(tmp);
}

// Backwards from the ends: what is not reached cannot end.
static void can_end(struct sound *s)
{
	uint32_t *first = arena_newn(s->a, uint32_t, s->n + 1), *next = arena_newn(s->a, uint32_t, s->nedge + 1);
	uint32_t *stack = arena_newn(s->a, uint32_t, s->n + 1);
	uint8_t *ok = arena_newn(s->a, uint8_t, s->n + 1);
	size_t top = 0;
	for (size_t i = 0; i < s->nedge; i++) {
		next[i] = first[s->edge[i].to];
		first[s->edge[i].to] = (uint32_t)i + 1;
	}
	for (size_t i = 0; i < s->n; i++)
		if (s->node[i].ends) {
			ok[i] = 1;
			stack[top++] = (uint32_t)i;
		}
	while (top) {
		uint32_t i = stack[--top];
		for (uint32_t e = first[i]; e; e = next[e - 1])
			if (!ok[s->edge[e - 1].from]) {
				ok[s->edge[e - 1].from] = 1;
				stack[top++] = s->edge[e - 1].from;
			}
	}
	for (size_t i = 0; i < s->n && !s->out->flaws; i++)      // a flaw already found explains most of these
		if (!ok[i]) {
			struct bpmn_view v;
			struct arena *tmp = arena_new(0);
			int el = s->process;
			if (!bpmn_look(s->m, s->node[i].bytes, tmp, &v) && v.ntoken > 1)
				el = v.token[1].element;
			arena_free(tmp);
			find(s, BPMN_FLAW_ENDLESS, false, el, (uint32_t)i, NULL, BW_NEVER_ENDS);
		}
}

// --- what needs no exploration --------------------------------------------------------------------

static bool timed(const struct sound *s, int el)
{
	for (; el >= 0 && s->m->el[el].pub.kind != BPMN_PROCESS; el = s->m->el[el].pub.parent) {
		const struct el *e = &s->m->el[el];
		for (uint32_t k = 0; k < e->nboundary; k++)
			if (s->m->el[e->boundary[k]].pub.trigger == BPMN_TIMER)
				return true;
		for (uint32_t k = 0; k < e->nevsub; k++)
			if (s->m->el[s->m->el[e->evsub[k]].evstart].pub.trigger == BPMN_TIMER)
				return true;
	}
	return false;
}

// an event-based gateway with a timer before it
static bool beside_timer(const struct sound *s, const struct el *e)
{
	for (uint32_t k = 0; k < e->nin; k++) {
		const struct el *g = &s->m->el[s->m->fl[e->in[k]].pub.from];
		for (uint32_t j = 0; g->pub.kind == BPMN_EVENT_GATEWAY && j < g->nout; j++)
			if (s->m->el[s->m->fl[g->out[j]].pub.to].pub.trigger == BPMN_TIMER)
				return true;
	}
	return false;
}

static void statically(struct sound *s)
{
	for (int i = 0; i < s->m->nel; i++) {
		const struct el *e = &s->m->el[i];
		if (e->process != s->process)
			continue;
		// An ad-hoc sub-process waits for the person who picks, as a task does.
		if (e->pub.kind == BPMN_USER_TASK || e->pub.kind == BPMN_ADHOC) {
			if (!e->role.kind && !e->groups.kind && !e->users.kind && !e->assignee.kind &&
				!e->office.kind && !e->pub.lane.n)
				find(s, BPMN_FLAW_NO_ROLE, true, i, NO_STATE, NULL, e->pub.kind == BPMN_ADHOC ? BW_NOBODY_PICKS : BW_NOBODY);
			if (!e->limit.kind && !timed(s, i))
				find(s, BPMN_FLAW_NO_LIMIT, true, i, NO_STATE, NULL, BW_TASK_NO_LIMIT);
		}
		bool waits = e->pub.kind == BPMN_RECEIVE_TASK || (e->pub.kind == BPMN_CATCH_EVENT &&
			(e->pub.trigger == BPMN_MESSAGE ||
			e->pub.trigger == BPMN_SIGNAL || e->pub.trigger == BPMN_CONDITION));
		if (waits && !timed(s, i) && !beside_timer(s, e))
			find(s, BPMN_FLAW_NO_LIMIT, true, i, NO_STATE, NULL, BW_WAIT_NO_LIMIT);
		if ((e->pub.kind == BPMN_EXCLUSIVE || e->pub.kind == BPMN_INCLUSIVE) && e->nout && e->dflt < 0) {
			bool always = false;
			struct feel_value v;
			for (uint32_t k = 0; k < e->nout; k++) {
				const struct bx *c = &s->m->fl[e->out[k]].cond;
				always |= c->kind == BX_NONE || (c->kind == BX_FEEL && feel_expr_constant(c->x, &v) &&
					feel_is_true(v));
			}
			if (!always)
				find(s, BPMN_FLAW_NO_DEFAULT, true, i, NO_STATE, NULL, BW_NO_DEFAULT);
		}
	}
}

static void dead_elements(struct sound *s)
{
	for (int i = 0; i < s->m->nel; i++) {
		const struct el *e = &s->m->el[i];
		if (e->process != s->process || s->visited[i] || s->entered[i] || e->pub.kind == BPMN_PROCESS)
			continue;
		if (e->pub.kind == BPMN_EVENT_SUBPROCESS && s->visited[e->evstart])
			continue;
		if (e->pub.compensation && e->pub.parent >= 0)
			continue;                    // runs only when something is compensated, which data decides
		if (e->pub.kind == BPMN_BOUNDARY_EVENT && e->pub.trigger == BPMN_COMPENSATION)
			continue;
		if (e->pub.kind == BPMN_START_EVENT && s->m->el[e->pub.parent].pub.kind == BPMN_EVENT_SUBPROCESS)
			continue;                    // said for the sub-process
		bool outer = false;              // what stands around says it
		for (int p = e->pub.parent; p >= 0; p = s->m->el[p].pub.parent)
			outer |= s->m->el[p].pub.kind != BPMN_PROCESS && !s->visited[p] && !s->entered[p];
		if (!outer)
			find(s, BPMN_FLAW_DEAD, false, i, NO_STATE, NULL, BW_DEAD);
	}
}

struct err *bpmn_sound(struct arena *a, const struct bpmn_model *m, int process, uint32_t limit,
	struct bpmn_soundness *out)
{
	memset(out, 0, sizeof *out);
	if (process < 0 || process >= m->nel || m->el[process].pub.kind != BPMN_PROCESS)
		return err_arg(a, E_NOT_FOUND, S("process"));
	if (m->el[process].refused)
		return bpmn_err(a, E_BPMN_UNSUPPORTED, m->el[process].pub.id, SAY(a, BW_ONLY_DRAWN));
	struct sound s = {.a = a, .m = m, .process = process, .limit = limit ? limit : 1000000, .out = out,
		.at = NO_STATE, .tablesize = 1024};
	s.scratch = arena_new(0);
	s.table = arena_newn(a, uint32_t, s.tablesize);
	s.visited = arena_newn(a, uint8_t, m->nel);
	s.entered = arena_newn(a, uint8_t, m->nel);
	s.told = arena_newn(a, uint8_t, (size_t)m->nel * 8);
	const struct el *p = &m->el[process];
	bool started = false;
	for (uint32_t k = 0; k < p->nchild; k++) {
		const struct el *c = &m->el[p->child[k]];
		if (c->pub.kind != BPMN_START_EVENT)
			continue;
		started = true;
		s.at = NO_STATE;
		explore(&s, &(struct move){ACT_START, 0, p->child[k], {0}, {BW_PATH_AT, p->child[k], {0}}});
	}
	if (!started)
		explore(&s, &(struct move){ACT_START, 0, -1, {0}, {BW_PATH_START, process, {0}}});
	for (uint32_t i = 0; i < s.n && !out->too_large; i++) {
		if (s.n > s.limit || s.full || s.tried / TRIED > s.limit)
			too_large(&s, process);
		else if (!s.node[i].ends)
			expand(&s, i);
	}
	out->states = (uint32_t)s.n;
	if (!out->too_large) {
		can_end(&s);
		dead_elements(&s);
	}
	statically(&s);
	arena_free(s.scratch);
	return NULL;
}
