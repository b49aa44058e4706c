// Wrong events at wrong times: at every state of a walk through every model of ours, each kind of event meets each
// kind of waiting place — before it opens, while it waits for something else, a second time, with another instance's
// key, after the end. The step must refuse it with a sentence and leave no trace: no state, no effect, no byte changed.
#include "fits.h"
#include "random.h"
#include <dirent.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#define DIR_MODELS SOURCE_ROOT "/test/bpmn"

static uint32_t refused, places[BPMN_W_DONE + 1];
static struct arena *scratch;
static const struct bpmn_env small = {.max_steps = 60, .max_tokens = 40, .max_multi = 5};

static void must_refuse(const struct bpmn_model *m, struct str state, const struct bpmn_event *e, const char *when)
{
	arena_reset(scratch);
	struct arena *a = scratch;
	struct str was = str_copy(a, state);
	struct bpmn_result r;
	memset(&r, 0x5a, sizeof r);
	struct err *err = bpmn_step(m, bpmn_process(m, (struct str){0}), state, e, 1793836800000, &small, a, &r);
	if (!err)
		fail_msg("event %d at key %u %s was taken", e->kind, e->key, when);
	if (err->code != E_BPMN_NOT_NOW)
		fail_msg("event %d at key %u %s: %s", e->kind, e->key, when, err_name(err->code));
	for (int en = 0; en < 2; en++) {
		struct str t = err_text(a, err, en);
		assert_true(t.n > 20);
		assert_true(str_find(t, S("{")) < 0);
	}
	assert_true(str_eq(was, state));
	assert_null(r.state.p);
	assert_null(r.effect);
	assert_int_equal(r.neffect, 0);
	refused++;
}

static void no_key(const struct bpmn_model *m, struct str state, uint32_t key, const char *when)
{
	for (size_t k = 0; k < countof(keyed); k++)
		must_refuse(m, state, &(struct bpmn_event){.kind = keyed[k], .key = key, .name = S("nobody waits for this")}, when);
}

static bool open_key(const struct bpmn_view *v, uint32_t key)
{
	for (uint32_t i = 0; i < v->ntoken; i++)
		if (v->token[i].key == key)
			return true;
	return false;
}

static void wrong_now(struct arena *a, const struct bpmn_model *m, struct str state, uint32_t highest)
{
	struct bpmn_view v;
	assert_null(bpmn_look(m, state, a, &v));
	for (uint32_t i = 0; i < v.ntoken; i++) {
		places[v.token[i].wait]++;
		for (size_t k = 0; k < countof(keyed); k++) {
			struct bpmn_event e = {.kind = keyed[k], .key = v.token[i].key, .name = S("nobody waits for this"), .element = S("nothing")};
			if (fits(v.token[i].wait, keyed[k]) == NO)
				must_refuse(m, state, &e, "that waits for something else");
		}
	}
	for (uint32_t key = highest; key < highest + 3; key++)       // before it opens; a key of another, longer instance
		if (!open_key(&v, key))
			no_key(m, state, key, "that is not open yet");
	for (uint32_t key = 1; key < highest; key++)                 // answered or closed: once is once
		if (!open_key(&v, key))
			no_key(m, state, key, "that is closed");
	must_refuse(m, state, &(struct bpmn_event){.kind = BPMN_EV_START}, "that has begun");
	must_refuse(m, state, &(struct bpmn_event){.kind = BPMN_EV_VARS, .key = highest + 10}, "of nobody");
	// A signal nobody listens to is no mistake, but it does nothing at all.
	struct bpmn_result r;
	assert_null(bpmn_step(m, 0, state, &(struct bpmn_event){.kind = BPMN_EV_SIGNAL, .name = S("nobody waits for this")}, 0, &small, a, &r));
	assert_true(str_eq(r.state, state));
	assert_int_equal(r.neffect, 0);
}

static bool right_event(const struct bpmn_model *m, const struct bpmn_view *v, struct bpmn_event *e)
{
	for (uint32_t tries = 0; tries < 60; tries++) {
		const struct bpmn_token *t = &v->token[rnd(v->ntoken)];
		const struct bpmn_element *x = bpmn_element(m, t->element);
		*e = (struct bpmn_event){.key = t->key, .outcome = S("granted"), .code = rnd(2) ? S("1") : x->ref};
		switch (t->wait) {
		case BPMN_W_TASK: e->kind = rnd(5) ? BPMN_EV_TASK_DONE : rnd(2) ? BPMN_EV_BPMN_ERROR : BPMN_EV_ESCALATION; return true;
		case BPMN_W_TIMER: e->kind = BPMN_EV_TIMER; return true;
		case BPMN_W_MESSAGE: e->kind = BPMN_EV_MESSAGE; e->name = x->ref.n ? x->ref : x->id; return true;
		case BPMN_W_SIGNAL: *e = (struct bpmn_event){.kind = BPMN_EV_SIGNAL, .name = x->ref}; return true;
		case BPMN_W_CALL: e->kind = rnd(3) ? BPMN_EV_CALL_DONE : BPMN_EV_CALL_FAILED; return true;
		case BPMN_W_JOB: e->kind = rnd(3) ? BPMN_EV_JOB_DONE : BPMN_EV_JOB_FAILED; if (rnd(2)) e->code = (struct str){0}; return true;
		case BPMN_W_ADHOC: e->kind = BPMN_EV_ADHOC_DONE; return true;
		case BPMN_W_INCIDENT: e->kind = BPMN_EV_RESOLVE; return true;
		default: continue;
		}
	}
	return false;
}

static uint32_t walk(struct arena *a, const struct bpmn_model *m, const struct json *vars)
{
	int p = bpmn_process(m, (struct str){0});
	struct bpmn_event e = {.kind = BPMN_EV_START, .vars = vars};
	struct bpmn_result r;
	uint32_t highest = 1, steps = 0;
	for (int i = 0; i < bpmn_count(m) && !e.element.n; i++) {      // whichever start it has
		const struct bpmn_element *x = bpmn_element(m, i);
		if (x->kind == BPMN_START_EVENT && x->parent == p && (x->trigger == BPMN_NONE || rnd(2)))
			e.element = x->id;
	}
	no_key(m, (struct str){0}, 1, "before the begin");
	if (bpmn_step(m, p, (struct str){0}, &e, 0, &small, a, &r))
		return 0;
	for (; r.status == BPMN_RUNNING && steps < 25 && highest < 120; steps++) {
		struct bpmn_view v;
		struct str state = r.state;
		assert_null(bpmn_look(m, state, a, &v));
		for (uint32_t i = 0; i < v.ntoken; i++)
			highest = v.token[i].key >= highest ? v.token[i].key + 1 : highest;
		wrong_now(a, m, state, highest);
		if (!right_event(m, &v, &e))
			break;
		struct err *err = bpmn_step(m, p, state, &e, 1793836800000 + steps * 3600000, &small, a, &r);
		if (err) {                         // an ad-hoc sub-process that still runs, a message by an expression
			assert_int_equal(err->code, E_BPMN_NOT_NOW);
			r.state = state;
			r.status = BPMN_RUNNING;
			continue;
		}
		assert_null(bpmn_look(m, r.state, a, &v));
		if (r.status == BPMN_RUNNING && e.key && !open_key(&v, e.key))
			must_refuse(m, r.state, &e, "a second time");
	}
	if (r.status == BPMN_ENDED) {
		for (uint32_t key = 1; key < highest + 2; key++)
			no_key(m, r.state, key, "of an ended instance");
		static const enum bpmn_event_kind whole[] = {BPMN_EV_START, BPMN_EV_SIGNAL, BPMN_EV_CANCEL, BPMN_EV_VARS};
		for (size_t k = 0; k < countof(whole); k++)
			must_refuse(m, r.state, &(struct bpmn_event){.kind = whole[k], .name = S("news")}, "of an ended instance");
	}
	return steps;
}

static struct str slurp(struct arena *a, const char *path)
{
	struct buf b = buf_new(a);
	FILE *f = fopen(path, "rb");
	if (!f)
		return (struct str){0};
	for (size_t n; (n = fread(buf_room(&b, 65536), 1, 65536, f)) > 0;)
		b.n += n;
	fclose(f);
	return buf_str(&b);
}

static void everywhere(void **state)
{
	uint32_t steps = 0, models = 0;
	scratch = arena_new(0);
	struct dirent **d;
	int n = scandir(DIR_MODELS, &d, NULL, alphasort);
	for (int i = 0; i < n; i++) {
		if (str_ends(str_of(d[i]->d_name), S(".bpmn"))) {
			for (uint32_t round = 0; round < 25; round++) {
				struct arena *a = arena_new(0);
				struct bpmn_model *m;
				struct json *vars;
				seed = (round + 1) * 0x9e3779b97f4a7c15u;
				struct err *e = bpmn_load(a, slurp(a, str_z(a, str_fmt(a, DIR_MODELS "/%s", d[i]->d_name))), S("model"), &m);
				assert_null(e);
				assert_null(json_parse(a, S("{\"x\":1,\"n\":2,\"list\":[\"a\",\"b\"],\"yes\":true}"), (struct json_limits){0}, &vars));
				steps += walk(a, m, vars);
				models += round == 0;
				arena_free(a);
			}
		}
		free(d[i]);
	}
	free(d);
	arena_free(scratch);
	print_message("%u models, %u steps, %u wrong events refused\n", models, steps, refused);
	static const enum bpmn_wait all[] = {BPMN_W_TASK, BPMN_W_TIMER, BPMN_W_MESSAGE, BPMN_W_SIGNAL, BPMN_W_CONDITION, BPMN_W_CALL, BPMN_W_JOB,
		BPMN_W_ADHOC, BPMN_W_SCOPE, BPMN_W_JOIN, BPMN_W_INCIDENT, BPMN_W_GATEWAY, BPMN_W_HANDLER, BPMN_W_DONE};
	for (size_t k = 0; k < countof(all); k++)
		if (!places[all[k]])
			fail_msg("no walk came to a place of kind %d", all[k]);
}

// What a person must look at is said in both languages, with what the expression came to grief at.
static void halts_in_two_languages(void **state)
{
	static const struct { const char *inside, *zh, *en; } cases[] = {
		{"<exclusiveGateway id='g'/><sequenceFlow id='f' sourceRef='s' targetRef='g'/><endEvent id='e'/><endEvent id='d'/>"
		"<sequenceFlow id='f1' sourceRef='g' targetRef='e'><conditionExpression>= n + \"a\" = 2</conditionExpression></sequenceFlow>"
		"<sequenceFlow id='f2' sourceRef='g' targetRef='d'><conditionExpression>= n + \"a\" = 3</conditionExpression></sequenceFlow>",
		"出线的条件都不成立，又没有默认连线：数字不能加文字", "no outgoing flow has a true condition and there is no default: number added to string"},
		{"<userTask id='t' tb:limit='soon'/><sequenceFlow id='f' sourceRef='s' targetRef='t'/><endEvent id='e'/><sequenceFlow id='f1' sourceRef='t' targetRef='e'/>",
		"任务的时限不是有效的时间：“soon”", "the limit of the task is no time: \"soon\""},
		{"<adHocSubProcess id='t' tb:limit='soon'><userTask id='u'/></adHocSubProcess><sequenceFlow id='f' sourceRef='s' targetRef='t'/><endEvent id='e'/>"
		"<sequenceFlow id='f1' sourceRef='t' targetRef='e'/>", "任务的时限不是有效的时间：“soon”", "the limit of the task is no time: \"soon\""},
		{"<userTask id='t'><multiInstanceLoopCharacteristics><loopCardinality>= n * 5000</loopCardinality></multiInstanceLoopCharacteristics></userTask>"
		"<sequenceFlow id='f' sourceRef='s' targetRef='t'/><endEvent id='e'/><sequenceFlow id='f1' sourceRef='t' targetRef='e'/>",
		"要办 5000 次，超过允许的 1000 次", "5000 instances are more than the 1000 allowed"},
	};
	for (size_t i = 0; i < countof(cases); i++) {
		struct arena *a = arena_new(0);
		struct bpmn_model *m;
		struct bpmn_result r;
		struct json *vars = json_obj(a);
		json_put(a, vars, S("n"), json_num(a, 1));
		struct err *e = bpmn_load(a, str_fmt(a, "<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL' xmlns:tb='urn:tongban:bpmn:1' targetNamespace='t'>"
			"<process id='p' isExecutable='true'><startEvent id='s'/>%s</process></definitions>", cases[i].inside), S("x.bpmn"), &m);
		if (!e)
			e = bpmn_step(m, bpmn_process(m, S("")), S(""), &(struct bpmn_event){.kind = BPMN_EV_START, .vars = vars}, 0, NULL, a, &r);
		if (e)
			fail_msg("%s", str_z(a, err_text(a, e, true)));
		assert_int_equal(r.incidents, 1);
		const struct bpmn_effect *f = &r.effect[r.neffect - 1];
		assert_int_equal(f->kind, BPMN_FX_INCIDENT);
		assert_string_equal(str_z(a, f->text), cases[i].en);
		assert_string_equal(str_z(a, f->text_zh), cases[i].zh);
		arena_free(a);
	}
}

int main(void)
{
	const struct CMUnitTest t[] = {cmocka_unit_test(halts_in_two_languages), cmocka_unit_test(everywhere)};
	return cmocka_run_group_tests(t, NULL, NULL);
}
