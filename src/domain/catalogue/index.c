// index.c — codes of all kinds in one hash table.
//
// A version that differs little from a whole one says only which codes lead to other items now; all else it asks
// the whole one's table. Rows of the other kinds stand at the same numbers in both, but for bundles of its own.
#include "domain/catalogue/load_int.h"

struct slot { uint64_t hash; struct str code; uint32_t row; uint8_t kind, used; };
struct laid { uint64_t hash; struct str code; const struct item *item; bool used; };    // item NULL: the code leads nowhere any more
struct code_index {
	struct slot *slot;
	uint32_t mask, n;
	const struct catalogue *root;          // the whole version below; or NULL
	struct arena *a;                       // of what is laid over it
	struct laid *laid;
	uint32_t laid_mask, n_laid;
	bool bundles;                          // all bundles stand in slot here
};

struct code_index *index_new(struct arena *a, uint32_t rows)
{
	struct code_index *x = arena_new1(a, struct code_index);
	uint32_t size = 64;
	while (size < rows * 2u + 16)
		size *= 2;
	x->slot = arena_newn(a, struct slot, size);
	x->mask = size - 1;
	return x;
}

static struct slot *probe(const struct code_index *x, enum kind k, struct str code, uint64_t h)
{
	for (uint32_t i = (uint32_t)(h ^ h >> 32) & x->mask;; i = (i + 1) & x->mask) {
		struct slot *s = &x->slot[i];
		if (!s->used || (s->hash == h && s->kind == k && str_eq(s->code, code)))
			return s;
	}
}

bool index_add(struct code_index *x, enum kind k, struct str code, uint32_t row)
{
	CHECK(x->n < x->mask);
	uint64_t h = str_hash(code) * 31 + (uint64_t)k;
	struct slot *s = probe(x, k, code, h);
	if (s->used)
		return false;
	*s = (struct slot){h, code, row, (uint8_t)k, 1};
	x->n++;
	return true;
}

bool index_find(const struct code_index *x, enum kind k, struct str code, uint32_t *row)
{
	const struct slot *s = probe(x, k, code, str_hash(code) * 31 + (uint64_t)k);
	if (s->used)
		*row = s->row;
	return s->used;
}

// ---- laid over a whole version ------------------------------------------------------------------

static struct laid *laid_probe(const struct code_index *x, struct str code, uint64_t h)
{
	for (uint32_t i = (uint32_t)(h ^ h >> 32) & x->laid_mask;; i = (i + 1) & x->laid_mask) {
		struct laid *l = &x->laid[i];
		if (!l->used || (l->hash == h && str_eq(l->code, code)))
			return l;
	}
}

void index_lay(struct code_index *x, struct str code, const struct item *item)
{
	if (x->n_laid * 2 >= x->laid_mask) {
		struct laid *old = x->laid;
		uint32_t n = old ? x->laid_mask + 1 : 0;
		x->laid_mask = n ? n * 2 - 1 : 63;
		x->laid = arena_newn(x->a, struct laid, x->laid_mask + 1);
		for (uint32_t i = 0; i < n; i++)
			if (old[i].used)
				*laid_probe(x, old[i].code, old[i].hash) = old[i];
	}
	uint64_t h = str_hash(code);
	struct laid *l = laid_probe(x, code, h);
	x->n_laid += !l->used;
	*l = (struct laid){h, code, item, true};
}

struct code_index *index_over(struct arena *a, const struct catalogue *root, const struct code_index *before, uint32_t bundles)
{
	struct code_index *x = index_new(a, bundles);
	x->a = a;
	x->root = root;
	x->bundles = bundles > 0;
	for (uint32_t i = 0; before->root && before->laid && i <= before->laid_mask; i++)
		if (before->laid[i].used)
			index_lay(x, before->laid[i].code, before->laid[i].item);
	return x;
}

bool index_item(struct catalogue *c, struct str code, const struct item *it, uint32_t row)
{
	if (!c->index->root)
		return index_add(c->index, K_ITEM, code, row);
	if (catalogue_row(c, K_ITEM, code))
		return false;
	index_lay(c->index, code, it);
	return true;
}

const void *catalogue_row(const struct catalogue *c, enum kind k, struct str code)
{
	uint32_t i;
	const struct code_index *x = c->index;
	if (!code.n)
		return NULL;
	if (x->root && k == K_ITEM) {
		const struct laid *l = x->laid ? laid_probe(x, code, str_hash(code)) : NULL;
		return l && l->used ? l->item : catalogue_row(x->root, K_ITEM, code);
	}
	if (!index_find(x->root && !(k == K_BUNDLE && x->bundles) ? x->root->index : x, k, code, &i))
		return NULL;
	switch (k) {
	case K_DIVISION: return &c->division[i];
	case K_OFFICE: return &c->office[i];
	case K_ROLE: return &c->role[i];
	case K_ELEMENT: return &c->element[i];
	case K_SUBJECT: return &c->subject[i];
	case K_CERTIFICATE: return &c->certificate[i];
	case K_MATERIAL: return &c->material[i];
	case K_ITEM: return c->item[i];
	case K_BUNDLE: return &c->bundle[i];
	case K_QUESTION: return &c->question[i];
	case K_PAPER: return &c->paper[i];
	case K_RULE: return &c->rule[i];
	case K_SETTING: return &c->setting[i];
	case K_HALL: return &c->hall[i];
	case K_SOURCE: return &c->source[i];
	case K_THEME: return &c->theme[i];
	case K_COUNT: break;
	}
	return NULL;
}

#define LOOKUP(noun, type, k) \
	const struct type *catalogue_##noun(const struct catalogue *c, struct str code) \
	{ \
		return catalogue_row(c, k, code); \
	}
LOOKUP(division, division, K_DIVISION)
LOOKUP(office, office, K_OFFICE)
LOOKUP(role, role, K_ROLE)
LOOKUP(element, element, K_ELEMENT)
LOOKUP(subject, subject, K_SUBJECT)
LOOKUP(certificate, certificate_type, K_CERTIFICATE)
LOOKUP(material, material, K_MATERIAL)
LOOKUP(item, item, K_ITEM)
LOOKUP(bundle, bundle, K_BUNDLE)
LOOKUP(paper, paper, K_PAPER)
LOOKUP(rule, rule_table, K_RULE)
LOOKUP(hall, hall, K_HALL)
LOOKUP(source, source, K_SOURCE)

struct str catalogue_setting(const struct catalogue *c, struct str code)
{
	const struct setting *s = catalogue_row(c, K_SETTING, code);
	return s ? s->value : S("");
}

int64_t catalogue_setting_int(const struct catalogue *c, struct str code, int64_t absent)
{
	int64_t v;
	return str_int(catalogue_setting(c, code), &v) ? v : absent;
}

struct matter catalogue_matter(const struct catalogue *c, struct str code)
{
	struct matter m = {catalogue_bundle(c, code), NULL};
	if (!m.bundle)
		m.item = catalogue_item(c, code);
	return m;
}
