// diff.c — see diff.h.
#include "domain/catalogue/diff_int.h"

static const struct { const char *code; struct words title; } part[DIFF_FOR_COUNT] = {
	{"applicants", {S("对申请人"), S("For applicants")}},
	{"offices", {S("对办理单位"), S("For offices")}},
	{"running", {S("对办理中的办件"), S("For cases under way")}},
};

void diff_tell(struct about *x, enum diff_for whom, int ease, struct str zh, struct str en)
{
	if (x->fresh && whom == DIFF_RUNNING)
		return;
	struct change *c = arena_new1(x->d->a, struct change);
	*c = (struct change){.whom = whom, .code = x->code, .name = x->name, .text = {zh, en}, .ease = ease};
	*x->d->last = c;
	x->d->last = &c->next;
	x->d->n++;
	x->d->per[whom]++;
}

void diff_limit(struct about *x, const char *zh, const char *en, struct limit from, struct limit to, bool applicants)
{
	struct arena *a = x->d->a;
	int cmp = limit_cmp(to, from);
	if (from.n == to.n && from.unit == to.unit)
		return;
	struct str fz = limit_text(a, from, false), tz = limit_text(a, to, false), fe = limit_text(a, from, true), te = limit_text(a, to, true);
	diff_tell(x, applicants ? DIFF_APPLICANTS : DIFF_OFFICES, applicants ? (cmp < 0) - (cmp > 0) : 0,
		str_fmt(a, "%s由" STR_FMT "改为" STR_FMT, zh, STR_ARG(fz), STR_ARG(tz)),
		str_fmt(a, "%s: " STR_FMT " becomes " STR_FMT, en, STR_ARG(fe), STR_ARG(te)));
	if (applicants && !x->kept) {
		diff_tell(x, DIFF_RUNNING, 0, str_fmt(a, "已受理的办件仍按" STR_FMT "办结", STR_ARG(fz)),
			str_fmt(a, "accepted cases keep their promise of " STR_FMT, STR_ARG(fe)));
		x->kept = true;
	}
}

// What is in one list and not in the other.
void diff_came(struct about *x, enum diff_for whom, int ease, const char *zh, const char *en, struct words what)
{
	struct arena *a = x->d->a;
	struct str e = en_or_zh(what);
	diff_tell(x, whom, ease, str_fmt(a, "%s“" STR_FMT "”", zh, STR_ARG(what.zh)), str_fmt(a, "%s “" STR_FMT "”", en, STR_ARG(e)));
}

// Versions that share rows have them in the same order: found without a look into the index.
static bool shared(const struct catalogue *in, uint32_t *at, const struct item *it)
{
	for (uint32_t k = *at; k < in->n_items && k < *at + 4; k++)
		if (in->item[k] == it) {
			*at = k + 1;
			return true;
		}
	return false;
}

static void items(struct diff *d, const struct catalogue *from, const struct catalogue *to)
{
	struct arena *a = d->a;
	uint32_t at = 0;
	for (uint32_t i = 0; i < to->n_items; i++) {
		const struct item *t = to->item[i];
		if (shared(from, &at, t))
			continue;
		const struct item *f = catalogue_item(from, t->code);
		struct about x = {d, t->code, t->name, false, false};
		if (f == t)
			continue;
		if (!f) {
			struct str oe = en_or_zh(t->office->name);
			diff_tell(&x, DIFF_APPLICANTS, 1, S("新的事项，可以申请"), S("a new item that can be applied for"));
			diff_tell(&x, DIFF_OFFICES, 0, str_fmt(a, "由“" STR_FMT "”办理", STR_ARG(t->office->name.zh)), str_fmt(a, "handled by " STR_FMT, STR_ARG(oe)));
			continue;
		}
		diff_item(&x, f, t);
	}
	at = 0;
	for (uint32_t i = 0; i < from->n_items; i++) {
		if (shared(to, &at, from->item[i]))
			continue;
		struct about x = {d, from->item[i]->code, from->item[i]->name, false, false};
		if (catalogue_item(to, x.code))
			continue;
		diff_tell(&x, DIFF_APPLICANTS, -1, S("不再办理"), S("is no longer offered"));
		diff_tell(&x, DIFF_RUNNING, 0, S("办理中的办件按原版本办到底"), S("cases under way end by the version they began with"));
	}
}

// Areas: what becomes different there. A regime is told against the item it changes, so that one that did not change is silent.
static const struct regime *regime_in(const struct catalogue *c, const struct regime *r)
{
	for (uint32_t i = 0; r->item && i < c->n_regimes; i++)
		if (c->regime[i].item && str_eq(c->regime[i].area->code, r->area->code) && str_eq(c->regime[i].item->code, r->item->code))
			return &c->regime[i];
	return NULL;
}

static void areas(struct diff *d, const struct catalogue *from, const struct catalogue *to)
{
	struct arena *a = d->a;
	for (uint32_t i = 0; i < to->n_regimes; i++) {
		const struct regime *t = &to->regime[i], *f = regime_in(from, t);
		if (!t->item)
			continue;
		struct words m = measure_name(t->measure);
		struct str se = en_or_zh(t->area->short_name);
		struct about x = {d, t->made ? t->made->code : t->item->code, t->made ? t->made->name : t->item->name, false, false};
		if (!f || f->measure != t->measure)
			diff_tell(&x, DIFF_APPLICANTS, 1, str_fmt(a, "在" STR_FMT "：" STR_FMT, STR_ARG(t->area->short_name.zh), STR_ARG(m.zh)),
				str_fmt(a, "in the " STR_FMT ": " STR_FMT, STR_ARG(se), STR_ARG(m.en)));
		if (t->made && f && f->made)
			diff_item(&x, f->made, t->made);
		x.fresh = true;
		if (t->made && !f)
			diff_item(&x, t->item, t->made);
	}
	for (uint32_t i = 0; i < from->n_regimes; i++) {
		const struct regime *f = &from->regime[i];
		if (!f->item || regime_in(to, f))
			continue;
		struct about x = {d, f->item->code, f->item->name, false, false};
		struct str se = en_or_zh(f->area->short_name);
		diff_tell(&x, DIFF_APPLICANTS, -1, str_fmt(a, "在" STR_FMT "改为与全市一样办理", STR_ARG(f->area->short_name.zh)),
			str_fmt(a, "in the " STR_FMT ": from now on as in the rest of the city", STR_ARG(se)));
		if (f->made)
			diff_tell(&x, DIFF_RUNNING, 0, S("办理中的办件按原版本办到底"), S("cases under way end by the version they began with"));
	}
}

static const struct bundle_item *member(const struct bundle *b, struct str code)
{
	for (uint32_t i = 0; i < b->n_items; i++)
		if (str_eq(b->item[i].item->code, code))
			return &b->item[i];
	return NULL;
}

static void bundles(struct diff *d, const struct catalogue *from, const struct catalogue *to)
{
	for (uint32_t i = 0; i < to->n_bundles; i++) {
		const struct bundle *t = &to->bundle[i], *f = catalogue_bundle(from, t->code);
		struct about x = {d, t->code, t->name, false, false};
		if (!f) {
			diff_tell(&x, DIFF_APPLICANTS, 1, S("新的一件事，可以一次申请"), S("a new bundle: several items with one application"));
			continue;
		}
		diff_limit(&x, "承诺时限", "promise", f->promised, t->promised, true);
		for (uint32_t k = 0; k < t->n_items; k++) {
			const struct bundle_item *o = member(f, t->item[k].item->code);
			if (!o)
				diff_came(&x, DIFF_APPLICANTS, 0, "包含了事项", "now contains", t->item[k].item->name);
			else if (!str_eq(o->when.text, t->item[k].when.text))
				diff_came(&x, DIFF_APPLICANTS, 0, "改变了什么情形包含事项", "another situation decides on", t->item[k].item->name);
		}
		for (uint32_t k = 0; k < f->n_items; k++)
			if (!member(t, f->item[k].item->code)) {
				diff_came(&x, DIFF_APPLICANTS, 0, "不再包含事项", "no longer contains", f->item[k].item->name);
				diff_tell(&x, DIFF_RUNNING, 0, S("办理中的一件事仍办理全部原有事项"), S("bundles under way still handle all their items"));
			}
		if (f->n_questions != t->n_questions)
			diff_tell(&x, DIFF_APPLICANTS, f->n_questions > t->n_questions ? 1 : -1, str_fmt(d->a, "情形问题由 %u 个改为 %u 个", f->n_questions, t->n_questions),
				str_fmt(d->a, "questions: %u becomes %u", f->n_questions, t->n_questions));
		if (f->n_signatories != t->n_signatories)
			diff_tell(&x, DIFF_APPLICANTS, f->n_signatories > t->n_signatories ? 1 : -1, S("要确认的人有变化"), S("others must confirm"));
	}
	for (uint32_t i = 0; i < from->n_bundles; i++) {
		struct about x = {d, from->bundle[i].code, from->bundle[i].name, false, false};
		if (catalogue_bundle(to, x.code))
			continue;
		diff_tell(&x, DIFF_APPLICANTS, -1, S("不再作为一件事办理"), S("is no longer offered as a bundle"));
		diff_tell(&x, DIFF_RUNNING, 0, S("办理中的办件按原版本办到底"), S("cases under way end by the version they began with"));
	}
}

static void rest(struct diff *d, const struct catalogue *from, const struct catalogue *to)
{
	for (uint32_t i = 0; i < to->n_rules; i++) {
		const struct rule_table *o = catalogue_rule(from, to->rule[i].code);
		struct about x = {d, to->rule[i].code, to->rule[i].name, false, false};
		if (!o)
			diff_tell(&x, DIFF_OFFICES, 0, S("新的规则表"), S("a new rule table"));
		else if (!str_eq(o->text, to->rule[i].text)) {
			diff_tell(&x, DIFF_OFFICES, 0, S("规则表有改动，请核对决定"), S("the rule table has changed; compare its decisions"));
			diff_tell(&x, DIFF_RUNNING, 0, S("办理中的办件用原来的规则"), S("cases under way use the old rules"));
		}
	}
	for (uint32_t i = 0; i < to->n_papers; i++) {
		const struct paper *o = catalogue_paper(from, to->paper[i].code);
		struct about x = {d, to->paper[i].code, to->paper[i].name, false, false};
		if (!o || !words_same(o->title, to->paper[i].title) || !words_same(o->body, to->paper[i].body))
			diff_tell(&x, DIFF_OFFICES, 0, o ? S("文书内容有改动") : S("新的文书"), o ? S("the paper says something else") : S("a new paper"));
	}
	for (uint32_t i = 0; i < to->n_settings; i++) {
		struct str now = to->setting[i].value, was = catalogue_setting(from, to->setting[i].code);
		struct about x = {d, to->setting[i].code, to->setting[i].text, false, false};
		if (!str_eq(now, was))
			diff_tell(&x, DIFF_OFFICES, 0, str_fmt(d->a, "设置由“" STR_FMT "”改为“" STR_FMT "”", STR_ARG(was), STR_ARG(now)),
				str_fmt(d->a, "setting: “" STR_FMT "” becomes “" STR_FMT "”", STR_ARG(was), STR_ARG(now)));
	}
	for (uint32_t i = 0; i < to->n_offices; i++) {
		struct about x = {d, to->office[i].code, to->office[i].name, false, false};
		if (!catalogue_office(from, x.code))
			diff_tell(&x, DIFF_OFFICES, 0, S("新的单位"), S("a new office"));
	}
	for (uint32_t i = 0; i < from->n_offices; i++) {
		struct about x = {d, from->office[i].code, from->office[i].name, false, false};
		if (!catalogue_office(to, x.code))
			diff_tell(&x, DIFF_OFFICES, 0, S("单位撤销"), S("the office is gone"));
	}
}

void catalogue_diff(struct arena *a, const struct catalogue *from, const struct catalogue *to, struct diff *d)
{
	*d = (struct diff){.a = a};
	d->last = &d->first;
	if (str_eq(from->hash, to->hash))
		return;
	items(d, from, to);
	areas(d, from, to);
	bundles(d, from, to);
	rest(d, from, to);
}

void item_diff(struct arena *a, const struct item *from, const struct item *to, struct diff *d)
{
	*d = (struct diff){.a = a};
	d->last = &d->first;
	struct about x = {d, to->code, to->name, true, true};
	diff_item(&x, from, to);
}

void diff_print(struct buf *b, const struct diff *d, bool english)
{
	for (int w = 0; w < DIFF_FOR_COUNT; w++) {
		struct str title = words_in(part[w].title, english);
		if (!d->per[w])
			continue;
		buf_fmt(b, STR_FMT " (%u)\n", STR_ARG(title), d->per[w]);
		for (const struct change *c = d->first; c; c = c->next) {
			struct str name = words_in(c->name, english), text = words_in(c->text, english);
			if ((int)c->whom == w)
				buf_fmt(b, "  %s " STR_FMT " [" STR_FMT "]: " STR_FMT "\n", c->ease > 0 ? "+" : c->ease < 0 ? "-" : " ", STR_ARG(name),
					STR_ARG(c->code), STR_ARG(text));
		}
	}
	if (!d->n)
		buf_fmt(b, "%s\n", english ? "Nothing changes." : "没有变化。");
}

struct json *diff_json(struct arena *a, const struct diff *d)
{
	struct json *o = json_obj(a);
	for (int w = 0; w < DIFF_FOR_COUNT; w++) {
		struct json *list = json_arr(a);
		for (const struct change *c = d->first; c; c = c->next) {
			if ((int)c->whom != w)
				continue;
			struct json *x = json_obj(a);
			json_put(a, x, S("code"), json_str(a, c->code));
			json_put(a, x, S("name"), json_str(a, c->name.zh));
			json_put(a, x, S("name_en"), json_str(a, c->name.en));
			json_put(a, x, S("text"), json_str(a, c->text.zh));
			json_put(a, x, S("text_en"), json_str(a, c->text.en));
			json_put(a, x, S("ease"), json_num(a, c->ease));
			json_add(a, list, x);
		}
		json_put(a, o, str_of(part[w].code), list);
	}
	return o;
}
