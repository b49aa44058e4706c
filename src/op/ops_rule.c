// ops_rule.c — automated decisions: explained, asked about, reviewed.
#include "domain/rule/rule.h"
#include "op/show.h"

struct err *op_case_review_request(struct op_call *c)
{
	struct kase *k;
	struct rule_decision d;
	struct rule_review *r;
	bool found = false;
	size_t n = 0;
	int64_t id;
	struct err *e = case_read(c->p, op_id(c, "case"), &k);
	if (!e) e = rule_of_case(c->p, k->id, &d, &found);
	if (!e && (!found || !str_is(d.verdict, "grant"))) e = err_new(c->a, E_RULE_NO_DECISION);
	if (!e) e = rule_reviews_of_case(c->p, k->id, &r, &n);
	for (size_t i = 0; i < n && !e; i++)
		if (r[i].decision == d.id && str_is(r[i].kind, "request")) e = err_new(c->a, E_RULE_ASKED);
	if (!e) e = rule_review_open(c->p, &d, S("request"), op_text(c, "words"), &id);
	if (e) return e;
	put_id(c, c->out, "case", k->id);
	put_id(c, c->out, "review", id);
	struct json *detail = json_obj(c->a);
	put_id(c, detail, "case", k->id);
	put_id(c, detail, "decision", d.id);
	return trail_add(c->p, "review", id, k->home, detail);
}

struct err *op_rule_reviews(struct op_call *c)
{
	struct rule_review *r;
	size_t n;
	bool open = !str_is(op_text(c, "state"), "done");
	struct err *e = rule_reviews(c->p, c->p->actor.office, open, 100, &r, &n);
	struct json *rows = put_list(c, c->out, "rows");
	for (size_t i = 0; i < n && !e; i++) {
		struct kase *k;
		struct rule_decision d;
		bool found = false;
		e = case_read(c->p, r[i].case_id, &k);
		if (!e) e = rule_read(c->p, r[i].decision, &d, &found);
		if (e || !found) continue;
		struct json *o = list_obj(c, rows);
		put_id(c, o, "id", r[i].id);
		put_text(c, o, "kind", r[i].kind);
		put_text(c, o, "case", k->number);
		put_text(c, o, "item", matter_name(c, k));
		put_text(c, o, "rule", r[i].rule);
		put_text(c, o, "sentence", d.sentence);
		put_text(c, o, "words", r[i].words);
		put_ms(c, o, "opened_at", r[i].opened_ms);
		put_ms(c, o, "decided_at", d.now_ms);
		put_text(c, o, "state", r[i].state);
		put_text(c, o, "opinion", r[i].opinion);
		put_text(c, o, "name", r[i].name);
	}
	put_bool(c, c->out, "open", open);
	put_int(c, c->out, "total", rows->n);
	return e;
}

struct err *op_rule_review(struct op_call *c)
{
	struct rule_review r;
	struct err *e = rule_review_read(c->p, op_id(c, "review"), &r);
	if (!e) e = rule_review_done(c->p, &r, op_bool(c, "agree"), op_text(c, "opinion"));
	if (e) return e;
	put_id(c, c->out, "review", r.id);
	put_text(c, c->out, "state", op_bool(c, "agree") ? S("agreed") : S("disagreed"));
	struct json *detail = json_obj(c->a);
	put_id(c, detail, "case", r.case_id);
	put_id(c, detail, "decision", r.decision);
	put_text(c, detail, "kind", r.kind);
	put_bool(c, detail, "agree", op_bool(c, "agree"));
	return trail_add(c->p, "review", r.id, r.home, detail);
}

// The decision quotes Chinese; who reads English gets the table's own words for it, where it has some.
static struct err *put_sentence(struct op_call *c, const struct kase *k, const struct rule_decision *d, struct json *o)
{
	struct rule_change again = {0};
	const struct rule_table *t = c->p->actor.english ? catalogue_rule(k->cat, d->rule) : NULL;
	struct err *e = t && t->model ? rule_replay(c->a, d, t, &again) : NULL;
	bool english = !e && again.now.english && again.same_trace;
	put_text(c, o, "sentence", english ? again.now.sentence_en : d->sentence);
	put_bool(c, o, "english", english);
	put_bool(c, o, "chinese", c->p->actor.english && !english);
	return e;
}

// On the case's page (个人信息保护法 24): what was decided by rule, on which ground, and how to have a person look.
struct err *show_machine(struct op_call *c, const struct kase *k, struct json *out)
{
	struct rule_decision d;
	struct rule_review *r;
	struct json *why;
	size_t n = 0;
	bool found, asked = false, staff = c->p->actor.office.n != 0;
	struct err *e = rule_of_case(c->p, k->id, &d, &found);
	if (e || !found) return e;
	bool granted = str_is(d.verdict, "grant");
	if (!granted && !staff) return NULL;                     // with a person, like any other case
	struct json *o = put_obj(c, out, "machine");
	put_bool(c, o, "granted", granted);
	put_ms(c, o, "at", d.now_ms);
	put_text(c, o, "rule", d.rule);
	put_text(c, o, "version", str_part(d.version, 0, 12));
	if (granted) e = put_sentence(c, k, &d, o);
	if (e) return e;
	if (staff) {
		struct json *list = put_list(c, o, "why");
		e = json_parse(c->a, d.why, (struct json_limits){0}, &why);
		for (size_t i = 0; i < (e ? 0 : json_count(why)); i++)
			json_add(c->a, list, json_str(c->a, rule_why_text(c->a, k->cat, json_text(why->item[i]), c->p->actor.english)));
	}
	if (!e) e = rule_reviews_of_case(c->p, k->id, &r, &n);
	for (size_t i = 0; i < n && !e; i++) {
		if (!str_is(r[i].kind, "request")) continue;
		asked = true;
		put_text(c, o, "review", r[i].state);
		put_text(c, o, "opinion", r[i].opinion);
	}
	put_bool(c, o, "can_ask", granted && c->own && !asked);
	return e;
}
