// branches.h — the process of the keeper's tests: three tasks, a timer and a message side by side, then a task, then a job. How one
// is begun and answered, every row that it leaves, and the events that do not belong to where it stands.
#pragma once
#include "world.h"

#include "../../bpmn/fits.h"
#include "codec/bytes.h"

#include <stdatomic.h>
#include <stdio.h>

static const char *task_a = "tb:role='approver'";      // how task a is written

static inline struct str model_text(struct arena *a, const char *third, const char *after)
{
	return str_fmt(a, "<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL' xmlns:tb='urn:tongban:bpmn:1' targetNamespace='t'>"
		"<message id='m' name='news'/><process id='p' isExecutable='true'><startEvent id='s'/>"
		"<startEvent id='accepted'><messageEventDefinition messageRef='m'/></startEvent><exclusiveGateway id='begin'/>"
		"<sequenceFlow id='f0' sourceRef='accepted' targetRef='begin'/><sequenceFlow id='f1' sourceRef='s' targetRef='begin'/>"
		"<sequenceFlow id='f10' sourceRef='begin' targetRef='fork'/><parallelGateway id='fork'/>"
		"<sequenceFlow id='fa' sourceRef='fork' targetRef='a'/><userTask id='a' %s tb:limit='2wd'/><sequenceFlow id='ga' sourceRef='a' targetRef='join'/>"
		"<sequenceFlow id='fb' sourceRef='fork' targetRef='b'/><userTask id='b' tb:role='approver' tb:limit='2wd'/><sequenceFlow id='gb' sourceRef='b' targetRef='join'/>"
		"<sequenceFlow id='fc' sourceRef='fork' targetRef='%s'/><userTask id='%s' tb:role='approver' tb:limit='2wd'/><sequenceFlow id='gc' sourceRef='%s' targetRef='join'/>"
		"<sequenceFlow id='ft' sourceRef='fork' targetRef='t'/><intermediateCatchEvent id='t'><timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition></intermediateCatchEvent><sequenceFlow id='gt' sourceRef='t' targetRef='join'/>"
		"<sequenceFlow id='fm' sourceRef='fork' targetRef='m1'/><intermediateCatchEvent id='m1'><messageEventDefinition messageRef='m'/></intermediateCatchEvent><sequenceFlow id='gm' sourceRef='m1' targetRef='join'/>"
		"<parallelGateway id='join'/><sequenceFlow id='f2' sourceRef='join' targetRef='d'/><userTask id='d' tb:role='approver' tb:limit='2wd'/>"
		"<sequenceFlow id='f3' sourceRef='d' targetRef='%s'/>%s<serviceTask id='make' tb:job='make'/><sequenceFlow id='f9' sourceRef='make' targetRef='end'/>"
		"<endEvent id='end' tb:outcome='granted'/></process></definitions>", task_a, third, third, third, *after ? after : "make",
		*after ? "<userTask id='e' tb:role='approver' tb:limit='2wd'/><sequenceFlow id='f4' sourceRef='e' targetRef='make'/>" : "");
}

static inline struct str publish(struct world *w, const char *third, const char *after)
{
	return alone_publish(w->a, w->domain, w->city, model_text(w->a, third, after));
}

static inline int64_t start(struct world *w, struct str version)
{
	static atomic_llong cases = 1000;
	struct arena *a = arena_new(0);
	struct plan p = begin(w, a);
	struct json *vars = json_obj(a);
	int64_t id;
	json_put(a, vars, S("choice"), json_str(a, S("restaurant")));
	struct flow_begin b = {.case_id = atomic_fetch_add(&cases, 1), .home = 1, .catalogue = version, .model = S("apply:food_licence"), .vars = vars};
	OK(finish(&p, flow_start(&p, &b, &id)));
	arena_free(a);
	return b.case_id;
}

// One try to answer an element of a case, from a snapshot of its own.
static inline struct err *answer(struct world *w, struct arena *a, int64_t case_id, struct str what, bool *there)
{
	struct plan p = begin(w, a);
	struct err *e = NULL;
	struct task t;
	struct flow_due *due;
	struct flow_job job;
	size_t n;
	*there = false;
	if (str_is(what, "m1")) {
		e = flow_message(&p, case_id, S("news"), NULL, there);
	} else if (str_is(what, "t") || str_is(what, "make")) {
		bool timer = str_is(what, "t");
		p.now_ms = w->now_ms + 2 * 3600000;
		e = timer ? flow_timers_due(&p, p.now_ms, 1000, &due, &n) : flow_jobs_due(&p, p.now_ms, 1000, &due, &n);
		for (size_t i = 0; !e && i < n && !*there; i++) {
			if (timer) {
				// One timer stands in a test that answers it.
				*there = true;
				e = flow_timer_fire(&p, due[i].id);
				continue;
			}
			e = flow_job_read(&p, due[i].id, &job, there);
			if (!e && *there && job.case_id == case_id) e = flow_job_done(&p, &job, NULL);
			else *there = false;
		}
	} else {
		e = task_of_case(&p, case_id, what, &t, there);
		struct json *vars = json_obj(a);
		json_put(a, vars, str_fmt(a, "said_" STR_FMT, STR_ARG(what)), json_str(a, S("agree")));
		if (!e && *there) e = task_done(&p, &t, S("agree"), vars);
	}
	if (!*there) {
		snap_close(p.snap);
		return e;
	}
	return finish(&p, e);
}

static inline void must(struct world *w, int64_t case_id, const char *what)
{
	struct arena *a = arena_new(0);
	bool there;
	OK(answer(w, a, case_id, str_of(what), &there));
	if (!there) fail_msg("%s does not wait", what);
	arena_free(a);
}

static inline void add_rows(struct buf *b, const struct rows *r, size_t cols)
{
	for (size_t i = 0; i < r->n * cols; i++) buf_fmt(b, STR_FMT "|", STR_ARG(row_text(r, i / cols, i % cols)));
	buf_byte(b, '\n');
}

// Every row of the keeper, in order, on whichever side it lies.
static inline struct str dump(struct world *w, struct arena *a)
{
	struct plan p = begin(w, a);
	struct buf b = buf_new(a);
	struct rows r;
#define ADD(cols, sql) OK(SNAP_QUERY(p.snap, a, &r, sql)); add_rows(&b, &r, cols)
	OK(SNAP_QUERY(p.snap, a, &r, "SELECT state, id FROM flow_instance UNION ALL SELECT state, id FROM flow_instance_past ORDER BY id"));
	for (size_t i = 0; i < r.n; i++) bytes_hex(&b, (const uint8_t *)row_blob(&r, i, 0).p, row_blob(&r, i, 0).n);
#define SIDES(cols, from) "SELECT " cols " FROM " from " UNION ALL SELECT " cols " FROM " from "_past "
	ADD(11, SIDES("CAST(id AS TEXT), CAST(version AS TEXT), CAST(ended AS TEXT), CAST(ended_ms AS TEXT), CAST(home AS TEXT), CAST(case_id AS TEXT),"
		" CAST(COALESCE(parent, 0) AS TEXT), CAST(COALESCE(parent_key, 0) AS TEXT), model, catalogue, COALESCE(outcome, '')", "flow_instance") "ORDER BY 1");
	ADD(17, SIDES("CAST(id AS TEXT), CAST(open AS TEXT), CAST(version AS TEXT), COALESCE(outcome, ''), CAST(home AS TEXT), CAST(instance AS TEXT),"
		" CAST(key AS TEXT), CAST(case_id AS TEXT), element, name, role, office, CAST(opened_ms AS TEXT), CAST(due_ms AS TEXT),"
		" CAST(COALESCE(claimed_by, 0) AS TEXT), CAST(COALESCE(done_ms, 0) AS TEXT), CAST(COALESCE(done_by, 0) AS TEXT)", "task") "ORDER BY 1");
	ADD(3, "SELECT CAST(id AS TEXT), CAST(key AS TEXT), CAST(due_ms AS TEXT) FROM flow_timer ORDER BY id");
	ADD(3, "SELECT CAST(instance AS TEXT), CAST(key AS TEXT), name FROM flow_wait ORDER BY instance, key");
	ADD(4, "SELECT CAST(id AS TEXT), CAST(key AS TEXT), CAST(attempt AS TEXT), CAST(next_ms AS TEXT) FROM flow_job ORDER BY id");
	ADD(3, "SELECT CAST(instance AS TEXT), CAST(key AS TEXT), text FROM flow_incident ORDER BY instance, key");
	ADD(8, SIDES("CAST(instance AS TEXT), CAST(version AS TEXT), CAST(n AS TEXT), CAST(home AS TEXT), CAST(at_ms AS TEXT), kind,"
		" CAST(key AS TEXT), detail", "flow_event") "ORDER BY 1, 2, 3");
#undef SIDES
#undef ADD
	snap_close(p.snap);
	return buf_str(&b);
}

static inline void wrong_events(struct world *w, int64_t case_id, uint32_t *refused)
{
	struct arena *a = arena_new(0), *one = arena_new(0);
	struct plan look = begin(w, a);
	struct flow_instance *i;
	struct bpmn_view v;
	OK(flow_find(&look, case_id, &i));
	OK(flow_look(&look, i, &v));
	snap_close(look.snap);
	struct str before = dump(w, a);
	uint32_t highest = 1;
	for (uint32_t k = 0; k < v.ntoken; k++) highest = v.token[k].key > highest ? v.token[k].key : highest;
	for (uint32_t key = 1; key < highest + 4; key++) {
		enum bpmn_wait wait = BPMN_W_NONE;
		for (uint32_t k = 0; k < v.ntoken; k++)
			if (v.token[k].key == key) wait = v.token[k].wait;
		for (size_t k = 0; k < countof(keyed); k++) {
			if (i->ended && keyed[k] == BPMN_EV_CALL_DONE) continue;       // an item that ends after the whole was withdrawn: heard, and nothing more
			if (!i->ended && fits(wait, keyed[k]) == YES) continue;
			if (!i->ended && wait == BPMN_W_INCIDENT && fits(wait, keyed[k]) == MAYBE) continue;
			arena_reset(one);
			struct plan p = begin(w, one);
			struct bpmn_event e = {.kind = keyed[k], .key = key, .name = S("nobody waits for this"), .element = S("nothing")};
			struct err *err = IS(E_BPMN_NOT_NOW, finish(&p, flow_event(&p, i->id, &e)));
			assert_true(err_text(one, err, false).n > 20);
			++*refused;
		}
	}
	if (!str_eq(before, dump(w, a))) fail_msg("a refused event left something:\n" STR_FMT "\n" STR_FMT, STR_ARG(before), STR_ARG(dump(w, a)));
	arena_free(one);
	arena_free(a);
}
