// check_bundle.c — conditions that can hold, questions that matter, bundles that work.
#include "domain/catalogue/check_int.h"

#define NONE S("")

// ---- conditions -----------------------------------------------------------------------------------

static bool word_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
}

// Every `question = "x"` whose x is no option of the question.
static void check_options(struct check *k, const struct condition *x, struct origin at, struct str subject)
{
	struct str s = x->text;
	for (size_t i = 0; i < s.n;) {
		if (!word_char(s.p[i]) || (i && word_char(s.p[i - 1]))) {
			i++;
			continue;
		}
		size_t from = i;
		while (i < s.n && word_char(s.p[i]))
			i++;
		const struct question *q = catalogue_row(k->c, K_QUESTION, str_part(s, from, i - from));
		if (!q)
			continue;
		size_t j = i;
		while (j < s.n && s.p[j] == ' ')
			j++;
		if (j < s.n && s.p[j] == '!')
			j++;
		if (j >= s.n || s.p[j] != '=')
			continue;
		j++;
		while (j < s.n && s.p[j] == ' ')
			j++;
		if (j >= s.n || s.p[j] != '"')
			continue;
		size_t open = ++j;
		while (j < s.n && s.p[j] != '"')
			j++;
		struct str value = str_part(s, open, j - open);
		bool ok = false;
		for (uint32_t o = 0; o < q->n_options; o++)
			ok |= str_eq(q->option[o].code, value);
		if (!ok)
			check_add(k, RULE_unknown_option, at, x->line, subject, q->code, value, NONE);
	}
}

static void check_condition(struct check *k, const struct condition *x, struct origin at, struct str subject)
{
	if (!x->program)
		return;
	if (!k->open)
		k->open = binding_new(k->a, k->c, NULL);
	check_options(k, x, at, subject);
	switch (binding_holds(k->open, x)) {
	case TRUTH_FALSE:
		check_add(k, RULE_condition_never, at, x->line, subject, x->text, NONE, NONE);
		break;
	case TRUTH_TRUE:
		check_add(k, RULE_condition_always, at, x->line, subject, x->text, NONE, NONE);
		break;
	case TRUTH_OPEN:
		break;
	}
}

void check_conditions_of_item(struct check *k, const struct item *it)
{
	for (uint32_t j = 0; j < it->n_fields; j++)
		check_condition(k, &it->field[j].when, it->at, it->code);
	for (uint32_t j = 0; j < it->n_materials; j++)
		check_condition(k, &it->material[j].when, it->at, it->code);
	for (uint32_t j = 0; j < it->n_fees; j++)
		check_condition(k, &it->fee[j].when, it->at, it->code);
}

void check_conditions_of_bundle(struct check *k, const struct bundle *b)
{
	for (uint32_t j = 0; j < b->n_items; j++)
		check_condition(k, &b->item[j].when, b->at, b->code);
	for (uint32_t j = 0; j < b->n_signatories; j++)
		check_condition(k, &b->signatory[j].when, b->at, b->code);
}

void check_conditions(struct check *k)
{
	const struct catalogue *c = k->c;
	for (uint32_t i = 0; i < c->n_subjects; i++)
		check_condition(k, &c->subject[i].when, c->subject[i].at, c->subject[i].code);
	for (uint32_t i = 0; i < c->n_questions; i++) {
		const struct question *q = &c->question[i];
		check_condition(k, &q->when, q->at, q->code);
		check_words(k, q->at, q->code, "question", q->text);
		check_words(k, q->at, q->code, "hint", q->hint);
		for (uint32_t j = 0; j < q->n_options; j++)
			check_words(k, q->at, q->code, "option", q->option[j].text);
	}
}

// ---- bundles --------------------------------------------------------------------------------------

static int64_t minutes_of(struct limit l)
{
	static const int32_t unit[] = {0, 60, 480, 343, 480 * 22};
	return (int64_t)l.n * unit[l.unit];
}

static int member(const struct bundle *b, const struct item *it)
{
	for (uint32_t i = 0; i < b->n_items; i++)
		if (same_item(b->item[i].item, it) || same_item(b->item[i].item->base, it))
			return (int)i;
	return -1;
}

// before[i * n + j]: item j comes before item i, directly or through others. Items are in order.
static bool *befores(struct check *k, const struct bundle *b)
{
	uint32_t n = b->n_items;
	bool *before = arena_newn(k->a, bool, (size_t)n * n + 1);
	for (uint32_t i = 0; i < n; i++)
		for (uint32_t a = 0; a < b->item[i].n_after; a++) {
			int p = member(b, b->item[i].after[a]);
			if (p < 0)
				continue;
			before[i * n + (uint32_t)p] = true;
			for (uint32_t j = 0; j < n; j++)
				before[i * n + j] |= before[(uint32_t)p * n + j];
		}
	return before;
}

static bool belongs(const struct guide *g, const struct item *it)
{
	for (uint32_t i = 0; g && i < g->n_items; i++)
		if (g->item[i].item == it)
			return true;
	return !g;
}

// What the items of a situation take one after another; all items when g is NULL.
static int64_t chain(struct check *k, const struct bundle *b, const struct guide *g)
{
	int64_t *end = arena_newn(k->a, int64_t, b->n_items + 1), longest = 0;
	for (uint32_t i = 0; i < b->n_items; i++) {
		for (uint32_t a = 0; a < b->item[i].n_after; a++) {
			int p = member(b, b->item[i].after[a]);
			if (p >= 0 && end[p] > end[i])
				end[i] = end[p];
		}
		if (belongs(g, b->item[i].item))
			end[i] += minutes_of(b->item[i].item->promised);
		if (end[i] > longest)
			longest = end[i];
	}
	return longest;
}

// Every situation that the questions lead to, as long as they are few enough to go through.
struct situations { struct check *k; const struct bundle *b; uint32_t left; int64_t longest; struct limit promised; bool shorter; };
static bool situations(struct situations *s, const struct json *answers)
{
	struct check *k = s->k;
	struct guide g;
	if (!s->left-- || guide(k->a, k->c, (struct matter){s->b, NULL}, answers, &g)) {
		s->left = 0;
		return false;
	}
	if (!g.n_open) {
		int64_t n = chain(k, s->b, &g);
		if (n > minutes_of(g.promised) && !s->shorter) {
			s->shorter = true;
			s->longest = n;
			s->promised = g.promised;
		}
		return true;
	}
	const struct question *q = g.question[g.first_open].question;
	for (uint32_t i = 0; i < q->n_options; i++) {
		struct json *more = json_copy(k->a, answers);
		json_put(k->a, more, q->code, json_str(k->a, q->option[i].code));
		if (!situations(s, more))
			return false;
	}
	return true;
}

enum { SITUATIONS = 400 };                             // guides made a bundle

static void check_promise(struct check *k, const struct bundle *b)
{
	struct situations s = {.k = k, .b = b, .left = SITUATIONS, .promised = b->promised};
	struct arena_mark mark = arena_mark(k->a);
	if (!situations(&s, json_obj(k->a))) {
		s.longest = chain(k, b, NULL);
		s.promised = b->promised;
		s.shorter = s.longest > minutes_of(b->promised);
	}
	arena_rewind(k->a, mark);
	if (!s.shorter)
		return;
	struct limit need = {(int32_t)((s.longest + 479) / 480), LIMIT_WORKING_DAY};
	check_add(k, RULE_bundle_promise_short, b->at, b->promised_line, b->code, limit_text(k->a, s.promised, false),
		limit_text(k->a, need, false), str_fmt(k->a, STR_FMT ", " STR_FMT, STR_ARG(limit_text(k->a, s.promised, true)),
		STR_ARG(limit_text(k->a, need, true))));
}

static void check_flow_of_results(struct check *k, const struct bundle *b)
{
	uint32_t n = b->n_items;
	bool *before = befores(k, b);
	for (uint32_t i = 0; i < n; i++) {
		const struct item *it = b->item[i].item;
		for (uint32_t m = 0; m < it->n_materials; m++) {
			const struct item *from = it->material[m].material->result_of;
			int p = from ? member(b, from) : -1;
			if (p >= 0 && !before[i * n + (uint32_t)p])
				check_add(k, RULE_result_of_later, b->at, b->item[i].line, b->code, it->code, from->code,
					it->material[m].material->name.zh);
		}
		for (uint32_t v = 0; v < it->n_consumes; v++) {
			bool given = false;
			for (uint32_t j = 0; j < n; j++)
				for (uint32_t p = 0; before[i * n + j] && p < b->item[j].item->n_produces; p++)
					given |= str_eq(b->item[j].item->produces[p].code, it->consumes[v]);
			if (!given)
				check_add(k, RULE_consumes_unmet, b->at, b->item[i].line, b->code, it->code, it->consumes[v], NONE);
		}
		for (uint32_t p = 0; p < it->n_produces; p++) {
			bool taken = false;
			for (uint32_t j = 0; j < n; j++)
				for (uint32_t v = 0; v < b->item[j].item->n_consumes; v++)
					taken |= str_eq(b->item[j].item->consumes[v], it->produces[p].code);
			if (!taken)
				check_add(k, RULE_produces_unused, b->at, b->item[i].line, b->code, it->code, it->produces[p].code, NONE);
		}
	}
}

// All conditions by which an answer may change the case.
static uint32_t conditions_of(struct check *k, const struct bundle *b, const struct condition ***out)
{
	size_t n = 0, cap = 0;
	const struct condition **list = NULL;
#define ADD(x) \
	do { \
		const struct condition *x_ = (x); \
		if (x_->program) \
			*vec_push(k->a, list, n, cap) = x_; \
	} while (0)
	for (uint32_t i = 0; i < b->n_items; i++) {
		const struct item *it = b->item[i].item;
		ADD(&b->item[i].when);
		for (uint32_t j = 0; j < it->n_fields; j++) {
			ADD(&it->field[j].when);
			ADD(&it->field[j].subject->when);
		}
		for (uint32_t j = 0; j < it->n_materials; j++) {
			ADD(&it->material[j].when);
			ADD(&it->material[j].subject->when);
		}
		for (uint32_t j = 0; j < it->n_fees; j++)
			ADD(&it->fee[j].when);
	}
	for (uint32_t i = 0; i < b->n_signatories; i++)
		ADD(&b->signatory[i].when);
	for (uint32_t i = 0; i < b->n_questions; i++)
		ADD(&b->question[i].when);
#undef ADD
	*out = list;
	return (uint32_t)n;
}

static bool table_reads(struct check *k, const struct bundle *b, struct str question)
{
	const struct catalogue *c = k->c;
	const struct rule_table *t = catalogue_rule(c, b->days_table);
	if (t && rule_reads(t, k->a, question))
		return true;
	for (uint32_t i = 0; i < b->n_items; i++) {
		const struct item *it = b->item[i].item;
		t = catalogue_rule(c, it->decision);
		if (t && rule_reads(t, k->a, question))
			return true;
		for (uint32_t j = 0; j < it->instant.n_rules; j++) {
			t = catalogue_rule(c, it->instant.rule[j].table);
			if (t && rule_reads(t, k->a, question))
				return true;
		}
		for (uint32_t j = 0; j < it->n_fees; j++) {
			t = catalogue_rule(c, it->fee[j].table);
			if (t && rule_reads(t, k->a, question))
				return true;
		}
	}
	return false;
}

static void check_questions(struct check *k, const struct bundle *b)
{
	const struct condition **cond;
	uint32_t n = conditions_of(k, b, &cond);
	for (uint32_t i = 0; i < b->n_questions; i++) {
		const struct question *q = &b->question[i];
		const struct question *row = catalogue_row(k->c, K_QUESTION, q->code);
		uint32_t slot = (uint32_t)(row - k->c->question);
		bool table = table_reads(k, b, q->code), used = table;
		for (uint32_t j = 0; j < n && !used; j++)
			used = condition_reads(k->c, cond[j], slot);
		if (!used) {
			check_add(k, RULE_question_without_effect, b->at, 0, b->code, q->code, NONE, NONE);
			continue;
		}
		// Two options are alike when every condition decides the same for both and no table looks at
		// them; a condition that is still open under one of them counts as a difference.
		for (uint32_t x = 0; !table && x < q->n_options; x++)
			for (uint32_t y = x + 1; y < q->n_options; y++) {
				struct json *fx = json_obj(k->a), *fy = json_obj(k->a);
				json_put(k->a, fx, q->code, json_str(k->a, q->option[x].code));
				json_put(k->a, fy, q->code, json_str(k->a, q->option[y].code));
				struct binding *bx = binding_new(k->a, k->c, fx), *by = binding_new(k->a, k->c, fy);
				bool same = true;
				for (uint32_t j = 0; j < n && same; j++) {
					if (!condition_reads(k->c, cond[j], slot))
						continue;
					enum truth tx = binding_holds(bx, cond[j]), ty = binding_holds(by, cond[j]);
					same = tx == ty && tx != TRUTH_OPEN;
				}
				if (same)
					check_add(k, RULE_options_alike, q->at, 0, b->code, q->code, q->option[x].code, q->option[y].code);
			}
	}
}

static void check_signatories(struct check *k, const struct bundle *b)
{
	bool applicant = false;
	for (uint32_t i = 0; i < b->n_signatories; i++) {
		const struct signatory *s = &b->signatory[i];
		bool name = false, number = false;
		applicant |= s->subject == b->applicant;
		check_words(k, b->at, b->code, "signatory", s->name);
		for (uint32_t j = 0; j < b->n_items; j++)
			for (uint32_t f = 0; f < b->item[j].item->n_fields; f++) {
				const struct item_field *x = &b->item[j].item->field[f];
				name |= x->subject == s->subject && x->element->type == EL_NAME;
				number |= x->subject == s->subject && (x->element->type == EL_ID || x->element->type == EL_USCC);
			}
		if (!name || !number)
			check_add(k, RULE_signatory_unknown, b->at, s->line, b->code, s->role, NONE, NONE);
	}
	if (b->n_signatories && b->applicant && !applicant)
		check_add(k, RULE_applicant_no_signatory, b->at, 0, b->code, NONE, NONE, NONE);
}

void check_bundle(struct check *k, const struct bundle *b)
{
	if (catalogue_item(k->c, b->code))
		check_add(k, RULE_matter_twice, b->at, 0, b->code, b->code, NONE, NONE);
	if (b->n_items < 2)
		check_add(k, RULE_bundle_small, b->at, 0, b->code, NONE, NONE, NONE);
	check_words(k, b->at, b->code, "name", b->name);
	check_words(k, b->at, b->code, "summary", b->summary);
	check_words(k, b->at, b->code, "place", b->place);
	check_words(k, b->at, b->code, "hours", b->hours);
	for (uint32_t i = 0; i < b->n_faq; i++) {
		check_words(k, b->at, b->code, "question", b->faq[i].question);
		check_words(k, b->at, b->code, "answer", b->faq[i].answer);
	}
	if (b->phone.n && str_eq(b->phone, b->complaint_phone))
		check_add(k, RULE_phones_same, b->at, 0, b->code, b->phone, NONE, NONE);
	check_promise(k, b);
	check_flow_of_results(k, b);
	check_questions(k, b);
	check_signatories(k, b);
	bool lead = false;
	for (uint32_t i = 0; i < b->n_items; i++)
		lead |= b->item[i].item->office == b->lead;
	if (b->lead && !lead)
		check_add(k, RULE_lead_not_in_bundle, b->at, 0, b->code, b->lead->name.zh, NONE, NONE);
	if ((int32_t)b->visits > b->singly.trips)
		check_add(k, RULE_bundle_visits, b->at, 0, b->code, str_fmt(k->a, "%u", b->visits),
			str_fmt(k->a, "%d", b->singly.trips), NONE);
	struct guide g;
	struct err *e = guide(k->a, k->c, (struct matter){b, NULL}, NULL, &g);
	if (e)
		return;
	if (g.saved.papers <= 0 && g.saved.trips <= 0 && g.saved.days <= 0)
		check_add(k, RULE_bundle_saves_nothing, b->at, 0, b->code, NONE, NONE, NONE);
	else
		check_add(k, RULE_bundle_savings, b->at, 0, b->code, str_fmt(k->a, "%d", g.saved.papers),
			str_fmt(k->a, "%d", g.saved.trips), str_fmt(k->a, "%d", g.saved.days));
}
