// judge.c — what a table says of a snapshot, and why a person must decide; pure.
#include "dmn/dmn.h"
#include "dmn/table.h"
#include "domain/rule/rule.h"

enum { STEPS = 1000000 };

const struct rule_table *rule_in_force(const struct catalogue *c, const struct item *it, day_t legal)
{
	for (uint32_t i = 0; i < it->instant.n_rules; i++) {
		const struct instant_rule *r = &it->instant.rule[i];
		const struct rule_table *t = legal >= r->from && legal <= r->until ? catalogue_rule(c, r->table) : NULL;
		if (t && t->model) return t;
	}
	return NULL;
}

bool rule_wants(struct arena *a, const struct rule_table *t, struct str input)
{
	const struct dmn_item **in;
	size_t n = dmn_inputs(t->model, dmn_find(t->model, DMN_DECISION, t->decision), a, &in);
	for (size_t i = 0; i < n; i++)
		if (str_eq(in[i]->name, input)) return true;
	return false;
}

// ---- the snapshot: what the table declares, nothing more ----

// A structure keeps the members its type names; one without a declared structure is left out whole.
static struct feel_value reduced(struct arena *a, struct feel_value v, const struct feel_type *t)
{
	if (v.kind != FEEL_CONTEXT) return v.kind == FEEL_FUNCTION || v.kind == FEEL_LIST ? feel_null() : v;
	if (!t || t->kind != FEEL_CONTEXT || !t->n) return feel_null();
	struct feel_context *out = feel_context_new(a, t->n);
	for (uint32_t i = 0; i < t->n; i++) {
		struct feel_value m;
		if (!feel_context_get(v.ctx, t->member[i].name, &m)) m = feel_null();
		feel_context_put(a, out, t->member[i].name, reduced(a, m, t->member[i].type));
	}
	return feel_of_context(out);
}

struct json *rule_snapshot(struct arena *a, const struct rule_table *t, const struct feel_context *facts, const struct rule_evidence *ev)
{
	struct json *out = json_obj(a), *inputs = json_obj(a), *evidence = json_obj(a);
	const struct dmn_item *d = dmn_find(t->model, DMN_DECISION, t->decision), **in;
	size_t n = dmn_inputs(t->model, d, a, &in);
	for (size_t i = 0; i < n; i++) {
		struct feel_value v;
		if (!feel_context_get(facts, in[i]->name, &v)) v = feel_null();
		json_put(a, inputs, in[i]->name, feel_to_json(a, reduced(a, v, in[i]->type)));
	}
	json_put(a, out, S("inputs"), inputs);
	if (json_count(ev->contradictions)) json_put(a, evidence, S("contradictions"), ev->contradictions);
	if (json_count(ev->unread)) json_put(a, evidence, S("unread"), ev->unread);
	if (json_count(ev->altered)) json_put(a, evidence, S("altered"), ev->altered);
	if (json_count(ev->another)) json_put(a, evidence, S("another"), ev->another);
	if (json_count(ev->costly)) json_put(a, evidence, S("costly"), ev->costly);
	if (json_count(ev->silent)) json_put(a, evidence, S("silent"), ev->silent);
	if (json_count(ev->none)) json_put(a, evidence, S("none"), ev->none);
	if (json_count(ev->wrong)) json_put(a, evidence, S("wrong"), ev->wrong);
	if (ev->declined) json_put(a, evidence, S("declined"), json_bool(a, true));
	json_put(a, out, S("evidence"), evidence);
	return out;
}

// ---- judging ----

static void because(struct arena *a, struct json *why, const char *kind, struct str what)
{
	json_add(a, why, json_str(a, what.n ? str_fmt(a, "%s:" STR_FMT, kind, STR_ARG(what)) : str_of(kind)));
}

static void evidence(struct arena *a, const struct json *ev, struct json *why)
{
	static const char *const lists[][2] = {{"contradictions", "contradiction"}, {"unread", "unread"}, {"altered", "altered"}, {"another", "another"},
		{"costly", "costly"}, {"silent", "silent"}, {"none", "norecord"}, {"wrong", "mistrusted"}};
	for (size_t k = 0; k < countof(lists); k++) {
		struct json *l = json_get(ev, str_of(lists[k][0]));
		for (size_t i = 0; i < json_count(l); i++) because(a, why, lists[k][1], json_text(l->item[i]));
	}
	if (json_is_true(json_get(ev, S("declined")))) because(a, why, "declined", S(""));
}

static void unknowns(struct arena *a, const struct dmn_trace *t, struct json *why)
{
	for (const struct dmn_step *s = t ? t->first : NULL; s; s = s->next)
		for (uint32_t i = 0; i < s->n_column; i++)
			if (s->column[i].value.kind == FEEL_NULL) because(a, why, "unknown", s->column[i].name);
}

static struct str canonical(struct arena *a, const struct json *j)
{
	struct buf b = buf_new(a);
	json_print_canonical(&b, j);
	return buf_str(&b);
}

void rule_judge(struct arena *a, const struct rule_table *t, const struct json *snapshot, int64_t now_ms,
	const struct feel_zone *zone, struct rule_judged *out)
{
	const struct dmn_item *d = dmn_find(t->model, DMN_DECISION, t->decision);
	const struct json *inputs = json_get(snapshot, S("inputs"));
	struct feel_context *ctx = feel_context_new(a, (uint32_t)json_count(inputs) + 1);
	struct dmn_result r;
	*out = (struct rule_judged){.why = json_arr(a), .value = json_new(a, JSON_NULL)};
	for (uint32_t i = 0; i < json_count(inputs); i++) {
		struct feel_value v;
		if (feel_from_json(a, inputs->item[i], &v)) {
			because(a, out->why, "unknown", inputs->key[i]);
			v = feel_null();
		}
		feel_context_put(a, ctx, inputs->key[i], v);
	}
	dmn_eval(t->model, d, ctx, &(struct dmn_env){.now_ms = now_ms, .zone = zone, .trace = true, .steps = STEPS}, a, &r);
	evidence(a, json_get(snapshot, S("evidence")), out->why);
	unknowns(a, r.trace, out->why);
	if (r.stop) because(a, out->why, "budget", S(""));
	// A null has its own reason above; what is left over is a mistake of the table, and a person sees to it.
	if (r.raised && !json_count(out->why)) because(a, out->why, "diagnostic", S(""));
	if (!r.stop && r.value.kind != FEEL_NULL) {
		struct json *v = dmn_value_json(a, r.value);
		const struct dmn_written *w = d->table ? d->table->written : NULL;
		if (v->type != JSON_OBJECT && w && w->n_out == 1) {
			struct json *o = json_obj(a);
			json_put(a, o, w->out[0].name, v);
			v = o;
		}
		out->value = v;
	}
	struct str result = json_text(json_get(out->value, S("result")));
	if (!str_is(result, "grant") && !json_count(out->why)) because(a, out->why, "manual", json_text(json_get(out->value, S("reason"))));
	out->grant = str_is(result, "grant") && !json_count(out->why);
	out->output = canonical(a, out->value);
	out->trace = canonical(a, dmn_trace_json(a, r.trace));
	out->digest = digest_hex(a, out->trace);
	out->sentence = dmn_trace_sentence(a, r.trace, false);
	out->sentence_en = dmn_trace_sentence(a, r.trace, true);
	out->english = dmn_trace_english(r.trace);
}

struct err *rule_replay(struct arena *a, const struct rule_decision *d, const struct rule_table *t, struct rule_change *out)
{
	struct json *snapshot;
	*out = (struct rule_change){0};
	struct err *e = json_parse(a, d->input, (struct json_limits){0}, &snapshot);
	if (e) return e;
	rule_judge(a, t, snapshot, d->now_ms, feel_zone(d->zone), &out->now);
	out->same_output = str_eq(out->now.output, d->output);
	out->same_verdict = out->now.grant == str_is(d->verdict, "grant");
	out->same_trace = str_eq(out->now.digest, d->trace_digest);
	return NULL;
}

// ---- in words ----

// What a table calls the column that reads this expression.
static struct str column_words(const struct catalogue *c, struct str expression)
{
	for (uint32_t i = 0; i < c->n_rules; i++) {
		const struct rule_table *t = &c->rule[i];
		const struct dmn_item *d = t->model ? dmn_find(t->model, DMN_DECISION, t->decision) : NULL;
		const struct dmn_written *w = d && d->table ? d->table->written : NULL;
		for (uint32_t k = 0; w && k < w->n_in; k++)
			if (str_eq(w->in[k].expr.text, expression)) return w->in[k].label;
	}
	return S("");
}

static struct str field_words(struct arena *a, const struct catalogue *c, struct str key, bool english)
{
	struct str rest = key, subject = str_cut(&rest, S("."));
	const struct subject *s = catalogue_subject(c, subject);
	const struct element *el = catalogue_element(c, rest);
	const struct material *m = catalogue_material(c, subject);
	if (s && el) return str_fmt(a, STR_FMT " · " STR_FMT, STR_ARG(words_in(s->name, english)), STR_ARG(words_in(el->name, english)));
	const struct source *src = str_is(subject, "source") ? catalogue_source(c, rest) : NULL;
	if (src) return str_fmt(a, STR_FMT " · " STR_FMT, STR_ARG(words_in(src->office->short_name, english)), STR_ARG(words_in(src->name, english)));
	if (m) return words_in(m->name, english);
	struct str label = column_words(c, key);
	return label.n ? label : key;
}

struct str rule_why_text(struct arena *a, const struct catalogue *c, struct str code, bool english)
{
	static const struct { const char *kind, *zh, *en; } text[] = {
		{"contradiction", "两个来源不一致：%.*s", "two sources differ: %.*s"},
		{"unread", "机器读不了这份材料：%.*s", "no machine can read this paper: %.*s"},
		{"altered", "这份材料与它所指的证照记录不一致：%.*s", "this paper differs from the certificate it names: %.*s"},
		{"another", "这份材料是别人的证照或别的证照：%.*s", "this is somebody else's certificate, or another one: %.*s"},
		{"costly", "这份材料超出机器读取的限度：%.*s", "this paper asks more of a machine than it may: %.*s"},
		{"silent", "数据来源没有回答：%.*s", "a source did not answer: %.*s"},
		{"norecord", "有关单位查无记录：%.*s", "an office has no record: %.*s"},
		{"mistrusted", "有关单位的答复不能采信：%.*s", "the answer of an office cannot be trusted: %.*s"},
		{"unknown", "缺少信息：%.*s", "not known: %.*s"},
		{"declined", "申请人要求人工办理%.*s", "the applicant asked for a person%.*s"},
		{"manual", "规则要求人工审查：%.*s", "the rules want a person: %.*s"},
		{"budget", "规则计算超出限度%.*s", "the rules took too long%.*s"},
		{"diagnostic", "规则计算有疑问%.*s", "the rules raised a doubt%.*s"}};
	struct str rest = code, kind = str_cut(&rest, S(":"));
	for (size_t i = 0; i < countof(text); i++)
		if (str_eq(kind, str_of(text[i].kind))) {
			struct str what = str_is(kind, "manual") ? rest : field_words(a, c, rest, english);
			const char *p = english ? text[i].en : text[i].zh, *at = strstr(p, "%.*s");
			return str_fmt(a, "%.*s" STR_FMT, (int)(at - p), p, STR_ARG(what));
		}
	return code;
}
