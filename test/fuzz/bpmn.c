// bpmn.c — any text as a model; if it loads: drawn, told, checked, and played by the bytes behind the
// first zero. A step gives a new state that can be read, or an error; never both, never a crash.
#include "bpmn/bpmn.h"
#include "bpmn/sound.h"
#include "bpmn/svg.h"
#include "fuzz.h"

static void play(struct arena *a, const struct bpmn_model *m, const uint8_t *p, size_t n)
{
	struct bpmn_env env = {.max_steps = 300, .max_tokens = 200, .max_multi = 20, .max_state = 100000,
		.trace = n & 1};
	struct bpmn_result r = {0};
	struct json *vars = json_obj(a);
	json_put(a, vars, S("x"), json_num(a, 1));
	json_put(a, vars, S("yes"), json_bool(a, true));
	struct str state = {0};
	int64_t now = 1793836800000;
	for (size_t i = 0; i + 2 <= n && i < 80; i += 2) {
		struct bpmn_event e = {.kind = p[i] % 16, .key = p[i + 1], .vars = p[i] & 16 ? vars : NULL,
			.name = S("m"),
			.code = p[i] & 32 ? S("1") : (struct str){0}, .outcome = S("granted")};
		if (e.kind == BPMN_EV_START || e.kind == BPMN_EV_ADHOC) {
			const struct bpmn_element *el = bpmn_element(m, p[i + 1]);
			e.element = el && p[i] & 64 ? el->id : (struct str){0};
		}
		now += 3600000;
		struct err *err = bpmn_step(m, bpmn_process(m, (struct str){0}), state, &e, now, &env, a, &r);
		if (err)
			continue;
		CHECK(r.state.n > 0);
		state = r.state;
		struct bpmn_view v;
		struct err *bad = bpmn_look(m, state, a, &v);
		CHECK(!bad);
		CHECK(v.status == r.status);
		bpmn_marks(a, m, &v);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new(0);
	const uint8_t *zero = memchr(data, 0, size);
	size_t n = zero ? (size_t)(zero - data) : size;
	struct bpmn_model *m;
	struct err *e = bpmn_load(a, (struct str){(const char *)data, n}, S("fuzz"), &m);
	if (e) {
		for (; e; e = e->next)
			err_text(a, e, true);
	} else {
		int p = bpmn_process(m, (struct str){0});
		struct bpmn_soundness s;
		struct buf b = buf_new(a);
		uint32_t told;
		bpmn_svg(&b, m, p, NULL, NULL, S("x"), true);
		bpmn_outline(a, m, p, NULL, false, &told);
		if (bpmn_count(m) < 60 && bpmn_sound(a, m, p, 200, &s)) {}
		if (zero)
			play(a, m, zero + 1, size - n - 1);
		else
			play(a, m, (const uint8_t *)"\0\0\1\2\1\3\1\4\1\5\2\6\12\7", 14);
	}
	arena_free(a);
	return 0;
}
