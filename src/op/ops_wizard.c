// ops_wizard.c — filing at the window on an applicant's behalf: who, what, which situation.
#include "codec/ids.h"
#include "domain/catalogue/search.h"
#include "domain/seek/seek.h"
#include "op/desk.h"
#include "op/show.h"

struct err *op_desk_find(struct op_call *c)
{
	enum { KEYS = 9, LOOKED_AT = 100 };                  // a digit chooses; many that are found cannot be applied for alone
	struct search_result r;
	int64_t usable = 0;
	search_run(domain_search(c->p->domain, c->p->cat), c->a, op_text(c, "q"), LOOKED_AT, &r);
	struct json *list = put_list(c, c->out, "items");
	put_text(c, c->out, "query", op_text(c, "q"));
	for (size_t i = 0; i < r.n; i++) {
		struct matter m = catalogue_matter(c->p->cat, r.hit[i].code);
		if (!m.bundle && (!m.item || !m.item->single)) continue;
		if (usable++ >= KEYS) continue;
		struct json *o = list_obj(c, list);
		struct str before, match, after;
		search_split(matter_short(c, m), &r.hit[i], &before, &match, &after);
		put_int(c, o, "number", list->n);
		put_bool(c, o, "current", list->n == 1);
		put_text(c, o, "code", r.hit[i].code);
		put_text(c, o, "before", before);
		put_text(c, o, "match", match);
		put_text(c, o, "after", after);
		put_text(c, o, "kind", m.bundle ? tr(c, "一件事", "bundle") : words(c, item_type_name(m.item->type)));
		put_words(c, o, "office", (m.bundle ? m.bundle->lead : m.item->office)->name);
		put_limit(c, o, "promise", m.bundle ? m.bundle->promised : m.item->promised);
	}
	put_int(c, c->out, "found", usable);
	put_bool(c, c->out, "more", usable > KEYS);
	return NULL;
}

// ---- filing: what was told so far travels sealed in the address, nothing is stored before there is a case ----

struct told { struct str name, code, document, phone, item, answers; };

static struct err *told_read(struct op_call *c, struct told *t)
{
	struct json *j = json_obj(c->a);
	struct str receipt = op_text(c, "receipt");
	struct err *e = receipt.n && !str_is(receipt, "new") ? secret_read(c->p, receipt, &j) : NULL;
	if (e) return e;
	*t = (struct told){json_text(json_get(j, S("name"))), json_text(json_get(j, S("code"))), json_text(json_get(j, S("document"))),
		json_text(json_get(j, S("phone"))), json_text(json_get(j, S("item"))), json_text(json_get(j, S("answers")))};
	struct str *into[] = {&t->name, &t->document, &t->phone, &t->answers};
	static const char *const keys[] = {"name", "document", "phone", "answers"};
	for (size_t i = 0; i < countof(into); i++)
		if (op_text(c, keys[i]).n) *into[i] = op_text(c, keys[i]);
	if (op_text(c, "document_type").n) t->code = op_text(c, "document_type");
	if (!t->code.n) t->code = S("111");
	t->document = party_document_normal(c->a, t->document);
	return NULL;
}

static struct str told_seal(struct op_call *c, const struct told *t)
{
	struct json *j = json_obj(c->a);
	put_text(c, j, "name", t->name);
	put_text(c, j, "code", t->code);
	put_text(c, j, "document", t->document);
	put_text(c, j, "phone", t->phone);
	put_text(c, j, "item", t->item);
	put_text(c, j, "answers", t->answers);
	struct buf b = buf_new(c->a);
	json_print(&b, j);
	return secret_seal(c->p, buf_str(&b));
}

static struct err *check_applicant(struct op_call *c, const struct told *t)
{
	enum ids_kind kind;
	struct err *all = NULL;
	if (!t->name.n) err_add(&all, err_field(c->a, E_REQUIRED, S("name"), tr(c, "姓名", "the name")));
	if (!t->document.n) err_add(&all, err_field(c->a, E_REQUIRED, S("document"), tr(c, "证件号码", "the document number")));
	if (all) return all;
	if (str_is(t->code, "uscc")) return ids_err(c->a, ids_uscc(t->document, NULL), S("document"), tr(c, "统一社会信用代码", "The credit code"));
	if (!ids_kind_of_code(t->code, &kind)) return err_field(c->a, E_UNKNOWN_FIELD, S("document_type"), t->code);
	enum ids_fault fault = ids_check(kind, t->document, day_shanghai(c->p->now_ms), NULL);
	if (fault && kind == IDS_PASSPORT_CN) fault = ids_check(IDS_PASSPORT_FOREIGN, t->document, day_shanghai(c->p->now_ms), NULL);   // 414 is any country's
	return ids_err(c->a, fault, S("document"), tr(c, "证件号码", "The document number"));
}

static struct json *applicant_field(struct op_call *c, struct json *list, const char *key, struct str label, const char *kind, struct str value, bool required)
{
	struct json *o = list_obj(c, list);
	put_text(c, o, "key", str_of(key));
	put_text(c, o, "label", label);
	put_text(c, o, "kind", str_of(kind));
	put_text(c, o, "value", value);
	put_bool(c, o, "required", required);
	return o;
}

static void put_applicant_fields(struct op_call *c, const struct told *t)
{
	struct json *list = put_list(c, c->out, "applicant_fields");
	applicant_field(c, list, "name", tr(c, "姓名或名称", "Name"), "name", t->name, true);
	struct json *options = put_list(c, applicant_field(c, list, "document_type", tr(c, "证件种类", "Kind of document"), "select", t->code, true), "options");
	for (const struct ids_type *d = ids_types; d->code; d++) {
		struct json *o = list_obj(c, options);
		put_text(c, o, "value", str_of(d->code));
		put_text(c, o, "label", tr(c, d->zh, d->en));
		put_bool(c, o, "selected", str_eq(t->code, str_of(d->code)));
	}
	applicant_field(c, list, "document", tr(c, "证件号码", "Document number"), "id", t->document, true);
	applicant_field(c, list, "phone", tr(c, "手机", "Phone"), "phone", t->phone, false);
}

enum { OFTEN = 6, TAKEN_DAYS = 90, TAKEN_READ = 24 };             // read more than shown: some cannot be applied for any more

// A browser keeps Ctrl and a digit for its tabs; these letters with Alt are free in Chrome's and Firefox's menus.
static void put_often(struct op_call *c, struct json *often, const struct item *it, const struct item **shown)
{
	static const char keys[] = "UIOJKL";
	uint32_t n = often->n;
	if (!it || !it->single || n >= OFTEN) return;
	for (uint32_t i = 0; i < n; i++)
		if (shown[i] == it) return;
	shown[n] = it;
	struct json *o = list_obj(c, often);
	put_text(c, o, "key", str_fmt(c->a, "Alt+%c", keys[n]));
	put_text(c, o, "code", it->code);
	put_words(c, o, "name", it->name);
	put_words(c, o, "note", it->office->name);
}

static struct err *put_items(struct op_call *c)
{
	const struct catalogue *cat = c->p->cat;
	const struct item *shown[OFTEN];
	struct str *taken;
	size_t n;
	int64_t days = catalogue_setting_int(cat, S("often_days"), TAKEN_DAYS);
	struct err *e = case_taken(c->p, c->p->actor.office, c->p->now_ms - days * 24 * 3600 * 1000, TAKEN_READ, &taken, &n);
	if (e) return e;
	struct json *bundles = put_list(c, c->out, "bundles"), *often = put_list(c, c->out, "frequent");
	for (uint32_t i = 0; i < cat->n_bundles && i < 9; i++) {
		struct json *o = list_obj(c, bundles);
		if (i + 4 <= 9) put_text(c, o, "key", str_fmt(c->a, "Alt+%u", i + 4));
		put_text(c, o, "code", cat->bundle[i].code);
		put_words(c, o, "name", cat->bundle[i].name);
		put_text(c, o, "note", str_fmt(c->a, c->p->actor.english ? "%u items" : "%u 项", cat->bundle[i].n_items));
	}
	for (size_t i = 0; i < n; i++) put_often(c, often, catalogue_item(cat, taken[i]), shown);
	for (uint32_t i = 0; i < cat->n_items && often->n < OFTEN; i++) put_often(c, often, cat->item[i], shown);
	return NULL;
}

struct err *op_desk_get(struct op_call *c)
{
	struct err *e = desk_rail(c, 0);
	if (e) return e;
	desk_steps(c, "applicant");
	return NULL;
}

static struct err *put_questions(struct op_call *c, struct matter m, struct str answers, bool *open)
{
	struct json *told;
	struct guide g;
	struct err *e = show_answers_read(c, answers, &told);
	if (!e) e = guide(c->a, c->p->cat, m, told, &g);
	if (e) return e;
	struct json *list = put_list(c, c->out, "questions");
	for (uint32_t i = 0; i < g.n_questions; i++) {
		const struct question *q = g.question[i].question;
		struct json *o = list_obj(c, list), *options = put_list(c, o, "options");
		put_text(c, o, "key", q->code);
		put_words(c, o, "text", q->text);
		put_bool(c, o, "current", g.n_open && i == g.first_open);
		for (uint32_t k = 0; k < q->n_options; k++) {
			struct json *x = list_obj(c, options);
			put_text(c, x, "value", q->option[k].code);
			put_words(c, x, "label", q->option[k].text);
			put_bool(c, x, "selected", str_eq(q->option[k].code, g.question[i].answer));
		}
	}
	*open = g.n_open != 0;
	return NULL;
}

// The number of a list that somebody made at home, typed where items are searched: its item and answers.
static struct err *brought(struct op_call *c, struct told *t, struct str *step)
{
	struct str what, answers;
	bool found = false;
	struct err *e = op_text(c, "q").n == 8 ? seek_carried(c->p, op_text(c, "q"), &what, &answers, &found) : NULL;
	if (e || !found) return e;
	t->item = what;
	t->answers = answers;
	*step = S("");
	return NULL;
}

struct err *op_desk_wizard(struct op_call *c)
{
	struct told t;
	struct str step = op_text(c, "step");
	bool open = false;
	struct err *e = told_read(c, &t);
	if (!e && op_text(c, "item").n) t.item = op_text(c, "item"), t.answers = S("");
	if (!e && op_text(c, "answers").n) t.answers = op_text(c, "answers");
	if (!e) e = brought(c, &t, &step);
	// A step is checked when it was posted; a page that is only looked at is not.
	if (!e && op_text(c, "document").n + op_text(c, "name").n) e = check_applicant(c, &t);
	if (!e) e = desk_rail(c, 0);
	if (e) return e;
	struct matter m = catalogue_matter(c->p->cat, t.item);
	bool chosen = m.bundle || m.item;
	if (!step.n) step = !t.document.n ? S("applicant") : !chosen ? S("item") : S("situation");
	put_text(c, c->out, "receipt", told_seal(c, &t));
	if (str_is(step, "applicant")) {
		desk_steps(c, "applicant");
		put_applicant_fields(c, &t);
		return NULL;
	}
	struct json *a = put_obj(c, c->out, "applicant");
	put_text(c, a, "masked", field_masked(c->a, SENS_NAME, t.name));
	put_text(c, a, "document", document_type_words(c, t.code));
	put_text(c, a, "number_masked", field_masked(c->a, SENS_IDENTITY, t.document));
	put_text(c, a, "phone_masked", field_masked(c->a, SENS_PHONE, t.phone));
	if (str_is(step, "item") || !chosen) {
		desk_steps(c, "item");
		e = put_items(c);
		return !e && op_text(c, "q").n ? op_desk_find(c) : e;
	}
	struct json *item = put_obj(c, c->out, "item");
	put_text(c, item, "code", t.item);
	put_text(c, item, "name", matter_short(c, m));
	put_words(c, item, "office", (m.bundle ? m.bundle->lead : m.item->office)->name);
	desk_steps(c, "situation");
	e = put_questions(c, m, t.answers, &open);
	put_bool(c, c->out, "ready", !open);
	return e;
}

struct err *op_desk_start(struct op_call *c)
{
	struct json *answers;
	struct kase *k;
	int64_t party;
	struct told t;
	struct err *e = told_read(c, &t);
	if (!e && op_text(c, "what").n) t.item = op_text(c, "what");
	if (!e) e = check_applicant(c, &t);
	if (!e) e = show_answers_read(c, t.answers, &answers);
	if (!e) e = party_by_document(c->p, t.document, &party);
	if (e) return e;
	c->p->actor.via = VIA_WINDOW;
	if (!party) {
		// Not known yet: the clerk has the document in hand and makes the record.
		struct party_new n = {.enterprise = str_is(t.code, "uscc"), .name = t.name, .phone = t.phone, .document_type = t.code, .document = t.document};
		e = party_create(c->p, &n, &party);
		if (!e) e = case_start_new(c->p, t.item, answers, party, &n, &k);
	} else {
		e = case_start(c->p, t.item, answers, party, &k);
	}
	if (!e) put_id(c, c->out, "case", k->id);
	return e;
}
