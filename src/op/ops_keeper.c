// ops_keeper.c — items for those who keep the catalogue: complete or not, edited, compared.
#include "codec/yaml_patch.h"
#include "domain/flaw/flaw.h"
#include "domain/flaw/gap.h"
#include "domain/release/release.h"
#include "op/show.h"

enum { ROWS = 50, HISTORY = 20, NAMED = 3, EDITS_MAX = 64 };

// ---- the list ----

static bool match(struct op_call *c, const struct item *it, const struct gaps *g)
{
	struct str q = op_text(c, "q"), office = op_text(c, "office"), lack = op_text(c, "lack");
	if (office.n && !str_eq(it->office->code, office)) return false;
	if (q.n && str_find(it->name.zh, q) < 0 && str_find(it->code, q) < 0 && str_find(it->name.en, q) < 0 && str_find(it->basic_code, q) < 0) return false;
	if (str_is(lack, "none")) return !g->n;
	return !lack.n || g->per[str_is(lack, "missing") ? GAP_MISSING : str_is(lack, "english") ? GAP_ENGLISH : GAP_DATE];
}

static void put_row(struct op_call *c, struct json *rows, const struct item *it, const struct gaps *g)
{
	struct json *o = list_obj(c, rows);
	struct buf lack = buf_new(c->a);
	uint32_t named = 0;
	for (uint32_t i = 0; i < g->n; i++) {
		if (g->gap[i].kind == GAP_ENGLISH) continue;
		if (named++ < NAMED) buf_fmt(&lack, "%s" STR_FMT, lack.n ? "、" : "", STR_ARG(words(c, g->gap[i].name)));
	}
	if (named > NAMED) buf_fmt(&lack, " …+%u", named - NAMED);
	put_text(c, o, "code", it->code);
	put_words(c, o, "name", it->name);
	put_words(c, o, "office", it->office->name);
	put_words(c, o, "division", it->office->division->name);
	put_text(c, o, "promise", limit_text(c->a, it->promised, c->p->actor.english));
	put_int(c, o, "percent", g->elements ? g->filled * 100 / g->elements : 0);
	put_text(c, o, "lack", buf_str(&lack));
	put_int(c, o, "missing", g->per[GAP_MISSING]);
	put_int(c, o, "english", g->per[GAP_ENGLISH]);
	put_bool(c, o, "dated", g->per[GAP_DATE] != 0);
	put_bool(c, o, "sample", it->sample);
	put_text(c, o, "version", it->version);
}

struct err *op_item_list(struct op_call *c)
{
	const struct catalogue *cat = c->p->cat;
	struct json *rows = put_list(c, c->out, "rows"), *offices = put_list(c, c->out, "offices");
	struct str after = op_text(c, "after"), last = S("");
	day_t today = day_shanghai(c->p->now_ms);
	int64_t total = 0, per[3] = {0}, whole = 0;
	bool begun = !after.n, more = false;
	for (uint32_t i = 0; i < cat->n_items; i++) {
		struct gaps g;
		struct arena_mark m = arena_mark(c->a);
		item_gaps(c->a, cat->item[i], today, &g);
		bool hit = match(c, cat->item[i], &g), here = hit && begun && json_count(rows) < ROWS;
		for (int k = 0; k < 3; k++) per[k] += g.per[k] != 0;
		whole += !g.n;
		total += hit;
		more |= hit && begun && !here;
		if (here) {
			put_row(c, rows, cat->item[i], &g);
			last = cat->item[i]->code;
		} else {
			arena_rewind(c->a, m);
		}
		begun |= str_eq(cat->item[i]->code, after);
	}
	for (uint32_t i = 0; i < cat->n_offices; i++) {
		struct json *o = list_obj(c, offices);
		put_text(c, o, "code", cat->office[i].code);
		put_words(c, o, "name", cat->office[i].name);
		put_bool(c, o, "chosen", str_eq(cat->office[i].code, op_text(c, "office")));
	}
	put_int(c, c->out, "all", cat->n_items);
	put_int(c, c->out, "total", total);
	put_int(c, c->out, "whole", whole);
	put_int(c, c->out, "missing", per[GAP_MISSING]);
	put_int(c, c->out, "english", per[GAP_ENGLISH]);
	put_int(c, c->out, "dated", per[GAP_DATE]);
	put_text(c, c->out, "q", op_text(c, "q"));
	put_text(c, c->out, "office", op_text(c, "office"));
	put_text(c, c->out, "lack", op_text(c, "lack"));
	if (more) put_text(c, c->out, "next", last);
	return NULL;
}

// ---- one item: every element of its guide ----

struct part { const char *path, *zh, *en, *kind; };      // text, long, number, unit, depth, day; heading: path is NULL
static const struct part parts[] = {
	{NULL, "基本信息", "Basics", "basics"},
	{"name.zh", "事项名称", "Name", "text"}, {"name.en", "英文名称", "English name", "text"},
	{"summary.zh", "事项说明", "Summary", "long"}, {"summary.en", "英文说明", "English summary", "long"},
	{"result_line.zh", "办理结果", "Result", "text"}, {"result_line.en", "英文结果", "English result", "text"},
	{"type", "事项类型（01–20）", "Type (01 to 20)", "text"}, {"version", "事项版本", "Version", "text"},
	{NULL, "时限和到场", "Limits and visits", "limits"},
	{"statutory.n", "法定时限", "Statutory limit", "number"}, {"statutory.unit", "单位", "Unit", "unit"},
	{"statutory.basis.zh", "法定时限的依据", "Its basis", "text"},
	{"promised.n", "承诺时限", "Promise", "number"}, {"promised.unit", "单位", "Unit", "unit"},
	{"depth", "网办深度", "Online depth", "depth"}, {"visits", "到现场次数", "Visits", "number"},
	{"visit_reason.zh", "必须到现场的原因", "Why a visit is needed", "text"}, {"visit_reason.en", "英文原因", "Reason in English", "text"},
	{NULL, "地点和咨询", "Place and contact", "place"},
	{"place.zh", "办理地点", "Place", "text"}, {"place.en", "英文地点", "Place in English", "text"},
	{"hours.zh", "办理时间", "Hours", "text"}, {"hours.en", "英文时间", "Hours in English", "text"},
	{"phone", "咨询电话", "Phone", "text"}, {"complaint_phone", "监督投诉电话", "Complaint phone", "text"},
	{NULL, "有效期", "Validity", "validity"},
	{"from", "生效日期", "Valid from", "day"}, {"until", "失效日期", "Valid until", "day"},
};
static const struct { const char *key, *zh, *en; } sections[] = {
	{"conditions", "受理条件", "Conditions"}, {"materials", "申请材料", "Papers"}, {"steps", "办理流程", "Steps"}, {"fields", "表单", "Form"},
	{"fees", "收费", "Fees"}, {"basis", "设定依据", "Legal basis"}, {"faq", "常见问题", "Questions"}, {"codes", "编码", "Codes"},
	{"audience", "服务对象", "Audience"}, {"themes", "主题", "Themes"}, {"synonyms", "别名", "Synonyms"}, {"deliver", "送达方式", "Delivery"}, {"places", "服务下沉", "Where else"},
};

static bool plain(const struct part *x)
{
	return strcmp(x->kind, "number") == 0 || strcmp(x->kind, "unit") == 0 || strcmp(x->kind, "depth") == 0 || strcmp(x->kind, "day") == 0;
}

static void put_options(struct op_call *c, struct json *f, const struct part *x, struct str now)
{
	static const char *const units[][3] = {{"on_spot", "即办", "on the spot"}, {"hour", "小时", "hours"}, {"working_day", "个工作日", "working days"},
		{"day", "天", "days"}, {"month", "个月", "months"}};
	bool unit = strcmp(x->kind, "unit") == 0;
	struct json *list = put_list(c, f, "options");
	for (int i = 0; i < (unit ? 5 : 4); i++) {
		struct json *o = list_obj(c, list);
		struct str code = unit ? str_of(units[i][0]) : str_fmt(c->a, "%d", i + 1);
		put_text(c, o, "value", code);
		put_text(c, o, "label", unit ? tr(c, units[i][1], units[i][2]) : words(c, item_depth_text((enum item_depth)(i + 1))));
		put_bool(c, o, "chosen", str_eq(code, now));
	}
}

static struct err *item_of(struct op_call *c, const struct item **it)
{
	*it = catalogue_item(c->p->cat, op_text(c, "code"));
	return *it ? NULL : err_arg(c->a, E_NOT_FOUND, tr(c, "这个事项", "This item"));
}

static struct err *text_of(struct op_call *c, const struct item *it, struct release *r, struct str *out)
{
	*r = (struct release){.base = c->p->cat->hash};
	struct err *e = op_id(c, "release") ? release_read(c->p, op_id(c, "release"), r) : NULL;
	if (e) return e;
	return r->id ? release_text(c->p, r, it->at.file, out) : shelf_text(c->p->domain, c->a, r->base, it->at.file, out);
}

static void put_history(struct op_call *c, struct json *list, const struct release *r, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct json *o = list_obj(c, list);
		put_id(c, o, "id", r[i].id);
		put_text(c, o, "title", r[i].title);
		put_text(c, o, "state", r[i].state);
		put_text(c, o, "author", r[i].author_name);
		put_text(c, o, "judge", r[i].judge_name);
		put_ms(c, o, "at", r[i].force_ms ? r[i].force_ms : r[i].proposed_ms);
	}
}

struct err *op_item_get(struct op_call *c)
{
	const struct item *it;
	struct release r, *past;
	struct str text = S("");
	struct yaml *root;
	struct gaps g;
	size_t n;
	struct err *e = item_of(c, &it);
	if (!e) e = text_of(c, it, &r, &text);
	if (!e) e = release_of_matter(c->p, it->code, HISTORY, &past, &n);
	if (e) return e;
	e = yaml_parse(c->a, it->at.file, text, (struct yaml_limits){0}, &root);
	put_text(c, c->out, "code", it->code);
	put_words(c, c->out, "name", it->name);
	put_words(c, c->out, "office", it->office->name);
	put_text(c, c->out, "file", it->at.file);
	put_id(c, c->out, "release", r.id);
	put_text(c, c->out, "release_title", r.title);
	put_text(c, c->out, "version", it->version);
	put_bool(c, c->out, "unreadable", e != NULL);            // a draft edited by hand: only the file can be mended
	put_bool(c, c->out, "can_edit", (c->p->actor.roles >> ROLE_EDITOR) & 1);
	put_text(c, c->out, "basic", it->basic_code);
	struct json *groups = put_list(c, c->out, "groups"), *fields = NULL, *lists = put_list(c, c->out, "sections");
	for (size_t i = 0; i < countof(parts) && !e; i++) {
		const struct part *x = &parts[i];
		if (!x->path) {
			struct json *group = list_obj(c, groups);
			put_text(c, group, "code", str_of(x->kind));
			put_text(c, group, "name", tr(c, x->zh, x->en));
			fields = put_list(c, group, "fields");
			continue;
		}
		struct json *f = list_obj(c, fields);
		struct str now = yaml_text(yaml_path(root, x->path));
		put_text(c, f, "path", str_of(x->path));
		put_text(c, f, "label", tr(c, x->zh, x->en));
		put_text(c, f, "kind", str_of(x->kind));
		put_text(c, f, "value", now.p ? now : S(""));
		if (strcmp(x->kind, "unit") == 0 || strcmp(x->kind, "depth") == 0) put_options(c, f, x, now.p ? now : S(""));
	}
	for (size_t i = 0; i < countof(sections) && !e; i++) {
		struct json *s = list_obj(c, lists);
		struct str lines;
		e = yaml_section(c->a, it->at.file, text, str_of(sections[i].key), &lines);
		if (e) return e;
		int64_t rows = 2;
		for (size_t k = 0; k < lines.n; k++) rows += lines.p[k] == '\n';
		put_text(c, s, "key", str_of(sections[i].key));
		put_text(c, s, "label", tr(c, sections[i].zh, sections[i].en));
		put_text(c, s, "text", lines);
		put_int(c, s, "rows", rows > 14 ? 14 : rows);
		put_int(c, s, "count", (int64_t)yaml_count(yaml_get(root, str_of(sections[i].key))));
	}
	item_gaps(c->a, it, day_shanghai(c->p->now_ms), &g);
	struct json *gaps = put_list(c, c->out, "gaps");
	for (uint32_t i = 0; i < g.n; i++) {
		struct json *o = list_obj(c, gaps);
		put_words(c, o, "name", g.gap[i].name);
		put_text(c, o, "kind", g.gap[i].kind == GAP_MISSING ? S("missing") : g.gap[i].kind == GAP_ENGLISH ? S("english") : S("date"));
	}
	put_int(c, c->out, "percent", g.filled * 100 / g.elements);
	put_history(c, put_list(c, c->out, "history"), past, n);
	return NULL;
}

// ---- edited ----

static bool changed(struct op_call *c, const struct yaml *root, const char *path, struct str value)
{
	struct str now = yaml_text(yaml_path(root, path));
	return !str_eq(now.p ? now : S(""), str_trim(value));
}

static struct str unix_lines(struct arena *a, struct str t)
{
	struct buf b = buf_new(a);
	for (size_t i = 0; i < t.n; i++)
		if (t.p[i] != '\r') buf_byte(&b, t.p[i]);
	while (b.n && (buf_str(&b).p[b.n - 1] == '\n' || buf_str(&b).p[b.n - 1] == ' ')) b.n--;
	if (b.n) buf_byte(&b, '\n');
	return buf_str(&b);
}

struct err *op_item_edit(struct op_call *c)
{
	const struct item *it;
	struct release r;
	struct str text;
	struct yaml *root;
	struct yaml_edit edit[EDITS_MAX];
	size_t n = 0;
	struct json *fields = op_json(c, "fields"), *lists = op_json(c, "sections");
	struct err *e = item_of(c, &it);
	if (!e) e = text_of(c, it, &r, &text);
	if (!e) e = yaml_parse(c->a, it->at.file, text, (struct yaml_limits){0}, &root);
	if (e) return e;
	for (uint32_t k = 0; k < json_count(fields); k++) {
		const struct part *x = NULL;
		for (size_t i = 0; i < countof(parts) && !x; i++)
			if (parts[i].path && str_eq(fields->key[k], str_of(parts[i].path))) x = &parts[i];
		if (!x) return err_field(c->a, E_UNKNOWN_FIELD, fields->key[k], fields->key[k]);
		struct str v = str_trim(json_text(fields->item[k]));
		int64_t number;
		day_t day;
		if (v.n && (strcmp(x->kind, "number") == 0 || strcmp(x->kind, "depth") == 0) && (!str_int(v, &number) || number < 0 || number > 9999))
			return err_field(c->a, E_TYPE, fields->key[k], tr(c, x->zh, x->en));
		if (v.n && strcmp(x->kind, "day") == 0 && !day_parse(v, &day)) return err_field(c->a, E_TYPE, fields->key[k], tr(c, x->zh, x->en));
		if (changed(c, root, x->path, v) && n < EDITS_MAX) edit[n++] = (struct yaml_edit){.path = str_of(x->path), .value = v, .plain = plain(x)};
	}
	for (uint32_t k = 0; k < json_count(lists); k++) {
		const char *key = NULL;
		struct str was, is = unix_lines(c->a, json_text(lists->item[k]));
		for (size_t i = 0; i < countof(sections) && !key; i++)
			if (str_eq(lists->key[k], str_of(sections[i].key))) key = sections[i].key;
		if (!key) return err_field(c->a, E_UNKNOWN_FIELD, lists->key[k], lists->key[k]);
		e = yaml_section(c->a, it->at.file, text, str_of(key), &was);
		if (e) return e;
		if (!str_eq(unix_lines(c->a, was), is) && n < EDITS_MAX) edit[n++] = (struct yaml_edit){.path = str_of(key), .value = is, .section = true};
	}
	if (!n) return err_new(c->a, E_RELEASE_SAME);
	e = yaml_patch(c->a, it->at.file, text, edit, n, &text);
	if (e) {
		// Told at the field: the patcher names its path.
		if (e->code == E_PATCH_FORM) e->field = e->arg[0];
		return e;
	}
	struct str title = op_text(c, "title").n ? op_text(c, "title") : str_fmt(c->a, "修改“" STR_FMT "”", STR_ARG(it->name.zh));
	if (!r.id) e = release_begin(c->p, title, &r);
	if (!e) e = release_put(c->p, &r, it->at.file, text, false);
	put_id(c, c->out, "release", r.id);
	return e;
}

struct err *op_item_preview(struct op_call *c)
{
	struct release r;
	struct release_trial t = {0};
	struct err *e = release_read(c->p, op_id(c, "release"), &r);
	if (!e) e = release_try(c->p, &r, &t);
	if (!e && !t.findings->errors) {
		struct catalogue *now = c->p->cat;
		struct buf b = buf_new(c->a);
		c->p->cat = candidate_catalogue(t.candidate);
		e = show_guide(c);
		if (!e) json_print(&b, c->out);                      // texts of the draft's version go with it
		c->p->cat = now;
		if (!e) e = json_parse(c->a, str_copy(c->a, buf_str(&b)), (struct json_limits){.bytes = 4 << 20}, &c->out);
	} else if (!e) {
		put_int(c, c->out, "errors", (int64_t)t.findings->errors);
	}
	candidate_drop(t.candidate);
	return e;
}

// ---- the same item, done differently ----

static void put_cell(struct op_call *c, struct json *row, struct str text, struct str first)
{
	struct json *list = json_get(row, S("cells")), *o;
	if (!list) list = put_list(c, row, "cells");
	o = list_obj(c, list);
	put_text(c, o, "text", text.n ? text : S("—"));
	put_bool(c, o, "other", !str_eq(text, first));
	if (!str_eq(text, first)) put_bool(c, row, "differs", true);
}

static struct str joined(struct op_call *c, const struct item *it, int what)
{
	struct buf b = buf_new(c->a);
	uint32_t n = what == 0 ? it->n_conditions : what == 1 ? it->n_materials : what == 2 ? it->n_steps : it->n_fees;
	for (uint32_t i = 0; i < n; i++)
		buf_fmt(&b, "%s" STR_FMT, i ? "；" : "", STR_ARG(what == 0 ? words(c, it->condition[i]) : what == 1 ? words(c, it->material[i].material->name)
			: what == 2 ? words(c, step_kind_name(it->step[i].kind)) : words(c, it->fee[i].standard)));
	return buf_str(&b);
}

static struct str halls(struct op_call *c, const struct item *it)
{
	struct buf b = buf_new(c->a);
	for (uint32_t i = 0; i < it->n_places; i++)
		buf_fmt(&b, "%s" STR_FMT, i ? "；" : "", STR_ARG(words(c, it->place_of[i].hall ? it->place_of[i].hall->name : it->place_of[i].office->name)));
	return buf_str(&b);
}

static struct str compared(struct op_call *c, const struct item *it, size_t row)
{
	bool en = c->p->actor.english;
	switch (row) {
	case 0: return limit_text(c->a, it->promised, en);
	case 1: return limit_text(c->a, it->statutory, en);
	case 2: return str_fmt(c->a, "%u", it->visits);
	case 3: return words(c, item_depth_text(it->depth));
	case 4: return joined(c, it, 0);
	case 5: return joined(c, it, 1);
	case 6: return joined(c, it, 2);
	case 7: return it->n_fees ? joined(c, it, 3) : tr(c, "不收费", "free");
	case 8: return words(c, it->result_line);
	case 9: return words(c, it->place);
	case 10: return halls(c, it);
	case 11: return words(c, it->hours);
	case 12: return it->phone;
	default: return it->version;
	}
}

struct err *op_item_compare(struct op_call *c)
{
	static const char *const names[][2] = {{"承诺时限", "Promise"}, {"法定时限", "Statutory limit"}, {"到场次数", "Visits"}, {"网办深度", "Online depth"},
		{"受理条件", "Conditions"}, {"申请材料", "Papers"}, {"办理环节", "Steps"}, {"收费", "Fees"}, {"结果", "Result"}, {"办理地点", "Where"}, {"也可以在", "Also at"}, {"办理时间", "Hours"}, {"咨询电话", "Telephone"},
		{"版本", "Version"}};
	const struct catalogue *cat = c->p->cat;
	struct str basic = op_text(c, "basic");
	struct json *groups = put_list(c, c->out, "groups"), *columns = put_list(c, c->out, "columns"), *rows = put_list(c, c->out, "rows");
	const struct item *same[32];
	size_t n = 0;
	for (uint32_t i = 0; i < cat->n_items; i++) {
		const struct item *it = cat->item[i];
		int64_t others = 0, differ = 0;
		bool first = it->basic_code.n != 0;
		if (basic.n && str_eq(it->basic_code, basic) && n < countof(same)) same[n++] = it;
		for (uint32_t k = 0; k < cat->n_items && first; k++) {
			if (!str_eq(cat->item[k]->basic_code, it->basic_code)) continue;
			first &= k >= i;
			others++;
			bool other = false;
			for (size_t row = 0; row < countof(names) && k > i && !other; row++) other = !str_eq(compared(c, it, row), compared(c, cat->item[k], row));
			differ += other;
		}
		if (!first || others < 2) continue;
		struct json *o = list_obj(c, groups);
		put_text(c, o, "basic", it->basic_code);
		put_words(c, o, "name", it->name);
		put_int(c, o, "offices", others);
		put_bool(c, o, "differs", differ != 0);
	}
	for (size_t i = 0; i < n; i++) {
		struct json *o = list_obj(c, columns);
		put_text(c, o, "code", same[i]->code);
		put_words(c, o, "name", same[i]->name);
		put_words(c, o, "office", same[i]->office->name);
		put_words(c, o, "division", same[i]->office->division->name);
	}
	for (size_t row = 0; row < countof(names) && n; row++) {
		struct json *o = list_obj(c, rows);
		put_text(c, o, "name", tr(c, names[row][0], names[row][1]));
		for (size_t i = 0; i < n; i++) put_cell(c, o, compared(c, same[i], row), compared(c, same[0], row));
	}
	put_text(c, c->out, "basic", basic);
	return NULL;
}

// ---- the problem list ----

struct err *op_flaw_list(struct op_call *c)
{
	struct flaw *f;
	size_t n;
	struct str office = op_text(c, "office"), kind = op_text(c, "kind"), after = op_text(c, "after"), last = S("");
	struct str state = op_text(c, "state").n ? op_text(c, "state") : S("open");
	struct err *e = flaw_list(c->p, &f, &n);
	if (e) return e;
	struct json *rows = put_list(c, c->out, "rows"), *offices = put_list(c, c->out, "offices");
	int64_t open = 0, done = 0, dismissed = 0, total = 0;
	bool begun = !after.n, more = false;
	for (size_t i = 0; i < n; i++) {
		bool mine = (!office.n || str_eq(f[i].office, office)) && (!kind.n || str_eq(f[i].kind, kind));
		*(str_is(f[i].state, "open") ? &open : str_is(f[i].state, "done") ? &done : &dismissed) += mine;
		bool hit = mine && str_eq(f[i].state, state), here = hit && begun && json_count(rows) < ROWS;
		total += hit;
		more |= hit && begun && !here;
		begun |= str_eq(f[i].key, after);
		if (!here) continue;
		const struct office *o = catalogue_office(c->p->cat, f[i].office);
		struct json *row = list_obj(c, rows);
		put_text(c, row, "key", f[i].key);
		put_int(c, row, "number", json_count(rows));
		put_text(c, row, "kind", f[i].kind);
		if (o) put_words(c, row, "office", o->name);
		put_text(c, row, "code", f[i].code);
		put_text(c, row, "name", f[i].name);
		put_text(c, row, "text", f[i].text);
		put_text(c, row, "hint", str_find(f[i].hint, S("{")) < 0 ? f[i].hint : S(""));
		put_int(c, row, "count", f[i].count);
		put_text(c, row, "reason", f[i].reason);
		put_text(c, row, "by", f[i].by);
		put_ms(c, row, "at", f[i].at_ms);
		last = f[i].key;
	}
	for (uint32_t i = 0; i < c->p->cat->n_offices; i++) {
		struct json *o = list_obj(c, offices);
		put_text(c, o, "code", c->p->cat->office[i].code);
		put_words(c, o, "name", c->p->cat->office[i].name);
		put_bool(c, o, "chosen", str_eq(c->p->cat->office[i].code, office));
	}
	put_text(c, c->out, "office", office);
	put_text(c, c->out, "kind", kind);
	put_text(c, c->out, "state", state);
	put_int(c, c->out, "open", open);
	put_int(c, c->out, "done", done);
	put_int(c, c->out, "dismissed", dismissed);
	put_int(c, c->out, "total", total);
	put_bool(c, c->out, "can_mark", (c->p->actor.roles >> ROLE_EDITOR) & 1);
	if (more) put_text(c, c->out, "next", last);
	return NULL;
}

struct err *op_flaw_mark(struct op_call *c)
{
	struct err *e = flaw_mark(c->p, op_text(c, "key"), op_text(c, "state"), op_text(c, "reason"));
	put_text(c, c->out, "key", op_text(c, "key"));
	put_text(c, c->out, "state", op_text(c, "state"));
	return e;
}
