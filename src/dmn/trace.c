// trace.c — why: the trace as JSON and as the sentence that a decision quotes.
#include "dmn/dmn.h"
#include "dmn/table.h"

// Values that share parts can be too large to write down.
struct json *dmn_value_json(struct arena *a, struct feel_value v)
{
	struct json *j = feel_to_json(a, v);
	if (j) return j;
	j = json_obj(a);
	json_put(a, j, S("$type"), json_str(a, S("too large")));
	return j;
}

static struct json *named(struct arena *a, const struct dmn_named *v, uint32_t n)
{
	struct json *o = json_obj(a);
	for (uint32_t i = 0; i < n; i++) json_put(a, o, v[i].name, dmn_value_json(a, v[i].value));
	return o;
}

struct json *dmn_trace_json(struct arena *a, const struct dmn_trace *t)
{
	static const char *const key[] = {"input", "decision", "knowledge", "service"};
	struct json *list = json_arr(a);
	for (const struct dmn_step *s = t ? t->first : NULL; s; s = s->next) {
		struct json *o = json_obj(a);
		json_put(a, o, str_of(key[s->item->kind]), json_str(a, s->item->name));
		json_put(a, o, S("level"), json_num(a, s->level));
		if (s->n_input) json_put(a, o, S("inputs"), named(a, s->input, s->n_input));
		if (s->table) {
			struct json *cols = json_arr(a), *rules = json_arr(a);
			const struct dmn_written *w = s->table->written;
			json_put(a, o, S("hit policy"), json_str(a, dmn_hit_policy_letter(w->hit, w->aggregation)));
			for (uint32_t i = 0; i < s->n_column; i++) {
				struct json *c = json_obj(a);
				json_put(a, c, S("expression"), json_str(a, s->column[i].name));
				json_put(a, c, S("value"), dmn_value_json(a, s->column[i].value));
				json_add(a, cols, c);
			}
			for (uint32_t i = 0; i < s->n_hit; i++) {
				struct json *r = json_obj(a), *notes = json_obj(a);
				json_put(a, r, S("row"), json_num(a, s->hit[i].rule));
				if (s->hit[i].id.n) json_put(a, r, S("id"), json_str(a, s->hit[i].id));
				for (uint32_t k = 0; k < s->hit[i].n; k++)
					json_put(a, notes, s->hit[i].annotation[k].name, json_str(a, s->hit[i].annotation[k].text));
				if (s->hit[i].n) json_put(a, r, S("annotations"), notes);
				if (s->hit[i].legal_basis.n) json_put(a, r, S("legal basis"), json_str(a, s->hit[i].legal_basis));
				json_add(a, rules, r);
			}
			json_put(a, o, S("columns"), cols);
			json_put(a, o, S("rules"), rules);
			if (s->defaulted) json_put(a, o, S("defaulted"), json_bool(a, true));
		}
		json_put(a, o, S("value"), dmn_value_json(a, s->value));
		json_add(a, list, o);
	}
	return list;
}

// An annotation column named "en" says in English all that the others say.
static struct str english_of(const struct dmn_hit *h)
{
	for (uint32_t k = 0; k < h->n; k++)
		if (str_is(h->annotation[k].name, "en")) return h->annotation[k].text;
	return S("");
}

static const struct dmn_step *decided_by(const struct dmn_trace *t)
{
	const struct dmn_step *by = NULL;
	for (const struct dmn_step *s = t ? t->first : NULL; s; s = s->next)
		if (s->table && (s->n_hit || s->defaulted)) by = s;
	return by;
}

bool dmn_trace_english(const struct dmn_trace *t)
{
	const struct dmn_step *by = decided_by(t);
	bool all = by && by->n_hit;
	for (uint32_t i = 0; by && i < by->n_hit; i++) all &= english_of(&by->hit[i]).n > 0;
	return all;
}

struct str dmn_trace_sentence(struct arena *a, const struct dmn_trace *t, bool english)
{
	// The asked decision is the last step; when it decided without a table, the last table below it did.
	const struct dmn_step *by = decided_by(t);
	struct buf b = buf_new(a);
	for (uint32_t i = 0; by && i < by->n_hit; i++) {
		const struct dmn_hit *h = &by->hit[i];
		bool said = false;
		if (i) buf_add(&b, english ? S("; ") : S("；"));
		if (english && english_of(h).n) {
			buf_add(&b, english_of(h));
			buf_fmt(&b, " (rule %u)", h->rule);
			continue;
		}
		if (h->legal_basis.n) {
			buf_add(&b, english ? S("Under ") : S("依据"));
			buf_add(&b, h->legal_basis);
			buf_add(&b, english ? S(": ") : S("："));
		}
		for (uint32_t k = 0; k < h->n; k++) {
			if (h->annotation[k].text.p == h->legal_basis.p && h->legal_basis.n) continue;
			if (str_is(h->annotation[k].name, "en")) continue;
			if (said) buf_add(&b, english ? S(", ") : S("，"));
			buf_add(&b, h->annotation[k].text);
			said = true;
		}
		if (!said) buf_add(&b, by->item->name);
		buf_fmt(&b, english ? " (rule %u)" : "（规则 %u）", h->rule);
	}
	if (by && by->defaulted) {
		buf_add(&b, by->item->name);
		buf_add(&b, english ? S(": no rule applies, the default holds") : S("：没有规则适用，按默认结果处理"));
	}
	return buf_str(&b);
}

struct json *dmn_diags_json(struct arena *a, const struct dmn_diag *d)
{
	struct json *list = json_arr(a);
	for (; d; d = d->next) {
		struct json *o = json_obj(a);
		if (d->item) json_put(a, o, S("item"), json_str(a, d->item->name));
		if (d->element.n) json_put(a, o, S("element"), json_str(a, d->element));
		json_put(a, o, S("text"), json_str(a, d->text));
		if (d->expr.n) json_put(a, o, S("expression"), json_str(a, d->expr));
		if (d->item && d->item->file.n) json_put(a, o, S("file"), json_str(a, d->item->file));
		if (d->line) json_put(a, o, S("line"), json_num(a, d->line));
		if (d->col) json_put(a, o, S("column"), json_num(a, d->col));
		json_add(a, list, o);
	}
	return list;
}
