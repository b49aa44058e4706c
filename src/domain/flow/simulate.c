// simulate.c — a queue of events in office time over the pure step.
// allow double: statistics
#include "domain/flow/simulate.h"

#include <math.h>

#include "store/store.h"



// ---- chance ----

void sim_seed(struct sim_random *r, uint64_t seed)
{
	for (int i = 0; i < 4; i++) {
		uint64_t z = seed += 0x9e3779b97f4a7c15;
		z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
		z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
		r->s[i] = z ^ (z >> 31);
	}
}

static uint64_t rotl(uint64_t x, int k) { return (x << k) | (x >> (64 - k)); }

static uint64_t next(struct sim_random *r)
{
	uint64_t *s = r->s, out = rotl(s[1] * 5, 7) * 9, t = s[1] << 17;
	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotl(s[3], 45);
	return out;
}

double sim_unit(struct sim_random *r)
{
	return (double)(next(r) >> 11) * 0x1p-53;
}

int64_t sim_draw(struct sim_random *r, struct sim_dist d)
{
	double mean = (double)d.mean_ms;
	switch (d.kind) {
	case SIM_EXP: return llround(-mean * log(1 - sim_unit(r)));
	case SIM_UNIFORM: return llround(2 * mean * sim_unit(r));
	case SIM_ERLANG2: return llround(-mean / 2 * (log(1 - sim_unit(r)) + log(1 - sim_unit(r))));
	case SIM_CONST: break;
	}
	return d.mean_ms;
}

double sim_wait_mmc(double rate, double service_ms, uint32_t c)
{
	double load = rate * service_ms, term = 1, sum = 0;
	for (uint32_t k = 0; k < c; k++) {
		sum += term;
		term *= load / (k + 1);
	}
	double tail = term * c / (c - load);
	return tail / (sum + tail) * service_ms / (c - load);
}

double sim_wait_mg1(double rate, double service_ms, double cv2)
{
	double load = rate * service_ms;
	return load / (1 - load) * service_ms * (1 + cv2) / 2;
}

// ---- office time ----

struct clock {
	day_t *day;                            // working days from the first on
	int32_t n;
	const struct office_hours *h;
	int64_t a_ms, b_ms;                    // before and after lunch
};

static struct err *clock_make(struct arena *a, const struct sim_config *c, struct clock *k)
{
	*k = (struct clock){.h = c->hours, .n = c->days};
	k->a_ms = (int64_t)(c->hours->noon_min - c->hours->open_min) * 60000;
	k->b_ms = (int64_t)(c->hours->close_min - c->hours->after_min) * 60000;
	k->day = arena_newn(a, day_t, c->days + 1);
	day_t at = c->from;
	struct err *e = NULL;
	for (int32_t i = 0; i <= c->days && !e; i++) {
		e = calendar_add(a, c->calendar, at, i ? 1 : 0, &k->day[i]);
		at = k->day[i];
	}
	return e;
}

static int64_t per_day(const struct clock *k) { return k->a_ms + k->b_ms; }

static int64_t instant(const struct clock *k, int64_t w)
{
	int64_t d = w / per_day(k), in = w % per_day(k);
	if (d > k->n) d = k->n;
	int64_t min = in < k->a_ms ? (int64_t)k->h->open_min * 60000 + in : (int64_t)k->h->after_min * 60000 + in - k->a_ms;
	return ms_shanghai(k->day[d], 0, 0) + min;
}

// The office time of an instant: nights, lunch and holidays add nothing. INT64_MAX behind the end.
static int64_t office(const struct clock *k, int64_t at_ms)
{
	day_t day = day_shanghai(at_ms);
	int32_t lo = 0, hi = k->n + 1;
	while (lo < hi) {
		int32_t mid = (lo + hi) / 2;
		if (k->day[mid] < day) lo = mid + 1;
		else hi = mid;
	}
	if (lo > k->n) return INT64_MAX;
	if (k->day[lo] != day) return lo * per_day(k);
	int64_t in = at_ms - ms_shanghai(day, 0, 0), morning = in - (int64_t)k->h->open_min * 60000, after = in - (int64_t)k->h->after_min * 60000;
	morning = morning < 0 ? 0 : morning > k->a_ms ? k->a_ms : morning;
	after = after < 0 ? 0 : after > k->b_ms ? k->b_ms : after;
	return lo * per_day(k) + morning + after;
}

// ---- the simulation ----

struct job {                               // a task of a case, waiting or being done
	struct live *l;
	uint64_t serial;                       // of the case: it may be over
	uint32_t key;
	int element;
	int64_t since;
	bool counted;
	struct job *next;
};
struct sum { double wait, service; };
// One of the models that share the staff.
struct model {
	const struct sim_config *c;
	struct sim_flow *out;
	struct sum *sum;                       // by element
	int64_t *count;
	double through;
};
struct queue { struct sim_role *out; uint32_t busy, waiting; struct job *first, **last; double wait, work; };
struct live {
	struct arena *a;
	const struct model *m;
	char *state;
	size_t n, cap;
	uint64_t serial;
	int64_t arrived;
	bool over;
	struct live *parent;                   // whose call began it, if it is still the one of that serial
	uint64_t parent_serial;
	uint32_t parent_key;
	uint32_t picking;                      // key of the ad-hoc sub-process whose activities were picked; 0 = none
	uint64_t left;                         // of them, by place, those that have not begun
	struct live *free;
};
enum what { W_ARRIVE, W_BEGIN, W_DONE, W_TIMER, W_MESSAGE, W_CALL, W_JOB };
struct ev { int64_t at; uint64_t order, serial; enum what what; struct live *l; uint32_t key; int element; struct queue *q; struct str name; };

struct sim {
	struct arena *a, *scratch;
	const struct sim_config *c;
	struct sim_result *out;
	struct clock clock;
	struct sim_random random;
	struct ev *heap;
	size_t n, cap;
	uint64_t order, serial;
	int64_t now, warm;
	struct queue *q;
	struct model *m;
	size_t nm;
	struct live *idle;
	struct job *spare;
	double through;
};

static bool before(const struct ev *x, const struct ev *y) { return x->at != y->at ? x->at < y->at : x->order < y->order; }

static void push(struct sim *s, struct ev e)
{
	if (s->n == s->cap) {
		size_t cap = s->cap ? s->cap * 2 : 1024;
		struct ev *more = arena_raw(s->a, cap * sizeof *more);
		if (s->n) memcpy(more, s->heap, s->n * sizeof *more);
		s->heap = more;
		s->cap = cap;
	}
	e.order = s->order++;
	size_t i = s->n++;
	for (; i && before(&e, &s->heap[(i - 1) / 2]); i = (i - 1) / 2) s->heap[i] = s->heap[(i - 1) / 2];
	s->heap[i] = e;
}

static struct ev pop(struct sim *s)
{
	struct ev top = s->heap[0], e = s->heap[--s->n];
	size_t i = 0;
	for (;;) {
		size_t k = 2 * i + 1;
		if (k >= s->n) break;
		if (k + 1 < s->n && before(&s->heap[k + 1], &s->heap[k])) k++;
		if (!before(&s->heap[k], &e)) break;
		s->heap[i] = s->heap[k];
		i = k;
	}
	s->heap[i] = e;
	return top;
}

// "decide" of every model, "gas/decide" of the one of that name.
static bool meant(const struct model *m, struct str written, struct str element)
{
	struct str rest = written, of = str_cut(&rest, S("/"));
	return rest.p ? str_eq(of, m->c->name) && str_eq(rest, element) : str_eq(written, element);
}

static const struct sim_service *service_of(const struct sim *s, const struct model *m, struct str element, bool any)
{
	const struct sim_service *rest = NULL;
	for (size_t i = 0; i < s->c->n_service; i++) {
		if (meant(m, s->c->service[i].element, element)) return &s->c->service[i];
		if (str_is(s->c->service[i].element, "*")) rest = &s->c->service[i];
	}
	return any ? rest : NULL;
}

static struct err *misfit(struct sim *s, const char *zh, struct str what)
{
	return err_arg(s->a, E_USAGE, str_fmt(s->a, "%s " STR_FMT, zh, STR_ARG(what)));
}

static struct queue *queue_of(struct sim *s, struct str role)
{
	for (size_t i = 0; i < s->c->n_staff; i++)
		if (str_eq(s->c->staff[i].role, role)) return &s->q[i];
	return NULL;
}

static void begin_work(struct sim *s, struct queue *q, struct job *j)
{
	const struct sim_service *v = service_of(s, j->l->m, bpmn_element(j->l->m->c->model, j->element)->id, true);
	int64_t took = sim_draw(&s->random, v->dist), wait = s->now - j->since;
	q->busy++;
	if (j->counted) {
		q->wait += (double)wait;
		q->out->served++;
		if ((double)wait > q->out->wait_max_ms) q->out->wait_max_ms = (double)wait;
		j->l->m->sum[j->element].wait += (double)wait;
		j->l->m->sum[j->element].service += (double)took;
		j->l->m->count[j->element]++;
	}
	// Of work under way at the end or the beginning only what lies inside counts.
	int64_t end = (int64_t)s->c->days * per_day(&s->clock), from = s->now > s->warm ? s->now : s->warm, to = s->now + took < end ? s->now + took : end;
	if (to > from) q->work += (double)(to - from);
	push(s, (struct ev){.at = s->now + took, .what = W_DONE, .l = j->l, .serial = j->serial, .key = j->key, .element = j->element, .q = q});
	j->next = s->spare;
	s->spare = j;
}

// Over, or the whole that it belongs to is.
static bool gone(const struct live *l, uint64_t serial)
{
	for (; l; serial = l->parent_serial, l = l->parent)
		if (l->serial != serial || l->over) return true;
	return false;
}

static void dispatch(struct sim *s, struct queue *q)
{
	while (q->first && q->busy < q->out->n) {
		struct job *j = q->first;
		q->first = j->next;
		if (!q->first) q->last = &q->first;
		q->waiting--;
		if (gone(j->l, j->serial) || j->key == 0) {          // withdrawn while it waited
			j->next = s->spare;
			s->spare = j;
		} else {
			begin_work(s, q, j);
		}
	}
}

static struct err *task(struct sim *s, struct live *l, const struct bpmn_effect *fx)
{
	struct queue *q = queue_of(s, fx->role);
	if (!q) return misfit(s, "没有人办理这个岗位的任务，请加 --staff (no --staff for role)", fx->role.n ? fx->role : fx->id);
	if (!service_of(s, l->m, fx->id, true)) return misfit(s, "请给出办理时间 (no --service for task)", fx->id);
	struct job *j = s->spare;
	if (j) s->spare = j->next;
	else j = arena_new1(s->a, struct job);
	*j = (struct job){.l = l, .serial = l->serial, .key = fx->key, .element = fx->element, .since = s->now, .counted = s->now >= s->warm};
	*q->last = j;
	q->last = &j->next;
	q->waiting++;
	dispatch(s, q);
	if (q->waiting > q->out->queue_max) q->out->queue_max = q->waiting;
	return NULL;
}

static void drop_task(struct sim *s, const struct live *l, uint32_t key)
{
	for (size_t i = 0; i < s->c->n_staff; i++)
		for (struct job *j = s->q[i].first; j; j = j->next)
			if (j->l == l && j->serial == l->serial && j->key == key) j->key = 0;
}

static struct err *timer(struct sim *s, struct live *l, const struct bpmn_effect *fx)
{
	int64_t at = fx->due_ms;
	if (fx->due == BPMN_DUE_WORKING_DAYS) {
		int64_t d = s->now / per_day(&s->clock) + fx->working_days;
		at = d > s->clock.n ? INT64_MAX : ms_shanghai(s->clock.day[d], 0, 0) + (int64_t)s->c->hours->close_min * 60000;
	}
	int64_t w = at == INT64_MAX ? at : office(&s->clock, at);
	if (w != INT64_MAX) push(s, (struct ev){.at = w < s->now ? s->now : w, .what = W_TIMER, .l = l, .serial = l->serial, .key = fx->key});
	return NULL;
}

static struct err *later(struct sim *s, struct live *l, const struct bpmn_effect *fx, enum what what, bool needed)
{
	const struct sim_service *v = service_of(s, l->m, fx->id, false);
	if (!v && needed) return misfit(s, "请给出等待时间 (no --service for what is waited for at)", fx->id);
	push(s, (struct ev){.at = s->now + (v ? sim_draw(&s->random, v->dist) : 0), .what = what, .l = l, .serial = l->serial, .key = fx->key,
		.element = fx->element, .name = str_copy(s->a, what == W_MESSAGE ? fx->name : S(""))});
	return NULL;
}

// A call of a model beside begins a case of it at once; any other takes as long as --service says.
static struct err *call(struct sim *s, struct live *l, const struct bpmn_effect *fx)
{
	for (size_t k = 0; k < s->nm; k++)
		if (s->m[k].c->called.n && str_eq(s->m[k].c->called, fx->called)) {
			push(s, (struct ev){.at = s->now, .what = W_BEGIN, .l = l, .serial = l->serial, .key = fx->key, .element = (int)k});
			return NULL;
		}
	return later(s, l, fx, W_CALL, true);
}

static struct sim_week *week_of(struct sim *s)
{
	size_t at = (size_t)((s->now - s->warm) / (5 * per_day(&s->clock)));
	return &s->out->week[at < s->out->n_week ? at : s->out->n_week - 1];
}

static void ended(struct sim *s, struct live *l, struct str outcome)
{
	l->over = true;
	if (l->parent)
		push(s, (struct ev){.at = s->now, .what = W_CALL, .l = l->parent, .serial = l->parent_serial, .key = l->parent_key, .element = -1,
			.name = str_is(outcome, "refused") ? S("refused") : S("granted")});
	if (l->arrived < s->warm) return;
	if (!l->parent) {
		s->out->ended++;
		week_of(s)->ended++;
		s->through += (double)(s->now - l->arrived);
	}
	l->m->out->ended++;
	l->m->out->through_ms += (double)(s->now - l->arrived);
	int64_t days = s->now / per_day(&s->clock) - l->arrived / per_day(&s->clock);
	bool in = !l->m->c->limit_wd || days <= l->m->c->limit_wd;
	s->out->in_limit += in && !l->parent;
	l->m->out->in_limit += in;
}

static struct err *step(struct sim *s, struct live *l, const struct bpmn_event *ev)
{
	struct bpmn_result r;
	int64_t at = instant(&s->clock, s->now);
	arena_reset(s->scratch);
	struct err *e = bpmn_step(l->m->c->model, l->m->c->process, (struct str){l->state, l->n}, ev, at, NULL, s->scratch, &r);
	// An answer that came too late changes nothing, here as at run time.
	if (e && e->code == E_BPMN_NOT_NOW && ev->kind != BPMN_EV_START) return NULL;
	if (e) return err_copy(s->a, e);
	if (++s->out->steps > s->c->max_steps && s->c->max_steps) return err_arg(s->a, E_SIMULATE_LARGE, str_fmt(s->a, "%lld", (long long)s->c->max_steps));
	if (r.state.n > l->cap) {
		l->cap = r.state.n * 2;
		l->state = arena_raw(l->a, l->cap);
	}
	memcpy(l->state, r.state.p, r.state.n);
	l->n = r.state.n;
	for (uint32_t i = 0; i < r.neffect && !e; i++) {
		const struct bpmn_effect *fx = &r.effect[i];
		if (fx->kind == BPMN_FX_TASK_OPEN || fx->kind == BPMN_FX_ADHOC_OPEN) e = task(s, l, fx);
		else if (fx->kind == BPMN_FX_TASK_CLOSE || fx->kind == BPMN_FX_ADHOC_CLOSE) drop_task(s, l, fx->key);
		else if (fx->kind == BPMN_FX_TIMER_SET) e = timer(s, l, fx);
		else if (fx->kind == BPMN_FX_MESSAGE_WAIT) e = later(s, l, fx, W_MESSAGE, true);
		else if (fx->kind == BPMN_FX_CALL_START) e = call(s, l, fx);
		else if (fx->kind == BPMN_FX_JOB) e = later(s, l, fx, W_JOB, false);
		else if (fx->kind == BPMN_FX_INCIDENT) e = misfit(s, "流程停住了 (the process came to a halt):", str_fmt(s->scratch, STR_FMT " (" STR_FMT ")", STR_ARG(fx->text_zh), STR_ARG(fx->text)));
		else if (fx->kind == BPMN_FX_ENDED) ended(s, l, fx->outcome);
	}
	if (l->over) {
		l->free = s->idle;
		s->idle = l;
	}
	return e;
}

// What an answer says: of the choices of its element each falls with its share, at most one a name.
static struct json *said(struct sim *s, const struct model *m, struct arena *a, int element)
{
	struct str id = bpmn_element(m->c->model, element)->id;
	struct json *vars = json_obj(a);
	double u = -1, at = 0;
	struct str name = S("");
	for (size_t i = 0; i < s->c->n_choice; i++) {
		const struct sim_choice *c = &s->c->choice[i];
		if (!meant(m, c->element, id)) continue;
		if (u < 0 || !str_eq(name, c->name)) {
			u = sim_unit(&s->random);
			at = 0;
			name = c->name;
		}
		if (u >= at && u < at + c->share) {
			struct json *v;
			struct err *e = json_parse(a, c->value, (struct json_limits){0}, &v);
			json_put(a, vars, c->name, e ? json_str(a, c->value) : v);
		}
		at += c->share;
	}
	return vars;
}

// Is this activity picked: of those that a choice at the ad-hoc sub-process names each with its share, any other always.
static bool wanted(const struct sim *s, const struct model *m, struct str adhoc, struct str activity, const struct json *vars)
{
	for (size_t i = 0; i < s->c->n_choice; i++)
		if (meant(m, s->c->choice[i].element, adhoc) && str_eq(s->c->choice[i].name, activity)) return json_get(vars, activity) != NULL;
	return true;
}

// Somebody has looked and picked: what was picked begins, all at once or one after the other; when it is done so is the whole.
static struct err *go_on(struct sim *s, struct live *l)
{
	struct err *e = NULL;
	while (!e && l->picking && !l->over) {
		struct arena *a = arena_new(0);
		struct bpmn_picks x;
		struct bpmn_event ev = {.kind = BPMN_EV_ADHOC_DONE, .key = l->picking};
		struct err *gone = bpmn_picks(l->m->c->model, (struct str){l->state, l->n}, l->picking, a, &x);
		bool more = false;
		for (uint32_t k = 0; !gone && k < x.n && k < 64 && !more; k++) {
			if (!(l->left >> k & 1) || !x.pick[k].may) continue;
			l->left &= ~(1ull << k);
			ev = (struct bpmn_event){.kind = BPMN_EV_ADHOC, .key = l->picking, .element = bpmn_element(l->m->c->model, x.pick[k].element)->id};
			more = true;
		}
		if (gone || (!more && !x.busy)) l->picking = 0;
		if (!gone && (more || !x.busy)) e = step(s, l, &ev);
		arena_free(a);
		if (!more) break;
	}
	return e;
}

static struct err *picked(struct sim *s, const struct ev *x)
{
	struct live *l = x->l;
	struct arena *a = arena_new(0);
	struct bpmn_picks p;
	struct err *gone = bpmn_picks(l->m->c->model, (struct str){l->state, l->n}, x->key, a, &p), *e = NULL;
	if (!gone && l->picking) e = misfit(s, "同时有两处选办，不能模拟 (two ad-hoc sub-processes at once)", bpmn_element(l->m->c->model, x->element)->id);
	if (!gone && !e) {
		const struct bpmn_model *m = l->m->c->model;
		struct json *vars = said(s, l->m, a, x->element);
		l->picking = x->key;
		l->left = 0;
		for (uint32_t k = 0; k < p.n && k < 64; k++)
			if (wanted(s, l->m, bpmn_element(m, x->element)->id, bpmn_element(m, p.pick[k].element)->id, vars)) l->left |= 1ull << k;
		e = go_on(s, l);
	}
	arena_free(a);
	return e;
}

static struct err *arrive(struct sim *s, const struct ev *x)
{
	bool called = x->what == W_BEGIN;
	const struct model *m = &s->m[called ? (uint32_t)x->element : x->key];
	struct live *l = s->idle;
	if (l) {
		s->idle = l->free;
	} else {
		l = arena_new1(s->a, struct live);
		l->a = s->a;
	}
	l->n = 0;
	l->over = false;
	l->picking = 0;
	l->serial = ++s->serial;
	l->m = m;
	l->arrived = s->now;
	l->parent = called ? x->l : NULL;
	l->parent_serial = x->serial;
	l->parent_key = x->key;
	if (s->now >= s->warm) m->out->arrived++;
	if (s->now >= s->warm && !called) {
		s->out->arrived++;
		week_of(s)->arrived++;
	}
	if (!called) push(s, (struct ev){.at = s->now + sim_draw(&s->random, m->c->arrivals), .what = W_ARRIVE, .key = x->key});
	struct bpmn_event ev = {.kind = BPMN_EV_START, .element = m->c->start, .vars = m->c->vars};
	// A choice at the start event is what a case comes with.
	struct arena *a = arena_new(0);
	if (!ev.vars && m->c->start.n && s->c->n_choice) ev.vars = said(s, m, a, bpmn_find(m->c->model, m->c->start));
	struct err *e = step(s, l, &ev);
	arena_free(a);
	return e;
}

static struct err *happen(struct sim *s, const struct ev *x)
{
	static const enum bpmn_event_kind kinds[] = {[W_DONE] = BPMN_EV_TASK_DONE, [W_TIMER] = BPMN_EV_TIMER, [W_MESSAGE] = BPMN_EV_MESSAGE,
		[W_CALL] = BPMN_EV_CALL_DONE, [W_JOB] = BPMN_EV_JOB_DONE};
	struct err *e = NULL;
	s->now = x->at;
	if (x->what == W_ARRIVE || (x->what == W_BEGIN && !gone(x->l, x->serial))) return arrive(s, x);
	if (x->what == W_BEGIN) return NULL;
	if (x->q) x->q->busy--;
	if (!gone(x->l, x->serial) && x->what == W_DONE && bpmn_element(x->l->m->c->model, x->element)->kind == BPMN_ADHOC) {
		e = picked(s, x);
	} else if (!gone(x->l, x->serial)) {
		struct arena *a = arena_new(0);
		struct bpmn_event ev = {.kind = kinds[x->what], .key = x->key, .name = x->name};
		if (x->what == W_CALL) ev.outcome = x->name.n ? x->name : S("granted");
		if (x->what != W_TIMER && x->element >= 0 && s->c->n_choice) ev.vars = said(s, x->l->m, a, x->element);
		e = step(s, x->l, &ev);
		if (!e && x->l->picking) e = go_on(s, x->l);
		arena_free(a);
	}
	if (x->q) dispatch(s, x->q);
	return e;
}

static void report(struct sim *s)
{
	struct sim_result *r = s->out;
	r->office_ms = (double)((int64_t)s->c->days * per_day(&s->clock) - s->warm);
	r->through_ms = r->ended ? s->through / (double)r->ended : 0;
	r->open = r->arrived - r->ended;
	r->bottleneck = -1;
	for (size_t i = 0; i < r->n_role; i++) {
		struct sim_role *o = &r->role[i];
		o->wait_ms = o->served ? s->q[i].wait / (double)o->served : 0;
		o->busy = s->q[i].work / (r->office_ms * o->n);
		if (o->served && (r->bottleneck < 0 || o->busy > r->role[r->bottleneck].busy)) r->bottleneck = (int)i;
	}
	for (size_t k = 0; k < s->nm; k++) {
		const struct model *m = &s->m[k];
		m->out->through_ms = m->out->ended ? m->out->through_ms / (double)m->out->ended : 0;
		for (int i = 0; i < bpmn_count(m->c->model); i++) {
			if (!m->count[i]) continue;
			const struct bpmn_element *x = bpmn_element(m->c->model, i);
			r->step[r->n_step++] = (struct sim_step){m->c->name, x->id, x->name, m->count[i], m->sum[i].wait / (double)m->count[i],
				m->sum[i].service / (double)m->count[i]};
		}
	}
}

static bool known(struct sim *s, struct str written)
{
	struct str rest = written;
	str_cut(&rest, S("/"));
	for (size_t k = 0; k < s->nm; k++) {
		struct str element = rest.p ? rest : written;
		if (bpmn_find(s->m[k].c->model, element) >= 0 && meant(&s->m[k], written, element)) return true;
	}
	return false;
}

static struct err *checked(struct sim *s)
{
	const struct sim_config *c = s->c;
	if (c->days < 1 || c->days > 20000 || c->warm_days < 0 || c->warm_days >= c->days) return misfit(s, "工作日数 (--days, --warm)", S(""));
	for (size_t k = 0; k < s->nm; k++)
		if (s->m[k].c->arrivals.mean_ms < 1 && !s->m[k].c->called.n) return misfit(s, "到达间隔 (--arrivals)", S(""));
	for (size_t i = 0; i < c->n_staff; i++)
		if (!c->staff[i].n) return misfit(s, "人数至少为 1 (--staff)", c->staff[i].role);
	for (size_t i = 0; i < c->n_service; i++)
		if (!str_is(c->service[i].element, "*") && !known(s, c->service[i].element))
			return misfit(s, "流程中没有这一步 (--service names no element)", c->service[i].element);
	for (size_t i = 0; i < c->n_choice; i++)
		if (!known(s, c->choice[i].element) || c->choice[i].share < 0 || c->choice[i].share > 1)
			return misfit(s, "选择有误 (--choice)", c->choice[i].element);
	return NULL;
}

struct err *simulate(struct arena *a, const struct sim_config *c, struct sim_result *out)
{
	struct sim s = {.a = arena_new(0), .scratch = arena_new(0), .c = c, .out = out};
	size_t n = 0;
	*out = (struct sim_result){.n_role = c->n_staff};
	for (const struct sim_config *x = c; x; x = x->beside) s.nm++;
	s.m = arena_newn(s.a, struct model, s.nm);
	out->flow = arena_newn(a, struct sim_flow, s.nm);
	out->n_flow = s.nm;
	for (const struct sim_config *x = c; x; x = x->beside, n++) {
		out->flow[n] = (struct sim_flow){.name = x->name, .limit_wd = x->limit_wd};
		s.m[n] = (struct model){.c = x, .out = &out->flow[n]};
		s.m[n].sum = arena_newn(s.a, struct sum, bpmn_count(x->model));
		s.m[n].count = arena_newn(s.a, int64_t, bpmn_count(x->model));
	}
	n = 0;
	for (size_t k = 0; k < s.nm; k++) n += (size_t)bpmn_count(s.m[k].c->model);
	out->n_week = c->days > c->warm_days ? (size_t)(c->days - c->warm_days + 4) / 5 : 1;
	out->week = arena_newn(a, struct sim_week, out->n_week);
	out->role = arena_newn(a, struct sim_role, c->n_staff + 1);
	out->step = arena_newn(a, struct sim_step, n + 1);
	s.q = arena_newn(s.a, struct queue, c->n_staff + 1);
	for (size_t i = 0; i < c->n_staff; i++) {
		out->role[i].role = c->staff[i].role;
		out->role[i].n = c->staff[i].n;
		s.q[i].out = &out->role[i];
		s.q[i].last = &s.q[i].first;
	}
	sim_seed(&s.random, c->seed);
	struct err *e = checked(&s);
	if (!e) e = clock_make(s.a, c, &s.clock);
	s.warm = (int64_t)c->warm_days * per_day(&s.clock);
	int64_t end = (int64_t)c->days * per_day(&s.clock), shown = -1;
	for (size_t k = 0; k < s.nm && !e; k++)
		if (!s.m[k].c->called.n) push(&s, (struct ev){.at = sim_draw(&s.random, s.m[k].c->arrivals), .what = W_ARRIVE, .key = (uint32_t)k});
	while (!e && s.n && s.heap[0].at < end) {
		struct ev x = pop(&s);
		e = happen(&s, &x);
		if (c->progress && x.at / per_day(&s.clock) != shown) {
			shown = x.at / per_day(&s.clock);
			c->progress(c->ctx, shown + 1, c->days);
		}
	}
	if (!e) report(&s);
	if (e) e = err_copy(a, e);
	arena_free(s.scratch);
	arena_free(s.a);
	return e;
}
