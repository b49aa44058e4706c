// paths.c — see paths.h.
#include "domain/flow/paths.h"

#include <stdlib.h>

#include "bpmn/svg.h"
#include "domain/flow/flow_store.h"
#include "domain/flow/model.h"

struct one { struct str way, outcome; int64_t took_ms; const struct path_step **step; uint32_t n; bool cut; };   // an instance that ended
struct entered { int element; int64_t at_ms; bool open; };
struct walk {
	struct plan *p;
	struct paths *out;
	struct flow_step_row *row;             // events of the instance at hand
	size_t n, cap;
	struct arena *a;                       // of it
	int64_t events;
	struct one *ended;
	size_t n_ended, cap_ended;
	size_t cap_step;
	struct path_step **step;               // pointers stay while the list grows
};

static struct path_step *step_of(struct walk *w, const struct bpmn_element *x)
{
	for (size_t i = 0; i < w->out->n_step; i++)
		if (str_eq(w->step[i]->id, x->id)) return w->step[i];
	struct path_step **at = vec_push(w->p->a, w->step, w->out->n_step, w->cap_step);
	*at = arena_new1(w->p->a, struct path_step);
	**at = (struct path_step){.id = x->id, .name = x->name, .kind = str_of(bpmn_kind_name(x->kind))};
	return *at;
}

static bool told(const struct bpmn_element *x)
{
	return (x->kind >= BPMN_TASK && x->kind <= BPMN_ADHOC) || (x->name.n && (x->kind == BPMN_CATCH_EVENT || x->kind == BPMN_THROW_EVENT
		|| x->kind == BPMN_BOUNDARY_EVENT || x->kind == BPMN_END_EVENT));
}

// What one instance did, step by step.
struct trail { struct entered *in; size_t n, cap; const struct path_step **step; uint32_t steps; bool cut; };

static void enter(struct walk *w, struct trail *t, const struct bpmn_element *x, int element, int64_t at_ms)
{
	struct path_step *s = step_of(w, x);
	struct entered *in = vec_push(w->a, t->in, t->n, t->cap);
	*in = (struct entered){element, at_ms, true};
	s->passed++;
	if (!told(x)) return;
	if (t->steps == PATHS_LENGTH) t->cut = true;
	else t->step[t->steps++] = s;
}

static void leave(struct walk *w, struct trail *t, const struct bpmn_element *x, int element, int64_t at_ms, bool counted)
{
	for (size_t i = 0; i < t->n; i++) {
		if (!t->in[i].open || t->in[i].element != element) continue;
		t->in[i].open = false;
		if (!counted) return;
		struct path_step *s = step_of(w, x);
		s->waits++;
		s->wait_ms += at_ms - t->in[i].at_ms;           // a sum until the end
		return;
	}
}

static struct err *follow(struct walk *w, struct trail *t, struct str *outcome, bool *ended)
{
	struct bpmn_env env = {.trace = true};
	struct flow_model m;
	struct str state = S(""), version = w->row[0].catalogue;
	struct plan p = *w->p;
	p.a = w->a;
	for (size_t k = 0; k < w->n; k++)
		if (w->row[k].r.migrate) {
			version = w->row[k].r.from;
			break;
		}
	struct err *e = flow_model(&p, version, w->row[0].model, &m);
	for (size_t k = 0; !e && k < w->n; k++) {
		const struct flow_record *r = &w->row[k].r;
		if (r->migrate) {
			struct flow_model to;
			e = flow_model(&p, r->to, w->row[0].model, &to);
			if (!e) e = bpmn_migrate(m.bpmn, to.bpmn, state, w->a, &state);
			for (size_t i = 0; !e && i < t->n; i++)             // indexes are those of the model one is in
				if (t->in[i].open) t->in[i].element = bpmn_find(to.bpmn, bpmn_element(m.bpmn, t->in[i].element)->id);
			m = to;
			continue;
		}
		struct bpmn_result res;
		e = bpmn_step(m.bpmn, m.process, state, &r->ev, r->at_ms, &env, w->a, &res);
		if (e) break;
		state = res.state;
		*ended = res.status == BPMN_ENDED;
		*outcome = res.outcome;
		for (uint32_t i = 0; i < res.neffect; i++) {
			const struct bpmn_effect *fx = &res.effect[i];
			if (fx->kind != BPMN_FX_TRACE || bpmn_element(m.bpmn, fx->element)->kind == BPMN_PROCESS) continue;
			const struct bpmn_element *x = bpmn_element(m.bpmn, fx->element);
			if (str_is(fx->text, "enter")) enter(w, t, x, fx->element, r->at_ms);
			else leave(w, t, x, fx->element, r->at_ms, str_is(fx->text, "leave"));
		}
	}
	return e;
}

static void finish(struct walk *w)
{
	struct trail t = {.step = arena_newn(w->a, const struct path_step *, PATHS_LENGTH)};
	struct str outcome = S("");
	bool ended = false;
	if (!w->n) return;
	w->out->begun++;
	if (!w->out->oldest_ms || w->row[0].r.at_ms < w->out->oldest_ms) w->out->oldest_ms = w->row[0].r.at_ms;
	if (follow(w, &t, &outcome, &ended)) {
		w->out->skipped++;
		return;
	}
	if (!ended) {
		w->out->running++;
		return;
	}
	w->out->ended++;
	struct buf way = buf_new(w->p->a);
	for (uint32_t i = 0; i < t.steps; i++) buf_fmt(&way, STR_FMT ">", STR_ARG(t.step[i]->id));
	struct one *o = vec_push(w->p->a, w->ended, w->n_ended, w->cap_ended);
	*o = (struct one){buf_str(&way), str_copy(w->p->a, outcome), w->row[w->n - 1].r.at_ms - w->row[0].r.at_ms, NULL, t.steps, t.cut};
	o->step = arena_newn(w->p->a, const struct path_step *, t.steps + 1);
	memcpy(o->step, t.step, t.steps * sizeof *t.step);
}

static struct err *event(void *ctx, const struct flow_step_row *row)
{
	struct walk *w = ctx;
	if (w->n && w->row[0].instance != row->instance) {
		finish(w);
		arena_reset(w->a);
		w->row = NULL;
		w->n = w->cap = 0;
	}
	w->events++;
	struct flow_step_row *r = vec_push(w->a, w->row, w->n, w->cap);
	*r = *row;
	r->catalogue = str_copy(w->a, row->catalogue);
	r->model = str_copy(w->a, row->model);
	r->r.detail = str_copy(w->a, row->r.detail);
	return flow_record_read(w->a, row->kind, &r->r);
}

// ---- figures ----

static int by_time(const void *x, const void *y)
{
	const int64_t *a = x, *b = y;
	return *a < *b ? -1 : *a > *b;
}

static int by_way(const void *x, const void *y)
{
	const struct one *a = x, *b = y;
	int c = str_cmp(a->way, b->way);
	if (!c) c = str_cmp(a->outcome, b->outcome);
	return c ? c : a->took_ms < b->took_ms ? -1 : a->took_ms > b->took_ms;
}

static int by_count(const void *x, const void *y)
{
	const struct path *a = x, *b = y;
	return a->count != b->count ? (a->count > b->count ? -1 : 1) : a->median_ms < b->median_ms ? -1 : a->median_ms > b->median_ms;
}

// The value at or below which `percent` of them lie (nearest rank). Sorted.
static int64_t rank(const int64_t *t, size_t n, size_t percent)
{
	return n ? t[(n * percent + 99) / 100 - 1] : 0;
}

static void group(struct walk *w)
{
	struct paths *out = w->out;
	int64_t *took = arena_newn(w->p->a, int64_t, w->n_ended + 1);
	out->path = arena_newn(w->p->a, struct path, w->n_ended + 1);
	for (size_t i = 0; i < w->n_ended; i++) took[i] = w->ended[i].took_ms;
	if (w->n_ended) qsort(took, w->n_ended, sizeof *took, by_time);
	out->median_ms = rank(took, w->n_ended, 50);
	out->p90_ms = rank(took, w->n_ended, 90);
	if (w->n_ended) qsort(w->ended, w->n_ended, sizeof *w->ended, by_way);
	for (size_t i = 0, j; i < w->n_ended; i = j) {
		const struct one *o = &w->ended[i];
		for (j = i; j < w->n_ended && str_eq(w->ended[j].way, o->way) && str_eq(w->ended[j].outcome, o->outcome); j++) took[j - i] = w->ended[j].took_ms;
		out->path[out->n++] = (struct path){.step = o->step, .n = o->n, .cut = o->cut, .outcome = o->outcome, .count = (int64_t)(j - i),
			.median_ms = rank(took, j - i, 50), .p90_ms = rank(took, j - i, 90)};
	}
	if (out->n) qsort(out->path, out->n, sizeof *out->path, by_count);
	out->step = arena_newn(w->p->a, struct path_step, out->n_step + 1);
	for (size_t i = 0; i < out->n_step; i++) {
		struct path_step *s = w->step[i];
		if (s->waits) s->wait_ms /= s->waits;
		out->step[i] = *s;
	}
}

struct str flow_span(struct arena *a, int64_t ms, bool english)
{
	int64_t tenths;
	if (ms < 3600000) return str_fmt(a, "%lld %s", (long long)((ms + 30000) / 60000), english ? "min" : "分钟");
	bool days = ms >= 172800000;
	tenths = (ms + (days ? 4320000 : 180000)) / (days ? 8640000 : 360000);
	return str_fmt(a, "%lld.%lld %s", (long long)(tenths / 10), (long long)(tenths % 10), days ? (english ? "days" : "天") : english ? "h" : "小时");
}

static struct err *draw(struct walk *w, struct str model)
{
	struct flow_model m;
	struct buf b = buf_new(w->p->a);
	bool english = w->p->actor.english;
	struct err *e = flow_model(w->p, w->p->cat->hash, model, &m);
	if (e) return e;
	struct str *note = arena_newn(w->p->a, struct str, bpmn_count(m.bpmn));
	for (size_t i = 0; i < w->out->n_step; i++) {
		const struct path_step *s = &w->out->step[i];
		int at = bpmn_find(m.bpmn, s->id);
		if (at < 0 || str_is(s->kind, "exclusiveGateway") || str_is(s->kind, "parallelGateway")) continue;
		struct str span = flow_span(w->p->a, s->wait_ms, english);
		note[at] = s->waits && s->wait_ms >= 60000 ? str_fmt(w->p->a, "%lld %s · " STR_FMT, (long long)s->passed, english ? "times" : "次", STR_ARG(span))
			: str_fmt(w->p->a, "%lld %s", (long long)s->passed, english ? "times" : "次");
	}
	bpmn_svg(&b, m.bpmn, m.process, NULL, note, S("paths"), english);
	w->out->svg = buf_str(&b);
	return NULL;
}

// The first id an instance that began then can have.
static int64_t id_at(int64_t ms)
{
	int64_t lo = 0, hi = INT64_MAX;
	while (lo < hi) {
		int64_t mid = lo + (hi - lo) / 2;
		if (store_id_ms(mid) < ms) lo = mid + 1;
		else hi = mid;
	}
	return lo;
}

struct err *flow_paths(struct plan *p, struct str model, int64_t from_ms, uint32_t cap, struct paths *out)
{
	struct walk w = {.p = p, .out = out, .a = arena_new(0)};
	int64_t first, all;
	*out = (struct paths){0};
	struct err *e = flow_store_recent(p, model, id_at(from_ms), cap, &first, &all);
	out->capped = !e && all > cap;
	if (!e && all) e = flow_store_steps(p, model, first, PATHS_EVENTS + 1, event, &w);
	// Of an instance at which the budget ended only a part was read.
	if (!e && w.events > PATHS_EVENTS) out->capped = true;
	else if (!e) finish(&w);
	if (!e) group(&w);
	if (!e) e = draw(&w, model);
	if (e) e = err_copy(p->a, e);
	arena_free(w.a);
	return e;
}
