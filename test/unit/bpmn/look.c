// What a model tells about itself: elements, marks, picture, outline, notes, commands.
#include "base/file.h"
#include "bpmn/bpmn.h"
#include "bpmn/svg.h"
#include "codec/xml.h"
#include <setjmp.h>
#include <stdio.h>
#include <sys/stat.h>
#include <cmocka.h>

static struct str read_model(struct arena *a, const char *path)
{
	struct str text = {0};
	return file_read(a, str_of(path), 64 << 20, &text) ? (struct str){0} : text;
}

static struct bpmn_model *approval(struct arena *a)
{
	struct bpmn_model *m;
	struct err *e = bpmn_load(a, read_model(a, SOURCE_ROOT "/test/bpmn/approval.bpmn"), S("approval.bpmn"), &m);
	if (e)
		fail_msg("%s", str_z(a, err_text(a, e, true)));
	return m;
}

static void introspection(void **state)
{
	struct arena *a = arena_new(0);
	struct bpmn_model *m = approval(a);
	int p = bpmn_process(m, (struct str){0});
	assert_true(p >= 0);
	assert_int_equal(bpmn_process(m, S("approval")), p);
	assert_int_equal(bpmn_process(m, S("other")), -1);
	assert_int_equal(bpmn_find(m, S("nothing")), -1);
	assert_null(bpmn_element(m, -1));
	assert_null(bpmn_element(m, bpmn_count(m)));
	const struct bpmn_element *e = bpmn_element(m, bpmn_find(m, S("accept")));
	assert_int_equal(e->kind, BPMN_USER_TASK);
	assert_true(str_is(e->name, "受理"));
	assert_true(str_is(e->role, "acceptance"));
	assert_true(str_is(e->limit, "= item.accept_limit"));
	assert_int_equal(e->parent, p);
	assert_true(e->line > 1);
	const struct bpmn_element *b = bpmn_element(m, bpmn_find(m, S("review_slow")));
	assert_int_equal(b->trigger, BPMN_TIMER);
	assert_false(b->interrupting);
	assert_int_equal(b->attached, bpmn_find(m, S("review")));
	assert_null(bpmn_notes(m));
	int defaults = 0;
	for (int i = 0; i < bpmn_flow_count(m); i++)
		defaults += bpmn_flow(m, i)->is_default;
	assert_int_equal(defaults, 2);
	arena_free(a);
}

static void start_timers(void **state)
{
	struct arena *a = arena_new(0);
	struct bpmn_model *m;
	struct bpmn_effect f;
	bool again;
	assert_null(bpmn_load(a, S("<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL'><process id='p'>"
		"<startEvent id='s'><timerEventDefinition><timeCycle>R3/PT10H</timeCycle></timerEventDefinition></startEvent>"
		"<startEvent id='n'/><userTask id='t'/><sequenceFlow id='1' sourceRef='s' targetRef='t'/></process></definitions>"),
		S("x"), &m));
	int s = bpmn_find(m, S("s"));
	assert_null(bpmn_start_timer(m, s, 1000, 0, a, &f, &again));
	assert_true(again);
	assert_int_equal(f.due, BPMN_DUE_AT);
	assert_int_equal(f.due_ms, 36001000);
	assert_null(bpmn_start_timer(m, s, 1000, 2, a, &f, &again));
	assert_true(again);
	assert_null(bpmn_start_timer(m, s, 1000, 3, a, &f, &again));
	assert_false(again);
	assert_non_null(bpmn_start_timer(m, bpmn_find(m, S("n")), 1000, 0, a, &f, &again));
	assert_non_null(bpmn_start_timer(m, -1, 1000, 0, a, &f, &again));
	arena_free(a);
}

// Well-formed, every class known, no style attributes, ids with the prefix only.
static void picture_is_clean(struct arena *a, struct str svg)
{
	struct xml *root;
	struct err *e = xml_parse(a, svg, (struct xml_limits){0}, &root);
	if (e)
		fail_msg("%u:%u %s\n%s", e->line, e->col, str_z(a, err_text(a, e, true)), str_z(a, svg));
	assert_true(xml_is(root, S("http://www.w3.org/2000/svg"), S("svg")));
	assert_true(str_find(svg, S("style=")) < 0);
	assert_true(str_find(svg, S("<script")) < 0);
	assert_true(str_find(svg, S("nan")) < 0 && str_find(svg, S("inf ")) < 0);
	assert_true(xml_child(root, XML_ANY, S("title")) && xml_child(root, XML_ANY, S("desc")));
	assert_true(xml_attr(root, S("viewBox")).n > 0);
}

static void picture(void **state)
{
	struct arena *a = arena_new(0);
	struct bpmn_model *m = approval(a);
	struct json *vars;
	assert_null(json_parse(a,
		S("{\"item\":{\"office\":\"O\",\"accept_limit\":\"5wd\",\"correction_limit\":5,\"review_warning\":3}}"), (struct json_limits){0}, &vars));
	struct bpmn_event e = {.kind = BPMN_EV_START, .vars = vars};
	struct bpmn_result r;
	assert_null(bpmn_step(m, 0, (struct str){0}, &e, 0, NULL, a, &r));
	uint32_t key = 0;
	for (uint32_t i = 0; i < r.neffect; i++)
		if (r.effect[i].kind == BPMN_FX_TASK_OPEN)
			key = r.effect[i].key;
	struct json *accepted;
	assert_null(json_parse(a, S("{\"accept\":{\"result\":\"accept\"}}"), (struct json_limits){0}, &accepted));
	e = (struct bpmn_event){.kind = BPMN_EV_TASK_DONE, .key = key, .vars = accepted};
	assert_null(bpmn_step(m, 0, r.state, &e, 0, NULL, a, &r));
	struct bpmn_view v;
	assert_null(bpmn_look(m, r.state, a, &v));
	uint8_t *mark = bpmn_marks(a, m, &v);
	assert_int_equal(mark[bpmn_find(m, S("accept"))], BPMN_MARK_DONE);
	assert_int_equal(mark[bpmn_find(m, S("review"))], BPMN_MARK_CURRENT);
	assert_int_equal(mark[bpmn_find(m, S("decide"))], BPMN_MARK_POSSIBLE);
	assert_int_equal(mark[bpmn_find(m, S("deliver"))], BPMN_MARK_NONE);
	struct buf b = buf_new(a);
	bpmn_svg(&b, m, 0, mark, NULL, S("c1"), false);
	picture_is_clean(a, buf_str(&b));
	assert_true(str_find(buf_str(&b), S("bpmn-userTask is-current")) > 0);
	assert_true(str_find(buf_str(&b), S("当前：审查。")) > 0);
	uint32_t n;
	struct bpmn_outline *o = bpmn_outline(a, m, 0, mark, false, &n);
	assert_true(n >= 15);
	assert_true(str_is(o[0].text, "收件"));
	assert_true(str_is(o[1].text, "受理"));
	assert_int_equal(o[1].mark, BPMN_MARK_DONE);
	assert_true(str_find(o[1].next, S("补正：")) >= 0);
	arena_free(a);
}

static struct str louder(const void *ctx, struct str name)
{
	return str_is(name, "A") ? S("first") : name;
}

static void silent_gateways_are_left_out(void **state)
{
	struct arena *a = arena_new(0);
	struct bpmn_model *m;
	assert_null(bpmn_load(a, S("<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL' targetNamespace='t'><process id='p' isExecutable='true'>"
		"<startEvent id='s'/><task id='a' name='A'/><parallelGateway id='split'/><task id='b' name='B'/><task id='c' name='C'/>"
		"<task id='d' name='D'/><parallelGateway id='join'/><endEvent id='e'/>"
		"<sequenceFlow id='f1' sourceRef='s' targetRef='a'/><sequenceFlow id='f2' sourceRef='a' targetRef='split'/>"
		"<sequenceFlow id='f3' sourceRef='split' targetRef='b'/><sequenceFlow id='f4' sourceRef='split' targetRef='c'/>"
		"<sequenceFlow id='f5' sourceRef='split' targetRef='d'/><sequenceFlow id='f6' sourceRef='b' targetRef='join'/>"
		"<sequenceFlow id='f7' sourceRef='c' targetRef='join'/><sequenceFlow id='f8' sourceRef='d' targetRef='join'/>"
		"<sequenceFlow id='f9' sourceRef='join' targetRef='e'/></process></definitions>"), S("plain.bpmn"), &m));
	uint8_t *drop = arena_newn(a, uint8_t, bpmn_count(m));
	drop[bpmn_find(m, S("d"))] = 1;
	struct bpmn_reader r = {.word = louder, .drop = drop, .silent = true};
	uint32_t n;
	struct bpmn_outline *o = bpmn_outline(a, bpmn_plain(a, m, &r), 0, NULL, false, &n);
	assert_int_equal(n, 3);
	assert_true(str_is(o[0].text, "first"));
	assert_true(str_is(o[0].next, "B、C"));
	struct buf b = buf_new(a);
	bpmn_svg(&b, bpmn_plain(a, m, &r), 0, NULL, NULL, S("p"), false);
	picture_is_clean(a, buf_str(&b));
	assert_true(str_find(buf_str(&b), S("parallelGateway")) < 0);
	assert_int_equal(bpmn_flow_count(m), 9);
	arena_free(a);
}

static void pictures_of_others(void **state)
{
	static const char *const at[] = {SOURCE_ROOT "/../shared", SOURCE_ROOT "/../../shared"};
	static const char *const names[] = {"04-miwg-C.1.0", "07-miwg-C.9.0", "09-miwg-C.9.2",
		"18-paed01-succeeding-joins", "28-flowable-dynamic_test_process01",
		"67-flowable-AdhocSubProcessTest.testFlowsInAdhocSubProcess",
			"15-operaton-CompensateEventTest.testCompensationEventSubProcess"};
	struct arena *a = arena_new(0);
	unsigned drawn = 0;
	for (size_t k = 0; k < countof(at); k++)
		for (size_t i = 0; i < countof(names); i++) {
			struct str xml = read_model(a, str_z(a, str_fmt(a, "%s/conformance/bpmn-models/%s.bpmn", at[k],
				names[i])));
			struct bpmn_model *m;
			if (!xml.n)
				continue;
			assert_null(bpmn_load(a, xml, S("x"), &m));
			for (int p = 0; p < bpmn_count(m); p++) {
				if (bpmn_element(m, p)->kind != BPMN_PROCESS)
					continue;
				struct buf b = buf_new(a);
				bpmn_svg(&b, m, p, NULL, NULL, S("x"), true);
				picture_is_clean(a, buf_str(&b));
				drawn++;
			}
		}
	if (!drawn)
		print_message("../shared is absent: no pictures of its models\n");
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest t[] = {cmocka_unit_test(introspection), cmocka_unit_test(start_timers), cmocka_unit_test(picture),
		cmocka_unit_test(silent_gateways_are_left_out), cmocka_unit_test(pictures_of_others)};
	return cmocka_run_group_tests(t, NULL, NULL);
}
