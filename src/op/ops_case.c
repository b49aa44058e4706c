// ops_case.c — cases: list, page, correction, withdrawal, rating, files and papers.
#include "codec/qr.h"
#include "domain/trail.h"
#include "op/show.h"

static struct err *whole(struct op_call *c, struct kase **k, struct values *vs, struct form *form, struct holding *h, struct cases *children)
{
	struct err *e = case_read(c->p, op_id(c, "case"), k);
	if (!e) e = case_values(c->p, *k, vs);
	if (!e) e = case_form_of(c->p, *k, vs, form);
	if (!e) e = case_holding(c->p, *k, vs, h);
	if (!e) e = case_children(c->p, (*k)->id, children);
	return e;
}

struct err *op_case_list(struct op_call *c)
{
	struct cases mine;
	int64_t before = 0;
	if (op_text(c, "after").n && !str_int(op_text(c, "after"), &before)) return err_field(c->a, E_TYPE, S("after"), S("after"));
	struct err *e = case_of_party(c->p, c->p->actor.party, before, 30, &mine);
	if (e) return e;
	struct json *rows = put_list(c, c->out, "rows");
	int64_t counts[5] = {0};
	static const char *const names[] = {"all", "open", "todo", "closed", "draft"};
	struct str wanted = op_text(c, "state").n ? op_text(c, "state") : S("all");
	put_text(c, c->out, "state", wanted);
	for (size_t i = 0; i < mine.n; i++) {
		struct kase *k = mine.k[i];
		const bool in[] = {true, k->state != CASE_closed && k->state != CASE_draft, k->state == CASE_correcting, k->state == CASE_closed, k->state == CASE_draft};
		bool shown = false;
		for (size_t s = 0; s < countof(in); s++) {
			counts[s] += in[s];
			shown |= in[s] && str_eq(wanted, str_of(names[s]));
		}
		if (!shown) continue;
		struct json *o = list_obj(c, rows);
		put_text(c, o, "case", k->number);
		put_text(c, o, "href", case_href(c, k));
		put_text(c, o, "name", matter_name(c, k));
		put_text(c, o, "text", state_sentence(c, k));
		put_ms(c, o, "at", k->changed_ms);
		put_light(c, o, "light", k);
		if (k->state == CASE_draft) put_link(c, o, "action", tr(c, "继续填写", "Continue"), case_href(c, k));
		if (k->state == CASE_correcting) put_link(c, o, "action", tr(c, "去补正", "Correct"), str_fmt(c->a, STR_FMT "/correction", STR_ARG(case_href(c, k))));
	}
	struct json *tabs = put_list(c, c->out, "tabs");
	for (size_t i = 0; i < countof(names); i++) {
		struct json *t = list_obj(c, tabs);
		put_text(c, t, "state", str_of(names[i]));
		put_int(c, t, "count", counts[i]);
	}
	if (mine.more) put_text(c, c->out, "next", str_fmt(c->a, "/cases?after=%lld", (long long)mine.k[mine.n - 1]->id));
	return NULL;
}

static int64_t rating_days(const struct kase *k)
{
	return catalogue_setting_int(k->cat, S("rating_days"), 30);
}

static bool rating_open(struct op_call *c, const struct kase *k)
{
	return k->state == CASE_closed && day_shanghai(c->p->now_ms) <= day_shanghai(k->closed_ms) + rating_days(k);
}

// The item an order is for, as it stands in the versions of these cases.
static const struct item *item_of_order(const struct kase *k, const struct cases *children, const struct pay_order *o)
{
	for (size_t i = 0; i < children->n; i++)
		if (children->k[i]->id == o->item_case) return children->k[i]->matter.item;
	return k->matter.item;
}

static void put_payment(struct op_call *c, const struct kase *k, const struct cases *children)
{
	struct pay_order *o;
	size_t n;
	if (pay_orders_of_case(c->p, k->id, &o, &n) || !n) return;
	size_t at = n - 1;
	for (size_t i = n; i-- > 0;)
		if (str_is(o[i].state, "new")) at = i;                 // what is still due comes first
	struct json *j = put_obj(c, c->out, "payment");
	put_id(c, j, "id", o[at].id);
	put_fee_name(c, j, item_of_order(k, children, &o[at]), o[at].title);
	put_int(c, j, "fen", o[at].amount_fen);
	put_day(c, j, "due", day_shanghai(o[at].expires_ms));
	put_text(c, j, "state", str_is(o[at].state, "paid") ? S("paid") : str_is(o[at].state, "refunded") || (str_is(o[at].state, "refunding") && o[at].refund_ms && !str_is(o[at].refund_why, "late")) ? S("refunded") : S("due"));
	put_ms(c, j, "at", o[at].paid_ms);
}

static void put_refunds(struct op_call *c, const struct kase *k, const struct cases *children)
{
	static const char *const why[][3] = {{"refused", "这一事项没有通过", "an item was refused"}, {"withdrawn", "申请已撤回", "it was withdrawn"},
		{"skipped", "这一事项不再办理", "an item is not done any more"}, {"late", "付款时缴费单已过期", "the order had run out"},
		{"closed", "付款时事项已经结束", "the item had ended"}};
	struct pay_order *o;
	size_t n;
	if (pay_orders_of_case(c->p, k->id, &o, &n)) return;
	struct json *list = put_list(c, c->out, "refunds");
	for (size_t i = 0; i < n; i++) {
		if (!o[i].refund_ms) continue;
		struct json *j = list_obj(c, list);
		put_id(c, j, "order", o[i].id);
		put_fee_name(c, j, item_of_order(k, children, &o[i]), o[i].title);
		put_int(c, j, "fen", o[i].amount_fen);
		put_text(c, j, "state", o[i].state);
		put_ms(c, j, "asked", o[i].refund_ms);
		put_ms(c, j, "at", o[i].refunded_ms);
		for (size_t w = 0; w < countof(why); w++)
			if (str_eq(o[i].refund_why, str_of(why[w][0]))) put_text(c, j, "why", tr(c, why[w][1], why[w][2]));
	}
}

static void put_delivery(struct op_call *c, const struct kase *k)
{
	struct post_order post;
	struct cert *cert;
	size_t n = 0;
	bool found = false;
	struct str way = json_text(json_get(k->delivery, S("way")));
	if (!way.n || !k->received_ms) return;
	if (post_of_case(c->p, k->id, &post, &found) || cert_of_case(c->p, k->id, &cert, &n)) return;
	struct json *j = put_obj(c, c->out, "delivery");
	put_text(c, j, "method", str_is(way, "mail") ? S("post") : str_is(way, "pickup") ? S("counter") : S("electronic"));
	struct str text = str_is(way, "mail") ? tr(c, "结果做好后寄出", "sent once it is made") : str_is(way, "pickup") ? tr(c, "结果做好后到窗口领取", "to be picked up once it is made")
		: k->state == CASE_closed ? tr(c, "结果在下面的文书里", "the result is among the papers below")
		: tr(c, "办成后可以下载电子证照", "the electronic certificate can be downloaded once it is issued");
	if (found && post.n_track) {
		// The courier's words are Chinese; for an English reader the state is told instead.
		static const char *const told[][2] = {{"new", "with the courier, to be collected"}, {"sent", "on its way"}, {"delivered", "delivered"},
			{"ready", "ready to be picked up at the counter"}, {"handed_over", "picked up at the counter"}};
		if (!c->p->actor.english) text = post.track[post.n_track - 1].text;
		for (size_t i = 0; c->p->actor.english && i < countof(told); i++)
			if (str_eq(post.state, str_of(told[i][0]))) text = str_of(told[i][1]);
	}
	put_text(c, j, "text", text);
	if (found) put_text(c, j, "tracking", post.courier_no);
	if (n && c->own) {
		const struct certificate_type *t = catalogue_certificate(k->cat, cert[n - 1].type);
		put_id(c, j, "certificate", cert[n - 1].id);
		put_words(c, j, "certificate_name", t ? t->name : (struct words){0});
	}
}

static struct err *put_correction(struct op_call *c, const struct kase *k)
{
	struct marks m;
	struct err *e = case_marks(c->p, k->id, &m);
	if (e || !m.n || k->accepted_ms) return e;
	struct json *j = put_obj(c, c->out, "correction"), *points = put_list(c, j, "points");
	put_bool(c, j, "open", k->state == CASE_correcting);
	put_text(c, j, "text", tr(c, "只改标出的地方，其他内容不用动。", "Change only what is marked."));
	for (size_t i = 0; i < m.n; i++) json_add(c->a, points, json_str(c->a, m.m[i].reason));
	return NULL;
}

struct err *op_case_get(struct op_call *c)
{
	struct kase *k;
	struct values vs;
	struct form form;
	struct holding h;
	struct cases children;
	struct rating rating;
	bool rated;
	int64_t now;
	struct err *e = whole(c, &k, &vs, &form, &h, &children);
	if (!e) e = rating_of(c->p, k->id, &rating, &rated);
	if (e) return e;
	struct str role = S("");
	bool staff = c->p->actor.office.n != 0;
	if (!c->own && !staff) {
		e = case_role_of(c->p, k, c->p->actor.party, &role);
		if (e) return e;
		const struct bundle *b = k->matter.bundle;
		for (uint32_t i = 0; b && i < b->n_signatories; i++)
			if (str_eq(b->signatory[i].role, role)) role = b->signatory[i].subject->code;
	}
	struct json *o = c->out;
	put_id(c, o, "id", k->id);
	put_int(c, o, "version", k->version);
	put_text(c, o, "state", str_of(case_state_name(k->state)));
	put_text(c, o, "outcome", k->outcome);
	put_text(c, o, "no", k->number);
	put_name_parts(c, o, "name_parts", k->matter);
	put_light(c, o, "light", k);
	put_bool(c, o, "closed", k->state == CASE_closed);
	put_text(c, o, "sentence", state_sentence(c, k));
	put_payment(c, k, &children);
	put_refunds(c, k, &children);
	struct json *due = json_get(o, S("payment"));
	bool pay = due && str_is(json_text(json_get(due, S("state"))), "due") && k->state == CASE_running;
	if (pay && c->own) {
		put_text(c, o, "todo", tr(c, "需要您缴费，缴费后自动继续办理。", "Please pay; then it goes on by itself."));
		put_link(c, o, "action", tr(c, "去缴费", "Pay"), str_fmt(c->a, "/pay/" STR_FMT, STR_ARG(json_text(json_get(due, S("id"))))));
	} else if (k->state == CASE_correcting && c->own) {
		put_text(c, o, "todo", tr(c, "需要您补正标出的内容，补正后再次提交。", "Please correct what is marked and submit again."));
		put_link(c, o, "action", tr(c, "去补正", "Correct"), str_fmt(c->a, "/case/" STR_FMT "/correction", STR_ARG(k->number)));
	} else if (k->state == CASE_signing) {
		put_text(c, o, "todo", tr(c, "等各方确认后才算正式收件。", "It is received once everybody has confirmed."));
	} else if (k->state == CASE_checking) {
		put_text(c, o, "todo", tr(c, "有关单位答复后自动办理；没有及时答复的，由工作人员办理。无需您操作。",
			"It goes on by itself when the other offices have answered; if they do not in time, staff will handle it. Nothing for you to do."));
	} else if (k->state != CASE_closed) {
		put_text(c, o, "todo", tr(c, "目前无需您操作。", "Nothing for you to do now."));
	} else if (c->own && !rated && rating_open(c, k) && !str_is(k->outcome, "withdrawn")) {
		put_text(c, o, "todo", tr(c, "请评价这次服务。", "Please rate the service."));
		put_link(c, o, "action", tr(c, "去评价", "Rate"), str_fmt(c->a, "/case/" STR_FMT "/rate", STR_ARG(k->number)));
	}
	struct json *exceptions = put_list(c, o, "exceptions");
	for (size_t i = 0; i < children.n; i++) {
		struct kase *child = children.k[i];
		enum light light;
		int32_t left;
		struct str text = S(""), said = S("");
		if (str_is(child->outcome, "refused")) {
			// What somebody typed stays as typed: Chinese, which an English reader is told.
			text = str_fmt(c->a, !c->p->actor.english ? STR_FMT "没有通过：" : child->reason.n ? STR_FMT " was refused. The office gives its reason in Chinese:"
				: STR_FMT " was refused.", STR_ARG(matter_name(c, child)));
			said = child->reason;
		}
		else if (str_is(child->outcome, "withdrawn") && !str_is(k->outcome, "withdrawn")) text = str_fmt(c->a, c->p->actor.english ? STR_FMT " was withdrawn" : STR_FMT "已撤回", STR_ARG(matter_name(c, child)));
		else if (!case_light(c->p, child, &light, &left) && light == LIGHT_OVERDUE)
			text = str_fmt(c->a, c->p->actor.english ? STR_FMT " is %d working days late" : STR_FMT "超过承诺时限 %d 个工作日", STR_ARG(matter_name(c, child)), -left);
		if (!text.n) continue;
		struct json *x = list_obj(c, exceptions);
		if (child->state != CASE_closed) put_text(c, x, "light", S("overdue"));
		put_text(c, x, "text", text);
		put_text(c, x, "said", said);
	}
	put_json(c, o, "steps", show_steps(c, k, &children, &now));
	put_int(c, o, "step_now", now);
	if (children.n) {
		put_text(c, o, "parallel_title", c->p->actor.english ? str_fmt(c->a, "%zu items of this application", children.n) : str_fmt(c->a, "一次办的 %zu 项", children.n));
		put_json(c, o, "branches", show_branches(c, k, &children, staff));
	}
	e = put_correction(c, k);
	if (e) return e;
	put_delivery(c, k);
	e = show_machine(c, k, o);
	if (!e) e = show_sources(c, k, o);
	if (e) return e;
	struct json *saved = json_path(k->saved, "saved");
	if (saved) {
		int64_t n = 0, prefilled = 0;
		struct json *s = put_obj(c, o, "savings");
		if (json_int(json_get(saved, S("papers")), &n)) put_int(c, s, "materials", n);
		if (json_int(json_get(saved, S("trips")), &n)) put_int(c, s, "visits", n);
		if (json_int(json_get(saved, S("days")), &n)) put_int(c, s, "days", n);
		for (size_t i = 0; i < vs.n; i++) prefilled += !str_is(vs.v[i].source, "self") && !str_is(vs.v[i].source, "window");
		put_int(c, s, "fields", prefilled);
	}
	if (c->own || staff) put_json(c, o, "papers", show_papers(c, k));
	struct json *sections = show_sections(c, k, &form, &vs, role, false, c->own), *info = put_list(c, o, "info");
	for (uint32_t i = 0; i < sections->n && info->n < 4; i++) {
		struct json *rows = json_get(sections->item[i], S("rows"));
		for (uint32_t r = 0; r < json_count(rows) && r < 1; r++) {
			struct json *row = json_obj(c->a);
			put_text(c, row, "label", json_text(json_get(sections->item[i], S("title"))));
			put_text(c, row, "value", json_text(json_get(rows->item[r], S("value"))));
			json_add(c->a, info, row);
		}
	}
	put_json(c, o, "sections", sections);
	struct json *materials = put_list(c, o, "materials");
	for (size_t i = 0; i < h.n; i++) {
		bool own = !role.n || !h.h[i].need.subject || h.h[i].need.subject->kind == SUBJECT_THING || str_eq(h.h[i].need.subject->code, role);
		if (own) json_add(c->a, materials, show_material(c, k, &h.h[i], (int64_t)i + 1));
	}
	put_int(c, o, "material_count", materials->n);
	put_json(c, o, "trail", show_trail(c, k, &children));
	put_bool(c, o, "can_withdraw", c->own && k->state != CASE_closed && k->state != CASE_draft);
	put_bool(c, o, "can_rate", c->own && rating_open(c, k) && !rated && !str_is(k->outcome, "withdrawn"));
	if (rated) put_text(c, o, "rated", str_fmt(c->a, "%d", rating.level));
	if (rated && c->own) e = show_rectification(c, k, o);
	if (e) return e;
	put_text(c, o, "phone_tail", k->number.n >= 4 ? str_from(k->number, k->number.n - 4) : S(""));
	return NULL;
}

// One process, drawn and in words. An item that waits for others has none yet.
static struct err *put_flow(struct op_call *c, struct json *list, struct json *rest, const struct kase *k)
{
	struct flow_instance *inst;
	struct buf svg = buf_new(c->a);
	struct err *e = flow_find(c->p, k->id, &inst);
	if (e) return e;
	struct json *o = list_obj(c, inst ? list : rest);
	put_text(c, o, "name", matter_name(c, k));
	put_light(c, o, "light", k);
	put_text(c, o, "text", k->state == CASE_waiting ? tr(c, "还没有轮到", "Not its turn yet") : state_sentence(c, k));
	if (!inst) return NULL;
	e = flow_draw(c->p, inst, str_fmt(c->a, "flow%u", list->n), FLOW_PUBLIC, c->p->actor.english, &svg);
	if (e) return e;
	put_json(c, o, "diagram", svg_value(c, buf_str(&svg)));
	return show_outline(c, inst, FLOW_PUBLIC, put_list(c, o, "outline"));
}

struct err *op_case_flow(struct op_call *c)
{
	struct kase *k;
	struct cases children;
	struct err *e = case_read(c->p, op_id(c, "case"), &k);
	if (!e) e = case_children(c->p, k->id, &children);
	if (e) return e;
	put_text(c, c->out, "case", k->number);
	put_text(c, c->out, "name", matter_name(c, k));
	put_ms(c, c->out, "at", c->p->now_ms);
	struct json *list = put_list(c, c->out, "list"), *rest = put_list(c, c->out, "rest");
	e = put_flow(c, list, rest, k);
	for (size_t i = 0; i < children.n && !e; i++) e = put_flow(c, list, rest, children.k[i]);
	return e;
}

struct err *op_case_find(struct op_call *c)
{
	int64_t id;
	struct op_access x;
	struct err *e = case_by_number(c->p, op_text(c, "number"), &id);
	if (!e) e = op_access(c, "case", id, &x);
	// A number alone opens nothing: only those who may see the case learn that it exists.
	if (!e && !x.own && !x.party && !x.office && !x.unit) e = err_arg(c->a, E_NOT_FOUND, tr(c, "这个编号的办件", "A case with this number"));
	if (!e) put_id(c, c->out, "case", id);
	return e;
}

struct err *op_case_done(struct op_call *c)
{
	struct kase *k;
	struct paper_row *paper;
	size_t n;
	struct qr qr;
	struct err *e = case_read(c->p, op_id(c, "case"), &k);
	if (!e) e = paper_list(c->p, k->id, &paper, &n);
	if (!e && !k->number.n) e = err_arg(c->a, E_NOT_FOUND, tr(c, "办件编号", "The number"));
	if (!e) e = qr_make(c->a, str_fmt(c->a, STR_FMT "/case/" STR_FMT, STR_ARG(c->p->domain->base_url), STR_ARG(k->number)), &qr);
	if (e) return e;
	struct buf svg = buf_new(c->a);
	qr_svg(&svg, &qr, tr(c, "办件编号二维码", "QR code of the case"));
	put_text(c, c->out, "case", k->number);
	put_text(c, c->out, "name", matter_name(c, k));
	put_json(c, c->out, "qr", svg_value(c, buf_str(&svg)));
	struct json *next = put_list(c, c->out, "next");
	struct { const char *zh, *en, *note_zh, *note_en; } steps[] = {
		{"等待受理", "Acceptance", "窗口核对后告知是否受理；逾五个工作日没有告知的，视为受理", "You will be told; after five working days without a word it counts as accepted"},
		{"各部门办理", "The offices work", "按先后顺序和并联自动推进，您可以随时查看", "In order and in parallel; follow it at any time"},
		{"领取结果", "The result", "电子证照可以直接下载", "The electronic certificate can be downloaded"}};
	const struct item *it = k->matter.item;
	if (it && it->depth == DEPTH_PRECHECK) {                  // a first look only: the papers themselves are still to be seen
		struct json *o = list_obj(c, next);
		put_text(c, o, "title", tr(c, "带原件到窗口", "Bring the originals"));
		put_text(c, o, "note", str_fmt(c->a, STR_FMT "，" STR_FMT, STR_ARG(words(c, it->place)), STR_ARG(words(c, it->hours))));
	}
	for (size_t i = 0; i < countof(steps); i++) {
		struct json *o = list_obj(c, next);
		if (i == 2 && it && it->depth == DEPTH_ONLINE && it->visits) {
			steps[i].note_zh = "到现场一次，领取时核对原件";
			steps[i].note_en = "One visit; bring the originals";
		}
		put_text(c, o, "title", tr(c, steps[i].zh, steps[i].en));
		put_text(c, o, "note", tr(c, steps[i].note_zh, steps[i].note_en));
	}
	for (size_t i = 0; i < n; i++)
		if (str_is(paper[i].code, "receipt")) put_id(c, c->out, "receipt", paper[i].id);
	return NULL;
}

// ---- correction ----

struct err *op_case_correction(struct op_call *c)
{
	struct kase *k;
	struct values vs;
	struct form form;
	struct holding h;
	struct cases children;
	struct marks marks;
	struct paper_row *paper;
	size_t n;
	struct err *e = whole(c, &k, &vs, &form, &h, &children);
	if (!e) e = case_marks(c->p, k->id, &marks);
	if (!e) e = paper_list(c->p, k->id, &paper, &n);
	if (e) return e;
	if (k->state != CASE_correcting) return err_args(c->a, E_CASE_STATE, case_state_words(k->state).zh, case_state_words(k->state).en, S(""));
	const struct office *office = case_window(k);
	int64_t ready = 0;
	put_id(c, c->out, "id", k->id);
	put_int(c, c->out, "version", k->version);
	put_text(c, c->out, "case", k->number);
	put_text(c, c->out, "name", matter_name(c, k));
	put_words(c, c->out, "asked_by", office ? office->name : (struct words){S("窗口"), S("the counter")});
	for (size_t i = 0; i < n; i++)
		if (str_is(paper[i].code, "correction_notice")) put_id(c, c->out, "paper", paper[i].id);
	struct json *fields = put_list(c, c->out, "fields"), *materials = put_list(c, c->out, "materials");
	for (size_t i = 0; i < marks.n; i++) {
		ready += marks.m[i].fixed;
		if (!str_is(marks.m[i].kind, "field")) continue;
		const struct form_field *f = form_find(&form, marks.m[i].key);
		struct value *v = values_find(&vs, marks.m[i].key), own;
		if (!f) continue;
		// A marked value may be typed over, wherever it came from.
		if (v) own = *v, own.source = S("self"), v = &own;
		struct json *field = show_field(c, k, f, v, marks.m[i].fixed ? S("") : marks.m[i].reason);
		put_bool(c, field, "typed", !marks.m[i].fixed);
		json_add(c->a, fields, field);
	}
	for (size_t i = 0; i < h.n; i++)
		if (h.h[i].mark.n) json_add(c->a, materials, show_material(c, k, &h.h[i], (int64_t)materials->n + 1));
	put_int(c, c->out, "ready", ready);
	put_int(c, c->out, "total", (int64_t)marks.n);
	return NULL;
}

struct err *op_case_correct(struct op_call *c)
{
	struct kase *k;
	struct err *e = case_read(c->p, op_id(c, "case"), &k);
	if (!e && op_int(c, "version", k->version) != k->version) e = err_new(c->a, E_STALE);
	if (!e) e = case_correct(c->p, k, op_json(c, "values"));
	if (!e) put_id(c, c->out, "case", k->id);
	return e;
}

struct err *op_case_resubmit(struct op_call *c)
{
	struct kase *k;
	struct err *e = case_read(c->p, op_id(c, "case"), &k);
	if (!e && op_int(c, "version", k->version) != k->version) e = err_new(c->a, E_STALE);
	if (!e) e = case_resubmit(c->p, k);
	if (e) return e;
	put_id(c, c->out, "case", k->id);
	put_text(c, c->out, "state", str_of(case_state_name(k->state)));
	return NULL;
}

// ---- withdrawal, rating, unmasking ----

struct err *op_case_withdrawal(struct op_call *c)
{
	struct kase *k;
	struct cases children;
	struct err *e = case_read(c->p, op_id(c, "case"), &k);
	if (!e) e = case_children(c->p, k->id, &children);
	if (e) return e;
	put_id(c, c->out, "id", k->id);
	put_text(c, c->out, "case", k->number);
	put_text(c, c->out, "name", matter_name(c, k));
	struct json *effects = put_list(c, c->out, "effects"), *items = put_list(c, c->out, "items");
	json_add(c->a, effects, json_str(c->a, tr(c, "还没有办结的事项停止办理；已办结的不受影响。", "Items not yet done are stopped; what is done stays.")));
	json_add(c->a, effects, json_str(c->a, tr(c, "已交的材料按规定保存，需要时可以重新申请。", "Papers are kept as the rules say; you may apply again.")));
	for (size_t i = 0; i < children.n; i++) {
		if (children.k[i]->state == CASE_closed) continue;
		struct json *o = list_obj(c, items);
		put_text(c, o, "value", children.k[i]->what);
		put_text(c, o, "label", matter_name(c, children.k[i]));
	}
	return NULL;
}

struct err *op_case_withdraw(struct op_call *c)
{
	struct kase *k;
	struct err *e = case_read(c->p, op_id(c, "case"), &k);
	if (!e) e = case_withdraw(c->p, k, op_text(c, "item"), op_text(c, "reason"));
	if (e) return e;
	put_id(c, c->out, "case", k->id);
	put_text(c, c->out, "state", str_of(case_state_name(k->state)));
	return NULL;
}

struct err *op_case_rating(struct op_call *c)
{
	struct kase *k;
	struct rating r;
	bool rated;
	struct err *e = case_read(c->p, op_id(c, "case"), &k);
	if (!e) e = rating_of(c->p, k->id, &r, &rated);
	if (e) return e;
	put_id(c, c->out, "id", k->id);
	put_text(c, c->out, "case", k->number);
	put_text(c, c->out, "name", matter_name(c, k));
	put_text(c, c->out, "stage", tr(c, "办结", "Closed"));
	struct json *list = put_list(c, c->out, "tags");
	for (size_t i = 0; i < countof(rating_tags); i++) {
		struct json *o = list_obj(c, list);
		put_text(c, o, "value", str_of(rating_tags[i][0]));
		put_text(c, o, "label", tr(c, rating_tags[i][1], rating_tags[i][2]));
	}
	put_bool(c, c->out, "done", rated);
	put_bool(c, c->out, "bad", rated && rating_bad(r.level));
	if (rated) put_text(c, c->out, "level", str_fmt(c->a, "%d", r.level));
	return NULL;
}

struct err *op_case_rate(struct op_call *c)
{
	struct kase *k;
	struct err *e = case_read(c->p, op_id(c, "case"), &k);
	if (!e && k->state != CASE_closed) e = err_new(c->a, E_REVIEW_OPEN);
	if (!e && !rating_open(c, k)) e = err_arg(c->a, E_REVIEW_OVER, str_fmt(c->a, "%lld", (long long)rating_days(k)));
	if (!e) e = rating_give(c->p, k->home, k->id, (int32_t)op_int(c, "level", 0), op_text(c, "tags"), op_text(c, "comment"));
	int64_t rectify;
	if (!e && rating_bad((int32_t)op_int(c, "level", 0))) e = rectify_open(c->p, k, &rectify);
	if (e) return e;
	struct json *d = json_obj(c->a);
	json_put(c->a, d, S("level"), json_num(c->a, op_int(c, "level", 0)));
	put_id(c, c->out, "case", k->id);
	return trail_add(c->p, "rating", k->id, k->home, d);
}

struct err *op_case_reveal(struct op_call *c)
{
	struct kase *k;
	struct values vs;
	struct err *e = case_read(c->p, op_id(c, "case"), &k);
	if (!e) e = case_values(c->p, k, &vs);
	if (e) return e;
	struct value *v = values_find(&vs, op_text(c, "field"));
	if (!v) return err_arg(c->a, E_NOT_FOUND, tr(c, "这一项", "This field"));
	trail_look(c->p, "case", k->id, k->home, op_text(c, "field"), op_text(c, "purpose"));
	put_text(c, c->out, "value", v->text);
	return trail_add(c->p, "access", k->id, k->home, NULL);
}

// ---- bytes ----

// Staff who open a paper or a file see personal data: written down before the bytes go out.
static struct err *looked(struct op_call *c, int64_t case_id, const char *what)
{
	struct kase *k;
	if (!c->p->actor.office.n) return NULL;
	struct err *e = case_read(c->p, case_id, &k);
	if (e) return e;
	trail_look(c->p, "case", k->id, k->home, str_of(what), str_of(c->op->zh));
	return trail_add(c->p, "access", k->id, k->home, NULL);
}

// A signatory sees what is shared and what is his own, as on the page he confirms.
static struct err *may_see(struct op_call *c, int64_t id, struct str material)
{
	struct kase *k;
	struct str role, rest = material, subject;
	if (c->own || c->p->actor.office.n) return NULL;
	struct err *e = case_read(c->p, id, &k);
	if (!e) e = case_role_of(c->p, k, c->p->actor.party, &role);
	if (e) return e;
	str_cut(&rest, S("."));
	const struct subject *s = catalogue_subject(k->cat, rest);
	const struct bundle *b = k->matter.bundle;
	subject = role;
	for (uint32_t i = 0; b && i < b->n_signatories; i++)
		if (str_eq(b->signatory[i].role, role)) subject = b->signatory[i].subject->code;
	if (!s || s->kind == SUBJECT_THING || str_eq(s->code, subject)) return NULL;
	return err_arg(c->a, E_NOT_FOUND, tr(c, "这个文件", "This file"));
}

struct err *op_file_get(struct op_call *c)
{
	struct file_row f;
	int64_t id;
	struct err *e = case_of_file(c->p, op_id(c, "file"), &id);
	if (!e) e = case_file_read(c->p, id, op_id(c, "file"), &f);
	if (!e) e = may_see(c, id, f.material);
	if (!e) *c->stream = (struct op_stream){.blob = f.blob, .size = f.size, .type = f.type, .name = f.name};
	return e ? e : looked(c, id, "file");
}

struct err *op_paper_get(struct op_call *c)
{
	struct str title, bytes;
	int64_t id;
	struct err *e = paper_pdf(c->p, op_id(c, "paper"), &title, &bytes);
	if (!e) e = paper_case(c->p, op_id(c, "paper"), &id);
	if (!e) e = looked(c, id, "paper");
	if (!e) *c->stream = (struct op_stream){.bytes = bytes, .size = (int64_t)bytes.n, .type = S("application/pdf"),
		.name = str_fmt(c->a, STR_FMT ".pdf", STR_ARG(title))};
	return e;
}
