// record.c — writing events down and stepping through them again.
#include "domain/flow/record.h"

#include "domain/flow/flow_store.h"
#include "domain/flow/model.h"

// The names stand in stored rows: they never change.
static const char *const kinds[] = {
	[BPMN_EV_START] = "start", [BPMN_EV_TASK_DONE] = "task", [BPMN_EV_TIMER] = "timer", [BPMN_EV_MESSAGE] = "message",
	[BPMN_EV_SIGNAL] = "signal", [BPMN_EV_CALL_DONE] = "call", [BPMN_EV_CALL_FAILED] = "call-failed",
	[BPMN_EV_JOB_DONE] = "job", [BPMN_EV_JOB_FAILED] = "job-failed", [BPMN_EV_CANCEL] = "cancel", [BPMN_EV_VARS] = "vars",
	[BPMN_EV_ADHOC] = "adhoc", [BPMN_EV_ADHOC_DONE] = "adhoc-done", [BPMN_EV_RESOLVE] = "resolve",
	[BPMN_EV_BPMN_ERROR] = "error", [BPMN_EV_ESCALATION] = "escalation"};

const char *flow_record_kind(const struct flow_record *r)
{
	return r->migrate ? "migrate" : kinds[r->ev.kind];
}

const char *flow_flaw_name(enum flow_flaw f)
{
	static const char *const names[] = {"no-events", "gap", "refused", "state", "end", "rows"};
	return names[f];
}

static struct str detail_of(struct arena *a, const struct flow_record *r)
{
	const struct { const char *name; struct str text; } texts[] = {
		{"element", r->ev.element}, {"name", r->ev.name}, {"correlation", r->ev.correlation}, {"code", r->ev.code},
		{"outcome", r->ev.outcome}, {"text", r->ev.text}, {"text_zh", r->ev.text_zh}, {"business_key", r->ev.business_key}, {"from", r->from}, {"to", r->to}};
	struct json *o = json_obj(a);
	for (size_t i = 0; i < countof(texts); i++)
		if (texts[i].text.n) json_put(a, o, str_of(texts[i].name), json_str(a, texts[i].text));
	if (r->ev.vars) json_put(a, o, S("vars"), json_copy(a, r->ev.vars));
	struct buf b = buf_new(a);
	json_print(&b, o);
	return buf_str(&b);
}

void flow_record_put(struct plan *p, const struct flow_instance *i, struct flow_record *r)
{
	r->at_ms = p->now_ms;
	r->detail = detail_of(p->a, r);
	flow_store_event_put(p, i, r, flow_record_kind(r));
}

struct err *flow_record_read(struct arena *a, struct str kind, struct flow_record *r)
{
	struct json *o;
	struct err *e = json_parse(a, r->detail, (struct json_limits){0}, &o);
	if (e) return e;
	r->migrate = str_is(kind, "migrate");
	bool known = r->migrate;
	for (size_t k = 0; k < countof(kinds); k++)
		if (str_eq(kind, str_of(kinds[k]))) {
			r->ev.kind = (enum bpmn_event_kind)k;
			known = true;
		}
	if (!known) return err_args(a, E_BPMN_NOT_NOW, kind, kind, (struct str){0});
	r->ev.element = json_text(json_get(o, S("element")));
	r->ev.name = json_text(json_get(o, S("name")));
	r->ev.correlation = json_text(json_get(o, S("correlation")));
	r->ev.code = json_text(json_get(o, S("code")));
	r->ev.outcome = json_text(json_get(o, S("outcome")));
	r->ev.text = json_text(json_get(o, S("text")));
	r->ev.text_zh = json_text(json_get(o, S("text_zh")));
	r->ev.business_key = json_text(json_get(o, S("business_key")));
	r->ev.vars = json_get(o, S("vars"));
	r->from = json_text(json_get(o, S("from")));
	r->to = json_text(json_get(o, S("to")));
	return NULL;
}

// ---- replay ----

struct replay {
	struct plan *p;
	const struct flow_replay_watch *watch;
	struct flow_replay *out;
	int64_t all;
};

static void found(struct replay *r, const struct flow_instance *i, enum flow_flaw flaw, int64_t version, struct str text)
{
	struct flow_replay_finding f = {flaw, i->id, i->case_id, version, text};
	r->out->findings++;
	if (r->watch->found) r->watch->found(r->watch->ctx, &f);
}

// What the state waits for, as (table, key), in the order flow_store_open_keys gives them.
static uint32_t table_of(enum bpmn_wait w)
{
	return w == BPMN_W_TASK || w == BPMN_W_ADHOC ? 1 : w == BPMN_W_TIMER ? 2 : w == BPMN_W_MESSAGE || w == BPMN_W_SIGNAL ? 3 : w == BPMN_W_JOB ? 4
		: w == BPMN_W_INCIDENT ? 5 : 0;
}

static struct err *compare_rows(struct replay *r, struct plan *p, const struct flow_instance *i)
{
	static const char *const names[] = {"", "task", "timer", "wait", "job", "incident"};
	struct bpmn_view v;
	struct flow_open *row;
	size_t n, at = 0;
	struct err *e = bpmn_look(i->bpmn, i->state, p->a, &v);
	if (!e) e = flow_store_open_keys(p, i->id, &row, &n);
	for (uint32_t table = 1; !e && table < countof(names); table++)
		for (uint32_t t = 0; t < v.ntoken; t++) {
			if (table_of(v.token[t].wait) != table || i->ended) continue;
			if (at < n && row[at].table == table && row[at].key == v.token[t].key) at++;
			else {
				found(r, i, FLOW_ROWS, i->version, str_fmt(p->a, "%s %u", names[table], v.token[t].key));
				return NULL;
			}
		}
	if (!e && at < n) found(r, i, FLOW_ROWS, i->version, str_fmt(p->a, "%s %u", names[row[at].table], row[at].key));
	return e;
}

static void one(struct replay *r, struct plan *p, struct flow_instance *i)
{
	struct flow_record *ev;
	size_t n;
	struct flow_model m;
	struct str state = S(""), version_of = i->catalogue, outcome = S("");
	bool ended = false;
	int64_t version = 0, place = 0;
	struct err *e = flow_records(p, i->id, &ev, &n);
	for (size_t k = 0; !e && k < n; k++) {
		if (r->watch->record) r->watch->record(r->watch->ctx, i->id, &ev[k]);
		if (ev[k].migrate) {
			version_of = ev[k].from;                          // the first move tells where it began
			break;
		}
	}
	if (!e && !n) {
		found(r, i, FLOW_NO_EVENTS, 0, S(""));
		return;
	}
	if (!e) e = flow_model(p, version_of, i->model, &m);
	for (size_t k = 0; !e && k < n; k++) {
		bool next = ev[k].version == version + 1 && ev[k].n == 0, same = ev[k].version == version && ev[k].n == place + 1;
		if (!next && !same) {
			found(r, i, FLOW_GAP, version, S(""));
			return;
		}
		version = ev[k].version;
		place = ev[k].n;
		if (ev[k].migrate) {
			struct flow_model to;
			e = flow_model(p, ev[k].to, i->model, &to);
			if (!e) e = bpmn_migrate(m.bpmn, to.bpmn, state, p->a, &state);
			m = to;
			r->out->moves++;
			continue;
		}
		struct bpmn_result res;
		e = bpmn_step(m.bpmn, m.process, state, &ev[k].ev, ev[k].at_ms, NULL, p->a, &res);
		if (e) break;
		state = res.state;
		ended = res.status == BPMN_ENDED;
		outcome = res.outcome;
		r->out->events++;
	}
	i->bpmn = m.bpmn;
	if (e) found(r, i, FLOW_REFUSED, version, err_text(p->a, e, true));
	else if (version != i->version) found(r, i, FLOW_GAP, version, S(""));
	else if (!str_eq(state, i->state)) found(r, i, FLOW_STATE, version, S(""));
	else if (ended != i->ended || !str_eq(outcome, i->outcome)) found(r, i, FLOW_END, version, outcome);
	else {
		e = compare_rows(r, p, i);
		if (e) found(r, i, FLOW_REFUSED, version, err_text(p->a, e, true));
	}
}

static struct err *each(void *ctx, struct flow_instance *i)
{
	struct replay *r = ctx;
	struct plan p = *r->p;
	p.a = arena_new(0);                    // one instance at a time
	one(r, &p, i);
	arena_free(p.a);
	r->out->instances++;
	r->out->running += !i->ended;
	r->out->bytes += (int64_t)i->state.n;
	if (r->watch->progress) r->watch->progress(r->watch->ctx, r->out->instances, r->all);
	return NULL;
}

struct err *flow_replay(struct plan *p, const struct flow_replay_watch *watch, struct flow_replay *out)
{
	struct replay r = {.p = p, .watch = watch, .out = out};
	memset(out, 0, sizeof *out);
	struct err *e = flow_store_count(p, &r.all);
	return e ? e : flow_store_each(p, each, &r);
}
