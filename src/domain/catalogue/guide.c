// guide.c — 情形导办: from the answers given so far to exactly what is needed.
#include "domain/catalogue/merge_int.h"

uint32_t matter_questions(struct arena *a, const struct catalogue *c, struct matter m, const struct question ***out)
{
	if (m.bundle) {
		*out = arena_newn(a, const struct question *, m.bundle->n_questions);
		for (uint32_t i = 0; i < m.bundle->n_questions; i++)
			(*out)[i] = &m.bundle->question[i];
		return m.bundle->n_questions;
	}
	bool *used = arena_newn(a, bool, c->n_questions + 1);
	uint32_t n = 0;
	const struct item *it = m.item;
	for (uint32_t q = 0; q < c->n_questions; q++) {
		for (uint32_t i = 0; i < it->n_fields; i++)
			used[q] |= condition_reads(c, &it->field[i].when, q) || condition_reads(c, &it->field[i].subject->when, q);
		for (uint32_t i = 0; i < it->n_materials; i++)
			used[q] |= condition_reads(c, &it->material[i].when, q) || condition_reads(c, &it->material[i].subject->when, q);
		for (uint32_t i = 0; i < it->n_fees; i++)
			used[q] |= condition_reads(c, &it->fee[i].when, q);
		n += used[q];
	}
	*out = arena_newn(a, const struct question *, n);
	n = 0;
	for (uint32_t q = 0; q < c->n_questions; q++)
		if (used[q])
			(*out)[n++] = &c->question[q];
	return n;
}

static struct err *answers_check(struct arena *a, const struct question **q, uint32_t n, const struct json *answers)
{
	if (!answers || answers->type == JSON_NULL)
		return NULL;
	if (answers->type != JSON_OBJECT)
		return err_args(a, E_TYPE, S("answers"), S("object"), S(""));
	for (uint32_t i = 0; i < answers->n; i++) {
		const struct question *found = NULL;
		for (uint32_t k = 0; k < n && !found; k++)
			if (str_eq(q[k]->code, answers->key[i]))
				found = q[k];
		if (!found)
			return err_field(a, E_UNKNOWN_FIELD, answers->key[i], answers->key[i]);
		struct str v = answers->item[i]->type == JSON_STRING ? answers->item[i]->text : S("");
		if (answers->item[i]->type == JSON_NULL || (answers->item[i]->type == JSON_STRING && !v.n))
			continue;
		bool ok = false;
		for (uint32_t k = 0; k < found->n_options; k++)
			ok |= str_eq(found->option[k].code, v);
		if (!ok)
			return err_field(a, E_CHOICE, answers->key[i], found->text.zh);
	}
	return NULL;
}

static int32_t days_of(struct limit l)
{
	switch (l.unit) {
	case LIMIT_ON_SPOT:
	case LIMIT_HOUR: return l.n > 8 ? (l.n + 7) / 8 : 1;
	case LIMIT_WORKING_DAY: return l.n;
	case LIMIT_DAY: return (l.n * 5 + 6) / 7;
	case LIMIT_MONTH: return l.n * 22;
	}
	return l.n;
}

static void guide_items(struct arena *a, struct matter m, struct binding *b, struct guide *g)
{
	g->item = arena_newn(a, struct guide_item, matter_items(m));
	for (uint32_t i = 0; i < matter_items(m); i++) {
		const struct condition *when = matter_when(m, i);
		enum truth in = when ? binding_holds(b, when) : TRUTH_TRUE;
		if (in == TRUTH_FALSE)
			continue;
		struct guide_item *x = &g->item[g->n_items++];
		*x = (struct guide_item){.item = matter_item(m, i), .in = in};
		if (!m.bundle)
			continue;
		const struct bundle_item *bi = &m.bundle->item[i];
		x->after = arena_newn(a, const struct item *, bi->n_after);
		for (uint32_t k = 0; k < bi->n_after; k++)
			for (uint32_t j = 0; j + 1 < g->n_items; j++)
				if (g->item[j].item == bi->after[k])
					x->after[x->n_after++] = bi->after[k];
	}
}

static struct err *guide_fees(struct arena *a, const struct catalogue *c, const struct json *answers, struct guide *g)
{
	size_t cap = 0, n = 0;
	g->fee_known = true;
	for (uint32_t i = 0; i < g->n_items; i++) {
		struct fee_line *line;
		uint32_t k;
		dec total;
		bool known;
		struct err *e = fee_compute(a, c, g->item[i].item, answers, &line, &k, &total, &known);
		if (e)
			return e;
		for (uint32_t j = 0; j < k; j++) {
			line[j].in = truth_and(line[j].in, g->item[i].in);
			struct fee_line *to = vec_push(a, g->fee, n, cap);
			*to = line[j];
			if (line[j].in == TRUTH_TRUE && line[j].known)
				g->fee_total += line[j].amount;
			else
				g->fee_known = false;
		}
		if (g->item[i].in == TRUTH_OPEN && k)
			g->fee_known = false;
	}
	g->n_fees = (uint32_t)n;
	return NULL;
}

struct err *guide(struct arena *a, const struct catalogue *c, struct matter m, const struct json *answers, struct guide *g)
{
	CHECK(!m.bundle != !m.item);
	*g = (struct guide){0};
	const struct question **q;
	uint32_t n_q = matter_questions(a, c, m, &q);
	struct err *e = answers_check(a, q, n_q, answers);
	if (e)
		return e;
	struct binding *b = binding_new(a, c, answers);
	g->question = arena_newn(a, struct guide_question, n_q);
	g->first_open = UINT32_MAX;
	for (uint32_t i = 0; i < n_q; i++) {
		enum truth asked = binding_holds(b, &q[i]->when);
		if (asked == TRUTH_FALSE)
			continue;
		g->n_maybe += asked == TRUTH_OPEN;
		struct guide_question *x = &g->question[g->n_questions++];
		*x = (struct guide_question){q[i], json_text(json_get(answers, q[i]->code))};
		if (!x->answer.n) {
			if (g->first_open == UINT32_MAX)
				g->first_open = g->n_questions - 1;
			g->n_open++;
		}
	}
	if (g->first_open == UINT32_MAX)
		g->first_open = g->n_questions;
	guide_items(a, m, b, g);
	struct materials mat;
	needs_collect(a, m, b, &mat);
	g->need = mat.need;
	g->n_needs = mat.n_needs;
	for (uint32_t i = 0; i < g->n_needs; i++) {
		const struct need *x = &g->need[i];
		if (x->in != TRUTH_TRUE || x->need != MAT_REQUIRED)
			continue;
		if (x->from_result || x->material->generated || x->material->certificate)
			g->n_free++;
		else
			g->n_uploads++;
	}
	e = guide_fees(a, c, answers, g);
	if (e)
		return e;

	g->singly.papers = (int32_t)mat.n_singly;
	for (uint32_t i = 0; i < g->n_needs; i++)
		g->together.papers += g->need[i].in == TRUTH_TRUE && !g->need[i].from_result;
	if (m.bundle) {
		e = bundle_promise(a, c, m.bundle, answers, &g->promised);
		if (e)
			return e;
		g->visits = m.bundle->visits;
		g->singly.trips = m.bundle->singly.trips;
		g->singly.days = m.bundle->singly.days;
		for (uint32_t i = 0; i < m.bundle->n_items; i++) {     // what does not belong is not saved either
			bool in = false;
			for (uint32_t k = 0; k < g->n_items && !in; k++)
				in = g->item[k].item == m.bundle->item[i].item;
			if (in)
				continue;
			int32_t d = days_of(m.bundle->item[i].item->promised);
			g->singly.trips -= g->singly.trips > 0;
			g->singly.days -= g->singly.days >= d ? d : 0;
		}
		g->signatory = arena_newn(a, const struct signatory *, m.bundle->n_signatories);
		for (uint32_t i = 0; i < m.bundle->n_signatories; i++)
			if (binding_holds(b, &m.bundle->signatory[i].when) != TRUTH_FALSE)
				g->signatory[g->n_signatories++] = &m.bundle->signatory[i];
	} else {
		g->promised = m.item->promised;
		g->visits = m.item->visits;
		g->singly.trips = (int32_t)m.item->visits;
		g->singly.days = days_of(m.item->promised);
		g->singly.papers = g->together.papers;
	}
	g->together.trips = (int32_t)g->visits;
	g->together.days = days_of(g->promised);
	g->saved = (struct baseline){g->singly.papers - g->together.papers, g->singly.trips - g->together.trips,
		g->singly.days - g->together.days};
	return NULL;
}
