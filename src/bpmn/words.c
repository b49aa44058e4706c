// words.c — a row of words.def becomes a sentence.
#include "bpmn/words.h"

static const struct { const char *zh, *en; } rows[] = {
#define W(word, zh, en) {zh, en},
#include "bpmn/words.def"
#undef W
};

static struct str fill(struct arena *a, struct str t, const struct bpmn_said arg[3], bool english)
{
	struct buf b = buf_new(a);
	for (size_t i = 0; i < t.n; i++) {
		if (t.p[i] == '{' && i + 2 < t.n && t.p[i + 1] >= '0' && t.p[i + 1] <= '2' && t.p[i + 2] == '}') {
			const struct bpmn_said *s = &arg[t.p[i + 1] - '0'];
			buf_add(&b, english ? s->en : s->zh);
			i += 2;
		} else {
			buf_byte(&b, t.p[i]);
		}
	}
	return buf_str(&b);
}

struct bpmn_said bpmn_say2(struct arena *a, enum bpmn_word word, const struct bpmn_said arg[3])
{
	CHECK(word < BW_COUNT);
	return (struct bpmn_said){fill(a, str_of(rows[word].zh), arg, false), fill(a, str_of(rows[word].en), arg, true)};
}

struct bpmn_said bpmn_say(struct arena *a, enum bpmn_word word, const struct str arg[3])
{
	return bpmn_say2(a, word, (const struct bpmn_said[3]){bpmn_same(arg[0]), bpmn_same(arg[1]), bpmn_same(arg[2])});
}

struct err *bpmn_err(struct arena *a, enum err_code code, struct str id, struct bpmn_said said)
{
	return code == E_BPMN_NOT_NOW ? err_args(a, code, said.en, said.zh, (struct str){0}) : err_args(a, code, id, said.en, said.zh);
}
