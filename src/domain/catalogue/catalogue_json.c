// catalogue_json.c — guide and form as replies: the same document for a program and for a page.
#include "domain/catalogue/merge_int.h"

#define PUT(o, key, v) json_put(a, o, S(key), v)
#define W(w) json_str(a, words_in(w, english))

static struct json *limit_json(struct arena *a, struct limit l, bool english)
{
	struct json *o = json_obj(a);
	PUT(o, "n", json_num(a, l.n));
	PUT(o, "unit", json_str(a, str_of(limit_unit_code(l.unit))));
	PUT(o, "text", json_str(a, limit_text(a, l, english)));
	return o;
}

static const char *truth_code(enum truth t)
{
	return t == TRUTH_TRUE ? "yes" : t == TRUTH_OPEN ? "maybe" : "no";
}

static struct json *baseline_json(struct arena *a, struct baseline b)
{
	struct json *o = json_obj(a);
	PUT(o, "papers", json_num(a, b.papers));
	PUT(o, "trips", json_num(a, b.trips));
	PUT(o, "days", json_num(a, b.days));
	return o;
}

static struct json *codes_json(struct arena *a, const struct item **it, uint32_t n)
{
	struct json *list = json_arr(a);
	for (uint32_t i = 0; i < n; i++)
		json_add(a, list, json_str(a, it[i]->code));
	return list;
}

static struct str money(struct arena *a, dec v)
{
	struct buf b = buf_new(a);
	dec_print_scaled(&b, dec_round(v, 2, DEC_HALF_EVEN) + 0.00DL);
	return buf_str(&b);
}

static struct json *faq_json(struct arena *a, const struct faq *q, uint32_t n, bool english)
{
	struct json *list = json_arr(a);
	for (uint32_t i = 0; i < n; i++) {
		struct json *o = json_obj(a);
		PUT(o, "question", W(q[i].question));
		PUT(o, "answer", W(q[i].answer));
		json_add(a, list, o);
	}
	return list;
}

// What the depth of an item means for who applies (GB/T 39554.2; 网上申报, 预审, 终审, 全程).
struct words item_depth_name(enum item_depth d)
{
	// The four depths of the 2015 platform; national Ⅰ to Ⅳ of GB/T 39554.2 beside them (domain/02 2.5).
	static const struct { const char *zh, *en; } name[] = {{"", ""}, {"网上申报（Ⅰ）", "Guide online (I)"}, {"网上预审（Ⅱ）", "Pre-check online (II)"},
		{"网上终审（Ⅲ）", "Decided online (III)"}, {"全程网办（Ⅳ）", "Wholly online (IV)"}};
	if (d < DEPTH_GUIDE || d > DEPTH_WHOLE)
		d = 0;
	return (struct words){str_of(name[d].zh), str_of(name[d].en)};
}

struct words item_depth_text(enum item_depth d)
{
	static const struct { const char *zh, *en; } text[] = {{"", ""},
		{"网上申报：网上看指南、下载表格，材料交到窗口办理", "Guide: read and download online; hand in and decide at a window"},
		{"网上预审：网上提交先审一遍，通过后带原件到窗口办理", "Pre-check: submit online for a first look, then bring the originals to a window"},
		{"网上终审：网上受理和决定，最多到现场一次", "Online decision: accepted and decided online, at most one visit"},
		{"全程网办：从申请到领取结果都不用到现场", "Wholly online: no visit from application to result"}};
	if (d < DEPTH_GUIDE || d > DEPTH_WHOLE)
		d = 0;
	return (struct words){str_of(text[d].zh), str_of(text[d].en)};
}

static struct json *places_json(struct arena *a, const struct item *it, bool english)
{
	struct json *list = json_arr(a);
	for (uint32_t i = 0; i < it->n_places; i++) {
		const struct item_place *p = &it->place_of[i];
		struct json *o = json_obj(a);
		PUT(o, "hall", W(p->hall->name));
		PUT(o, "address", W(p->hall->address));
		PUT(o, "hours", W(p->hall->hours));
		PUT(o, "office", W(p->office->name));
		PUT(o, "delegated", json_bool(a, p->delegated));
		PUT(o, "reception", json_bool(a, p->reception));
		PUT(o, "notice", W(p->notice));
		struct str who = words_in(p->delegated ? p->office->name : it->office->name, english);
		PUT(o, "text", json_str(a, p->delegated ?
			str_fmt(a, english ? "Decided here by " STR_FMT " on delegation" : "委托“" STR_FMT "”在这里办理", STR_ARG(who)) :
			str_fmt(a, english ? "Handed in here, decided by " STR_FMT : "在这里递交，由“" STR_FMT "”决定", STR_ARG(who))));
		json_add(a, list, o);
	}
	return list;
}

static struct json *item_json(struct arena *a, const struct item *it, bool english)
{
	struct json *o = json_obj(a);
	PUT(o, "code", json_str(a, it->code));
	PUT(o, "name", W(it->name));
	PUT(o, "summary", W(it->summary));
	PUT(o, "type", W(item_type_name(it->type)));
	PUT(o, "handling_code", json_str(a, it->handling_code));
	PUT(o, "office", W(it->office->name));
	PUT(o, "office_code", json_str(a, it->office->code));
	PUT(o, "promised", limit_json(a, it->promised, english));
	PUT(o, "statutory", limit_json(a, it->statutory, english));
	PUT(o, "statutory_basis", W(it->statutory_basis));
	PUT(o, "visits", json_num(a, it->visits));
	PUT(o, "depth", json_num(a, it->depth));
	PUT(o, "depth_text", W(item_depth_text(it->depth)));
	PUT(o, "visit_reason", W(it->visit_reason));
	PUT(o, "places", places_json(a, it, english));
	PUT(o, "result", it->certificate ? W(it->certificate->name) : W(it->result_paper));
	struct json *list = json_arr(a);
	for (uint32_t i = 0; i < it->n_steps; i++) {
		struct json *s = json_obj(a);
		PUT(s, "kind", json_str(a, str_of(step_kind_code(it->step[i].kind))));
		PUT(s, "name", W(it->step[i].name));
		PUT(s, "role", it->step[i].role ? W(it->step[i].role->name) : json_str(a, S("")));
		PUT(s, "limit", limit_json(a, it->step[i].limit, english));
		json_add(a, list, s);
	}
	PUT(o, "steps", list);
	list = json_arr(a);
	for (uint32_t i = 0; i < it->n_conditions; i++)
		json_add(a, list, W(it->condition[i]));
	PUT(o, "conditions", list);
	list = json_arr(a);
	for (uint32_t i = 0; i < it->n_basis; i++) {
		struct json *s = json_obj(a);
		PUT(s, "law", W(it->basis[i].law));
		PUT(s, "clause", W(it->basis[i].clause));
		PUT(s, "text", W(it->basis[i].text));
		json_add(a, list, s);
	}
	PUT(o, "basis", list);
	PUT(o, "faq", faq_json(a, it->faq, it->n_faq, english));
	PUT(o, "place", W(it->place));
	PUT(o, "hours", W(it->hours));
	PUT(o, "phone", json_str(a, it->phone));
	PUT(o, "complaint_phone", json_str(a, it->complaint_phone));
	list = json_arr(a);
	if (it->deliver_online)
		json_add(a, list, json_str(a, S("electronic")));
	if (it->deliver_window)
		json_add(a, list, json_str(a, S("pickup")));
	if (it->deliver_mail)
		json_add(a, list, json_str(a, S("mail")));
	PUT(o, "delivery", list);
	if (it->sample)
		PUT(o, "sample", W(it->sample_note));
	PUT(o, "english_missing", json_bool(a, english && !it->name.en.n));
	return o;
}

static struct json *need_json(struct arena *a, const struct need *x, bool english)
{
	static const char *const need_code[] = {"required", "optional", "later"};
	struct json *o = json_obj(a);
	PUT(o, "key", json_str(a, x->key));
	PUT(o, "material", json_str(a, x->material->code));
	PUT(o, "name", W(x->material->name));
	PUT(o, "hint", W(x->material->hint));
	PUT(o, "subject", json_str(a, x->subject->code));
	PUT(o, "of", W(x->subject->name));
	PUT(o, "issuer", W(x->material->issuer));
	PUT(o, "need", json_str(a, str_of(need_code[x->need])));
	PUT(o, "in", json_str(a, str_of(truth_code(x->in))));
	PUT(o, "originals", json_num(a, x->originals));
	PUT(o, "copies", json_num(a, x->copies));
	PUT(o, "items", codes_json(a, x->item, x->n_items));
	// How it comes: made by the system, given by a result, offered from the library, or handed in.
	PUT(o, "source", json_str(a, x->material->generated ? S("generated") : x->from_result ? S("result") :
		x->material->certificate ? S("certificate") : S("upload")));
	if (x->material->certificate)
		PUT(o, "certificate", json_str(a, x->material->certificate->code));
	return o;
}

struct json *guide_json(struct arena *a, const struct catalogue *c, struct matter m, const struct guide *g, bool english)
{
	struct json *o = json_obj(a), *list;
	const struct bundle *b = m.bundle;
	PUT(o, "kind", json_str(a, b ? S("bundle") : S("item")));
	PUT(o, "code", json_str(a, b ? b->code : m.item->code));
	PUT(o, "name", W(b ? b->name : m.item->name));
	PUT(o, "name_en", json_str(a, b ? b->name.en : m.item->name.en));
	PUT(o, "summary", W(b ? b->summary : m.item->summary));
	PUT(o, "result_line", W(b ? b->result_line : m.item->result_line));
	PUT(o, "office", W(b ? b->lead->name : m.item->office->name));
	PUT(o, "place", W(b ? b->place : m.item->place));
	PUT(o, "hours", W(b ? b->hours : m.item->hours));
	PUT(o, "phone", json_str(a, b ? b->phone : m.item->phone));
	PUT(o, "complaint_phone", json_str(a, b ? b->complaint_phone : m.item->complaint_phone));
	PUT(o, "version", json_str(a, c->hash));
	PUT(o, "single", json_bool(a, !b && m.item->single));
	PUT(o, "promised", limit_json(a, g->promised, english));
	PUT(o, "visits", json_num(a, g->visits));
	if (!b)
		PUT(o, "statutory", limit_json(a, m.item->statutory, english));
	list = json_arr(a);
	for (uint32_t i = 0; i < g->n_questions; i++) {
		const struct question *q = g->question[i].question;
		struct json *x = json_obj(a), *opts = json_arr(a);
		PUT(x, "code", json_str(a, q->code));
		PUT(x, "text", W(q->text));
		PUT(x, "hint", W(q->hint));
		PUT(x, "why", W(q->why));
		PUT(x, "answer", json_str(a, g->question[i].answer));
		for (uint32_t k = 0; k < q->n_options; k++) {
			struct json *op = json_obj(a);
			PUT(op, "code", json_str(a, q->option[k].code));
			PUT(op, "text", W(q->option[k].text));
			PUT(op, "chosen", json_bool(a, str_eq(q->option[k].code, g->question[i].answer)));
			json_add(a, opts, op);
			if (str_eq(q->option[k].code, g->question[i].answer))
				PUT(x, "answer_text", W(q->option[k].text));
		}
		PUT(x, "options", opts);
		json_add(a, list, x);
	}
	PUT(o, "questions", list);
	PUT(o, "open", json_num(a, g->n_open));
	PUT(o, "answered", json_num(a, g->n_questions - g->n_open));
	if (g->first_open < g->n_questions)
		PUT(o, "next_question", json_str(a, g->question[g->first_open].question->code));
	list = json_arr(a);
	for (uint32_t i = 0; i < g->n_items; i++) {
		struct json *x = item_json(a, g->item[i].item, english);
		PUT(x, "in", json_str(a, str_of(truth_code(g->item[i].in))));
		PUT(x, "after", codes_json(a, g->item[i].after, g->item[i].n_after));
		json_add(a, list, x);
	}
	PUT(o, "items", list);
	list = json_arr(a);
	for (uint32_t i = 0; i < g->n_needs; i++)
		json_add(a, list, need_json(a, &g->need[i], english));
	PUT(o, "materials", list);
	PUT(o, "uploads", json_num(a, g->n_uploads));
	PUT(o, "free_materials", json_num(a, g->n_free));
	list = json_arr(a);
	for (uint32_t i = 0; i < g->n_fees; i++) {
		const struct fee_line *l = &g->fee[i];
		struct json *x = json_obj(a);
		PUT(x, "item", json_str(a, l->item->code));
		PUT(x, "name", W(l->rule->name));
		PUT(x, "standard", W(l->rule->standard));
		PUT(x, "text", W(l->text));
		PUT(x, "basis", W(l->rule->basis));
		PUT(x, "in", json_str(a, str_of(truth_code(l->in))));
		PUT(x, "online", json_bool(a, l->rule->online));
		if (l->known)
			PUT(x, "amount", json_str(a, money(a, l->amount)));
		json_add(a, list, x);
	}
	PUT(o, "fees", list);
	PUT(o, "fee_known", json_bool(a, g->fee_known));
	if (g->fee_known)
		PUT(o, "fee_total", json_str(a, money(a, g->fee_total)));
	list = json_arr(a);
	for (uint32_t i = 0; i < g->n_signatories; i++) {
		struct json *x = json_obj(a);
		PUT(x, "role", json_str(a, g->signatory[i]->role));
		PUT(x, "name", W(g->signatory[i]->name));
		json_add(a, list, x);
	}
	PUT(o, "signatories", list);
	PUT(o, "singly", baseline_json(a, g->singly));
	PUT(o, "together", baseline_json(a, g->together));
	PUT(o, "saved", baseline_json(a, g->saved));
	if (b)
		PUT(o, "faq", faq_json(a, b->faq, b->n_faq, english));
	else
		PUT(o, "faq", faq_json(a, m.item->faq, m.item->n_faq, english));
	struct words note = b ? b->sample_note : m.item->sample_note;
	if (note.zh.n)
		PUT(o, "sample", W(note));
	PUT(o, "english_missing", json_bool(a, english && !(b ? b->name : m.item->name).en.n));
	return o;
}

struct json *form_json(struct arena *a, const struct catalogue *c, const struct form *f, bool english)
{
	(void)c;
	struct json *pages = json_arr(a);
	for (uint32_t p = 0; p < f->n_pages; p++) {
		struct json *page = json_obj(a), *secs = json_arr(a);
		PUT(page, "code", json_str(a, f->page[p].code));
		PUT(page, "title", W(f->page[p].title));
		for (uint32_t s = 0; s < f->page[p].n_sections; s++) {
			const struct form_section *sec = &f->page[p].section[s];
			struct json *so = json_obj(a), *fields = json_arr(a);
			PUT(so, "subject", json_str(a, sec->subject->code));
			PUT(so, "title", W(sec->title));
			for (uint32_t i = 0; i < sec->n_fields; i++) {
				const struct form_field *x = &sec->field[i];
				const struct element *e = x->element;
				struct json *fo = json_obj(a), *items = json_arr(a);
				PUT(fo, "key", json_str(a, x->key));
				PUT(fo, "element", json_str(a, e->code));
				PUT(fo, "label", W(x->label));
				PUT(fo, "hint", W(e->hint));
				PUT(fo, "example", W(e->example));
				PUT(fo, "type", json_str(a, str_of(element_type_code(e->type))));
				PUT(fo, "unit", W(e->unit));
				PUT(fo, "required", json_bool(a, x->required));
				PUT(fo, "max_chars", json_num(a, e->max_chars ? e->max_chars : 200));
				PUT(fo, "sensitivity", json_str(a, str_of(sensitivity_code(e->sensitivity))));
				PUT(fo, "autocomplete", json_str(a, e->autocomplete));
				struct json *opts = json_arr(a);
				for (uint32_t k = 0; k < e->n_options; k++) {
					struct json *op = json_obj(a);
					PUT(op, "code", json_str(a, e->option[k].code));
					PUT(op, "text", W(e->option[k].text));
					json_add(a, opts, op);
				}
				PUT(fo, "options", opts);
				for (uint32_t k = 0; k < x->n_uses; k++)
					json_add(a, items, json_str(a, x->use[k].item->code));
				PUT(fo, "items", items);
				json_add(a, fields, fo);
			}
			PUT(so, "fields", fields);
			json_add(a, secs, so);
		}
		PUT(page, "sections", secs);
		json_add(a, pages, page);
	}
	struct json *o = json_obj(a);
	PUT(o, "pages", pages);
	PUT(o, "fields", json_num(a, f->n_fields));
	PUT(o, "fields_singly", json_num(a, f->n_singly));
	return o;
}
