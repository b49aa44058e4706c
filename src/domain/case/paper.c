// paper.c — what a case's papers and messages may say.
#include "domain/case/case_int.h"
#include "domain/fill.h"
#include "feel/feel.h"

static void put(struct plan *p, struct json *f, const char *key, struct str text)
{
	json_put(p->a, f, str_of(key), json_str(p->a, text));
}

static struct str day_words(struct arena *a, day_t d)
{
	return template_day(a, d, false);
}

static struct words name_of(const struct kase *k)
{
	return k->matter.bundle ? k->matter.bundle->name : k->matter.item->name;
}

struct json *case_paper_facts(struct plan *p, const struct kase *k)
{
	struct json *f = json_obj(p->a);
	struct str applicant;
	struct values vs;
	const struct office *office = catalogue_office(k->cat, k->office);
	struct err *e = party_name(p, k->applicant, &applicant);
	put(p, f, "number", k->number);
	put(p, f, "matter", name_of(k).zh);
	put(p, f, "applicant", e ? S("") : applicant);
	put(p, f, "office", office ? office->name.zh : S(""));
	if (k->received_ms) put(p, f, "received_on", day_words(p->a, day_shanghai(k->received_ms)));
	if (k->accepted_ms) put(p, f, "accepted_on", day_words(p->a, day_shanghai(k->accepted_ms)));
	if (k->promise_day) put(p, f, "due_on", day_words(p->a, k->promise_day));
	if (k->legal_day) put(p, f, "statutory_on", day_words(p->a, k->legal_day));
	put(p, f, "decided_on", day_words(p->a, day_shanghai(p->now_ms)));
	// 行政复议法 20: 60 days; 行政诉讼法 46: 6 months; a special law may give more.
	put(p, f, "review_days", str_fmt(p->a, "%lld", (long long)catalogue_setting_int(k->cat, S("remedy_review_days"), 60)));
	put(p, f, "suit_months", str_fmt(p->a, "%lld", (long long)catalogue_setting_int(k->cat, S("remedy_suit_months"), 6)));
	e = k->was || k->parent ? case_values(p, k, &vs) : NULL;
	if (e || !(k->was || k->parent)) return f;
	// The parties' names and the thing, as papers of a transfer name them: {{buyer}} {{seller}} {{house}}.
	for (size_t i = 0; i < vs.n; i++) {
		struct str element = vs.v[i].key, subject = str_cut(&element, S("."));
		const struct element *el = catalogue_element(k->cat, element);
		const struct subject *s = catalogue_subject(k->cat, subject);
		if (!el || !s) continue;
		if (el->type == EL_NAME || (s->kind == SUBJECT_THING && el->type == EL_ADDRESS)) put(p, f, str_z(p->a, subject), vs.v[i].text);
	}
	struct json *results = case_results(p, k->parent ? k->parent : k->id);
	for (uint32_t i = 0; i < json_count(results); i++) json_put(p->a, f, results->key[i], results->item[i]);
	return f;
}

struct err *case_paper(struct plan *p, const struct kase *k, struct str code, struct json *facts)
{
	int64_t id;
	struct paper_new n = {.home = k->home, .case_id = k->id, .code = code, .office = k->office, .facts = facts};
	return paper_issue(p, &n, &id);
}

// A message names the matter and what to do, never a person: anybody may see the screen.
void case_message_to(struct plan *p, const struct kase *k, struct message_new to, struct json *more, struct json *more_en)
{
	struct json *f = json_obj(p->a), *en = json_obj(p->a);
	put(p, f, "matter", name_of(k).zh);
	put(p, f, "number", k->number);
	if (k->promise_day) put(p, f, "due_on", day_words(p->a, k->promise_day));
	for (uint32_t i = 0; i < json_count(more); i++) json_put(p->a, f, more->key[i], more->item[i]);
	put(p, en, "matter", words_in(name_of(k), true));
	if (k->promise_day) put(p, en, "due_on", template_day(p->a, k->promise_day, true));
	for (uint32_t i = 0; i < json_count(more_en); i++) json_put(p->a, en, more_en->key[i], more_en->item[i]);
	to.home = k->home;
	to.case_id = k->parent ? k->parent : k->id;
	to.facts = f;
	to.english = en;
	message_send(p, &to);
}

void case_message(struct plan *p, const struct kase *k, struct str code)
{
	case_message_to(p, k, (struct message_new){.party = k->applicant, .code = code}, NULL, NULL);
}

struct err *case_expression(struct plan *p, const struct kase *k, struct str text, const struct json *facts, struct str *out)
{
	(void)k;
	struct feel_scope *scope = feel_scope_new(p->a, NULL);
	struct feel_value *vars = arena_newn(p->a, struct feel_value, json_count(facts) + 1);
	struct feel_expr *x;
	struct feel_run run;
	struct err *e = NULL;
	for (uint32_t i = 0; i < json_count(facts) && !e; i++) {
		e = feel_from_json(p->a, facts->item[i], &vars[i]);
		CHECK(feel_scope_add(scope, facts->key[i], feel_type_of_value(p->a, vars[i])) == i);
	}
	if (!e) e = feel_compile(p->a, text, FEEL_EXPRESSION, scope, &x);
	if (e) return e;
	feel_run_init(&run, p->a);
	run.now_ms = p->now_ms;
	run.zone = feel_zone(S("Asia/Shanghai"));
	struct feel_value v = feel_eval(&run, x, vars);
	*out = feel_is(v, FEEL_NULL) ? S("") : feel_string(p->a, v);
	return run.stop;
}
