// ops_desk.c — the integrated window: receive, check, accept or return once.
#include "codec/ids.h"
#include "domain/catalogue/search.h"
#include "domain/trail.h"
#include "domain/seek/seek.h"
#include "op/daybar.h"
#include "op/show.h"

// 网上预审 (depth Ⅱ) of what was not filed at the window itself.
static bool papers_owed(const struct kase *k)
{
	return k->matter.item && k->matter.item->depth == DEPTH_PRECHECK && !str_eq(k->via, str_of(via_name(VIA_WINDOW)));
}

static struct err *put_rail(struct op_call *c, int64_t current)
{
	struct task_page open;
	struct task_page today;                                   // what this window answered since the morning
	int64_t morning = ms_shanghai(day_shanghai(c->p->now_ms), 0, 0);
	struct err *e = task_list(c->p, c->p->actor.office, S("clerk"), -1, 0, 200, &open);
	if (!e) e = task_done_since(c->p, c->p->actor.office, morning, 50, &today);
	if (e) return e;
	struct json *todo = put_list(c, c->out, "todo"), *list = put_list(c, c->out, "receipts");
	struct json *first = list_obj(c, todo);
	put_text(c, first, "label", tr(c, "待受理", "To accept"));
	put_int(c, first, "count", (int64_t)open.n);
	put_text(c, first, "key", S("F6"));
	put_text(c, first, "href", open.n ? str_fmt(c->a, "/desk/%lld", (long long)open.task[0].case_id) : S("/desk"));
	struct listed *of;
	e = show_listed(c, &open, open.n < 30 ? open.n : 30, &of);
	if (e) return e;
	for (size_t i = 0; i < open.n && i < 30; i++) {
		const struct kase *k = &of[i].k;
		struct json *o = list_obj(c, list);
		put_ms(c, o, "at", k->received_ms);
		put_text(c, o, "masked", of[i].masked);
		put_text(c, o, "name", matter_name(c, k));
		put_text(c, o, "state", S("received"));
		put_text(c, o, "href", str_fmt(c->a, "/desk/%lld", (long long)k->id));
		put_bool(c, o, "current", k->id == current);
	}
	struct json *rows = put_list(c, c->out, "today");
	for (uint32_t i = 0; i < list->n; i++) json_add(c->a, rows, list->item[i]);
	e = show_listed(c, &today, today.n, &of);
	if (e) return e;
	for (size_t i = 0; i < today.n; i++) {
		const struct kase *k = &of[i].k;
		if (k->parent || k->state == CASE_received) continue;             // stands above already
		struct json *o = list_obj(c, rows);
		put_ms(c, o, "at", k->received_ms);
		put_text(c, o, "masked", of[i].masked);
		put_text(c, o, "state", k->state == CASE_correcting ? S("told") : k->state == CASE_closed ? S("done") : S("accepted"));
		put_text(c, o, "href", str_fmt(c->a, "/office/case/" STR_FMT, STR_ARG(k->number)));
		put_bool(c, o, "current", k->id == current);
	}
	put_int(c, c->out, "today_count", rows->n);
	return NULL;
}

static void put_steps(struct op_call *c, const char *now)
{
	static const char *const keys[] = {"applicant", "item", "situation", "material", "accept"};
	struct json *list = put_list(c, c->out, "steps");
	bool before = true;
	for (size_t i = 0; i < countof(keys); i++) {
		struct json *s = list_obj(c, list);
		bool here = strcmp(keys[i], now) == 0;
		if (here) before = false;
		put_text(c, s, "key", str_of(keys[i]));
		put_text(c, s, "state", here ? S("now") : before ? S("done") : S("wait"));
	}
	put_text(c, c->out, "step", str_of(now));
}

struct err *op_desk_find(struct op_call *c)
{
	struct search_result r;
	search_run(domain_search(c->p->domain, c->p->cat), c->a, op_text(c, "q"), 9, &r);
	struct json *list = put_list(c, c->out, "items");
	put_text(c, c->out, "query", op_text(c, "q"));
	for (size_t i = 0; i < r.n; i++) {
		struct matter m = catalogue_matter(c->p->cat, r.hit[i].code);
		if (!m.bundle && (!m.item || !m.item->single)) continue;
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
	put_int(c, c->out, "found", list->n);
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
	return ids_err(c->a, ids_check(kind, t->document, day_shanghai(c->p->now_ms), NULL), S("document"), tr(c, "证件号码", "The document number"));
}

static void applicant_field(struct op_call *c, struct json *list, const char *key, struct str label, const char *kind, struct str value, bool required)
{
	struct json *o = list_obj(c, list);
	put_text(c, o, "key", str_of(key));
	put_text(c, o, "label", label);
	put_text(c, o, "kind", str_of(kind));
	put_text(c, o, "value", value);
	put_bool(c, o, "required", required);
}

static void put_items(struct op_call *c)
{
	const struct catalogue *cat = c->p->cat;
	struct json *bundles = put_list(c, c->out, "bundles"), *often = put_list(c, c->out, "frequent");
	for (uint32_t i = 0; i < cat->n_bundles && i < 9; i++) {
		struct json *o = list_obj(c, bundles);
		put_text(c, o, "key", str_fmt(c->a, "Alt+%u", i + 4));
		put_text(c, o, "code", cat->bundle[i].code);
		put_words(c, o, "name", cat->bundle[i].name);
		put_text(c, o, "note", str_fmt(c->a, c->p->actor.english ? "%u items" : "%u 项", cat->bundle[i].n_items));
	}
	for (uint32_t i = 0, n = 0; i < cat->n_items && n < 6; i++) {
		if (!cat->item[i]->single) continue;
		struct json *o = list_obj(c, often);
		put_text(c, o, "key", str_fmt(c->a, "Ctrl+%u", ++n));
		put_text(c, o, "code", cat->item[i]->code);
		put_words(c, o, "name", cat->item[i]->name);
		put_words(c, o, "note", cat->item[i]->office->name);
	}
}

struct err *op_desk_get(struct op_call *c)
{
	struct err *e = put_rail(c, 0);
	if (e) return e;
	put_steps(c, "applicant");
	put_items(c);
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
	if (!e) e = put_rail(c, 0);
	if (e) return e;
	struct matter m = catalogue_matter(c->p->cat, t.item);
	bool chosen = m.bundle || m.item;
	if (!step.n) step = !t.document.n ? S("applicant") : !chosen ? S("item") : S("situation");
	put_text(c, c->out, "receipt", told_seal(c, &t));
	if (str_is(step, "applicant")) {
		put_steps(c, "applicant");
		struct json *list = put_list(c, c->out, "applicant_fields");
		applicant_field(c, list, "name", tr(c, "姓名或名称", "Name"), "name", t.name, true);
		applicant_field(c, list, "document", tr(c, "证件号码", "Document number"), "id", t.document, true);
		applicant_field(c, list, "phone", tr(c, "手机", "Phone"), "phone", t.phone, false);
		return NULL;
	}
	struct json *a = put_obj(c, c->out, "applicant");
	put_text(c, a, "masked", field_masked(c->a, SENS_NAME, t.name));
	put_text(c, a, "document", tr(c, "居民身份证", "Resident identity card"));
	put_text(c, a, "number_masked", field_masked(c->a, SENS_IDENTITY, t.document));
	put_text(c, a, "phone_masked", field_masked(c->a, SENS_PHONE, t.phone));
	if (str_is(step, "item") || !chosen) {
		put_steps(c, "item");
		put_items(c);
		return op_text(c, "q").n ? op_desk_find(c) : NULL;
	}
	struct json *item = put_obj(c, c->out, "item");
	put_text(c, item, "code", t.item);
	put_text(c, item, "name", matter_short(c, m));
	put_words(c, item, "office", (m.bundle ? m.bundle->lead : m.item->office)->name);
	put_steps(c, "situation");
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

struct err *op_desk_case(struct op_call *c)
{
	struct kase *k;
	struct values vs;
	struct form form;
	struct holding h;
	struct party party;
	struct guide g;
	struct err *e = case_read(c->p, op_id(c, "case"), &k);
	if (!e) e = case_values(c->p, k, &vs);
	if (!e) e = case_form_of(c->p, k, &vs, &form);
	if (!e) e = case_holding(c->p, k, &vs, &h);
	if (!e) e = party_read(c->p, k->applicant, &party);
	if (!e) e = guide(c->a, k->cat, k->matter, k->answers, &g);
	if (!e) e = put_rail(c, k->id);
	if (e) return e;
	struct json *o = c->out;
	put_id(c, o, "receipt", k->id);
	put_int(c, o, "version", k->version);
	put_text(c, o, "number", k->number);
	put_text(c, o, "state", str_of(case_state_name(k->state)));
	put_text(c, o, "digest", k->digest);
	put_steps(c, k->state == CASE_received ? "accept" : k->state == CASE_draft ? "material" : "accept");
	if (k->state == CASE_draft) put_ms(c, o, "saved_at", k->changed_ms);
	struct json *a = put_obj(c, o, "applicant");
	put_text(c, a, "masked", party.masked);
	put_text(c, a, "document", str_is(party.document_type, "111") ? tr(c, "居民身份证", "Resident identity card") : party.document_type);
	put_text(c, a, "number_masked", party.document_masked);
	put_text(c, a, "phone_masked", party.phone_masked);
	struct json *item = put_obj(c, o, "item"), *facts = put_list(c, item, "facts");
	put_text(c, item, "code", k->what);
	put_text(c, item, "name", matter_name(c, k));
	put_words(c, item, "office", (k->matter.bundle ? k->matter.bundle->lead : k->matter.item->office)->name);
	struct json *row = list_obj(c, facts);
	put_text(c, row, "label", tr(c, "承诺时限", "Promise"));
	put_text(c, row, "value", limit_text(c->a, g.promised, c->p->actor.english));
	struct buf situation = buf_new(c->a);
	struct json *answers = show_answers(c, k->cat, &k->matter, k->answers);
	for (uint32_t i = 0; i < answers->n; i++) buf_fmt(&situation, "%s" STR_FMT, i ? " · " : "", STR_ARG(json_text(json_get(answers->item[i], S("answer")))));
	put_text(c, o, "situation", buf_str(&situation));
	struct json *materials = put_list(c, o, "materials"), *fields = put_list(c, o, "fields"), *certs = put_list(c, o, "certificates");
	int64_t received = 0, open = 0;
	for (size_t i = 0; i < h.n; i++) {
		json_add(c->a, materials, show_material(c, k, &h.h[i], (int64_t)i + 1));
		received += h.h[i].complete;
		open += !h.h[i].complete;
		if (!h.h[i].need.material->certificate || h.h[i].need.from_result) continue;
		struct json *x = list_obj(c, certs);
		put_words(c, x, "name", h.h[i].need.material->name);
		put_bool(c, x, "ok", h.h[i].certificate != 0);
		put_text(c, x, "note", h.h[i].certificate ? h.h[i].certificate_number : tr(c, "证照库中没有", "not in the library"));
	}
	struct json *known = values_facts(c->p, k, &vs);
	for (uint32_t p = 0; p < form.n_pages; p++)
		for (uint32_t s = 0; s < form.page[p].n_sections; s++)
			for (uint32_t f = 0; f < form.page[p].section[s].n_fields; f++) {
				const struct form_field *field = &form.page[p].section[s].field[f];
				if (!form_field_shown(c->a, k->cat, field, known)) continue;
				struct value *v = values_find(&vs, field->key), masked;
				if (v && k->state != CASE_draft) masked = *v, masked.text = v->masked, v = &masked;
				struct json *x = show_field(c, k, field, v, S(""));
				put_text(c, x, "label", str_fmt(c->a, STR_FMT " · " STR_FMT, STR_ARG(words(c, form.page[p].section[s].title)), STR_ARG(words(c, field->label))));
				json_add(c->a, fields, x);
			}
	e = show_machine(c, k, o);
	put_int(c, o, "material", 1);
	put_int(c, o, "received", received);
	put_int(c, o, "open", open);
	put_int(c, o, "deferred", 0);
	put_int(c, o, "missing", open);
	struct json *limits = put_list(c, o, "limits");
	row = list_obj(c, limits);
	put_text(c, row, "label", tr(c, "承诺办结", "Promised"));
	put_text(c, row, "value", limit_text(c->a, g.promised, c->p->actor.english));
	if (k->received_ms) {
		row = list_obj(c, limits);
		put_text(c, row, "label", tr(c, "收件", "Received"));
		put_text(c, row, "value", day_text(c, day_shanghai(k->received_ms)));
	}
	put_bool(c, o, "papers", k->state == CASE_received && papers_owed(k));
	put_bool(c, o, "can_accept", k->state == CASE_received && !open);
	put_bool(c, o, "can_correct", k->state == CASE_received && !k->corrections);
	if (open) put_text(c, o, "accept_reason", str_fmt(c->a, c->p->actor.english ? "%lld material(s) missing" : "还缺 %lld 份材料", (long long)open));
	put_text(c, o, "next", k->state == CASE_received ? tr(c, "核对后受理，或一次告知补正", "Accept, or return once for correction") : state_sentence(c, k));
	if (k->accepted_ms) put_json(c, o, "printed", show_papers(c, k));
	return e;
}

// The next application that waits, so that a clerk never goes back to a list.
static struct err *put_next(struct op_call *c, int64_t done)
{
	struct task_page open;
	struct err *e = task_list(c->p, c->p->actor.office, S("clerk"), -1, 0, 2, &open);
	for (size_t i = 0; i < open.n && !e; i++)
		if (open.task[i].case_id != done) {
			put_id(c, c->out, "next", open.task[i].case_id);
			break;
		}
	return e;
}

static struct err *seen(struct op_call *c, struct kase **k)
{
	struct err *e = case_read(c->p, op_id(c, "case"), k);
	return e ? e : op_int(c, "version", 0) == (*k)->version ? NULL : err_new(c->a, E_STALE);
}

struct err *op_desk_accept(struct op_call *c)
{
	struct kase *k;
	struct values vs;
	struct holding h;
	struct err *missing = NULL, *e = seen(c, &k);
	if (!e) e = case_whole(c->p, k);
	if (!e) task_ahead(c->p, k->id, S("accept"));
	if (!e) e = case_values(c->p, k, &vs);
	if (!e) e = case_holding(c->p, k, &vs, &h);
	for (size_t i = 0; !e && i < h.n; i++)
		if (!h.h[i].complete) err_add(&missing, err_field(c->a, E_CASE_MATERIAL, h.h[i].need.key, words(c, h.h[i].need.material->name)));
	if (e || missing) return e ? e : missing;
	// 网上预审: what was sent is a first look; acceptance is for papers that were shown.
	if (papers_owed(k)) {
		if (!op_bool(c, "papers")) return err_field(c->a, E_CASE_PAPERS, S("papers"), S(""));
		trail_note(c->p, k->id, "papers_shown", json_bool(c->a, true));
	}
	for (size_t i = 0; i < h.n; i++)
		if (h.h[i].certificate) cert_used(c->p, h.h[i].certificate, k->id, matter_name(c, k));
	e = case_accept(c->p, k, false);
	if (e) return e;
	put_id(c, c->out, "case", k->id);
	put_text(c, c->out, "number", k->number);
	return put_next(c, k->id);
}

struct err *op_desk_correct(struct op_call *c)
{
	struct kase *k;
	struct json *list = op_json(c, "marks");
	struct mark *marks = arena_newn(c->a, struct mark, json_count(list) + 1);
	struct err *e = seen(c, &k);
	if (e) return e;
	for (uint32_t i = 0; i < json_count(list); i++)
		marks[i] = (struct mark){json_text(json_get(list->item[i], S("kind"))), json_text(json_get(list->item[i], S("key"))),
			str_trim(json_text(json_get(list->item[i], S("reason")))), false};
	e = case_ask_correction(c->p, k, marks, json_count(list), op_text(c, "note"));
	if (e) return e;
	put_id(c, c->out, "case", k->id);
	return put_next(c, k->id);
}

struct err *op_desk_hand_over(struct op_call *c)
{
	struct post_order post;
	bool found;
	struct err *e = post_of_case(c->p, op_id(c, "case"), &post, &found);
	if (!e && !found) e = err_new(c->a, E_POST_STATE);
	if (!e) e = post_hand_over(c->p, post.id);
	if (!e) put_id(c, c->out, "case", op_id(c, "case"));
	return e;
}

// ---- a case as staff see it ----

struct err *op_desk_staff_case(struct op_call *c)
{
	struct kase *k;
	struct values vs;
	struct form form;
	struct holding h;
	struct cases children;
	struct party party;
	int64_t now;
	struct err *e = case_read(c->p, op_id(c, "case"), &k);
	if (!e) e = case_values(c->p, k, &vs);
	if (!e) e = case_form_of(c->p, k, &vs, &form);
	if (!e) e = case_holding(c->p, k, &vs, &h);
	if (!e) e = case_children(c->p, k->id, &children);
	if (!e) e = party_read(c->p, k->applicant, &party);
	if (e) return e;
	struct json *o = c->out;
	put_text(c, o, "no", k->number);
	put_bool(c, o, "bundle", k->bundle);
	put_text(c, o, "name", matter_name(c, k));
	put_text(c, o, "party", party.masked);
	if (k->accepted_ms) put_text(c, o, "accepted", str_fmt(c->a, c->p->actor.english ? "accepted " STR_FMT : STR_FMT "受理", STR_ARG(day_text(c, day_shanghai(k->accepted_ms)))));
	put_light(c, o, "light", k);
	put_text(c, o, "sentence", state_sentence(c, k));
	for (size_t i = 0; i < children.n; i++) {
		if (children.k[i]->state != CASE_running) continue;
		const struct office *office = catalogue_office(k->cat, children.k[i]->office);
		put_text(c, o, "blocked_by", str_fmt(c->a, STR_FMT " · " STR_FMT, STR_ARG(words(c, office->name)), STR_ARG(matter_name(c, children.k[i]))));
		break;
	}
	put_json(c, o, "steps", show_steps(c, k, &children, &now));
	struct json *branches = show_branches(c, k, &children, true);
	struct daybar bar;
	bool clock = daybar_begin(c, k, &bar);
	if (clock && children.n) {
		put_json(c, o, "axis", svg_value(c, daybar_axis(c, &bar)));
		put_text(c, o, "axis_text", daybar_words(c, &children));
	}
	for (size_t i = 0; i < children.n; i++) {
		if (clock) put_json(c, branches->item[i], "bar", svg_value(c, daybar_row(c, &bar, children.k[i])));
		if (c->p->actor.office.n && str_eq(children.k[i]->office, c->p->actor.office)) put_text(c, o, "mine", children.k[i]->number);
	}
	put_json(c, o, "branches", branches);
	struct json *materials = put_list(c, o, "materials");
	int64_t complete = 0;
	for (size_t i = 0; i < h.n; i++) {
		struct json *m = list_obj(c, materials);
		struct buf users = buf_new(c->a);
		for (uint32_t n = 0; n < h.h[i].need.n_items; n++) {
			const struct office *of = h.h[i].need.item[n]->office;
			struct str name = words(c, of->short_name.zh.n ? of->short_name : of->name);
			if (str_find(buf_str(&users), name) < 0) buf_fmt(&users, "%s" STR_FMT, users.n ? " " : "", STR_ARG(name));
		}
		put_words(c, m, "name", h.h[i].need.material->name);
		put_text(c, m, "used_by", buf_str(&users));
		put_text(c, m, "state", !h.h[i].complete ? S("missing") : h.h[i].n_files ? S("complete") : S("exempt"));
		complete += h.h[i].complete;
	}
	put_int(c, o, "complete", complete);
	struct json *trail = show_trail(c, k, &children);
	put_int(c, o, "trail_total", trail->n);
	put_json(c, o, "trail", trail);
	struct json *rows = put_list(c, o, "party_rows");
	const struct { const char *zh, *en; struct str v; } who[] = {{"申请人", "Applicant", party.masked}, {"证件", "Document", party.document_masked}, {"手机", "Phone", party.phone_masked}};
	for (size_t i = 0; i < countof(who); i++) {
		struct json *r = list_obj(c, rows);
		put_text(c, r, "label", tr(c, who[i].zh, who[i].en));
		put_text(c, r, "value", who[i].v);
	}
	struct json *sections = show_sections(c, k, &form, &vs, S(""), false, false), *info = put_list(c, o, "info");
	for (uint32_t s = 0; s < sections->n; s++) {
		struct json *list = json_get(sections->item[s], S("rows"));
		for (uint32_t r = 0; r < json_count(list) && info->n < 12; r++) json_add(c->a, info, list->item[r]);
	}
	put_int(c, o, "info_total", (int64_t)vs.n);
	// What is shown masked may be looked at for a purpose; the look is written down.
	struct json *sensitive = put_list(c, o, "sensitive");
	for (size_t i = 0; i < vs.n; i++) {
		const struct form_field *f = vs.v[i].sensitive && !str_eq(vs.v[i].text, vs.v[i].masked) ? form_find(&form, vs.v[i].key) : NULL;
		if (!f) continue;
		struct json *x = list_obj(c, sensitive);
		put_text(c, x, "value", f->key);
		put_text(c, x, "label", str_fmt(c->a, STR_FMT " · " STR_FMT, STR_ARG(words(c, f->subject->name)), STR_ARG(words(c, f->label))));
	}
	put_json(c, o, "papers", show_papers(c, k));
	return NULL;
}
