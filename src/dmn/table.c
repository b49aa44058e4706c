// table.c — decision tables: compiling, matching, hit policies (DMN 1.5 §8.2.8 to §8.2.11).
#include "dmn/load.h"
#include "dmn/index.h"
#include <stdlib.h>

static const struct { const char *name, *letter; enum dmn_hit_policy hit; } HIT[] = {
	{"UNIQUE", "U", DMN_UNIQUE}, {"ANY", "A", DMN_ANY}, {"PRIORITY", "P", DMN_PRIORITY}, {"FIRST", "F", DMN_FIRST},
	{"RULE ORDER", "R", DMN_RULE_ORDER}, {"OUTPUT ORDER", "O", DMN_OUTPUT_ORDER}, {"COLLECT", "C", DMN_COLLECT},
};
static const struct { const char *name, *sign; enum dmn_aggregation how; } AGG[] = {
	{"", "", DMN_LIST}, {"SUM", "+", DMN_SUM}, {"COUNT", "#", DMN_COUNT}, {"MIN", "<", DMN_MIN}, {"MAX", ">", DMN_MAX},
};

bool dmn_hit_policy_parse(struct str s, enum dmn_hit_policy *hit, enum dmn_aggregation *how)
{
	*how = DMN_LIST;
	for (size_t i = 0; i < countof(HIT); i++) {
		if (str_eq(s, str_of(HIT[i].name)) || str_eq(s, str_of(HIT[i].letter))) {
			*hit = HIT[i].hit;
			return true;
		}
	}
	if (s.n < 2) return false;
	bool word = str_starts(s, S("COLLECT "));
	struct str rest = word ? str_trim(str_from(s, 8)) : str_from(s, 1);
	for (size_t i = 1; i < countof(AGG); i++) {
		if (word ? str_eq(rest, str_of(AGG[i].name)) : s.p[0] == 'C' && str_eq(rest, str_of(AGG[i].sign))) {
			*hit = DMN_COLLECT;
			*how = AGG[i].how;
			return true;
		}
	}
	return false;
}

struct str dmn_hit_policy_letter(enum dmn_hit_policy hit, enum dmn_aggregation how)
{
	if (hit == DMN_COLLECT && how != DMN_LIST) {
		static const char *const both[] = {"C", "C+", "C#", "C<", "C>"};
		return str_of(both[how]);
	}
	return str_of(HIT[hit].letter);
}

int dmn_legal_column(const struct dmn_written *w)
{
	for (uint32_t i = 0; i < w->n_note; i++)
		if (str_is(w->note[i], "法律依据") || str_is(w->note[i], "依据") || str_is(w->note[i], "legal basis")
		    || str_is(w->note[i], "Legal basis") || str_is(w->note[i], "legalBasis")) return (int)i;
	return -1;
}

// ---- compiling ------------------------------------------------------------------------------

static bool empty(struct str s)
{
	s = str_trim(s);
	return s.n == 0 || str_is(s, "-");
}

// The type of name.member.member, where the names and their types are known.
static const struct feel_type *path_type(const struct feel_scope *scope, struct str text)
{
	const struct feel_type *t = NULL;
	uint32_t slot;
	size_t i = text.n;
	if (text.n > 300) return NULL;
	while (i > 0 && !(i == text.n || text.p[i] == '.' ? feel_scope_find(scope, str_trim(str_part(text, 0, i)), &slot, &t) : false)) i--;
	for (struct str rest = str_from(text, i); i > 0 && rest.n;) {
		rest = str_from(rest, 1);
		struct str name = str_trim(str_cut(&rest, S(".")));
		const struct feel_type *of = t;
		t = NULL;
		for (uint32_t k = 0; of && of->kind == FEEL_CONTEXT && k < of->n && !t; k++)
			if (str_eq(of->member[k].name, name)) t = of->member[k].type;
		if (!t) return NULL;
		if (rest.n) rest = (struct str){rest.p - 1, rest.n + 1};         // the point again
	}
	return i ? t : NULL;
}

static void compile_column(struct dmn_load *ld, const struct dmn_written *w, uint32_t c, struct dmn_column *col,
	const struct feel_scope *scope, struct model_part *part)
{
	const struct dmn_in_clause *in = &w->in[c];
	struct arena *a = ld->arena;
	const uint32_t *use;
	const struct feel_type *type = NULL;
	col->expr = dmn_compile(ld, part, in->expr, FEEL_EXPRESSION, scope, "input expression");
	col->type = in->type.n ? dmn_type_ref(ld, part, in->type, in->expr.line, in->expr.col) : NULL;
	col->slot = -1;
	if (col->expr.expr && feel_expr_uses(col->expr.expr, &use) == 1) {
		uint32_t slot;
		if (feel_scope_find(scope, str_trim(in->expr.text), &slot, &type) && slot == use[0]) col->slot = (int32_t)slot;
	}
	col->known = col->expr.expr ? feel_expr_type(col->expr.expr) : NULL;
	if (!col->known || col->known->kind == FEEL_ANY || col->known->kind == FEEL_NULL) col->known = path_type(scope, str_trim(in->expr.text));
	if (!empty(in->allowed.text)) col->allowed = dmn_compile(ld, part, in->allowed, FEEL_UNARY_TESTS, scope, "input values");
	col->cell = arena_newn(a, struct dmn_code, w->n_rule + 1);
	col->tests = arena_newn(a, struct feel_tests, w->n_rule + 1);
	col->exact = arena_newn(a, bool, w->n_rule + 1);
	for (uint32_t r = 0; r < w->n_rule; r++) {
		struct dmn_cell cell = w->rule[r].in[c];
		if (empty(cell.text)) {
			col->tests[r].any = true;
			col->exact[r] = true;
			col->cell[r].line = cell.line;
			col->cell[r].col = cell.col;
			continue;
		}
		col->cell[r] = dmn_compile(ld, part, cell, FEEL_UNARY_TESTS, scope, "input entry");
		if (col->cell[r].expr) col->exact[r] = feel_expr_tests(col->cell[r].expr, a, &col->tests[r]);
	}
	col->index = dmn_index_build(a, col, w->n_rule);
}

// A constant is coerced and checked once, here; what does not fit says so when it is used.
static void settle(struct dmn_load *ld, const struct dmn_output *out, struct dmn_code *code)
{
	const uint32_t *use;
	if (!code->constant || (out->allowed.expr && feel_expr_uses(out->allowed.expr, &use) > 0)) return;
	struct feel_run run;
	struct feel_value v = code->value;
	feel_run_init(&run, ld->arena);
	if (out->type && !feel_coerce(&run, out->type, v, &v)) code->constant = false;
	else if (out->allowed.expr && v.kind != FEEL_NULL && !feel_is_true(feel_test(&run, out->allowed.expr, NULL, v)))
		code->constant = false;
	else code->value = v;
}

static void output_order(struct dmn_load *ld, struct dmn_output *out, const struct feel_type *type)
{
	struct feel_tests t;
	const struct feel_expr *allowed = out->allowed.expr;
	for (int i = 0; !allowed && type && i < 3; i++) {
		allowed = type->allowed ? type->allowed : type->constraint;
		type = type->kind == FEEL_LIST ? type->of : NULL;
	}
	if (!allowed || !feel_expr_tests(allowed, ld->arena, &t) || t.negated) return;
	out->order = arena_newn(ld->arena, struct feel_value, t.n + 1);
	for (uint32_t i = 0; i < t.n; i++) out->order[out->n_order++] = t.item[i].lo;
}

static void compile_output(struct dmn_load *ld, const struct dmn_written *w, uint32_t c, struct dmn_output *out,
	const struct feel_scope *scope, struct model_part *part, const struct feel_type *whole)
{
	const struct dmn_out_clause *o = &w->out[c];
	struct arena *a = ld->arena;
	out->type = o->type.n ? dmn_type_ref(ld, part, o->type, w->line, w->col) : NULL;
	if (!empty(o->allowed.text)) out->allowed = dmn_compile(ld, part, o->allowed, FEEL_UNARY_TESTS, scope, "output values");
	if (!empty(o->otherwise.text)) {
		out->otherwise = dmn_compile(ld, part, o->otherwise, FEEL_EXPRESSION, scope, "default output");
		settle(ld, out, &out->otherwise);
	}
	output_order(ld, out, out->type ? out->type : w->n_out == 1 ? whole : NULL);
	out->cell = arena_newn(a, struct dmn_code, w->n_rule + 1);
	for (uint32_t r = 0; r < w->n_rule; r++) {
		struct dmn_cell cell = w->rule[r].out[c];
		if (empty(cell.text)) {
			out->cell[r] = (struct dmn_code){.constant = true, .value = feel_null(), .line = cell.line, .col = cell.col};
			continue;
		}
		out->cell[r] = dmn_compile(ld, part, cell, FEEL_EXPRESSION, scope, "output entry");
		settle(ld, out, &out->cell[r]);
	}
}

const struct dmn_table *dmn_compile_table(struct dmn_load *ld, const struct dmn_written *w, const struct feel_scope *scope,
	struct model_part *part, const struct dmn_item *item, struct str name, const struct feel_type *type)
{
	struct dmn_table *t = arena_new1(ld->arena, struct dmn_table);
	t->written = w;
	t->name = name;
	t->item = item;
	t->type = w->type.n ? dmn_type_ref(ld, part, w->type, w->line, w->col) : NULL;
	t->scope = scope;
	t->legal = dmn_legal_column(w);
	t->in = arena_newn(ld->arena, struct dmn_column, w->n_in + 1);
	t->out = arena_newn(ld->arena, struct dmn_output, w->n_out + 1);
	for (uint32_t c = 0; c < w->n_in; c++) compile_column(ld, w, c, &t->in[c], scope, part);
	for (uint32_t c = 0; c < w->n_out; c++) compile_output(ld, w, c, &t->out[c], scope, part, t->type ? t->type : type);
	if (w->n_out > 1 && w->aggregation != DMN_LIST && w->aggregation != DMN_COUNT)
		dmn_problem(ld, part, E_DMN_ONE_OUTPUT, w->line, w->col, name, (struct str){0});
	for (uint32_t c = 0; c < w->n_out; c++) {
		if (w->n_out > 1 && w->out[c].name.n == 0)
			dmn_problem(ld, part, E_DMN_OUTPUT_NAME, w->line, w->col, name, (struct str){0});
		for (uint32_t d = 0; d < c; d++)
			if (w->out[c].name.n && str_eq(w->out[c].name, w->out[d].name))
				dmn_problem(ld, part, E_DUPLICATE_KEY, w->line, w->col, w->out[c].name, (struct str){0});
		if ((w->hit == DMN_PRIORITY || w->hit == DMN_OUTPUT_ORDER) && !t->out[c].n_order && w->n_out == 1)
			dmn_problem(ld, part, E_DMN_ORDER, w->line, w->col, name, (struct str){0});
	}
	return t;
}

// ---- matching -------------------------------------------------------------------------------

struct match {
	struct eval *ev;
	const struct dmn_table *t;
	struct feel_value *vars;
	struct feel_value *input;                // a column each
	uint32_t *segment;
	bool *located;                           // the index of the column knows the segment
	bool sure;                               // of every column and for every rule
	uint32_t n, cap, *hit;
};

#define FEW 64

static bool cell_true(struct match *m, uint32_t c, uint32_t r)
{
	const struct dmn_code *code = &m->t->in[c].cell[r];
	if (m->t->in[c].tests[r].any) return true;
	struct feel_value v = code->expr ? feel_test(&m->ev->run, code->expr, m->vars, m->input[c])
		: feel_error(&m->ev->run, STR_FMT, STR_ARG(code->broken));
	if (*m->ev->seen) dmn_own_diags(m->ev, NULL, r + 1, m->t->written->in[c].expr.text, code->line, code->col);
	return feel_is_true(v);
}

// What the indexes did not decide; adds the rule when it is hit. False: no further rule is needed.
static bool finish(struct match *m, uint32_t r, bool by_segments)
{
	const struct dmn_table *t = m->t;
	for (uint32_t c = 0; by_segments && c < t->written->n_in; c++)
		if (m->located[c] && !dmn_index_covers(t->in[c].index, r, m->segment[c])) return true;
	for (uint32_t c = 0; !m->sure && c < t->written->n_in; c++) {
		if (m->located[c] && !t->in[c].index->unsure[r]) continue;
		if (!cell_true(m, c, r)) return true;
	}
	if (m->n == m->cap) {
		uint32_t *more = arena_raw(m->ev->run.arena, sizeof *more * m->cap * 4);
		memcpy(more, m->hit, sizeof *more * m->n);
		m->hit = more;
		m->cap *= 4;
	}
	m->hit[m->n++] = r;
	return t->written->hit != DMN_FIRST;
}

// The candidates of column c are its segment's rules and the wild ones, in the order of rows.
static void match_list(struct match *m, uint32_t c)
{
	const struct dmn_index *x = m->t->in[c].index;
	uint32_t i = x->list_first[m->segment[c]], end = x->list_first[m->segment[c] + 1], w = 0;
	while (i < end || w < x->n_wild) {
		uint32_t r = i < end && (w == x->n_wild || x->list[i] < x->wild[w]) ? x->list[i++] : x->wild[w++];
		if (!finish(m, r, true) || m->ev->run.stop) return;
	}
}

static void match_rules(struct match *m)
{
	const struct dmn_table *t = m->t;
	uint32_t n_rule = t->written->n_rule, n_in = t->written->n_in, words = (n_rule + 63) / 64;
	uint32_t best = UINT32_MAX, best_n = 257, masks = 0, first_mask = 0;
	m->sure = true;
	for (uint32_t c = 0; c < n_in; c++) {
		const struct dmn_index *x = t->in[c].index;
		m->located[c] = x && dmn_index_segment(x, &m->input[c], &m->segment[c]);
		m->sure &= m->located[c] && !x->any_unsure;
		if (!m->located[c]) continue;
		if (x->mask && !masks++) first_mask = c;
		if (!x->list || words <= 4) continue;
		uint32_t n = x->list_first[m->segment[c] + 1] - x->list_first[m->segment[c]] + x->n_wild;
		if (n < best_n) best_n = n, best = c;
	}
	if (!feel_step(&m->ev->run, 1 + n_rule / 64)) return;
	if (best != UINT32_MAX) {
		match_list(m, best);
		return;
	}
	if (!masks) {
		for (uint32_t r = 0; r < n_rule; r++)
			if (!finish(m, r, true) || m->ev->run.stop) return;
		return;
	}
	bool rest = false;                       // a located column without masks: its spans decide
	for (uint32_t c = 0; c < n_in; c++) rest |= m->located[c] && !t->in[c].index->mask;
	for (uint32_t w = 0; w < words; w++) {
		uint64_t bits = t->in[first_mask].index->mask[(size_t)m->segment[first_mask] * words + w];
		for (uint32_t c = first_mask + 1; c < n_in && bits; c++)
			if (m->located[c] && t->in[c].index->mask) bits &= t->in[c].index->mask[(size_t)m->segment[c] * words + w];
		for (; bits; bits &= bits - 1)
			if (!finish(m, w * 64 + (uint32_t)__builtin_ctzll(bits), rest) || m->ev->run.stop) return;
	}
}

// ---- outputs --------------------------------------------------------------------------------

static struct feel_value output_value(struct match *m, uint32_t c, const struct dmn_code *code, uint32_t row)
{
	if (code->constant) return code->value;
	struct eval *ev = m->ev;
	const struct dmn_output *o = &m->t->out[c];
	struct feel_value v = dmn_run_code(ev, code, m->vars, row ? "output entry" : "default output");
	if (o->type && !feel_coerce(&ev->run, o->type, v, &v)) v = feel_null();
	if (o->allowed.expr && v.kind != FEEL_NULL && !feel_is_true(feel_test(&ev->run, o->allowed.expr, m->vars, v))) {
		struct str s = feel_string(ev->run.arena, v);
		v = feel_error(&ev->run, "expected one of the output values (" STR_FMT "), found " STR_FMT,
			STR_ARG(feel_expr_text(o->allowed.expr)), STR_ARG(s));
	}
	if (*ev->seen) dmn_own_diags(ev, NULL, row, m->t->written->out[c].name, code->line, code->col);
	return v;
}

static struct feel_value row_value(struct match *m, const struct feel_value *cell)
{
	const struct dmn_written *w = m->t->written;
	if (w->n_out == 1) return cell[0];
	struct feel_context *ctx = feel_context_new(m->ev->run.arena, w->n_out);
	for (uint32_t c = 0; c < w->n_out; c++) feel_context_put(m->ev->run.arena, ctx, w->out[c].name, cell[c]);
	return feel_of_context(ctx);
}

static uint32_t rank(const struct dmn_output *o, struct feel_value v)
{
	for (uint32_t i = 0; i < o->n_order; i++)
		if (feel_equal(o->order[i], v) == FEEL_TRUE) return i;
	return o->n_order;
}

// Negative: row a has the higher priority (DMN 1.5 §8.2.11: outputs from left to right).
static int priority(const struct match *m, const struct feel_value *a, const struct feel_value *b)
{
	for (uint32_t c = 0; c < m->t->written->n_out; c++) {
		uint32_t x = rank(&m->t->out[c], a[c]), y = rank(&m->t->out[c], b[c]);
		if (x != y) return x < y ? -1 : 1;
	}
	return 0;
}

static struct feel_value aggregate(struct match *m, const struct feel_list *list)
{
	struct feel_run *run = &m->ev->run;
	enum dmn_aggregation how = m->t->written->aggregation;
	if (how == DMN_LIST) return feel_of_list(list);
	if (how == DMN_COUNT) return feel_int((int64_t)list->n);
	struct feel_value v = list->item[0];
	for (size_t i = how == DMN_SUM ? 1 : 0; i < list->n; i++) {
		int sign;
		if (how == DMN_SUM) {
			v = feel_add(run, v, list->item[i]);
		} else if (!feel_order(list->item[i], v, &sign)) {
			return feel_error(run, "the outputs of the rules hit have no order");
		} else if (how == DMN_MIN ? sign < 0 : sign > 0) {
			v = list->item[i];
		}
	}
	return v;
}

static struct feel_value no_hit(struct match *m, bool *defaulted)
{
	const struct dmn_written *w = m->t->written;
	struct feel_value *cell = arena_raw(m->ev->run.arena, sizeof *cell * (w->n_out + 1));
	for (uint32_t c = 0; c < w->n_out; c++) {
		const struct dmn_code *code = &m->t->out[c].otherwise;
		cell[c] = feel_null();
		if (!code->expr && !code->constant && !code->broken.n) continue;
		*defaulted = true;
		cell[c] = output_value(m, c, code, 0);
	}
	return *defaulted ? row_value(m, cell) : feel_null();
}

static struct feel_value apply(struct match *m)
{
	const struct dmn_written *w = m->t->written;
	struct arena *a = m->ev->run.arena;
	uint32_t n = m->n, n_out = w->n_out;
	if (w->hit == DMN_UNIQUE && n > 1)
		return feel_error(&m->ev->run, "the hit policy UNIQUE expects one rule, found rules %u and %u", m->hit[0] + 1, m->hit[1] + 1);
	if (w->hit == DMN_FIRST || w->hit == DMN_UNIQUE) n = 1;
	struct feel_value few[16], *cell = n * n_out <= 16 ? few : arena_raw(a, sizeof *cell * n * n_out);
	for (uint32_t i = 0; i < n; i++)
		for (uint32_t c = 0; c < n_out; c++)
			cell[i * n_out + c] = output_value(m, c, &m->t->out[c].cell[m->hit[i]], m->hit[i] + 1);
	if (w->hit == DMN_FIRST || w->hit == DMN_UNIQUE) return row_value(m, cell);
	if (w->hit == DMN_ANY) {
		for (uint32_t i = 1; i < n; i++)
			for (uint32_t c = 0; c < n_out; c++)
				if (feel_equal(cell[c], cell[i * n_out + c]) != FEEL_TRUE)
					return feel_error(&m->ev->run, "the hit policy ANY expects equal outputs, found others in rules %u and %u",
						m->hit[0] + 1, m->hit[i] + 1);
		return row_value(m, cell);
	}
	if (w->hit == DMN_PRIORITY) {
		uint32_t best = 0;
		for (uint32_t i = 1; i < n; i++)
			if (priority(m, &cell[i * n_out], &cell[best * n_out]) < 0) best = i;
		if (m->ev->step && best) {           // the trace shows the deciding rule first
			uint32_t r = m->hit[best];
			m->hit[best] = m->hit[0];
			m->hit[0] = r;
		}
		return row_value(m, &cell[best * n_out]);
	}
	struct feel_list *list = feel_list_new(a, n);
	uint32_t *at = arena_raw(a, sizeof *at * n);
	for (uint32_t i = 0; i < n; i++) at[i] = i;
	for (uint32_t i = 1; w->hit == DMN_OUTPUT_ORDER && i < n; i++) {     // stable, and n is small
		uint32_t x = at[i], j = i;
		for (; j > 0 && priority(m, &cell[x * n_out], &cell[at[j - 1] * n_out]) < 0; j--) at[j] = at[j - 1];
		at[j] = x;
		if (!feel_step(&m->ev->run, 1 + i - j)) return feel_null();
	}
	for (uint32_t i = 0; i < n; i++) list->item[i] = row_value(m, &cell[at[i] * n_out]);
	return aggregate(m, list);
}

static void record(struct match *m, struct dmn_step *s, bool defaulted)
{
	const struct dmn_written *w = m->t->written;
	struct arena *a = m->ev->run.arena;
	s->table = m->t;
	s->defaulted = defaulted;
	s->n_column = w->n_in;
	s->column = arena_newn(a, struct dmn_named, w->n_in + 1);
	for (uint32_t c = 0; c < w->n_in; c++) s->column[c] = (struct dmn_named){w->in[c].expr.text, m->input[c]};
	s->n_hit = m->n;
	s->hit = arena_newn(a, struct dmn_hit, m->n + 1);
	for (uint32_t i = 0; i < m->n; i++) {
		const struct dmn_rule *r = &w->rule[m->hit[i]];
		struct dmn_hit *h = &s->hit[i];
		h->rule = m->hit[i] + 1;
		h->id = r->id;
		h->annotation = arena_newn(a, struct dmn_annotation, w->n_note + 1);
		for (uint32_t k = 0; k < w->n_note; k++) {
			if (!r->note[k].n) continue;
			((struct dmn_annotation *)h->annotation)[h->n++] = (struct dmn_annotation){w->note[k], r->note[k]};
			if ((int)k == m->t->legal) h->legal_basis = r->note[k];
		}
	}
}

// False: the input is outside the column's input values; then the table has no answer.
static bool read_inputs(struct match *m)
{
	struct eval *ev = m->ev;
	bool ok = true;
	for (uint32_t c = 0; c < m->t->written->n_in; c++) {
		const struct dmn_column *col = &m->t->in[c];
		struct feel_value v = col->slot >= 0 && m->vars[col->slot].kind != FEEL_LAZY ? m->vars[col->slot]
			: dmn_run_code(ev, &col->expr, m->vars, "input expression");
		if (col->type && (v.kind != (uint8_t)col->type->kind || col->type->kind > FEEL_MONTHS_DURATION || col->type->allowed
		    || col->type->constraint) && v.kind != FEEL_NULL)
			feel_coerce(&ev->run, col->type, v, &v);
		m->input[c] = v;
		if (col->allowed.expr && v.kind != FEEL_NULL && !feel_is_true(feel_test(&ev->run, col->allowed.expr, m->vars, v))) {
			struct str s = feel_string(ev->run.arena, v);
			feel_error(&ev->run, "expected one of the input values (" STR_FMT "), found " STR_FMT,
				STR_ARG(feel_expr_text(col->allowed.expr)), STR_ARG(s));
			ok = false;
		}
		if (*ev->seen) dmn_own_diags(ev, "input", 0, m->t->written->in[c].expr.text, col->expr.line, col->expr.col);
	}
	return ok;
}

struct feel_value dmn_run_table(struct eval *ev, const struct dmn_table *t, struct feel_value *vars)
{
	const struct dmn_written *w = t->written;
	struct feel_value *input = arena_raw(ev->run.arena, (sizeof *input + sizeof(uint32_t) + sizeof(bool)) * (w->n_in + 1));
	uint32_t *segment = (uint32_t *)(input + w->n_in + 1), hit[FEW];
	bool defaulted = false;
	struct match m = {ev, t, vars, input, segment, (bool *)(segment + w->n_in + 1), false, 0, FEW, hit};
	struct feel_value v = feel_null();
	struct dmn_step *own = ev->step;
	if (read_inputs(&m)) {
		match_rules(&m);
		v = m.n ? apply(&m) : no_hit(&m, &defaulted);
	}
	if (t->type && t->type->kind != FEEL_ANY) feel_coerce(&ev->run, t->type, v, &v);
	if (*ev->seen) dmn_own_diags(ev, "decision table", 0, (struct str){0}, w->line, w->col);
	if (!own) return v;
	if (own->table) {                        // a second table in one decision: a step of its own
		struct dmn_step *s = arena_new1(ev->run.arena, struct dmn_step);
		s->item = ev->at;
		s->level = own->level + 1;
		s->value = v;
		record(&m, s, defaulted);
		*ev->trace->end = s;
		ev->trace->end = &s->next;
		ev->trace->n++;
	} else {
		record(&m, own, defaulted);
	}
	return v;
}
