// sandbox.c — another office's system as a demonstration has it: answers from the records of its file, keeps a book of
// its own, and can be slow, silent, wrong or of another opinion.
#include "codec/bytes.h"
#include "domain/outbox.h"
#include "domain/source/source_store.h"
#include "domain/trail.h"

enum { SLOW_S = 20, LATE_S = 60 };

struct err *sandbox_behaviour(struct plan *p, struct str source, struct str *out)
{
	bool found;
	struct err *e = sandbox_store_behaviour(p, source, out, &found);
	if (!e && !found) *out = S("ok");
	return e;
}

void sandbox_behave(struct plan *p, struct str source, struct str behaviour)
{
	sandbox_store_behave(p, source, behaviour);
}

static struct str text_of(struct arena *a, const struct json *j)
{
	struct buf b = buf_new(a);
	json_print_canonical(&b, j);
	return buf_str(&b);
}

static struct json *record_of(struct plan *p, const struct source *s, const struct json *subject)
{
	for (uint32_t i = 0; i < s->n_records; i++) {
		struct json *r;
		bool same = !json_parse(p->a, s->record[i], (struct json_limits){0}, &r);
		const struct json *q = same ? json_get(r, S("query")) : NULL;
		for (uint32_t k = 0; same && k < json_count(subject); k++)
			same = str_eq(json_text(json_get(q, subject->key[k])), json_text(subject->item[k]));
		if (same && json_count(q)) return json_get(r, S("facts"));
	}
	return NULL;
}

static const struct element *element_of(const struct source *s, struct str code)
{
	for (uint32_t i = 0; i < s->n_facts; i++)
		if (str_eq(s->fact[i].code, code)) return s->fact[i].element;
	return NULL;
}

// As the wire has it; of another opinion: a day later, the opposite, another text.
static struct json *fact_json(struct plan *p, const struct element *el, struct str text, bool differ)
{
	if (el->type == EL_BOOLEAN) return json_bool(p->a, str_is(text, "true") != differ);
	struct json *v = json_str(p->a, text);
	if (el->type == EL_MONEY || el->type == EL_NUMBER || el->type == EL_AREA) v->type = JSON_NUMBER;
	if (!differ) return v;
	day_t d;
	if (el->type == EL_DATE && day_parse(text, &d)) {
		struct buf b = buf_new(p->a);
		day_print(&b, d + 1);
		v->text = buf_str(&b);
	} else if (v->type == JSON_STRING) {
		v->text = str_fmt(p->a, "别处的" STR_FMT, STR_ARG(text));
	}
	return v;
}

static struct str answer_of(struct plan *p, const struct source *s, const struct json *asked, struct str how)
{
	struct json *o = json_obj(p->a), *facts = json_obj(p->a);
	const struct json *want = json_get(asked, S("facts"));
	struct json *r = str_is(how, "none") ? NULL : record_of(p, s, json_get(asked, S("subject")));
	if (str_is(how, "malformed")) return S("{\"facts\": \"见附件\"}");
	json_put(p->a, o, S("query"), json_get(asked, S("query")));
	json_put(p->a, o, S("source"), json_str(p->a, s->code));
	json_put(p->a, o, S("version"), json_str(p->a, s->version));
	json_put(p->a, o, S("result"), json_str(p->a, r ? S("found") : S("none")));
	for (size_t i = 0; r && i < json_count(want); i++) {
		struct str code = json_text(want->item[i]), text = json_text(json_get(r, code));
		const struct element *el = element_of(s, code);
		if (el && text.n) json_put(p->a, facts, code, fact_json(p, el, text, str_is(how, "differ")));
	}
	if (r) json_put(p->a, o, S("facts"), facts);
	return text_of(p->a, o);
}

static struct str signed_by(struct plan *p, const struct source *s, struct str body, struct str how)
{
	return str_is(how, "unsigned") ? S("0000") : source_sign(p, s, body);
}

static void push_later(struct plan *p, const struct source *s, int64_t query, int64_t in_s)
{
	struct json *b = json_obj(p->a);
	json_put(p->a, b, S("query"), json_id(p->a, query));
	json_put(p->a, b, S("source"), json_str(p->a, s->code));
	outbox_add_at(p, S("source.push"), str_fmt(p->a, "%lld", (long long)query), b, p->now_ms + in_s * 1000);
}

struct err *sandbox_hear(struct plan *p, const struct source *s, struct str body, struct str signature, struct sandbox_said *out)
{
	struct json *asked;
	struct str how, before;
	int64_t query = 0;
	bool known;
	*out = (struct sandbox_said){.body = S(""), .signature = S("")};
	struct err *e = sandbox_behaviour(p, s->code, &how);
	if (e || str_is(how, "silent")) return e;
	if (!sm_equal_str(source_sign(p, s, body), signature)) return err_new(p->a, E_SOURCE_SIGNATURE);
	e = json_parse(p->a, body, (struct json_limits){0}, &asked);
	if (!e && !str_int(json_text(json_get(asked, S("query"))), &query)) e = err_new(p->a, E_SOURCE_SIGNATURE);
	if (!e) e = sandbox_store_answer(p, query, &before, &known);
	if (e) return e;
	out->body = known ? secret_open(p, before) : answer_of(p, s, asked, how);
	out->signature = signed_by(p, s, out->body, how);
	out->status = str_is(how, "slow") || str_is(how, "late") ? 202 : 200;
	if (known) return NULL;
	sandbox_store_book(p, query, s->code, secret_seal(p, out->body));
	if (str_is(how, "slow")) push_later(p, s, query, SLOW_S);
	if (str_is(how, "late")) push_later(p, s, query, s->within_s + LATE_S);
	if (str_is(how, "twice")) push_later(p, s, query, SLOW_S);
	return trail_add(p, "sandbox", query, 0, NULL);
}

struct err *sandbox_push(struct plan *p, const struct source *s, int64_t query, struct sandbox_said *out, bool *found)
{
	struct str body;
	struct err *e = sandbox_store_answer(p, query, &body, found);
	if (e || !*found) return e;
	out->status = 200;
	out->body = secret_open(p, body);
	out->signature = source_sign(p, s, out->body);
	return NULL;
}
