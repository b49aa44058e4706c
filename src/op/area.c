// area.c — what an area does differently, as the guide tells it.
#include "domain/catalogue/diff.h"
#include "op/show.h"

struct err *show_matter_in(struct op_call *c, struct str what, struct str area, struct matter *out, const struct regime **regime)
{
	const struct catalogue *cat = c->p->cat;
	struct matter m = catalogue_matter(cat, what);
	const struct area *in = catalogue_area(cat, area);
	*regime = NULL;
	if (!m.bundle && !m.item) return err_arg(c->a, E_NOT_FOUND, tr(c, "这个事项", "This matter"));
	if (area.n && !in) return err_field(c->a, E_CHOICE, S("area"), area);
	const struct regime *own = m.bundle ? m.bundle->regime : m.item->regime;
	if (own && !in) {                                         // asked for by its code in the area
		*regime = own;
		*out = m;
		return NULL;
	}
	if (own) m = (struct matter){own->bundle, own->item};
	*out = matter_in_area(cat, m, in, regime);
	return NULL;
}

static const struct bundle_item *member(const struct bundle *b, const struct item *city)
{
	for (uint32_t i = 0; b && i < b->n_items; i++)
		if (b->item[i].item == city || b->item[i].item->base == city) return &b->item[i];
	return NULL;
}

static void changes(struct op_call *c, struct json *list, const struct regime *r)
{
	bool en = c->p->actor.english;
	if (r->item && r->made) {
		struct diff d;
		item_diff(c->a, r->item, r->made, &d);
		for (const struct change *x = d.first; x; x = x->next)
			if (x->whom == DIFF_APPLICANTS) json_add(c->a, list, json_str(c->a, words(c, x->text)));
	}
	for (uint32_t i = 0; r->bundle && i < r->bundle->n_items; i++) {
		const struct item *it = r->bundle->item[i].item;
		const struct bundle_item *here = member(r->made_bundle, it);
		if (here && !here->item->regime) continue;
		enum measure m = here ? here->item->regime->measure : MEASURE_DROP;
		json_add(c->a, list, json_str(c->a, str_fmt(c->a, en ? STR_FMT ": " STR_FMT : STR_FMT "：" STR_FMT, STR_ARG(words(c, it->name)),
			STR_ARG(words(c, measure_name(m))))));
	}
}

void show_areas(struct op_call *c, struct json *o, struct matter m, const struct regime *r)
{
	const struct catalogue *cat = c->p->cat;
	if (m.item && m.item->base) m.item = m.item->base;
	if (m.bundle && m.bundle->base) m.bundle = m.bundle->base;
	if (r) m = (struct matter){r->bundle, r->item};           // dropped: nothing is left of it there
	struct str code = m.bundle ? m.bundle->code : m.item->code;
	struct json *list = NULL;
	for (uint32_t i = 0; i < cat->n_regimes; i++) {
		const struct regime *x = &cat->regime[i];
		if (m.bundle ? x->bundle != m.bundle : x->item != m.item) continue;
		if (!list) {
			list = put_list(c, o, "areas");
			struct json *city = list_obj(c, list);
			put_text(c, city, "label", tr(c, "不在片区内", "Elsewhere in the city"));
			put_text(c, city, "href", str_fmt(c->a, "/guide/" STR_FMT, STR_ARG(code)));
			put_bool(c, city, "current", !r);
		}
		struct json *a = list_obj(c, list);
		put_words(c, a, "label", x->area->name);
		put_words(c, a, "note", x->area->where);
		put_text(c, a, "href", str_fmt(c->a, "/guide/" STR_FMT "?area=" STR_FMT, STR_ARG(code), STR_ARG(x->area->code)));
		put_bool(c, a, "current", x == r);
	}
	if (!r) return;
	struct json *a = put_obj(c, o, "area");
	put_words(c, a, "name", r->area->name);
	put_words(c, a, "where", r->area->where);
	bool automatic = r->bundle && !r->why.zh.n;
	if (!automatic) put_words(c, a, "measure", measure_name(r->measure));
	put_words(c, a, "why", r->why);
	put_words(c, a, "basis", r->basis.zh.n ? r->basis : r->area->basis);
	put_bool(c, a, "dropped", r->measure == MEASURE_DROP);
	changes(c, put_list(c, a, "changes"), r);
}
