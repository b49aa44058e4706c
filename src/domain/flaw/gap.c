// gap.c — see gap.h.
#include "domain/flaw/gap.h"

enum { GAPS_MAX = 40 };

static void found(struct gaps *g, enum gap_kind kind, const char *code, struct words name)
{
	if (g->n >= GAPS_MAX) return;
	g->gap[g->n++] = (struct gap){kind, code, name};
	g->per[kind]++;
}

static void element(struct gaps *g, const char *code, const char *zh, const char *en, bool there)
{
	g->elements++;
	if (there) g->filled++;
	else found(g, GAP_MISSING, code, (struct words){str_of(zh), str_of(en)});
}

static void english(struct gaps *g, const char *code, const char *zh, const char *en, struct words w)
{
	if (w.zh.n && !w.en.n) found(g, GAP_ENGLISH, code, (struct words){str_of(zh), str_of(en)});
}

void item_gaps(struct arena *a, const struct item *it, day_t today, struct gaps *g)
{
	*g = (struct gaps){.gap = arena_newn(a, struct gap, GAPS_MAX)};
	bool basis_fees = true, fields_fees = true;
	for (uint32_t i = 0; i < it->n_fees; i++) {
		basis_fees &= it->fee[i].basis.zh.n != 0;
		fields_fees &= it->fee[i].standard.zh.n || it->fee[i].words.n;
	}
	element(g, "summary", "事项说明", "Summary", it->summary.zh.n);
	element(g, "result_line", "办理结果", "Result", it->result_line.zh.n);
	element(g, "result", "结果证照或文书", "Result document", it->certificate || it->paper.n || it->result_paper.zh.n);
	element(g, "codes", "基本编码和实施编码", "Codes", it->basic_code.n && it->implementation_code.n);
	element(g, "type", "事项类型", "Type", it->type.n);
	element(g, "version", "事项版本", "Version", it->version.n);
	element(g, "statutory", "法定办结时限", "Statutory limit", it->statutory.n || it->kind == ITEM_IMMEDIATE);
	element(g, "statutory.basis", "法定时限的依据", "Basis of the statutory limit", it->statutory_basis.zh.n || it->kind == ITEM_IMMEDIATE);
	element(g, "promised", "承诺办结时限", "Promise", it->promised.n || it->promised.unit == LIMIT_ON_SPOT);
	element(g, "conditions", "受理条件", "Conditions", it->n_conditions);
	element(g, "steps", "办理流程", "Steps", it->n_steps);
	element(g, "visit_reason", "必须到现场的原因", "Why a visit is needed", !it->visits || it->visit_reason.zh.n);
	element(g, "basis", "设定依据", "Legal basis", it->n_basis);
	element(g, "fees.basis", "收费依据", "Basis of fees", basis_fees);
	element(g, "fees.standard", "收费标准", "Tariff", fields_fees);
	element(g, "place", "办理地点", "Place", it->place.zh.n);
	element(g, "hours", "办理时间", "Hours", it->hours.zh.n);
	element(g, "phone", "咨询电话", "Phone", it->phone.n);
	element(g, "complaint_phone", "监督投诉电话", "Complaint phone", it->complaint_phone.n);
	element(g, "faq", "常见问题", "Questions", it->n_faq);
	element(g, "audience", "服务对象", "Audience", it->n_audience);
	element(g, "themes", "主题分类", "Themes", it->n_themes);
	element(g, "deliver", "结果送达方式", "Delivery", it->deliver_window || it->deliver_mail || it->deliver_online);
	english(g, "name", "名称的英文", "English name", it->name);
	english(g, "summary", "说明的英文", "English summary", it->summary);
	english(g, "result_line", "结果的英文", "English result", it->result_line);
	english(g, "place", "地点的英文", "English place", it->place);
	english(g, "hours", "时间的英文", "English hours", it->hours);
	for (uint32_t i = 0; i < it->n_conditions; i++)
		if (!it->condition[i].en.n) {
			english(g, "conditions", "受理条件的英文", "English conditions", it->condition[i]);
			break;
		}
	for (uint32_t i = 0; i < it->n_faq; i++)
		if (!it->faq[i].question.en.n || !it->faq[i].answer.en.n) {
			found(g, GAP_ENGLISH, "faq", (struct words){S("常见问题的英文"), S("English questions")});
			break;
		}
	if (it->until != INT32_MAX && it->until < today) found(g, GAP_DATE, "until", (struct words){S("已过有效期"), S("No longer valid")});
	else if (it->from != INT32_MIN && it->from > today) found(g, GAP_DATE, "from", (struct words){S("还没有生效"), S("Not valid yet")});
}
