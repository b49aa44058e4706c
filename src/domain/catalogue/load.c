// load.c — a city's folder becomes a catalogue. Rows are found and indexed first, then filled, so
// that files may refer to each other in any order.
#include "domain/catalogue/load_int.h"
#include "domain/catalogue/image.h"
#include <stdatomic.h>
#include <stdlib.h>

const char *const kind_name[K_COUNT] = {"division", "office", "role", "element", "subject", "certificate", "material",
	"item", "bundle", "question", "paper", "rule", "setting", "hall", "source", "theme"};

// ---- reading a node ------------------------------------------------------------------------------

enum { POOL = 64 << 10 };

struct str ld_copy(struct load *L, struct str s)
{
	if (!s.n)
		return L->none;
	if (s.n > POOL / 4)
		return str_copy(L->a, s);
	if (L->pool_left < s.n) {
		L->pool = arena_raw(L->a, POOL);
		L->pool_left = POOL;
	}
	char *to = memcpy(L->pool, s.p, s.n);
	L->pool += s.n;
	L->pool_left -= s.n;
	return (struct str){to, s.n};
}

struct origin ld_origin(struct load *L, const struct yaml *y)
{
	if (!y)
		return (struct origin){0};
	if (!str_eq(yaml_file(y), L->file_from) || !L->file_to.p) {
		L->file_from = yaml_file(y);
		L->file_to = ld_copy(L, yaml_file(y));
	}
	return (struct origin){L->file_to, y->line};
}

void ld_finding(struct load *L, enum rule_id r, const struct yaml *at, struct str subject, struct str a0, struct str a1)
{
	finding_add(L->f, r, yaml_file(at), at ? at->line : 0, subject, a0, a1, S(""));
}

static struct str code_of(const struct yaml *map)
{
	return yaml_get_text(map, S("code"));
}

void ld_known(struct load *L, const struct yaml *map, const char *const *keys, size_t n)
{
	if (!map || map->type != YAML_MAP) {
		ld_finding(L, RULE_bad_value, map, S(""), S("应为键值表 / expected a map"), S(""));
		return;
	}
	size_t k = 0;                          // keys are mostly written in the order in which they are known
	for (uint32_t i = 0; i < map->n; i++) {
		struct str key = map->key[i]->text;
		size_t tries = 0;
		while (tries < n && !(strncmp(keys[k], key.p, key.n) == 0 && !keys[k][key.n])) {
			k = k + 1 < n ? k + 1 : 0;
			tries++;
		}
		if (tries == n)
			ld_finding(L, RULE_unknown_key, map->key[i], code_of(map), map->key[i]->text, S(""));
	}
}

static void missing(struct load *L, const struct yaml *map, const char *key)
{
	ld_finding(L, RULE_missing_key, map, code_of(map), str_of(key), S(""));
}

struct str ld_text(struct load *L, const struct yaml *map, const char *key, bool required)
{
	const struct yaml *y = yaml_get(map, str_of(key));
	if (yaml_is_null(y) || (y->type == YAML_SCALAR && !y->text.n)) {
		if (required)
			missing(L, map, key);
		return L->none;
	}
	if (y->type != YAML_SCALAR) {
		ld_finding(L, RULE_bad_value, y, code_of(map), str_of(key), S(""));
		return L->none;
	}
	return ld_copy(L, y->text);
}

struct words ld_words_of(struct load *L, const struct yaml *y)
{
	struct words w = {L->none, L->none};
	if (yaml_is_null(y))
		return w;
	if (y->type == YAML_SCALAR) {
		w.zh = ld_copy(L, y->text);
		return w;
	}
	static const char *const keys[] = {"zh", "en"};
	ld_known(L, y, keys, countof(keys));
	w.zh = ld_text(L, y, "zh", true);
	w.en = ld_text(L, y, "en", false);
	return w;
}

struct words ld_words(struct load *L, const struct yaml *map, const char *key, bool required)
{
	const struct yaml *y = yaml_get(map, str_of(key));
	if (yaml_is_null(y) && required)
		missing(L, map, key);
	return ld_words_of(L, y);
}

bool ld_bool(struct load *L, const struct yaml *map, const char *key, bool absent)
{
	const struct yaml *y = yaml_get(map, str_of(key));
	bool v = absent;
	if (!yaml_is_null(y) && !yaml_bool(y, &v))
		ld_finding(L, RULE_bad_value, y, code_of(map), str_of(key), S(""));
	return v;
}

int64_t ld_int(struct load *L, const struct yaml *map, const char *key, int64_t lo, int64_t hi, int64_t absent)
{
	const struct yaml *y = yaml_get(map, str_of(key));
	int64_t v;
	if (yaml_is_null(y))
		return absent;
	if (!yaml_int(y, &v) || v < lo || v > hi) {
		ld_finding(L, RULE_bad_value, y, code_of(map), str_of(key), S(""));
		return absent;
	}
	return v;
}

bool ld_dec(struct load *L, const struct yaml *map, const char *key, dec *out)
{
	const struct yaml *y = yaml_get(map, str_of(key));
	if (yaml_is_null(y))
		return false;
	if (dec_parse(yaml_text(y), out))
		return true;
	ld_finding(L, RULE_bad_value, y, code_of(map), str_of(key), S(""));
	return false;
}

struct limit ld_limit(struct load *L, const struct yaml *map, const char *key, bool required)
{
	struct limit l = {0, LIMIT_ON_SPOT};
	const struct yaml *y = yaml_get(map, str_of(key));
	if (yaml_is_null(y)) {
		if (required)
			missing(L, map, key);
		return l;
	}
	static const char *const keys[] = {"n", "unit", "basis"};
	ld_known(L, y, keys, countof(keys));
	if (!limit_unit_parse(yaml_get_text(y, S("unit")), &l.unit)) {
		ld_finding(L, RULE_bad_value, y, code_of(map), str_of("unit"), S(""));
		return (struct limit){1, LIMIT_WORKING_DAY};
	}
	l.n = (int32_t)ld_int(L, y, "n", 0, 3650, 0);
	if ((l.unit == LIMIT_ON_SPOT) != (l.n == 0))
		ld_finding(L, RULE_bad_value, y, code_of(map), str_of("n"), S(""));
	return l;
}

struct condition ld_condition(struct load *L, const struct yaml *map, const char *key)
{
	const struct yaml *y = yaml_get(map, str_of(key));
	if (yaml_is_null(y))
		return (struct condition){.text = L->none};
	return (struct condition){.text = ld_text(L, map, key, false), .line = y->line};
}

day_t ld_day(struct load *L, const struct yaml *map, const char *key, day_t absent)
{
	const struct yaml *y = yaml_get(map, str_of(key));
	day_t d = absent;
	if (!yaml_is_null(y) && !day_parse(yaml_text(y), &d)) {
		ld_finding(L, RULE_bad_value, y, code_of(map), str_of(key), S(""));
		return absent;
	}
	return d;
}

const struct yaml *ld_list(struct load *L, const struct yaml *map, const char *key)
{
	const struct yaml *y = yaml_get(map, str_of(key));
	if (yaml_is_null(y))
		return NULL;
	if (y->type != YAML_LIST) {
		ld_finding(L, RULE_bad_value, y, code_of(map), str_of(key), S(""));
		return NULL;
	}
	return y;
}

struct str *ld_texts(struct load *L, const struct yaml *map, const char *key, uint32_t *n)
{
	const struct yaml *y = ld_list(L, map, key);
	*n = (uint32_t)yaml_count(y);
	struct str *out = arena_newn(L->a, struct str, *n);
	for (uint32_t i = 0; i < *n; i++) {
		if (y->item[i]->type != YAML_SCALAR)
			ld_finding(L, RULE_bad_value, y->item[i], code_of(map), str_of(key), S(""));
		out[i] = ld_copy(L, yaml_text(y->item[i]));
	}
	return out;
}

int ld_choice(struct load *L, const struct yaml *map, const char *key, const char *const *words, size_t n, int absent)
{
	const struct yaml *y = yaml_get(map, str_of(key));
	if (yaml_is_null(y)) {
		if (absent < 0) {
			missing(L, map, key);
			return 0;
		}
		return absent;
	}
	for (size_t i = 0; i < n; i++)
		if (str_eq(yaml_text(y), str_of(words[i])))
			return (int)i;
	ld_finding(L, RULE_bad_value, y, code_of(map), str_of(key), S(""));
	return absent < 0 ? 0 : absent;
}

const void *ld_ref_code(struct load *L, const struct yaml *at, struct str code, enum kind k)
{
	const void *row = catalogue_row(L->c, k, code);
	if (!row)
		ld_finding(L, RULE_unknown_reference, at, code, str_of(kind_name[k]), code);
	return row;
}

const void *ld_ref(struct load *L, const struct yaml *map, const char *key, enum kind k, bool required)
{
	const struct yaml *y = yaml_get(map, str_of(key));
	if (yaml_is_null(y)) {
		if (required)
			missing(L, map, key);
		return NULL;
	}
	return ld_ref_code(L, y, yaml_text(y), k);
}

// ---- rows ----------------------------------------------------------------------------------------

#define KNOWN(L, y, ...) \
	do { \
		static const char *const keys_[] = {__VA_ARGS__}; \
		ld_known(L, y, keys_, countof(keys_)); \
	} while (0)

static bool code_ok(enum kind k, struct str s)
{
	if (k == K_DIVISION) {
		for (size_t i = 0; i < s.n; i++)
			if (s.p[i] < '0' || s.p[i] > '9')
				return false;
		return s.n == 6 || s.n == 9 || s.n == 12;
	}
	if (!s.n || s.n > 60 || s.p[0] < 'a' || s.p[0] > 'z')
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= '0' && s.p[i] <= '9') || s.p[i] == '_'))
			return false;
	return true;
}

void ld_row_add(struct load *L, enum kind k, struct yaml *y)
{
	if (y->type != YAML_MAP) {
		ld_finding(L, RULE_bad_value, y, S(""), str_of(kind_name[k]), S(""));
		return;
	}
	size_t n = L->n[k];
	struct yaml **slot = vec_push(L->tmp, L->row[k], n, L->cap[k]);
	*slot = y;
	L->n[k] = (uint32_t)n;
}

// Which kind a file holds: by its first folder or its name.
bool ld_kind_of_file(struct str path, enum kind *k)
{
	static const struct { const char *name; enum kind kind; } by_name[] = {
		{"divisions", K_DIVISION}, {"offices", K_OFFICE}, {"roles", K_ROLE}, {"elements", K_ELEMENT},
		{"subjects", K_SUBJECT}, {"certificates", K_CERTIFICATE}, {"materials", K_MATERIAL}, {"items", K_ITEM},
		{"bundles", K_BUNDLE}, {"questions", K_QUESTION}, {"papers", K_PAPER}, {"halls", K_HALL}, {"sources", K_SOURCE}};
	struct str rest = path, first = str_cut(&rest, S("/"));
	if (!rest.p && str_ends(first, S(".yaml")))
		first.n -= 5;
	for (size_t i = 0; i < countof(by_name); i++)
		if (str_eq(first, str_of(by_name[i].name))) {
			*k = by_name[i].kind;
			return true;
		}
	return false;
}

static int16_t minutes(struct load *L, const struct yaml *map, const char *key, int16_t absent)
{
	struct str t = yaml_get_text(map, str_of(key));
	if (!t.n)
		return absent;
	int64_t h, m;
	struct str rest = t, hh = str_cut(&rest, S(":"));
	if (!str_int(hh, &h) || !rest.p || !str_int(rest, &m) || h < 0 || h > 24 || m < 0 || m > 59) {
		ld_finding(L, RULE_bad_value, yaml_get(map, str_of(key)), S(""), str_of(key), S(""));
		return absent;
	}
	return (int16_t)(h * 60 + m);
}

static void load_city(struct load *L)
{
	struct catalogue *c = L->c;
	struct yaml *y = L->city;
	c->hours = office_hours_usual;
	c->lights = light_rule_usual;
	if (!y) {
		finding_add(L->f, RULE_missing_file, S("city.yaml"), 0, S(""), S("city.yaml"), S(""), S(""));
		c->division_code = L->none;
		return;
	}
	KNOWN(L, y, "name", "platform", "division", "hours", "lights", "settings", "themes");
	c->name = ld_words(L, y, "name", true);
	c->platform = ld_words(L, y, "platform", true);
	c->division_code = ld_text(L, y, "division", true);
	if (c->division_code.n)
		ld_ref(L, y, "division", K_DIVISION, true);
	const struct yaml *h = yaml_get(y, S("hours"));
	if (h) {
		KNOWN(L, h, "open", "noon", "after", "close", "online_next_day");
		c->hours.open_min = minutes(L, h, "open", c->hours.open_min);
		c->hours.noon_min = minutes(L, h, "noon", c->hours.noon_min);
		c->hours.after_min = minutes(L, h, "after", c->hours.after_min);
		c->hours.close_min = minutes(L, h, "close", c->hours.close_min);
		c->hours.online_next_day = ld_bool(L, h, "online_next_day", false);
		struct office_hours o = c->hours;
		if (!(o.open_min <= o.noon_min && o.noon_min <= o.after_min && o.after_min <= o.close_min &&
			o.open_min < o.close_min)) {
			ld_finding(L, RULE_bad_value, h, S(""), S("hours"), S(""));
			c->hours = office_hours_usual;
		}
	}
	const struct yaml *g = yaml_get(y, S("lights"));
	if (g) {
		KNOWN(L, g, "yellow_wd", "yellow_part", "red_wd");
		c->lights.yellow_wd = (int32_t)ld_int(L, g, "yellow_wd", 0, 1000, c->lights.yellow_wd);
		c->lights.yellow_part = (int32_t)ld_int(L, g, "yellow_part", 0, 1000, c->lights.yellow_part);
		c->lights.red_wd = (int32_t)ld_int(L, g, "red_wd", 0, 1000, c->lights.red_wd);
	}
}

static void load_divisions(struct load *L)
{
	struct catalogue *c = L->c;
	for (uint32_t i = 0; i < c->n_divisions; i++) {
		const struct yaml *y = L->row[K_DIVISION][i];
		struct division *d = &c->division[i];
		KNOWN(L, y, "code", "name", "parent", "from", "until");
		d->name = ld_words(L, y, "name", true);
		d->parent = ld_ref(L, y, "parent", K_DIVISION, false);
		d->from = ld_day(L, y, "from", INT32_MIN);
		d->until = ld_day(L, y, "until", INT32_MAX);
	}
}

static void load_offices(struct load *L)
{
	struct catalogue *c = L->c;
	for (uint32_t i = 0; i < c->n_offices; i++) {
		const struct yaml *y = L->row[K_OFFICE][i];
		struct office *o = &c->office[i];
		KNOWN(L, y, "code", "home", "parent", "name", "short", "uscc", "division", "agency", "window", "phone",
			"complaint_phone", "address");
		o->name = ld_words(L, y, "name", true);
		o->short_name = ld_words(L, y, "short", false);
		if (!o->short_name.zh.n)
			o->short_name = o->name;
		o->uscc = ld_text(L, y, "uscc", true);
		o->phone = ld_text(L, y, "phone", false);
		o->complaint_phone = ld_text(L, y, "complaint_phone", false);
		o->address = ld_text(L, y, "address", false);
		o->division = ld_ref(L, y, "division", K_DIVISION, true);
		o->parent = ld_ref(L, y, "parent", K_OFFICE, false);
		o->home = (int32_t)ld_int(L, y, "home", 1, INT32_MAX, 0);
		if (!o->home)
			missing(L, y, "home");
		o->agency = ld_bool(L, y, "agency", false);
		o->window = ld_bool(L, y, "window", false);
	}
}

static struct option *load_options(struct load *L, const struct yaml *y, uint32_t *n)
{
	const struct yaml *list = ld_list(L, y, "options");
	*n = (uint32_t)yaml_count(list);
	struct option *o = arena_newn(L->a, struct option, *n);
	for (uint32_t i = 0; i < *n; i++) {
		KNOWN(L, list->item[i], "code", "text");
		o[i].code = ld_text(L, list->item[i], "code", true);
		o[i].text = ld_words(L, list->item[i], "text", true);
		for (uint32_t k = 0; k < i; k++)
			if (str_eq(o[k].code, o[i].code))
				ld_finding(L, RULE_duplicate_code, list->item[i], code_of(y), S("option"), o[i].code);
	}
	return o;
}

static const char *const type_code[] = {"text", "name", "id", "uscc", "phone", "date", "money", "number", "area",
	"address", "choice", "boolean"};
static const char *const sens_code[] = {"none", "identity", "phone", "bank", "name", "address"};

const char *element_type_code(enum element_type t)
{
	return type_code[t];
}

const char *sensitivity_code(enum sensitivity s)
{
	return sens_code[s];
}

static void load_elements(struct load *L)
{
	struct catalogue *c = L->c;
	for (uint32_t i = 0; i < c->n_elements; i++) {
		const struct yaml *y = L->row[K_ELEMENT][i];
		struct element *e = &c->element[i];
		KNOWN(L, y, "code", "name", "hint", "example", "question", "type", "sensitivity", "unit", "max_chars",
			"min_chars", "pattern", "min", "max", "scale", "not_future", "not_past", "options", "autocomplete");
		e->name = ld_words(L, y, "name", true);
		e->hint = ld_words(L, y, "hint", false);
		e->example = ld_words(L, y, "example", false);
		struct words q = ld_words(L, y, "question", false);
		e->question_zh = q.zh;
		e->question_en = q.en;
		e->type = (enum element_type)ld_choice(L, y, "type", type_code, countof(type_code), -1);
		e->sensitivity = (enum sensitivity)ld_choice(L, y, "sensitivity", sens_code, countof(sens_code), SENS_NONE);
		e->unit = ld_words(L, y, "unit", false);
		e->max_chars = (uint32_t)ld_int(L, y, "max_chars", 1, 100000, 0);
		e->min_chars = (uint32_t)ld_int(L, y, "min_chars", 0, 100000, 0);
		e->pattern = ld_text(L, y, "pattern", false);
		e->has_min = ld_dec(L, y, "min", &e->min);
		e->has_max = ld_dec(L, y, "max", &e->max);
		e->scale = (int32_t)ld_int(L, y, "scale", -1, 20, -1);
		e->not_future = ld_bool(L, y, "not_future", false);
		e->not_past = ld_bool(L, y, "not_past", false);
		e->option = load_options(L, y, &e->n_options);
		e->autocomplete = ld_text(L, y, "autocomplete", false);
		if ((e->type == EL_CHOICE) != (e->n_options > 0))
			ld_finding(L, RULE_element_options, y, e->code, e->code, S(""));
	}
}

static void load_subjects(struct load *L)
{
	static const char *const kinds[] = {"person", "enterprise", "party", "thing"};
	struct catalogue *c = L->c;
	for (uint32_t i = 0; i < c->n_subjects; i++) {
		const struct yaml *y = L->row[K_SUBJECT][i];
		struct subject *s = &c->subject[i];
		KNOWN(L, y, "code", "kind", "name", "page", "when", "many", "numberless");
		s->name = ld_words(L, y, "name", true);
		s->page = ld_words(L, y, "page", false);
		if (!s->page.zh.n)
			s->page = s->name;
		s->kind = (enum subject_kind)ld_choice(L, y, "kind", kinds, countof(kinds), -1);
		s->when = ld_condition(L, y, "when");
		s->many = ld_bool(L, y, "many", false);
		s->numberless = ld_bool(L, y, "numberless", false);
	}
}

static void load_certificates(struct load *L)
{
	struct catalogue *c = L->c;
	for (uint32_t i = 0; i < c->n_certificates; i++) {
		const struct yaml *y = L->row[K_CERTIFICATE][i];
		struct certificate_type *t = &c->certificate[i];
		KNOWN(L, y, "code", "name", "summary", "issuer", "gb_code", "title", "validity", "number", "template", "fields");
		t->name = ld_words(L, y, "name", true);
		t->summary = ld_words(L, y, "summary", false);
		t->title = ld_words(L, y, "title", false);
		if (!t->title.zh.n)
			t->title = t->name;
		t->issuer = ld_ref(L, y, "issuer", K_OFFICE, true);
		t->gb_code = ld_text(L, y, "gb_code", false);
		t->number_format = ld_text(L, y, "number", false);
		t->template = ld_text(L, y, "template", false);
		if (t->template.n)
			ld_ref(L, y, "template", K_PAPER, false);
		t->for_ever = str_is(yaml_get_text(y, S("validity")), "for_ever");
		if (!t->for_ever)
			t->validity = ld_limit(L, y, "validity", true);
		const struct yaml *list = ld_list(L, y, "fields");
		t->n_fields = (uint32_t)yaml_count(list);
		t->field = arena_newn(L->a, struct face_field, t->n_fields);
		for (uint32_t k = 0; k < t->n_fields; k++) {
			const struct yaml *f = list->item[k];
			KNOWN(L, f, "code", "name", "element", "subject", "value");
			t->field[k].code = ld_text(L, f, "code", true);
			t->field[k].name = ld_words(L, f, "name", true);
			t->field[k].element = ld_ref(L, f, "element", K_ELEMENT, true);
			t->field[k].subject = ld_ref(L, f, "subject", K_SUBJECT, false);
			t->field[k].value = ld_text(L, f, "value", false);
		}
	}
}

static void load_materials(struct load *L)
{
	static const char *const kinds[] = {"certificate", "form", "other"};
	struct catalogue *c = L->c;
	for (uint32_t i = 0; i < c->n_materials; i++) {
		const struct yaml *y = L->row[K_MATERIAL][i];
		struct material *m = &c->material[i];
		KNOWN(L, y, "code", "name", "hint", "kind", "issuer", "issuer_office", "certificate", "result_of", "generated",
			"accept", "max_mb", "criteria");
		m->name = ld_words(L, y, "name", true);
		m->hint = ld_words(L, y, "hint", false);
		m->kind = (enum material_kind)ld_choice(L, y, "kind", kinds, countof(kinds), -1);
		m->issuer = ld_words(L, y, "issuer", false);
		m->issuer_office = ld_ref(L, y, "issuer_office", K_OFFICE, false);
		m->certificate = ld_ref(L, y, "certificate", K_CERTIFICATE, false);
		m->result_of = ld_ref(L, y, "result_of", K_ITEM, false);
		m->generated = ld_bool(L, y, "generated", false);
		m->accept = ld_text(L, y, "accept", false);
		m->max_mb = (uint32_t)ld_int(L, y, "max_mb", 1, 1000, 0);
		m->criteria = ld_words(L, y, "criteria", false);
	}
}

static void load_rest(struct load *L)
{
	struct catalogue *c = L->c;
	for (uint32_t i = 0; i < c->n_roles; i++) {
		const struct yaml *y = L->row[K_ROLE][i];
		KNOWN(L, y, "code", "name", "summary");
		c->role[i].name = ld_words(L, y, "name", true);
		c->role[i].summary = ld_words(L, y, "summary", false);
	}
	for (uint32_t i = 0; i < c->n_questions; i++) {
		const struct yaml *y = L->row[K_QUESTION][i];
		struct question *q = &c->question[i];
		KNOWN(L, y, "code", "text", "hint", "why", "when", "options");
		q->text = ld_words(L, y, "text", true);
		q->hint = ld_words(L, y, "hint", false);
		q->why = ld_words(L, y, "why", false);
		q->when = ld_condition(L, y, "when");
		q->option = load_options(L, y, &q->n_options);
		if (q->n_options < 2)
			ld_finding(L, RULE_question_options, y, q->code, q->code, S(""));
	}
	for (uint32_t i = 0; i < c->n_papers; i++) {
		const struct yaml *y = L->row[K_PAPER][i];
		struct paper *p = &c->paper[i];
		KNOWN(L, y, "code", "message", "name", "title", "body");
		p->message = ld_bool(L, y, "message", false);
		p->name = ld_words(L, y, "name", true);
		p->title = ld_words(L, y, "title", true);
		p->body = ld_words(L, y, "body", true);
	}
	for (uint32_t i = 0; i < c->n_settings; i++) {
		const struct yaml *y = L->row[K_SETTING][i];
		KNOWN(L, y, "code", "value", "text");
		c->setting[i].value = ld_text(L, y, "value", true);
		c->setting[i].text = ld_words(L, y, "text", true);
	}
	for (uint32_t i = 0; i < c->n_halls; i++) {
		const struct yaml *y = L->row[K_HALL][i];
		struct hall *h = &c->hall[i];
		KNOWN(L, y, "code", "name", "address", "hours", "phone", "division", "windows");
		h->name = ld_words(L, y, "name", true);
		h->address = ld_words(L, y, "address", true);
		h->hours = ld_words(L, y, "hours", true);
		h->phone = ld_text(L, y, "phone", false);
		h->division = ld_ref(L, y, "division", K_DIVISION, true);
		h->window = ld_texts(L, y, "windows", &h->n_windows);
	}
	for (uint32_t i = 0; i < c->n_themes; i++) {
		const struct yaml *y = L->row[K_THEME][i];
		KNOWN(L, y, "code", "name");
		c->theme_name[i] = ld_words(L, y, "name", true);
	}
}

// ---- the whole -----------------------------------------------------------------------------------

struct str ld_code(struct load *L, enum kind k, const struct yaml *y, struct origin *at)
{
	struct str code = ld_text(L, y, "code", true);
	if (at)
		*at = ld_origin(L, y);
	if (code.n && !code_ok(k, code))
		ld_finding(L, RULE_bad_code, y, code, str_of(kind_name[k]), code);
	return code;
}

// Every row begins with its code but settings and themes, which are handled apart.
static void rows_index(struct load *L, enum kind k, void *rows, size_t size, size_t at_offset)
{
	for (uint32_t i = 0; i < L->n[k]; i++) {
		const struct yaml *y = L->row[k][i];
		struct str code = ld_code(L, k, y, at_offset ? (struct origin *)((char *)rows + i * size + at_offset) : NULL);
		*(struct str *)((char *)rows + i * size) = code;
		if (!code.n)
			continue;
		uint32_t first;
		if (index_add(L->c->index, k, code, i) || !index_find(L->c->index, k, code, &first))
			continue;
		const struct yaml *other = L->row[k][first];
		struct str type = yaml_get_text(y, S("type")), type0 = yaml_get_text(other, S("type"));
		if (k == K_ELEMENT && !str_eq(type, type0))
			finding_add(L->f, RULE_element_two_types, yaml_file(y), y->line, code, code, type0, type);
		else
			finding_add(L->f, RULE_duplicate_code, yaml_file(y), y->line, code, str_of(kind_name[k]), code,
				str_fmt(L->tmp, STR_FMT ":%u", STR_ARG(*other->file), other->line));
	}
}

static void rows_from_city(struct load *L, const char *key, enum kind k)
{
	const struct yaml *list = L->city ? ld_list(L, L->city, key) : NULL;
	for (uint32_t i = 0; i < yaml_count(list); i++)
		ld_row_add(L, k, list->item[i]);
}

static struct catalogue *compile(struct files *x, bool keep, struct findings *f)
{
	const struct folder_file *file = x->file;
	uint32_t n = x->n;
	struct arena *own = arena_new(0), *tmp = arena_new(0);
	struct catalogue *c = arena_new1(own, struct catalogue);
	struct load L = {.tmp = tmp, .c = c, .f = f};
	c->own = own;
	atomic_init(&c->refs, 1);
	c->n_files = n;
	c->file = arena_newn(tmp, struct catalogue_file, n);
	for (uint32_t i = 0; i < n; i++) {
		c->file[i].path = file[i].path;
		memcpy(c->file[i].digest, x->seen[i].digest, sizeof c->file[i].digest);
	}
	c->image = keep ? image_new(own, files_hash(tmp, c->file, n)) : NULL;
	struct arena *a = L.a = c->a = c->image ? image_arena(c->image) : arena_new(0);
	L.none = (struct str){arena_alloc(a, 1), 0};
	c->hash = files_hash(a, c->file, n);
	c->file = arena_copy(a, c->file, n * sizeof *c->file);
	for (uint32_t i = 0; i < n; i++)
		c->file[i].path = ld_copy(&L, c->file[i].path);
	c->programs = programs_new(own, NULL);
	files_load(&L, x);
	rows_from_city(&L, "settings", K_SETTING);
	rows_from_city(&L, "themes", K_THEME);
	areas_expand(&L);

	// Rule tables are files: one code each, from the name.
	for (uint32_t i = 0; i < n; i++)
		L.n[K_RULE] += str_starts(file[i].path, S("rules/"));
	c->rule = arena_newn(c->own, struct rule_table, L.n[K_RULE]);

	uint32_t rows = 0;
	for (int k = 0; k < K_COUNT; k++)
		rows += L.n[k];
	c->index = index_new(a, rows + 3 * L.n[K_ITEM]);
	for (uint32_t i = 0; i < n; i++)
		if (str_starts(file[i].path, S("rules/"))) {
			struct rule_table *r = &c->rule[c->n_rules];
			struct str name = str_from(file[i].path, 6);
			ptrdiff_t dot = str_find(name, S("."));
			r->code = ld_copy(&L, str_part(name, 0, (size_t)dot));
			r->text = ld_copy(&L, file[i].text);
			r->at = (struct origin){ld_copy(&L, file[i].path), 1};
			if (!index_add(c->index, K_RULE, r->code, c->n_rules))
				finding_add(f, RULE_duplicate_code, file[i].path, 1, r->code, S("rule"), r->code, S(""));
			c->n_rules++;
		}
	for (uint32_t i = 0; i < n; i++)
		c->n_processes += str_starts(file[i].path, S("process/"));
	c->process = arena_newn(a, struct process_file, c->n_processes);
	for (uint32_t i = 0, k = 0; i < n; i++)
		if (str_starts(file[i].path, S("process/")))
			c->process[k++] = (struct process_file){ld_copy(&L, str_from(file[i].path, 8)), ld_copy(&L, file[i].text),
				{ld_copy(&L, file[i].path), 1}};
#define ROWS(k, noun, n_noun, type) \
	do { \
		c->n_noun = L.n[k]; \
		c->noun = arena_newn(a, struct type, c->n_noun); \
		_Static_assert(offsetof(struct type, code) == 0, "rows begin with their code"); \
		rows_index(&L, k, c->noun, sizeof(struct type), offsetof(struct type, at)); \
	} while (0)
	ROWS(K_DIVISION, division, n_divisions, division);
	ROWS(K_OFFICE, office, n_offices, office);
	ROWS(K_ROLE, role, n_roles, role);
	ROWS(K_ELEMENT, element, n_elements, element);
	ROWS(K_SUBJECT, subject, n_subjects, subject);
	ROWS(K_CERTIFICATE, certificate, n_certificates, certificate_type);
	ROWS(K_MATERIAL, material, n_materials, material);
	c->n_items = L.n[K_ITEM];
	struct item *item = arena_newn(a, struct item, c->n_items);
	c->item = arena_newn(a, struct item *, c->n_items);
	for (uint32_t i = 0; i < c->n_items; i++)
		c->item[i] = &item[i];
	rows_index(&L, K_ITEM, item, sizeof *item, offsetof(struct item, at));
	ROWS(K_BUNDLE, bundle, n_bundles, bundle);
	ROWS(K_QUESTION, question, n_questions, question);
	ROWS(K_PAPER, paper, n_papers, paper);
	ROWS(K_SETTING, setting, n_settings, setting);
	ROWS(K_HALL, hall, n_halls, hall);
	ROWS(K_SOURCE, source, n_sources, source);
	c->n_themes = L.n[K_THEME];
	c->theme = arena_newn(a, struct str, c->n_themes);
	c->theme_name = arena_newn(a, struct words, c->n_themes);
	rows_index(&L, K_THEME, c->theme, sizeof(struct str), 0);

	load_city(&L);
	load_divisions(&L);
	load_offices(&L);
	load_elements(&L);
	load_subjects(&L);
	load_certificates(&L);
	load_materials(&L);
	load_rest(&L);
	load_sources(&L);
	areas_bind(&L);
	load_items(&L);
	load_bundles(&L);
	c->scope = catalogue_scope(c, own);
	load_rules(&L);
	load_conditions(&L);
	catalogue_check(c, f);
	areas_finish(&L);
	arena_free(tmp);
	return c;
}

struct catalogue *catalogue_compile(const struct folder_file *file, uint32_t n, bool keep, struct findings *f)
{
	struct arena *tmp = arena_new(0);
	struct files x = {.file = arena_copy(tmp, file, n * sizeof *file), .n = n};
	CHECK(!files_see(&x, tmp));            // all texts are there
	struct catalogue *c = compile(&x, keep, f);
	files_free(&x);
	arena_free(tmp);
	return c;
}

const char *const catalogue_suffix[] = {".yaml", ".csv", ".tsv", ".dmn", ".bpmn", NULL};

struct catalogue *catalogue_of_files(const struct folder_file *file, uint32_t n, struct findings *f)
{
	return catalogue_compile(file, n, false, f);
}

struct err *catalogue_compile_folder(struct str dir, bool keep, struct findings *f, struct catalogue **out)
{
	struct arena *tmp = arena_new(0);
	struct folder_stamp *stamp;
	struct files x = {.dir = dir};
	struct err *e = folder_list(tmp, dir, catalogue_suffix, &stamp, &x.n);
	if (!e) {
		x.file = arena_newn(tmp, struct folder_file, x.n);
		for (uint32_t i = 0; i < x.n; i++)
			x.file[i].path = stamp[i].path;
		e = files_see(&x, tmp);
	}
	if (e) {               // made again in memory that outlives the files
		struct err *mine = err_args(f->a, e->code, str_copy(f->a, e->arg[0]), str_copy(f->a, e->arg[1]), S(""));
		mine->file = str_copy(f->a, e->file);
		e = mine;
	} else {
		*out = compile(&x, keep, f);
	}
	files_free(&x);
	arena_free(tmp);
	return e;
}

struct err *catalogue_load(struct str dir, struct findings *f, struct catalogue **out)
{
	return catalogue_compile_folder(dir, false, f, out);
}

void catalogue_findings_keep(struct catalogue *c, const struct findings *f)
{
	struct findings *kept = arena_new1(c->a, struct findings);
	*kept = (struct findings){.a = c->a, .max = f->max};
	kept->end = &kept->first;
	findings_join(kept, f);
	kept->a = NULL;                        // nobody adds to it, and a compiled form holds no pointer out of it
	kept->end = NULL;
	c->findings = kept;
}

struct catalogue *catalogue_ref(struct catalogue *c)
{
	atomic_fetch_add(&c->refs, 1);
	return c;
}

void catalogue_unref(struct catalogue *c)
{
	if (!c || atomic_fetch_sub(&c->refs, 1) != 1)
		return;
	struct catalogue *root = c->root, *below = c->below;
	if (c->image)
		image_free(c->image);
	else
		arena_free(c->a);
	programs_free(c->programs);
	arena_free(c->own);
	catalogue_unref(below);
	catalogue_unref(root);
}
