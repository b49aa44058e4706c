// merge.c — one form and one set of materials out of many items (一表申请, 一套材料), and the guide.
#include "domain/catalogue/merge_int.h"

uint32_t matter_items(const struct matter m)
{
	return m.bundle ? m.bundle->n_items : 1;
}

const struct item *matter_item(const struct matter m, uint32_t i)
{
	return m.bundle ? m.bundle->item[i].item : m.item;
}

const struct condition *matter_when(const struct matter m, uint32_t i)
{
	return m.bundle ? &m.bundle->item[i].when : NULL;
}

enum truth truth_and(enum truth a, enum truth b)
{
	if (a == TRUTH_FALSE || b == TRUTH_FALSE)
		return TRUTH_FALSE;
	return a == TRUTH_TRUE && b == TRUTH_TRUE ? TRUTH_TRUE : TRUTH_OPEN;
}

enum truth truth_or(enum truth a, enum truth b)
{
	if (a == TRUTH_TRUE || b == TRUTH_TRUE)
		return TRUTH_TRUE;
	return a == TRUTH_OPEN || b == TRUTH_OPEN ? TRUTH_OPEN : TRUTH_FALSE;
}

// ---- form ----------------------------------------------------------------------------------------

static struct form_field *field_slot(struct arena *a, struct form *f, const struct subject *s, const struct element *e)
{
	struct form_page *page = NULL;
	for (uint32_t i = 0; i < f->n_pages && !page; i++)
		if (str_eq(f->page[i].title.zh, s->page.zh))
			page = &f->page[i];
	if (!page) {
		struct form_page *more = arena_newn(a, struct form_page, f->n_pages + 1);
		if (f->n_pages)
			memcpy(more, f->page, f->n_pages * sizeof *more);
		f->page = more;
		page = &f->page[f->n_pages++];
		*page = (struct form_page){.code = s->code, .title = s->page};
	}
	struct form_section *sec = NULL;
	for (uint32_t i = 0; i < page->n_sections && !sec; i++)
		if (page->section[i].subject == s)
			sec = &page->section[i];
	if (!sec) {
		struct form_section *more = arena_newn(a, struct form_section, page->n_sections + 1);
		if (page->n_sections)
			memcpy(more, page->section, page->n_sections * sizeof *more);
		page->section = more;
		sec = &page->section[page->n_sections++];
		*sec = (struct form_section){.subject = s, .title = s->name};
	}
	for (uint32_t i = 0; i < sec->n_fields; i++)
		if (sec->field[i].element == e)
			return &sec->field[i];
	if ((sec->n_fields & (sec->n_fields - 1)) == 0) {        // grow at powers of two
		struct form_field *more = arena_newn(a, struct form_field, sec->n_fields ? sec->n_fields * 2 : 1);
		if (sec->n_fields)
			memcpy(more, sec->field, sec->n_fields * sizeof *more);
		sec->field = more;
	}
	struct form_field *x = &sec->field[sec->n_fields++];
	*x = (struct form_field){.key = str_fmt(a, STR_FMT "." STR_FMT, STR_ARG(s->code), STR_ARG(e->code)),
		.subject = s, .element = e, .label = e->name};
	f->n_fields++;
	return x;
}

struct err *form_merge(struct arena *a, const struct catalogue *c, struct matter m, const struct json *facts,
	struct form *out)
{
	struct binding *b = binding_new(a, c, facts);
	*out = (struct form){0};
	for (uint32_t i = 0; i < matter_items(m); i++) {
		const struct item *it = matter_item(m, i);
		const struct condition *when = matter_when(m, i);
		enum truth in = when ? binding_holds(b, when) : TRUTH_TRUE;
		if (in == TRUTH_FALSE)
			continue;
		for (uint32_t k = 0; k < it->n_fields; k++) {
			const struct item_field *f = &it->field[k];
			if (binding_holds(b, &f->subject->when) == TRUTH_FALSE)
				continue;
			// A condition over other fields may come true while the form is filled: it stays in the form.
			enum truth here = binding_holds(b, &f->when);
			if (here == TRUTH_FALSE && !condition_reads_subject(c, &f->when))
				continue;
			struct form_field *x = field_slot(a, out, f->subject, f->element);
			x->required |= f->required;
			if (f->label.zh.n)
				x->label = f->label;
			struct form_use *more = arena_newn(a, struct form_use, x->n_uses + 1);
			if (x->n_uses)
				memcpy(more, x->use, x->n_uses * sizeof *more);
			more[x->n_uses++] = (struct form_use){it, when, f->when.text.n ? &f->when : NULL};
			x->use = more;
			out->n_singly++;
		}
	}
	return NULL;
}

const struct form_field *form_find(const struct form *f, struct str key)
{
	for (uint32_t p = 0; p < f->n_pages; p++)
		for (uint32_t s = 0; s < f->page[p].n_sections; s++)
			for (uint32_t i = 0; i < f->page[p].section[s].n_fields; i++)
				if (str_eq(f->page[p].section[s].field[i].key, key))
					return &f->page[p].section[s].field[i];
	return NULL;
}

static bool shown(struct binding *b, const struct form_field *f)
{
	if (f->subject->when.program && binding_holds(b, &f->subject->when) != TRUTH_TRUE)
		return false;
	for (uint32_t i = 0; i < f->n_uses; i++)
		if ((!f->use[i].in || binding_holds(b, f->use[i].in) == TRUTH_TRUE) &&
			(!f->use[i].when || binding_holds(b, f->use[i].when) == TRUTH_TRUE))
			return true;
	return false;
}

bool form_field_shown(struct arena *a, const struct catalogue *c, const struct form_field *f, const struct json *facts)
{
	return shown(binding_new(a, c, facts), f);
}

static struct json *value_json(struct arena *a, const struct element *e, struct str normal)
{
	dec d;
	switch (e->type) {
	case EL_MONEY:
	case EL_NUMBER:
	case EL_AREA:
		if (dec_parse(normal, &d)) {
			struct json *n = json_decimal(a, d);
			n->text = normal;              // keeps 80.00 as it is stored
			return n;
		}
		return json_str(a, normal);
	case EL_BOOLEAN:
		return json_bool(a, str_is(normal, "true"));
	default:
		return json_str(a, normal);
	}
}

static void drop(struct json *object, struct str key)
{
	for (uint32_t i = 0; object && i < object->n; i++)
		if (str_eq(object->key[i], key)) {
			memmove(&object->key[i], &object->key[i + 1], (object->n - i - 1) * sizeof *object->key);
			memmove(&object->item[i], &object->item[i + 1], (object->n - i - 1) * sizeof *object->item);
			object->n--;
			return;
		}
}

struct err *form_check(struct arena *a, const struct catalogue *c, const struct form *f, const struct json *answers,
	const struct json *values, day_t today, struct json **normal, struct json **facts)
{
	struct err *list = NULL;
	struct json *norm = json_obj(a), *all = answers ? json_copy(a, answers) : json_obj(a);
	*normal = norm;
	*facts = all;
	if (values && values->type != JSON_OBJECT)
		return err_args(a, E_TYPE, S("values"), S("object"), S(""));
	for (uint32_t i = 0; i < json_count(values); i++) {
		const struct form_field *x = form_find(f, values->key[i]);
		const struct json *v = values->item[i];
		if (!x) {
			err_add(&list, err_field(a, E_UNKNOWN_FIELD, values->key[i], values->key[i]));
			continue;
		}
		struct str t = v->type == JSON_TRUE ? S("true") : v->type == JSON_FALSE ? S("false") : json_text(v);
		if (v->type == JSON_ARRAY || v->type == JSON_OBJECT) {
			err_add(&list, err_args(a, E_TYPE, x->element->name.zh, S("text"), S("")));
			continue;
		}
		if (!str_trim(t).n)
			continue;                      // empty: as if absent
		struct str n;
		struct err *e = field_check(a, c, x->key, x->element, t, today, &n);
		if (e) {
			err_add(&list, e);
			continue;
		}
		json_put(a, norm, x->key, json_str(a, n));
		struct json *s = json_get(all, x->subject->code);
		if (!s || s->type != JSON_OBJECT) {
			s = json_obj(a);
			json_put(a, all, x->subject->code, s);
		}
		json_put(a, s, x->element->code, value_json(a, x->element, n));
	}
	struct binding *b = binding_new(a, c, all);
	for (uint32_t p = 0; p < f->n_pages; p++)
		for (uint32_t s = 0; s < f->page[p].n_sections; s++)
			for (uint32_t i = 0; i < f->page[p].section[s].n_fields; i++) {
				const struct form_field *x = &f->page[p].section[s].field[i];
				bool mentioned = json_text(json_get(norm, x->key)).n;
				if (!shown(b, x)) {
					// What was typed before the field went away is not part of the application.
					if (mentioned) {
						drop(norm, x->key);
						drop(json_get(all, x->subject->code), x->element->code);
					}
					continue;
				}
				if (x->required && !mentioned) {
					bool wrong = false;            // said already
					for (const struct err *e = list; e; e = e->next)
						wrong |= str_eq(e->field, x->key);
					if (!wrong)
						err_add(&list, err_field(a, E_REQUIRED, x->key, x->label.zh));
				}
			}
	return list;
}

// ---- materials -----------------------------------------------------------------------------------

static bool gives(const struct matter m, struct binding *b, const struct item *it)
{
	for (uint32_t i = 0; it && m.bundle && i < m.bundle->n_items; i++)
		if (same_item(m.bundle->item[i].item, it) || same_item(m.bundle->item[i].item->base, it))
			return binding_holds(b, &m.bundle->item[i].when) != TRUTH_FALSE;
	return false;
}

static int strictness(enum material_need n)
{
	return n == MAT_REQUIRED ? 2 : n == MAT_LATER ? 1 : 0;
}

void needs_collect(struct arena *a, struct matter m, struct binding *b, struct materials *out)
{
	*out = (struct materials){0};
	size_t cap = 0, n = 0;
	for (uint32_t i = 0; i < matter_items(m); i++) {
		const struct item *it = matter_item(m, i);
		const struct condition *when = matter_when(m, i);
		enum truth in = when ? binding_holds(b, when) : TRUTH_TRUE;
		for (uint32_t k = 0; in != TRUTH_FALSE && k < it->n_materials; k++) {
			const struct item_material *x = &it->material[k];
			enum truth t = truth_and(in, truth_and(binding_holds(b, &x->when), binding_holds(b, &x->subject->when)));
			if (t == TRUTH_FALSE)
				continue;
			out->n_singly += t == TRUTH_TRUE;
			struct need *found = NULL;
			for (size_t j = 0; j < n && !found; j++)
				if (out->need[j].material == x->material &&
					(out->need[j].subject == x->subject || x->material->generated))
					found = &out->need[j];
			if (!found) {
				found = vec_push(a, out->need, n, cap);
				*found = (struct need){.key = x->material->generated ? x->material->code :
						str_fmt(a, STR_FMT "." STR_FMT, STR_ARG(x->material->code), STR_ARG(x->subject->code)),
					.material = x->material, .subject = x->subject, .need = x->need, .in = t,
					.from_result = gives(m, b, x->material->result_of)};
			}
			found->in = truth_or(found->in, t);
			if (strictness(x->need) > strictness(found->need))
				found->need = x->need;
			if (x->originals > found->originals)
				found->originals = x->originals;
			if (x->copies > found->copies)
				found->copies = x->copies;
			const struct item **more = arena_newn(a, const struct item *, found->n_items + 1);
			if (found->n_items)
				memcpy(more, found->item, found->n_items * sizeof *more);
			more[found->n_items++] = it;
			found->item = more;
		}
	}
	out->n_needs = (uint32_t)n;
}

struct err *material_merge(struct arena *a, const struct catalogue *c, struct matter m, const struct json *facts,
	struct materials *out)
{
	needs_collect(a, m, binding_new(a, c, facts), out);
	return NULL;
}
