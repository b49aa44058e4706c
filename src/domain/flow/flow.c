// flow.c — loads an instance, takes the step, and turns effects into rows and calls.
#include "domain/flow/flow.h"
#include "bpmn/svg.h"
#include "domain/flow/flow_store.h"
#include "domain/flow/model.h"

enum { JOB_BACKOFF_MS = 10 * 1000, JOB_BACKOFF_MAX = 3600 * 1000 };

// An instance while a plan works on it.
struct live {
	struct flow_instance i;
	struct catalogue *cat;         // the version it runs under; held by the model shelf
	struct str unkept;             // text of its model, when it is not known to be kept
	int64_t was;                   // version in the snapshot; 0 = begun in this plan
	int64_t events;                // taken in this plan
	struct recorded *first, **last;
	bool moved;                    // to another catalogue version
	struct live *next;
};
struct recorded { struct flow_record r; struct recorded *next; };
struct pending {                   // an event another instance caused
	int64_t instance;
	struct bpmn_event ev;
	struct pending *next;
};
struct flow_plan {
	struct live *live;
	struct pending *first, **last;
	bool draining;
	// What steps open and close, kept back until every instance has been guarded: of two plans on one
	// instance the second is stale, and does not run into the keys the first one gave.
	struct wset *rows;
};

static struct flow_plan *flow_of(struct plan *p)
{
	if (!p->flow) {
		p->flow = arena_new1(p->a, struct flow_plan);
		p->flow->last = &p->flow->first;
		p->flow->rows = wset_new(p->a);
	}
	return p->flow;
}

static struct live *keep(struct plan *p, const struct flow_instance *i, const struct flow_model *m, int64_t was)
{
	struct live *l = arena_new1(p->a, struct live);
	l->i = *i;
	l->cat = m->cat;
	l->unkept = m->unkept;
	l->was = was;
	l->last = &l->first;
	l->next = flow_of(p)->live;
	flow_of(p)->live = l;
	return l;
}

// The same plan, writing to what is kept back.
static struct plan behind(struct plan *p)
{
	struct plan q = *p;
	q.ws = flow_of(p)->rows;
	return q;
}

static void note(struct plan *p, struct live *l, struct flow_record r)
{
	r.version = l->was + 1;
	r.n = l->events++;
	struct recorded *n = arena_new1(p->a, struct recorded);
	n->r = r;
	*l->last = n;
	l->last = &n->next;
}

static struct err *load(struct plan *p, int64_t id, bool by_case, struct live **out)
{
	*out = NULL;
	for (struct live *l = flow_of(p)->live; l; l = l->next)
		if ((by_case ? l->i.case_id : l->i.id) == id) {
			*out = l;
			return NULL;
		}
	struct flow_instance i;
	bool found;
	struct err *e = flow_store_read(p, id, by_case, &i, &found);
	if (e || !found) return e;
	struct flow_model m;
	e = flow_model(p, i.catalogue, i.model, &m);
	if (e) return e;
	i.bpmn = m.bpmn;
	i.process = m.process;
	*out = keep(p, &i, &m, i.version);
	return NULL;
}

// When a limit of the model ends: an instant as it is, working days by the instance's own calendar.
static struct err *due_ms(struct plan *p, const struct live *l, const struct bpmn_effect *fx, int64_t *out)
{
	*out = 0;
	if (fx->due == BPMN_DUE_AT) *out = fx->due_ms;
	if (fx->due != BPMN_DUE_WORKING_DAYS) return NULL;
	struct deadline d;
	struct deadline_facts f = {.accepted_ms = p->now_ms, .limit = {fx->working_days, LIMIT_WORKING_DAY}};
	struct err *e = p->domain->hooks->counts_from ? p->domain->hooks->counts_from(p, &l->i, &f.accepted_ms) : NULL;
	if (!e) e = calendar_deadline(p->a, l->cat->calendar, &l->cat->hours, &f, &d);
	if (!e) *out = d.due_ms;
	return e;
}

static struct err *open_task(struct plan *p, struct live *l, const struct bpmn_effect *fx)
{
	struct task t = {.id = store_id(p->store), .instance = l->i.id, .key = fx->key, .case_id = l->i.case_id,
		.element = fx->id, .name = fx->name, .role = fx->role, .opened_ms = p->now_ms, .open = true, .version = 1};
	t.office = p->domain->hooks->office(p, &l->i, fx);
	struct err *e = due_ms(p, l, fx, &t.due_ms);
	if (!e && !t.due_ms) e = p->domain->hooks->task_due(p, &l->i, &t.due_ms);
	if (e) return e;
	struct plan rows = behind(p);
	flow_store_task_open(&rows, &l->i, &t);
	return NULL;
}

static void enqueue(struct plan *p, int64_t instance, const struct bpmn_event *ev)
{
	struct flow_plan *f = flow_of(p);
	struct pending *n = arena_new1(p->a, struct pending);
	n->instance = instance;
	n->ev = *ev;
	*f->last = n;
	f->last = &n->next;
}

static struct err *ended(struct plan *p, struct live *l, const struct bpmn_effect *fx)
{
	struct err *e = p->domain->hooks->ended(p, &l->i, fx);
	if (e || !l->i.parent) return e;
	struct bpmn_event back = {.kind = BPMN_EV_CALL_DONE, .key = l->i.parent_key, .outcome = l->i.outcome, .vars = fx->vars};
	enqueue(p, l->i.parent, &back);
	return NULL;
}

static struct err *apply(struct plan *p, struct live *l, const struct bpmn_effect *fx)
{
	int64_t due;
	struct err *e;
	struct plan rows = behind(p);
	switch (fx->kind) {
	case BPMN_FX_TASK_OPEN:
	case BPMN_FX_ADHOC_OPEN:                   // somebody's to do as well: a row of the same work list
		return open_task(p, l, fx);
	case BPMN_FX_TASK_CLOSE:
	case BPMN_FX_ADHOC_CLOSE:
		flow_store_task_close(&rows, l->i.id, fx->key, fx->text);
		return NULL;
	case BPMN_FX_TIMER_SET:
		e = due_ms(p, l, fx, &due);
		if (!e) flow_store_timer_set(&rows, &l->i, fx->key, due);
		return e;
	case BPMN_FX_TIMER_CLEAR:
		flow_store_timer_clear(&rows, l->i.id, fx->key);
		return NULL;
	case BPMN_FX_MESSAGE_WAIT:
	case BPMN_FX_SIGNAL_WAIT:
		flow_store_wait(&rows, &l->i, fx->key, fx->name, fx->correlation);
		return NULL;
	case BPMN_FX_MESSAGE_UNWAIT:
	case BPMN_FX_SIGNAL_UNWAIT:
		flow_store_unwait(&rows, l->i.id, fx->key);
		return NULL;
	case BPMN_FX_CALL_START:
		return p->domain->hooks->call(p, &l->i, fx);
	case BPMN_FX_CALL_CANCEL:
		return p->domain->hooks->call_cancel(p, &l->i, fx->key);
	case BPMN_FX_JOB: {
		int64_t wait = fx->attempt > 1 ? (int64_t)JOB_BACKOFF_MS << (fx->attempt < 10 ? fx->attempt : 10) : 0;
		flow_store_job(&rows, &l->i, fx, p->now_ms + (wait > JOB_BACKOFF_MAX ? JOB_BACKOFF_MAX : wait));
		return NULL;
	}
	case BPMN_FX_JOB_CANCEL:
		flow_store_job_clear(&rows, l->i.id, fx->key);
		return NULL;
	case BPMN_FX_MESSAGE_THROW:
	case BPMN_FX_SIGNAL_THROW:
	case BPMN_FX_ESCALATION:
		return p->domain->hooks->thrown(p, &l->i, fx);
	case BPMN_FX_INCIDENT:
		// A job that failed for good is not tried again by itself.
		flow_store_job_clear(&rows, l->i.id, fx->key);
		flow_store_incident(&rows, &l->i, fx);
		return NULL;
	case BPMN_FX_INCIDENT_CLEAR:
		flow_store_incident_clear(&rows, l->i.id, fx->key);
		return NULL;
	case BPMN_FX_ENDED:
		return ended(p, l, fx);
	case BPMN_FX_TRACE:
		return NULL;
	}
	return NULL;
}

static struct err *step(struct plan *p, struct live *l, const struct bpmn_event *ev)
{
	struct bpmn_result r;
	// A caller that ended (the whole was withdrawn) has no use for what its items report.
	if (l->i.ended && ev->kind == BPMN_EV_CALL_DONE) return NULL;
	struct err *e = bpmn_step(l->i.bpmn, l->i.process, l->i.state, ev, p->now_ms, NULL, p->a, &r);
	if (e) return e;
	l->i.state = r.state;
	l->i.ended = r.status == BPMN_ENDED;
	l->i.outcome = r.outcome;
	l->i.version = l->was + 1;
	note(p, l, (struct flow_record){.ev = *ev});
	for (uint32_t k = 0; k < r.neffect && !e; k++) e = apply(p, l, &r.effect[k]);
	return e;
}

// Steps every instance that was touched in turn: a child's end reaches its parent only when the
// child's own effects are all applied.
static struct err *drain(struct plan *p)
{
	struct flow_plan *f = flow_of(p);
	if (f->draining) return NULL;
	f->draining = true;
	struct err *e = NULL;
	while (f->first && !e) {
		struct pending *n = f->first;
		f->first = n->next;
		if (!f->first) f->last = &f->first;
		struct live *l;
		e = load(p, n->instance, false, &l);
		if (!e && !l) e = err_arg(p->a, E_NOT_FOUND, S("流程"));
		if (!e) e = step(p, l, &n->ev);
	}
	f->draining = false;
	return e;
}

struct err *flow_start(struct plan *p, const struct flow_begin *b, int64_t *out)
{
	struct flow_instance i = {.id = store_id(p->store), .case_id = b->case_id, .home = b->home, .parent = b->parent,
		.parent_key = b->parent_key, .model = b->model, .catalogue = b->catalogue};
	struct flow_model m;
	struct err *e = flow_model(p, b->catalogue, b->model, &m);
	if (e) return e;
	*out = i.id;
	i.bpmn = m.bpmn;
	i.process = m.process;
	keep(p, &i, &m, 0);
	struct bpmn_event ev = {.kind = BPMN_EV_START, .element = m.start, .vars = b->vars};
	enqueue(p, i.id, &ev);
	return drain(p);
}

struct err *flow_event(struct plan *p, int64_t instance, const struct bpmn_event *ev)
{
	enqueue(p, instance, ev);
	return drain(p);
}

struct err *flow_find(struct plan *p, int64_t case_id, struct flow_instance **out)
{
	struct live *l;
	struct err *e = load(p, case_id, true, &l);
	*out = l ? &l->i : NULL;
	return e;
}

struct err *flow_message(struct plan *p, int64_t case_id, struct str name, const struct json *vars, bool *taken)
{
	int64_t instance;
	uint32_t key;
	struct err *e = flow_store_wait_find(p, case_id, name, &instance, &key, taken);
	if (e || !*taken) return e;
	struct plan rows = behind(p);
	flow_store_unwait(&rows, instance, key);
	struct bpmn_event ev = {.kind = BPMN_EV_MESSAGE, .name = name, .key = key, .vars = vars};
	return flow_event(p, instance, &ev);
}

struct err *flow_look(struct plan *p, const struct flow_instance *i, struct bpmn_view *out)
{
	return bpmn_look(i->bpmn, i->state, p->a, out);
}

// A name in English: as the model says it (property `en` of the element that has it), else in the words of the catalogue.
struct speaks { const struct bpmn_model *m; const struct catalogue *cat; };
static struct str word(const void *ctx, struct str name)
{
	const struct speaks *s = ctx;
	for (int i = 0; name.n && i < bpmn_count(s->m); i++) {
		const struct bpmn_element *x = bpmn_element(s->m, i);
		for (uint32_t k = 0; k < (str_eq(x->name, name) ? x->nattr : 0); k++)
			if (str_is(x->attr[k].name, "en")) return x->attr[k].value;
	}
	return flow_model_word(s->cat, name);
}

struct str flow_word(struct plan *p, const struct flow_instance *i, struct str name)
{
	struct flow_model m;
	struct err *e = flow_model(p, i->catalogue, i->model, &m);
	return e ? name : word(&(struct speaks){i->bpmn, m.cat}, name);
}

// The instance's model as its reader should see it, and its marks.
static struct err *shown(struct plan *p, const struct flow_instance *i, enum flow_reader reader, bool english,
	const struct bpmn_model **out, uint8_t **mark, int *process)
{
	struct bpmn_view view;
	struct flow_model m;
	struct err *e = flow_look(p, i, &view);
	if (!e && english) e = flow_model(p, i->catalogue, i->model, &m);
	if (e) return e;
	*mark = bpmn_marks(p->a, i->bpmn, &view);
	*process = view.process;
	uint8_t *drop = arena_newn(p->a, uint8_t, bpmn_count(i->bpmn));
	// 不再办理 stands in every generated model of a bundle: an applicant reads of it when it came to that.
	for (int k = 0; k < bpmn_count(i->bpmn); k++)
		drop[k] = str_starts(bpmn_element(i->bpmn, k)->id, S("skip_")) && (*mark)[k] != BPMN_MARK_DONE;
	struct bpmn_reader r = {.word = english ? word : NULL, .ctx = english ? &(struct speaks){i->bpmn, m.cat} : NULL, .drop = drop, .mark = *mark,
		.silent = reader == FLOW_PUBLIC};
	*out = bpmn_plain(p->a, i->bpmn, &r);
	return NULL;
}

struct err *flow_draw(struct plan *p, const struct flow_instance *i, struct str id, enum flow_reader reader, bool english, struct buf *out)
{
	const struct bpmn_model *m;
	uint8_t *mark;
	int process;
	struct err *e = shown(p, i, reader, english, &m, &mark, &process);
	if (!e) bpmn_svg(out, m, process, mark, NULL, id, english);
	return e;
}

struct err *flow_outline(struct plan *p, const struct flow_instance *i, enum flow_reader reader, bool english, struct flow_line **out, uint32_t *n)
{
	static const char *const marks[] = {"none", "done", "current", "possible", "failed"};
	const struct bpmn_model *m;
	uint8_t *mark;
	int process;
	struct err *e = shown(p, i, reader, english, &m, &mark, &process);
	*n = 0;
	if (e) return e;
	struct bpmn_outline *o = bpmn_outline(p->a, m, process, mark, english, n);
	*out = arena_newn(p->a, struct flow_line, *n + 1);
	for (uint32_t k = 0; k < *n; k++)
		(*out)[k] = (struct flow_line){o[k].depth, marks[o[k].mark], o[k].text, reader == FLOW_PUBLIC ? S("") : o[k].kind, o[k].next};
	return NULL;
}

struct err *flow_write(struct plan *p)
{
	if (!p->flow) return NULL;
	for (struct live *l = p->flow->live; l; l = l->next) {
		if (l->was == 0) flow_store_insert(p, &l->i);
		else if (l->i.version != l->was) flow_store_update(p, &l->i, l->was);
		if (l->moved) flow_store_move(p, &l->i);
		if (l->unkept.n && l->i.version != l->was) flow_model_keep(p, l->i.catalogue, l->i.model, l->unkept);
	}
	for (struct live *l = p->flow->live; l; l = l->next)
		for (struct recorded *r = l->first; r; r = r->next) flow_record_put(p, &l->i, &r->r);
	wset_append(p->ws, p->flow->rows);
	return NULL;
}

struct err *task_done(struct plan *p, const struct task *t, struct str outcome, const struct json *vars)
{
	struct live *l;
	struct err *e = load(p, t->case_id, true, &l);          // by the case: what task_ahead asked for
	if (e) return e;
	flow_store_task_done(p, t, outcome);
	struct bpmn_event ev = {.kind = BPMN_EV_TASK_DONE, .key = t->key, .vars = vars};
	return flow_event(p, t->instance, &ev);
}

void task_signed(struct plan *p, const struct task *t)
{
	flow_store_task_signed(p, t);
}

struct err *flow_timer_fire(struct plan *p, int64_t timer)
{
	int64_t instance;
	uint32_t key;
	bool found;
	struct err *e = flow_store_timer(p, timer, &instance, &key, &found);
	if (e || !found) return e;
	struct plan rows = behind(p);
	flow_store_timer_clear(&rows, instance, key);
	struct bpmn_event ev = {.kind = BPMN_EV_TIMER, .key = key};
	return flow_event(p, instance, &ev);
}

struct err *flow_job_done(struct plan *p, const struct flow_job *j, const struct json *vars)
{
	// Behind what opened it: a job may be opened and done in the same plan (秒批).
	struct plan rows = behind(p);
	flow_store_job_clear(&rows, j->instance, j->key);
	struct bpmn_event ev = {.kind = BPMN_EV_JOB_DONE, .key = j->key, .vars = vars};
	return flow_event(p, j->instance, &ev);
}

struct err *flow_job_here(struct plan *p, int64_t case_id, struct flow_job *out, bool *found)
{
	*found = false;
	for (struct live *l = flow_of(p)->live; l; l = l->next) {
		struct bpmn_view view;
		if (l->i.case_id != case_id || l->i.ended || l->i.version == l->was) continue;
		struct err *e = flow_look(p, &l->i, &view);
		for (uint32_t i = 0; i < (e ? 0 : view.ntoken) && !*found; i++) {
			if (view.token[i].wait != BPMN_W_JOB) continue;
			*out = (struct flow_job){.instance = l->i.id, .case_id = case_id, .key = view.token[i].key,
				.type = bpmn_element(l->i.bpmn, view.token[i].element)->job_type};
			*found = true;
		}
		return e;
	}
	return NULL;
}

struct err *flow_job_failed(struct plan *p, const struct flow_job *j, struct words why)
{
	struct bpmn_event ev = {.kind = BPMN_EV_JOB_FAILED, .key = j->key, .text = why.en.n ? why.en : why.zh, .text_zh = why.zh};
	return flow_event(p, j->instance, &ev);
}

struct err *flow_resolve(struct plan *p, const struct flow_incident *i)
{
	struct plan rows = behind(p);
	flow_store_incident_clear(&rows, i->instance, i->key);
	struct bpmn_event ev = {.kind = BPMN_EV_RESOLVE, .key = i->key};
	return flow_event(p, i->instance, &ev);
}

struct err *flow_resolve_done(struct plan *p, const struct flow_incident *i)
{
	struct plan rows = behind(p);
	flow_store_incident_clear(&rows, i->instance, i->key);
	struct bpmn_event ev = {.kind = BPMN_EV_JOB_DONE, .key = i->key};
	return flow_event(p, i->instance, &ev);
}

// ---- moving ----

static struct err *place(struct plan *p, const struct flow_instance *i, const struct bpmn_model *from, struct str to,
	struct flow_model *m, struct str *state)
{
	struct err *e = flow_model(p, to, i->model, m);
	return e ? e : bpmn_migrate(from, m->bpmn, i->state, p->a, state);
}

// Open tasks are called, and lie with whom, as the version they go on under says. What is worked out
// when a task opens (an expression) was worked out then and stays.
static struct err *retask(struct plan *p, struct live *l)
{
	struct bpmn_view v;
	struct plan rows = behind(p);
	struct err *e = flow_look(p, &l->i, &v);
	for (uint32_t k = 0; !e && k < v.ntoken; k++) {
		if (v.token[k].wait != BPMN_W_TASK && v.token[k].wait != BPMN_W_ADHOC) continue;
		const struct bpmn_element *x = bpmn_element(l->i.bpmn, v.token[k].element);
		struct bpmn_effect fx = {.kind = BPMN_FX_TASK_OPEN, .key = v.token[k].key, .element = v.token[k].element, .id = x->id, .name = x->name,
			.role = x->role, .office = x->office};
		if (str_find(x->role, S("=")) == 0 || str_find(x->role, S("{")) >= 0 || str_find(x->office, S("=")) == 0
			|| str_find(x->office, S("{")) >= 0)
			continue;
		struct task t = {.instance = l->i.id, .key = fx.key, .name = x->name, .role = x->role, .office = p->domain->hooks->office(p, &l->i, &fx)};
		flow_store_task_again(&rows, &t);
	}
	return e;
}

struct err *flow_move(struct plan *p, int64_t case_id, struct str to)
{
	struct live *l;
	struct flow_model m;
	struct str state;
	struct err *e = load(p, case_id, true, &l);
	if (!e && (!l || l->i.ended || str_eq(l->i.catalogue, to))) e = err_new(p->a, E_FLOW_NOT_WAITING);
	if (!e) e = place(p, &l->i, l->i.bpmn, to, &m, &state);
	if (e) return e;
	note(p, l, (struct flow_record){.migrate = true, .from = l->i.catalogue, .to = to});
	l->i.state = state;
	l->i.catalogue = to;
	l->i.bpmn = m.bpmn;
	l->i.process = m.process;
	l->i.version = l->was + 1;
	l->cat = m.cat;
	l->unkept = m.unkept;
	l->moved = true;
	return retask(p, l);
}

struct err *flow_moves(struct plan *p, struct str to, struct str model, int64_t after, uint32_t limit, struct flow_move **out, size_t *n)
{
	struct flow_instance *row;
	struct err *e = flow_store_elsewhere(p, to, model, after, limit, &row, n);
	*out = arena_newn(p->a, struct flow_move, (e ? 0 : *n) + 1);
	for (size_t i = 0; !e && i < *n; i++) {
		struct flow_model from, m;
		struct str state;
		(*out)[i] = (struct flow_move){row[i].id, row[i].case_id, row[i].home, row[i].model, row[i].catalogue, NULL};
		struct err *why = flow_model(p, row[i].catalogue, row[i].model, &from);
		if (!why) why = place(p, &row[i], from.bpmn, to, &m, &state);
		(*out)[i].why = why;
	}
	return e;
}
