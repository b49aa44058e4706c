// show.c — pieces of replies that several operations share.
#include "op/show.h"

#include <stdlib.h>

#include "codec/ids.h"
#include "domain/journal/journal.h"

void put_json(struct op_call *c, struct json *o, const char *key, struct json *v)
{
	if (v) json_put(c->a, o, str_of(key), v);
}

void put_text(struct op_call *c, struct json *o, const char *key, struct str s)
{
	if (s.n) json_put(c->a, o, str_of(key), json_str(c->a, s));
}

void put_words(struct op_call *c, struct json *o, const char *key, struct words w)
{
	put_text(c, o, key, words(c, w));
}

void put_int(struct op_call *c, struct json *o, const char *key, int64_t v)
{
	json_put(c->a, o, str_of(key), json_num(c->a, v));
}

void put_id(struct op_call *c, struct json *o, const char *key, int64_t id)
{
	if (id) json_put(c->a, o, str_of(key), json_id(c->a, id));
}

void put_bool(struct op_call *c, struct json *o, const char *key, bool v)
{
	json_put(c->a, o, str_of(key), json_bool(c->a, v));
}

void put_day(struct op_call *c, struct json *o, const char *key, day_t d)
{
	if (!d || d == INT32_MAX) return;
	struct buf b = buf_new(c->a);
	day_print(&b, d);
	put_text(c, o, key, buf_str(&b));
}

void put_ms(struct op_call *c, struct json *o, const char *key, int64_t ms)
{
	if (ms) put_int(c, o, key, ms);
}

struct json *put_obj(struct op_call *c, struct json *o, const char *key)
{
	struct json *n = json_obj(c->a);
	json_put(c->a, o, str_of(key), n);
	return n;
}

struct json *put_list(struct op_call *c, struct json *o, const char *key)
{
	struct json *n = json_arr(c->a);
	json_put(c->a, o, str_of(key), n);
	return n;
}

struct json *list_obj(struct op_call *c, struct json *list)
{
	struct json *n = json_obj(c->a);
	json_add(c->a, list, n);
	return n;
}

void put_link(struct op_call *c, struct json *o, const char *key, struct str label, struct str href)
{
	struct json *l = put_obj(c, o, key);
	put_text(c, l, "label", label);
	put_text(c, l, "href", href);
}

struct str tr(struct op_call *c, const char *zh, const char *en)
{
	return str_of(c->p->actor.english ? en : zh);
}

struct str words(struct op_call *c, struct words w)
{
	return words_in(w, c->p->actor.english);
}

struct str day_text(struct op_call *c, day_t d)
{
	static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	struct civil v = day_civil(d);
	return c->p->actor.english ? str_fmt(c->a, "%d %s", v.day, months[v.month - 1]) : str_fmt(c->a, "%d月%d日", v.month, v.day);
}

void put_fee_name(struct op_call *c, struct json *o, const struct item *it, struct str title)
{
	struct words name = {title, S("")};
	for (uint32_t i = 0; it && i < it->n_fees; i++)
		if (str_eq(it->fee[i].name.zh, title)) name.en = it->fee[i].name.en;
	put_words(c, o, "name", name);
	put_bool(c, o, "chinese", c->p->actor.english && !name.en.n);
}

void put_limit(struct op_call *c, struct json *o, const char *key, struct limit l)
{
	struct json *v = put_obj(c, o, key);
	put_int(c, v, "n", l.unit == LIMIT_ON_SPOT ? 0 : l.n);
	put_text(c, v, "unit", l.unit == LIMIT_ON_SPOT ? S("working_day") : str_of(limit_unit_code(l.unit)));
}

struct err *show_listed(struct op_call *c, const struct task_page *page, size_t n, struct listed **out)
{
	int64_t *ids = arena_newn(c->a, int64_t, n + 1);
	for (size_t i = 0; i < n; i++) ids[i] = page->task[i].case_id;
	return case_listed(c->p, ids, n, out);
}

void put_light(struct op_call *c, struct json *o, const char *key, const struct kase *k)
{
	struct json *v = put_obj(c, o, key);
	enum light light;
	int32_t left;
	struct err *e = case_light(c->p, k, &light, &left);
	const char *state = "normal";
	if (k->state == CASE_closed) state = "done";
	else if (e || light == LIGHT_NONE) state = "waiting";
	else if (light == LIGHT_YELLOW || light == LIGHT_RED) state = "near";
	else if (light == LIGHT_OVERDUE) state = "overdue";
	put_text(c, v, "state", str_of(state));
	if (k->state == CASE_closed || e || light == LIGHT_NONE) return;
	put_int(c, v, "days", left < 0 ? -left : left);
	put_bool(c, v, "over", light == LIGHT_OVERDUE);
	if (left == 0 && light != LIGHT_OVERDUE) put_int(c, v, "hours", (k->due_ms - c->p->now_ms + 3599999) / 3600000);
}

struct str document_type_words(struct op_call *c, struct str code)
{
	for (const struct ids_type *d = ids_types; d->code; d++)
		if (str_eq(code, str_of(d->code))) return tr(c, d->zh, d->en);
	return code;
}

struct str matter_name(struct op_call *c, const struct kase *k)
{
	return words(c, k->matter.bundle ? k->matter.bundle->name : k->matter.item->name);
}

struct str matter_short(struct op_call *c, struct matter m)
{
	return words(c, m.bundle ? m.bundle->name : m.item->name);
}

// Long Chinese names break by meaning: behind 及, 和, 、 and before a bracket.
void put_name_parts(struct op_call *c, struct json *o, const char *key, struct matter m)
{
	struct json *parts = put_list(c, o, key);
	struct str name = matter_short(c, m);
	static const char *const marks[] = {"及", "、"};
	for (size_t i = 0; i < countof(marks) && !c->p->actor.english; i++) {
		ptrdiff_t at = str_find(name, str_of(marks[i]));
		if (at <= 0) continue;
		size_t cut = (size_t)at + strlen(marks[i]);
		json_add(c->a, parts, json_str(c->a, str_part(name, 0, cut)));
		name = str_from(name, cut);
		break;
	}
	json_add(c->a, parts, json_str(c->a, name));
}

struct str case_href(struct op_call *c, const struct kase *k)
{
	if (k->number.n) return str_fmt(c->a, "/case/" STR_FMT, STR_ARG(k->number));
	return str_fmt(c->a, k->state == CASE_signing ? "/apply/%lld/signers" : "/apply/%lld", (long long)k->id);
}

struct str state_sentence(struct op_call *c, const struct kase *k)
{
	bool en = c->p->actor.english;
	if (k->state == CASE_running && k->promise_day)
		return en ? str_fmt(c->a, "In progress; expected by " STR_FMT, STR_ARG(day_text(c, k->promise_day)))
			: str_fmt(c->a, "正在办理，预计 " STR_FMT "前办结", STR_ARG(day_text(c, k->promise_day)));
	if (k->state == CASE_closed) {
		if (str_is(k->outcome, "granted")) return tr(c, "已办结", "Done");
		if (str_is(k->outcome, "partly")) return tr(c, "已办结，部分事项没有办成", "Closed; some items were not granted");
		if (str_is(k->outcome, "refused")) return tr(c, "没有通过，已作出不予办理的决定", "Refused");
		if (str_is(k->outcome, "withdrawn")) return tr(c, "已撤回", "Withdrawn");
		return tr(c, "前序事项没有办成，不再办理", "Not done, because an earlier item was not granted");
	}
	if (k->state == CASE_received) return tr(c, "已收件，一个工作日内告知是否受理", "Received; you will hear soon whether it is accepted");
	if (k->state == CASE_checking) return tr(c, "已收件，正在向有关单位核验", "Received; being checked with other offices");
	if (k->state == CASE_correcting) return tr(c, "需要您补正", "Your corrections are needed");
	if (k->state == CASE_signing) return tr(c, "等待各方确认", "Waiting for confirmations");
	return words_in(case_state_words(k->state), en);
}

struct err *show_outline(struct op_call *c, const struct flow_instance *i, enum flow_reader reader, struct json *list)
{
	struct flow_line *line;
	uint32_t n;
	struct err *e = flow_outline(c->p, i, reader, c->p->actor.english, &line, &n);
	for (uint32_t k = 0; k < n; k++) {
		struct json *o = list_obj(c, list);
		put_int(c, o, "depth", line[k].depth);
		put_text(c, o, "mark", str_of(line[k].mark));
		put_text(c, o, "text", line[k].text);
		put_text(c, o, "kind", line[k].kind);
		put_text(c, o, "next", line[k].next);
	}
	return e;
}

struct json *svg_value(struct op_call *c, struct str svg)
{
	struct json *o = json_obj(c->a);
	put_text(c, o, "$svg", svg);
	return o;
}

// ---- fields ----

static const char *field_kind(const struct element *el)
{
	switch (el->type) {
	case EL_TEXT: return el->max_chars > 120 ? "textarea" : "text";
	case EL_NAME: return "name";
	case EL_ID: return "id";
	case EL_USCC: return "uscc";
	case EL_PHONE: return "phone";
	case EL_DATE: return "date";
	case EL_MONEY: return "money";
	case EL_NUMBER:
	case EL_AREA: return "number";
	case EL_ADDRESS: return "textarea";
	case EL_CHOICE: return el->n_options <= 6 ? "radio" : "select";
	case EL_BOOLEAN: return "radio";
	}
	return "text";
}

static bool fixed(struct str source)
{
	return str_is(source, "cert") || str_is(source, "shared") || str_is(source, "profile");
}

static void put_source(struct op_call *c, struct json *o, struct str source)
{
	static const char *const kinds[][2] = {{"self", "self"}, {"cert", "certificate"}, {"shared", "shared"}, {"profile", "shared"},
		{"last", "previous"}, {"window", "counter"}};
	if (!source.n) return;
	struct json *s = put_obj(c, o, "source");
	for (size_t i = 0; i < countof(kinds); i++)
		if (str_eq(source, str_of(kinds[i][0]))) put_text(c, s, "kind", str_of(kinds[i][1]));
	put_text(c, s, "label", case_prefill_source_words(source, c->p->actor.english));
}

struct str show_value(struct op_call *c, const struct element *el, struct str text)
{
	for (uint32_t i = 0; i < el->n_options; i++)
		if (str_eq(el->option[i].code, text)) return words(c, el->option[i].text);
	if (el->type == EL_BOOLEAN) return str_is(text, "true") ? tr(c, "是", "Yes") : str_is(text, "false") ? tr(c, "否", "No") : text;
	if (el->unit.zh.n && text.n) return str_fmt(c->a, STR_FMT " " STR_FMT, STR_ARG(text), STR_ARG(words(c, el->unit)));
	return text;
}

struct json *show_field(struct op_call *c, const struct kase *k, const struct form_field *f, const struct value *v, struct str error)
{
	(void)k;
	struct json *o = json_obj(c->a);
	bool readonly = v && fixed(v->source);
	put_text(c, o, "key", f->key);
	put_words(c, o, "label", f->label);
	put_text(c, o, "kind", readonly ? S("static") : str_of(field_kind(f->element)));
	if (v) {
		put_text(c, o, "value", readonly ? S("") : v->text);
		put_text(c, o, "display", show_value(c, f->element, readonly ? v->masked : v->text));
		put_source(c, o, v->source);
	}
	put_bool(c, o, "readonly", readonly);
	put_bool(c, o, "required", f->required);
	put_words(c, o, "hint", f->element->hint);
	put_text(c, o, "error", error);
	put_words(c, o, "unit", f->element->unit);
	put_text(c, o, "autocomplete", f->element->autocomplete);
	if (f->element->n_options || f->element->type == EL_BOOLEAN) {
		struct json *options = put_list(c, o, "options");
		for (uint32_t i = 0; i < f->element->n_options; i++) {
			struct json *x = list_obj(c, options);
			put_text(c, x, "value", f->element->option[i].code);
			put_words(c, x, "label", f->element->option[i].text);
			put_bool(c, x, "selected", v && str_eq(v->text, f->element->option[i].code));
		}
		for (int i = 0; i < 2 && f->element->type == EL_BOOLEAN; i++) {
			struct json *x = list_obj(c, options);
			put_text(c, x, "value", i ? S("false") : S("true"));
			put_text(c, x, "label", i ? tr(c, "否", "No") : tr(c, "是", "Yes"));
			put_bool(c, x, "selected", v && str_eq(v->text, i ? S("false") : S("true")));
		}
	}
	return o;
}

struct json *show_sections(struct op_call *c, const struct kase *k, const struct form *form, const struct values *vs, struct str role, bool change, bool clear)
{
	struct json *list = json_arr(c->a);
	struct json *facts = values_facts(c->p, k, vs);
	for (uint32_t g = 0; g < form->n_pages; g++)
		for (uint32_t s = 0; s < form->page[g].n_sections; s++) {
			const struct form_section *sec = &form->page[g].section[s];
			// A signatory sees what is shared and what is its own, nobody else's data.
			bool own = !role.n || str_eq(sec->subject->code, role) || sec->subject->kind == SUBJECT_THING;
			struct json *one = json_obj(c->a), *rows = json_arr(c->a);
			for (uint32_t f = 0; f < sec->n_fields; f++) {
				const struct form_field *field = &sec->field[f];
				const struct value *v = values_find(vs, field->key);
				if (!form_field_shown(c->a, k->cat, field, facts)) continue;
				if (!own && field->element->type != EL_NAME) continue;
				struct json *row = list_obj(c, rows);
				struct str text = v ? clear && own ? v->text : v->masked : S("");
				put_words(c, row, "label", field->label);
				put_text(c, row, "value", v && text.n ? show_value(c, field->element, text) : tr(c, "（未填）", "(empty)"));
				if (v) put_source(c, row, v->source);
				if (change && !(v && fixed(v->source)))
					put_text(c, row, "change", str_fmt(c->a, "/apply/%lld/" STR_FMT "#f-" STR_FMT, (long long)k->id, STR_ARG(form->page[g].code), STR_ARG(field->key)));
			}
			if (!rows->n) continue;
			put_words(c, one, "title", sec->title);
			put_json(c, one, "rows", rows);
			json_add(c->a, list, one);
		}
	return list;
}

struct json *show_material(struct op_call *c, const struct kase *k, const struct held *h, int64_t number)
{
	(void)k;
	struct json *o = json_obj(c->a);
	const struct material *m = h->need.material;
	bool given = h->certificate || h->need.from_result || m->generated || (h->source && !h->n_files && !(h->mark.n && !h->fixed));
	const char *state = h->mark.n && !h->fixed ? "failed" : given && !h->n_files ? "exempt" : h->n_files ? "uploaded" : h->need.need != MAT_REQUIRED ? "not_needed" : "wanted";
	put_text(c, o, "id", h->need.key);
	put_int(c, o, "number", number);
	struct str name = words(c, m->name);
	if (h->need.subject && h->need.subject->kind != SUBJECT_THING)
		name = c->p->actor.english ? str_fmt(c->a, STR_FMT " (" STR_FMT ")", STR_ARG(name), STR_ARG(words(c, h->need.subject->name)))
			: str_fmt(c->a, STR_FMT "（" STR_FMT "）", STR_ARG(name), STR_ARG(words(c, h->need.subject->name)));
	put_text(c, o, "name", name);
	put_words(c, o, "requirement", m->hint.zh.n ? m->hint : m->criteria);
	put_text(c, o, "state", str_of(state));
	put_text(c, o, "reason", h->mark);
	put_words(c, o, "note", m->criteria);
	put_text(c, o, "accept", S(".pdf,.jpg,.jpeg,.png"));
	struct str form = h->need.originals ? str_fmt(c->a, c->p->actor.english ? "%u original" : "原件 %u", h->need.originals)
		: h->need.copies ? str_fmt(c->a, c->p->actor.english ? "%u copy" : "复印件 %u", h->need.copies) : tr(c, "电子", "electronic");
	put_text(c, o, "form", form);
	put_text(c, o, "checked", h->mark.n && !h->fixed ? S("missing") : given ? S("exempt") : h->n_files ? S("received") : h->need.need != MAT_REQUIRED ? S("not_needed") : S("open"));
	if (given) {
		struct json *s = put_obj(c, o, "source");
		put_text(c, s, "kind", h->certificate ? S("certificate") : h->source && !h->need.from_result && !m->generated ? S("office") : S("system"));
		struct str label = h->certificate ? h->other_holder ? tr(c, "电子证照库，对方确认时授权使用", "certificate library, once the holder confirms")
				: str_fmt(c->a, c->p->actor.english ? "certificate library " STR_FMT : "电子证照库 " STR_FMT, STR_ARG(h->certificate_number))
			: h->source && !h->need.from_result && !m->generated ? str_fmt(c->a, c->p->actor.english ? "checked with " STR_FMT "; nothing to hand in"
				: "提交后向" STR_FMT "核验，不用上传", STR_ARG(words(c, h->source->source->office->name)))
			: h->need.from_result ? tr(c, "前序事项办结后自动带入", "comes from an earlier item") : tr(c, "系统按您填写的内容生成", "made from your answers");
		put_text(c, s, "label", label);
		if (h->certificate && !h->other_holder) put_id(c, o, "certificate", h->certificate);
	}
	struct json *files = put_list(c, o, "files");
	for (size_t i = 0; i < h->n_files; i++) {
		struct json *f = list_obj(c, files);
		put_id(c, f, "id", h->file[i].id);
		put_text(c, f, "name", h->file[i].name);
		put_int(c, f, "bytes", h->file[i].size);
		put_ms(c, f, "at", h->file[i].added_ms);
	}
	return o;
}

struct json *show_papers(struct op_call *c, const struct kase *k)
{
	struct json *list = json_arr(c->a);
	struct paper_row *row;
	size_t n;
	struct err *e = paper_list(c->p, k->id, &row, &n);
	for (size_t i = 0; !e && i < n; i++) {
		struct json *o = list_obj(c, list);
		put_id(c, o, "id", row[i].id);
		// Eight decisions of one bundle: each says whose it is.
		struct kase *of = NULL;
		if (row[i].case_id != k->id) e = case_read(c->p, row[i].case_id, &of);
		if (e) break;
		// The paper itself is Chinese; its name is told in the reader's language.
		const struct paper *t = c->p->actor.english ? catalogue_paper(k->cat, row[i].code) : NULL;
		struct str title = t && t->title.en.n ? t->title.en : row[i].title;
		put_text(c, o, "name", of && of->parent ? str_fmt(c->a, STR_FMT " · " STR_FMT, STR_ARG(title), STR_ARG(matter_name(c, of))) : title);
		put_ms(c, o, "at", row[i].issued_ms);
		put_text(c, o, "code", row[i].verify);
	}
	return list;
}

// ---- trail ----

static const struct { const char *verb, *zh, *en; } verbs[] = {
	{"draft.start", "开始填写申请", "Application started"}, {"draft.save", "填写申请信息", "Answers saved"},
	{"draft.upload", "上传材料", "Material uploaded"}, {"draft.drop_file", "删除文件", "File removed"},
	{"draft.use_certificate", "选择使用电子证照", "Certificate chosen"}, {"draft.delivery", "选择领取方式", "Way of delivery chosen"},
	{"case.submit", "提交申请", "Application submitted"}, {"sign.confirm", "一方确认", "A party confirmed"},
	{"sign.refuse", "一方没有同意，退回修改", "A party refused; back to draft"}, {"sign.recall", "撤回修改", "Taken back to draft"},
	{"sign.expire", "确认逾期，退回草稿", "Confirmation expired; back to draft"}, {"case.accept", "受理", "Accepted"},
	{"case.ask_correction", "一次告知需要补正的内容", "Returned once for correction"}, {"case.correct", "补正信息", "Corrected"},
	{"case.resubmit", "提交补正", "Corrections submitted"}, {"case.withdraw", "撤回", "Withdrawn"}, {"task.decide", "审查或决定", "Reviewed or decided"},
	{"task.pick", "选办环节", "Chosen to be done next"}, {"task.picked_all", "不再需要其他环节，进入下一步", "Nothing more is needed; on to the next step"},
	{"source.answer", "有关单位已答复", "Another office answered"}, {"source.missed", "有关单位没有答复", "Another office did not answer"},
	{"source.lapse", "有关单位没有及时答复", "Another office did not answer in time"},
	{"flow.job", "系统办理", "Done by the system"}, {"flow.timer", "到时自动办理", "Done by a timer"},
	{"flow.job_failed", "系统办理没有成功，稍后自动再试", "The system did not succeed and will try again"},
	{"flow.resolve", "流程异常已排除，继续办理", "An incident was resolved"}, {"flow.message", "收到外部系统的消息", "A message from outside came in"}, {"flow.migrate", "转到现行目录版本办理", "Moved to the version in force"}, {"pay.paid", "缴费成功", "Paid"}, {"pay.renew", "重新开具缴费单", "New payment order"},
	{"case.rate", "评价", "Rated"}, {"desk.start", "窗口收件登记", "Filed at the counter"}, {"draft.drop", "放弃草稿", "Draft discarded"},
	{"case.reveal", "查看未脱敏信息（已记录）", "Unmasked data viewed (recorded)"}, {"post.hand_over", "窗口交付", "Handed over"},
	{"pay.refunded", "退款到账", "Money given back"}, {"pay.reconcile", "对账补记缴费", "Payment found by reconciliation"},
};

static struct str trail_words(struct op_call *c, const struct journal_entry *en, const struct kase *k)
{
	struct str what = en->verb;
	for (size_t i = 0; i < countof(verbs); i++)
		if (str_eq(en->verb, str_of(verbs[i].verb))) what = tr(c, verbs[i].zh, verbs[i].en);
	struct json *d;
	if (json_parse(c->a, en->detail, (struct json_limits){0}, &d)) return what;
	struct str step = json_text(json_get(d, S("step"))), outcome = json_text(json_get(d, S("outcome")));
	struct str job = json_text(json_get(d, S("job")));
	if (str_is(en->verb, "task.decide") && step.n) {
		bool no = str_is(outcome, "refuse");
		what = !str_is(step, "decide") ? no ? tr(c, "审查：不同意", "Review: not agreed") : tr(c, "审查：同意", "Review: agreed")
			: no ? tr(c, "决定：不予许可", "Decision: refused") : tr(c, "决定：准予", "Decision: granted");
		struct str nth = json_text(json_get(d, S("officer"))), of = json_text(json_get(d, S("officers")));
		if (of.n) what = str_fmt(c->a, c->p->actor.english ? STR_FMT " (officer " STR_FMT " of " STR_FMT ")" : STR_FMT "（第 " STR_FMT " 人，共 " STR_FMT " 人）",
			STR_ARG(what), STR_ARG(nth), STR_ARG(of));
	}
	struct str picked = json_text(json_get(d, c->p->actor.english ? S("picked_en") : S("picked")));
	if (picked.n) what = str_fmt(c->a, c->p->actor.english ? STR_FMT ": " STR_FMT : STR_FMT "：" STR_FMT, STR_ARG(what), STR_ARG(picked));
	if (str_is(outcome, "skipped")) what = tr(c, "前序事项没有办成，不再办理", "Not done, since an earlier item was not granted");
	if (str_is(job, "make")) what = tr(c, "制证", "Result made");
	if (str_is(job, "order")) what = tr(c, "开具缴费单", "Payment order made");
	if (str_is(job, "deliver")) what = tr(c, "送达", "Delivered");
	if (k->parent) what = str_fmt(c->a, c->p->actor.english ? STR_FMT ": " STR_FMT : STR_FMT "：" STR_FMT, STR_ARG(matter_name(c, k)), STR_ARG(what));
	return what;
}

struct moment { int64_t at, id; struct json *line; };
static int newest_first(const void *x, const void *y)
{
	const struct moment *a = x, *b = y;
	if (a->at != b->at) return a->at < b->at ? 1 : -1;
	return a->id < b->id ? 1 : a->id > b->id ? -1 : 0;
}

static struct err *add_trail(struct op_call *c, const struct kase *k, struct moment **m, size_t *n, size_t *cap)
{
	struct journal_entry *e;
	size_t count;
	struct err *bad = journal_of(c->p->snap, c->a, S("case"), k->id, 0, 500, &e, &count);
	bool waited = false;
	for (size_t i = 0; !bad && i < count; i++) {
		struct json *d, *line = json_obj(c->a);
		// Bookkeeping of a plan that only closed a child beside what it did is no step of its own.
		if (str_is(e[i].verb, "draft.save") && i + 1 < count && str_is(e[i + 1].verb, "draft.save")) continue;
		put_ms(c, line, "at", e[i].at_ms);
		struct str what = trail_words(c, &e[i], k), state = S("");
		struct str who = tr(c, "系统", "System");
		if (str_starts(e[i].actor, S("account:"))) who = tr(c, "申请人一方", "The applicant's side");
		if (!json_parse(c->a, e[i].detail, (struct json_limits){0}, &d)) {
			const struct office *o = catalogue_office(k->cat, json_text(json_get(d, S("office"))));
			if (o) who = words(c, o->name);
			state = json_text(json_get(d, S("state")));
		}
		// An item is made with its bundle's acceptance; its own begins when its turn comes.
		if (str_is(state, "waiting")) {
			waited = true;
			continue;
		}
		if (waited && str_is(state, "running"))
			what = str_fmt(c->a, c->p->actor.english ? STR_FMT ": begun" : STR_FMT "：开始办理", STR_ARG(matter_name(c, k)));
		waited = false;
		put_text(c, line, "what", what);
		put_text(c, line, "who", who);
		struct moment *slot = vec_push(c->a, *m, *n, *cap);
		*slot = (struct moment){e[i].at_ms, e[i].id, line};
	}
	return bad;
}

struct json *show_trail(struct op_call *c, const struct kase *k, const struct cases *children)
{
	struct json *list = json_arr(c->a);
	struct moment *m = NULL;
	size_t n = 0, cap = 0;
	struct err *e = add_trail(c, k, &m, &n, &cap);
	for (size_t i = 0; children && i < children->n && !e; i++)
		if (children->k[i]->state != CASE_waiting) e = add_trail(c, children->k[i], &m, &n, &cap);
	if (n) qsort(m, n, sizeof *m, newest_first);
	for (size_t i = 0; i < n; i++) json_add(c->a, list, m[i].line);
	return list;
}

// ---- steps and parallel offices ----

static struct json *add_step(struct op_call *c, struct json *list, struct str name, const char *state, int64_t at, struct str note, struct str office)
{
	struct json *s = list_obj(c, list);
	put_text(c, s, "name", name);
	put_text(c, s, "state", str_of(state));
	put_ms(c, s, "at", at);
	put_text(c, s, "note", note);
	put_text(c, s, "office", office);
	return s;
}

struct json *show_steps(struct op_call *c, const struct kase *k, const struct cases *children, int64_t *now)
{
	struct json *list = json_arr(c->a);
	bool accepted = k->accepted_ms != 0, closed = k->state == CASE_closed;
	size_t running = 0, done = 0;
	for (size_t i = 0; children && i < children->n; i++) {
		running += children->k[i]->state == CASE_running;
		done += children->k[i]->state == CASE_closed;
	}
	add_step(c, list, tr(c, "提交", "Submitted"), k->received_ms ? "done" : "now", k->received_ms ? k->received_ms : 0, S(""), S(""));
	add_step(c, list, tr(c, "受理", "Accepted"), accepted ? "done" : k->received_ms ? "now" : "wait", k->accepted_ms,
		k->state == CASE_correcting ? tr(c, "等您补正", "waits for corrections") : S(""), S(""));
	struct str note = S("");
	if (children && children->n && accepted && !closed)
		note = c->p->actor.english ? str_fmt(c->a, "%zu offices now, %zu of %zu done", running, done, children->n)
			: str_fmt(c->a, "%zu 个单位办理中，已完成 %zu/%zu", running, done, children->n);
	add_step(c, list, tr(c, "审查与决定", "Review and decision"), closed ? "done" : accepted ? "now" : "wait", 0, note, S(""));
	add_step(c, list, tr(c, "办结", "Closed"), closed ? "done" : "wait", k->closed_ms,
		!closed && k->promise_day ? str_fmt(c->a, c->p->actor.english ? "by " STR_FMT : STR_FMT "前", STR_ARG(day_text(c, k->promise_day))) : S(""), S(""));
	*now = closed ? 4 : accepted ? 3 : k->received_ms ? 2 : 1;
	return list;
}

struct json *show_branches(struct op_call *c, const struct kase *k, const struct cases *children, bool staff)
{
	(void)k;
	struct json *list = json_arr(c->a);
	for (size_t i = 0; i < children->n; i++) {
		struct kase *child = children->k[i];
		struct json *b = list_obj(c, list);
		const struct office *o = catalogue_office(child->cat, child->office);
		put_text(c, b, "case", child->number);
		put_text(c, b, "name", matter_name(c, child));
		put_words(c, b, "office", o ? o->name : (struct words){0});
		struct str text = state_sentence(c, child);
		if (child->state == CASE_closed && child->closed_ms) {
			struct str when = day_text(c, day_shanghai(child->closed_ms));
			if (str_is(child->outcome, "granted")) text = str_fmt(c->a, c->p->actor.english ? "done on " STR_FMT : STR_FMT "办成", STR_ARG(when));
		}
		if (child->state == CASE_running && child->promise_day)
			text = str_fmt(c->a, c->p->actor.english ? "in progress, by " STR_FMT : "办理中，" STR_FMT "前完成", STR_ARG(day_text(c, child->promise_day)));
		put_text(c, b, "text", text);
		put_light(c, b, "light", child);
		if (!staff) continue;
		struct opinions os;
		if (!case_opinions(c->p, child->id, &os) && os.n) put_text(c, b, "officer", os.o[os.n - 1].name);
	}
	return list;
}

struct err *show_answers_read(struct op_call *c, struct str text, struct json **out)
{
	*out = json_obj(c->a);
	while (text.n) {
		struct str value = str_trim(str_cut(&text, S(","))), key = str_cut(&value, S(":"));
		if (!key.n || !value.n) return err_field(c->a, E_TYPE, S("answers"), S("answers"));
		json_put(c->a, *out, key, json_str(c->a, value));
	}
	return NULL;
}

struct json *show_answers(struct op_call *c, const struct catalogue *cat, const struct matter *m, const struct json *answers)
{
	(void)cat;
	struct json *list = json_arr(c->a);
	struct guide g;
	if (guide(c->a, c->p->cat, *m, answers, &g)) return list;
	for (uint32_t i = 0; i < g.n_questions; i++) {
		if (!g.question[i].answer.n) continue;
		struct json *o = list_obj(c, list);
		put_int(c, o, "number", i + 1);
		put_words(c, o, "question", g.question[i].question->text);
		for (uint32_t k = 0; k < g.question[i].question->n_options; k++)
			if (str_eq(g.question[i].question->option[k].code, g.question[i].answer)) put_words(c, o, "answer", g.question[i].question->option[k].text);
	}
	return list;
}
