// words.h — what the engine says about a model, in Chinese and English.
//
// Owns    the sentences of words.def; nobody else in src/bpmn writes one for people.
// Memory  what is said lives in the arena passed first.
// Holds   E_BPMN_MODEL, _UNSUPPORTED, _NOTE and _BUDGET carry the element's id in arg[0], the English sentence in arg[1]
//         and the Chinese one in arg[2]; E_BPMN_NOT_NOW carries English in arg[0], Chinese in arg[1].
#pragma once
#include "base/err.h"

enum bpmn_word {
#define W(word, zh, en) BW_##word,
#include "bpmn/words.def"
#undef W
	BW_COUNT
};
struct bpmn_said { struct str zh, en; };

// arg: three of them. Ids, names and texts of the model are the same in both languages.
struct bpmn_said bpmn_say(struct arena *, enum bpmn_word, const struct str arg[3]);
// An argument may itself be a sentence of two languages.
struct bpmn_said bpmn_say2(struct arena *, enum bpmn_word, const struct bpmn_said arg[3]);
static inline struct bpmn_said bpmn_same(struct str s) { return (struct bpmn_said){s, s}; }
must_use struct err *bpmn_err(struct arena *, enum err_code, struct str id, struct bpmn_said);

// bpmn_say with the arguments written out.
#define SAY(a, word, ...) bpmn_say(a, word, (const struct str[3]){__VA_ARGS__})
