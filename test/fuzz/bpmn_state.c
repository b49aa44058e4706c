// bpmn_state.c — any bytes as the state of an instance, met by every kind of event.
#include "bpmn/bpmn.h"
#include "fuzz.h"
#include <stdlib.h>

static struct bpmn_model *model;
static int64_t digest;

static void prepare(void)
{
	static const char xml[] =
		"<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL'><process id='p' isExecutable='true'>"
		"<startEvent id='s'/><parallelGateway id='f'/><subProcess id='b'><startEvent id='bs'/><userTask id='t'>"
		"<multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality></multiInstanceLoopCharacteristics></userTask>"
		"<boundaryEvent id='c' attachedToRef='t'><compensateEventDefinition/></boundaryEvent><userTask id='undo' isForCompensation='true'/>"
		"<association id='a' sourceRef='c' targetRef='undo'/><sequenceFlow id='1' sourceRef='bs' targetRef='t'/></subProcess>"
		"<boundaryEvent id='tm' attachedToRef='b' cancelActivity='false'><timerEventDefinition><timeCycle>R3/PT1H</timeCycle></timerEventDefinition>"
		"</boundaryEvent><serviceTask id='j'/><inclusiveGateway id='o'/><callActivity id='k' calledElement='x'/>"
		"<endEvent id='e'><compensateEventDefinition/></endEvent>"
		"<sequenceFlow id='2' sourceRef='s' targetRef='f'/><sequenceFlow id='3' sourceRef='f' targetRef='b'/><sequenceFlow id='4' sourceRef='f' targetRef='j'/>"
		"<sequenceFlow id='5' sourceRef='b' targetRef='o'/><sequenceFlow id='6' sourceRef='j' targetRef='o'/><sequenceFlow id='7' sourceRef='tm' targetRef='o'/>"
		"<sequenceFlow id='8' sourceRef='o' targetRef='k'/><sequenceFlow id='9' sourceRef='k' targetRef='e'/></process></definitions>";
	struct arena *a = arena_new(0);                // for the process
	struct err *e = bpmn_load(a, str_of(xml), S("fixed"), &model);
	CHECK(!e);
	struct bpmn_event ev = {.kind = BPMN_EV_START};
	struct bpmn_result r;
	e = bpmn_step(model, 0, (struct str){0}, &ev, 0, NULL, a, &r);
	CHECK(!e);
	memcpy(&digest, r.state.p + 1, 8);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!model)
		prepare();
	if (size < 3)
		return 0;
	struct arena *a = arena_new(0);
	uint8_t kind = data[0] % 16, key = data[1];
	char *s = arena_raw(a, size + 16);
	s[0] = 1;                                      // past version and digest, which chance never finds
	memcpy(s + 1, &digest, 8);
	memcpy(s + 9, data + 2, size - 2);
	struct bpmn_env env = {.max_steps = 200, .max_tokens = 100, .max_multi = 10, .max_state = 65536};
	struct str state = {s, size + 7};
	struct bpmn_view v;
	struct err *bad = bpmn_look(model, state, a, &v);
	struct bpmn_event e = {.kind = kind, .key = key, .name = S("m"), .code = S("1"), .outcome = S("o"),
		.element = S("t")};
	struct bpmn_result r;
	struct err *err = bpmn_step(model, 0, state, &e, 0, &env, a, &r);
	CHECK(!bad || err);                            // what cannot be read is not run
	if (!err) {
		bad = bpmn_look(model, r.state, a, &v);
		CHECK(!bad);
	}
	arena_free(a);
	return 0;
}
