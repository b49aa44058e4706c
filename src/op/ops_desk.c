// ops_desk.c — the integrated window: check what was received, accept or return once.
#include "domain/trail.h"
#include "op/desk.h"
#include "op/show.h"

// 网上预审 (depth Ⅱ) of what was not filed at the window itself.
static bool papers_owed(const struct kase *k)
{
	return k->matter.item && k->matter.item->depth == DEPTH_PRECHECK && !str_eq(k->via, str_of(via_name(VIA_WINDOW)));
}

struct err *desk_rail(struct op_call *c, int64_t current)
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

void desk_steps(struct op_call *c, const char *now)
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
	if (!e) e = desk_rail(c, k->id);
	if (e) return e;
	struct json *o = c->out;
	put_id(c, o, "receipt", k->id);
	put_int(c, o, "version", k->version);
	put_text(c, o, "number", k->number);
	put_text(c, o, "state", str_of(case_state_name(k->state)));
	put_text(c, o, "digest", k->digest);
	desk_steps(c, k->state == CASE_received ? "accept" : k->state == CASE_draft ? "material" : "accept");
	if (k->state == CASE_draft) put_ms(c, o, "saved_at", k->changed_ms);
	struct json *a = put_obj(c, o, "applicant");
	put_text(c, a, "masked", party.masked);
	put_text(c, a, "document", document_type_words(c, party.document_type));
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
	if (!e) e = show_sources(c, k, o);
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

// The next application that waits, so that a clerk never goes back to a list: one of two, as the first may be this one.
enum { NEXT = 2 };

static struct err *put_next(struct op_call *c, int64_t done)
{
	struct task_page open;
	struct err *e = task_list(c->p, c->p->actor.office, S("clerk"), -1, 0, NEXT, &open);
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

// Before anything is read: what is certain to be asked for travels with the first query.
void op_desk_accept_ahead(struct op_call *c)
{
	task_ahead(c->p, op_id(c, "case"), S("accept"));
	task_list_ahead(c->p, c->p->actor.office, S("clerk"), NEXT);
}

struct err *op_desk_accept(struct op_call *c)
{
	struct kase *k;
	struct values vs;
	struct holding h;
	struct err *missing = NULL, *e = seen(c, &k);
	if (!e) e = case_whole(c->p, k);
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
