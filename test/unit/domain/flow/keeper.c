// Properties of the keeper on both databases: any order of independent answers, answers at the same
// moment, replay of every event, moves to another version, and records somebody has touched.
#include "branches.h"

#include "base/file.h"
#include "domain/flow/model.h"

#include <pthread.h>
#include <stdlib.h>

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

// What was true once, of one instance: its answers are sent again later, and to the other instance.
struct past { struct task task[8]; size_t n_task; struct flow_due timer; struct flow_job job; struct flow_incident incident; };

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
#define T(fn) cmocka_unit_test(fn##_sqlite), cmocka_unit_test(fn##_postgres)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {T(orders), T(races), T(stale), T(moves), T(moves_end), T(moved_tasks), T(generator), T(swept), T(incidents), T(wrong_times), T(touched)};
	if (argc > 1) cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

