// form.c — the one form of an application: each (subject, element) once, sealed where it must be.
#include "domain/case/case_int.h"

enum { VALUES_MAX = 1000 };            // more fields than any page has

static const struct { const char *code; struct words words; } sources[] = {
	{"self", {S("本人填写"), S("you entered")}},
	{"cert", {S("电子证照"), S("from a certificate")}},
	{"shared", {S("部门共享"), S("shared by a department")}},
	{"profile", {S("账户实名信息"), S("from your verified account")}},
	{"last", {S("上次申报"), S("from your last application")}},
	{"window", {S("窗口代录"), S("entered at the window")}},
};

struct str case_prefill_source_words(struct str source, bool english)
{
	for (size_t i = 0; i < countof(sources); i++)
		if (str_eq(source, str_of(sources[i].code))) return words_in(sources[i].words, english);
	return S("");
}

static bool fixed_source(struct str source)
{
	return str_is(source, "cert") || str_is(source, "shared") || str_is(source, "profile");
}

struct value *values_find(const struct values *vs, struct str key)
{
	for (size_t i = 0; i < vs->n; i++)
		if (str_eq(vs->v[i].key, key)) return &vs->v[i];
	return NULL;
}

// The case that holds the form, if this plan has read it.
static struct kase *holder(struct plan *p, const struct kase *k)
{
	int64_t root = k->parent ? k->parent : k->id;
	for (struct kase *c = p->cases; c; c = c->next)
		if (c->id == root) return c;
	return NULL;
}

// Callers change the list they get, so the plan keeps one of its own.
static const struct values *values_copy(struct plan *p, const struct values *vs)
{
	struct values *kept = arena_new1(p->a, struct values);
	kept->n = vs->n;
	kept->v = arena_newn(p->a, struct value, vs->n + 1);
	if (vs->n) memcpy(kept->v, vs->v, vs->n * sizeof *vs->v);
	return kept;
}

struct err *case_values(struct plan *p, const struct kase *k, struct values *out)
{
	struct str body;
	struct json *j;
	struct kase *root = holder(p, k);
	if (root && root->values) {
		*out = *values_copy(p, root->values);
		return NULL;
	}
	struct err *e = case_store_form(p, k->parent ? k->parent : k->id, &body);
	if (!e) e = json_parse(p->a, body, (struct json_limits){0}, &j);
	if (e) return e;
	out->n = json_count(j);
	out->v = arena_newn(p->a, struct value, out->n + 1);
	for (size_t i = 0; i < out->n; i++) {
		struct value *v = &out->v[i];
		struct json *sealed = json_get(j->item[i], S("s"));
		v->key = j->key[i];
		v->source = json_text(json_get(j->item[i], S("src")));
		v->sensitive = sealed != NULL;
		v->text = sealed ? secret_open(p, json_text(sealed)) : json_text(json_get(j->item[i], S("v")));
		v->masked = sealed ? json_text(json_get(j->item[i], S("m"))) : v->text;
	}
	if (root) root->values = values_copy(p, out);
	return NULL;
}

struct err *case_put_values(struct plan *p, struct kase *k, const struct values *vs)
{
	struct json *j = json_obj(p->a);
	for (size_t i = 0; i < vs->n; i++) {
		struct json *one = json_obj(p->a);
		if (!vs->v[i].text.n) continue;
		if (vs->v[i].sensitive) {
			json_put(p->a, one, S("s"), json_str(p->a, secret_seal(p, vs->v[i].text)));
			json_put(p->a, one, S("m"), json_str(p->a, vs->v[i].masked));
		} else {
			json_put(p->a, one, S("v"), json_str(p->a, vs->v[i].text));
		}
		json_put(p->a, one, S("src"), json_str(p->a, vs->v[i].source));
		json_put(p->a, j, vs->v[i].key, one);
	}
	struct buf b = buf_new(p->a);
	json_print(&b, j);
	case_store_form_put(p, k, buf_str(&b));
	k->values = NULL;
	k->digest = S("");
	case_touch(p, k);
	return NULL;
}

void values_set(struct plan *p, struct values *vs, const struct value *v)
{
	struct value *old = values_find(vs, v->key);
	if (old) {
		*old = *v;
		return;
	}
	struct value *more = arena_newn(p->a, struct value, vs->n + 1);
	if (vs->n) memcpy(more, vs->v, vs->n * sizeof *more);
	more[vs->n++] = *v;
	vs->v = more;
}

struct json *values_facts(struct plan *p, const struct kase *k, const struct values *vs)
{
	struct json *facts = json_obj(p->a);
	for (size_t i = 0; i < json_count(k->answers); i++) json_put(p->a, facts, k->answers->key[i], k->answers->item[i]);
	for (size_t i = 0; i < vs->n; i++) {
		struct str element = vs->v[i].key, subject = str_cut(&element, S("."));
		struct json *of = json_get(facts, subject);
		if (!of || of->type != JSON_OBJECT) json_put(p->a, facts, subject, of = json_obj(p->a));
		const struct element *el = catalogue_element(k->cat, element);
		bool number = el && (el->type == EL_MONEY || el->type == EL_NUMBER || el->type == EL_AREA);
		struct json *value = json_str(p->a, vs->v[i].text);
		if (number) value->type = JSON_NUMBER;
		else if (el && el->type == EL_BOOLEAN) value = json_bool(p->a, str_is(vs->v[i].text, "true"));
		json_put(p->a, of, element, value);
	}
	return facts;
}

struct err *case_form_of(struct plan *p, const struct kase *k, const struct values *vs, struct form *out)
{
	return form_merge(p->a, k->cat, k->matter, values_facts(p, k, vs), out);
}

static struct err *begin(struct plan *p, struct str what, const struct json *answers, int64_t party, struct kase **out)
{
	struct matter m = catalogue_matter(p->cat, what);
	if (!m.bundle && !m.item) return err_arg(p->a, E_NOT_FOUND, S("这个事项"));
	if (m.item && !m.item->single) return err_arg(p->a, E_CASE_NOT_SINGLE, m.item->name.zh);
	struct guide g;
	struct err *e = guide(p->a, p->cat, m, answers, &g);
	if (e) return e;
	if (g.n_open) return err_arg(p->a, E_CASE_ANSWERS, g.question[g.first_open].question->text.zh);
	const struct office *office = m.bundle ? m.bundle->lead : m.item->office;
	struct kase *k = arena_new1(p->a, struct kase);
	*k = (struct kase){.home = office->home, .bundle = m.bundle != NULL, .what = what, .catalogue = p->cat->hash,
		.state = CASE_draft, .applicant = party, .via = str_of(via_name(p->actor.via)), .office = office->code,
		.answers = json_copy(p->a, answers)};
	*out = k;
	return case_new(p, k);
}

static struct value value_of(struct plan *p, const struct form_field *f, struct str text, struct str source)
{
	enum sensitivity s = f->element->sensitivity;
	return (struct value){.key = f->key, .text = text, .source = source, .sensitive = s != SENS_NONE,
		.masked = s == SENS_NONE ? text : field_masked(p->a, s, text)};
}

// What a party's own record says for an element of the applicant.
static struct str from_party(const struct party *o, const struct element *el)
{
	switch (el->type) {
	case EL_NAME: return o->name;
	case EL_ID: return o->enterprise ? S("") : o->document;
	case EL_USCC: return o->enterprise ? o->document : S("");
	case EL_PHONE: return o->phone;
	case EL_ADDRESS: return el->sensitivity == SENS_ADDRESS ? o->address : S("");
	default: return S("");
	}
}

// What was last reported in the same matter: offered again, and the reporter corrects what has changed.
static struct err *last_values(struct plan *p, const struct kase *k, struct values *out)
{
	enum { LOOK_BACK = 50 };
	int64_t *ids;
	size_t n;
	*out = (struct values){0};
	if (!k->matter.bundle || !k->matter.bundle->recurring) return NULL;
	struct err *e = case_store_of_party(p, k->applicant, INT64_MAX, LOOK_BACK, &ids, &n);
	for (size_t i = 0; i < n && !e; i++) {
		struct kase *old;
		e = case_read(p, ids[i], &old);
		if (e || old->id == k->id || old->state != CASE_closed || !str_eq(old->what, k->what)) continue;
		return case_values(p, old, out);
	}
	return e;
}

static struct err *prefill(struct plan *p, struct kase *k, const struct party *party, const struct cert *certs, size_t n_certs)
{
	struct values vs = {0}, last;
	struct form form;
	struct err *e = case_form_of(p, k, &vs, &form);
	if (!e) e = last_values(p, k, &last);
	if (e) return e;
	for (uint32_t i = 0; i < form.n_pages; i++)
		for (uint32_t s = 0; s < form.page[i].n_sections; s++)
			for (uint32_t f = 0; f < form.page[i].section[s].n_fields; f++) {
				const struct form_field *field = &form.page[i].section[s].field[f];
				if (values_find(&vs, field->key)) continue;
				struct value *before = values_find(&last, field->key);
				if (before && before->text.n) {
					struct value v = value_of(p, field, before->text, S("last"));
					values_set(p, &vs, &v);
				}
				if (field->subject != k->subject) continue;
				struct str text = from_party(party, field->element);
				// A phone or an address may have changed since: known, but the person may correct it.
				bool fixed = field->element->type != EL_PHONE && field->element->type != EL_ADDRESS;
				struct str source = fixed ? S("profile") : S("last");
				for (size_t c = 0; c < n_certs; c++) {
					const struct certificate_type *t = catalogue_certificate(k->cat, certs[c].type);
					for (uint32_t ff = 0; t && ff < t->n_fields; ff++) {
						bool own = !t->field[ff].subject || t->field[ff].subject == k->subject;
						struct str known = json_text(json_get(certs[c].face, t->field[ff].code));
						if (own && t->field[ff].element == field->element && known.n && !str_is(source, "cert")) {      // the newest
							text = known;
							source = S("cert");
						}
					}
				}
				if (!text.n) continue;
				struct value v = value_of(p, field, text, source);
				values_set(p, &vs, &v);
			}
	return case_put_values(p, k, &vs);
}

struct err *case_start(struct plan *p, struct str what, const struct json *answers, int64_t party, struct kase **out)
{
	struct party known;
	struct cert *certs;
	size_t n;
	struct err *e = party_read(p, party, &known);
	if (!e) e = cert_valid(p, party, S(""), &certs, &n);
	if (!e) e = begin(p, what, answers, party, out);
	return e ? e : prefill(p, *out, &known, certs, n);
}

struct err *case_start_new(struct plan *p, struct str what, const struct json *answers, int64_t party,
	const struct party_new *n, struct kase **out)
{
	struct party known = {.id = party, .enterprise = n->enterprise, .name = n->name, .phone = n->phone, .address = n->address,
		.document_type = n->document_type, .document = n->document};
	struct err *e = begin(p, what, answers, party, out);
	return e ? e : prefill(p, *out, &known, NULL, 0);
}

struct err *case_check_typed(struct plan *p, const struct kase *k, const struct form_field *f, struct str text, struct value *out)
{
	struct str normal;
	struct err *e = field_check(p->a, k->cat, f->key, f->element, text, day_shanghai(p->now_ms), &normal);
	if (e) return e;
	*out = value_of(p, f, normal, p->actor.via == VIA_WINDOW ? S("window") : S("self"));
	return NULL;
}

static const struct form_field *field_of_page(const struct form_page *page, struct str key)
{
	for (uint32_t s = 0; s < page->n_sections; s++)
		for (uint32_t f = 0; f < page->section[s].n_fields; f++)
			if (str_eq(page->section[s].field[f].key, key)) return &page->section[s].field[f];
	return NULL;
}

struct err *case_save(struct plan *p, struct kase *k, const struct form *form, const struct form_page *page, const struct json *typed)
{
	struct err *e = case_expect(p, k, CASE_draft), *wrong = NULL;
	struct values vs;
	if (!e) e = case_values(p, k, &vs);
	if (e) return e;
	if (typed->type != JSON_OBJECT) return err_args(p->a, E_TYPE, S("values"), S("object"), S(""));
	if (json_count(typed) > VALUES_MAX) return err_field(p->a, E_TOO_BIG, S("values"), str_fmt(p->a, "%d", VALUES_MAX));
	for (uint32_t i = 0; i < json_count(typed); i++) {
		const struct form_field *f = field_of_page(page, typed->key[i]);
		if (!f) {
			err_add(&wrong, err_field(p->a, E_UNKNOWN_FIELD, typed->key[i], typed->key[i]));
			continue;
		}
		struct value *old = values_find(&vs, f->key);
		if (old && fixed_source(old->source)) continue;      // shown read-only; what a browser sends back is ignored
		struct str text = str_trim(json_text(typed->item[i]));
		struct value v = {.key = f->key};
		if (text.n) e = case_check_typed(p, k, f, text, &v);
		if (e) err_add(&wrong, e), e = NULL;
		else values_set(p, &vs, &v);
	}
	struct json *facts = values_facts(p, k, &vs);
	for (uint32_t s = 0; s < page->n_sections; s++)
		for (uint32_t f = 0; f < page->section[s].n_fields; f++) {
			const struct form_field *field = &page->section[s].field[f];
			struct value *v = values_find(&vs, field->key);
			bool shown = form_field_shown(p->a, k->cat, field, facts);
			bool typed_wrong = false;
			for (struct err *w = wrong; w; w = w->next) typed_wrong |= str_eq(w->field, field->key);
			if (!shown && v && !fixed_source(v->source)) v->text = S("");
			if (shown && field->required && (!v || !v->text.n) && !typed_wrong)
				err_add(&wrong, err_field(p->a, E_REQUIRED, field->key, words_in(field->label, p->actor.english)));
		}
	(void)form;
	return wrong ? wrong : case_put_values(p, k, &vs);
}

struct str case_subject_value(const struct kase *k, const struct values *vs, const struct subject *s, enum element_type type)
{
	for (size_t i = 0; i < vs->n; i++) {
		struct str element = vs->v[i].key, subject = str_cut(&element, S("."));
		const struct element *el = str_eq(subject, s->code) ? catalogue_element(k->cat, element) : NULL;
		if (el && el->type == type) return vs->v[i].text;
	}
	return S("");
}

struct str case_subject_document(const struct kase *k, const struct values *vs, const struct subject *s)
{
	struct str document = case_subject_value(k, vs, s, EL_ID);
	return document.n ? document : case_subject_value(k, vs, s, EL_USCC);
}

struct err *case_subject_party(struct plan *p, const struct kase *k, const struct values *vs, const struct subject *s, int64_t *out)
{
	*out = 0;
	if (!s || s == k->subject) {
		*out = k->applicant;
		return NULL;
	}
	struct str document = case_subject_document(k, vs, s);
	return document.n ? party_by_document(p, document, out) : NULL;
}

struct err *case_set_delivery(struct plan *p, struct kase *k, struct str way, struct str name, struct str phone, struct str address)
{
	struct err *e = case_expect(p, k, CASE_draft), *wrong = NULL;
	if (e) return e;
	struct json *d = json_obj(p->a);
	json_put(p->a, d, S("way"), json_str(p->a, way));
	if (str_is(way, "mail")) {
		bool en = p->actor.english;
		if (!name.n) err_add(&wrong, err_field(p->a, E_REQUIRED, S("name"), en ? S("the receiver's name") : S("收件人姓名")));
		if (!phone.n) err_add(&wrong, err_field(p->a, E_REQUIRED, S("phone"), en ? S("the receiver's phone") : S("收件人手机")));
		if (!address.n) err_add(&wrong, err_field(p->a, E_REQUIRED, S("address"), en ? S("the address") : S("收件地址")));
		if (wrong) return wrong;
		json_put(p->a, d, S("name"), json_str(p->a, secret_seal(p, name)));
		json_put(p->a, d, S("phone"), json_str(p->a, secret_seal(p, phone)));
		json_put(p->a, d, S("address"), json_str(p->a, secret_seal(p, address)));
		json_put(p->a, d, S("name_masked"), json_str(p->a, field_masked(p->a, SENS_NAME, name)));
		json_put(p->a, d, S("phone_masked"), json_str(p->a, field_masked(p->a, SENS_PHONE, phone)));
		json_put(p->a, d, S("address_masked"), json_str(p->a, field_masked(p->a, SENS_ADDRESS, address)));
	}
	k->delivery = d;
	k->digest = S("");
	case_touch(p, k);
	return NULL;
}

struct err *case_drop(struct plan *p, struct kase *k)
{
	return case_move(p, k, CASE_dropped);
}
