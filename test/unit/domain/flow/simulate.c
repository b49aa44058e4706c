// The simulation against queueing theory, and the same figures from the same seed.
// Run with "soak" for long runs and a tolerance of 2 % at heavy load.
// allow double: statistics
#include "base/seam.h"
#include "domain/flow/simulate.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static bool soak;

static struct bpmn_model *model(struct arena *a, const char *inside)
{
	struct bpmn_model *m;
	struct err *e = bpmn_load(a, str_fmt(a, "<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL' xmlns:tb='urn:tongban:bpmn:1'"
		" targetNamespace='t'><process id='p' isExecutable='true'><startEvent id='s'/>%s</process></definitions>", inside), S("t"), &m);
	if (e) fail_msg(STR_FMT, STR_ARG(err_text(a, e, true)));
	return m;
}

static const char *one_task = "<sequenceFlow id='f1' sourceRef='s' targetRef='work'/><userTask id='work' tb:role='clerk'/>"
	"<sequenceFlow id='f2' sourceRef='work' targetRef='end'/><endEvent id='end'/>";

// Every day a working day, so that a run may be as long as it likes.
static struct calendar *every_day(struct arena *a)
{
	struct calendar *c = NULL;
	struct err *e = calendar_load(a, S(CITY "/calendar"), &c);
	if (e) fail_msg(STR_FMT, STR_ARG(err_text(a, e, true)));
	return c;
}

static struct sim_result run(struct arena *a, const char *inside, struct sim_config c)
{
	struct sim_result r;
	c.model = model(a, inside);
	c.process = bpmn_process(c.model, S(""));
	c.calendar = every_day(a);
	c.hours = &office_hours_usual;
	if (!c.from) c.from = 20454;          // 2026-01-01
	if (!c.days) c.days = 240;
	struct err *e = simulate(a, &c, &r);
	if (e) fail_msg(STR_FMT, STR_ARG(err_text(a, e, true)));
	return r;
}

// n tasks a run in 240 office days of 7 hours: the arrival rate follows from it, the service from the load.
static void queue(struct sim_dist service_kind, uint32_t servers, double load, double cv2, uint64_t seed)
{
	struct arena *a = arena_new(0);
	int64_t n = soak ? 4000000 : 300000, span = (int64_t)240 * 7 * 3600000, between = span / n;
	int64_t service = llround((double)between * servers * load);
	struct sim_service s = {S("work"), {service_kind.kind, service}};
	struct sim_staff staff = {S("clerk"), servers};
	struct sim_result r = run(a, one_task, (struct sim_config){.arrivals = {SIM_EXP, between}, .service = &s, .n_service = 1, .staff = &staff,
		.n_staff = 1, .warm_days = 10, .seed = seed});
	double rate = 1.0 / (double)between;
	double theory = servers == 1 ? sim_wait_mg1(rate, (double)service, cv2) : sim_wait_mmc(rate, (double)service, servers);
	double off = fabs(r.role[0].wait_ms / theory - 1), tolerance = 0.02;
	printf("  c=%u load=%.2f cv2=%.2f: wait %.1f ms, theory %.1f ms, off %.2f %%; busy %.3f\n", servers, load, cv2, r.role[0].wait_ms, theory, 100 * off, r.role[0].busy);
	if (off > tolerance) fail_msg("off by %.2f %%", 100 * off);
	assert_true(fabs(r.role[0].busy - load) < 0.02);
	arena_free(a);
}

static void theory_itself(void **state)
{
	// M/M/1 is both; Erlang's C of two servers at load 1 is 1/3.
	assert_true(fabs(sim_wait_mmc(0.5, 1, 1) - sim_wait_mg1(0.5, 1, 1)) < 1e-12);
	assert_true(fabs(sim_wait_mmc(1, 1, 2) - 1.0 / 3) < 1e-12);
}

static void mm1(void **state) { queue((struct sim_dist){SIM_EXP}, 1, soak ? 0.8 : 0.5, 1, 11); }
static void mm3(void **state) { queue((struct sim_dist){SIM_EXP}, 3, soak ? 0.85 : 0.7, 1, 12); }
static void md1(void **state) { queue((struct sim_dist){SIM_CONST}, 1, soak ? 0.8 : 0.6, 0, 13); }
static void mu1(void **state) { queue((struct sim_dist){SIM_UNIFORM}, 1, soak ? 0.8 : 0.6, 1.0 / 3, 14); }
static void me1(void **state) { queue((struct sim_dist){SIM_ERLANG2}, 1, soak ? 0.8 : 0.6, 0.5, 15); }

// Two models and one clerk: cases of both stand in one queue, which is M/M/1 with both rates.
static void shared_staff(void **state)
{
	struct arena *a = arena_new(0);
	int64_t n = 150000, span = (int64_t)240 * 7 * 3600000, between = span / n;
	int64_t service = llround((double)between * 0.3);                         // load 0.3 of each, 0.6 in all
	struct sim_service s[] = {{S("one/work"), {SIM_EXP, service}}, {S("work"), {SIM_EXP, service}}};
	struct sim_staff staff = {S("clerk"), 1};
	struct sim_config other = {.name = S("two"), .model = model(a, one_task), .arrivals = {SIM_EXP, between}, .limit_wd = 1};
	other.process = bpmn_process(other.model, S(""));
	struct sim_result r = run(a, one_task, (struct sim_config){.name = S("one"), .arrivals = {SIM_EXP, between}, .service = s, .n_service = 2, .staff = &staff,
		.n_staff = 1, .warm_days = 10, .seed = 21, .beside = &other});
	double theory = sim_wait_mg1(2.0 / (double)between, (double)service, 1), off = fabs(r.role[0].wait_ms / theory - 1);
	printf("  two models: wait %.1f ms, theory %.1f ms, off %.2f %%\n", r.role[0].wait_ms, theory, 100 * off);
	assert_true(off < 0.02);
	assert_int_equal(r.n_flow, 2);
	assert_int_equal(r.flow[0].arrived + r.flow[1].arrived, r.arrived);
	assert_int_equal(r.flow[0].ended + r.flow[1].ended, r.ended);
	assert_true(fabs((double)r.flow[0].arrived / (double)r.flow[1].arrived - 1) < 0.02);
	assert_true(r.flow[0].in_limit == r.flow[0].ended && r.flow[1].in_limit <= r.flow[1].ended);
	int64_t arrived = 0, ended = 0;
	for (size_t i = 0; i < r.n_week; i++) {
		arrived += r.week[i].arrived;
		ended += r.week[i].ended;
	}
	assert_int_equal(arrived, r.arrived);
	assert_int_equal(ended, r.ended);
	assert_int_equal(r.n_step, 2);
	assert_true(str_is(r.step[0].model, "one") && str_is(r.step[1].model, "two"));
	// A budget ends it with a sentence.
	struct sim_config c = {.name = S("one"), .model = other.model, .process = other.process, .arrivals = {SIM_EXP, between}, .service = s, .n_service = 2,
		.staff = &staff, .n_staff = 1, .calendar = every_day(a), .hours = &office_hours_usual, .from = 20454, .days = 20, .max_steps = 1000};
	struct err *e = simulate(a, &c, &r);
	assert_non_null(e);
	assert_int_equal(e->code, E_SIMULATE_LARGE);
	arena_free(a);
}

static void same_seed(void **state)
{
	struct arena *a = arena_new(0);
	struct sim_service s[] = {{S("*"), {SIM_EXP, 1800000}}};
	struct sim_staff staff[] = {{S("clerk"), 2}};
	struct sim_config c = {.arrivals = {SIM_EXP, 1200000}, .service = s, .n_service = 1, .staff = staff, .n_staff = 1, .days = 100, .seed = 7};
	struct sim_result one = run(a, one_task, c), two = run(a, one_task, c);
	assert_memory_equal(one.role, two.role, sizeof *one.role);
	assert_int_equal(one.ended, two.ended);
	c.seed = 8;
	struct sim_result three = run(a, one_task, c);
	assert_true(three.role[0].wait_ms != one.role[0].wait_ms);
	arena_free(a);
}

// Two steps, a choice, a timer that takes a waiting task away, a job.
static const char *whole = "<sequenceFlow id='f1' sourceRef='s' targetRef='accept'/><userTask id='accept' tb:role='clerk'/>"
	"<sequenceFlow id='f2' sourceRef='accept' targetRef='ok'/><exclusiveGateway id='ok' default='f3'/><sequenceFlow id='f3' sourceRef='ok' targetRef='decide'/>"
	"<sequenceFlow id='f4' sourceRef='ok' targetRef='no'><conditionExpression>= answer = \"no\"</conditionExpression></sequenceFlow><endEvent id='no'/>"
	"<userTask id='decide' tb:role='approver'/><boundaryEvent id='late' attachedToRef='decide'><timerEventDefinition tb:workingDays='2'/></boundaryEvent>"
	"<sequenceFlow id='f5' sourceRef='late' targetRef='gone'/><endEvent id='gone'/><sequenceFlow id='f6' sourceRef='decide' targetRef='make'/>"
	"<serviceTask id='make' tb:job='make'/><sequenceFlow id='f7' sourceRef='make' targetRef='end'/><endEvent id='end'/>";

// Somebody picks: a always, b in one case of four, c never named and so always; one after the other or side by side.
static void picked(void **state)
{
	static const char *const orders[] = {"Parallel", "Sequential"};
	for (size_t i = 0; i < countof(orders); i++) {
		struct arena *a = arena_new(0);
		struct sim_service s[] = {{S("*"), {SIM_CONST, 600000}}};
		struct sim_staff staff[] = {{S("approver"), 3}};
		struct sim_choice choice[] = {{S("free"), S("a"), S("true"), 1}, {S("free"), S("b"), S("true"), 0.25}};
		const char *text = str_z(a, str_fmt(a, "<sequenceFlow id='f1' sourceRef='s' targetRef='free'/><adHocSubProcess id='free' tb:role='approver' ordering='%s'>"
			"<userTask id='a' tb:role='approver'/><userTask id='b' tb:role='approver'/><userTask id='c' tb:role='approver'/></adHocSubProcess>"
			"<sequenceFlow id='f2' sourceRef='free' targetRef='end'/><endEvent id='end'/>", orders[i]));
		struct sim_result r = run(a, text, (struct sim_config){.arrivals = {SIM_EXP, 3600000}, .service = s, .n_service = 1, .staff = staff, .n_staff = 1,
			.choice = choice, .n_choice = 2, .days = 200, .seed = 5});
		assert_true(r.ended > 1000 && r.open < 10);
		assert_int_equal(r.n_step, 4);
		double all = (double)r.step[0].done;
		assert_true(fabs((double)r.step[1].done / all - 1) < 0.02 && fabs((double)r.step[3].done / all - 1) < 0.02);
		assert_true(fabs((double)r.step[2].done / all - 0.25) < 0.04);
		// Three steps of ten minutes each: the picking, and what was picked behind or beside each other.
		assert_true(i ? r.through_ms > 1800000 : r.through_ms > 1200000 && r.through_ms < 1500000);
		arena_free(a);
	}
}

static void bottleneck(void **state)
{
	struct arena *a = arena_new(0);
	struct sim_service s[] = {{S("accept"), {SIM_CONST, 600000}}, {S("decide"), {SIM_CONST, 1500000}}};
	struct sim_staff staff[] = {{S("clerk"), 1}, {S("approver"), 1}};
	struct sim_choice choice[] = {{S("accept"), S("answer"), S("\"no\""), 0.25}};
	struct sim_config c = {.arrivals = {SIM_CONST, 1500000}, .service = s, .n_service = 2, .staff = staff, .n_staff = 2, .choice = choice,
		.n_choice = 1, .days = 200, .limit_wd = 1, .seed = 3};
	struct sim_result r = run(a, whole, c);
	assert_int_equal(r.bottleneck, 1);
	assert_int_equal(r.arrived, 200 * 7 * 3600 / 1500 - 1);
	double share = (double)r.step[1].done / (double)r.step[0].done;
	assert_true(fabs(share - 0.75) < 0.05);
	assert_true(fabs(r.role[0].busy - 0.4) < 0.01);
	assert_true(r.in_limit > r.ended * 9 / 10);
	// Half as fast: the queue grows, and the two days take tasks away from it.
	s[1].dist.mean_ms = 4 * 1500000;
	struct sim_result slow = run(a, whole, c);
	assert_true(slow.role[1].busy > 0.99);
	assert_true(slow.role[1].wait_max_ms <= 3.0 * 7 * 3600000);
	assert_true(slow.step[1].done < r.step[1].done / 2);
	assert_true(slow.in_limit < slow.ended);
	arena_free(a);
}

static void misfits(void **state)
{
	struct arena *a = arena_new(0);
	struct sim_service s[] = {{S("accept"), {SIM_CONST, 600000}}, {S("nobody"), {SIM_CONST, 1}}};
	struct sim_staff staff[] = {{S("clerk"), 1}};
	struct sim_result r;
	struct sim_config c = {.model = model(a, whole), .calendar = every_day(a), .hours = &office_hours_usual, .from = 20454, .days = 5,
		.arrivals = {SIM_CONST, 1500000}, .service = s, .n_service = 1, .staff = staff, .n_staff = 1, .seed = 3};
	c.process = bpmn_process(c.model, S(""));
	struct err *e = simulate(a, &c, &r);
	assert_non_null(e);                          // decide has neither staff nor time
	assert_int_equal(e->code, E_USAGE);
	c.n_service = 2;
	e = simulate(a, &c, &r);
	assert_int_equal(e->code, E_USAGE);
	c.n_service = 1;
	c.days = 0;
	e = simulate(a, &c, &r);
	assert_int_equal(e->code, E_USAGE);
	c.days = 20000;                              // further than any calendar
	e = simulate(a, &c, &r);
	assert_int_equal(e->code, E_NO_CALENDAR);
	arena_free(a);
}

// A model that calls another one begins a case of it at once, and ends with it: the figures are those of the other alone.
static void called(void **state)
{
	struct arena *a = arena_new(0);
	struct sim_service s = {S("work"), {SIM_EXP, 1500000}}, inner = {S("part/work"), {SIM_EXP, 1500000}};
	struct sim_staff staff = {S("clerk"), 2};
	struct sim_config base = {.arrivals = {SIM_EXP, 900000}, .service = &s, .n_service = 1, .staff = &staff, .n_staff = 1, .warm_days = 20, .seed = 5};
	struct sim_result alone = run(a, one_task, base), whole;
	struct sim_config part = {.model = model(a, one_task), .name = S("part"), .called = S("other"), .limit_wd = 2};
	base.beside = &part;
	base.name = S("whole");
	base.service = &inner;
	whole = run(a, "<sequenceFlow id='f1' sourceRef='s' targetRef='c'/><callActivity id='c' calledElement='other'/>"
		"<sequenceFlow id='f2' sourceRef='c' targetRef='end'/><endEvent id='end'/>", base);
	assert_true(alone.ended > 1000);
	assert_int_equal(whole.arrived, alone.arrived);
	assert_int_equal(whole.ended, alone.ended);
	assert_int_equal(whole.flow[1].arrived, alone.arrived);
	assert_true(whole.role[0].wait_ms == alone.role[0].wait_ms);
	assert_true(whole.role[0].busy == alone.role[0].busy);
	assert_true(whole.through_ms == alone.through_ms);
	assert_true(whole.flow[1].through_ms == alone.through_ms);
	assert_true(whole.flow[1].in_limit > 0 && whole.flow[1].in_limit <= whole.flow[1].ended);
	arena_free(a);
}

int main(int argc, char **argv)
{
	soak = argc > 1 && strcmp(argv[1], "soak") == 0;
	const struct CMUnitTest tests[] = {cmocka_unit_test(theory_itself), cmocka_unit_test(mm1), cmocka_unit_test(mm3), cmocka_unit_test(md1),
		cmocka_unit_test(mu1), cmocka_unit_test(me1), cmocka_unit_test(shared_staff), cmocka_unit_test(same_seed), cmocka_unit_test(picked), cmocka_unit_test(bottleneck), cmocka_unit_test(misfits), cmocka_unit_test(called)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
