// Properties of the keeper on both databases: any order of independent answers, answers at the same
// moment, replay of every event, moves to another version, and records somebody has touched.
#include "world.h"

#include "../../bpmn/fits.h"
#include "base/file.h"
#include "codec/bytes.h"
#include "base/seam.h"
#include "domain/flow/model.h"
#include "domain/flow/past.h"
#include "domain/flow/paths.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

// ---- the model: three tasks, a timer and a message side by side, a task, a job ----

static const char *task_a = "tb:role='approver'";      // how task a is written

static struct str model_text(struct arena *a, const char *third, const char *after)
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

static struct str publish(struct world *w, const char *third, const char *after)
{
	return alone_publish(w->a, w->domain, w->city, model_text(w->a, third, after));
}

static int64_t start(struct world *w, struct str version)
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
static struct err *answer(struct world *w, struct arena *a, int64_t case_id, struct str what, bool *there)
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

static void must(struct world *w, int64_t case_id, const char *what)
{
	struct arena *a = arena_new(0);
	bool there;
	OK(answer(w, a, case_id, str_of(what), &there));
	if (!there) fail_msg("%s does not wait", what);
	arena_free(a);
}

static struct str printed(struct world *w, int64_t case_id)
{
	struct plan p = begin(w, w->a);
	struct flow_instance *i;
	struct bpmn_view v;
	struct buf b = buf_new(w->a);
	OK(flow_find(&p, case_id, &i));
	assert_non_null(i);
	OK(flow_look(&p, i, &v));
	for (uint32_t k = 0; k < v.ntoken; k++) {
		struct str id = bpmn_element(i->bpmn, v.token[k].element)->id;
		buf_fmt(&b, STR_FMT " %d; ", STR_ARG(id), v.token[k].wait);
	}
	if (v.vars) json_print_canonical(&b, v.vars);
	buf_fmt(&b, " ended %d " STR_FMT, i->ended, STR_ARG(i->outcome));
	snap_close(p.snap);
	return buf_str(&b);
}

// ---- any order ----

static void orders(enum kind k)
{
	struct world w;
	open_world(&w, k);
	struct str version = publish(&w, "c", ""), first = S("");
	static const char *const parts[] = {"a", "b", "c", "t", "m1"};
	int n = 0;
	uint32_t seed = 20261121;
	for (int round = 0; round < 30; round++) {
		int order[5] = {0, 1, 2, 3, 4};
		for (int i = 4; i > 0; i--) {
			seed = seed * 1664525 + 1013904223;
			int j = (int)(seed >> 16) % (i + 1), x = order[i];
			order[i] = order[j];
			order[j] = x;
		}
		int64_t id = start(&w, version);
		for (int i = 0; i < 5; i++) {
			struct str state = printed(&w, id);
			assert_true(str_find(state, S("d 1; ")) < 0);       // the join waits for every one of them
			must(&w, id, parts[order[i]]);
		}
		struct str now = printed(&w, id);
		if (!first.n) first = now;
		if (!str_eq(first, now)) fail_msg("another order gives another state:\n" STR_FMT "\n" STR_FMT, STR_ARG(first), STR_ARG(now));
		must(&w, id, "d");
		must(&w, id, "make");
		assert_true(str_find(printed(&w, id), S("ended 1 granted")) >= 0);
		whole(&w, ++n);
	}
	close_world(&w);
}

// ---- at the same moment ----

struct racer { struct world *w; int64_t case_id; struct str what; atomic_int *won, *stale, *late; pthread_barrier_t *gate; };

static void *race(void *arg)
{
	struct racer *r = arg;
	pthread_barrier_wait(r->gate);
	for (int tries = 0; tries < 200; tries++) {
		struct arena *a = arena_new(0);
		bool there;
		struct err *e = answer(r->w, a, r->case_id, r->what, &there);
		bool stale = e && e->code == E_STALE;
		if (!e && there) atomic_fetch_add(r->won, 1);
		if (!e && !there) atomic_fetch_add(r->late, 1);
		if (stale) atomic_fetch_add(r->stale, 1);
		if (e && !stale) fprintf(stderr, "%s\n", str_z(a, err_text(a, e, true)));
		arena_free(a);
		if (!stale) return e ? (void *)1 : NULL;
	}
	return (void *)1;
}

static void races(enum kind k)
{
	struct world w;
	open_world(&w, k);
	struct str version = publish(&w, "c", "");
	atomic_int stale = 0;
	for (int round = 0; round < 10; round++) {
		int64_t id = start(&w, version);
		static const char *const parts[] = {"a", "b", "c", "m1"};
		atomic_int won[4] = {0}, late[4] = {0};
		pthread_t thread[12];
		struct racer racer[12];
		pthread_barrier_t gate;
		pthread_barrier_init(&gate, NULL, 12);
		for (int i = 0; i < 12; i++) {       // three at each of four
			racer[i] = (struct racer){&w, id, str_of(parts[i % 4]), &won[i % 4], &stale, &late[i % 4], &gate};
			assert_int_equal(pthread_create(&thread[i], NULL, race, &racer[i]), 0);
		}
		for (int i = 0; i < 12; i++) {
			void *bad;
			pthread_join(thread[i], &bad);
			assert_null(bad);
		}
		pthread_barrier_destroy(&gate);
		for (int i = 0; i < 4; i++) {
			assert_int_equal(won[i], 1);     // one winner
			assert_int_equal(late[i], 2);    // the others find it done
		}
		assert_true(str_find(printed(&w, id), S("join")) >= 0);
		must(&w, id, "t");
		must(&w, id, "d");
		must(&w, id, "make");
		assert_true(str_find(printed(&w, id), S("ended 1 granted")) >= 0);
	}
	whole(&w, 10);
	assert_true(stale > 0);                      // otherwise nobody ever met
	close_world(&w);
}

// Two plans made from the same picture: the first commits, the second is stale and has left nothing.
static void stale(enum kind k)
{
	struct world w;
	open_world(&w, k);
	int64_t id = start(&w, publish(&w, "c", ""));
	struct plan one = begin(&w, w.a), two = begin(&w, w.a);
	struct task t, u;
	bool found;
	OK(task_of_case(&one, id, S("a"), &t, &found));
	OK(task_of_case(&two, id, S("b"), &u, &found));
	OK(finish(&one, task_done(&one, &t, S("agree"), NULL)));
	IS(E_STALE, finish(&two, task_done(&two, &u, S("agree"), NULL)));
	whole(&w, 1);
	must(&w, id, "b");
	whole(&w, 1);
	// The same answer once more, from an old picture of the task.
	struct plan three = begin(&w, w.a);
	struct err *e = finish(&three, task_done(&three, &t, S("agree"), NULL));
	assert_non_null(e);
	assert_int_equal(e->code, E_BPMN_NOT_NOW);
	whole(&w, 1);
	close_world(&w);
}

// ---- another version ----

static void moves(enum kind k)
{
	struct world w;
	open_world(&w, k);
	struct str v1 = publish(&w, "c", "");
	int64_t id = start(&w, v1), other = start(&w, v1);
	must(&w, id, "a");                           // a token waits at the join
	must(&w, other, "c");
	struct str v2 = publish(&w, "c", "e"), v3 = publish(&w, "x", "e");
	struct plan p = begin(&w, w.a);
	struct flow_move *move;
	size_t n;
	OK(flow_moves(&p, v2, S(""), 0, 10, &move, &n));
	assert_int_equal(n, 2);
	assert_null(move[0].why);
	assert_null(move[1].why);
	OK(flow_moves(&p, v3, S("apply:food_licence"), 0, 10, &move, &n));
	assert_int_equal(n, 2);
	assert_int_equal(move[0].why->code, E_BPMN_MIGRATE);       // its task c has no place
	assert_null(move[1].why);                                   // its c is done, and waits behind it
	OK(flow_moves(&p, v3, S("apply:dog_licence"), 0, 10, &move, &n));
	assert_int_equal(n, 0);
	snap_close(p.snap);
	struct str before = printed(&w, id);
	p = begin(&w, w.a);
	IS(E_BPMN_MIGRATE, finish(&p, flow_move(&p, id, v3)));
	assert_true(str_eq(before, printed(&w, id)));
	p = begin(&w, w.a);
	OK(finish(&p, flow_move(&p, id, v2)));
	assert_true(str_eq(before, printed(&w, id)));
	p = begin(&w, w.a);
	IS(E_FLOW_NOT_WAITING, finish(&p, flow_move(&p, id, v2)));   // it is there already
	whole(&w, 2);
	static const char *const rest[] = {"b", "c", "m1", "t", "d"};      // of two timers the older is answered
	for (size_t i = 0; i < countof(rest); i++) must(&w, id, rest[i]);
	whole(&w, 2);
	close_world(&w);
}

static void moves_end(enum kind k)
{
	struct world w;
	open_world(&w, k);
	int64_t id = start(&w, publish(&w, "c", ""));
	struct str v2 = publish(&w, "c", "e");
	struct plan p = begin(&w, w.a);
	OK(finish(&p, flow_move(&p, id, v2)));
	static const char *const rest[] = {"c", "b", "a", "t", "m1", "d", "e", "make"};
	for (size_t i = 0; i < countof(rest); i++) must(&w, id, rest[i]);
	assert_true(str_find(printed(&w, id), S("ended 1 granted")) >= 0);
	p = begin(&w, w.a);
	IS(E_FLOW_NOT_WAITING, finish(&p, flow_move(&p, id, v2)));
	struct seen seen;
	struct flow_replay r = replay(&w, &seen);
	assert_int_equal(r.findings, 0);
	assert_int_equal(r.moves, 1);
	close_world(&w);
}

// Open tasks go on under the new version's name and role; its limit, and what is closed, stay.
static void moved_tasks(enum kind k)
{
	struct world w;
	open_world(&w, k);
	int64_t id = start(&w, publish(&w, "c", ""));
	must(&w, id, "b");
	struct arena *a = arena_new(0);
	struct plan p = begin(&w, a);
	struct task old, now;
	bool found;
	OK(task_of_case(&p, id, S("a"), &old, &found));
	snap_close(p.snap);
	task_a = "name='现场检查' tb:role='clerk'";
	struct str v2 = publish(&w, "c", "");
	task_a = "tb:role='approver'";
	p = begin(&w, a);
	OK(finish(&p, flow_move(&p, id, v2)));
	p = begin(&w, a);
	OK(task_of_case(&p, id, S("a"), &now, &found));
	assert_true(found);
	assert_true(str_is(now.name, "现场检查"));
	assert_true(str_is(now.role, "clerk"));
	assert_int_equal(now.due_ms, old.due_ms);
	IS(E_STALE, finish(&p, task_done(&p, &old, S("agree"), NULL)));      // somebody who still saw the old one
	must(&w, id, "a");
	whole(&w, 1);
	arena_free(a);
	close_world(&w);
}

// ---- a later program makes another process of the same catalogue version ----

static struct str later(struct arena *a, struct str xml)
{
	static const struct str mark = {"name=\"受理\"", sizeof "name=\"受理\"" - 1};
	ptrdiff_t at = str_find(xml, mark);
	assert_true(at > 0);
	return str_fmt(a, STR_FMT "name=\"受理（新）\"" STR_FMT, (int)at, xml.p, STR_ARG(str_from(xml, (size_t)at + mark.n)));
}

static void restart(struct world *w)
{
	domain_close(w->domain);
	OK(domain_open(w->a, str_of(w->place.dir), &w->domain));
	w->domain->hooks = &alone_hooks;
}

static int64_t start_dog(struct world *w, struct str version)
{
	static int64_t cases = 900000;
	struct plan p = begin(w, w->a);
	int64_t id;
	struct flow_begin b = {.case_id = ++cases, .home = 1, .catalogue = version, .model = S("apply:dog_licence")};
	OK(finish(&p, flow_start(&p, &b, &id)));
	return b.case_id;
}

static struct str accept_name(struct world *w, int64_t case_id)
{
	struct plan p = begin(w, w->a);
	struct task t;
	bool found;
	OK(task_of_case(&p, case_id, S("accept"), &t, &found));
	snap_close(p.snap);
	assert_true(found);
	return t.name;
}

static void sweep(struct world *w)
{
	struct plan p = begin(w, w->a);
	OK(finish(&p, flow_models_keep(&p)));
}

static void generator(enum kind k)
{
	struct world w;
	open_world(&w, k);
	struct str version = publish(&w, "c", "");
	int64_t before = start_dog(&w, version), second = start_dog(&w, version);
	restart(&w);
	flow_models_alter(w.domain->models, later);
	must(&w, before, "accept");                                  // goes on with the process it began with
	whole(&w, 2);
	assert_true(str_is(accept_name(&w, start_dog(&w, version)), "受理"));      // and so does who begins under that version
	whole(&w, 3);
	// A version that was never begun under is made by the later program.
	struct str v2 = publish(&w, "c", "e");
	assert_true(str_is(accept_name(&w, start_dog(&w, v2)), "受理（新）"));
	whole(&w, 4);
	// A move to it is a move to another model, and its task is called as there.
	struct plan p = begin(&w, w.a);
	OK(finish(&p, flow_move(&p, second, v2)));
	assert_true(str_is(accept_name(&w, second), "受理（新）"));
	must(&w, second, "accept");
	whole(&w, 4);
	close_world(&w);
}

// Records from before texts were kept: the sweep keeps them while the old program still makes them.
static void swept(enum kind k)
{
	struct world w;
	open_world(&w, k);
	struct str version = publish(&w, "c", "");
	int64_t one = start_dog(&w, version), own = start(&w, version);
	struct plan p = begin(&w, w.a);
	WSET_EXEC(p.ws, WSET_ANY, "DELETE FROM flow_model");
	OK(finish(&p, NULL));
	restart(&w);
	sweep(&w);
	restart(&w);
	flow_models_alter(w.domain->models, later);
	must(&w, one, "accept");
	must(&w, own, "a");
	sweep(&w);
	whole(&w, 2);
	// Without what was kept the state would have no model: this is what the tables are for.
	int64_t lost = start_dog(&w, version);
	p = begin(&w, w.a);
	WSET_EXEC(p.ws, WSET_ANY, "DELETE FROM flow_model");
	OK(finish(&p, NULL));
	restart(&w);
	flow_models_alter(w.domain->models, later);
	bool there;
	struct err *e = answer(&w, w.a, lost, S("accept"), &there);
	assert_non_null(e);
	assert_int_equal(e->code, E_BPMN_STATE);
	close_world(&w);
}

// ---- a failing job ----

static struct flow_incident only_incident(struct world *w, size_t expected)
{
	struct plan p = begin(w, w->a);
	struct flow_incident *i;
	size_t n;
	OK(flow_incidents(&p, 0, 10, &i, &n));
	assert_int_equal(n, expected);
	snap_close(p.snap);
	return n ? i[0] : (struct flow_incident){0};
}

static void fail_job(struct world *w, int64_t at_ms)
{
	struct plan p = begin(w, w->a);
	struct flow_due *due;
	struct flow_job j;
	size_t n;
	bool found;
	p.now_ms = at_ms;
	OK(flow_jobs_due(&p, at_ms, 10, &due, &n));
	assert_int_equal(n, 1);
	OK(flow_job_read(&p, due[0].id, &j, &found));
	assert_true(found);
	OK(finish(&p, flow_job_failed(&p, &j, (struct words){.zh = S("打印机没纸了"), .en = S("printer out of paper")})));
}

static void incidents(enum kind k)
{
	struct world w;
	open_world(&w, k);
	int64_t id = start(&w, publish(&w, "c", ""));
	static const char *const rest[] = {"c", "b", "a", "t", "m1", "d"};
	for (size_t i = 0; i < countof(rest); i++) must(&w, id, rest[i]);
	int64_t day = 86400000;
	fail_job(&w, w.now_ms + day);
	fail_job(&w, w.now_ms + 2 * day);
	only_incident(&w, 0);
	whole(&w, 1);
	fail_job(&w, w.now_ms + 3 * day);
	struct flow_incident i = only_incident(&w, 1);
	assert_true(str_is(i.element, "make"));
	assert_true(str_is(i.text.en, "printer out of paper") && str_is(i.text.zh, "打印机没纸了"));
	struct plan p = begin(&w, w.a);
	struct flow_due *due;
	size_t n;
	OK(flow_jobs_due(&p, INT64_MAX, 10, &due, &n));
	assert_int_equal(n, 0);                      // waits for a person
	snap_close(p.snap);
	whole(&w, 1);
	p = begin(&w, w.a);
	OK(finish(&p, flow_resolve(&p, &i)));
	only_incident(&w, 0);
	p = begin(&w, w.a);
	IS(E_BPMN_NOT_NOW, finish(&p, flow_resolve(&p, &i)));
	must(&w, id, "make");
	whole(&w, 1);
	close_world(&w);
}

// ---- wrong events at wrong times ----

static void add(struct buf *b, const struct rows *r, size_t cols)
{
	for (size_t i = 0; i < r->n * cols; i++) buf_fmt(b, STR_FMT "|", STR_ARG(row_text(r, i / cols, i % cols)));
	buf_byte(b, '\n');
}

// Every row of the keeper, in order, on whichever side it lies.
static struct str dump(struct world *w, struct arena *a)
{
	struct plan p = begin(w, a);
	struct buf b = buf_new(a);
	struct rows r;
#define ADD(cols, sql) OK(SNAP_QUERY(p.snap, a, &r, sql)); add(&b, &r, cols)
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

// What was true once, of one instance: its answers are sent again later, and to the other instance.
struct past { struct task task[8]; size_t n_task; struct flow_due timer; struct flow_job job; struct flow_incident incident; };

static void wrong_events(struct world *w, int64_t case_id, uint32_t *refused)
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

// Answers from the past: nothing of them is taken, whoever they are sent to.
static void late(struct world *w, const struct past *was, int64_t other, uint32_t *refused)
{
	struct arena *a = arena_new(0);
	struct str before = dump(w, a);
	bool taken;
	for (size_t k = 0; k < was->n_task; k++) {
		struct plan p = begin(w, a);
		struct err *e = finish(&p, task_done(&p, &was->task[k], S("agree"), NULL));
		assert_true(e && (e->code == E_BPMN_NOT_NOW || e->code == E_STALE));
		p = begin(w, a);                         // as if it were the other instance's
		struct task t = was->task[k];
		struct flow_instance *o;
		OK(flow_find(&p, other, &o));
		t.instance = o->id;
		e = finish(&p, task_done(&p, &t, S("agree"), NULL));
		assert_true(e && (e->code == E_BPMN_NOT_NOW || e->code == E_STALE));
		*refused += 2;
	}
	struct plan p = begin(w, a);
	OK(finish(&p, flow_timer_fire(&p, was->timer.id)));          // the timer is gone: harmless
	p = begin(w, a);
	OK(flow_message(&p, other, S("no such news"), NULL, &taken));
	assert_false(taken);
	snap_close(p.snap);
	p = begin(w, a);
	OK(flow_message(&p, 77, S("news"), NULL, &taken));           // a case that does not exist
	assert_false(taken);
	snap_close(p.snap);
	if (was->job.id) {
		p = begin(w, a);
		IS(E_BPMN_NOT_NOW, finish(&p, flow_job_done(&p, &was->job, NULL)));
		p = begin(w, a);
		IS(E_BPMN_NOT_NOW, finish(&p, flow_job_failed(&p, &was->job, (struct words){.zh = S("again")})));
		p = begin(w, a);
		IS(E_BPMN_NOT_NOW, finish(&p, flow_resolve(&p, &was->incident)));
		p = begin(w, a);
		IS(E_BPMN_NOT_NOW, finish(&p, flow_resolve_done(&p, &was->incident)));
		*refused += 4;
	}
	if (!str_eq(before, dump(w, a))) fail_msg("an answer from the past left something");
	arena_free(a);
}

static void wrong_times(enum kind k)
{
	struct world w;
	struct past was = {0};
	uint32_t refused = 0;
	open_world(&w, k);
	struct str version = publish(&w, "c", "");
	int64_t id = start(&w, version), other = start(&w, version);
	static const char *const order[] = {"a", "t", "m1", "c", "b", "d"};
	struct flow_due *due;
	size_t n;
	for (size_t i = 0; i < countof(order); i++) {
		wrong_events(&w, id, &refused);
		struct plan p = begin(&w, w.a);
		bool found;
		if (order[i][0] == 't') {
			// the older of the two timers is this instance's
			OK(flow_timers_due(&p, INT64_MAX, 10, &due, &n));
			was.timer = due[0];
		} else if (order[i][0] != 'm') {
			OK(task_of_case(&p, id, str_of(order[i]), &was.task[was.n_task], &found));
			assert_true(found);
			was.n_task++;
		}
		snap_close(p.snap);
		must(&w, id, order[i]);
		late(&w, &was, i < 2 ? id : other, &refused);
	}
	wrong_events(&w, id, &refused);              // the service task is open
	for (int tries = 1; tries <= 3; tries++) {
		struct plan p = begin(&w, w.a);
		bool found;
		OK(flow_jobs_due(&p, INT64_MAX, 10, &due, &n));
		assert_int_equal(n, 1);
		OK(flow_job_read(&p, due[0].id, &was.job, &found));
		snap_close(p.snap);
		fail_job(&w, w.now_ms + tries * 86400000);
	}
	was.incident = only_incident(&w, 1);
	wrong_events(&w, id, &refused);              // an incident
	struct plan p = begin(&w, w.a);
	OK(finish(&p, flow_resolve(&p, &was.incident)));
	must(&w, id, "make");
	assert_true(str_find(printed(&w, id), S("ended 1 granted")) >= 0);
	late(&w, &was, other, &refused);
	wrong_events(&w, id, &refused);              // ended
	wrong_events(&w, other, &refused);           // and nothing of all that came to the other one
	p = begin(&w, w.a);
	IS(E_FLOW_NOT_WAITING, finish(&p, flow_move(&p, id, version)));
	whole(&w, 2);
	print_message("%u wrong events refused\n", refused);
	close_world(&w);
}

// ---- what somebody touched is found ----

static void touched(enum kind k)
{
	static const struct { const char *name, *sql; enum flow_flaw flaw; } cases[] = {
		{"another answer", "UPDATE flow_event SET detail = '{\"vars\":{\"said_a\":\"refuse\"}}' WHERE kind = 'task'", FLOW_STATE},
		{"another outcome", "UPDATE flow_instance SET outcome = 'refused'", FLOW_END},
		{"an event less", "DELETE FROM flow_event WHERE kind = 'task'", FLOW_GAP},
		{"no events", "DELETE FROM flow_event", FLOW_NO_EVENTS},
		{"another key", "UPDATE flow_event SET key = 77 WHERE kind = 'task'", FLOW_REFUSED},
		{"no such kind", "UPDATE flow_event SET kind = 'wish' WHERE kind = 'task'", FLOW_REFUSED},
		{"no JSON", "UPDATE flow_event SET detail = '{' WHERE kind = 'task'", FLOW_REFUSED},
		{"a task less", "DELETE FROM task WHERE element = 'b'", FLOW_ROWS},
		{"a task reopened", "UPDATE task SET open = 1 WHERE element = 'a'", FLOW_ROWS},
		{"a timer less", "DELETE FROM flow_timer", FLOW_ROWS},
	};
	for (size_t c = 0; c < countof(cases); c++) {
		struct world w;
		struct seen seen;
		open_world(&w, k);
		int64_t id = start(&w, publish(&w, "c", ""));
		must(&w, id, "a");
		whole(&w, 1);
		place_raw(&w.place, cases[c].sql);
		struct flow_replay r = replay(&w, &seen);
		if (r.findings != 1 || seen.flaw[cases[c].flaw] != 1) fail_msg("%s: %lld findings, not as %s", cases[c].name, (long long)r.findings, flow_flaw_name(cases[c].flaw));
		close_world(&w);
	}
}

// ---- what is over is put away ----

enum { A_DAY = 86400000 };

static int64_t counted(struct world *w, const char *sql)
{
	struct arena *a = arena_new(0);
	struct plan p = begin(w, a);
	struct rows r;
	OK(snap_query(p.snap, a, &r, sql, NULL, 0));
	int64_t n = row_int(&r, 0, 0);
	snap_close(p.snap);
	arena_free(a);
	return n;
}

static int64_t apart(struct world *w) { return counted(w, "SELECT count(*) FROM flow_instance_past"); }

// An instance is on one side with all that is of it.
static void unmixed(struct world *w)
{
	static const char *const wrong[] = {
		"SELECT count(*) FROM flow_instance i JOIN flow_instance_past o ON o.id = i.id",
		"SELECT count(*) FROM task t WHERE NOT EXISTS (SELECT 1 FROM flow_instance i WHERE i.id = t.instance)",
		"SELECT count(*) FROM flow_event t WHERE NOT EXISTS (SELECT 1 FROM flow_instance i WHERE i.id = t.instance)",
		"SELECT count(*) FROM task_past t WHERE NOT EXISTS (SELECT 1 FROM flow_instance_past i WHERE i.id = t.instance)",
		"SELECT count(*) FROM flow_event_past t WHERE NOT EXISTS (SELECT 1 FROM flow_instance_past i WHERE i.id = t.instance)",
		"SELECT count(*) FROM flow_instance_past WHERE ended = 0"};
	for (size_t i = 0; i < countof(wrong); i++)
		if (counted(w, wrong[i])) fail_msg("%lld: %s", (long long)counted(w, wrong[i]), wrong[i]);
}

static struct err *put_away(struct world *w, struct arena *a, size_t *n)
{
	struct plan p = begin(w, a);
	int64_t first;
	bool due;
	OK(flow_past_due(&p, &due));
	struct err *e = flow_put_away(&p, n, &first);
	assert_int_equal(due, !e && *n);
	return finish(&p, e);
}

static int64_t through(struct world *w, int64_t id)
{
	static const char *const parts[] = {"a", "b", "c", "t", "m1", "d", "make"};
	for (size_t i = 0; i < countof(parts); i++) must(w, id, parts[i]);
	return id;
}

// What the pages of processes show: the drawing, the words, the events of a case; the ways of all.
static struct str shown(struct world *w, struct arena *a, const int64_t *cases, size_t n)
{
	struct plan p = begin(w, a);
	struct buf b = buf_new(a);
	struct paths ways;
	struct path_model *used;
	size_t n_used;
	for (size_t i = 0; i < n; i++) {
		struct flow_instance *inst;
		struct flow_line *line;
		struct flow_record *r;
		uint32_t lines;
		size_t events;
		OK(flow_find(&p, cases[i], &inst));
		assert_non_null(inst);
		OK(flow_draw(&p, inst, S("f"), FLOW_STAFF, false, &b));
		OK(flow_outline(&p, inst, FLOW_PUBLIC, true, &line, &lines));
		for (uint32_t k = 0; k < lines; k++) buf_fmt(&b, "%s " STR_FMT "\n", line[k].mark, STR_ARG(line[k].text));
		OK(flow_records(&p, inst->id, &r, &events));
		for (size_t k = 0; k < events; k++) buf_fmt(&b, "%lld %lld %s " STR_FMT "\n", (long long)r[k].version, (long long)r[k].at_ms, flow_record_kind(&r[k]), STR_ARG(r[k].detail));
	}
	p.cat = domain_catalogue(w->domain);
	OK(flow_paths(&p, S("apply:food_licence"), 0, 100, &ways));
	buf_fmt(&b, "%lld begun %lld ended %lld running %zu ways %lld first\n", (long long)ways.begun, (long long)ways.ended, (long long)ways.running, ways.n, (long long)ways.path[0].count);
	buf_add(&b, ways.svg);
	OK(flow_paths(&p, S("apply:food_licence"), 0, 3, &ways));             // of the newest three, on whichever side
	buf_fmt(&b, "%lld begun %lld running, more %d\n", (long long)ways.begun, (long long)ways.running, ways.capped);
	OK(flow_models_used(&p, 100, &used, &n_used));
	for (size_t i = 0; i < n_used; i++) buf_fmt(&b, STR_FMT " %lld\n", STR_ARG(used[i].model), (long long)used[i].n);
	catalogue_unref(p.cat);
	snap_close(p.snap);
	return buf_str(&b);
}

static void same(struct str before, struct str after)
{
	if (!str_eq(before, after)) fail_msg("not as before:\n" STR_FMT "\n" STR_FMT, STR_ARG(before), STR_ARG(after));
}

static struct store_config config(struct arena *a, const struct place *place)
{
	struct store_config c = place_config(place, NULL, 0);
	c.migrations = schema_all(a, &c.n_migrations);
	c.readers = 4;
	return c;
}

static struct err *open_store(struct arena *a, const struct place *place, struct store **out)
{
	struct store_config c = config(a, place);
	return store_open(a, &c, out);
}

// A backup, restored into a database of its own, holds both sides.
static void restored(struct world *w, struct str rows, int64_t instances)
{
	struct world other = {.a = w->a, .domain = w->domain, .now_ms = w->now_ms};
	struct str dir = str_fmt(w->a, "%s/backup", w->place.dir);
	int64_t moved = apart(w);
	OK(store_backup(w->store, w->a, dir));
	place_make(&other.place, w->place.kind);
	struct store_config c = config(w->a, &other.place);
	OK(store_restore(w->a, dir, &c));
	OK(store_open(w->a, &c, &other.store));
	assert_int_equal(apart(&other), moved);
	unmixed(&other);
	whole(&other, instances);
	same(rows, dump(&other, w->a));
	store_close(other.store);
	place_drop(&other.place);
}

static void past(enum kind k)
{
	struct world w;
	struct seen seen;
	struct flow_due *due;
	struct task old;
	uint32_t refused = 0;
	bool found;
	size_t n;
	open_world(&w, k);
	struct str v1 = publish(&w, "c", "");
	int64_t id[5] = {start(&w, v1), start(&w, v1), 0, start(&w, v1)};
	id[2] = start(&w, v1);
	struct plan p = begin(&w, w.a);
	OK(task_of_case(&p, id[0], S("a"), &old, &found));
	snap_close(p.snap);
	through(&w, id[0]);
	struct str v2 = publish(&w, "c", "e");
	p = begin(&w, w.a);
	OK(finish(&p, flow_move(&p, id[1], v2)));
	for (const char *const *at = (const char *const[]){"a", "m1", "t", "b", "c", "d", "e", "make", NULL}; *at; at++) must(&w, id[1], *at);
	must(&w, id[2], "a");
	w.now_ms += A_DAY;
	through(&w, id[3]);                                  // ends a day later
	id[4] = start(&w, v2);                               // runs, like the third
	const struct str rows = dump(&w, w.a), pages = shown(&w, w.a, id, 5);

	// Thirty whole days (setting flow.keep_days) after the day it ended on; the last of them ends at midnight in Shanghai.
	const int64_t midnight = ms_shanghai(day_shanghai(noon_ms) + 31, 0, 0);
	w.now_ms = midnight - 1;
	OK(put_away(&w, w.a, &n));
	assert_int_equal(n, 0);
	w.now_ms = midnight;

	// Whichever statement fails, nothing has moved.
	for (int64_t at = 1; ; at++) {
		seam_fault_set("store.exec", at);
		struct err *e = put_away(&w, w.a, &n);
		int64_t passed = seam_fault_passes("store.exec");
		seam_fault_set("store.exec", 0);
		if (!e) {
			assert_true(passed < at && at > 6);
			break;
		}
		assert_int_equal(apart(&w), 0);
		same(rows, dump(&w, w.a));
	}
	assert_int_equal(n, 2);
	assert_int_equal(apart(&w), 2);
	unmixed(&w);
	whole(&w, 5);
	same(rows, dump(&w, w.a));
	same(pages, shown(&w, w.a, id, 5));
	OK(put_away(&w, w.a, &n));
	assert_int_equal(n, 0);                              // once

	// Two processes at it: the second is stale and has moved nothing twice.
	w.now_ms += A_DAY;
	struct plan one = begin(&w, w.a), two = begin(&w, w.a);
	int64_t first;
	OK(flow_put_away(&one, &n, &first));
	assert_int_equal(n, 1);
	OK(flow_put_away(&two, &n, &first));
	assert_int_equal(n, 1);
	OK(finish(&one, NULL));
	IS(E_STALE, finish(&two, NULL));
	assert_int_equal(apart(&w), 3);
	unmixed(&w);
	whole(&w, 5);
	same(rows, dump(&w, w.a));
	same(pages, shown(&w, w.a, id, 5));

	// What is over takes nothing, as before; what runs goes on.
	wrong_events(&w, id[0], &refused);
	assert_true(refused > 20);
	p = begin(&w, w.a);
	OK(task_read(&p, old.id, &old));
	assert_false(old.open);
	OK(flow_timers_due(&p, INT64_MAX, 10, &due, &n));
	assert_int_equal(n, 2);                              // of those that run
	struct err *e = finish(&p, task_done(&p, &old, S("agree"), NULL));
	assert_true(e && (e->code == E_BPMN_NOT_NOW || e->code == E_STALE));
	p = begin(&w, w.a);
	IS(E_FLOW_NOT_WAITING, finish(&p, flow_move(&p, id[0], v2)));
	p = begin(&w, w.a);
	OK(flow_message(&p, id[0], S("news"), NULL, &found));
	assert_false(found);
	snap_close(p.snap);
	p = begin(&w, w.a);
	IS(E_NOT_FOUND, task_read(&p, 17, &old));
	OK(flow_find(&p, 77, &(struct flow_instance *){0}));
	snap_close(p.snap);
	same(rows, dump(&w, w.a));
	restored(&w, rows, 5);
	must(&w, id[4], "a");

	// A replay looks at both sides.
	place_raw(&w.place, "UPDATE task_past SET open = 1 WHERE element = 'a' AND id = (SELECT min(id) FROM task_past)");
	struct flow_replay r = replay(&w, &seen);
	assert_int_equal(r.findings, 1);
	assert_int_equal(seen.flaw[FLOW_ROWS], 1);
	place_raw(&w.place, "UPDATE flow_event_past SET detail = '{\"vars\":{\"said_a\":\"refuse\"}}' WHERE kind = 'task'");
	assert_true(replay(&w, &seen).findings == 3 && seen.flaw[FLOW_STATE] == 3);
	place_raw(&w.place, "DELETE FROM flow_event_past");
	assert_true(replay(&w, &seen).findings == 3 && seen.flaw[FLOW_NO_EVENTS] == 3);
	close_world(&w);
}

// ---- killed while it puts away ----

static char self[512];

// Puts away slice after slice; says a byte for each.
static int away(const char *url, const char *dir)
{
	struct world w = {.a = arena_new(0), .now_ms = noon_ms + 60LL * A_DAY};
	struct place place = {0};
	snprintf(place.url, sizeof place.url, "%s", url);
	snprintf(place.dir, sizeof place.dir, "%s", dir);
	if (open_store(w.a, &place, &w.store)) return 5;
	for (size_t n = 1; n;) {
		struct arena *a = arena_new(0);
		if (put_away(&w, a, &n) || write(1, ".", 1) != 1) return 6;
		arena_free(a);
	}
	close(1);
	pause();
	return 0;
}

// Many of one: the state names neither instance nor case.
static void copies(struct world *w, int n)
{
	static const char *const what[][2] = {
		{"flow_instance (home, id, case_id, model, catalogue, version, ended, outcome, state, ended_ms)",
			"home, id + n.i, case_id + n.i, model, catalogue, version, ended, outcome, state, ended_ms FROM flow_instance"},
		{"task (home, id, instance, key, case_id, element, name, role, office, open, version, opened_ms, due_ms, done_ms, outcome)",
			"home, id + n.i, instance + n.i, key, case_id + n.i, element, name, role, office, open, version, opened_ms, due_ms, done_ms, outcome FROM task"},
		{"flow_event (home, instance, version, n, at_ms, kind, key, detail)", "home, instance + n.i, version, flow_event.n, at_ms, kind, key, detail FROM flow_event"}};
	for (size_t i = 0; i < countof(what); i++)
		place_raw(&w->place, str_z(w->a, str_fmt(w->a, "WITH RECURSIVE n(i) AS (SELECT 1000000 UNION ALL SELECT i + 1000000 FROM n WHERE i < %d000000)"
			" INSERT INTO %s SELECT %s, n", n, what[i][0], what[i][1])));
}

static void killed(enum kind k)
{
	enum { COPIES = 650 };
	struct world w;
	int fd, status;
	open_world(&w, k);
	through(&w, start(&w, publish(&w, "c", "")));
	copies(&w, COPIES);
	whole(&w, COPIES + 1);
	const struct str rows = dump(&w, w.a);
	int64_t moved = 0;
	for (int round = 0; moved < COPIES + 1; round++) {
		assert_true(round < 20);
		store_close(w.store);                                    // of an SQLite folder one process at a time is the owner
		pid_t pid = place_child(&w.place, self, "away", "", &fd);
		for (int slices = round < 3 ? round : 3; slices >= 0; slices--)
			if (read(fd, &(char){0}, 1) != 1) break;
		kill(pid, SIGKILL);                                      // while it is at the next
		waitpid(pid, &status, 0);
		close(fd);
		if (!WIFSIGNALED(status)) fail_msg("the child ended by itself with %d", WEXITSTATUS(status));
		OK(open_store(w.a, &w.place, &w.store));
		int64_t now = apart(&w);
		assert_true(now > moved && (now % PAST_SLICE == 0 || now == COPIES + 1));
		moved = now;
		unmixed(&w);
		whole(&w, COPIES + 1);
		same(rows, dump(&w, w.a));
	}
	close_world(&w);
}

// ---- a database of before ----

static void dated(enum kind k)
{
	struct world w = {.a = arena_new(0), .now_ms = noon_ms};
	struct store_config c;
	size_t n = 0;
	place_make(&w.place, k);
	c = place_config(&w.place, schema_all(w.a, &n), 0);
	while (strcmp(c.migrations[c.n_migrations].name, "flow") != 0 || c.migrations[c.n_migrations].version != 6) c.n_migrations++;
	OK(store_open(w.a, &c, &w.store));
	store_close(w.store);
	place_raw(&w.place, str_z(w.a, str_fmt(w.a, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12000) INSERT INTO flow_instance"
		" (home, id, case_id, model, catalogue, version, ended, outcome, state) SELECT 1, i, i, 'm', 'c', 2, i %% 5 / 4, 'granted', %s FROM n",
		k == SQLITE ? "x'00'" : "'\\x00'")));
	place_raw(&w.place, "INSERT INTO flow_event (home, instance, version, n, at_ms, kind, key, detail) VALUES (1, 4, 1, 0, 100, 'start', 0, '{}'),"
		" (1, 4, 2, 0, 300, 'task', 1, '{}'), (1, 5, 1, 0, 100, 'start', 0, '{}')");
	OK(open_store(w.a, &w.place, &w.store));
	assert_int_equal(counted(&w, "SELECT count(*) FROM flow_instance WHERE ended = 0 AND ended_ms = 0"), 9600);
	assert_int_equal(counted(&w, "SELECT count(*) FROM flow_instance WHERE ended = 1 AND ended_ms = 1"), 2399);
	assert_int_equal(counted(&w, "SELECT ended_ms FROM flow_instance WHERE id = 4"), 300);
	OK(put_away(&w, w.a, &n));
	assert_int_equal(n, PAST_SLICE);
	unmixed(&w);
	store_close(w.store);
	place_drop(&w.place);
	arena_free(w.a);
}

#define BOTH(fn) \
	static void fn##_sqlite(void **s) { fn(SQLITE); } \
	static void fn##_postgres(void **s) { if (!place_can(POSTGRES)) skip(); fn(POSTGRES); }
BOTH(orders)
BOTH(races)
BOTH(stale)
BOTH(moves)
BOTH(moves_end)
BOTH(moved_tasks)
BOTH(generator)
BOTH(swept)
BOTH(incidents)
BOTH(wrong_times)
BOTH(touched)
BOTH(past)
BOTH(killed)
BOTH(dated)
#define T(fn) cmocka_unit_test(fn##_sqlite), cmocka_unit_test(fn##_postgres)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {T(orders), T(races), T(stale), T(moves), T(moves_end), T(moved_tasks), T(generator), T(swept), T(incidents), T(wrong_times), T(touched),
		T(past), T(killed), T(dated)};
	if (argc == 5 && strcmp(argv[1], "away") == 0) return away(argv[2], argv[3]);
	if (readlink("/proc/self/exe", self, sizeof self - 1) <= 0) return 1;
	if (argc > 1) cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
