// rule.c — decision tables under rules/: compiled with the catalogue, run for fees, days and checks.
#include "domain/catalogue/merge_int.h"
#include "dmn/analyse.h"
#include "dmn/sheet.h"

static void problem(struct load *L, const struct rule_table *r, const struct err *e)
{
	for (; e; e = e->next)
		finding_add(L->f, RULE_bad_rule_table, r->at.file, e->line, r->code, err_text(L->tmp, e, false),
			err_text(L->tmp, e, true), S(""));
}

static void analyse(struct load *L, const struct rule_table *r)
{
	for (size_t i = 0; i < dmn_tables(r->model); i++) {
		const struct dmn_table *t = dmn_table(r->model, i);
		struct dmn_analysis an = {0};
		dmn_analyse(L->tmp, t, &an);
		for (const struct dmn_finding *x = an.first; x; x = x->next) {
			if (!dmn_finding_is_mistake(x))
				continue;
			enum rule_id id = x->kind == DMN_GAP ? RULE_rule_gap : x->kind == DMN_OVERLAP ? RULE_rule_overlap : RULE_bad_rule_table;
			finding_add(L->f, id, r->at.file, x->line, r->code, dmn_finding_text(L->tmp, t, x, false),
				dmn_finding_text(L->tmp, t, x, true), S(""));
		}
	}
}

struct err *rule_compile(struct arena *a, const struct rule_table *r, struct dmn_model **model)
{
	struct dmn_text text = {r->at.file, r->text};
	if (str_ends(r->at.file, S(".dmn")))
		return dmn_load(a, text, NULL, NULL, model);
	struct dmn_sheet *sheet;
	struct err *e = dmn_sheet_parse(a, text, &sheet);
	return e ? e : dmn_sheet_load(a, sheet, model);
}

void load_rule(struct load *L, struct rule_table *r)
{
	struct dmn_model *model = NULL;
	struct err *e = rule_compile(L->c->own, r, &model);
	if (e) {
		problem(L, r, e);
		return;
	}
	problem(L, r, dmn_problems(model));
	r->model = model;
	for (size_t k = 0; k < dmn_items(model); k++) {
		const struct dmn_item *d = dmn_item(model, k);
		if (d->kind != DMN_DECISION || d->imported)
			continue;
		// The decision of the file's own name, else the first one.
		if (!r->decision.n || str_eq(d->name, r->code))
			r->decision = d->name;
	}
	r->decision = ld_copy(L, r->decision);
	r->name.zh = r->decision.n ? r->decision : r->code;
	if (!r->decision.n) {
		finding_add(L->f, RULE_bad_rule_table, r->at.file, 1, r->code, S("没有决策"), S("there is no decision"), S(""));
		r->model = NULL;
		return;
	}
	analyse(L, r);
}

void load_rules(struct load *L)
{
	for (uint32_t i = 0; i < L->c->n_rules; i++)
		load_rule(L, &L->c->rule[i]);
}

bool rule_reads(const struct rule_table *r, struct arena *a, struct str name)
{
	const struct dmn_item *d = r->model ? dmn_find(r->model, DMN_DECISION, r->decision) : NULL;
	const struct dmn_item **in;
	size_t n = d ? dmn_inputs(r->model, d, a, &in) : 0;
	for (size_t i = 0; i < n; i++)
		if (str_eq(in[i]->name, name))
			return true;
	return false;
}

// The name of a table's only output: DMN then gives the bare value, the catalogue always a context.
static struct str only_output(const struct dmn_item *d)
{
	return d->table && d->table->written->n_out == 1 ? d->table->written->out[0].name : S("");
}

struct str rule_output(const struct rule_table *r, uint32_t i)
{
	const struct dmn_item *d = r->model ? dmn_find(r->model, DMN_DECISION, r->decision) : NULL;
	if (!d || !d->table || i >= d->table->written->n_out)
		return S("");
	return d->table->written->out[i].name;
}

struct feel_context *catalogue_facts(struct arena *a, const struct catalogue *c, const struct json *facts)
{
	return binding_context(binding_new(a, c, facts));
}

struct err *rule_run(struct arena *a, const struct catalogue *c, const struct rule_table *r, const struct json *facts,
	struct json **out)
{
	const struct dmn_item *d = r->model ? dmn_find(r->model, DMN_DECISION, r->decision) : NULL;
	*out = json_new(a, JSON_NULL);
	if (!d)
		return err_args(a, E_RULE_RUN, r->code, S("not compiled"), S(""));
	struct dmn_result res;
	dmn_eval(r->model, d, binding_context(binding_new(a, c, facts)), &(struct dmn_env){.steps = 1000000}, a, &res);
	if (res.stop)
		return err_args(a, E_RULE_RUN, r->code, err_text(a, res.stop, true), S(""));
	if (res.value.kind == FEEL_NULL)
		return NULL;
	struct json *v = feel_to_json(a, res.value);
	struct str name = only_output(d);
	if (v->type != JSON_OBJECT && name.n) {
		struct json *o = json_obj(a);
		json_put(a, o, name, v);
		v = o;
	}
	*out = v;
	return NULL;
}

static struct words fee_text(struct arena *a, const struct fee_rule *r, bool known, dec amount)
{
	if (!known)
		return r->standard;
	struct buf b = buf_new(a);
	dec_print_scaled(&b, dec_round(amount, 2, DEC_HALF_EVEN) + 0.00DL);
	struct str n = buf_str(&b);
	return (struct words){str_fmt(a, STR_FMT " 元", STR_ARG(n)), str_fmt(a, "CNY " STR_FMT, STR_ARG(n))};
}

struct err *fee_compute(struct arena *a, const struct catalogue *c, const struct item *it, const struct json *facts,
	struct fee_line **out, uint32_t *n, dec *total, bool *known)
{
	struct binding *b = binding_new(a, c, facts);
	*out = arena_newn(a, struct fee_line, it->n_fees);
	*n = 0;
	*total = 0;
	*known = true;
	for (uint32_t i = 0; i < it->n_fees; i++) {
		const struct fee_rule *r = &it->fee[i];
		enum truth in = binding_holds(b, &r->when);
		if (in == TRUTH_FALSE)
			continue;
		struct fee_line *x = &(*out)[(*n)++];
		*x = (struct fee_line){.item = it, .rule = r, .in = in, .known = r->fixed, .amount = r->amount};
		const struct rule_table *t = catalogue_rule(c, r->table);
		if (t && t->model) {
			struct json *v;
			struct err *e = rule_run(a, c, t, facts, &v);
			if (e)
				return e;
			dec d;
			x->known = json_dec(json_get(v, r->result), &d) && dec_finite(d) && dec_cmp(d, 0) >= 0;
			x->amount = x->known ? dec_round(d, 2, DEC_HALF_UP) : 0;
		}
		x->text = fee_text(a, r, x->known, x->amount);
		t = x->known ? NULL : catalogue_rule(c, r->words);
		if (t && t->model) {                   // no amount yet, but the situation may already name the tariff
			struct json *v;
			struct err *e = rule_run(a, c, t, facts, &v);
			if (e)
				return e;
			if (json_text(json_get(v, S("zh"))).n)
				x->text = (struct words){json_text(json_get(v, S("zh"))), json_text(json_get(v, S("en")))};
		}
		*known &= x->known && in == TRUTH_TRUE;
		if (x->known && in == TRUTH_TRUE)
			*total += x->amount;
	}
	return NULL;
}

struct err *bundle_promise(struct arena *a, const struct catalogue *c, const struct bundle *b, const struct json *facts,
	struct limit *out)
{
	*out = b->promised;
	const struct rule_table *t = catalogue_rule(c, b->days_table);
	if (!t || !t->model)
		return NULL;
	struct json *v;
	struct err *e = rule_run(a, c, t, facts, &v);
	int64_t n;
	if (!e && json_int(json_get(v, b->days_result), &n) && n > 0 && n <= 3650)
		*out = (struct limit){(int32_t)n, LIMIT_WORKING_DAY};
	return e;
}
