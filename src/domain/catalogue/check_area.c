// check_area.c — what an area may do differently: less, never more; and with a basis.
#include "domain/catalogue/check_int.h"

#define NONE S("")

static const struct item_material *asked(const struct item *it, const struct item_material *m)
{
	for (uint32_t i = 0; i < it->n_materials; i++)
		if (it->material[i].material == m->material && it->material[i].subject == m->subject)
			return &it->material[i];
	return NULL;
}

static bool same_limit(struct limit a, struct limit b)
{
	return a.n == b.n && a.unit == b.unit;
}

static bool same_words(struct words a, struct words b)
{
	return str_eq(a.zh, b.zh) && str_eq(a.en, b.en);
}

// Whether the applicant or the office would notice.
static bool alike(const struct item *a, const struct item *b)
{
	bool same = same_limit(a->promised, b->promised) && same_limit(a->statutory, b->statutory) && a->visits == b->visits && a->depth == b->depth
		&& a->kind == b->kind && str_eq(a->type, b->type) && a->office == b->office && a->n_materials == b->n_materials && a->n_fields == b->n_fields
		&& a->n_steps == b->n_steps && a->n_fees == b->n_fees && a->n_conditions == b->n_conditions && a->certificate == b->certificate
		&& str_eq(a->process, b->process) && str_eq(a->decision, b->decision) && a->instant.n_rules == b->instant.n_rules
		&& same_words(a->place, b->place) && same_words(a->hours, b->hours);
	for (uint32_t i = 0; same && i < a->n_materials; i++) {
		const struct item_material *o = asked(b, &a->material[i]);
		same = o && o->need == a->material[i].need && o->originals == a->material[i].originals && o->copies == a->material[i].copies
			&& str_eq(o->when.text, a->material[i].when.text);
	}
	for (uint32_t i = 0; same && i < a->n_steps; i++)
		same = a->step[i].kind == b->step[i].kind && a->step[i].officers == b->step[i].officers && same_limit(a->step[i].limit, b->step[i].limit);
	for (uint32_t i = 0; same && i < a->n_conditions; i++)
		same = str_eq(a->condition[i].zh, b->condition[i].zh);
	for (uint32_t i = 0; same && i < a->instant.n_rules; i++)
		same = str_eq(a->instant.rule[i].table, b->instant.rule[i].table);
	same = same && a->instant.n_sources == b->instant.n_sources;
	for (uint32_t i = 0; same && i < a->instant.n_sources; i++)
		same = a->instant.source[i].source == b->instant.source[i].source && a->instant.source[i].n_facts == b->instant.source[i].n_facts;
	for (uint32_t i = 0; same && i < a->n_fields; i++)
		same = a->field[i].element == b->field[i].element && a->field[i].required == b->field[i].required;
	return same;
}

static void check_item_regime(struct check *k, const struct regime *r)
{
	const struct item *base = r->item, *made = r->made;
	struct str code = made ? made->code : base->code;
	if (limit_cmp(made->promised, base->promised) > 0 || limit_cmp(made->statutory, base->statutory) > 0)
		check_add(k, RULE_area_longer, r->at, 0, code, base->name.zh, r->area->name.zh, NONE);
	for (uint32_t i = 0; i < made->n_materials; i++) {
		const struct item_material *m = &made->material[i], *o = asked(base, m);
		bool promise = r->measure == MEASURE_COMMITMENT && m->material->kind == MAT_FORM;
		if (m->need == MAT_REQUIRED && !promise && !m->material->generated && (!o || o->need != MAT_REQUIRED))
			check_add(k, RULE_area_more, r->at, 0, code, m->material->name.zh, m->material->name.en, NONE);
	}
	if (r->measure == MEASURE_FILING && str_is(made->type, "01"))
		check_add(k, RULE_area_filing_licence, r->at, 0, code, base->name.zh, base->name.en, NONE);
	if (r->measure == MEASURE_COMMITMENT) {
		bool paper = false;
		for (uint32_t i = 0; i < made->n_materials; i++)
			paper |= made->material[i].material->kind == MAT_FORM && !made->material[i].material->generated && made->material[i].need == MAT_REQUIRED;
		if (!paper)
			check_add(k, RULE_area_commitment_paper, r->at, 0, code, base->name.zh, base->name.en, NONE);
	}
	if (alike(made, base))
		check_add(k, RULE_area_nothing, r->at, 0, code, base->name.zh, r->area->name.zh, NONE);
}

// What an area dropped cannot be asked for there as a paper.
static void check_dropped_by(struct check *k, const struct regime *r, const struct item *of)
{
	const struct catalogue *c = k->c;
	uint32_t city = c->n_items - c->n_area_items;
	const struct item *it = matter_in_area(c, (struct matter){NULL, of}, r->area, NULL).item;
	for (uint32_t m = 0; it && m < it->n_materials; m++) {
		const struct material *x = it->material[m].material;
		bool only = r->item->certificate && x->certificate == r->item->certificate;
		for (uint32_t j = 0; only && j < city; j++)
			only = c->item[j] == r->item || c->item[j]->certificate != r->item->certificate;
		if ((same_item(x->result_of, r->item) || only) && it->material[m].need == MAT_REQUIRED)
			check_add(k, RULE_area_wants_dropped, r->at, 0, it->code, it->name.zh, x->name.zh, r->item->name.zh);
	}
}

void check_dropped(struct check *k, const struct item *it)
{
	for (uint32_t i = 0; i < k->c->n_regimes; i++)
		if (k->c->regime[i].item && !k->c->regime[i].made)
			check_dropped_by(k, &k->c->regime[i], it);
}

void check_areas(struct check *k)
{
	const struct catalogue *c = k->c;
	for (uint32_t i = 0; i < c->n_areas; i++) {
		const struct area *a = &c->area[i];
		bool used = false;
		for (uint32_t j = 0; j < c->n_regimes; j++)
			used |= c->regime[j].area == a;
		if (!used)
			check_add(k, RULE_area_empty, a->at, 0, a->code, a->name.zh, a->name.en, NONE);
		check_words(k, a->at, a->code, "name", a->name);
		check_words(k, a->at, a->code, "where", a->where);
		check_words(k, a->at, a->code, "basis", a->basis);
	}
	for (uint32_t i = 0; i < c->n_regimes; i++) {
		const struct regime *r = &c->regime[i];
		struct str code = r->item ? r->item->code : r->bundle->code;
		bool automatic = r->bundle && !r->why.zh.n;            // follows its items
		if (!automatic) {
			check_words(k, r->at, code, "why", r->why);
			check_words(k, r->at, code, "basis", r->basis);
			if (!r->basis.zh.n)
				check_add(k, RULE_area_without_basis, r->at, 0, code, code, r->area->name.zh, NONE);
		}
		if (r->item && r->made)
			check_item_regime(k, r);
		else if (r->made_bundle && limit_cmp(r->made_bundle->promised, r->bundle->promised) > 0)
			check_add(k, RULE_area_longer, r->at, 0, code, r->bundle->name.zh, r->area->name.zh, NONE);
	}
	for (uint32_t i = 0; i < c->n_items - c->n_area_items; i++)
		check_dropped(k, c->item[i]);
}
