// dmn.c — any bytes as a model, or (when they do not begin with <) as a sheet: an error with a sentence,
// or a model whose decisions end within their budgets, whose tables can be analysed, and whose tables
// survive being printed as a sheet.
#include "dmn/analyse.h"
#include "dmn/dmn.h"
#include "dmn/sheet.h"
#include "fuzz.h"

// The model imports itself under any name: the nearest thing to a hostile neighbour.
static bool itself(void *user, struct arena *a, struct str ns, struct str location, struct str from, struct dmn_text *out)
{
	*out = *(struct dmn_text *)user;
	return true;
}

static void decide(struct arena *a, const struct dmn_model *m)
{
	struct feel_context *in = feel_context_new(a, 8);
	for (size_t i = 0; i < dmn_items(m) && i < 20; i++)
		if (dmn_item(m, i)->kind == DMN_INPUT)
			feel_context_put(a, in, dmn_item(m, i)->name, i % 3 ? feel_int((int64_t)i) : feel_text(S("本市")));
	for (size_t i = 0; i < dmn_items(m) && i < 20; i++) {
		struct arena_mark mark = arena_mark(a);
		struct dmn_result r;
		dmn_eval(m, dmn_item(m, i), i & 1 ? in : NULL, &(struct dmn_env){.trace = true, .steps = 20000, .bytes = 8 << 20}, a, &r);
		CHECK(!r.stop || (r.value.kind == FEEL_NULL && r.stop->code == E_BUDGET));
		CHECK(utf8_valid(dmn_trace_sentence(a, r.trace, i & 1)));
		dmn_trace_json(a, r.trace);
		dmn_diags_json(a, r.diag);
		arena_rewind(a, mark);
	}
}

static void analyse(struct arena *a, const struct dmn_model *m)
{
	for (size_t i = 0; i < dmn_tables(m) && i < 5; i++) {
		struct dmn_analysis an;
		struct dmn_sheet s, *again;
		struct buf b = buf_new(a);
		const struct dmn_table *t = dmn_table(m, i);
		if (t->written->n_in > 20 || t->written->n_rule > 50) continue;
		dmn_analyse(a, t, &an);
		for (const struct dmn_finding *f = an.first; f; f = f->next) CHECK(dmn_finding_text(a, t, f, i & 1).n);
		dmn_sheet_of(a, m, t, &s);
		dmn_sheet_print(&b, &s, i & 1 ? '\t' : ',');
		if (!dmn_sheet_parse(a, (struct dmn_text){i & 1 ? S("a.tsv") : S("a.csv"), buf_str(&b)}, &again)) {
			struct buf c = buf_new(a);
			dmn_sheet_print(&c, again, i & 1 ? '\t' : ',');
			CHECK(dmn_sheet_equal(&s, again) || again->written.n_rule < s.written.n_rule || str_find(buf_str(&c), S("#")) >= 0);
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > 60000) return 0;
	struct arena *a = arena_new(0);
	struct dmn_model *m = NULL;
	struct dmn_text text = {S("fuzz"), str_copy(a, (struct str){(const char *)data, size})};
	struct err *e = NULL;
	if (size && data[0] != '<' && data[0] != 0xef && utf8_valid(text.text)) {
		struct dmn_sheet *s;
		e = dmn_sheet_parse(a, text, &s);
		if (!e) {
			struct buf b = buf_new(a);
			struct dmn_model *x;
			e = dmn_sheet_load(a, s, &m);
			dmn_sheet_xml(a, &b, s);
			struct err *f = dmn_load(a, (struct dmn_text){S("x"), buf_str(&b)}, NULL, NULL, &x);
			CHECK(!f || f->code != E_SYNTAX);
		}
	} else {
		struct dmn_resolver r = {itself, &text};
		e = dmn_load(a, text, &r, &(struct dmn_limits){.memory = 64 << 20, .imports = 4}, &m);
	}
	for (const struct err *i = e; i; i = i->next) CHECK(err_text(a, i, true).n && err_text(a, i, false).n);
	if (m) {
		for (const struct err *i = dmn_problems(m); i; i = i->next) CHECK(err_text(a, i, true).n && err_text(a, i, false).n);
		decide(a, m);
		analyse(a, m);
	}
	arena_free(a);
	return 0;
}
