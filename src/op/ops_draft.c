// ops_draft.c — an application before it is received.
#include "domain/rule/rule.h"
#include "op/show.h"

// How long a draft is kept: a setting of the city; keep.sweep drops what is older.
static day_t keep_until(const struct kase *k)
{
	return day_shanghai(k->changed_ms) + (day_t)catalogue_setting_int(k->cat, S("draft_keep_days"), 90);
}

static struct err *load(struct op_call *c, struct kase **k, struct values *vs, struct form *form)
{
	struct err *e = case_read(c->p, op_id(c, "case"), k);
	if (!e) e = case_values(c->p, *k, vs);
	if (!e) e = case_form_of(c->p, *k, vs, form);
	return e;
}

// The version a page was made from: another one in between means that somebody else changed it.
static struct err *fresh(struct op_call *c, const struct kase *k)
{
	int64_t seen = op_int(c, "version", k->version);
	return seen == k->version ? NULL : err_new(c->a, E_STALE);
}

static bool page_complete(struct op_call *c, const struct kase *k, const struct form_page *page, const struct values *vs, const struct json *facts, bool *begun)
{
	bool complete = true;
	*begun = false;
	for (uint32_t s = 0; s < page->n_sections; s++)
		for (uint32_t f = 0; f < page->section[s].n_fields; f++) {
			const struct form_field *field = &page->section[s].field[f];
			const struct value *v = values_find(vs, field->key);
			if (v && v->text.n && (str_is(v->source, "self") || str_is(v->source, "window"))) *begun = true;
			if (field->required && (!v || !v->text.n) && form_field_shown(c->a, k->cat, field, facts)) complete = false;
		}
	return complete;
}

struct err *op_draft_start(struct op_call *c)
{
	struct json *answers;
	struct kase *k;
	struct matter m;
	const struct regime *regime;
	struct err *e = show_answers_read(c, op_text(c, "answers"), &answers);
	if (!e) e = show_matter_in(c, op_text(c, "what"), op_text(c, "area"), &m, &regime);
	if (!e && !m.bundle && !m.item) e = err_args(c->a, E_CASE_DROPPED, words(c, (regime->item ? regime->item->name : regime->bundle->name)),
		words(c, regime->area->name), S(""));
	if (!e && m.item && m.item->depth == DEPTH_GUIDE) e = err_arg(c->a, E_CASE_DEPTH, words(c, m.item->name));
	if (!e && m.item && m.item->query.answer) e = err_arg(c->a, E_CASE_QUERY, words(c, m.item->name));
	if (!e) e = case_start(c->p, m.bundle ? m.bundle->code : m.item->code, answers, c->p->actor.party, &k);
	if (!e) put_id(c, c->out, "case", k->id);
	return e;
}

static void put_task(struct op_call *c, struct json *list, struct str name, struct str hint, struct str href, const char *state)
{
	struct json *o = list_obj(c, list);
	put_text(c, o, "name", name);
	put_text(c, o, "hint", hint);
	put_text(c, o, "href", str_is(str_of(state), "locked") ? S("") : href);
	put_text(c, o, "state", str_of(state));
}

struct err *op_draft_get(struct op_call *c)
{
	struct kase *k;
	struct values vs;
	struct form form;
	struct holding h;
	struct guide g;
	struct signs signs;
	struct err *problems, *e = load(c, &k, &vs, &form);
	if (!e) e = case_holding(c->p, k, &vs, &h);
	if (!e) e = case_problems(c->p, k, &problems);
	if (!e) e = case_signs(c->p, k, &signs);
	if (!e) e = guide(c->a, k->cat, k->matter, k->answers, &g);
	if (e) return e;
	bool en = c->p->actor.english;
	struct json *facts = values_facts(c->p, k, &vs), *groups = put_list(c, c->out, "groups"), *fill = list_obj(c, groups);
	int64_t done = 0, total = 0;
	struct str next = S("");
	put_text(c, fill, "title", tr(c, "申请信息", "Your answers"));
	struct json *tasks = put_list(c, fill, "tasks");
	for (uint32_t i = 0; i < form.n_pages; i++) {
		bool begun, complete = page_complete(c, k, &form.page[i], &vs, facts, &begun);
		struct str href = str_fmt(c->a, "/apply/%lld/" STR_FMT, (long long)k->id, STR_ARG(form.page[i].code));
		put_task(c, tasks, words(c, form.page[i].title), S(""), href, complete ? "done" : begun ? "doing" : "open");
		total++;
		done += complete;
		if (!complete && !next.n) next = href;
	}
	struct json *hand = list_obj(c, groups);
	put_text(c, hand, "title", tr(c, "材料和领取", "Materials and results"));
	tasks = put_list(c, hand, "tasks");
	uint32_t given = 0;
	for (size_t i = 0; i < h.n; i++) given += h.h[i].certificate || h.h[i].need.from_result || h.h[i].need.material->generated;
	struct str href = str_fmt(c->a, "/apply/%lld/materials", (long long)k->id);
	bool materials_done = h.complete == h.needed;
	put_task(c, tasks, tr(c, "材料", "Materials"), en ? str_fmt(c->a, "%zu materials, %u of them need not be handed in", h.n, given)
		: str_fmt(c->a, "%zu 份，其中 %u 份免交", h.n, given), href, materials_done ? "done" : "open");
	if (!materials_done && !next.n) next = href;
	href = str_fmt(c->a, "/apply/%lld/delivery", (long long)k->id);
	bool way = json_get(k->delivery, S("way")) != NULL;
	put_task(c, tasks, tr(c, "领取方式", "Receiving the results"), S(""), href, way ? "done" : "open");
	if (!way && !next.n) next = href;
	total += 2;
	done += materials_done + way;
	struct json *last = list_obj(c, groups);
	put_text(c, last, "title", tr(c, "提交", "Submit"));
	tasks = put_list(c, last, "tasks");
	href = str_fmt(c->a, "/apply/%lld/check", (long long)k->id);
	put_task(c, tasks, tr(c, "核对并提交", "Check and submit"), problems ? tr(c, "前面完成后可提交", "once all of the above is done") : S(""), href,
		problems ? "locked" : "open");
	total++;
	if (!next.n) next = href;
	// Who did not agree, and why: it stands until everybody is asked again.
	for (size_t i = 0; k->state == CASE_draft && i < signs.n; i++)
		if (str_is(signs.s[i].state, "refused") && signs.s[i].signatory)
			put_text(c, c->out, "refused", str_fmt(c->a, en ? STR_FMT " did not agree: " STR_FMT : STR_FMT "没有同意：" STR_FMT,
				STR_ARG(words(c, signs.s[i].signatory->name)), STR_ARG(signs.s[i].reason)));
	put_id(c, c->out, "id", k->id);
	put_text(c, c->out, "code", k->what);
	put_bool(c, c->out, "bundle", k->bundle);
	put_name_parts(c, c->out, "name_parts", k->matter);
	put_int(c, c->out, "version", k->version);
	put_text(c, c->out, "state", str_of(case_state_name(k->state)));
	put_int(c, c->out, "done", done);
	put_int(c, c->out, "total", total);
	put_ms(c, c->out, "saved_at", k->changed_ms);
	put_text(c, c->out, "next", next);
	put_limit(c, c->out, "promise", g.promised);
	if (k->matter.item && k->matter.item->depth < DEPTH_WHOLE) put_words(c, c->out, "depth_note", item_depth_text(k->matter.item->depth));
	struct buf offices = buf_new(c->a);
	for (uint32_t i = 0; i < g.n_items; i++) {
		struct str name = words(c, g.item[i].item->office->short_name.zh.n ? g.item[i].item->office->short_name : g.item[i].item->office->name);
		if (str_find(buf_str(&offices), name) < 0) buf_fmt(&offices, "%s" STR_FMT, offices.n ? " · " : "", STR_ARG(name));
	}
	put_text(c, c->out, "offices", buf_str(&offices));
	put_day(c, c->out, "keep_until", keep_until(k));
	return NULL;
}

static struct str caption(struct op_call *c, const struct kase *k, struct str step)
{
	return str_fmt(c->a, STR_FMT " · " STR_FMT, STR_ARG(matter_name(c, k)), STR_ARG(step));
}

struct err *op_draft_page(struct op_call *c)
{
	struct kase *k;
	struct values vs;
	struct form form;
	struct err *e = load(c, &k, &vs, &form);
	if (e) return e;
	const struct form_page *page = NULL;
	for (uint32_t i = 0; i < form.n_pages; i++)
		if (str_eq(form.page[i].code, op_text(c, "page"))) page = &form.page[i];
	if (!page) return err_arg(c->a, E_NOT_FOUND, tr(c, "这一页", "This page"));
	struct json *facts = values_facts(c->p, k, &vs), *groups = put_list(c, c->out, "groups");
	put_id(c, c->out, "id", k->id);
	put_text(c, c->out, "section", page->code);
	put_text(c, c->out, "caption", matter_name(c, k));
	put_words(c, c->out, "title", page->title);
	put_int(c, c->out, "version", k->version);
	put_ms(c, c->out, "saved_at", k->changed_ms);
	put_text(c, c->out, "back", str_fmt(c->a, "/apply/%lld", (long long)k->id));
	for (uint32_t s = 0; s < page->n_sections; s++) {
		struct json *group = json_obj(c->a), *fields = json_arr(c->a);
		for (uint32_t f = 0; f < page->section[s].n_fields; f++) {
			const struct form_field *field = &page->section[s].field[f];
			if (!form_field_shown(c->a, k->cat, field, facts)) continue;
			json_add(c->a, fields, show_field(c, k, field, values_find(&vs, field->key), S("")));
		}
		if (!fields->n) continue;
		put_words(c, group, "title", page->n_sections > 1 ? page->section[s].title : (struct words){0});
		put_json(c, group, "fields", fields);
		json_add(c->a, groups, group);
	}
	return NULL;
}

struct err *op_draft_save(struct op_call *c)
{
	struct kase *k;
	struct values vs;
	struct form form;
	struct err *e = load(c, &k, &vs, &form);
	if (!e) e = fresh(c, k);
	if (e) return e;
	for (uint32_t i = 0; i < form.n_pages; i++) {
		if (!str_eq(form.page[i].code, op_text(c, "page"))) continue;
		e = case_save(c->p, k, &form, &form.page[i], op_json(c, "values"));
		if (e) return e;
		put_id(c, c->out, "case", k->id);
		put_text(c, c->out, "next", i + 1 < form.n_pages ? form.page[i + 1].code : S("materials"));
		return NULL;
	}
	return err_arg(c->a, E_NOT_FOUND, tr(c, "这一页", "This page"));
}

struct err *op_draft_materials(struct op_call *c)
{
	struct kase *k;
	struct values vs;
	struct form form;
	struct holding h;
	struct err *e = load(c, &k, &vs, &form);
	if (!e) e = case_holding(c->p, k, &vs, &h);
	if (e) return e;
	struct json *list = put_list(c, c->out, "list");
	for (size_t i = 0; i < h.n; i++) json_add(c->a, list, show_material(c, k, &h.h[i], (int64_t)i + 1));
	put_id(c, c->out, "id", k->id);
	put_text(c, c->out, "caption", caption(c, k, tr(c, "材料", "Materials")));
	put_int(c, c->out, "ready", h.complete);
	put_int(c, c->out, "total", h.needed);
	put_ms(c, c->out, "saved_at", k->changed_ms);
	put_int(c, c->out, "limit", 20 << 20);
	put_text(c, c->out, "next", str_fmt(c->a, "/apply/%lld/delivery", (long long)k->id));
	put_text(c, c->out, "back", str_fmt(c->a, "/apply/%lld", (long long)k->id));
	put_day(c, c->out, "keep_until", keep_until(k));
	return NULL;
}

struct err *op_draft_upload(struct op_call *c)
{
	struct kase *k;
	int64_t id;
	if (!c->stream->size) return err_field(c->a, E_FILE_EMPTY, S("file"), S(""));
	struct file_row f = {.blob = c->stream->blob, .type = c->stream->type, .name = c->stream->name, .size = c->stream->size};
	struct err *e = case_read(c->p, op_id(c, "case"), &k);
	if (!e) e = case_add_file(c->p, k, op_text(c, "material"), &f, &id);
	if (e) return e;
	put_id(c, c->out, "case", k->id);
	put_text(c, c->out, "material", op_text(c, "material"));
	put_id(c, c->out, "file", id);
	return NULL;
}

struct err *op_draft_drop_file(struct op_call *c)
{
	struct kase *k;
	struct err *e = case_read(c->p, op_id(c, "case"), &k);
	if (!e) e = case_drop_file(c->p, k, op_id(c, "file"));
	if (!e) put_id(c, c->out, "case", k->id);
	return e;
}

struct err *op_draft_use_certificate(struct op_call *c)
{
	struct kase *k;
	struct err *e = case_read(c->p, op_id(c, "case"), &k);
	if (!e) e = case_use_certificate(c->p, k, op_text(c, "material"), op_bool(c, "use"));
	if (!e) put_id(c, c->out, "case", k->id);
	return e;
}

struct err *op_draft_delivery(struct op_call *c)
{
	struct kase *k;
	struct err *e = case_read(c->p, op_id(c, "case"), &k);
	if (!e) e = fresh(c, k);
	if (!e) e = case_set_delivery(c->p, k, op_text(c, "way"), op_text(c, "name"), op_text(c, "phone"), op_text(c, "address"));
	if (!e) put_id(c, c->out, "case", k->id);
	return e;
}

static void delivery_field(struct op_call *c, struct json *fields, const char *key, struct str label, const char *kind, struct str value, const char *autocomplete)
{
	struct json *o = list_obj(c, fields);
	put_text(c, o, "key", str_of(key));
	put_text(c, o, "label", label);
	put_text(c, o, "kind", str_of(kind));
	put_text(c, o, "value", value);
	put_text(c, o, "autocomplete", str_of(autocomplete));
	put_bool(c, o, "required", false);
}

// The same page as any other question page: how to receive the results.
struct err *op_draft_delivery_page(struct op_call *c)
{
	struct kase *k;
	struct party party;
	struct err *e = case_read(c->p, op_id(c, "case"), &k);
	if (!e) e = party_read(c->p, k->applicant, &party);
	if (e) return e;
	struct str way = json_text(json_get(k->delivery, S("way")));
	put_id(c, c->out, "id", k->id);
	put_text(c, c->out, "section", S("delivery"));
	put_text(c, c->out, "caption", matter_name(c, k));
	put_text(c, c->out, "title", tr(c, "怎样领取结果", "How to receive the results"));
	put_text(c, c->out, "hint", tr(c, "电子证照与纸质证照有同等效力。选邮寄的，请填写收件信息。", "Electronic certificates are as valid as paper. For mail, fill in the receiver."));
	put_int(c, c->out, "version", k->version);
	put_text(c, c->out, "back", str_fmt(c->a, "/apply/%lld", (long long)k->id));
	struct json *fields = put_list(c, c->out, "fields"), *f = list_obj(c, fields);
	put_text(c, f, "key", S("way"));
	put_text(c, f, "label", tr(c, "领取方式", "Way"));
	put_text(c, f, "kind", S("radio"));
	put_bool(c, f, "required", true);
	struct json *options = put_list(c, f, "options");
	static const char *const ways[][3] = {{"electronic", "只要电子证照", "Electronic only"}, {"pickup", "到窗口领取纸质件", "Pick up at the counter"}, {"mail", "邮寄到家", "By mail"}};
	for (size_t i = 0; i < countof(ways); i++) {
		struct json *o = list_obj(c, options);
		put_text(c, o, "value", str_of(ways[i][0]));
		put_text(c, o, "label", tr(c, ways[i][1], ways[i][2]));
		put_bool(c, o, "selected", str_eq(way, str_of(ways[i][0])));
	}
	struct str name = json_text(json_get(k->delivery, S("name"))), phone = json_text(json_get(k->delivery, S("phone"))), address = json_text(json_get(k->delivery, S("address")));
	delivery_field(c, fields, "name", tr(c, "收件人", "Receiver"), "name", name.n ? secret_open(c->p, name) : party.name, "name");
	delivery_field(c, fields, "phone", tr(c, "收件人手机", "Receiver's phone"), "phone", phone.n ? secret_open(c->p, phone) : party.phone, "tel");
	delivery_field(c, fields, "address", tr(c, "收件地址", "Address"), "textarea", address.n ? secret_open(c->p, address) : party.address, "street-address");
	return NULL;
}

struct err *op_draft_check(struct op_call *c)
{
	struct kase *k;
	struct values vs;
	struct form form;
	struct holding h;
	struct guide g;
	struct err *problems, *e = load(c, &k, &vs, &form);
	if (!e) e = case_holding(c->p, k, &vs, &h);
	if (!e) e = case_problems(c->p, k, &problems);
	if (!e) e = guide(c->a, k->cat, k->matter, k->answers, &g);
	if (e) return e;
	struct json *sections = show_sections(c, k, &form, &vs, S(""), true, c->own);
	struct json *materials = list_obj(c, sections), *rows = put_list(c, materials, "rows");
	put_text(c, materials, "title", tr(c, "材料", "Materials"));
	for (size_t i = 0; i < h.n; i++) {
		struct json *m = show_material(c, k, &h.h[i], (int64_t)i + 1), *row = list_obj(c, rows);
		put_text(c, row, "label", json_text(json_get(m, S("name"))));
		put_text(c, row, "value", h.h[i].n_files ? str_fmt(c->a, c->p->actor.english ? "%zu file(s)" : "已上传 %zu 个文件", h.h[i].n_files)
			: json_text(json_path(m, "source.label")).n ? json_text(json_path(m, "source.label")) : tr(c, "没有提供", "not given"));
		put_text(c, row, "change", str_fmt(c->a, "/apply/%lld/materials", (long long)k->id));
	}
	struct json *delivery = list_obj(c, sections);
	put_text(c, delivery, "title", tr(c, "领取方式", "Receiving the results"));
	rows = put_list(c, delivery, "rows");
	struct json *row = list_obj(c, rows);
	struct str way = json_text(json_get(k->delivery, S("way")));
	put_text(c, row, "label", tr(c, "方式", "Way"));
	put_text(c, row, "value", str_is(way, "mail") ? str_fmt(c->a, STR_FMT " " STR_FMT, STR_ARG(tr(c, "邮寄：", "By mail:")), STR_ARG(json_text(json_get(k->delivery, S("address_masked")))))
		: str_is(way, "pickup") ? tr(c, "到窗口领取", "Pick up at the counter") : way.n ? tr(c, "电子证照", "Electronic") : tr(c, "（未选）", "(not chosen)"));
	put_text(c, row, "change", str_fmt(c->a, "/apply/%lld/delivery", (long long)k->id));
	put_id(c, c->out, "id", k->id);
	put_text(c, c->out, "caption", caption(c, k, tr(c, "核对", "Check")));
	put_json(c, c->out, "sections", sections);
	put_int(c, c->out, "version", k->version);
	struct json *d = put_list(c, c->out, "declarations");
	// 行政许可法 31: the applicant answers for the truth of what is handed in.
	json_add(c->a, d, json_str(c->a, tr(c, "以上信息和材料真实、完整，如有虚假，愿意承担法律责任（行政许可法第三十一条）。", "The information and materials are true and complete; I answer for them (Licensing Law, Article 31).")));
	json_add(c->a, d, json_str(c->a, tr(c, "同意为办理本件核验和使用上面列出的电子证照。", "The certificates listed may be verified and used for this case.")));
	uint32_t signers = 0;
	for (uint32_t i = 0; i < g.n_signatories; i++) signers += g.signatory[i]->subject != k->subject;
	put_int(c, c->out, "signers", signers);
	// 个人信息保护法 24: who is decided about by a table alone may refuse that.
	put_bool(c, c->out, "instant", k->matter.item && rule_in_force(k->cat, k->matter.item, day_shanghai(c->p->now_ms)));
	show_will_ask(c, k, &h, c->out);
	put_text(c, c->out, "back", str_fmt(c->a, "/apply/%lld", (long long)k->id));
	if (problems) put_text(c, c->out, "error", err_text(c->a, problems, c->p->actor.english));
	return NULL;
}

struct err *op_draft_submit(struct op_call *c)
{
	struct kase *k;
	if (!op_bool(c, "declared")) return err_field(c->a, E_CASE_DECLARE, S("declared"), S(""));
	struct err *e = case_read(c->p, op_id(c, "case"), &k);
	if (!e) e = fresh(c, k);
	if (!e && k->state != CASE_draft) e = err_args(c->a, E_CASE_STATE, case_state_words(k->state).zh, case_state_words(k->state).en, S(""));
	// 个人信息保护法 24 para. 3: whoever does not want an automated decision gets a person.
	if (!e && op_bool(c, "by_person")) put_bool(c, k->delivery, "by_person", true);
	if (!e) e = case_submit(c->p, k);
	if (e) return e;
	put_id(c, c->out, "case", k->id);
	put_text(c, c->out, "state", str_of(case_state_name(k->state)));
	put_text(c, c->out, "number", k->number);
	return NULL;
}

struct err *op_draft_drop(struct op_call *c)
{
	struct kase *k;
	struct err *e = case_read(c->p, op_id(c, "case"), &k);
	if (!e) e = fresh(c, k);
	if (!e) e = case_drop(c->p, k);
	if (!e) put_id(c, c->out, "case", k->id);
	return e;
}
