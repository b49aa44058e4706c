// check_use.c — who uses what: counted by row, so that what nobody uses is told, and a version that changes
// one item adds and takes away instead of counting again.
#include "domain/catalogue/check_int.h"

#define NONE S("")

struct uses *uses_new(struct arena *a, const struct catalogue *c, const struct uses *before)
{
	struct uses *u = arena_new1(a, struct uses);
	const uint32_t n[] = {c->n_elements, c->n_subjects, c->n_materials, c->n_certificates, c->n_questions, c->n_rules, c->n_processes, c->n_sources};
	_Static_assert(countof(n) == USES, "a count a kind");
	for (size_t i = 0; i < USES; i++) {
		u->count[i] = arena_newn(a, uint32_t, n[i] + 1);
		if (before)
			memcpy(u->count[i], before->count[i], n[i] * sizeof *u->count[i]);
	}
	return u;
}

static void one(struct uses *u, enum use k, ptrdiff_t row, bool add)
{
	u->count[k][row] += add ? 1 : UINT32_MAX;
}

static void rule(const struct catalogue *c, struct uses *u, struct str code, bool add)
{
	const struct rule_table *r = catalogue_rule(c, code);
	if (r)
		one(u, USE_RULE, r - c->rule, add);
}

static void certificate(const struct catalogue *c, struct uses *u, const struct certificate_type *t, bool add)
{
	if (t)
		one(u, USE_CERTIFICATE, t - c->certificate, add);
}

void uses_of_item(const struct catalogue *c, struct uses *u, const struct item *it, bool add)
{
	for (uint32_t j = 0; j < it->n_fields; j++) {
		one(u, USE_ELEMENT, it->field[j].element - c->element, add);
		one(u, USE_SUBJECT, it->field[j].subject - c->subject, add);
		condition_uses(c, &it->field[j].when, u->count[USE_QUESTION], add);
	}
	for (uint32_t j = 0; j < it->n_materials; j++) {
		one(u, USE_MATERIAL, it->material[j].material - c->material, add);
		one(u, USE_SUBJECT, it->material[j].subject - c->subject, add);
		certificate(c, u, it->material[j].material->certificate, add);
		condition_uses(c, &it->material[j].when, u->count[USE_QUESTION], add);
	}
	for (uint32_t j = 0; j < it->n_fees; j++) {
		rule(c, u, it->fee[j].table, add);
		rule(c, u, it->fee[j].words, add);
		condition_uses(c, &it->fee[j].when, u->count[USE_QUESTION], add);
	}
	for (uint32_t j = 0; j < it->n_produces; j++)
		if (it->produces[j].element)
			one(u, USE_ELEMENT, it->produces[j].element - c->element, add);
	for (uint32_t j = 0; j < it->query.n_from; j++)
		certificate(c, u, it->query.from[j], add);
	for (uint32_t j = 0; j < it->instant.n_rules; j++)
		rule(c, u, it->instant.rule[j].table, add);
	for (uint32_t j = 0; j < it->instant.n_sources; j++)
		one(u, USE_SOURCE, it->instant.source[j].source - c->source, add);
	certificate(c, u, it->certificate, add);
	certificate(c, u, it->query.answer, add);
	certificate(c, u, it->ends, add);
	rule(c, u, it->decision, add);
	for (uint32_t j = 0; j < c->n_processes; j++)
		if (str_eq(c->process[j].code, it->process))
			one(u, USE_PROCESS, j, add);
}

void uses_of_bundle(const struct catalogue *c, struct uses *u, const struct bundle *b, bool add)
{
	rule(c, u, b->days_table, add);
	for (uint32_t j = 0; j < b->n_items; j++)
		condition_uses(c, &b->item[j].when, u->count[USE_QUESTION], add);
	for (uint32_t j = 0; j < b->n_signatories; j++)
		condition_uses(c, &b->signatory[j].when, u->count[USE_QUESTION], add);
}

void uses_of_rule(const struct catalogue *c, struct uses *u, struct arena *a, const struct rule_table *r, bool add)
{
	for (uint32_t i = 0; i < c->n_questions; i++)
		if (rule_reads(r, a, c->question[i].code))
			one(u, USE_QUESTION, i, add);
}

void uses_of_all(const struct catalogue *c, struct uses *u, struct arena *a)
{
	for (uint32_t i = 0; i < c->n_items; i++)
		uses_of_item(c, u, c->item[i], true);
	for (uint32_t i = 0; i < c->n_bundles; i++)
		uses_of_bundle(c, u, &c->bundle[i], true);
	for (uint32_t i = 0; i < c->n_rules; i++)
		uses_of_rule(c, u, a, &c->rule[i], true);
	for (uint32_t i = 0; i < c->n_questions; i++)
		condition_uses(c, &c->question[i].when, u->count[USE_QUESTION], true);
	for (uint32_t i = 0; i < c->n_subjects; i++)
		condition_uses(c, &c->subject[i].when, u->count[USE_QUESTION], true);
}

// An element is used by the items that ask or give it, by sources, and by the faces of certificates that are used.
static bool *elements_used(struct check *k)
{
	const struct catalogue *c = k->c;
	bool *used = arena_newn(k->a, bool, c->n_elements + 1);
	for (uint32_t i = 0; i < c->n_elements; i++)
		used[i] = c->uses->count[USE_ELEMENT][i] > 0;
	for (uint32_t i = 0; i < c->n_sources; i++) {
		for (uint32_t j = 0; j < c->source[i].n_query; j++)
			used[c->source[i].query[j] - c->element] = true;
		for (uint32_t j = 0; j < c->source[i].n_facts; j++)
			used[c->source[i].fact[j].element - c->element] = true;
	}
	for (uint32_t i = 0; i < c->n_certificates; i++)
		for (uint32_t j = 0; j < c->certificate[i].n_fields && c->uses->count[USE_CERTIFICATE][i]; j++)
			if (c->certificate[i].field[j].element)
				used[c->certificate[i].field[j].element - c->element] = true;
	return used;
}

#define UNUSED(kind, noun, rule_id) \
	for (uint32_t i = 0; i < c->n_##noun##s; i++) \
		if (!c->uses->count[kind][i]) \
			check_add(k, rule_id, c->noun[i].at, 0, c->noun[i].code, c->noun[i].code, NONE, NONE)

void check_unused(struct check *k)
{
	const struct catalogue *c = k->c;
	const bool *element = elements_used(k);
	for (uint32_t i = 0; i < c->n_elements; i++)
		if (!element[i])
			check_add(k, RULE_element_unused, c->element[i].at, 0, c->element[i].code, c->element[i].code, NONE, NONE);
	UNUSED(USE_MATERIAL, material, RULE_material_unused);
	UNUSED(USE_SUBJECT, subject, RULE_subject_unused);
	UNUSED(USE_CERTIFICATE, certificate, RULE_certificate_unused);
	UNUSED(USE_QUESTION, question, RULE_question_unused);
	UNUSED(USE_RULE, rule, RULE_rule_unused);
	for (uint32_t i = 0; i < c->n_sources; i++)
		if (!c->uses->count[USE_SOURCE][i])
			check_add(k, RULE_source_unused, c->source[i].at, 0, c->source[i].code, c->source[i].name.zh, c->source[i].name.en, NONE);
	for (uint32_t i = 0; i < c->n_processes; i++)
		if (!c->uses->count[USE_PROCESS][i])
			check_add(k, RULE_process_unused, c->process[i].at, 0, c->process[i].code, c->process[i].code, NONE, NONE);
}
