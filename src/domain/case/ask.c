// ask.c — other offices asked before a table decides: who, what for, and what becomes of their answers.
//
// The process waits at "answers" until every question of the case is settled: answered, no record, silent or wrong.
// Then the table is asked within the set that settles the last one. Whatever is not an answer is a reason for a person.
#include "domain/case/case_int.h"
#include "domain/rule/rule.h"

struct err *case_sources(struct plan *p, struct kase *k, struct source_query **out, size_t *n)
{
	struct err *e = NULL;
	// An item that asks nobody has no questions to read.
	if (!k->matter.item || !k->matter.item->instant.n_sources) k->sources_read = true;
	if (!k->sources_read) e = source_of_case(p, k->id, &k->source, &k->n_sources);
	if (e) return e;
	k->sources_read = true;
	*out = k->source;
	*n = k->n_sources;
	return NULL;
}

static const struct source_use *use_of(const struct kase *k, const struct source_query *q)
{
	const struct item *it = k->matter.item;
	for (uint32_t i = 0; it && i < it->instant.n_sources; i++)
		if (str_eq(it->instant.source[i].source->code, q->source) && str_eq(it->instant.source[i].subject->code, q->subject))
			return &it->instant.source[i];
	return NULL;
}

const struct source_query *case_source_of(const struct kase *k, const struct source_use *u)
{
	for (size_t i = k->n_sources; i-- > 0;)
		if (use_of(k, &k->source[i]) == u) return &k->source[i];
	return NULL;
}

// What the question names: from the form, or of the applicant from the record. Empty: not known.
static struct str value_of(struct plan *p, const struct kase *k, const struct values *vs, const struct party *me, const struct source_use *u,
	const struct element *el)
{
	const struct value *v = values_find(vs, str_fmt(p->a, STR_FMT "." STR_FMT, STR_ARG(u->subject->code), STR_ARG(el->code)));
	if (v && v->text.n) return v->text;
	if (u->subject != k->subject) return S("");
	if (el->type == EL_NAME) return me->name;
	return (el->type == EL_ID && !me->enterprise) || (el->type == EL_USCC && me->enterprise) ? me->document : S("");
}

static struct err *ask_one(struct plan *p, struct kase *k, const struct values *vs, const struct party *me, const struct source_use *u)
{
	struct json *query = json_obj(p->a);
	for (uint32_t i = 0; i < u->source->n_query; i++) {
		struct str v = value_of(p, k, vs, me, u, u->source->query[i]);
		if (!v.n) return NULL;                                // the table misses the fact: a person
		json_put(p->a, query, u->source->query[i]->code, json_str(p->a, v));
	}
	struct source_query *more = arena_newn(p->a, struct source_query, k->n_sources + 1);
	if (k->n_sources) memcpy(more, k->source, k->n_sources * sizeof *more);
	k->source = more;
	return source_ask(p, &(struct source_question){.home = k->home, .case_id = k->id, .party = k->applicant, .item = k->matter.item->code,
		.use = u, .query = query}, &k->source[k->n_sources++]);
}

bool case_source_needed(const struct holding *h, const struct source_use *u)
{
	for (size_t i = 0; u->proves && i < h->n; i++)
		if (h->h[i].need.material == u->proves && h->h[i].need.subject == u->subject) return !h->h[i].certificate && !h->h[i].n_files;
	return !u->proves;
}

struct err *case_ask(struct plan *p, struct kase *k, struct json *vars)
{
	const struct item *it = k->matter.item;
	struct source_query *q;
	struct values vs;
	struct holding h;
	struct party me;
	size_t n;
	bool needed = false;
	uint32_t open = 0;
	json_put(p->a, vars, S("asking"), json_bool(p->a, false));
	// Nobody's data is asked for when a person is to decide anyway.
	if (!it || !rule_in_force(k->cat, it, day_shanghai(k->received_ms)) || json_is_true(json_get(k->delivery, S("by_person")))) return NULL;
	struct err *e = case_sources(p, k, &q, &n);
	if (!e) e = case_values(p, k, &vs);
	if (!e) e = case_holding(p, k, &vs, &h);
	if (!e) e = party_read(p, k->applicant, &me);
	for (uint32_t i = 0; i < it->instant.n_sources && !e; i++) needed |= case_source_needed(&h, &it->instant.source[i]);
	if (!e && needed) e = case_asking_helps(p, k, &h, &needed);
	if (e || !needed) return e;
	for (uint32_t i = 0; i < it->instant.n_sources && !e; i++) {
		const struct source_use *u = &it->instant.source[i];
		if (case_source_needed(&h, u) && !case_source_of(k, u)) e = ask_one(p, k, &vs, &me, u);
	}
	for (size_t i = 0; i < k->n_sources; i++) open += source_open(&k->source[i]);
	if (e || !open) return e;
	json_put(p->a, vars, S("asking"), json_bool(p->a, true));
	trail_note(p, k->id, "asked", json_num(p->a, open));
	return k->state == CASE_received ? case_move(p, k, CASE_checking) : NULL;
}

// ---- what becomes of a question ----

struct asked { struct source_query *q; struct kase *k; const struct source *source; bool waited; };

static struct err *question(struct plan *p, int64_t id, struct asked *out)
{
	struct source_query q, *all;
	size_t n;
	*out = (struct asked){0};
	struct err *e = source_read(p, id, &q);
	if (!e) e = case_read(p, q.case_id, &out->k);
	if (!e) e = case_sources(p, out->k, &all, &n);
	for (size_t i = 0; i < (e ? 0 : n); i++)
		if (all[i].id == id) out->q = &all[i];
	if (e) return e;
	out->source = catalogue_source(out->k->cat, q.source);
	CHECK(out->q && out->source);
	out->waited = out->k->state == CASE_checking || out->k->state == CASE_running;
	return NULL;
}

// The last question of a case is settled: the process goes on, and the table decides here and now.
static struct err *settled(struct plan *p, struct kase *k, const struct source_query *q)
{
	bool taken;
	// Two answers planned at once must not both take the other for open: the case's version decides.
	case_touch(p, k);
	trail_note(p, k->id, "source", json_str(p->a, q->source));
	trail_note(p, k->id, "said", json_str(p->a, q->state));
	for (size_t i = 0; i < k->n_sources; i++)
		if (source_open(&k->source[i])) return NULL;
	struct err *e = flow_message(p, k->id, S("answered"), NULL, &taken);
	return e || !taken ? e : case_instant_now(p, k);
}

struct err *case_source_send(struct plan *p, int64_t id, struct source_wire *out, bool *open)
{
	struct asked x;
	struct err *e = question(p, id, &x);
	*open = !e && source_open(x.q) && x.waited;
	if (e || !*open) return e;
	struct str purpose = str_fmt(p->a, "秒批核验：" STR_FMT "（" STR_FMT "）", STR_ARG(x.k->matter.item->name.zh), STR_ARG(x.k->number));
	return source_send(p, x.q, x.source, purpose, out);
}

struct err *case_source_take(struct plan *p, int64_t id, struct str body, struct str signature, bool own)
{
	struct asked x;
	bool done;
	struct err *e = question(p, id, &x);
	if (!e) e = source_take(p, x.q, x.k->cat, x.source, body, signature, own, x.waited, &done);
	return e || !done ? e : settled(p, x.k, x.q);
}

struct err *case_source_missed(struct plan *p, int64_t id, struct str why, bool last, int64_t *next_ms)
{
	struct asked x;
	*next_ms = 0;
	struct err *e = question(p, id, &x);
	if (e || !source_open(x.q)) return e;
	if (!last && x.q->tries < x.source->attempts) {
		*next_ms = p->now_ms + (1000LL << x.q->tries);         // 2, 4, 8 seconds
		return NULL;
	}
	e = source_give_up(p, x.q, why);
	return e || !x.waited ? e : settled(p, x.k, x.q);
}

struct err *case_source_lapse(struct plan *p, int64_t id)
{
	struct asked x;
	struct err *e = question(p, id, &x);
	if (e || !source_open(x.q) || p->now_ms < x.q->due_ms) return e;
	e = source_give_up(p, x.q, S("time"));
	return e || !x.waited ? e : settled(p, x.k, x.q);
}
