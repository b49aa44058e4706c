// check.c — what must hold of a whole catalogue: codes, offices, elements, items. Bundles and
// conditions: check_bundle.c. Every finding names its rule in rules.def.
#include "domain/catalogue/check_int.h"
#include "codec/ids.h"
#include "dmn/table.h"
#include <stdlib.h>

void check_add(struct check *k, enum rule_id r, struct origin at, uint32_t line, struct str subject, struct str a0,
	struct str a1, struct str a2)
{
	finding_add(k->f, r, at.file, line ? line : at.line, subject, a0, a1, a2);
}

#define NONE S("")

static bool has_han(struct str s)
{
	for (size_t at = 0; at < s.n;) {
		uint32_t c = utf8_next(s, &at);
		if (c >= 0x4E00 && c <= 0x9FFF)
			return true;
	}
	return false;
}

// A public text in both languages.
void check_words(struct check *k, struct origin at, struct str subject, const char *what, struct words w)
{
	if (w.zh.n && !w.en.n)
		check_add(k, RULE_english_missing, at, 0, subject, str_of(what), utf8_part(w.zh, 0, 30), NONE);
	if (has_han(w.en))
		check_add(k, RULE_english_is_chinese, at, 0, subject, utf8_part(w.en, 0, 40), NONE, NONE);
}

static bool digits(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return s.n > 0;
}

static bool contains_any(struct str s, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_find(s, str_of(list[i])) >= 0)
			return true;
	return false;
}

// ---- divisions, offices ---------------------------------------------------------------------------

static void check_divisions(struct check *k)
{
	const struct catalogue *c = k->c;
	for (uint32_t i = 0; i < c->n_divisions; i++) {
		const struct division *d = &c->division[i];
		check_words(k, d->at, d->code, "division", d->name);
		if (d->parent) {
			// Parent of a code: its last non-zero group replaced by zeros (GB/T 2260).
			struct str p = d->parent->code;
			while (p.n > 2 && p.n <= 6 && str_ends(p, S("00")))
				p.n -= 2;
			if (!str_starts(d->code, p) || str_eq(d->code, d->parent->code))
				check_add(k, RULE_division_code, d->at, 0, d->code, d->code, d->parent->code, NONE);
		}
		if (d->from != INT32_MIN && d->until < d->from)
			check_add(k, RULE_dates_reversed, d->at, 0, d->code, NONE, NONE, NONE);
	}
}

static void check_phone(struct check *k, struct origin at, struct str subject, struct str phone)
{
	struct str out;
	enum ids_phone p = phone.n ? ids_phone(k->a, phone, &out) : IDS_PHONE_SERVICE;
	if (p == IDS_PHONE_BAD || (p == IDS_PHONE_LANDLINE && phone.p[0] != '0'))
		check_add(k, RULE_phone_area_code, at, 0, subject, phone, NONE, NONE);
}

static void check_offices(struct check *k)
{
	const struct catalogue *c = k->c;
	for (uint32_t i = 0; i < c->n_offices; i++) {
		const struct office *o = &c->office[i];
		bool inner = true;
		check_words(k, o->at, o->code, "office", o->name);
		if (o->uscc.n) {
			if (ids_uscc(o->uscc, &inner) != IDS_OK)
				check_add(k, RULE_uscc_checksum, o->at, 0, o->code, o->uscc, NONE, NONE);
			else if (!inner)
				check_add(k, RULE_organisation_code_checksum, o->at, 0, o->code, o->uscc, NONE, NONE);
		}
		for (uint32_t j = 0; j < i; j++)
			if (o->home && c->office[j].home == o->home)
				check_add(k, RULE_home_twice, o->at, 0, o->code, c->office[j].code, o->code, NONE);
		const struct office *up = o->parent;
		for (uint32_t depth = 0; up && depth <= c->n_offices; depth++, up = up->parent)
			if (up == o || depth == c->n_offices) {
				check_add(k, RULE_office_circle, o->at, 0, o->code, o->code, NONE, NONE);
				break;
			}
		if (o->phone.n && str_eq(o->phone, o->complaint_phone))
			check_add(k, RULE_phones_same, o->at, 0, o->code, o->phone, NONE, NONE);
		check_phone(k, o->at, o->code, o->phone);
		check_phone(k, o->at, o->code, o->complaint_phone);
	}
}

// ---- elements, papers, settings, calendar ---------------------------------------------------------

static void check_elements(struct check *k)
{
	static const struct { enum element_type type; const char *zh; } personal[] = {{EL_ID, "证件号码"}, {EL_PHONE, "电话"},
		{EL_NAME, "姓名"}, {EL_ADDRESS, "地址"}};
	const struct catalogue *c = k->c;
	for (uint32_t i = 0; i < c->n_elements; i++) {
		const struct element *e = &c->element[i];
		check_words(k, e->at, e->code, "element", e->name);
		check_words(k, e->at, e->code, "hint", e->hint);
		for (uint32_t j = 0; j < e->n_options; j++)
			check_words(k, e->at, e->code, "option", e->option[j].text);
		if (e->has_min && e->has_max && dec_cmp(e->min, e->max) > 0)
			check_add(k, RULE_element_range, e->at, 0, e->code, e->code, NONE, NONE);
		// Places of things (a home, premises) are public; an address of a person is not. Only the
		// types that always speak of a person are refused.
		for (size_t j = 0; j < 3; j++)
			if (e->type == personal[j].type && e->sensitivity == SENS_NONE)
				check_add(k, RULE_element_sensitivity, e->at, 0, e->code, e->code, str_of(personal[j].zh), NONE);
	}
	for (uint32_t i = 0; i < c->n_materials; i++) {
		const struct material *m = &c->material[i];
		static const char *const catch_all[] = {"其他材料", "其它材料", "其他相关", "其它相关", "等相关材料", "等材料", "规定的其他", "要求的其他", "需要的其他"};
		check_words(k, m->at, m->code, "material", m->name);
		check_words(k, m->at, m->code, "hint", m->hint);
		if (contains_any(m->name.zh, catch_all, countof(catch_all)))
			check_add(k, RULE_catch_all_material, m->at, 0, m->code, m->name.zh, m->name.en, NONE);
		if (!m->issuer.zh.n && !m->generated)
			check_add(k, RULE_material_without_issuer, m->at, 0, m->code, m->name.zh, m->name.en, NONE);
		for (uint32_t j = 0; !m->certificate && !m->result_of && j < c->n_certificates; j++)
			if (str_eq(c->certificate[j].name.zh, m->name.zh))
				check_add(k, RULE_material_given, m->at, 0, m->code, m->name.zh, m->name.en, NONE);
	}
	for (uint32_t i = 0; i < c->n_subjects; i++) {
		check_words(k, c->subject[i].at, c->subject[i].code, "subject", c->subject[i].name);
	}
	for (uint32_t i = 0; i < c->n_certificates; i++) {
		const struct certificate_type *t = &c->certificate[i];
		check_words(k, t->at, t->code, "certificate", t->name);
		check_words(k, t->at, t->code, "summary", t->summary);
	}
}

// What the case engine can put into a paper: facts of the case, the subjects' names, produced
// values, and the face fields of the certificates the paper prints.
static bool paper_knows(const struct check *k, const struct paper *p, struct str name)
{
	static const char *const facts[] = {"number", "matter", "applicant", "office", "received_on", "accepted_on", "due_on",
		"statutory_on", "decided_on", "review_days", "suit_months", "reason", "basis", "corrections", "until", "amount", "link",
		"tracking", "issued_on", "expires_on"};
	const struct catalogue *c = k->c;
	for (size_t i = 0; i < countof(facts); i++)
		if (str_eq(name, str_of(facts[i])))
			return true;
	if (catalogue_subject(c, name))
		return true;
	for (uint32_t i = 0; i < c->n_items; i++)
		for (uint32_t j = 0; j < c->item[i]->n_produces; j++)
			if (str_eq(c->item[i]->produces[j].code, name))
				return true;
	for (uint32_t i = 0; i < c->n_certificates; i++)
		for (uint32_t j = 0; str_eq(c->certificate[i].template, p->code) && j < c->certificate[i].n_fields; j++)
			if (str_is(name, "face") || str_eq(c->certificate[i].field[j].code, name))
				return true;
	return false;
}

static void check_names_of(struct check *k, const struct paper *p, struct str body)
{
	while (body.n) {
		str_cut(&body, S("{{"));
		if (!body.p)
			return;
		struct str name = str_trim(str_cut(&body, S("}}")));
		if (!paper_knows(k, p, name))
			check_add(k, RULE_paper_name, p->at, 0, p->code, p->code, name, NONE);
	}
}

void check_papers(struct check *k)
{
	static const char *const needed[] = {"receipt", "acceptance_notice", "correction_notice", "decision", "refusal", "message_invite",
		"message_expired", "message_declined", "message_received", "message_correct", "message_accepted", "message_pay",
		"message_granted", "message_refused"};
	const struct catalogue *c = k->c;
	for (size_t i = 0; i < countof(needed); i++)
		if (!catalogue_paper(c, str_of(needed[i])))
			check_add(k, RULE_paper_missing, (struct origin){S("papers/"), 0}, 0, NONE, str_of(needed[i]), NONE, NONE);
	for (uint32_t i = 0; i < c->n_papers; i++) {
		const struct paper *p = &c->paper[i];
		check_words(k, p->at, p->code, "title", p->title);
		check_words(k, p->at, p->code, "body", p->body);
		const struct str body[] = {p->body.zh, p->body.en, p->title.zh, p->title.en};
		for (size_t j = 0; j < countof(body); j++) {
			int open = 0;
			bool bad = false;
			for (size_t at = 0; at + 1 < body[j].n; at++)
				if (body[j].p[at] == '{' && body[j].p[at + 1] == '{') {
					bad |= open++ > 0;
					at++;
				} else if (body[j].p[at] == '}' && body[j].p[at + 1] == '}') {
					bad |= open-- <= 0;
					at++;
				}
			if (bad || open) {
				check_add(k, RULE_paper_braces, p->at, 0, p->code, p->code, NONE, NONE);
				break;
			}
			check_names_of(k, p, body[j]);
		}
		if (str_is(p->code, "refusal") && (str_find(p->body.zh, S("行政复议")) < 0 || str_find(p->body.zh, S("行政诉讼")) < 0))
			check_add(k, RULE_remedies_missing, p->at, 0, p->code, p->code, NONE, NONE);
	}
}

void check_settings(struct check *k)
{
	static const char *const needed[] = {"upload_max_mb", "draft_keep_days", "remedy_review_days", "remedy_suit_months", "rating_days"};
	const struct catalogue *c = k->c;
	struct origin at = {S("city.yaml"), 0};
	int64_t n;
	for (size_t i = 0; i < countof(needed); i++) {
		struct str v = catalogue_setting(c, str_of(needed[i]));
		if (!v.n)
			check_add(k, RULE_setting_missing, at, 0, str_of(needed[i]), str_of(needed[i]), NONE, NONE);
		else if (!str_int(v, &n) || n < 0)
			check_add(k, RULE_setting_number, at, 0, str_of(needed[i]), str_of(needed[i]), NONE, NONE);
	}
	for (struct str rest = catalogue_setting(c, S("home_first")); rest.n;) {
		struct str code = str_cut(&rest, S(" "));
		if (code.n && !catalogue_bundle(c, code) && !catalogue_item(c, code)) check_add(k, RULE_unknown_reference, at, 0, S("home_first"), S("home_first"), code, NONE);
	}
	struct str window = catalogue_setting(c, S("window_office"));
	const struct office *o = catalogue_office(c, window);
	if (!o || !o->window)
		check_add(k, RULE_window_office, at, 0, window, window, NONE, NONE);
	if (!c->calendar || !calendar_year_count(c->calendar)) {
		check_add(k, RULE_calendar_missing, (struct origin){S("calendar/"), 0}, 0, NONE, NONE, NONE, NONE);
		return;
	}
	for (int i = 1; i < calendar_year_count(c->calendar); i++)
		for (int32_t y = calendar_year_at(c->calendar, i - 1) + 1; y < calendar_year_at(c->calendar, i); y++)
			check_add(k, RULE_calendar_hole, (struct origin){S("calendar/"), 0}, 0, NONE, str_fmt(k->a, "%d", y), NONE, NONE);
}

// ---- items ----------------------------------------------------------------------------------------

static void check_codes(struct check *k, const struct item *it)
{
	static const char *const types[] = {"01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "20"};
	bool known = false;
	for (size_t i = 0; i < countof(types); i++)
		known |= str_eq(it->type, str_of(types[i]));
	int64_t t;
	bool local = it->type.n == 2 && str_int(it->type, &t) && ((t >= 11 && t <= 19) || (t >= 21 && t <= 99));
	if (it->type.n && !known && !local)
		check_add(k, RULE_item_type, it->at, 0, it->code, it->type, NONE, NONE);
	if (it->depth > DEPTH_GUIDE && (str_is(it->type, "02") || str_is(it->type, "03") || str_is(it->type, "04") ||
		str_is(it->type, "06")))
		check_add(k, RULE_not_applied_for, it->at, 0, it->code, it->type, NONE, NONE);
	if (!it->basic_code.n)
		return;
	if (it->basic_code.n != 12 || !digits(it->basic_code) || !str_eq(str_part(it->basic_code, 2, 2), it->type))
		check_add(k, RULE_basic_code, it->at, 0, it->code, it->basic_code, it->type, NONE);
	struct str want = str_fmt(k->a, STR_FMT "%u" STR_FMT, STR_ARG(it->office ? it->office->uscc : NONE), it->level,
		STR_ARG(it->basic_code));
	if (it->office && !str_eq(it->implementation_code, want))
		check_add(k, RULE_implementation_code, it->at, 0, it->code, it->implementation_code, want, NONE);
	struct str h = it->handling_code;
	if (h.n != 33 || !str_starts(h, it->implementation_code) || !digits(str_part(h, 31, 2)))
		check_add(k, RULE_handling_code, it->at, 0, it->code, h, NONE, NONE);
}

// Limits added up in one measure: minutes of 8-hour working days.
static int64_t minutes_of(struct limit l)
{
	switch (l.unit) {
	case LIMIT_ON_SPOT: return 0;
	case LIMIT_HOUR: return (int64_t)l.n * 60;
	case LIMIT_WORKING_DAY: return (int64_t)l.n * 480;
	case LIMIT_DAY: return (int64_t)l.n * 480 * 5 / 7;
	case LIMIT_MONTH: return (int64_t)l.n * 480 * 22;
	}
	return 0;
}

static void check_steps(struct check *k, const struct item *it)
{
	bool accept = false, decide = false, make = false;
	const struct role *accepts = NULL, *decides = NULL;
	int last = -1;
	int64_t sum = 0;
	for (uint32_t i = 0; i < it->n_steps; i++) {
		const struct item_step *s = &it->step[i];
		if ((int)s->kind < last)
			check_add(k, RULE_steps_order, it->at, s->line, it->code, s->name.zh, s->name.en, NONE);
		last = (int)s->kind;
		if (s->officers > 1 && s->kind != STEP_REVIEW)
			check_add(k, RULE_officers_not_review, it->at, s->line, it->code, s->name.zh, s->name.en, str_fmt(k->a, "%u", s->officers));
		accept |= s->kind == STEP_ACCEPT;
		decide |= s->kind == STEP_DECIDE;
		make |= s->kind == STEP_MAKE;
		if (s->kind == STEP_ACCEPT)
			accepts = s->role;
		if (s->kind == STEP_DECIDE)
			decides = s->role;
		sum += minutes_of(s->limit);
	}
	if (it->depth > DEPTH_GUIDE && (!accept || !decide))
		check_add(k, RULE_steps_missing, it->at, 0, it->code, NONE, NONE, NONE);
	if (sum > (it->promised.unit == LIMIT_ON_SPOT ? 480 : minutes_of(it->promised)))
		check_add(k, RULE_steps_exceed_promise, it->at, it->promised_line, it->code,
			str_fmt(k->a, "%lld h", (long long)(sum + 59) / 60), limit_text(k->a, it->promised, true), NONE);
	if (make && !it->certificate)
		check_add(k, RULE_make_without_certificate, it->at, 0, it->code, NONE, NONE, NONE);
	if (it->certificate && it->n_steps && !make)
		check_add(k, RULE_certificate_without_make, it->at, 0, it->code, NONE, NONE, NONE);
	if (accepts && accepts == decides && it->kind == ITEM_PROMISED)
		check_add(k, RULE_same_role_throughout, it->at, 0, it->code, accepts->name.zh, NONE, NONE);
}

static void check_fees(struct check *k, const struct item *it)
{
	for (uint32_t i = 0; i < it->n_fees; i++) {
		const struct fee_rule *f = &it->fee[i];
		if (!f->basis.zh.n)
			check_add(k, RULE_fee_without_basis, it->at, f->line, it->code, f->name.zh, f->name.en, NONE);
		if (!f->standard.zh.n)
			check_add(k, RULE_fee_without_standard, it->at, f->line, it->code, f->name.zh, f->name.en, NONE);
		if (!f->online)
			check_add(k, RULE_fee_not_online, it->at, f->line, it->code, f->name.zh, f->name.en, NONE);
		if (str_is(it->type, "01"))
			check_add(k, RULE_licence_fee, it->at, f->line, it->code, f->name.zh, NONE, NONE);
		check_words(k, it->at, it->code, "fee", f->name);
		const struct rule_table *t = catalogue_rule(k->c, f->table);
		if (t && t->model) {
			bool found = false;
			for (uint32_t j = 0; rule_output(t, j).n; j++)
				found |= str_eq(rule_output(t, j), f->result);
			if (!found)
				check_add(k, RULE_unknown_reference, it->at, f->line, it->code, S("output"), f->result, NONE);
		}
	}
}

// What a table for an instant item may and must say; rule.h of the domain relies on it.
static void check_instant_table(struct check *k, const struct item *it, const struct rule_table *t)
{
	static const char *const known[] = {"legal_date", "party", "paper", "holds", "earlier", "result", "source"};
	const struct dmn_item *d = dmn_find(t->model, DMN_DECISION, t->decision), **in;
	const struct dmn_written *w = d->table ? d->table->written : NULL;
	size_t n = dmn_inputs(t->model, d, k->a, &in);
	int legal = w ? dmn_legal_column(w) : -1;
	uint32_t col = 0;
	bool good = false;
	for (uint32_t i = 0; w && i < w->n_out; i++) {
		if (!str_is(w->out[i].name, "result")) continue;
		struct str rest = w->out[i].allowed.text;
		good = rest.n > 0;
		col = i;
		while (rest.n) {
			struct str one = str_trim(str_cut(&rest, S(",")));
			good &= str_is(one, "\"grant\"") || str_is(one, "\"manual\"");
		}
	}
	if (!good)
		check_add(k, RULE_instant_result, it->at, it->instant.line, it->code, t->code, NONE, NONE);
	for (uint32_t r = 0; good && r < w->n_rule; r++)
		if (str_is(str_trim(w->rule[r].out[col].text), "\"grant\"") && (legal < 0 || !w->rule[r].note[legal].n))
			check_add(k, RULE_instant_basis, t->at, w->rule[r].line, t->code, t->code, str_fmt(k->a, "%u", r + 1), NONE);
	for (size_t i = 0; i < n; i++) {
		struct str name = in[i]->name;
		bool question = catalogue_row(k->c, K_QUESTION, name) != NULL, whole = question || str_is(name, "legal_date");
		bool found = question || catalogue_subject(k->c, name) != NULL;
		for (size_t j = 0; j < countof(known); j++)
			found |= str_eq(name, str_of(known[j]));
		bool typed = in[i]->type && in[i]->type->kind == FEEL_CONTEXT && in[i]->type->n;
		if (str_is(name, "source") && !check_source_table(k, it, t))
			typed = false;
		if (!found || (!whole && !typed))
			check_add(k, RULE_instant_input, t->at, 0, t->code, t->code, name, NONE);
	}
}

static void check_instant(struct check *k, const struct item *it)
{
	check_source_uses(k, it);
	for (uint32_t i = 0; i < it->instant.n_rules; i++) {
		const struct instant_rule *r = &it->instant.rule[i];
		const struct rule_table *t = catalogue_rule(k->c, r->table);
		if (t && t->model)
			check_instant_table(k, it, t);
		if (r->until < r->from)
			check_add(k, RULE_dates_reversed, it->at, it->instant.line, it->code, NONE, NONE, NONE);
		for (uint32_t j = 0; j < i; j++)
			if (r->from <= it->instant.rule[j].until && it->instant.rule[j].from <= r->until)
				check_add(k, RULE_instant_dates, it->at, it->instant.line, it->code, it->instant.rule[j].table, r->table, NONE);
	}
}

// 服务下沉: delegation and moved-forward reception are two things (行政许可法 24; domain/06).
static void check_places(struct check *k, const struct item *it)
{
	for (uint32_t i = 0; i < it->n_places; i++) {
		const struct item_place *p = &it->place_of[i];
		if (p->delegated == p->reception)
			check_add(k, RULE_place_flags, it->at, p->line, it->code, p->hall->name.zh, p->hall->name.en, NONE);
		if (p->delegated && (!p->office->agency || p->office == it->office))
			check_add(k, RULE_delegate_no_organ, it->at, p->line, it->code, p->office->name.zh, p->office->name.en, NONE);
		if (p->delegated && !p->notice.zh.n)
			check_add(k, RULE_delegation_unannounced, it->at, p->line, it->code, p->office->name.zh, p->office->name.en, NONE);
		if (!p->hall->n_windows)
			check_add(k, RULE_place_without_window, it->at, p->line, it->code, p->hall->name.zh, p->hall->name.en, NONE);
		check_words(k, it->at, it->code, "notice", p->notice);
	}
}

// An answer says whose, as of when and what; it is numbered, and its text is not shown to whoever scans it.
static void check_query(struct check *k, const struct item *it)
{
	static const char *const face[] = {"holder", "as_of", "answer"};
	const struct certificate_type *t = it->query.answer;
	if (!t)
		return;
	for (size_t i = 0; i < countof(face); i++) {
		bool there = false;
		for (uint32_t j = 0; j < t->n_fields; j++)
			there |= str_eq(t->field[j].code, str_of(face[i])) && (i != 2 || (t->field[j].element && t->field[j].element->sensitivity != SENS_NONE));
		if (!there)
			check_add(k, RULE_query_answer, it->at, it->query.line, it->code, t->code, str_of(face[i]), NONE);
	}
	if (str_find(t->number_format, S("{serial")) < 0)
		check_add(k, RULE_certificate_number, t->at, 0, t->code, t->code, NONE, NONE);
	if (it->depth != DEPTH_WHOLE || it->kind != ITEM_IMMEDIATE)
		check_add(k, RULE_query_depth, it->at, it->query.line, it->code, NONE, NONE, NONE);
}

void check_item(struct check *k, const struct item *it)
{
	static const char *const days[] = {"工作日", "24小时", "24 小时", "节假日"};
	static const char *const rooms[] = {"窗口", "室", "号台"};
	static const char *const catch_all[] = {"其他条件", "其它条件", "规定的其他", "要求的其他"};
	struct arena *a = k->a;
	check_codes(k, it);
	if (limit_cmp(it->promised, it->statutory) > 0)
		check_add(k, RULE_promise_longer_than_statutory, it->at, it->promised_line, it->code, limit_text(a, it->promised, false),
			limit_text(a, it->statutory, false), str_fmt(a, STR_FMT ", " STR_FMT, STR_ARG(limit_text(a, it->promised, true)),
			STR_ARG(limit_text(a, it->statutory, true))));
	if (it->statutory.unit != LIMIT_ON_SPOT && !it->statutory_basis.zh.n)
		check_add(k, RULE_statutory_basis, it->at, 0, it->code, NONE, NONE, NONE);
	check_steps(k, it);
	check_places(k, it);
	for (uint32_t i = 0; i < it->n_fields; i++) {
		const struct item_field *f = &it->field[i];
		if (f->subject->numberless && (f->element->type == EL_ID || f->element->type == EL_USCC))
			check_add(k, RULE_number_of_numberless, it->at, f->line, it->code, f->subject->name.zh, f->subject->name.en, f->element->code);
	}
	if ((it->kind == ITEM_IMMEDIATE) != (it->promised.unit == LIMIT_ON_SPOT))
		check_add(k, RULE_immediate_mismatch, it->at, it->promised_line, it->code, NONE, NONE, NONE);
	if ((it->visits > 0) != (it->visit_reason.zh.n > 0))
		check_add(k, RULE_visit_reason, it->at, 0, it->code, str_fmt(a, "%u", it->visits),
			it->visits ? S("写明") : S("为空"), NONE);
	if (it->depth == DEPTH_WHOLE && it->visits)
		check_add(k, RULE_depth_visits, it->at, 0, it->code, NONE, NONE, NONE);
	if (!it->visits && it->depth <= DEPTH_GUIDE && !it->deliver_mail)
		check_add(k, RULE_no_visit_not_online, it->at, 0, it->code, NONE, NONE, NONE);
	check_fees(k, it);
	check_instant(k, it);
	if (it->phone.n && str_eq(it->phone, it->complaint_phone))
		check_add(k, RULE_phones_same, it->at, 0, it->code, it->phone, NONE, NONE);
	if (it->office && !str_eq(it->phone, it->office->phone))
		check_phone(k, it->at, it->code, it->phone);
	if (!contains_any(it->hours.zh, days, countof(days)))
		check_add(k, RULE_hours_working_days, it->at, 0, it->code, it->hours.zh, it->hours.en, NONE);
	if (!contains_any(it->place.zh, rooms, countof(rooms)))
		check_add(k, RULE_place_window, it->at, 0, it->code, it->place.zh, it->place.en, NONE);
	if (!it->n_themes)
		check_add(k, RULE_theme_missing, it->at, 0, it->code, NONE, NONE, NONE);
	if (str_is(it->type, "01") && !it->n_faq)
		check_add(k, RULE_licence_without_faq, it->at, 0, it->code, NONE, NONE, NONE);
	if (!it->certificate && !it->result_paper.zh.n)
		check_add(k, RULE_result_missing, it->at, 0, it->code, NONE, NONE, NONE);
	if (it->certificate ? !it->certificate->template.n : it->result_paper.zh.n && !it->paper.n)
		check_add(k, RULE_result_without_sample, it->at, 0, it->code,
			it->certificate ? it->certificate->name.zh : it->result_paper.zh,
			it->certificate ? it->certificate->name.en : it->result_paper.en, NONE);
	if (!it->deliver_mail && !it->deliver_online && !it->deliver_window)
		check_add(k, RULE_delivery_missing, it->at, 0, it->code, NONE, NONE, NONE);
	if (!it->n_conditions)
		check_add(k, RULE_conditions_missing, it->at, 0, it->code, NONE, NONE, NONE);
	for (uint32_t i = 0; i < it->n_conditions; i++) {
		check_words(k, it->at, it->code, "condition", it->condition[i]);
		if (contains_any(it->condition[i].zh, catch_all, countof(catch_all)))
			check_add(k, RULE_catch_all_condition, it->at, 0, it->code, it->condition[i].zh, it->condition[i].en, NONE);
	}
	bool approve = false, refuse = false;
	for (uint32_t i = 0; i < it->n_basis; i++) {
		approve |= it->basis[i].approve;
		refuse |= it->basis[i].refuse;
	}
	if (!approve && it->depth > DEPTH_GUIDE)
		check_add(k, RULE_basis_to_approve, it->at, 0, it->code, NONE, NONE, NONE);
	if (!refuse && it->depth > DEPTH_GUIDE)
		check_add(k, RULE_basis_to_refuse, it->at, 0, it->code, NONE, NONE, NONE);
	if (!it->n_audience)
		check_add(k, RULE_audience_missing, it->at, 0, it->code, NONE, NONE, NONE);
	if (it->until < it->from)
		check_add(k, RULE_dates_reversed, it->at, 0, it->code, NONE, NONE, NONE);
	check_words(k, it->at, it->code, "name", it->name);
	check_words(k, it->at, it->code, "summary", it->summary);
	check_words(k, it->at, it->code, "place", it->place);
	check_words(k, it->at, it->code, "hours", it->hours);
	for (uint32_t i = 0; i < it->n_faq; i++) {
		check_words(k, it->at, it->code, "question", it->faq[i].question);
		check_words(k, it->at, it->code, "answer", it->faq[i].answer);
	}
	if (it->certificate) {
		const struct certificate_type *t = it->certificate;
		if (str_find(t->number_format, S("{serial")) < 0)
			check_add(k, RULE_certificate_number, t->at, 0, t->code, t->code, NONE, NONE);
		for (uint32_t i = 0; i < t->n_fields; i++) {
			const struct face_field *f = &t->field[i];
			if (!f->value.n || !f->subject || !f->element)
				continue;
			bool asked = false;
			for (uint32_t j = 0; j < it->n_fields; j++)
				asked |= it->field[j].subject == f->subject && it->field[j].element == f->element;
			if (!asked)
				check_add(k, RULE_face_without_source, t->at, 0, it->code, t->code, f->name.zh, f->value);
		}
	}
	check_query(k, it);
}

struct named { const struct item *item; uint32_t row; };

static int by_name(const void *x, const void *y)
{
	const struct named *a = x, *b = y;
	int d = str_cmp(a->item->name.zh, b->item->name.zh);
	return d ? d : (a->row > b->row) - (a->row < b->row);
}

struct name_set { const struct str *name; uint32_t n, *slot, mask; bool length[256]; };

static uint32_t name_slot(const struct name_set *s, struct str name)
{
	uint32_t at = (uint32_t)str_hash(name) & s->mask;
	while (s->slot[at] && !str_eq(s->name[s->slot[at] - 1], name))
		at = (at + 1) & s->mask;
	return at;
}

static bool name_wanted(const struct name_set *s, struct str name)
{
	return !s->n || (s->length[name.n & 255] && s->slot[name_slot(s, name)]);
}

void check_names(struct check *k, const struct str *name, uint32_t n_names)
{
	const struct catalogue *c = k->c;
	struct name_set s = {.name = name, .n = n_names, .mask = 63};
	while (s.mask < n_names * 2)
		s.mask = s.mask * 2 + 1;
	s.slot = arena_newn(k->a, uint32_t, s.mask + 1);
	for (uint32_t i = 0; i < n_names; i++) {
		s.slot[name_slot(&s, name[i])] = i + 1;
		s.length[name[i].n & 255] = true;
	}
	struct named *p = arena_newn(k->a, struct named, c->n_items + 1);
	uint32_t n = 0;
	for (uint32_t i = 0; i < c->n_items; i++)
		if (name_wanted(&s, c->item[i]->name.zh))
			p[n++] = (struct named){c->item[i], i};
	if (n)
		qsort(p, n, sizeof *p, by_name);
	for (uint32_t i = 1; i < n; i++) {
		const struct item *it = p[i].item, *other = p[i - 1].item;
		// The same item of two offices is a fact of administration; twice at one office is a slip.
		if (it->office == other->office && str_eq(it->name.zh, other->name.zh))
			check_add(k, RULE_name_twice, it->at, 0, it->code, other->code, it->name.zh, NONE);
	}
}

void catalogue_check(struct catalogue *c, struct findings *f)
{
	struct check k = {.c = c, .f = f, .a = arena_new(0)};
	struct uses *uses = uses_new(c->a, c, NULL);
	uses_of_all(c, uses, k.a);
	c->uses = uses;
	check_divisions(&k);
	check_offices(&k);
	check_elements(&k);
	check_papers(&k);
	check_settings(&k);
	for (uint32_t i = 0; i < c->n_items; i++) {
		check_item(&k, c->item[i]);
		check_conditions_of_item(&k, c->item[i]);
		check_process_of(&k, c->item[i]);
	}
	check_names(&k, NULL, 0);
	check_conditions(&k);
	for (uint32_t i = 0; i < c->n_bundles; i++) {
		check_conditions_of_bundle(&k, &c->bundle[i]);
		check_bundle(&k, &c->bundle[i]);
	}
	check_areas(&k);
	for (uint32_t i = 0; i < c->n_processes; i++)
		check_process(&k, &c->process[i]);
	check_unused(&k);
	check_sources(&k);
	arena_free(k.a);
}
