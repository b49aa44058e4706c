// diff.c — see diff.h.
#include "domain/catalogue/diff.h"

static const struct { const char *code; struct words title; } part[DIFF_FOR_COUNT] = {
	{"applicants", {S("对申请人"), S("For applicants")}},
	{"offices", {S("对办理单位"), S("For offices")}},
	{"running", {S("对办理中的办件"), S("For cases under way")}},
};

struct about { struct diff *d; struct str code; struct words name; bool kept, fresh; };   // fresh: no case can be under way by it

static void tell(struct about *x, enum diff_for whom, int ease, struct str zh, struct str en)
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

static struct str en_or_zh(struct words w)
{
	return words_in(w, true);
}

static void changed_limit(struct about *x, const char *zh, const char *en, struct limit from, struct limit to, bool applicants)
{
	struct arena *a = x->d->a;
	int cmp = limit_cmp(to, from);
	if (from.n == to.n && from.unit == to.unit)
		return;
	struct str fz = limit_text(a, from, false), tz = limit_text(a, to, false), fe = limit_text(a, from, true), te = limit_text(a, to, true);
	tell(x, applicants ? DIFF_APPLICANTS : DIFF_OFFICES, applicants ? (cmp < 0) - (cmp > 0) : 0,
		str_fmt(a, "%s由" STR_FMT "改为" STR_FMT, zh, STR_ARG(fz), STR_ARG(tz)),
		str_fmt(a, "%s: " STR_FMT " becomes " STR_FMT, en, STR_ARG(fe), STR_ARG(te)));
	if (applicants && !x->kept) {
		tell(x, DIFF_RUNNING, 0, str_fmt(a, "已受理的办件仍按" STR_FMT "办结", STR_ARG(fz)),
			str_fmt(a, "accepted cases keep their promise of " STR_FMT, STR_ARG(fe)));
		x->kept = true;
	}
}

// What is in one list and not in the other.
static void came(struct about *x, enum diff_for whom, int ease, const char *zh, const char *en, struct words what)
{
	struct arena *a = x->d->a;
	struct str e = en_or_zh(what);
	tell(x, whom, ease, str_fmt(a, "%s“" STR_FMT "”", zh, STR_ARG(what.zh)), str_fmt(a, "%s “" STR_FMT "”", en, STR_ARG(e)));
}

static const struct item_material *material_in(const struct item *it, const struct item_material *m)
{
	for (uint32_t i = 0; i < it->n_materials; i++)
		if (str_eq(it->material[i].material->code, m->material->code) && str_eq(it->material[i].subject->code, m->subject->code))
			return &it->material[i];
	return NULL;
}

static bool given(const struct item_material *m)
{
	return m->material->generated || m->material->certificate;
}

static void materials(struct about *x, const struct item *from, const struct item *to)
{
	bool more = false;
	for (uint32_t i = 0; i < to->n_materials; i++) {
		const struct item_material *m = &to->material[i], *o = material_in(from, m);
		if (!o) {
			came(x, DIFF_APPLICANTS, given(m) ? 0 : -1, "要多交材料", "one more paper:", m->material->name);
			more |= !given(m);
			continue;
		}
		if (!given(o) && given(m))
			came(x, DIFF_APPLICANTS, 1, "不用再交材料（由证照库或者系统给出）", "no longer handed in (given by the library or the system):", m->material->name);
		if (given(o) && !given(m))
			came(x, DIFF_APPLICANTS, -1, "要自己提交材料", "must now be handed in:", m->material->name);
		if (o->need != m->need)
			came(x, DIFF_APPLICANTS, (m->need != MAT_REQUIRED) - (o->need != MAT_REQUIRED), m->need == MAT_REQUIRED ? "改为必要材料" :
				m->need == MAT_LATER ? "可以容缺后补" : "改为可选材料", m->need == MAT_REQUIRED ? "is now required:" :
				m->need == MAT_LATER ? "may follow later:" : "is now optional:", m->material->name);
		if (!str_eq(o->when.text, m->when.text))
			came(x, DIFF_APPLICANTS, 0, "改变了什么情形要交材料", "another situation decides on the paper", m->material->name);
	}
	for (uint32_t i = 0; i < from->n_materials; i++)
		if (!material_in(to, &from->material[i]))
			came(x, DIFF_APPLICANTS, 1, "不用再交材料", "no longer needed:", from->material[i].material->name);
	if (more)
		tell(x, DIFF_RUNNING, 0, S("已提交的办件不补交新增的材料"), S("submitted cases need not add the new papers"));
}

static const struct item_field *field_in(const struct item *it, const struct item_field *f)
{
	for (uint32_t i = 0; i < it->n_fields; i++)
		if (str_eq(it->field[i].element->code, f->element->code) && str_eq(it->field[i].subject->code, f->subject->code))
			return &it->field[i];
	return NULL;
}

static struct words field_name(struct arena *a, const struct item_field *f)
{
	struct words w = f->label.zh.n ? f->label : f->element->name;
	struct str se = en_or_zh(f->subject->name), we = en_or_zh(w);
	return (struct words){str_fmt(a, STR_FMT "：" STR_FMT, STR_ARG(f->subject->name.zh), STR_ARG(w.zh)),
		str_fmt(a, STR_FMT ": " STR_FMT, STR_ARG(se), STR_ARG(we))};
}

static void fields(struct about *x, const struct item *from, const struct item *to)
{
	for (uint32_t i = 0; i < to->n_fields; i++) {
		const struct item_field *f = &to->field[i], *o = field_in(from, f);
		if (!o)
			came(x, DIFF_APPLICANTS, f->required ? -1 : 0, "表单多问一项", "the form also asks", field_name(x->d->a, f));
		else if (o->required != f->required)
			came(x, DIFF_APPLICANTS, f->required ? -1 : 1, f->required ? "改为必填" : "改为选填", f->required ? "is now required:" : "is now optional:",
				field_name(x->d->a, f));
	}
	for (uint32_t i = 0; i < from->n_fields; i++)
		if (!field_in(to, &from->field[i]))
			came(x, DIFF_APPLICANTS, 1, "表单不再问", "the form no longer asks", field_name(x->d->a, &from->field[i]));
}

static bool words_same(struct words a, struct words b)
{
	return str_eq(a.zh, b.zh) && str_eq(a.en, b.en);
}

static void conditions(struct about *x, const struct item *from, const struct item *to)
{
	for (int pass = 0; pass < 2; pass++) {
		const struct item *here = pass ? from : to, *there = pass ? to : from;
		for (uint32_t i = 0; i < here->n_conditions; i++) {
			bool found = false;
			for (uint32_t k = 0; k < there->n_conditions; k++)
				found |= str_eq(here->condition[i].zh, there->condition[k].zh);
			if (!found)
				came(x, DIFF_APPLICANTS, pass ? 1 : -1, pass ? "取消受理条件" : "新增受理条件", pass ? "condition dropped:" : "new condition:", here->condition[i]);
		}
	}
}

static bool fee_same(const struct fee_rule *f, const struct fee_rule *o)
{
	return f->fixed == o->fixed && !(f->fixed && dec_cmp(f->amount, o->amount)) && words_same(f->standard, o->standard);
}

// Charges are told apart by name; of several with one name (a tax of two situations), the one that is the same.
static const struct fee_rule *fee_like(const struct item *it, const struct fee_rule *f)
{
	const struct fee_rule *o = NULL;
	for (uint32_t k = 0; k < it->n_fees; k++)
		if (str_eq(f->name.zh, it->fee[k].name.zh) && (!o || fee_same(f, &it->fee[k]))) o = &it->fee[k];
	return o;
}

static void fees(struct about *x, const struct item *from, const struct item *to)
{
	for (int pass = 0; pass < 2; pass++) {
		const struct item *here = pass ? from : to, *there = pass ? to : from;
		for (uint32_t i = 0; i < here->n_fees; i++) {
			const struct fee_rule *f = &here->fee[i], *o = fee_like(there, f);
			if (!o)
				came(x, DIFF_APPLICANTS, pass ? 1 : -1, pass ? "取消收费" : "新增收费", pass ? "fee dropped:" : "new fee:", f->name);
			else if (!pass && !fee_same(f, o)) {
				int more = f->fixed && o->fixed ? dec_cmp(f->amount, o->amount) : 0;
				struct arena *a = x->d->a;
				struct str oe = en_or_zh(o->standard), fe = en_or_zh(f->standard);
				tell(x, DIFF_APPLICANTS, (more < 0) - (more > 0), str_fmt(a, "“" STR_FMT "”由“" STR_FMT "”改为“" STR_FMT "”", STR_ARG(f->name.zh),
					STR_ARG(o->standard.zh), STR_ARG(f->standard.zh)), str_fmt(a, "fee: “" STR_FMT "” becomes “" STR_FMT "”", STR_ARG(oe), STR_ARG(fe)));
				tell(x, DIFF_RUNNING, 0, S("已开具的缴费单不变"), S("payment orders already made stay as they are"));
			}
		}
	}
}

static void steps(struct about *x, const struct item *from, const struct item *to)
{
	bool same = from->n_steps == to->n_steps && str_eq(from->process, to->process);
	for (uint32_t i = 0; same && i < to->n_steps; i++) {
		const struct item_step *f = &from->step[i], *t = &to->step[i];
		same = f->kind == t->kind && f->officers == t->officers && f->limit.n == t->limit.n && f->limit.unit == t->limit.unit &&
			f->role && t->role && str_eq(f->role->code, t->role->code);
	}
	if (same)
		return;
	struct buf zh = buf_new(x->d->a), en = buf_new(x->d->a);
	for (uint32_t i = 0; i < to->n_steps; i++) {
		const struct item_step *t = &to->step[i];
		struct str name = en_or_zh(t->name);
		buf_fmt(&zh, "%s" STR_FMT, i ? "、" : "办理环节改为：", STR_ARG(t->name.zh));
		buf_fmt(&en, "%s" STR_FMT, i ? ", " : "the steps are now: ", STR_ARG(name));
		if (t->role)
			buf_fmt(&zh, "（" STR_FMT "）", STR_ARG(t->role->name.zh));
	}
	tell(x, DIFF_OFFICES, 0, buf_str(&zh), buf_str(&en));
	tell(x, DIFF_RUNNING, 0, S("办理中的办件按原来的环节办完"), S("cases under way go through the old steps to the end"));
}

static void item(struct about *x, const struct item *f, const struct item *t)
{
	struct arena *a = x->d->a;
	struct str oe = en_or_zh(t->office->name), fe = en_or_zh(f->office->name);
	if (!words_same(f->name, t->name) && t->base != f)
		tell(x, DIFF_APPLICANTS, 0, str_fmt(a, "名称由“" STR_FMT "”改为“" STR_FMT "”", STR_ARG(f->name.zh), STR_ARG(t->name.zh)),
			str_fmt(a, "the name was “" STR_FMT "”", STR_ARG(f->name.en)));
	changed_limit(x, "承诺时限", "promise", f->promised, t->promised, true);
	changed_limit(x, "法定时限", "statutory limit", f->statutory, t->statutory, false);
	if (f->visits != t->visits)
		tell(x, DIFF_APPLICANTS, t->visits < f->visits ? 1 : -1, str_fmt(a, "到现场由 %u 次改为 %u 次", f->visits, t->visits),
			str_fmt(a, "visits: %u becomes %u", f->visits, t->visits));
	if (f->depth != t->depth) {
		struct words w = item_depth_text(t->depth);
		tell(x, DIFF_APPLICANTS, t->depth > f->depth ? 1 : -1, w.zh, w.en);
	}
	if (!str_eq(f->type, t->type)) {
		struct words fw = item_type_name(f->type), tw = item_type_name(t->type);
		tell(x, DIFF_OFFICES, 0, str_fmt(a, "事项类型由“" STR_FMT "”改为“" STR_FMT "”", STR_ARG(fw.zh), STR_ARG(tw.zh)),
			str_fmt(a, "type: " STR_FMT " becomes " STR_FMT, STR_ARG(fw.en), STR_ARG(tw.en)));
	}
	materials(x, f, t);
	fields(x, f, t);
	conditions(x, f, t);
	fees(x, f, t);
	if (!str_eq(f->office->code, t->office->code)) {
		tell(x, DIFF_OFFICES, 0, str_fmt(a, "由“" STR_FMT "”改为“" STR_FMT "”办理", STR_ARG(f->office->name.zh), STR_ARG(t->office->name.zh)),
			str_fmt(a, "now handled by " STR_FMT, STR_ARG(oe)));
		tell(x, DIFF_RUNNING, 0, str_fmt(a, "办理中的办件由“" STR_FMT "”办完", STR_ARG(f->office->name.zh)),
			str_fmt(a, "cases under way stay with " STR_FMT, STR_ARG(fe)));
	}
	steps(x, f, t);
	if (!str_eq(f->decision, t->decision))
		tell(x, DIFF_OFFICES, 0, S("机器核对的规则表换了"), S("another rule table checks the application"));
	if (!words_same(f->place, t->place) || !words_same(f->hours, t->hours) || !str_eq(f->phone, t->phone))
		tell(x, DIFF_APPLICANTS, 0, S("办理地点、时间或者电话有变化"), S("place, hours or phone have changed"));
	if (f->single != t->single)
		tell(x, DIFF_APPLICANTS, t->single ? 1 : -1, t->single ? S("可以单独申请") : S("只能在一件事里申请"),
			t->single ? S("can be applied for by itself") : S("only within a bundle"));
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
			tell(&x, DIFF_APPLICANTS, 1, S("新的事项，可以申请"), S("a new item that can be applied for"));
			tell(&x, DIFF_OFFICES, 0, str_fmt(a, "由“" STR_FMT "”办理", STR_ARG(t->office->name.zh)), str_fmt(a, "handled by " STR_FMT, STR_ARG(oe)));
			continue;
		}
		item(&x, f, t);
	}
	at = 0;
	for (uint32_t i = 0; i < from->n_items; i++) {
		if (shared(to, &at, from->item[i]))
			continue;
		struct about x = {d, from->item[i]->code, from->item[i]->name, false, false};
		if (catalogue_item(to, x.code))
			continue;
		tell(&x, DIFF_APPLICANTS, -1, S("不再办理"), S("is no longer offered"));
		tell(&x, DIFF_RUNNING, 0, S("办理中的办件按原版本办到底"), S("cases under way end by the version they began with"));
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
			tell(&x, DIFF_APPLICANTS, 1, str_fmt(a, "在" STR_FMT "：" STR_FMT, STR_ARG(t->area->short_name.zh), STR_ARG(m.zh)),
				str_fmt(a, "in the " STR_FMT ": " STR_FMT, STR_ARG(se), STR_ARG(m.en)));
		if (t->made && f && f->made)
			item(&x, f->made, t->made);
		x.fresh = true;
		if (t->made && !f)
			item(&x, t->item, t->made);
	}
	for (uint32_t i = 0; i < from->n_regimes; i++) {
		const struct regime *f = &from->regime[i];
		if (!f->item || regime_in(to, f))
			continue;
		struct about x = {d, f->item->code, f->item->name, false, false};
		struct str se = en_or_zh(f->area->short_name);
		tell(&x, DIFF_APPLICANTS, -1, str_fmt(a, "在" STR_FMT "改为与全市一样办理", STR_ARG(f->area->short_name.zh)),
			str_fmt(a, "in the " STR_FMT ": from now on as in the rest of the city", STR_ARG(se)));
		if (f->made)
			tell(&x, DIFF_RUNNING, 0, S("办理中的办件按原版本办到底"), S("cases under way end by the version they began with"));
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
			tell(&x, DIFF_APPLICANTS, 1, S("新的一件事，可以一次申请"), S("a new bundle: several items with one application"));
			continue;
		}
		changed_limit(&x, "承诺时限", "promise", f->promised, t->promised, true);
		for (uint32_t k = 0; k < t->n_items; k++) {
			const struct bundle_item *o = member(f, t->item[k].item->code);
			if (!o)
				came(&x, DIFF_APPLICANTS, 0, "包含了事项", "now contains", t->item[k].item->name);
			else if (!str_eq(o->when.text, t->item[k].when.text))
				came(&x, DIFF_APPLICANTS, 0, "改变了什么情形包含事项", "another situation decides on", t->item[k].item->name);
		}
		for (uint32_t k = 0; k < f->n_items; k++)
			if (!member(t, f->item[k].item->code)) {
				came(&x, DIFF_APPLICANTS, 0, "不再包含事项", "no longer contains", f->item[k].item->name);
				tell(&x, DIFF_RUNNING, 0, S("办理中的一件事仍办理全部原有事项"), S("bundles under way still handle all their items"));
			}
		if (f->n_questions != t->n_questions)
			tell(&x, DIFF_APPLICANTS, f->n_questions > t->n_questions ? 1 : -1, str_fmt(d->a, "情形问题由 %u 个改为 %u 个", f->n_questions, t->n_questions),
				str_fmt(d->a, "questions: %u becomes %u", f->n_questions, t->n_questions));
		if (f->n_signatories != t->n_signatories)
			tell(&x, DIFF_APPLICANTS, f->n_signatories > t->n_signatories ? 1 : -1, S("要确认的人有变化"), S("others must confirm"));
	}
	for (uint32_t i = 0; i < from->n_bundles; i++) {
		struct about x = {d, from->bundle[i].code, from->bundle[i].name, false, false};
		if (catalogue_bundle(to, x.code))
			continue;
		tell(&x, DIFF_APPLICANTS, -1, S("不再作为一件事办理"), S("is no longer offered as a bundle"));
		tell(&x, DIFF_RUNNING, 0, S("办理中的办件按原版本办到底"), S("cases under way end by the version they began with"));
	}
}

static void rest(struct diff *d, const struct catalogue *from, const struct catalogue *to)
{
	for (uint32_t i = 0; i < to->n_rules; i++) {
		const struct rule_table *o = catalogue_rule(from, to->rule[i].code);
		struct about x = {d, to->rule[i].code, to->rule[i].name, false, false};
		if (!o)
			tell(&x, DIFF_OFFICES, 0, S("新的规则表"), S("a new rule table"));
		else if (!str_eq(o->text, to->rule[i].text)) {
			tell(&x, DIFF_OFFICES, 0, S("规则表有改动，请核对决定"), S("the rule table has changed; compare its decisions"));
			tell(&x, DIFF_RUNNING, 0, S("办理中的办件用原来的规则"), S("cases under way use the old rules"));
		}
	}
	for (uint32_t i = 0; i < to->n_papers; i++) {
		const struct paper *o = catalogue_paper(from, to->paper[i].code);
		struct about x = {d, to->paper[i].code, to->paper[i].name, false, false};
		if (!o || !words_same(o->title, to->paper[i].title) || !words_same(o->body, to->paper[i].body))
			tell(&x, DIFF_OFFICES, 0, o ? S("文书内容有改动") : S("新的文书"), o ? S("the paper says something else") : S("a new paper"));
	}
	for (uint32_t i = 0; i < to->n_settings; i++) {
		struct str now = to->setting[i].value, was = catalogue_setting(from, to->setting[i].code);
		struct about x = {d, to->setting[i].code, to->setting[i].text, false, false};
		if (!str_eq(now, was))
			tell(&x, DIFF_OFFICES, 0, str_fmt(d->a, "设置由“" STR_FMT "”改为“" STR_FMT "”", STR_ARG(was), STR_ARG(now)),
				str_fmt(d->a, "setting: “" STR_FMT "” becomes “" STR_FMT "”", STR_ARG(was), STR_ARG(now)));
	}
	for (uint32_t i = 0; i < to->n_offices; i++) {
		struct about x = {d, to->office[i].code, to->office[i].name, false, false};
		if (!catalogue_office(from, x.code))
			tell(&x, DIFF_OFFICES, 0, S("新的单位"), S("a new office"));
	}
	for (uint32_t i = 0; i < from->n_offices; i++) {
		struct about x = {d, from->office[i].code, from->office[i].name, false, false};
		if (!catalogue_office(to, x.code))
			tell(&x, DIFF_OFFICES, 0, S("单位撤销"), S("the office is gone"));
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
	item(&x, from, to);
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
