// answer.c — what a source's answer says; pure, and it believes nothing.
//
//   {"query": "…", "source": "population", "version": "2026.1", "result": "found", "facts": {"address": "…"}}
//
// result "none": no record of that subject; then there are no facts. Numbers and booleans are JSON's own, dates and
// everything else texts; null: the source does not know. A fact nobody asked for makes the whole answer malformed.
#include "domain/source/source.h"

enum { ANSWER_BYTES = 65536 };

static bool asked_for(const struct json *asked, struct str code)
{
	for (size_t i = 0; i < json_count(asked); i++)
		if (str_eq(json_text(asked->item[i]), code)) return true;
	return false;
}

static const struct element *element_of(const struct source *s, struct str code)
{
	for (uint32_t i = 0; i < s->n_facts; i++)
		if (str_eq(s->fact[i].code, code)) return s->fact[i].element;
	return NULL;
}

static bool shaped(const struct element *el, const struct json *v, struct str *text)
{
	*text = json_text(v);
	switch (el->type) {
	case EL_BOOLEAN:
		*text = v->type == JSON_TRUE ? S("true") : S("false");
		return v->type == JSON_TRUE || v->type == JSON_FALSE;
	case EL_MONEY: case EL_NUMBER: case EL_AREA:
		return v->type == JSON_NUMBER;
	default:
		return v->type == JSON_STRING && text->n;
	}
}

enum source_says source_parse(struct arena *a, const struct catalogue *cat, const struct source *s, const struct json *asked,
	struct str body, int64_t query, day_t today, struct json **facts)
{
	static const char *const keys[] = {"query", "source", "version", "result", "facts"};
	struct json *j;
	int64_t id;
	*facts = json_obj(a);
	struct err *e = json_parse(a, body, (struct json_limits){.bytes = ANSWER_BYTES, .depth = 4, .nodes = 500}, &j);
	if (e || j->type != JSON_OBJECT) return SOURCE_MALFORMED;
	for (uint32_t i = 0; i < j->n; i++) {
		bool known = false;
		for (size_t k = 0; k < countof(keys); k++) known |= str_eq(j->key[i], str_of(keys[k]));
		if (!known) return SOURCE_MALFORMED;
	}
	if (!str_int(json_text(json_get(j, S("query"))), &id) || id != query) return SOURCE_MALFORMED;
	if (!str_eq(json_text(json_get(j, S("source"))), s->code) || !str_eq(json_text(json_get(j, S("version"))), s->version)) return SOURCE_MALFORMED;
	const struct json *given = json_get(j, S("facts"));
	struct str result = json_text(json_get(j, S("result")));
	if (given && given->type != JSON_OBJECT) return SOURCE_MALFORMED;
	if (str_is(result, "none")) return json_count(given) ? SOURCE_MALFORMED : SOURCE_NONE;
	if (!str_is(result, "found") || !given) return SOURCE_MALFORMED;
	for (uint32_t i = 0; i < given->n; i++) {
		const struct element *el = element_of(s, given->key[i]);
		struct str text, normal;
		if (!el || !asked_for(asked, given->key[i])) return SOURCE_MALFORMED;
		if (given->item[i]->type == JSON_NULL) continue;
		if (!shaped(el, given->item[i], &text)) return SOURCE_MALFORMED;
		if (field_check(a, cat, given->key[i], el, text, today, &normal)) return SOURCE_MALFORMED;
		json_put(a, *facts, str_copy(a, given->key[i]), json_str(a, str_copy(a, normal)));
	}
	return SOURCE_FOUND;
}
