// ops_table.c — tables for people to read and try, the list of instant items, the next candidates.
#include <stdlib.h>

#include "domain/rule/rule.h"
#include "op/show.h"

enum { YEAR_DAYS = 365 };

static int64_t year_ago(struct op_call *c)
{
	return c->p->now_ms - YEAR_DAYS * 86400000LL;
}

static const struct item *item_of_table(const struct catalogue *cat, struct str code)
{
	for (uint32_t i = 0; i < cat->n_items; i++)
		for (uint32_t k = 0; k < cat->item[i]->instant.n_rules; k++)
			if (str_eq(cat->item[i]->instant.rule[k].table, code)) return cat->item[i];
	return NULL;
}

// 97.5 of 100, without a sign; empty when there is nothing to count.
static struct str percent(struct op_call *c, int64_t part, int64_t whole)
{
	if (whole <= 0) return S("");
	int64_t tenth = part * 1000 / whole;
	return tenth % 10 ? str_fmt(c->a, "%lld.%lld", (long long)(tenth / 10), (long long)(tenth % 10)) : str_fmt(c->a, "%lld", (long long)(tenth / 10));
}

struct err *op_guide_instant(struct op_call *c)
{
	const struct catalogue *cat = c->p->cat;
	struct rule_count *n;
	size_t count;
	int64_t decided = 0, granted = 0;
	struct err *e = rule_counts(c->p, year_ago(c), &n, &count);
	if (e) return e;
	for (size_t i = 0; i < count; i++) {
		decided += n[i].decided;
		granted += n[i].granted;
	}
	struct json *groups = put_list(c, c->out, "groups");
	int64_t total = 0;
	for (int who = 0; who < 2; who++) {
		struct json *g = list_obj(c, groups);
		put_text(c, g, "title", who ? tr(c, "企业和个体工商户", "Enterprises and sole traders") : tr(c, "个人", "People"));
		struct json *rows = put_list(c, g, "rows");
		for (uint32_t i = 0; i < cat->n_items; i++) {
			const struct item *it = cat->item[i];
			if (!it->instant.n_rules || it->for_person == (who == 1)) continue;
			struct json *o = list_obj(c, rows);
			put_text(c, o, "code", it->code);
			put_words(c, o, "name", it->name);
			put_words(c, o, "summary", it->summary);
			put_words(c, o, "result", it->result_line);
			put_words(c, o, "office", it->office->short_name.zh.n ? it->office->short_name : it->office->name);
			put_bool(c, o, "sample", it->sample);
			put_bool(c, o, "asks", it->instant.n_sources > 0);
			total++;
		}
	}
	put_int(c, c->out, "total", total);
	put_int(c, c->out, "granted", granted);
	put_text(c, c->out, "share", percent(c, granted, decided));
	return NULL;
}

struct err *op_rule_list(struct op_call *c)
{
	const struct catalogue *cat = c->p->cat;
	struct rule_count *n;
	size_t count;
	struct rule_count sum = {0};
	struct err *e = rule_counts(c->p, year_ago(c), &n, &count);
	if (e) return e;
	struct json *rows = put_list(c, c->out, "rows");
	for (uint32_t i = 0; i < cat->n_rules; i++) {
		const struct rule_table *t = &cat->rule[i];
		const struct item *it = item_of_table(cat, t->code);
		struct rule_count mine = {0};
		for (size_t k = 0; k < count; k++)
			if (str_eq(n[k].rule, t->code)) mine = n[k];
		struct json *o = list_obj(c, rows);
		put_text(c, o, "code", t->code);
		put_text(c, o, "name", it ? words(c, it->name) : t->name.zh);
		if (it) put_words(c, o, "office", it->office->short_name.zh.n ? it->office->short_name : it->office->name);
		put_bool(c, o, "instant", it != NULL);
		put_int(c, o, "rules", rule_rows(t));
		if (it) put_int(c, o, "sample_percent", it->instant.sample_percent);
		put_int(c, o, "decided", mine.decided);
		put_int(c, o, "granted", mine.granted);
		put_text(c, o, "share", percent(c, mine.granted, mine.decided));
		put_int(c, o, "open", mine.open);
		put_int(c, o, "reviewed", mine.agreed + mine.disagreed);
		put_int(c, o, "disagreed", mine.disagreed);
		sum.decided += mine.decided;
		sum.granted += mine.granted;
		sum.open += mine.open;
		sum.agreed += mine.agreed;
		sum.disagreed += mine.disagreed;
	}
	put_int(c, c->out, "decided", sum.decided);
	put_int(c, c->out, "granted", sum.granted);
	put_text(c, c->out, "share", percent(c, sum.granted, sum.decided));
	put_int(c, c->out, "open", sum.open);
	put_int(c, c->out, "reviewed", sum.agreed + sum.disagreed);
	put_int(c, c->out, "disagreed", sum.disagreed);
	return NULL;
}

// ---- one table ----

static struct err *panel(struct op_call *c, const struct json *values)
{
	const struct rule_table *t = catalogue_rule(c->p->cat, op_text(c, "code"));
	const struct item *it = t ? item_of_table(c->p->cat, t->code) : NULL;
	if (!t) return err_arg(c->a, E_RULE_TABLE, op_text(c, "code"));
	struct err *e = rule_panel(c->a, c->p->cat, t, values, c->p->now_ms, c->p->actor.english, c->out);
	if (e) return e;
	put_text(c, c->out, "name", it ? words(c, it->name) : t->name.zh);
	put_bool(c, c->out, "instant", it != NULL);
	if (it) put_words(c, c->out, "office", it->office->name);
	if (it) put_int(c, c->out, "sample_percent", it->instant.sample_percent);
	return NULL;
}

struct err *op_rule_get(struct op_call *c)
{
	return panel(c, NULL);
}

struct err *op_rule_try(struct op_call *c)
{
	return panel(c, op_json(c, "values"));
}

// ---- what could be next ----

struct candidate { const struct item *item; int64_t received, closed, granted, corrected, data, objective, score; };

static int by_score(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;
	if (x->score != y->score) return x->score < y->score ? 1 : -1;
	return str_cmp(x->item->code, y->item->code);
}

// Of what a decision needs, how much is at hand without asking: papers that the library, a result or the
// system gives, and fields with a closed set of values (percent).
static void rate(struct candidate *k)
{
	const struct item *it = k->item;
	int64_t given = 0, closed = 0, wanted = 0;
	for (uint32_t i = 0; i < it->n_materials; i++) {
		const struct material *m = it->material[i].material;
		if (it->material[i].need != MAT_REQUIRED) continue;
		wanted++;
		given += m->generated || m->certificate || m->result_of;
	}
	for (uint32_t i = 0; i < it->n_fields; i++) {
		enum element_type t = it->field[i].element->type;
		closed += t != EL_TEXT && t != EL_ADDRESS;
	}
	k->data = wanted ? given * 100 / wanted : 100;
	// Discretion shows where officers must look on the spot, where cases are returned, where some are refused.
	k->objective = it->n_fields ? closed * 100 / it->n_fields : 100;
	for (uint32_t i = 0; i < it->n_steps; i++)
		if (it->step[i].officers > 1) k->objective /= 2;
	if (k->closed) k->objective = k->objective * k->granted / k->closed;
	if (k->received) k->objective = k->objective * (k->received - k->corrected) / k->received;
	k->score = (k->received + 1) * k->data * k->objective / 100;
}

struct err *op_rule_candidates(struct op_call *c)
{
	const struct catalogue *cat = c->p->cat;
	struct demand *d;
	size_t n;
	struct err *e = case_demand(c->p, year_ago(c), &d, &n);
	if (e) return e;
	struct candidate *k = arena_newn(c->a, struct candidate, cat->n_items + 1);
	uint32_t count = 0;
	for (uint32_t i = 0; i < cat->n_items; i++) {
		if (cat->item[i]->instant.n_rules) continue;
		struct candidate *x = &k[count++];
		x->item = cat->item[i];
		for (size_t j = 0; j < n; j++)
			if (str_eq(d[j].what, x->item->code)) {
				x->received = d[j].received;
				x->closed = d[j].closed;
				x->granted = d[j].granted;
				x->corrected = d[j].corrected;
			}
		rate(x);
	}
	qsort(k, count, sizeof *k, by_score);
	struct json *rows = put_list(c, c->out, "rows");
	for (uint32_t i = 0; i < count; i++) {
		struct json *o = list_obj(c, rows);
		put_int(c, o, "rank", i + 1);
		put_text(c, o, "code", k[i].item->code);
		put_words(c, o, "name", k[i].item->name);
		put_words(c, o, "office", k[i].item->office->short_name.zh.n ? k[i].item->office->short_name : k[i].item->office->name);
		put_int(c, o, "received", k[i].received);
		put_text(c, o, "granted", percent(c, k[i].granted, k[i].closed));
		put_int(c, o, "data", k[i].data);
		put_int(c, o, "objective", k[i].objective);
		put_int(c, o, "score", k[i].score);
		struct json *missing = put_list(c, o, "missing");
		for (uint32_t m = 0; m < k[i].item->n_materials; m++) {
			const struct item_material *x = &k[i].item->material[m];
			if (x->need == MAT_REQUIRED && !x->material->generated && !x->material->certificate && !x->material->result_of)
				json_add(c->a, missing, json_str(c->a, words(c, x->material->name)));
		}
	}
	return NULL;
}
