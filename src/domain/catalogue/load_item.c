// load_item.c — items and bundles from YAML: the references between them, the order of a bundle.
#include "domain/catalogue/load_int.h"

#define KNOWN(L, y, ...) \
	do { \
		static const char *const keys_[] = {__VA_ARGS__}; \
		ld_known(L, y, keys_, countof(keys_)); \
	} while (0)

static const char *const step_code[] = {"accept", "review", "decide", "make", "deliver"};

const char *step_kind_code(enum step_kind k)
{
	return step_code[k];
}

struct words step_kind_name(enum step_kind k)
{
	static const struct { const char *zh, *en; } name[] = {{"受理", "Acceptance"}, {"审查", "Review"},
		{"决定", "Decision"}, {"制证", "Certificate"}, {"送达", "Delivery"}};
	return (struct words){str_of(name[k].zh), str_of(name[k].en)};
}

struct words item_type_name(struct str type)
{
	// GB/T 39046-2020 annex A.1
	static const struct { const char *code, *zh, *en; } t[] = {{"01", "行政许可", "Administrative licence"},
		{"02", "行政处罚", "Administrative penalty"}, {"03", "行政强制", "Administrative coercion"},
		{"04", "行政征收", "Administrative levy"}, {"05", "行政给付", "Administrative benefit"},
		{"06", "行政检查", "Administrative inspection"}, {"07", "行政确认", "Administrative confirmation"},
		{"08", "行政奖励", "Administrative award"}, {"09", "行政裁决", "Administrative ruling"},
		{"10", "其他行政权力", "Other administrative power"}, {"20", "公共服务", "Public service"}};
	for (size_t i = 0; i < countof(t); i++)
		if (str_eq(type, str_of(t[i].code)))
			return (struct words){str_of(t[i].zh), str_of(t[i].en)};
	return (struct words){type, S("")};
}

static void load_steps(struct load *L, const struct yaml *y, struct item *it)
{
	const struct yaml *list = ld_list(L, y, "steps");
	it->n_steps = (uint32_t)yaml_count(list);
	it->step = arena_newn(L->a, struct item_step, it->n_steps);
	for (uint32_t i = 0; i < it->n_steps; i++) {
		const struct yaml *s = list->item[i];
		struct item_step *st = &it->step[i];
		KNOWN(L, s, "kind", "name", "role", "limit", "officers");
		st->line = s->line;
		st->kind = (enum step_kind)ld_choice(L, s, "kind", step_code, countof(step_code), -1);
		st->name = ld_words(L, s, "name", false);
		if (!st->name.zh.n)
			st->name = (struct words){ld_copy(L, step_kind_name(st->kind).zh), ld_copy(L, step_kind_name(st->kind).en)};
		if (yaml_is_null(yaml_get(s, S("role"))))
			finding_add(L->f, RULE_step_without_role, yaml_file(s), s->line, it->code, st->name.zh, st->name.en, S(""));
		st->role = ld_ref(L, s, "role", K_ROLE, false);
		if (yaml_is_null(yaml_get(s, S("limit"))))
			finding_add(L->f, RULE_step_without_limit, yaml_file(s), s->line, it->code, st->name.zh, st->name.en, S(""));
		st->limit = ld_limit(L, s, "limit", false);
		st->officers = (uint32_t)ld_int(L, s, "officers", 1, 20, 1);
	}
}

static void load_fields(struct load *L, const struct yaml *y, struct item *it)
{
	const struct yaml *list = ld_list(L, y, "fields");
	uint32_t n = (uint32_t)yaml_count(list);
	it->field = arena_newn(L->a, struct item_field, n);
	for (uint32_t i = 0; i < n; i++) {
		const struct yaml *f = list->item[i];
		KNOWN(L, f, "subject", "element", "required", "when", "label");
		struct item_field x = {
			.element = ld_ref(L, f, "element", K_ELEMENT, true),
			.subject = ld_ref(L, f, "subject", K_SUBJECT, true),
			.required = ld_bool(L, f, "required", true),
			.when = ld_condition(L, f, "when"),
			.label = ld_words(L, f, "label", false),
			.line = f->line,
		};
		if (!x.element || !x.subject)
			continue;
		for (uint32_t k = 0; k < it->n_fields; k++)
			if (it->field[k].element == x.element && it->field[k].subject == x.subject)
				finding_add(L->f, RULE_field_twice, yaml_file(f), f->line, it->code, x.subject->code, x.element->code, S(""));
		it->field[it->n_fields++] = x;
	}
}

static void load_item_materials(struct load *L, const struct yaml *y, struct item *it)
{
	static const char *const needs[] = {"required", "optional", "later"};
	const struct yaml *list = ld_list(L, y, "materials");
	uint32_t n = (uint32_t)yaml_count(list);
	it->material = arena_newn(L->a, struct item_material, n);
	for (uint32_t i = 0; i < n; i++) {
		const struct yaml *m = list->item[i];
		KNOWN(L, m, "material", "subject", "need", "when", "originals", "copies");
		struct item_material x = {
			.material = ld_ref(L, m, "material", K_MATERIAL, true),
			.subject = ld_ref(L, m, "subject", K_SUBJECT, true),
			.need = (enum material_need)ld_choice(L, m, "need", needs, countof(needs), MAT_REQUIRED),
			.when = ld_condition(L, m, "when"),
			.originals = (uint32_t)ld_int(L, m, "originals", 0, 100, 0),
			.copies = (uint32_t)ld_int(L, m, "copies", 0, 100, 0),
			.line = m->line,
		};
		if (!x.material || !x.subject)
			continue;
		for (uint32_t k = 0; k < it->n_materials; k++)
			if (it->material[k].material == x.material && it->material[k].subject == x.subject)
				finding_add(L->f, RULE_material_twice, yaml_file(m), m->line, it->code, x.material->name.zh,
					x.material->name.en, x.subject->name.zh);
		it->material[it->n_materials++] = x;
	}
}

static void load_fees(struct load *L, const struct yaml *y, struct item *it)
{
	const struct yaml *list = ld_list(L, y, "fees");
	it->n_fees = (uint32_t)yaml_count(list);
	it->fee = arena_newn(L->a, struct fee_rule, it->n_fees);
	for (uint32_t i = 0; i < it->n_fees; i++) {
		const struct yaml *f = list->item[i];
		struct fee_rule *r = &it->fee[i];
		KNOWN(L, f, "name", "standard", "amount", "table", "result", "words", "basis", "online", "payee", "when");
		r->name = ld_words(L, f, "name", true);
		r->standard = ld_words(L, f, "standard", false);
		r->fixed = ld_dec(L, f, "amount", &r->amount);
		r->table = ld_text(L, f, "table", false);
		if (r->table.n)
			ld_ref(L, f, "table", K_RULE, true);
		r->result = ld_text(L, f, "result", false);
		r->words = ld_text(L, f, "words", false);
		if (r->words.n)
			ld_ref(L, f, "words", K_RULE, true);
		r->basis = ld_words(L, f, "basis", false);
		r->online = ld_bool(L, f, "online", false);
		r->payee = ld_ref(L, f, "payee", K_OFFICE, false);
		if (!r->payee)
			r->payee = it->office;
		r->when = ld_condition(L, f, "when");
		r->line = f->line;
		if (r->fixed == (r->table.n > 0))
			finding_add(L->f, RULE_fee_amount, yaml_file(f), f->line, it->code, r->name.zh, r->name.en, S(""));
	}
}

static struct faq *load_faq(struct load *L, const struct yaml *y, uint32_t *n)
{
	const struct yaml *list = ld_list(L, y, "faq");
	*n = (uint32_t)yaml_count(list);
	struct faq *q = arena_newn(L->a, struct faq, *n);
	for (uint32_t i = 0; i < *n; i++) {
		KNOWN(L, list->item[i], "q", "a");
		q[i].question = ld_words(L, list->item[i], "q", true);
		q[i].answer = ld_words(L, list->item[i], "a", true);
	}
	return q;
}

static void load_basis(struct load *L, const struct yaml *y, struct item *it)
{
	const struct yaml *list = ld_list(L, y, "basis");
	it->n_basis = (uint32_t)yaml_count(list);
	it->basis = arena_newn(L->a, struct basis, it->n_basis);
	for (uint32_t i = 0; i < it->n_basis; i++) {
		const struct yaml *b = list->item[i];
		KNOWN(L, b, "code", "law", "clause", "text", "approve", "refuse");
		it->basis[i] = (struct basis){
			.code = ld_text(L, b, "code", true),
			.law = ld_words(L, b, "law", true),
			.clause = ld_words(L, b, "clause", true),
			.text = ld_words(L, b, "text", false),
			.approve = ld_bool(L, b, "approve", false),
			.refuse = ld_bool(L, b, "refuse", false),
		};
		if (!it->basis[i].approve && !it->basis[i].refuse)
			ld_finding(L, RULE_missing_key, b, it->code, S("approve, refuse"), S(""));
	}
}

static void load_places(struct load *L, const struct yaml *y, struct item *it)
{
	const struct yaml *list = ld_list(L, y, "places");
	uint32_t n = (uint32_t)yaml_count(list);
	it->place_of = arena_newn(L->a, struct item_place, n);
	for (uint32_t i = 0; i < n; i++) {
		const struct yaml *p = list->item[i];
		KNOWN(L, p, "hall", "office", "delegated", "reception", "notice");
		struct item_place x = {
			.hall = ld_ref(L, p, "hall", K_HALL, true),
			.office = ld_ref(L, p, "office", K_OFFICE, true),
			.delegated = ld_bool(L, p, "delegated", false),
			.reception = ld_bool(L, p, "reception", false),
			.notice = ld_words(L, p, "notice", false),
			.line = p->line,
		};
		if (x.hall && x.office)
			it->place_of[it->n_places++] = x;
	}
}

static struct str *load_themes(struct load *L, const struct yaml *y, uint32_t *n)
{
	struct str *t = ld_texts(L, y, "themes", n);
	for (uint32_t i = 0; i < *n; i++)
		ld_ref_code(L, yaml_get(y, S("themes")), t[i], K_THEME);
	return t;
}

static void audience(struct item *it)
{
	// GB/T 39046-2020 annex A, 服务对象
	for (uint32_t i = 0; i < it->n_audience; i++)
		if (str_is(it->audience[i], "1"))
			it->for_person = true;
		else
			it->for_enterprise = true;
}

// instant: {table: …, sample_percent: 5}, or rules: [{table: …, from: …, until: …}] one after the other.
static void load_instant(struct load *L, const struct yaml *y, struct item *it)
{
	const struct yaml *in = yaml_get(y, S("instant"));
	if (!in)
		return;
	KNOWN(L, in, "table", "rules", "sample_percent", "sources");
	const struct yaml *list = ld_list(L, in, "rules");
	uint32_t n = (uint32_t)yaml_count(list);
	bool one = !yaml_is_null(yaml_get(in, S("table")));
	it->instant.line = in->line;
	it->instant.sample_percent = (int32_t)ld_int(L, in, "sample_percent", 0, 100, 0);
	load_source_uses(L, in, it);
	it->instant.rule = arena_newn(L->a, struct instant_rule, n + 1);
	if (one == (n > 0))
		ld_finding(L, RULE_missing_key, in, it->code, S("table, rules"), S(""));
	for (uint32_t i = 0; i < n + one; i++) {
		const struct yaml *r = i < n ? list->item[i] : in;
		if (i < n)
			KNOWN(L, r, "table", "from", "until");
		ld_ref(L, r, "table", K_RULE, true);
		it->instant.rule[it->instant.n_rules++] = (struct instant_rule){ld_text(L, r, "table", true),
			i < n ? ld_day(L, r, "from", INT32_MIN) : INT32_MIN, i < n ? ld_day(L, r, "until", INT32_MAX) : INT32_MAX};
	}
}

// query: {answer: realty_answer, certificates: [realty], cases: false, absence: false}
static void load_query(struct load *L, const struct yaml *y, struct item *it)
{
	const struct yaml *q = yaml_get(y, S("query"));
	if (!q)
		return;
	KNOWN(L, q, "answer", "certificates", "cases", "absence");
	it->query.line = q->line;
	it->query.answer = ld_ref(L, q, "answer", K_CERTIFICATE, true);
	it->query.cases = ld_bool(L, q, "cases", false);
	it->query.absence = ld_bool(L, q, "absence", false);
	uint32_t n;
	struct str *from = ld_texts(L, q, "certificates", &n);
	it->query.from = arena_newn(L->a, const struct certificate_type *, n);
	for (uint32_t i = 0; i < n; i++) {
		const struct certificate_type *t = ld_ref_code(L, yaml_get(q, S("certificates")), from[i], K_CERTIFICATE);
		if (t)
			it->query.from[it->query.n_from++] = t;
	}
	if (!n && !it->query.cases)
		ld_finding(L, RULE_missing_key, q, it->code, S("certificates, cases"), S(""));
}

void load_item(struct load *L, const struct yaml *y, struct item *it, uint32_t row)
{
	static const char *const kinds[] = {"", "immediate", "promised"};
	KNOWN(L, y, "code", "name", "summary", "result_line", "office", "codes", "type", "version", "level", "kind",
		"depth", "visits", "visit_reason", "statutory", "promised", "conditions", "steps", "fields", "materials",
		"certificate", "ends", "result_paper", "paper", "consumes", "produces", "decision", "fees", "deliver", "basis",
		"audience", "visitor", "themes", "synonyms", "faq", "place", "hours", "phone", "complaint_phone", "single",
		"sample", "process", "parameters", "from", "until", "instant", "places", "query");
	it->name = ld_words(L, y, "name", true);
	it->summary = ld_words(L, y, "summary", false);
	it->result_line = ld_words(L, y, "result_line", false);
	it->office = ld_ref(L, y, "office", K_OFFICE, true);
	const struct yaml *codes = yaml_get(y, S("codes"));
	if (codes) {
		KNOWN(L, codes, "basic", "implementation", "handling");
		it->basic_code = ld_text(L, codes, "basic", true);
		it->implementation_code = ld_text(L, codes, "implementation", true);
		it->handling_code = ld_text(L, codes, "handling", true);
		const struct str own[] = {it->implementation_code, it->handling_code};
		const struct str base[] = {it->base ? it->base->implementation_code : S(""), it->base ? it->base->handling_code : S("")};
		for (size_t k = 0; k < countof(own); k++)
			if (own[k].n && !str_eq(own[k], base[k]) && !index_item(L->c, own[k], it, row))
				ld_finding(L, RULE_duplicate_code, codes, it->code, S("item"), own[k]);
		// One basic code may be implemented by several bodies: the first answers to it.
		if (it->basic_code.n)
			(void)index_item(L->c, it->basic_code, it, row);
	} else {
		ld_finding(L, RULE_missing_key, y, it->code, S("codes"), S(""));
	}
	it->type = ld_text(L, y, "type", true);
	it->version = ld_text(L, y, "version", true);
	it->level = (uint32_t)ld_int(L, y, "level", 1, 7, 3);
	it->kind = (enum item_kind)ld_choice(L, y, "kind", kinds, countof(kinds), -1);
	if (!it->kind)
		it->kind = ITEM_PROMISED;
	it->depth = (enum item_depth)ld_int(L, y, "depth", 1, 4, DEPTH_GUIDE);
	it->visits = (uint32_t)ld_int(L, y, "visits", 0, 20, 0);
	it->visit_reason = ld_words(L, y, "visit_reason", false);
	it->statutory = ld_limit(L, y, "statutory", true);
	it->statutory_basis = ld_words(L, yaml_get(y, S("statutory")), "basis", false);
	it->promised = ld_limit(L, y, "promised", true);
	const struct yaml *promised = yaml_get(y, S("promised"));
	it->promised_line = promised ? promised->line : y->line;
	const struct yaml *list = ld_list(L, y, "conditions");
	it->n_conditions = (uint32_t)yaml_count(list);
	it->condition = arena_newn(L->a, struct words, it->n_conditions);
	for (uint32_t k = 0; k < it->n_conditions; k++)
		it->condition[k] = ld_words_of(L, list->item[k]);
	load_steps(L, y, it);
	load_fields(L, y, it);
	load_item_materials(L, y, it);
	it->certificate = ld_ref(L, y, "certificate", K_CERTIFICATE, false);
	it->ends = ld_ref(L, y, "ends", K_CERTIFICATE, false);
	it->result_paper = ld_words(L, y, "result_paper", false);
	it->paper = ld_text(L, y, "paper", false);
	if (it->paper.n)
		ld_ref(L, y, "paper", K_PAPER, false);
	it->consumes = ld_texts(L, y, "consumes", &it->n_consumes);
	list = ld_list(L, y, "produces");
	it->n_produces = (uint32_t)yaml_count(list);
	it->produces = arena_newn(L->a, struct produced, it->n_produces);
	for (uint32_t k = 0; k < it->n_produces; k++) {
		const struct yaml *p = list->item[k];
		KNOWN(L, p, "code", "element", "name", "value");
		it->produces[k] = (struct produced){ld_text(L, p, "code", true), ld_ref(L, p, "element", K_ELEMENT, true),
			ld_words(L, p, "name", true), ld_text(L, p, "value", false)};
	}
	it->decision = ld_text(L, y, "decision", false);
	if (it->decision.n)
		ld_ref(L, y, "decision", K_RULE, false);
	load_instant(L, y, it);
	load_query(L, y, it);
	load_fees(L, y, it);
	uint32_t n;
	struct str *d = ld_texts(L, y, "deliver", &n);
	for (uint32_t k = 0; k < n; k++)
		if (str_is(d[k], "window"))
			it->deliver_window = true;
		else if (str_is(d[k], "mail"))
			it->deliver_mail = true;
		else if (str_is(d[k], "online"))
			it->deliver_online = true;
		else
			ld_finding(L, RULE_bad_value, yaml_get(y, S("deliver")), it->code, S("deliver"), S(""));
	load_basis(L, y, it);
	it->audience = ld_texts(L, y, "audience", &it->n_audience);
	audience(it);
	it->for_visitor = ld_bool(L, y, "visitor", false);
	it->theme = load_themes(L, y, &it->n_themes);
	it->synonym = ld_texts(L, y, "synonyms", &it->n_synonyms);
	it->faq = load_faq(L, y, &it->n_faq);
	load_places(L, y, it);
	it->place = ld_words(L, y, "place", false);
	it->hours = ld_words(L, y, "hours", false);
	it->phone = ld_text(L, y, "phone", false);
	it->complaint_phone = ld_text(L, y, "complaint_phone", false);
	if (it->office && !it->phone.n)
		it->phone = it->office->phone;
	if (it->office && !it->complaint_phone.n)
		it->complaint_phone = it->office->complaint_phone;
	it->single = ld_bool(L, y, "single", true);
	it->sample_note = ld_words(L, y, "sample", false);
	it->sample = it->sample_note.zh.n > 0;
	it->process = ld_text(L, y, "process", false);
	if (!it->process.n)
		it->process = ld_copy(L, S("approval"));
	const struct yaml *par = yaml_get(y, S("parameters"));
	if (par) {
		it->process_parameters = json_obj(L->a);
		for (uint32_t k = 0; k < par->n && par->type == YAML_MAP; k++)
			json_put(L->a, it->process_parameters, ld_copy(L, par->key[k]->text),
				json_str(L->a, ld_copy(L, yaml_text(par->item[k]))));
	}
	it->from = ld_day(L, y, "from", INT32_MIN);
	it->until = ld_day(L, y, "until", INT32_MAX);
}

void load_items(struct load *L)
{
	for (uint32_t i = 0; i < L->c->n_items; i++)
		load_item(L, L->row[K_ITEM][i], L->c->item[i], i);
}

// ---- bundles -------------------------------------------------------------------------------------

static int member_of(const struct bundle *b, const struct item *it)
{
	for (uint32_t i = 0; i < b->n_items; i++)
		if (b->item[i].item == it)
			return (int)i;
	return -1;
}

// Kahn's order, keeping the written order among those that are free; what is left over is a circle.
static void order_items(struct load *L, const struct yaml *y, struct bundle *b)
{
	struct bundle_item *sorted = arena_newn(L->a, struct bundle_item, b->n_items);
	bool *done = arena_newn(L->tmp, bool, b->n_items + 1);
	uint32_t n = 0;
	for (bool moved = true; moved && n < b->n_items;) {
		moved = false;
		for (uint32_t i = 0; i < b->n_items && !moved; i++) {
			bool ready = !done[i];
			for (uint32_t k = 0; ready && k < b->item[i].n_after; k++)
				ready = done[member_of(b, b->item[i].after[k])];
			if (ready) {
				done[i] = moved = true;
				sorted[n++] = b->item[i];
			}
		}
	}
	if (n < b->n_items) {
		struct buf names = buf_new(L->tmp);
		for (uint32_t i = 0; i < b->n_items; i++)
			if (!done[i]) {
				buf_fmt(&names, "%s" STR_FMT, names.n ? ", " : "", STR_ARG(b->item[i].item->code));
				b->item[i].n_after = 0;        // so that everything after may go on
				sorted[n++] = b->item[i];
			}
		finding_add(L->f, RULE_dependency_circle, yaml_file(y), y->line, b->code, buf_str(&names), S(""), S(""));
	}
	b->item = sorted;
}

static void load_members(struct load *L, const struct yaml *y, struct bundle *b)
{
	const struct yaml *list = ld_list(L, y, "items");
	uint32_t n = (uint32_t)yaml_count(list);
	b->item = arena_newn(L->a, struct bundle_item, n);
	struct yaml **from = arena_newn(L->tmp, struct yaml *, n + 1);
	for (uint32_t i = 0; i < n; i++) {
		struct yaml *m = list->item[i];
		KNOWN(L, m, "item", "after", "when");
		const struct item *it = ld_ref(L, m, "item", K_ITEM, true);
		if (!it)
			continue;
		if (member_of(b, it) >= 0) {
			ld_finding(L, RULE_duplicate_code, m, b->code, S("item"), it->code);
			continue;
		}
		from[b->n_items] = m;
		b->item[b->n_items++] = (struct bundle_item){.item = it, .when = ld_condition(L, m, "when"), .line = m->line};
	}
	for (uint32_t i = 0; i < b->n_items; i++) {
		uint32_t k;
		struct str *after = ld_texts(L, from[i], "after", &k);
		b->item[i].after = arena_newn(L->a, const struct item *, k);
		for (uint32_t j = 0; j < k; j++) {
			const struct item *p = ld_ref_code(L, yaml_get(from[i], S("after")), after[j], K_ITEM);
			if (!p)
				continue;
			if (member_of(b, p) < 0)
				ld_finding(L, RULE_after_not_in_bundle, from[i], b->code, b->item[i].item->code, p->code);
			else
				b->item[i].after[b->item[i].n_after++] = p;
		}
	}
	order_items(L, y, b);
}

void load_bundle(struct load *L, const struct yaml *y, struct bundle *b)
{
	KNOWN(L, y, "code", "name", "summary", "result_line", "lead", "applicant", "promised", "days", "visits", "singly",
		"questions", "items", "signatories", "place", "hours", "phone", "complaint_phone", "themes", "synonyms",
		"faq", "sample", "audience", "recurring");
	b->name = ld_words(L, y, "name", true);
	b->summary = ld_words(L, y, "summary", false);
	b->result_line = ld_words(L, y, "result_line", false);
	b->lead = ld_ref(L, y, "lead", K_OFFICE, true);
	b->applicant = ld_ref(L, y, "applicant", K_SUBJECT, true);
	b->promised = ld_limit(L, y, "promised", true);
	const struct yaml *promised = yaml_get(y, S("promised"));
	b->promised_line = promised ? promised->line : y->line;
	const struct yaml *days = yaml_get(y, S("days"));
	if (days) {
		KNOWN(L, days, "table", "result");
		ld_ref(L, days, "table", K_RULE, true);
		b->days_table = ld_text(L, days, "table", true);
		b->days_result = ld_text(L, days, "result", true);
	}
	b->visits = (uint32_t)ld_int(L, y, "visits", 0, 20, 0);
	const struct yaml *single = yaml_get(y, S("singly"));
	if (single) {
		KNOWN(L, single, "trips", "days");
		b->singly.trips = (int32_t)ld_int(L, single, "trips", 0, 10000, 0);
		b->singly.days = (int32_t)ld_int(L, single, "days", 0, 10000, 0);
	}
	uint32_t n;
	struct str *q = ld_texts(L, y, "questions", &n);
	b->question = arena_newn(L->a, struct question, n);
	for (uint32_t k = 0; k < n; k++) {
		const struct question *src = ld_ref_code(L, yaml_get(y, S("questions")), q[k], K_QUESTION);
		if (src)
			b->question[b->n_questions++] = *src;
	}
	load_members(L, y, b);
	const struct yaml *list = ld_list(L, y, "signatories");
	b->n_signatories = (uint32_t)yaml_count(list);
	b->signatory = arena_newn(L->a, struct signatory, b->n_signatories);
	for (uint32_t k = 0; k < b->n_signatories; k++) {
		const struct yaml *s = list->item[k];
		KNOWN(L, s, "role", "name", "subject", "when", "confirm_within", "at_window");
		b->signatory[k] = (struct signatory){
			.role = ld_text(L, s, "role", true),
			.name = ld_words(L, s, "name", true),
			.subject = ld_ref(L, s, "subject", K_SUBJECT, true),
			.when = ld_condition(L, s, "when"),
			.confirm_within = ld_limit(L, s, "confirm_within", true),
			.at_window = ld_bool(L, s, "at_window", false),
			.line = s->line,
		};
	}
	b->place = ld_words(L, y, "place", false);
	b->hours = ld_words(L, y, "hours", false);
	b->phone = ld_text(L, y, "phone", false);
	b->complaint_phone = ld_text(L, y, "complaint_phone", false);
	b->theme = load_themes(L, y, &b->n_themes);
	b->synonym = ld_texts(L, y, "synonyms", &b->n_synonyms);
	b->faq = load_faq(L, y, &b->n_faq);
	b->recurring = ld_bool(L, y, "recurring", false);
	b->sample_note = ld_words(L, y, "sample", false);
	b->sample = b->sample_note.zh.n > 0;
	for (uint32_t k = 0; k < b->n_items; k++) {
		b->for_person |= b->item[k].item->for_person;
		b->for_enterprise |= b->item[k].item->for_enterprise;
		b->for_visitor |= b->item[k].item->for_visitor;
	}
}

void load_bundles(struct load *L)
{
	for (uint32_t i = 0; i < L->c->n_bundles; i++)
		load_bundle(L, L->row[K_BUNDLE][i], &L->c->bundle[i]);
}
