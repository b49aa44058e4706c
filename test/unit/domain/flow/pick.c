// Ad-hoc sub-processes under the keeper, on both databases: the row of the choice, choosing in parallel and one after the
// other, wrong choices, two people at once, its limit, a move to a new version, and rows somebody has touched.
#include "world.h"

static struct str model_text(struct arena *a, const char *ordering, const char *name, const char *more)
{
	return str_fmt(a, "<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL' xmlns:tb='urn:tongban:bpmn:1' targetNamespace='t'>"
		"<message id='m' name='accepted'/><process id='p' isExecutable='true'><startEvent id='s'/>"
		"<startEvent id='accepted'><messageEventDefinition messageRef='m'/></startEvent><exclusiveGateway id='begin'/>"
		"<sequenceFlow id='f0' sourceRef='accepted' targetRef='begin'/><sequenceFlow id='f1' sourceRef='s' targetRef='begin'/>"
		"<sequenceFlow id='f2' sourceRef='begin' targetRef='free'/>"
		"<adHocSubProcess id='free' name='%s' tb:role='approver' tb:limit='2wd' ordering='%s'>"
		"<userTask id='a' tb:role='approver' tb:limit='2wd'/><userTask id='b' tb:role='approver' tb:limit='2wd'/>"
		"<userTask id='behind' tb:role='approver' tb:limit='2wd'/><sequenceFlow id='g' sourceRef='b' targetRef='behind'/>%s"
		"<completionCondition>enough = true</completionCondition></adHocSubProcess>"
		"<boundaryEvent id='late' attachedToRef='free'><timerEventDefinition tb:workingDays='9'/></boundaryEvent>"
		"<sequenceFlow id='f3' sourceRef='free' targetRef='end'/><sequenceFlow id='f4' sourceRef='late' targetRef='lapsed'/>"
		"<endEvent id='end' tb:outcome='granted'/><endEvent id='lapsed' tb:outcome='refused'/></process></definitions>", name, ordering, more);
}

static struct str publish(struct world *w, const char *ordering, const char *name, const char *more)
{
	return alone_publish(w->a, w->domain, w->city, model_text(w->a, ordering, name, more));
}

static int64_t start(struct world *w, struct str version)
{
	static int64_t cases = 1000;
	struct plan p = begin(w, w->a);
	int64_t id;
	struct flow_begin b = {.case_id = cases++, .home = 1, .catalogue = version, .model = S("apply:food_licence"), .vars = json_obj(w->a)};
	OK(finish(&p, flow_start(&p, &b, &id)));
	return b.case_id;
}

static struct task task_at(struct world *w, int64_t id, const char *element)
{
	struct plan p = begin(w, w->a);
	struct task t;
	bool found;
	OK(task_of_case(&p, id, str_of(element), &t, &found));
	snap_close(p.snap);
	if (!found) fail_msg("no open row %s", element);
	return t;
}

static size_t open_rows(struct world *w, int64_t id)
{
	struct plan p = begin(w, w->a);
	struct task *t;
	size_t n;
	OK(task_open_of(&p, id, &t, &n));
	snap_close(p.snap);
	return n;
}

// "a:may b:may", "a:running b" …
static const char *offered(struct world *w, int64_t id)
{
	struct plan p = begin(w, w->a);
	struct task t = task_at(w, id, "free");
	struct flow_instance *i;
	struct bpmn_picks x;
	bool is;
	struct buf b = buf_new(w->a);
	OK(task_picks(&p, &t, &i, &x, &is));
	assert_true(is);
	for (uint32_t k = 0; k < x.n; k++)
		buf_fmt(&b, "%s" STR_FMT "%s%s%s", k ? " " : "", STR_ARG(bpmn_element(i->bpmn, x.pick[k].element)->id), x.pick[k].may ? ":may" : "",
			x.pick[k].running ? ":running" : "", x.pick[k].done ? ":done" : "");
	snap_close(p.snap);
	return str_z(w->a, buf_str(&b));
}

static struct err *pick(struct world *w, int64_t id, const char *activity)
{
	struct task t = task_at(w, id, "free");
	struct plan p = begin(w, w->a);
	return finish(&p, task_pick(&p, &t, str_of(activity)));
}

static struct err *enough(struct world *w, int64_t id)
{
	struct task t = task_at(w, id, "free");
	struct plan p = begin(w, w->a);
	return finish(&p, task_picked_all(&p, &t));
}

static void done(struct world *w, int64_t id, const char *element, bool all)
{
	struct task t = task_at(w, id, element);
	struct plan p = begin(w, w->a);
	struct json *vars = json_obj(w->a);
	if (all) json_put(w->a, vars, S("enough"), json_bool(w->a, true));
	OK(finish(&p, task_done(&p, &t, S("agree"), vars)));
}

static struct str outcome(struct world *w, int64_t id)
{
	struct plan p = begin(w, w->a);
	struct flow_instance *i;
	OK(flow_find(&p, id, &i));
	snap_close(p.snap);
	return i->ended ? i->outcome : S("runs");
}

static void side_by_side(enum kind k)
{
	struct world w;
	open_world(&w, k);
	int64_t id = start(&w, publish(&w, "Parallel", "x", ""));
	struct task t = task_at(&w, id, "free");
	assert_true(str_is(t.role, "approver") && str_is(t.office, "market"));
	assert_true(t.due_ms > w.now_ms + 86400000 && t.due_ms < w.now_ms + 6 * 86400000LL);        // two working days
	assert_string_equal(offered(&w, id), "a:may b:may");
	IS(E_PICK_UNKNOWN, pick(&w, id, "behind"));      // something leads to it
	IS(E_PICK_UNKNOWN, pick(&w, id, "end"));
	IS(E_PICK_UNKNOWN, pick(&w, id, ""));
	OK(pick(&w, id, "b"));
	whole(&w, 1);
	IS(E_PICK_RUNNING, pick(&w, id, "b"));
	IS(E_PICK_BUSY, enough(&w, id));
	assert_string_equal(offered(&w, id), "a:may b:running");
	done(&w, id, "b", false);
	IS(E_PICK_BUSY, enough(&w, id));                 // what follows inside is not done
	assert_string_equal(offered(&w, id), "a:may b:running:done");
	IS(E_PICK_RUNNING, pick(&w, id, "b"));
	done(&w, id, "behind", false);
	OK(pick(&w, id, "a"));
	OK(pick(&w, id, "b"));                           // a second time
	assert_int_equal(open_rows(&w, id), 3);
	whole(&w, 1);
	done(&w, id, "a", true);                         // the condition: what is under way is not wanted any more
	assert_int_equal(open_rows(&w, id), 0);
	assert_true(str_is(outcome(&w, id), "granted"));
	whole(&w, 1);
	close_world(&w);
}

static void one_after_the_other(enum kind k)
{
	struct world w;
	open_world(&w, k);
	int64_t id = start(&w, publish(&w, "Sequential", "x", ""));
	OK(pick(&w, id, "a"));
	assert_string_equal(offered(&w, id), "a:running b");
	IS(E_PICK_ONE_AFTER, pick(&w, id, "b"));
	IS(E_PICK_RUNNING, pick(&w, id, "a"));
	done(&w, id, "a", false);
	assert_string_equal(offered(&w, id), "a:may:done b:may");
	OK(pick(&w, id, "b"));
	done(&w, id, "b", false);
	IS(E_PICK_RUNNING, pick(&w, id, "b"));
	IS(E_PICK_ONE_AFTER, pick(&w, id, "a"));         // what follows b is under way
	done(&w, id, "behind", false);
	struct task t = task_at(&w, id, "free");
	OK(enough(&w, id));
	assert_true(str_is(outcome(&w, id), "granted"));
	struct plan p = begin(&w, w.a);                  // from a page made before
	IS(E_FLOW_NOT_WAITING, finish(&p, task_pick(&p, &t, S("a"))));
	p = begin(&w, w.a);
	IS(E_FLOW_NOT_WAITING, finish(&p, task_picked_all(&p, &t)));
	whole(&w, 1);
	close_world(&w);
}

// What is under way is let go on (cancelRemainingInstances) when the condition has come true: nothing more is chosen then.
static void waits_for_the_rest(enum kind k)
{
	struct world w;
	open_world(&w, k);
	int64_t id = start(&w, publish(&w, "Parallel' cancelRemainingInstances='false", "x", ""));
	OK(pick(&w, id, "a"));
	OK(pick(&w, id, "b"));
	done(&w, id, "a", true);
	assert_string_equal(offered(&w, id), "a:done b:running");
	IS(E_PICK_CLOSING, pick(&w, id, "a"));
	done(&w, id, "b", false);
	done(&w, id, "behind", false);
	assert_true(str_is(outcome(&w, id), "granted"));
	whole(&w, 1);
	close_world(&w);
}

static void two_at_once(enum kind k)
{
	struct world w;
	open_world(&w, k);
	int64_t id = start(&w, publish(&w, "Parallel", "x", ""));
	struct task t = task_at(&w, id, "free");
	struct plan one = begin(&w, w.a), two = begin(&w, w.a), three = begin(&w, w.a);
	OK(finish(&one, task_pick(&one, &t, S("a"))));
	IS(E_STALE, finish(&two, task_pick(&two, &t, S("b"))));
	IS(E_STALE, finish(&three, task_picked_all(&three, &t)));
	struct plan late = begin(&w, w.a);               // planned on the new state, from the old page
	IS(E_STALE, finish(&late, task_pick(&late, &t, S("b"))));
	assert_int_equal(open_rows(&w, id), 2);
	whole(&w, 1);
	close_world(&w);
}

static void too_late(enum kind k)
{
	struct world w;
	open_world(&w, k);
	int64_t id = start(&w, publish(&w, "Parallel", "x", ""));
	struct flow_due *due;
	size_t n;
	OK(pick(&w, id, "a"));
	w.now_ms += 20 * 86400000LL;
	struct plan p = begin(&w, w.a);
	OK(flow_timers_due(&p, w.now_ms, 10, &due, &n));
	assert_int_equal(n, 1);
	OK(finish(&p, flow_timer_fire(&p, due[0].id)));
	assert_int_equal(open_rows(&w, id), 0);
	assert_true(str_is(outcome(&w, id), "refused"));
	whole(&w, 1);
	close_world(&w);
}

// The open choice goes on under a new version: its name, and what there is to choose from.
static void moved(enum kind k)
{
	struct world w;
	open_world(&w, k);
	int64_t id = start(&w, publish(&w, "Parallel", "old", ""));
	OK(pick(&w, id, "a"));
	struct str to = publish(&w, "Parallel", "new", "<userTask id='c' tb:role='approver' tb:limit='2wd'/>");
	struct plan p = begin(&w, w.a);
	struct task before = task_at(&w, id, "free");
	OK(finish(&p, flow_move(&p, id, to)));
	struct task t = task_at(&w, id, "free");
	assert_true(str_is(before.name, "old") && str_is(t.name, "new"));
	assert_string_equal(offered(&w, id), "a:running b:may c:may");
	p = begin(&w, w.a);
	IS(E_STALE, finish(&p, task_pick(&p, &before, S("c"))));
	OK(pick(&w, id, "c"));
	whole(&w, 1);
	// A version without it has no place for who stands in it.
	to = publish(&w, "Parallel", "new", "");
	p = begin(&w, w.a);
	IS(E_BPMN_MIGRATE, finish(&p, flow_move(&p, id, to)));
	whole(&w, 1);
	close_world(&w);
}

static void touched(enum kind k)
{
	static const struct { const char *sql; enum flow_flaw flaw; } cases[] = {
		{"DELETE FROM task WHERE element = 'free'", FLOW_ROWS}, {"UPDATE flow_event SET detail = '{\"element\":\"b\"}' WHERE kind = 'adhoc'", FLOW_STATE},
		{"DELETE FROM flow_event WHERE kind = 'adhoc'", FLOW_GAP}, {"UPDATE flow_event SET detail = '{\"element\":\"end\"}' WHERE kind = 'adhoc'", FLOW_REFUSED}};
	for (size_t c = 0; c < countof(cases); c++) {
		struct world w;
		struct seen seen;
		open_world(&w, k);
		int64_t id = start(&w, publish(&w, "Parallel", "x", ""));
		OK(pick(&w, id, "a"));
		whole(&w, 1);
		place_raw(&w.place, cases[c].sql);
		struct flow_replay r = replay(&w, &seen);
		if (r.findings != 1 || seen.flaw[cases[c].flaw] != 1) fail_msg("%s: not found as %s", cases[c].sql, flow_flaw_name(cases[c].flaw));
		close_world(&w);
	}
}

#define BOTH(fn) \
	static void fn##_sqlite(void **s) { fn(SQLITE); } \
	static void fn##_postgres(void **s) { if (!place_can(POSTGRES)) skip(); fn(POSTGRES); }
BOTH(side_by_side)
BOTH(one_after_the_other)
BOTH(waits_for_the_rest)
BOTH(two_at_once)
BOTH(too_late)
BOTH(moved)
BOTH(touched)
#define T(fn) cmocka_unit_test(fn##_sqlite), cmocka_unit_test(fn##_postgres)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {T(side_by_side), T(one_after_the_other), T(waits_for_the_rest), T(two_at_once), T(too_late), T(moved), T(touched)};
	if (argc > 1) cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
