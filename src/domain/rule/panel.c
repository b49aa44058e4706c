// panel.c — a table as people read it, and the panel that tries it; for pages of the staff.
#include "dmn/analyse.h"
#include "dmn/dmn.h"
#include "dmn/table.h"
#include "domain/rule/rule.h"
#include "feel/feel.h"

struct panel {
	struct arena *a;
	const struct catalogue *cat;
	int64_t now_ms;
	bool english;
	struct json *out;
};

static struct str tr(const struct panel *c, const char *zh, const char *en)
{
	return str_of(c->english ? en : zh);
}

static struct str words(const struct panel *c, struct words w)
{
	return words_in(w, c->english);
}

static void put_text(struct panel *c, struct json *o, const char *key, struct str text)
{
	if (text.n) json_put(c->a, o, str_of(key), json_str(c->a, text));
}

static void put_int(struct panel *c, struct json *o, const char *key, int64_t n)
{
	json_put(c->a, o, str_of(key), json_num(c->a, n));
}

static void put_bool(struct panel *c, struct json *o, const char *key, bool b)
{
	json_put(c->a, o, str_of(key), json_bool(c->a, b));
}

static struct json *put_list(struct panel *c, struct json *o, const char *key)
{
	struct json *list = json_arr(c->a);
	json_put(c->a, o, str_of(key), list);
	return list;
}

static struct json *list_obj(struct panel *c, struct json *list)
{
	struct json *o = json_obj(c->a);
	json_add(c->a, list, o);
	return o;
}

static struct json *put_obj(struct panel *c, struct json *o, const char *key)
{
	struct json *x = json_obj(c->a);
	json_put(c->a, o, str_of(key), x);
	return x;
}

// A cell as people say it: true is 是, a quoted word is the word, "any" a dash.
static struct str cell_words(struct panel *c, struct str s)
{
	s = str_trim(s);
	if (!s.n || str_is(s, "-")) return S("—");
	if (str_is(s, "true")) return tr(c, "是", "yes");
	if (str_is(s, "false")) return tr(c, "否", "no");
	if (str_is(s, "\"\"")) return S("");
	if (str_is(s, "\"grant\"")) return tr(c, "准予", "grant");
	if (str_is(s, "\"manual\"")) return tr(c, "转人工", "to a person");
	return str_replace(c->a, s, S("\""), S(""));
}

static struct str type_words(struct panel *c, struct str type)
{
	static const char *const names[][3] = {{"boolean", "是否", "yes or no"}, {"number", "数", "number"}, {"string", "文字", "text"}, {"date", "日期", "date"}};
	for (size_t i = 0; i < countof(names); i++)
		if (str_eq(type, str_of(names[i][0]))) return tr(c, names[i][1], names[i][2]);
	return type;
}

static struct str path_words(struct panel *c, struct str path)
{
	static const char *const known[][3] = {{"is_applicant", "就是申请人", "is the applicant"}, {"born", "出生日期（按证件号码）", "date of birth (by number)"},
		{"sex", "性别（按证件号码）", "sex (by number)"}, {"legal_date", "收件日期", "day of receipt"}, {"enterprise", "以企业账号申请", "by an enterprise's account"},
		{"valid", "有效", "valid"}, {"given", "已有", "given"}, {"held", "证照库中持有", "held in the library"}, {"face", "证面", "face"}, {"issued", "发证日期", "issued"}, {"address", "地址", "address"}};
	struct buf b = buf_new(c->a);
	struct str first = str_cut(&path, S("."));
	const struct subject *s = catalogue_subject(c->cat, first);
	const struct question *q = NULL;
	for (uint32_t i = 0; i < c->cat->n_questions; i++)
		if (str_eq(c->cat->question[i].code, first)) q = &c->cat->question[i];
	if (q) return words(c, q->text);
	if (s) buf_add(&b, words(c, s->name));
	else if (!path.n) buf_add(&b, first);
	while (path.n) {
		struct str part = str_cut(&path, S("."));
		struct str text = part;
		const struct element *el = catalogue_element(c->cat, part);
		const struct certificate_type *t = catalogue_certificate(c->cat, part);
		const struct item *it = catalogue_item(c->cat, part);
		if (str_is(first, "paper"))
			for (uint32_t i = 0; i < c->cat->n_materials; i++)
				if (str_starts(part, c->cat->material[i].code) && part.n > c->cat->material[i].code.n && part.p[c->cat->material[i].code.n] == '_')
					text = words(c, c->cat->material[i].name);
		if (str_is(first, "holds") && t) text = words(c, t->name);
		else if (str_is(first, "earlier") && it) text = words(c, it->name);
		else if (el && s) text = words(c, el->name);
		for (size_t i = 0; i < countof(known); i++)
			if (str_eq(part, str_of(known[i][0])) && str_eq(text, part)) text = tr(c, known[i][1], known[i][2]);
		if (b.n) buf_lit(&b, " · ");
		buf_add(&b, text);
	}
	if (str_is(first, "legal_date")) return tr(c, "收件日期", "day of receipt");
	return buf_str(&b);
}

// The facts a table reads, each a field of the panel that tries it.
static void fields_of(struct panel *c, struct json *list, const struct feel_type *t, struct str path, const struct json *values)
{
	if (t && t->kind == FEEL_CONTEXT) {
		for (uint32_t i = 0; i < t->n; i++)
			fields_of(c, list, t->member[i].type, str_fmt(c->a, STR_FMT "." STR_FMT, STR_ARG(path), STR_ARG(t->member[i].name)), values);
		return;
	}
	struct json *o = list_obj(c, list);
	struct str type = t ? str_of(feel_kind_name(t->kind)) : S("string"), value = json_text(json_get(values, path));
	put_text(c, o, "key", path);
	put_text(c, o, "label", path_words(c, path));
	put_text(c, o, "type", type_words(c, type));
	put_bool(c, o, "boolean", str_is(type, "boolean"));
	put_text(c, o, "value", value);
	put_bool(c, o, "yes", str_is(value, "true"));
	put_bool(c, o, "no", str_is(value, "false"));
}

static void put_columns(struct panel *c, const struct dmn_written *w, struct json *out)
{
	struct json *in = put_list(c, out, "inputs"), *res = put_list(c, out, "outputs"), *note = put_list(c, out, "notes");
	for (uint32_t i = 0; i < w->n_in; i++) {
		struct json *o = list_obj(c, in);
		put_text(c, o, "label", w->in[i].label.n ? w->in[i].label : w->in[i].expr.text);
		put_text(c, o, "expression", w->in[i].expr.text);
		put_text(c, o, "type", type_words(c, w->in[i].type));
	}
	for (uint32_t i = 0; i < w->n_out; i++) {
		struct json *o = list_obj(c, res);
		put_text(c, o, "label", w->out[i].label.n ? w->out[i].label : w->out[i].name);
		put_text(c, o, "type", type_words(c, w->out[i].type));
	}
	for (uint32_t i = 0; i < w->n_note; i++) {
		struct json *o = list_obj(c, note);
		put_text(c, o, "label", w->note[i]);
	}
}

static void put_rules(struct panel *c, const struct dmn_written *w, struct json *out, const struct dmn_analysis *an)
{
	struct json *rows = put_list(c, out, "rows");
	for (uint32_t r = 0; r < w->n_rule; r++) {
		struct json *o = list_obj(c, rows), *in = put_list(c, o, "inputs"), *res = put_list(c, o, "outputs"), *note = put_list(c, o, "notes");
		put_int(c, o, "number", r + 1);
		for (uint32_t i = 0; i < w->n_in; i++) json_add(c->a, in, json_str(c->a, cell_words(c, w->rule[r].in[i].text)));
		for (uint32_t i = 0; i < w->n_out; i++) json_add(c->a, res, json_str(c->a, cell_words(c, w->rule[r].out[i].text)));
		for (uint32_t i = 0; i < w->n_note; i++) json_add(c->a, note, json_str(c->a, w->rule[r].note[i]));
		bool bad = false;
		for (const struct dmn_finding *f = an->first; f; f = f->next) bad |= dmn_finding_is_mistake(f) && (f->rule == r + 1 || f->other == r + 1);
		put_bool(c, o, "bad", bad);
	}
}

static void show_table(struct panel *c, const struct rule_table *t, const struct dmn_item *d, const struct json *values)
{
	const struct dmn_written *w = d->table->written;
	const struct dmn_item **in;
	struct dmn_analysis an = {0};
	dmn_analyse(c->a, d->table, &an);
	put_text(c, c->out, "code", t->code);
	put_text(c, c->out, "file", t->at.file);
	put_text(c, c->out, "version", str_part(c->cat->hash, 0, 12));
	put_text(c, c->out, "policy", dmn_hit_policy_letter(w->hit, w->aggregation));
	put_int(c, c->out, "n_inputs", w->n_in);
	put_int(c, c->out, "n_outputs", w->n_out);
	put_int(c, c->out, "n_notes", w->n_note);
	put_columns(c, w, c->out);
	put_rules(c, w, c->out, &an);
	struct json *findings = put_list(c, c->out, "findings"), *fields = put_list(c, c->out, "fields");
	for (const struct dmn_finding *f = an.first; f; f = f->next) {
		struct json *o = list_obj(c, findings);
		put_bool(c, o, "bad", dmn_finding_is_mistake(f));
		put_text(c, o, "text", dmn_finding_text(c->a, d->table, f, c->english));
	}
	size_t n = dmn_inputs(t->model, d, c->a, &in);
	for (size_t i = 0; i < n; i++) fields_of(c, fields, in[i]->type, in[i]->name, values);
}

// ---- trying ----

static struct err *typed(struct panel *c, const struct feel_type *t, struct str path, const struct json *values, struct feel_value *out)
{
	struct err *e = NULL;
	*out = feel_null();
	if (t && t->kind == FEEL_CONTEXT) {
		struct feel_context *ctx = feel_context_new(c->a, t->n + 1);
		for (uint32_t i = 0; i < t->n && !e; i++) {
			struct feel_value v;
			e = typed(c, t->member[i].type, str_fmt(c->a, STR_FMT "." STR_FMT, STR_ARG(path), STR_ARG(t->member[i].name)), values, &v);
			feel_context_put(c->a, ctx, t->member[i].name, v);
		}
		*out = feel_of_context(ctx);
		return e;
	}
	struct str text = str_trim(json_text(json_get(values, path)));
	dec n;
	if (!text.n) return NULL;                                // not known
	enum feel_kind kind = t ? t->kind : FEEL_STRING;
	bool good = true;
	if (kind == FEEL_BOOLEAN) good = str_is(text, "true") || str_is(text, "false"), *out = feel_bool(str_is(text, "true"));
	else if (kind == FEEL_NUMBER) good = dec_parse(text, &n), *out = good ? feel_num(n) : feel_null();
	else if (kind == FEEL_DATE) good = feel_parse_temporal(c->a, text, out) && out->kind == FEEL_DATE;
	else *out = feel_text(text);
	return good ? NULL : err_field(c->a, kind == FEEL_DATE ? E_DATE : E_TYPE, path, path_words(c, path));
}

static struct err *try_table(struct panel *c, const struct rule_table *t, const struct dmn_item *d, const struct json *values)
{
	const struct dmn_item **in;
	struct rule_evidence none = {0};
	struct rule_judged out;
	struct json *trace;
	struct err *wrong = NULL;
	size_t n = dmn_inputs(t->model, d, c->a, &in);
	struct feel_context *facts = feel_context_new(c->a, (uint32_t)n + 1);
	for (size_t i = 0; i < n; i++) {
		struct feel_value v;
		err_add(&wrong, typed(c, in[i]->type, in[i]->name, values, &v));
		feel_context_put(c->a, facts, in[i]->name, v);
	}
	if (wrong) return wrong;
	rule_judge(c->a, t, rule_snapshot(c->a, t, facts, &none), c->now_ms, feel_zone(S(RULE_ZONE)), &out);
	struct err *e = json_parse(c->a, out.trace, (struct json_limits){0}, &trace);
	if (e) return e;
	struct json *r = put_obj(c, c->out, "result"), *cols = put_list(c, r, "columns"), *hits = put_list(c, r, "hits"), *why = put_list(c, r, "why");
	struct json *last = json_count(trace) ? trace->item[json_count(trace) - 1] : NULL;
	struct json *columns = json_get(last, S("columns")), *rules = json_get(last, S("rules"));
	for (uint32_t i = 0; i < json_count(columns) && i < d->table->written->n_in; i++) {
		struct json *o = list_obj(c, cols), *v = json_get(columns->item[i], S("value"));
		put_text(c, o, "label", d->table->written->in[i].label);
		struct str text = json_text(v);
		if (v && (v->type == JSON_TRUE || v->type == JSON_FALSE)) text = cell_words(c, v->type == JSON_TRUE ? S("true") : S("false"));
		if (v && v->type == JSON_OBJECT) text = json_text(json_get(v, S("value")));
		put_text(c, o, "value", text.n ? text : tr(c, "不知道", "not known"));
	}
	for (uint32_t i = 0; i < json_count(rules); i++) {
		int64_t row = 0;
		json_int(json_get(rules->item[i], S("row")), &row);
		json_add(c->a, hits, json_num(c->a, row));
		struct json *rows = json_get(c->out, S("rows"));
		if (row >= 1 && row <= (int64_t)json_count(rows)) put_bool(c, rows->item[row - 1], "hit", true);
	}
	for (uint32_t i = 0; i < json_count(out.why); i++)
		json_add(c->a, why, json_str(c->a, rule_why_text(c->a, c->cat, json_text(out.why->item[i]), c->english)));
	put_bool(c, r, "grant", out.grant);
	put_text(c, r, "sentence", c->english ? out.sentence_en : out.sentence);
	put_text(c, r, "output", out.output);
	return NULL;
}

uint32_t rule_rows(const struct rule_table *t)
{
	const struct dmn_item *d = t->model ? dmn_find(t->model, DMN_DECISION, t->decision) : NULL;
	return d && d->table ? d->table->written->n_rule : 0;
}

struct err *rule_panel(struct arena *a, const struct catalogue *cat, const struct rule_table *t, const struct json *values,
	int64_t now_ms, bool english, struct json *out)
{
	struct panel c = {a, cat, now_ms, english, out};
	const struct dmn_item *d = t->model ? dmn_find(t->model, DMN_DECISION, t->decision) : NULL;
	if (!d || !d->table) return err_arg(a, E_RULE_TABLE, t->code);
	show_table(&c, t, d, values);
	return values ? try_table(&c, t, d, values) : NULL;
}
