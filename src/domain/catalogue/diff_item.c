// diff_item.c — what a new version of an item changes.
#include "domain/catalogue/diff_int.h"

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
			diff_came(x, DIFF_APPLICANTS, given(m) ? 0 : -1, "要多交材料", "one more paper:", m->material->name);
			more |= !given(m);
			continue;
		}
		if (!given(o) && given(m))
			diff_came(x, DIFF_APPLICANTS, 1, "不用再交材料（由证照库或者系统给出）", "no longer handed in (given by the library or the system):", m->material->name);
		if (given(o) && !given(m))
			diff_came(x, DIFF_APPLICANTS, -1, "要自己提交材料", "must now be handed in:", m->material->name);
		if (o->need != m->need)
			diff_came(x, DIFF_APPLICANTS, (m->need != MAT_REQUIRED) - (o->need != MAT_REQUIRED), m->need == MAT_REQUIRED ? "改为必要材料" :
				m->need == MAT_LATER ? "可以容缺后补" : "改为可选材料", m->need == MAT_REQUIRED ? "is now required:" :
				m->need == MAT_LATER ? "may follow later:" : "is now optional:", m->material->name);
		if (!str_eq(o->when.text, m->when.text))
			diff_came(x, DIFF_APPLICANTS, 0, "改变了什么情形要交材料", "another situation decides on the paper", m->material->name);
	}
	for (uint32_t i = 0; i < from->n_materials; i++)
		if (!material_in(to, &from->material[i]))
			diff_came(x, DIFF_APPLICANTS, 1, "不用再交材料", "no longer needed:", from->material[i].material->name);
	if (more)
		diff_tell(x, DIFF_RUNNING, 0, S("已提交的办件不补交新增的材料"), S("submitted cases need not add the new papers"));
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
			diff_came(x, DIFF_APPLICANTS, f->required ? -1 : 0, "表单多问一项", "the form also asks", field_name(x->d->a, f));
		else if (o->required != f->required)
			diff_came(x, DIFF_APPLICANTS, f->required ? -1 : 1, f->required ? "改为必填" : "改为选填", f->required ? "is now required:" : "is now optional:",
				field_name(x->d->a, f));
	}
	for (uint32_t i = 0; i < from->n_fields; i++)
		if (!field_in(to, &from->field[i]))
			diff_came(x, DIFF_APPLICANTS, 1, "表单不再问", "the form no longer asks", field_name(x->d->a, &from->field[i]));
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
				diff_came(x, DIFF_APPLICANTS, pass ? 1 : -1, pass ? "取消受理条件" : "新增受理条件", pass ? "condition dropped:" : "new condition:", here->condition[i]);
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
				diff_came(x, DIFF_APPLICANTS, pass ? 1 : -1, pass ? "取消收费" : "新增收费", pass ? "fee dropped:" : "new fee:", f->name);
			else if (!pass && !fee_same(f, o)) {
				int more = f->fixed && o->fixed ? dec_cmp(f->amount, o->amount) : 0;
				struct arena *a = x->d->a;
				struct str oe = en_or_zh(o->standard), fe = en_or_zh(f->standard);
				diff_tell(x, DIFF_APPLICANTS, (more < 0) - (more > 0), str_fmt(a, "“" STR_FMT "”由“" STR_FMT "”改为“" STR_FMT "”", STR_ARG(f->name.zh),
					STR_ARG(o->standard.zh), STR_ARG(f->standard.zh)), str_fmt(a, "fee: “" STR_FMT "” becomes “" STR_FMT "”", STR_ARG(oe), STR_ARG(fe)));
				diff_tell(x, DIFF_RUNNING, 0, S("已开具的缴费单不变"), S("payment orders already made stay as they are"));
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
	diff_tell(x, DIFF_OFFICES, 0, buf_str(&zh), buf_str(&en));
	diff_tell(x, DIFF_RUNNING, 0, S("办理中的办件按原来的环节办完"), S("cases under way go through the old steps to the end"));
}

// What decides without a person, and whom it asks first.
static bool same_tables(const struct instant *f, const struct instant *t)
{
	bool same = f->n_rules == t->n_rules;
	for (uint32_t i = 0; same && i < t->n_rules; i++)
		same = str_eq(f->rule[i].table, t->rule[i].table) && f->rule[i].from == t->rule[i].from && f->rule[i].until == t->rule[i].until;
	return same;
}

static const struct source_use *source_in(const struct item *it, const struct source_use *u)
{
	for (uint32_t i = 0; i < it->instant.n_sources; i++)
		if (str_eq(it->instant.source[i].source->code, u->source->code) && str_eq(it->instant.source[i].subject->code, u->subject->code))
			return &it->instant.source[i];
	return NULL;
}

// The source and what it is asked: "死亡登记（老人）：是否死亡".
static struct words asked(struct arena *a, const struct source_use *u)
{
	struct buf zh = buf_new(a), en = buf_new(a);
	buf_fmt(&zh, STR_FMT "（" STR_FMT "）：", STR_ARG(u->source->name.zh), STR_ARG(u->subject->name.zh));
	struct str se = en_or_zh(u->source->name), be = en_or_zh(u->subject->name);
	buf_fmt(&en, STR_FMT " (" STR_FMT "): ", STR_ARG(se), STR_ARG(be));
	for (uint32_t i = 0; i < u->n_facts; i++) {
		struct str fe = en_or_zh(u->fact[i]->element->name);
		buf_fmt(&zh, "%s" STR_FMT, i ? "、" : "", STR_ARG(u->fact[i]->element->name.zh));
		buf_fmt(&en, "%s" STR_FMT, i ? ", " : "", STR_ARG(fe));
	}
	return (struct words){buf_str(&zh), buf_str(&en)};
}

static bool same_facts(const struct source_use *f, const struct source_use *t)
{
	bool same = f->n_facts == t->n_facts;
	for (uint32_t i = 0; same && i < t->n_facts; i++) same = str_eq(f->fact[i]->code, t->fact[i]->code);
	return same;
}

static void instant(struct about *x, const struct item *from, const struct item *to)
{
	const struct instant *f = &from->instant, *t = &to->instant;
	if (!f->n_rules != !t->n_rules)
		diff_tell(x, DIFF_APPLICANTS, t->n_rules ? 1 : -1, t->n_rules ? S("符合规则的当场决定（秒批），不再等人审批") : S("不再由规则当场决定，由工作人员审批"),
			t->n_rules ? S("decided at once where the rules allow, without waiting for a person") : S("no longer decided at once by rules: a person decides"));
	else if (!same_tables(f, t))
		diff_tell(x, DIFF_OFFICES, 0, S("秒批的规则表或者它的有效期变了"), S("the table that decides at once, or its dates, have changed"));
	if (f->n_rules && t->n_rules && f->sample_percent != t->sample_percent)
		diff_tell(x, DIFF_OFFICES, 0, str_fmt(x->d->a, "秒批后抽查复核的比例由 %d%% 改为 %d%%", f->sample_percent, t->sample_percent),
			str_fmt(x->d->a, "share looked at afterwards: %d %% becomes %d %%", f->sample_percent, t->sample_percent));
	for (int pass = 0; pass < 2; pass++) {
		const struct item *here = pass ? from : to, *there = pass ? to : from;
		for (uint32_t i = 0; i < here->instant.n_sources; i++) {
			const struct source_use *u = &here->instant.source[i], *o = source_in(there, u);
			if (!o || (!pass && !same_facts(o, u)))
				diff_came(x, DIFF_APPLICANTS, 0, pass ? "决定前不再查询" : "决定前向保管单位查询", pass ? "no longer asked before the decision:" :
					"asked of the office that keeps the record, before the decision:", asked(x->d->a, u));
			if (u->proves && !(o && o->proves && str_eq(o->proves->code, u->proves->code)))
				diff_came(x, DIFF_APPLICANTS, pass ? -1 : 1, pass ? "要自己提交材料" : "不用再交材料（由保管单位的记录证明）",
					pass ? "must now be handed in:" : "no longer handed in (the record of its office proves it):", u->proves->name);
		}
	}
}

static void result(struct about *x, const struct item *f, const struct item *t)
{
	struct words fw = f->certificate ? f->certificate->name : f->result_paper, tw = t->certificate ? t->certificate->name : t->result_paper;
	if (!words_same(fw, tw) && tw.zh.n) diff_came(x, DIFF_APPLICANTS, 0, "办结时发", "the result is now", tw);
	const struct { bool f, t; const char *zh, *en; } way[] = {{f->deliver_window, t->deliver_window, "窗口领取", "collected at the window"},
		{f->deliver_mail, t->deliver_mail, "邮寄", "sent by mail"}, {f->deliver_online, t->deliver_online, "网上领取", "taken online"}};
	for (size_t i = 0; i < countof(way); i++)
		if (way[i].f != way[i].t)
			diff_tell(x, DIFF_APPLICANTS, way[i].t ? 1 : -1, str_fmt(x->d->a, way[i].t ? "结果可以%s" : "结果不再%s", way[i].zh),
				str_fmt(x->d->a, way[i].t ? "the result can be %s" : "the result is no longer %s", way[i].en));
}

static struct str day_or(struct arena *a, day_t d, const char *none)
{
	struct buf b = buf_new(a);
	if (d == INT32_MIN || d == INT32_MAX) return str_of(none);
	day_print(&b, d);
	return buf_str(&b);
}

static void dates(struct about *x, const struct item *f, const struct item *t)
{
	struct arena *a = x->d->a;
	if (f->from == t->from && f->until == t->until) return;
	struct str zf = day_or(a, t->from, "公布之日"), zu = day_or(a, t->until, "另行公布"), ef = day_or(a, t->from, "its publication"), eu = day_or(a, t->until, "further notice");
	diff_tell(x, DIFF_APPLICANTS, 0, str_fmt(a, "有效期改为 " STR_FMT " 至 " STR_FMT, STR_ARG(zf), STR_ARG(zu)),
		str_fmt(a, "in force from " STR_FMT " until " STR_FMT, STR_ARG(ef), STR_ARG(eu)));
}

static bool same_basis(const struct item *f, const struct item *t)
{
	bool same = f->n_basis == t->n_basis;
	for (uint32_t i = 0; same && i < t->n_basis; i++)
		same = words_same(f->basis[i].law, t->basis[i].law) && words_same(f->basis[i].clause, t->basis[i].clause);
	return same;
}

void diff_item(struct about *x, const struct item *f, const struct item *t)
{
	struct arena *a = x->d->a;
	struct str oe = en_or_zh(t->office->name), fe = en_or_zh(f->office->name);
	if (!words_same(f->name, t->name) && t->base != f)
		diff_tell(x, DIFF_APPLICANTS, 0, str_fmt(a, "名称由“" STR_FMT "”改为“" STR_FMT "”", STR_ARG(f->name.zh), STR_ARG(t->name.zh)),
			str_fmt(a, "the name was “" STR_FMT "”", STR_ARG(f->name.en)));
	diff_limit(x, "承诺时限", "promise", f->promised, t->promised, true);
	diff_limit(x, "法定时限", "statutory limit", f->statutory, t->statutory, false);
	if (f->visits != t->visits)
		diff_tell(x, DIFF_APPLICANTS, t->visits < f->visits ? 1 : -1, str_fmt(a, "到现场由 %u 次改为 %u 次", f->visits, t->visits),
			str_fmt(a, "visits: %u becomes %u", f->visits, t->visits));
	if (f->depth != t->depth) {
		struct words w = item_depth_text(t->depth);
		diff_tell(x, DIFF_APPLICANTS, t->depth > f->depth ? 1 : -1, w.zh, w.en);
	}
	if (!str_eq(f->type, t->type)) {
		struct words fw = item_type_name(f->type), tw = item_type_name(t->type);
		diff_tell(x, DIFF_OFFICES, 0, str_fmt(a, "事项类型由“" STR_FMT "”改为“" STR_FMT "”", STR_ARG(fw.zh), STR_ARG(tw.zh)),
			str_fmt(a, "type: " STR_FMT " becomes " STR_FMT, STR_ARG(fw.en), STR_ARG(tw.en)));
	}
	materials(x, f, t);
	fields(x, f, t);
	conditions(x, f, t);
	fees(x, f, t);
	if (!str_eq(f->office->code, t->office->code)) {
		diff_tell(x, DIFF_OFFICES, 0, str_fmt(a, "由“" STR_FMT "”改为“" STR_FMT "”办理", STR_ARG(f->office->name.zh), STR_ARG(t->office->name.zh)),
			str_fmt(a, "now handled by " STR_FMT, STR_ARG(oe)));
		diff_tell(x, DIFF_RUNNING, 0, str_fmt(a, "办理中的办件由“" STR_FMT "”办完", STR_ARG(f->office->name.zh)),
			str_fmt(a, "cases under way stay with " STR_FMT, STR_ARG(fe)));
	}
	steps(x, f, t);
	instant(x, f, t);
	result(x, f, t);
	dates(x, f, t);
	if (!same_basis(f, t))
		diff_tell(x, DIFF_OFFICES, 0, S("设定依据变了：决定书引用的依据随之改变"), S("the legal basis has changed, and with it what decisions quote"));
	if (!str_eq(f->decision, t->decision))
		diff_tell(x, DIFF_OFFICES, 0, S("机器核对的规则表换了"), S("another rule table checks the application"));
	if (!words_same(f->place, t->place) || !words_same(f->hours, t->hours) || !str_eq(f->phone, t->phone))
		diff_tell(x, DIFF_APPLICANTS, 0, S("办理地点、时间或者电话有变化"), S("place, hours or phone have changed"));
	if (f->single != t->single)
		diff_tell(x, DIFF_APPLICANTS, t->single ? 1 : -1, t->single ? S("可以单独申请") : S("只能在一件事里申请"),
			t->single ? S("can be applied for by itself") : S("only within a bundle"));
}
