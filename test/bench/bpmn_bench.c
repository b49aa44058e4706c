// The pure step alone: start, 4 user tasks one after the other, a parallel block of 3, end.
// Prints one JSON line a figure. Goal: 1 µs a simple event.
#include "base/seam.h"
#include "bpmn/bpmn.h"
#include <stdio.h>
#include <stdlib.h>

static struct bpmn_model *build(struct arena *a)
{
	struct buf b = buf_new(a);
	buf_lit(&b,
		"<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL'><process id='p' isExecutable='true'><startEvent id='s'/>"
		"<parallelGateway id='f'/><parallelGateway id='j'/><endEvent id='e'/>");
	for (int i = 1; i <= 7; i++)
		buf_fmt(&b, "<userTask id='t%d'/>", i);
	static const char *const flow[][2] = {{"s", "t1"}, {"t1", "t2"}, {"t2", "t3"}, {"t3", "t4"},
		{"t4", "f"}, {"f", "t5"}, {"f", "t6"},
		{"f", "t7"}, {"t5", "j"}, {"t6", "j"}, {"t7", "j"}, {"j", "e"}};
	for (size_t i = 0; i < countof(flow); i++)
		buf_fmt(&b, "<sequenceFlow id='f%zu' sourceRef='%s' targetRef='%s'/>", i, flow[i][0], flow[i][1]);
	buf_lit(&b, "</process></definitions>");
	struct bpmn_model *m;
	struct err *e = bpmn_load(a, buf_str(&b), S("bench"), &m);
	CHECK(!e);
	return m;
}

static int order(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return x < y ? -1 : x > y;
}

int main(void)
{
	struct arena *keep = arena_new(0), *work = arena_new(0);
	struct bpmn_model *m = build(keep);
	for (int with = 0; with < 2; with++) {
		double run[5];
		size_t bytes = 0;
		const uint32_t instances = 40000;
		struct json *vars = NULL;
		if (with && json_parse(keep,
			S("{\"item\":{\"code\":\"I-1\",\"office\":\"O7\"},\"applicant\":\"party-1\",\"round\":3}"),
			(struct json_limits){0}, &vars))
			return 1;
		for (size_t r = 0; r < countof(run); r++) {
			uint64_t events = 0;
			int64_t t0 = seam_mono_us();
			for (uint32_t i = 0; i < instances; i++) {
				arena_reset(work);
				struct bpmn_result res;
				struct bpmn_event e = {.kind = BPMN_EV_START, .vars = vars};
				struct err *err = bpmn_step(m, 0, (struct str){0}, &e, 0, NULL, work, &res);
				uint32_t key[8], first = 0, last = 0;
				for (;;) {
					CHECK(!err);
					events++;
					for (uint32_t k = 0; k < res.neffect; k++)
						if (res.effect[k].kind == BPMN_FX_TASK_OPEN)
							key[last++ % 8] = res.effect[k].key;
					if (res.status == BPMN_ENDED)
						break;
					bytes = res.state.n > bytes ? res.state.n : bytes;
					e = (struct bpmn_event){.kind = BPMN_EV_TASK_DONE, .key = key[first++ % 8]};
					err = bpmn_step(m, 0, res.state, &e, 0, NULL, work, &res);
				}
				CHECK(events % 8 == 0);
			}
			run[r] = (double)(seam_mono_us() - t0) * 1000 / (double)events;
		}
		qsort(run, countof(run), sizeof *run, order);
		printf("{\"bench\":\"bpmn.step\",\"ns_per_event\":%.0f,\"min\":%.0f,\"max\":%.0f,\"variables\":%s,\"instances\":%u,\"state_bytes\":%zu,\"durable\":false}\n",
			run[2], run[0], run[4], with ? "true" : "false", instances, bytes);
	}
	arena_free(work);
	arena_free(keep);
	return 0;
}
