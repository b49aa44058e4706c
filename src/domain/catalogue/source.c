// source.c — sources of other offices: read from the files, checked, and what their facts are to rules.
#include "dmn/dmn.h"
#include "domain/catalogue/check_int.h"
#include "domain/catalogue/load_int.h"
#include "feel/feel.h"

#define NONE S("")
#define KNOWN(L, y, ...) \
	do { \
		static const char *const keys_[] = {__VA_ARGS__}; \
		ld_known(L, y, keys_, countof(keys_)); \
	} while (0)

// ---- reading ----

static struct json *texts_of(struct load *L, const struct yaml *map)
{
	struct json *o = json_obj(L->tmp);
	for (uint32_t i = 0; map && map->type == YAML_MAP && i < map->n; i++)
		json_put(L->tmp, o, map->key[i]->text, json_str(L->tmp, yaml_text(map->item[i])));
	return o;
}

static void load_records(struct load *L, const struct yaml *y, struct source *s)
{
	const struct yaml *list = ld_list(L, y, "sandbox");
	s->n_records = (uint32_t)yaml_count(list);
	s->record = arena_newn(L->a, struct str, s->n_records);
	for (uint32_t i = 0; i < s->n_records; i++) {
		struct json *o = json_obj(L->tmp);
		struct buf b = buf_new(L->tmp);
		KNOWN(L, list->item[i], "query", "facts");
		json_put(L->tmp, o, S("query"), texts_of(L, yaml_get(list->item[i], S("query"))));
		json_put(L->tmp, o, S("facts"), texts_of(L, yaml_get(list->item[i], S("facts"))));
		json_print_canonical(&b, o);
		s->record[i] = ld_copy(L, buf_str(&b));
	}
}

void load_sources(struct load *L)
{
	static const char *const kinds[] = {"http", "sandbox"};
	struct catalogue *c = L->c;
	for (uint32_t i = 0; i < c->n_sources; i++) {
		const struct yaml *y = L->row[K_SOURCE][i];
		struct source *s = &c->source[i];
		KNOWN(L, y, "code", "name", "office", "basis", "version", "kind", "query", "facts", "timeout_ms", "attempts", "within_s", "age_h", "sandbox");
		s->name = ld_words(L, y, "name", true);
		s->basis = ld_words(L, y, "basis", false);
		s->version = ld_text(L, y, "version", true);
		s->office = ld_ref(L, y, "office", K_OFFICE, false);
		s->kind = (enum source_kind)ld_choice(L, y, "kind", kinds, countof(kinds), -1);
		s->timeout_ms = (int32_t)ld_int(L, y, "timeout_ms", 100, 30000, 3000);
		s->attempts = (int32_t)ld_int(L, y, "attempts", 1, 10, 3);
		s->within_s = (int32_t)ld_int(L, y, "within_s", 1, 86400, 300);      // a day at most: the five days of acceptance run
		s->age_h = (int32_t)ld_int(L, y, "age_h", 0, 8760, 0);
		uint32_t n;
		struct str *query = ld_texts(L, y, "query", &n);
		s->query = arena_newn(L->a, const struct element *, n);
		for (uint32_t k = 0; k < n; k++) {
			const struct element *el = ld_ref_code(L, yaml_get(y, S("query")), query[k], K_ELEMENT);
			if (el) s->query[s->n_query++] = el;
		}
		const struct yaml *facts = ld_list(L, y, "facts");
		s->fact = arena_newn(L->a, struct source_fact, yaml_count(facts));
		for (uint32_t k = 0; k < yaml_count(facts); k++) {
			struct source_fact *f = &s->fact[s->n_facts];
			KNOWN(L, facts->item[k], "code", "element");
			f->element = ld_ref(L, facts->item[k], "element", K_ELEMENT, true);
			f->code = ld_text(L, facts->item[k], "code", false);
			if (!f->element) continue;
			if (!f->code.n) f->code = f->element->code;
			for (uint32_t j = 0; j < s->n_facts; j++)
				if (str_eq(s->fact[j].code, f->code)) ld_finding(L, RULE_duplicate_code, facts->item[k], s->code, S("fact"), f->code);
			s->n_facts++;
		}
		if (!s->n_query) ld_finding(L, RULE_missing_key, y, s->code, S("query"), NONE);
		if (!s->n_facts) ld_finding(L, RULE_missing_key, y, s->code, S("facts"), NONE);
		load_records(L, y, s);
	}
}

static const struct source_fact *fact_of(const struct source *s, struct str code)
{
	for (uint32_t i = 0; i < s->n_facts; i++)
		if (str_eq(s->fact[i].code, code)) return &s->fact[i];
	return NULL;
}

// sources: [{source: population, subject: elder, facts: [address], proves: household_register}]
void load_source_uses(struct load *L, const struct yaml *instant, struct item *it)
{
	const struct yaml *list = ld_list(L, instant, "sources");
	it->instant.source = arena_newn(L->a, struct source_use, yaml_count(list));
	for (uint32_t i = 0; i < yaml_count(list); i++) {
		const struct yaml *y = list->item[i];
		struct source_use u = {.line = y->line};
		uint32_t n;
		KNOWN(L, y, "source", "subject", "facts", "proves");
		u.source = ld_ref(L, y, "source", K_SOURCE, true);
		u.subject = ld_ref(L, y, "subject", K_SUBJECT, true);
		u.proves = ld_ref(L, y, "proves", K_MATERIAL, false);
		struct str *facts = ld_texts(L, y, "facts", &n);
		u.fact = arena_newn(L->a, const struct source_fact *, n);
		if (!u.source || !u.subject) continue;
		for (uint32_t k = 0; k < n; k++) {
			const struct source_fact *f = fact_of(u.source, facts[k]);
			if (f) u.fact[u.n_facts++] = f;
			else finding_add(L->f, RULE_source_fact, yaml_file(y), y->line, it->code, u.source->code, facts[k], NONE);
		}
		if (!n) ld_finding(L, RULE_missing_key, y, it->code, S("facts"), NONE);
		it->instant.source[it->instant.n_sources++] = u;
	}
}

// ---- checking ----

void check_sources(struct check *k)
{
	const struct catalogue *c = k->c;
	for (uint32_t i = 0; i < c->n_sources; i++) {
		const struct source *s = &c->source[i];
		if (!s->basis.zh.n) check_add(k, RULE_source_basis, s->at, 0, s->code, s->name.zh, s->name.en, NONE);
		if (!s->office) check_add(k, RULE_source_office, s->at, 0, s->code, s->name.zh, s->name.en, NONE);
		check_words(k, s->at, s->code, "name", s->name);
		check_words(k, s->at, s->code, "basis", s->basis);
	}
}

// The record of who applies knows name and number; everything else must be asked by the form.
static bool known(const struct item *it, const struct source_use *u, const struct element *el)
{
	for (uint32_t i = 0; i < it->n_fields; i++)
		if (it->field[i].subject == u->subject && it->field[i].element == el && it->field[i].required) return true;
	return str_is(u->subject->code, "applicant") && (el->type == EL_NAME || el->type == EL_ID || el->type == EL_USCC);
}

static const struct face_field *face_of(const struct certificate_type *t, struct str code)
{
	for (uint32_t i = 0; i < t->n_fields; i++)
		if (str_eq(t->field[i].code, code)) return &t->field[i];
	return NULL;
}

static bool form_asks(const struct item *it, const struct source_use *u, const struct element *el)
{
	for (uint32_t i = 0; i < it->n_fields; i++)
		if (it->field[i].subject == u->subject && it->field[i].element == el) return true;
	return false;
}

// What proves a paper gives what that paper says: each fact is a field of its certificate's face, of the same type,
// or stands beside a field of the form to be compared with it.
static void check_proof(struct check *k, const struct item *it, const struct source_use *u)
{
	bool asked = false;
	for (uint32_t i = 0; i < it->n_materials; i++) asked |= it->material[i].material == u->proves && it->material[i].subject == u->subject;
	if (!asked || !u->proves->certificate) {
		check_add(k, RULE_source_proves, it->at, u->line, it->code, u->source->name.zh, u->proves->name.zh, u->proves->code);
		return;
	}
	for (uint32_t i = 0; i < u->n_facts; i++) {
		const struct face_field *f = face_of(u->proves->certificate, u->fact[i]->code);
		if (!f && form_asks(it, u, u->fact[i]->element)) continue;
		if (!f) check_add(k, RULE_source_proves, it->at, u->line, it->code, u->source->name.zh, u->proves->name.zh, u->fact[i]->code);
		else if (f->element && f->element->type != u->fact[i]->element->type)
			check_add(k, RULE_source_type, it->at, u->line, it->code, u->fact[i]->code, str_of(element_type_code(u->fact[i]->element->type)),
				str_of(element_type_code(f->element->type)));
	}
}

void check_source_uses(struct check *k, const struct item *it)
{
	for (uint32_t i = 0; i < it->instant.n_sources; i++) {
		const struct source_use *u = &it->instant.source[i];
		for (uint32_t q = 0; q < u->source->n_query; q++)
			if (!known(it, u, u->source->query[q]))
				check_add(k, RULE_source_query, it->at, u->line, it->code, u->source->name.zh, u->source->query[q]->code, u->subject->code);
		for (uint32_t j = 0; j < i; j++)
			if (it->instant.source[j].source == u->source && it->instant.source[j].subject == u->subject)
				check_add(k, RULE_duplicate_code, it->at, u->line, it->code, S("source"), u->source->code,
					str_fmt(k->a, "%u", it->instant.source[j].line));
		if (u->proves) check_proof(k, it, u);
	}
}

static enum feel_kind kind_of(const struct element *el)
{
	switch (el->type) {
	case EL_DATE: return FEEL_DATE;
	case EL_MONEY: case EL_NUMBER: case EL_AREA: return FEEL_NUMBER;
	case EL_BOOLEAN: return FEEL_BOOLEAN;
	default: return FEEL_STRING;
	}
}

static bool check_member(struct check *k, const struct item *it, const struct rule_table *t, const struct feel_member *m)
{
	bool good = m->type && m->type->kind == FEEL_CONTEXT && m->type->n;
	const struct source_use *u = NULL;
	for (uint32_t i = 0; i < it->instant.n_sources; i++) {
		const struct source_use *x = &it->instant.source[i];
		if (str_eq(m->name, str_fmt(k->a, STR_FMT "_" STR_FMT, STR_ARG(x->source->code), STR_ARG(x->subject->code)))) u = x;
	}
	if (!u) {
		check_add(k, RULE_unknown_reference, t->at, 0, t->code, S("source"), m->name, NONE);
		return true;
	}
	for (uint32_t i = 0; good && i < m->type->n; i++) {
		const struct feel_member *f = &m->type->member[i];
		const struct source_fact *fact = NULL;
		for (uint32_t j = 0; j < u->n_facts; j++)
			if (str_eq(u->fact[j]->code, f->name)) fact = u->fact[j];
		if (!fact) check_add(k, RULE_source_fact, t->at, 0, t->code, u->source->code, f->name, NONE);
		else if (!f->type || f->type->kind != kind_of(fact->element))
			check_add(k, RULE_source_type, t->at, 0, t->code, f->name, str_of(element_type_code(fact->element->type)),
				f->type ? str_of(feel_kind_name(f->type->kind)) : S("Any"));
	}
	return good;
}

bool check_source_table(struct check *k, const struct item *it, const struct rule_table *t)
{
	const struct dmn_item **in;
	size_t n = dmn_inputs(t->model, dmn_find(t->model, DMN_DECISION, t->decision), k->a, &in);
	bool good = true;
	for (size_t i = 0; i < n; i++)
		for (uint32_t m = 0; str_is(in[i]->name, "source") && in[i]->type && m < in[i]->type->n; m++)
			good &= check_member(k, it, t, &in[i]->type->member[m]);
	return good;
}

// ---- for those who ask ----

const struct source_use *source_proving(const struct item *it, const struct material *m, const struct subject *s)
{
	for (uint32_t i = 0; it && i < it->instant.n_sources; i++)
		if (it->instant.source[i].proves == m && it->instant.source[i].subject == s) return &it->instant.source[i];
	return NULL;
}

struct json *source_fact_json(struct arena *a, const struct element *el, struct str text)
{
	struct json *o = json_str(a, text);
	switch (kind_of(el)) {
	case FEEL_NUMBER:
		o->type = JSON_NUMBER;
		return o;
	case FEEL_BOOLEAN:
		return json_bool(a, str_is(text, "true"));
	case FEEL_DATE:
		o = json_obj(a);
		json_put(a, o, S("$type"), json_str(a, S("date")));
		json_put(a, o, S("value"), json_str(a, text));
		return o;
	default:
		return o;
	}
}
