// model.c — what a loaded model has: items, tables, problems, inputs.
#include "dmn/model.h"

const struct err *dmn_problems(const struct dmn_model *m) { return m->problem; }
struct str dmn_namespace(const struct dmn_model *m) { return m->part[0]->ns; }
struct str dmn_layout(const struct dmn_model *m) { return m->part[0]->layout; }
size_t dmn_items(const struct dmn_model *m) { return m->n_body; }
const struct dmn_item *dmn_item(const struct dmn_model *m, size_t i) { return &m->body[i]->item; }
size_t dmn_tables(const struct dmn_model *m) { return m->n_table; }
const struct dmn_table *dmn_table(const struct dmn_model *m, size_t i) { return m->table[i]; }

const struct dmn_item *dmn_find(const struct dmn_model *m, enum dmn_kind kind, struct str name)
{
	for (uint32_t h = (uint32_t)(str_hash(name) + kind) & (m->n_bucket - 1); m->bucket[h]; h = (h + 1) & (m->n_bucket - 1)) {
		const struct dmn_item *item = &m->body[m->bucket[h] - 1]->item;
		if (item->kind == kind && str_eq(item->name, name)) return item;
	}
	return NULL;
}

struct found { const struct dmn_item **item; size_t n, cap; uint8_t *seen; struct arena *a; };

static void collect(struct found *f, const struct body *b, bool asked)
{
	if (f->seen[b->item.index]) return;
	f->seen[b->item.index] = 1;
	if (b->item.kind == DMN_INPUT) {
		*vec_push(f->a, f->item, f->n, f->cap) = &b->item;
		return;
	}
	for (uint32_t i = 0; i < b->n_given && asked; i++) {
		if (f->seen[b->given[i]->index]) continue;
		f->seen[b->given[i]->index] = 1;
		*vec_push(f->a, f->item, f->n, f->cap) = b->given[i];
	}
	// a service sees nothing of the caller, knowledge only its arguments
	for (uint32_t i = 0; i < b->n_need; i++)
		if (b->need[i].item->kind == DMN_INPUT || b->need[i].item->kind == DMN_DECISION)
			collect(f, body_of(b->need[i].item), false);
}

size_t dmn_inputs(const struct dmn_model *m, const struct dmn_item *item, struct arena *a, const struct dmn_item ***out)
{
	struct found f = {.a = a, .seen = arena_newn(a, uint8_t, m->n_body + 1)};
	collect(&f, body_of(item), true);
	*out = f.item;
	return f.n;
}
