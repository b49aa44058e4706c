// Properties over generated models: no token lost or invented, the order of independent events does
// not matter, replay equals run, damaged states and wrong events change nothing.
#include "bpmn/bpmn.h"
#include "bpmn/sound.h"
#include "random.h"
#include <setjmp.h>
#include <stdlib.h>
#include <stdio.h>
#include <cmocka.h>

// --- a block-structured model, and how often each of its tasks must run ---------------------------

#define MAX_TASKS 200
struct gen {
	struct buf b, flows;
	struct json *vars;
	struct arena *a;
	int next, flow;
	uint32_t want[2000];                   // by task number: expected runs
	bool plain;                            // without a loop around
};

static int fresh(struct gen *g) { return g->next++; }

static void flow(struct gen *g, struct str from, struct str to, const char *cond)
{
	buf_fmt(&g->flows, "<sequenceFlow id='f%d' sourceRef='" STR_FMT "' targetRef='" STR_FMT "'>", g->flow++,
		STR_ARG(from), STR_ARG(to));
	if (cond)
		buf_fmt(&g->flows, "<conditionExpression>%s</conditionExpression>", cond);
	buf_lit(&g->flows, "</sequenceFlow>");
}

struct block { struct str in, out; };

static struct block block(struct gen *g, int depth, uint32_t times);

static struct block wrap(struct gen *g, const char *open, const char *close, int id, int depth,
	uint32_t times, const char *tag)
{
	struct str name = str_fmt(g->a, "%s%d", tag, id);
	buf_add(&g->b, str_of(open));
	struct buf outer = g->flows;
	g->flows = buf_new(g->a);
	struct str s = str_fmt(g->a, "s%d", id), e = str_fmt(g->a, "e%d", id);
	buf_fmt(&g->b, "<startEvent id='" STR_FMT "'/><endEvent id='" STR_FMT "'/>", STR_ARG(s), STR_ARG(e));
	struct block in = block(g, depth - 1, times);
	flow(g, s, in.in, NULL);
	flow(g, in.out, e, NULL);
	buf_add(&g->b, buf_str(&g->flows));
	g->flows = outer;
	buf_add(&g->b, str_of(close));
	return (struct block){name, name};
}

static struct block block(struct gen *g, int depth, uint32_t times)
{
	int id = fresh(g);
	uint32_t kind = depth <= 0 || g->next > MAX_TASKS ? 0 : rnd(9);
	struct str in = str_fmt(g->a, "i%d", id), out = str_fmt(g->a, "o%d", id);
	switch (kind) {
	case 1: case 2: {                      // one after the other
		struct block a = block(g, depth - 1, times), b = block(g, depth - 1, times);
		flow(g, a.out, b.in, NULL);
		return (struct block){a.in, b.out};
	}
	case 3: case 4: {                      // side by side, joined
		buf_fmt(&g->b, "<parallelGateway id='i%d'/><parallelGateway id='o%d'/>", id, id);
		uint32_t n = 2 + rnd(2);
		for (uint32_t k = 0; k < n; k++) {
			struct block a = block(g, depth - 1, times);
			flow(g, in, a.in, NULL);
			flow(g, a.out, out, NULL);
		}
		return (struct block){in, out};
	}
	case 5: {                              // one of two, by a variable
		buf_fmt(&g->b, "<exclusiveGateway id='i%d' default='f%d'/><exclusiveGateway id='o%d'/>", id,
			g->flow, id);
		bool yes = rnd(2);
		json_put(g->a, g->vars, str_fmt(g->a, "x%d", id), json_bool(g->a, yes));
		int dflt = g->flow++;
		struct block a = block(g, depth - 1, yes ? times : 0), b = block(g, depth - 1, yes ? 0 : times);
		flow(g, in, a.in, str_z(g->a, str_fmt(g->a, "x%d", id)));
		buf_fmt(&g->flows, "<sequenceFlow id='f%d' sourceRef='" STR_FMT "' targetRef='" STR_FMT "'/>", dflt,
			STR_ARG(in), STR_ARG(b.in));
		flow(g, a.out, out, NULL);
		flow(g, b.out, out, NULL);
		return (struct block){in, out};
	}
	case 6: {                              // some of three, joined
		buf_fmt(&g->b, "<inclusiveGateway id='i%d' default='f%d'/><inclusiveGateway id='o%d'/>", id,
			g->flow, id);
		int dflt = g->flow++;
		bool any = false;
		for (int k = 0; k < 2; k++) {
			bool yes = rnd(2);
			any |= yes;
			struct str v = str_fmt(g->a, "y%d_%d", id, k);
			json_put(g->a, g->vars, v, json_bool(g->a, yes));
			struct block a = block(g, depth - 1, yes ? times : 0);
			flow(g, in, a.in, str_z(g->a, v));
			flow(g, a.out, out, NULL);
		}
		struct block b = block(g, depth - 1, any ? 0 : times);
		buf_fmt(&g->flows, "<sequenceFlow id='f%d' sourceRef='" STR_FMT "' targetRef='" STR_FMT "'/>", dflt,
			STR_ARG(in), STR_ARG(b.in));
		flow(g, b.out, out, NULL);
		return (struct block){in, out};
	}
	case 7: {                              // a sub-process, plain, repeated or many times
		char open[400];
		uint32_t how = rnd(4), n = rnd(3) + 1;
		const char *const mark[] =
			{"", "<multiInstanceLoopCharacteristics><loopCardinality>%u</loopCardinality></multiInstanceLoopCharacteristics>",
			"<multiInstanceLoopCharacteristics isSequential='true'><loopCardinality>%u</loopCardinality></multiInstanceLoopCharacteristics>",
			"<standardLoopCharacteristics loopMaximum='%u'/>"};
		int len = snprintf(open, sizeof open, "<subProcess id='b%d'>", id);
		if (how)
			snprintf(open + len, sizeof open - (size_t)len, how == 1 ? mark[1] : how == 2 ? mark[2] :
				mark[3], n);
		return wrap(g, open, "</subProcess>", id, depth, how ? times * n : times, "b");
	}
	case 8: {                              // a task with a timer beside it that leads to the same place
		buf_fmt(&g->b,
			"<userTask id='t%d'/><boundaryEvent id='b%d' attachedToRef='t%d'><timerEventDefinition><timeDuration>PT1H</timeDuration>"
			"</timerEventDefinition></boundaryEvent><exclusiveGateway id='o%d'/>", id, id, id, id);
		struct str t = str_fmt(g->a, "t%d", id);
		flow(g, t, out, NULL);
		flow(g, str_fmt(g->a, "b%d", id), out, NULL);
		g->want[id] = times;
		return (struct block){t, out};
	}
	default: {
		buf_fmt(&g->b, "<userTask id='t%d'/>", id);
		struct str t = str_fmt(g->a, "t%d", id);
		g->want[id] = times;
		return (struct block){t, t};
	}
	}
}

static struct str generate(struct gen *g, struct arena *a, int depth)
{
	memset(g, 0, sizeof *g);
	g->a = a;
	g->b = buf_new(a);
	g->flows = buf_new(a);
	g->vars = json_obj(a);
	buf_lit(&g->b,
		"<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL' targetNamespace='t'><process id='p' isExecutable='true'>"
		"<startEvent id='start'/><endEvent id='end'/>");
	struct block in = block(g, depth, 1);
	flow(g, S("start"), in.in, NULL);
	flow(g, in.out, S("end"), NULL);
	buf_add(&g->b, buf_str(&g->flows));
	buf_lit(&g->b, "</process></definitions>");
	return buf_str(&g->b);
}

// --- a keeper ------------------------------------------------------------------------------------

enum { OPEN_TASK = 1, OPEN_TIMER = 2 };
struct keeper {
	uint8_t open[20000];                   // by key
	bool ever[20000];
	uint32_t ran[2000];
	uint32_t nopen;
	struct str state, log;
	bool ended;
	struct str vars;
};

static void take(struct keeper *k, struct arena *a, const struct bpmn_result *r)
{
	for (uint32_t i = 0; i < r->neffect; i++) {
		const struct bpmn_effect *f = &r->effect[i];
		switch (f->kind) {
		case BPMN_FX_TASK_OPEN: case BPMN_FX_TIMER_SET:
			assert_true(f->key < countof(k->open));
			assert_false(k->ever[f->key]);           // a key is used once for ever
			k->ever[f->key] = true;
			k->open[f->key] = f->kind == BPMN_FX_TASK_OPEN ? OPEN_TASK : OPEN_TIMER;
			k->nopen++;
			if (f->kind == BPMN_FX_TASK_OPEN) {
				int64_t n;
				assert_true(str_int(str_from(f->id, 1), &n));
				k->ran[n]++;
			}
			break;
		case BPMN_FX_TASK_CLOSE:
			assert_int_equal(k->open[f->key], OPEN_TASK);
			k->open[f->key] = 0;
			k->nopen--;
			break;
		case BPMN_FX_TIMER_CLEAR:
			assert_int_equal(k->open[f->key], OPEN_TIMER);
			k->open[f->key] = 0;
			k->nopen--;
			break;
		case BPMN_FX_ENDED: {
			struct buf b = buf_new(a);
			json_print_canonical(&b, f->vars);
			k->vars = buf_str(&b);
			assert_string_equal(str_z(a, f->outcome), "end");
			k->ended = true;
			break;
		}
		default:
			fail_msg("an effect nobody expected: %d on %s", f->kind, str_z(a, f->id));
		}
	}
	k->state = r->state;
	assert_int_equal(r->incidents, 0);
}

struct happened { enum bpmn_event_kind kind; uint32_t key; };

// Answers open keys in a random order until the end; returns how many events it took.
static uint32_t play(struct arena *a, const struct bpmn_model *m, const struct json *vars, struct keeper *k,
	struct happened *log, uint32_t max,
	bool timers)
{
	struct bpmn_result r;
	struct bpmn_event e = {.kind = BPMN_EV_START, .vars = vars};
	uint32_t n = 0;
	struct err *err = bpmn_step(m, bpmn_process(m, (struct str){0}), (struct str){0}, &e, 0, NULL, a, &r);
	if (err)
		fail_msg("%s", str_z(a, err_text(a, err, true)));
	take(k, a, &r);
	while (!k->ended) {
		assert_true(k->nopen > 0);         // nothing open and not ended: a token is lost
		assert_true(n < max);
		uint32_t pick = rnd(countof(k->open)), key = 0;
		for (uint32_t i = 0; i < countof(k->open) && !key; i++) {
			uint32_t c = (pick + i) % (uint32_t)countof(k->open);
			if (k->open[c] == OPEN_TASK || (k->open[c] == OPEN_TIMER && timers))
				key = c;
		}
		assert_true(key > 0);
		e = (struct bpmn_event){.kind = k->open[key] == OPEN_TASK ? BPMN_EV_TASK_DONE : BPMN_EV_TIMER,
			.key = key};
		log[n++] = (struct happened){e.kind, key};
		if (rnd(8) == 0) {                 // a wrong event first: nothing happens
			struct bpmn_event wrong = {.kind = e.kind == BPMN_EV_TIMER ? BPMN_EV_TASK_DONE : BPMN_EV_TIMER,
				.key = key};
			err = bpmn_step(m, 0, k->state, &wrong, 0, NULL, a, &r);
			assert_non_null(err);
			assert_int_equal(err->code, E_BPMN_NOT_NOW);
		}
		err = bpmn_step(m, 0, k->state, &e, 0, NULL, a, &r);
		if (err)
			fail_msg("%s", str_z(a, err_text(a, err, true)));
		k->open[key] = 0;
		k->nopen--;
		take(k, a, &r);
	}
	assert_int_equal(k->nopen, 0);
	return n;
}

static void generated(void **state)
{
	struct gen *g = calloc(1, sizeof *g);
	struct keeper *k = calloc(3, sizeof *k);
	uint32_t events = 0, models = 400;
	static struct happened log[3][20000];
	for (uint32_t i = 1; i <= models; i++) {
		struct arena *a = arena_new(0);
		seed = i * 0x9e3779b97f4a7c15u;
		struct str xml = generate(g, a, 3 + (int)(i % 5));
		struct bpmn_model *m;
		struct err *e = bpmn_load(a, xml, S("generated"), &m);
		if (e)
			fail_msg("%s in %s", str_z(a, err_text(a, e, true)), str_z(a, xml));
		memset(k, 0, 3 * sizeof *k);
		uint32_t n = play(a, m, g->vars, &k[0], log[0], countof(log[0]), false);
		for (int t = 0; t < g->next; t++)
			if (k[0].ran[t] != g->want[t])
				fail_msg("model %u: t%d ran %u times, expected %u: %s", i, t, k[0].ran[t], g->want[t],
					str_z(a, xml));
		// another order: the same tasks, the same variables
		uint32_t n2 = play(a, m, g->vars, &k[1], log[1], countof(log[1]), false);
		assert_int_equal(n, n2);
		assert_memory_equal(k[0].ran, k[1].ran, sizeof k[0].ran);
		assert_true(str_eq(k[0].vars, k[1].vars));
		// with timers firing too, it still ends with every task once
		play(a, m, g->vars, &k[2], log[2], countof(log[2]), true);
		assert_memory_equal(k[0].ran, k[2].ran, sizeof k[0].ran);
		// replay: the same bytes after every event
		struct bpmn_event ev = {.kind = BPMN_EV_START, .vars = g->vars};
		struct bpmn_result r, again;
		assert_null(bpmn_step(m, 0, (struct str){0}, &ev, 0, NULL, a, &r));
		for (uint32_t j = 0; j < n; j++) {
			ev = (struct bpmn_event){.kind = log[0][j].kind, .key = log[0][j].key};
			struct str s = r.state;
			assert_null(bpmn_step(m, 0, s, &ev, 0, NULL, a, &r));
			assert_null(bpmn_step(m, 0, s, &ev, 0, NULL, a, &again));
			assert_true(str_eq(r.state, again.state));
			assert_int_equal(r.neffect, again.neffect);
			struct bpmn_view v;
			assert_null(bpmn_look(m, r.state, a, &v));
			struct str moved;                    // to the same model: nothing changes
			assert_null(bpmn_migrate(m, m, r.state, a, &moved));
			assert_true(str_eq(moved, r.state));
			if (j % 7 == 0) {                    // damage must be noticed or harmless, never a crash
				char *p = str_z(a, r.state);
				p[rnd((uint32_t)r.state.n)] ^= (char)(1 << rnd(8));
				if (bpmn_step(m, 0, (struct str){p, r.state.n - rnd(3)}, &ev, 0, NULL, a, &again)) {}
			}
		}
		assert_true(str_eq(r.state, k[0].state));
		events += n;
		arena_free(a);
	}
	print_message("%u models, %u events in each order\n", models, events);
	free(k);
	free(g);
}

// Block-structured models are sound; the exploration must say so.
static void generated_are_sound(void **state)
{
	struct gen *g = calloc(1, sizeof *g);
	uint32_t decided = 0;
	for (uint32_t i = 1; i <= 60; i++) {
		struct arena *a = arena_new(0);
		seed = i * 0x2545f4914f6cdd1du;
		struct str xml = generate(g, a, 2 + (int)(i % 4));
		struct bpmn_model *m;
		struct bpmn_soundness s;
		assert_null(bpmn_load(a, xml, S("generated"), &m));
		assert_null(bpmn_sound(a, m, 0, 3000, &s));
		decided += !s.too_large;
		for (uint32_t k = 0; k < s.n; k++)
			if (!s.finding[k].warning)
				fail_msg("model %u: %s [%s] %s", i, str_z(a, s.finding[k].text.en),
					str_z(a, s.finding[k].path.en), str_z(a, xml));
		arena_free(a);
	}
	print_message("%u of 60 decided within 3,000 states\n", decided);
	assert_true(decided >= 30);
	free(g);
}

static struct bpmn_model *from(struct arena *a, const char *body)
{
	struct bpmn_model *m;
	struct str xml =
		str_fmt(a, "<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL' targetNamespace='t'>"
		"<process id='p' isExecutable='true'>%s</process></definitions>", body);
	struct err *e = bpmn_load(a, xml, S("test"), &m);
	if (e)
		fail_msg("%s", str_z(a, err_text(a, e, true)));
	return m;
}

static void bombs(void **state)
{
	struct arena *a = arena_new(0);
	struct bpmn_result r;
	struct bpmn_event e = {.kind = BPMN_EV_START};
	// tokens that double at every turn
	struct bpmn_model *m =
		from(a, "<startEvent id='s'/><exclusiveGateway id='m'/><parallelGateway id='f'/><task id='a'/><task id='b'/><userTask id='w'/>"
		"<sequenceFlow id='1' sourceRef='s' targetRef='m'/><sequenceFlow id='2' sourceRef='m' targetRef='f'/><sequenceFlow id='3' sourceRef='f' targetRef='a'/>"
		"<sequenceFlow id='4' sourceRef='f' targetRef='b'/><sequenceFlow id='5' sourceRef='f' targetRef='w'/><sequenceFlow id='6' sourceRef='a' targetRef='m'/>"
		"<sequenceFlow id='7' sourceRef='b' targetRef='m'/>");
	struct bpmn_env env = {.max_tokens = 100};
	struct err *err = bpmn_step(m, 0, (struct str){0}, &e, 0, &env, a, &r);
	assert_non_null(err);
	assert_int_equal(err->code, E_BPMN_BUDGET);
	assert_true(err->arg[0].n > 0);        // names the element
	assert_null(r.state.p);
	// without that budget the steps run out, and every token waits as an incident
	assert_null(bpmn_step(m, 0, (struct str){0}, &e, 0, NULL, a, &r));
	assert_true(r.incidents > 0);
	// a state larger than allowed
	m = from(a, "<startEvent id='s'/><userTask id='t'/><sequenceFlow id='1' sourceRef='s' targetRef='t'/>");
	struct json *v = json_obj(a);
	char *big = arena_alloc(a, 100000);
	memset(big, 'x', 99999);
	json_put(a, v, S("big"), json_str(a, str_of(big)));
	e.vars = v;
	env = (struct bpmn_env){.max_state = 10000};
	err = bpmn_step(m, 0, (struct str){0}, &e, 0, &env, a, &r);
	assert_non_null(err);
	assert_int_equal(err->code, E_BPMN_BUDGET);
	// too many elements
	struct buf b = buf_new(a);
	for (int i = 0; i < 21000; i++)
		buf_fmt(&b, "<task id='t%d'/>", i);
	struct bpmn_model *none;
	struct str xml =
		str_fmt(a,
		"<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL'><process id='p'>" STR_FMT "</process></definitions>",
		STR_ARG(buf_str(&b)));
	err = bpmn_load(a, xml, S("bomb"), &none);
	assert_non_null(err);
	assert_null(none);
	assert_true(str_is(err->field, "t19999"));
	assert_true(str_find(err_text(a, err, true), S("t20000")) >= 0);
	// more than the file may hold, deeper than it may be: the element at which it was too much is named
	static const uint32_t many[] = {200000, 400000};
	for (size_t k = 0; k < countof(many); k++) {
		b = buf_new(a);
		buf_lit(&b, "<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL'><process id='p'>");
		for (uint32_t i = 0; i < many[k]; i++)
			buf_fmt(&b, "<userTask id='t%u'/>\n", i);
		buf_lit(&b, "</process></definitions>");
		err = bpmn_load(a, buf_str(&b), S("bomb"), &none);
		assert_non_null(err);
		assert_int_equal(err->code, E_BPMN_MODEL);
		assert_true(str_starts(err->field, S("t")) && err->field.n > 5);
		assert_true(str_find(err_text(a, err, false), err->field) >= 0);
		assert_true(err->line > 100000 && str_is(err->file, "bomb"));
	}
	b = buf_new(a);
	buf_lit(&b, "<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL'><process id='p'>");
	for (int i = 0; i < 100000; i++)
		buf_fmt(&b, "<subProcess id='n%d'>", i);
	err = bpmn_load(a, buf_str(&b), S("bomb"), &none);
	assert_non_null(err);
	assert_true(str_is(err->field, "n98"));
	arena_free(a);
}

// Decided up to the limit, and not one state beyond it; what is too large says where.
static void limits(void **state)
{
	struct arena *a = arena_new(0);
	struct buf b = buf_new(a);
	enum { WIDE = 10 };                    // every set of finished tasks is a state, the end is one too
	buf_lit(&b, "<startEvent id='s'/><parallelGateway id='f'/><parallelGateway id='j'/><endEvent id='e'/>"
		"<sequenceFlow id='a' sourceRef='s' targetRef='f'/><sequenceFlow id='z' sourceRef='j' targetRef='e'/>");
	for (int i = 0; i < WIDE; i++)
		buf_fmt(&b, "<userTask id='t%d'/><sequenceFlow id='f%d' sourceRef='f' targetRef='t%d'/>"
			"<sequenceFlow id='j%d' sourceRef='t%d' targetRef='j'/>", i, i, i, i, i);
	struct bpmn_model *m = from(a, str_z(a, buf_str(&b)));
	struct bpmn_soundness s;
	assert_null(bpmn_sound(a, m, 0, 1 << WIDE, &s));
	assert_false(s.too_large);
	assert_int_equal(s.states, 1 << WIDE);
	assert_int_equal(s.flaws, 0);
	assert_null(bpmn_sound(a, m, 0, (1 << WIDE) - 1, &s));
	assert_true(s.too_large);
	assert_int_equal(s.at_once, WIDE);
	assert_true(str_find(bpmn_too_large(a, m, &s).en, S("10 tokens at once in p")) >= 0);
	arena_free(a);
}

static void migration(void **state)
{
	struct arena *a = arena_new(0);
	struct bpmn_model *v1 = from(a, "<startEvent id='s'/><userTask id='t'/><endEvent id='e'/>"
		"<sequenceFlow id='1' sourceRef='s' targetRef='t'/><sequenceFlow id='2' sourceRef='t' targetRef='e'/>");
	struct bpmn_model *v2 =
		from(a, "<userTask id='extra'/><endEvent id='e2'/><startEvent id='s'/><userTask id='t'/>"
		"<sequenceFlow id='1' sourceRef='s' targetRef='t'/><sequenceFlow id='2' sourceRef='t' targetRef='extra'/><sequenceFlow id='3' sourceRef='extra' targetRef='e2'/>");
	struct bpmn_model *v3 =
		from(a, "<startEvent id='s'/><serviceTask id='t'/><sequenceFlow id='1' sourceRef='s' targetRef='t'/>");
	struct bpmn_model *v4 =
		from(a, "<startEvent id='s'/><userTask id='u'/><sequenceFlow id='1' sourceRef='s' targetRef='u'/>");
	struct bpmn_result r;
	struct str s;
	struct bpmn_event e = {.kind = BPMN_EV_START};
	assert_null(bpmn_step(v1, 0, (struct str){0}, &e, 0, NULL, a, &r));
	struct bpmn_event done = {.kind = BPMN_EV_TASK_DONE, .key = r.effect[0].key};
	// another version's model does not take the state as it is
	struct bpmn_result wrong;
	struct err *err = bpmn_step(v2, 0, r.state, &done, 0, NULL, a, &wrong);
	assert_non_null(err);
	assert_int_equal(err->code, E_BPMN_STATE);
	err = bpmn_migrate(v1, v3, r.state, a, &s);
	assert_non_null(err);
	assert_int_equal(err->code, E_BPMN_MIGRATE);
	err = bpmn_migrate(v1, v4, r.state, a, &s);
	assert_non_null(err);
	assert_true(str_is(err->arg[0], "t"));
	assert_null(bpmn_migrate(v1, v2, r.state, a, &s));
	assert_null(bpmn_step(v2, 0, s, &done, 0, NULL, a, &r));
	assert_true(str_is(r.effect[0].id, "extra"));
	// a timer that hangs on another task in the new version, a flow that leads to another join
	static const char beside[] = "<startEvent id='s'/><parallelGateway id='g'/><userTask id='t'/><userTask id='u'/><parallelGateway id='j'/>"
		"<parallelGateway id='k'/><boundaryEvent id='b' attachedToRef='%s'><timerEventDefinition><timeDuration>PT1H</timeDuration>"
		"</timerEventDefinition></boundaryEvent><sequenceFlow id='1' sourceRef='s' targetRef='g'/><sequenceFlow id='2' sourceRef='g' targetRef='t'/>"
		"<sequenceFlow id='3' sourceRef='g' targetRef='u'/><sequenceFlow id='4' sourceRef='t' targetRef='%s'/><sequenceFlow id='5' sourceRef='u' targetRef='j'/>"
		"<sequenceFlow id='6' sourceRef='%s' targetRef='%s'/>";
	struct bpmn_model *b1 = from(a, str_z(a, str_fmt(a, beside, "t", "j", "j", "k")));
	struct bpmn_model *b2 = from(a, str_z(a, str_fmt(a, beside, "u", "j", "j", "k")));
	struct bpmn_model *b3 = from(a, str_z(a, str_fmt(a, beside, "u", "k", "k", "j")));
	e = (struct bpmn_event){.kind = BPMN_EV_START};
	assert_null(bpmn_step(b1, 0, (struct str){0}, &e, 0, NULL, a, &r));
	err = bpmn_migrate(b1, b2, r.state, a, &s);
	assert_non_null(err);
	assert_int_equal(err->code, E_BPMN_MIGRATE);
	assert_true(str_is(err->arg[0], "b"));
	assert_true(str_find(err_text(a, err, false), S("附在了另一个活动上")) > 0);
	struct bpmn_view v;
	assert_null(bpmn_look(b1, r.state, a, &v));
	for (uint32_t i = 0; i < v.ntoken; i++)
		if (v.token[i].wait == BPMN_W_TASK && str_is(bpmn_element(b1, v.token[i].element)->id, "t"))
			done.key = v.token[i].key;
	assert_null(bpmn_step(b1, 0, r.state, &done, 0, NULL, a, &r));
	assert_null(bpmn_migrate(b1, b2, r.state, a, &s));
	err = bpmn_migrate(b1, b3, r.state, a, &s);
	assert_non_null(err);
	assert_true(str_is(err->arg[0], "j"));
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest t[] = {cmocka_unit_test(generated), cmocka_unit_test(generated_are_sound),
		cmocka_unit_test(bombs), cmocka_unit_test(limits),
		cmocka_unit_test(migration)};
	return cmocka_run_group_tests(t, NULL, NULL);
}
