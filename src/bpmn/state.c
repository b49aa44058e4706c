// The stored state: a version byte, the model's digest, then varints; variables as JSON text.
#include "bpmn/run.h"

#define VERSION 1

static void put(struct buf *b, uint64_t v)
{
	char *p = buf_room(b, 10);
	size_t n = 0;
	for (; v >= 0x80; v >>= 7)
		p[n++] = (char)(v | 0x80);
	p[n++] = (char)v;
	b->n += n;
}

static void put_str(struct buf *b, struct str s)
{
	put(b, s.n);
	buf_add(b, s);
}

struct in { const uint8_t *p, *end; bool bad; };

static uint64_t get(struct in *r)
{
	uint64_t v = 0;
	for (int shift = 0; shift < 64; shift += 7) {
		if (r->p >= r->end)
			break;
		uint8_t c = *r->p++;
		v |= (uint64_t)(c & 0x7f) << shift;
		if (!(c & 0x80))
			return v;
	}
	r->bad = true;
	return 0;
}

static uint32_t get32(struct in *r, uint64_t limit)
{
	uint64_t v = get(r);
	if (v > limit) {
		r->bad = true;
		return 0;
	}
	return (uint32_t)v;
}

static struct str get_str(struct in *r)
{
	uint64_t n = get(r);
	if (r->bad || n > (uint64_t)(r->end - r->p)) {
		r->bad = true;
		return (struct str){0};
	}
	struct str s = {(const char *)r->p, n};
	r->p += n;
	return s;
}

enum { H_HOST = 1, H_LOOP = 2, H_COUNT = 4, H_SEQ = 8, H_PHASE = 16, H_VARS = 32, H_AUX = 64 };

struct inst *inst_by_key(struct rt *rt, uint32_t key)
{
	size_t lo = 0, hi = rt->n;
	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		if (rt->in[mid]->key < key)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < rt->n && rt->in[lo]->key == key && !rt->in[lo]->dead ? rt->in[lo] : NULL;
}

struct err *state_encode(struct rt *rt, struct str *out)
{
	struct buf b = buf_new(rt->a);
	size_t live = 0, bytes = ((size_t)rt->m->nel + 7) / 8;
	buf_byte(&b, VERSION);
	char *d = buf_room(&b, 8);
	memcpy(d, &rt->m->digest, 8);
	b.n += 8;
	put(&b, (uint64_t)rt->process);
	put(&b, rt->status | (rt->outcome_set ? 2u : 0));
	put(&b, rt->next_key);
	put(&b, rt->seq);
	put_str(&b, rt->business_key);
	put_str(&b, rt->outcome);
	put_str(&b, rt->code);
	put_str(&b, (struct str){(char *)rt->visited, bytes});
	for (size_t i = 0; i < rt->n; i++)
		live += !rt->in[i]->dead;
	put(&b, live);
	uint32_t last = 0;
	for (size_t i = 0; i < rt->n; i++) {
		struct inst *t = rt->in[i];
		if (t->dead)
			continue;
		if (t->dirty) {
			struct buf j = buf_new(rt->a);
			json_print(&j, t->json);
			t->vars = buf_str(&j);
			t->dirty = false;
		}
		unsigned have = (t->host ? H_HOST : 0) | (t->loop ? H_LOOP : 0) |
			(t->total || t->next || t->done ? H_COUNT : 0) | (t->seq ? H_SEQ : 0) |
			(t->phase ? H_PHASE : 0) | (t->vars.n ? H_VARS : 0) | (t->aux.n || t->aux2.n ? H_AUX : 0);
		put(&b, t->key - last);
		last = t->key;
		put(&b, t->parent ? t->parent->key : 0);
		put(&b, t->el);
		put(&b, t->wait);
		put(&b, t->flags);
		put(&b, have);
		if (have & H_HOST)
			put(&b, t->host->key);
		if (have & H_LOOP)
			put(&b, t->loop);
		if (have & H_COUNT) {
			put(&b, t->total);
			put(&b, t->next);
			put(&b, t->done);
		}
		if (have & H_SEQ)
			put(&b, t->seq);
		if (have & H_PHASE)
			put(&b, t->phase);
		if (have & H_VARS)
			put_str(&b, t->vars);
		if (have & H_AUX) {
			put_str(&b, t->aux);
			put_str(&b, t->aux2);
		}
		if (b.n > rt->max_state)
			return bpmn_err(rt->a, E_BPMN_BUDGET, EL(rt, t)->pub.id,
				SAY(rt->a, BW_BUDGET_STATE, str_fmt(rt->a, "%u", rt->max_state)));
	}
	*out = buf_str(&b);
	return NULL;
}

// Can an instance of this element wait like this at all? States come back from a store.
static bool fits(const struct inst *t, const struct el *e)
{
	bool many = t->flags & F_MULTI;
	if (many && !(e->multi || e->loop))
		return false;
	switch (t->wait) {
	case BPMN_W_TASK: return e->pub.kind == BPMN_USER_TASK && !many;
	case BPMN_W_TIMER: return e->pub.trigger == BPMN_TIMER;
	case BPMN_W_MESSAGE: return e->pub.trigger == BPMN_MESSAGE && !many;
	case BPMN_W_SIGNAL: return e->pub.trigger == BPMN_SIGNAL;
	case BPMN_W_CONDITION: return e->pub.trigger == BPMN_CONDITION;
	case BPMN_W_CALL: return e->pub.kind == BPMN_CALL_ACTIVITY && !many;
	case BPMN_W_JOB: return !many && e->pub.kind != BPMN_PROCESS;
	case BPMN_W_ADHOC: return e->pub.kind == BPMN_ADHOC;
	case BPMN_W_SCOPE: return is_scope(e->pub.kind) || many;
	case BPMN_W_JOIN: return (e->pub.kind == BPMN_PARALLEL || e->pub.kind == BPMN_INCLUSIVE) && t->next > 0;
	case BPMN_W_GATEWAY: return e->pub.kind == BPMN_EVENT_GATEWAY;
	case BPMN_W_HANDLER: return e->pub.kind == BPMN_THROW_EVENT || e->pub.kind == BPMN_END_EVENT;
	case BPMN_W_DONE: return is_activity(e->pub.kind);
	case BPMN_W_INCIDENT: return e->pub.kind != BPMN_PROCESS && t->phase != PH_NONE &&
		(is_activity(e->pub.kind) || (t->phase != PH_BEGIN && t->phase != PH_NEXT && t->phase != PH_DONE));
	default: return false;
	}
}

// A scope holds its own elements; the body of a loop holds runs of itself.
static bool belongs(const struct rt *rt, const struct inst *t)
{
	const struct inst *p = t->parent;
	bool child = (p->flags & F_MULTI) && p->el == t->el;
	if (p->flags & F_MULTI)
		return child && !(t->flags & F_MULTI);
	if (EL(rt, t)->pub.parent == (int)p->el)
		return p->wait == BPMN_W_SCOPE || p->wait == BPMN_W_ADHOC || p->wait == BPMN_W_DONE ||
			p->wait == BPMN_W_INCIDENT;
	return EL(rt, t)->pub.kind == BPMN_START_EVENT && (t->flags & F_SUB) &&
		rt->m->el[EL(rt, t)->pub.parent].pub.parent == (int)p->el;      // an event sub-process that listens
}

// A host is what a subscription hangs on, or the thrower a compensation handler answers to.
static bool hangs(const struct rt *rt, const struct inst *t)
{
	const struct inst *h = t->host;
	const struct el *e = EL(rt, t);
	if (!(t->flags & F_SUB))
		return !h ? !(t->flags & F_HANDLER) : (t->flags & F_HANDLER) && h->wait == BPMN_W_HANDLER;
	if (e->pub.kind == BPMN_BOUNDARY_EVENT)
		return h && (int)h->el == e->pub.attached && h->parent == t->parent;
	if (e->pub.kind == BPMN_START_EVENT)
		return h && h == t->parent;
	if (t->wait == BPMN_W_DONE || is_scope(e->pub.kind))
		return !h;
	return h && h->wait == BPMN_W_GATEWAY && h->parent == t->parent;
}

static struct err *damaged(struct rt *rt, const char *what)
{
	return err_arg(rt->a, E_BPMN_STATE, str_of(what));
}

struct err *state_decode(struct rt *rt, struct str s)
{
	struct in r = {(const uint8_t *)s.p, (const uint8_t *)s.p + s.n, false};
	uint64_t digest;
	if (s.n < 12 || *r.p++ != VERSION)
		return damaged(rt, "unknown version");
	memcpy(&digest, r.p, 8);
	r.p += 8;
	if (digest != rt->m->digest)
		return damaged(rt, "it belongs to another version of the model");
	uint64_t top = (uint64_t)rt->m->nel - 1;
	rt->process = (int)get32(&r, top);
	uint32_t st = get32(&r, 3);
	rt->status = st & 1 ? BPMN_ENDED : BPMN_RUNNING;
	rt->outcome_set = st & 2;
	rt->next_key = get32(&r, UINT32_MAX - 1);
	rt->seq = get32(&r, UINT32_MAX - 1);
	rt->business_key = get_str(&r);
	rt->outcome = get_str(&r);
	rt->code = get_str(&r);
	struct str seen = get_str(&r);
	if (r.bad || seen.n != ((size_t)rt->m->nel + 7) / 8)
		return damaged(rt, "cut short");
	rt->visited = arena_copy(rt->a, seen.p, seen.n);
	uint64_t n = get(&r);
	if (r.bad || n < 1 || n > (uint64_t)(r.end - r.p))
		return damaged(rt, "cut short");
	rt->n = n;
	rt->cap = n + 8;
	rt->in = arena_raw(rt->a, sizeof *rt->in * rt->cap);
	struct inst *block = arena_newn(rt->a, struct inst, n);
	uint32_t last = 0, *link = arena_raw(rt->a, sizeof *link * 2 * n);
	for (size_t i = 0; i < n; i++) {
		struct inst *t = rt->in[i] = &block[i];
		uint64_t key = last + get(&r);
		if (key <= last || key >= rt->next_key)
			r.bad = true;
		t->key = last = (uint32_t)key;
		uint32_t parent = get32(&r, UINT32_MAX);
		t->el = get32(&r, top);
		t->wait = (uint8_t)get32(&r, BPMN_W_DONE);
		t->flags = get32(&r, 127);
		uint32_t have = get32(&r, 127);
		uint32_t host = have & H_HOST ? get32(&r, UINT32_MAX) : 0;
		t->seq = 0;
		if (have & H_LOOP)
			t->loop = get32(&r, UINT32_MAX);
		if (have & H_COUNT) {
			t->total = get32(&r, UINT32_MAX);
			t->next = get32(&r, UINT32_MAX);
			t->done = get32(&r, UINT32_MAX);
		}
		if (have & H_SEQ)
			t->seq = get32(&r, UINT32_MAX);
		if (have & H_PHASE)
			t->phase = (uint8_t)get32(&r, PH_NEXT);
		if (have & H_VARS)
			t->vars = get_str(&r);
		if (have & H_AUX) {
			t->aux = get_str(&r);
			t->aux2 = get_str(&r);
		}
		if (r.bad)
			return damaged(rt, "cut short");
		if ((i == 0) != !parent || (i == 0 && (int)t->el != rt->process))
			return damaged(rt, "its outermost scope is missing");
		link[2 * i] = parent;
		link[2 * i + 1] = host;
	}
	for (size_t i = 0; i < n; i++) {     // a host may stand behind what hangs on it
		struct inst *t = rt->in[i];
		uint32_t parent = link[2 * i], host = link[2 * i + 1];
		if (parent && (parent >= t->key || !(t->parent = inst_by_key(rt, parent))))
			return damaged(rt, "a part without its whole");
		if (host && !(t->host = inst_by_key(rt, host)))
			return damaged(rt, "a part without its host");
		if (!fits(t, EL(rt, t)) || (i && (!belongs(rt, t) || !hangs(rt, t))) ||
			(!i && ((t->flags & ~(uint32_t)F_STOPPED) || t->host)))
			return damaged(rt, "an element that cannot wait like this");
		if (t->parent && !(t->flags & F_SUB))
			t->parent->live++;
	}
	rt->alive = (uint32_t)n;
	if (r.p != r.end)
		return damaged(rt, "bytes behind its end");
	if (rt->m->el[rt->process].pub.kind != BPMN_PROCESS || (rt->status == BPMN_ENDED) != (n == 1))
		return damaged(rt, "an end with something left, or a run with nothing");
	return NULL;
}

struct err *bpmn_look(const struct bpmn_model *m, struct str state, struct arena *a, struct bpmn_view *out)
{
	struct rt rt = {.m = m, .a = a};
	struct err *e = state_decode(&rt, state);
	if (e)
		return e;
	memset(out, 0, sizeof *out);
	out->status = rt.status;
	out->process = rt.process;
	out->business_key = rt.business_key;
	out->outcome = rt.outcome;
	out->token = arena_newn(a, struct bpmn_token, rt.n);
	for (size_t i = 0; i < rt.n; i++) {
		struct inst *t = rt.in[i];
		out->token[out->ntoken++] = (struct bpmn_token){
			.key = t->key, .parent = t->parent ? t->parent->key : 0, .element = (int)t->el,
			.wait = (enum bpmn_wait)t->wait, .loop = t->loop,
		};
	}
	out->vars = vars_of(&rt, rt.in[0]);
	if (rt.err)
		return rt.err;
	uint8_t *v = arena_newn(a, uint8_t, m->nel);
	for (int i = 0; i < m->nel; i++)
		v[i] = rt.visited[i / 8] >> (i % 8) & 1;
	out->visited = v;
	return NULL;
}

// A token at a join, or held before one, keeps the flow it came by; that flow must lead to the same place in the new
// version too.
static bool move_flow(const struct bpmn_model *from, const struct bpmn_model *to, int el, uint32_t *flow)
{
	for (int i = 0; i < to->nfl; i++)
		if (*flow && *flow <= (uint32_t)from->nfl && str_eq(to->fl[i].pub.id, from->fl[*flow - 1].pub.id) &&
			to->fl[i].pub.to == el) {
			*flow = (uint32_t)i + 1;
			return true;
		}
	return false;
}

struct err *bpmn_migrate(const struct bpmn_model *from, const struct bpmn_model *to, struct str state,
	struct arena *a, struct str *out)
{
	struct rt rt = {.m = from, .a = a};
	struct err *e = state_decode(&rt, state), *list = NULL;
	if (e)
		return e;
	rt.max_state = UINT32_MAX;
	uint8_t *seen = arena_newn(a, uint8_t, (size_t)(to->nel + 7) / 8);
	for (int i = 0; i < from->nel; i++) {
		int j = bpmn_find(to, from->el[i].pub.id);
		if (j >= 0 && rt.visited[i / 8] >> (i % 8) & 1)
			seen[j / 8] |= (uint8_t)(1 << (j % 8));
	}
	for (size_t i = 0; i < rt.n; i++) {
		struct inst *t = rt.in[i];
		const struct el *was = &from->el[t->el];
		int j = bpmn_find(to, was->pub.id);
		const char *why = NULL, *zh = "";
		if (j < 0)
			why = "has no place", zh = "没有位置";
		else if (to->el[j].pub.kind != was->pub.kind || to->el[j].pub.trigger != was->pub.trigger ||
				to->el[j].multi != was->multi || to->el[j].loop != was->loop)
			why = "is of another kind", zh = "变成了另一种";
		else if (was->pub.parent >= 0 && (to->el[j].pub.parent < 0 ||
				!str_eq(to->el[to->el[j].pub.parent].pub.id, from->el[was->pub.parent].pub.id)))
			why = "stands elsewhere", zh = "移到了别处";
		else if ((t->wait == BPMN_W_JOIN || (t->wait == BPMN_W_INCIDENT && t->phase == PH_ENTER && t->next)) &&
				!move_flow(from, to, j, &t->next))
			why = "lacks the flow a token came by", zh = "没有令牌经过的那条连线";
		else if (was->pub.attached >= 0 && (to->el[j].pub.attached < 0 ||
				!str_eq(to->el[to->el[j].pub.attached].pub.id, from->el[was->pub.attached].pub.id)))
			why = "hangs on another activity", zh = "附在了另一个活动上";
		if (!why && t->wait == BPMN_W_HANDLER && t->total) {
			int ref = bpmn_find(to, from->el[t->total - 1].pub.id);
			if (ref < 0)
				why = "compensates what has no place", zh = "要补偿的活动没有位置";
			else
				t->total = (uint32_t)ref + 1;
		}
		if (why)
			err_add(&list, err_args(a, E_BPMN_MIGRATE, was->pub.id, str_of(why), str_fmt(a, "“" STR_FMT "”在新版本中%s",
				STR_ARG((was->pub.name.n ? was->pub.name : was->pub.id)), zh)));
		else
			t->el = (uint32_t)j;
	}
	if (list)
		return list;
	rt.m = to;
	rt.process = (int)rt.in[0]->el;
	rt.visited = seen;
	e = state_encode(&rt, out);
	// The new version must be able to read it: what no rule above has foreseen is found here, before anything is written.
	struct rt again = {.m = to, .a = a};
	if (!e && (e = state_decode(&again, *out)))
		e = err_args(a, E_BPMN_MIGRATE, to->el[rt.process].pub.id, S("cannot hold its state"), S("新版本容不下它的状态"));
	return e;
}
